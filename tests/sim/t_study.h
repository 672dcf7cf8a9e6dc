/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Studies of made-up figures. */
#ifndef TESTS_SIM_T_STUDY_H
#define TESTS_SIM_T_STUDY_H

#include "sim/study/shape.h"

enum {
	T_RUNS = 5,
};

/* A made-up figure of an arm; repeats differ from it by less than a percent. */
typedef double (*t_figure)(const struct study *study, unsigned int arm, const char *key);

/* A study that is finished with made-up figures; study_free() it. */
struct study *t_study(const struct study_ops *ops, t_figure figure);

/* What a study concludes from made-up figures, its sentences joined; free() it. */
char *t_concluded(const struct study_ops *ops, t_figure figure);

#endif
