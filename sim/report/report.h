/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Writers: each prints a result, or a study, as one document. Nothing else in zramsim prints them.
 */
#ifndef SIM_REPORT_REPORT_H
#define SIM_REPORT_REPORT_H

#include <stdio.h>

#include "sim/figures/result.h"
#include "sim/figures/timeline.h"

struct study;

/**
 * struct report_style - how a document is laid out
 * @color:	the table may use ANSI colours
 * @details:	the table and Markdown print every metric of every strategy, in the order
 *		asked for, instead of one ranked line each
 */
struct report_style {
	bool color;
	bool details;
};

/**
 * struct report_format - a kind of document
 * @name:	for --format
 * @summary:	one line for `zramsim list formats`
 * @write:	print a result to @out; the caller checks @out for errors
 * @write_study: the same for a study
 */
struct report_format {
	const char *name;
	const char *summary;
	void (*write)(const struct zramsim_result *res, const struct report_style *style,
		      FILE *out);
	void (*write_study)(const struct study *study, const struct report_style *style, FILE *out);
};

/** report_formats - every writer; the last entry has no name */
extern const struct report_format report_formats[];

/** report_format_find() - a writer by name, or NULL. @name: as in report_formats */
const struct report_format *report_format_find(const char *name);

/** report_json() - zramsim.result/1. @res: result, @style: unused, @out: stream */
void report_json(const struct zramsim_result *res, const struct report_style *style, FILE *out);

/** report_csv() - one line per measured value. @res: result, @style: unused, @out: stream */
void report_csv(const struct zramsim_result *res, const struct report_style *style, FILE *out);

/** report_table() - text for people. @res: result, @style: see there, @out: stream */
void report_table(const struct zramsim_result *res, const struct report_style *style, FILE *out);

/**
 * report_markdown() - a table for mails and merge requests
 * @res:	result
 * @style:	see there
 * @out:	stream
 */
void report_markdown(const struct zramsim_result *res, const struct report_style *style, FILE *out);

/** study_report_json() - zramsim.study/1. @study: run, @style: unused, @out: stream */
void study_report_json(const struct study *study, const struct report_style *style, FILE *out);

/** study_report_csv() - a line per arm and quantity. @study: run, @style: unused, @out: stream */
void study_report_csv(const struct study *study, const struct report_style *style, FILE *out);

/** study_report_table() - text for people. @study: run, @style: see there, @out: stream */
void study_report_table(const struct study *study, const struct report_style *style, FILE *out);

/** study_report_markdown() - for mails. @study: run, @style: unused, @out: stream */
void study_report_markdown(const struct study *study, const struct report_style *style, FILE *out);

/**
 * timeline_json() - write the document
 * @timeline:	its events are sorted by time
 * @out:	stream
 * Return:	0 or -ENOMEM.
 *
 * Three processes: the repeats and the counters of memory; the CPUs, a track each, with the tasks
 * that had them; the tasks, a track each, with their phases, and their waits as asynchronous
 * events. Every slice that begins ends under its name, later, and the inner one first. On a track
 * no slice begins when one of the same name and depth ends: it goes on. Source: "Trace Event
 * Format", Google; what speedscope and Perfetto import of it.
 */
int timeline_json(struct sim_timeline *timeline, FILE *out);

#endif
