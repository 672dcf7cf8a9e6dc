/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * profile: the figures of a machine, read from a text file. docs/profiles.md has the format.
 *
 * A file has sections, "[machine]", "[core NAME]", "[cluster]" (one per cluster, in the order of
 * CPU numbers), "[memory]" and "[os]", and in them lines
 *	key = value unit | source
 * Every key must be there once, with the unit it wants, and a source. Keys are the names of the
 * fields below; times are in ns or cycles as the field's name says, sizes may be B, KiB or MiB.
 */
#ifndef SIM_VIRTUAL_PROFILE_H
#define SIM_VIRTUAL_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/message.h"

/** enum vm_profile_limits - largest machine */
enum vm_profile_limits {
	VM_MAX_CPUS = 256,
	VM_MAX_CORES = 4,
	VM_MAX_CLUSTERS = 64,
	VM_MAX_NODES = 8,
	VM_NAME_CHARS = 32,
};

/** enum vm_isa - instruction sets that kernels were counted on */
enum vm_isa {
	VM_AMD64,
	VM_ARM64,
};

/** vm_isa_name() - "amd64" or "arm64" */
static inline const char *vm_isa_name(enum vm_isa isa)
{
	return isa == VM_ARM64 ? "arm64" : "amd64";
}

/** vm_isa_parse() - the other way round. Return: false for any other name. */
bool vm_isa_parse(const char *name, enum vm_isa *isa);

/** struct vm_cache_size - one cache; @bytes 0: there is none. Load-to-use @latency_ns. */
struct vm_cache_size {
	uint64_t bytes;
	uint32_t ways;
	double latency_ns;
};

/**
 * struct vm_core - a kind of core
 * @name:	"a76"
 * @mhz:	clock, MHz
 * @insn_ps:	an instruction whose operands are there, ps
 * @fitted:	its source says that it was fitted
 * @stall_share: of a latency beyond L1, what out-of-order execution does not hide, 0 to 1
 * @rmw_ns:	atomic read-modify-write on a line it owns
 * @fence_ns:	full barrier
 * @l1:		data cache; @l2: private second level
 */
struct vm_core {
	char name[VM_NAME_CHARS];
	double mhz;
	double insn_ps;
	bool fitted;
	double stall_share;
	double rmw_ns;
	double fence_ns;
	struct vm_cache_size l1;
	struct vm_cache_size l2;
};

/**
 * struct vm_cluster - CPUs that share a cache
 * @core:	index of their kind
 * @cpus:	how many
 * @node:	NUMA node
 * @llc:	cache the cluster shares; bytes 0: none
 */
struct vm_cluster {
	uint32_t core;
	uint32_t cpus;
	uint32_t node;
	struct vm_cache_size llc;
};

/** enum vm_compressor - what compression figures there are for; the library's own order */
enum vm_compressor {
	VM_LZ4,
	VM_ZSTD,
	VM_LZO,
	VM_NR_COMPRESSORS
};

/**
 * struct vm_profile - a machine
 * @name:	"rk3588"; @summary: one line
 * @isa:	instruction set: says which counts of kernels are its own
 * @nr_cpus:	of all clusters, numbered cluster by cluster
 * @producer_cpu: CPU of the first producer; others follow on the next ones, then workers
 * @page_bytes:	of its usual kernel (information)
 * @error_share: by which figures of it may be off
 * @slc:	cache all clusters of a node share; bytes 0: none
 * @dram_ns:	latency; @dram_remote_ns: of the other node
 * @transfer_near_ns: a modified line from another core of the cluster
 * @transfer_far_ns: from another cluster; @transfer_node_ns: from another node
 * @context_switch_ns, @wakeup_ns: of a task on a busy, on an idle CPU; @slice_us: time slice
 * @yield_ns:	a reschedule point that switches nothing
 * @fault_ns:	per fault, everything but reading the slot
 * @compress_ns_per_kib, @decompress_ns_per_kib: per KiB of uncompressed data
 * @digest:	of the file's text, for provenance
 */
struct vm_profile {
	char name[VM_NAME_CHARS];
	char summary[128];
	enum vm_isa isa;
	uint32_t nr_cpus;
	uint32_t producer_cpu;
	uint32_t page_bytes;
	double error_share;
	uint32_t nr_cores;
	struct vm_core cores[VM_MAX_CORES];
	uint32_t nr_clusters;
	struct vm_cluster clusters[VM_MAX_CLUSTERS];
	uint32_t nr_nodes;
	struct vm_cache_size slc;
	double dram_ns;
	double dram_remote_ns;
	double transfer_near_ns;
	double transfer_far_ns;
	double transfer_node_ns;
	double context_switch_ns;
	double wakeup_ns;
	double slice_us;
	double yield_ns;
	double fault_ns;
	double compress_ns_per_kib[VM_NR_COMPRESSORS];
	double decompress_ns_per_kib[VM_NR_COMPRESSORS];
	uint64_t digest;
};

/**
 * vm_profile_parse() - read a profile's text
 * @profile:	filled in
 * @text:	whole file
 * @where:	its name for the message
 * @msg:	receives a sentence on failure
 * Return:	0 or -EINVAL with a sentence that names file, line and remedy.
 */
int vm_profile_parse(struct vm_profile *profile, const char *text, const char *where,
		     struct sim_message *msg);

/**
 * vm_profile_load() - the profile a user means
 * @profile:	filled in
 * @spec:	"NAME", "PATH" (has a slash or ends in .profile), either followed by ":cpus=N"
 * @stop:	non-zero ends the wait for a FIFO's text, or NULL
 * @msg:	receives a sentence on failure
 *
 * A name is looked up in the folders of ZRAMSIM_PROFILES (colon separated), then in the user's
 * configuration folder (XDG_CONFIG_HOME or ~/.config, zramsim/). After these come the installed
 * folder and the source tree the program was built in. cpus=N: keeps the first N CPUs beginning
 * with the cluster of the producer's, or repeats the clusters until there are N.
 *
 * Return:	0; -ENOENT, -EINVAL, -EIO with a sentence.
 */
int vm_profile_load(struct vm_profile *profile, const char *spec, const volatile int *stop,
		    struct sim_message *msg);

/** vm_profile_names() - names that can be loaded, sorted, once each; free with one free() */
char **vm_profile_names(unsigned int *nr);

#endif
