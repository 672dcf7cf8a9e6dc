// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/cli/carry_code.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Behind the literal that begins here, or the end of its line. */
static char *skip_literal(char *at)
{
	char quote = *at++;

	while (*at && *at != quote && *at != '\n')
		at += at[0] == '\\' && at[1] ? 2 : 1;
	return *at == quote ? at + 1 : at;
}

static char *blank_comment(char *at)
{
	bool line = at[1] == '/';

	for (; *at && !(line && *at == '\n'); at++) {
		if (!line && at[0] == '*' && at[1] == '/') {
			at[0] = at[1] = ' ';
			return at + 2;
		}
		if (*at != '\n')
			*at = ' ';
	}
	return at;
}

char *carry_code(const char *text)
{
	char *code = strdup(text), *at = code;

	while (at && *at) {
		if (at[0] == '/' && (at[1] == '*' || at[1] == '/')) {
			at[0] = ' ';
			at = blank_comment(at + 1 - (at[1] == '/'));
		} else if (*at == '"' || *at == '\'') {
			at = skip_literal(at);
		} else {
			at++;
		}
	}
	return code;
}

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

static unsigned int count_lines(const char *from, const char *to)
{
	unsigned int lines = 0;

	for (; from < to; from++)
		lines += *from == '\n';
	return lines;
}

/* The include of this line, if that is what it is. */
static bool parse_include(const char *at, struct carry_include *include)
{
	const char *end;
	size_t len;

	at = skip_blanks(at);
	if (*at != '#')
		return false;
	at = skip_blanks(at + 1);
	if (strncmp(at, "include", 7))
		return false;
	at = skip_blanks(at + 7);
	if (*at != '<' && *at != '"')
		return false;
	end = strpbrk(at + 1, *at == '<' ? ">\n" : "\"\n");
	len = end && *end != '\n' ? (size_t)(end - at) - 1 : 0;
	if (!len || len >= sizeof(include->name))
		return false;
	include->bracket = *at;
	memcpy(include->name, at + 1, len);
	include->name[len] = '\0';
	return true;
}

bool carry_next_include(const char *code, struct carry_include *include)
{
	const char *at = include->at ? include->at : code;
	const char *end;

	for (; *at; at = end) {
		end = at + strcspn(at, "\n");
		end += *end == '\n';
		if (!include->at)
			include->line = 0;
		include->at = end;
		include->line++;
		if (parse_include(at, include))
			return true;
	}
	return false;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static const char *skip_space(const char *at)
{
	while (isspace((unsigned char)*at))
		at++;
	return at;
}

/* Does the declaration that ends at @at begin with that word? It begins behind a ; or a }. */
static bool declared(const char *code, const char *at, const char *word)
{
	const char *begin = at;
	size_t len = strlen(word);

	while (begin > code && !strchr(";}", begin[-1]))
		begin--;
	for (; (begin = strstr(begin, word)) != NULL && begin < at; begin += len) {
		if ((begin == code || !is_word(begin[-1])) && !is_word(begin[len]))
			return true;
	}
	return false;
}

bool carry_next_ops(const char *code, struct carry_ops *ops)
{
	static const char type[] = "struct zfree_ops";
	const char *found = ops->at ? ops->at : code;
	const char *name;
	size_t len;

	while ((found = strstr(found, type)) != NULL) {
		name = skip_space(found + sizeof(type) - 1);
		ops->at = name;
		if (!strncmp(name, "const", 5) && isspace((unsigned char)name[5]))
			name = skip_space(name + 5);
		for (len = 0; is_word(name[len]); len++)
			;
		if (len && len < sizeof(ops->name) && *skip_space(name + len) == '=') {
			ops->line = count_lines(code, found) + 1;
			ops->is_static = declared(code, found, "static");
			memcpy(ops->name, name, len);
			ops->name[len] = '\0';
			return true;
		}
		found = ops->at;
	}
	ops->at = NULL;
	return false;
}

bool carry_c_file(const char *header, char *name, size_t size)
{
	size_t len = strlen(header);

	if (len < 3 || len >= size || strcmp(header + len - 2, ".h"))
		return false;
	memcpy(name, header, len + 1);
	name[len - 1] = 'c';
	return true;
}
