// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The writer of timelines, by timelines that no machine is sure to make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/report/report.h"

#define RUN(ps, task, cpu)                               \
	{                                                \
		ps, NULL, 0, task, cpu, SIM_TIMELINE_RUN \
	}
#define STOP(ps, task, cpu)                               \
	{                                                 \
		ps, NULL, 0, task, cpu, SIM_TIMELINE_STOP \
	}
#define PHASE(ps, task, name)                            \
	{                                                \
		ps, name, 0, task, 0, SIM_TIMELINE_PHASE \
	}
#define WAIT(ps, task, name, number)                         \
	{                                                    \
		ps, name, number, task, 0, SIM_TIMELINE_WAIT \
	}
#define GO(ps, task)                                  \
	{                                             \
		ps, NULL, 0, task, 0, SIM_TIMELINE_GO \
	}
#define REPEAT(ps)                                       \
	{                                                \
		ps, "sync", 0, 0, 0, SIM_TIMELINE_REPEAT \
	}
#define DONE(ps)                                     \
	{                                            \
		ps, NULL, 0, 0, 0, SIM_TIMELINE_DONE \
	}
#define US 1000000

/* What stands after the heads: a line per event, as "B 30001 1.000000 name". */
static void assert_written(struct sim_timeline_event *events, size_t nr, bool cut,
			   const char *expected)
{
	char names[2][SIM_TIMELINE_NAME] = { "producer", "zfree" };
	struct sim_timeline timeline = {
		.events = events,
		.nr = nr,
		.cut = cut,
		.names = names,
		.nr_tasks = 2,
		.nr_cpus = 2,
	};
	char *text, *seen, ph, at[32], name[64];
	FILE *out = open_memstream(&text, &(size_t){ 0 });
	FILE *lines = open_memstream(&seen, &(size_t){ 0 });
	unsigned int tid;
	char *line;

	assert_int_equal(timeline_json(&timeline, out), 0);
	fclose(out);
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		char *last = strstr(line, "\"name\":\"");

		if (sscanf(line, "{\"ph\":\"%c\",\"pid\":%*d,\"tid\":%u,\"ts\":%31[0-9.],", &ph,
			   &tid, at) != 3 ||
		    ph == 'M')
			continue;
		assert_non_null(last);
		assert_int_equal(sscanf(last, "\"name\":\"%63[^\"]", name), 1);
		fprintf(lines, "%c %u %s %s\n", ph, tid, at, name);
	}
	fclose(lines);
	assert_string_equal(seen, expected);
	free(text);
	free(seen);
}

#define assert_timeline(events, cut, expected) \
	assert_written(events, sizeof(events) / sizeof(*(events)), cut, expected)

static void ends_are_named_and_the_inner_one_is_first(void **state)
{
	struct sim_timeline_event events[] = {
		REPEAT(US),	    RUN(US, 0, 1), PHASE(2 * US, 0, "notify"),
		STOP(3 * US, 0, 1), DONE(4 * US),
	};

	(void)state;
	assert_timeline(events, false,
			"B 30000 1.000000 on CPU 1\n"
			"B 20001 1.000000 producer 0\n"
			"B 10000 1.000000 sync, repeat 0\n"
			"B 30000 2.000000 notify\n"
			"E 30000 3.000000 notify\n"
			"E 30000 3.000000 on CPU 1\n"
			"E 20001 3.000000 producer 0\n"
			"E 10000 4.000000 sync, repeat 0\n");
}

/* A viewer that sorts beginnings and ends apart would end it before it begins. */
static void what_lasts_no_time_is_not_there(void **state)
{
	struct sim_timeline_event events[] = {
		RUN(US, 0, 0),		PHASE(US, 0, "lookup"),
		PHASE(US, 0, "slot"),	PHASE(2 * US, 0, "lock"),
		PHASE(2 * US, 0, NULL), STOP(3 * US, 0, 0),
		RUN(5 * US, 1, 0),	STOP(5 * US, 1, 0),
	};

	(void)state;
	assert_timeline(events, false,
			"B 30000 1.000000 on CPU 0\n"
			"B 30000 1.000000 slot\n"
			"B 20000 1.000000 producer 0\n"
			"E 30000 2.000000 slot\n"
			"E 30000 3.000000 on CPU 0\n"
			"E 20000 3.000000 producer 0\n");
}

/* That viewer would begin the second one inside the first. */
static void what_ends_and_begins_again_at_once_goes_on(void **state)
{
	struct sim_timeline_event events[] = {
		RUN(US, 0, 0),	    PHASE(US, 0, "drain"), STOP(2 * US, 0, 0), RUN(2 * US, 0, 0),
		STOP(3 * US, 0, 0), RUN(3 * US, 0, 1),	   STOP(4 * US, 0, 1),
	};

	(void)state;
	assert_timeline(events, false,
			"B 30000 1.000000 on CPU 0\n"
			"B 30000 1.000000 drain\n"
			"B 20000 1.000000 producer 0\n"
			"B 20001 3.000000 producer 0\n"
			"E 30000 3.000000 drain\n"
			"E 30000 3.000000 on CPU 0\n"
			"B 30000 3.000000 on CPU 1\n"
			"B 30000 3.000000 drain\n"
			"E 20000 3.000000 producer 0\n"
			"E 30000 4.000000 drain\n"
			"E 30000 4.000000 on CPU 1\n"
			"E 20001 4.000000 producer 0\n");
}

static void a_cpu_has_one_task_whoever_is_told_of_first(void **state)
{
	struct sim_timeline_event events[] = {
		RUN(US, 0, 0),
		RUN(2 * US, 1, 0),
		STOP(2 * US, 0, 0),
		STOP(3 * US, 1, 0),
	};

	(void)state;
	assert_timeline(events, false,
			"B 30000 1.000000 on CPU 0\n"
			"B 20000 1.000000 producer 0\n"
			"E 30000 2.000000 on CPU 0\n"
			"B 30001 2.000000 on CPU 0\n"
			"E 20000 2.000000 producer 0\n"
			"B 20000 2.000000 zfree 1\n"
			"E 30001 3.000000 on CPU 0\n"
			"E 20000 3.000000 zfree 1\n");
}

static void what_is_cut_off_ends_and_says_so(void **state)
{
	struct sim_timeline_event events[] = {
		REPEAT(US),
		RUN(US, 0, 0),
		PHASE(US, 0, "notify"),
		WAIT(2 * US, 0, "cluster", 0),
		PHASE(2 * US, 0, "lock"),
		RUN(3 * US, 7, 1), /* past the tasks that have names */
	};

	(void)state;
	assert_timeline(events, true,
			"B 30000 1.000000 on CPU 0\n"
			"B 30000 1.000000 notify\n"
			"B 20000 1.000000 producer 0\n"
			"B 10000 1.000000 sync, repeat 0\n"
			"b 30000 2.000000 cluster 0\n"
			"E 30000 2.000000 notify\n"
			"B 30000 2.000000 lock\n"
			"e 30000 3.000000 cluster 0\n"
			"E 10000 3.000000 sync, repeat 0\n"
			"E 30000 3.000000 lock\n"
			"E 30000 3.000000 on CPU 0\n"
			"E 20000 3.000000 producer 0\n"
			"i 10000 3.000000 cut off after 6 events\n");
}

static void locks_of_several_have_their_number(void **state)
{
	struct sim_timeline_event events[] = {
		WAIT(US, 0, "cluster", 0),
		GO(2 * US, 0),
		WAIT(3 * US, 0, "zone", SIM_TIMELINE_ALONE),
		STOP(4 * US, 0, 0),
	};

	(void)state;
	assert_timeline(events, false,
			"b 30000 1.000000 cluster 0\n"
			"e 30000 2.000000 cluster 0\n"
			"b 30000 3.000000 zone\n"
			"e 30000 4.000000 zone\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_are_named_and_the_inner_one_is_first),
		cmocka_unit_test(what_lasts_no_time_is_not_there),
		cmocka_unit_test(what_ends_and_begins_again_at_once_goes_on),
		cmocka_unit_test(a_cpu_has_one_task_whoever_is_told_of_first),
		cmocka_unit_test(what_is_cut_off_ends_and_says_so),
		cmocka_unit_test(locks_of_several_have_their_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
