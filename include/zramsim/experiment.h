/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * An experiment: strategies x repeats of one scenario, run in random order, and its result.
 */
#ifndef ZRAMSIM_EXPERIMENT_H
#define ZRAMSIM_EXPERIMENT_H

#include <zramsim/strategy.h>

#ifdef __cplusplus
extern "C" {
#endif

struct zramsim_result;

/** enum zramsim_limits - bounds of an experiment */
enum zramsim_limits {
	ZRAMSIM_MAX_STRATEGIES = 32,
	ZRAMSIM_MAX_PROCS = 64,
	ZRAMSIM_MAX_RUNS = 1000,
	ZRAMSIM_MAX_CPUS = 256,
};

/**
 * struct zramsim_config - one experiment; zramsim_config_init() fills in the defaults. Numbers have
 *			   the ranges that zramsim(1) tells of its options
 * @strategies:	names; the first one is what ratios refer to
 * @nr_strategies: 0 means every strategy, sync first
 * @scenario:	"exit", "swapin", "churn", "discard", "lmk" or "pressure"
 * @data:	"anon", "rfc", "file:PATH", "pid:PID" or "sizes:FILE"
 * @comp:	compressor, NULL means the build's default
 * @comp_level:	its level, 0 means its default
 * @page_bytes:	4096, 16384 or 65536
 * @size_bytes:	swapped memory per process
 * @procs:	processes (threads that zap, fault or write)
 * @present_pct: share of present pages mixed in, 0 to 95 percent of all pages; lmk takes 0 for 50
 * @ops_count:	churn: operations per process; 0 means four per slot
 * @runs:	repeats per strategy
 * @warmup:	repeats that are run first and not counted; one fill always comes first
 * @seed:	of everything random
 * @strategy:	attachment parameters for all
 * @model:	free path of the device; with ZRAMSIM_DEFER_ZSPAGE its pages are deferred, too
 * @mem_limit_bytes: of the device, 0 none
 * @memory_bytes: page frames of the machine; 0 means ample (lmk: what is in use at the start and
 *		little more; pressure: three quarters of @alloc_bytes, or what is in use)
 * @alloc_bytes: lmk, pressure: what the foreground task allocates; 0 means @size_bytes. Must
 *		be 0 in other scenarios.
 * @hogs:	threads that only burn CPU time meanwhile
 * @compact_us:	a thread compacts the pool, again so long after it is done; 0 none
 * @phases:	time the phases of the free path; the result says what that costs
 * @pin:	pin producers and workers to processors of the host (default)
 * @nr_pin_cpus: entries in @pin_cpus; 0 means 0, 1, 2 …: producers first, then workers
 * @pin_cpus:	processors of the host
 * @machine:	a virtual machine to run on: the name of a profile or its path, and ":cpus=N" for
 *		another number of CPUs; NULL means this machine. Strings of the host (processors,
 *		kernel) are then those of the virtual one, and the result is a function of
 *		build, configuration and seed alone
 * @ahead_ns:	how far a CPU of the virtual machine may run ahead of the others; 0 means 200
 * @max_ns:	no new repeat is begun after so much time, but for @least_runs; 0 no bound.
 *		zramsim_config_init() sets 8 s: clear it to have all of many @runs
 * @least_runs:	repeats of every strategy that @max_ns does not prevent; 0 means 1.
 *		zramsim_config_init() sets 5, the fewest that have an interval
 * @progress:	called between repeats, or NULL; must not call back into the library
 * @progress_ctx: passed to @progress
 * @stop:	when it becomes non-zero the run ends early with what it has, or NULL
 */
struct zramsim_config {
	const char *strategies[ZRAMSIM_MAX_STRATEGIES];
	unsigned int nr_strategies;
	const char *scenario;
	const char *data;
	const char *comp;
	int comp_level;
	uint32_t page_bytes;
	uint64_t size_bytes;
	uint32_t procs;
	uint32_t present_pct;
	uint64_t ops_count;
	uint32_t runs;
	uint32_t warmup;
	uint64_t seed;
	struct zramsim_strategy_params strategy;
	struct zramsim_model model;
	uint64_t mem_limit_bytes;
	uint64_t memory_bytes;
	uint64_t alloc_bytes;
	uint32_t hogs;
	uint32_t compact_us;
	bool phases;
	bool pin;
	uint32_t nr_pin_cpus;
	uint32_t pin_cpus[ZRAMSIM_MAX_CPUS];
	const char *machine;
	uint32_t ahead_ns;
	uint64_t max_ns;
	uint32_t least_runs;
	void (*progress)(void *ctx, unsigned int done, unsigned int total, const char *strategy);
	void *progress_ctx;
	const volatile int *stop;
};

/**
 * struct zramsim_value - one measured quantity over the repeats
 * @median:	of the samples
 * @min:	smallest
 * @max:	largest
 * @ratio:	of this strategy to the first, the median of the ratios of the rounds in which each
 *		was run once; 0 when not defined
 * @ratio_lo:	lower end of the 95 % interval of @ratio, NaN with fewer than five rounds
 * @ratio_hi:	upper end
 * @nr:		samples
 */
struct zramsim_value {
	double median;
	double min;
	double max;
	double ratio;
	double ratio_lo;
	double ratio_hi;
	unsigned int nr;
};

/**
 * zramsim_config_init() - the RFC's experiment: exit, one process of 256 MiB, every strategy
 * @cfg:	filled in: seven repeats, within ten seconds on two processors
 */
ZRAMSIM_API void zramsim_config_init(struct zramsim_config *cfg);

/**
 * zramsim_run() - run an experiment
 * @cfg:	see there; strings stay valid during the call
 * @result:	filled in on success, when interrupted, and when some strategies failed while others
 *		have figures; else NULL. Free with zramsim_result_free()
 * @message:	receives one sentence (what, where, what to do) on failure
 * @message_bytes: size of @message
 *
 * A strategy that fails is not run any more, the others are; a warning of @result names it, and
 * @message and the value returned are of the first that failed.
 *
 * Return:	0; -EINTR stopped early, @result holds what was measured; -EINVAL bad
 *		configuration; -ENOENT, -EACCES, -EIO … input; -ENOTSUP not in this build
 *		or on this machine; -ENOMEM; -EAGAIN no thread; -EPERM refused by the system, or
 *		forked while the library was in use; -EPROTO an invariant did not hold after a
 *		repeat, which is a bug in this library.
 */
ZRAMSIM_API int zramsim_run(const struct zramsim_config *cfg, struct zramsim_result **result,
			    char *message, size_t message_bytes);

/**
 * zramsim_result_free() - free a result
 * @result:	or NULL
 */
ZRAMSIM_API void zramsim_result_free(struct zramsim_result *result);

/**
 * zramsim_result_value() - look a measured quantity up
 * @result:	from zramsim_run()
 * @strategy:	name
 * @key:	as in the result schema, levels joined by a dot: "exit_ns",
 *		"cpu_ns_per_slot.total", "notify_ns.p99", "locks.class.wait_ns",
 *		"phases.producer.lock.ns_per_slot"
 * @value:	filled in
 * Return:	0, -ENOENT for a strategy or key that is not there.
 */
ZRAMSIM_API int zramsim_result_value(const struct zramsim_result *result, const char *strategy,
				     const char *key, struct zramsim_value *value);

/**
 * zramsim_result_warnings() - what makes the figures doubtful
 * @result:	from zramsim_run()
 * @i:		0, 1, …
 * Return:	a sentence, NULL past the last.
 */
ZRAMSIM_API const char *zramsim_result_warnings(const struct zramsim_result *result,
						unsigned int i);

#ifdef __cplusplus
}
#endif

#endif
