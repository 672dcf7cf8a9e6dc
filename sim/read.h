/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * read: what a user has named, read to its end whatever it is. The size that a file of /proc says
 * is 0, a file may grow meanwhile, and a FIFO may have no writer yet.
 */
#ifndef SIM_READ_H
#define SIM_READ_H

#include <stddef.h>

/**
 * sim_read() - read a file
 * @path:	file, device, FIFO or descriptor (/dev/fd/N)
 * @most:	bytes that are wanted; what comes after them is not read
 * @stop:	non-zero ends the wait for bytes, or NULL
 * @bytes:	set to memory that the caller frees, with room for another byte if @len < @most
 * @len:	set to the bytes there
 * Return:	0; -EISDIR; -EINTR stopped; -ENOMEM; or an errno of open() or read(), negative.
 */
int sim_read(const char *path, size_t most, const volatile int *stop, void **bytes, size_t *len);

#endif
