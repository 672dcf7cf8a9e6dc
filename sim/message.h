/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * message: the one sentence that says what went wrong, where, and what to do about it.
 */
#ifndef SIM_MESSAGE_H
#define SIM_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct sim_message - where a failing function leaves its sentence
 * @text:	buffer of the caller, or NULL
 * @size:	bytes of @text
 */
struct sim_message {
	char *text;
	size_t size;
};

/**
 * sim_plural() - ending of the word for counted things
 * @nr:		things
 * @ending:	"s", "es"
 * Return:	"" for one of them.
 */
static inline const char *sim_plural(uint64_t nr, const char *ending)
{
	return nr == 1 ? "" : ending;
}

/**
 * sim_way_round() - what helps every program that the host refuses threads, memory or files
 * @err:	negative errno
 * Return:	an instruction, or NULL if none is known.
 */
const char *sim_way_round(int err);

/**
 * sim_fail() - say what went wrong and pass the error on
 * @msg:	where; the last sentence stays
 * @err:	negative errno
 * @fmt:	of the sentence, without a full stop. What it quotes is made fit to be printed
 *
 * A sentence without a semicolon knows no way round, and gets sim_way_round()'s if there is one.
 * Return:	@err.
 */
int sim_fail(struct sim_message *msg, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * sim_memory_missed() - note that a figure, a sentence or part of a document is missing for want of
 *			 memory
 *
 * For those that have no way to return an error: who asked them looks at sim_memory_misses().
 */
void sim_memory_missed(void);

/** sim_memory_misses() - how often so far, in the life of the process */
unsigned int sim_memory_misses(void);

#endif
