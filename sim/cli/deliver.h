/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What happens to a document, whatever is in it. */
#ifndef SIM_CLI_DELIVER_H
#define SIM_CLI_DELIVER_H

#include <stdio.h>

#include "sim/cli/options.h"
#include "sim/report/report.h"

/**
 * cli_exit_code() - exit code of an error
 * @err:	0 or a negative errno
 * @message:	sentence that came with it
 * @cfg:	names what was read
 */
int cli_exit_code(int err, const char *message, const struct zramsim_config *cfg);

/**
 * cli_remark() - what a document for machines does not tell the person at the terminal
 * @opts:	parsed
 * @what:	it is: "result" or "study"
 * @complete:	false: it was interrupted
 * @warnings:	[@nr] in it
 * @nr:		entries in @warnings
 */
void cli_remark(const struct cli_options *opts, const char *what, bool complete,
		char *const *warnings, unsigned int nr);

/**
 * cli_write() - write a document, to standard output where the file does not take it
 * @path:	file, or NULL or "-" for standard output
 * @text:	document
 * @len:	its bytes
 *
 * What took minutes to measure is not lost for want of room on one disk.
 * Return:	an exit code, after a sentence if it is not CLI_DONE.
 */
int cli_write(const char *path, const char *text, size_t len);

/**
 * cli_deliver() - write a document where the user wants it
 * @opts:	parsed
 * @details:	see &struct report_style
 * @write:	prints @what
 * @what:	document
 * Return:	an exit code.
 */
int cli_deliver(const struct cli_options *opts, bool details,
		void (*write)(const void *what, const struct report_style *style, FILE *out),
		const void *what);

#endif
