// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The studies of single parts of the free path: each in a tiny form, and its counts against
 * models.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <linux/minmax.h>

#include "sim/run/config.h"
#include "sim/study/probe/pool.h"
#include "sim/study/registry.h"
#include "sim/study/shape.h"
#include "tests/t_tsan.h"
#include "zsmalloc/geometry.h"

enum {
	TINY_RUNS = 1,
};

static char message[300];
static struct sim_message msg = { message, sizeof(message) };

static void tiny(const struct study_ops *ops, struct zramsim_config *cfg, u64 bytes)
{
	study_defaults(ops, cfg);
	cfg->size_bytes = bytes;
	cfg->runs = TINY_RUNS;
	cfg->warmup = 0;
	cfg->max_ns = 0;
}

static struct study *run(const struct study_ops *ops, const struct zramsim_config *cfg)
{
	struct study *study = NULL;
	int err = study_run(ops, cfg, &study, &msg);

	if (err)
		fail_msg("%s: %d: %s", ops->name, err, message);
	return study;
}

static double median(const struct study *study, const char *levels, const char *key)
{
	int arm = study_find_arm(study, "%s", levels);

	if (arm < 0)
		fail_msg("%s has no %s", study->ops->name, levels);
	return study_value(study, (unsigned int)arm, key).median;
}

static struct study *run_tiny(const struct study_ops *ops, u64 bytes)
{
	struct zramsim_config cfg;
	struct study *study;

	tiny(ops, &cfg, bytes);
	study = run(ops, &cfg);
	assert_true(study->complete);
	assert_true(study->nr_arms > 1);
	assert_true(study->nr_sentences > 0);
	return study;
}

/* Fewer bytes in a short form, where their number does not matter. */
static u64 few(u64 bytes)
{
	return getenv("ZRAMSIM_TEST_SHORT") ? bytes / 4 : bytes;
}

/* All arms have a value of @key between @low and @high, if they have one. */
static void assert_between(const struct study *study, const char *key, double low, double high)
{
	struct zramsim_value v;
	unsigned int i, nr = 0;

	for (i = 0; i < study->nr_arms; i++) {
		v = study_value(study, i, key);
		if (!v.nr)
			continue;
		nr++;
		if (!(v.min >= low && v.max <= high)) {
			char name[STUDY_NAME_CHARS];

			study_arm_name(study, i, name);
			fail_msg("%s %s: %s is %g to %g", study->ops->name, name, key, v.min,
				 v.max);
		}
	}
	assert_true(nr > 0);
}

static void a_scan_drains_what_was_queued(void **state)
{
	const u64 bytes = few(few(64 << 20));
	struct study *study = run_tiny(&study_scan_cost, bytes);
	u64 nr = study_arm(study, 0)->arg[0];

	(void)state;
	assert_int_equal(nr, bytes / 4096);
	assert_int_equal(
		median(study, "strategy=bitmap layout=tail density=0.00001", "pending_slots"), 1);
	assert_int_equal(median(study, "strategy=radix layout=clustered density=0.1",
				"pending_slots"),
			 llround(0.1 * (double)nr));
	assert_int_equal(median(study, "strategy=hbitmap density=1", "pending_slots"), nr);
	assert_int_equal(study_find_arm(study, "layout=tail density=1"), -1);
	assert_between(study, "drain_ns_per_slot", 0, INFINITY);
	study_free(study);
}

long __real_sysconf(int name);
long __wrap_sysconf(int name);

/* A small cache: to walk those of a large host takes longer than all the rest of these tests. */
long __wrap_sysconf(int name)
{
	return name == _SC_LEVEL3_CACHE_SIZE ? 1 << 20 : __real_sysconf(name);
}

static void a_split_has_shares(void **state)
{
	struct study *study;

	(void)state;
	t_has_one_thread();
	study = run_tiny(&study_slot_free_split, 1 << 20);
	assert_between(study, "zs_free_share_apart", 0.001, 0.999);
	assert_between(study, "zs_free_share", 0.001, 0.999);
	assert_between(study, "slot_free_ns", 1, INFINITY);
	assert_int_equal(study->nr_arms, 18);
	study_free(study);
}

static void a_peak_is_part_of_what_was_stored(void **state)
{
	struct study *study = run_tiny(&study_peak_memory, few(2 << 20));

	(void)state;
	assert_between(study, "held_share", 0, 1.0001);
	assert_between(study, "alloc_wait_ns", 0, INFINITY);
	assert_true(median(study, "strategy=sync", "held_peak_bytes") <= 0);
	study_free(study);
}

static void requests_above_what_was_present_need_known_data(void **state)
{
	struct zramsim_config cfg;
	struct study *study;

	(void)state;
	tiny(&study_peak_memory, &cfg, 1 << 20);
	assert_int_equal(study_plan(&study_peak_memory, &cfg, &study, &msg), 0);
	assert_true(study_find_arm(study, "request=1.2") >= 0);
	assert_int_equal(study->arms[study_find_arm(study, "request=0.5")].cfg.alloc_bytes,
			 cfg.procs * cfg.size_bytes / 2);
	study_free(study);
	cfg.data = "rfc";
	assert_int_equal(study_plan(&study_peak_memory, &cfg, &study, &msg), 0);
	assert_int_equal(study_find_arm(study, "request=1.2"), -1);
	assert_true(study_find_arm(study, "request=1") >= 0);
	study_free(study);
}

static void a_starved_worker_stays_within_the_budget(void **state)
{
	struct study *study = run_tiny(&study_starved_worker, few(1 << 20));

	(void)state;
	assert_between(study, "held_of_budget", 0, 1);
	assert_between(study, "overflow_share", 0, 1);
	assert_int_equal(study_find_arm(study, "strategy=sync starved=1ms"), -1);
	assert_true(study_find_arm(study, "strategy=sync starved=hogs") >= 0);
	assert_int_equal(study_find_arm(study, "strategy=rfc budget=64M"), -1);
	study_free(study);
}

static void compaction_runs_under_every_design(void **state)
{
	struct study *study = run_tiny(&study_compaction, few(2 << 20));

	(void)state;
	assert_int_equal(study->nr_arms, 12);
	assert_true(median(study, "locks=class", "objects_moved") <= 0);
	assert_between(study, "pool_wait_ns", 0, INFINITY);
	assert_between(study, "class_contended", 0, INFINITY);
	study_free(study);
}

/* Holds of a class lock that a bound allows at least, freeing by runs in chunks of 4096. */
static double holds_by_runs(const u32 *sizes, u32 nr, unsigned int hold,
			    unsigned int (*class_of)(u32))
{
	u32 i, len = 0, holds = 0;

	for (i = 0; i < nr; i++) {
		if (i % 4096 && class_of(sizes[i]) == class_of(sizes[i - 1]) && len < hold) {
			len++;
			continue;
		}
		len = 1;
		holds++;
	}
	return (double)holds / nr;
}

static unsigned int class_4k(u32 size)
{
	static struct zs_shape table[ZS_MAX_CLASSES];
	unsigned int nr = zs_geometry_nr_classes(12), i;

	zs_geometry_table(12, ZS_DEFAULT_CHAIN, ZS_FIT_LEAST_WASTE, table);
	for (i = 0; i < nr && table[i].size < min(size + 8, 4096U); i++)
		;
	return table[i].index;
}

static void batches_take_as_many_locks_as_their_runs(void **state)
{
	struct study *study = run_tiny(&study_batching, 8 << 20);
	const u32 nr = (8 << 20) / 4096;
	u32 *sizes = calloc(nr, sizeof(*sizes));
	double holds;

	(void)state;
	assert_non_null(sizes);
	assert_int_equal(probe_sizes("alike", &study_arm(study, 0)->cfg, study->base.seed, sizes,
				     nr, &msg),
			 0);
	holds = holds_by_runs(sizes, nr, 16, class_4k);
	assert_true(fabs(median(study, "sizes=alike batch=runs hold=16", "holds_per_object") -
			 holds) < 1e-9);
	assert_true(fabs(median(study, "sizes=alike", "holds_per_object") - 1) < 1e-9);
	assert_true(median(study, "sizes=alike batch=sorted hold=256", "holds_per_object") <=
		    median(study, "sizes=alike batch=runs hold=256", "holds_per_object"));
	assert_true(fabs(median(study, "sizes=rfc batch=runs hold=16", "holds_per_object") -
			 1.0 / 16) < 1e-9);
	assert_true(fabs(median(study, "sizes=rfc batch=sorted hold=256", "holds_per_object") -
			 1.0 / 256) < 1e-9);
	assert_true(fabs(median(study, "sizes=rfc", "run_length") - nr) < 1e-9);
	assert_true(median(study, "sizes=alike", "run_length") >
		    median(study, "sizes=anon", "run_length"));
	assert_int_equal(median(study, "sizes=anon", "pages_freed"),
			 median(study, "sizes=anon batch=sorted", "pages_freed"));
	assert_int_equal(study_find_arm(study, "sizes=data"), -1);
	assert_int_equal(study_find_arm(study, "hold=4096"), -1);
	free(sizes);
	study_free(study);
}

/* Objects of a fresh pool: each class fills its zspages one after the other. */
struct model {
	u32 nr;
	u32 *sizes;
	u32 *zspage;
	u32 *left; /* objects in each zspage */
	u32 nr_zspages;
};

static void model_fill(struct model *m)
{
	static struct zs_shape table[ZS_MAX_CLASSES];
	unsigned int nr = zs_geometry_nr_classes(12), c;
	u32 *open = calloc(nr, sizeof(*open)), *room = calloc(nr, sizeof(*room)), i;

	assert_non_null(open);
	assert_non_null(room);
	zs_geometry_table(12, ZS_DEFAULT_CHAIN, ZS_FIT_LEAST_WASTE, table);
	for (i = 0; i < m->nr; i++) {
		for (c = 0; c < nr && table[c].size < min(m->sizes[i] + 8, 4096U); c++)
			;
		if (!room[c]) {
			open[c] = m->nr_zspages++;
			room[c] = table[c].objs;
		}
		room[c]--;
		m->zspage[i] = open[c];
		m->left[open[c]]++;
	}
	free(open);
	free(room);
}

static double model_emptied(const struct model *m, const u32 *order, u32 frees)
{
	u32 *left = malloc(m->nr * sizeof(*left)), i, emptied = 0;

	assert_non_null(left);
	memcpy(left, m->left, m->nr * sizeof(*left));
	for (i = 0; i < frees; i++)
		emptied += --left[m->zspage[order[i]]] == 0;
	free(left);
	return (double)emptied / frees;
}

static void check_order(const struct study *study, const char *levels, const struct model *m,
			const u32 *order)
{
	double values[STUDY_MAX_QUANTITIES] = { 0 };
	int arm = study_find_arm(study, "%s", levels);

	assert_true(arm >= 0);
	if (study_zspage_emptied.probe(study_arm(study, (unsigned int)arm), 0, values, &msg))
		fail_msg("%s: %s", levels, message);
	assert_true(fabs(values[0] - model_emptied(m, order, m->nr / 4)) < 1e-9);
	assert_true(fabs(values[1] - model_emptied(m, order, m->nr / 2)) < 1e-9);
	assert_true(fabs(values[2] - model_emptied(m, order, m->nr)) < 1e-9);
	assert_int_equal(values[3], m->nr);
	/* Whoever frees everything empties each zspage, once. */
	assert_int_equal(values[4], m->nr_zspages);
}

static void zspages_are_emptied_when_the_model_says(void **state)
{
	struct model m = { .nr = 1 << 13 };
	u32 *order = calloc(m.nr, sizeof(*order)), i, n = 0, proc;
	struct zramsim_config cfg;
	struct study *study;

	(void)state;
	m.sizes = calloc(m.nr, sizeof(u32));
	m.zspage = calloc(m.nr, sizeof(u32));
	m.left = calloc(m.nr, sizeof(u32));
	assert_true(order && m.sizes && m.zspage && m.left);
	tiny(&study_zspage_emptied, &cfg, (u64)m.nr * 4096);
	assert_int_equal(study_plan(&study_zspage_emptied, &cfg, &study, &msg), 0);
	assert_int_equal(
		probe_sizes("anon", &study_arm(study, 0)->cfg, cfg.seed, m.sizes, m.nr, &msg), 0);
	model_fill(&m);
	for (i = 0; i < m.nr; i++)
		order[i] = i;
	check_order(study, "order=allocation", &m, order);
	for (i = 0; i < m.nr; i++)
		order[i] = m.nr - 1 - i;
	check_order(study, "order=reverse", &m, order);
	for (proc = 0; proc < 4; proc++) {
		for (i = 0; i < m.nr; i++) {
			if (i / 512 % 4 == proc)
				order[n++] = i;
		}
	}
	check_order(study, "order=process", &m, order);
	study_free(study);
	free(order);
	free(m.sizes);
	free(m.zspage);
	free(m.left);
}

static void every_pool_is_emptied_to_the_last_page(void **state)
{
	struct study *study;
	unsigned int i;

	(void)state;
	t_has_one_thread();
	study = run_tiny(&study_zspage_emptied, 4 << 20);
	assert_between(study, "share_100", 0.001, 1);
	assert_between(study, "share_25", 0, 1);
	for (i = 0; i < study->nr_arms; i++)
		assert_true(fabs(study_value(study, i, "share_100").median *
					 study_value(study, i, "objects").median -
				 study_value(study, i, "zspages").median) < 1e-6);
	/* With one object per zspage every free empties one. */
	assert_between(study, "half_objs_1", 1, 1);
	study_free(study);
}

static void sizes_follow_their_names(void **state)
{
	struct zramsim_config cfg, checked = { 0 };
	u32 sizes[4096], i, near = 0;
	u64 sum = 0;

	(void)state;
	zramsim_config_init(&cfg);
	assert_int_equal(sim_config_check(&cfg, &checked, &msg), 0);
	assert_int_equal(probe_sizes("rfc", &checked, 1, sizes, 16, &msg), 0);
	for (i = 1; i < 16; i++)
		assert_int_equal(sizes[i], sizes[0]);
	assert_int_equal(probe_sizes("alike", &checked, 1, sizes, 4096, &msg), 0);
	for (i = 1; i < 4096; i++)
		near += sizes[i] < sizes[i - 1] + 32 && sizes[i - 1] < sizes[i] + 32;
	assert_true(near > 4096 * 7 / 10);
	assert_int_equal(probe_sizes("anon", &checked, 1, sizes, 4096, &msg), 0);
	for (i = 0; i < 4096; i++) {
		assert_true(sizes[i] >= 1 && sizes[i] <= 4096);
		sum += sizes[i];
	}
	assert_true(sum / 4096 > 500 && sum / 4096 < 3000);
	assert_int_equal(probe_sizes("uniform", &checked, 1, sizes, 4096, &msg), 0);
	for (i = 0; i < 4096; i++)
		assert_true((sizes[i] >= 1 && sizes[i] < 3625) || sizes[i] == 4096);
	sim_config_release(&checked);
	checked.data = "sizes:/nowhere/at/all";
	assert_int_not_equal(probe_sizes("data", &checked, 1, sizes, 16, &msg), 0);
}

static void a_shuffle_keeps_all_numbers(void **state)
{
	bool seen[1000] = { false };
	u32 v[1000], i, moved = 0;

	(void)state;
	for (i = 0; i < 1000; i++)
		v[i] = i;
	probe_shuffle(v, 1000, 7);
	for (i = 0; i < 1000; i++) {
		assert_true(v[i] < 1000 && !seen[v[i]]);
		seen[v[i]] = true;
		moved += v[i] != i;
	}
	assert_true(moved > 900);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_follow_their_names),
		cmocka_unit_test(a_shuffle_keeps_all_numbers),
		cmocka_unit_test(a_scan_drains_what_was_queued),
		cmocka_unit_test(a_split_has_shares),
		cmocka_unit_test(a_peak_is_part_of_what_was_stored),
		cmocka_unit_test(requests_above_what_was_present_need_known_data),
		cmocka_unit_test(a_starved_worker_stays_within_the_budget),
		cmocka_unit_test(compaction_runs_under_every_design),
		cmocka_unit_test(batches_take_as_many_locks_as_their_runs),
		cmocka_unit_test(zspages_are_emptied_when_the_model_says),
		cmocka_unit_test(every_pool_is_emptied_to_the_last_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
