// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What does the zram of the running kernel spend per slot, and the model beside it?
 *
 * Needs root and a zram device that nobody uses. It is made swap for moments, with the highest
 * priority, and given back as it was: no size, its compressor and its memory limit. Ctrl-C and
 * failures give it back too; only SIGKILL does not, see --help.
 *
 * Nothing runs this by itself: not the tests, not the other benchmarks.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/kernel/model.h"
#include "bench/kernel/report.h"
#include "port.h"

enum {
	EXIT_USAGE = 2,
	EXIT_SYSTEM = 3,
	EXIT_SKIPPED = 4,
	EXIT_INTERRUPTED = 130,
	MIN_BYTES = 1 << 20,
	MAX_BYTES = 1 << 30,
};

/**
 * struct options - of the command line
 * @bench:	common part of what is measured
 * @comp:	compressor or NULL
 * @runs:	repeats
 * @procs:	processes of munmap
 * @nr_procs:	entries in @procs
 * @json:	--format json
 * @check:	--check
 * @model:	measure the model too
 */
struct options {
	struct kernel_bench bench;
	const char *comp;
	unsigned int runs;
	unsigned int procs[CREW_MAX];
	unsigned int nr_procs;
	bool json;
	bool check;
	bool model;
};

static volatile int stop;
static struct kernel_row rows[KERNEL_MAX_ARMS];

static const char usage[] =
	"usage: bench_kernel [OPTION]...\n"
	"\n"
	"Times munmap() of swapped-out memory and BLKDISCARD on a zram device of this kernel,\n"
	"and the model on the same pages. Needs root. Refuses a device that is in use.\n"
	"\n"
	"  --device NAME    zram device (zram0)\n"
	"  --size MIB       memory per process, 1 to 1024 (64)\n"
	"  --procs LIST     processes that unmap at once, 1 to 16 (1,2)\n"
	"  --runs N         repeats, 1 to 99 (7)\n"
	"  --comp NAME      compressor (lz4 if the device has it)\n"
	"  --seed N         of the data (1)\n"
	"  --format WORD    markdown or json (markdown)\n"
	"  --no-model       the kernel only\n"
	"  --check          only say whether the device could be used\n"
	"  --sysroot DIR    with --check: look at DIR/sys and DIR/proc\n"
	"\n"
	"If it was killed, give the device back by hand:\n"
	"  swapoff /dev/zram0; echo 1 > /sys/block/zram0/reset\n"
	"\n"
	"Exit codes: 0 done, 2 usage, 3 device in use or system, 4 skipped: not on this machine,\n"
	"130 interrupted, with what was measured until then.\n";

static void on_signal(int signal)
{
	stop = signal;
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE,
	       SIG_IGN); /* a reader that leaves must not keep the device from going back */
}

static int complain(int code, const char *text)
{
	fprintf(stderr, "bench_kernel: %s\n", text);
	return code;
}

static bool parse_number(const char *text, unsigned long long min, unsigned long long max,
			 unsigned long long *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && !*end && !errno && *number >= min &&
	       *number <= max;
}

static bool parse_procs(struct options *opt, char *list)
{
	unsigned long long number;
	char *save;
	char *at;

	opt->nr_procs = 0;
	for (at = strtok_r(list, ",", &save); at; at = strtok_r(NULL, ",", &save)) {
		if (opt->nr_procs == CREW_MAX || !parse_number(at, 1, CREW_MAX, &number))
			return false;
		opt->procs[opt->nr_procs++] = (unsigned int)number;
	}
	return opt->nr_procs;
}

static const struct option long_options[] = {
	{ "device", required_argument, NULL, 'd' }, { "size", required_argument, NULL, 's' },
	{ "procs", required_argument, NULL, 'p' },  { "runs", required_argument, NULL, 'r' },
	{ "comp", required_argument, NULL, 'c' },   { "seed", required_argument, NULL, 'S' },
	{ "format", required_argument, NULL, 'f' }, { "no-model", no_argument, NULL, 'm' },
	{ "check", no_argument, NULL, 'C' },	    { "sysroot", required_argument, NULL, 'R' },
	{ "help", no_argument, NULL, 'h' },	    { NULL, 0, NULL, 0 }
};

/* Returns NULL, or what is wrong. */
static const char *set_option(struct options *opt, int option)
{
	unsigned long long number;

	switch (option) {
	case 'd':
		opt->bench.dev.name = optarg;
		return NULL;
	case 's':
		if (!parse_number(optarg, MIN_BYTES >> 20, MAX_BYTES >> 20, &number))
			return "--size wants MiB per process, 1 to 1024";
		opt->bench.bytes = number << 20;
		return NULL;
	case 'p':
		return parse_procs(opt, optarg) ? NULL
						: "--procs wants numbers from 1 to 16, as "
						  "in 1,2";
	case 'r':
		if (!parse_number(optarg, 1, KERNEL_MAX_RUNS, &number))
			return "--runs wants a number from 1 to 99";
		opt->runs = (unsigned int)number;
		return NULL;
	case 'c':
		opt->comp = optarg;
		return NULL;
	case 'S':
		if (!parse_number(optarg, 0, UINT64_MAX, &number))
			return "--seed wants a number";
		opt->bench.seed = number;
		return NULL;
	case 'f':
		opt->json = !strcmp(optarg, "json");
		return opt->json || !strcmp(optarg, "markdown") ? NULL
								: "--format wants markdown or json";
	case 'm':
		opt->model = false;
		return NULL;
	case 'C':
		opt->check = true;
		return NULL;
	case 'R':
		opt->bench.dev.sysroot = optarg;
		return NULL;
	default:
		return "see bench_kernel --help";
	}
}

static void add_row(unsigned int *nr, const struct options *opt, enum kernel_work work,
		    enum kernel_data data, unsigned int procs)
{
	struct kernel_row *row = &rows[*nr];

	if (*nr == KERNEL_MAX_ARMS)
		return;
	row->arm.work = work;
	row->arm.data = data;
	row->arm.procs = procs;
	row->has_model = opt->model && kernel_has_model(&row->arm);
	(*nr)++;
}

static unsigned int plan(const struct options *opt)
{
	unsigned int nr = 0, i;
	int data;

	for (i = 0; i < opt->nr_procs; i++) {
		for (data = 0; data < KERNEL_NR_DATA; data++)
			add_row(&nr, opt, KERNEL_MUNMAP, data, opt->procs[i]);
	}
	/* A discard finds no difference between one word and another. */
	for (data = 0; data < KERNEL_ZERO; data++)
		add_row(&nr, opt, KERNEL_DISCARD, data, 1);
	return nr;
}

/* One repeat of every arm, in random order, the model's right after the kernel's. */
static int repeat(struct options *opt, unsigned int nr, unsigned int run, uint64_t *random,
		  struct sim_message *msg)
{
	unsigned int order[KERNEL_MAX_ARMS], i, j, swap;
	int err = 0;

	for (i = 0; i < nr; i++)
		order[i] = i;
	for (i = nr; i > 1; i--) {
		j = (unsigned int)kc_random_below(random, i);
		swap = order[i - 1];
		order[i - 1] = order[j];
		order[j] = swap;
	}
	for (i = 0; i < nr && !err; i++) {
		struct kernel_row *row = &rows[order[i]];

		err = kernel_measure(&opt->bench, &row->arm, &row->kernel[run], msg);
		if (!err && row->has_model)
			err = kernel_measure_model(&opt->bench, &row->arm, &row->model[run], msg);
	}
	for (i = 0; i < nr && !err; i++)
		rows[i].nr = run + 1;
	return err;
}

static int exit_code(int err)
{
	switch (err) {
	case 0:
		return 0;
	case -EINVAL:
		return EXIT_USAGE;
	case -EINTR:
		return EXIT_INTERRUPTED;
	case -ENODEV:
	case -EPERM:
	case -EACCES:
	case -EROFS:
	case -ENOTSUP:
	case -ENOSYS:
		return EXIT_SKIPPED;
	default:
		return EXIT_SYSTEM;
	}
}

/*
 * Everything is in memory, and then compressed as well. Twice the memory must be there, so that
 * nobody else is swapped to a device that is about to go.
 */
static int check_memory(const struct options *opt, struct sim_message *msg)
{
	unsigned long long kib = 0, mib, need;
	FILE *file = fopen("/proc/meminfo", "re");
	unsigned int most = 1, i;
	char line[128];

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "MemAvailable: %llu", &kib) == 1)
			break;
	}
	if (file)
		fclose(file);
	for (i = 0; i < opt->nr_procs; i++)
		most = opt->procs[i] > most ? opt->procs[i] : most;
	need = (opt->bench.bytes >> 20) * most * 2;
	mib = kib >> 10;
	if (need <= mib)
		return 0;
	return sim_fail(msg, -ENOMEM,
			"%u processes need %llu MiB and %llu MiB are available: use a smaller "
			"--size or fewer --procs",
			most, need, mib);
}

static int run_all(struct options *opt)
{
	char text[512] = "";
	struct sim_message msg = { .text = text, .size = sizeof(text) };
	uint64_t random = opt->bench.seed;
	unsigned int nr = plan(opt), run;
	int err, end;

	err = check_memory(opt, &msg);
	if (!err)
		err = kernel_device_borrow(&opt->bench.dev, opt->comp, &msg);
	for (run = 0; run < opt->runs && !err; run++) {
		fprintf(stderr, "bench_kernel: repeat %u of %u on /dev/%s\n", run + 1, opt->runs,
			opt->bench.dev.name);
		err = repeat(opt, nr, run, &random, &msg);
	}
	if (err)
		complain(0, text);
	end = kernel_device_give_back(&opt->bench.dev, &msg);
	if (end)
		complain(0, text);
	if (rows[0].nr)
		(opt->json ? kernel_report_json : kernel_report_markdown)(&opt->bench, rows, nr);
	if (fflush(stdout) || ferror(stdout))
		return complain(EXIT_SYSTEM, "the result could not be written");
	return exit_code(err ? err : end);
}

int main(int argc, char **argv)
{
	struct options opt = {
		.bench = { .dev = { .sysroot = "", .name = "zram0" },
			   .bytes = 64 << 20,
			   .seed = 1,
			   .stop = &stop },
		.runs = 7,
		.procs = { 1, 2 },
		.nr_procs = 2,
		.model = true,
	};
	char text[512] = "";
	struct sim_message msg = { .text = text, .size = sizeof(text) };
	const char *wrong;
	int option;
	int err;

	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (option == 'h') {
			printf("%s", usage);
			return 0;
		}
		wrong = option == '?' ? NULL : set_option(&opt, option);
		if (option == '?')
			return EXIT_USAGE;
		if (wrong)
			return complain(EXIT_USAGE, wrong);
	}
	if (optind < argc)
		return complain(EXIT_USAGE, "takes options only, see bench_kernel --help");
	if (opt.bench.dev.sysroot[0] && !opt.check)
		return complain(EXIT_USAGE, "--sysroot needs --check: nothing is measured there");
	if (strlen(opt.bench.dev.sysroot) > 64)
		return complain(EXIT_USAGE, "--sysroot is too long: at most 64 bytes");
	err = kernel_device_check(&opt.bench.dev, &msg);
	if (err)
		return complain(exit_code(err), text);
	if (opt.check) {
		printf("%s can be used\n", opt.bench.dev.name);
		return 0;
	}
	catch_signals();
	sim_noise_init(&opt.bench.noise);
	return run_all(&opt);
}
