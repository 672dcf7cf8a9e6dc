// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/kernel/plugin/symbols.h"

enum {
	NAME_BYTES = 96
};

/** struct symbol - a function */
struct symbol {
	uint64_t at;
	char *name;
};

/** struct root - a function that begins a phase */
struct root {
	char name[NAME_BYTES];
	uint64_t at; /* 0: not in this kernel */
	int phase;
	int current; /* in which it does, or -1 for any */
};

static struct symbol *symbols;
static int nr_symbols;
static struct root roots[MAX_ROOTS];
static int nr_roots;
static uint64_t starts[MAX_ROOTS]; /* ascending, without repetition */
static int nr_starts;
static char phases[MAX_PHASES][NAME_BYTES] = { "zap", "irq", "elsewhere" };
static int nr_phases = PHASE_FIRST;

static int phase_of(const char *name)
{
	int i;

	for (i = 0; i < nr_phases; i++) {
		if (!strcmp(phases[i], name))
			return i;
	}
	if (nr_phases == MAX_PHASES)
		return -1;
	snprintf(phases[nr_phases], NAME_BYTES, "%s", name);
	return nr_phases++;
}

int symbols_roots(const char *path)
{
	char line[256], name[NAME_BYTES], phase[NAME_BYTES], in[NAME_BYTES];
	FILE *file = fopen(path, "r");
	struct root *root;

	if (!file) {
		fprintf(stderr, "plugin: cannot open %s\n", path);
		return 1;
	}
	while (fgets(line, sizeof(line), file)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		root = &roots[nr_roots];
		if (sscanf(line, "%95s %95s %95s", name, phase, in) != 3 || nr_roots == MAX_ROOTS) {
			fprintf(stderr, "plugin: %s: no root: %s", path, line);
			fclose(file);
			return 1;
		}
		memcpy(root->name, name, sizeof(name));
		root->phase = phase_of(phase);
		root->current = strcmp(in, "*") ? phase_of(in) : -1;
		nr_roots++;
	}
	fclose(file);
	return 0;
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void add_symbol(uint64_t at, const char *name)
{
	struct symbol *grown;

	if (nr_symbols % 4096 == 0) {
		grown = realloc(symbols, (size_t)(nr_symbols + 4096) * sizeof(*symbols));
		if (!grown) {
			fprintf(stderr, "plugin: out of memory\n");
			exit(1);
		}
		symbols = grown;
	}
	symbols[nr_symbols].at = at;
	symbols[nr_symbols].name = strdup(name);
	nr_symbols++;
}

static void find_roots(void)
{
	int i, j, kept = 0;

	for (i = 0; i < nr_roots; i++) {
		for (j = 0; j < nr_symbols && !roots[i].at; j++) {
			if (!strcmp(symbols[j].name, roots[i].name))
				roots[i].at = symbols[j].at;
		}
		if (roots[i].at)
			starts[nr_starts++] = roots[i].at;
	}
	qsort(starts, (size_t)nr_starts, sizeof(*starts), by_value);
	for (i = 0; i < nr_starts; i++) {
		if (!kept || starts[kept - 1] != starts[i])
			starts[kept++] = starts[i];
	}
	nr_starts = kept;
}

void symbols_parse(const char *text)
{
	char type, name[NAME_BYTES], line[256];
	unsigned long long at;
	const char *end;

	add_symbol(0, "-");
	for (; *text; text = end + (*end == '\n')) {
		end = strchrnul(text, '\n');
		snprintf(line, sizeof(line), "%.*s", (int)(end - text), text);
		if (sscanf(line, "%llx %c %95s", &at, &type, name) != 3 || !strchr("tTwW", type) ||
		    !strncmp(name, "__pfx_", 6))
			continue;
		add_symbol(at, name);
	}
	qsort(symbols, (size_t)nr_symbols, sizeof(*symbols), by_address);
	find_roots();
}

int symbol_at(uint64_t pc)
{
	int low = 0, high = nr_symbols, mid;

	if (!nr_symbols || !(pc >> 63))
		return 0;
	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (symbols[mid].at <= pc)
			low = mid;
		else
			high = mid;
	}
	/* Of names for one address the first. */
	while (low && symbols[low - 1].at == symbols[low].at)
		low--;
	return low;
}

const char *symbol_name(int symbol)
{
	return symbols[symbol].name;
}

int symbol_root(uint64_t pc, int phase)
{
	int i;

	for (i = 0; i < nr_starts && starts[i] < pc; i++)
		;
	if (i == nr_starts || starts[i] != pc)
		return -1;
	for (i = 0; i < nr_roots; i++) {
		if (roots[i].at == pc && roots[i].phase != phase &&
		    (roots[i].current < 0 || roots[i].current == phase))
			return roots[i].phase;
	}
	return -1;
}

const char *phase_name(int phase)
{
	return phase < nr_phases ? phases[phase] : NULL;
}
