// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "bench/kernel/plugin/symbols.h"
#include "bench/kernel/plugin/tally.h"

enum {
	MAX_FUNCTIONS = 4096, /* a power of two: places of the table of functions */
	NAME_BYTES = 80,
};

/** struct counts - what is counted of anything */
struct counts {
	unsigned long insns, loads, stores, stack, percpu, atomics, entries;
};

/** struct function - of one function within one phase */
struct function {
	bool used;
	int phase, symbol;
	struct counts counts;
};

static struct {
	char name[NAME_BYTES];
	struct counts phases[MAX_PHASES];
	struct function functions[MAX_FUNCTIONS];
	struct counts event[MAX_PHASES]; /* of the current event */
	struct counts last[MAX_PHASES];	 /* since the phase was entered the last time */
	int event_depth;		 /* -1: no event */
	char *lines;			 /* of events that ended */
	size_t lines_len;
	FILE *lines_file;
} tally;

static void fail(const char *why)
{
	fprintf(stderr, "plugin: %s\n", why);
	exit(1);
}

void tally_begin(const char *name)
{
	memset(&tally, 0, sizeof(tally));
	snprintf(tally.name, sizeof(tally.name), "%s", name);
	tally.event_depth = -1;
	tally.lines_file = open_memstream(&tally.lines, &tally.lines_len);
	if (!tally.lines_file)
		fail("out of memory");
}

static void print_counts(FILE *out, const struct counts *counts)
{
	fprintf(out, "%lu %lu %lu %lu %lu %lu %lu\n", counts->insns, counts->loads, counts->stores,
		counts->stack, counts->percpu, counts->atomics, counts->entries);
}

static void print_event(const char *name, const char *suffix, const struct counts *counts)
{
	fprintf(tally.lines_file, " %s%s=%lu,%lu,%lu,%lu,%lu", name, suffix, counts->insns,
		counts->loads + counts->stores, counts->stack, counts->atomics, counts->entries);
}

void tally_enter(int phase, int depth)
{
	tally.phases[phase].entries++;
	if (tally.event_depth < 0 && !strcmp(phase_name(phase), "clean")) {
		tally.event_depth = depth;
		memset(tally.event, 0, sizeof(tally.event));
	}
	tally.event[phase].entries++;
	memset(&tally.last[phase], 0, sizeof(tally.last[phase]));
}

void tally_leave(int phase, int depth)
{
	int i;

	(void)phase;
	if (depth != tally.event_depth)
		return;
	tally.event_depth = -1;
	fprintf(tally.lines_file, "event");
	for (i = PHASE_FIRST; i < MAX_PHASES && phase_name(i); i++) {
		if (!tally.event[i].entries)
			continue;
		print_event(phase_name(i), "", &tally.event[i]);
		if (tally.event[i].entries > 1)
			print_event(phase_name(i), ".last", &tally.last[i]);
	}
	fprintf(tally.lines_file, "\n");
}

static struct counts *function_of(int phase, int symbol)
{
	unsigned int i = ((unsigned int)symbol * 31 + (unsigned int)phase) % MAX_FUNCTIONS;
	unsigned int tries;
	struct function *function;

	for (tries = 0; tries < MAX_FUNCTIONS; tries++) {
		function = &tally.functions[(i + tries) % MAX_FUNCTIONS];
		if (!function->used) {
			function->used = true;
			function->phase = phase;
			function->symbol = symbol;
			return &function->counts;
		}
		if (function->phase == phase && function->symbol == symbol)
			return &function->counts;
	}
	fail("more functions than there is room for");
	return NULL;
}

static void add_insn(struct counts *counts, bool atomic)
{
	counts->insns++;
	counts->atomics += atomic;
}

void tally_insn(int phase, int symbol, bool atomic)
{
	add_insn(&tally.phases[phase], atomic);
	add_insn(&tally.event[phase], atomic);
	add_insn(&tally.last[phase], atomic);
	add_insn(function_of(phase, symbol), atomic);
}

static void add_access(struct counts *counts, bool store, bool stack, bool percpu)
{
	counts->loads += !store;
	counts->stores += store;
	counts->stack += stack;
	counts->percpu += percpu;
}

void tally_access(int phase, int symbol, bool store, bool stack, bool percpu)
{
	add_access(&tally.phases[phase], store, stack, percpu);
	add_access(&tally.event[phase], store, stack, percpu);
	add_access(&tally.last[phase], store, stack, percpu);
	add_access(function_of(phase, symbol), store, stack, percpu);
}

void tally_end(FILE *out)
{
	const struct function *function;
	int i;

	fprintf(out, "region %s\n", tally.name);
	for (i = 0; i < MAX_PHASES && phase_name(i); i++) {
		fprintf(out, "phase %s ", phase_name(i));
		print_counts(out, &tally.phases[i]);
	}
	for (i = 0; i < MAX_FUNCTIONS; i++) {
		function = &tally.functions[i];
		if (!function->used || function->phase == PHASE_IRQ ||
		    function->phase == PHASE_ELSEWHERE)
			continue;
		fprintf(out, "function %s %s ", phase_name(function->phase),
			symbol_name(function->symbol));
		print_counts(out, &function->counts);
	}
	fclose(tally.lines_file);
	fputs(tally.lines, out);
	free(tally.lines);
	fprintf(out, "end\n");
}
