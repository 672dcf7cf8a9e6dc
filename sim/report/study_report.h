/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Writers of studies: each prints one as one document. */
#ifndef SIM_REPORT_STUDY_REPORT_H
#define SIM_REPORT_STUDY_REPORT_H

#include <stdio.h>

#include "sim/report/report.h"
#include "sim/study/shape.h"

/**
 * struct study_format - one writer
 * @name:	for --format
 * @write:	print @study to @out; the caller checks @out for errors
 */
struct study_format {
	const char *name;
	void (*write)(const struct study *study, const struct report_style *style, FILE *out);
};

/** study_format_find() - a writer by name, or NULL. @name: as for results */
const struct study_format *study_format_find(const char *name);

/** study_report_json() - zramsim.study/1. @study: run, @style: unused, @out: stream */
void study_report_json(const struct study *study, const struct report_style *style, FILE *out);

/** study_report_csv() - a line per arm and quantity. @study: run, @style: unused, @out: stream */
void study_report_csv(const struct study *study, const struct report_style *style, FILE *out);

/** study_report_table() - text for people. @study: run, @style: see there, @out: stream */
void study_report_table(const struct study *study, const struct report_style *style, FILE *out);

/** study_report_markdown() - for mails. @study: run, @style: unused, @out: stream */
void study_report_markdown(const struct study *study, const struct report_style *style, FILE *out);

/** study_limits_apply() - is this a machine that cannot tell everything? @study: run */
bool study_limits_apply(const struct study *study);

/**
 * study_is_fixed() - does the study decide an option itself?
 * @study:	study
 * @option:	name, without dashes
 */
bool study_is_fixed(const struct study *study, const char *option);

/**
 * study_command() - the arguments that repeat a study, one by one
 * @study:	run
 * @add:	called for each, "study" first
 * @ctx:	passed to @add
 */
void study_command(const struct study *study, void (*add)(void *ctx, const char *argument),
		   void *ctx);

/**
 * study_line() - one line that says what was done, without a newline
 * @study:	run
 * @out:	stream
 */
void study_line(const struct study *study, FILE *out);

#endif
