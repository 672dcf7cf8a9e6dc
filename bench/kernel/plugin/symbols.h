/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* symbols: functions of the guest's kernel, and those of them that begin a phase. */
#ifndef BENCH_KERNEL_PLUGIN_SYMBOLS_H
#define BENCH_KERNEL_PLUGIN_SYMBOLS_H

#include <stdint.h>

enum {
	PHASE_ZAP,	 /* whatever no root contains */
	PHASE_IRQ,	 /* an interrupt of the task that is counted */
	PHASE_ELSEWHERE, /* another task, or a program */
	PHASE_FIRST,	 /* what the list of roots names */
	MAX_PHASES = 24,
	MAX_ROOTS = 96,
};

/**
 * symbols_roots() - read which functions begin a phase
 * @path:	lines "FUNCTION PHASE CURRENT": while that phase, or any for "*", is current
 * Return:	0, or 1 after a sentence on stderr
 */
int symbols_roots(const char *path);

/** symbols_parse() - take the functions of a kernel. @text: of /proc/kallsyms */
void symbols_parse(const char *text);

/** symbol_at() - number of the function an address lies in, 0 for none. @pc: address */
int symbol_at(uint64_t pc);

/** symbol_name() - name of a function. @symbol: number */
const char *symbol_name(int symbol);

/** symbol_root() - phase that begins at an instruction, or -1. @pc: its address
 * @phase: current one */
int symbol_root(uint64_t pc, int phase);

/** phase_name() - name of a phase, or NULL behind the last. @phase: number */
const char *phase_name(int phase);

#endif
