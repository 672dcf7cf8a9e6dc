// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <stdio.h>
#include <string.h>

#include "sim/cli/commands.h"
#include "sim/cli/options.h"
#include "sim/cli/suggest.h"
#include "sim/report/document.h"
#include "sim/study/shape.h"

/* A page that belongs to no command. */
struct topic {
	const char *name;
	const char *summary;
	const char *text;
};

static const struct topic topics[] = {
	{ "units", "how sizes, times and shares are written",
	  "Sizes:  4096, 64K, 256M, 1.5G; K, M, G and T are powers of 1024 (KB and KiB too).\n"
	  "Times:  250us, 100ms, 2s, 1min; always with a unit.\n"
	  "Shares: 20%, whole percents.\n"
	  "Nothing is rounded: what does not fit exactly is refused.\n" },
	{ "output", "what the columns of the table mean",
	  "#, strategy  by the median of the exit time, shortest first\n"
	  "unit         what is queued: slot, handle or none\n"
	  "exit ms      from the first page zapped to the last one, over all processes\n"
	  "spread       largest minus smallest repeat, in percent of the median\n"
	  "vs           ratio to the first strategy: the median of the ratios of the rounds\n"
	  "95 % interval  where the ratio lies; fewer than five repeats have none, and no verdict\n"
	  "verdict      faster or slower only where the whole interval is on one side of 1\n"
	  "back ms      when half and when all of the freed memory was back\n"
	  "cpu ns/slot  processor time of the processes and the workers together\n"
	  "held MiB     most memory that was dead and not yet given back\n"
	  "over-flow    slots that could not be queued and were freed at once\n"
	  "miss         slots found locked; they keep their memory, as in the kernel\n"
	  "All values, with every repeat, are in --format json.\n" },
	{ "data", "where the content of the pages comes from",
	  "anon         seeded pages whose compressed sizes follow real anonymous memory\n"
	  "rfc          pages of one repeated phrase each, as in the RFC's swap-in test\n"
	  "file:PATH    4 KiB pages of any file, from its start, again when it ends\n"
	  "pid:PID      anonymous memory of a process you may read (ptrace permission)\n"
	  "sizes:FILE   stored sizes from lines 'SIZE COUNT'; nothing is compressed\n"
	  "Data of one size put every free on one class lock, so the result says what the\n"
	  "sizes were.\n" },
	{ "free-path", "what a slot goes through when it is freed, and where that can be cut",
	  "locks    class:     a pool-wide reader-writer lock, then the class lock (6.11 to 7.2)\n"
	  "         pool:      one spinlock for all (6.1 to 6.10)\n"
	  "         class-idx: the class is read from the object word; class lock only\n"
	  "         sharded:   a lock-free list per zspage; most frees take no lock\n"
	  "pages    inside:    an emptied zspage is freed under the class lock\n"
	  "         outside:   by the same free, after the lock\n"
	  "         deferred:  by a worker of the pool\n"
	  "flags    merged:    one store clears the flags of a slot\n"
	  "         single:    one store for each flag\n"
	  "defer    none:      everything is freed at once (strategy sync)\n"
	  "         zspage:    the same, but with --pages deferred (strategy sync)\n"
	  "         handle:    the slot is cleaned at once, its handle is queued\n"
	  "         slot:      its index is queued, nothing else is touched\n"
	  "batch    how a drain groups handles under one hold of a class lock, of --hold at most:\n"
	  "         none, runs (consecutive ones of a class), sorted (by class, then zspage)\n"
	  "All combinations are possible, but those of --defer none and zspage with --pages or\n"
	  "strategies that contradict them. --phases shows where the time goes.\n" },
	{ "exit-codes", "what the exit code says",
	  "0    done\n"
	  "1    a check failed\n"
	  "2    usage: a command, an option or a value\n"
	  "3    input or system: a file, a process, memory, a full disk\n"
	  "4    not in this build or not on this machine\n"
	  "70   a bug in zramsim\n"
	  "130  interrupted; the result holds what was measured until then\n" },
};

static const size_t nr_topics = sizeof(topics) / sizeof(topics[0]);

static void print_overview(FILE *out)
{
	const struct cli_command *command;
	size_t i;

	fputs("zramsim - which way of freeing zram slots costs the swap path least?\n\n"
	      "usage: zramsim COMMAND [OPTION]…\n\ncommands:\n",
	      out);
	for (command = cli_commands; command->name; command++)
		fprintf(out, "  %-12s%s\n", command->name, command->summary);
	fputs("\ntopics ('zramsim help TOPIC'):\n", out);
	for (i = 0; i < nr_topics; i++)
		fprintf(out, "  %-12s%s\n", topics[i].name, topics[i].summary);
	fputs("\nexamples:\n"
	      "  zramsim compare\n"
	      "  zramsim compare --procs 4 --size 64M --data file:/usr/bin/gdb\n"
	      "  zramsim run -s sync,bitmap --scenario churn --format json -o churn.json\n",
	      out);
}

static void print_command(const struct cli_command *command, FILE *out)
{
	struct zramsim_config defaults;

	zramsim_config_init(&defaults);
	if (command->run == cli_study)
		study_defaults(NULL, &defaults);
	fprintf(out, "zramsim %s - %s\n\nusage: zramsim %s%s%s\n", command->name, command->summary,
		command->name, *command->usage ? " " : "", command->usage);
	if (command->run == cli_calibrate)
		fputs("\n      --kernel        fit prices to this kernel, as root, on a zram\n"
		      "                      device made for it, which is swap for moments\n"
		      "      --uml[=LINUX]   fit them to a kernel in user mode, without root: the\n"
		      "                      program linux.uml of Debian's user-mode-linux, or\n"
		      "                      one that is in PATH\n"
		      "  -o, --output FILE   where the profile goes, - for standard output\n"
		      "                      (default: zramsim/host.profile in the configuration\n"
		      "                      folder, where --machine host looks for it)\n"
		      "  -q, --quiet         do not tell what is being measured\n"
		      "  -h, --help          this\n"
		      "\nIt takes less than a minute, with a fit three, and wants the machine\n"
		      "for itself. With --kernel, SIGKILL leaves the device: /proc/swaps and\n"
		      "/sys/block say its number N. 'swapoff /dev/zramN' and 'echo N >\n"
		      "/sys/class/zram-control/hot_remove' remove it.\n",
		      out);
	if (command->run == cli_carry)
		fputs("\n  NAME, FILE.c        strategies of 'zramsim list strategies', all for\n"
		      "                      all of them, or files of your own and what these\n"
		      "                      include\n"
		      "  -o, --output DIR    a folder that is made, or an empty one\n"
		      "  -q, --quiet         do not tell what was written\n"
		      "  -h, --help          this\n"
		      "\nIts README.md says how to build the module and what remains to be "
		      "decided.\n",
		      out);
	if (command->run == cli_experiment || command->run == cli_study) {
		fputc('\n', out);
		cli_options_help(&defaults, command->run == cli_study, out);
		fputs("\nEach value may also follow '=', as in --name=value; that of --pin has "
		      "to.\nSee 'zramsim help units'.\n",
		      out);
	}
	if (command->run == cli_study) {
		fputs("\nA study varies or sets some of these itself and says which. Some start "
		      "from\nanother --size or number of --runs: 'zramsim study' describes them "
		      "all.\n",
		      out);
	}
}

static const struct topic *find_topic(const char *name)
{
	size_t i;

	for (i = 0; i < nr_topics; i++) {
		if (!strcmp(topics[i].name, name))
			return &topics[i];
	}
	return NULL;
}

static int unknown_topic(const char *typed)
{
	const struct cli_command *command;
	struct suggest s = { 0 };
	size_t i;

	for (command = cli_commands; command->name; command++)
		suggest_try(&s, typed, command->name);
	for (i = 0; i < nr_topics; i++)
		suggest_try(&s, typed, topics[i].name);
	if (s.best)
		return cli_fail(CLI_USAGE, "there is no help about '%.80s'; did you mean '%s'?",
				typed, s.best);
	return cli_fail(CLI_USAGE,
			"there is no help about '%.80s'; 'zramsim help' lists what there is",
			typed);
}

int cli_help(const struct cli_command *command, int argc, char **argv)
{
	const char *name = argc ? argv[0] : NULL;
	char *text = NULL;
	size_t len = 0;
	FILE *mem;

	if (argc > 1)
		return cli_fail(CLI_USAGE, "%s takes one argument, not '%.80s'; leave it out",
				command->name, argv[1]);
	if (name && !cli_command_find(name) && !find_topic(name))
		return unknown_topic(name);
	mem = document_open(&text, &len);
	if (!mem)
		return cli_print(NULL, 0);
	if (!name)
		print_overview(mem);
	else if (cli_command_find(name))
		print_command(cli_command_find(name), mem);
	else
		fputs(find_topic(name)->text, mem);
	fclose(mem);
	return cli_print(text, len);
}
