// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A device of one's own: write pages, drop some, see what the pool does about it. Its free path
 * is that of Linux 7.3: class lock only, pages of emptied zspages freed after it.
 *
 * Once zramsim is installed (docs/install.md):
 *
 *	cc device.c $(pkg-config --cflags --libs zramsim) && ./a.out
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <zramsim/strategy.h>

enum {
	PAGE_BYTES = 4096,
	NR_PAGES = 1024,
};

/* A page that compresses, different for each slot. */
static void make_page(char *page, uint32_t index)
{
	size_t pos;

	memset(page, 0, PAGE_BYTES);
	for (pos = 0; pos + 64 < PAGE_BYTES; pos += 64)
		snprintf(page + pos, 64, "slot %" PRIu32 " record %zu", index, pos / 64 * index);
}

static int fill(struct zramsim_device *dev)
{
	char page[PAGE_BYTES];
	uint32_t index;
	int err = 0;

	for (index = 0; index < NR_PAGES && !err; index++) {
		make_page(page, index);
		err = zramsim_write(dev, index, page);
	}
	return err;
}

/* Drop every other slot, as swap does when a process ends. */
static int drop(struct zramsim_device *dev)
{
	uint32_t index;
	int err = 0;

	for (index = 0; index < NR_PAGES && !err; index += 2)
		err = zramsim_notify(dev, index);
	return err;
}

/* What was not dropped reads as it was written, whatever is pending. */
static int verify(struct zramsim_device *dev)
{
	char want[PAGE_BYTES], have[PAGE_BYTES];
	uint32_t index;
	int err = 0;

	for (index = 1; index < NR_PAGES && !err; index += 2) {
		make_page(want, index);
		err = zramsim_read(dev, index, have);
		if (!err && memcmp(want, have, PAGE_BYTES))
			return -1;
	}
	return err;
}

static void show(struct zramsim_device *dev, const char *when)
{
	struct zramsim_strategy_counters stats;
	struct zramsim_stat mm;

	zramsim_mm_stat(dev, &mm);
	zramsim_strategy_stats(dev, &stats);
	printf("%-20s %8" PRId64 " bytes stored as %8" PRId64 " in %8" PRIu64 ", %" PRIu64 " slots "
	       "pending"
	       "\n",
	       when, mm.orig_data_size, mm.compr_data_size, mm.mem_used_total, stats.pending);
}

int main(void)
{
	struct zramsim_device_params params = {
		.disksize_bytes = NR_PAGES * PAGE_BYTES,
		.model = { .kernel = ZRAMSIM_KERNEL_7_3 },
	};
	struct zramsim_strategy_params lazy = { .kick_bytes = 64 << 20, .flush_ms = 60000 };
	struct zramsim_device *dev;
	int err;

	err = zramsim_device_create(&params, &dev);
	if (err)
		goto out;
	err = zramsim_attach(dev, "hbitmap", &lazy);
	if (!err)
		err = fill(dev);
	show(dev, "filled");
	if (!err)
		err = drop(dev);
	show(dev, "half of it dropped");
	if (!err)
		err = verify(dev);
	zramsim_drain(dev);
	show(dev, "drained");
	printf("compaction frees %" PRIu64 " pages\n", zramsim_compact(dev));
	if (!err)
		err = verify(dev);
	show(dev, "compacted");
	zramsim_device_destroy(dev);
out:
	if (err)
		fprintf(stderr, "device: %s\n", strerror(err < 0 ? -err : err));
	return err != 0;
}
