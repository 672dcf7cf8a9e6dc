// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <stdlib.h>

#include <linux/atomic.h>

#include "port.h"
#include "tests/strategy/t_storm.h"
#include "tests/t_wait.h"

enum {
	T_STORM_THREADS = 16,
	T_STORM_RUN = 24, /* slots notified one after the other, as for a swap cluster */
};

/*
 * What a slot may hold: @version, 0 for nothing; while @dropped, either that or nothing,
 * as a notification may be pending, done, or missed because a reader held the lock.
 */
struct slot_model {
	u32 version;
	bool dropped;
};

struct storm_thread {
	struct t_storm *storm;
	struct kc_thread thread;
	unsigned int nr;
	u64 seed;
	u32 first;
	u32 nr_slots;
	u32 last_version;
	u32 done; /* operations so far, checks at the end included */
	bool ended;
	struct slot_model *slots;
	u64 page[T_PAGE_SIZE / sizeof(u64)];
};

static void storm_error(struct t_storm *storm, const char *what)
{
	if (!__atomic_fetch_add(&storm->errors, 1, __ATOMIC_RELAXED))
		__atomic_store_n(&storm->first_error, what, __ATOMIC_RELAXED);
}

static u32 storm_below(struct storm_thread *t, u32 bound)
{
	return (u32)kc_random_below(&t->seed, bound);
}

static void storm_check(struct storm_thread *t, u32 i)
{
	const struct slot_model *m = &t->slots[i];
	u32 slot = t->first + i;

	if (zram_read(t->storm->dev->zram, slot, t->page)) {
		storm_error(t->storm, "a read failed");
		return;
	}
	if (m->version && t_page_is(t->page, slot, m->version))
		return;
	if ((!m->version || m->dropped) && t_page_is_zero(t->page))
		return;
	storm_error(t->storm, "a slot reads as something else than was written");
}

static void storm_write(struct storm_thread *t, u32 i)
{
	u32 version = ++t->last_version;
	int err;

	t_fill_page(t->page, t->first + i, version);
	err = zram_write(t->storm->dev->zram, t->first + i, t->page);
	if (!err)
		t->slots[i] = (struct slot_model){ .version = version };
	else if (err != -ENOMEM || !t->storm->writes_may_fail)
		storm_error(t->storm, "a write failed");
}

static void storm_notify(struct storm_thread *t, u32 i)
{
	u32 n = 1 + storm_below(t, T_STORM_RUN);

	for (; n && i < t->nr_slots; n--, i++) {
		t->slots[i].dropped = true;
		zram_slot_free_notify(t->storm->dev->zram, t->first + i);
	}
}

static void storm_discard(struct storm_thread *t, u32 i)
{
	zram_discard(t->storm->dev->zram, (u64)(t->first + i) << T_PAGE_SHIFT, T_PAGE_SIZE);
	t->slots[i] = (struct slot_model){ .version = 0 };
}

static void storm_step(struct storm_thread *t)
{
	u32 i = storm_below(t, t->nr_slots);
	u32 dice = storm_below(t, 100);

	if (dice < 45)
		storm_write(t, i);
	else if (dice < 65)
		storm_notify(t, i);
	else if (dice < 80)
		storm_check(t, i);
	else if (dice < 85)
		storm_discard(t, i);
	else if (zram_read(t->storm->dev->zram, storm_below(t, t->storm->dev->nr_slots), t->page))
		storm_error(t->storm, "a read of another thread's slot failed");
}

static void storm_thread(void *arg)
{
	struct storm_thread *t = arg;
	const struct t_storm *storm = t->storm;
	u32 i;

	set_active_account(&storm->dev->account);
	for (i = 0; storm->ops ? i < storm->ops : !READ_ONCE(*storm->stop); i++) {
		storm_step(t);
		WRITE_ONCE(t->done, t->done + 1);
	}
	for (i = 0; i < t->nr_slots; i++) {
		storm_check(t, i);
		WRITE_ONCE(t->done, t->done + 1);
	}
	WRITE_ONCE(t->ended, true);
}

/* Wait for @nr threads as long as any of them gets on; that none does ends the program. */
static void storm_wait(const struct t_storm *storm, const struct storm_thread *threads,
		       unsigned int nr)
{
	unsigned int looks = T_WAIT_SOON;
	u64 before = 0;

	while (nr) {
		u64 done = 0;
		unsigned int i;

		for (i = 0; i < nr; i++)
			done += READ_ONCE(threads[i].done);
		for (; nr && READ_ONCE(threads[nr - 1].ended); nr--)
			done -= READ_ONCE(threads[nr - 1].done);
		looks = done != before ? T_WAIT_SOON : looks + 1;
		before = done;
		if (nr && !t_wait_look(looks)) {
			fprintf(stderr, "# %s: a storm is stuck, %llu items are pending\n",
				storm->dev->zf->ops->name,
				(unsigned long long)zfree_pending(storm->dev->zf));
			t_waited_in_vain(__FILE__, __LINE__, "the threads of a storm");
		}
	}
}

void t_storm_run(struct t_storm *storm)
{
	struct storm_thread *threads = calloc(T_STORM_THREADS, sizeof(*threads));
	unsigned int i;

	storm->errors = 0;
	for (i = 0; threads && i < storm->nr_threads && i < T_STORM_THREADS; i++) {
		struct storm_thread *t = &threads[i];

		t->storm = storm;
		t->nr = i;
		t->seed = storm->seed + i;
		t->nr_slots = storm->dev->nr_slots / storm->nr_threads;
		t->first = i * t->nr_slots;
		t->slots = calloc(t->nr_slots, sizeof(*t->slots));
		if (!t->slots || kc_thread_create(&t->thread, "storm", storm_thread, t)) {
			storm_error(storm, "no thread");
			free(t->slots);
			break;
		}
	}
	storm_wait(storm, threads, i);
	while (i) {
		kc_thread_join(&threads[--i].thread);
		free(threads[i].slots);
	}
	free(threads);
}
