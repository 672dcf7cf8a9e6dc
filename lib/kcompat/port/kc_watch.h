/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* kc_watch: what a recorder of a timeline is told. On threads nobody does; the virtual port has a
 * file of the same name. */
#ifndef KCOMPAT_KC_WATCH_H
#define KCOMPAT_KC_WATCH_H

/** kc_watch_phase() - the task has gone on to a phase. @phase: as for kc_phase() */
static inline void kc_watch_phase(unsigned int phase)
{
	(void)phase;
}

#endif
