// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <string.h>

#include <linux/build_bug.h>

#include "phase.h"
#include "sim/figures/metrics.h"
#include "sim/figures/result.h"
#include "zram/zram_phase.h"

const struct sim_metric sim_metrics[] = {
	[SIM_EXIT_NS] = { "exit_ns", NULL, "ns",
			  "first zap (fault, operation) to the last, over all producers", -1 },
	[SIM_EXIT_NS_PER_SLOT] = { "exit_ns_per_slot", NULL, "ns",
				   "exit_ns over the slots (churn: operations) of one producer",
				   -1 },
	[SIM_NOTIFY_P50] = { "p50", "notify_ns", "ns",
			     "duration of a notification, cost of the clock subtracted", -1 },
	[SIM_NOTIFY_P90] = { "p90", "notify_ns", "ns", "the same", -1 },
	[SIM_NOTIFY_P99] = { "p99", "notify_ns", "ns", "the same", -1 },
	[SIM_NOTIFY_P999] = { "p99.9", "notify_ns", "ns", "the same", -1 },
	[SIM_NOTIFY_MAX] = { "max", "notify_ns", "ns", "longest that was timed", -1 },
	[SIM_OP_P50] = { "p50", "op_ns", "ns",
			 "duration of a fault (swapin) or write (churn); none in exit", -1 },
	[SIM_OP_P99] = { "p99", "op_ns", "ns", "the same", -1 },
	[SIM_RETURNED_P50] = { "p50", "returned_ns", "ns",
			       "from the first zap until half of the freed memory was back", -1 },
	[SIM_RETURNED_P90] = { "p90", "returned_ns", "ns", "until 90 % were back", -1 },
	[SIM_RETURNED_P99] = { "p99", "returned_ns", "ns", "until 99 % were back", -1 },
	[SIM_RETURNED_P100] = { "p100", "returned_ns", "ns", "until all was back", -1 },
	[SIM_CPU_PRODUCER] = { "producer", "cpu_ns_per_slot", "ns",
			       "CPU time of the producers per slot", -1 },
	[SIM_CPU_WORKER] = { "worker", "cpu_ns_per_slot", "ns", "CPU time of the workers per slot",
			     -1 },
	[SIM_CPU_TOTAL] = { "total", "cpu_ns_per_slot", "ns", "both", -1 },
	[SIM_HELD_PEAK_BYTES] = { "held_peak_bytes", NULL, "bytes",
				  "stored bytes of what was pending at its peak", -1 },
	[SIM_HELD_BYTE_SECONDS] = { "held_byte_seconds", NULL, "byte seconds",
				    "stored bytes pending, integrated over time", -1 },
	[SIM_QUEUED_PEAK_SLOTS] = { "queued_peak_slots", NULL, "slots", "most pending at once",
				    -1 },
	[SIM_OLDEST_QUEUED_NS] = { "oldest_queued_ns", NULL, "ns",
				   "longest time in the queue, if drained in order of arrival "
				   "(else a lower bound)",
				   -1 },
	[SIM_OVERFLOW_SLOTS] = { "overflow_slots", NULL, "slots",
				 "not queued (budget or strategy) and freed at once", -1 },
	[SIM_MISS_SLOTS] = { "miss_slots", NULL, "slots",
			     "notified while the slot was locked: nothing freed", -1 },
	[SIM_STRANDED_SLOTS] = { "stranded_slots", NULL, "slots",
				 "of miss_slots, those that still hold something at the end", -1 },
	[SIM_LATE_SLOTS] = { "late_slots", NULL, "slots",
			     "dropped, but not notified yet: in a CPU's cache up to 6.12", 0 },
	[SIM_CANCELLED_SLOTS] = { "cancelled_slots", NULL, "slots",
				  "pending, then rewritten, discarded or freed otherwise", 0 },
	[SIM_ZSPAGES_EMPTIED] = { "zspages_emptied", NULL, "zspages",
				  "frees that left a zspage without objects", 0 },
	[SIM_CLASS_RUNS] = { "class_runs", NULL, "locks", "holds of a class lock in the free path",
			     -1 },
	[SIM_STRATEGY_BYTES] = { "strategy_bytes", NULL, "bytes",
				 "peak memory of the strategy's own state", -1 },
	[SIM_FREES_UNLOCKED] = { "frees_unlocked", NULL, "objects",
				 "sharded: freed without a class lock", 1 },
	[SIM_ZSPAGES_DEFERRED] = { "zspages_deferred", NULL, "zspages",
				   "emptied zspages that were left to the pool's worker", 0 },
	[SIM_OBJECTS_MOVED] = { "objects_moved", NULL, "objects", "moved by compaction meanwhile",
				0 },
	[SIM_REFUSED_SLOTS] = { "refused_slots", NULL, "slots",
				"of overflow_slots, those that the strategy refused", -1 },
	[SIM_KICKS] = { "kicks", NULL, "kicks", "times a worker was queued", 0 },
	[SIM_DRAIN_RUNS] = { "drain_runs", NULL, "runs",
			     "drain runs of the workers, the flush and whoever else drained", 0 },
	[SIM_ALLOC_WAIT_NS] = { "alloc_wait_ns", NULL, "ns",
				"lmk, pressure: until the foreground had all it asked for", -1 },
	[SIM_ALLOC_STALL_MAX] = { "max", "alloc_stall_ns", "ns",
				  "lmk, pressure: longest wait of the foreground for one page",
				  -1 },
	[SIM_RECLAIMED_SLOTS] = { "reclaimed_slots", NULL, "slots",
				  "lmk, pressure: pages the foreground swapped out", -1 },
	[SIM_DRAINS_ON_FAILURE] = { "drains_on_failure", NULL, "drains",
				    "lmk, pressure: drains because an allocation had failed", -1 },
	[SIM_PHASE_COST] = { "phase_cost_ns_per_slot", NULL, "ns",
			     "what timing the phases itself has cost, all threads", -1 },
	[SIM_ACCESSES] = { "accesses", NULL, "accesses",
			   "virtual: loads, stores and atomics of the model per slot", -1 },
	[SIM_ATOMICS] = { "atomics", NULL, "accesses",
			  "virtual: of these, atomic read-modify-writes", -1 },
	[SIM_INSNS] = { "instructions", NULL, "instructions",
			"virtual: instructions charged per slot, of events and of the code's own",
			-1 },
	[SIM_STALL] = { "stall_ns", NULL, "ns",
			"virtual: latencies charged per slot, transfers among them", -1 },
	[SIM_LINE_TRANSFERS] = { "line_transfers", NULL, "lines",
				 "virtual: cache lines from or to another CPU per slot", -1 },
};

const unsigned int sim_nr_metrics = SIM_NR_METRICS;

BUILD_BUG_ON(sizeof(sim_metrics) / sizeof(sim_metrics[0]) != SIM_NR_METRICS);

int sim_metric_find(const char *key)
{
	const char *group;
	size_t len;
	int i;

	for (i = 0; i < SIM_NR_METRICS; i++) {
		group = sim_metrics[i].group;
		len = group ? strlen(group) : 0;
		if (group && (strncmp(key, group, len) || key[len] != '.'))
			continue;
		if (!strcmp(key + (group ? len + 1 : 0), sim_metrics[i].key))
			return i;
	}
	return -1;
}

static const char *const phase_names[KC_MAX_PHASES] = {
	[KC_PHASE_OTHER] = "other",	  [ZS_PHASE_LOOKUP] = "lookup",
	[ZS_PHASE_LOCK] = "lock",	  [ZS_PHASE_PUSH] = "push",
	[ZS_PHASE_FULLNESS] = "fullness", [ZS_PHASE_RETIRE] = "retire",
	[ZS_PHASE_PAGES] = "pages",	  [ZS_PHASE_HANDLE] = "handle",
	[ZRAM_PHASE_NOTIFY] = "notify",	  [ZRAM_PHASE_SLOT] = "slot",
	[ZRAM_PHASE_QUEUE] = "queue",	  [ZRAM_PHASE_DRAIN] = "drain",
};

const char *sim_phase_name(unsigned int phase)
{
	return phase < KC_MAX_PHASES ? phase_names[phase] : NULL;
}
