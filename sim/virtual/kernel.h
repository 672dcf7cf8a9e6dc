/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * kernel: the instructions that a kernel release executes per event on an instruction set, read
 * from a text file. docs/profiles.md has the format.
 *
 * A file has lines "release = 7.3", "isa = amd64", "own = value share | source", and one per event
 *	event = N insns, N stack, N atomics | source
 * Every event must be there once, with its instructions and a source. Accesses to the stack and
 * atomics may be left out.
 */
#ifndef SIM_VIRTUAL_KERNEL_H
#define SIM_VIRTUAL_KERNEL_H

#include <stdint.h>

#include <kc_event.h>

#include "sim/message.h"
#include "sim/virtual/profile.h"

/**
 * struct vm_kernel - what was counted in a kernel
 * @release:	"7.3"
 * @isa:	instruction set
 * @own:	instructions of this set for each that the build's code has
 * @insns:	per event
 * @stack:	of these, how many touch the stack; @atomics: read-modify-writes. Both are for
 *		comparison, 0 where they are not known: the model makes its own accesses
 * @digest:	of the file's text, for provenance
 */
struct vm_kernel {
	char release[VM_NAME_CHARS];
	enum vm_isa isa;
	double own;
	double insns[KC_NR_EVENTS];
	double stack[KC_NR_EVENTS];
	double atomics[KC_NR_EVENTS];
	uint64_t digest;
};

/** vm_event_name() - "free" for KC_EVENT_FREE; lower case, as in the files */
const char *vm_event_name(enum kc_event event);

/**
 * vm_kernel_parse() - read a table's text
 * @kernel:	filled in
 * @text:	whole file
 * @where:	its name for the message
 * @msg:	receives a sentence on failure
 * Return:	0 or -EINVAL with a sentence that names file, line and remedy.
 */
int vm_kernel_parse(struct vm_kernel *kernel, const char *text, const char *where,
		    struct sim_message *msg);

/**
 * vm_kernel_load() - the table for a release
 * @kernel:	filled in
 * @release:	"6.1" to "7.3"
 * @isa:	of the machine
 * @msg:	receives a sentence on failure
 *
 * kernel-RELEASE-ISA.counts is looked for where profiles are. A release that has none takes the
 * table of the nearest one that frees as it does: 6.6 that of 6.12, 7.1 that of 6.18. @kernel says
 * which it was.
 *
 * Return:	0; -ENOENT, -EINVAL, -EIO with a sentence.
 */
int vm_kernel_load(struct vm_kernel *kernel, const char *release, enum vm_isa isa,
		   struct sim_message *msg);

#endif
