/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* kc_cost, virtual: the profile's prices for what is not seen in memory accesses. */
#ifndef KCOMPAT_KC_COST_H
#define KCOMPAT_KC_COST_H

#include <linux/types.h>

#include <kc_event.h>

/** kc_cost_compress() - @bytes of a page were compressed. @name: compressor */
void kc_cost_compress(const char *name, size_t bytes);

/** kc_cost_decompress() - @bytes of a page came out of a compressor. @name: compressor */
void kc_cost_decompress(const char *name, size_t bytes);

/** kc_cost_events() - instructions a kernel has for @event were due. @nr: so often */
void kc_cost_events(enum kc_event event, unsigned int nr);

/** kc_cost_event() - the same once */
void kc_cost_event(enum kc_event event);

/**
 * kc_cost_cover() - do events stand for the code that follows?
 * @covered:	1: its own instructions take no time; 0: they do
 * Return:	what it was, to go back to.
 */
unsigned int kc_cost_cover(unsigned int covered);

/** kc_cost_fault() - a task entered and left the fault handler */
void kc_cost_fault(void);

/** kc_cost_burn() - spend time on nothing. @rounds: cycles */
void kc_cost_burn(unsigned int rounds);

/** kc_cost_evict() - have all caches hold nothing. Return: true, they do. */
bool kc_cost_evict(void);

/** kc_cost_hide() - what follows only measures: it takes no virtual time; nests. Until: */
void kc_cost_hide(void);

/** kc_cost_show() - what kc_cost_hide() has begun ends */
void kc_cost_show(void);

#endif
