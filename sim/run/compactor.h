/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * compactor: a thread that compacts the pool again and again while an experiment is measured, as
 * somebody does who writes to the device's compact file, or the shrinker.
 */
#ifndef SIM_RUN_COMPACTOR_H
#define SIM_RUN_COMPACTOR_H

#include <linux/types.h>

#include "port.h"
#include "sim/message.h"

struct zram;

/**
 * struct sim_compaction - what it has done
 * @runs:	compactions of the whole pool
 * @pages:	it gave back
 * @ns:		time in it, the pauses not counted
 */
struct sim_compaction {
	u64 runs;
	u64 pages;
	u64 ns;
};

/**
 * struct sim_compactor - the thread; all-zero is none
 * @zram:	device
 * @pause_us:	between two compactions
 * @phase:	of its life, a word it sleeps on
 * @started:	there is a thread
 * @thread:	it
 * @done:	what it has done; read after sim_compactor_end()
 */
struct sim_compactor {
	struct zram *zram;
	u32 pause_us;
	u32 phase;
	bool started;
	struct kc_thread thread;
	struct sim_compaction done;
};

/**
 * sim_compactor_start() - start the thread, which sleeps
 * @compactor:	zeroed
 * @zram:	device; outlives the thread
 * @pause_us:	between two compactions; 0: no thread
 * @msg:	receives a sentence on failure
 * Return:	0 or a negative errno.
 */
int sim_compactor_start(struct sim_compactor *compactor, struct zram *zram, u32 pause_us,
			struct sim_message *msg);

/** sim_compactor_go() - let it begin. @compactor: started or zeroed; any thread */
void sim_compactor_go(struct sim_compactor *compactor);

/**
 * sim_compactor_end() - end it and wait for that
 * @compactor:	zeroed or started; one that was let go has compacted at least once
 */
void sim_compactor_end(struct sim_compactor *compactor);

#endif
