// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Long form: one line per arm and quantity, a column per factor. RFC 4180: CRLF, fields in
 * quotes where they need it. docs/study-schema.md describes the columns.
 */
#include <inttypes.h>
#include <string.h>

#include "sim/report/study_report.h"
#include "sim/report/text.h"

static void put_line(const struct study *study, unsigned int i,
		     const struct study_quantity *quantity, FILE *out)
{
	struct zramsim_value value = study_value(study, i, quantity->key);
	int base = study_baseline(study, i);
	struct zramsim_value ratio = study_ratio(study, (int)i, base, quantity->key);
	const double *samples;
	unsigned int f, nr;

	fprintf(out, "%s,%u,%d", study->ops->name, i, base);
	for (f = 0; f < study->nr_factors; f++) {
		fputc(',', out);
		csv_text(out, study_level(study, i, study->ops->factors[f].key));
	}
	fprintf(out, ",%s,", quantity->key);
	csv_text(out, quantity->unit);
	samples = study_samples(study, i, quantity->key, &nr);
	if (ratio.nr)
		value = ratio;
	csv_value(out, &value, ratio.nr, samples, nr);
	fputs("\r\n", out);
}

void study_report_csv(const struct study *study, const struct report_style *style, FILE *out)
{
	unsigned int i, q, f;

	(void)style;
	fputs("study,arm,baseline", out);
	for (f = 0; f < study->nr_factors; f++)
		fprintf(out, ",%s", study->ops->factors[f].key);
	fputs(",quantity,unit,runs,median,min,max,ratio,ratio_lo,ratio_hi,samples\r\n", out);
	for (i = 0; i < study->nr_arms; i++) {
		for (q = 0; q < study->nr_quantities; q++) {
			if (study_value(study, i, study->quantities[q].key).nr)
				put_line(study, i, &study->quantities[q], out);
		}
	}
}
