/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
#ifndef TESTS_CLI_REPORT_FIXTURE_H
#define TESTS_CLI_REPORT_FIXTURE_H

#include "sim/figures/result.h"

/**
 * fixture_result() - a result as an experiment might leave it
 * @res:	filled in: three strategies, five repeats; fixture_free() it
 *
 * Every kind of value is there: groups, a metric without a meaning, a sample that is
 * missing, a warning with characters that every format has to escape.
 */
void fixture_result(struct zramsim_result *res);

/** fixture_phases() - as if the phases had been timed. @res: filled in by fixture_result() */
void fixture_phases(struct zramsim_result *res);

/** fixture_free() - drop what fixture_result() has allocated. @res: filled in by it */
void fixture_free(struct zramsim_result *res);

#endif
