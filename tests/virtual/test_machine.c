// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Who runs when, on a machine of round numbers: one cycle is 1 ns, a switch 1 us, a slice 1 ms. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <kc_cost.h>

#include "port.h"
#include "sim/virtual/jitter.h"
#include "sim/virtual/machine.h"
#include "sim/virtual/memory.h"
#include "t_machine.h"

enum {
	TASKS = 6,
	ROUNDS = 200,
	SEEDS = 200,
	MS = 1000 * 1000,
};

static struct vm_profile profile;
static struct vm_kernel kernel;

static void begin(unsigned int cpus)
{
	t_profile(&profile, cpus);
	t_kernel(&kernel);
	assert_int_equal(vm_start(&profile, &kernel, 0), 0);
}

/** struct burner - a task that uses so much CPU time on a CPU, or on any */
struct burner {
	struct kc_thread thread;
	int cpu;
	u64 ns;
	u64 done_ns;
	u64 used_ns;
	bool atomic;
};

static void burn(void *arg)
{
	struct burner *b = arg;
	u64 left;

	if (b->cpu >= 0)
		kc_pin_host_cpu(b->cpu);
	if (b->atomic)
		preempt_disable();
	for (left = b->ns; left; left -= 1000)
		kc_cost_burn(1000);
	if (b->atomic)
		preempt_enable();
	b->done_ns = kc_now_ns();
	b->used_ns = kc_thread_cpu_ns();
}

static void start(struct burner *b, int cpu, u64 ns)
{
	b->cpu = cpu;
	b->ns = ns;
	assert_int_equal(kc_thread_create(&b->thread, "burn", burn, b), 0);
}

static void tasks_on_their_own_cpus_run_at_the_same_time(void **state)
{
	struct burner b[TASKS] = { 0 };
	unsigned int i;

	(void)state;
	begin(TASKS);
	for (i = 0; i < TASKS; i++)
		start(&b[i], (int)i, 10 * MS);
	for (i = 0; i < TASKS; i++) {
		kc_thread_join(&b[i].thread);
		assert_in_range(b[i].done_ns, 10 * MS, 10 * MS + 20000);
		assert_in_range(b[i].used_ns, 10 * MS, 10 * MS + 5000);
	}
	vm_stop();
}

static void tasks_on_one_cpu_take_turns(void **state)
{
	struct burner b[2] = { 0 };

	(void)state;
	begin(4);
	start(&b[0], 1, 10 * MS);
	start(&b[1], 1, 10 * MS);
	kc_thread_join(&b[0].thread);
	kc_thread_join(&b[1].thread);
	/* Both end near 20 ms, a slice apart. */
	assert_in_range(b[0].done_ns, 18 * MS, 21 * MS);
	assert_in_range(b[1].done_ns, 18 * MS, 21 * MS);
	vm_stop();
}

static void nice_tasks_get_less(void **state)
{
	struct burner b[2] = { 0 };

	(void)state;
	begin(2);
	start(&b[0], 0, 300 * MS);
	start(&b[1], 0, 300 * MS);
	kc_set_nice((long)((struct vm_task *)b[1].thread.impl)->number, 5);
	kc_sleep_ns(200 * MS);
	/* Five levels are a factor of 1.25^5 = 3.05. */
	assert_in_range(kc_thread_cpu_ns_of(&b[0].thread) * 100 / kc_thread_cpu_ns_of(&b[1].thread),
			285, 325);
	kc_thread_join(&b[0].thread);
	kc_thread_join(&b[1].thread);
	vm_stop();
}

static void an_atomic_section_is_not_preempted(void **state)
{
	struct burner b[2] = { { .atomic = true }, { .atomic = false } };

	(void)state;
	begin(2);
	start(&b[0], 0, 50 * MS);
	kc_sleep_ns(10000);
	start(&b[1], 0, 1 * MS);
	kc_thread_join(&b[0].thread);
	kc_thread_join(&b[1].thread);
	assert_in_range(b[0].done_ns, 50 * MS, 50 * MS + 20000);
	assert_true(b[1].done_ns > b[0].done_ns);
	vm_stop();
}

static void an_idle_cpu_takes_what_waits_elsewhere(void **state)
{
	struct burner b[3] = { 0 };
	unsigned int i;

	(void)state;
	begin(3);
	for (i = 0; i < 3; i++)
		start(&b[i], -1, 10 * MS);
	for (i = 0; i < 3; i++) {
		kc_thread_join(&b[i].thread);
		assert_in_range(b[i].done_ns, 10 * MS, 11 * MS);
	}
	vm_stop();
}

static void sleepers_wake_in_time_and_in_order(void **state)
{
	u64 before, after;

	(void)state;
	begin(2);
	before = kc_now_ns();
	kc_sleep_ns(5 * MS);
	after = kc_now_ns();
	assert_int_equal(after - before, 5 * MS);
	vm_stop();
}

/** struct counted - what tasks count together under a lock */
struct counted {
	spinlock_t lock;
	struct mutex mutex;
	unsigned int inside;
	unsigned int total;
	bool sleeps;
};

static void count(void *arg)
{
	struct counted *c = arg;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		if (c->sleeps)
			mutex_lock(&c->mutex);
		else
			spin_lock(&c->lock);
		assert_int_equal(c->inside++, 0);
		kc_cost_burn(500);
		c->total++;
		c->inside--;
		if (c->sleeps)
			mutex_unlock(&c->mutex);
		else
			spin_unlock(&c->lock);
		kc_cost_burn(100);
	}
}

static void a_lock_lets_one_in_at_a_time(void **state)
{
	struct kc_thread threads[TASKS];
	struct kc_lock_stat stat;
	struct counted *c;
	unsigned int i, sleeps;

	(void)state;
	for (sleeps = 0; sleeps < 2; sleeps++) {
		begin(4);
		c = kc_raw_alloc(sizeof(*c), 64);
		spin_lock_init(&c->lock);
		c->sleeps = sleeps;
		for (i = 0; i < TASKS; i++)
			assert_int_equal(kc_thread_create(&threads[i], "count", count, c), 0);
		for (i = 0; i < TASKS; i++)
			kc_thread_join(&threads[i]);
		assert_int_equal(c->total, TASKS * ROUNDS);
		stat = (struct kc_lock_stat){ 0 };
		spin_lock_stat(&c->lock, &stat);
		if (!sleeps) {
			assert_int_equal(stat.acquisitions, TASKS * ROUNDS);
			assert_true(stat.contended > TASKS * ROUNDS / 2);
			assert_true(stat.wait_ns > (u64)TASKS * ROUNDS * 500);
		}
		/* One after another, 500 ns each. */
		assert_true(kc_now_ns() > (u64)TASKS * ROUNDS * 500);
		kc_raw_free(c);
		vm_stop();
	}
}

static void read_for_a_while(void *arg)
{
	u64 *end = arg;

	rcu_read_lock();
	burn(&(struct burner){ .cpu = 1, .ns = 3 * MS });
	*end = kc_now_ns();
	rcu_read_unlock();
}

static void a_grace_period_outlasts_readers(void **state)
{
	struct kc_thread thread;
	u64 end = 0;

	(void)state;
	begin(2);
	assert_int_equal(kc_thread_create(&thread, "reader", read_for_a_while, &end), 0);
	kc_sleep_ns(100000);
	synchronize_rcu();
	/* The reader's clock may be a little ahead of ours, but it has got there. */
	assert_true(end);
	kc_thread_join(&thread);
	vm_stop();
}

/** struct item - a work item that notes where and when it ran */
struct item {
	struct delayed_work dwork;
	u64 at_ns;
	unsigned int cpu;
};

static void note(struct work_struct *work)
{
	struct item *item = container_of(work, struct item, dwork.work);

	item->at_ns = kc_now_ns();
	item->cpu = kc_task.cpu;
}

static void work_runs_where_and_when_it_should(void **state)
{
	struct workqueue_struct *wq;
	struct item item = { 0 };

	(void)state;
	begin(4);
	wq = alloc_workqueue("bound", 0, 0);
	assert_non_null(wq);
	INIT_DELAYED_WORK(&item.dwork, note);
	assert_true(queue_work_on(2, wq, &item.dwork.work));
	flush_work(&item.dwork.work);
	assert_int_equal(item.cpu, 2);
	assert_true(queue_delayed_work(wq, &item.dwork, 7));
	kc_sleep_ns(20 * MS);
	assert_in_range(item.at_ns, 7 * MS, 9 * MS);
	destroy_workqueue(wq);
	vm_stop();
}

static u64 digest_of_a_run(u64 seed)
{
	struct kc_thread threads[TASKS];
	struct counted *c;
	unsigned int i;
	u64 digest;

	assert_true(vm_memory_reset());
	begin(8);
	vm_jitter(seed);
	c = kc_raw_alloc(sizeof(*c), 64);
	spin_lock_init(&c->lock);
	for (i = 0; i < TASKS; i++)
		assert_int_equal(kc_thread_create(&threads[i], "count", count, c), 0);
	for (i = 0; i < TASKS; i++)
		kc_thread_join(&threads[i]);
	kc_raw_free(c);
	digest = vm_now.digest ^ vm_now.clock;
	assert_true(vm_now.accesses > 0);
	vm_stop();
	return digest;
}

static void two_runs_are_the_same(void **state)
{
	(void)state;
	assert_true(digest_of_a_run(0) == digest_of_a_run(0));
	assert_true(digest_of_a_run(1) == digest_of_a_run(1));
}

static void a_seed_is_a_schedule(void **state)
{
	(void)state;
	assert_true(digest_of_a_run(0) != digest_of_a_run(1));
	assert_true(digest_of_a_run(1) != digest_of_a_run(2));
}

/** struct racer - adds one to @word, and not by an atomic, after @ns */
struct racer {
	struct kc_thread thread;
	u32 *word;
	u64 ns;
};

static void race(void *arg)
{
	struct racer *r = arg;
	u32 value;

	kc_sleep_ns(r->ns);
	value = READ_ONCE(*r->word);
	WRITE_ONCE(*r->word, value + 1);
}

static u32 sum_of_a_race(u64 seed)
{
	struct racer r[2];
	unsigned int i;
	u32 word = 0;

	begin(2);
	vm_jitter(seed);
	for (i = 0; i < 2; i++) {
		r[i] = (struct racer){ .word = &word, .ns = 10000 + 1000 * i };
		assert_int_equal(kc_thread_create(&r[i].thread, "race", race, &r[i]), 0);
	}
	for (i = 0; i < 2; i++)
		kc_thread_join(&r[i].thread);
	vm_stop();
	return word;
}

/* The first is done a microsecond before the second begins, but by some schedules. */
static void some_schedule_finds_a_race(void **state)
{
	unsigned int lost = 0, seed;

	(void)state;
	assert_int_equal(sum_of_a_race(0), 2);
	for (seed = 1; seed <= SEEDS; seed++)
		lost += sum_of_a_race(seed) == 1;
	assert_in_range(lost, 1, SEEDS / 10);
}

static void a_deadlock_ends_the_program(void **state)
{
	uint32_t word = 0;
	int status;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (!pid) {
		signal(SIGILL, SIG_DFL);
		signal(SIGTRAP, SIG_DFL);
		begin(2);
		if (!freopen("/dev/null", "w", stderr))
			_exit(2);
		kc_wait(&word, 0, KC_FOREVER);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tasks_on_their_own_cpus_run_at_the_same_time),
		cmocka_unit_test(tasks_on_one_cpu_take_turns),
		cmocka_unit_test(nice_tasks_get_less),
		cmocka_unit_test(an_atomic_section_is_not_preempted),
		cmocka_unit_test(an_idle_cpu_takes_what_waits_elsewhere),
		cmocka_unit_test(sleepers_wake_in_time_and_in_order),
		cmocka_unit_test(a_lock_lets_one_in_at_a_time),
		cmocka_unit_test(a_grace_period_outlasts_readers),
		cmocka_unit_test(work_runs_where_and_when_it_should),
		cmocka_unit_test(two_runs_are_the_same),
		cmocka_unit_test(a_seed_is_a_schedule),
		cmocka_unit_test(some_schedule_finds_a_race),
		cmocka_unit_test(a_deadlock_ends_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
