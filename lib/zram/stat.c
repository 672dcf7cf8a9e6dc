// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Statistics: what the shared words say and what was counted per CPU, added up. A device counts
 * its statistics in one of the two.
 */

#include <linux/atomic.h>
#include <linux/percpu.h>
#include <linux/rwsem.h>
#include <linux/string.h>

#include "zram/device.h"
#include "zsmalloc/zsmalloc.h"

unsigned long zram_account_used(struct zram *zram)
{
	unsigned long total = zs_get_total_pages(zram->pool);
	atomic_long_t *most = &zram->counters.max_used_pages;
	long max = atomic_long_read(most);

	while ((unsigned long)max < total &&
	       !atomic_long_try_cmpxchg_relaxed(most, &max, (long)total))
		;
	return total;
}

static void counters_sum(const struct zram *zram, struct zram_cpu_counters *sum)
{
	const struct zram_counters *shared = &zram->counters;
	s64 *sums = (s64 *)sum;
	const s64 *counters;
	unsigned int cpu, i;

	_Static_assert(sizeof(*sum) % sizeof(*sums) == 0, "all of them are numbers of one type");
	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		counters = (const s64 *)per_cpu_ptr(zram->cpu_counters, cpu);
		for (i = 0; i < sizeof(*sum) / sizeof(*sums); i++)
			sums[i] += READ_ONCE(counters[i]);
	}
	sum->compr_data_size += atomic64_read(&shared->compr_data_size);
	sum->failed_reads += atomic64_read(&shared->failed_reads);
	sum->failed_writes += atomic64_read(&shared->failed_writes);
	sum->notify_free += atomic64_read(&shared->notify_free);
	sum->same_pages += atomic64_read(&shared->same_pages);
	sum->huge_pages += atomic64_read(&shared->huge_pages);
	sum->huge_pages_since += atomic64_read(&shared->huge_pages_since);
	sum->pages_stored += atomic64_read(&shared->pages_stored);
	sum->miss_free += atomic64_read(&shared->miss_free);
}

void zram_reset_counters(struct zram *zram)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(zram->cpu_counters, cpu), 0, sizeof(struct zram_cpu_counters));
	memset(&zram->counters, 0, sizeof(zram->counters));
}

void zram_mm_stat(struct zram *zram, struct zram_mm_stat *st)
{
	struct zs_pool_stats pool;
	struct zram_cpu_counters sum;

	down_read(&zram->dev_lock);
	counters_sum(zram, &sum);
	zs_pool_stats(zram->pool, &pool);
	st->orig_data_size = sum.pages_stored * (s64)zram_page_size(zram);
	st->compr_data_size = sum.compr_data_size;
	st->mem_used_total = (u64)zs_get_total_pages(zram->pool) << zram->page_shift;
	st->mem_limit = (u64)READ_ONCE(zram->limit_pages) << zram->page_shift;
	st->mem_used_max = (u64)atomic_long_read(&zram->counters.max_used_pages)
			   << zram->page_shift;
	st->same_pages = sum.same_pages;
	st->pages_compacted = pool.pages_compacted;
	st->huge_pages = sum.huge_pages;
	st->huge_pages_since = (u64)sum.huge_pages_since;
	up_read(&zram->dev_lock);
}

void zram_io_stat(struct zram *zram, struct zram_io_stat *st)
{
	struct zram_cpu_counters sum;

	down_read(&zram->dev_lock);
	counters_sum(zram, &sum);
	up_read(&zram->dev_lock);
	st->failed_reads = (u64)sum.failed_reads;
	st->failed_writes = (u64)sum.failed_writes;
	st->notify_free = (u64)sum.notify_free;
	st->miss_free = (u64)sum.miss_free;
}

void zram_slot_lock_stat(struct zram *zram, struct kc_lock_stat *stat)
{
	struct zram_cpu_counters sum;

	down_read(&zram->dev_lock);
	counters_sum(zram, &sum);
	up_read(&zram->dev_lock);
	stat->acquisitions +=
		(u64)(sum.notify_free - sum.miss_free + 2 * sum.accesses + sum.idle_marks);
	stat->contended += (u64)sum.slot_waits;
	stat->wait_ns += (u64)sum.slot_wait_ns;
}
