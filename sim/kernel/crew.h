/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * crew: child processes that prepare, wait for each other, and act at once.
 *
 * Everything measured happens in children, so that the process that has borrowed a device
 * stays small, outlives whatever goes wrong with them, and gives the device back.
 */
#ifndef SIM_KERNEL_CREW_H
#define SIM_KERNEL_CREW_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/message.h"
#include "sim/threads/noise.h"

enum {
	CREW_MAX = 16,
	CREW_TEXT_CHARS = 240,
};

/**
 * struct crew_member - what a child has to tell
 * @start_ns:	when it began to act; CLOCK_MONOTONIC, the same for all
 * @end_ns:	when it was done
 * @cpu_ns:	processor time in between
 * @slots:	slots it was about
 * @disturbed:	another task used the core meanwhile
 * @err:	0, or a negative errno with @text
 * @text:	sentence
 */
struct crew_member {
	uint64_t start_ns;
	uint64_t end_ns;
	uint64_t cpu_ns;
	uint64_t slots;
	bool disturbed;
	int err;
	char text[CREW_TEXT_CHARS];
};

/**
 * struct crew_job - what children do
 * @ctx:	for the functions; each child has its own copy of what it points to
 * @pin:	child n stays on the n-th processor from @first_cpu on
 * @first_cpu:	see @pin
 * @noise:	what a free core does; NULL: do not look
 * @stop:	ends everything early when non-zero
 * @prepare:	not measured
 * @act:	calls crew_start() and crew_stop()
 * @ready:	called in the parent when all are prepared, or NULL
 */
struct crew_job {
	void *ctx;
	bool pin;
	unsigned int first_cpu;
	const struct sim_noise *noise;
	const volatile int *stop;
	int (*prepare)(const struct crew_job *job, struct crew_member *member,
		       struct sim_message *msg);
	int (*act)(const struct crew_job *job, struct crew_member *member, struct sim_message *msg);
	int (*ready)(const struct crew_job *job, struct sim_message *msg);
};

/** crew_start() - the clock runs from here. @member: of this child */
void crew_start(struct crew_member *member);

/** crew_stop() - to here. @member: of this child */
void crew_stop(struct crew_member *member);

/**
 * crew_run() - start children, have them act together, wait for all
 * @job:	what they do
 * @nr:		how many, at most CREW_MAX
 * @members:	[nr], filled in
 * @msg:	receives a sentence on failure
 * Return:	0, -EINTR when stopped, or the first error of a child. No child is left.
 */
int crew_run(const struct crew_job *job, unsigned int nr, struct crew_member *members,
	     struct sim_message *msg);

#endif
