/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * topology: the CPUs this process may use, as the clusters and kinds of core of a profile.
 *
 * A cluster is what shares a cache: the L2 where more CPUs than the hyperthreads of one core have
 * it, else the L3. An L3 of several clusters, or of unlike cores, is the cache of the node. CPUs
 * of a profile are numbered cluster by cluster; what the host calls them is kept beside.
 */
#ifndef SIM_CALIBRATE_TOPOLOGY_H
#define SIM_CALIBRATE_TOPOLOGY_H

#include <stdbool.h>

#include "sim/message.h"
#include "sim/virtual/profile.h"

/**
 * struct cal_topology - CPUs
 * @profile:	cores, clusters, nodes and sizes of caches; the figures are 0
 * @host:	[@profile.nr_cpus] number of each on the host
 * @core_cpu:	[@profile.nr_cores] CPU of the host to measure that kind of core on
 * @threads:	some CPUs are hyperthreads of one core
 */
struct cal_topology {
	struct vm_profile profile;
	unsigned int host[VM_MAX_CPUS];
	unsigned int core_cpu[VM_MAX_CORES];
	bool threads;
};

/**
 * cal_topology_read() - read it from sysfs
 * @root:	"/sys/devices/system"
 * @allowed:	may the process use a CPU?
 * @topology:	filled in
 * @msg:	receives a sentence on failure
 *
 * Where sysfs tells nothing of the caches, as in some containers, usual sizes are assumed: 32 KiB,
 * 512 KiB, 8 MiB for all.
 *
 * Return:	0 or -ENOENT, -E2BIG.
 */
int cal_topology_read(const char *root, bool (*allowed)(unsigned int cpu),
		      struct cal_topology *topology, struct sim_message *msg);

#endif
