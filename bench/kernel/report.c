// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim/figures/stats.h"
#include "sim/threads/provenance.h"

static const char *const works[] = { "munmap", "discard" };

/** struct spread - median, smallest and largest of a column */
struct spread {
	double median;
	double min;
	double max;
};

/* Which field of a sample: a pointer to the first sample's, all others follow at its stride. */
static struct spread spread_of(const double *first, unsigned int nr)
{
	const size_t stride = sizeof(struct kernel_sample) / sizeof(double);
	struct spread spread = { .min = INFINITY, .max = -INFINITY };
	double values[KERNEL_MAX_RUNS];
	unsigned int i;

	_Static_assert(sizeof(struct kernel_sample) % sizeof(double) == 0, "whole strides");
	for (i = 0; i < nr; i++) {
		values[i] = first[i * stride];
		spread.min = fmin(spread.min, values[i]);
		spread.max = fmax(spread.max, values[i]);
	}
	spread.median = sim_median(values, nr);
	return spread;
}

static const struct kernel_row *find_row(const struct kernel_row *rows, unsigned int nr,
					 enum kernel_work work, enum kernel_data data,
					 unsigned int procs)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (rows[i].arm.work == work && rows[i].arm.data == data &&
		    rows[i].arm.procs == procs && rows[i].nr)
			return &rows[i];
	}
	return NULL;
}

static void print_spread(struct spread spread)
{
	printf(" %.0f (%.0f-%.0f) |", spread.median, spread.min, spread.max);
}

/* The model is measured right after the kernel: the median of the ratios of these pairs. */
static double model_to_kernel(const struct kernel_row *row)
{
	double model[KERNEL_MAX_RUNS], kernel[KERNEL_MAX_RUNS], low, high;
	unsigned int i;

	for (i = 0; i < row->nr; i++) {
		model[i] = row->model[i].ns_per_slot;
		kernel[i] = row->kernel[i].ns_per_slot;
	}
	return sim_ratio(model, kernel, row->nr, &low, &high);
}

static void print_times(const struct kernel_row *rows, unsigned int nr)
{
	unsigned int i;

	printf("| timed | data | processes | kernel ns/slot | CPU | model ns/slot | CPU | model to "
	       "kernel |\n|---|---|---|---|---|---|---|---|\n");
	for (i = 0; i < nr; i++) {
		const struct kernel_row *row = &rows[i];
		struct spread kernel = spread_of(&row->kernel[0].ns_per_slot, row->nr);
		struct spread model = spread_of(&row->model[0].ns_per_slot, row->nr);

		if (!row->nr)
			continue;
		printf("| %s | %s | %u |", works[row->arm.work], kernel_data_names[row->arm.data],
		       row->arm.procs);
		print_spread(kernel);
		print_spread(spread_of(&row->kernel[0].cpu_ns_per_slot, row->nr));
		if (!row->has_model) {
			printf(" - | - | - |\n");
			continue;
		}
		print_spread(model);
		print_spread(spread_of(&row->model[0].cpu_ns_per_slot, row->nr));
		printf(" %.2f |\n", model_to_kernel(row));
	}
}

static double mib(uint64_t bytes)
{
	return (double)bytes / (1 << 20);
}

/* The device says the same in every repeat, but for pages of zspages that are not full. */
static void print_memory(const struct kernel_row *rows, unsigned int nr)
{
	const struct kernel_sample *last;
	unsigned int i;

	printf("\n| timed | data | processes | stored MiB | compressed | held | same-filled | "
	       "huge | held after it | misses |\n|---|---|---|---|---|---|---|---|---|---|\n");
	for (i = 0; i < nr; i++) {
		if (!rows[i].nr)
			continue;
		last = &rows[i].kernel[rows[i].nr - 1];
		printf("| %s | %s | %u | %.1f | %.1f | %.1f | %llu | %llu | %.1f | %llu |\n",
		       works[rows[i].arm.work], kernel_data_names[rows[i].arm.data],
		       rows[i].arm.procs, mib(last->before.orig_data_size),
		       mib(last->before.compr_data_size), mib(last->before.mem_used_total),
		       (unsigned long long)last->before.same_pages,
		       (unsigned long long)last->before.huge_pages, mib(last->after.mem_used_total),
		       (unsigned long long)last->after.miss_free);
	}
}

/* Median over the repeats of the difference of two arms of the same repeat; NaN without both. */
static double difference(const struct kernel_row *rows, unsigned int nr, enum kernel_work work,
			 enum kernel_data more, enum kernel_data less)
{
	const struct kernel_row *over = find_row(rows, nr, work, more, 1);
	const struct kernel_row *under = find_row(rows, nr, work, less, 1);
	double values[KERNEL_MAX_RUNS];
	unsigned int i;

	if (!over || !under || over->nr != under->nr)
		return NAN;
	for (i = 0; i < over->nr; i++)
		values[i] = over->kernel[i].ns_per_slot - under->kernel[i].ns_per_slot;
	return sim_median(values, over->nr);
}

static void print_sentences(const struct kernel_row *rows, unsigned int nr)
{
	double object = difference(rows, nr, KERNEL_DISCARD, KERNEL_ANON, KERNEL_SAME);
	double swapped = difference(rows, nr, KERNEL_MUNMAP, KERNEL_ANON, KERNEL_SAME);
	double slot = difference(rows, nr, KERNEL_MUNMAP, KERNEL_SAME, KERNEL_ZERO);

	if (isfinite(object))
		printf("\nFreeing the object of a slot costs %.0f ns in a discard: anon data over "
		       "same-filled slots, which have none.",
		       object);
	if (isfinite(swapped))
		printf("\nIn a munmap() of one process the same difference is %.0f ns.", swapped);
	if (isfinite(slot) && slot >= 1)
		printf("\nA same-filled slot costs %.0f ns more than an empty one.", slot);
	printf("\n");
}

static unsigned int disturbed(const struct kernel_row *rows, unsigned int nr, unsigned int *of)
{
	unsigned int i, n, hit = 0;

	*of = 0;
	for (i = 0; i < nr; i++) {
		for (n = 0; n < rows[i].nr; n++) {
			hit += rows[i].kernel[n].disturbed;
			hit += rows[i].has_model && rows[i].model[n].disturbed;
		}
		*of += rows[i].nr * (rows[i].has_model ? 2 : 1);
	}
	return hit;
}

void kernel_report_markdown(const struct kernel_bench *bench, const struct kernel_row *rows,
			    unsigned int nr)
{
	unsigned int of, hit = disturbed(rows, nr, &of);
	struct sim_provenance from;

	sim_provenance_collect(&from);
	printf("%s of Linux %s beside the model (sync, Linux 7.3), %s, %.0f MiB per process, %u "
	       "repeats: median (min-max)\n\n",
	       bench->dev.name, from.kernel, bench->dev.comp, mib(bench->bytes),
	       nr ? rows[0].nr : 0);
	print_times(rows, nr);
	print_memory(rows, nr);
	print_sentences(rows, nr);
	printf("\n%s, %u processors; zramsim %s, %s, %s; load %.2f; %s\n", from.cpu, from.nr_cpus,
	       from.commit, from.compiler, from.flags, from.load_1min, from.started);
	if (hit)
		printf("\nwarning: %u of %u samples were taken while another task used the core or "
		       "its sibling hyperthread\n",
		       hit, of);
}

static void json_values(const char *key, const double *first, unsigned int nr, const char *end)
{
	const size_t stride = sizeof(struct kernel_sample) / sizeof(double);
	struct spread spread = spread_of(first, nr);
	unsigned int i;

	printf("\"%s\": {\"median\": %.2f, \"min\": %.2f, \"max\": %.2f, \"samples\": [", key,
	       spread.median, spread.min, spread.max);
	for (i = 0; i < nr; i++)
		printf("%s%.2f", i ? ", " : "", first[i * stride]);
	printf("]}%s", end);
}

static void json_stat(const char *key, const struct kernel_device_stat *stat, const char *end)
{
	printf("      \"%s\": {\"orig_data_size\": %llu, \"compr_data_size\": %llu, "
	       "\"mem_used_total\": %llu, \"same_pages\": %llu, \"huge_pages\": %llu, "
	       "\"notify_free\": %llu, \"miss_free\": %llu}%s\n",
	       key, (unsigned long long)stat->orig_data_size,
	       (unsigned long long)stat->compr_data_size, (unsigned long long)stat->mem_used_total,
	       (unsigned long long)stat->same_pages, (unsigned long long)stat->huge_pages,
	       (unsigned long long)stat->notify_free, (unsigned long long)stat->miss_free, end);
}

static void json_row(const struct kernel_row *row, bool last)
{
	printf("    {\n      \"timed\": \"%s\", \"data\": \"%s\", \"procs\": %u,\n",
	       works[row->arm.work], kernel_data_names[row->arm.data], row->arm.procs);
	printf("      \"kernel\": {");
	json_values("ns_per_slot", &row->kernel[0].ns_per_slot, row->nr, ",\n        ");
	json_values("cpu_ns_per_slot", &row->kernel[0].cpu_ns_per_slot, row->nr, "},\n");
	if (row->has_model) {
		printf("      \"model\": {");
		json_values("ns_per_slot", &row->model[0].ns_per_slot, row->nr, ",\n        ");
		json_values("cpu_ns_per_slot", &row->model[0].cpu_ns_per_slot, row->nr, "},\n");
	} else {
		printf("      \"model\": null,\n");
	}
	json_stat("before", &row->kernel[row->nr - 1].before, ",");
	json_stat("after", &row->kernel[row->nr - 1].after, "");
	printf("    }%s\n", last ? "" : ",");
}

void kernel_report_json(const struct kernel_bench *bench, const struct kernel_row *rows,
			unsigned int nr)
{
	unsigned int of, hit = disturbed(rows, nr, &of), i;
	struct sim_provenance from;

	sim_provenance_collect(&from);
	while (nr && !rows[nr - 1].nr)
		nr--;
	printf("{\n  \"schema\": \"zramsim.kernel/1\",\n");
	printf("  \"config\": {\"device\": \"%s\", \"comp\": \"%s\", \"size_bytes\": %llu, "
	       "\"page_bytes\": %ld, \"runs\": %u, \"seed\": \"%llu\"},\n",
	       bench->dev.name, bench->dev.comp, (unsigned long long)bench->bytes,
	       sysconf(_SC_PAGESIZE), nr ? rows[0].nr : 0, (unsigned long long)bench->seed);
	printf("  \"provenance\": {\"version\": \"%s\", \"commit\": \"%s\", \"compiler\": \"%s\", "
	       "\"flags\": \"%s\", \"cpu\": \"%s\", \"nr_cpus\": %u, \"kernel\": \"%s\", "
	       "\"load_1min\": %.2f, \"started\": \"%s\"},\n",
	       from.version, from.commit, from.compiler, from.flags, from.cpu, from.nr_cpus,
	       from.kernel, from.load_1min, from.started);
	printf("  \"disturbed_samples\": %u, \"all_samples\": %u,\n  \"results\": [\n", hit, of);
	for (i = 0; i < nr; i++) {
		if (rows[i].nr)
			json_row(&rows[i], i + 1 == nr);
	}
	printf("  ]\n}\n");
}
