/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What an experiment has measured, for the writers in sim/report/, and for what makes it.
 *
 * Everything measured is a sample per repeat of a metric from one table, so that a writer
 * walks the table and knows no metric by name.
 */
#ifndef SIM_FIGURES_RESULT_H
#define SIM_FIGURES_RESULT_H

#include <zramsim/experiment.h>

#include "sim/figures/machine_stat.h"

struct sim_outcome;
struct sim_world;

enum {
	SIM_MAX_WARNINGS = 32,
	SIM_MAX_LOCKS = 8,
	SIM_CURVE_POINTS = 32,
	SIM_SIZE_BUCKETS = 64,
	SIM_MAX_PHASES = 48,
};

/**
 * struct sim_metric - one measured quantity
 * @key:	JSON key, e.g. "exit_ns", "p99"
 * @group:	key of the object it stands in, e.g. "notify_ns", or NULL
 * @unit:	"ns", "bytes", "slots", "", …
 * @summary:	one line of documentation
 * @better:	-1 lower is better, 1 higher, 0 neither
 */
struct sim_metric {
	const char *key;
	const char *group;
	const char *unit;
	const char *summary;
	int better;
};

/** sim_metrics - every metric, those of one group next to each other */
extern const struct sim_metric sim_metrics[];

/** sim_nr_metrics - entries in sim_metrics */
extern const unsigned int sim_nr_metrics;

/**
 * sim_metric_find() - index of a metric
 * @key:	"exit_ns" or "notify_ns.p99"
 * Return:	index into sim_metrics, or -1.
 */
int sim_metric_find(const char *key);

/**
 * enum sim_lock_field - what is counted of a lock
 * @SIM_LOCK_ACQUISITIONS:	times taken
 * @SIM_LOCK_CONTENDED:		times it was busy
 * @SIM_LOCK_WAIT_NS:		time waited in total
 * @SIM_LOCK_HOLD_NS_MAX:	longest of the holds that were timed
 * @SIM_LOCK_HOLD_NS:		time held in total, estimated from these
 * @SIM_LOCK_FIELDS:		how many
 */
enum sim_lock_field {
	SIM_LOCK_ACQUISITIONS,
	SIM_LOCK_CONTENDED,
	SIM_LOCK_WAIT_NS,
	SIM_LOCK_HOLD_NS_MAX,
	SIM_LOCK_HOLD_NS,
	SIM_LOCK_FIELDS,
};

/** sim_lock_keys - JSON key of each field */
extern const char *const sim_lock_keys[SIM_LOCK_FIELDS];

/**
 * struct sim_lock - statistics of a lock or a set of locks
 * @name:	"slot", "pool", "class", "zone", "cluster", …
 * @kind:	"bit", "spinlock" or "rwlock"
 * @values:	each field over the repeats; no ratio
 */
struct sim_lock {
	const char *name;
	const char *kind;
	struct zramsim_value values[SIM_LOCK_FIELDS];
};

/** enum sim_role - whose time a phase is */
enum sim_role {
	SIM_PRODUCER, /* the processes */
	SIM_WORKER,   /* whoever drains */
	SIM_NR_ROLES,
};

/** enum sim_phase_field - what is told of a phase; the shares of a role's phases add up to 1 */
enum sim_phase_field {
	SIM_PHASE_NS_PER_SLOT,
	SIM_PHASE_CALLS_PER_SLOT,
	SIM_PHASE_SHARE,
	SIM_PHASE_FIELDS,
};

/** sim_phase_keys - JSON key of each field */
extern const char *const sim_phase_keys[SIM_PHASE_FIELDS];

/** sim_role_names - "producer", "worker" */
extern const char *const sim_role_names[SIM_NR_ROLES];

/**
 * struct sim_phase - a phase of the free path
 * @name:	"lookup", "lock", "push", …
 * @role:	whose time it is
 * @number:	as kc_phase() takes it: results list the phases of a role in this order
 * @values:	each field over the repeats; no ratio
 */
struct sim_phase {
	const char *name;
	enum sim_role role;
	unsigned int number;
	struct zramsim_value values[SIM_PHASE_FIELDS];
};

/**
 * struct sim_point - memory returned at a time, of the median repeat
 * @at_ns:	since the first zap
 * @returned_bytes: given back to the page allocator so far
 */
struct sim_point {
	uint64_t at_ns;
	uint64_t returned_bytes;
};

/**
 * struct sim_sizes - distribution of what is stored
 * @nr_slots:	slots filled
 * @same_slots:	same-filled
 * @zero_slots:	of these, zeros that swap keeps itself: the device does not hold them
 * @huge_slots:	stored uncompressed
 * @mean_bytes:	mean stored size of the others and the huge ones
 * @bucket_bytes: width of a bucket
 * @buckets:	slots per stored size
 * @classes:	size classes in use
 * @distinct_sizes: different stored sizes seen
 */
struct sim_sizes {
	uint64_t nr_slots;
	uint64_t same_slots;
	uint64_t zero_slots;
	uint64_t huge_slots;
	double mean_bytes;
	uint32_t bucket_bytes;
	uint64_t buckets[SIM_SIZE_BUCKETS];
	uint32_t classes;
	uint32_t distinct_sizes;
};

/**
 * struct sim_strategy_result - one strategy
 * @name:	strategy
 * @unit:	"slot", "handle" or "none"
 * @batch:	"none", "runs" or "sorted": what was effective
 * @defer:	"none", "zspage", "handle" or "slot": what was effective
 * @preset_slots: budget of a published design, which goes before that of the user; else 0
 * @nr_runs:	repeats counted
 * @nr_disturbed: of these, while somebody else used the processor
 * @rounds:	[@nr_runs] the round of each: repeats of one round were run next to each other
 * @samples:	[sim_nr_metrics][config.runs]; NaN where a metric has no meaning
 * @values:	[sim_nr_metrics], nr 0 where a metric has no meaning
 * @verdict:	"faster", "slower", "same" or "" (the interval allows none), exit_ns
 *		against the first strategy; NULL: there is no interval, and no error is known
 * @after_fill:	mm_stat after the fill, last repeat
 * @end:	mm_stat at the end, last repeat
 * @locks:	per lock
 * @nr_locks:	entries in @locks
 * @phases:	those that were entered, by role; timed with config.phases only
 * @nr_phases:	entries in @phases
 * @curve:	memory returned over time, median repeat
 * @nr_points:	entries in @curve
 * @sizes:	what was stored
 * @machine:	[@nr_runs] what the virtual machine has counted, NULL without one
 */
struct sim_strategy_result {
	const char *name;
	const char *unit;
	const char *batch;
	const char *defer;
	uint32_t preset_slots;
	unsigned int nr_runs;
	unsigned int nr_disturbed;
	unsigned int *rounds;
	double *samples;
	struct zramsim_value *values;
	const char *verdict;
	struct zramsim_stat after_fill;
	struct zramsim_stat end;
	struct sim_lock locks[SIM_MAX_LOCKS];
	unsigned int nr_locks;
	struct sim_phase phases[SIM_MAX_PHASES];
	unsigned int nr_phases;
	struct sim_point curve[SIM_CURVE_POINTS];
	unsigned int nr_points;
	struct sim_sizes sizes;
	struct sim_machine_stat *machine;
};

/**
 * struct sim_provenance - where figures come from; strings are "unknown" if not known
 * @version:	of zramsim
 * @commit:	of the sources, "-dirty" appended
 * @compiler:	name and version
 * @flags:	it was given
 * @cpu:	model name
 * @nr_cpus:	processors this process may use
 * @machine:	virtual machine it ran on, "" without
 * @machine_digest: of the text of its profile
 * @machine_fitted: the prices of the first producer's kind of core were fitted to a kernel
 * @machine_error: share by which its figures may be off, as the profile has it; NaN without
 * @kernel:	release
 * @governor:	cpufreq governor of CPU 0
 * @load_1min:	load average at the start
 * @clock_ns:	cost of one clock reading
 * @phase_ns:	cost of one change of phase while phases are timed, NaN if they were not
 * @started:	UTC, ISO 8601
 */
struct sim_provenance {
	char version[32];
	char commit[64];
	char compiler[64];
	char flags[256];
	char cpu[96];
	unsigned int nr_cpus;
	char machine[32];
	uint64_t machine_digest;
	double machine_error;
	bool machine_fitted;
	char kernel[96];
	char governor[32];
	double load_1min;
	double clock_ns;
	double phase_ns;
	char started[32];
};

/**
 * struct zramsim_result - an experiment's outcome
 * @config:	effective configuration, strings owned by the result
 * @given:	options that repeat it, as sim_options_changed() has them
 * @provenance:	where the figures come from
 * @warnings:	sentences
 * @nr_warnings: entries in @warnings
 * @complete:	false when it was interrupted
 * @nr_strategies: entries in @strategies
 * @strategies:	in the order asked for
 * @notify_sample_every: one in so many notifications was timed
 * @wall_ns:	time the experiment took
 * @accesses:	accesses simulated for it, warm-up included; 0 without a virtual machine
 */
struct zramsim_result {
	struct zramsim_config config;
	uint64_t given;
	struct sim_provenance provenance;
	char *warnings[SIM_MAX_WARNINGS];
	unsigned int nr_warnings;
	bool complete;
	unsigned int nr_strategies;
	struct sim_strategy_result *strategies;
	uint32_t notify_sample_every;
	uint64_t wall_ns;
	uint64_t accesses;
};

/**
 * sim_result_create() - an empty result
 * @cfg:	effective configuration; its strings become the result's
 * Return:	NULL without memory; @cfg keeps its strings then.
 */
struct zramsim_result *sim_result_create(const struct zramsim_config *cfg);

/**
 * sim_result_collect() - locks, phases, curve and what the machine counted, out of repeats
 * @sr:		a strategy's part of a result; @sr->values is filled in
 * @outcomes:	of all repeats
 * @nr_outcomes: entries in @outcomes
 * @kept:	[@nr] numbers of those that count
 * @nr:		entries in @kept
 */
void sim_result_collect(struct sim_strategy_result *sr, const struct sim_outcome *outcomes,
			unsigned int nr_outcomes, const unsigned int *kept, unsigned int nr);

/** sim_result_sizes() - distribution of what @world's slots hold. @sizes: filled in */
void sim_result_sizes(struct sim_sizes *sizes, const struct sim_world *world);

#endif
