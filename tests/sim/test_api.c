// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The public interface, seen through its installed headers only. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zramsim/experiment.h>

enum {
	PAGE_BYTES = 4096,
	NR_SLOTS = 256,
	NR_THREADS = 4,
	ROUNDS = 20,
};

static struct zramsim_device *make_device(void)
{
	struct zramsim_device_params params = { .disksize_bytes = NR_SLOTS * PAGE_BYTES };
	struct zramsim_device *dev;

	assert_int_equal(zramsim_device_create(&params, &dev), 0);
	assert_int_equal(zramsim_nr_slots(dev), NR_SLOTS);
	return dev;
}

static void make_page(char *page, uint32_t index, int round)
{
	size_t pos;

	memset(page, 0, PAGE_BYTES);
	for (pos = 0; pos < PAGE_BYTES; pos += 64)
		snprintf(page + pos, 60, "%u %d %zu", index, round, pos * (index + 1));
}

static void pages_read_as_they_were_written(void **state)
{
	struct zramsim_device *dev = make_device();
	char page[PAGE_BYTES], want[PAGE_BYTES];
	uint32_t i;

	(void)state;
	for (i = 0; i < NR_SLOTS; i++) {
		make_page(page, i, 0);
		assert_int_equal(zramsim_write(dev, i, page), 0);
	}
	for (i = 0; i < NR_SLOTS; i++) {
		make_page(want, i, 0);
		assert_int_equal(zramsim_read(dev, i, page), 0);
		assert_memory_equal(page, want, PAGE_BYTES);
	}
	zramsim_device_destroy(dev);
}

static void indices_beyond_the_end_are_refused(void **state)
{
	struct zramsim_device *dev = make_device();
	char page[PAGE_BYTES] = { 0 };

	(void)state;
	assert_int_equal(zramsim_write(dev, NR_SLOTS, page), -EINVAL);
	assert_int_equal(zramsim_read(dev, NR_SLOTS, page), -EINVAL);
	assert_int_equal(zramsim_notify(dev, NR_SLOTS), -EINVAL);
	assert_int_equal(zramsim_discard(dev, 0, NR_SLOTS * PAGE_BYTES + 1), -EINVAL);
	assert_int_equal(zramsim_discard(dev, UINT64_MAX, 2), -EINVAL);
	assert_int_equal(zramsim_discard(dev, NR_SLOTS * PAGE_BYTES, 0), -EINVAL);
	assert_int_equal(zramsim_discard(dev, 512, PAGE_BYTES), -EINVAL);
	zramsim_device_destroy(dev);
}

static void bad_parameters_make_no_device(void **state)
{
	struct zramsim_device_params params = { .page_bytes = 1000 };
	struct zramsim_device *dev;

	(void)state;
	assert_int_equal(zramsim_device_create(&params, &dev), -EINVAL);
	assert_null(dev);
	params.page_bytes = 0;
	params.comp = "nothing-like-this";
	assert_int_equal(zramsim_device_create(&params, &dev), -ENOENT);
	zramsim_device_destroy(NULL);
}

static void bad_models_make_no_device(void **state)
{
	static const struct zramsim_model models[] = {
		{ .kernel = (enum zramsim_kernel)8 }, { .locks = (enum zramsim_locks)5 },
		{ .pages = (enum zramsim_pages)4 },   { .flags = (enum zramsim_flags)3 },
		{ .stats = (enum zramsim_stats)3 },   { .hold_objs = 65537 },
	};
	struct zramsim_device_params params = { 0 };
	struct zramsim_device *dev;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		params.model = models[i];
		assert_int_equal(zramsim_device_create(&params, &dev), -EINVAL);
		assert_null(dev);
	}
}

/* Write and drop every slot, drain, and see that nothing is left. */
static void t_fill_and_drop(struct zramsim_device *dev)
{
	struct zramsim_strategy_counters stats;
	struct zramsim_stat mm;
	char page[PAGE_BYTES], back[PAGE_BYTES];
	uint32_t i;

	for (i = 0; i < NR_SLOTS; i++) {
		make_page(page, i, 4);
		assert_int_equal(zramsim_write(dev, i, page), 0);
	}
	for (i = 0; i < NR_SLOTS; i += 2)
		assert_int_equal(zramsim_notify(dev, i), 0);
	zramsim_compact(dev);
	for (i = 1; i < NR_SLOTS; i += 2) {
		make_page(page, i, 4);
		assert_int_equal(zramsim_read(dev, i, back), 0);
		assert_memory_equal(page, back, PAGE_BYTES);
		assert_int_equal(zramsim_notify(dev, i), 0);
	}
	zramsim_drain(dev);
	zramsim_strategy_stats(dev, &stats);
	assert_int_equal(stats.pending, 0);
	zramsim_mm_stat(dev, &mm);
	assert_int_equal(mm.orig_data_size, 0);
	assert_int_equal(mm.compr_data_size, 0);
	assert_int_equal(mm.mem_used_total, 0);
}

/* Every way of freeing there is, under a strategy that queues and one that does not. */
static void each_model_frees_what_was_written(void **state)
{
	static const char *const names[] = { "sync", "array" };
	struct zramsim_device_params params = { .disksize_bytes = NR_SLOTS * PAGE_BYTES };
	struct zramsim_strategy_params how = { 0 };
	struct zramsim_device *dev;
	unsigned int i;

	(void)state;
	for (i = 0; i < 4 * 3 * 2 * 2 * 2; i++) {
		params.model.locks = (enum zramsim_locks)(1 + i % 4);
		params.model.pages = (enum zramsim_pages)(1 + i / 4 % 3);
		params.model.flags = (enum zramsim_flags)(1 + i / 12 % 2);
		params.model.stats = (enum zramsim_stats)(1 + i / 2 % 2);
		params.model.hold_objs = i & 1 ? 3 : 0;
		how.defer = i / 24 % 2 ? ZRAMSIM_DEFER_HANDLE : ZRAMSIM_DEFER_SLOT;
		how.batch = ZRAMSIM_BATCH_SORTED;
		assert_int_equal(zramsim_device_create(&params, &dev), 0);
		assert_int_equal(zramsim_attach(dev, names[i / 48], &how), 0);
		t_fill_and_drop(dev);
		zramsim_device_destroy(dev);
	}
}

static void what_is_deferred_goes_with_the_device(void **state)
{
	static const struct {
		enum zramsim_pages pages;
		enum zramsim_defer defer;
		const char *name;
		int err;
	} cases[] = {
		{ ZRAMSIM_PAGES_INSIDE, ZRAMSIM_DEFER_NONE, "sync", 0 },
		{ ZRAMSIM_PAGES_OUTSIDE, ZRAMSIM_DEFER_NONE, "sync", 0 },
		{ ZRAMSIM_PAGES_DEFERRED, ZRAMSIM_DEFER_NONE, "sync", -EINVAL },
		{ ZRAMSIM_PAGES_INSIDE, ZRAMSIM_DEFER_ZSPAGE, "sync", -EINVAL },
		{ ZRAMSIM_PAGES_OUTSIDE, ZRAMSIM_DEFER_ZSPAGE, "sync", -EINVAL },
		{ ZRAMSIM_PAGES_DEFERRED, ZRAMSIM_DEFER_ZSPAGE, "sync", 0 },
		{ ZRAMSIM_PAGES_DEFERRED, ZRAMSIM_DEFER_DEFAULT, "sync", 0 },
		{ ZRAMSIM_PAGES_INSIDE, ZRAMSIM_DEFER_NONE, "bitmap", -EINVAL },
		{ ZRAMSIM_PAGES_DEFERRED, ZRAMSIM_DEFER_ZSPAGE, "bulk", -EINVAL },
		{ ZRAMSIM_PAGES_DEFERRED, ZRAMSIM_DEFER_HANDLE, "bulk", 0 },
	};
	struct zramsim_device_params params = { .disksize_bytes = NR_SLOTS * PAGE_BYTES };
	struct zramsim_strategy_params how = { 0 };
	struct zramsim_device *dev;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		params.model.pages = cases[i].pages;
		how.defer = cases[i].defer;
		assert_int_equal(zramsim_device_create(&params, &dev), 0);
		assert_int_equal(zramsim_attach(dev, cases[i].name, &how), cases[i].err);
		zramsim_device_destroy(dev);
	}
}

static void experiments_say_where_time_and_locks_went(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	struct zramsim_value value;
	char message[256];

	(void)state;
	zramsim_config_init(&cfg);
	cfg.strategies[0] = "sync";
	cfg.strategies[1] = "array";
	cfg.nr_strategies = 2;
	cfg.size_bytes = 1 << 20;
	cfg.runs = 2;
	cfg.phases = true;
	assert_int_equal(zramsim_run(&cfg, &result, message, sizeof(message)), 0);
	assert_int_equal(zramsim_result_value(result, "sync", "locks.class.acquisitions", &value),
			 0);
	assert_true(value.median > 0);
	assert_int_equal(zramsim_result_value(result, "sync", "locks.slot.hold_ns", &value),
			 -ENOENT); /* not timed */
	assert_int_equal(zramsim_result_value(result, "sync", "locks.klass.hold_ns", &value),
			 -ENOENT);
	assert_int_equal(zramsim_result_value(result, "sync",
					      "phases.producer.notify.calls_per_slot", &value),
			 0);
	assert_true(value.median >= 1);
	assert_int_equal(zramsim_result_value(result, "array", "phases.worker.drain.share", &value),
			 0);
	assert_true(value.median > 0 && value.median <= 1);
	assert_int_equal(zramsim_result_value(result, "sync", "phases.worker.drain.share", &value),
			 -ENOENT); /* it has no worker */
	assert_int_equal(zramsim_result_value(result, "sync", "phase_cost_ns_per_slot", &value), 0);
	assert_true(value.median > 0);
	zramsim_result_free(result);
}

static void each_strategy_attaches_frees_and_detaches(void **state)
{
	struct zramsim_device *dev = make_device();
	struct zramsim_strategy_counters stats;
	struct zramsim_stat mm;
	char page[PAGE_BYTES];
	unsigned int s;
	uint32_t i;

	(void)state;
	assert_null(zramsim_strategy_name(zramsim_nr_strategies()));
	assert_null(zramsim_strategy_summary(zramsim_nr_strategies()));
	assert_int_equal(zramsim_strategy_units(zramsim_nr_strategies()), 0);
	for (s = 0; s < zramsim_nr_strategies(); s++) {
		assert_true(strlen(zramsim_strategy_summary(s)) > 10);
		assert_int_equal(zramsim_attach(dev, zramsim_strategy_name(s), NULL), 0);
		assert_int_equal(zramsim_attach(dev, "sync", NULL), -EBUSY);
		for (i = 0; i < NR_SLOTS; i++) {
			make_page(page, i, 1);
			assert_int_equal(zramsim_write(dev, i, page), 0);
			assert_int_equal(zramsim_notify(dev, i), 0);
		}
		zramsim_drain(dev);
		zramsim_strategy_stats(dev, &stats);
		assert_int_equal(stats.pending, 0);
		assert_int_equal(stats.queued, stats.drained + stats.cancelled);
		zramsim_mm_stat(dev, &mm);
		assert_int_equal(mm.orig_data_size, 0);
		assert_int_equal(mm.mem_used_total, 0);
		assert_true(zramsim_strategy_units(s) == 0 || stats.queued > 0);
		zramsim_detach(dev);
		zramsim_strategy_stats(dev, &stats);
		assert_int_equal(stats.queued, 0);
	}
	zramsim_device_destroy(dev);
}

static void bad_attachments_are_refused(void **state)
{
	struct zramsim_strategy_params params = { .defer = (enum zramsim_defer)42 };
	struct zramsim_strategy_ops incomplete = { .name = "half", .units = 1 };
	struct zramsim_device *dev = make_device();

	(void)state;
	assert_int_equal(zramsim_attach(dev, "no-such", NULL), -ENOENT);
	assert_int_equal(zramsim_attach(dev, NULL, NULL), -ENOENT);
	assert_int_equal(zramsim_attach(dev, "array", &params), -EINVAL);
	assert_int_equal(zramsim_attach_ops(dev, &incomplete, NULL), -EINVAL);
	params.defer = ZRAMSIM_DEFER_HANDLE;
	assert_int_equal(zramsim_attach(dev, "hbitmap", &params), -EINVAL);
	zramsim_detach(dev); /* without a strategy: nothing happens */
	zramsim_drain(dev);
	zramsim_device_destroy(dev);
}

/** struct t_stack - a strategy of the tests: a stack under a lock, with an exact set */
struct t_stack {
	pthread_mutex_t lock;
	uint64_t items[NR_SLOTS];
	uint32_t nr;
	uint32_t nr_slots;
	int *cancelled;
};

static int t_cancelled;
static int t_exits;
static int t_init_result;

static int t_init(void *state, uint32_t nr_slots, uint32_t budget_slots)
{
	struct t_stack *stack = state;

	assert_int_equal(nr_slots, NR_SLOTS);
	assert_true(budget_slots > 0);
	stack->nr_slots = nr_slots;
	stack->cancelled = &t_cancelled;
	return t_init_result ? t_init_result : pthread_mutex_init(&stack->lock, NULL);
}

static void t_exit(void *state)
{
	struct t_stack *stack = state;

	assert_int_equal(stack->nr, 0);
	t_exits++;
	pthread_mutex_destroy(&stack->lock);
}

static bool t_queue(void *state, uint64_t item)
{
	struct t_stack *stack = state;

	pthread_mutex_lock(&stack->lock);
	stack->items[stack->nr++] = item;
	pthread_mutex_unlock(&stack->lock);
	return true;
}

static bool t_cancel(void *state, uint32_t index)
{
	struct t_stack *stack = state;
	bool found = false;
	uint32_t i;

	pthread_mutex_lock(&stack->lock);
	for (i = 0; i < stack->nr && !found; i++) {
		found = stack->items[i] == index;
		if (found)
			stack->items[i] = stack->items[--stack->nr];
	}
	*stack->cancelled += found;
	pthread_mutex_unlock(&stack->lock);
	return found;
}

static uint32_t t_drain(void *state, struct zramsim_drain_run *run, uint32_t budget)
{
	struct t_stack *stack = state;
	uint32_t taken = 0;
	uint64_t item;

	while (taken < budget) {
		pthread_mutex_lock(&stack->lock);
		item = stack->nr ? stack->items[--stack->nr] : UINT64_MAX;
		pthread_mutex_unlock(&stack->lock);
		if (item == UINT64_MAX)
			break;
		zramsim_free_item(run, item);
		taken++;
	}
	return taken;
}

static const struct zramsim_strategy_ops t_ops = {
	.name = "stack",
	.units = 1,
	.state_bytes = sizeof(struct t_stack),
	.init = t_init,
	.exit = t_exit,
	.queue = t_queue,
	.cancel = t_cancel,
	.drain = t_drain,
};

static void ones_own_strategy_queues_cancels_and_drains(void **state)
{
	struct zramsim_strategy_params lazy = { .kick_bytes = 1 << 30, .flush_ms = 60000 };
	struct zramsim_device *dev = make_device();
	struct zramsim_strategy_counters stats;
	char page[PAGE_BYTES], back[PAGE_BYTES];
	uint32_t i;

	(void)state;
	t_cancelled = 0;
	t_exits = 0;
	assert_int_equal(zramsim_attach_ops(dev, &t_ops, &lazy), 0);
	for (i = 0; i < 100; i++) {
		make_page(page, i, 2);
		assert_int_equal(zramsim_write(dev, i, page), 0);
		assert_int_equal(zramsim_notify(dev, i), 0);
	}
	make_page(page, 5, 3);
	assert_int_equal(zramsim_write(dev, 5, page), 0); /* reused while pending */
	zramsim_strategy_stats(dev, &stats);
	assert_int_equal(stats.queued, 100);
	assert_int_equal(stats.cancelled, 1);
	assert_int_equal(t_cancelled, 1);
	assert_int_equal(stats.pending, 99);
	assert_true(stats.strategy_bytes >= sizeof(struct t_stack));
	zramsim_drain(dev);
	zramsim_strategy_stats(dev, &stats);
	assert_int_equal(stats.pending, 0);
	assert_int_equal(stats.drained, 99);
	assert_int_equal(zramsim_read(dev, 5, back), 0);
	assert_memory_equal(page, back, PAGE_BYTES);
	zramsim_device_destroy(dev); /* detaches */
	assert_int_equal(t_exits, 1);
}

static void a_failing_init_is_passed_on(void **state)
{
	struct zramsim_device *dev = make_device();

	(void)state;
	t_init_result = -ENOSPC;
	assert_int_equal(zramsim_attach_ops(dev, &t_ops, NULL), -ENOSPC);
	t_init_result = ENOSPC;
	assert_int_equal(zramsim_attach_ops(dev, &t_ops, NULL), -EINVAL);
	t_init_result = 0;
	assert_int_equal(zramsim_attach(dev, "sync", NULL), 0);
	zramsim_device_destroy(dev);
}

static void reset_limit_idle_and_compaction_work(void **state)
{
	struct zramsim_device *dev = make_device();
	struct zramsim_stat mm;
	char page[PAGE_BYTES];
	uint32_t i;
	int err = 0;

	(void)state;
	for (i = 0; i < NR_SLOTS; i++) {
		make_page(page, i, 1);
		assert_int_equal(zramsim_write(dev, i, page), 0);
	}
	assert_int_equal(zramsim_mark_idle(dev), NR_SLOTS);
	assert_int_equal(zramsim_recompress(dev), 0); /* no second compressor */
	assert_int_equal(zramsim_discard(dev, PAGE_BYTES, 150 * PAGE_BYTES), 0);
	zramsim_mm_stat(dev, &mm);
	assert_int_equal(mm.orig_data_size, (NR_SLOTS - 150) * PAGE_BYTES);
	zramsim_compact(dev);
	zramsim_reset(dev);
	zramsim_mm_stat(dev, &mm);
	assert_int_equal(mm.orig_data_size, 0);
	assert_int_equal(mm.mem_used_total, 0);
	zramsim_set_mem_limit(dev, 4 * PAGE_BYTES);
	for (i = 0; i < NR_SLOTS && !err; i++) {
		make_page(page, i, 1);
		err = zramsim_write(dev, i, page);
	}
	assert_int_equal(err, -ENOMEM);
	zramsim_device_destroy(dev);
}

/** struct t_job - one thread of a storm over one device */
struct t_job {
	struct zramsim_device *dev;
	pthread_t thread;
	uint32_t first;
	bool failed;
};

static void *t_storm(void *arg)
{
	struct t_job *job = arg;
	char page[PAGE_BYTES], back[PAGE_BYTES];
	struct zramsim_stat mm;
	uint32_t i;
	int round;

	for (round = 0; round < ROUNDS; round++) {
		for (i = job->first; i < job->first + NR_SLOTS / NR_THREADS; i++) {
			make_page(page, i, round);
			job->failed |= zramsim_write(job->dev, i, page) != 0;
			job->failed |= zramsim_read(job->dev, i, back) != 0;
			job->failed |= memcmp(page, back, PAGE_BYTES) != 0;
			job->failed |= zramsim_notify(job->dev, i) != 0;
		}
		zramsim_mm_stat(job->dev, &mm);
	}
	return NULL;
}

/* Attaching and detaching while others use the device. */
static void one_device_serves_many_threads(void **state)
{
	struct t_job jobs[NR_THREADS] = { 0 };
	struct zramsim_device *dev = make_device();
	struct zramsim_strategy_counters stats;
	unsigned int i;

	(void)state;
	for (i = 0; i < NR_THREADS; i++) {
		jobs[i].dev = dev;
		jobs[i].first = i * (NR_SLOTS / NR_THREADS);
		assert_int_equal(pthread_create(&jobs[i].thread, NULL, t_storm, &jobs[i]), 0);
	}
	for (i = 0; i < zramsim_nr_strategies(); i++) {
		assert_int_equal(zramsim_attach(dev, zramsim_strategy_name(i), NULL), 0);
		zramsim_strategy_stats(dev, &stats);
		zramsim_drain(dev);
		zramsim_detach(dev);
	}
	for (i = 0; i < NR_THREADS; i++) {
		pthread_join(jobs[i].thread, NULL);
		assert_false(jobs[i].failed);
	}
	zramsim_device_destroy(dev);
}

static void a_version_is_told(void **state)
{
	unsigned int major, minor, patch;

	(void)state;
	assert_int_equal(sscanf(zramsim_version(), "%u.%u.%u", &major, &minor, &patch), 3);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_read_as_they_were_written),
		cmocka_unit_test(indices_beyond_the_end_are_refused),
		cmocka_unit_test(bad_parameters_make_no_device),
		cmocka_unit_test(bad_models_make_no_device),
		cmocka_unit_test(each_model_frees_what_was_written),
		cmocka_unit_test(what_is_deferred_goes_with_the_device),
		cmocka_unit_test(experiments_say_where_time_and_locks_went),
		cmocka_unit_test(each_strategy_attaches_frees_and_detaches),
		cmocka_unit_test(bad_attachments_are_refused),
		cmocka_unit_test(ones_own_strategy_queues_cancels_and_drains),
		cmocka_unit_test(a_failing_init_is_passed_on),
		cmocka_unit_test(reset_limit_idle_and_compaction_work),
		cmocka_unit_test(one_device_serves_many_threads),
		cmocka_unit_test(a_version_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
