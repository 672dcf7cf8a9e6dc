/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * ballast: page frames set aside, so that a zone has as few as a smaller machine. Some of it can
 * be lent out as what the kernel keeps below its minimum watermark for those who reclaim.
 */
#ifndef SIM_SWAP_BALLAST_H
#define SIM_SWAP_BALLAST_H

#include <linux/types.h>

struct page;
struct zone;

/**
 * struct sim_ballast - page frames set aside; all-zero is none
 * @zone:	theirs
 * @pages:	them
 * @nr:		how many are set aside now
 * @full:	how many should be
 * @room:	entries in @pages
 */
struct sim_ballast {
	struct zone *zone;
	struct page **pages;
	u32 nr;
	u32 full;
	u32 room;
};

/**
 * sim_ballast_load() - set page frames aside
 * @ballast:	zeroed or dropped
 * @zone:	where they come from
 * @nr:		how many
 * Return:	0, or -ENOMEM with some of them taken.
 */
int sim_ballast_load(struct sim_ballast *ballast, struct zone *zone, u32 nr);

/** sim_ballast_lend() - give some back for a while. @ballast: loaded, @nr: at most so many */
void sim_ballast_lend(struct sim_ballast *ballast, u32 nr);

/**
 * sim_ballast_refill() - take back what was lent
 * @ballast:	loaded; one thread at a time
 * Return:	true when nothing is lent any more, false if the zone had not enough.
 */
bool sim_ballast_refill(struct sim_ballast *ballast);

/** sim_ballast_drop() - give all back; the array stays. @ballast: zeroed or loaded */
void sim_ballast_drop(struct sim_ballast *ballast);

/** sim_ballast_exit() - give all back, the array, too. @ballast: zeroed or loaded */
void sim_ballast_exit(struct sim_ballast *ballast);

#endif
