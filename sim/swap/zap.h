/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * zap: an address space is unmapped.
 *
 * The mapping ends where a page table ends, as it is placed from above, so one whose length is no
 * multiple of a page table begins inside one. Page table by page table, in address order: present
 * pages go to a gather and are freed in chunks, swap entries are dropped in place, consecutive
 * slots together.
 * Source: mm/memory.c and mm/mmu_gather.c of Linux 7.1.
 */
#ifndef SIM_SWAP_ZAP_H
#define SIM_SWAP_ZAP_H

#include "sim/scenario/scenario.h"

/** sim_zap() - unmap everything. @producer: whose; ends early when the user asks to stop */
void sim_zap(struct sim_producer *producer);

/**
 * sim_zap_check() - is nothing mapped any more?
 * @producer:	whose page table
 * @msg:	receives a sentence if there is
 * Return:	0 or -EPROTO.
 */
int sim_zap_check(const struct sim_producer *producer, struct sim_message *msg);

#endif
