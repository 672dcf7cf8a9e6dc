// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The table. What is done with its rows is in option.c. */
#include <stddef.h>
#include <string.h>

#include "sim/run/options.h"
#include "sim/run/release.h"
#include "zfree/core.h"
#include "zram/zram.h"
#include "zsmalloc/pool.h"

static const char *const defer_words[] = { "none", "zspage", "handle", "slot", NULL };
static const char *const color_words[] = { "auto", "always", "never", NULL };

static const char *check_page_bytes(uint64_t bytes)
{
	if (bytes == 4096 || bytes == 16384 || bytes == 65536)
		return NULL;
	return "is not a page size; use 4k, 16k or 64k";
}

/* Every scenario has its number of operations, one of them lets the user choose it. */
static bool applies_to_churn(const struct zramsim_config *cfg)
{
	return !strcmp(cfg->scenario, "churn");
}

/* Pages that are sizes alone are not compressed. */
static bool applies_to_content(const struct zramsim_config *cfg)
{
	return cfg->comp && strncmp(cfg->data, "sizes:", 6);
}

enum {
	US = 1000, /* in nanoseconds */
	MS = 1000 * US,
};

#define FIELD(member)                                   \
	.offset = offsetof(struct sim_request, member), \
	.bytes = sizeof(((struct sim_request *)NULL)->member)
#define MAX_BYTES (1ULL << 42)

/* clang-format off */
const struct sim_option sim_options[] = {
	{ .name = "strategy", .letter = 's', .key = "strategy", .kind = SIM_OPTION_STRATEGIES,
	  FIELD(config.strategies), .value_name = "NAME,…", .example = "sync,bitmap",
	  .group = "Experiment",
	  .help = "strategies; ratios refer to the first",
	  .otherwise = "compare: every one, sync first",
	  .manual = "Strategies. Ratios refer to the first." },
	{ .name = "scenario", .key = "scenario", .kind = SIM_OPTION_NAME, FIELD(config.scenario),
	  .init_text = "exit", .value_name = "NAME", .example = "exit",
	  .help = "what the processes do",
	  .manual = "What the processes do. *exit*: they end, and every page is unmapped. "
		"*swapin*: every page is faulted in, that is read, decompressed, and its slot "
		"freed. *churn*: they write, read, drop and discard on a working set chosen by "
		"Zipf's law, so that slots are reused while they are pending. *discard*: they "
		"discard their slots, which asks neither swap nor a strategy. *lmk*: they are "
		"killed together, while a foreground task allocates at once on a machine with "
		"little memory to spare. *pressure*: they end while a task allocates more than "
		"there is: when an allocation fails it drains what is pending, then swaps out "
		"its own pages." },
	{ .name = "data", .key = "data", .kind = SIM_OPTION_DATA, FIELD(config.data),
	  .init_text = "anon", .value_name = "KIND", .example = "file:core",
	  .help = "content of the pages: anon, rfc, file:PATH, pid:PID, sizes:FILE",
	  .manual = "What the pages hold. *anon*: seeded pages whose compressed sizes follow "
		"real anonymous memory. *rfc*: the phrases of the RFC's swap-in test. "
		"*file:*_PATH_: the pages of any file. *pid:*_PID_: anonymous memory of a live "
		"process that you may read. *sizes:*_FILE_: stored sizes from lines \"SIZE "
		"COUNT\"; nothing is compressed, and scenarios that read pages are not "
		"possible." },
	{ .name = "procs", .key = "procs", .kind = SIM_OPTION_COUNT, FIELD(config.procs), .min = 1,
	  .max = ZRAMSIM_MAX_PROCS, .needed = true, .init = 1, .value_name = "N", .example = "4",
	  .help = "processes, one thread each" },
	{ .name = "size", .key = "size_bytes", .kind = SIM_OPTION_BYTES, FIELD(config.size_bytes),
	  .min = 4096, .max = MAX_BYTES, .needed = true, .init = 256 << 20, .value_name = "BYTES",
	  .example = "256M",
	  .help = "swapped memory of each process",
	  .manual = "Swapped memory of each process, a multiple of the page size." },
	{ .name = "present", .key = "present_pct", .kind = SIM_OPTION_SHARE,
	  FIELD(config.present_pct), .max = 95, .value_name = "SHARE", .example = "20%",
	  .help = "share of present pages among all pages, up to 95%", .otherwise = "lmk: 50%",
	  .manual = "Share of present pages among all pages." },
	{ .name = "ops", .key = "ops", .kind = SIM_OPTION_COUNT, FIELD(config.ops_count), .min = 1,
	  .max = SIM_MAX_OPS, .applies = applies_to_churn, .value_name = "N", .example = "100000",
	  .help = "churn: operations per process", .otherwise = "four per slot",
	  .manual = "Operations per process, with *churn* only." },
	{ .name = "comp", .key = "comp", .kind = SIM_OPTION_COMP, FIELD(config.comp),
	  .applies = applies_to_content, .value_name = "NAME[:LEVEL]", .example = "zstd:3",
	  .help = "compressor and its level", .otherwise = "lz4, or the first one built in" },
	{ .name = "page-size", .key = "page_bytes", .kind = SIM_OPTION_BYTES,
	  FIELD(config.page_bytes), .max = 65536, .needed = true, .init = 4096,
	  .check = check_page_bytes, .value_name = "BYTES", .example = "4k",
	  .help = "4k, 16k or 64k" },
	{ .name = "mem-limit", .key = "mem_limit_bytes", .kind = SIM_OPTION_BYTES,
	  FIELD(config.mem_limit_bytes), .min = 4096, .max = MAX_BYTES, .value_name = "BYTES",
	  .example = "128M",
	  .help = "most memory the pool may hold", .otherwise = "no limit" },
	{ .name = "memory", .key = "memory_bytes", .kind = SIM_OPTION_BYTES,
	  FIELD(config.memory_bytes), .min = 4096, .max = MAX_BYTES, .value_name = "BYTES",
	  .example = "512M",
	  .help = "page frames of the machine", .otherwise = "ample; lmk, pressure: scarce",
	  .manual = "Page frames of the machine, for the pool and the pages of the processes. "
		"Scarce is a little more than what is held at the start with *lmk*, a quarter "
		"too few with *pressure*." },
	{ .name = "alloc", .key = "alloc_bytes", .kind = SIM_OPTION_BYTES,
	  FIELD(config.alloc_bytes), .min = 4096, .max = MAX_BYTES, .value_name = "BYTES",
	  .example = "128M",
	  .help = "lmk, pressure: what the foreground allocates at once", .otherwise = "--size",
	  .manual = "What the foreground task allocates, with *lmk* and *pressure* only." },
	{ .name = "hogs", .key = "hogs", .kind = SIM_OPTION_COUNT, FIELD(config.hogs), .max = 256,
	  .value_name = "N", .example = "2",
	  .help = "threads that only burn CPU time meanwhile",
	  .manual = "Threads that only burn CPU time meanwhile, on the processors of the workers "
		"first." },
	{ .name = "compact-every", .key = "compact_us", .kind = SIM_OPTION_TIME,
	  FIELD(config.compact_us), .unit_ns = US, .min = 1, .max = 3600 * 1000000ULL,
	  .value_name = "TIME", .example = "10ms",
	  .help = "compact the pool, again so long after it is done", .otherwise = "never",
	  .manual = "Compact the pool meanwhile, and again so long after that is done, in whole "
		"microseconds." },
	{ .name = "kernel", .key = "kernel", .kind = SIM_OPTION_WORD, FIELD(config.model.kernel),
	  .words = sim_release_names, .min = ZRAMSIM_KERNEL_6_1, .init = ZRAMSIM_KERNEL_7_3,
	  .value_name = "RELEASE", .example = "6.12", .group = "Free path",
	  .help = "release of Linux whose free path is run",
	  .manual = "Release of Linux whose free path is run: *6.1*, *6.6*, *6.12*, *6.18*, *7.1*, "
		"*7.2* or *7.3*. *--locks*, *--pages*, *--flags* and *--stats* are those of it "
		"unless they are given; the result names those that differ from it. *zramsim "
		"list kernels* says what each release has." },
	{ .name = "locks", .key = "locks", .kind = SIM_OPTION_WORD, FIELD(config.model.locks),
	  .words = zs_locks_names, .min = ZRAMSIM_LOCKS_CLASS, .value_name = "DESIGN",
	  .example = "class-idx",
	  .help = "lock design: class, pool, class-idx or sharded",
	  .otherwise = "as in --kernel",
	  .manual = "Lock design of the allocator. *class*: a pool-wide reader-writer lock, then "
		"the lock of the size class, as in Linux 6.11 to 7.2. *pool*: one spinlock, as "
		"in 6.1 to 6.10. *class-idx*: the class is found in the object's own word, and "
		"only its lock is taken, as in 7.3. *sharded*: most frees go onto a lock-free "
		"list of their zspage and take no lock." },
	{ .name = "pages", .key = "pages", .kind = SIM_OPTION_WORD, FIELD(config.model.pages),
	  .words = zs_pages_names, .min = ZRAMSIM_PAGES_INSIDE, .value_name = "WHERE",
	  .example = "outside",
	  .help = "zspages freed inside the lock, outside it, or deferred",
	  .otherwise = "as in --kernel",
	  .manual = "Where the pages of an emptied zspage are freed: *inside* the class lock, as "
		"up to Linux 7.2, *outside* it by the same free, as in 7.3, or *deferred* to a "
		"worker of the pool." },
	{ .name = "flags", .key = "flags", .kind = SIM_OPTION_WORD, FIELD(config.model.flags),
	  .words = zram_flags_names, .min = ZRAMSIM_FLAGS_MERGED, .value_name = "HOW",
	  .example = "single",
	  .help = "flags of a freed slot: merged into one store, or single",
	  .otherwise = "as in --kernel",
	  .manual = "How the flags of a freed slot are cleared: *merged* into one store, or each "
		"with a store of its own (*single*), as in every release up to Linux 7.3." },
	{ .name = "stats", .key = "stats", .kind = SIM_OPTION_WORD, FIELD(config.model.stats),
	  .words = zram_stats_names, .min = ZRAMSIM_STATS_SHARED, .value_name = "HOW",
	  .example = "percpu",
	  .help = "statistics of zram: words all CPUs share, or percpu",
	  .otherwise = "as in --kernel",
	  .manual = "How zram counts what it stores and what is freed: in words all CPUs share "
		"(*shared*), as every kernel does, or in words of each CPU (*percpu*), which are "
		"summed when somebody asks." },
	{ .name = "hold", .key = "hold_objs", .kind = SIM_OPTION_COUNT,
	  FIELD(config.model.hold_objs), .min = 1, .max = SIM_MAX_HOLD_OBJS,
	  .init = ZS_BULK_HOLD, .fill = true, .value_name = "N", .example = "64",
	  .help = "most objects a bulk free frees under one hold of a class lock" },
	{ .name = "defer", .key = "defer", .kind = SIM_OPTION_WORD, FIELD(config.strategy.defer),
	  .words = defer_words, .min = ZRAMSIM_DEFER_NONE, .value_name = "UNIT", .example = "slot",
	  .help = "left for later: none, zspage, handle, slot",
	  .otherwise = "each strategy's first unit",
	  .manual = "What is left for later: *none* and *zspage* (the pages of emptied zspages, "
		"by a worker of the pool) are for strategies that queue nothing, *handle* (the "
		"slot is cleaned at once and the handle of its object queued) and *slot* (its "
		"index is queued, nothing else touched) for those that do. *zspage* is *none* "
		"with *--pages deferred*, so neither goes with a *--pages* that says otherwise. "
		"Without *--strategy*, strategies that cannot are left out." },
	{ .name = "batch", .key = "batch", .kind = SIM_OPTION_WORD, FIELD(config.strategy.batch),
	  .words = zs_batch_names + ZRAMSIM_BATCH_NONE, .min = ZRAMSIM_BATCH_NONE,
	  .value_name = "HOW", .example = "sorted",
	  .help = "how a drain groups handles: none, runs or sorted",
	  .otherwise = "each strategy's own",
	  .manual = "How a drain groups handles: *none*, *runs* (consecutive ones of a class) or "
		"*sorted* (by class and zspage)." },
	{ .name = "workers", .key = "workers", .kind = SIM_OPTION_WORKERS,
	  FIELD(config.strategy.nr_workers), .min = 1, .max = ZFREE_MAX_WORKERS, .init = 1,
	  .fill = true, .value_name = "N|percpu", .example = "percpu",
	  .help = "N unbound workers, or one bound to each CPU",
	  .manual = "_N_ unbound workers, or one bound to each CPU." },
	{ .name = "run-slots", .key = "run_slots", .kind = SIM_OPTION_COUNT,
	  FIELD(config.strategy.run_slots), .min = 1, .max = 1 << 24, .init = ZFREE_RUN_SLOTS,
	  .fill = true, .value_name = "N", .example = "1024",
	  .help = "items a worker frees before it queues itself again" },
	{ .name = "budget", .key = "budget_bytes", .kind = SIM_OPTION_BYTES,
	  FIELD(config.strategy.budget_bytes), .min = 4096, .max = MAX_BYTES,
	  .init = ZFREE_BUDGET_BYTES, .fill = true, .value_name = "BYTES", .example = "64M",
	  .help = "uncompressed data that may be pending; more is freed at once",
	  .manual = "Uncompressed data that may be pending; more is freed at once. *rfc* has a "
		"constant of its own." },
	{ .name = "kick", .key = "kick_bytes", .kind = SIM_OPTION_BYTES,
	  FIELD(config.strategy.kick_bytes), .min = 1, .max = MAX_BYTES, .value_name = "BYTES",
	  .example = "1M",
	  .help = "pending data at which a worker is queued",
	  .otherwise = "1M or a quarter of the budget",
	  .manual = "Pending data at which a worker is queued, at most the budget. Where nothing "
		"is asked for, *array* takes half of the budget; *rfc* has a constant of its "
		"own." },
	{ .name = "flush", .key = "flush_ns", .kind = SIM_OPTION_TIME,
	  FIELD(config.strategy.flush_ms), .unit_ns = MS, .min = 1, .max = 3600 * 1000,
	  .init = ZFREE_FLUSH_MS, .fill = true, .value_name = "TIME", .example = "100ms",
	  .help = "delay after which a residue is freed anyway",
	  .manual = "Delay after which a residue is freed anyway, in whole milliseconds; never "
		"with *rfc*." },
	{ .name = "worker-nice", .key = "worker_nice", .kind = SIM_OPTION_COUNT,
	  FIELD(config.strategy.worker_nice), .is_signed = true, .max = ZFREE_MAX_NICE,
	  .value_name = "N", .example = "10",
	  .help = "nice value of the workers, 0 to 19",
	  .manual = "Nice value of the workers." },
	{ .name = "worker-delay", .key = "worker_delay_us", .kind = SIM_OPTION_TIME,
	  FIELD(config.strategy.worker_delay_us), .unit_ns = US, .max = ZFREE_MAX_DELAY_US,
	  .value_name = "TIME", .example = "5ms",
	  .help = "a woken worker is kept off its processor for so long",
	  .manual = "Keep a worker off its processor for so long each time it is woken, in whole "
		"microseconds." },
	{ .name = "runs", .key = "runs", .kind = SIM_OPTION_COUNT, FIELD(config.runs), .min = 1,
	  .max = ZRAMSIM_MAX_RUNS, .needed = true, .init = 7, .value_name = "N", .example = "9",
	  .group = "Measuring",
	  .help = "repeats of each strategy, in random order" },
	{ .name = "warmup", .key = "warmup", .kind = SIM_OPTION_COUNT, FIELD(config.warmup),
	  .max = ZRAMSIM_MAX_RUNS, .echo_zero = true, .value_name = "N", .example = "1",
	  .help = "repeats that are run first and not counted",
	  .manual = "Repeats that are run first and not counted. A device is filled once before, "
		"in any case." },
	{ .name = "seed", .key = "seed", .kind = SIM_OPTION_SEED, FIELD(config.seed),
	  .max = UINT64_MAX, .init = 1, .echo_zero = true, .value_name = "N", .example = "42",
	  .help = "of everything random, decimal or 0x…",
	  .manual = "Of everything random, decimal or hexadecimal after 0x." },
	{ .name = "pin", .key = "pin", .kind = SIM_OPTION_PIN, FIELD(config.pin), .init = true,
	  .value_name = "CPUS", .example = "0,2-3",
	  .help = "processors for producers, then workers, or none", .otherwise = "all in turn",
	  .manual = "Pin threads to processors of the host, as in 0,2-3: producers first, then "
		"workers. Without a list, to all that may be used, in turn; so the RFC's own "
		"test was pinned. *none* leaves the threads to the scheduler, which may put the "
		"worker on the processor of the process it works for." },
	{ .name = "phases", .key = "phases", .kind = SIM_OPTION_FLAG, FIELD(config.phases),
	  .help = "time the phases of the free path, which slows everything down",
	  .manual = "Time the phases of the free path: how long a producer and a worker spend in "
		"each of them per slot. That slows everything down; the result says by how much. "
		"Without it the timers cost nothing that can be measured." },
	{ .name = "machine", .key = "machine", .kind = SIM_OPTION_TEXT, FIELD(config.machine),
	  .value_name = "NAME", .example = "rk3588:cpus=8",
	  .help = "a virtual machine to run on, or its profile's path", .otherwise = "this one",
	  .manual = "Run on a virtual machine: the name of a profile (*zramsim list machines*) "
		"or its path, either followed by :cpus=N for another number of CPUs. The result "
		"is the same to the last byte for the same build, options and seed. One repeat "
		"(studies: five) unless *--runs* says otherwise." },
	{ .name = "ahead", .key = "ahead_ns", .kind = SIM_OPTION_COUNT, FIELD(config.ahead_ns),
	  .min = 1, .max = 1000000, .value_name = "NS", .example = "200",
	  .help = "how far a virtual CPU may run ahead of the others", .otherwise = "200",
	  .manual = "How far a CPU of a virtual machine may run ahead of the others between two "
		"places where tasks synchronise." },
	{ .name = "time-limit", .key = "time_limit_ns", .kind = SIM_OPTION_TIME,
	  FIELD(config.max_ns), .unit_ns = 1, .min = 1, .max = UINT64_MAX, .init = 8000000000,
	  .value_name = "TIME", .example = "10s",
	  .help = "begin no repeat after so much time", .otherwise = "none with --runs",
	  .manual = "Begin no repeat after so much time. Where neither this nor *--runs* is given, "
		"five repeats of each are made however long they take: fewer have no interval." },
	{ .name = "format", .kind = SIM_OPTION_NAME, FIELD(format), .init_text = "table",
	  .value_name = "NAME", .example = "json", .group = "Output",
	  .help = "table, json, csv or markdown",
	  .manual = "*table*, *json*, *csv* or *markdown*." },
	{ .name = "output", .letter = 'o', .kind = SIM_OPTION_TEXT, FIELD(output),
	  .value_name = "FILE", .example = "result.json",
	  .help = "write to a file, which is replaced only when all is written",
	  .otherwise = "stdout",
	  .manual = "Write to a file. It is replaced when all is written, or stays as it is; where "
		"its folder forbids that, it is overwritten. A descriptor, as /dev/stdout or "
		"/dev/fd/3, is written to as it is, and so are devices and FIFOs. \"-\" is "
		"standard output, where the document also goes when the file does not take it." },
	{ .name = "timeline", .kind = SIM_OPTION_TEXT, FIELD(timeline), .value_name = "FILE",
	  .example = "timeline.json",
	  .help = "also write what happened when, for ui.perfetto.dev (virtual machines)",
	  .manual = "Also write what happened when on the virtual machine: which task had which "
		"CPU, its phases (with *--phases*), its waits for locks, and memory, as trace "
		"events for ui.perfetto.dev or speedscope. The result stays the same." },
	{ .name = "color", .kind = SIM_OPTION_WORD, FIELD(color), .words = color_words,
	  .min = SIM_COLOR_AUTO, .value_name = "WHEN", .example = "never",
	  .help = "colour the table: auto, always or never",
	  .manual = "Colour the table: *auto* (on a terminal), *always* or *never*." },
	{ .name = "quiet", .letter = 'q', .kind = SIM_OPTION_FLAG, FIELD(quiet),
	  .help = "no progress and no remarks on standard error" },
	{ .name = "help", .letter = 'h', .kind = SIM_OPTION_FLAG, FIELD(help),
	  .help = "print this", .manual = "Print the options." },
	{ .name = NULL },
};
/* clang-format on */
