// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <string.h>

#include "sim/report/report.h"

const struct report_format report_formats[] = {
	{ "table", "ranked text table (default)", report_table, study_report_table },
	{ "json", "everything measured, schema zramsim.result/1 (docs/result-schema.md)",
	  report_json, study_report_json },
	{ "csv", "one line per strategy and measured value, RFC 4180", report_csv,
	  study_report_csv },
	{ "markdown", "the table for mails and merge requests", report_markdown,
	  study_report_markdown },
	{ 0 },
};

const struct report_format *report_format_find(const char *name)
{
	const struct report_format *format;

	for (format = report_formats; format->name; format++) {
		if (!strcmp(format->name, name))
			return format;
	}
	return NULL;
}
