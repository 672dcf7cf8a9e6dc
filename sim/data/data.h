/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * data: what the slots of an experiment hold, compressed once and installed many times.
 *
 * A source knows pages; preparing runs them through the real compressor into a cache, from
 * which every repeat fills its device. Distinct data are bounded by SIM_DATA_MAX_BYTES
 * (before compression); more slots than pages hold the pages again, in the same order.
 */
#ifndef SIM_DATA_DATA_H
#define SIM_DATA_DATA_H

#include <linux/types.h>

#include "sim/message.h"

struct sim_source;

enum {
	SIM_DATA_MAX_BYTES = 256 << 20,
	SIM_DATA_THREADS = 2,
};

/**
 * struct sim_data_params - which pages, and how they are stored
 * @spec:	"anon", "rfc", "file:PATH", "pid:PID" or "sizes:FILE"
 * @comp:	compressor
 * @comp_level:	0 means its default
 * @page_bytes:	4096, 16384 or 65536
 * @huge_bytes:	from this size on a page is stored as it is; 0: as zsmalloc has it by default
 * @nr_slots:	slots to be filled
 * @seed:	of what is random in it
 * @keep:	what pages compress to is wanted, not only how many bytes that is
 * @stop:	non-zero ends the preparation early, or NULL
 */
struct sim_data_params {
	const char *spec;
	const char *comp;
	int comp_level;
	u32 page_bytes;
	u32 huge_bytes;
	u64 nr_slots;
	u64 seed;
	bool keep;
	const volatile int *stop;
};

/**
 * struct sim_source_ops - where pages come from
 * @name:	what a spec begins with
 * @argument:	what stands behind the colon, for messages; NULL: nothing may
 * @open:	set source->nr to the pages there are, at most source->nr_wanted
 * @page:	fill in page @i; any thread, same result each time. NULL: the source knows
 *		stored sizes only (source->sizes)
 * @alike:	all pages are meant to be the same one
 */
struct sim_source_ops {
	const char *name;
	const char *argument;
	int (*open)(struct sim_source *source, const char *arg, struct sim_message *msg);
	void (*page)(const struct sim_source *source, u32 i, void *page);
	bool alike;
};

/**
 * struct sim_source - pages, or sizes, by number
 * @ops:	how they are made
 * @page_bytes:	page size
 * @nr_wanted:	pages that can be used
 * @nr:		pages there are
 * @seed:	of what is random
 * @stop:	non-zero ends opening early, or NULL
 * @raw:	snapshot of the pages, if the source takes one
 * @sizes:	stored size per page, if the source knows no content
 * @note:	a sentence for the warnings of the result, or empty
 */
struct sim_source {
	const struct sim_source_ops *ops;
	u32 page_bytes;
	u32 nr_wanted;
	u32 nr;
	u64 seed;
	const volatile int *stop;
	u8 *raw;
	u32 *sizes;
	char note[200];
};

extern const struct sim_source_ops sim_source_anon;
extern const struct sim_source_ops sim_source_rfc;
extern const struct sim_source_ops sim_source_file;
extern const struct sim_source_ops sim_source_pid;
extern const struct sim_source_ops sim_source_sizes;

/**
 * struct sim_item - one page as it is stored
 * @data:	compressed bytes, or the page itself when @len is the page size; NULL if not kept
 * @word:	what a same-filled page repeats
 * @len:	bytes it is stored in; 0: the page is same-filled
 */
struct sim_item {
	const void *data;
	unsigned long word;
	u32 len;
};

/** sim_item_is_zeros() - is it a page of zeros? @item: prepared */
static inline bool sim_item_is_zeros(const struct sim_item *item)
{
	return !item->len && !item->word;
}

/**
 * struct sim_data - prepared pages
 * @source:	where they come from
 * @items:	[source.nr]
 * @blocks:	memory behind the items, a list
 * @cached_bytes: bytes of that memory
 */
struct sim_data {
	struct sim_source source;
	struct sim_item *items;
	void *blocks;
	u64 cached_bytes;
};

/**
 * sim_data_prepare() - open a source and compress its pages
 * @params:	see there
 * @data:	filled in; sim_data_release() frees it
 * @msg:	receives a sentence on failure
 * Return:	0; -EINVAL bad spec or file content; -ENOENT, -EACCES, -ESRCH, -EIO …;
 *		-EINTR stopped; -ENOMEM.
 */
int sim_data_prepare(const struct sim_data_params *params, struct sim_data *data,
		     struct sim_message *msg);

/** sim_data_release() - free prepared pages. @data: zeroed or prepared */
void sim_data_release(struct sim_data *data);

/**
 * sim_data_item() - what the n-th slot that is filled holds
 * @data:	prepared
 * @n:		any number
 */
static inline const struct sim_item *sim_data_item(const struct sim_data *data, u64 n)
{
	return &data->items[n % data->source.nr];
}

/** sim_data_has_content() - can pages be read back and compared? */
static inline bool sim_data_has_content(const struct sim_data *data)
{
	return data->source.ops->page != NULL;
}

/**
 * sim_data_page() - content of the n-th slot that is filled
 * @data:	prepared, sim_data_has_content()
 * @n:		any number
 * @page:	page_bytes bytes, filled in
 */
void sim_data_page(const struct sim_data *data, u64 n, void *page);

/**
 * sim_anon_size() - draw the size of a compressed page of anonymous memory
 * @rng:	where chance comes from
 * @page_bytes:	size of a page; what was measured with 4 KiB grows with it
 */
u32 sim_anon_size(u64 *rng, u32 page_bytes);

#endif
