// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The pages are those of zramsim itself: its sources of anon and rfc data are linked in. */
#include <string.h>

#include "bench/kernel/guest/guest.h"
#include "port.h"
#include "sim/data/data.h"

enum {
	SEED = 1
};

static void random_page(unsigned int i, void *page)
{
	u64 rng = SEED ^ ((u64)i + 1) * 0x9e3779b97f4a7c15ull, word;
	size_t at;

	for (at = 0; at < GUEST_PAGE; at += sizeof(word)) {
		word = kc_random_u64(&rng);
		memcpy((char *)page + at, &word, sizeof(word));
	}
}

void data_page(const char *name, unsigned int i, void *page)
{
	struct sim_source source = { .page_bytes = GUEST_PAGE, .seed = SEED };

	if (!strcmp(name, "anon"))
		sim_source_anon.page(&source, i, page);
	else if (!strcmp(name, "rfc"))
		sim_source_rfc.page(&source, i, page);
	else if (!strcmp(name, "random"))
		random_page(i, page);
	else
		memset(page, strcmp(name, "same") ? 0 : 0x5a, GUEST_PAGE);
}
