// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/run/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PATH_CHARS = 1024,
};

/**
 * struct hierarchy - files of a version of control groups
 * @type:	of its file system
 * @limits:	with NULL at the end; each pair of a bound and what is used of it
 * @cache:	beginnings of the lines of memory.stat that are page cache
 */
struct hierarchy {
	const char *type;
	const char *limits[2][2];
	const char *cache[2];
};

static const struct hierarchy v2 = {
	.type = "cgroup2",
	.limits = { { "memory.max", "memory.current" }, { "memory.high", "memory.current" } },
	.cache = { "active_file ", "inactive_file " },
};
static const struct hierarchy v1 = {
	.type = "cgroup",
	.limits = { { "memory.limit_in_bytes", "memory.usage_in_bytes" },
		    { "memory.memsw.limit_in_bytes", "memory.memsw.usage_in_bytes" } },
	.cache = { "total_active_file ", "total_inactive_file " },
};

static FILE *open_file(const char *root, const char *folder, const char *name)
{
	char path[2 * PATH_CHARS];

	if (snprintf(path, sizeof(path), "%s%s/%s", root, folder, name) >= (int)sizeof(path))
		return NULL;
	return fopen(path, "re");
}

/* A number in a file of its own; "max" is none. */
static bool read_number(const char *root, const char *folder, const char *name, u64 *value)
{
	FILE *file = open_file(root, folder, name);
	bool ok = file && fscanf(file, "%" SCNu64, value) == 1;

	if (file)
		fclose(file);
	return ok;
}

static u64 page_cache(const struct hierarchy *h, const char *root, const char *folder)
{
	FILE *file = open_file(root, folder, "memory.stat");
	u64 bytes, sum = 0;
	char line[128];
	unsigned int i;

	while (file && fgets(line, sizeof(line), file)) {
		for (i = 0; i < 2; i++) {
			if (!strncmp(line, h->cache[i], strlen(h->cache[i])) &&
			    sscanf(line + strlen(h->cache[i]), "%" SCNu64, &bytes) == 1)
				sum += bytes;
		}
	}
	if (file)
		fclose(file);
	return sum;
}

static void bound(struct sim_memory *memory, u64 bytes, const char *limit)
{
	if (bytes >= memory->bytes)
		return;
	memory->bytes = bytes;
	memory->limit = limit;
}

static void bound_by_group(struct sim_memory *memory, const struct hierarchy *h, const char *root,
			   const char *folder)
{
	u64 limit, used, cache = page_cache(h, root, folder);
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (!read_number(root, folder, h->limits[i][0], &limit) ||
		    !read_number(root, folder, h->limits[i][1], &used))
			continue;
		used -= cache < used ? cache : used;
		bound(memory, limit > used ? limit - used : 0,
		      " within the memory limit of its control group");
	}
}

/* The group of this process: "0::PATH", or a line whose controllers have memory among them. */
static bool find_group(const struct hierarchy *h, const char *root, char *group, size_t size)
{
	FILE *file = open_file(root, "/proc/self", "cgroup");
	char line[PATH_CHARS], controllers[128], *path;
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		path = strchr(line, ':');
		path = path ? strchr(path + 1, ':') : NULL;
		if (!path)
			continue;
		*path++ = '\0';
		snprintf(controllers, sizeof(controllers), ",%s,", strchr(line, ':') + 1);
		found = h == &v2 ? !strcmp(line, "0:") : strstr(controllers, ",memory,") != NULL;
		if (found)
			snprintf(group, size, "%s", path);
	}
	if (file)
		fclose(file);
	return found;
}

/* Where the hierarchy is mounted, and which of its groups is at the top there. */
static bool find_mount(const struct hierarchy *h, const char *root, char *top, char *mount)
{
	FILE *file = open_file(root, "/proc/self", "mountinfo");
	char *line = NULL, type[32], options[256];
	bool found = false;
	const char *rest;
	size_t size = 0;

	while (file && !found && getline(&line, &size, file) > 0) {
		rest = strstr(line, " - ");
		if (!rest || sscanf(line, "%*s %*s %*s %1023s %1023s", top, mount) != 2 ||
		    sscanf(rest, " - %31s %*s %255s", type, options) != 2)
			continue;
		found = !strcmp(type, h->type) && (h == &v2 || strstr(options, "memory"));
	}
	free(line);
	if (file)
		fclose(file);
	return found;
}

static void bound_by_groups(struct sim_memory *memory, const struct hierarchy *h, const char *root)
{
	char group[PATH_CHARS], top[PATH_CHARS], mount[PATH_CHARS], folder[2 * PATH_CHARS];
	size_t len;

	if (!find_group(h, root, group, sizeof(group)) || !find_mount(h, root, top, mount))
		return;
	/* In a container the group may be named from a top that is not seen. */
	len = strcmp(top, "/") ? strlen(top) : 0;
	snprintf(folder, sizeof(folder), "%s%s", mount,
		 !strncmp(group, top, len) && !strstr(group, "/..") ? group + len : "");
	len = strlen(mount);
	while (strlen(folder) > len) {
		bound_by_group(memory, h, root, folder);
		*strrchr(folder, '/') = '\0';
	}
	bound_by_group(memory, h, root, mount);
}

static u64 host_available(const char *root)
{
	FILE *file = open_file(root, "/proc", "meminfo");
	u64 kib = UINT64_MAX >> 10;
	char line[128];

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1)
			break;
	}
	if (file)
		fclose(file);
	return file ? kib << 10 : UINT64_MAX;
}

struct sim_memory sim_memory_available(const char *root)
{
	struct sim_memory memory = { UINT64_MAX, "" };

	bound(&memory, host_available(root), "");
	bound_by_groups(&memory, &v2, root);
	bound_by_groups(&memory, &v1, root);
	return memory;
}
