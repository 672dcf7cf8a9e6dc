// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What does a free cost under each lock design, alone and with two CPUs freeing at once?
 *
 * usage: bench_zs_locks [-f HISTOGRAM] [-n OBJECTS] [-r REPEATS] [-s SEED]
 *	[-p inside|outside|deferred] [SIZE|mixed]...
 *
 * SIZE is a payload in bytes: all objects are of one class then; `mixed` takes sizes from the
 * histogram. Each subject is a pool of its own. In every repeat it is filled by one thread, and its
 * objects are freed by one thread or by two, which have every other run of 32 objects: in the order
 * of allocation, as processes that exit do, or in random order. Then it is the next subject's turn;
 * the first repeat warms up and is dropped. The ratio is that of the frees per second to `class`,
 * repeat by repeat; its median and quartiles are printed. Time is that on the wall, from the moment
 * both threads are ready until both are done.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/atomic.h>
#include <linux/err.h>

#include "mm/zone.h"
#include "port.h"
#include "zsmalloc/zsmalloc.h"

enum {
	PAGE_SHIFT = 12,
	MAX_HISTOGRAM = 65536,
	MAX_REPEATS = 99,
	MAX_THREADS = 2,
	BULK_CALL = 4096,
	RUN = 32,
	NR_LOCKS = 4,
};

static const enum zs_locks designs[NR_LOCKS] = { ZS_LOCKS_CLASS, ZS_LOCKS_POOL, ZS_LOCKS_CLASS_IDX,
						 ZS_LOCKS_SHARDED };

/* How objects are freed. */
struct way {
	const char *name;
	unsigned int threads;
	bool random;
	bool bulk;
};

static const struct way ways[] = {
	{ "1 thread, in order", 1, false, false },  { "1 thread, random", 1, true, false },
	{ "2 threads, in order", 2, false, false }, { "2 threads, random", 2, true, false },
	{ "1 thread, sorted bulk", 1, true, true }, { "2 threads, sorted bulk", 2, true, true },
};

enum {
	NR_WAYS = sizeof(ways) / sizeof(ways[0])
};

struct bench;

struct freer {
	struct bench *b;
	struct zs_pool *pool;
	const struct way *way;
	unsigned int id;
	unsigned long *list;
	unsigned int nr;
};

struct bench {
	const char *file;
	unsigned int nr;
	unsigned int repeats;
	uint64_t seed;
	enum zs_pages pages;
	uint16_t histogram[MAX_HISTOGRAM];
	unsigned int histogram_nr;
	uint16_t *sizes;
	unsigned long *lists[MAX_THREADS];
	struct zone *zone;
	atomic_t ready;
	double ns[NR_WAYS][NR_LOCKS][MAX_REPEATS];
	double unlocked[NR_WAYS];
};

static _Noreturn void die(const char *what, const char *name)
{
	fprintf(stderr, "bench_zs_locks: %s: %s\n", name, what);
	exit(2);
}

static void read_histogram(struct bench *b)
{
	FILE *file = fopen(b->file, "r");
	unsigned int count;
	unsigned int size;
	char line[256];

	if (!file)
		die("cannot be read; name a histogram with -f", b->file);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%u %u", &size, &count) != 2)
			continue;
		while (count-- && b->histogram_nr < MAX_HISTOGRAM)
			b->histogram[b->histogram_nr++] = size;
	}
	fclose(file);
	if (!b->histogram_nr)
		die("has no line `SIZE COUNT`", b->file);
}

static void shuffle(struct bench *b, unsigned long *list, unsigned int nr)
{
	unsigned int i;

	for (i = nr; i > 1; i--) {
		unsigned int j = kc_random_below(&b->seed, i);
		unsigned long swap = list[i - 1];

		list[i - 1] = list[j];
		list[j] = swap;
	}
}

/* Fill a pool, and hand every other run of objects to either thread. */
static void fill(struct bench *b, struct zs_pool *pool, const struct way *way, unsigned int *nr)
{
	unsigned int i;

	memset(nr, 0, MAX_THREADS * sizeof(*nr));
	for (i = 0; i < b->nr; i++) {
		unsigned long handle = zs_malloc(pool, b->sizes[i], GFP_NOIO);
		unsigned int thread = i / RUN % way->threads;

		if (IS_ERR_VALUE(handle))
			die("an allocation failed", "zs_malloc");
		b->lists[thread][nr[thread]++] = handle;
	}
	for (i = 0; way->random && i < way->threads; i++)
		shuffle(b, b->lists[i], nr[i]);
}

static void free_list(void *arg)
{
	struct freer *freer = arg;
	unsigned int i;

	if (freer->way->threads > 1)
		kc_pin_host_cpu(freer->id);
	atomic_inc(&freer->b->ready);
	while (atomic_read_acquire(&freer->b->ready) < (int)freer->way->threads)
		cpu_relax();
	for (i = 0; !freer->way->bulk && i < freer->nr; i++)
		zs_free(freer->pool, freer->list[i]);
	for (i = 0; freer->way->bulk && i < freer->nr; i += BULK_CALL)
		zs_free_bulk(freer->pool, freer->list + i,
			     freer->nr - i < BULK_CALL ? freer->nr - i : BULK_CALL,
			     ZS_BATCH_SORTED);
}

/* Return: ns per object on the wall. */
static double measure(struct bench *b, enum zs_locks locks, const struct way *way, double *unlocked)
{
	struct zs_params params = { .locks = locks, .pages = b->pages };
	struct zs_pool *pool = zs_create_pool(b->zone, "bench", &params);
	struct kc_thread threads[MAX_THREADS];
	struct freer freers[MAX_THREADS];
	unsigned int nr[MAX_THREADS];
	struct zs_pool_stats stats;
	uint64_t start;
	double ns;
	unsigned int i;

	if (IS_ERR(pool))
		die("no memory for the pool", "-n");
	fill(b, pool, way, nr);
	atomic_set(&b->ready, 0);
	for (i = 0; i < way->threads; i++)
		freers[i] = (struct freer){
			.b = b, .pool = pool, .way = way, .id = i, .list = b->lists[i], .nr = nr[i]
		};
	for (i = 1; i < way->threads; i++) {
		if (kc_thread_create(&threads[i], "freer", free_list, &freers[i]))
			die("cannot be started", "a thread");
	}
	while (atomic_read_acquire(&b->ready) < (int)way->threads - 1)
		cpu_relax();
	start = kc_now_ns();
	free_list(&freers[0]);
	for (i = 1; i < way->threads; i++)
		kc_thread_join(&threads[i]);
	ns = (double)(kc_now_ns() - start) / b->nr;
	zs_pool_stats(pool, &stats);
	if (locks == ZS_LOCKS_SHARDED)
		*unlocked = 100.0 * stats.frees_unlocked / b->nr;
	zs_destroy_pool(pool);
	return ns;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static void report(struct bench *b, unsigned int way)
{
	unsigned int d;
	unsigned int r;

	printf("  %s\n", ways[way].name);
	for (d = 0; d < NR_LOCKS; d++) {
		double ratios[MAX_REPEATS];
		double ns[MAX_REPEATS];

		for (r = 0; r < b->repeats; r++) {
			ns[r] = b->ns[way][d][r];
			ratios[r] = b->ns[way][0][r] / ns[r];
		}
		qsort(ns, b->repeats, sizeof(*ns), compare_doubles);
		qsort(ratios, b->repeats, sizeof(*ratios), compare_doubles);
		printf("    %-12s %8.1f %8.1f %8.1f %8.2f %8.2f %8.2f", zs_locks_names[designs[d]],
		       ns[b->repeats / 2], ns[b->repeats / 4], ns[b->repeats * 3 / 4],
		       ratios[b->repeats / 2], ratios[b->repeats / 4], ratios[b->repeats * 3 / 4]);
		if (designs[d] == ZS_LOCKS_SHARDED)
			printf("   %.1f %% without lock", b->unlocked[way]);
		printf("\n");
	}
}

static void bench_sizes(struct bench *b, const char *what)
{
	unsigned long size = strtoul(what, NULL, 10);
	unsigned int i;
	unsigned int r;
	unsigned int d;

	if (strcmp(what, "mixed") && (!size || size > 4096))
		die("is neither `mixed` nor a number from 1 to 4096", what);
	for (i = 0; i < b->nr; i++)
		b->sizes[i] = size ? size
				   : b->histogram[kc_random_below(&b->seed, b->histogram_nr)];
	printf("objects of size %s: %u, %u repeats; ns per object (median, quartiles), ", what,
	       b->nr, b->repeats);
	printf("frees per second to class (the same)\n");
	for (i = 0; i < NR_WAYS; i++) {
		for (r = 0; r <= b->repeats; r++) {
			/* Whose turn is first changes. */
			for (d = 0; d < NR_LOCKS; d++) {
				unsigned int turn = (d + r) % NR_LOCKS;

				b->ns[i][turn][r ? r - 1 : 0] =
					measure(b, designs[turn], &ways[i], &b->unlocked[i]);
			}
		}
		report(b, i);
	}
}

static void parse(struct bench *b, int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "f:n:r:s:p:")) != -1) {
		if (opt == 'f')
			b->file = optarg;
		else if (opt == 'n')
			b->nr = strtoul(optarg, NULL, 10);
		else if (opt == 'r')
			b->repeats = strtoul(optarg, NULL, 10);
		else if (opt == 's')
			b->seed = strtoull(optarg, NULL, 10);
		else if (opt == 'p' && !strcmp(optarg, "outside"))
			b->pages = ZS_PAGES_OUTSIDE;
		else if (opt == 'p' && !strcmp(optarg, "deferred"))
			b->pages = ZS_PAGES_DEFERRED;
		else if (opt != 'p' || strcmp(optarg, "inside"))
			die("inside, outside or deferred is meant", "-p");
	}
	if (b->nr < 4 || !b->repeats || b->repeats > MAX_REPEATS)
		die("-n needs at least 4, -r 1 to 99", "options");
}

int main(int argc, char **argv)
{
	static struct bench b = { .file = BENCH_HISTOGRAM, .nr = 100000, .repeats = 11, .seed = 1 };
	static char *defaults[] = { "100", "1000", "2000", "mixed" };
	struct zone_params params = { .page_shift = PAGE_SHIFT };
	unsigned int i;

	parse(&b, argc, argv);
	read_histogram(&b);
	b.sizes = calloc(b.nr, sizeof(*b.sizes));
	for (i = 0; i < MAX_THREADS; i++) {
		b.lists[i] = calloc(b.nr, sizeof(*b.lists[i]));
		if (!b.sizes || !b.lists[i])
			die("not enough memory", "-n");
	}
	params.nr_pages = b.nr + 65536;
	b.zone = zone_create(&params);
	if (IS_ERR(b.zone))
		die("no memory for the zone", "-n");
	printf("# sizes %s, seed %llu\n", b.file, (unsigned long long)b.seed);
	for (i = optind; i < (unsigned int)argc; i++)
		bench_sizes(&b, argv[i]);
	for (i = 0; optind == argc && i < sizeof(defaults) / sizeof(defaults[0]); i++)
		bench_sizes(&b, defaults[i]);
	zone_destroy(b.zone);
	return 0;
}
