// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/virtual/folders.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/read.h"

enum {
	TEXT_BYTES = 256 << 10,
};

static void add_folder(struct vm_folders *folders, const char *path, size_t len, const char *more)
{
	if (folders->nr == VM_MAX_FOLDERS || !len || len + strlen(more) >= VM_PATH_CHARS)
		return;
	snprintf(folders->path[folders->nr++], VM_PATH_CHARS, "%.*s%s", (int)len, path, more);
}

void vm_folders_list(struct vm_folders *folders)
{
	const char *list = getenv("ZRAMSIM_PROFILES"), *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	size_t len;

	folders->nr = 0;
	for (; list && *list; list += len + (list[len] == ':')) {
		len = strcspn(list, ":");
		add_folder(folders, list, len, "");
	}
	if (config && *config)
		add_folder(folders, config, strlen(config), "/zramsim");
	else if (home)
		add_folder(folders, home, strlen(home), "/.config/zramsim");
	add_folder(folders, VM_PROFILE_DIR, strlen(VM_PROFILE_DIR), "");
	add_folder(folders, VM_PROFILE_SOURCE_DIR, strlen(VM_PROFILE_SOURCE_DIR), "");
}

bool vm_folders_find(const char *name, char *path)
{
	struct vm_folders folders;
	unsigned int i;

	vm_folders_list(&folders);
	for (i = 0; i < folders.nr; i++) {
		if (snprintf(path, VM_PATH_CHARS, "%s/%s", folders.path[i], name) < VM_PATH_CHARS &&
		    !access(path, R_OK))
			return true;
	}
	return false;
}

int vm_text_read(const char *what, const char *path, const volatile int *stop, char **text,
		 struct sim_message *msg)
{
	void *bytes = NULL;
	size_t len;
	int err;

	err = sim_read(path, TEXT_BYTES, stop, &bytes, &len);
	if (err)
		return sim_fail(msg, err, "%s %s cannot be read: %s%s", what, path, strerror(-err),
				err == -EACCES || err == -EISDIR ? "; name a file you may read"
								 : "");
	if (len == TEXT_BYTES || memchr(bytes, '\0', len)) {
		free(bytes);
		return sim_fail(msg, -EINVAL, "%s is no text of less than %d KiB", path,
				TEXT_BYTES >> 10);
	}
	*text = bytes;
	(*text)[len] = '\0';
	return 0;
}

char *vm_text_trim(char *text)
{
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return text;
}
