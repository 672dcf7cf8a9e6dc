/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* peers: general allocators to compare with, each loaded without replacing the program's own. */
#ifndef BENCH_ZSMALLOC_PEERS_H
#define BENCH_ZSMALLOC_PEERS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct peer - an allocator
 * @name:	for the table
 * @library:	shared object, NULL for libc and what is preloaded
 * @preload:	what has to be preloaded instead, because it cannot be opened later
 * @alloc_name:	symbol of @alloc
 * @free_name:	symbol of @free
 * @handle:	of the library
 * @alloc:	its malloc; NULL until peer_load()
 * @free:	its free
 */
struct peer {
	const char *name;
	const char *library;
	const char *preload;
	const char *alloc_name;
	const char *free_name;
	void *handle;
	void *(*alloc)(size_t size);
	void (*free)(void *ptr);
};

/** enum peer_id - indices of peers[] */
enum peer_id {
	PEER_MIMALLOC,
	PEER_JEMALLOC,
	PEER_TCMALLOC,
	PEER_GLIBC,
	NR_PEERS,
};

extern struct peer peers[NR_PEERS];

/** peer_load() - find an allocator. @peer: one of peers[]. Return: false if it is not installed. */
bool peer_load(struct peer *peer);

/** peer_purge() - have an allocator return to the system what it can. @peer: loaded */
void peer_purge(struct peer *peer);

#endif
