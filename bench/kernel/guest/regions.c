// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What is counted: 4096 slots freed by munmap() of memory that was swapped out, and by a
 * discard, of every kind of data.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/kernel/guest/guest.h"

enum {
	DEVICE_PAGES = 4 * GUEST_SLOTS
};

static const char *const kinds[] = { "rfc", "anon", "same", "zero" };
static _Alignas(GUEST_PAGE) char page[GUEST_PAGE];

static void begin(const char *work, const char *kind)
{
	char name[64];

	snprintf(name, sizeof(name), "%s %s", work, kind);
	guest_mark(MARKER_BEGIN, name, strlen(name));
}

static void end(void)
{
	guest_mark(MARKER_END, "", 0);
	guest_say("left %ld notified %ld missed %ld", attr_number("mm_stat", 0),
		  attr_number("io_stat", 3), attr_number("debug_stat", 1));
}

/* A header as mkswap writes it. */
static void make_swap(void)
{
	unsigned int head[3] = { 1, DEVICE_PAGES - 1, 0 };
	int fd;

	device_reset("lz4", "0", DEVICE_PAGES);
	memset(page, 0, sizeof(page));
	memcpy(page + 1024, head, sizeof(head));
	memcpy(page + GUEST_PAGE - 10, "SWAPSPACE2", 10);
	fd = device_open();
	if (device_write(fd, 0, page))
		guest_fail("the swap header");
	close(fd);
	if (swapon("/dev/zram0", 0))
		guest_fail("swapon");
}

static void count_munmap(const char *kind)
{
	size_t len = (size_t)GUEST_SLOTS * GUEST_PAGE;
	unsigned int i;
	char *memory;

	make_swap();
	memory = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		guest_fail("memory");
	for (i = 0; i < GUEST_SLOTS; i++)
		data_page(kind, i, memory + (size_t)i * GUEST_PAGE);
	if (madvise(memory, len, MADV_PAGEOUT))
		guest_fail("madvise");
	guest_say("stored %ld compressed %ld used %ld", attr_number("mm_stat", 0),
		  attr_number("mm_stat", 1), attr_number("mm_stat", 2));
	begin("munmap", kind);
	syscall(SYS_munmap, memory, len);
	end();
	if (swapoff("/dev/zram0"))
		guest_fail("swapoff");
}

/* @again: once more, when there is nothing left in it */
static void count_discard(const char *kind, bool again)
{
	unsigned int i;
	int fd;

	device_reset("lz4", "0", DEVICE_PAGES);
	fd = device_open();
	for (i = 0; i < GUEST_SLOTS; i++) {
		data_page(kind, i, page);
		if (device_write(fd, i, page))
			guest_fail("the device");
	}
	begin("discard", kind);
	device_discard(fd, 0, (unsigned long)GUEST_SLOTS * GUEST_PAGE);
	end();
	if (again) {
		begin("discard", "empty");
		device_discard(fd, 0, (unsigned long)GUEST_SLOTS * GUEST_PAGE);
		end();
	}
	close(fd);
}

static void never_huge(void)
{
	FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "w");

	if (!file)
		return;
	fputs("never", file);
	fclose(file);
}

void regions(void)
{
	size_t i;

	never_huge();
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		count_munmap(kinds[i]);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		count_discard(kinds[i], !strcmp(kinds[i], "zero"));
}
