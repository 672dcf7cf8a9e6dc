// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/timeline_json.h"

/** enum process - tracks are grouped by them */
enum process {
	REPEATS = 1,
	CPUS,
	TASKS,
};

/**
 * struct track - of a task
 * @cpu:	it is on, -1 none
 * @phase:	it is in, or NULL
 * @wait:	what it waits for, or NULL
 * @number:	of that
 * @id:		of that wait
 * @known:	has a name in the document
 */
struct track {
	int cpu;
	const char *phase;
	const char *wait;
	uint64_t number;
	uint64_t id;
	bool known;
};

/**
 * struct writer - the document so far
 * @out:	stream
 * @timeline:	being written
 * @tracks:	[nr_tasks] of the timeline
 * @ps:		of the event being written, never before the one before
 * @waits:	so far
 * @repeat:	one is open
 * @comma:	something was written
 */
struct writer {
	FILE *out;
	const struct sim_timeline *timeline;
	struct track *tracks;
	uint64_t ps;
	uint64_t waits;
	bool repeat;
	bool comma;
};

/* The beginning of an event, without its end. Names are the program's own: nothing to escape. */
static void lead(struct writer *w, char ph, enum process pid, unsigned int tid)
{
	fprintf(w->out, "%s\n{\"ph\":\"%c\",\"pid\":%d,\"tid\":%u,\"ts\":%" PRIu64 ".%06" PRIu64,
		w->comma ? "," : "", ph, (int)pid, tid, w->ps / 1000000, w->ps % 1000000);
	w->comma = true;
}

static void name_track(struct writer *w, const char *what, enum process pid, unsigned int tid,
		       const char *form, const char *name, unsigned int number)
{
	lead(w, 'M', pid, tid);
	fprintf(w->out, ",\"name\":\"%s\",\"args\":{\"name\":\"", what);
	fprintf(w->out, form, name, number);
	fputs("\"}}", w->out);
}

static const char *task_name(const struct writer *w, unsigned int task)
{
	return w->timeline->names[task];
}

static void begin(struct writer *w, enum process pid, unsigned int tid, const char *name)
{
	lead(w, 'B', pid, tid);
	fprintf(w->out, ",\"name\":\"%s\"}", name);
}

static void end(struct writer *w, enum process pid, unsigned int tid)
{
	lead(w, 'E', pid, tid);
	fputc('}', w->out);
}

static void wait_event(struct writer *w, char ph, unsigned int task)
{
	const struct track *t = &w->tracks[task];

	lead(w, ph, TASKS, task);
	fprintf(w->out, ",\"cat\":\"lock\",\"id\":%" PRIu64 ",\"name\":\"%s", t->id, t->wait);
	if (t->number)
		fprintf(w->out, " %" PRIu64, t->number);
	fputs("\"}", w->out);
}

static void run(struct writer *w, unsigned int task, unsigned int cpu)
{
	struct track *t = &w->tracks[task];

	if (t->cpu >= 0)
		return;
	if (!t->known)
		name_track(w, "thread_name", TASKS, task, "%s %u", task_name(w, task), task);
	t->known = true;
	t->cpu = (int)cpu;
	lead(w, 'B', CPUS, cpu);
	fprintf(w->out, ",\"name\":\"%s %u\"}", task_name(w, task), task);
	lead(w, 'B', TASKS, task);
	fprintf(w->out, ",\"name\":\"on CPU %u\"}", cpu);
	if (t->phase)
		begin(w, TASKS, task, t->phase);
}

static void stop(struct writer *w, unsigned int task)
{
	struct track *t = &w->tracks[task];

	if (t->wait)
		wait_event(w, 'e', task);
	t->wait = NULL;
	if (t->cpu < 0)
		return;
	if (t->phase)
		end(w, TASKS, task);
	end(w, TASKS, task);
	end(w, CPUS, (unsigned int)t->cpu);
	t->cpu = -1;
}

static void change_phase(struct writer *w, unsigned int task, const char *phase)
{
	struct track *t = &w->tracks[task];

	if (t->cpu >= 0 && t->phase)
		end(w, TASKS, task);
	t->phase = phase;
	if (t->cpu >= 0 && t->phase)
		begin(w, TASKS, task, t->phase);
}

static void start_wait(struct writer *w, unsigned int task, const struct sim_timeline_event *event)
{
	struct track *t = &w->tracks[task];

	if (t->wait)
		return;
	t->wait = event->name;
	t->number = event->value;
	t->id = ++w->waits;
	wait_event(w, 'b', task);
}

static void end_wait(struct writer *w, unsigned int task)
{
	if (w->tracks[task].wait)
		wait_event(w, 'e', task);
	w->tracks[task].wait = NULL;
}

static void counter(struct writer *w, const char *name, uint64_t bytes)
{
	lead(w, 'C', REPEATS, 0);
	fprintf(w->out, ",\"name\":\"%s\",\"args\":{\"bytes\":%" PRIu64 "}}", name, bytes);
}

static void end_repeat(struct writer *w)
{
	unsigned int task;

	for (task = 0; task < w->timeline->nr_tasks; task++) {
		stop(w, task);
		w->tracks[task].phase = NULL;
	}
	if (w->repeat)
		end(w, REPEATS, 1);
	w->repeat = false;
}

static void put_event(struct writer *w, const struct sim_timeline_event *event)
{
	unsigned int task = event->task;

	if (event->ps > w->ps)
		w->ps = event->ps;
	switch ((enum sim_timeline_kind)event->kind) {
	case SIM_TIMELINE_REPEAT:
		w->repeat = true;
		lead(w, 'B', REPEATS, 1);
		fprintf(w->out, ",\"name\":\"%s, repeat %" PRIu64 "\"}", event->name, event->value);
		return;
	case SIM_TIMELINE_DONE:
		end_repeat(w);
		return;
	case SIM_TIMELINE_PENDING:
		counter(w, "pending", event->value);
		return;
	case SIM_TIMELINE_HELD:
		counter(w, "held", event->value);
		return;
	case SIM_TIMELINE_FREE:
		counter(w, "free", event->value);
		return;
	default:
		break;
	}
	/* Tasks past the limit have no name and no track. */
	if (task >= w->timeline->nr_tasks)
		return;
	if (event->kind == SIM_TIMELINE_RUN)
		run(w, task, event->cpu);
	else if (event->kind == SIM_TIMELINE_STOP)
		stop(w, task);
	else if (event->kind == SIM_TIMELINE_PHASE)
		change_phase(w, task, event->name);
	else if (event->kind == SIM_TIMELINE_WAIT)
		start_wait(w, task, event);
	else
		end_wait(w, task);
}

/**
 * struct entry - an event with its place
 * @event:	it
 * @at:		in the order of recording, which is kept among those of one time
 */
struct entry {
	const struct sim_timeline_event *event;
	size_t at;
};

static int by_time(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->event->ps != y->event->ps)
		return x->event->ps < y->event->ps ? -1 : 1;
	return x->at < y->at ? -1 : 1;
}

static void put_heads(struct writer *w)
{
	unsigned int cpu;

	name_track(w, "process_name", REPEATS, 0, "%s", "repeats and memory", 0);
	name_track(w, "thread_name", REPEATS, 1, "%s", "repeats", 0);
	name_track(w, "process_name", CPUS, 0, "%s", "CPUs", 0);
	name_track(w, "process_name", TASKS, 0, "%s", "tasks", 0);
	for (cpu = 0; cpu < w->timeline->nr_cpus; cpu++)
		name_track(w, "thread_name", CPUS, cpu, "%s %u", "CPU", cpu);
}

int timeline_json(struct sim_timeline *timeline, FILE *out)
{
	struct writer w = { .out = out, .timeline = timeline };
	struct entry *order = calloc(timeline->nr + 1, sizeof(*order));
	size_t i;

	w.tracks = calloc(timeline->nr_tasks + 1, sizeof(*w.tracks));
	for (i = 0; w.tracks && i < timeline->nr_tasks; i++)
		w.tracks[i].cpu = -1;
	for (i = 0; order && i < timeline->nr; i++)
		order[i] = (struct entry){ &timeline->events[i], i };
	if (order && w.tracks) {
		qsort(order, timeline->nr, sizeof(*order), by_time);
		fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", out);
		put_heads(&w);
		for (i = 0; i < timeline->nr; i++)
			put_event(&w, order[i].event);
		/* What was cut off has no end of its own. */
		end_repeat(&w);
		fputs("\n]}\n", out);
	}
	i = order && w.tracks ? 0 : ENOMEM;
	free(order);
	free(w.tracks);
	return -(int)i;
}
