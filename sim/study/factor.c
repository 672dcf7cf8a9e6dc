// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/study/factor.h"

#include <stdlib.h>
#include <string.h>

#include <linux/build_bug.h>
#include <linux/minmax.h>
#include <linux/types.h>

/* How the text of a level becomes a value. */
enum kind {
	KIND_NUMBER, /* with a unit or without */
	KIND_WORD,   /* one of some words, numbered from @first */
	KIND_TEXT,   /* kept as it is */
};

/**
 * struct option - one option
 * @key:	name
 * @kind:	see there
 * @offset:	of its field in struct zramsim_config
 * @bytes:	of the field
 * @words:	of KIND_WORD
 * @first:	value of the first word
 */
struct option {
	const char *key;
	enum kind kind;
	size_t offset;
	size_t bytes;
	const char *const *words;
	int first;
};

#define FIELD(member) \
	offsetof(struct zramsim_config, member), sizeof(((struct zramsim_config *)NULL)->member)

static const char *const locks_words[] = { "class", "pool", "class-idx", "sharded", NULL };
static const char *const pages_words[] = { "inside", "outside", "deferred", NULL };
static const char *const flags_words[] = { "merged", "single", NULL };
static const char *const defer_words[] = { "none", "zspage", "handle", "slot", NULL };
static const char *const batch_words[] = { "none", "runs", "sorted", NULL };

static const struct option options[] = {
	{ "scenario", KIND_TEXT, FIELD(scenario), NULL, 0 },
	{ "data", KIND_TEXT, FIELD(data), NULL, 0 },
	{ "locks", KIND_WORD, FIELD(model.locks), locks_words, ZRAMSIM_LOCKS_CLASS },
	{ "pages", KIND_WORD, FIELD(model.pages), pages_words, ZRAMSIM_PAGES_INSIDE },
	{ "flags", KIND_WORD, FIELD(model.flags), flags_words, ZRAMSIM_FLAGS_MERGED },
	{ "hold", KIND_NUMBER, FIELD(model.hold_objs), NULL, 0 },
	{ "defer", KIND_WORD, FIELD(strategy.defer), defer_words, ZRAMSIM_DEFER_NONE },
	{ "batch", KIND_WORD, FIELD(strategy.batch), batch_words, ZRAMSIM_BATCH_NONE },
	{ "budget", KIND_NUMBER, FIELD(strategy.budget_bytes), NULL, 0 },
	{ "kick", KIND_NUMBER, FIELD(strategy.kick_bytes), NULL, 0 },
	{ "run-slots", KIND_NUMBER, FIELD(strategy.run_slots), NULL, 0 },
	{ "worker-nice", KIND_NUMBER, FIELD(strategy.worker_nice), NULL, 0 },
	{ "worker-delay", KIND_NUMBER, FIELD(strategy.worker_delay_us), NULL, 0 },
	{ "procs", KIND_NUMBER, FIELD(procs), NULL, 0 },
	{ "size", KIND_NUMBER, FIELD(size_bytes), NULL, 0 },
	{ "present", KIND_NUMBER, FIELD(present_pct), NULL, 0 },
	{ "page-size", KIND_NUMBER, FIELD(page_bytes), NULL, 0 },
	{ "alloc", KIND_NUMBER, FIELD(alloc_bytes), NULL, 0 },
	{ "memory", KIND_NUMBER, FIELD(memory_bytes), NULL, 0 },
	{ "hogs", KIND_NUMBER, FIELD(hogs), NULL, 0 },
	{ "compact-every", KIND_NUMBER, FIELD(compact_us), NULL, 0 },
};

/* Microseconds are the unit of every time in a configuration. */
static const struct {
	const char *unit;
	u64 factor;
} units[] = {
	{ "", 1 },	  { "%", 1 },	    { "us", 1 },      { "ms", 1000 },	   { "s", 1000000 },
	{ "K", 1 << 10 }, { "k", 1 << 10 }, { "M", 1 << 20 }, { "G", 1ull << 30 },
};

static bool parse_number(const char *level, u64 *value)
{
	char *rest;
	size_t i;

	*value = strtoull(level, &rest, 10);
	for (i = 0; rest != level && i < ARRAY_SIZE(units); i++) {
		if (strcmp(rest, units[i].unit))
			continue;
		*value *= units[i].factor;
		return true;
	}
	return false;
}

static bool parse_word(const struct option *option, const char *level, u64 *value)
{
	size_t i;

	for (i = 0; option->words[i]; i++) {
		if (!strcmp(option->words[i], level)) {
			*value = i + (u64)option->first;
			return true;
		}
	}
	return false;
}

static enum study_applied set(struct zramsim_config *cfg, const struct option *option,
			      const char *level)
{
	char *field = (char *)cfg + option->offset;
	u64 value = 0;
	u32 narrow;
	bool ok = true;

	if (option->kind == KIND_TEXT) {
		memcpy(field, &level, sizeof(level));
		return STUDY_APPLIED;
	}
	if (option->kind == KIND_WORD)
		ok = parse_word(option, level, &value);
	else
		ok = parse_number(level, &value);
	narrow = (u32)value;
	if (!ok || (option->bytes == sizeof(narrow) && narrow != value))
		return STUDY_NO_SUCH_LEVEL;
	if (option->bytes == sizeof(value))
		memcpy(field, &value, sizeof(value));
	else
		memcpy(field, &narrow, sizeof(narrow));
	return STUDY_APPLIED;
}

static enum study_applied set_workers(struct zramsim_config *cfg, const char *level)
{
	u64 nr = 0;

	if (strcmp(level, "percpu") && (!parse_number(level, &nr) || !nr || nr > UINT32_MAX))
		return STUDY_NO_SUCH_LEVEL;
	cfg->strategy.workers = nr ? ZRAMSIM_WORKERS_UNBOUND : ZRAMSIM_WORKERS_PERCPU;
	cfg->strategy.nr_workers = (u32)nr;
	return STUDY_APPLIED;
}

enum study_applied study_apply(struct zramsim_config *cfg, const char *key, const char *level)
{
	size_t i;

	if (!strcmp(key, "strategy")) {
		cfg->strategies[0] = level;
		cfg->nr_strategies = 1;
		return STUDY_APPLIED;
	}
	if (!strcmp(key, "workers"))
		return set_workers(cfg, level);
	for (i = 0; i < ARRAY_SIZE(options); i++) {
		if (!strcmp(options[i].key, key))
			return set(cfg, &options[i], level);
	}
	return STUDY_NO_OPTION;
}
