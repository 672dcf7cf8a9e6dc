// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/calibrate/calibrate.h"

#define SYSFS	 "sysfs"
#define PINGPONG "measured: two threads that hand a line to and fro, least of a second"
#define NEAREST	 "estimate: there are no such CPUs here; what is nearest takes so long"

enum {
	TEXT_BYTES = 256 << 10,
};

/* Such prices were off by 0.38 for a discard of 8 MiB of anon data in the kernel of the machine. */
#define ONE_CPU_ERROR 0.4

/** struct text - what has been written so far; @left is 0 once there was no room */
struct text {
	char *at;
	size_t left;
};

__attribute__((format(printf, 2, 3))) static void put(struct text *text, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(text->at, text->left, fmt, args);
	va_end(args);
	if (len < 0 || (size_t)len >= text->left) {
		text->left = 0;
		return;
	}
	text->at += len;
	text->left -= (size_t)len;
}

static void figure(struct text *text, const char *key, double value, const char *unit,
		   const char *source)
{
	put(text, "%s = %.4g %s | %s\n", key, value, unit, source);
}

static void cache(struct text *text, const char *key, const struct vm_cache_size *cache)
{
	bool there = cache->bytes != 0;

	put(text, "%s_bytes = %" PRIu64 " KiB | %s\n", key, cache->bytes >> 10,
	    there ? SYSFS : "there is none");
	put(text, "%s_ways = %" PRIu32 " ways | %s\n", key, there ? cache->ways : 0,
	    there ? SYSFS : "there is none");
	put(text, "%s_latency_ns = %.4g ns | %s\n", key, there ? cache->latency_ns : 0,
	    there ? "measured: dependent loads in random order" : "there is none");
}

/* What was fitted on one kind of core is the same in cycles, and in its own atomics, on others. */
static void prices(struct text *text, const struct cal_task *task, const struct vm_core *core)
{
	const struct cal_fit *fit = &task->fit;
	bool first = core == task->topology.profile.cores;
	unsigned int nr;
	char source[256];

	cal_source_specs(&fit->source, &nr);
	if (!fit->there)
		snprintf(source, sizeof(source),
			 "estimate: %s a cycle, as cores of its kind; no kernel was measured",
			 core->stall_share < CAL_IN_ORDER ? "half" : "all but");
	else
		snprintf(
			source, sizeof(source),
			"fitted: %u operations of the zram of %s, as counted in %s: off by %.0f %% "
			"(median), %.0f %% (most)%s",
			nr, fit->source.name, fit->release, 100 * fit->median, 100 * fit->worst,
			first ? "" : "; on another kind of core, by clock");
	put(text, "insn_ps = %.1f ps | %s\n", core->insn_ps, source);
	if (fit->there && first && fit->solution.bounded[CAL_STALL])
		snprintf(source, sizeof(source), "fitted: the same; alone they would have %.2f",
			 fit->solution.wanted[CAL_STALL]);
	else
		snprintf(source, sizeof(source), "%s",
			 fit->there && first ? "fitted: the same"
					     : "measured: pairs of dependent loads between "
					       "additions, over dependent loads alone");
	put(text, "stall_share = %.3f share | %s\n", core->stall_share, source);
	if (fit->there && fit->solution.bounded[CAL_RMW])
		snprintf(source, sizeof(source),
			 "fitted: the same, but no less than can be; alone they would have %.1f",
			 fit->solution.wanted[CAL_RMW]);
	else
		snprintf(source, sizeof(source), "%s",
			 fit->there && !fit->source.user ? "fitted: the same"
							 : "measured: atomic additions in L1");
	figure(text, "rmw_ns", core->rmw_ns, "ns", source);
}

static void core(struct text *text, const struct cal_task *task, const struct vm_core *core)
{
	put(text, "\n[core %s]\n", core->name);
	put(text, "mhz = %.0f MHz | measured: a chain of dependent additions\n", core->mhz);
	prices(text, task, core);
	figure(text, "fence_ns", core->fence_ns, "ns", "measured: sequentially consistent fences");
	cache(text, "l1", &core->l1);
	cache(text, "l2", &core->l2);
}

static void cluster(struct text *text, const struct vm_profile *p, const struct vm_cluster *cluster)
{
	put(text, "\n[cluster %s]\n", p->cores[cluster->core].name);
	put(text, "cpus = %" PRIu32 " cpus | " SYSFS "; those this process may use\n",
	    cluster->cpus);
	put(text, "node = %" PRIu32 " node | " SYSFS "\n", cluster->node);
	cache(text, "llc", &cluster->llc);
}

static void memory(struct text *text, const struct cal_task *task)
{
	const struct vm_profile *p = &task->topology.profile;

	put(text, "\n[memory]\n");
	cache(text, "slc", &p->slc);
	figure(text, "dram_ns", p->dram_ns, "ns", "measured: dependent loads in random order");
	figure(text, "dram_remote_ns", p->dram_remote_ns, "ns",
	       task->remote ? "estimate: dram_ns, and what a line takes longer from there"
			    : NEAREST);
	figure(text, "transfer_near_ns", p->transfer_near_ns, "ns",
	       task->near ? PINGPONG : NEAREST);
	figure(text, "transfer_far_ns", p->transfer_far_ns, "ns", task->far ? PINGPONG : NEAREST);
	figure(text, "transfer_node_ns", p->transfer_node_ns, "ns",
	       task->remote ? PINGPONG : NEAREST);
}

static void compressor(struct text *text, const char *name, double there, double back,
		       bool measured)
{
	const char *source = measured
				     ? "measured: pages of the data source anon, 4 KiB"
				     : "estimate: from the others, as this one is not in the build";

	put(text, "%s_compress_ns_per_kib = %.4g ns | %s\n", name, there, source);
	put(text, "%s_decompress_ns_per_kib = %.4g ns | %s\n", name, back, source);
}

static void os(struct text *text, const struct cal_task *task)
{
	const struct vm_profile *p = &task->topology.profile;

	put(text, "\n[os]\n");
	figure(text, "context_switch_ns", p->context_switch_ns, "ns",
	       "measured: two threads on one CPU that wake each other");
	figure(text, "wakeup_ns", p->wakeup_ns, "ns",
	       p->nr_cpus > 1 ? "measured: the same on two CPUs, less that"
			      : "estimate: there is one CPU");
	put(text,
	    "slice_us = %.0f us | kernel/sched/fair.c of Linux 7.1: 0.7 ms x (1 + log2(min(CPUs, "
	    "8))), CPUs = %" PRIu32 "\n",
	    p->slice_us, p->nr_cpus);
	figure(text, "yield_ns", p->yield_ns, "ns", "estimate: ten cycles");
	figure(text, "fault_ns", p->fault_ns, "ns", "measured: first read of a page");
	compressor(text, "lz4", p->compress_ns_per_kib[VM_LZ4], p->decompress_ns_per_kib[VM_LZ4],
		   task->compressor[VM_LZ4]);
	compressor(text, "zstd", p->compress_ns_per_kib[VM_ZSTD], p->decompress_ns_per_kib[VM_ZSTD],
		   task->compressor[VM_ZSTD]);
	compressor(text, "lzo", p->compress_ns_per_kib[VM_LZO], p->decompress_ns_per_kib[VM_LZO],
		   task->compressor[VM_LZO]);
}

static void residuals(struct text *text, const struct cal_fit *fit)
{
	unsigned int i, nr;

	cal_source_specs(&fit->source, &nr);
	if (fit->there && fit->source.user)
		put(text, "# Fitted to kernel code at one CPU: it has no atomics, and is built for "
			  "size, so the\n# counts of its release are not quite its own. Discards "
			  "only.\n");
	for (i = 0; fit->there && i < nr; i++)
		put(text, "# %s: %.0f ns per slot measured, %.0f fitted (%+.0f %%)\n",
		    fit->points[i].what, fit->points[i].ns, fit->points[i].fitted_ns,
		    100 * cal_off(&fit->points[i]));
}

static void error_share(struct text *text, const struct cal_fit *fit)
{
	if (!fit->there)
		put(text, "error_share = 0.5 share | estimate: it was not fitted to anything\n");
	else if (fit->source.user && fit->worst < ONE_CPU_ERROR)
		put(text,
		    "error_share = %.2f share | estimate: no residual is as large, but "
		    "a kernel of two CPUs was off by so much with such prices\n",
		    ONE_CPU_ERROR);
	else
		put(text, "error_share = %.2f share | largest residual of what it was fitted to\n",
		    fit->worst < 0.95 ? fit->worst : 0.95);
}

char *cal_text(const struct cal_task *task, const char *machine, const char *date)
{
	const struct vm_profile *p = &task->topology.profile;
	char *all = malloc(TEXT_BYTES);
	struct text text = { all, TEXT_BYTES };
	uint32_t i;

	if (!all)
		return NULL;
	put(&text, "# Written by zramsim calibrate, %s.\n", date);
	if (task->topology.threads)
		put(&text, "# Hyperthreads are CPUs of their own here; what they share is not "
			   "simulated.\n");
	residuals(&text, &task->fit);
	put(&text, "\n[machine]\nname = host\nsummary = %.80s, %" PRIu32 " CPU%s\n", machine,
	    p->nr_cpus, sim_plural(p->nr_cpus, "s"));
	put(&text, "isa = %s\n", vm_isa_name(p->isa));
	put(&text, "producer_cpu = 0 cpu | the first one, CPU %u of the host\n",
	    task->topology.host[0]);
	put(&text, "page_bytes = 4096 B | estimate: for information only\n");
	error_share(&text, &task->fit);
	for (i = 0; i < p->nr_cores; i++)
		core(&text, task, &p->cores[i]);
	for (i = 0; i < p->nr_clusters; i++)
		cluster(&text, p, &p->clusters[i]);
	memory(&text, task);
	os(&text, task);
	if (!text.left) {
		free(all);
		return NULL;
	}
	return all;
}
