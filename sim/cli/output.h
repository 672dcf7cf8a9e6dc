/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Where a document goes. What the name leads to decides how. The name of a regular file, or of
 * none yet: the document is written beside it and renamed, so that whoever reads it sees the old
 * content or all of the new. A descriptor of this process, as /dev/stdout is one: it is written to
 * as it is, offset and all. Anything else, a device or a FIFO: it is opened and written to.
 */
#ifndef SIM_CLI_OUTPUT_H
#define SIM_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/** OUTPUT_KEPT - the document is in another file, which the sentence names */
#define OUTPUT_KEPT 1

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
 * A file that can neither be replaced nor overwritten stays as it was.
 * Return:	0, OUTPUT_KEPT, -EPIPE when the reader of a pipe has gone, -EINTR when a FIFO had
 *		no reader until a signal came, or another negative errno.
 */
int output_write(const char *path, const char *text, size_t len, char *error, size_t size);

/**
 * output_same() - would two documents meet in one file?
 * @a:	file, or NULL or "-" for standard output
 * @b:	the same
 * Return:	false for /dev/null, which takes any number.
 */
bool output_same(const char *a, const char *b);

/**
 * output_destroys() - would a document replace what is read?
 * @path:	file of the document, or NULL or "-"
 * @input:	file that is read
 */
bool output_destroys(const char *path, const char *input);

#endif
