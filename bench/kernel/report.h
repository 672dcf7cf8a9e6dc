/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* report: what was measured, as a Markdown table with sentences or as JSON. */
#ifndef BENCH_KERNEL_REPORT_H
#define BENCH_KERNEL_REPORT_H

#include <stdbool.h>

#include "sim/kernel/measure.h"

enum {
	KERNEL_MAX_ARMS = 64,
	KERNEL_MAX_RUNS = 99,
};

/**
 * struct kernel_row - an arm and its samples
 * @arm:	what was measured
 * @kernel:	[nr]
 * @model:	[nr]
 * @has_model:	@model holds samples
 * @nr:		repeats
 */
struct kernel_row {
	struct kernel_arm arm;
	struct kernel_sample kernel[KERNEL_MAX_RUNS];
	struct kernel_sample model[KERNEL_MAX_RUNS];
	bool has_model;
	unsigned int nr;
};

/**
 * kernel_report_markdown() - print tables, what follows from them, and where they come from
 * @bench:	common part
 * @rows:	[nr]
 * @nr:		arms
 */
void kernel_report_markdown(const struct kernel_bench *bench, const struct kernel_row *rows,
			    unsigned int nr);

/**
 * kernel_report_json() - print one document, schema zramsim.kernel/1
 * @bench:	common part
 * @rows:	[nr]
 * @nr:		arms
 */
void kernel_report_json(const struct kernel_bench *bench, const struct kernel_row *rows,
			unsigned int nr);

#endif
