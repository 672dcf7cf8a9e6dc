/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * zspage: a chain of separate pages cut into chunks of one size.
 *
 * Chunk k starts at byte k * size of the chain and may reach into the page behind the one it
 * starts in. Free chunks form a stack: the last freed is the next handed out. A zspage is full
 * when all its chunks are in use, whatever its free index says.
 */
#ifndef ZSMALLOC_ZSPAGE_H
#define ZSMALLOC_ZSPAGE_H

#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/llist.h>
#include <linux/types.h>

#include "zsmalloc/zspage_lock.h"

struct page;
struct size_class;
struct zs_place;
struct zs_pool;

/** ZSPAGE_MAGIC - says that a page leads to a zspage */
#define ZSPAGE_MAGIC 0x58

/** ZSPAGE_FROZEN - a floor above any number of chunks: nobody frees without the class lock */
#define ZSPAGE_FROZEN UINT16_MAX

/**
 * union zspage_state - the stack of free chunks
 * @word:	all of it, which changes as a whole in sharded classes
 * @freeobj:	index of the first free chunk
 * @inuse:	chunks in use; also read without the class lock, as a hint
 * @floor:	where chunks are freed without the class lock: so many must stay in use, see shard.h
 */
union zspage_state {
	u64 word;
	struct {
		u32 freeobj;
		u16 inuse;
		u16 floor;
	};
};

/**
 * struct zspage - chain of pages
 * @list:	in a fullness group of its class, or on somebody's own list
 * @node:	the same for one that is left to the worker
 * @first:	first page of the chain
 * @state:	free chunks
 * @class_index: canonical class; constant
 * @magic:	ZSPAGE_MAGIC
 * @fullness:	group it was last put into
 * @serial:	counts the zspages of the class; constant
 * @lock:	keeps its objects in place
 * @pfns:	frames of the chain. The kernel has the links in the page descriptors only; here
 *		they are kept twice, so that no walk waits for one descriptor after the other.
 */
struct zspage {
	union {
		struct list_head list;
		struct llist_node node;
	};
	struct page *first;
	union zspage_state state;
	u16 class_index;
	u8 magic;
	u8 fullness;
	u32 serial;
	struct zspage_lock lock;
	u32 pfns[];
};

/** zspage_inuse() - chunks in use, a hint without the class lock. @zspage: zspage */
static __always_inline unsigned int zspage_inuse(const struct zspage *zspage)
{
	return READ_ONCE(zspage->state.inuse);
}

/**
 * zspage_create() - make a zspage with all chunks free
 * @pool:	pool
 * @class:	not locked
 * @gfp:	for its pages and its descriptor
 * Return:	NULL if there is no memory. It belongs to no list and no statistics yet.
 */
struct zspage *zspage_create(struct zs_pool *pool, struct size_class *class, gfp_t gfp);

/**
 * zspage_publish() - let a new zspage take part
 * @pool:	pool
 * @class:	locked
 * @zspage:	from zspage_create(), with its first object
 */
void zspage_publish(struct zs_pool *pool, struct size_class *class, struct zspage *zspage);

/**
 * zspage_pop() - hand a chunk out
 * @pool:	pool
 * @class:	locked
 * @zspage:	not full
 * @handle:	of the object that will be there
 * Return:	the object word for the handle's cell, to be stored there when all else is ready.
 */
u64 zspage_pop(struct zs_pool *pool, struct size_class *class, struct zspage *zspage,
	       unsigned long handle);

/**
 * struct zspage_walk - position on a walk over the objects of a zspage
 * @page:	page in which the next chunk to look at starts
 * @offset:	its offset there
 * @index:	its index
 */
struct zspage_walk {
	struct page *page;
	size_t offset;
	unsigned int index;
};

/**
 * zspage_walk_next() - go on to the next object in use, lowest address first
 * @pool:	pool
 * @class:	locked
 * @zspage:	zspage
 * @walk:	all zero at first
 * @place:	filled in: where the object is
 * @handle:	filled in: its handle
 * Return:	false at the end.
 */
bool zspage_walk_next(struct zs_pool *pool, const struct size_class *class, struct zspage *zspage,
		      struct zspage_walk *walk, struct zs_place *place, unsigned long *handle);

/**
 * zspage_trylock_pages() - try to lock all pages of a zspage
 * @pool:	pool
 * @class:	class
 * @zspage:	zspage
 * Return:	NULL, or a page that was busy; none is locked then.
 */
struct page *zspage_trylock_pages(struct zs_pool *pool, const struct size_class *class,
				  struct zspage *zspage);

/**
 * zspage_unlink() - take an empty zspage out of its class
 * @class:	locked
 * @zspage:	on the list of whatever group it is noted in
 */
void zspage_unlink(struct size_class *class, struct zspage *zspage);

/**
 * zspage_free() - free an unlinked zspage and its pages
 * @pool:	pool
 * @class:	class
 * @zspage:	pages locked
 */
void zspage_free(struct zs_pool *pool, const struct size_class *class, struct zspage *zspage);

/**
 * zspages_free() - free unlinked zspages and their pages, many pages at a time
 * @pool:	pool
 * @zspages:	pages locked; the list is left empty
 * Return:	pages given back.
 */
unsigned long zspages_free(struct zs_pool *pool, struct list_head *zspages);

#endif
