// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* peers: dlopen() with local symbols keeps the program's own malloc what it is. */

#include "peers.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

struct peer peers[NR_PEERS] = {
	[PEER_MIMALLOC] = { .name = "mimalloc",
			    .library = "libmimalloc.so.2",
			    .alloc_name = "mi_malloc",
			    .free_name = "mi_free" },
	[PEER_JEMALLOC] = { .name = "jemalloc", .preload = "libjemalloc.so.2" },
	[PEER_TCMALLOC] = { .name = "tcmalloc",
			    .library = "libtcmalloc_minimal.so.4",
			    .alloc_name = "tc_malloc",
			    .free_name = "tc_free" },
	[PEER_GLIBC] = { .name = "glibc", .alloc = malloc, .free = free },
};

/* ISO C has no conversion from an object pointer to a function pointer; POSIX wants one. */
static void symbol(void *handle, const char *name, void *function)
{
	void *address = dlsym(handle, name);

	memcpy(function, &address, sizeof(address));
}

bool peer_load(struct peer *peer)
{
	if (peer->preload) {
		/* Only there if the program was started with it in place of libc's. */
		peer->alloc = malloc;
		peer->free = free;
		return dlsym(RTLD_DEFAULT, "mallctl");
	}
	if (peer->alloc)
		return true;
	peer->handle = dlopen(peer->library, RTLD_NOW | RTLD_LOCAL);
	if (!peer->handle)
		return false;
	symbol(peer->handle, peer->alloc_name, &peer->alloc);
	symbol(peer->handle, peer->free_name, &peer->free);
	return peer->alloc && peer->free;
}

void peer_purge(struct peer *peer)
{
	void *where = peer->handle ? peer->handle : RTLD_DEFAULT;
	int (*mallctl)(const char *, void *, size_t *, void *, size_t) = NULL;
	void (*collect)(bool force) = NULL;
	void (*release)(void) = NULL;

	malloc_trim(0);
	symbol(where, "mallctl", &mallctl);
	symbol(where, "mi_collect", &collect);
	symbol(where, "MallocExtension_ReleaseFreeMemory", &release);
	if (mallctl)
		mallctl("arena.4096.purge", NULL, NULL, NULL, 0); /* all arenas */
	if (collect)
		collect(true);
	if (release)
		release();
}
