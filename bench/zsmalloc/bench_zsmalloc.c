// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What do zs_malloc(), zs_free() and zs_free_bulk() cost on the sizes of compressed pages, and how
 * much memory does the pool hold for them, compared with general allocators?
 *
 * usage: bench_zsmalloc [-f HISTOGRAM] [-n OBJECTS] [-r REPEATS] [-s SEED] [pair|bulk|memory]...
 *
 * Every repeat measures each subject once, in turn, on the same sizes and in the same random order
 * of freeing; the first repeat warms up and is dropped. Times are CPU time of the one thread, so
 * that a busy machine disturbs them less.
 */

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/err.h>
#include <linux/slab.h>

#include "mm/zone.h"
#include "peers.h"
#include "port.h"
#include "sim/figures/stats.h"
#include "sim/figures/summary.h"
#include "sim/study/probe/pool.h"
#include "zsmalloc/pool.h"
#include "zsmalloc/zsmalloc.h"

enum {
	PAGE_SHIFT = 12,
	MAX_REPEATS = 99,
	BULK_CALL = 4096,
	SMALL_SET = 12288, /* as many objects as the histogram has pages: fits a large cache */
};

struct bench {
	const char *file;
	unsigned int nr;
	unsigned int repeats;
	uint64_t seed;
	uint64_t first_seed;
	uint32_t *sizes;
	uint32_t *order;
	unsigned long *handles;
	struct zone *zone;
	struct zs_pool *pool;
};

struct subject {
	const char *name;
	double ns[MAX_REPEATS];
};

static _Noreturn void die(const char *what, const char *name)
{
	fprintf(stderr, "bench_zsmalloc: %s: %s\n", name, what);
	exit(2);
}

/* As zram stores them: what does not shrink below the limit takes a page. */
static void draw_sizes(struct bench *b)
{
	char text[240], spec[PATH_MAX + 8];
	struct sim_message msg = { text, sizeof(text) };
	struct zramsim_config cfg;

	zramsim_config_init(&cfg);
	cfg.page_bytes = 1 << PAGE_SHIFT;
	snprintf(spec, sizeof(spec), "sizes:%s", b->file);
	cfg.data = spec;
	if (probe_sizes("data", &cfg, b->seed, b->sizes, b->nr, &msg))
		die(text, "-f");
}

static void shuffle(struct bench *b, unsigned int nr)
{
	probe_shuffle(b->order, nr, b->seed++);
}

static void prepare(struct bench *b)
{
	struct zone_params params = { .page_shift = PAGE_SHIFT };
	unsigned int i;

	b->sizes = calloc(b->nr, sizeof(*b->sizes));
	b->order = calloc(b->nr, sizeof(*b->order));
	b->handles = calloc(b->nr, sizeof(*b->handles));
	if (!b->sizes || !b->order || !b->handles)
		die("not enough memory", "-n");
	draw_sizes(b);
	for (i = 0; i < b->nr; i++)
		b->order[i] = i;
	params.nr_pages = b->nr / 2 + 65536;
	b->zone = zone_create(&params);
	if (IS_ERR(b->zone))
		die("no memory for the zone", "-n");
	b->pool = zs_create_pool(b->zone, "bench", NULL);
	if (IS_ERR(b->pool))
		die("no memory for the pool", "-n");
}

/* Print each subject, and the median of the ratios of each repeat to the last subject. */
static void report(struct bench *b, struct subject *subjects, unsigned int nr)
{
	const double *base = subjects[nr - 1].ns;
	double ratios[MAX_REPEATS];
	struct zramsim_value value;
	unsigned int s;
	unsigned int r;

	for (s = 0; s < nr; s++) {
		for (r = 0; r < b->repeats; r++)
			ratios[r] = subjects[s].ns[r] / base[r];
		value = sim_summary(subjects[s].ns, b->repeats);
		printf("  %-30s %8.1f %8.1f %8.1f %8.2f\n", subjects[s].name, value.median,
		       value.min, value.max, sim_median(ratios, b->repeats));
	}
}

static void head(struct bench *b, const char *what, const char *base, unsigned int nr)
{
	printf("%s, %u live objects, %u repeats\n", what, nr, b->repeats);
	printf("  %-30s %8s %8s %8s %8s\n", "", "median", "min", "max", base);
}

static double per(uint64_t start, unsigned int nr)
{
	return (double)(kc_thread_cpu_ns() - start) / nr;
}

static double zs_fill(struct bench *b, unsigned int nr)
{
	static const char content[4096];
	uint64_t start = kc_thread_cpu_ns();
	unsigned int i;
	double ns;

	for (i = 0; i < nr; i++)
		b->handles[i] = zs_malloc(b->pool, b->sizes[i], GFP_NOIO);
	ns = per(start, nr);
	for (i = 0; i < nr; i++) {
		if (IS_ERR_VALUE(b->handles[i]))
			die("an allocation failed", "zs_malloc");
		zs_obj_write(b->pool, b->handles[i], content, b->sizes[i]);
	}
	return ns;
}

/* The order of freeing is laid out first, so that finding the handle costs nobody anything. */
static unsigned long *in_order(struct bench *b, unsigned int nr)
{
	unsigned long *list = malloc(nr * sizeof(*list));
	unsigned int i;

	if (!list)
		die("not enough memory", "-n");
	for (i = 0; i < nr; i++)
		list[i] = b->handles[b->order[i]];
	return list;
}

static double zs_free_all(struct bench *b, unsigned int nr)
{
	unsigned long *list = in_order(b, nr);
	uint64_t start = kc_thread_cpu_ns();
	unsigned int i;
	double ns;

	for (i = 0; i < nr; i++)
		zs_free(b->pool, list[i]);
	ns = per(start, nr);
	free(list);
	return ns;
}

static double zs_free_all_bulk(struct bench *b, unsigned int call, enum zs_batch batch)
{
	unsigned long *list = in_order(b, b->nr);
	uint64_t start = kc_thread_cpu_ns();
	unsigned int i;
	double ns;

	for (i = 0; i < b->nr; i += call)
		zs_free_bulk(b->pool, list + i, b->nr - i < call ? b->nr - i : call, batch);
	ns = per(start, b->nr);
	free(list);
	return ns;
}

static double peer_fill(struct bench *b, struct peer *peer, unsigned int nr)
{
	uint64_t start = kc_thread_cpu_ns();
	unsigned int i;
	double ns;

	for (i = 0; i < nr; i++)
		b->handles[i] = (unsigned long)peer->alloc(b->sizes[i]);
	ns = per(start, nr);
	for (i = 0; i < nr; i++)
		memset((void *)b->handles[i], 1, b->sizes[i]);
	return ns;
}

static double peer_free_all(struct bench *b, struct peer *peer, unsigned int nr)
{
	unsigned long *list = in_order(b, nr);
	uint64_t start = kc_thread_cpu_ns();
	unsigned int i;
	double ns;

	for (i = 0; i < nr; i++)
		peer->free((void *)list[i]);
	ns = per(start, nr);
	free(list);
	return ns;
}

static void bench_pair(struct bench *b, unsigned int nr)
{
	struct subject s[6] = { { .name = "zs_malloc" },      { .name = "zs_free" },
				{ .name = "mi_malloc" },      { .name = "mi_free" },
				{ .name = "zs_malloc+free" }, { .name = "mi_malloc+free" } };
	struct peer *mi = &peers[PEER_MIMALLOC];
	unsigned int r;

	if (!peer_load(mi)) {
		printf("mimalloc is not installed: no comparison with it\n");
		return;
	}
	head(b, "allocate all, free all in random order; ns per object", "to mi", nr);
	for (r = 0; r <= b->repeats; r++) {
		unsigned int at = r ? r - 1 : 0;

		for (unsigned int i = 0; i < nr; i++)
			b->order[i] = i;
		shuffle(b, nr);
		s[0].ns[at] = zs_fill(b, nr);
		s[1].ns[at] = zs_free_all(b, nr);
		s[2].ns[at] = peer_fill(b, mi, nr);
		s[3].ns[at] = peer_free_all(b, mi, nr);
		s[4].ns[at] = s[0].ns[at] + s[1].ns[at];
		s[5].ns[at] = s[2].ns[at] + s[3].ns[at];
	}
	report(b, s, 6);
}

static void bench_bulk(struct bench *b)
{
	struct subject s[5] = { { .name = "zs_free_bulk, calls of 4096" },
				{ .name = "  the same, runs" },
				{ .name = "  the same, none" },
				{ .name = "zs_free" },
				{ .name = "mi_free" } };
	struct peer *mi = &peers[PEER_MIMALLOC];
	unsigned int r;

	if (!peer_load(mi)) {
		printf("mimalloc is not installed: no comparison with it\n");
		return;
	}
	head(b, "free all in random order; ns per object", "to mi", b->nr);
	for (r = 0; r <= b->repeats; r++) {
		unsigned int at = r ? r - 1 : 0;

		shuffle(b, b->nr);
		zs_fill(b, b->nr);
		s[0].ns[at] = zs_free_all_bulk(b, BULK_CALL, ZS_BATCH_SORTED);
		zs_fill(b, b->nr);
		s[1].ns[at] = zs_free_all_bulk(b, BULK_CALL, ZS_BATCH_RUNS);
		zs_fill(b, b->nr);
		s[2].ns[at] = zs_free_all_bulk(b, BULK_CALL, ZS_BATCH_NONE);
		zs_fill(b, b->nr);
		s[3].ns[at] = zs_free_all(b, b->nr);
		peer_fill(b, mi, b->nr);
		s[4].ns[at] = peer_free_all(b, mi, b->nr);
	}
	report(b, s, 5);
}

/* Bytes of chunks the classes alone would take: full zspages, no tail unused in the average. */
static double predicted(struct bench *b)
{
	struct zs_shape table[ZS_MAX_CLASSES];
	double bytes = 0;
	unsigned int i;

	zs_geometry_table(PAGE_SHIFT, ZS_DEFAULT_CHAIN, ZS_FIT_LEAST_WASTE, table);
	for (i = 0; i < b->nr; i++) {
		size_t chunk = b->sizes[i] + ZS_HANDLE_SIZE;
		struct zs_shape *shape = &table[zs_geometry_index(PAGE_SHIFT, chunk)];

		bytes += (double)(shape->pages << PAGE_SHIFT) / shape->objs;
	}
	return bytes;
}

static double resident(void)
{
	unsigned long total;
	unsigned long rss = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (!file)
		return 0;
	if (fscanf(file, "%lu %lu", &total, &rss) != 2)
		rss = 0;
	fclose(file);
	return (double)rss * sysconf(_SC_PAGESIZE);
}

static double stored(struct bench *b, unsigned int from)
{
	double bytes = 0;
	unsigned int i;

	for (i = from; i < b->nr; i++)
		bytes += b->sizes[b->order[i]];
	return bytes;
}

static void memory_of_peer(struct bench *b, struct peer *peer)
{
	double before;
	unsigned int freed = 0;
	unsigned int part;

	if (!peer_load(peer)) {
		printf("  %-30s is not installed\n", peer->name);
		return;
	}
	peer_purge(peer);
	before = resident();
	peer_fill(b, peer, b->nr);
	printf("  %-30s", peer->name);
	for (part = 0; part < 3; part++) {
		for (; freed < b->nr / 4 * (part ? part + 1 : 0); freed++)
			peer->free((void *)b->handles[b->order[freed]]);
		peer_purge(peer);
		printf(" %8.3f", (resident() - before) / stored(b, freed));
	}
	printf("\n");
}

static void memory_of_pool(struct bench *b)
{
	unsigned int freed = 0;
	unsigned int part;
	double held[3][2];

	zs_fill(b, b->nr);
	for (part = 0; part < 3; part++) {
		for (; freed < b->nr / 4 * (part ? part + 1 : 0); freed++)
			zs_free(b->pool, b->handles[b->order[freed]]);
		zs_compact(b->pool);
		held[part][0] = (double)zs_get_total_pages(b->pool) * (1 << PAGE_SHIFT);
		held[part][1] = held[part][0] + kmem_cache_bytes(b->pool->handles) +
				kmem_cache_bytes(b->pool->zspages);
		held[part][0] /= stored(b, freed);
		held[part][1] /= stored(b, freed);
	}
	printf("  %-30s %8.3f\n", "geometry predicts", predicted(b) / stored(b, 0));
	printf("  %-30s %8.3f %8.3f %8.3f\n", "zsmalloc, pages", held[0][0], held[1][0],
	       held[2][0]);
	printf("  %-30s %8.3f %8.3f %8.3f\n", "  and its descriptors, handles", held[0][1],
	       held[1][1], held[2][1]);
}

/* Start this program anew with an allocator preloaded, to measure that one only. */
static void run_preloaded(struct bench *b, const char *library)
{
	char seed[32];
	char nr[32];

	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)b->first_seed);
	snprintf(nr, sizeof(nr), "%u", b->nr);
	setenv("LD_PRELOAD", library, 1);
	execl("/proc/self/exe", "bench_zsmalloc", "-f", b->file, "-n", nr, "-s", seed, "preloaded",
	      (char *)NULL);
}

/* Each in a process of its own, so that what one has kept is not counted for the next. */
static void bench_memory(struct bench *b)
{
	int p;

	printf("bytes held per byte stored, %u objects: all, after freeing a random 50 %%, 75 %%\n",
	       b->nr);
	shuffle(b, b->nr);
	for (p = -1; p < NR_PEERS; p++) {
		int status = 0;
		pid_t pid;

		fflush(stdout);
		pid = fork();
		if (!pid) {
			if (p < 0)
				memory_of_pool(b);
			else if (peers[p].preload)
				run_preloaded(b, peers[p].preload);
			else
				memory_of_peer(b, &peers[p]);
			fflush(stdout);
			_exit(0);
		}
		if (pid < 0 || waitpid(pid, &status, 0) < 0 || status)
			printf("  %-30s did not finish\n", p < 0 ? "zsmalloc" : peers[p].name);
	}
}

int main(int argc, char **argv)
{
	static struct bench b = { .file = BENCH_HISTOGRAM, .nr = 200000, .repeats = 11, .seed = 1 };
	bool all;
	int opt;

	while ((opt = getopt(argc, argv, "f:n:r:s:")) != -1) {
		if (opt == 'f')
			b.file = optarg;
		else if (opt == 'n')
			b.nr = strtoul(optarg, NULL, 10);
		else if (opt == 'r')
			b.repeats = strtoul(optarg, NULL, 10);
		else if (opt == 's')
			b.seed = strtoull(optarg, NULL, 10);
		else
			return 2;
	}
	if (b.nr < 4 || !b.repeats || b.repeats > MAX_REPEATS)
		die("-n needs at least 4, -r 1 to 99", "options");
	b.first_seed = b.seed;
	prepare(&b);
	if (optind < argc && !strcmp(argv[optind], "preloaded")) {
		shuffle(&b, b.nr);
		memory_of_peer(&b, &peers[PEER_JEMALLOC]);
		return 0;
	}
	printf("# sizes %s, seed %llu\n", b.file, (unsigned long long)b.first_seed);
	all = optind == argc;
	for (; all || optind < argc; optind++) {
		const char *what = all ? "" : argv[optind];

		if (all || !strcmp(what, "memory"))
			bench_memory(&b);
		if ((all || !strcmp(what, "pair")) && b.nr > SMALL_SET)
			bench_pair(&b, SMALL_SET);
		if (all || !strcmp(what, "pair"))
			bench_pair(&b, b.nr);
		if (all || !strcmp(what, "bulk"))
			bench_bulk(&b);
		if (all)
			break;
	}
	zs_destroy_pool(b.pool);
	zone_destroy(b.zone);
	return 0;
}
