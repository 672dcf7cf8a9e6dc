// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/minmax.h>

#include "port.h"
#include "sim/figures/machine_stat.h"
#include "sim/run/crew.h"
#include "sim/run/pins.h"
#include "sim/shortage.h"

#define NO_TURN UINT32_MAX /* threads are still being started */

/** struct runner - thread of a producer, or of the foreground if @producer is NULL */
struct runner {
	struct sim_crew *crew;
	struct sim_producer *producer;
	struct kc_thread thread;
	int err;
	int pin_err;
};

static u32 pin_cpu_of(const struct zramsim_config *cfg, const struct sim_producer *producer)
{
	return cfg->pin_cpus[producer->number % cfg->nr_pin_cpus];
}

/*
 * Producers look at their cores one after another, while all other threads of the experiment
 * sleep: on the sibling of a core they would pass for a neighbour.
 */
static void take_turn(struct sim_crew *crew, u32 turn)
{
	u32 now;

	while ((now = READ_ONCE(crew->turn)) != turn && now != crew->nr)
		kc_wait(&crew->turn, now, KC_FOREVER);
}

static void set_turn(struct sim_crew *crew, u32 turn)
{
	WRITE_ONCE(crew->turn, turn);
	kc_wake(&crew->turn, crew->nr + 1);
}

static void look_at_core(struct sim_crew *crew, struct sim_producer *producer)
{
	/* A virtual machine has no neighbours. */
	if (sim_host.is_machine)
		return;
	take_turn(crew, producer->number);
	sim_noise_probe(&producer->before);
	if (READ_ONCE(crew->turn) == producer->number)
		set_turn(crew, producer->number + 1);
	take_turn(crew, crew->nr);
}

/*
 * All start together: the last one to arrive lets the others go. Who sleeps is woken before the
 * first clock is read.
 */
static void start_line(struct sim_crew *crew)
{
	u32 all = crew->nr + (crew->foreground ? 1 : 0);

	if ((u32)atomic_inc_return(&crew->ready) == all) {
		sim_hogs_go(&crew->hogs);
		sim_compactor_go(&crew->compactor);
		sim_machine_begin(crew->cfg->model.kernel);
		atomic_set_release(&crew->go, 1);
	}
	while (!atomic_read_acquire(&crew->go)) /* pairs with the release above */
		kc_yield();
}

/* Nobody waits any more for what will not come. */
static void break_off(struct sim_crew *crew)
{
	if (crew->foreground)
		WRITE_ONCE(crew->foreground->ended, 1);
	set_turn(crew, crew->nr);
	atomic_set_release(&crew->go, 1);
}

static int produce(struct sim_producer *producer, bool phases)
{
	u64 cpu, process;
	int err = phases ? kc_phases_start(KC_PHASE_OTHER) : 0;

	if (err)
		return err;
	process = sim_noise_process_ns();
	cpu = kc_thread_cpu_ns();
	producer->start_ns = kc_now_ns();
	producer->world->scenario->produce(producer);
	producer->end_ns = kc_now_ns();
	producer->cpu_ns = kc_thread_cpu_ns() - cpu;
	producer->process_ns = sim_noise_process_ns() - process;
	if (phases)
		kc_phases_stop(&producer->phases);
	return 0;
}

static void run_producer(void *arg)
{
	struct runner *runner = arg;
	struct sim_producer *producer = runner->producer;
	const struct zramsim_config *cfg = runner->crew->cfg;
	int err;

	if (cfg->pin)
		runner->pin_err = kc_pin_host_cpu((int)pin_cpu_of(cfg, producer));
	look_at_core(runner->crew, producer);
	start_line(runner->crew);
	err = produce(producer, cfg->phases);
	if (err)
		break_off(runner->crew);
	runner->err = err;
	sim_recorder_mark(producer->track.recorder);
}

static void run_foreground(void *arg)
{
	struct runner *runner = arg;

	if (!sim_host.is_machine)
		take_turn(runner->crew, runner->crew->nr);
	start_line(runner->crew);
	sim_foreground_run(runner->crew->foreground);
}

static int start_runner(struct runner *runner, struct sim_crew *crew, struct sim_producer *producer)
{
	runner->crew = crew;
	runner->producer = producer;
	if (!producer)
		return kc_thread_create(&runner->thread, "foreground", run_foreground, runner);
	return kc_thread_create(&runner->thread, "producer", run_producer, runner);
}

/* Return: @err, or what went wrong in the thread. */
static int join_runner(struct runner *runner, int err, struct sim_message *msg)
{
	const struct sim_producer *producer = runner->producer;

	kc_thread_join(&runner->thread);
	if (!producer)
		producer = &runner->crew->foreground->producer;
	if (runner->pin_err && !err)
		err = sim_pins_fail(msg, runner->pin_err, pin_cpu_of(runner->crew->cfg, producer));
	if (runner->err && !err)
		err = sim_fail_host(msg, runner->err, NULL, "producer %u cannot be timed",
				    producer->number);
	if (producer->stopped && !err)
		err = sim_fail(msg, -EINTR, "interrupted");
	return err;
}

static int run_all(struct sim_crew *crew, struct runner *runners, struct sim_message *msg)
{
	u32 nr = crew->nr + (crew->foreground ? 1 : 0), i, started;
	int err = 0;

	for (started = 0; started < nr; started++) {
		err = start_runner(&runners[started], crew,
				   started < crew->nr ? &crew->producers[started] : NULL);
		if (err)
			break;
	}
	if (err) {
		sim_fail_host(msg, err, NULL, "thread %u of %u cannot be started", started + 1, nr);
		break_off(crew);
	} else if (!sim_host.is_machine) {
		set_turn(crew, 0);
	}
	for (i = 0; i < started; i++)
		err = join_runner(&runners[i], err, msg);
	return err;
}

int sim_crew_run(struct sim_crew *crew, struct zram *zram, struct sim_message *msg)
{
	struct runner *runners = calloc(crew->nr + 1, sizeof(*runners));
	int err;

	if (!runners)
		return sim_fail(msg, -ENOMEM, "not enough memory for %u thread%s", crew->nr + 1,
				sim_plural(crew->nr + 1, "s"));
	crew->turn = NO_TURN;
	/* The first to record in a process calibrates a clock; that is no producer. */
	if (crew->cfg->phases && !kc_phases_start(KC_PHASE_OTHER))
		kc_phases_stop(NULL);
	kc_cpu_put(); /* the lowest CPUs are for the producers */
	err = sim_hogs_start(&crew->hogs, crew->cfg, msg);
	if (!err)
		err = sim_compactor_start(&crew->compactor, zram, crew->cfg->compact_us, msg);
	if (!err)
		err = run_all(crew, runners, msg);
	free(runners);
	return err;
}

void sim_crew_dismiss(struct sim_crew *crew)
{
	sim_hogs_end(&crew->hogs);
	sim_compactor_end(&crew->compactor);
}

unsigned int sim_crew_size(const struct zramsim_config *cfg,
			   const struct sim_scenario_ops *scenario)
{
	return cfg->procs + max(cfg->strategy.nr_workers, 1u) + (scenario->allocate ? 1 : 0) +
	       (cfg->compact_us ? 1 : 0) + cfg->hogs;
}

bool sim_crew_alone(const struct zramsim_config *cfg, const struct sim_scenario_ops *scenario)
{
	/* Foreground and compactor are wherever the scheduler puts them. */
	return cfg->pin && !scenario->allocate && !cfg->compact_us &&
	       cfg->strategy.workers != ZRAMSIM_WORKERS_PERCPU &&
	       sim_crew_size(cfg, scenario) <= cfg->nr_pin_cpus;
}
