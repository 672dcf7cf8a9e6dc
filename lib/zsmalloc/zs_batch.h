/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* zs_batch: how handles are freed together; apart, as strategies need no more of zsmalloc. */
#ifndef ZSMALLOC_ZS_BATCH_H
#define ZSMALLOC_ZS_BATCH_H

/**
 * enum zs_batch - how zs_free_bulk() groups what it frees
 * @ZS_BATCH_DEFAULT:	as who asks prefers; zs_free_bulk() takes it for none
 * @ZS_BATCH_NONE:	one lock round per handle, in the order given
 * @ZS_BATCH_RUNS:	the class lock is kept over consecutive handles of one class
 * @ZS_BATCH_SORTED:	sorted by class, then zspage; one list move per zspage
 */
enum zs_batch {
	ZS_BATCH_DEFAULT,
	ZS_BATCH_NONE,
	ZS_BATCH_RUNS,
	ZS_BATCH_SORTED,
};

#endif
