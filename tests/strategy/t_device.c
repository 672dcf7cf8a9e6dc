// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/workqueue.h>

#include "port.h"
#include "strategies/registry.h"
#include "tests/strategy/t_device.h"
#include "tests/t_tsan.h"
#include "tests/t_wait.h"

enum {
	T_FLUSH_NEVER_MS = 3600 * 1000,
	T_WORDS = T_PAGE_SIZE / sizeof(u64),
	T_SHAPES = 9,
};

u64 t_seed(u64 fallback)
{
	const char *text = getenv("ZRAMSIM_TEST_SEED");

	return text ? strtoull(text, NULL, 0) : fallback;
}

unsigned int t_scale(void)
{
	return getenv("ZRAMSIM_TEST_SHORT") ? 4 : 1;
}

static bool parse_workers(struct t_case *c, const char *text)
{
	c->nr_workers = 1;
	c->workers = ZFREE_WORKERS_UNBOUND;
	if (!strcmp(text, "percpu"))
		c->workers = ZFREE_WORKERS_PERCPU;
	else if (!strcmp(text, "unbound3"))
		c->nr_workers = 3;
	else if (strcmp(text, "unbound1"))
		return false;
	return true;
}

bool t_case_parse(struct t_case *c, int argc, char **argv)
{
	if (argc != 5 && argc != 6 && argc != 9) {
		fprintf(stderr,
			"%s needs STRATEGY slot|handle unbound1|unbound3|percpu STOCK "
			"[SEED [LOCKS PAGES FLAGS]]: run it by meson test\n",
			argv[0]);
		return false;
	}
	c->ops = zfree_find(argv[1]);
	c->unit = strcmp(argv[2], "handle") ? ZFREE_SLOT : ZFREE_HANDLE;
	c->stock = (u32)strtoul(argv[4], NULL, 0);
	c->seed = argc >= 6 ? strtoull(argv[5], NULL, 0) : t_seed(1);
	c->scale = t_scale();
	if (argc == 9 && !t_design_parse(&c->design, argv + 6)) {
		fprintf(stderr, "%s: no such design: %s %s %s\n", argv[0], argv[6], argv[7],
			argv[8]);
		return false;
	}
	if (!c->ops || !parse_workers(c, argv[3])) {
		fprintf(stderr, "%s: no such strategy or topology: %s %s\n", argv[0], argv[1],
			argv[3]);
		return false;
	}
	fprintf(stderr, "# seed %llu\n", (unsigned long long)c->seed);
	return true;
}

struct zfree_params t_params(const struct t_case *c, u32 budget)
{
	struct zfree_params p = ZFREE_PARAMS_INIT;

	p.units = BIT(c->unit);
	p.workers = c->workers;
	p.nr_workers = c->nr_workers;
	p.stock = c->stock;
	p.run_slots = 16;
	p.budget_bytes = (u64)budget << T_PAGE_SHIFT;
	p.flush_ms = 2;
	return p;
}

struct zfree_params t_params_still(const struct t_case *c, u32 budget)
{
	struct zfree_params p = t_params(c, budget);

	p.flush_ms = T_FLUSH_NEVER_MS;
	p.kick_bytes = p.budget_bytes;
	return p;
}

void t_dev_init(struct t_dev *d, u32 nr_slots)
{
	static const struct t_design design;

	t_dev_init_as(d, nr_slots, &design);
}

void t_dev_init_as(struct t_dev *d, u32 nr_slots, const struct t_design *design)
{
	struct zram_params params = {
		.disksize_bytes = (u64)nr_slots << T_PAGE_SHIFT,
		.page_shift = T_PAGE_SHIFT,
		.pool = { .locks = design->locks,
			  .pages = design->pages,
			  .hold_objs = design->hold_objs },
		.flags = design->flags,
	};

	memset(d, 0, sizeof(*d));
	mem_account_init(&d->account, "test");
	d->outer = set_active_account(&d->account);
	d->nr_slots = nr_slots;
	d->zram = zram_create(&params);
	assert_false(IS_ERR(d->zram));
}

struct t_design t_design_draw(u64 *seed)
{
	static const unsigned int holds[] = { 0, 1, 7, 64 };
	struct t_design design;

	design.locks = (enum zs_locks)kc_random_below(seed, ZS_LOCKS_SHARDED + 1);
	design.pages = (enum zs_pages)kc_random_below(seed, ZS_PAGES_DEFERRED + 1);
	design.flags = (enum zram_flags)kc_random_below(seed, ZRAM_FLAGS_SINGLE + 1);
	design.hold_objs = holds[kc_random_below(seed, 4)];
	return design;
}

static bool parse_word(unsigned int *value, const char *const *names, const char *word)
{
	for (*value = 0; names[*value]; (*value)++)
		if (!strcmp(names[*value], word))
			return true;
	return false;
}

bool t_design_parse(struct t_design *design, char *const words[3])
{
	unsigned int locks, pages, flags;

	if (!parse_word(&locks, zs_locks_names, words[0]) ||
	    !parse_word(&pages, zs_pages_names, words[1]) ||
	    !parse_word(&flags, zram_flags_names, words[2]))
		return false;
	*design = (struct t_design){ (enum zs_locks)locks, (enum zs_pages)pages,
				     (enum zram_flags)flags, 0 };
	return true;
}

const char *t_design_name(const struct t_design *design, char *buf, size_t size)
{
	snprintf(buf, size, "%s %s %s", zs_locks_names[design->locks],
		 zs_pages_names[design->pages], zram_flags_names[design->flags]);
	return buf;
}

void t_dev_exit(struct t_dev *d)
{
	if (d->zf)
		t_detach(d);
	zram_destroy(d->zram);
	set_active_account(d->outer);
	assert_int_equal(mem_account_objects(&d->account), 0);
	assert_int_equal(mem_account_bytes(&d->account), 0);
}

void t_attach(struct t_dev *d, const struct t_case *c, const struct zfree_params *params)
{
	struct zfree *zf = zfree_attach(d->zram, c->ops, params);

	assert_false(IS_ERR(zf));
	d->zf = zf;
}

void t_detach(struct t_dev *d)
{
	zfree_detach(d->zf);
	d->zf = NULL;
}

/* Shape 0 is same-filled, the last one incompressible; the others compress to various sizes. */
t_private static u64 page_word(u32 slot, u32 version, u32 i)
{
	u64 state = (u64)slot << 32 | version;
	u32 shape = (slot + version * 5) % T_SHAPES;
	u64 key = kc_random_u64(&state);

	if (!shape || i > shape * T_WORDS / (T_SHAPES - 1))
		return key;
	state ^= i;
	return kc_random_u64(&state);
}

t_private void t_fill_page(void *page, u32 slot, u32 version)
{
	u64 *words = page;
	u32 i;

	for (i = 0; i < T_WORDS; i++)
		words[i] = page_word(slot, version, i);
}

t_private bool t_page_is(const void *page, u32 slot, u32 version)
{
	const u64 *words = page;
	u32 i;

	for (i = 0; i < T_WORDS; i++)
		if (words[i] != page_word(slot, version, i))
			return false;
	return true;
}

t_private bool t_page_is_zero(const void *page)
{
	const u64 *words = page;
	u32 i;

	for (i = 0; i < T_WORDS; i++)
		if (words[i])
			return false;
	return true;
}

u32 t_with_handle(u32 i)
{
	const u32 per_same = T_SHAPES - 1;

	return i / per_same * T_SHAPES + i % per_same + (i % per_same >= T_SHAPES / 2);
}

int t_write(struct t_dev *d, u32 slot, u32 version)
{
	u64 page[T_WORDS];

	t_fill_page(page, slot, version);
	return zram_write(d->zram, slot, page);
}

void t_write_all(struct t_dev *d)
{
	u32 i;

	for (i = 0; i < d->nr_slots; i++)
		assert_int_equal(t_write(d, i, 1), 0);
}

/* Once a wait was in vain, others of the program may be short: it has failed anyway. */
void t_wait_below(struct zfree *zf, u64 bound)
{
	static unsigned int first_look;
	unsigned int looks = first_look;
	u64 least = ~0ULL;
	u64 now;

	for (;;) {
		now = zfree_pending(zf);
		if (now < bound)
			return;
		looks = now < least ? first_look : looks + 1;
		least = min(least, now);
		if (t_wait_look(looks))
			continue;
		first_look = T_WAIT_LOOKS - T_WAIT_LOOKS / 10;
		fail_msg("%s never freed %llu pending items", zf->ops->name,
			 (unsigned long long)now);
	}
}

void t_wait_idle(struct zfree *zf)
{
	t_wait_below(zf, 1);
}

u64 t_slots_stored(struct t_dev *d)
{
	struct zram_mm_stat st;

	zram_mm_stat(d->zram, &st);
	return (u64)st.orig_data_size >> T_PAGE_SHIFT;
}

unsigned long t_pool_pages(struct t_dev *d)
{
	zs_flush_deferred(zram_pool(d->zram));
	return zs_get_total_pages(zram_pool(d->zram));
}
