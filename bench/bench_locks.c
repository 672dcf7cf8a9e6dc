// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What does sync cost by itself under each lock design, with one and with two processes, and
 * wherever the pages of emptied zspages are freed? What does bulk save under each, and in which
 * phases of the free path does the time go?
 *
 *	bench_locks [RUNS [SIZE_MIB [DATA]]]
 *
 * All combinations take turns in one run, as in the experiments of zramsim. Ratios are of
 * processor time, which others on the machine disturb less; a thread that waits for a lock spins.
 * The phases are timed in repeats of their own, so that timing them costs the other figures
 * nothing. Prints Markdown.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/figures/metrics.h"
#include "sim/figures/stats.h"
#include "sim/run/config.h"
#include "sim/run/rounds.h"
#include "sim/run/stages.h"
#include "sim/threads/provenance.h"
#include "strategies/registry.h"

enum {
	MAX_ARMS = 64,
	MAX_RUNS = 99,
	MAX_SAMPLES = 2 * MAX_RUNS, /* disturbed repeats are followed by others */
	ENOUGH_SAMPLES = 3,
	NR_LOCKS = 4,
	NR_PAGES = 3,
	MAX_PROCS = 2,
};

/* In the order of their history. */
static const enum zramsim_locks locks[NR_LOCKS] = { ZRAMSIM_LOCKS_POOL, ZRAMSIM_LOCKS_CLASS,
						    ZRAMSIM_LOCKS_CLASS_IDX,
						    ZRAMSIM_LOCKS_SHARDED };
static const char *const lock_names[NR_LOCKS] = { "pool", "class", "class-idx", "sharded" };
static const char *const page_names[NR_PAGES] = { "inside", "outside", "deferred" };

/**
 * struct sample - one repeat
 * @exit_ns:	per slot of one process
 * @cpu_ns:	per slot, all threads
 * @contended:	lock acquisitions that waited, pool's and classes', per 1000 slots
 * @phase_ns:	per slot, by role and number of the phase
 * @cost_ns:	what timing the phases has cost, per slot
 * @disturbed:	another task used the core
 */
struct sample {
	double exit_ns;
	double cpu_ns;
	double contended;
	double phase_ns[SIM_NR_ROLES][KC_MAX_PHASES];
	double cost_ns;
	bool disturbed;
};

/**
 * struct arm - one combination
 * @cfg:	checked
 * @stage:	what it starts from
 * @samples:	measured
 * @nr:		entries in @samples
 */
struct arm {
	struct zramsim_config cfg;
	struct sim_stage *stage;
	struct sample samples[MAX_SAMPLES];
	unsigned int nr;
};

/**
 * struct bench - the whole program
 * @base:	configuration all arms begin with
 * @arms:	combinations
 * @nr_arms:	entries in @arms
 * @stages:	worlds
 * @rounds:	repeats
 * @outcome:	of the repeat under way
 * @text:	last sentence of what went wrong
 */
struct bench {
	struct zramsim_config base;
	struct arm arms[MAX_ARMS];
	unsigned int nr_arms;
	struct sim_stages stages;
	struct sim_rounds rounds;
	struct sim_outcome outcome;
	char text[256];
};

static struct bench bench;

static _Noreturn void die(const char *text)
{
	fprintf(stderr, "bench_locks: %s\n", text);
	exit(3);
}

static struct arm *find_arm(const char *strategy, enum zramsim_locks lock, enum zramsim_pages pages,
			    unsigned int procs, bool phases)
{
	unsigned int i;

	for (i = 0; i < bench.nr_arms; i++) {
		struct arm *arm = &bench.arms[i];

		if (!strcmp(arm->cfg.strategies[0], strategy) && arm->cfg.model.locks == lock &&
		    arm->cfg.model.pages == pages && arm->cfg.procs == procs &&
		    arm->cfg.phases == phases)
			return arm;
	}
	return NULL;
}

static void add_arm(const char *strategy, enum zramsim_locks lock, enum zramsim_pages pages,
		    unsigned int procs, bool phases)
{
	struct sim_message msg = { bench.text, sizeof(bench.text) };
	struct zramsim_config cfg = bench.base;

	if (find_arm(strategy, lock, pages, procs, phases))
		return;
	if (bench.nr_arms == MAX_ARMS)
		die("too many combinations");
	cfg.strategies[0] = strategy;
	cfg.nr_strategies = 1;
	cfg.model.locks = lock;
	cfg.model.pages = pages;
	cfg.procs = procs;
	cfg.phases = phases;
	if (pages == ZRAMSIM_PAGES_DEFERRED)
		cfg.strategy.defer = ZRAMSIM_DEFER_ZSPAGE;
	if (sim_config_check(&cfg, &bench.arms[bench.nr_arms].cfg, &msg))
		die(bench.text);
	bench.nr_arms++;
}

static void add_arms(void)
{
	unsigned int lock, pages, procs;

	for (lock = 0; lock < NR_LOCKS; lock++) {
		for (procs = 1; procs <= MAX_PROCS; procs++) {
			for (pages = 0; pages < NR_PAGES; pages++)
				add_arm("sync", locks[lock], pages, procs, false);
			add_arm("bulk", locks[lock], ZRAMSIM_PAGES_INSIDE, procs, false);
		}
		add_arm("sync", locks[lock], ZRAMSIM_PAGES_INSIDE, 1, true);
		add_arm("bulk", locks[lock], ZRAMSIM_PAGES_INSIDE, 1, true);
	}
}

static const char *arm_name(void *ctx, unsigned int i)
{
	(void)ctx;
	return bench.arms[i].cfg.strategies[0];
}

static void take(struct sample *sample, const struct zramsim_config *cfg)
{
	const struct sim_outcome *outcome = &bench.outcome;
	double slots = (double)(cfg->size_bytes / cfg->page_bytes) * cfg->procs;
	unsigned int role, i;

	sample->exit_ns = outcome->metrics[SIM_EXIT_NS_PER_SLOT];
	sample->cpu_ns = outcome->metrics[SIM_CPU_TOTAL];
	sample->cost_ns = outcome->metrics[SIM_PHASE_COST];
	sample->disturbed = outcome->disturbed;
	sample->contended = 0;
	for (i = 0; i < outcome->nr_locks; i++) {
		if (!strcmp(outcome->locks[i].name, "pool") ||
		    !strcmp(outcome->locks[i].name, "class"))
			sample->contended +=
				outcome->locks[i].fields[SIM_LOCK_CONTENDED] * 1000 / slots;
	}
	for (role = 0; role < SIM_NR_ROLES; role++) {
		for (i = 0; i < KC_MAX_PHASES; i++)
			sample->phase_ns[role][i] =
				outcome->phases[role][i].fields[SIM_PHASE_NS_PER_SLOT];
	}
}

static int repeat(void *ctx, unsigned int i, u32 number, bool counts, bool *disturbed,
		  struct sim_message *msg)
{
	struct arm *arm = &bench.arms[i];
	int err;

	(void)ctx;
	err = sim_repeat(arm->stage, &arm->cfg, zfree_find(arm->cfg.strategies[0]), number,
			 &bench.rounds.noise, &bench.outcome, msg);
	if (err)
		return err;
	*disturbed = bench.outcome.disturbed;
	if (counts && arm->nr < MAX_SAMPLES)
		take(&arm->samples[arm->nr++], &arm->cfg);
	return 0;
}

/* Fields of a sample are doubles; of samples that nobody disturbed, if there are enough. */
static struct zramsim_value value_of(const struct arm *arm, size_t offset)
{
	struct zramsim_value value = { .min = INFINITY, .max = -INFINITY };
	double values[MAX_SAMPLES];
	unsigned int calm = 0, i;

	for (i = 0; i < arm->nr; i++)
		calm += !arm->samples[i].disturbed;
	for (i = 0; i < arm->nr; i++) {
		const char *sample = (const char *)&arm->samples[i];

		if (calm >= ENOUGH_SAMPLES && arm->samples[i].disturbed)
			continue;
		memcpy(&values[value.nr], sample + offset, sizeof(values[0]));
		value.min = fmin(value.min, values[value.nr]);
		value.max = fmax(value.max, values[value.nr]);
		value.nr++;
	}
	value.median = sim_median(values, value.nr);
	return value;
}

#define VALUE(arm, field) value_of(arm, offsetof(struct sample, field))

static void print_cell(struct zramsim_value value)
{
	printf(" %.0f (%.0f-%.0f) |", value.median, value.min, value.max);
}

static void print_sync(void)
{
	struct arm *base[MAX_PROCS + 1] = { NULL };
	unsigned int lock, pages, procs;

	printf("\n| locks | pages | 1 process, ns/slot | CPU | to class |");
	printf(" 2 processes, ns/slot | CPU | to class | waits per 1000 slots |\n");
	printf("|---|---|---|---|---|---|---|---|---|\n");
	for (procs = 1; procs <= MAX_PROCS; procs++)
		base[procs] =
			find_arm("sync", ZRAMSIM_LOCKS_CLASS, ZRAMSIM_PAGES_INSIDE, procs, false);
	for (lock = 0; lock < NR_LOCKS; lock++) {
		for (pages = 0; pages < NR_PAGES; pages++) {
			struct arm *arm = NULL;

			printf("| `%s` | %s |", lock_names[lock], page_names[pages]);
			for (procs = 1; procs <= MAX_PROCS; procs++) {
				double of = VALUE(base[procs], cpu_ns).median;

				arm = find_arm("sync", locks[lock], pages, procs, false);
				print_cell(VALUE(arm, exit_ns));
				print_cell(VALUE(arm, cpu_ns));
				printf(" %.2f |", VALUE(arm, cpu_ns).median / of);
			}
			printf(" %.1f |\n", VALUE(arm, contended).median);
		}
	}
}

static void print_bulk(void)
{
	unsigned int lock, procs;

	printf("\n| locks | processes | `sync`, ns/slot | `bulk` | to `sync` |");
	printf(" CPU of `sync` | `bulk` | to `sync` |\n|---|---|---|---|---|---|---|---|\n");
	for (lock = 0; lock < NR_LOCKS; lock++) {
		for (procs = 1; procs <= MAX_PROCS; procs++) {
			struct arm *sync =
				find_arm("sync", locks[lock], ZRAMSIM_PAGES_INSIDE, procs, false);
			struct arm *bulk =
				find_arm("bulk", locks[lock], ZRAMSIM_PAGES_INSIDE, procs, false);

			printf("| `%s` | %u |", lock_names[lock], procs);
			print_cell(VALUE(sync, exit_ns));
			print_cell(VALUE(bulk, exit_ns));
			printf(" %.2f |",
			       VALUE(bulk, exit_ns).median / VALUE(sync, exit_ns).median);
			print_cell(VALUE(sync, cpu_ns));
			print_cell(VALUE(bulk, cpu_ns));
			printf(" %.2f |\n",
			       VALUE(bulk, cpu_ns).median / VALUE(sync, cpu_ns).median);
		}
	}
}

/* A line of the table of phases, if any design has spent anything there. */
static void print_phase(struct arm *const *arms, const double *whole, unsigned int role,
			unsigned int phase)
{
	double ns[NR_LOCKS];
	double most = 0;
	unsigned int i;

	for (i = 0; i < NR_LOCKS; i++) {
		ns[i] = VALUE(arms[i], phase_ns[role][phase]).median;
		most = fmax(most, ns[i]);
	}
	if (!sim_phase_name(phase) || !(most > 0))
		return;
	printf("| %s | %s |", sim_role_names[role], sim_phase_name(phase));
	for (i = 0; i < NR_LOCKS; i++)
		printf(" %.1f (%.0f %%) |", ns[i], ns[i] / whole[i] * 100);
	printf("\n");
}

/* A line about repeats with or without timed phases. */
static void print_whole(const char *what, const char *strategy, bool phases, size_t offset)
{
	unsigned int i;

	printf("| both | %s |", what);
	for (i = 0; i < NR_LOCKS; i++)
		printf(" %.0f |",
		       value_of(find_arm(strategy, locks[i], ZRAMSIM_PAGES_INSIDE, 1, phases),
				offset)
			       .median);
	printf("\n");
}

static void print_phases(const char *strategy)
{
	struct arm *arms[NR_LOCKS];
	double whole[NR_LOCKS] = { 0 };
	unsigned int i, role, phase;

	printf("\n| `%s`, 1 process | phase, ns/slot (share) |", strategy);
	for (i = 0; i < NR_LOCKS; i++) {
		arms[i] = find_arm(strategy, locks[i], ZRAMSIM_PAGES_INSIDE, 1, true);
		printf(" `%s` |", lock_names[i]);
		for (role = 0; role < SIM_NR_ROLES; role++) {
			for (phase = 0; phase < KC_MAX_PHASES; phase++)
				whole[i] += VALUE(arms[i], phase_ns[role][phase]).median;
		}
	}
	printf("\n|---|---|---|---|---|---|\n");
	for (role = 0; role < SIM_NR_ROLES; role++) {
		for (phase = 0; phase < KC_MAX_PHASES; phase++)
			print_phase(arms, whole, role, phase);
	}
	printf("| both | sum |");
	for (i = 0; i < NR_LOCKS; i++)
		printf(" %.0f |", whole[i]);
	printf("\n");
	print_whole("CPU, phases not timed", strategy, false, offsetof(struct sample, cpu_ns));
	print_whole("CPU while they are", strategy, true, offsetof(struct sample, cpu_ns));
	print_whole("of it for timing", strategy, true, offsetof(struct sample, cost_ns));
}

static void print_head(void)
{
	unsigned int kept = 0, hit = 0, i, n;
	struct sim_provenance from;

	for (i = 0; i < bench.nr_arms; i++) {
		kept += bench.arms[i].nr;
		for (n = 0; n < bench.arms[i].nr; n++)
			hit += bench.arms[i].samples[n].disturbed;
	}
	sim_provenance_collect(&from);
	printf("exit, %u runs, %llu MiB per process, %s data: median (min-max); commit %s; %u of "
	       "%u repeats disturbed\n",
	       bench.base.runs, (unsigned long long)(bench.base.size_bytes >> 20), bench.base.data,
	       from.commit, hit, kept);
}

static const struct sim_rounds_ops rounds_ops = {
	.name = arm_name,
	.repeat = repeat,
};

static void measure(void)
{
	struct sim_message msg = { bench.text, sizeof(bench.text) };
	unsigned int i;

	bench.stages.clock_ns = sim_clock_ns();
	if (sim_rounds_init(&bench.rounds, &bench.base, bench.nr_arms, &rounds_ops, NULL))
		die("not enough memory");
	for (i = 0; i < bench.nr_arms; i++) {
		if (sim_stages_get(&bench.stages, &bench.arms[i].cfg, &bench.arms[i].stage, &msg))
			die(bench.text);
	}
	if (sim_rounds_run(&bench.rounds, &msg))
		die(bench.text);
}

int main(int argc, char **argv)
{
	unsigned int i;

	zramsim_config_init(&bench.base);
	bench.base.runs = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 11;
	bench.base.size_bytes = (argc > 2 ? strtoull(argv[2], NULL, 10) : 64) << 20;
	bench.base.data = argc > 3 ? argv[3] : "anon";
	bench.base.max_ns = 0;
	if (!bench.base.runs || bench.base.runs > MAX_RUNS || argc > 4) {
		fprintf(stderr, "usage: bench_locks [RUNS [SIZE_MIB [DATA]]], RUNS from 1 to 99\n");
		return 2;
	}
	add_arms();
	measure();
	print_head();
	print_sync();
	print_bulk();
	print_phases("sync");
	print_phases("bulk");
	sim_stages_exit(&bench.stages);
	sim_rounds_exit(&bench.rounds);
	for (i = 0; i < bench.nr_arms; i++)
		sim_config_release(&bench.arms[i].cfg);
	return 0;
}
