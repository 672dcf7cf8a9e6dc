// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/study/names.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "port.h"
#include "sim/study/shape.h"

void study_names_add(struct study_names *names, const char *fmt, ...)
{
	size_t len = strlen(names->text);
	va_list args;

	if (names->nr++ && len + 3 < sizeof(names->text)) {
		strcpy(names->text + len, ", ");
		len += 2;
	}
	va_start(args, fmt);
	vsnprintf(names->text + len, sizeof(names->text) - len, fmt, args);
	va_end(args);
}

void study_say_ratio(struct study *study, const struct zramsim_value *ratio, const char *what,
		     const char *than)
{
	char first = (char)toupper((unsigned char)what[0]);

	if (!ratio->nr || !(ratio->ratio > 0))
		study_say(study, "For %s compared with %s there are no figures.", what, than);
	else if (!isfinite(ratio->ratio_lo) || !isfinite(ratio->ratio_hi))
		study_say(study,
			  "%c%s was %.2f times %s, from too few repeats to say more than that.",
			  first, what + 1, ratio->ratio, than);
	else if (study_sign(ratio) == STUDY_UNSURE)
		study_say(study,
			  "Whether %s differs from %s this run cannot tell (%.2f times, %.2f to "
			  "%.2f).",
			  what, than, ratio->ratio, ratio->ratio_lo, ratio->ratio_hi);
	else
		study_say(study, "%c%s is %s %s: %.2f times (%.2f to %.2f).", first, what + 1,
			  study_pick(study_sign(ratio), "less than", "", "more than"), than,
			  ratio->ratio, ratio->ratio_lo, ratio->ratio_hi);
}

void study_group_add(struct study_group *group, const struct zramsim_value *ratio, const char *name)
{
	if (!ratio->nr || !(ratio->ratio > 0))
		return;
	switch (study_sign(ratio)) {
	case STUDY_LESS:
		study_names_add(&group->less, "%s (%.2f times)", name, ratio->ratio);
		break;
	case STUDY_MORE:
		study_names_add(&group->more, "%s (%.2f times)", name, ratio->ratio);
		break;
	case STUDY_UNSURE:
		study_names_add(&group->unsure, "%s", name);
		break;
	}
}

void study_say_group(struct study *study, const struct study_group *group, const char *less,
		     const char *more, const char *unsure)
{
	if (group->less.nr)
		study_say(study, "%s %s.", less, group->less.text);
	if (group->more.nr)
		study_say(study, "%s %s.", more, group->more.text);
	if (group->unsure.nr)
		study_say(study, "%s %s.", unsure, group->unsure.text);
}

unsigned int study_cpus(void)
{
	return kc_nr_host_cpus();
}

bool study_matches(const struct study *study, unsigned int i, const char *levels)
{
	char key[32];
	const char *level;
	size_t name, value;

	while (*(levels += strspn(levels, " "))) {
		name = strcspn(levels, "=");
		value = strcspn(levels + name + 1, " ");
		snprintf(key, sizeof(key), "%.*s", (int)name, levels);
		level = study_level(study, i, key);
		levels += name + 1;
		if (!level || strlen(level) != value || memcmp(level, levels, value))
			return false;
		levels += value;
	}
	return true;
}

int study_same_but(const struct study *study, unsigned int i, const char *key)
{
	u8 wanted[STUDY_MAX_FACTORS];
	unsigned int f;

	memcpy(wanted, study_arm(study, i)->level, sizeof(wanted));
	for (f = 0; f < study->nr_factors; f++) {
		if (!strcmp(study->ops->factors[f].key, key))
			wanted[f] = 0;
	}
	for (i = 0; i < study_nr_arms(study); i++) {
		if (!memcmp(study_arm(study, i)->level, wanted, sizeof(wanted)))
			return (int)i;
	}
	return -1;
}

/* Levels of some factors, joined by blanks. */
static void name_arm(const struct study *study, unsigned int i, const char *factors, char *buf,
		     size_t size)
{
	size_t len = 0, word;
	char key[32];

	buf[0] = '\0';
	for (; *factors && len < size; factors += word + strspn(factors + word, " ")) {
		word = strcspn(factors, " ");
		snprintf(key, sizeof(key), "%.*s", (int)word, factors);
		len += (size_t)snprintf(buf + len, size - len, "%s%s", len ? " " : "",
					study_level(study, i, key));
	}
}

void study_group_arms(struct study_group *group, const struct study *study, const char *key,
		      const char *levels, const char *name)
{
	struct zramsim_value ratio;
	char text[64];
	unsigned int i;
	int base;

	for (i = 0; i < study_nr_arms(study); i++) {
		base = study_baseline(study, i);
		if (base == (int)i || !study_matches(study, i, levels))
			continue;
		ratio = study_ratio(study, (int)i, base, key);
		name_arm(study, i, name, text, sizeof(text));
		study_group_add(group, &ratio, text);
	}
}

void study_say_arms(struct study *study, const char *key, const char *levels, const char *name,
		    const char *lead, const char *const words[3])
{
	struct study_group group = { 0 };
	char text[3][160];
	unsigned int i;

	study_group_arms(&group, study, key, levels, name);
	for (i = 0; i < 3; i++)
		snprintf(text[i], sizeof(text[i]), "%s %s", lead, words[i]);
	study_say_group(study, &group, text[0], text[1], text[2]);
}

struct study_text study_with(const char *procs)
{
	struct study_text t;

	snprintf(t.text, sizeof(t.text), "With %s process%s", procs,
		 strcmp(procs, "1") ? "es" : "");
	return t;
}

double study_lock_field(const struct sim_outcome *outcome, const char *name,
			enum sim_lock_field field)
{
	unsigned int i;

	for (i = 0; i < outcome->nr_locks; i++) {
		if (!strcmp(outcome->locks[i].name, name))
			return outcome->locks[i].fields[field];
	}
	return NAN;
}
