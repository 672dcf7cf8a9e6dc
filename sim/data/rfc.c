// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * rfc: the data of the RFC's experiments: every page full of the words "1024 one",
 * "1024 two", "1024 three" and "1024 four", over and over.
 *
 * They compress to one size and so put every free on one class lock.
 * Source: RFC PATCH "zram: support asynchronous GC for lazy slot freeing", April 2026. How the
 * words alternate is not told; a page of "1024 one" alone would be 8 equal bytes repeated,
 * which zram stores without compressing, so each page has all four in turn.
 */
#include <string.h>

#include <linux/minmax.h>

#include "sim/data/data.h"

static const char rfc_words[] = "1024 one1024 two1024 three1024 four";

static void rfc_page(const struct sim_source *source, u32 i, void *page)
{
	u32 period = sizeof(rfc_words) - 1, pos;

	(void)i;
	for (pos = 0; pos < source->page_bytes; pos += period)
		memcpy((char *)page + pos, rfc_words, min(period, source->page_bytes - pos));
}

static int rfc_open(struct sim_source *source, const char *arg, struct sim_message *msg)
{
	(void)arg;
	(void)msg;
	source->nr = 1;
	return 0;
}

const struct sim_source_ops sim_source_rfc = {
	.name = "rfc",
	.open = rfc_open,
	.page = rfc_page,
	.alike = true,
};
