/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * kc_event: what a kernel does on the way of a freed slot, in parts that were counted in kernels.
 * See kc_cost_event().
 */
#ifndef KCOMPAT_KC_EVENT_H
#define KCOMPAT_KC_EVENT_H

/**
 * enum kc_event - parts of a free
 * @KC_EVENT_ZAP: page table and swap layer, per slot
 * @KC_EVENT_NOTIFY: notification and slot lock, without the free
 * @KC_EVENT_CLEAN_STORED: words of a slot that has an object
 * @KC_EVENT_CLEAN_SAME: of one that is same-filled
 * @KC_EVENT_CLEAN_EMPTY: of one without content
 * @KC_EVENT_FREE: lookup, locks, push, fullness without a move
 * @KC_EVENT_MOVE: in addition, a move between fullness lists
 * @KC_EVENT_HANDLE: the handle goes back to its slab
 * @KC_EVENT_ZSPAGE: in addition, per emptied zspage
 * @KC_EVENT_PAGE: per page of it
 */
enum kc_event {
	KC_EVENT_ZAP,
	KC_EVENT_NOTIFY,
	KC_EVENT_CLEAN_STORED,
	KC_EVENT_CLEAN_SAME,
	KC_EVENT_CLEAN_EMPTY,
	KC_EVENT_FREE,
	KC_EVENT_MOVE,
	KC_EVENT_HANDLE,
	KC_EVENT_ZSPAGE,
	KC_EVENT_PAGE,
	KC_NR_EVENTS
};

#endif
