// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A strategy of one's own: a ring of slot indices, shared by all threads, without a lock.
 *
 * Producers take a place with one compare-and-swap and then publish their index in it; the
 * drain, of which one runs at a time, takes what is published, in order. A full ring refuses,
 * and the library frees the slot at once. A slot that is written again while its index is in
 * the ring needs no care: zramsim_free_item() skips what is no longer pending.
 *
 * Once zramsim is installed (docs/install.md):
 *
 *	cc strategy.c -pthread $(pkg-config --cflags --libs zramsim) && ./a.out
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <zramsim/strategy.h>

enum {
	PAGE_BYTES = 4096,
	RING_SLOTS = 1024, /* a power of two */
	NR_THREADS = 4,
	SLOTS_PER_THREAD = 4096,
	ROUNDS = 3,
};

#define RING_EMPTY UINT64_MAX

/**
 * struct ring - state of the strategy
 * @head:	places taken so far
 * @tail:	places emptied so far
 * @draining:	a drain is under way
 * @places:	RING_EMPTY, or an index
 */
struct ring {
	_Atomic uint64_t head;
	_Atomic uint64_t tail;
	atomic_flag draining;
	_Atomic uint64_t places[RING_SLOTS];
};

static int ring_init(void *state, uint32_t nr_slots, uint32_t budget_slots)
{
	struct ring *ring = state;
	int i;

	(void)nr_slots;
	(void)budget_slots;
	for (i = 0; i < RING_SLOTS; i++)
		atomic_init(&ring->places[i], RING_EMPTY);
	atomic_flag_clear(&ring->draining);
	return 0;
}

static bool ring_queue(void *state, uint64_t item)
{
	struct ring *ring = state;
	uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);

	do {
		/* Pairs with the release in the drain: the place has been emptied before. */
		if (head - atomic_load_explicit(&ring->tail, memory_order_acquire) >= RING_SLOTS)
			return false;
	} while (!atomic_compare_exchange_weak_explicit(
		&ring->head, &head, head + 1, memory_order_relaxed, memory_order_relaxed));
	/* Pairs with the acquire in the drain. */
	atomic_store_explicit(&ring->places[head % RING_SLOTS], item, memory_order_release);
	return true;
}

static uint32_t ring_drain(void *state, struct zramsim_drain_run *run, uint32_t budget)
{
	struct ring *ring = state;
	uint32_t taken = 0;
	uint64_t tail, item;

	/* Another worker is at it; what it leaves it will be asked for again. */
	if (atomic_flag_test_and_set_explicit(&ring->draining, memory_order_acquire))
		return 0;
	tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	while (taken < budget) {
		item = atomic_load_explicit(&ring->places[tail % RING_SLOTS], memory_order_acquire);
		if (item == RING_EMPTY)
			break;
		atomic_store_explicit(&ring->places[tail % RING_SLOTS], RING_EMPTY,
				      memory_order_relaxed);
		atomic_store_explicit(&ring->tail, ++tail, memory_order_release);
		zramsim_free_item(run, item);
		taken++;
	}
	atomic_flag_clear_explicit(&ring->draining, memory_order_release);
	return taken;
}

static const struct zramsim_strategy_ops ring_strategy = {
	.name = "ring",
	.units = 1, /* slots */
	.state_bytes = sizeof(struct ring),
	.init = ring_init,
	.queue = ring_queue,
	.drain = ring_drain,
};

/** struct job - slots of one thread. @failed: something did not read as it was written */
struct job {
	struct zramsim_device *dev;
	pthread_t thread;
	uint32_t first;
	bool failed;
};

/* Write, drop, and write again at once, so that slots are reused while they are pending. */
static void *churn(void *arg)
{
	char want[PAGE_BYTES], have[PAGE_BYTES];
	struct job *job = arg;
	uint32_t index;
	int round;

	memset(want, 0, sizeof(want));
	for (round = 0; round < ROUNDS; round++) {
		for (index = job->first; index < job->first + SLOTS_PER_THREAD; index++) {
			snprintf(want, sizeof(want), "round %d, slot %" PRIu32, round, index);
			job->failed |= zramsim_write(job->dev, index, want) != 0;
			zramsim_notify(job->dev, index);
			job->failed |= zramsim_write(job->dev, index, want) != 0;
			job->failed |= zramsim_read(job->dev, index, have) != 0;
			job->failed |= memcmp(want, have, PAGE_BYTES) != 0;
			zramsim_notify(job->dev, index);
		}
	}
	return NULL;
}

int main(void)
{
	struct zramsim_device_params params = {
		.disksize_bytes = (uint64_t)NR_THREADS * SLOTS_PER_THREAD * PAGE_BYTES,
	};
	struct zramsim_strategy_counters stats;
	struct job jobs[NR_THREADS] = { 0 };
	struct zramsim_stat mm;
	bool failed = false;
	int err, i;

	err = zramsim_device_create(&params, &jobs[0].dev);
	if (!err)
		err = zramsim_attach_ops(jobs[0].dev, &ring_strategy, NULL);
	if (err) {
		fprintf(stderr, "strategy: %s\n", strerror(-err));
		return 1;
	}
	for (i = 0; i < NR_THREADS; i++) {
		jobs[i].dev = jobs[0].dev;
		jobs[i].first = (uint32_t)i * SLOTS_PER_THREAD;
		if (pthread_create(&jobs[i].thread, NULL, churn, &jobs[i]))
			return 1;
	}
	for (i = 0; i < NR_THREADS; i++) {
		pthread_join(jobs[i].thread, NULL);
		failed |= jobs[i].failed;
	}
	zramsim_drain(jobs[0].dev);
	zramsim_strategy_stats(jobs[0].dev, &stats);
	zramsim_mm_stat(jobs[0].dev, &mm);
	printf("queued %" PRIu64 ", drained %" PRIu64 ", cancelled %" PRIu64
	       ", freed at once %" PRIu64 ", pending %" PRIu64 ", missed %" PRIu64 "\n",
	       stats.queued, stats.drained, stats.cancelled, stats.overflow, stats.pending,
	       mm.miss_free);
	failed |= stats.pending || stats.queued != stats.drained + stats.cancelled;
	zramsim_device_destroy(jobs[0].dev);
	if (failed)
		fprintf(stderr, "strategy: the ring lost something\n");
	return failed;
}
