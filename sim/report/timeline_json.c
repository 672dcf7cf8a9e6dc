// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/report.h"

/** enum process - tracks are grouped by them */
enum process {
	REPEATS = 1,
	CPUS,
	TASKS,
};

/** enum timeline_depth - slices inside each other: a phase in a stretch on a CPU */
enum timeline_depth {
	DEEPEST = 2,
};

#define NUMBERED "%s %" PRIu64

/**
 * struct slice - on a track
 * @form:	of what is shown, from @name and @number
 * @name:	likewise; NULL: no slice
 * @number:	likewise
 */
struct slice {
	const char *form;
	const char *name;
	uint64_t number;
};

/**
 * struct track - a line of slices in the viewer
 * @pid:	its group
 * @tid:	its number there
 * @now:	slices that are open at the time of the event being read, outer first
 * @written:	those that have begun in the document
 * @next:	of the tracks that have changed at this time
 * @changed:	is one of them
 */
struct track {
	enum process pid;
	unsigned int tid;
	struct slice now[DEEPEST];
	struct slice written[DEEPEST];
	struct track *next;
	bool changed;
};

/**
 * struct task - what it does
 * @track:	its own
 * @cpu:	it is on, NULL none
 * @phase:	it is in, or NULL
 * @wait:	what it waits for, or NULL
 * @number:	of that
 * @id:		of that wait
 * @seen:	has a track in the document
 */
struct task {
	struct track track;
	struct track *cpu;
	const char *phase;
	const char *wait;
	uint64_t number;
	uint64_t id;
	bool seen;
};

/**
 * struct writer - the document so far
 * @out:	stream
 * @timeline:	being written
 * @repeats:	track of the repeats
 * @cpus:	[nr_cpus] of the timeline
 * @tasks:	[nr_tasks] of the timeline
 * @changed:	tracks whose slices are not yet those of the document
 * @ps:		of the event being read, never before the one before
 * @waits:	so far
 * @comma:	something was written
 */
struct writer {
	FILE *out;
	const struct sim_timeline *timeline;
	struct track repeats;
	struct track *cpus;
	struct task *tasks;
	struct track *changed;
	uint64_t ps;
	uint64_t waits;
	bool comma;
};

/*
 * The beginning of an event, without its end. Names are the program's own: nothing to escape. A
 * viewer may take a tid for the same thread in every group, so no two groups share one.
 */
static void lead(struct writer *w, char ph, enum process pid, unsigned int tid)
{
	fprintf(w->out, "%s\n{\"ph\":\"%c\",\"pid\":%d,\"tid\":%u", w->comma ? "," : "", ph,
		(int)pid, (unsigned int)pid * 10000 + tid);
	if (ph != 'M')
		fprintf(w->out, ",\"ts\":%" PRIu64 ".%06" PRIu64, w->ps / 1000000, w->ps % 1000000);
	w->comma = true;
}

static void put_slice(struct writer *w, char ph, const struct track *t, const struct slice *s)
{
	lead(w, ph, t->pid, t->tid);
	fputs(",\"name\":\"", w->out);
	fprintf(w->out, s->form, s->name, s->number);
	fputs("\"}", w->out);
}

static bool same(const struct slice *a, const struct slice *b)
{
	if (!a->name || !b->name)
		return a->name == b->name;
	return a->form == b->form && a->number == b->number && !strcmp(a->name, b->name);
}

/*
 * Time goes on: what is different by now ends, the inner slice first, and begins. Nothing lasts no
 * time and nothing ends where its like begins, since a viewer cannot tell which comes first.
 */
static void settle(struct writer *w)
{
	struct track *t;
	int kept, i;

	while ((t = w->changed)) {
		w->changed = t->next;
		t->changed = false;
		for (kept = 0; kept < DEEPEST; kept++) {
			if (!same(&t->now[kept], &t->written[kept]))
				break;
		}
		for (i = DEEPEST - 1; i >= kept; i--) {
			if (t->written[i].name)
				put_slice(w, 'E', t, &t->written[i]);
		}
		for (i = kept; i < DEEPEST; i++) {
			if (t->now[i].name)
				put_slice(w, 'B', t, &t->now[i]);
			t->written[i] = t->now[i];
		}
	}
}

static void set(struct writer *w, struct track *t, int depth, const char *form, const char *name,
		uint64_t number)
{
	t->now[depth] = (struct slice){ form, name, number };
	if (t->changed)
		return;
	t->changed = true;
	t->next = w->changed;
	w->changed = t;
}

static void show_phase(struct writer *w, unsigned int task)
{
	struct task *t = &w->tasks[task];

	set(w, &t->track, 1, "%s", t->cpu ? t->phase : NULL, 0);
}

static void run(struct writer *w, unsigned int task, unsigned int cpu)
{
	struct task *t = &w->tasks[task];

	if (t->cpu)
		return;
	t->cpu = &w->cpus[cpu];
	set(w, t->cpu, 0, NUMBERED, w->timeline->names[task], task);
	set(w, &t->track, 0, NUMBERED, "on CPU", cpu);
	show_phase(w, task);
}

static void wait_event(struct writer *w, char ph, unsigned int task)
{
	const struct task *t = &w->tasks[task];

	lead(w, ph, TASKS, task);
	fprintf(w->out, ",\"cat\":\"lock\",\"id\":\"0x%" PRIx64 "\",\"name\":\"%s", t->id, t->wait);
	if (t->number != SIM_TIMELINE_ALONE)
		fprintf(w->out, " %" PRIu64, t->number);
	fputs("\"}", w->out);
}

static void start_wait(struct writer *w, unsigned int task, const struct sim_timeline_event *event)
{
	struct task *t = &w->tasks[task];

	if (t->wait)
		return;
	t->wait = event->name;
	t->number = event->value;
	t->id = ++w->waits;
	wait_event(w, 'b', task);
}

static void end_wait(struct writer *w, unsigned int task)
{
	if (w->tasks[task].wait)
		wait_event(w, 'e', task);
	w->tasks[task].wait = NULL;
}

static void stop(struct writer *w, unsigned int task)
{
	struct task *t = &w->tasks[task];

	end_wait(w, task);
	if (!t->cpu)
		return;
	/* Who comes next may be told of before who leaves. */
	if (t->cpu->now[0].number == task)
		set(w, t->cpu, 0, NULL, NULL, 0);
	t->cpu = NULL;
	set(w, &t->track, 0, NULL, NULL, 0);
	show_phase(w, task);
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
		w->tasks[task].phase = NULL;
	}
	set(w, &w->repeats, 0, NULL, NULL, 0);
}

static void put_task_event(struct writer *w, const struct sim_timeline_event *event)
{
	unsigned int task = event->task;

	switch ((enum sim_timeline_kind)event->kind) {
	case SIM_TIMELINE_RUN:
		run(w, task, event->cpu);
		return;
	case SIM_TIMELINE_STOP:
		stop(w, task);
		return;
	case SIM_TIMELINE_PHASE:
		w->tasks[task].phase = event->name;
		show_phase(w, task);
		return;
	case SIM_TIMELINE_WAIT:
		start_wait(w, task, event);
		return;
	default:
		end_wait(w, task);
	}
}

static void put_event(struct writer *w, const struct sim_timeline_event *event)
{
	if (event->ps > w->ps) {
		settle(w);
		w->ps = event->ps;
	}
	switch ((enum sim_timeline_kind)event->kind) {
	case SIM_TIMELINE_REPEAT:
		set(w, &w->repeats, 0, "%s, repeat %" PRIu64, event->name, event->value);
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
		/* Tasks past the limit have no name and no track. */
		if (event->task < w->timeline->nr_tasks)
			put_task_event(w, event);
	}
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

/* @what: process or thread; @place: among the others */
static void put_head(struct writer *w, const char *what, enum process pid, unsigned int tid,
		     unsigned int place, const struct slice *shown)
{
	lead(w, 'M', pid, tid);
	fprintf(w->out, ",\"name\":\"%s_name\",\"args\":{\"name\":\"", what);
	fprintf(w->out, shown->form, shown->name, shown->number);
	fputs("\"}}", w->out);
	lead(w, 'M', pid, tid);
	fprintf(w->out, ",\"name\":\"%s_sort_index\",\"args\":{\"sort_index\":%u}}", what, place);
}

static void put_group(struct writer *w, enum process pid, const char *name)
{
	put_head(w, "process", pid, 0, pid, &(struct slice){ "%s", name, 0 });
}

static void put_thread(struct writer *w, enum process pid, unsigned int tid, const char *form,
		       const char *name)
{
	put_head(w, "thread", pid, tid, tid, &(struct slice){ form, name, tid });
}

static void put_heads(struct writer *w)
{
	const struct sim_timeline *timeline = w->timeline;
	unsigned int i;
	size_t at;

	put_group(w, REPEATS, "repeats and memory");
	put_group(w, CPUS, "CPUs");
	put_group(w, TASKS, "tasks");
	put_thread(w, REPEATS, 0, "%s", "repeats");
	for (i = 0; i < timeline->nr_cpus; i++)
		put_thread(w, CPUS, i, NUMBERED, "CPU");
	for (at = 0; at < timeline->nr; at++) {
		if (timeline->events[at].task < timeline->nr_tasks)
			w->tasks[timeline->events[at].task].seen |= timeline->events[at].kind ==
								    SIM_TIMELINE_RUN;
	}
	for (i = 0; i < timeline->nr_tasks; i++) {
		if (w->tasks[i].seen)
			put_thread(w, TASKS, i, NUMBERED, timeline->names[i]);
	}
}

/* Somebody who has only the document does not take its end for the run's. */
static void put_cut(struct writer *w)
{
	lead(w, 'i', REPEATS, 0);
	fprintf(w->out, ",\"s\":\"g\",\"name\":\"cut off after %zu events\"}", w->timeline->nr);
}

static void put_document(struct writer *w, const struct entry *order)
{
	size_t i;

	fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", w->out);
	put_heads(w);
	for (i = 0; i < w->timeline->nr; i++)
		put_event(w, order[i].event);
	/* What was cut off has no end of its own. */
	end_repeat(w);
	settle(w);
	if (w->timeline->cut)
		put_cut(w);
	fputs("\n]}\n", w->out);
}

int timeline_json(struct sim_timeline *timeline, FILE *out)
{
	struct writer w = { .out = out, .timeline = timeline, .repeats.pid = REPEATS };
	struct entry *order = calloc(timeline->nr + 1, sizeof(*order));
	int err = -ENOMEM;
	size_t i;

	w.cpus = calloc(timeline->nr_cpus + 1, sizeof(*w.cpus));
	w.tasks = calloc(timeline->nr_tasks + 1, sizeof(*w.tasks));
	if (!order || !w.cpus || !w.tasks)
		goto out;
	for (i = 0; i < timeline->nr_cpus; i++)
		w.cpus[i] = (struct track){ .pid = CPUS, .tid = (unsigned int)i };
	for (i = 0; i < timeline->nr_tasks; i++)
		w.tasks[i].track = (struct track){ .pid = TASKS, .tid = (unsigned int)i };
	for (i = 0; i < timeline->nr; i++)
		order[i] = (struct entry){ &timeline->events[i], i };
	qsort(order, timeline->nr, sizeof(*order), by_time);
	put_document(&w, order);
	err = 0;
out:
	free(order);
	free(w.cpus);
	free(w.tasks);
	return err;
}
