/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* kc_watch, virtual: the machine draws timelines. */
#ifndef KCOMPAT_KC_WATCH_H
#define KCOMPAT_KC_WATCH_H

/** kc_watch_phase() - the task has gone on to a phase. @phase: as for kc_phase() */
void kc_watch_phase(unsigned int phase);

#endif
