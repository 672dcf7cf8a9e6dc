/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Where a document goes: standard output, or a file that is replaced in one step, so that
 * whoever reads it sees the old content or all of the new.
 */
#ifndef SIM_CLI_OUTPUT_H
#define SIM_CLI_OUTPUT_H

#include <stddef.h>

/**
 * output_probe() - could a document be written there?
 * @path:	file, or NULL or "-" for standard output
 * @error:	receives one sentence on failure
 * @size:	bytes of @error
 *
 * Called before an experiment is run, so that a mistyped directory does not cost one.
 * Return:	0 or a negative errno.
 */
int output_probe(const char *path, char *error, size_t size);

/**
 * output_write() - write a document
 * @path:	file, or NULL or "-" for standard output
 * @text:	document
 * @len:	its bytes
 * @error:	receives one sentence on failure
 * @size:	bytes of @error
 *
 * A regular file is replaced by a new one, written beside it, synced and renamed; on
 * failure it stays as it was. Anything else, a device or a pipe, is written to.
 * Return:	0, -EPIPE when the reader of a pipe has gone, or another negative errno.
 */
int output_write(const char *path, const char *text, size_t len, char *error, size_t size);

#endif
