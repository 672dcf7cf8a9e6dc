/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* words: what was run, for a line of text, and as the options that repeat it. */
#ifndef SIM_REPORT_WORDS_H
#define SIM_REPORT_WORDS_H

#include <stdio.h>

#include "sim/figures/result.h"
#include "sim/run/options.h"
#include "sim/study/shape.h"

/**
 * config_line() - one line that says what was done, without a newline
 * @res:	result
 * @out:	stream
 */
void config_line(const struct zramsim_result *res, FILE *out);

/**
 * config_path_line() - one line that says what the free path was, without a newline
 * @res:	result
 * @out:	stream
 */
void config_path_line(const struct zramsim_result *res, FILE *out);

/**
 * config_arguments() - the options that lead to a configuration, argument by argument
 * @cfg:	configuration
 * @given:	those that differ from the defaults, as sim_options_changed() has them
 * @keep:	is this option one of them? NULL: every one
 * @of:		passed to @keep
 * @add:	called for each
 * @ctx:	passed to @add
 */
void config_arguments(const struct zramsim_config *cfg, uint64_t given,
		      bool (*keep)(const void *of, const char *option), const void *of,
		      void (*add)(void *ctx, const char *argument), void *ctx);

/**
 * config_command() - the arguments that repeat the experiment, one by one
 * @cfg:	configuration
 * @given:	as for config_arguments()
 * @add:	called for each, "run" first
 * @ctx:	passed to @add
 */
void config_command(const struct zramsim_config *cfg, uint64_t given,
		    void (*add)(void *ctx, const char *argument), void *ctx);

/** study_limits_apply() - is this a machine that cannot tell everything? @study: run */
bool study_limits_apply(const struct study *study);

/**
 * study_is_fixed() - does the study decide an option itself?
 * @study:	study
 * @option:	name, without dashes
 */
bool study_is_fixed(const struct study *study, const char *option);

/**
 * study_command() - the arguments that repeat a study, one by one
 * @study:	run
 * @add:	called for each, "study" first
 * @ctx:	passed to @add
 */
void study_command(const struct study *study, void (*add)(void *ctx, const char *argument),
		   void *ctx);

/**
 * study_line() - one line that says what was done, without a newline
 * @study:	run
 * @out:	stream
 */
void study_line(const struct study *study, FILE *out);

#endif
