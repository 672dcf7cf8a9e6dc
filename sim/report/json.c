// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sim/figures/stats.h"
#include "sim/echo.h"
#include "sim/report/text.h"

static void put_string(FILE *out, const char *text)
{
	const char *s;
	unsigned int len;

	fputc('"', out);
	for (s = text; *s; s += len) {
		len = sim_utf8_len(s);
		if (!len) {
			fputs("\xef\xbf\xbd", out);
			len = 1;
		} else if (*s == '"' || *s == '\\') {
			fprintf(out, "\\%c", *s);
		} else if ((unsigned char)*s < 0x20 || *s == 0x7f) {
			fprintf(out, "\\u%04x", *s);
		} else {
			fwrite(s, 1, len, out);
		}
	}
	fputc('"', out);
}

static bool is_flat(const struct json *j)
{
	return j->flat && j->depth >= j->flat;
}

static void new_line(struct json *j)
{
	if (is_flat(j))
		return;
	fprintf(j->out, "\n%*s", (int)(2 * j->depth), "");
}

/* What comes before each value: comma, line, key. */
static void lead_in(struct json *j, const char *key)
{
	if (!j->empty && j->depth)
		fputs(is_flat(j) ? ", " : ",", j->out);
	if (j->depth)
		new_line(j);
	if (key) {
		put_string(j->out, key);
		fputs(": ", j->out);
	}
	j->empty = false;
}

void json_begin(struct json *j, const char *key, char bracket)
{
	lead_in(j, key);
	fputc(bracket, j->out);
	j->depth++;
	j->empty = true;
}

void json_begin_flat(struct json *j, const char *key, char bracket)
{
	json_begin(j, key, bracket);
	if (!j->flat)
		j->flat = j->depth;
}

void json_end(struct json *j, char bracket)
{
	bool flat = is_flat(j);

	j->depth--;
	if (j->flat > j->depth)
		j->flat = 0;
	if (!flat && !j->empty)
		new_line(j);
	fputc(bracket, j->out);
	j->empty = false;
	if (!j->depth)
		fputc('\n', j->out);
}

void json_string(struct json *j, const char *key, const char *text)
{
	if (!text) {
		json_null(j, key);
		return;
	}
	lead_in(j, key);
	put_string(j->out, text);
}

void json_number(struct json *j, const char *key, double value)
{
	char buf[NUMBER_CHARS];

	number_format(buf, value);
	lead_in(j, key);
	fputs(buf[0] ? buf : "null", j->out);
}

void json_u64(struct json *j, const char *key, uint64_t value)
{
	lead_in(j, key);
	fprintf(j->out, "%" PRIu64, value);
}

void json_i64(struct json *j, const char *key, int64_t value)
{
	lead_in(j, key);
	fprintf(j->out, "%" PRId64, value);
}

void json_bool(struct json *j, const char *key, bool value)
{
	lead_in(j, key);
	fputs(value ? "true" : "false", j->out);
}

void json_null(struct json *j, const char *key)
{
	lead_in(j, key);
	fputs("null", j->out);
}

void json_texts(struct json *j, const char *key, char *const *texts, unsigned int nr)
{
	unsigned int i;

	json_begin(j, key, '[');
	for (i = 0; i < nr; i++)
		json_string(j, NULL, texts[i]);
	json_end(j, ']');
}

/* Too few repeats give no interval. */
static void put_interval(struct json *j, const struct zramsim_value *value)
{
	if (!isfinite(value->ratio_lo)) {
		json_null(j, "ratio_ci");
		return;
	}
	json_begin_flat(j, "ratio_ci", '[');
	json_number(j, NULL, value->ratio_lo);
	json_number(j, NULL, value->ratio_hi);
	json_end(j, ']');
}

void json_value(struct json *j, const char *key, const struct zramsim_value *value, bool ratio,
		const double *samples, unsigned int nr)
{
	unsigned int i;

	if (!value->nr) {
		json_null(j, key);
		return;
	}
	json_begin_flat(j, key, '{');
	json_number(j, "median", value->median);
	json_number(j, "min", value->min);
	json_number(j, "max", value->max);
	if (ratio) {
		json_number(j, "ratio", value->ratio);
		put_interval(j, value);
	}
	json_begin_flat(j, "samples", '[');
	for (i = 0; samples && i < nr; i++)
		json_number(j, NULL, samples[i]);
	json_end(j, ']');
	json_end(j, '}');
}

void json_rounds(struct json *j, const unsigned int *rounds, unsigned int nr,
		 unsigned int disturbed)
{
	unsigned int k;

	json_u64(j, "runs", nr);
	json_u64(j, "disturbed", disturbed);
	json_begin_flat(j, "rounds", '[');
	for (k = 0; rounds && k < nr; k++)
		json_u64(j, NULL, rounds[k]);
	json_end(j, ']');
}

void json_argument(void *ctx, const char *argument)
{
	json_string(ctx, NULL, argument);
}

/* A digest has more bits than a number of JSON. */
static void put_checkpoint(struct json *j, const char *key, const struct sim_checkpoint *point)
{
	char digest[20];

	snprintf(digest, sizeof(digest), "%016" PRIx64, point->digest);
	json_begin_flat(j, key, '{');
	json_u64(j, "at_ns", point->at_ns);
	json_u64(j, "accesses", point->accesses);
	json_string(j, "state_digest", digest);
	json_end(j, '}');
}

static void put_repeat(struct json *j, const struct sim_machine_stat *stat)
{
	uint32_t i;

	json_begin(j, NULL, '{');
	json_begin_flat(j, "cpu_busy", '[');
	for (i = 0; i < stat->nr_cpus; i++)
		json_number(j, NULL, stat->busy[i]);
	json_end(j, ']');
	put_checkpoint(j, "end", &stat->end);
	json_begin(j, "checkpoints", '[');
	for (i = 0; i < stat->nr_checkpoints; i++)
		put_checkpoint(j, NULL, &stat->checkpoints[i]);
	json_end(j, ']');
	json_end(j, '}');
}

void json_machine(struct json *j, const struct sim_strategy_result *strategy)
{
	unsigned int k;

	if (!strategy->machine) {
		json_null(j, "machine");
		return;
	}
	json_begin(j, "machine", '[');
	for (k = 0; k < strategy->nr_runs; k++)
		put_repeat(j, &strategy->machine[k]);
	json_end(j, ']');
}

static void put_profile(struct json *j, const struct sim_provenance *from)
{
	char digest[20];

	if (!from->machine[0]) {
		json_null(j, "machine");
		return;
	}
	snprintf(digest, sizeof(digest), "%016" PRIx64, from->machine_digest);
	json_begin_flat(j, "machine", '{');
	json_string(j, "name", from->machine);
	json_string(j, "profile_digest", digest);
	json_number(j, "error_share", from->machine_error);
	json_end(j, '}');
}

void json_provenance(struct json *j, const struct sim_provenance *from)
{
	json_string(j, "version", from->version);
	json_string(j, "commit", from->commit);
	json_string(j, "compiler", from->compiler);
	json_string(j, "flags", from->flags);
	json_string(j, "cpu", from->cpu);
	json_u64(j, "nr_cpus", from->nr_cpus);
	put_profile(j, from);
	json_string(j, "kernel", from->kernel);
	json_string(j, "governor", from->governor);
	json_number(j, "load_1min", from->load_1min);
	json_number(j, "clock_ns", from->clock_ns);
	json_string(j, "ratio_method", SIM_RATIO_METHOD);
	json_string(j, "started", from->started);
}

void json_release(struct json *j, const struct zramsim_config *cfg)
{
	char release[SIM_MODEL_CHARS];

	sim_model_text(cfg, release);
	json_string(j, "release", release);
}

static void put_pin(struct json *j, const struct zramsim_config *cfg)
{
	uint32_t i;

	if (!cfg->pin) {
		json_null(j, "pin");
		return;
	}
	json_begin_flat(j, "pin", '[');
	for (i = 0; i < cfg->nr_pin_cpus; i++)
		json_u64(j, NULL, cfg->pin_cpus[i]);
	json_end(j, ']');
}

static void put_strategies(struct json *j, const struct zramsim_config *cfg)
{
	unsigned int i;

	json_begin_flat(j, "strategy", '[');
	for (i = 0; i < cfg->nr_strategies; i++)
		json_string(j, NULL, cfg->strategies[i]);
	json_end(j, ']');
}

void json_option(struct json *j, const struct sim_option *opt, const struct zramsim_config *cfg)
{
	char buf[SIM_OPTION_CHARS];
	const char *text;
	bool is_text;

	if (opt->kind == SIM_OPTION_STRATEGIES) {
		put_strategies(j, cfg);
		return;
	}
	if (opt->kind == SIM_OPTION_PIN) {
		put_pin(j, cfg);
		return;
	}
	text = sim_option_cell(opt, cfg, buf, &is_text);
	if (is_text) {
		json_string(j, opt->key, text);
	} else {
		/* Zero, where it is no value one may ask for, says that nothing was. */
		lead_in(j, opt->key);
		fputs(opt->min && !strcmp(text, "0") ? "null" : text, j->out);
	}
	if (opt->kind == SIM_OPTION_COMP)
		json_i64(j, "comp_level", cfg->comp_level);
}
