// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/virtual/kernel.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sim/virtual/folders.h"

/* More than any of these can be: a mistake. */
#define MOST_PER_EVENT 1e6

static const char *const event_names[KC_NR_EVENTS] = {
	[KC_EVENT_ZAP] = "zap",
	[KC_EVENT_NOTIFY] = "notify",
	[KC_EVENT_CLEAN_STORED] = "clean_stored",
	[KC_EVENT_CLEAN_SAME] = "clean_same",
	[KC_EVENT_CLEAN_EMPTY] = "clean_empty",
	[KC_EVENT_FREE] = "free",
	[KC_EVENT_MOVE] = "move",
	[KC_EVENT_HANDLE] = "handle",
	[KC_EVENT_ZSPAGE] = "zspage",
	[KC_EVENT_PAGE] = "page",
};

/**
 * struct reader - where in the text
 * @kernel:	being filled in
 * @where:	name of the file
 * @line:	number of the line
 * @seen:	events that were there
 * @head:	release, isa and own were there
 * @msg:	for sentences
 */
struct reader {
	struct vm_kernel *kernel;
	const char *where;
	unsigned int line;
	bool seen[KC_NR_EVENTS];
	bool head[3];
	struct sim_message *msg;
};

enum {
	RELEASE,
	ISA,
	OWN,
};

static const char *const head_names[] = { "release", "isa", "own" };

const char *vm_event_name(enum kc_event event)
{
	return event_names[event];
}

static int bad_form(struct reader *r, const char *name)
{
	return sim_fail(r->msg, -EINVAL,
			"%s:%u: write \"%s\" as in \"%s = 53 insns, 10 stack, 3 atomics | "
			"source\", with numbers from 0 to %g",
			r->where, r->line, name, name, MOST_PER_EVENT);
}

/* "12.5 insns" of an event. */
static int read_part(struct reader *r, unsigned int event, char *text, bool *insns)
{
	struct vm_kernel *k = r->kernel;
	double value;
	char *unit;

	value = strtod(text, &unit);
	if (unit == text || !isspace((unsigned char)*unit) ||
	    !(value >= 0 && value <= MOST_PER_EVENT))
		return bad_form(r, event_names[event]);
	unit = vm_text_trim(unit);
	if (!strcmp(unit, "insns")) {
		k->insns[event] = value;
		*insns = true;
	} else if (!strcmp(unit, "stack")) {
		k->stack[event] = value;
	} else if (!strcmp(unit, "atomics")) {
		k->atomics[event] = value;
	} else {
		return bad_form(r, event_names[event]);
	}
	return 0;
}

static int read_event(struct reader *r, unsigned int event, char *value)
{
	bool insns = false;
	char *part;
	int err = 0;

	while (!err && (part = strsep(&value, ",")))
		err = read_part(r, event, vm_text_trim(part), &insns);
	return err || insns ? err : bad_form(r, event_names[event]);
}

static int read_own(struct reader *r, char *value)
{
	char *unit;

	r->kernel->own = strtod(value, &unit);
	if (unit == value || strcmp(vm_text_trim(unit), "share") ||
	    !(r->kernel->own >= 0.1 && r->kernel->own <= 10))
		return sim_fail(r->msg, -EINVAL,
				"%s:%u: write \"own\" as in \"own = 1 share | source\", with a "
				"number from 0.1 to 10",
				r->where, r->line);
	return 0;
}

/* Release and instruction set are texts and have no source. */
static int read_name(struct reader *r, unsigned int which, const char *value)
{
	struct vm_kernel *k = r->kernel;

	if (which == RELEASE && *value && strlen(value) < sizeof(k->release)) {
		strcpy(k->release, value);
		return 0;
	}
	if (which == ISA && vm_isa_parse(value, &k->isa))
		return 0;
	return sim_fail(r->msg, -EINVAL,
			"%s:%u: write \"release = 7.3\", or \"isa = amd64\" or \"isa = arm64\"",
			r->where, r->line);
}

static int read_line(struct reader *r, char *text)
{
	char *value, *source, *name;
	unsigned int event, head;
	bool *seen;

	text = vm_text_trim(text);
	if (!*text || *text == '#')
		return 0;
	value = strchr(text, '=');
	if (!value)
		return sim_fail(r->msg, -EINVAL,
				"%s:%u: not of the form \"event = 53 insns | "
				"source\"; make it so or a comment with #",
				r->where, r->line);
	*value++ = '\0';
	name = vm_text_trim(text);
	for (event = 0; event < KC_NR_EVENTS && strcmp(name, event_names[event]); event++)
		;
	for (head = 0; head <= OWN && strcmp(name, head_names[head]); head++)
		;
	if (event == KC_NR_EVENTS && head > OWN)
		return sim_fail(r->msg, -EINVAL,
				"%s:%u: there is no event \"%s\"; docs/profiles.md has those that "
				"there are",
				r->where, r->line, name);
	seen = event < KC_NR_EVENTS ? &r->seen[event] : &r->head[head];
	if (*seen)
		return sim_fail(r->msg, -EINVAL, "%s:%u: \"%s\" is there twice; keep one", r->where,
				r->line, name);
	*seen = true;
	if (event == KC_NR_EVENTS && head < OWN)
		return read_name(r, head, vm_text_trim(value));
	source = strchr(value, '|');
	if (!source || !*vm_text_trim(source + 1))
		return sim_fail(r->msg, -EINVAL,
				"%s:%u: \"%s\" has no source; add \"| where it is from\"", r->where,
				r->line, name);
	*source = '\0';
	return event < KC_NR_EVENTS ? read_event(r, event, value)
				    : read_own(r, vm_text_trim(value));
}

static int check(struct reader *r)
{
	unsigned int i;

	for (i = 0; i <= OWN; i++) {
		if (!r->head[i])
			return sim_fail(r->msg, -EINVAL, "%s: there is no \"%s\"; add it", r->where,
					head_names[i]);
	}
	for (i = 0; i < KC_NR_EVENTS; i++) {
		if (!r->seen[i])
			return sim_fail(r->msg, -EINVAL,
					"%s: there is no event \"%s\"; add it, in insns", r->where,
					event_names[i]);
	}
	return 0;
}

int vm_kernel_parse(struct vm_kernel *kernel, const char *text, const char *where,
		    struct sim_message *msg)
{
	struct reader r = { .kernel = kernel, .where = where, .msg = msg };
	char *copy = strdup(text), *rest = copy, *line;
	int err = 0;

	if (!copy)
		return sim_fail(msg, -ENOMEM, "not enough memory for %s", where);
	memset(kernel, 0, sizeof(*kernel));
	while (!err && (line = strsep(&rest, "\n"))) {
		r.line++;
		err = read_line(&r, line);
	}
	if (!err)
		err = check(&r);
	kernel->digest = XXH3_64bits(text, strlen(text));
	free(copy);
	return err;
}

/*
 * 6.6 swaps through a cache of slots as 6.12 does, 7.1 in runs as 6.18 does.
 * Source: swap_slots.c up to 6.12, slot_free() and zs_free() of 6.18 and 7.1.
 */
static const char *nearest(const char *release)
{
	if (!strcmp(release, "6.6"))
		return "6.12";
	return strcmp(release, "7.1") ? release : "6.18";
}

static bool find(const char *release, enum vm_isa isa, char *path)
{
	char name[2 * VM_NAME_CHARS + 16];

	snprintf(name, sizeof(name), "kernel-%.*s-%s.counts", VM_NAME_CHARS, release,
		 vm_isa_name(isa));
	return vm_folders_find(name, path);
}

int vm_kernel_load(struct vm_kernel *kernel, const char *release, enum vm_isa isa,
		   struct sim_message *msg)
{
	char path[VM_PATH_CHARS], *text;
	int err;

	if (!find(release, isa, path) && !find(nearest(release), isa, path))
		return sim_fail(msg, -ENOENT,
				"there is no table of Linux %s on %s; write kernel-%s-%s.counts "
				"beside the profiles, as docs/profiles.md says",
				release, vm_isa_name(isa), release, vm_isa_name(isa));
	err = vm_text_read("table", path, NULL, &text, msg);
	if (err)
		return err;
	err = vm_kernel_parse(kernel, text, path, msg);
	free(text);
	if (!err && kernel->isa != isa)
		err = sim_fail(msg, -EINVAL,
			       "%s: isa is %s; the file's name and the machine say %s", path,
			       vm_isa_name(kernel->isa), vm_isa_name(isa));
	return err;
}
