// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/calibrate/topology.h"

enum {
	CACHE_INDICES = 8,
	HOST_CPUS = 1024,
	TEXT_CHARS = 4096,
	NAME_CHARS = 512,
};

/**
 * struct cpu - what sysfs says of a CPU
 * @number:	on the host
 * @node:	it belongs to
 * @mhz:	highest clock, 0 unknown
 * @threads:	hyperthreads of its core
 * @caches:	[level] data or unified; bytes 0: none
 * @first:	[level] lowest CPU that shares it
 * @sharers:	[level] how many do
 * @outer:	its L3 is that of several clusters
 */
struct cpu {
	unsigned int number;
	unsigned int node;
	unsigned int mhz;
	unsigned int threads;
	struct vm_cache_size caches[4];
	unsigned int first[4];
	unsigned int sharers[4];
	bool outer;
};

static bool read_text(const char *root, const char *file, char *text)
{
	char path[NAME_CHARS];
	FILE *stream;
	bool ok;

	snprintf(path, sizeof(path), "%s/%s", root, file);
	stream = fopen(path, "re");
	if (!stream)
		return false;
	ok = fgets(text, TEXT_CHARS, stream) != NULL;
	fclose(stream);
	if (ok)
		text[strcspn(text, "\n")] = '\0';
	return ok;
}

/* "0-3,8": is @cpu in it? Also the lowest one and how many there are. */
static bool in_list(const char *list, unsigned int cpu, unsigned int *first, unsigned int *nr)
{
	unsigned long from, to;
	bool found = false;
	char *end;

	*nr = 0;
	*first = cpu;
	while (*list) {
		from = to = strtoul(list, &end, 10);
		if (end == list)
			break;
		if (*end == '-')
			to = strtoul(end + 1, &end, 10);
		if (!*nr)
			*first = (unsigned int)from;
		*nr += (unsigned int)(to - from + 1);
		found = found || (cpu >= from && cpu <= to);
		list = *end == ',' ? end + 1 : end;
	}
	return found;
}

static void read_cache(const char *root, struct cpu *cpu, unsigned int index)
{
	char file[NAME_CHARS], text[TEXT_CHARS];
	struct vm_cache_size *cache;
	unsigned int level, at;
	char *unit;

	at = (unsigned int)snprintf(file, sizeof(file), "cpu/cpu%u/cache/index%u/", cpu->number,
				    index);
	snprintf(file + at, sizeof(file) - at, "type");
	if (!read_text(root, file, text) || !strcmp(text, "Instruction"))
		return;
	snprintf(file + at, sizeof(file) - at, "level");
	level = read_text(root, file, text) ? (unsigned int)atoi(text) : 0;
	if (!level || level > 3)
		return;
	cache = &cpu->caches[level];
	snprintf(file + at, sizeof(file) - at, "size");
	if (!read_text(root, file, text))
		return;
	cache->bytes = strtoull(text, &unit, 10);
	cache->bytes <<= *unit == 'M' ? 20 : *unit == 'K' ? 10 : 0;
	snprintf(file + at, sizeof(file) - at, "ways_of_associativity");
	cache->ways = read_text(root, file, text) ? (uint32_t)atoi(text) : 0;
	if (!cache->ways)
		cache->ways = 8;
	snprintf(file + at, sizeof(file) - at, "shared_cpu_list");
	if (!read_text(root, file, text) ||
	    !in_list(text, cpu->number, &cpu->first[level], &cpu->sharers[level]))
		cpu->sharers[level] = 1;
}

static void assume_caches(struct cpu *cpu)
{
	cpu->caches[1] = (struct vm_cache_size){ .bytes = 32 << 10, .ways = 8 };
	cpu->caches[2] = (struct vm_cache_size){ .bytes = 512 << 10, .ways = 8 };
	cpu->caches[3] = (struct vm_cache_size){ .bytes = 8 << 20, .ways = 16 };
	cpu->first[1] = cpu->first[2] = cpu->number;
	cpu->sharers[1] = cpu->sharers[2] = 1;
	cpu->first[3] = 0;
	cpu->sharers[3] = HOST_CPUS;
}

static void read_cpu(const char *root, struct cpu *cpu)
{
	char file[NAME_CHARS], text[TEXT_CHARS];
	unsigned int i, first;

	snprintf(file, sizeof(file), "cpu/cpu%u/topology/thread_siblings_list", cpu->number);
	cpu->threads = 1;
	if (read_text(root, file, text))
		in_list(text, cpu->number, &first, &cpu->threads);
	snprintf(file, sizeof(file), "cpu/cpu%u/cpufreq/cpuinfo_max_freq", cpu->number);
	cpu->mhz = read_text(root, file, text) ? (unsigned int)(atol(text) / 1000) : 0;
	for (i = 0; i < VM_MAX_NODES; i++) {
		snprintf(file, sizeof(file), "node/node%u/cpulist", i);
		if (read_text(root, file, text) && in_list(text, cpu->number, &first, &first))
			cpu->node = i;
	}
	for (i = 0; i < CACHE_INDICES; i++)
		read_cache(root, cpu, i);
	if (!cpu->caches[1].bytes)
		assume_caches(cpu);
}

/* The level CPUs of a cluster share. */
static unsigned int shared_level(const struct cpu *cpu)
{
	return cpu->caches[2].bytes && cpu->sharers[2] > cpu->threads ? 2 : 3;
}

static bool same_cache(const struct vm_cache_size *a, const struct vm_cache_size *b)
{
	return a->bytes == b->bytes && a->ways == b->ways;
}

/* Cores of one kind may differ by what their best ones are clocked higher. */
static bool near(double a, double b)
{
	return (a > b ? a - b : b - a) * 8 <= (a > b ? a : b);
}

/* An L3 of clusters that share an L2, or of unlike cores, is the cache of the node. */
static bool is_outer(const struct cpu *cpu, const struct cpu *cpus, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr && cpu->caches[3].bytes; i++) {
		if (cpus[i].node == cpu->node && cpus[i].first[3] == cpu->first[3] &&
		    cpus[i].caches[3].bytes &&
		    (shared_level(&cpus[i]) == 2 || !near(cpus[i].mhz, cpu->mhz) ||
		     !same_cache(&cpus[i].caches[1], &cpu->caches[1]) ||
		     !same_cache(&cpus[i].caches[2], &cpu->caches[2])))
			return true;
	}
	return false;
}

static bool same_kind(const struct vm_core *core, const struct cpu *cpu, struct vm_cache_size l2)
{
	return near(core->mhz, cpu->mhz) && same_cache(&core->l1, &cpu->caches[1]) &&
	       same_cache(&core->l2, &l2);
}

static int add_core(struct cal_topology *t, const struct cpu *cpu)
{
	struct vm_profile *p = &t->profile;
	struct vm_cache_size l2 = cpu->caches[2];
	uint32_t i;

	if (shared_level(cpu) == 2)
		memset(&l2, 0, sizeof(l2));
	for (i = 0; i < p->nr_cores; i++) {
		if (same_kind(&p->cores[i], cpu, l2))
			return (int)i;
	}
	if (i == VM_MAX_CORES)
		return -E2BIG;
	snprintf(p->cores[i].name, sizeof(p->cores[i].name), "core%u", i);
	p->cores[i].mhz = cpu->mhz;
	p->cores[i].l1 = cpu->caches[1];
	p->cores[i].l2 = l2;
	t->core_cpu[i] = cpu->number;
	p->nr_cores++;
	return (int)i;
}

/* CPUs in order of cluster, then number. */
static int by_cluster(const void *a, const void *b)
{
	const struct cpu *x = a, *y = b;
	unsigned int p = x->first[shared_level(x)], q = y->first[shared_level(y)];

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	if (p != q)
		return p < q ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static int add_cpu(struct cal_topology *t, const struct cpu *cpu, const struct cpu *before)
{
	unsigned int level = shared_level(cpu);
	struct vm_profile *p = &t->profile;
	struct vm_cluster *cluster = p->nr_clusters ? &p->clusters[p->nr_clusters - 1] : NULL;
	int core = add_core(t, cpu);

	if (core < 0)
		return core;
	if (!cluster || before->node != cpu->node || cluster->core != (uint32_t)core ||
	    before->first[shared_level(before)] != cpu->first[level]) {
		if (p->nr_clusters == VM_MAX_CLUSTERS)
			return -E2BIG;
		cluster = &p->clusters[p->nr_clusters++];
		cluster->core = (uint32_t)core;
		cluster->node = cpu->node;
		if (level == 2 || !cpu->outer)
			cluster->llc = cpu->caches[level];
	}
	cluster->cpus++;
	if (cpu->outer)
		p->slc = cpu->caches[3];
	if (cpu->node >= p->nr_nodes)
		p->nr_nodes = cpu->node + 1;
	t->threads |= cpu->threads > 1;
	t->host[p->nr_cpus++] = cpu->number;
	return 0;
}

int cal_topology_read(const char *root, bool (*allowed)(unsigned int cpu),
		      struct cal_topology *topology, struct sim_message *msg)
{
	struct cpu *cpus = calloc(VM_MAX_CPUS, sizeof(*cpus));
	unsigned int i, nr = 0;
	int err = 0;

	memset(topology, 0, sizeof(*topology));
#ifdef __aarch64__
	topology->profile.isa = VM_ARM64;
#endif
	if (!cpus)
		return sim_fail(msg, -ENOMEM, "no memory for a list of CPUs");
	for (i = 0; i < HOST_CPUS && nr < VM_MAX_CPUS; i++) {
		if (!allowed(i))
			continue;
		cpus[nr].number = i;
		read_cpu(root, &cpus[nr++]);
	}
	for (i = 0; i < nr; i++)
		cpus[i].outer = is_outer(&cpus[i], cpus, nr);
	qsort(cpus, nr, sizeof(*cpus), by_cluster);
	for (i = 0; i < nr && !err; i++)
		err = add_cpu(topology, &cpus[i], i ? &cpus[i - 1] : NULL);
	free(cpus);
	if (!nr)
		return sim_fail(msg, -ENOENT, "this process may use no CPU");
	if (err)
		return sim_fail(msg, err,
				"a profile has at most %d kinds of core and %d clusters; run it on "
				"fewer CPUs (taskset)",
				VM_MAX_CORES, VM_MAX_CLUSTERS);
	return 0;
}
