// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Where profiles are, and machines with another number of CPUs than the one described. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/virtual/folders.h"
#include "sim/virtual/profile.h"

#define SUFFIX ".profile"

static int load_file(struct vm_profile *profile, const char *path, const volatile int *stop,
		     struct sim_message *msg)
{
	char *text;
	int err = vm_text_read("profile", path, stop, &text, msg);

	if (err)
		return err;
	err = vm_profile_parse(profile, text, path, msg);
	free(text);
	return err;
}

static int load_name(struct vm_profile *profile, const char *name, const volatile int *stop,
		     struct sim_message *msg)
{
	char path[VM_PATH_CHARS], file[VM_NAME_CHARS + sizeof(SUFFIX)];

	snprintf(file, sizeof(file), "%.*s" SUFFIX, VM_NAME_CHARS, name);
	if (vm_folders_find(file, path))
		return load_file(profile, path, stop, msg);
	if (!strcmp(name, "host"))
		return sim_fail(msg, -ENOENT,
				"this machine has no profile yet; measure one with zramsim "
				"calibrate");
	return sim_fail(
		msg, -ENOENT,
		"there is no machine \"%s\"; see zramsim list machines, or give the path of a "
		"profile",
		name);
}

/* The first @cpus from the cluster of the producer on, round and round the clusters. */
static int resize(struct vm_profile *p, unsigned int cpus, struct sim_message *msg)
{
	struct vm_cluster old[VM_MAX_CLUSTERS];
	unsigned int first = 0, before = 0, nr = p->nr_clusters, left = cpus, i;

	memcpy(old, p->clusters, sizeof(old));
	while (before + old[first].cpus <= p->producer_cpu)
		before += old[first++].cpus;
	if (cpus >= p->nr_cpus)
		first = before = 0;
	p->nr_clusters = 0;
	for (i = first; left; i = (i + 1) % nr) {
		if (p->nr_clusters == VM_MAX_CLUSTERS)
			return sim_fail(msg, -EINVAL,
					"%u CPUs of %s would be more than %d clusters", cpus,
					p->name, VM_MAX_CLUSTERS);
		p->clusters[p->nr_clusters] = old[i];
		if (old[i].cpus > left)
			p->clusters[p->nr_clusters].cpus = left;
		left -= p->clusters[p->nr_clusters++].cpus;
	}
	p->producer_cpu = (p->producer_cpu - before) % cpus;
	p->nr_cpus = cpus;
	return 0;
}

int vm_profile_load(struct vm_profile *profile, const char *spec, const volatile int *stop,
		    struct sim_message *msg)
{
	const char *option = strstr(spec, ":cpus=");
	char name[VM_PATH_CHARS], *end;
	size_t len = option ? (size_t)(option - spec) : strlen(spec);
	unsigned long cpus = 0;
	int err;

	if (!len || len >= sizeof(name))
		return sim_fail(msg, -EINVAL, "\"%s\" names no machine", spec);
	snprintf(name, sizeof(name), "%.*s", (int)len, spec);
	if (option) {
		option += strlen(":cpus=");
		cpus = strtoul(option, &end, 10);
		/* No sign, and no space: strtoul() would take both. */
		if (*end || !isdigit((unsigned char)*option) || !cpus || cpus > VM_MAX_CPUS)
			return sim_fail(msg, -EINVAL, "\"%s\": cpus must be a number from 1 to %d",
					spec, VM_MAX_CPUS);
	}
	if (strchr(name, '/') ||
	    (len > strlen(SUFFIX) && !strcmp(name + len - strlen(SUFFIX), SUFFIX)))
		err = load_file(profile, name, stop, msg);
	else
		err = load_name(profile, name, stop, msg);
	return err || !cpus ? err : resize(profile, (unsigned int)cpus, msg);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names in one folder, appended to a block of VM_NAME_CHARS each. */
static unsigned int scan(const char *path, char (*names)[VM_NAME_CHARS], unsigned int nr,
			 unsigned int room)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	unsigned int i;
	size_t len;

	while (dir && nr < room && (entry = readdir(dir))) {
		len = strlen(entry->d_name);
		if (len <= strlen(SUFFIX) || len - strlen(SUFFIX) >= VM_NAME_CHARS ||
		    strcmp(entry->d_name + len - strlen(SUFFIX), SUFFIX))
			continue;
		snprintf(names[nr], VM_NAME_CHARS, "%.*s", (int)(len - strlen(SUFFIX)),
			 entry->d_name);
		for (i = 0; i < nr && strcmp(names[i], names[nr]); i++)
			;
		nr += i == nr;
	}
	if (dir)
		closedir(dir);
	return nr;
}

char **vm_profile_names(unsigned int *nr)
{
	enum {
		ROOM = 256
	};
	char **list = malloc(ROOM * (sizeof(*list) + VM_NAME_CHARS));
	char(*names)[VM_NAME_CHARS];
	struct vm_folders folders;
	unsigned int i;

	*nr = 0;
	if (!list)
		return NULL;
	names = (char(*)[VM_NAME_CHARS])(list + ROOM);
	vm_folders_list(&folders);
	for (i = 0; i < folders.nr; i++)
		*nr = scan(folders.path[i], names, *nr, ROOM);
	for (i = 0; i < *nr; i++)
		list[i] = names[i];
	qsort(list, *nr, sizeof(*list), by_name);
	return list;
}
