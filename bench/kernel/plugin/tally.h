/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * tally: what was executed between two markers, added up by phase, by function and by event.
 * An event is one stay in the phase of the name "clean": a slot that is freed.
 */
#ifndef BENCH_KERNEL_PLUGIN_TALLY_H
#define BENCH_KERNEL_PLUGIN_TALLY_H

#include <stdbool.h>
#include <stdio.h>

/** tally_begin() - forget all. @name: of what is counted from here on */
void tally_begin(const char *name);

/** tally_end() - write down what was counted. @out: where */
void tally_end(FILE *out);

/** tally_enter() - a phase begins. @phase: which @depth: phases around it */
void tally_enter(int phase, int depth);

/** tally_leave() - a phase has ended. @phase: which @depth: phases that were around it */
void tally_leave(int phase, int depth);

/** tally_insn() - an instruction. @phase: current @symbol: its function @atomic: is it one? */
void tally_insn(int phase, int symbol, bool atomic);

/** tally_access() - a load or store. @phase: current @symbol: function @store: or a load
 * @stack: to the task's stack @percpu: to data of this CPU */
void tally_access(int phase, int symbol, bool store, bool stack, bool percpu);

#endif
