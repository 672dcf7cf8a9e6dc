// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "port.h"
#include "sim/scenario/zipf.h"

/* Probabilities scaled so that their mean is 1. */
static void scale_weights(double *weights, uint32_t nr, double theta)
{
	double sum = 0;
	uint32_t i;

	for (i = 0; i < nr; i++) {
		weights[i] = pow(i + 1, -theta);
		sum += weights[i];
	}
	for (i = 0; i < nr; i++)
		weights[i] *= nr / sum;
}

/*
 * Every rank whose weight is below 1 is topped up by one above it, which then has less left;
 * @small grows upwards and @large downwards in the same array.
 */
static void pair_up(struct sim_zipf *zipf, double *weights, uint32_t *work)
{
	uint32_t nr = zipf->nr, small = 0, large = nr, i, low, high;

	for (i = 0; i < nr; i++) {
		zipf->entries[i].keep = UINT32_MAX;
		zipf->entries[i].alias = i;
		if (weights[i] < 1)
			work[small++] = i;
		else
			work[--large] = i;
	}
	while (small && large < nr) {
		low = work[--small];
		high = work[large];
		zipf->entries[low].keep = (uint32_t)(weights[low] * UINT32_MAX);
		zipf->entries[low].alias = high;
		weights[high] -= 1 - weights[low];
		if (weights[high] < 1) {
			large++;
			work[small++] = high;
		}
	}
}

int sim_zipf_init(struct sim_zipf *zipf, uint32_t nr, double theta)
{
	double *weights = malloc(nr * sizeof(*weights));
	uint32_t *work = malloc(nr * sizeof(*work));
	int err = -ENOMEM;

	zipf->nr = nr;
	zipf->entries = calloc(nr, sizeof(*zipf->entries));
	if (weights && work && zipf->entries) {
		scale_weights(weights, nr, theta);
		pair_up(zipf, weights, work);
		err = 0;
	}
	free(weights);
	free(work);
	if (err)
		sim_zipf_exit(zipf);
	return err;
}

void sim_zipf_exit(struct sim_zipf *zipf)
{
	free(zipf->entries);
	zipf->entries = NULL;
}

uint32_t sim_zipf_draw(const struct sim_zipf *zipf, uint64_t *rng)
{
	uint32_t i = (uint32_t)kc_random_below(rng, zipf->nr);

	return (uint32_t)(kc_random_u64(rng) >> 32) <= zipf->entries[i].keep
		       ? i
		       : zipf->entries[i].alias;
}
