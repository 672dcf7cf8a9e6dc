/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
#ifndef SIM_REPORT_JSON_PROVENANCE_H
#define SIM_REPORT_JSON_PROVENANCE_H

#include "sim/figures/result.h"
#include "sim/report/json.h"

/** json_provenance() - the keys of an object about the machine and the build. @j: in an object */
void json_provenance(struct json *j, const struct sim_provenance *from);

/**
 * json_pin() - write the processors that threads are pinned to
 * @j:		inside the object of a configuration
 * @cfg:	configuration; null is written if it pins nothing
 */
void json_pin(struct json *j, const struct zramsim_config *cfg);

#endif
