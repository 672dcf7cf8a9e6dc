// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Linked into a program, its main() runs outside a machine of eight CPUs, its threads on it. */
#include <stdlib.h>

#include "sim/virtual/machine.h"
#include "t_machine.h"

enum {
	CPUS = 8,
};

static struct vm_profile profile;

/* After the library's own constructors. */
__attribute__((constructor(1000))) static void begin(void)
{
	t_profile(&profile, CPUS);
	if (vm_start(&profile, 0))
		abort();
}
