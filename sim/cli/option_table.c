// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/cli/option_table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/catalog.h"
#include "sim/cli/parse.h"
#include "sim/run/config.h"
#include "sim/run/model.h"

bool cli_option_error(struct cli_options *opts, const struct cli_option *opt, const char *value,
		      const char *why)
{
	snprintf(opts->error, sizeof(opts->error), "--%s '%.80s' %s", opt->name, value, why);
	return false;
}

static bool store(struct cli_options *opts, const struct cli_option *opt, uint64_t value)
{
	char *field = (char *)opts + opt->offset;
	uint32_t narrow = (uint32_t)value;
	bool flag = value;

	if (opt->bytes == sizeof(value))
		memcpy(field, &value, sizeof(value));
	else if (opt->bytes == sizeof(narrow))
		memcpy(field, &narrow, sizeof(narrow));
	else
		memcpy(field, &flag, sizeof(flag));
	return true;
}

/* Store what a parse function has read, if it lies within the option's bounds. */
static bool store_number(struct cli_options *opts, const struct cli_option *opt, const char *text,
			 const char *why, uint64_t value)
{
	char range[128];

	if (why)
		return cli_option_error(opts, opt, text, why);
	if (value >= opt->min && value <= opt->max)
		return store(opts, opt, value);
	if (value < opt->min && opt->min == 1)
		snprintf(range, sizeof(range), "makes no sense; give at least 1, as in --%s %s",
			 opt->name, opt->example);
	else if (value < opt->min)
		snprintf(range, sizeof(range), "is too small; give more, as in --%s %s", opt->name,
			 opt->example);
	else
		snprintf(range, sizeof(range),
			 "is too large; give at most %" PRIu64 ", as in --%s %s", opt->max,
			 opt->name, opt->example);
	return cli_option_error(opts, opt, text, range);
}

static bool set_bytes(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	uint64_t bytes = 0;
	const char *why = parse_bytes(value, &bytes);

	return store_number(opts, opt, value, why, bytes);
}

static bool set_count(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	uint64_t count = 0;
	const char *why = parse_count(value, &count);

	return store_number(opts, opt, value, why, count);
}

static bool set_percent(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	uint64_t percent = 0;
	const char *why = parse_percent(value, &percent);

	return store_number(opts, opt, value, why, percent);
}

static bool set_ns(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	uint64_t ns = 0;
	const char *why = parse_ns(value, &ns);

	return store_number(opts, opt, value, why, ns);
}

static bool set_ms(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	uint64_t ns = 0;
	const char *why = parse_ns(value, &ns);

	if (!why && ns % 1000000)
		why = "is not a whole number of milliseconds; give one, as in --flush 100ms";
	return store_number(opts, opt, value, why, ns / 1000000);
}

static bool set_us(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	uint64_t ns = 0;
	const char *why = parse_ns(value, &ns);

	if (!why && ns % 1000)
		why = "is not a whole number of microseconds; give one, such as 250us";
	return store_number(opts, opt, value, why, ns / 1000);
}

static bool set_seed(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	uint64_t seed = 0;
	const char *why = parse_seed(value, &seed);

	return store_number(opts, opt, value, why, seed);
}

static bool set_flag(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	(void)value;
	return store(opts, opt, 1);
}

static bool set_text(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	if (!*value)
		return cli_option_error(opts, opt, value, "is empty; give a name");
	memcpy((char *)opts + opt->offset, &value, sizeof(value));
	return true;
}

static bool set_choice(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	char why[160] = "is not a choice; use one of";
	unsigned int i;

	for (i = 0; opt->choices[i]; i++) {
		if (!strcmp(opt->choices[i], value))
			return store(opts, opt, opt->min + i);
	}
	for (i = 0; opt->choices[i]; i++) {
		strncat(why, i ? ", " : " ", sizeof(why) - strlen(why) - 1);
		strncat(why, opt->choices[i], sizeof(why) - strlen(why) - 1);
	}
	return cli_option_error(opts, opt, value, why);
}

static bool set_page_size(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	uint64_t bytes = 0;
	const char *why = parse_bytes(value, &bytes);

	if (!why && bytes != 4096 && bytes != 16384 && bytes != 65536)
		why = "is not a page size; use 4k, 16k or 64k";
	return store_number(opts, opt, value, why, bytes);
}

static bool set_workers(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	uint64_t nr = 0;

	if (!strcmp(value, "percpu")) {
		opts->config.strategy.workers = ZRAMSIM_WORKERS_PERCPU;
		opts->config.strategy.nr_workers = 0;
		return true;
	}
	if (parse_count(value, &nr))
		return cli_option_error(opts, opt, value,
					"is no worker topology; use a number of unbound workers, "
					"or percpu for one bound to each CPU");
	opts->config.strategy.workers = ZRAMSIM_WORKERS_UNBOUND;
	return store_number(opts, opt, value, NULL, nr);
}

/* Split the list into the configuration; every name must be a strategy, none twice. */
static bool set_strategies(struct cli_options *opts, const struct cli_option *opt,
			   const char *value)
{
	struct zramsim_config *cfg = &opts->config;
	char why[256], *name, *rest;
	struct catalog_entry entry;
	unsigned int i;

	free(opts->names);
	opts->names = strdup(value);
	if (!opts->names)
		return cli_option_error(opts, opt, value,
					"needs more memory than there is; free some");
	cfg->nr_strategies = 0;
	for (rest = opts->names; (name = strsep(&rest, ","));) {
		if (!*name)
			return cli_option_error(opts, opt, value,
						"has an empty name; separate the names by one "
						"comma");
		if (!catalog_find(CATALOG_STRATEGIES, name, &entry)) {
			catalog_unknown(CATALOG_STRATEGIES, name, why, sizeof(why));
			return cli_option_error(opts, opt, name, why);
		}
		for (i = 0; i < cfg->nr_strategies; i++) {
			if (!strcmp(cfg->strategies[i], name))
				return cli_option_error(opts, opt, name,
							"is named twice; name it once");
		}
		if (cfg->nr_strategies == ZRAMSIM_MAX_STRATEGIES)
			return cli_option_error(opts, opt, value,
						"has too many names; give at most 32");
		cfg->strategies[cfg->nr_strategies++] = name;
	}
	return true;
}

static bool set_scenario(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	struct catalog_entry entry;
	char why[256];

	if (!catalog_find(CATALOG_SCENARIOS, value, &entry)) {
		catalog_unknown(CATALOG_SCENARIOS, value, why, sizeof(why));
		return cli_option_error(opts, opt, value, why);
	}
	opts->config.scenario = entry.name;
	return true;
}

static bool set_format(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	struct catalog_entry entry;
	char why[256];

	if (!catalog_find(CATALOG_FORMATS, value, &entry)) {
		catalog_unknown(CATALOG_FORMATS, value, why, sizeof(why));
		return cli_option_error(opts, opt, value, why);
	}
	opts->format = entry.name;
	return true;
}

static bool set_data(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	const char *colon = strchr(value, ':');
	struct catalog_entry entry;
	char kind[32], why[256];
	uint64_t pid;

	snprintf(kind, sizeof(kind), "%.*s", colon ? (int)(colon - value) : 31, value);
	if (!catalog_find(CATALOG_DATA, kind, &entry)) {
		catalog_unknown(CATALOG_DATA, kind, why, sizeof(why));
		return cli_option_error(opts, opt, value, why);
	}
	if (entry.extra[0] != ':' && colon)
		return cli_option_error(opts, opt, value,
					"has something after the name; use anon or rfc alone");
	if (entry.extra[0] == ':' && (!colon || !colon[1])) {
		snprintf(why, sizeof(why), "does not say which; write %s%s", entry.name,
			 entry.extra);
		return cli_option_error(opts, opt, value, why);
	}
	if (!strcmp(kind, "pid") && (parse_count(colon + 1, &pid) || !pid || pid > INT32_MAX))
		return cli_option_error(opts, opt, value,
					"names no process; write its number, as in pid:1234");
	opts->config.data = value;
	return true;
}

/* NAME or NAME:LEVEL. The name is taken from the catalogue, so that it stays valid. */
static bool set_comp(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	const char *colon = strchr(value, ':'), *digits;
	struct catalog_entry entry;
	char name[32], why[256];
	uint64_t level = 0;

	snprintf(name, sizeof(name), "%.*s", colon ? (int)(colon - value) : 31, value);
	if (!catalog_find(CATALOG_COMPRESSORS, name, &entry)) {
		catalog_unknown(CATALOG_COMPRESSORS, name, why, sizeof(why));
		return cli_option_error(opts, opt, value, why);
	}
	if (colon) {
		digits = colon + 1 + (colon[1] == '-');
		if (parse_count(digits, &level) || level > 100000)
			return cli_option_error(opts, opt, value,
						"has no level after the colon; write one such as "
						"zstd:3");
		opts->config.comp_level = digits > colon + 1 ? -(int)level : (int)level;
	} else {
		opts->config.comp_level = 0;
	}
	opts->config.comp = entry.name;
	return true;
}

static bool set_pin(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	struct zramsim_config *cfg = &opts->config;
	const char *why;

	cfg->pin = true;
	cfg->nr_pin_cpus = 0;
	if (!value)
		return true;
	if (!strcmp(value, "none")) {
		cfg->pin = false;
		return true;
	}
	why = parse_cpus(value, cfg->pin_cpus, ZRAMSIM_MAX_CPUS, &cfg->nr_pin_cpus);
	if (why)
		return cli_option_error(opts, opt, value, why);
	return true;
}

static const char *const locks_names[] = { "class", "pool", "class-idx", "sharded", NULL };
static const char *const pages_names[] = { "inside", "outside", "deferred", NULL };
static const char *const flags_names[] = { "merged", "single", NULL };
static const char *const defer_names[] = { "none", "zspage", "handle", "slot", NULL };
static const char *const batch_names[] = { "none", "runs", "sorted", NULL };
static const char *const color_names[] = { "auto", "always", "never", NULL };

#define FIELD(member)                                   \
	.offset = offsetof(struct cli_options, member), \
	.bytes = sizeof(((struct cli_options *)NULL)->member)

/* clang-format off */
const struct cli_option cli_option_table[] = {
	{ .name = "strategy", .letter = 's', .argument = OPTION_VALUE, .set = set_strategies,
	  .value_name = "NAME,…", .example = "sync,bitmap", .group = "Experiment",
	  .help = "strategies; ratios refer to the first (compare: every one, sync first)" },
	{ .name = "scenario", .argument = OPTION_VALUE, .set = set_scenario,
	  .value_name = "NAME", .example = "exit",
	  .help = "what the processes do (exit)" },
	{ .name = "data", .argument = OPTION_VALUE, .set = set_data,
	  .value_name = "KIND", .example = "file:core",
	  .help = "content of the pages: anon, rfc, file:PATH, pid:PID, sizes:FILE (anon)" },
	{ .name = "procs", .argument = OPTION_VALUE, .set = set_count,
	  FIELD(config.procs), .min = 1, .max = ZRAMSIM_MAX_PROCS,
	  .value_name = "N", .example = "4",
	  .help = "processes, one thread each (1)" },
	{ .name = "size", .argument = OPTION_VALUE, .set = set_bytes,
	  FIELD(config.size_bytes), .min = 4096, .max = 1ULL << 42,
	  .value_name = "BYTES", .example = "256M",
	  .help = "swapped memory of each process (256M)" },
	{ .name = "present", .argument = OPTION_VALUE, .set = set_percent,
	  FIELD(config.present_pct), .max = 95,
	  .value_name = "SHARE", .example = "20%",
	  .help = "share of present pages among all pages, up to 95% (0%; lmk: 50%)" },
	{ .name = "ops", .argument = OPTION_VALUE, .set = set_count,
	  FIELD(config.ops_count), .min = 1, .max = SIM_MAX_OPS,
	  .value_name = "N", .example = "100000",
	  .help = "churn: operations per process (four per slot)" },
	{ .name = "comp", .argument = OPTION_VALUE, .set = set_comp,
	  .value_name = "NAME[:LEVEL]", .example = "zstd:3",
	  .help = "compressor and its level (lz4, or the first one built in)" },
	{ .name = "page-size", .argument = OPTION_VALUE, .set = set_page_size,
	  FIELD(config.page_bytes), .max = 65536,
	  .value_name = "BYTES", .example = "4k",
	  .help = "4k, 16k or 64k (4k)" },
	{ .name = "mem-limit", .argument = OPTION_VALUE, .set = set_bytes,
	  FIELD(config.mem_limit_bytes), .min = 4096, .max = 1ULL << 42,
	  .value_name = "BYTES", .example = "128M",
	  .help = "most memory the pool may hold (no limit)" },
	{ .name = "memory", .argument = OPTION_VALUE, .set = set_bytes,
	  FIELD(config.memory_bytes), .min = 4096, .max = 1ULL << 42,
	  .value_name = "BYTES", .example = "512M",
	  .help = "page frames of the machine (ample; lmk, pressure: scarce)" },
	{ .name = "alloc", .argument = OPTION_VALUE, .set = set_bytes,
	  FIELD(config.alloc_bytes), .min = 4096, .max = 1ULL << 42,
	  .value_name = "BYTES", .example = "128M",
	  .help = "lmk, pressure: what the foreground allocates at once (--size)" },
	{ .name = "hogs", .argument = OPTION_VALUE, .set = set_count,
	  FIELD(config.hogs), .max = SIM_MAX_HOGS,
	  .value_name = "N", .example = "2",
	  .help = "threads that only burn CPU time meanwhile (0)" },
	{ .name = "compact-every", .argument = OPTION_VALUE, .set = set_us,
	  FIELD(config.compact_us), .min = 1, .max = 3600 * 1000000ULL,
	  .value_name = "TIME", .example = "10ms",
	  .help = "compact the pool, again so long after it is done (never)" },
	{ .name = "locks", .argument = OPTION_VALUE, .set = set_choice,
	  FIELD(config.model.locks), .min = ZRAMSIM_LOCKS_CLASS, .choices = locks_names,
	  .value_name = "DESIGN", .example = "class-idx", .group = "Free path",
	  .help = "lock design of the allocator: class, pool, class-idx or sharded (class)" },
	{ .name = "pages", .argument = OPTION_VALUE, .set = set_choice,
	  FIELD(config.model.pages), .min = ZRAMSIM_PAGES_INSIDE, .choices = pages_names,
	  .value_name = "WHERE", .example = "outside",
	  .help = "emptied zspages: freed inside the lock, outside it, or deferred (inside)" },
	{ .name = "flags", .argument = OPTION_VALUE, .set = set_choice,
	  FIELD(config.model.flags), .min = ZRAMSIM_FLAGS_MERGED, .choices = flags_names,
	  .value_name = "HOW", .example = "single",
	  .help = "flags of a freed slot: cleared merged into one store, or single (merged)" },
	{ .name = "hold", .argument = OPTION_VALUE, .set = set_count,
	  FIELD(config.model.hold_objs), .min = 1, .max = SIM_MAX_HOLD_OBJS,
	  .value_name = "N", .example = "64",
	  .help = "most objects a bulk free frees under one hold of a class lock (256)" },
	{ .name = "defer", .argument = OPTION_VALUE, .set = set_choice,
	  FIELD(config.strategy.defer), .min = ZRAMSIM_DEFER_NONE, .choices = defer_names,
	  .value_name = "UNIT", .example = "slot",
	  .help = "left for later: none, zspage, handle, slot (each strategy's first unit)" },
	{ .name = "batch", .argument = OPTION_VALUE, .set = set_choice,
	  FIELD(config.strategy.batch), .min = ZRAMSIM_BATCH_NONE, .choices = batch_names,
	  .value_name = "HOW", .example = "sorted",
	  .help = "how a drain groups handles: none, runs or sorted (each strategy's own)" },
	{ .name = "workers", .argument = OPTION_VALUE, .set = set_workers,
	  FIELD(config.strategy.nr_workers), .min = 1, .max = SIM_MAX_WORKERS,
	  .value_name = "N|percpu", .example = "percpu",
	  .help = "N unbound workers, or one bound to each CPU (1)" },
	{ .name = "run-slots", .argument = OPTION_VALUE, .set = set_count,
	  FIELD(config.strategy.run_slots), .min = 1, .max = 1 << 24,
	  .value_name = "N", .example = "1024",
	  .help = "items a worker frees before it queues itself again (4096)" },
	{ .name = "budget", .argument = OPTION_VALUE, .set = set_bytes,
	  FIELD(config.strategy.budget_bytes), .min = 4096, .max = 1ULL << 42,
	  .value_name = "BYTES", .example = "64M",
	  .help = "uncompressed data that may be pending; more is freed at once (64M)" },
	{ .name = "kick", .argument = OPTION_VALUE, .set = set_bytes,
	  FIELD(config.strategy.kick_bytes), .min = 1, .max = 1ULL << 42,
	  .value_name = "BYTES", .example = "1M",
	  .help = "pending data at which a worker is queued (1M or a quarter of the budget)" },
	{ .name = "flush", .argument = OPTION_VALUE, .set = set_ms,
	  FIELD(config.strategy.flush_ms), .min = 1, .max = 3600 * 1000,
	  .value_name = "TIME", .example = "100ms",
	  .help = "delay after which a residue is freed anyway (100ms)" },
	{ .name = "worker-nice", .argument = OPTION_VALUE, .set = set_count,
	  FIELD(config.strategy.worker_nice), .max = SIM_MAX_NICE,
	  .value_name = "N", .example = "10",
	  .help = "nice value of the workers, 0 to 19 (0)" },
	{ .name = "worker-delay", .argument = OPTION_VALUE, .set = set_us,
	  FIELD(config.strategy.worker_delay_us), .max = SIM_MAX_DELAY_US,
	  .value_name = "TIME", .example = "5ms",
	  .help = "a woken worker is kept off its processor for so long (0us)" },
	{ .name = "runs", .argument = OPTION_VALUE, .set = set_count,
	  FIELD(config.runs), .min = 1, .max = ZRAMSIM_MAX_RUNS,
	  .value_name = "N", .example = "9", .group = "Measuring",
	  .help = "repeats of each strategy, in random order (7)" },
	{ .name = "warmup", .argument = OPTION_VALUE, .set = set_count,
	  FIELD(config.warmup), .max = ZRAMSIM_MAX_RUNS,
	  .value_name = "N", .example = "1",
	  .help = "repeats that are run first and not counted (0)" },
	{ .name = "seed", .argument = OPTION_VALUE, .set = set_seed,
	  FIELD(config.seed), .max = UINT64_MAX,
	  .value_name = "N", .example = "42",
	  .help = "of everything random, decimal or 0x… (1)" },
	{ .name = "pin", .argument = OPTION_OPTIONAL, .set = set_pin,
	  .value_name = "CPUS", .example = "0,2-3",
	  .help = "processors for producers, then workers, or none (all in turn)" },
	{ .name = "phases", .argument = OPTION_FLAG, .set = set_flag,
	  FIELD(config.phases),
	  .help = "time the phases of the free path, which slows everything down" },
	{ .name = "machine", .argument = OPTION_VALUE, .set = set_text,
	  FIELD(config.machine),
	  .value_name = "NAME", .example = "rk3588:cpus=8",
	  .help = "a virtual machine to run on, or its profile's path (this one)" },
	{ .name = "ahead", .argument = OPTION_VALUE, .set = set_count,
	  FIELD(config.ahead_ns), .min = 1, .max = 1000000,
	  .value_name = "NS", .example = "200",
	  .help = "how far a virtual CPU may run ahead of the others (200)" },
	{ .name = "time-limit", .argument = OPTION_VALUE, .set = set_ns,
	  FIELD(config.max_ns), .min = 1, .max = UINT64_MAX,
	  .value_name = "TIME", .example = "10s",
	  .help = "begin no repeat after so much time (8s; none with --runs)" },
	{ .name = "format", .argument = OPTION_VALUE, .set = set_format,
	  .value_name = "NAME", .example = "json", .group = "Output",
	  .help = "table, json, csv or markdown (table)" },
	{ .name = "output", .letter = 'o', .argument = OPTION_VALUE, .set = set_text,
	  FIELD(output),
	  .value_name = "FILE", .example = "result.json",
	  .help = "write to a file, which is replaced only when all is written (stdout)" },
	{ .name = "timeline", .argument = OPTION_VALUE, .set = set_text,
	  FIELD(timeline),
	  .value_name = "FILE", .example = "timeline.json",
	  .help = "also write what happened when, for ui.perfetto.dev (virtual machines)" },
	{ .name = "color", .argument = OPTION_VALUE, .set = set_choice,
	  FIELD(color), .min = CLI_COLOR_AUTO, .choices = color_names,
	  .value_name = "WHEN", .example = "never",
	  .help = "colour the table: auto, always or never (auto)" },
	{ .name = "quiet", .letter = 'q', .argument = OPTION_FLAG, .set = set_flag,
	  FIELD(quiet),
	  .help = "no progress and no remarks on standard error" },
	{ .name = "help", .letter = 'h', .argument = OPTION_FLAG, .set = set_flag,
	  FIELD(help),
	  .help = "print this" },
	{ .name = NULL },
};
/* clang-format on */
