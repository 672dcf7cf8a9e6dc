/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * document: a text on its way into memory. Of the stream that open_memstream() makes nobody can
 * tell whether it has dropped something for want of memory; this one does.
 */
#ifndef SIM_REPORT_DOCUMENT_H
#define SIM_REPORT_DOCUMENT_H

#include <stdio.h>

/**
 * document_open() - begin a text
 * @text:	receives it when the stream is closed, to be freed; NULL if memory was short
 * @len:	receives its length, without the null byte at its end
 *
 * fclose() of the stream fails if any of it is missing, and sim_memory_misses() has then moved.
 *
 * Return:	the stream, or NULL.
 */
FILE *document_open(char **text, size_t *len);

#endif
