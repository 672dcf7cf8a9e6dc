/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * kc_spin, virtual: a spinlock disables preemption, as in the kernel, and a waiter takes no host
 * time: it goes on when somebody has written the word.
 */
#ifndef KCOMPAT_KC_SPIN_H
#define KCOMPAT_KC_SPIN_H

#include <linux/types.h>

#include <kc_task.h>

#include "port.h"

/** kc_virtual_spin() - spin until somebody writes @word; waiters go on in order */
void kc_virtual_spin(const void *word);

/** kc_spin_enter() - a spinlock is about to be taken */
static inline void kc_spin_enter(void)
{
	kc_task.depth++;
}

/** kc_spin_leave() - it was dropped, or not obtained */
static inline void kc_spin_leave(void)
{
	kc_task.depth--;
}

/** kc_relax() - between two looks at a lock that was busy. @word: what is looked at */
static inline void kc_relax(const void *word, unsigned int *spins)
{
	(void)spins;
	kc_virtual_spin(word);
}

#endif
