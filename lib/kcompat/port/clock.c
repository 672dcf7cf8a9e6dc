// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Calibration of the clocks. Two threads may measure at once; each stores a good value.
 */
#include <linux/compiler.h>
#include <linux/sort.h>
#include <linux/types.h>

#include "clock.h"
#include "port.h"

enum {
	KC_CALIBRATE_NS = 5000000, /* shortest interval between two looks at both clocks */
	KC_INTERVALS = 63,
};

/* Inherent: properties of the machine. The start is when the library was loaded. */
static u64 kc_start_ns, kc_start_cycles;
static u64 kc_cycle_fs, kc_now_cost_fs; /* femtoseconds and 1; 0 not measured yet */

#define FS_PER_NS 1e6

__attribute__((constructor)) static void kc_clock_start(void)
{
	kc_start_ns = kc_now_ns();
	kc_start_cycles = kc_cycles();
}

double kc_cycle_ns(void)
{
	u64 ns, cycles, fs = READ_ONCE(kc_cycle_fs);

	if (likely(fs))
		return (double)fs / FS_PER_NS;
	do {
		ns = kc_now_ns() - kc_start_ns;
		cycles = kc_cycles() - kc_start_cycles;
	} while (ns < KC_CALIBRATE_NS || !cycles);
	fs = (u64)((double)ns / (double)cycles * FS_PER_NS) + 1;
	WRITE_ONCE(kc_cycle_fs, fs);
	return (double)fs / FS_PER_NS;
}

static int kc_compare_u64(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return (x > y) - (x < y);
}

double kc_now_cost_ns(void)
{
	u64 fs = READ_ONCE(kc_now_cost_fs);
	u64 ns[KC_INTERVALS];
	unsigned int i;

	if (fs)
		return (double)(fs - 1) / FS_PER_NS;
	for (i = 0; i < KC_INTERVALS; i++) {
		ns[i] = kc_now_ns();
		ns[i] = kc_now_ns() - ns[i];
	}
	sort(ns, KC_INTERVALS, sizeof(ns[0]), kc_compare_u64, NULL);
	fs = (u64)((double)ns[KC_INTERVALS / 2] * FS_PER_NS) + 1;
	WRITE_ONCE(kc_now_cost_fs, fs);
	return (double)(fs - 1) / FS_PER_NS;
}
