// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "clock.h"
#include "port.h"
#include "sim/sim_commit.h"
#include "sim/threads/provenance.h"

/* First line of a file, without its end. */
static bool read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	bool ok;

	if (!file)
		return false;
	ok = fgets(line, (int)size, file) != NULL;
	fclose(file);
	if (ok)
		line[strcspn(line, "\n")] = '\0';
	return ok;
}

/* x86 names the model, other machines at best the board. */
static void cpu_model(char *model, size_t size)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[256], *value;

	snprintf(model, size, "unknown");
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		value = strchr(line, ':');
		if (!value || (strncmp(line, "model name", 10) && strncmp(line, "Model\t", 6)))
			continue;
		value += strspn(value, ": \t");
		value[strcspn(value, "\n")] = '\0';
		snprintf(model, size, "%s", value);
		break;
	}
	fclose(file);
}

void sim_provenance_collect(struct sim_provenance *provenance)
{
	time_t now = time(NULL);
	struct utsname uts;
	char line[64];
	struct tm tm;

	memset(provenance, 0, sizeof(*provenance));
	provenance->machine_error = NAN;
	provenance->machine_fitted = true; /* there is nothing to fit */
	snprintf(provenance->version, sizeof(provenance->version), "%s", SIM_VERSION);
	snprintf(provenance->commit, sizeof(provenance->commit), "%s", SIM_COMMIT);
#ifdef __clang__
	snprintf(provenance->compiler, sizeof(provenance->compiler), "%s", __VERSION__);
#else
	snprintf(provenance->compiler, sizeof(provenance->compiler), "gcc %s", __VERSION__);
#endif
	snprintf(provenance->flags, sizeof(provenance->flags), "%s", SIM_FLAGS);
	cpu_model(provenance->cpu, sizeof(provenance->cpu));
	provenance->nr_cpus = kc_nr_host_cpus();
	snprintf(provenance->kernel, sizeof(provenance->kernel), "%s",
		 uname(&uts) ? "unknown" : uts.release);
	if (!read_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
		       provenance->governor, sizeof(provenance->governor)))
		snprintf(provenance->governor, sizeof(provenance->governor), "unknown");
	provenance->phase_ns = NAN;
	provenance->load_1min = NAN;
	if (read_line("/proc/loadavg", line, sizeof(line)))
		provenance->load_1min = strtod(line, NULL);
	provenance->clock_ns = kc_now_cost_ns();
	if (gmtime_r(&now, &tm))
		strftime(provenance->started, sizeof(provenance->started), "%Y-%m-%dT%H:%M:%SZ",
			 &tm);
}
