/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* An experiment's configuration in words: for a line of text, and as options to repeat it. */
#ifndef SIM_REPORT_CONFIG_WORDS_H
#define SIM_REPORT_CONFIG_WORDS_H

#include <stdio.h>

#include "sim/figures/result.h"
#include "sim/run/options.h"

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
 * @keep:	is this option one of them? NULL: every one
 * @add:	called for each
 * @ctx:	passed to both
 */
void config_arguments(const struct zramsim_config *cfg, bool (*keep)(void *ctx, const char *option),
		      void (*add)(void *ctx, const char *argument), void *ctx);

/**
 * config_command() - the arguments that repeat the experiment, one by one
 * @cfg:	configuration
 * @add:	called for each, "run" first
 * @ctx:	passed to @add
 */
void config_command(const struct zramsim_config *cfg, void (*add)(void *ctx, const char *argument),
		    void *ctx);

#endif
