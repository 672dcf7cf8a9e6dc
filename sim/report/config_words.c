// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/words.h"

#include <inttypes.h>
#include <string.h>

#include "sim/report/text.h"
#include "sim/run/model.h"

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
		sim_plural(cfg->procs, "es"));
	print_bytes(out, cfg->size_bytes);
	fprintf(out, " swapped%s (%" PRIu64 " slot%s of ", cfg->procs == 1 ? "" : " each", slots,
		sim_plural(slots, "s"));
	print_bytes(out, cfg->page_bytes);
	fputc(')', out);
	if (cfg->present_pct)
		fprintf(out, ", %" PRIu32 " %% present", cfg->present_pct);
	fputs(", ", out);
	text_echo(cfg->data, out);
	fputs(" data", out);
	if (cfg->comp && strncmp(cfg->data, "sizes:", 6))
		fprintf(out, ", %s", cfg->comp);
	if (cfg->comp_level)
		fprintf(out, ":%d", cfg->comp_level);
	print_memory(cfg, out);
	fprintf(out, ", %" PRIu32 " run%s, seed %" PRIu64, cfg->runs, sim_plural(cfg->runs, "s"),
		cfg->seed);
}

static void print_workers(const struct zramsim_config *cfg, FILE *out)
{
	const struct zramsim_strategy_params *strategy = &cfg->strategy;

	if (strategy->workers == ZRAMSIM_WORKERS_PERCPU)
		fputs(", a worker per CPU", out);
	else
		fprintf(out, ", %" PRIu32 " worker%s", strategy->nr_workers,
			sim_plural(strategy->nr_workers, "s"));
	if (strategy->worker_nice)
		fprintf(out, " at nice %d", strategy->worker_nice);
	if (strategy->worker_delay_us)
		fprintf(out, " kept away for %" PRIu32 " us", strategy->worker_delay_us);
}

/* The budget of those that take one, and in brackets those of a design that has its own. */
static void print_budget(const struct zramsim_result *res, FILE *out)
{
	const struct sim_strategy_result *strategy;
	unsigned int i, own = 0, queueing = 0, nr = 0;

	for (i = 0; i < res->nr_strategies; i++) {
		queueing += strcmp(res->strategies[i].unit, "none") != 0;
		own += res->strategies[i].preset_slots != 0;
	}
	fputs(", budget ", out);
	if (own < queueing)
		print_bytes(out, res->config.strategy.budget_bytes);
	for (i = 0; i < res->nr_strategies; i++) {
		strategy = &res->strategies[i];
		if (strategy->preset_slots)
			fprintf(out, "%s%s %" PRIu32 " slot%s",
				nr++		 ? ", "
				: own < queueing ? " ("
						 : "",
				strategy->name, strategy->preset_slots,
				sim_plural(strategy->preset_slots, "s"));
	}
	if (own && own < queueing)
		fputc(')', out);
}

static bool any_queues(const struct zramsim_result *res)
{
	unsigned int i = 0;

	while (i < res->nr_strategies && !strcmp(res->strategies[i].unit, "none"))
		i++;
	return i < res->nr_strategies;
}

/* What is only of strategies that queue is left out where none does. */
void config_path_line(const struct zramsim_result *res, FILE *out)
{
	const struct zramsim_config *cfg = &res->config;
	bool queueing = any_queues(res);
	char release[SIM_MODEL_CHARS];

	sim_model_text(cfg, release);
	fputs(release, out);
	if (queueing && cfg->model.hold_objs != sim_option_find("hold")->init)
		fprintf(out, ", hold %" PRIu32, cfg->model.hold_objs);
	if (cfg->strategy.defer != ZRAMSIM_DEFER_DEFAULT)
		fprintf(out, ", defer %s", sim_option_word("defer", cfg));
	if (queueing && cfg->strategy.batch != ZRAMSIM_BATCH_DEFAULT)
		fprintf(out, ", batch %s", sim_option_word("batch", cfg));
	if (queueing) {
		print_budget(res, out);
		print_workers(cfg, out);
	}
	if (cfg->hogs)
		fprintf(out, ", %" PRIu32 " hog%s", cfg->hogs, sim_plural(cfg->hogs, "s"));
	if (cfg->compact_us)
		fprintf(out, ", compacted every %" PRIu32 " us", cfg->compact_us);
	if (cfg->phases)
		fputs(", phases timed", out);
}

void config_arguments(const struct zramsim_config *cfg, uint64_t given,
		      bool (*keep)(const void *of, const char *option), const void *of,
		      void (*add)(void *ctx, const char *argument), void *ctx)
{
	char value[SIM_OPTION_CHARS], argument[SIM_OPTION_CHARS + 8];
	const struct sim_option *opt;
	const char *text;

	for (opt = sim_options; opt->name; opt++) {
		if (!opt->key || !(given >> (opt - sim_options) & 1))
			continue;
		text = sim_option_text(opt, cfg, value);
		if (!text || (keep && !keep(of, opt->name)))
			continue;
		/* What may be left out would be taken for an argument of its own. */
		if (opt->kind == SIM_OPTION_PIN && *text)
			snprintf(argument, sizeof(argument), "--%s=%s", opt->name, text);
		else
			snprintf(argument, sizeof(argument), "--%s", opt->name);
		add(ctx, argument);
		if (opt->kind != SIM_OPTION_PIN && opt->kind != SIM_OPTION_FLAG)
			add(ctx, text);
	}
}

void config_command(const struct zramsim_config *cfg, uint64_t given,
		    void (*add)(void *ctx, const char *argument), void *ctx)
{
	add(ctx, "run");
	/* It does not go without. */
	given |= UINT64_C(1) << (sim_option_find("strategy") - sim_options);
	config_arguments(cfg, given, NULL, NULL, add, ctx);
}
