// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Which files a module of some strategies has. Includes are followed: a header of a strategy is
 * carried with the C file of the same name, if there is one. What is not there, or is no kernel's,
 * is refused here, and not by a compiler in a kernel tree.
 */
#include "sim/cli/carry_tree.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/cli/carry_code.h"
#include "sim/cli/carry_sources.h"
#include "sim/read.h"
#include "sim/report/document.h"

#define FOLDER	 "strategies/"
#define TEMPLATE "readme.txt"
/* What Kbuild takes in the name of a file. */
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./"

static int no_memory(struct sim_message *msg)
{
	return sim_fail(msg, -ENOMEM, "no memory for the files; free some and try again");
}

static const struct carry_source *source_of(const char *path)
{
	const struct carry_source *source;

	for (source = carry_sources; source->path; source++) {
		if (!strcmp(source->path, path))
			return source;
	}
	return NULL;
}

static struct carry_file *file_of(struct carry_tree *tree, const char *path)
{
	unsigned int i;

	for (i = 0; i < tree->nr_files; i++) {
		if (!strcmp(tree->files[i].path, path))
			return &tree->files[i];
	}
	return NULL;
}

static int add(struct carry_tree *tree, const struct carry_file *file, struct sim_message *msg)
{
	if (tree->nr_files == CARRY_MAX_FILES)
		return sim_fail(msg, -E2BIG, "these are more than %d files; carry fewer strategies",
				CARRY_MAX_FILES);
	tree->files[tree->nr_files++] = *file;
	return 0;
}

/* @file: of the tree, that has it */
static int add_ops(struct carry_tree *tree, const char *name, const struct carry_file *file,
		   struct sim_message *msg)
{
	unsigned int i;

	for (i = 0; i < tree->nr_ops; i++) {
		if (strcmp(tree->ops[i], name))
			continue;
		if (&tree->files[tree->ops_file[i]] == file)
			return sim_fail(msg, -EEXIST, "%.80s is named twice; name it once", name);
		return sim_fail(msg, -EEXIST, "%.100s and %.100s both have a %.80s; rename one",
				tree->files[tree->ops_file[i]].path, file->path, name);
	}
	if (tree->nr_ops == CARRY_MAX_OPS)
		return sim_fail(msg, -E2BIG, "these are more than %d strategies; carry fewer",
				CARRY_MAX_OPS);
	tree->ops_file[tree->nr_ops] = (unsigned int)(file - tree->files);
	tree->ops[tree->nr_ops] = strdup(name);
	return tree->ops[tree->nr_ops++] ? 0 : no_memory(msg);
}

static int taken(const char *path, const char *to, struct sim_message *msg)
{
	return sim_fail(msg, -EEXIST,
			"'%.200s' and another file are both to be %.100s; give one another name",
			path, to);
}

/* One of ours, with what it includes. Already there: nothing is to be done. */
static int add_source(struct carry_tree *tree, const char *path, struct sim_message *msg)
{
	const struct carry_source *source = source_of(path);
	const struct carry_file *there = file_of(tree, path);
	struct carry_include include = { 0 };
	char other[PATH_MAX], *code;
	struct carry_file file;
	int err;

	if (!source)
		return 0;
	if (there)
		return strcmp(there->text, source->text) ? taken(path, path, msg) : 0;
	code = carry_code(source->text);
	if (!code)
		return no_memory(msg);
	file = (struct carry_file){ source->path, source->text, source->len, false };
	err = add(tree, &file, msg);
	while (!err && carry_next_include(code, &include)) {
		if (include.bracket == '<' || strncmp(include.name, FOLDER, strlen(FOLDER)))
			continue;
		err = add_source(tree, include.name, msg);
		if (!err && carry_c_file(include.name, other, sizeof(other)))
			err = add_source(tree, other, msg);
	}
	free(code);
	return err;
}

/* Has a file of ours that object? */
static int defines(const struct carry_source *source, const char *object)
{
	struct carry_ops ops = { 0 };
	char *code = carry_code(source->text);
	bool found = false;

	if (!code)
		return -ENOMEM;
	while (!found && carry_next_ops(code, &ops))
		found = !strcmp(ops.name, object);
	free(code);
	return found;
}

int carry_add_name(struct carry_tree *tree, const char *name, struct sim_message *msg)
{
	const struct carry_source *source = carry_sources;
	char object[64], *at;
	int found = 0, err;

	snprintf(object, sizeof(object), "zfree_%s", name);
	for (at = object; (at = strchr(at, '-')) != NULL;)
		*at = '_';
	for (; source->path && !found; source += !found) {
		if (!strncmp(source->path, FOLDER, strlen(FOLDER)))
			found = defines(source, object);
	}
	if (found < 0)
		return no_memory(msg);
	if (!found)
		return sim_fail(msg, -ENOENT,
				"%.80s is not among the sources in this program; use "
				"its file",
				name);
	err = add_source(tree, source->path, msg);
	return err ? err : add_ops(tree, object, file_of(tree, source->path), msg);
}

static int read_text(const char *path, const volatile int *stop, struct carry_file *file,
		     struct sim_message *msg)
{
	void *bytes;
	int err = sim_read(path, CARRY_MAX_BYTES + 1, stop, &bytes, &file->len);
	char *text;

	if (err == -EINTR)
		return err;
	if (err)
		return sim_fail(msg, err, "'%.200s' cannot be read (%s); name a C file", path,
				strerror(-err));
	if (file->len > CARRY_MAX_BYTES || memchr(bytes, '\0', file->len)) {
		free(bytes);
		return sim_fail(msg, -EINVAL, "'%.200s' is no source text; name a C file", path);
	}
	text = realloc(bytes, file->len + 1);
	if (!text) {
		free(bytes);
		return no_memory(msg);
	}
	text[file->len] = '\0';
	file->text = text;
	return 0;
}

/* Is a file of that name beside the user's? @path: where it would be */
static bool beside(const char *mine, const char *name, char *path, size_t size)
{
	const char *slash = strrchr(mine, '/');
	int folder = slash ? (int)(slash - mine) + 1 : 0;

	return (size_t)snprintf(path, size, "%.*s%s", folder, mine, name) < size &&
	       !access(path, F_OK);
}

static int add_mine(struct carry_tree *tree, const char *path, const char *name,
		    const volatile int *stop, struct sim_message *msg);

/* The user's own header, and the C file that belongs to it. */
static int add_header(struct carry_tree *tree, const char *mine, const char *name,
		      const volatile int *stop, struct sim_message *msg)
{
	char path[PATH_MAX], other[PATH_MAX];
	int err;

	if (!beside(mine, name, path, sizeof(path)))
		return -ENOENT;
	err = add_mine(tree, path, name, stop, msg);
	if (!err && carry_c_file(name, other, sizeof(other)) &&
	    beside(mine, other, path, sizeof(path)))
		err = add_mine(tree, path, other, stop, msg);
	return err;
}

/* "strategies/x.h" means the one beside it for a file of that folder, but for the registry. */
static int follow_own(struct carry_tree *tree, const char *mine,
		      const struct carry_include *include, const volatile int *stop,
		      struct sim_message *msg)
{
	bool ours = !strncmp(include->name, FOLDER, strlen(FOLDER));
	const char *own = include->name + (ours ? strlen(FOLDER) : 0);
	char other[PATH_MAX];
	int err;

	if (source_of(include->name) && (!ours || !strcmp(own, "registry.h")))
		return 0;
	err = add_header(tree, mine, own, stop, msg);
	if (err != -ENOENT)
		return err;
	if (!source_of(include->name))
		return sim_fail(msg, -EINVAL,
				"%.200s:%u: \"%.100s\" is neither beside it nor part of what a "
				"strategy has in a kernel; put it there",
				mine, include->line, include->name);
	err = add_source(tree, include->name, msg);
	if (!err && carry_c_file(include->name, other, sizeof(other)))
		err = add_source(tree, other, msg);
	return err;
}

static int follow(struct carry_tree *tree, const char *mine, const struct carry_include *include,
		  const volatile int *stop, struct sim_message *msg)
{
	const char *name = include->name;

	if (include->bracket == '<') {
		if (!strncmp(name, "linux/", 6) || !strncmp(name, "asm/", 4) || source_of(name))
			return 0;
		return sim_fail(
			msg, -EINVAL,
			"%.200s:%u: no kernel has <%.100s>; include what drivers/block/zram "
			"would",
			mine, include->line, name);
	}
	if (*name == '/' || strstr(name, ".."))
		return sim_fail(msg, -EINVAL,
				"%.200s:%u: \"%.100s\" leads out of its folder; put it beside the "
				"file",
				mine, include->line, name);
	return follow_own(tree, mine, include, stop, msg);
}

/* A file of the user's, with what it includes. @name: below strategies/ */
static int add_mine(struct carry_tree *tree, const char *path, const char *name,
		    const volatile int *stop, struct sim_message *msg)
{
	struct carry_file file = { .owned = true }, *there;
	struct carry_include include = { 0 };
	char to[PATH_MAX + sizeof(FOLDER)], *code;
	int err;

	if (name[strspn(name, LETTERS)])
		return sim_fail(
			msg, -EINVAL,
			"'%.200s' has a name that Kbuild does not take; rename it to one of "
			"letters, digits, _, - and .",
			path);
	err = read_text(path, stop, &file, msg);
	if (err)
		return err;
	snprintf(to, sizeof(to), FOLDER "%s", name);
	there = file_of(tree, to);
	if (there) {
		err = strcmp(there->text, file.text) ? taken(path, to, msg) : 0;
		free((void *)file.text);
		return err;
	}
	code = carry_code(file.text);
	file.path = strdup(to);
	err = code && file.path ? add(tree, &file, msg) : no_memory(msg);
	if (err) {
		free((void *)file.path);
		free((void *)file.text);
	}
	while (!err && carry_next_include(code, &include))
		err = follow(tree, path, &include, stop, msg);
	free(code);
	return err;
}

int carry_add_file(struct carry_tree *tree, const char *path, const volatile int *stop,
		   struct sim_message *msg)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	unsigned int nr = tree->nr_files, before = tree->nr_ops;
	struct carry_ops ops = { 0 };
	int err = add_mine(tree, path, name, stop, msg);
	char *code;

	if (err)
		return err;
	if (nr == tree->nr_files)
		return sim_fail(msg, -EEXIST, "'%.200s' is named twice; name it once", path);
	code = carry_code(tree->files[nr].text);
	if (!code)
		return no_memory(msg);
	while (!err && carry_next_ops(code, &ops)) {
		if (ops.is_static)
			err = sim_fail(msg, -EINVAL,
				       "%.200s:%u: %.80s is static, and a registry has to name it; "
				       "take the word away",
				       path, ops.line, ops.name);
		else
			err = add_ops(tree, ops.name, &tree->files[nr], msg);
	}
	free(code);
	if (!err && tree->nr_ops == before)
		err = sim_fail(msg, -EINVAL,
			       "'%.200s' has no 'const struct zfree_ops NAME = {', so it is no "
			       "strategy; see docs/strategy.md",
			       path);
	return err;
}

/* What the module is made of, whatever the strategies are. */
static bool is_common(const struct carry_source *source)
{
	return strncmp(source->path, FOLDER, strlen(FOLDER)) ||
	       !strcmp(source->path, FOLDER "registry.h");
}

static void put_registry(const struct carry_tree *tree, FILE *out)
{
	unsigned int i;

	fputs("// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause\n"
	      "/* Written by zramsim carry. */\n#include <linux/stddef.h>\n\n"
	      "#include \"registry.h\"\n\n",
	      out);
	for (i = 0; i < tree->nr_ops; i++)
		fprintf(out, "extern const struct zfree_ops %s;\n", tree->ops[i]);
	fputs("\nconst struct zfree_ops *const carried[] = {\n", out);
	for (i = 0; i < tree->nr_ops; i++)
		fprintf(out, "\t&%s,\n", tree->ops[i]);
	fputs("\tNULL,\n};\n", out);
}

static void put_kbuild(const struct carry_tree *tree, FILE *out)
{
	const char *path;
	unsigned int i;
	int stem;

	fputs("# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause\n"
	      "# Written by zramsim carry.\n"
	      "obj-m := zfree.o\nccflags-y := -I$(src)\n\n",
	      out);
	for (i = 0; i < tree->nr_files; i++) {
		path = tree->files[i].path;
		stem = (int)strlen(path) - 2;
		if (stem > 0 && !strcmp(path + stem, ".c"))
			fprintf(out, "zfree-y += %.*s.o\n", stem, path);
	}
}

/* Does any strategy have that word in its code? */
static bool mentions(const struct carry_tree *tree, const char *word, size_t len)
{
	const struct carry_file *file;
	unsigned int i;

	for (i = 0; i < tree->nr_files; i++) {
		file = &tree->files[i];
		if (!strncmp(file->path, FOLDER, strlen(FOLDER)) &&
		    memmem(file->text, file->len, word, len))
			return true;
	}
	return false;
}

/* "@WORD text": the line is for strategies with that word; "@strategies": their names. */
static void put_readme(const struct carry_tree *tree, FILE *out)
{
	const char *line = source_of(TEMPLATE)->text, *end, *text;
	unsigned int i;

	for (; *line; line = end + 1) {
		end = strchr(line, '\n');
		text = line;
		if (*line == '@') {
			text = line + strcspn(line, " \n");
			if (!mentions(tree, line + 1, (size_t)(text - line) - 1))
				continue;
			text += *text == ' ';
		}
		if (!strncmp(text, "%strategies", 11)) {
			for (i = 0; i < tree->nr_ops; i++)
				fprintf(out, "%s`%s`", i ? ", " : "", tree->ops[i]);
			text += 11;
		}
		fprintf(out, "%.*s\n", (int)(end - text), text);
	}
}

static int add_written(struct carry_tree *tree, const char *path,
		       void (*put)(const struct carry_tree *, FILE *), struct sim_message *msg)
{
	struct carry_file file = { .owned = true };
	char *text = NULL;
	FILE *out = document_open(&text, &file.len);
	int err;

	if (!out)
		return no_memory(msg);
	put(tree, out);
	fclose(out);
	file.text = text;
	file.path = strdup(path);
	err = text && file.path ? add(tree, &file, msg) : no_memory(msg);
	if (err) {
		free(text);
		free((void *)file.path);
	}
	return err;
}

/* Kbuild comes last: a tree that lacks something builds nothing. */
int carry_finish(struct carry_tree *tree, struct sim_message *msg)
{
	const struct carry_source *source;
	struct carry_file file;
	int err = 0;

	for (source = carry_sources; source->path && !err; source++) {
		if (!is_common(source) || !strcmp(source->path, TEMPLATE) ||
		    file_of(tree, source->path))
			continue;
		file = (struct carry_file){ source->path, source->text, source->len, false };
		err = add(tree, &file, msg);
	}
	if (!err)
		err = add_written(tree, "registry.c", put_registry, msg);
	if (!err)
		err = add_written(tree, "README.md", put_readme, msg);
	return err ? err : add_written(tree, "Kbuild", put_kbuild, msg);
}

void carry_free(struct carry_tree *tree)
{
	unsigned int i;

	for (i = 0; i < tree->nr_files; i++) {
		if (tree->files[i].owned) {
			free((void *)tree->files[i].path);
			free((void *)tree->files[i].text);
		}
	}
	for (i = 0; i < tree->nr_ops; i++)
		free(tree->ops[i]);
}
