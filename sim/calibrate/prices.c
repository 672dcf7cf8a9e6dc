// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <linux/err.h>

#include "port.h"
#include "sim/calibrate/costs.h"
#include "sim/data/data.h"
#include "sim/figures/stats.h"
#include "zram/zcomp.h"

enum {
	PAGE = 4096,
	KIB_PER_PAGE = 4,
	MAP_PAGES = 192, /* no room for a huge page of zeros */
	MAP_ROUNDS = 400,
	DATA_PAGES = 512,
	DATA_ROUNDS = 8,
};

/* The median of new mappings. */
double cal_fault_ns(void)
{
	uint64_t *ns = calloc(MAP_ROUNDS, sizeof(*ns)), start;
	volatile char *base;
	unsigned int round, i;
	double median;

	for (round = 0; ns && round < MAP_ROUNDS; round++) {
		base = kc_map((size_t)MAP_PAGES * PAGE, PAGE);
		if (!base)
			break;
		start = kc_now_ns();
		for (i = 0; i < MAP_PAGES; i++)
			(void)base[(size_t)i * PAGE];
		ns[round] = kc_now_ns() - start;
		kc_unmap((void *)base, (size_t)MAP_PAGES * PAGE);
	}
	if (!ns || round < MAP_ROUNDS) {
		free(ns);
		return 0;
	}
	sim_sort(ns, MAP_ROUNDS);
	median = (double)ns[MAP_ROUNDS / 2] / MAP_PAGES;
	free(ns);
	return median;
}

/* One page there and back. Return: false if it was not compressed. */
static bool time_page(struct zcomp *comp, const void *page, void *back, uint64_t *there,
		      uint64_t *again)
{
	struct zcomp_strm *strm = zcomp_stream_get(comp);
	uint64_t start = kc_now_ns();
	size_t len = 0;
	bool ok;

	ok = !zcomp_compress(comp, strm, page, &len) && len < PAGE;
	*there = kc_now_ns() - start;
	start = kc_now_ns();
	ok = ok && !zcomp_decompress(comp, strm, strm->buffer, len, back);
	*again = kc_now_ns() - start;
	zcomp_stream_put(strm);
	return ok;
}

/* Of each page the best of several times. */
static void time_pages(struct zcomp *comp, const struct sim_data *data, uint64_t *times,
		       double *compress, double *decompress)
{
	uint64_t *again = times + DATA_PAGES, there_ns, back_ns;
	char page[PAGE], back[PAGE];
	unsigned int i, round, nr = 0;

	for (i = 0; i < DATA_PAGES; i++) {
		sim_data_page(data, i, page);
		times[nr] = again[nr] = UINT64_MAX;
		for (round = 0; round < DATA_ROUNDS; round++) {
			if (!time_page(comp, page, back, &there_ns, &back_ns))
				break;
			times[nr] = there_ns < times[nr] ? there_ns : times[nr];
			again[nr] = back_ns < again[nr] ? back_ns : again[nr];
		}
		nr += round == DATA_ROUNDS;
	}
	if (!nr)
		return;
	sim_sort(times, nr);
	sim_sort(again, nr);
	*compress = (double)times[nr / 2] / KIB_PER_PAGE;
	*decompress = (double)again[nr / 2] / KIB_PER_PAGE;
}

bool cal_compressor_ns(const char *name, double *compress, double *decompress)
{
	struct sim_data_params params = {
		.spec = "anon", .comp = name, .page_bytes = PAGE, .nr_slots = DATA_PAGES, .seed = 1
	};
	uint64_t *times = calloc((size_t)2 * DATA_PAGES, sizeof(*times));
	struct zcomp *comp = zcomp_create(name, 0, PAGE);
	struct sim_message none = { NULL, 0 };
	struct sim_data data;

	*compress = *decompress = 0;
	if (times && !IS_ERR(comp) && !sim_data_prepare(&params, &data, &none)) {
		time_pages(comp, &data, times, compress, decompress);
		sim_data_release(&data);
	}
	if (!IS_ERR(comp))
		zcomp_destroy(comp);
	free(times);
	return *compress > 0;
}
