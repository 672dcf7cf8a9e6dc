/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* hook: how a layer above takes over what a notification would free. */
#ifndef ZRAM_HOOK_H
#define ZRAM_HOOK_H

#include <linux/types.h>

struct zram;

/**
 * struct zram_free_hook - the one place where a layer above may take over a free
 * @offer_slot:	the slot was notified, nothing of it has been touched. True: the hook
 *		has queued it, and zram sets ZRAM_DEFERRED with the unlock that follows; it
 *		stays set until the slot is drained or cancelled. False: the caller frees the
 *		slot now. NULL: handles are offered.
 * @offer_handle: the slot's metadata is clean, the object is not freed yet. True: the hook
 *		owns @handle. NULL: not offered.
 * @cancel:	the slot has ZRAM_DEFERRED set and is about to be freed or rewritten by
 *		someone else, who clears the flag; forget it
 * @drain:	free everything pending before this call; process context. Called
 *		without locks on a memory-limit or allocation failure, before a discard
 *		of the whole device and before reset.
 *
 * offer_slot, offer_handle and cancel run under the slot lock, atomic context; the offers
 * with preemption disabled. The hook is read under RCU: zram_set_free_hook() waits for those
 * who still see the old one.
 */
struct zram_free_hook {
	bool (*offer_slot)(struct zram_free_hook *hook, u32 index);
	bool (*offer_handle)(struct zram_free_hook *hook, unsigned long handle, u32 size);
	void (*cancel)(struct zram_free_hook *hook, u32 index);
	void (*drain)(struct zram_free_hook *hook);
};

/**
 * zram_set_free_hook() - put a hook in, or take it out
 * @zram:	device
 * @hook:	or NULL
 *
 * Taking a hook out leaves ZRAM_DEFERRED set in the slots still pending; such a slot is
 * freed without a cancel by whoever rewrites or frees it. So the layer above closes the hook
 * and drains before it takes it out.
 *
 * Context:	process, may sleep until no notification, and no @drain that zram has called,
 *		uses the old hook any more. The caller holds nothing that @drain takes.
 * Return:	0, or -EBUSY if a hook is already there.
 */
int zram_set_free_hook(struct zram *zram, struct zram_free_hook *hook);

/**
 * zram_close_free_hook() - offer nothing more to the hook
 * @zram:	device with a hook, which stays: pending slots are cancelled and drained as before
 *
 * Context:	process, may sleep until no notification offers anything any more.
 */
void zram_close_free_hook(struct zram *zram);

#endif
