// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/config_words.h"

#include <inttypes.h>
#include <string.h>

#include "sim/report/text.h"

enum {
	DEFAULT_HOLD_OBJS = 256,
};

const char *config_locks(const struct zramsim_config *cfg)
{
	static const char *const names[] = { "class", "pool", "class-idx", "sharded" };

	return names[cfg->model.locks & 3];
}

const char *config_pages(const struct zramsim_config *cfg)
{
	static const char *const names[] = { "inside", "outside", "deferred", "" };

	return names[cfg->model.pages & 3];
}

const char *config_flags(const struct zramsim_config *cfg)
{
	return cfg->model.flags == ZRAMSIM_FLAGS_SINGLE ? "single" : "merged";
}

const char *config_defer(const struct zramsim_config *cfg)
{
	static const char *const names[] = { "default", "none", "zspage", "handle", "slot" };

	return names[cfg->strategy.defer];
}

const char *config_batch(const struct zramsim_config *cfg)
{
	static const char *const names[] = { "default", "none", "runs", "sorted" };

	return names[cfg->strategy.batch & 3];
}

const char *config_workers(const struct zramsim_config *cfg, char *buf, size_t size)
{
	uint32_t nr = cfg->strategy.nr_workers;

	if (cfg->strategy.workers == ZRAMSIM_WORKERS_PERCPU)
		return "percpu";
	snprintf(buf, size, "%" PRIu32, nr ? nr : 1);
	return buf;
}

static void print_bytes(FILE *out, uint64_t bytes)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
	double value = (double)bytes;
	char number[NUMBER_CHARS];
	unsigned int i = 0;

	for (; value >= 1024 && i < 4; i++)
		value /= 1024;
	number_format(number, value);
	if (strlen(number) > 6)
		number_round(number, value);
	fprintf(out, "%s %s", number, units[i]);
}

/* What bounds memory, and who else wants some. */
static void print_memory(const struct zramsim_config *cfg, FILE *out)
{
	if (cfg->alloc_bytes) {
		fputs(", ", out);
		print_bytes(out, cfg->alloc_bytes);
		fputs(" allocated", out);
	}
	if (cfg->memory_bytes) {
		fputs(", ", out);
		print_bytes(out, cfg->memory_bytes);
		fputs(" of memory", out);
	}
	if (cfg->mem_limit_bytes) {
		fputs(", pool limit ", out);
		print_bytes(out, cfg->mem_limit_bytes);
	}
}

void config_line(const struct zramsim_result *res, FILE *out)
{
	const struct zramsim_config *cfg = &res->config;
	uint64_t slots = cfg->size_bytes / cfg->page_bytes;

	fprintf(out, "%s: %" PRIu32 " process%s, ", cfg->scenario, cfg->procs,
		cfg->procs == 1 ? "" : "es");
	print_bytes(out, cfg->size_bytes);
	fprintf(out, " swapped%s (%" PRIu64 " slots of ", cfg->procs == 1 ? "" : " each", slots);
	print_bytes(out, cfg->page_bytes);
	fputc(')', out);
	if (cfg->present_pct)
		fprintf(out, ", %" PRIu32 " %% present", cfg->present_pct);
	fprintf(out, ", %s data", cfg->data);
	if (cfg->comp && strncmp(cfg->data, "sizes:", 6))
		fprintf(out, ", %s", cfg->comp);
	if (cfg->comp_level)
		fprintf(out, ":%d", cfg->comp_level);
	print_memory(cfg, out);
	fprintf(out, ", %" PRIu32 " run%s, seed %" PRIu64, cfg->runs, cfg->runs == 1 ? "" : "s",
		cfg->seed);
}

static void print_workers(const struct zramsim_config *cfg, FILE *out)
{
	const struct zramsim_strategy_params *strategy = &cfg->strategy;
	char number[16];

	if (strategy->workers == ZRAMSIM_WORKERS_PERCPU)
		fputs(", a worker per CPU", out);
	else
		fprintf(out, ", %s worker%s", config_workers(cfg, number, sizeof(number)),
			strategy->nr_workers > 1 ? "s" : "");
	if (strategy->worker_nice)
		fprintf(out, " at nice %d", strategy->worker_nice);
	if (strategy->worker_delay_us)
		fprintf(out, " kept away for %" PRIu32 " us", strategy->worker_delay_us);
}

void config_path_line(const struct zramsim_result *res, FILE *out)
{
	const struct zramsim_config *cfg = &res->config;

	fprintf(out, "locks %s, pages %s, flags %s", config_locks(cfg), config_pages(cfg),
		config_flags(cfg));
	if (cfg->model.hold_objs && cfg->model.hold_objs != DEFAULT_HOLD_OBJS)
		fprintf(out, ", hold %" PRIu32, cfg->model.hold_objs);
	if (cfg->strategy.defer != ZRAMSIM_DEFER_DEFAULT)
		fprintf(out, ", defer %s", config_defer(cfg));
	if (cfg->strategy.batch != ZRAMSIM_BATCH_DEFAULT)
		fprintf(out, ", batch %s", config_batch(cfg));
	fputs(", budget ", out);
	print_bytes(out, cfg->strategy.budget_bytes);
	print_workers(cfg, out);
	if (cfg->hogs)
		fprintf(out, ", %" PRIu32 " hog%s", cfg->hogs, cfg->hogs == 1 ? "" : "s");
	if (cfg->compact_us)
		fprintf(out, ", compacted every %" PRIu32 " us", cfg->compact_us);
	if (cfg->phases)
		fputs(", phases timed", out);
}

/* Where config_command() sends its words. */
struct sink {
	void (*add)(void *ctx, const char *argument);
	void *ctx;
};

static void add_text(const struct sink *sink, const char *option, const char *value)
{
	sink->add(sink->ctx, option);
	sink->add(sink->ctx, value);
}

static void add_number(const struct sink *sink, const char *option, uint64_t value,
		       const char *unit)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64 "%s", value, unit);
	add_text(sink, option, text);
}

/* Zero stands for a default, which no option can ask for by value. */
static void add_unless_zero(const struct sink *sink, const char *option, uint64_t value,
			    const char *unit)
{
	if (value)
		add_number(sink, option, value, unit);
}

static void add_strategies(const struct sink *sink, const struct zramsim_result *res)
{
	char list[1024] = "";
	unsigned int i;

	for (i = 0; i < res->nr_strategies; i++) {
		if (i)
			strncat(list, ",", sizeof(list) - strlen(list) - 1);
		strncat(list, res->strategies[i].name, sizeof(list) - strlen(list) - 1);
	}
	add_text(sink, "--strategy", list);
}

static void add_freeing(const struct sink *sink, const struct zramsim_config *cfg)
{
	const struct zramsim_strategy_params *strategy = &cfg->strategy;
	char number[16];

	if (strategy->defer != ZRAMSIM_DEFER_DEFAULT)
		add_text(sink, "--defer", config_defer(cfg));
	if (strategy->batch != ZRAMSIM_BATCH_DEFAULT)
		add_text(sink, "--batch", config_batch(cfg));
	add_text(sink, "--workers", config_workers(cfg, number, sizeof(number)));
	add_unless_zero(sink, "--run-slots", strategy->run_slots, "");
	add_unless_zero(sink, "--budget", strategy->budget_bytes, "");
	add_unless_zero(sink, "--kick", strategy->kick_bytes, "");
	add_unless_zero(sink, "--flush", strategy->flush_ms, "ms");
	add_unless_zero(sink, "--worker-nice", (uint64_t)strategy->worker_nice, "");
	add_unless_zero(sink, "--worker-delay", strategy->worker_delay_us, "us");
}

static void add_model(const struct sink *sink, const struct zramsim_config *cfg)
{
	add_text(sink, "--locks", config_locks(cfg));
	add_text(sink, "--pages", config_pages(cfg));
	add_text(sink, "--flags", config_flags(cfg));
	add_unless_zero(sink, "--hold", cfg->model.hold_objs, "");
}

static void add_pin(const struct sink *sink, const struct zramsim_config *cfg)
{
	char text[8 + ZRAMSIM_MAX_CPUS * 8] = "--pin";
	uint32_t i;

	for (i = 0; i < cfg->nr_pin_cpus; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%c%" PRIu32,
			 i ? ',' : '=', cfg->pin_cpus[i]);
	sink->add(sink->ctx, text);
}

static void add_comp(const struct sink *sink, const struct zramsim_config *cfg)
{
	char text[64];

	if (!cfg->comp || !strncmp(cfg->data, "sizes:", 6))
		return;
	snprintf(text, sizeof(text), "%s", cfg->comp);
	if (cfg->comp_level)
		snprintf(text, sizeof(text), "%s:%d", cfg->comp, cfg->comp_level);
	add_text(sink, "--comp", text);
}

void config_command(const struct zramsim_result *res, void (*add)(void *ctx, const char *argument),
		    void *ctx)
{
	const struct zramsim_config *cfg = &res->config;
	struct sink sink = { add, ctx };

	add(ctx, "run");
	add_strategies(&sink, res);
	add_text(&sink, "--scenario", cfg->scenario);
	add_text(&sink, "--data", cfg->data);
	add_number(&sink, "--procs", cfg->procs, "");
	add_number(&sink, "--size", cfg->size_bytes, "");
	add_unless_zero(&sink, "--present", cfg->present_pct, "%");
	if (!strcmp(cfg->scenario, "churn"))
		add_unless_zero(&sink, "--ops", cfg->ops_count, "");
	add_comp(&sink, cfg);
	add_number(&sink, "--page-size", cfg->page_bytes, "");
	add_unless_zero(&sink, "--mem-limit", cfg->mem_limit_bytes, "");
	add_unless_zero(&sink, "--memory", cfg->memory_bytes, "");
	add_unless_zero(&sink, "--alloc", cfg->alloc_bytes, "");
	add_unless_zero(&sink, "--hogs", cfg->hogs, "");
	add_unless_zero(&sink, "--compact-every", cfg->compact_us, "us");
	add_model(&sink, cfg);
	add_freeing(&sink, cfg);
	if (cfg->phases)
		add(ctx, "--phases");
	add_number(&sink, "--runs", cfg->runs, "");
	add_number(&sink, "--warmup", cfg->warmup, "");
	add_number(&sink, "--seed", cfg->seed, "");
	if (cfg->pin)
		add_pin(&sink, cfg);
	else
		add(ctx, "--pin=none");
	if (cfg->machine)
		add_text(&sink, "--machine", cfg->machine);
	add_unless_zero(&sink, "--ahead", cfg->ahead_ns, "");
	add_unless_zero(&sink, "--time-limit", cfg->max_ns, "ns");
}
