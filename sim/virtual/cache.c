// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Tags of all caches, and a directory of what is in private ones.
 *
 * A private second level has all that the first has. Shared levels are filled on the way in and
 * drop what they replace without a word to private ones. A line that nobody has privately has no
 * entry in the directory; whether a shared level has it, its tags say.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/virtual/cache_inline.h"
#include "sim/virtual/directory.h"
#include "sim/virtual/tags.h"

enum {
	STREAMS = 4,
	STREAM_SURE = 2, /* lines in a row before the next one is expected */
	LINES_PER_PAGE = 4096 >> VM_LINE_SHIFT,
};

/** struct stream - lines read in ascending order. @next: the one expected; @sure: how many were */
struct stream {
	uint64_t next;
	uint32_t sure;
};

/**
 * struct cpu - what belongs to one CPU
 * @l1:		first level
 * @l2:		second level, which may be none
 * @cluster:	it is in
 * @node:	it is in
 * @l1_ps, @l2_ps, @llc_ps, @slc_ps: latencies beyond a hit in L1, as charged
 * @dram_ps:	of the own node, and of another
 * @streams:	it reads
 * @turn:	stream to be forgotten next
 * @stat:	what it did
 */
struct cpu {
	struct vm_sets l1;
	struct vm_sets l2;
	uint32_t cluster;
	uint32_t node;
	uint64_t l2_ps;
	uint64_t llc_ps;
	uint64_t slc_ps;
	uint64_t dram_ps[2];
	struct stream streams[STREAMS];
	uint32_t turn;
	struct vm_cache_stat stat;
};

/**
 * struct caches - all of them
 * @fast:	what the fast path sees; first
 * @profile:	of the machine
 * @cpus:	[profile->nr_cpus]
 * @llc:	[profile->nr_clusters]
 * @slc:	[profile->nr_nodes]
 * @directory:	who has what privately
 * @transfer_ps: near, far, other node
 */
struct caches {
	struct vm_cache fast;
	const struct vm_profile *profile;
	struct cpu *cpus;
	struct vm_sets *llc;
	struct vm_sets *slc;
	struct vm_directory directory;
	uint64_t transfer_ps[3];
};

static struct caches *caches_of(struct vm_cache *cache)
{
	return (struct caches *)cache;
}

static uint32_t *word_of(struct caches *c, uint64_t line)
{
	return vm_directory_word(&c->directory, vm_key_of(line));
}

/* The line is the one used last in the first level of a CPU: it can be found at once. */
static void heat(struct caches *c, unsigned int cpu, uint64_t line, bool writable)
{
	const struct vm_l1 *l1 = &c->fast.l1[cpu];

	l1->hot[line & l1->mask] = vm_key_of(line) * 2 + writable;
}

/* A first level loses a line, if it has it. */
static void drop_l1(struct caches *c, unsigned int cpu, uint64_t line)
{
	const struct vm_l1 *l1 = &c->fast.l1[cpu];

	if (l1->hot[line & l1->mask] >> 1 == vm_key_of(line))
		l1->hot[line & l1->mask] = VM_NO_TAG;
	vm_private_drop(&c->cpus[cpu].l1, line);
}

/* A private second level (or the first, where there is none) has lost a line. */
static void evicted(struct caches *c, unsigned int cpu, uint64_t line)
{
	uint32_t *word = word_of(c, line);

	/* What was written goes to the shared level. */
	if (*word & VM_MODIFIED)
		vm_shared_use(&c->llc[c->cpus[cpu].cluster], line);
	vm_directory_remove(&c->directory, word, cpu);
}

/* ---- prices */

static unsigned int distance(const struct caches *c, unsigned int a, unsigned int b)
{
	if (c->cpus[a].cluster == c->cpus[b].cluster)
		return 0;
	return c->cpus[a].node == c->cpus[b].node ? 1 : 2;
}

/* Was the line to be expected? A stream of ascending lines is fetched ahead of its reader. */
static bool expected(struct cpu *me, uint64_t line)
{
	struct stream *s;
	unsigned int i;

	for (i = 0; i < STREAMS; i++) {
		s = &me->streams[i];
		if (s->next != line)
			continue;
		s->next++;
		return s->sure++ >= STREAM_SURE - 1;
	}
	me->streams[me->turn] = (struct stream){ .next = line + 1 };
	me->turn = (me->turn + 1) % STREAMS;
	return false;
}

/* One CPU takes a line away from another. Return: how far that is. */
static int take(struct caches *c, unsigned int cpu, unsigned int other, uint64_t line)
{
	drop_l1(c, other, line);
	vm_private_drop(&c->cpus[other].l2, line);
	return (int)distance(c, cpu, other);
}

/*
 * Take the line away from all others; the caller sets the word. Return: how far the farthest was,
 * -1: there was none.
 */
static int take_from_all(struct caches *c, uint32_t word, unsigned int cpu, uint64_t line)
{
	const uint64_t *row;
	unsigned int w, other;
	uint64_t bits;
	int far = -1, one;

	if (!(word & VM_ROW))
		return word && vm_only_cpu(word) != cpu ? take(c, cpu, vm_only_cpu(word), line)
							: -1;
	row = vm_row_of(&c->directory, word);
	for (w = 0; w < c->directory.words; w++) {
		for (bits = row[w]; bits; bits &= bits - 1) {
			other = w * 64 + (unsigned int)__builtin_ctzll(bits);
			one = other == cpu ? -1 : take(c, cpu, other, line);
			far = one > far ? one : far;
		}
	}
	vm_row_free(&c->directory, word);
	return far;
}

static void set_right(struct caches *c, unsigned int cpu, uint64_t line, bool writable)
{
	const struct vm_l1 *l1 = &c->fast.l1[cpu];

	if (l1->hot[line & l1->mask] >> 1 == vm_key_of(line))
		heat(c, cpu, line, writable);
	vm_private_set_right(&c->cpus[cpu].l1, line, writable);
	vm_private_set_right(&c->cpus[cpu].l2, line, writable);
}

/* The CPU has the line and wants to write it. Return: the price. */
static __attribute__((noinline)) uint64_t upgrade(struct caches *c, unsigned int cpu, uint64_t line)
{
	uint32_t *word = word_of(c, line);
	int far = take_from_all(c, *word, cpu, line);

	*word = VM_MODIFIED | (cpu + 1);
	set_right(c, cpu, line, true);
	if (far < 0)
		return 0;
	c->cpus[cpu].stat.transfers++;
	return c->transfer_ps[far];
}

static uint64_t from_memory(struct caches *c, struct cpu *me, uint64_t line)
{
	uint32_t home = (uint32_t)(vm_line_hash(line / LINES_PER_PAGE) % c->profile->nr_nodes);

	me->stat.llc_misses++;
	return me->dram_ps[home != me->node];
}

/* Nothing private has it: the shared levels, which have it afterwards, or memory. */
static uint64_t from_shared(struct caches *c, struct cpu *me, uint64_t line)
{
	uint64_t ps;

	if (vm_shared_use(&c->llc[me->cluster], line))
		return me->llc_ps;
	if (vm_shared_use(&c->slc[me->node], line))
		ps = me->slc_ps;
	else
		ps = from_memory(c, me, line);
	return expected(me, line) ? me->l2_ps : ps;
}

/* A line that the CPU does not have. Return: the price. */
static uint64_t fetch(struct caches *c, unsigned int cpu, uint64_t line, uint32_t *word, bool write)
{
	struct cpu *me = &c->cpus[cpu];
	uint64_t ps;
	int far;

	if (*word & VM_MODIFIED) {
		/* The one who wrote it sends it, and keeps a copy of what is only read. */
		far = (int)distance(c, cpu, vm_only_cpu(*word));
		ps = c->transfer_ps[far];
		if (write)
			take(c, cpu, vm_only_cpu(*word), line);
		else
			set_right(c, vm_only_cpu(*word), line, false);
		*word &= ~(uint32_t)VM_MODIFIED;
		vm_shared_use(&c->llc[me->cluster], line);
	} else {
		ps = from_shared(c, me, line);
		far = write ? take_from_all(c, *word, cpu, line) : -1;
		if (far >= 0 && ps < c->transfer_ps[far])
			ps = c->transfer_ps[far];
	}
	me->stat.transfers += far >= 0;
	if (write)
		*word = VM_MODIFIED | (cpu + 1);
	else
		vm_directory_add(&c->directory, word, cpu);
	return ps;
}

/* The line comes into the first level, which may have to drop another. */
static uint32_t fill_l1(struct caches *c, unsigned int cpu, uint64_t line, bool writable)
{
	heat(c, cpu, line, writable);
	return vm_private_insert(&c->cpus[cpu].l1, line, writable);
}

/* The line comes into the private levels of a CPU. */
static void fill(struct caches *c, unsigned int cpu, uint64_t line, bool write)
{
	const struct vm_sets *l2 = &c->cpus[cpu].l2;
	uint32_t gone;

	if (l2->sets) {
		gone = vm_private_insert(l2, line, write);
		if (gone != VM_NO_TAG) {
			drop_l1(c, cpu, vm_line_of_key(gone / 2));
			evicted(c, cpu, vm_line_of_key(gone / 2));
		}
	}
	gone = fill_l1(c, cpu, line, write);
	if (gone != VM_NO_TAG && !l2->sets)
		evicted(c, cpu, vm_line_of_key(gone / 2));
}

/* Who has what will have to leave the second level is looked at soon. */
static void prefetch_last(struct caches *c, const struct cpu *me, uint64_t line)
{
	uint32_t last = me->l2.sets ? vm_private_set(&me->l2, line)[me->l2.ways - 1] : VM_NO_TAG;

	if (last != VM_NO_TAG)
		__builtin_prefetch(word_of(c, vm_line_of_key(last / 2)), 1);
}

/* The line is not in the first level. */
static __attribute__((noinline)) uint64_t beyond(struct caches *c, unsigned int cpu, uint64_t line,
						 bool write)
{
	struct cpu *me = &c->cpus[cpu];
	const struct vm_sets *llc = &c->llc[me->cluster];
	uint32_t *word = word_of(c, line);
	const uint32_t *l2_tag;
	bool writable;
	uint64_t ps;

	/* What is looked at next lies far apart: have the host fetch it at once. */
	__builtin_prefetch(word, 1);
	if (llc->sets)
		__builtin_prefetch(vm_shared_set(llc, line), 1);
	me->stat.l1_misses++;
	l2_tag = vm_private_find(&me->l2, line);
	if (l2_tag) {
		writable = *l2_tag & 1;
		fill_l1(c, cpu, line, writable);
		return me->l2_ps + (write && !writable ? upgrade(c, cpu, line) : 0);
	}
	me->stat.l2_misses++;
	prefetch_last(c, me, line);
	ps = fetch(c, cpu, line, word, write);
	fill(c, cpu, line, write);
	return ps;
}

uint64_t vm_cache_miss(struct vm_cache *cache, unsigned int cpu, uint64_t line,
		       enum vm_access_kind kind)
{
	struct caches *c = caches_of(cache);
	const uint32_t *tag;

	if (c->cpus[cpu].l2.sets)
		__builtin_prefetch(vm_private_set(&c->cpus[cpu].l2, line), 1);
	tag = vm_private_find(&c->cpus[cpu].l1, line);
	if (!tag)
		return beyond(c, cpu, line, kind != VM_READ);
	heat(c, cpu, line, *tag & 1);
	return kind == VM_READ || (*tag & 1) ? 0 : upgrade(c, cpu, line);
}

uint64_t vm_cache_access(struct vm_cache *cache, unsigned int cpu, uint64_t line,
			 enum vm_access_kind kind)
{
	return vm_cache_fast(cache, cpu, line, kind);
}

void vm_cache_stat(const struct vm_cache *cache, unsigned int cpu, struct vm_cache_stat *stat)
{
	*stat = ((const struct caches *)cache)->cpus[cpu].stat;
}

/* ---- making them */

static uint64_t beyond_l1(const struct vm_core *core, double ns, double share)
{
	ns -= core->l1.latency_ns;
	return ns > 0 ? (uint64_t)(ns * share * 1000 + 0.5) : 0;
}

static bool make_hot(struct vm_l1 *l1, uint32_t sets)
{
	l1->mask = sets - 1;
	l1->hot = malloc(sets * sizeof(*l1->hot));
	if (l1->hot)
		memset(l1->hot, 0xff, sets * sizeof(*l1->hot));
	return l1->hot;
}

static bool init_cpu(struct caches *c, unsigned int cpu, unsigned int cluster)
{
	const struct vm_cluster *cl = &c->profile->clusters[cluster];
	const struct vm_core *core = &c->profile->cores[cl->core];
	struct cpu *me = &c->cpus[cpu];

	me->cluster = cluster;
	me->node = cl->node;
	me->l2_ps = beyond_l1(core, core->l2.latency_ns, core->stall_share);
	me->llc_ps = beyond_l1(core, cl->llc.latency_ns, core->stall_share);
	me->slc_ps = beyond_l1(core, c->profile->slc.latency_ns, core->stall_share);
	me->dram_ps[0] = beyond_l1(core, c->profile->dram_ns, core->stall_share);
	me->dram_ps[1] = beyond_l1(core, c->profile->dram_remote_ns, core->stall_share);
	return vm_sets_init(&me->l1, &core->l1) && vm_sets_init(&me->l2, &core->l2) &&
	       make_hot(&c->fast.l1[cpu], me->l1.sets);
}

static bool init_all(struct caches *c)
{
	const struct vm_profile *p = c->profile;
	unsigned int i, j, cpu = 0;

	for (i = 0; i < p->nr_clusters; i++) {
		if (!vm_sets_init(&c->llc[i], &p->clusters[i].llc))
			return false;
		for (j = 0; j < p->clusters[i].cpus; j++) {
			if (!init_cpu(c, cpu++, i))
				return false;
		}
	}
	for (i = 0; i < p->nr_nodes; i++) {
		if (!vm_sets_init(&c->slc[i], &p->slc))
			return false;
	}
	return true;
}

struct vm_cache *vm_cache_new(const struct vm_profile *profile)
{
	struct caches *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->profile = profile;
	c->transfer_ps[0] = (uint64_t)(profile->transfer_near_ns * 1000);
	c->transfer_ps[1] = (uint64_t)(profile->transfer_far_ns * 1000);
	c->transfer_ps[2] = (uint64_t)(profile->transfer_node_ns * 1000);
	c->fast.l1 = calloc(profile->nr_cpus, sizeof(*c->fast.l1));
	c->cpus = calloc(profile->nr_cpus, sizeof(*c->cpus));
	c->llc = calloc(profile->nr_clusters, sizeof(*c->llc));
	c->slc = calloc(profile->nr_nodes, sizeof(*c->slc));
	if (!c->fast.l1 || !c->cpus || !c->llc || !c->slc ||
	    !vm_directory_init(&c->directory, profile->nr_cpus) || !init_all(c)) {
		vm_cache_free(&c->fast);
		return NULL;
	}
	return &c->fast;
}

void vm_cache_free(struct vm_cache *cache)
{
	struct caches *c = cache ? caches_of(cache) : NULL;
	unsigned int i;

	if (!c)
		return;
	for (i = 0; c->fast.l1 && c->cpus && i < c->profile->nr_cpus; i++) {
		free(c->fast.l1[i].hot);
		free(c->cpus[i].l1.tags);
		free(c->cpus[i].l2.tags);
	}
	for (i = 0; c->llc && i < c->profile->nr_clusters; i++)
		free(c->llc[i].tags);
	for (i = 0; c->slc && i < c->profile->nr_nodes; i++)
		free(c->slc[i].tags);
	free(c->fast.l1);
	free(c->cpus);
	free(c->llc);
	free(c->slc);
	vm_directory_exit(&c->directory);
	free(c);
}

void vm_cache_clear(struct vm_cache *cache)
{
	struct caches *c = caches_of(cache);
	unsigned int i;

	for (i = 0; i < c->profile->nr_cpus; i++) {
		memset(c->fast.l1[i].hot, 0xff, (c->fast.l1[i].mask + 1) * sizeof(uint32_t));
		vm_sets_clear(&c->cpus[i].l1);
		vm_sets_clear(&c->cpus[i].l2);
		memset(&c->cpus[i].stat, 0, sizeof(c->cpus[i].stat));
		memset(c->cpus[i].streams, 0, sizeof(c->cpus[i].streams));
		c->cpus[i].turn = 0;
	}
	for (i = 0; i < c->profile->nr_clusters; i++)
		vm_sets_clear(&c->llc[i]);
	for (i = 0; i < c->profile->nr_nodes; i++)
		vm_sets_clear(&c->slc[i]);
	vm_directory_clear(&c->directory);
}
