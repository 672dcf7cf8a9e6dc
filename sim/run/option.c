// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Taking a value, writing it and checking it, by the row of its option. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/run/options.h"
#include "sim/run/parse.h"

const struct sim_option *sim_option_find(const char *name)
{
	const struct sim_option *opt;

	for (opt = sim_options; opt->name; opt++) {
		if (!strcmp(opt->name, name))
			return opt;
	}
	return NULL;
}

uint64_t sim_option_value(const struct sim_option *opt, const void *from)
{
	const void *field = (const char *)from + opt->offset;

	if (opt->bytes == sizeof(uint64_t))
		return *(const uint64_t *)field;
	return opt->bytes == sizeof(uint32_t) ? *(const uint32_t *)field : *(const bool *)field;
}

static void store(const struct sim_option *opt, void *into, uint64_t value)
{
	void *field = (char *)into + opt->offset;

	if (opt->bytes == sizeof(uint64_t))
		*(uint64_t *)field = value;
	else if (opt->bytes == sizeof(uint32_t))
		*(uint32_t *)field = (uint32_t)value;
	else
		*(bool *)field = value;
}

static const char **text_of(const struct sim_option *opt, const void *base)
{
	return (const char **)((uintptr_t)base + opt->offset);
}

static bool is_number(const struct sim_option *opt)
{
	return opt->kind >= SIM_OPTION_COUNT && opt->kind <= SIM_OPTION_WORKERS;
}

void sim_options_init(struct sim_request *req)
{
	const struct sim_option *opt;

	memset(req, 0, sizeof(*req));
	for (opt = sim_options; opt->name; opt++) {
		if (opt->init_text)
			*text_of(opt, req) = opt->init_text;
		else if (opt->init && !opt->fill)
			store(opt, req, opt->init);
	}
}

__attribute__((format(printf, 2, 3))) static bool refuse(char *why, const char *form, ...)
{
	va_list ap;

	va_start(ap, form);
	vsnprintf(why, SIM_OPTION_WHY, form, ap);
	va_end(ap);
	return false;
}

static const char *unit_of(const struct sim_option *opt)
{
	if (opt->kind == SIM_OPTION_SHARE)
		return "%";
	if (opt->kind != SIM_OPTION_TIME)
		return "";
	return opt->unit_ns == 1 ? "ns" : opt->unit_ns == 1000 ? "us" : "ms";
}

/* A number in the largest unit that it is a whole number of. */
static void put_rounded(const struct sim_option *opt, uint64_t value, char *buf)
{
	static const char *const sizes[] = { "", "k", "M", "G", "T" };
	static const struct {
		const char *name;
		uint64_t ns;
	} times[] = { { "min", 60000000000 },
		      { "s", 1000000000 },
		      { "ms", 1000000 },
		      { "us", 1000 },
		      { "ns", 1 } };
	const char *unit = unit_of(opt);
	unsigned int i;

	if (opt->kind == SIM_OPTION_BYTES) {
		for (i = 0; i < 4 && value && !(value % 1024); i++)
			value /= 1024;
		unit = sizes[i];
	} else if (opt->kind == SIM_OPTION_TIME && value) {
		value *= opt->unit_ns;
		for (i = 0; value % times[i].ns; i++)
			;
		value /= times[i].ns;
		unit = times[i].name;
	}
	snprintf(buf, SIM_OPTION_WHY, "%" PRIu64 "%s", value, unit);
}

static bool in_range(const struct sim_option *opt, uint64_t value, char *why)
{
	const char *wrong;

	if (value < opt->min && opt->min == 1)
		return refuse(why, "makes no sense; give at least 1");
	if (value < opt->min)
		return refuse(why, "is too small; give more");
	if (value > opt->max)
		return refuse(why, "is too large; give at most %" PRIu64, opt->max);
	wrong = opt->check ? opt->check(value) : NULL;
	return wrong ? refuse(why, "%s", wrong) : true;
}

static const char *parse_number(const struct sim_option *opt, const char *text, uint64_t *value)
{
	switch (opt->kind) {
	case SIM_OPTION_BYTES:
		return parse_bytes(text, value);
	case SIM_OPTION_SHARE:
		return parse_percent(text, value);
	case SIM_OPTION_TIME:
		return parse_ns(text, value);
	case SIM_OPTION_SEED:
		return parse_seed(text, value);
	case SIM_OPTION_WORKERS:
		return parse_count(text, value) ? "is no worker topology; use a number of unbound "
						  "workers, or percpu for one bound to each CPU"
						: NULL;
	default:
		return parse_count(text, value);
	}
}

/* A time is a whole number of the units of its field. */
static bool to_unit(const struct sim_option *opt, uint64_t *ns, char *why)
{
	if (*ns % opt->unit_ns && opt->unit_ns == 1000)
		return refuse(why, "is not a whole number of microseconds; give one, such as "
				   "250us");
	if (*ns % opt->unit_ns)
		return refuse(why, "is not a whole number of milliseconds; give one, as in --%s %s",
			      opt->name, opt->example);
	*ns /= opt->unit_ns;
	return true;
}

static bool set_number(const struct sim_option *opt, void *into, const char *text, char *why)
{
	char most[SIM_OPTION_WHY];
	const char *wrong;
	uint64_t value = 0;
	size_t len;

	wrong = parse_number(opt, text, &value);
	if (wrong)
		return refuse(why, "%s", wrong);
	if (opt->kind == SIM_OPTION_TIME && !to_unit(opt, &value, why))
		return false;
	wrong = opt->check ? opt->check(value) : NULL;
	if (wrong)
		return refuse(why, "%s", wrong);
	if (!in_range(opt, value, why)) {
		/* In the units that it is written in. */
		put_rounded(opt, opt->max, most);
		if (value > opt->max)
			refuse(why, "is too large; give at most %.32s", most);
		len = strlen(why);
		snprintf(why + len, SIM_OPTION_WHY - len, ", as in --%s %s", opt->name,
			 opt->example);
		return false;
	}
	store(opt, into, value);
	return true;
}

static void list_words(const struct sim_option *opt, char *buf, size_t size)
{
	unsigned int i;

	for (i = 0; opt->words[i]; i++)
		snprintf(buf + strlen(buf), size - strlen(buf), "%s%s", i ? ", " : "",
			 opt->words[i]);
}

static bool set_word(const struct sim_option *opt, void *into, const char *text, char *why)
{
	unsigned int i;

	for (i = 0; opt->words[i]; i++) {
		if (!strcmp(opt->words[i], text)) {
			store(opt, into, opt->min + i);
			return true;
		}
	}
	strcpy(why, "is not a choice; use one of ");
	list_words(opt, why, SIM_OPTION_WHY);
	return false;
}

static bool set_workers(const struct sim_option *opt, struct zramsim_config *cfg, const char *text,
			char *why)
{
	bool percpu = !strcmp(text, "percpu");

	if (!percpu && !set_number(opt, cfg, text, why))
		return false;
	if (percpu)
		cfg->strategy.nr_workers = 0;
	cfg->strategy.workers = percpu ? ZRAMSIM_WORKERS_PERCPU : ZRAMSIM_WORKERS_UNBOUND;
	return true;
}

static bool set_pin(struct zramsim_config *cfg, const char *text, char *why)
{
	uint32_t cpus[ZRAMSIM_MAX_CPUS], nr = 0;
	const char *wrong = NULL;

	if (text && strcmp(text, "none"))
		wrong = parse_cpus(text, cpus, ZRAMSIM_MAX_CPUS, &nr);
	if (wrong)
		return refuse(why, "%s", wrong);
	cfg->pin = !text || nr;
	cfg->nr_pin_cpus = nr;
	memcpy(cfg->pin_cpus, cpus, nr * sizeof(*cpus));
	return true;
}

bool sim_option_set(const struct sim_option *opt, void *into, const char *text, char *why)
{
	struct zramsim_config *cfg = into;

	switch (opt->kind) {
	case SIM_OPTION_FLAG:
		store(opt, into, true);
		return true;
	case SIM_OPTION_WORD:
		return set_word(opt, into, text, why);
	case SIM_OPTION_WORKERS:
		return set_workers(opt, cfg, text, why);
	case SIM_OPTION_PIN:
		return set_pin(cfg, text, why);
	case SIM_OPTION_STRATEGIES:
		cfg->strategies[0] = text;
		cfg->nr_strategies = 1;
		return true;
	case SIM_OPTION_TEXT:
	case SIM_OPTION_NAME:
	case SIM_OPTION_DATA:
	case SIM_OPTION_COMP:
		if (!*text)
			return refuse(why, "is empty; give a name");
		*text_of(opt, into) = text;
		return true;
	default:
		return set_number(opt, into, text, why);
	}
}

static const char *join(char *buf, const char *separator, const char *item)
{
	size_t len = strlen(buf);

	snprintf(buf + len, SIM_OPTION_CHARS - len, "%s%s", len ? separator : "", item);
	return buf;
}

static const char *text_of_pin(const struct zramsim_config *cfg, char *buf)
{
	char number[12];
	uint32_t i;

	if (!cfg->pin)
		return "none";
	*buf = '\0';
	for (i = 0; i < cfg->nr_pin_cpus; i++) {
		snprintf(number, sizeof(number), "%" PRIu32, cfg->pin_cpus[i]);
		join(buf, ",", number);
	}
	return buf;
}

static const char *text_of_strategies(const struct zramsim_config *cfg, char *buf)
{
	unsigned int i;

	*buf = '\0';
	for (i = 0; i < cfg->nr_strategies; i++)
		join(buf, ",", cfg->strategies[i]);
	return buf;
}

static const char *text_of_number(const struct sim_option *opt, const void *from, char *buf)
{
	uint64_t value = sim_option_value(opt, from);

	if (!value && !opt->echo_zero)
		return NULL;
	put_rounded(opt, value, buf);
	return buf;
}

const char *sim_option_text(const struct sim_option *opt, const struct zramsim_config *cfg,
			    char *buf)
{
	if (opt->applies && !opt->applies(cfg))
		return NULL;
	switch (opt->kind) {
	case SIM_OPTION_WORD:
		return sim_option_value(opt, cfg) < opt->min ? NULL
							     : sim_option_word(opt->name, cfg);
	case SIM_OPTION_WORKERS:
		if (cfg->strategy.workers == ZRAMSIM_WORKERS_PERCPU)
			return "percpu";
		return text_of_number(opt, cfg, buf);
	case SIM_OPTION_PIN:
		return text_of_pin(cfg, buf);
	case SIM_OPTION_STRATEGIES:
		return text_of_strategies(cfg, buf);
	case SIM_OPTION_COMP:
		if (!cfg->comp_level)
			return cfg->comp;
		snprintf(buf, SIM_OPTION_CHARS, "%s:%d", cfg->comp, cfg->comp_level);
		return buf;
	case SIM_OPTION_TEXT:
	case SIM_OPTION_NAME:
	case SIM_OPTION_DATA:
		return *text_of(opt, cfg);
	default:
		return text_of_number(opt, cfg, buf);
	}
}

static bool differs(const struct sim_option *opt, const struct zramsim_config *cfg,
		    const struct zramsim_config *defaults)
{
	const char *text, *usual;

	switch (opt->kind) {
	case SIM_OPTION_STRATEGIES:
		return cfg->nr_strategies;
	case SIM_OPTION_PIN:
		return cfg->pin != defaults->pin || cfg->nr_pin_cpus;
	case SIM_OPTION_WORKERS:
		if (cfg->strategy.workers != defaults->strategy.workers)
			return true;
		break;
	case SIM_OPTION_TEXT:
	case SIM_OPTION_NAME:
	case SIM_OPTION_DATA:
	case SIM_OPTION_COMP:
		text = *text_of(opt, cfg);
		usual = *text_of(opt, defaults);
		return text && (!usual || strcmp(text, usual));
	default:
		break;
	}
	if (opt->fill && sim_option_value(opt, cfg) == opt->init)
		return false;
	return sim_option_value(opt, cfg) != sim_option_value(opt, defaults);
}

uint64_t sim_options_changed(const struct zramsim_config *cfg,
			     const struct zramsim_config *defaults)
{
	const struct sim_option *opt;
	uint64_t changed = 0;

	for (opt = sim_options; opt->name; opt++) {
		if (opt->key && differs(opt, cfg, defaults))
			changed |= UINT64_C(1) << (opt - sim_options);
	}
	/* To be without a bound one says how many repeats; a bound of one's own is kept. */
	if (!cfg->max_ns)
		changed |= UINT64_C(1) << (sim_option_find("runs") - sim_options);
	if (cfg->least_runs != defaults->least_runs)
		changed |= UINT64_C(1) << (sim_option_find("time-limit") - sim_options);
	return changed;
}

static const char *document_number(const struct sim_option *opt, const struct zramsim_config *cfg,
				   char *buf)
{
	uint64_t value = sim_option_value(opt, cfg);

	if (opt->applies && !opt->applies(cfg))
		value = 0;
	if (opt->kind == SIM_OPTION_TIME && strstr(opt->key, "_ns"))
		value *= opt->unit_ns;
	snprintf(buf, SIM_OPTION_CHARS, "%" PRIu64, value);
	return buf;
}

const char *sim_option_cell(const struct sim_option *opt, const struct zramsim_config *cfg,
			    char *buf, bool *is_text)
{
	bool number = is_number(opt) && opt->kind != SIM_OPTION_WORKERS;

	/* Not every reader of JSON has numbers of 64 bits. */
	if (is_text)
		*is_text = opt->kind != SIM_OPTION_FLAG &&
			   (!number || opt->kind == SIM_OPTION_SEED);
	if (number)
		return document_number(opt, cfg, buf);
	switch (opt->kind) {
	case SIM_OPTION_FLAG:
		return sim_option_value(opt, cfg) ? "true" : "false";
	case SIM_OPTION_WORD:
		return sim_option_word(opt->name, cfg);
	case SIM_OPTION_COMP:
		return cfg->comp;
	default:
		return sim_option_text(opt, cfg, buf);
	}
}

const char *sim_option_word(const char *name, const struct zramsim_config *cfg)
{
	const struct sim_option *opt = sim_option_find(name);
	uint64_t value = sim_option_value(opt, cfg);

	return value < opt->min ? "default" : opt->words[value - opt->min];
}

void sim_option_default(const struct sim_option *opt, const struct sim_request *req, char *buf)
{
	uint64_t value;
	size_t len;

	*buf = '\0';
	if (opt->init_text)
		snprintf(buf, SIM_OPTION_WHY, "%s", *text_of(opt, req));
	else if (opt->kind == SIM_OPTION_WORD && sim_option_value(opt, req) >= opt->min)
		strcpy(buf, opt->words[sim_option_value(opt, req) - opt->min]);
	if (is_number(opt)) {
		value = sim_option_value(opt, req);
		value = !value && opt->fill ? opt->init : value;
		if (value >= opt->min)
			put_rounded(opt, value, buf);
	}
	len = strlen(buf);
	if (opt->otherwise)
		snprintf(buf + len, SIM_OPTION_WHY - len, "%s%s", len ? "; " : "", opt->otherwise);
}

bool sim_option_range(const struct sim_option *opt, char *buf)
{
	char max[SIM_OPTION_WHY];

	if (!is_number(opt) || opt->check || opt->max == UINT64_MAX)
		return false;
	put_rounded(opt, opt->min, buf);
	put_rounded(opt, opt->max, max);
	snprintf(buf + strlen(buf), SIM_OPTION_WHY - strlen(buf), " to %.32s", max);
	return true;
}

static int check_word(const struct sim_option *opt, const struct zramsim_config *cfg,
		      struct sim_message *msg)
{
	uint64_t left = sim_option_value(opt, cfg) + 1 - opt->min;
	char words[SIM_OPTION_WHY] = "";
	unsigned int i;

	for (i = 0; left && opt->words[i]; i++)
		left--;
	if (!left)
		return 0;
	list_words(opt, words, sizeof(words));
	return sim_fail(msg, -EINVAL,
			"%s has a value that is not in its enumeration; use one of %s", opt->name,
			words);
}

static int check_number(const struct sim_option *opt, struct zramsim_config *cfg,
			struct sim_message *msg)
{
	uint64_t value = sim_option_value(opt, cfg);
	char why[SIM_OPTION_WHY];

	if (!value && opt->fill) {
		store(opt, cfg, opt->init);
		return 0;
	}
	/* Less than a page is rounded up or refused later; who types it means something else. */
	if (opt->kind == SIM_OPTION_BYTES && value && value < opt->min)
		return 0;
	if ((!value && !opt->needed) || in_range(opt, value, why))
		return 0;
	if (opt->is_signed)
		return sim_fail(msg, -EINVAL, "%s '%" PRId32 "' is not within 0 and %" PRIu64,
				opt->name, (int32_t)value, opt->max);
	return sim_fail(msg, -EINVAL, "%s '%" PRIu64 "' %s", opt->name, value, why);
}

int sim_options_check(struct zramsim_config *cfg, struct sim_message *msg)
{
	const struct sim_option *opt;
	int err = 0;

	if ((unsigned int)cfg->strategy.workers > ZRAMSIM_WORKERS_PERCPU)
		err = sim_fail(msg, -EINVAL, "workers has a value that is not in its enumeration");
	for (opt = sim_options; opt->name && !err; opt++) {
		if (!opt->key)
			continue;
		if (opt->kind == SIM_OPTION_WORD)
			err = check_word(opt, cfg, msg);
		else if (is_number(opt))
			err = check_number(opt, cfg, msg);
	}
	return err;
}
