/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * kc_spin: what a spinlock does besides its word. On threads nothing, and a waiter looks again and
 * again; the virtual port has a file of the same name.
 */
#ifndef KCOMPAT_KC_SPIN_H
#define KCOMPAT_KC_SPIN_H

#include <linux/atomic.h>
#include <linux/types.h>

#include "port.h"

enum {
	KC_SPINS = 128, /* looks at the word before the host CPU is given up */
};

/** kc_spin_enter() - a spinlock is about to be taken */
static inline void kc_spin_enter(void)
{
}

/** kc_spin_leave() - it was dropped, or not obtained */
static inline void kc_spin_leave(void)
{
}

/**
 * kc_relax() - between two looks at a lock that was busy
 * @word:	what is looked at
 * @spins:	looks so far, counted here
 *
 * The holder may have lost its host CPU, and there may be no other one to run it on.
 */
static inline void kc_relax(const void *word, unsigned int *spins)
{
	(void)word;
	if (++*spins % KC_SPINS)
		cpu_relax();
	else
		kc_yield();
}

#endif
