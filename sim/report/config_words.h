/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* An experiment's configuration in words: for a line of text, and as options to repeat it. */
#ifndef SIM_REPORT_CONFIG_WORDS_H
#define SIM_REPORT_CONFIG_WORDS_H

#include <stdio.h>

#include "sim/figures/result.h"

/** config_locks() - "class", "pool", "class-idx" or "sharded". @cfg: configuration */
const char *config_locks(const struct zramsim_config *cfg);

/** config_pages() - "inside", "outside" or "deferred". @cfg: configuration */
const char *config_pages(const struct zramsim_config *cfg);

/** config_flags() - "merged" or "single". @cfg: configuration */
const char *config_flags(const struct zramsim_config *cfg);

/** config_defer() - "default", "none", "zspage", "handle" or "slot". @cfg: configuration */
const char *config_defer(const struct zramsim_config *cfg);

/** config_batch() - "default", "none", "runs" or "sorted". @cfg: configuration */
const char *config_batch(const struct zramsim_config *cfg);

/**
 * config_workers() - "percpu", or the number of unbound workers
 * @cfg:	configuration
 * @buf:	receives the number if need be
 * @size:	bytes of @buf, 16 are enough
 */
const char *config_workers(const struct zramsim_config *cfg, char *buf, size_t size);

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
 * config_command() - the arguments that repeat the experiment, one by one
 * @res:	result
 * @add:	called for each, "run" first
 * @ctx:	passed to @add
 */
void config_command(const struct zramsim_result *res, void (*add)(void *ctx, const char *argument),
		    void *ctx);

#endif
