// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A call on another CPU. In the kernel work_on_cpu() is not good enough: it waits for a queue that
 * makes no progress when memory is short, and warns of a caller who must. So a kernel has a file
 * of its own for this one, with a queue that has a rescuer; see bench/kernel/module/.
 */

#include <linux/workqueue.h>

#include "zfree/strategy.h"

long zfree_on_cpu(unsigned int cpu, long (*fn)(void *arg), void *arg)
{
	return work_on_cpu(cpu, fn, arg);
}
