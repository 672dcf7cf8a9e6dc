// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The text of a profile, line by line: a table says which key goes where and in which unit. */
#include "sim/virtual/profile.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sim/virtual/folders.h"

enum section {
	NONE,
	MACHINE,
	CORE,
	CLUSTER,
	MEMORY,
	OS,
	NR_SECTIONS
};

static const char *const section_names[NR_SECTIONS] = {
	[MACHINE] = "machine", [CORE] = "core NAME", [CLUSTER] = "cluster CORE",
	[MEMORY] = "memory",   [OS] = "os",
};

enum kind {
	NUMBER,
	WHOLE,
	BYTES,
	WAYS
};

/**
 * struct key - @name in @section, @unit, value of @kind at @offset, from @least to @most
 *
 * Where nothing takes time a task that waits in a loop waits for ever, and what is slower than any
 * machine that runs this is a mistake.
 */
struct key {
	const char *name;
	enum section section;
	const char *unit;
	enum kind kind;
	size_t offset;
	double most;
	double least;
};

#define P(field)  offsetof(struct vm_profile, field)
#define C(field)  offsetof(struct vm_core, field)
#define CL(field) offsetof(struct vm_cluster, field)

#define CACHE(section, prefix, at)                                                              \
	{ prefix "_bytes", section, "KiB", BYTES, (at) + offsetof(struct vm_cache_size, bytes), \
	  1 << 20,	   0 },                                                                 \
		{ prefix "_ways",                                                               \
		  section,                                                                      \
		  "ways",                                                                       \
		  WAYS,                                                                         \
		  (at) + offsetof(struct vm_cache_size, ways),                                  \
		  64,                                                                           \
		  0 },                                                                          \
	{                                                                                       \
		prefix "_latency_ns", section, "ns", NUMBER,                                    \
			(at) + offsetof(struct vm_cache_size, latency_ns), 10000, 0             \
	}

static const struct key keys[] = {
	{ "producer_cpu", MACHINE, "cpu", WHOLE, P(producer_cpu), VM_MAX_CPUS - 1, 0 },
	{ "page_bytes", MACHINE, "B", WHOLE, P(page_bytes), 65536, 0 },
	{ "error_share", MACHINE, "share", NUMBER, P(error_share), 0.95, 0 },
	{ "mhz", CORE, "MHz", NUMBER, C(mhz), 20000, 100 },
	{ "insn_ps", CORE, "ps", NUMBER, C(insn_ps), 1e6, 10 },
	{ "stall_share", CORE, "share", NUMBER, C(stall_share), 1, 0 },
	{ "rmw_ns", CORE, "ns", NUMBER, C(rmw_ns), 10000, 0 },
	{ "fence_ns", CORE, "ns", NUMBER, C(fence_ns), 10000, 0 },
	CACHE(CORE, "l1", C(l1)),
	CACHE(CORE, "l2", C(l2)),
	{ "cpus", CLUSTER, "cpus", WHOLE, CL(cpus), VM_MAX_CPUS, 0 },
	{ "node", CLUSTER, "node", WHOLE, CL(node), VM_MAX_NODES - 1, 0 },
	CACHE(CLUSTER, "llc", CL(llc)),
	CACHE(MEMORY, "slc", P(slc)),
	{ "dram_ns", MEMORY, "ns", NUMBER, P(dram_ns), 10000, 1 },
	{ "dram_remote_ns", MEMORY, "ns", NUMBER, P(dram_remote_ns), 10000, 0 },
	{ "transfer_near_ns", MEMORY, "ns", NUMBER, P(transfer_near_ns), 10000, 0 },
	{ "transfer_far_ns", MEMORY, "ns", NUMBER, P(transfer_far_ns), 10000, 0 },
	{ "transfer_node_ns", MEMORY, "ns", NUMBER, P(transfer_node_ns), 10000, 0 },
	{ "context_switch_ns", OS, "ns", NUMBER, P(context_switch_ns), 1e6, 0 },
	{ "wakeup_ns", OS, "ns", NUMBER, P(wakeup_ns), 1e7, 0 },
	{ "slice_us", OS, "us", NUMBER, P(slice_us), 1e6, 100 },
	{ "yield_ns", OS, "ns", NUMBER, P(yield_ns), 1e6, 0.1 },
	{ "fault_ns", OS, "ns", NUMBER, P(fault_ns), 1e6, 0 },
	{ "lz4_compress_ns_per_kib", OS, "ns", NUMBER, P(compress_ns_per_kib[VM_LZ4]), 1e6, 0 },
	{ "zstd_compress_ns_per_kib", OS, "ns", NUMBER, P(compress_ns_per_kib[VM_ZSTD]), 1e6, 0 },
	{ "lzo_compress_ns_per_kib", OS, "ns", NUMBER, P(compress_ns_per_kib[VM_LZO]), 1e6, 0 },
	{ "lz4_decompress_ns_per_kib", OS, "ns", NUMBER, P(decompress_ns_per_kib[VM_LZ4]), 1e6, 0 },
	{ "zstd_decompress_ns_per_kib", OS, "ns", NUMBER, P(decompress_ns_per_kib[VM_ZSTD]), 1e6,
	  0 },
	{ "lzo_decompress_ns_per_kib", OS, "ns", NUMBER, P(decompress_ns_per_kib[VM_LZO]), 1e6, 0 },
};

enum {
	NR_KEYS = sizeof(keys) / sizeof(keys[0])
};

/**
 * struct reader - where in the text
 * @profile:	being filled in
 * @where:	name of the file
 * @line:	number of the line
 * @section:	it belongs to
 * @heading:	line of the section's heading
 * @had:	sections that were there
 * @seen:	keys of the section that were there
 * @named:	name and summary were there
 * @has_isa:	so was the instruction set
 * @msg:	for sentences
 */
struct reader {
	struct vm_profile *profile;
	const char *where;
	unsigned int line;
	enum section section;
	unsigned int heading;
	bool had[NR_SECTIONS];
	bool seen[NR_KEYS];
	bool named[2];
	bool has_isa;
	struct sim_message *msg;
};

/* Is everything there that the section needs? */
static int end_section(struct reader *r)
{
	unsigned int i;

	for (i = 0; i < NR_KEYS; i++) {
		if (keys[i].section == r->section && !r->seen[i])
			return sim_fail(r->msg, -EINVAL,
					"%s:%u: this section has no \"%s\"; add it, in %s",
					r->where, r->heading, keys[i].name, keys[i].unit);
	}
	if (r->section == MACHINE && (!r->named[0] || !r->named[1]))
		return sim_fail(r->msg, -EINVAL, "%s:%u: the machine has no %s; add it", r->where,
				r->heading, r->named[0] ? "summary" : "name");
	if (r->section == MACHINE && !r->has_isa)
		return sim_fail(r->msg, -EINVAL,
				"%s:%u: the machine has no \"isa\"; add it, amd64 or arm64",
				r->where, r->heading);
	memset(r->seen, 0, sizeof(r->seen));
	return 0;
}

static int find_core(const struct vm_profile *p, const char *name)
{
	unsigned int i;

	for (i = 0; i < p->nr_cores; i++) {
		if (!strcmp(p->cores[i].name, name))
			return (int)i;
	}
	return -1;
}

static int begin_core(struct reader *r, const char *name)
{
	struct vm_profile *p = r->profile;

	if (p->nr_cores == VM_MAX_CORES || !*name || strlen(name) >= VM_NAME_CHARS ||
	    find_core(p, name) >= 0)
		return sim_fail(
			r->msg, -EINVAL,
			"%s:%u: a core needs a name of its own, of at most %d characters, and "
			"there are at most %d kinds",
			r->where, r->line, VM_NAME_CHARS - 1, VM_MAX_CORES);
	strcpy(p->cores[p->nr_cores++].name, name);
	r->section = CORE;
	return 0;
}

static int begin_cluster(struct reader *r, const char *name)
{
	struct vm_profile *p = r->profile;
	int core = find_core(p, name);

	if (core < 0 || p->nr_clusters == VM_MAX_CLUSTERS)
		return sim_fail(r->msg, -EINVAL,
				"%s:%u: there is no core \"%s\" above, or there are more than %d "
				"clusters; write [cluster CORE]",
				r->where, r->line, name, VM_MAX_CLUSTERS);
	p->clusters[p->nr_clusters++].core = (uint32_t)core;
	r->section = CLUSTER;
	return 0;
}

/* A section that a machine has one of. */
static int begin_only(struct reader *r, enum section section)
{
	if (r->had[section])
		return sim_fail(r->msg, -EINVAL, "%s:%u: [%s] is there twice; keep one", r->where,
				r->line, section_names[section]);
	r->section = section;
	return 0;
}

static int begin_section(struct reader *r, char *text)
{
	char *end = strchr(text, ']'), *name;
	int err = end_section(r);

	if (err)
		return err;
	r->heading = r->line;
	/* Nothing may follow the bracket; the line is trimmed. */
	if (end && end[1])
		end = NULL;
	if (end)
		*end = '\0';
	name = strchr(text, ' ');
	if (name)
		*name++ = '\0';
	if (end && !name && !strcmp(text, "[machine"))
		err = begin_only(r, MACHINE);
	else if (end && !name && !strcmp(text, "[memory"))
		err = begin_only(r, MEMORY);
	else if (end && !name && !strcmp(text, "[os"))
		err = begin_only(r, OS);
	else if (end && name && !strcmp(text, "[core"))
		err = begin_core(r, vm_text_trim(name));
	else if (end && name && !strcmp(text, "[cluster"))
		err = begin_cluster(r, vm_text_trim(name));
	else
		return sim_fail(
			r->msg, -EINVAL,
			"%s:%u: no such section; there are [machine], [core NAME], [cluster "
			"CORE], [memory] and [os]",
			r->where, r->line);
	if (!err)
		r->had[r->section] = true;
	return err;
}

static char *base_of(struct vm_profile *p, enum section section)
{
	if (section == CORE)
		return (char *)&p->cores[p->nr_cores - 1];
	if (section == CLUSTER)
		return (char *)&p->clusters[p->nr_clusters - 1];
	return (char *)p;
}

/* "12.5 ns" for a key. */
static int read_number(struct reader *r, const struct key *key, char *text)
{
	char *at = base_of(r->profile, key->section) + key->offset, *unit;
	double value = strtod(text, &unit), scale = 1;

	if (unit == text || !isspace((unsigned char)*unit))
		return sim_fail(r->msg, -EINVAL,
				"%s:%u: \"%s\" is not a number and a unit; write as "
				"in \"%s = 1 %s | source\"",
				r->where, r->line, text, key->name, key->unit);
	unit = vm_text_trim(unit);
	if (key->kind == BYTES && !strcmp(unit, "MiB"))
		scale = 1024;
	else if (strcmp(unit, key->unit))
		return sim_fail(r->msg, -EINVAL, "%s:%u: \"%s\" is in %s, not in \"%s\"", r->where,
				r->line, key->name, key->unit, unit);
	value *= scale;
	if (!(value >= key->least && value <= key->most) ||
	    (key->kind != NUMBER && value != (double)(uint64_t)value))
		return sim_fail(r->msg, -EINVAL, "%s:%u: \"%s\" must be from %g to %g %s%s",
				r->where, r->line, key->name, key->least, key->most, key->unit,
				key->kind == NUMBER ? "" : ", and whole");
	if (key->kind == NUMBER)
		*(double *)at = value;
	else if (key->kind == BYTES)
		*(uint64_t *)at = (uint64_t)value * 1024;
	else
		*(uint32_t *)at = (uint32_t)value;
	return 0;
}

bool vm_isa_parse(const char *name, enum vm_isa *isa)
{
	*isa = strcmp(name, vm_isa_name(VM_ARM64)) ? VM_AMD64 : VM_ARM64;
	return !strcmp(name, vm_isa_name(*isa));
}

/* The instruction set is a text and has no source. */
static int read_isa(struct reader *r, const char *value)
{
	if (r->has_isa)
		return sim_fail(r->msg, -EINVAL, "%s:%u: \"isa\" is there twice; keep one",
				r->where, r->line);
	r->has_isa = true;
	if (!vm_isa_parse(value, &r->profile->isa))
		return sim_fail(r->msg, -EINVAL,
				"%s:%u: there is no instruction set \"%s\"; write amd64 or arm64",
				r->where, r->line, value);
	return 0;
}

/* Nor have name and summary. */
static int read_text(struct reader *r, const char *name, const char *value)
{
	bool summary = !strcmp(name, "summary");
	char *to = summary ? r->profile->summary : r->profile->name;
	size_t room = summary ? sizeof(r->profile->summary) : sizeof(r->profile->name);

	if (r->named[summary] || !*value || strlen(value) >= room)
		return sim_fail(r->msg, -EINVAL, "%s:%u: one %s, of at most %zu characters",
				r->where, r->line, name, room - 1);
	r->named[summary] = true;
	strcpy(to, value);
	return 0;
}

static int read_pair(struct reader *r, char *text)
{
	char *value = strchr(text, '='), *source, *name;
	unsigned int i;

	if (!value)
		return sim_fail(r->msg, -EINVAL,
				"%s:%u: neither a section nor \"key = value unit | "
				"source\"",
				r->where, r->line);
	*value++ = '\0';
	name = vm_text_trim(text);
	if (r->section == MACHINE && (!strcmp(name, "name") || !strcmp(name, "summary")))
		return read_text(r, name, vm_text_trim(value));
	if (r->section == MACHINE && !strcmp(name, "isa"))
		return read_isa(r, vm_text_trim(value));
	for (i = 0; i < NR_KEYS; i++) {
		if (keys[i].section == r->section && !strcmp(keys[i].name, name))
			break;
	}
	if (i == NR_KEYS)
		return sim_fail(r->msg, -EINVAL,
				"%s:%u: \"%s\" is no key of this section; docs/profiles.md has "
				"those that are",
				r->where, r->line, name);
	if (r->seen[i])
		return sim_fail(r->msg, -EINVAL, "%s:%u: \"%s\" is there twice; keep one", r->where,
				r->line, name);
	r->seen[i] = true;
	source = strchr(value, '|');
	if (!source || !*vm_text_trim(source + 1))
		return sim_fail(r->msg, -EINVAL,
				"%s:%u: \"%s\" has no source; add \"| where it is "
				"from\"",
				r->where, r->line, name);
	*source = '\0';
	if (keys[i].section == CORE && keys[i].offset == C(insn_ps))
		r->profile->cores[r->profile->nr_cores - 1].fitted =
			!strncmp(vm_text_trim(source + 1), "fitted", strlen("fitted"));
	return read_number(r, &keys[i], vm_text_trim(value));
}

static int read_line(struct reader *r, char *text)
{
	text = vm_text_trim(text);
	if (!*text || *text == '#')
		return 0;
	return *text == '[' ? begin_section(r, text) : read_pair(r, text);
}

/* A cache with neither bytes nor ways is not there. */
static bool bad_cache(const struct vm_cache_size *cache)
{
	return cache->bytes && !cache->ways;
}

/* What no single line can be wrong about. */
static int check(struct reader *r)
{
	struct vm_profile *p = r->profile;
	unsigned int i;

	for (i = MACHINE; i < NR_SECTIONS; i++) {
		if (!r->had[i])
			return sim_fail(r->msg, -EINVAL, "%s: there is no section [%s]; add it",
					r->where, section_names[i]);
	}
	for (i = 0; i < p->nr_clusters; i++) {
		p->nr_cpus += p->clusters[i].cpus;
		if (p->clusters[i].node >= p->nr_nodes)
			p->nr_nodes = p->clusters[i].node + 1;
		if (!p->clusters[i].cpus || bad_cache(&p->clusters[i].llc))
			return sim_fail(r->msg, -EINVAL,
					"%s: cluster %u needs cpus, and llc_ways for its cache",
					r->where, i);
	}
	for (i = 0; i < p->nr_cores; i++) {
		if (!p->cores[i].l1.bytes || bad_cache(&p->cores[i].l1) ||
		    bad_cache(&p->cores[i].l2))
			return sim_fail(r->msg, -EINVAL,
					"%s: core %s needs a first level, and its caches need ways",
					r->where, p->cores[i].name);
	}
	if (bad_cache(&p->slc))
		return sim_fail(r->msg, -EINVAL, "%s: slc_bytes need slc_ways", r->where);
	if (p->nr_cpus > VM_MAX_CPUS || p->producer_cpu >= p->nr_cpus)
		return sim_fail(r->msg, -EINVAL,
				"%s: a machine has 1 to %d CPUs, and producer_cpu is one of them",
				r->where, VM_MAX_CPUS);
	return 0;
}

int vm_profile_parse(struct vm_profile *profile, const char *text, const char *where,
		     struct sim_message *msg)
{
	struct reader r = { .profile = profile, .where = where, .msg = msg };
	char *copy = strdup(text), *rest = copy, *line;
	int err = 0;

	if (!copy)
		return sim_fail(msg, -ENOMEM, "not enough memory for %s", where);
	memset(profile, 0, sizeof(*profile));
	while (!err && (line = strsep(&rest, "\n"))) {
		r.line++;
		err = read_line(&r, line);
	}
	if (!err)
		err = end_section(&r);
	if (!err)
		err = check(&r);
	profile->digest = XXH3_64bits(text, strlen(text));
	free(copy);
	return err;
}
