// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/log2.h>
#include <linux/minmax.h>

#include "sim/figures/outcome.h"
#include "sim/figures/result.h"
#include "sim/figures/summary.h"
#include "sim/run/config.h"
#include "sim/run/model.h"
#include "zsmalloc/geometry.h"
#include "zsmalloc/zsmalloc.h"

struct zramsim_result *sim_result_create(const struct zramsim_config *cfg)
{
	struct zramsim_result *result = calloc(1, sizeof(*result));
	struct sim_strategy_result *sr;
	unsigned int i;

	if (!result)
		return NULL;
	result->notify_sample_every = sim_host.sample_every;
	result->strategies = calloc(cfg->nr_strategies, sizeof(*result->strategies));
	if (!result->strategies)
		goto fail;
	result->nr_strategies = cfg->nr_strategies;
	for (i = 0; i < cfg->nr_strategies; i++) {
		sr = &result->strategies[i];
		sr->name = cfg->strategies[i];
		sr->unit = "none";
		sr->batch = "none";
		sr->defer = "none";
		sr->verdict = "";
		sr->values = calloc(sim_nr_metrics, sizeof(*sr->values));
		if (!sr->values)
			goto fail;
	}
	result->config = *cfg;
	return result;

fail:
	zramsim_result_free(result);
	return NULL;
}

void zramsim_result_free(struct zramsim_result *result)
{
	unsigned int i;

	if (!result)
		return;
	for (i = 0; i < result->nr_strategies; i++) {
		free(result->strategies[i].samples);
		free(result->strategies[i].rounds);
		free(result->strategies[i].machine);
		free(result->strategies[i].values);
	}
	for (i = 0; i < result->nr_warnings; i++)
		free(result->warnings[i]);
	free(result->strategies);
	sim_config_release(&result->config);
	free(result);
}

/* The repeat whose exit_ns is closest to the median of those that count. */
static const struct sim_outcome *median_outcome(const struct sim_outcome **kept, unsigned int nr,
						double median)
{
	const struct sim_outcome *best = kept[0];
	unsigned int i;

	for (i = 1; i < nr; i++) {
		if (fabs(kept[i]->metrics[SIM_EXIT_NS] - median) <
		    fabs(best->metrics[SIM_EXIT_NS] - median))
			best = kept[i];
	}
	return best;
}

static void copy_outcome(struct sim_strategy_result *sr, const struct sim_outcome *middle,
			 const struct sim_outcome *last)
{
	sr->unit = middle->unit;
	sr->batch = middle->batch;
	sr->defer = middle->defer;
	sr->preset_slots = middle->preset_slots;
	sr->after_fill = last->after_fill;
	sr->end = last->end;
	memcpy(sr->curve, middle->curve, sizeof(sr->curve));
	sr->nr_points = middle->nr_points;
}

const char *const sim_lock_keys[SIM_LOCK_FIELDS] = {
	[SIM_LOCK_ACQUISITIONS] = "acquisitions", [SIM_LOCK_CONTENDED] = "contended",
	[SIM_LOCK_WAIT_NS] = "wait_ns",		  [SIM_LOCK_HOLD_NS_MAX] = "hold_ns_max",
	[SIM_LOCK_HOLD_NS] = "hold_ns",
};

const char *const sim_phase_keys[SIM_PHASE_FIELDS] = {
	[SIM_PHASE_NS_PER_SLOT] = "ns_per_slot",
	[SIM_PHASE_CALLS_PER_SLOT] = "calls_per_slot",
	[SIM_PHASE_SHARE] = "share",
};

const char *const sim_role_names[SIM_NR_ROLES] = {
	[SIM_PRODUCER] = "producer",
	[SIM_WORKER] = "worker",
};

/* @samples: room for a row. Every repeat has the same locks in the same order. */
static void set_locks(struct sim_strategy_result *sr, const struct sim_outcome *const *kept,
		      double *samples)
{
	unsigned int i, field, k;

	sr->nr_locks = kept[0]->nr_locks;
	for (i = 0; i < sr->nr_locks; i++) {
		sr->locks[i].name = kept[0]->locks[i].name;
		sr->locks[i].kind = kept[0]->locks[i].kind;
		for (field = 0; field < SIM_LOCK_FIELDS; field++) {
			for (k = 0; k < sr->nr_runs; k++)
				samples[k] = kept[k]->locks[i].fields[field];
			sr->locks[i].values[field] = sim_summary(samples, sr->nr_runs);
		}
	}
}

static bool was_entered(const struct sim_outcome *const *kept, unsigned int nr, unsigned int role,
			unsigned int phase)
{
	unsigned int k;

	for (k = 0; k < nr; k++) {
		if (kept[k]->phases[role][phase].fields[SIM_PHASE_NS_PER_SLOT] > 0 ||
		    kept[k]->phases[role][phase].fields[SIM_PHASE_CALLS_PER_SLOT] > 0)
			return true;
	}
	return false;
}

/* Those that were entered in any repeat. @samples: room for a row */
static void set_phases(struct sim_strategy_result *sr, const struct sim_outcome *const *kept,
		       double *samples)
{
	unsigned int i, role, phase, field, k;
	struct sim_phase *to;

	for (i = 0; i < SIM_NR_ROLES * KC_MAX_PHASES && sr->nr_phases < SIM_MAX_PHASES; i++) {
		role = i / KC_MAX_PHASES;
		phase = i % KC_MAX_PHASES;
		if (!sim_phase_name(phase) || !was_entered(kept, sr->nr_runs, role, phase))
			continue;
		to = &sr->phases[sr->nr_phases++];
		to->name = sim_phase_name(phase);
		to->role = role;
		to->number = phase;
		for (field = 0; field < SIM_PHASE_FIELDS; field++) {
			for (k = 0; k < sr->nr_runs; k++)
				samples[k] = kept[k]->phases[role][phase].fields[field];
			to->values[field] = sim_summary(samples, sr->nr_runs);
		}
	}
}

static void set_machine(struct sim_strategy_result *sr, const struct sim_outcome *const *kept)
{
	unsigned int k;

	if (!kept[0]->machine.nr_cpus)
		return;
	sr->machine = calloc(sr->nr_runs, sizeof(*sr->machine));
	if (!sr->machine)
		sim_memory_missed();
	for (k = 0; sr->machine && k < sr->nr_runs; k++)
		sr->machine[k] = kept[k]->machine;
}

void sim_result_collect(struct sim_strategy_result *sr, const struct sim_outcome *outcomes,
			unsigned int nr_outcomes, const unsigned int *kept, unsigned int nr)
{
	const struct sim_outcome **chosen = calloc(nr + 1, sizeof(*chosen));
	double *samples = calloc(nr + 1, sizeof(*samples));
	unsigned int k;

	if (!chosen || !samples) {
		sim_memory_missed();
	} else if (nr) {
		sr->nr_runs = nr;
		for (k = 0; k < nr; k++)
			chosen[k] = &outcomes[kept[k]];
		set_locks(sr, chosen, samples);
		set_phases(sr, chosen, samples);
		set_machine(sr, chosen);
		copy_outcome(sr, median_outcome(chosen, nr, sr->values[SIM_EXIT_NS].median),
			     &outcomes[nr_outcomes - 1]);
	}
	free(samples);
	free(chosen);
}

void sim_result_sizes(struct sim_sizes *sizes, const struct sim_world *world)
{
	u32 page_bytes = world->cfg->page_bytes, slot, len, i;
	unsigned int shift = (unsigned int)ilog2(page_bytes);
	struct zs_shape table[ZS_MAX_CLASSES];
	bool *seen = calloc(page_bytes + 1 + ZS_MAX_CLASSES, sizeof(*seen));
	bool *class_seen = seen + page_bytes + 1;
	const struct sim_item *item;
	u64 bytes = 0;

	memset(sizes, 0, sizeof(*sizes));
	sizes->bucket_bytes = page_bytes / SIM_SIZE_BUCKETS;
	sizes->nr_slots = world->nr_filled;
	if (!seen) {
		sim_memory_missed();
		return;
	}
	sim_model_geometry(&world->cfg->model, page_bytes, table);
	for (slot = 1; slot <= world->nr_filled; slot++) {
		item = sim_data_item(&world->data, sim_slot_content(world, slot));
		len = item->len;
		if (!len) {
			sizes->same_slots++;
			sizes->zero_slots += sim_item_is_zeros(item) &&
					     world->swap.params.keeps_zeros;
			continue;
		}
		bytes += len;
		sizes->huge_slots += len == page_bytes;
		sizes->buckets[(len - 1) / sizes->bucket_bytes]++;
		seen[len] = true;
		class_seen[table[zs_geometry_index(shift, len + ZS_HANDLE_SIZE)].index] = true;
	}
	if (sizes->nr_slots > sizes->same_slots)
		sizes->mean_bytes = (double)bytes / (double)(sizes->nr_slots - sizes->same_slots);
	for (i = 0; i <= page_bytes; i++)
		sizes->distinct_sizes += seen[i];
	for (i = 0; i < ZS_MAX_CLASSES; i++)
		sizes->classes += class_seen[i];
	free(seen);
}

/* What follows "locks." in a key: a lock and a field of it. */
static const struct zramsim_value *find_lock(const struct sim_strategy_result *sr, const char *key)
{
	char name[64];
	unsigned int i, field;

	for (i = 0; i < sr->nr_locks * SIM_LOCK_FIELDS; i++) {
		field = i % SIM_LOCK_FIELDS;
		snprintf(name, sizeof(name), "%s.%s", sr->locks[i / SIM_LOCK_FIELDS].name,
			 sim_lock_keys[field]);
		if (!strcmp(name, key))
			return &sr->locks[i / SIM_LOCK_FIELDS].values[field];
	}
	return NULL;
}

/* What follows "phases.": a role, a phase and a field. */
static const struct zramsim_value *find_phase(const struct sim_strategy_result *sr, const char *key)
{
	const struct sim_phase *phase;
	char name[64];
	unsigned int i, field;

	for (i = 0; i < sr->nr_phases * SIM_PHASE_FIELDS; i++) {
		phase = &sr->phases[i / SIM_PHASE_FIELDS];
		field = i % SIM_PHASE_FIELDS;
		snprintf(name, sizeof(name), "%s.%s.%s", sim_role_names[phase->role], phase->name,
			 sim_phase_keys[field]);
		if (!strcmp(name, key))
			return &phase->values[field];
	}
	return NULL;
}

static const struct zramsim_value *find_value(const struct sim_strategy_result *sr, const char *key)
{
	int m;

	if (!strncmp(key, "locks.", 6))
		return find_lock(sr, key + 6);
	if (!strncmp(key, "phases.", 7))
		return find_phase(sr, key + 7);
	m = sim_metric_find(key);
	return m < 0 ? NULL : &sr->values[m];
}

int zramsim_result_value(const struct zramsim_result *result, const char *strategy, const char *key,
			 struct zramsim_value *value)
{
	const struct zramsim_value *found;
	unsigned int i;

	for (i = 0; i < result->nr_strategies; i++) {
		if (strcmp(result->strategies[i].name, strategy))
			continue;
		found = find_value(&result->strategies[i], key);
		if (!found || !found->nr)
			return -ENOENT;
		*value = *found;
		return 0;
	}
	return -ENOENT;
}

const char *zramsim_result_warnings(const struct zramsim_result *result, unsigned int i)
{
	return i < result->nr_warnings ? result->warnings[i] : NULL;
}
