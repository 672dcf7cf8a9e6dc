// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/study/names.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

const char *study_names_were(const struct study_names *names)
{
	return names->nr == 1 ? "was" : "were";
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
