/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * device: a zram device of the running kernel, borrowed and given back as it was.
 *
 * Nothing is touched before kernel_device_check() has found the device unused. One at a time
 * between borrow and give_back: begin, (swap_on, swap_off), end. A device that
 * kernel_device_add() has made goes when it is given back.
 */
#ifndef SIM_KERNEL_DEVICE_H
#define SIM_KERNEL_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/message.h"

enum {
	KERNEL_PATH_CHARS = 192,
	KERNEL_COMP_CHARS = 32,
	KERNEL_NAME_CHARS = 17,
};

/**
 * struct kernel_device - a zram device
 * @sysroot:	put before /sys and /proc; "" for the running system
 * @name:	"zram0"
 * @dev_path:	"/dev/zram0"
 * @comp:	compressor to be used
 * @saved_comp:	the one it had
 * @saved_limit: the memory limit it had, bytes
 * @made:	name of a device of our own, or empty
 * @borrowed:	kernel_device_give_back() has something to do
 * @active:	it has a size
 * @swapping:	it is swap
 */
struct kernel_device {
	const char *sysroot;
	const char *name;
	char dev_path[KERNEL_PATH_CHARS];
	char comp[KERNEL_COMP_CHARS];
	char saved_comp[KERNEL_COMP_CHARS];
	uint64_t saved_limit;
	char made[KERNEL_NAME_CHARS];
	bool borrowed;
	bool active;
	bool swapping;
};

/**
 * struct kernel_device_stat - what the device says of itself
 * @orig_data_size:	mm_stat, bytes
 * @compr_data_size:	mm_stat, bytes
 * @mem_used_total:	mm_stat, bytes
 * @same_pages:		mm_stat, slots
 * @huge_pages:		mm_stat, slots
 * @notify_free:	io_stat: notifications and discarded slots
 * @miss_free:		debug_stat: notifications that found the slot locked
 */
struct kernel_device_stat {
	uint64_t orig_data_size;
	uint64_t compr_data_size;
	uint64_t mem_used_total;
	uint64_t same_pages;
	uint64_t huge_pages;
	uint64_t notify_free;
	uint64_t miss_free;
};

/**
 * kernel_device_check() - may the device be borrowed?
 * @dev:	@sysroot and @name are set; @dev_path is filled in
 * @msg:	receives a sentence when not
 * Return:	0; -EINVAL: no such name can be; -ENODEV: no such device; -EBUSY: in use;
 *		-EPERM: not root, or its controls cannot be written.
 */
int kernel_device_check(struct kernel_device *dev, struct sim_message *msg);

/**
 * kernel_device_add() - make a device that nobody can have in use
 * @dev:	@sysroot is set; @name and @made are filled in
 * @msg:	receives a sentence when not
 * Return:	0; -EPERM: not root; -ENODEV: no zram in this kernel; or what else went wrong.
 */
int kernel_device_add(struct kernel_device *dev, struct sim_message *msg);

/**
 * kernel_device_borrow() - remember its settings and choose the compressor
 * @dev:	checked
 * @comp:	compressor, or NULL: lz4 if the device has it, else what is set
 * @msg:	receives a sentence on failure
 * Return:	0, -ENOTSUP without the compressor, -EPERM, -EIO.
 */
int kernel_device_borrow(struct kernel_device *dev, const char *comp, struct sim_message *msg);

/**
 * kernel_device_begin() - give it a size: an empty device
 * @dev:	borrowed
 * @bytes:	size
 * @msg:	receives a sentence on failure
 * Return:	0, -EBUSY: somebody else was faster, or a negative errno.
 */
int kernel_device_begin(struct kernel_device *dev, uint64_t bytes, struct sim_message *msg);

/**
 * kernel_device_swap_on() - make it the preferred swap
 * @dev:	begun
 * @bytes:	its size
 * @msg:	receives a sentence on failure
 * Return:	0 or a negative errno.
 */
int kernel_device_swap_on(struct kernel_device *dev, uint64_t bytes, struct sim_message *msg);

/** kernel_device_end() - no swap any more, reset. @dev: as it is, @msg: sentence on failure */
int kernel_device_end(struct kernel_device *dev, struct sim_message *msg);

/**
 * kernel_device_give_back() - end, and restore what it had, or remove it if it was made
 * @dev:	in any state; nothing is done if it was not borrowed
 * @msg:	receives a sentence on failure, with what to do by hand
 * Return:	0 or a negative errno.
 */
int kernel_device_give_back(struct kernel_device *dev, struct sim_message *msg);

/**
 * kernel_device_other_swap() - what else the kernel swaps to
 * @dev:	with its @dev_path
 * @name:	set to the first, or to an empty text
 * @size:	of @name
 */
void kernel_device_other_swap(const struct kernel_device *dev, char *name, size_t size);

/** kernel_device_stat() - read its statistics. @dev: begun, @stat: filled in. Return: 0, -EIO */
int kernel_device_stat(const struct kernel_device *dev, struct kernel_device_stat *stat);

#endif
