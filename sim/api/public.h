/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * public: from the types inside to those of the public interface.
 */
#ifndef SIM_API_PUBLIC_H
#define SIM_API_PUBLIC_H

#include <zramsim/device.h>

struct zram;

/** sim_mm_stat() - mm_stat, io_stat and debug_stat in the public form. @st: filled in */
void sim_mm_stat(struct zram *zram, struct zramsim_mm_stat *st);

#endif
