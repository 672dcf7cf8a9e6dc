/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * kc_cost: work that a virtual machine cannot see in memory accesses, because a library does it or
 * because the kernel would do it and we do not. On threads it takes the time it takes, and these
 * are nothing; the virtual port has a file of the same name.
 */
#ifndef KCOMPAT_KC_COST_H
#define KCOMPAT_KC_COST_H

#include <linux/types.h>

#include <kc_event.h>

/** kc_cost_compress() - @bytes of a page were compressed. @name: compressor */
static inline void kc_cost_compress(const char *name, size_t bytes)
{
	(void)name;
	(void)bytes;
}

/** kc_cost_decompress() - @bytes of a page came out of a compressor. @name: compressor */
static inline void kc_cost_decompress(const char *name, size_t bytes)
{
	(void)name;
	(void)bytes;
}

/** kc_cost_events() - instructions a kernel has for @event were due. @nr: so often */
static inline void kc_cost_events(enum kc_event event, unsigned int nr)
{
	(void)event;
	(void)nr;
}

/** kc_cost_event() - the same once */
static inline void kc_cost_event(enum kc_event event)
{
	(void)event;
}

/**
 * kc_cost_cover() - do events stand for the code that follows?
 * @covered:	1: its own instructions take no time; 0: they do
 * Return:	what it was, to go back to.
 */
static inline unsigned int kc_cost_cover(unsigned int covered)
{
	return covered;
}

/** kc_cost_fault() - a task entered and left the fault handler */
static inline void kc_cost_fault(void)
{
}

/** kc_cost_burn() - spend time on nothing. @rounds: turns of an empty loop */
static inline void kc_cost_burn(unsigned int rounds)
{
	for (; rounds; rounds--)
		__asm__ volatile("" ::: "memory");
}

/** kc_cost_evict() - have all caches hold nothing. Return: false, they are as they were. */
static inline bool kc_cost_evict(void)
{
	return false;
}

/** kc_cost_hide() - what follows only measures: it takes no virtual time; nests. Until: */
static inline void kc_cost_hide(void)
{
}

/** kc_cost_show() - what kc_cost_hide() has begun ends */
static inline void kc_cost_show(void)
{
}

#endif
