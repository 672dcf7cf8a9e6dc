/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* timeline_json: a timeline as trace events, which ui.perfetto.dev and speedscope open. */
#ifndef SIM_REPORT_TIMELINE_JSON_H
#define SIM_REPORT_TIMELINE_JSON_H

#include <stdio.h>

#include "sim/figures/timeline.h"

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
