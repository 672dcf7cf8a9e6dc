// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/minmax.h>

#include "mm/zone.h"
#include "sim/swap/ballast.h"

int sim_ballast_load(struct sim_ballast *ballast, struct zone *zone, u32 nr)
{
	struct page **pages;

	if (nr > ballast->room) {
		pages = realloc(ballast->pages, nr * sizeof(*pages));
		if (!pages)
			return -ENOMEM;
		ballast->pages = pages;
		ballast->room = nr;
	}
	ballast->zone = zone;
	ballast->full = nr;
	return sim_ballast_refill(ballast) ? 0 : -ENOMEM;
}

void sim_ballast_lend(struct sim_ballast *ballast, u32 nr)
{
	nr = min(nr, ballast->nr);
	ballast->nr -= nr;
	free_pages_bulk(ballast->zone, ballast->pages + ballast->nr, nr);
}

bool sim_ballast_refill(struct sim_ballast *ballast)
{
	struct page *page;

	while (ballast->nr < ballast->full) {
		page = alloc_page(ballast->zone, GFP_KERNEL);
		if (!page)
			return false;
		ballast->pages[ballast->nr++] = page;
	}
	return true;
}

void sim_ballast_drop(struct sim_ballast *ballast)
{
	if (ballast->nr)
		sim_ballast_lend(ballast, ballast->nr);
	ballast->full = 0;
}

void sim_ballast_exit(struct sim_ballast *ballast)
{
	sim_ballast_drop(ballast);
	free(ballast->pages);
	memset(ballast, 0, sizeof(*ballast));
}
