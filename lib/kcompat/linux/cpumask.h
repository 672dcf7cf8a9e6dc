/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: narrowed. CPU ids are virtual, all of them possible and online, fixed at start. */
#ifndef KCOMPAT_LINUX_CPUMASK_H
#define KCOMPAT_LINUX_CPUMASK_H

/* Set before main(): twice the host's CPUs, at least 16. */
extern unsigned int nr_cpu_ids __attribute__((visibility("hidden")));

#define num_possible_cpus() nr_cpu_ids

#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < nr_cpu_ids; (cpu)++)
#define for_each_online_cpu(cpu)   for_each_possible_cpu(cpu)

#endif
