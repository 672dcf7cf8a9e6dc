// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/virtual/placement.h"
#include "sim/virtual/runnable.h"

enum {
	FASTER_SHARE = 80, /* per cent of the price of an instruction that are worth a move */
};

static bool idle(const struct vm_cpu *c)
{
	return !c->task && !c->queued;
}

unsigned int vm_place(const struct vm_cpu *cpus, const struct vm_profile *profile,
		      const struct vm_task *task)
{
	unsigned int nr = profile->nr_cpus, home, any, cluster, i;

	if (task->pinned >= 0)
		return (unsigned int)task->pinned;
	home = task->cpu < nr ? task->cpu : profile->producer_cpu;
	if (idle(&cpus[home]))
		return home;
	cluster = vm_cluster_of(profile, home);
	any = home;
	for (i = nr; i-- > 0;) {
		if (!idle(&cpus[i]))
			continue;
		if (vm_cluster_of(profile, i) == cluster)
			return i;
		any = i;
	}
	return any;
}

bool vm_much_faster(uint64_t ps, uint64_t slow_ps)
{
	return ps * 100 < slow_ps * FASTER_SHARE;
}

int vm_faster_idle(const struct vm_cpu *cpus, unsigned int nr, const struct vm_cpu *c)
{
	unsigned int i;
	int found = -1;

	for (i = 0; i < nr; i++) {
		if (!idle(&cpus[i]) || !vm_much_faster(cpus[i].tick_price, c->tick_price))
			continue;
		if (found < 0 || cpus[i].tick_price < cpus[found].tick_price)
			found = (int)i;
	}
	return found;
}
