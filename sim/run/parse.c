// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/run/parse.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A suffix and what it multiplies by. */
struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit byte_units[] = {
	{ "", 1 },	     { "B", 1 },	   { "k", 1ULL << 10 },
	{ "K", 1ULL << 10 }, { "KB", 1ULL << 10 }, { "KiB", 1ULL << 10 },
	{ "M", 1ULL << 20 }, { "MB", 1ULL << 20 }, { "MiB", 1ULL << 20 },
	{ "G", 1ULL << 30 }, { "GB", 1ULL << 30 }, { "GiB", 1ULL << 30 },
	{ "T", 1ULL << 40 }, { "TB", 1ULL << 40 }, { "TiB", 1ULL << 40 },
	{ NULL, 0 },
};

static const struct unit time_units[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "ms", 1000 * 1000 },
	{ "s", 1000 * 1000 * 1000 },
	{ "min", 60ULL * 1000 * 1000 * 1000 },
	{ NULL, 0 },
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Read digits at @*pos into @value; false when they do not fit 64 bits. */
static bool read_digits(const char **pos, uint64_t *value)
{
	const char *p = *pos;
	uint64_t v = 0;

	for (; is_digit(*p); p++) {
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*p - '0'), &v))
			return false;
	}
	*pos = p;
	*value = v;
	return true;
}

static const struct unit *find_unit(const struct unit *units, const char *name)
{
	for (; units->name; units++) {
		if (!strcmp(units->name, name))
			return units;
	}
	return NULL;
}

/* What is wrong before any unit can be looked at. */
static const char *bad_start(const char *text, const char *empty)
{
	if (!*text)
		return empty;
	if (*text == '-')
		return "is negative; give a number that is not";
	return NULL;
}

/*
 * Add @digits / 10^n units of @factor to @value. A fraction that is not a whole number of
 * base units is an error, never rounded.
 */
static const char *add_fraction(const char *digits, size_t n, uint64_t factor, uint64_t *value)
{
	uint64_t scale = 1, fraction = 0, product;
	size_t i;

	while (n && digits[n - 1] == '0')
		n--;
	for (i = 0; i < n; i++) {
		if (__builtin_mul_overflow(scale, 10, &scale))
			return "has too many digits after the point; give fewer";
		fraction = fraction * 10 + (uint64_t)(digits[i] - '0');
	}
	if (__builtin_mul_overflow(fraction, factor, &product))
		return "has too many digits after the point; give fewer";
	if (product % scale)
		return "is not a whole number of its smallest unit; give fewer digits or a "
		       "smaller unit";
	if (__builtin_add_overflow(*value, product / scale, value))
		return "does not fit 64 bits; give a smaller number";
	return NULL;
}

static const char *parse_quantity(const char *text, const struct unit *units,
				  const char *not_number, const char *bad_unit, uint64_t *out)
{
	const char *p = text, *fraction = NULL, *why;
	const struct unit *unit;
	uint64_t value;
	size_t n = 0;

	why = bad_start(text, not_number);
	if (why)
		return why;
	if (!is_digit(*p))
		return not_number;
	if (!read_digits(&p, &value))
		return "does not fit 64 bits; give a smaller number";
	if (*p == '.') {
		fraction = ++p;
		n = strspn(p, "0123456789");
		if (!n)
			return "has no digit after the point; add one or drop the point";
		p += n;
	}
	unit = find_unit(units, p);
	if (!unit)
		return bad_unit;
	if (__builtin_mul_overflow(value, unit->factor, &value))
		return "does not fit 64 bits; give a smaller number";
	if (fraction) {
		why = add_fraction(fraction, n, unit->factor, &value);
		if (why)
			return why;
	}
	*out = value;
	return NULL;
}

const char *parse_bytes(const char *text, uint64_t *bytes)
{
	return parse_quantity(text, byte_units,
			      "is not a number of bytes; write one such as 256M or 4096",
			      "has an unknown unit; use K, M, G or T (powers of 1024), as in 256M",
			      bytes);
}

const char *parse_ns(const char *text, uint64_t *ns)
{
	return parse_quantity(text, time_units, "is not a time; write one such as 100ms or 2s",
			      "has no known unit; use ns, us, ms, s or min, as in 100ms", ns);
}

const char *parse_count(const char *text, uint64_t *count)
{
	const char *p = text, *why;
	uint64_t value;

	why = bad_start(text, "is empty; give a whole number");
	if (why)
		return why;
	if (!is_digit(*p))
		return "is not a number; give a whole number";
	if (!read_digits(&p, &value))
		return "does not fit 64 bits; give a smaller number";
	if (*p)
		return "has something after the number; give a whole number and nothing else";
	*count = value;
	return NULL;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

const char *parse_seed(const char *text, uint64_t *seed)
{
	uint64_t value = 0;
	const char *p;

	if (text[0] != '0' || (text[1] != 'x' && text[1] != 'X'))
		return parse_count(text, seed);
	p = text + 2;
	if (!*p)
		return "has no digit after 0x; add one or write the seed in decimal";
	for (; *p; p++) {
		if (hex_digit(*p) < 0)
			return "is not a hexadecimal number; use the digits 0 to 9 and a to f";
		if (value >> 60)
			return "does not fit 64 bits; give at most 16 digits";
		value = value << 4 | (uint64_t)hex_digit(*p);
	}
	*seed = value;
	return NULL;
}

const char *parse_percent(const char *text, uint64_t *percent)
{
	const char *p = text, *why;
	uint64_t value;

	why = bad_start(text, "is empty; give a share such as 20%");
	if (why)
		return why;
	if (!is_digit(*p))
		return "is not a share; give whole percents such as 20%";
	if (!read_digits(&p, &value) || value > 100)
		return "is more than 100 %; give a share such as 20%";
	if (*p == '%')
		p++;
	if (*p)
		return "has something after the number; give whole percents such as 20%";
	*percent = value;
	return NULL;
}

const char *parse_cpus(const char *text, uint32_t *cpus, uint32_t max, uint32_t *nr)
{
	static const char form[] = "is not a list of processors; write one such as 0,2-3";
	const char *p = text;
	uint64_t first, last;
	uint32_t n = 0;

	do {
		if (!is_digit(*p) || !read_digits(&p, &first))
			return form;
		last = first;
		if (*p == '-') {
			p++;
			if (!is_digit(*p) || !read_digits(&p, &last))
				return form;
		}
		if (last < first)
			return "has a range that runs backwards; write the lower number first";
		if (last > UINT16_MAX)
			return "names a processor no machine has; give numbers below 65536";
		for (; first <= last; first++) {
			if (n == max)
				return "lists too many processors; give at most 256";
			cpus[n++] = (uint32_t)first;
		}
	} while (*p++ == ',');
	if (p[-1])
		return form;
	*nr = n;
	return NULL;
}
