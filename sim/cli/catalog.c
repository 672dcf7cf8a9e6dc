// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/cli/catalog.h"

#include <string.h>
#include <zramsim/strategy.h>

#include "sim/cli/suggest.h"
#include "sim/report/report.h"
#include "sim/report/text.h"
#include "sim/run/release.h"
#include "sim/study/study.h"
#include "sim/virtual/entry.h"
#include "zram/zcomp.h"

static const struct catalog_entry scenarios[] = {
	{ "exit", "", "processes end: every swapped page is unmapped and its slot freed", true },
	{ "swapin", "", "every page is faulted in: read, decompressed, its slot freed", true },
	{ "churn", "", "writers, readers, frees and discards on a Zipf-chosen working set", true },
	{ "discard", "", "ranges of the device are discarded: neither swap nor a strategy is asked",
	  true },
	{ "lmk", "", "apps are killed together while a foreground task allocates at once", true },
	{ "pressure", "", "too few page frames: the task that allocates has to reclaim them",
	  true },
	{ 0 },
};

/* What has the form KIND:ARGUMENT is listed with it; find and suggest compare up to it. */
static const struct catalog_entry data_kinds[] = {
	{ "anon", "", "seeded pages whose sizes follow real anonymous memory (default)", true },
	{ "rfc", "", "the RFC's pages of one repeated phrase each", true },
	{ "file", ":PATH", "the 4 KiB pages of any file: a core dump, a binary", true },
	{ "pid", ":PID", "anonymous memory of a live process one may read", true },
	{ "sizes", ":FILE", "object sizes from a histogram of 'SIZE COUNT' lines, no compression",
	  true },
	{ 0 },
};

/* Every back end there is; zcomp knows which of them were built in. */
static const struct catalog_entry compressors[] = {
	{ "lz4", "", "LZ4; the level is its acceleration", true },
	{ "zstd", "", "Zstandard; smaller and slower", true },
	{ "lzo", "", "LZO1X-1", true },
	{ "none", "", "stores every page as it is", true },
	{ 0 },
};

/* Each gets an entry, whose name is NULL past the last. */

static struct catalog_entry strategy_get(unsigned int i)
{
	static const char *const units[] = { "none", "slot", "handle", "slot, handle" };

	if (i >= zramsim_nr_strategies())
		return (struct catalog_entry){ 0 };
	return (struct catalog_entry){ zramsim_strategy_name(i),
				       units[zramsim_strategy_units(i) & 3],
				       zramsim_strategy_summary(i), true };
}

static struct catalog_entry scenario_get(unsigned int i)
{
	return scenarios[i];
}

static struct catalog_entry study_get(unsigned int i)
{
	const struct study_ops *ops = study_at(i);

	return (struct catalog_entry){ ops ? ops->name : NULL, "", ops ? ops->question : "", true };
}

static struct catalog_entry compressor_get(unsigned int i)
{
	struct catalog_entry entry = compressors[i];
	const char *name;
	unsigned int j;

	entry.present = false;
	for (j = 0; entry.name && (name = zcomp_name(j)); j++)
		entry.present |= !strcmp(name, entry.name);
	return entry;
}

static struct catalog_entry data_get(unsigned int i)
{
	return data_kinds[i];
}

static struct catalog_entry format_get(unsigned int i)
{
	return (struct catalog_entry){ report_formats[i].name, "", report_formats[i].summary,
				       true };
}

static struct catalog_entry kernel_get(unsigned int i)
{
	enum zramsim_kernel kernel = (enum zramsim_kernel)(ZRAMSIM_KERNEL_6_1 + i);

	return (struct catalog_entry){ sim_release_names[i], "",
				       sim_release_names[i] ? sim_release(kernel)->summary : "",
				       true };
}

static struct catalog_entry machine_get(unsigned int i)
{
	struct catalog_entry entry = { .extra = "", .present = true };

	if (!sim_virtual_machine || !sim_virtual_machine(i, &entry.name, &entry.summary))
		entry.name = NULL;
	return entry;
}

static const struct {
	const char *plural;
	const char *singular;
	struct catalog_entry (*get)(unsigned int i);
} kinds[CATALOG_NR_KINDS] = {
	[CATALOG_STRATEGIES] = { "strategies", "strategy", strategy_get },
	[CATALOG_SCENARIOS] = { "scenarios", "scenario", scenario_get },
	[CATALOG_STUDIES] = { "studies", "study", study_get },
	[CATALOG_COMPRESSORS] = { "compressors", "compressor", compressor_get },
	[CATALOG_DATA] = { "data", "kind of data", data_get },
	[CATALOG_FORMATS] = { "formats", "format", format_get },
	[CATALOG_KERNELS] = { "kernels", "kernel", kernel_get },
	[CATALOG_MACHINES] = { "machines", "machine", machine_get },
};

const char *catalog_kind_name(enum catalog_kind kind)
{
	return kinds[kind].plural;
}

const char *catalog_noun(enum catalog_kind kind)
{
	return kinds[kind].singular;
}

bool catalog_get(enum catalog_kind kind, unsigned int i, struct catalog_entry *entry)
{
	*entry = kinds[kind].get(i);
	return entry->name;
}

bool catalog_find(enum catalog_kind kind, const char *name, struct catalog_entry *entry)
{
	unsigned int i;

	for (i = 0; catalog_get(kind, i, entry); i++) {
		if (!strcmp(entry->name, name))
			return true;
	}
	return false;
}

void catalog_unknown(enum catalog_kind kind, const char *typed, char *buf, size_t size)
{
	struct catalog_entry entry;
	struct suggest s = { 0 };
	unsigned int i;

	for (i = 0; catalog_get(kind, i, &entry); i++)
		suggest_try(&s, typed, entry.name);
	if (s.best)
		snprintf(buf, size, "is no %s; did you mean '%s'? ('zramsim list %s' has them all)",
			 catalog_noun(kind), s.best, catalog_kind_name(kind));
	else
		snprintf(buf, size, "is no %s; 'zramsim list %s' prints those there are",
			 catalog_noun(kind), catalog_kind_name(kind));
}

static int printed_width(const struct catalog_entry *entry)
{
	return (int)(strlen(entry->name) + (entry->extra[0] == ':' ? strlen(entry->extra) : 0));
}

/* A question is worth more than a line: who asked, and what is run to answer it. */
static void print_studies(const char *indent, FILE *out)
{
	const struct study_ops *ops;
	char margin[32];
	unsigned int i;

	snprintf(margin, sizeof(margin), "%s    ", indent);
	for (i = 0; (ops = study_at(i)); i++) {
		fprintf(out, "%s%s\n%s", indent, ops->name, margin);
		wrap_text(out, ops->question, (int)strlen(margin));
		fprintf(out, "%s%s asked by %s\n%sruns ", margin, ops->refs, ops->asked, margin);
		wrap_text(out, ops->runs, (int)strlen(margin) + 5);
	}
}

void catalog_print(enum catalog_kind kind, const char *indent, FILE *out)
{
	int name_width = 0, extra_width = 0;
	struct catalog_entry entry;
	unsigned int i;

	if (kind == CATALOG_STUDIES) {
		print_studies(indent, out);
		return;
	}
	for (i = 0; catalog_get(kind, i, &entry); i++) {
		int extra = entry.extra[0] == ':' ? 0 : (int)strlen(entry.extra);

		if (printed_width(&entry) > name_width)
			name_width = printed_width(&entry);
		if (extra > extra_width)
			extra_width = extra;
	}
	for (i = 0; catalog_get(kind, i, &entry); i++) {
		bool argument = entry.extra[0] == ':';

		fputs(indent, out);
		text_echo(entry.name, out);
		fprintf(out, "%s%*s  ", argument ? entry.extra : "",
			name_width - printed_width(&entry), "");
		if (extra_width)
			fprintf(out, "%-*s  ", extra_width, argument ? "" : entry.extra);
		text_echo(entry.summary, out);
		fputs(entry.present ? "\n" : " (not in this build)\n", out);
	}
}
