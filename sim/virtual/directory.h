/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * directory: which CPUs have a line in their private levels, and whether one of them has modified
 * it. A word for each line, so that the words of neighbours lie together; lines that several CPUs
 * have get a row of bits besides. Inline for cache.c.
 */
#ifndef SIM_VIRTUAL_DIRECTORY_H
#define SIM_VIRTUAL_DIRECTORY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/message.h"
#include "sim/virtual/table.h"

/**
 * enum vm_directory_limits - pieces, and what is in a word besides a number
 * @VM_CHUNK_SHIFT:	words are made in chunks of so many, a huge page for 32 MiB of memory
 * @VM_CHUNKS:		for 31 bits of keys
 * @VM_MODIFIED:	the CPU has modified the line; nobody else has it
 * @VM_ROW:		the number is that of a row, else that of the only CPU, plus 1
 */
enum vm_directory_limits {
	VM_CHUNK_SHIFT = 19,
	VM_CHUNKS = 1 << (31 - VM_CHUNK_SHIFT),
	VM_MODIFIED = 1 << 30,
	VM_ROW = 1 << 29,
};

/**
 * struct vm_directory - of all lines
 * @chunks:	[VM_CHUNKS] words by key, 0: nobody has the line; NULL: nobody ever had one of them
 * @rows:	[@room * @words] bits of the CPUs that have a line
 * @words:	of a row
 * @nr_rows:	used so far
 * @room:	for so many
 * @free:	the first of those used no more, plus 1; its first word has the next one
 */
struct vm_directory {
	uint32_t **chunks;
	uint64_t *rows;
	uint32_t words;
	uint32_t nr_rows;
	uint32_t room;
	uint32_t free;
};

/** vm_directory_init() - nobody has anything. Return: false without memory. */
static inline bool vm_directory_init(struct vm_directory *d, unsigned int nr_cpus)
{
	d->words = (nr_cpus + 63) / 64;
	d->chunks = calloc(VM_CHUNKS, sizeof(*d->chunks));
	return d->chunks;
}

/** vm_directory_clear() - nobody has anything any more */
static inline void vm_directory_clear(struct vm_directory *d)
{
	uint32_t i;

	for (i = 0; i < VM_CHUNKS; i++) {
		if (d->chunks[i])
			memset(d->chunks[i], 0, sizeof(**d->chunks) << VM_CHUNK_SHIFT);
	}
	d->nr_rows = 0;
	d->free = 0;
}

/** vm_directory_exit() - @d: zeroed or made */
static inline void vm_directory_exit(struct vm_directory *d)
{
	uint32_t i;

	for (i = 0; d->chunks && i < VM_CHUNKS; i++)
		free(d->chunks[i]);
	free(d->chunks);
	free(d->rows);
}

/*
 * An access cannot fail. What there is no memory for is forgotten, and counted by
 * sim_memory_missed(): the run then fails at its end.
 */

/** vm_directory_nowhere() - a word for a line that none is kept of: no CPU has it */
static inline uint32_t *vm_directory_nowhere(void)
{
	static uint32_t word;

	sim_memory_missed();
	word = 0;
	return &word;
}

/** vm_directory_word() - the word of a line */
static inline uint32_t *vm_directory_word(struct vm_directory *d, uint32_t key)
{
	uint32_t **chunk = &d->chunks[key >> VM_CHUNK_SHIFT];

	if (__builtin_expect(!*chunk, 0)) {
		*chunk = vm_table_new(sizeof(**chunk) << VM_CHUNK_SHIFT);
		if (!*chunk)
			return vm_directory_nowhere();
		memset(*chunk, 0, sizeof(**chunk) << VM_CHUNK_SHIFT);
	}
	return *chunk + (key & ((1u << VM_CHUNK_SHIFT) - 1));
}

/** vm_only_cpu() - the one that has the line. @word: neither 0 nor that of a row */
static inline unsigned int vm_only_cpu(uint32_t word)
{
	return (word & ~(uint32_t)VM_MODIFIED) - 1;
}

/** vm_row_of() - bits of the CPUs that have the line. @word: that of a row */
static inline uint64_t *vm_row_of(const struct vm_directory *d, uint32_t word)
{
	return d->rows + (size_t)(word & ~(uint32_t)VM_ROW) * d->words;
}

/** vm_row_new() - a row of two CPUs. Return: its word. */
static inline uint32_t vm_row_new(struct vm_directory *d, unsigned int a, unsigned int b)
{
	uint32_t row = d->free - 1, room;
	uint64_t *bits;

	if (d->free) {
		d->free = (uint32_t)d->rows[(size_t)row * d->words];
	} else {
		if (d->nr_rows == d->room) {
			room = d->room ? 2 * d->room : 64;
			bits = realloc(d->rows, (size_t)room * d->words * sizeof(*bits));
			if (!bits) {
				sim_memory_missed();
				return b + 1; /* @a has lost it */
			}
			d->rows = bits;
			d->room = room;
		}
		row = d->nr_rows++;
	}
	bits = d->rows + (size_t)row * d->words;
	memset(bits, 0, d->words * sizeof(*bits));
	bits[a / 64] |= 1ull << (a % 64);
	bits[b / 64] |= 1ull << (b % 64);
	return VM_ROW | row;
}

/** vm_row_free() - the word of a row will be another */
static inline void vm_row_free(struct vm_directory *d, uint32_t word)
{
	*vm_row_of(d, word) = d->free;
	d->free = (word & ~(uint32_t)VM_ROW) + 1;
}

/** vm_directory_add() - a CPU has the line, too, and nobody has modified it */
static inline void vm_directory_add(struct vm_directory *d, uint32_t *word, unsigned int cpu)
{
	if (!*word)
		*word = cpu + 1;
	else if (*word & VM_ROW)
		vm_row_of(d, *word)[cpu / 64] |= 1ull << (cpu % 64);
	else
		*word = vm_row_new(d, vm_only_cpu(*word), cpu);
}

/** vm_directory_remove() - a CPU has the line no more, which it had */
static inline void vm_directory_remove(struct vm_directory *d, uint32_t *word, unsigned int cpu)
{
	uint64_t *row, any = 0;
	uint32_t i;

	if (*word & VM_ROW) {
		row = vm_row_of(d, *word);
		row[cpu / 64] &= ~(1ull << (cpu % 64));
		for (i = 0; i < d->words; i++)
			any |= row[i];
		if (any)
			return;
		vm_row_free(d, *word);
	}
	*word = 0;
}

#endif
