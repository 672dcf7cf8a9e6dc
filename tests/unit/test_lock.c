// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Locks: exclusion, what they count, and that nobody is left sleeping.
 */
#include <linux/mutex.h>
#include <linux/rwlock.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>

#include "bit_lock.h"
#include "t_run.h"

enum {
	T_ROUNDS = 4000,
	T_THREADS = 4,
	T_HOLD_NS = 1000000,
};

/** struct t_locks - one of each, and what they guard */
struct t_locks {
	spinlock_t spin;
	raw_spinlock_t raw;
	rwlock_t rw;
	struct mutex mutex;
	struct rw_semaphore sem;
	u32 word;
	u64 value[2];
	u32 entered;
	u32 leave;
};

/* The critical section: the words are equal outside it. */
static void t_write(struct t_locks *t)
{
	assert_int_equal(t->value[0], t->value[1]);
	t->value[0]++;
	t->value[1]++;
}

static void t_read(struct t_locks *t)
{
	assert_int_equal(t->value[0], t->value[1]);
}

static void t_init(struct t_locks *t)
{
	memset(t, 0, sizeof(*t));
	spin_lock_init(&t->spin);
	raw_spin_lock_init(&t->raw);
	rwlock_init(&t->rw);
	mutex_init(&t->mutex);
	init_rwsem(&t->sem);
}

static void t_spin(void *arg)
{
	struct t_locks *t = arg;
	int i;

	for (i = 0; i < T_ROUNDS; i++) {
		if (i % 4 || !spin_trylock(&t->spin))
			spin_lock(&t->spin);
		lockdep_assert_held(&t->spin);
		t_write(t);
		spin_unlock(&t->spin);
	}
}

static void a_spinlock_excludes_and_counts_every_acquisition(void **state)
{
	struct kc_lock_stat stat = { .hold_ns_max = 0 };
	struct t_locks t;

	(void)state;
	t_init(&t);
	t_run(T_THREADS, t_spin, &t);
	assert_int_equal(t.value[0], T_THREADS * T_ROUNDS);
	spin_lock_stat(&t.spin, &stat);
	assert_int_equal(stat.acquisitions, T_THREADS * T_ROUNDS);
	assert_true(stat.contended <= stat.acquisitions);
	assert_true(stat.hold_ns_max > 0);
	spin_lock_stat(&t.spin, &stat);
	assert_int_equal(stat.acquisitions, 2 * T_THREADS * T_ROUNDS);
	spin_lock_stat_reset(&t.spin);
	memset(&stat, 0, sizeof(stat));
	spin_lock_stat(&t.spin, &stat);
	assert_int_equal(stat.acquisitions + stat.contended + stat.wait_ns + stat.hold_ns_max, 0);
	assert_int_equal(stat.hold_ns, 0);
}

static void t_spin_wait(void *arg)
{
	struct t_locks *t = arg;

	spin_lock(&t->spin);
	spin_unlock(&t->spin);
}

static void waiting_for_a_spinlock_is_seen_and_accounted(void **state)
{
	struct kc_lock_stat stat = { .hold_ns_max = 0 };
	struct kc_thread waiter;
	struct t_locks t;

	(void)state;
	t_init(&t);
	spin_lock(&t.spin);
	assert_true(spin_is_locked(&t.spin));
	assert_false(spin_trylock(&t.spin));
	assert_int_equal(kc_thread_create(&waiter, "waiter", t_spin_wait, &t), 0);
	t_until(spin_is_contended(&t.spin));
	spin_unlock(&t.spin);
	kc_thread_join(&waiter);
	assert_false(spin_is_contended(&t.spin));
	spin_lock_stat(&t.spin, &stat);
	assert_int_equal(stat.contended, 1);
	assert_true(stat.wait_ns > 0);
}

static struct kc_lock_stat t_spin_stat(struct t_locks *t)
{
	struct kc_lock_stat stat = { .hold_ns_max = 0 };

	spin_lock_stat(&t->spin, &stat);
	return stat;
}

static void the_time_a_spinlock_is_held_is_estimated_from_some_holds(void **state)
{
	struct kc_lock_stat one, two;
	struct t_locks t;

	(void)state;
	t_init(&t);
	assert_int_equal(t_spin_stat(&t).hold_ns, 0);
	spin_lock(&t.spin);
	kc_sleep_ns(T_HOLD_NS);
	spin_unlock(&t.spin);
	one = t_spin_stat(&t);
	assert_true(one.hold_ns_max >= T_HOLD_NS);
	assert_true(one.hold_ns > T_HOLD_NS / 2);
	assert_true(one.hold_ns <= one.hold_ns_max);

	/* Not timed: taken to have been as long as the first. */
	assert_int_not_equal(t.spin.timed_at, 2);
	spin_lock(&t.spin);
	spin_unlock(&t.spin);
	two = t_spin_stat(&t);
	assert_int_equal(two.hold_ns_max, one.hold_ns_max);
	assert_in_range(two.hold_ns, 2 * one.hold_ns, 2 * one.hold_ns + 1);
}

static void holds_are_timed_at_scattered_distances(void **state)
{
	u32 i, timed = 0, last = 0, distance = 0, changes = 0;
	struct t_locks t;

	(void)state;
	t_init(&t);
	for (i = 0; i < 64 * KC_HOLD_SAMPLE; i++) {
		spin_lock(&t.spin);
		if (t.spin.hold_start_ns) {
			changes += i - last != distance;
			distance = i - last;
			last = i;
			timed++;
			assert_true(distance <= 2 * KC_HOLD_SAMPLE);
		}
		spin_unlock(&t.spin);
	}
	assert_int_equal(t.spin.timed, timed);
	assert_in_range(timed, 48, 80);
	assert_true(changes > timed / 2);
}

static void the_time_a_rwlock_is_held_is_that_of_its_writers(void **state)
{
	struct kc_lock_stat stat = { .hold_ns_max = 0 };
	struct t_locks t;

	(void)state;
	t_init(&t);
	read_lock(&t.rw);
	kc_sleep_ns(T_HOLD_NS);
	read_unlock(&t.rw);
	rwlock_stat(&t.rw, &stat);
	assert_int_equal(stat.acquisitions, 1);
	assert_int_equal(stat.hold_ns + stat.hold_ns_max, 0);

	write_lock(&t.rw);
	kc_sleep_ns(T_HOLD_NS);
	write_unlock(&t.rw);
	write_lock(&t.rw);
	write_unlock(&t.rw);
	rwlock_stat(&t.rw, &stat);
	assert_true(stat.hold_ns_max >= T_HOLD_NS);
	assert_true(stat.hold_ns > T_HOLD_NS / 2);
	assert_true(stat.hold_ns <= 2 * stat.hold_ns_max);
}

static void t_raw(void *arg)
{
	struct t_locks *t = arg;
	int i;

	for (i = 0; i < T_ROUNDS; i++) {
		raw_spin_lock(&t->raw);
		assert_true(raw_spin_is_locked(&t->raw));
		assert_false(raw_spin_trylock(&t->raw));
		t_write(t);
		raw_spin_unlock(&t->raw);
	}
}

static void a_raw_spinlock_excludes_in_four_bytes(void **state)
{
	struct t_locks t;

	(void)state;
	t_init(&t);
	t_run(T_THREADS, t_raw, &t);
	assert_int_equal(t.value[0], T_THREADS * T_ROUNDS);
	assert_int_equal(sizeof(raw_spinlock_t), 4);
}

static void t_rw(void *arg)
{
	struct t_locks *t = arg;
	int i;

	for (i = 0; i < T_ROUNDS; i++) {
		if (i % 16 == 0) {
			write_lock(&t->rw);
			t_write(t);
			write_unlock(&t->rw);
		} else {
			if (i % 3 || !read_trylock(&t->rw))
				read_lock(&t->rw);
			t_read(t);
			read_unlock(&t->rw);
		}
	}
}

static void a_rwlock_excludes_writers_and_counts_both_kinds(void **state)
{
	struct kc_lock_stat stat = { .hold_ns_max = 0 };
	struct t_locks t;

	(void)state;
	t_init(&t);
	t_run(T_THREADS, t_rw, &t);
	assert_int_equal(t.value[0], T_THREADS * T_ROUNDS / 16);
	rwlock_stat(&t.rw, &stat);
	assert_int_equal(stat.acquisitions, T_THREADS * T_ROUNDS);
	assert_true(stat.hold_ns_max > 0);
	assert_int_equal(t.rw.word & KC_RW_STATE, 0);
	rwlock_stat_reset(&t.rw);
	memset(&stat, 0, sizeof(stat));
	rwlock_stat(&t.rw, &stat);
	assert_int_equal(stat.acquisitions + stat.contended + stat.wait_ns + stat.hold_ns_max, 0);
	assert_int_equal(stat.hold_ns, 0);
}

static void t_rw_writer(void *arg)
{
	struct t_locks *t = arg;

	write_lock(&t->rw);
	WRITE_ONCE(t->entered, t->entered + 1);
	write_unlock(&t->rw);
}

static void t_rw_reader(void *arg)
{
	struct t_locks *t = arg;

	read_lock(&t->rw);
	read_unlock(&t->rw);
}

static void a_waiting_writer_keeps_new_readers_out(void **state)
{
	struct kc_lock_stat stat = { .hold_ns_max = 0 };
	struct kc_thread writer, reader;
	struct t_locks t;

	(void)state;
	t_init(&t);
	read_lock(&t.rw);
	assert_false(write_trylock(&t.rw));
	assert_true(read_trylock(&t.rw));
	read_unlock(&t.rw);
	assert_false(rwlock_is_contended(&t.rw));
	assert_int_equal(kc_thread_create(&writer, "writer", t_rw_writer, &t), 0);
	t_until(READ_ONCE(t.rw.word) & KC_RW_PENDING);
	assert_false(read_trylock(&t.rw));
	assert_true(rwlock_is_contended(&t.rw));
	assert_int_equal(kc_thread_create(&reader, "reader", t_rw_reader, &t), 0);
	t_until(READ_ONCE(t.rw.waiters) == 2);
	assert_int_equal(READ_ONCE(t.entered), 0);
	read_unlock(&t.rw);
	kc_thread_join(&writer);
	kc_thread_join(&reader);
	assert_int_equal(t.entered, 1);
	rwlock_stat(&t.rw, &stat);
	assert_int_equal(stat.contended, 2);
	assert_int_equal(stat.acquisitions, 4);
}

static void t_rw_reader_that_stays(void *arg)
{
	struct t_locks *t = arg;

	read_lock(&t->rw);
	WRITE_ONCE(t->entered, 1);
	t_until(READ_ONCE(t->leave));
	read_unlock(&t->rw);
}

/* A compactor lets go for whoever waits, and is back at once. */
static void a_waiting_reader_goes_before_the_next_writer(void **state)
{
	struct kc_thread reader;
	struct t_locks t;

	(void)state;
	t_init(&t);
	write_lock(&t.rw);
	assert_int_equal(kc_thread_create(&reader, "reader", t_rw_reader_that_stays, &t), 0);
	t_until(rwlock_is_contended(&t.rw));
	write_unlock(&t.rw);
	assert_false(write_trylock(&t.rw));
	t_until(READ_ONCE(t.entered));
	assert_false(write_trylock(&t.rw));
	WRITE_ONCE(t.leave, 1);
	kc_thread_join(&reader);
	assert_true(write_trylock(&t.rw));
	write_unlock(&t.rw);
}

static void t_mutex(void *arg)
{
	struct t_locks *t = arg;
	int i;

	for (i = 0; i < T_ROUNDS; i++) {
		if (i % 4 || !mutex_trylock(&t->mutex))
			mutex_lock(&t->mutex);
		assert_true(mutex_is_locked(&t->mutex));
		t_write(t);
		mutex_unlock(&t->mutex);
	}
}

static void a_mutex_excludes_and_wakes_its_sleepers(void **state)
{
	struct t_locks t;

	(void)state;
	t_init(&t);
	t_run(T_THREADS, t_mutex, &t);
	assert_int_equal(t.value[0], T_THREADS * T_ROUNDS);
	assert_false(mutex_is_locked(&t.mutex));
}

static void t_sem(void *arg)
{
	struct t_locks *t = arg;
	int i;

	for (i = 0; i < T_ROUNDS; i++) {
		if (i % 8 == 0) {
			down_write(&t->sem);
			t_write(t);
			up_write(&t->sem);
		} else {
			down_read(&t->sem);
			t_read(t);
			up_read(&t->sem);
		}
	}
}

static void a_semaphore_excludes_writers_from_readers(void **state)
{
	struct t_locks t;

	(void)state;
	t_init(&t);
	t_run(T_THREADS, t_sem, &t);
	assert_int_equal(t.value[0], T_THREADS * T_ROUNDS / 8);
	assert_true(down_read_trylock(&t.sem));
	up_read(&t.sem);
	down_write(&t.sem);
	assert_false(down_read_trylock(&t.sem));
	up_write(&t.sem);
}

static void t_mutex_once(void *arg)
{
	struct t_locks *t = arg;

	mutex_lock(&t->mutex);
	t_write(t);
	mutex_unlock(&t->mutex);
}

static void a_sleeper_on_a_mutex_is_woken(void **state)
{
	struct kc_thread waiter;
	struct t_locks t;

	(void)state;
	t_init(&t);
	mutex_lock(&t.mutex);
	assert_int_equal(kc_thread_create(&waiter, "waiter", t_mutex_once, &t), 0);
	t_until(READ_ONCE(t.mutex.state) > 1);
	mutex_unlock(&t.mutex);
	kc_thread_join(&waiter);
	assert_int_equal(t.value[0], 1);
}

static void t_sem_write(void *arg)
{
	struct t_locks *t = arg;

	down_write(&t->sem);
	t_write(t);
	WRITE_ONCE(t->entered, 1);
	up_write(&t->sem);
}

static void t_sem_read(void *arg)
{
	struct t_locks *t = arg;

	WRITE_ONCE(t->word, 1);
	down_read(&t->sem);
	assert_int_equal(t->value[0], 1);
	up_read(&t->sem);
}

static void a_writer_waits_for_readers_and_new_readers_for_the_writer(void **state)
{
	struct kc_thread writer, reader;
	struct t_locks t;

	(void)state;
	t_init(&t);
	down_read(&t.sem);
	assert_int_equal(kc_thread_create(&writer, "writer", t_sem_write, &t), 0);
	t_until(mutex_is_locked(&t.sem.writers) && READ_ONCE(t.sem.state) > 1);
	assert_false(down_read_trylock(&t.sem));
	assert_int_equal(kc_thread_create(&reader, "reader", t_sem_read, &t), 0);
	t_until(READ_ONCE(t.word));
	kc_sleep_ns(T_POLL_NS);
	assert_int_equal(READ_ONCE(t.entered), 0);
	up_read(&t.sem);
	kc_thread_join(&writer);
	kc_thread_join(&reader);
	assert_int_equal(t.entered, 1);
}

static void t_bit(void *arg)
{
	struct t_locks *t = arg;
	int i;

	for (i = 0; i < T_ROUNDS; i++) {
		bit_lock(&t->word, 9);
		assert_true(bit_is_locked(&t->word, 9));
		t_write(t);
		bit_unlock(&t->word, 9);
	}
}

static void a_bit_lock_excludes_and_leaves_the_other_bits(void **state)
{
	struct t_locks t;

	(void)state;
	t_init(&t);
	t.word = 0xff00ff ^ (1 << 9);
	t.word &= ~(1u << 9);
	t_run(T_THREADS, t_bit, &t);
	assert_int_equal(t.value[0], T_THREADS * T_ROUNDS);
	assert_int_equal(t.word, 0xff00ff & ~(1u << 9));
	assert_int_equal(kc_wait_bucket(&t.word)->waiters, 0);
}

static void a_sleeper_on_a_bit_is_woken(void **state)
{
	struct kc_thread waiter;
	struct t_locks t;

	(void)state;
	t_init(&t);
	assert_true(bit_trylock(&t.word, 9));
	assert_false(bit_trylock(&t.word, 9));
	assert_int_equal(kc_thread_create(&waiter, "waiter", t_bit, &t), 0);
	t_until(READ_ONCE(kc_wait_bucket(&t.word)->waiters));
	bit_unlock(&t.word, 9);
	kc_thread_join(&waiter);
	assert_int_equal(t.value[0], T_ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_spinlock_excludes_and_counts_every_acquisition),
		cmocka_unit_test(waiting_for_a_spinlock_is_seen_and_accounted),
		cmocka_unit_test(the_time_a_spinlock_is_held_is_estimated_from_some_holds),
		cmocka_unit_test(holds_are_timed_at_scattered_distances),
		cmocka_unit_test(the_time_a_rwlock_is_held_is_that_of_its_writers),
		cmocka_unit_test(a_raw_spinlock_excludes_in_four_bytes),
		cmocka_unit_test(a_rwlock_excludes_writers_and_counts_both_kinds),
		cmocka_unit_test(a_waiting_writer_keeps_new_readers_out),
		cmocka_unit_test(a_waiting_reader_goes_before_the_next_writer),
		cmocka_unit_test(a_mutex_excludes_and_wakes_its_sleepers),
		cmocka_unit_test(a_semaphore_excludes_writers_from_readers),
		cmocka_unit_test(a_sleeper_on_a_mutex_is_woken),
		cmocka_unit_test(a_writer_waits_for_readers_and_new_readers_for_the_writer),
		cmocka_unit_test(a_bit_lock_excludes_and_leaves_the_other_bits),
		cmocka_unit_test(a_sleeper_on_a_bit_is_woken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
