/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * marker: how a guest speaks to the plugin that counts what it executes.
 *
 * One instruction that does nothing on any processor and that no compiler emits. Its operands
 * stand in the registers of the first three arguments of a function.
 */
#ifndef BENCH_KERNEL_GUEST_MARKER_H
#define BENCH_KERNEL_GUEST_MARKER_H

/** enum marker - what the plugin is asked for */
enum marker {
	MARKER_SYMBOLS = 1, /* here is the text of /proc/kallsyms; there is to be counted soon */
	MARKER_BEGIN,	    /* count from here on, under this name */
	MARKER_END,	    /* stop, and write down what was counted */
	MARKER_WRITE,	    /* write this line down */
	MARKER_COARSE,	    /* nothing more will be counted */
};

/* As memory has them: a nop with a displacement, a hint that is not assigned. */
#define MARKER_AMD64 "\x0f\x1f\x80zram"
#define MARKER_ARM64 "\x5f\x2f\x03\xd5"

#endif
