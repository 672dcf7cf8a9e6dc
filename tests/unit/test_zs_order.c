// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * In which order a zspage that has become empty is given back, and what is locked at each step. The
 * linker puts a look at the pool in front of what frees a page, a descriptor or a handle cell.
 */

#include <linux/sched.h>

#include "port.h"
#include "t_zs.h"

enum {
	T_STEPS = 16,
	T_SIZE = 1600, /* two pages, five objects */
	T_PAGES = 2,
	T_OBJS = 5,
};

/**
 * struct t_step - something was freed
 * @what:	'p' page, 'z' descriptor of a zspage, 'h' handle cell
 * @in_class:	the class lock was held
 * @in_pool:	the pool lock was held
 * @listed:	the class still had the zspage
 * @objs:	objects the class had room for
 * @pages:	pages the pool had
 * @locked:	pages of the zspage that were locked
 */
struct t_step {
	char what;
	bool in_class;
	bool in_pool;
	bool listed;
	unsigned long objs;
	unsigned long pages;
	unsigned int locked;
};

static struct t_step steps[T_STEPS];
static unsigned int nr_steps;
static struct t_zs *watched;
static struct size_class *watched_class;
static struct page *watched_pages[T_PAGES];

/* Names that the linker asks for. */
void __real___free_page(struct zone *zone, struct page *page);
void __wrap___free_page(struct zone *zone, struct page *page);
void __real_kmem_cache_free(struct kmem_cache *cache, void *obj);
void __wrap_kmem_cache_free(struct kmem_cache *cache, void *obj);

static void note(char what)
{
	struct t_step *step = &steps[nr_steps++];
	struct zs_pool *pool = watched->pool;
	unsigned int i;

	assert_true(nr_steps <= T_STEPS);
	*step = (struct t_step){ .what = what };
	step->in_class = spin_is_locked(watched_class->guard);
	step->in_pool = !write_trylock(&pool->lock);
	if (!step->in_pool)
		write_unlock(&pool->lock);
	step->listed = !list_empty(&watched_class->groups[ZS_EMPTY]);
	step->objs = watched_class->objs_allocated;
	step->pages = zs_get_total_pages(pool);
	for (i = 0; i < T_PAGES; i++)
		step->locked += PageLocked(watched_pages[i]);
}

void __wrap___free_page(struct zone *zone, struct page *page)
{
	if (watched)
		note('p');
	__real___free_page(zone, page);
}

void __wrap_kmem_cache_free(struct kmem_cache *cache, void *obj)
{
	if (watched && cache == watched->pool->zspages)
		note('z');
	else if (watched && cache == watched->pool->handles)
		note('h');
	__real_kmem_cache_free(cache, obj);
}

/* Watch the zspage of an object, which is the only one of its class. */
static void watch(struct t_zs *t, unsigned long handle)
{
	struct zspage *zspage = t_where(t, handle).zspage;
	unsigned int i;

	for (i = 0; i < T_PAGES; i++)
		watched_pages[i] = pfn_to_page(t->zone, zspage->pfns[i]);
	watched_class = pool_zspage_class(t->pool, zspage);
	assert_int_equal(watched_class->shape.pages, T_PAGES);
	nr_steps = 0;
	watched = t;
}

/* The order of steps, as one word. */
static void happened(const char *order)
{
	unsigned int i;

	watched = NULL;
	assert_int_equal(nr_steps, strlen(order));
	for (i = 0; i < nr_steps; i++)
		assert_int_equal(steps[i].what, order[i]);
}

/* The two pages and the descriptor of a zspage that has left its class, from step @i on. */
static void freed(unsigned int i, bool in_class)
{
	unsigned int k;

	for (k = 0; k <= T_PAGES; k++, i++) {
		assert_int_equal(steps[i].in_class, in_class);
		assert_int_equal(steps[i].locked, k < T_PAGES ? T_PAGES - 1 - k : 0);
		assert_false(steps[i].listed);
		assert_int_equal(steps[i].objs, 0);
		assert_int_equal(steps[i].pages, T_PAGES);
	}
}

static struct t_zs *open_as(enum zs_locks locks, enum zs_pages pages)
{
	t_config.locks = locks;
	t_config.pages = pages;
	return t_zs_open(12, 8);
}

/* 6.1, 6.12 to 7.2; 6.6; 7.3. */
static const struct {
	enum zs_locks locks;
	enum zs_pages pages;
} releases[] = { { ZS_LOCKS_CLASS, ZS_PAGES_INSIDE },
		 { ZS_LOCKS_POOL, ZS_PAGES_INSIDE },
		 { ZS_LOCKS_CLASS_IDX, ZS_PAGES_OUTSIDE } };

static void pages_then_descriptor_then_handle_on_their_side_of_the_unlock(void **state)
{
	unsigned int r, i;

	(void)state;
	for (r = 0; r < T_ROWS(releases); r++) {
		struct t_zs *t = open_as(releases[r].locks, releases[r].pages);
		unsigned long handle = t_alloc(t, T_SIZE);

		watch(t, handle);
		zs_free(t->pool, handle);
		happened("ppzh");
		freed(0, releases[r].pages == ZS_PAGES_INSIDE);
		assert_false(steps[3].in_class);
		assert_int_equal(steps[3].pages, 0);
		for (i = 0; i < nr_steps; i++)
			assert_false(steps[i].in_pool);
		t_zs_close(t, 0);
	}
}

static void a_busy_page_leaves_all_to_the_worker_which_frees_inside(void **state)
{
	unsigned int r;

	(void)state;
	for (r = 0; r < T_ROWS(releases); r++) {
		struct t_zs *t = open_as(releases[r].locks, releases[r].pages);
		unsigned long handle = t_alloc(t, T_SIZE);

		watch(t, handle);
		lock_page(watched_pages[1]);
		zs_free(t->pool, handle);
		assert_int_equal(nr_steps, 1);
		assert_int_equal(steps[0].what, 'h');
		assert_int_equal(steps[0].objs, T_OBJS);
		assert_int_equal(steps[0].pages, T_PAGES);
		assert_int_equal(steps[0].locked, 1);
		unlock_page(watched_pages[1]);
		zs_flush_deferred(t->pool);
		happened("hppz");
		freed(1, true);
		t_zs_close(t, 0);
	}
}

static void compaction_frees_inside(void **state)
{
	unsigned int r, i;

	(void)state;
	for (r = 0; r < T_ROWS(releases); r++) {
		struct t_zs *t = open_as(releases[r].locks, releases[r].pages);
		unsigned long h[T_OBJS + 1];

		for (i = 0; i <= T_OBJS; i++)
			h[i] = t_alloc(t, T_SIZE);
		zs_free(t->pool, h[1]);
		zs_free(t->pool, h[2]);
		watch(t, h[T_OBJS]);
		assert_int_equal(zs_compact(t->pool), T_PAGES);
		happened("ppz");
		for (i = 0; i < nr_steps; i++) {
			assert_true(steps[i].in_class);
			assert_true(steps[i].in_pool);
			assert_false(steps[i].listed);
		}
		for (i = 0; i <= T_OBJS; i++) {
			if (i != 1 && i != 2)
				zs_free(t->pool, h[i]);
		}
		t_zs_close(t, 0);
	}
}

struct t_free {
	struct t_zs *t;
	unsigned long handle;
};

static void free_in_a_thread(void *arg)
{
	struct t_free *what = arg;

	zs_free(what->t->pool, what->handle);
}

static bool pool_lock_is_free(struct zs_pool *pool)
{
	if (!write_trylock(&pool->lock))
		return false;
	write_unlock(&pool->lock);
	return true;
}

/* The test has the class lock, so the free cannot drop the pool lock; afterwards it has. */
static void the_pool_lock_is_kept_until_the_class_lock_is_had(void **state)
{
	struct t_free what = { .t = open_as(ZS_LOCKS_CLASS, ZS_PAGES_INSIDE) };
	struct size_class *class;
	struct kc_thread thread;

	(void)state;
	what.handle = t_alloc(what.t, T_SIZE);
	class = pool_zspage_class(what.t->pool, t_where(what.t, what.handle).zspage);
	spin_lock(class->guard);
	assert_int_equal(kc_thread_create(&thread, "free", free_in_a_thread, &what), 0);
	while (pool_lock_is_free(what.t->pool))
		cond_resched();
	assert_int_equal(class->objs_inuse, 1);
	spin_unlock(class->guard);
	kc_thread_join(&thread);
	assert_true(pool_lock_is_free(what.t->pool));
	t_zs_close(what.t, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_then_descriptor_then_handle_on_their_side_of_the_unlock),
		cmocka_unit_test(a_busy_page_leaves_all_to_the_worker_which_frees_inside),
		cmocka_unit_test(compaction_frees_inside),
		cmocka_unit_test(the_pool_lock_is_kept_until_the_class_lock_is_had),
	};

	return cmocka_run_group_tests_name("zs_order", tests, NULL, NULL);
}
