// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/kernel/crew.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "port.h"

enum {
	CREW_POLL_NS = 1000000,
	CREW_QUIET_NS = 200000000, /* longest wait for a free core */
};

/**
 * struct crew_shared - memory of parent and children
 * @nr:		children
 * @ready:	those that are prepared
 * @go:		they may act
 * @members:	what they tell
 */
struct crew_shared {
	unsigned int nr;
	atomic_uint ready;
	atomic_bool go;
	struct crew_member members[CREW_MAX];
};

void crew_start(struct crew_member *member)
{
	member->cpu_ns = kc_thread_cpu_ns();
	member->start_ns = kc_now_ns();
}

void crew_stop(struct crew_member *member)
{
	member->end_ns = kc_now_ns();
	member->cpu_ns = kc_thread_cpu_ns() - member->cpu_ns;
}

/* Children that share a processor, or the hyperthreads of a core, are no neighbours. */
static bool was_disturbed(const struct crew_job *job, const struct crew_member *member,
			  unsigned int nr, const struct sim_noise *noise)
{
	const struct sim_usage usage = {
		.wall_ns = member->end_ns - member->start_ns,
		.cpu_ns = member->cpu_ns,
		.process_ns = member->cpu_ns,
		.alone = nr == 1 || (job->pin && nr <= kc_nr_host_cpus()),
	};
	struct sim_probe probe;

	if (usage.alone && sim_noise_took(&usage))
		return true;
	if (nr > 1)
		return false;
	sim_noise_probe(&probe);
	return sim_noise_hit(noise, &probe);
}

static int child_main(const struct crew_job *job, struct crew_shared *shared, unsigned int who)
{
	struct crew_member *member = &shared->members[who];
	struct sim_message msg = { .text = member->text, .size = sizeof(member->text) };
	struct sim_noise noise = { 0 };
	int err;

	if (job->pin)
		kc_pin_host_cpu((int)(job->first_cpu + who % kc_nr_host_cpus()));
	err = job->prepare(job, member, &msg);
	if (err)
		return err;
	if (job->noise) {
		noise = *job->noise;
		if (shared->nr == 1)
			sim_noise_wait(&noise, CREW_QUIET_NS);
	}
	atomic_fetch_add(&shared->ready, 1);
	while (!atomic_load(&shared->go))
		sched_yield();
	err = job->act(job, member, &msg);
	if (job->noise)
		member->disturbed = was_disturbed(job, member, shared->nr, &noise);
	return err;
}

/* The parent decides about signals of the terminal; without a parent nobody needs the child. */
static void child_run(const struct crew_job *job, struct crew_shared *shared, unsigned int who,
		      pid_t parent)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGTERM, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent)
		shared->members[who].err = child_main(job, shared, who);
	_exit(shared->members[who].err ? 1 : 0);
}

static void kill_all(const pid_t *pids, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (pids[i] > 0)
			kill(pids[i], SIGKILL);
	}
}

/* Collects one child that has ended, if any has. Returns whether it did what it should. */
static bool reap(pid_t *pids, unsigned int nr, unsigned int *left, int flags)
{
	int status = 0;
	pid_t pid = waitpid(-1, &status, flags);
	unsigned int i;

	if (pid <= 0)
		return true;
	for (i = 0; i < nr; i++) {
		if (pids[i] == pid) {
			pids[i] = 0;
			(*left)--;
		}
	}
	return !status;
}

/* Waits until all are prepared, lets them act, and waits until all are gone. */
static int conduct(const struct crew_job *job, struct crew_shared *shared, pid_t *pids,
		   unsigned int nr, struct sim_message *msg)
{
	struct timespec pause = { .tv_nsec = CREW_POLL_NS };
	unsigned int left = nr;
	bool good = true;
	int err = 0;

	while (good && !*job->stop && atomic_load(&shared->ready) < nr) {
		nanosleep(&pause, NULL);
		good = reap(pids, nr, &left, WNOHANG);
	}
	if (good && !*job->stop && job->ready)
		err = job->ready(job, msg);
	if (good && !*job->stop && !err)
		atomic_store(&shared->go, true);
	else
		kill_all(pids, nr);
	while (left) {
		if (!reap(pids, nr, &left, 0) || *job->stop) {
			good = false;
			kill_all(pids, nr);
		}
	}
	if (*job->stop)
		return sim_fail(msg, -EINTR, "interrupted");
	return err ? err : good ? 0 : -ECHILD;
}

static int first_error(const struct crew_shared *shared, unsigned int nr, struct sim_message *msg)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (shared->members[i].err)
			return sim_fail(msg, shared->members[i].err, "%s", shared->members[i].text);
	}
	return sim_fail(msg, -ECHILD, "a process of the measurement was killed: out of memory?");
}

int crew_run(const struct crew_job *job, unsigned int nr, struct crew_member *members,
	     struct sim_message *msg)
{
	struct crew_shared *shared;
	pid_t pids[CREW_MAX] = { 0 };
	pid_t parent = getpid();
	unsigned int started;
	int err;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		return sim_fail(msg, -errno, "no shared memory: %s", strerror(errno));
	shared->nr = nr;
	for (started = 0; started < nr; started++) {
		pids[started] = fork();
		if (!pids[started])
			child_run(job, shared, started, parent);
		if (pids[started] < 0)
			break;
	}
	if (started < nr) {
		err = sim_fail(msg, -errno, "fork failed: %s", strerror(errno));
		kill_all(pids, started);
		while (started)
			reap(pids, nr, &started, 0);
	} else {
		err = conduct(job, shared, pids, nr, msg);
		if (err == -ECHILD)
			err = first_error(shared, nr, msg);
	}
	memcpy(members, shared->members, nr * sizeof(*members));
	munmap(shared, sizeof(*shared));
	return err;
}
