// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/kernel/device.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/swap.h>
#include <time.h>
#include <unistd.h>

#define CONTROL "/sys/class/zram-control/"

enum {
	RESET_TRIES = 200, /* udev may have the device open for a moment */
	RESET_PAUSE_NS = 10000000,
	TEXT_CHARS = 512,
};

/* Where a swap area says what it is. Source: mkswap(8), swapon(8); 4 KiB or larger pages. */
enum {
	SWAP_VERSION_AT = 1024,
	SWAP_LAST_PAGE_AT = 1028,
	SWAP_MAGIC_CHARS = 10,
};

static void attribute_path(const struct kernel_device *dev, const char *attr, char *path)
{
	snprintf(path, KERNEL_PATH_CHARS, "%s/sys/block/%s/%s", dev->sysroot, dev->name, attr);
}

static int read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return -errno;
	len = read(fd, text, size - 1);
	close(fd);
	if (len < 0)
		return -errno;
	text[len] = '\0';
	return 0;
}

static int read_attribute(const struct kernel_device *dev, const char *attr, char *text)
{
	char path[KERNEL_PATH_CHARS];

	attribute_path(dev, attr, path);
	return read_file(path, text, TEXT_CHARS);
}

static int write_file(const char *path, const char *text)
{
	int err = 0;
	int fd;

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static int write_attribute(const struct kernel_device *dev, const char *attr, const char *text)
{
	char path[KERNEL_PATH_CHARS];

	attribute_path(dev, attr, path);
	return write_file(path, text);
}

static int write_number(const struct kernel_device *dev, const char *attr, uint64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	return write_attribute(dev, attr, text);
}

static bool name_is_zram(const char *name)
{
	return !strncmp(name, "zram", 4) && name[4] && !name[4 + strspn(name + 4, "0123456789")];
}

/* Does a line of the file have a word that is exactly @word? */
static bool listed(const struct kernel_device *dev, const char *file, const char *word)
{
	char path[KERNEL_PATH_CHARS];
	char line[4096];
	bool found = false;
	char *save;
	char *at;
	FILE *in;

	snprintf(path, sizeof(path), "%s%s", dev->sysroot, file);
	in = fopen(path, "re");
	if (!in)
		return false;
	while (!found && fgets(line, sizeof(line), in)) {
		for (at = strtok_r(line, " \t\n", &save); at && !found;
		     at = strtok_r(NULL, " \t\n", &save))
			found = !strcmp(at, word);
	}
	fclose(in);
	return found;
}

void kernel_device_other_swap(const struct kernel_device *dev, char *name, size_t size)
{
	char path[KERNEL_PATH_CHARS];
	char line[4096];
	bool heading = true;
	FILE *in;

	*name = '\0';
	snprintf(path, sizeof(path), "%s/proc/swaps", dev->sysroot);
	in = fopen(path, "re");
	if (!in)
		return;
	while (!*name && fgets(line, sizeof(line), in)) {
		line[strcspn(line, " \t\n")] = '\0';
		if (!heading && strcmp(line, dev->dev_path))
			snprintf(name, size, "%s", line);
		heading = false;
	}
	fclose(in);
}

static bool has_holders(const struct kernel_device *dev)
{
	char path[KERNEL_PATH_CHARS];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	attribute_path(dev, "holders", path);
	dir = opendir(path);
	if (!dir)
		return false;
	while ((entry = readdir(dir)))
		found |= entry->d_name[0] != '.';
	closedir(dir);
	return found;
}

static int check_unused(const struct kernel_device *dev, struct sim_message *msg)
{
	char number[TEXT_CHARS];
	char state[TEXT_CHARS];

	if (listed(dev, "/proc/swaps", dev->dev_path))
		return sim_fail(msg, -EBUSY, "%s is swap: name a device nobody uses with --device",
				dev->name);
	if (read_attribute(dev, "initstate", state) || read_attribute(dev, "dev", number))
		return sim_fail(msg, -ENODEV, "%s does not tell its state: is it a zram device?",
				dev->name);
	number[strcspn(number, "\n")] = '\0';
	if (listed(dev, "/proc/self/mountinfo", number))
		return sim_fail(msg, -EBUSY,
				"%s is mounted: name a device nobody uses with --device",
				dev->name);
	if (has_holders(dev))
		return sim_fail(msg, -EBUSY,
				"%s is held by another block device: name a device nobody uses "
				"with --device",
				dev->name);
	if (state[0] != '0')
		return sim_fail(msg, -EBUSY,
				"%s has a size and may hold data: reset it or name a device "
				"nobody uses with --device",
				dev->name);
	return 0;
}

static int check_writable(const struct kernel_device *dev, struct sim_message *msg)
{
	static const char *const controls[] = { "disksize", "reset", "comp_algorithm",
						"mem_limit" };
	char path[KERNEL_PATH_CHARS];
	size_t i;

	if (geteuid())
		return sim_fail(msg, -EPERM, "skipped: only root can set %s up as swap", dev->name);
	for (i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		attribute_path(dev, controls[i], path);
		if (access(path, W_OK))
			return sim_fail(msg, -EPERM, "skipped: %s cannot be written: %s", path,
					strerror(errno));
	}
	if (!dev->sysroot[0] && access(dev->dev_path, R_OK | W_OK))
		return sim_fail(msg, -EPERM, "skipped: %s cannot be opened: %s", dev->dev_path,
				strerror(errno));
	return 0;
}

int kernel_device_check(struct kernel_device *dev, struct sim_message *msg)
{
	char path[KERNEL_PATH_CHARS];
	char text[TEXT_CHARS];
	int err;

	if (!name_is_zram(dev->name) || strlen(dev->name) >= KERNEL_NAME_CHARS)
		return sim_fail(msg, -EINVAL,
				"device \"%s\" is not called zram and a number, as in zram0",
				dev->name);
	snprintf(dev->dev_path, sizeof(dev->dev_path), "/dev/%s", dev->name);
	attribute_path(dev, "disksize", path);
	if (access(path, F_OK))
		return sim_fail(msg, -ENODEV,
				"skipped: there is no %s: the kernel needs CONFIG_ZRAM, or "
				"'modprobe zram'",
				dev->name);
	err = check_unused(dev, msg);
	if (err)
		return err;
	snprintf(path, sizeof(path), "%s/sys/module/zswap/parameters/enabled", dev->sysroot);
	if (!read_file(path, text, sizeof(text)) && text[0] == 'Y')
		return sim_fail(msg, -EPERM,
				"skipped: zswap is enabled and would keep the pages: write N to "
				"%s for the time",
				path);
	return check_writable(dev, msg);
}

int kernel_device_add(struct kernel_device *dev, struct sim_message *msg)
{
	char path[KERNEL_PATH_CHARS], text[TEXT_CHARS];
	unsigned int number;
	int err;

	if (geteuid())
		return sim_fail(msg, -EPERM, "skipped: only root can make a zram device");
	snprintf(path, sizeof(path), "%s" CONTROL "hot_add", dev->sysroot);
	err = read_file(path, text, sizeof(text));
	if (err == -ENOENT)
		return sim_fail(msg, -ENODEV,
				"skipped: there is no %s: the kernel needs CONFIG_ZRAM, or "
				"'modprobe zram'",
				path);
	if (err || sscanf(text, "%u", &number) != 1)
		return sim_fail(msg, err ? err : -EIO, "no device is made by reading %s: %s", path,
				err ? strerror(-err) : text);
	snprintf(dev->made, sizeof(dev->made), "zram%u", number);
	dev->name = dev->made;
	return 0;
}

/* "[lzo-rle] lzo lz4": the one in brackets is in use. */
static bool pick_algorithm(char *list, const char *wanted, char *current)
{
	bool found = false;
	char *save;
	char *at;

	for (at = strtok_r(list, " \n", &save); at; at = strtok_r(NULL, " \n", &save)) {
		if (*at == '[') {
			at[strcspn(at, "]")] = '\0';
			at++;
			snprintf(current, KERNEL_COMP_CHARS, "%s", at);
		}
		found |= !strcmp(at, wanted);
	}
	return found;
}

int kernel_device_borrow(struct kernel_device *dev, const char *comp, struct sim_message *msg)
{
	char text[TEXT_CHARS];
	bool found;
	int err;

	err = read_attribute(dev, "mm_stat", text);
	if (err)
		return sim_fail(msg, err, "mm_stat of %s cannot be read: %s", dev->name,
				strerror(-err));
	if (sscanf(text, "%*u %*u %*u %" SCNu64, &dev->saved_limit) != 1)
		return sim_fail(msg, -EIO, "mm_stat of %s has no column mem_limit", dev->name);
	err = read_attribute(dev, "comp_algorithm", text);
	if (err)
		return sim_fail(msg, err, "comp_algorithm of %s cannot be read: %s", dev->name,
				strerror(-err));
	found = pick_algorithm(text, comp ? comp : "lz4", dev->saved_comp);
	if (comp && !found)
		return sim_fail(msg, -ENOTSUP,
				"skipped: this kernel's zram has no %s: 'cat "
				"/sys/block/%s/comp_algorithm' lists what it has",
				comp, dev->name);
	snprintf(dev->comp, sizeof(dev->comp), "%s",
		 found ? (comp ? comp : "lz4") : dev->saved_comp);
	dev->borrowed = true;
	return 0;
}

int kernel_device_begin(struct kernel_device *dev, uint64_t bytes, struct sim_message *msg)
{
	int err = write_attribute(dev, "comp_algorithm", dev->comp);

	if (!err)
		err = write_attribute(dev, "mem_limit", "0");
	if (!err)
		err = write_number(dev, "disksize", bytes);
	if (err == -EBUSY) {
		dev->borrowed = false; /* whoever has it now set it up anew */
		return sim_fail(msg, err, "%s was taken by somebody else", dev->name);
	}
	if (err)
		return sim_fail(msg, err, "%s cannot be set up: %s", dev->name, strerror(-err));
	dev->active = true;
	return 0;
}

static int write_swap_header(const struct kernel_device *dev, uint64_t bytes)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	uint32_t version = 1;
	uint32_t last_page = (uint32_t)(bytes / page_bytes - 1);
	char *page = calloc(1, page_bytes);
	int err = 0;
	int fd;

	if (!page)
		return -ENOMEM;
	memcpy(page + SWAP_VERSION_AT, &version, sizeof(version));
	memcpy(page + SWAP_LAST_PAGE_AT, &last_page, sizeof(last_page));
	memcpy(page + page_bytes - SWAP_MAGIC_CHARS, "SWAPSPACE2", SWAP_MAGIC_CHARS);
	fd = open(dev->dev_path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || pwrite(fd, page, page_bytes, 0) != (ssize_t)page_bytes || fsync(fd))
		err = -errno;
	if (fd >= 0)
		close(fd);
	free(page);
	return err;
}

int kernel_device_swap_on(struct kernel_device *dev, uint64_t bytes, struct sim_message *msg)
{
	int err = write_swap_header(dev, bytes);

	if (!err && swapon(dev->dev_path, SWAP_FLAG_PREFER | SWAP_FLAG_PRIO_MASK))
		err = -errno;
	if (err)
		return sim_fail(msg, err, "%s%s cannot be made swap: %s",
				err == -EPERM || err == -ENOSYS ? "skipped: " : "", dev->name,
				strerror(-err));
	dev->swapping = true;
	return 0;
}

static int reset(struct kernel_device *dev)
{
	struct timespec pause = { .tv_nsec = RESET_PAUSE_NS };
	unsigned int i;
	int err;

	for (i = 0; i < RESET_TRIES; i++) {
		err = write_attribute(dev, "reset", "1");
		if (err != -EBUSY)
			return err;
		nanosleep(&pause, NULL);
	}
	return err;
}

int kernel_device_end(struct kernel_device *dev, struct sim_message *msg)
{
	int err;

	if (dev->swapping && swapoff(dev->dev_path))
		return sim_fail(msg, -errno, "swapoff %s failed: %s; repeat it by hand",
				dev->dev_path, strerror(errno));
	dev->swapping = false;
	if (!dev->active)
		return 0;
	err = reset(dev);
	if (err)
		return sim_fail(msg, err,
				"%s cannot be reset: %s; 'echo 1 > /sys/block/%s/reset' by hand",
				dev->name, strerror(-err), dev->name);
	dev->active = false;
	return 0;
}

static int remove_made(struct kernel_device *dev, struct sim_message *msg)
{
	struct timespec pause = { .tv_nsec = RESET_PAUSE_NS };
	char path[KERNEL_PATH_CHARS];
	unsigned int i;
	int err = 0;

	snprintf(path, sizeof(path), "%s" CONTROL "hot_remove", dev->sysroot);
	for (i = 0; i < RESET_TRIES; i++) {
		err = write_file(path, dev->made + strlen("zram"));
		if (err != -EBUSY)
			break;
		nanosleep(&pause, NULL);
	}
	if (err)
		return sim_fail(msg, err, "%s cannot be removed: %s; 'echo %s > %s' by hand",
				dev->made, strerror(-err), dev->made + strlen("zram"), path);
	dev->made[0] = '\0';
	dev->borrowed = false;
	return 0;
}

int kernel_device_give_back(struct kernel_device *dev, struct sim_message *msg)
{
	int err;

	if (!dev->borrowed && !dev->made[0])
		return 0;
	err = kernel_device_end(dev, msg);
	if (err)
		return err;
	if (dev->made[0])
		return remove_made(dev, msg);
	err = write_attribute(dev, "comp_algorithm", dev->saved_comp);
	if (!err)
		err = write_number(dev, "mem_limit", dev->saved_limit);
	if (err)
		return sim_fail(msg, err,
				"%s keeps its settings of the measurement: %s; it had "
				"comp_algorithm %s and mem_limit %" PRIu64,
				dev->name, strerror(-err), dev->saved_comp, dev->saved_limit);
	dev->borrowed = false;
	return 0;
}

/* The last number of the last line. */
static uint64_t last_number(const char *text)
{
	uint64_t number = 0;
	char *end;

	for (; *text; text = end) {
		text += strspn(text, " \n");
		if (*text < '0' || *text > '9') {
			end = (char *)text + strcspn(text, " \n");
			continue;
		}
		number = strtoull(text, &end, 10);
	}
	return number;
}

int kernel_device_stat(const struct kernel_device *dev, struct kernel_device_stat *stat)
{
	char text[TEXT_CHARS];

	if (read_attribute(dev, "mm_stat", text) ||
	    sscanf(text, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %*u %*u %" SCNu64 " %*u %" SCNu64,
		   &stat->orig_data_size, &stat->compr_data_size, &stat->mem_used_total,
		   &stat->same_pages, &stat->huge_pages) != 5)
		return -EIO;
	if (read_attribute(dev, "io_stat", text))
		return -EIO;
	stat->notify_free = last_number(text);
	/* debug_stat is there with debugging aids only. */
	stat->miss_free = read_attribute(dev, "debug_stat", text) ? 0 : last_number(text);
	return 0;
}
