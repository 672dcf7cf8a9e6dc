/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * shard: freeing objects without the class lock.
 *
 * Each zspage is a shard of its class. Its stack of free chunks, its number of objects and its
 * floor are one word, and a free is one compare-and-exchange of it. The class lock is needed only
 * to empty a zspage, or to take the first object from a full one, which an allocation has to find
 * from then on. The floor of a zspage is set so that one comparison tells. The fullness group and
 * the counters of the class depend on the number of objects, too; the next holder of the class lock
 * puts them right, see class.h.
 *
 * A free without the lock, of the object with cell C in chunk K of zspage Z:
 *
 *	F1  pin C: set its pin bit; if that was set already, take the lock
 *	F2  read Z's word; if its objects are not above the floor, take the lock
 *	F3  write K's header: free, linked to the top of the stack
 *	F4  exchange Z's word for one with K on top and one object less, or go back to F2
 *	F5  give C to its slab
 *
 * Somebody who moves objects has the pool lock for writing, the class lock and the lock of zspage Z
 * for writing. None of these keeps a free without lock out, so:
 *
 *	M1  freeze Z: raise its floor above everything, by an exchange of its word
 *	M2  for each header that says the chunk is in use, pin the cell; leave the object alone if
 *	    that was pinned already
 *	M3  copy the object, write its new place to the cell, which unpins it
 *	M4  push the old chunk, lower the floor again
 *
 * After M1 no F4 succeeds on Z: it would be based on an older word, or would find the floor too
 * high. So a free is in one of these states when M2 comes to its chunk:
 *
 *	before F1	M2 gets the pin, F1 does not: that free waits for the class lock and then
 *			looks where the object is now. The cell is alive until it does.
 *	F1 to F3	The header says "in use", the cell is pinned. Its free will fail in F4, or
 *			fails in F2, and waits for the class lock; so the cell is alive, and
 *			where it leads stays as it is because the object is left alone.
 *	F3 to F4	The header says "free", but the chunk is neither on the stack nor taken
 *			off the number of objects. M2 does not see it. Its free waits for the
 *			class lock, too.
 *	after F4	The header says "free". The cell may be gone; nothing leads to it.
 *
 * So compaction may leave objects behind that are being freed, and Z is not empty then. Replacing
 * a page (zs_migrate_page()) cannot leave anything behind: it gives up if a cell in that page is
 * pinned or if fewer headers than objects say "in use".
 *
 * Memory order. F4 is a release, and so is every other exchange of the word; zspage_state() is an
 * acquire. F2 need not be: of the stack it uses only the top, which is in the word. Exchanges of a
 * word continue each other's release sequences, so whoever reads a word sees the headers of all
 * chunks on that stack: pairs F3/F4 with a pop, and with M1/M2. F1 and the pin in M2 are acquires;
 * what stores a cell (malloc, M3) is a release: who pins a cell sees the object's header,
 * descriptors and content as they were made ready. A pop never meets a word that was changed and
 * changed back, because only holders of the class lock pop; a push does not mind, because all it
 * has read of the stack is the top, which is in the word.
 *
 * After F4 nothing of Z is touched: another free may empty it, and then it goes. Before F4 the
 * object counts, so it stays.
 *
 * Which need exclusion from each other on one zspage (c: class lock, f: freezing and pins, -:
 * none):
 *
 *			free	free,c	pop	bulk	move	settle
 *	free		-	-	-	-	f	-
 *	free, locked		c	c	c	c	c
 *	pop (malloc)			c	c	c	c
 *	bulk free				c	c	c
 *	move (source)					c	c
 *
 * Bulk frees look cells up under the pool lock, which keeps movers out, and need no pins.
 */
#ifndef ZSMALLOC_SHARD_H
#define ZSMALLOC_SHARD_H

#include <linux/atomic.h>
#include <linux/types.h>

#include "zsmalloc/class.h"
#include "zsmalloc/pool.h"

/** ZS_OBJ_PINNED - pin bit of a cell */
#define ZS_OBJ_PINNED ((u64)1 << ZS_OBJ_PIN_BIT)

/**
 * zspage_state() - read the stack of a zspage
 * @class:	locked; or sharded, and then this is an acquire, see above
 * @zspage:	zspage
 */
static __always_inline union zspage_state zspage_state(const struct size_class *class,
						       const struct zspage *zspage)
{
	union zspage_state state = { .floor = 0 };

	if (unlikely(kc_unseen(class->sharded))) {
		state.word = smp_load_acquire(&zspage->state.word);
		return state;
	}
	state.freeobj = zspage->state.freeobj;
	state.inuse = READ_ONCE(zspage->state.inuse);
	return state;
}

/**
 * zspage_change() - change the stack of a zspage
 * @class:	locked; or sharded, and only pushing
 * @zspage:	zspage
 * @old:	what was read
 * @new:	what shall be there
 * Return:	false if it has changed meanwhile, which happens in sharded classes only.
 */
static __always_inline bool zspage_change(const struct size_class *class, struct zspage *zspage,
					  union zspage_state old, union zspage_state new)
{
	u64 expected;

	if (likely(!kc_unseen(class->sharded))) {
		zspage->state.freeobj = new.freeobj;
		WRITE_ONCE(zspage->state.inuse, new.inuse);
		return true;
	}
	/* A copy whose address is taken here alone, so that @old stays in a register. */
	expected = old.word;
	return try_cmpxchg_release(&zspage->state.word, &expected, new.word);
}

/**
 * shard_floor() - floor of a zspage after a change, 0 if its class is not sharded
 * @class:	class
 * @old:	before it
 * @inuse:	objects after it
 */
static __always_inline u16 shard_floor(const struct size_class *class, union zspage_state old,
				       unsigned int inuse)
{
	if (likely(!kc_unseen(class->sharded)))
		return 0;
	if (unlikely(old.floor == ZSPAGE_FROZEN))
		return ZSPAGE_FROZEN;
	return inuse == class->shape.objs ? inuse : 1;
}

/**
 * shard_pushed() - what to change the word to when chunks are pushed
 * @class:	class
 * @old:	before it
 * @index:	chunk that will be on top
 * @nr:		chunks
 */
static __always_inline union zspage_state
shard_pushed(const struct size_class *class, union zspage_state old, u32 index, unsigned int nr)
{
	unsigned int inuse = old.inuse - nr;
	union zspage_state new = { .freeobj = index,
				   .inuse = inuse,
				   .floor = shard_floor(class, old, inuse) };

	return new;
}

/**
 * place_set_free() - have the header of a chunk say that it is free
 * @pool:	pool
 * @class:	class
 * @place:	chunk
 * @next:	free chunk below it on the stack
 */
static __always_inline void place_set_free(struct zs_pool *pool, const struct size_class *class,
					   struct zs_place place, u32 next)
{
	size_t offset = pool_offset(pool, class, place.index);

	if (class->huge)
		zpdesc_set_handle(place.page, 0);
	else
		WRITE_ONCE(
			*(u64 *)((char *)page_address(kc_unseen(pool->zone), place.page) + offset),
			zs_header_free(next));
}

/**
 * zspage_push() - take a chunk back
 * @pool:	pool
 * @class:	locked
 * @place:	chunk in use
 *
 * The zspage is asked of the page once more, as obj_free() does.
 */
static __always_inline void zspage_push(struct zs_pool *pool, const struct size_class *class,
					struct zs_place place)
{
	struct zspage *zspage = zpdesc_zspage(place.page);
	union zspage_state old;
	union zspage_state new;

	do {
		old = zspage_state(class, zspage);
		new = shard_pushed(class, old, place.index, 1);
		place_set_free(pool, class, place, old.freeobj);
	} while (unlikely(!zspage_change(class, zspage, old, new)));
}

/**
 * shard_pin() - claim an object, to free or to move it
 * @handle:	its cell is alive
 * Return:	false if somebody else has claimed it.
 */
static __always_inline bool shard_pin(unsigned long handle)
{
	return !(__atomic_fetch_or((u64 *)handle, ZS_OBJ_PINNED, __ATOMIC_ACQUIRE) & ZS_OBJ_PINNED);
}

/** shard_unpin() - end a claim. @handle: claimed by the caller, who has the class lock */
static inline void shard_unpin(unsigned long handle)
{
	smp_store_release((u64 *)handle, pool_cell(handle) & ~ZS_OBJ_PINNED);
}

/**
 * shard_try_free() - F1 to F4
 * @pool:	pool
 * @handle:	object
 * Return:	false if that takes the class lock: the object is still there.
 */
bool shard_try_free(struct zs_pool *pool, unsigned long handle);

/** shard_freeze() - keep frees without lock out. @class: locked, sharded; @zspage: of it */
void shard_freeze(const struct size_class *class, struct zspage *zspage);

/** shard_thaw() - end what shard_freeze() began. @class: locked, sharded; @zspage: frozen */
void shard_thaw(const struct size_class *class, struct zspage *zspage);

/**
 * shard_pin_page() - claim all objects that start in a page
 * @pool:	pool
 * @class:	locked, sharded
 * @zspage:	frozen
 * @page:	one of its pages
 * Return:	false if one of them, or of the zspage's other objects, is being freed; nothing is
 *		claimed then.
 */
bool shard_pin_page(struct zs_pool *pool, const struct size_class *class, struct zspage *zspage,
		    const struct page *page);

#endif
