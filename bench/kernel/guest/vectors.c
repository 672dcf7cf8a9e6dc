// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What the device answers to what a program does to it, a line each: "vector NAME: ANSWER". */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/kernel/guest/guest.h"

enum {
	USED = 2, /* columns of mm_stat */
	LIMIT,
	USED_MAX,
	SAME,
	COMPACTED,
	HUGE,
	HUGE_SINCE,
	NOTIFY_FREE = 3, /* of io_stat */
};

static _Alignas(GUEST_PAGE) char page[GUEST_PAGE];

static long stat_of(int column)
{
	return attr_number("mm_stat", column);
}

static long notified(void)
{
	return attr_number("io_stat", NOTIFY_FREE);
}

static const char *answer(int err)
{
	return err ? strerrorname_np(-err) : "success";
}

static int write_data(int fd, unsigned long slot, const char *name)
{
	data_page(name, (unsigned int)slot, page);
	return device_write(fd, slot, page);
}

/* @nr bytes that do not shrink, and a rest that does. */
static void mixed_page(unsigned int nr)
{
	data_page("random", 0, page);
	memset(page + nr, 0x5a, GUEST_PAGE - nr);
}

/* Find the mixed page that takes @bytes when it is compressed. It stays in slot 0. */
static void page_of(int fd, long bytes)
{
	unsigned int nr;

	for (nr = 1; nr < GUEST_PAGE; nr++) {
		mixed_page(nr);
		if (!device_write(fd, 0, page) && attr_number("mm_stat", 1) == bytes)
			return;
	}
	errno = ERANGE;
	guest_fail("a page of that size");
}

static void small_and_large(void)
{
	int fd;

	device_reset("lz4", "0", GUEST_SLOTS);
	fd = device_open();
	page_of(fd, 67);
	guest_say("vector used with a page of 67 bytes: %ld", stat_of(USED));
	close(fd);

	device_reset("lz4", "0", 16);
	fd = device_open();
	write_data(fd, 0, "same");
	guest_say("vector same after a constant page: %ld", stat_of(SAME));
	write_data(fd, 1, "random");
	guest_say("vector huge, since after a random page: %ld, %ld", stat_of(HUGE),
		  stat_of(HUGE_SINCE));
	write_data(fd, 1, "zero");
	guest_say("vector huge, since after zeros over it: %ld, %ld", stat_of(HUGE),
		  stat_of(HUGE_SINCE));
	write_data(fd, 1, "random");
	write_data(fd, 1, "random");
	guest_say("vector mem_used_max, since after random twice: %ld, %ld", stat_of(USED_MAX),
		  stat_of(HUGE_SINCE));
	close(fd);
	device_reset("lz4", "0", 16);
	guest_say("vector since after a reset: %ld", stat_of(HUGE_SINCE));
}

static void compaction(void)
{
	unsigned long slot;
	long full, half;
	int fd;

	device_reset("lz4", "0", GUEST_SLOTS);
	fd = device_open();
	page_of(fd, 1000);
	for (slot = 0; slot < GUEST_SLOTS; slot++)
		device_write(fd, slot, page);
	full = stat_of(USED);
	for (slot = 0; slot < GUEST_SLOTS; slot += 2)
		device_discard(fd, slot * GUEST_PAGE, GUEST_PAGE);
	half = stat_of(USED);
	attr_set("compact", "1");
	guest_say("vector used full, half, compacted: %ld, %ld, %ld", full, half, stat_of(USED));
	guest_say("vector pages_compacted: %ld", stat_of(COMPACTED));
	close(fd);
}

static void limit(void)
{
	unsigned long slot;
	int fd, err = 0;

	device_reset("lz4", "1M", GUEST_SLOTS);
	fd = device_open();
	for (slot = 0; slot < GUEST_SLOTS && !err; slot++)
		err = write_data(fd, slot, "random");
	guest_say("vector stored, answer at the limit: %ld, %s", stat_of(HUGE), answer(err));
	guest_say("vector used, mem_used_max at the limit: %ld, %ld", stat_of(USED),
		  stat_of(USED_MAX));
	err = write_data(fd, 4000, "same");
	guest_say("vector a constant page at the limit: %s", answer(err));
	mixed_page(40);
	err = device_write(fd, 4001, page);
	guest_say("vector a small page at the limit, mem_used_max: %s, %ld", answer(err),
		  stat_of(USED_MAX));
	attr_set("mem_used_max", "0");
	guest_say("vector mem_used_max after 0: %ld", stat_of(USED_MAX));
	guest_say("vector 1 to mem_used_max: %s", answer(attr_write("mem_used_max", "1")));
	attr_set("mem_limit", "4097");
	guest_say("vector a limit of 4097: %ld", stat_of(LIMIT));
	close(fd);
}

static void discards(void)
{
	long before;
	int fd, err;

	device_reset("lz4", "0", GUEST_SLOTS);
	fd = device_open();
	write_data(fd, 0, "anon");
	write_data(fd, 1, "anon");
	err = device_discard(fd, 512, GUEST_PAGE);
	guest_say("vector discard from byte 512, notified: %s, %ld", answer(err), notified());
	err = device_discard(fd, 0, 512);
	guest_say("vector discard of 512 bytes, notified: %s, %ld", answer(err), notified());
	before = notified();
	err = device_discard(fd, 0, (unsigned long)GUEST_SLOTS * GUEST_PAGE);
	guest_say("vector discard of all %d slots, notified: %s, %ld", GUEST_SLOTS, answer(err),
		  notified() - before);
	close(fd);
}

static void sizes(void)
{
	static const char *const algorithms[] = { "lz4", "zstd" };
	unsigned long slot;
	size_t i;
	int fd;

	device_reset("lz4", "0", 10000);
	fd = device_open();
	page_of(fd, 1099);
	for (slot = 0; slot < 10000; slot++)
		device_write(fd, slot, page);
	guest_say("vector used with 10000 pages of 1099 bytes: %ld", stat_of(USED));
	close(fd);
	for (i = 0; i < 2; i++) {
		attr_set("reset", "1");
		if (attr_write("comp_algorithm", algorithms[i])) {
			guest_say("note: no %s in this kernel", algorithms[i]);
			continue;
		}
		attr_set("disksize", "1M");
		fd = device_open();
		for (slot = 0; slot < 64; slot++)
			write_data(fd, slot, "anon");
		guest_say("vector used with 64 anon pages, %s: %ld", algorithms[i], stat_of(USED));
		close(fd);
	}
}

/* Of the file alone: what else it names differs from kernel to kernel. */
static void algorithms(void)
{
	char text[256];

	device_reset("lz4", "0", 16);
	attr_read("comp_algorithm", text, sizeof(text));
	guest_say("vector comp_algorithm ends with a blank: %s",
		  text[0] && text[strlen(text) - 1] == ' ' ? "yes" : "no");
	guest_say("vector comp_algorithm once initialised: %s",
		  answer(attr_write("comp_algorithm", "lz4")));
	attr_set("reset", "1");
	guest_say("vector an algorithm there is not: %s",
		  answer(attr_write("comp_algorithm", "none-such")));
	guest_say("vector disksize of 0: %s", answer(attr_write("disksize", "0")));
}

void vectors(void)
{
	small_and_large();
	compaction();
	limit();
	discards();
	sizes();
	algorithms();
}
