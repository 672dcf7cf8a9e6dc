// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/virtual/flight.h"

static void remove_at(struct vm_flights *flights, uint32_t at)
{
	flights->nr--;
	flights->lines[at] = flights->lines[flights->nr];
	flights->ready_ps[at] = flights->ready_ps[flights->nr];
}

uint64_t vm_flight_add(struct vm_flights *flights, uint64_t line, uint64_t now, uint64_t ps)
{
	uint64_t wait = 0;
	uint32_t i, first = 0;

	if (flights->nr == VM_FLIGHTS) {
		for (i = 1; i < VM_FLIGHTS; i++) {
			if (flights->ready_ps[i] < flights->ready_ps[first])
				first = i;
		}
		wait = flights->ready_ps[first] > now ? flights->ready_ps[first] - now : 0;
		remove_at(flights, first);
	}
	flights->lines[flights->nr] = line;
	flights->ready_ps[flights->nr++] = now + wait + ps;
	return wait;
}

uint64_t vm_flight_wait(struct vm_flights *flights, uint64_t line, uint64_t now)
{
	uint64_t wait = 0;
	uint32_t i;

	for (i = flights->nr; i-- > 0;) {
		if (flights->ready_ps[i] > now && flights->lines[i] != line)
			continue;
		if (flights->lines[i] == line && flights->ready_ps[i] > now)
			wait = flights->ready_ps[i] - now;
		remove_at(flights, i);
	}
	return wait;
}
