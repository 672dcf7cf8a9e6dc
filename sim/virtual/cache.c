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

#include "port.h"
#include "sim/virtual/cache_inline.h"

enum {
	NO_CPU = 0xffff,
	WORDS = VM_MAX_CPUS / 64,
	STREAMS = 4,
	STREAM_SURE = 2, /* lines in a row before the next one is expected */
	TABLE_MIN = 1 << 12,
	LINE_BYTES = 1 << VM_LINE_SHIFT,
	LINES_PER_PAGE = 4096 / LINE_BYTES,
};

/**
 * struct entry - a line that some CPU has privately
 * @line:	number
 * @sharers:	who; none: the entry is free
 * @owner:	who may write it, NO_CPU
 * @dirty:	and has
 */
struct entry {
	uint64_t line;
	uint64_t sharers[WORDS];
	uint16_t owner;
	bool dirty;
};

/** struct stream - lines read in ascending order. @next: the one expected; @sure: how many were */
struct stream {
	uint64_t next;
	uint32_t sure;
};

/**
 * struct cpu - what belongs to one CPU
 * @l2:		second level
 * @cluster:	it is in
 * @node:	it is in
 * @l1_ps, @l2_ps, @llc_ps, @slc_ps: latencies beyond a hit in L1, as charged
 * @dram_ps:	of the own node, and of another
 * @streams:	it reads
 * @turn:	stream to be forgotten next
 * @stat:	what it did
 */
struct cpu {
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
 * @table:	directory, open addressing
 * @mask:	its size less 1
 * @used:	entries
 * @transfer_ps: near, far, other node
 */
struct caches {
	struct vm_cache fast;
	const struct vm_profile *profile;
	struct cpu *cpus;
	struct vm_sets *llc;
	struct vm_sets *slc;
	struct entry *table;
	uint64_t mask;
	uint64_t used;
	uint64_t transfer_ps[3];
};

static struct caches *caches_of(struct vm_cache *cache)
{
	return (struct caches *)cache;
}

static uint64_t hash(uint64_t line)
{
	return line * 0x9e3779b97f4a7c15ull >> 20;
}

/* ---- tags */

static bool sets_init(struct vm_sets *s, const struct vm_cache_size *size)
{
	uint64_t lines = size->bytes / LINE_BYTES;

	memset(s, 0, sizeof(*s));
	if (!lines)
		return true;
	s->ways = size->ways;
	s->sets = 1;
	/* Sizes that are no power of two have more ways in effect. */
	while (s->sets * 2ull * s->ways <= lines)
		s->sets *= 2;
	s->ways = (uint32_t)(lines / s->sets);
	s->mask = s->sets - 1;
	s->tags = malloc(sizeof(*s->tags) * s->sets * s->ways);
	if (s->tags)
		memset(s->tags, 0xff, sizeof(*s->tags) * s->sets * s->ways);
	return s->tags;
}

static void sets_clear(struct vm_sets *s)
{
	if (s->sets)
		memset(s->tags, 0xff, sizeof(*s->tags) * s->sets * s->ways);
}

/* Shared levels choose their set by a hash, as real ones do. */
static uint64_t *set_of(const struct vm_sets *s, uint64_t line, bool shared)
{
	return s->tags + ((shared ? hash(line) : line) & s->mask) * s->ways;
}

static void to_front(uint64_t *set, uint32_t way)
{
	uint64_t tag = set[way];

	memmove(set + 1, set, way * sizeof(*set));
	set[0] = tag;
}

/* Is the line there? Then it is the first of its set now. */
static bool find(const struct vm_sets *s, uint64_t line, bool shared)
{
	uint64_t *set;
	uint32_t way;

	if (!s->sets)
		return false;
	set = set_of(s, line, shared);
	for (way = 0; way < s->ways; way++) {
		if ((set[way] | 1) == (line * 2 | 1)) {
			to_front(set, way);
			return true;
		}
	}
	return false;
}

/* Put a line first in its set. Return: the tag that had to go. */
static uint64_t insert(const struct vm_sets *s, uint64_t line, bool writable, bool shared)
{
	uint64_t *set = set_of(s, line, shared), gone = set[s->ways - 1];

	memmove(set + 1, set, (s->ways - 1) * sizeof(*set));
	set[0] = line * 2 + writable;
	return gone;
}

static void drop(const struct vm_sets *s, uint64_t line)
{
	uint64_t *set;
	uint32_t way;

	if (!s->sets)
		return;
	set = set_of(s, line, false);
	for (way = 0; way < s->ways; way++) {
		if ((set[way] | 1) != (line * 2 | 1))
			continue;
		memmove(set + way, set + way + 1, (s->ways - 1 - way) * sizeof(*set));
		set[s->ways - 1] = VM_NO_TAG;
		return;
	}
}

static void set_right(const struct vm_sets *s, uint64_t line, bool writable)
{
	uint64_t *set;
	uint32_t way;

	if (!s->sets)
		return;
	set = set_of(s, line, false);
	for (way = 0; way < s->ways; way++) {
		if ((set[way] | 1) == (line * 2 | 1))
			set[way] = line * 2 + writable;
	}
}

/* ---- the directory */

static bool is_free(const struct entry *e)
{
	uint64_t any = 0;
	unsigned int i;

	for (i = 0; i < WORDS; i++)
		any |= e->sharers[i];
	return !any;
}

static struct entry *lookup(const struct caches *c, uint64_t line)
{
	uint64_t at = hash(line) & c->mask;

	while (!is_free(&c->table[at]) && c->table[at].line != line)
		at = (at + 1) & c->mask;
	return &c->table[at];
}

/* Twice the room. Without memory for it the caches cannot go on. */
static void grow(struct caches *c)
{
	struct entry *old = c->table;
	uint64_t size = c->mask + 1, i;

	c->table = calloc(2 * size, sizeof(*c->table));
	if (!c->table)
		kc_bug(__FILE__, __LINE__, "no memory for the directory of the caches");
	c->mask = 2 * size - 1;
	for (i = 0; i < size; i++) {
		if (!is_free(&old[i]))
			*lookup(c, old[i].line) = old[i];
	}
	free(old);
}

/* Nobody has the line any more: close the gap in the chain. */
static void forget(struct caches *c, struct entry *e)
{
	uint64_t gap = (uint64_t)(e - c->table), at = gap, home;

	c->used--;
	for (;;) {
		at = (at + 1) & c->mask;
		if (is_free(&c->table[at]))
			break;
		home = hash(c->table[at].line) & c->mask;
		if (((at - home) & c->mask) >= ((at - gap) & c->mask)) {
			c->table[gap] = c->table[at];
			gap = at;
		}
	}
	memset(&c->table[gap], 0, sizeof(c->table[gap]));
}

/* A private second level (or the first, where there is none) has lost a line. */
static void evicted(struct caches *c, unsigned int cpu, uint64_t line)
{
	const struct vm_sets *llc = &c->llc[c->cpus[cpu].cluster];
	struct entry *e = lookup(c, line);

	/* What was written goes to the shared level. */
	if (e->owner == cpu && llc->sets && !find(llc, line, true))
		insert(llc, line, false, true);
	e->sharers[cpu / 64] &= ~(1ull << (cpu % 64));
	if (e->owner == cpu)
		e->owner = NO_CPU;
	if (is_free(e))
		forget(c, e);
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

/* Take the line away from all others. Return: how far the farthest was, -1: there was none. */
static int invalidate(struct caches *c, struct entry *e, unsigned int cpu)
{
	unsigned int w, other;
	uint64_t bits;
	int far = -1;

	for (w = 0; w < WORDS; w++) {
		for (bits = e->sharers[w]; bits; bits &= bits - 1) {
			other = w * 64 + (unsigned int)__builtin_ctzll(bits);
			if (other == cpu)
				continue;
			drop(&c->fast.l1[other], e->line);
			drop(&c->cpus[other].l2, e->line);
			if ((int)distance(c, cpu, other) > far)
				far = (int)distance(c, cpu, other);
		}
		e->sharers[w] = 0;
	}
	e->sharers[cpu / 64] |= 1ull << (cpu % 64);
	return far;
}

/* The CPU has the line and wants to write it. Return: the price. */
static uint64_t upgrade(struct caches *c, unsigned int cpu, uint64_t line)
{
	struct entry *e = lookup(c, line);
	int far = invalidate(c, e, cpu);

	e->owner = (uint16_t)cpu;
	e->dirty = true;
	set_right(&c->fast.l1[cpu], line, true);
	set_right(&c->cpus[cpu].l2, line, true);
	if (far < 0)
		return 0;
	c->cpus[cpu].stat.transfers++;
	return c->transfer_ps[far];
}

static uint64_t from_memory(struct caches *c, struct cpu *me, uint64_t line)
{
	uint32_t home = (uint32_t)(hash(line / LINES_PER_PAGE) % c->profile->nr_nodes);

	me->stat.llc_misses++;
	return me->dram_ps[home != me->node];
}

/* Nothing private has it: the shared levels, which have it afterwards, or memory. */
static uint64_t from_shared(struct caches *c, struct cpu *me, uint64_t line)
{
	const struct vm_sets *llc = &c->llc[me->cluster], *slc = &c->slc[me->node];
	uint64_t ps;

	if (find(llc, line, true))
		return me->llc_ps;
	if (find(slc, line, true))
		ps = me->slc_ps;
	else
		ps = from_memory(c, me, line);
	if (slc->sets && ps != me->slc_ps)
		insert(slc, line, false, true);
	if (llc->sets)
		insert(llc, line, false, true);
	return expected(me, line) ? me->l2_ps : ps;
}

/* A line that the CPU does not have. Return: the price. */
static uint64_t fetch(struct caches *c, unsigned int cpu, uint64_t line, bool write)
{
	struct cpu *me = &c->cpus[cpu];
	struct entry *e = lookup(c, line);
	uint64_t ps;
	int far;

	if (is_free(e)) {
		if (++c->used * 2 > c->mask) {
			grow(c);
			e = lookup(c, line);
		}
		e->line = line;
		e->owner = NO_CPU;
		e->dirty = false;
	}
	if (e->owner != NO_CPU && e->dirty) {
		/* The one who wrote it sends it, and keeps a copy of what is only read. */
		ps = c->transfer_ps[distance(c, cpu, e->owner)];
		me->stat.transfers++;
		set_right(&c->fast.l1[e->owner], line, false);
		set_right(&c->cpus[e->owner].l2, line, false);
		if (c->llc[me->cluster].sets && !find(&c->llc[me->cluster], line, true))
			insert(&c->llc[me->cluster], line, false, true);
		if (write)
			invalidate(c, e, cpu);
	} else {
		ps = from_shared(c, me, line);
		far = write ? invalidate(c, e, cpu) : -1;
		if (far >= 0) {
			me->stat.transfers++;
			ps = ps > c->transfer_ps[far] ? ps : c->transfer_ps[far];
		}
	}
	e->owner = write ? (uint16_t)cpu : NO_CPU;
	e->dirty = write;
	e->sharers[cpu / 64] |= 1ull << (cpu % 64);
	return ps;
}

/* The line comes into the private levels of a CPU. */
static void fill(struct caches *c, unsigned int cpu, uint64_t line, bool write, bool in_l2)
{
	const struct vm_sets *l1 = &c->fast.l1[cpu], *l2 = &c->cpus[cpu].l2;
	uint64_t gone;

	if (!in_l2 && l2->sets) {
		gone = insert(l2, line, write, false);
		if (gone != VM_NO_TAG) {
			drop(l1, gone / 2);
			evicted(c, cpu, gone / 2);
		}
	}
	gone = insert(l1, line, write, false);
	if (gone != VM_NO_TAG && !l2->sets)
		evicted(c, cpu, gone / 2);
}

uint64_t vm_cache_miss(struct vm_cache *cache, unsigned int cpu, uint64_t line,
		       enum vm_access_kind kind)
{
	struct caches *c = caches_of(cache);
	struct cpu *me = &c->cpus[cpu];
	bool write = kind != VM_READ, writable;
	uint64_t ps;

	if (find(&cache->l1[cpu], line, false)) {
		writable = set_of(&cache->l1[cpu], line, false)[0] & 1;
		return write && !writable ? upgrade(c, cpu, line) : 0;
	}
	me->stat.l1_misses++;
	if (find(&me->l2, line, false)) {
		writable = set_of(&me->l2, line, false)[0] & 1;
		fill(c, cpu, line, writable, true);
		ps = me->l2_ps;
		return write && !writable ? ps + upgrade(c, cpu, line) : ps;
	}
	me->stat.l2_misses++;
	ps = fetch(c, cpu, line, write);
	fill(c, cpu, line, write, false);
	return ps;
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
	return sets_init(&c->fast.l1[cpu], &core->l1) && sets_init(&me->l2, &core->l2);
}

static bool init_all(struct caches *c)
{
	const struct vm_profile *p = c->profile;
	unsigned int i, j, cpu = 0;

	for (i = 0; i < p->nr_clusters; i++) {
		if (!sets_init(&c->llc[i], &p->clusters[i].llc))
			return false;
		for (j = 0; j < p->clusters[i].cpus; j++) {
			if (!init_cpu(c, cpu++, i))
				return false;
		}
	}
	for (i = 0; i < p->nr_nodes; i++) {
		if (!sets_init(&c->slc[i], &p->slc))
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
	c->mask = TABLE_MIN - 1;
	c->fast.l1 = calloc(profile->nr_cpus, sizeof(*c->fast.l1));
	c->cpus = calloc(profile->nr_cpus, sizeof(*c->cpus));
	c->llc = calloc(profile->nr_clusters, sizeof(*c->llc));
	c->slc = calloc(profile->nr_nodes, sizeof(*c->slc));
	c->table = calloc(TABLE_MIN, sizeof(*c->table));
	if (!c->fast.l1 || !c->cpus || !c->llc || !c->slc || !c->table || !init_all(c)) {
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
		free(c->fast.l1[i].tags);
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
	free(c->table);
	free(c);
}

void vm_cache_clear(struct vm_cache *cache)
{
	struct caches *c = caches_of(cache);
	unsigned int i;

	for (i = 0; i < c->profile->nr_cpus; i++) {
		sets_clear(&c->fast.l1[i]);
		sets_clear(&c->cpus[i].l2);
		memset(&c->cpus[i].stat, 0, sizeof(c->cpus[i].stat));
		memset(c->cpus[i].streams, 0, sizeof(c->cpus[i].streams));
		c->cpus[i].turn = 0;
	}
	for (i = 0; i < c->profile->nr_clusters; i++)
		sets_clear(&c->llc[i]);
	for (i = 0; i < c->profile->nr_nodes; i++)
		sets_clear(&c->slc[i]);
	memset(c->table, 0, (c->mask + 1) * sizeof(*c->table));
	c->used = 0;
}
