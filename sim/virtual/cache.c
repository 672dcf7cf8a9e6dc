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
#include "sim/virtual/tags.h"

enum {
	NO_CPU = 0xffff,
	STREAMS = 4,
	STREAM_SURE = 2, /* lines in a row before the next one is expected */
	TABLE_MIN = 1 << 12,
	LINES_PER_PAGE = 4096 >> VM_LINE_SHIFT,
};

/**
 * struct entry - a line that some CPU has privately
 * @key:	of the line
 * @owner:	who may write it, NO_CPU
 * @dirty:	and has
 * @used:	there are sharers
 * @sharers:	a bit for each CPU
 */
struct entry {
	uint32_t key;
	uint16_t owner;
	bool dirty;
	bool used;
	uint64_t sharers[];
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
 * @words:	of the sharers of an entry
 * @entry_bytes: of an entry
 * @transfer_ps: near, far, other node
 */
struct caches {
	struct vm_cache fast;
	const struct vm_profile *profile;
	struct cpu *cpus;
	struct vm_sets *llc;
	struct vm_sets *slc;
	char *table;
	uint64_t mask;
	uint64_t used;
	uint32_t words;
	uint32_t entry_bytes;
	uint64_t transfer_ps[3];
};

static struct caches *caches_of(struct vm_cache *cache)
{
	return (struct caches *)cache;
}

/* ---- the directory */

static struct entry *entry_at(const struct caches *c, uint64_t at)
{
	return (struct entry *)(c->table + at * c->entry_bytes);
}

static uint64_t home_of(const struct caches *c, uint32_t key)
{
	return vm_line_hash(key) & c->mask;
}

static struct entry *lookup(const struct caches *c, uint32_t key)
{
	uint64_t at = home_of(c, key);
	struct entry *e = entry_at(c, at);

	while (e->used && e->key != key) {
		at = (at + 1) & c->mask;
		e = entry_at(c, at);
	}
	return e;
}

/* Twice the room. Without memory for it the caches cannot go on. */
static void grow(struct caches *c)
{
	char *old = c->table, *from;
	uint64_t size = c->mask + 1, i;

	c->table = calloc(2 * size, c->entry_bytes);
	if (!c->table)
		kc_bug(__FILE__, __LINE__, "no memory for the directory of the caches");
	c->mask = 2 * size - 1;
	for (i = 0; i < size; i++) {
		from = old + i * c->entry_bytes;
		if (((struct entry *)from)->used)
			memcpy(lookup(c, ((struct entry *)from)->key), from, c->entry_bytes);
	}
	free(old);
}

/* Nobody has the line any more: close the gap in the chain. */
static void forget(struct caches *c, struct entry *gone)
{
	uint64_t gap = (uint64_t)((char *)gone - c->table) / c->entry_bytes, at = gap, home;
	const struct entry *e;

	c->used--;
	for (;;) {
		at = (at + 1) & c->mask;
		e = entry_at(c, at);
		if (!e->used)
			break;
		home = home_of(c, e->key);
		if (((at - home) & c->mask) >= ((at - gap) & c->mask)) {
			memcpy(entry_at(c, gap), e, c->entry_bytes);
			gap = at;
		}
	}
	memset(entry_at(c, gap), 0, c->entry_bytes);
}

static bool has_sharers(const struct caches *c, const struct entry *e)
{
	uint64_t any = 0;
	uint32_t i;

	for (i = 0; i < c->words; i++)
		any |= e->sharers[i];
	return any;
}

/* A private second level (or the first, where there is none) has lost a line. */
static void evicted(struct caches *c, unsigned int cpu, uint64_t line)
{
	struct entry *e = lookup(c, vm_key_of(line));

	/* What was written goes to the shared level. */
	if (e->owner == cpu) {
		vm_shared_use(&c->llc[c->cpus[cpu].cluster], line);
		e->owner = NO_CPU;
	}
	e->sharers[cpu / 64] &= ~(1ull << (cpu % 64));
	if (!has_sharers(c, e))
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
static int invalidate(struct caches *c, struct entry *e, unsigned int cpu, uint64_t line)
{
	unsigned int w, other;
	uint64_t bits;
	int far = -1;

	for (w = 0; w < c->words; w++) {
		for (bits = e->sharers[w]; bits; bits &= bits - 1) {
			other = w * 64 + (unsigned int)__builtin_ctzll(bits);
			if (other == cpu)
				continue;
			vm_l1_drop(&c->fast.l1[other], line);
			vm_private_drop(&c->cpus[other].l2, line);
			if ((int)distance(c, cpu, other) > far)
				far = (int)distance(c, cpu, other);
		}
		e->sharers[w] = 0;
	}
	e->sharers[cpu / 64] |= 1ull << (cpu % 64);
	return far;
}

static void set_right(struct caches *c, unsigned int cpu, uint64_t line, bool writable)
{
	vm_l1_set_right(&c->fast.l1[cpu], line, writable);
	vm_private_set_right(&c->cpus[cpu].l2, line, writable);
}

/* The CPU has the line and wants to write it. Return: the price. */
static __attribute__((noinline)) uint64_t upgrade(struct caches *c, unsigned int cpu, uint64_t line)
{
	struct entry *e = lookup(c, vm_key_of(line));
	int far = invalidate(c, e, cpu, line);

	e->owner = (uint16_t)cpu;
	e->dirty = true;
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

/* An entry for a line that nobody has. */
static struct entry *enter(struct caches *c, struct entry *e, uint32_t key)
{
	if (++c->used * 2 > c->mask) {
		grow(c);
		e = lookup(c, key);
	}
	e->key = key;
	e->used = true;
	e->owner = NO_CPU;
	e->dirty = false;
	return e;
}

/* A line that the CPU does not have. Return: the price. */
static uint64_t fetch(struct caches *c, unsigned int cpu, uint64_t line, bool write)
{
	struct cpu *me = &c->cpus[cpu];
	struct entry *e = lookup(c, vm_key_of(line));
	uint64_t ps;
	int far;

	if (!e->used)
		e = enter(c, e, vm_key_of(line));
	if (e->owner != NO_CPU && e->dirty) {
		/* The one who wrote it sends it, and keeps a copy of what is only read. */
		ps = c->transfer_ps[distance(c, cpu, e->owner)];
		me->stat.transfers++;
		if (write)
			invalidate(c, e, cpu, line);
		else
			set_right(c, e->owner, line, false);
		vm_shared_use(&c->llc[me->cluster], line);
	} else {
		ps = from_shared(c, me, line);
		far = write ? invalidate(c, e, cpu, line) : -1;
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
static void fill(struct caches *c, unsigned int cpu, uint64_t line, bool write)
{
	const struct vm_l1 *l1 = &c->fast.l1[cpu];
	const struct vm_sets *l2 = &c->cpus[cpu].l2;
	uint64_t gone;
	uint32_t tag;

	if (l2->sets) {
		tag = vm_private_insert(l2, line, write);
		if (tag != VM_NO_KEY_TAG) {
			vm_l1_drop(l1, vm_line_of_key(tag / 2));
			evicted(c, cpu, vm_line_of_key(tag / 2));
		}
	}
	gone = vm_l1_insert(l1, line, write);
	if (gone != VM_NO_TAG && !l2->sets)
		evicted(c, cpu, gone / 2);
}

/* What a miss in both private levels looks at lies far apart: have the host fetch it at once. */
static void look_ahead(const struct caches *c, const struct cpu *me, uint64_t line)
{
	const struct vm_sets *llc = &c->llc[me->cluster], *l2 = &me->l2;
	uint32_t last;

	__builtin_prefetch(entry_at(c, home_of(c, vm_key_of(line))), 1);
	if (llc->sets)
		__builtin_prefetch(vm_shared_set(llc, line), 1);
	if (!l2->sets)
		return;
	last = vm_private_set(l2, line)[l2->ways - 1];
	if (last != VM_NO_KEY_TAG)
		__builtin_prefetch(entry_at(c, home_of(c, last / 2)), 1);
}

/* The line is not in the first level. */
static __attribute__((noinline)) uint64_t beyond(struct caches *c, unsigned int cpu, uint64_t line,
						 bool write)
{
	struct cpu *me = &c->cpus[cpu];
	const uint32_t *l2_tag;
	bool writable;
	uint64_t ps;

	me->stat.l1_misses++;
	l2_tag = vm_private_find(&me->l2, line);
	if (l2_tag) {
		writable = *l2_tag & 1;
		vm_l1_insert(&c->fast.l1[cpu], line, writable);
		return me->l2_ps + (write && !writable ? upgrade(c, cpu, line) : 0);
	}
	me->stat.l2_misses++;
	look_ahead(c, me, line);
	ps = fetch(c, cpu, line, write);
	fill(c, cpu, line, write);
	return ps;
}

uint64_t vm_cache_miss(struct vm_cache *cache, unsigned int cpu, uint64_t line,
		       enum vm_access_kind kind)
{
	const uint64_t *tag = vm_l1_find(&cache->l1[cpu], line);

	if (!tag)
		return beyond(caches_of(cache), cpu, line, kind != VM_READ);
	if (kind == VM_READ || (*tag & 1))
		return 0;
	return upgrade(caches_of(cache), cpu, line);
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
	return vm_l1_init(&c->fast.l1[cpu], &core->l1) && vm_sets_init(&me->l2, &core->l2);
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
	c->mask = TABLE_MIN - 1;
	c->words = (profile->nr_cpus + 63) / 64;
	c->entry_bytes = (uint32_t)(sizeof(struct entry) + c->words * sizeof(uint64_t));
	c->fast.l1 = calloc(profile->nr_cpus, sizeof(*c->fast.l1));
	c->cpus = calloc(profile->nr_cpus, sizeof(*c->cpus));
	c->llc = calloc(profile->nr_clusters, sizeof(*c->llc));
	c->slc = calloc(profile->nr_nodes, sizeof(*c->slc));
	c->table = calloc(TABLE_MIN, c->entry_bytes);
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
		memset(c->fast.l1[i].tags, 0xff,
		       sizeof(*c->fast.l1[i].tags) * c->fast.l1[i].sets * c->fast.l1[i].ways);
		vm_sets_clear(&c->cpus[i].l2);
		memset(&c->cpus[i].stat, 0, sizeof(c->cpus[i].stat));
		memset(c->cpus[i].streams, 0, sizeof(c->cpus[i].streams));
		c->cpus[i].turn = 0;
	}
	for (i = 0; i < c->profile->nr_clusters; i++)
		vm_sets_clear(&c->llc[i]);
	for (i = 0; i < c->profile->nr_nodes; i++)
		vm_sets_clear(&c->slc[i]);
	memset(c->table, 0, (c->mask + 1) * c->entry_bytes);
	c->used = 0;
}
