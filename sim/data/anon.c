// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * anon: seeded pages that compress like the anonymous memory of real processes.
 *
 * Each page draws a target from the measured distribution of LZ4 sizes and is built to land
 * on it: records of a literal run and a stretch that repeats a template, as arrays of structs
 * with a few differing fields do. LZ4 spends 3 bytes and the literals on each record; literals
 * come from an alphabet that grows with the target, so that an entropy coder shrinks them
 * about as much as it shrinks real pages.
 *
 * Source: sim/data/tables/lz4-anon.txt for the sizes. Same-filled pages, which that table leaves
 * out, were 0.6 % of the present anonymous pages of python3, 1.0 % of node and 2.1 % of cc1plus
 * (7,530, 18,130 and 64,690 pages on Debian 12), nine of ten of them zero: 12 in 1000 here.
 * Pages above 4 KiB scale the target, which keeps the distribution's shape: an assumption.
 */
#include <string.h>

#include <linux/math.h>
#include <linux/minmax.h>

#include "port.h"
#include "sim/data/data.h"

/** struct anon_size - a row of the table; @upto counts its pages and all before */
struct anon_size {
	u16 bytes;
	u16 upto;
};

static const struct anon_size anon_sizes[] = {
#include "sim/lz4_anon.inc"
};

enum {
	ANON_TABLE_PAGE = 4096, /* page size the table was measured with */
	ANON_SAME_PERMILLE = 12,
	ANON_SAME_ZERO_PERCENT = 89,
	ANON_TAIL = 5,		 /* LZ4 ends with at least so many literals */
	ANON_MIN_RUN = 5,	 /* literals of a record */
	ANON_MIN_STRETCH = 9,	 /* a match LZ4 cannot overlook */
	ANON_TEMPLATE = 64,	 /* period of the repeated part */
	ANON_BASE_SYMBOLS = 8,	 /* alphabet of the best-compressing pages */
	ANON_DENSE_SYMBOLS = 80, /* added for a page that does not shrink */
};

/**
 * struct anon_shape - how a page is laid out
 * @run:	literals of a record
 * @nr:		records
 * @template:	period of the stretches
 * @extra:	literals that remain to be put somewhere
 * @symbols:	size of the alphabet
 */
struct anon_shape {
	u32 run;
	u32 nr;
	u32 template;
	u32 extra;
	u32 symbols;
};

u32 sim_anon_size(u64 *rng, u32 page_bytes)
{
	u32 low = 0, high = ARRAY_SIZE(anon_sizes) - 1, mid;
	u32 at = (u32)kc_random_below(rng, anon_sizes[high].upto);

	while (low < high) {
		mid = low + (high - low) / 2;
		if (anon_sizes[mid].upto > at)
			high = mid;
		else
			low = mid + 1;
	}
	return anon_sizes[low].bytes * (page_bytes / ANON_TABLE_PAGE);
}

/* Bytes LZ4 adds to a run of literals, and to a match, for its length. */
static u32 literal_bytes(u32 len)
{
	return len < 15 ? 0 : 1 + (len - 15) / 255;
}

static u32 match_bytes(u32 len)
{
	return len < 19 ? 0 : 1 + (len - 19) / 255;
}

/* What LZ4 makes of a page of @nr records, @extra literals not counted. */
static u32 shape_bytes(const struct anon_shape *shape, u32 nr, u32 page_bytes)
{
	u32 room = page_bytes - ANON_TAIL;
	u32 stretch = room / nr > shape->run ? room / nr - shape->run : 0;
	u32 template = min(stretch, shape->template);
	u32 record = 3 + shape->run + literal_bytes(shape->run) + match_bytes(stretch);
	u32 bytes = 1 + ANON_TAIL + nr * record + template;

	/* The first stretch is all literals if it does not exceed the template. */
	if (stretch <= template)
		bytes -= 3 + match_bytes(stretch);
	/* The byte behind a match continues it by accident once per alphabet. */
	return bytes - nr / shape->symbols;
}

static void anon_shape(struct anon_shape *shape, u32 target, u32 page_bytes, u64 *rng)
{
	u32 density = (u32)((u64)target * 256 / page_bytes); /* of 256 */
	u32 run = ANON_MIN_RUN, spare, nr, bytes;

	/* A denser page needs longer runs, or no stretch would be long enough to match. */
	if (density * ANON_MIN_STRETCH > 256 * 3) {
		spare = (density * ANON_MIN_STRETCH - 256 * 3) / (256 - min(density, 255u)) + 1;
		run = max(run, spare);
	}
	shape->run = run + (u32)kc_random_below(rng, run);
	shape->symbols = ANON_BASE_SYMBOLS + density * density * ANON_DENSE_SYMBOLS / (256 * 256);
	shape->template = clamp(target / 8, 4u, (u32)ANON_TEMPLATE);
	nr = max(1u, target / (shape->run + 4));
	while (nr > 1 && shape_bytes(shape, nr, page_bytes) > target)
		nr -= 1 + nr / 64;
	if (nr == 1) {
		bytes = shape_bytes(shape, 1, page_bytes);
		if (bytes > target)
			shape->run -= min(bytes - target, shape->run - 4);
	}
	shape->nr = nr;
	bytes = shape_bytes(shape, nr, page_bytes);
	shape->extra = target > bytes ? target - bytes : 0;
}

/* Of each 16 bits of two, 32 bits apart, a symbol. @symbols: at most 256 */
static u64 anon_two_symbols(u64 bits, u32 symbols)
{
	bits = (bits & 0x0000ffff0000ffff) * symbols >> 16 & 0x000000ff000000ff;
	return (bits * 37 + 0x0000000b0000000b) & 0x000000ff000000ff;
}

/* Four literals out of one draw. */
static inline u32 anon_four_literals(u32 symbols, u64 *rng)
{
	u64 bits = kc_random_u64(rng);

	bits = anon_two_symbols(bits, symbols) | anon_two_symbols(bits >> 16, symbols) << 8;
	return (u32)(bits | bits >> 16);
}

static u8 *anon_literals(u8 *p, u32 nr, u32 symbols, u64 *rng)
{
	u64 state = *rng;
	u32 four;

	for (; nr >= 4; nr -= 4, p += 4) {
		four = anon_four_literals(symbols, &state);
		memcpy(p, &four, 4);
	}
	if (nr) {
		four = anon_four_literals(symbols, &state);
		memcpy(p, &four, nr);
	}
	*rng = state;
	return p + nr;
}

/* Repeat the last @period bytes up to @end. */
static u8 *anon_repeat(u8 *p, u8 *end, u32 period)
{
	u32 nr;

	for (; p < end; p += nr, period += nr) {
		nr = min(period, (u32)(end - p));
		memcpy(p, p - period, nr);
	}
	return p;
}

static void anon_records(u8 *page, u32 page_bytes, const struct anon_shape *shape, u64 *rng)
{
	u8 template[ANON_TEMPLATE];
	u8 *p = page, *end = page + page_bytes - ANON_TAIL, *stop;
	u8 mark = (u8)kc_random_u64(rng);
	u32 extra = shape->extra, i, run, left;

	anon_literals(template, shape->template, shape->symbols, rng);
	for (i = 0; i < shape->nr && p < end; i++) {
		left = shape->nr - i;
		run = shape->run + extra / left;
		extra -= extra / left;
		stop = p + (end - p) / left;
		p = anon_literals(p, min(run, (u32)(end - p)), shape->symbols, rng);
		/* Different from record to record, so that the match begins behind it. */
		p[-1] = (u8)(mark + i);
		if (p >= stop)
			continue;
		run = min((u32)(stop - p), shape->template);
		memcpy(p, template, run);
		p = anon_repeat(p + run, stop, shape->template);
	}
	p = anon_repeat(p, end, shape->template);
	anon_literals(p, ANON_TAIL, shape->symbols, rng);
}

static void anon_same(u8 *page, u32 page_bytes, u64 *rng)
{
	u64 word = 0;
	u32 i;

	if (kc_random_below(rng, 100) >= ANON_SAME_ZERO_PERCENT)
		word = kc_random_u64(rng);
	for (i = 0; i < page_bytes; i += sizeof(word))
		memcpy(page + i, &word, sizeof(word));
}

static void anon_page(const struct sim_source *source, u32 i, void *page)
{
	u64 rng = source->seed ^ ((u64)i + 1) * 0x9e3779b97f4a7c15ull;
	struct anon_shape shape;
	u32 target;

	kc_random_u64(&rng);
	if (kc_random_below(&rng, 1000) < ANON_SAME_PERMILLE) {
		anon_same(page, source->page_bytes, &rng);
		return;
	}
	target = sim_anon_size(&rng, source->page_bytes);
	if (target >= source->page_bytes / 16 * 15) {
		anon_literals(page, source->page_bytes, 256, &rng);
		return;
	}
	anon_shape(&shape, target, source->page_bytes, &rng);
	anon_records(page, source->page_bytes, &shape, &rng);
}

static int anon_open(struct sim_source *source, const char *arg, struct sim_message *msg)
{
	(void)arg;
	(void)msg;
	source->nr = source->nr_wanted;
	return 0;
}

const struct sim_source_ops sim_source_anon = {
	.name = "anon",
	.open = anon_open,
	.page = anon_page,
};
