/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* t_stage: a world and its stage, for tests that look into them. */
#ifndef TESTS_SIM_T_STAGE_H
#define TESTS_SIM_T_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/run/config.h"
#include "sim/run/repeat.h"
#include "sim/run/world.h"
#include "sim/scenario/scenario.h"

/** struct t_stage - a world of one's own */
struct t_stage {
	struct zramsim_config cfg;
	struct sim_world world;
	struct sim_stage stage;
	struct sim_noise noise;
};

/** t_stage_init() - make and rehearse it. @text: receives a sentence on failure, @size: of it */
static inline void t_stage_init(struct t_stage *t, const struct zramsim_config *asked, char *text,
				size_t size)
{
	struct sim_message msg = { text, size };

	assert_int_equal(sim_config_check(asked, &t->cfg, &msg), 0);
	assert_int_equal(
		sim_world_init(&t->world, &t->cfg, sim_scenario_find(t->cfg.scenario), &msg), 0);
	assert_int_equal(sim_stage_init(&t->stage, &t->world), 0);
	assert_int_equal(sim_rehearse(&t->stage, &msg), 0);
	sim_noise_init(&t->noise);
}

/** t_stage_exit() - take it apart. @t: made */
static inline void t_stage_exit(struct t_stage *t)
{
	sim_stage_exit(&t->stage);
	sim_world_exit(&t->world);
	sim_config_release(&t->cfg);
}

#endif
