/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * flight: lines that were prefetched and are under way. Fetching goes on while the CPU does other
 * things; who comes for a line before it is there waits for the rest of the time. A CPU has so many
 * under way as it has fill buffers; one more waits for the first of them.
 */
#ifndef SIM_VIRTUAL_FLIGHT_H
#define SIM_VIRTUAL_FLIGHT_H

#include <stdint.h>

/** enum vm_flight_limits - Source: 10 fill buffers of an Intel core, 8 and more of others */
enum vm_flight_limits {
	VM_FLIGHTS = 8,
};

/**
 * struct vm_flights - of a CPU
 * @nr:		lines under way, or there and not asked for since
 * @lines:	[@nr] them
 * @ready_ps:	[@nr] when they are there
 */
struct vm_flights {
	uint32_t nr;
	uint64_t lines[VM_FLIGHTS];
	uint64_t ready_ps[VM_FLIGHTS];
};

/**
 * vm_flight_add() - a line is fetched
 * @flights:	of the CPU
 * @line:	which
 * @now:	clock
 * @ps:		how long it takes
 * Return:	ps the CPU has to wait for a buffer.
 */
uint64_t vm_flight_add(struct vm_flights *flights, uint64_t line, uint64_t now, uint64_t ps);

/** vm_flight_wait() - somebody wants @line. Return: ps until it is there, 0 if it is. */
uint64_t vm_flight_wait(struct vm_flights *flights, uint64_t line, uint64_t now);

#endif
