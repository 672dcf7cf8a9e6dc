/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * zcomp: compressors behind one ops struct, one file each, with a stream per CPU.
 */
#ifndef ZRAM_ZCOMP_H
#define ZRAM_ZCOMP_H

#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/types.h>

/**
 * struct zcomp_params - what a compressor is made with
 * @level:	in the back end's own scale, its default filled in
 * @page_bytes:	bytes of every page it will be given
 */
struct zcomp_params {
	int level;
	size_t page_bytes;
};

/**
 * struct zcomp_req - one page to compress or expand
 * @src:	input
 * @src_len:	bytes of @src
 * @dst:	output
 * @dst_len:	bytes there is room for; afterwards, bytes written
 */
struct zcomp_req {
	const void *src;
	size_t src_len;
	void *dst;
	size_t dst_len;
};

/**
 * struct zcomp_ops - a back end
 * @name:	as in comp_algorithm
 * @level_min:	smallest level taken
 * @level_max:	largest; 0 together with @level_min 0: the back end knows no levels
 * @level_default: used for level 0
 * @create_ctx:	make the private state of one stream, one block that zcomp gives to
 *		kvfree(); NULL on failure. Optional: no state.
 * @compress:	0, or a negative errno if the page cannot be compressed at all. A result
 *		as long as the page may be left unwritten: it is stored as it is.
 * @decompress:	0, or a negative errno if @src is not what compress made
 */
struct zcomp_ops {
	const char *name;
	int level_min;
	int level_max;
	int level_default;
	void *(*create_ctx)(const struct zcomp_params *params);
	int (*compress)(const struct zcomp_params *params, void *ctx, struct zcomp_req *req);
	int (*decompress)(const struct zcomp_params *params, void *ctx, struct zcomp_req *req);
};

/**
 * struct zcomp_strm - what one compression at a time needs
 * @lock:	held between zcomp_stream_get() and zcomp_stream_put()
 * @buffer:	two pages for a compressed page, which may come out longer than it was
 * @local_copy:	a page for zs_obj_read_begin()
 * @ctx:	of the back end, or NULL
 *
 * Source:	drivers/block/zram/zcomp.h of Linux 7.1.
 */
struct zcomp_strm {
	struct mutex lock;
	void *buffer;
	void *local_copy;
	void *ctx;
};

/**
 * struct zcomp - a compressor of one device
 * @ops:	back end
 * @params:	its parameters
 * @stream:	one per CPU
 */
struct zcomp {
	const struct zcomp_ops *ops;
	struct zcomp_params params;
	struct zcomp_strm __percpu *stream;
};

/**
 * zcomp_name() - names of the compressors in this build, the default one first
 * @i:		0-based
 * Return:	NULL past the last.
 */
const char *zcomp_name(unsigned int i);

/**
 * zcomp_levels() - which levels a compressor of this build takes
 * @name:	one of zcomp_name()
 * @min:	filled in
 * @max:	filled in, 0 like @min: it knows no levels
 */
void zcomp_levels(const char *name, int *min, int *max);

/**
 * zcomp_create() - make a compressor with a stream for every CPU
 * @name:	one of zcomp_name()
 * @level:	0 for the default
 * @page_bytes:	page size
 * Context:	process, may sleep.
 * Return:	ERR_PTR(-ENOENT) for a name that is not in this build, ERR_PTR(-EINVAL)
 *		for a level out of range, ERR_PTR(-ENOMEM).
 */
struct zcomp *zcomp_create(const char *name, int level, size_t page_bytes);

/**
 * zcomp_destroy() - undo zcomp_create()
 * @comp:	compressor without a stream in use
 */
void zcomp_destroy(struct zcomp *comp);

/**
 * zcomp_stream_get() - borrow the stream of this CPU
 * @comp:	compressor
 * Context:	process; sleeps while another task uses the stream.
 */
struct zcomp_strm *zcomp_stream_get(struct zcomp *comp);

/**
 * zcomp_stream_put() - hand a stream back
 * @strm:	from zcomp_stream_get(), possibly on another CPU
 */
void zcomp_stream_put(struct zcomp_strm *strm);

/**
 * zcomp_compress() - compress a page into the stream's buffer
 * @comp:	compressor
 * @strm:	its stream
 * @src:	page
 * @len:	filled in: compressed bytes. At or above the page size @strm->buffer may
 *		hold nothing, and the page is to be stored as it is.
 */
int zcomp_compress(struct zcomp *comp, struct zcomp_strm *strm, const void *src, size_t *len);

/**
 * zcomp_decompress() - expand a page
 * @comp:	compressor
 * @strm:	its stream
 * @src:	what zcomp_compress() made
 * @len:	bytes of @src
 * @dst:	page
 * Return:	-EIO if @src does not expand to exactly one page.
 */
int zcomp_decompress(struct zcomp *comp, struct zcomp_strm *strm, const void *src, size_t len,
		     void *dst);

/* The back ends; which of them are in the build is up to the Meson options. */

/** comp_lz4 - LZ4; the level is its acceleration */
extern const struct zcomp_ops comp_lz4;

/** comp_zstd - Zstandard */
extern const struct zcomp_ops comp_zstd;

/** comp_lzo - LZO1X-1 */
extern const struct zcomp_ops comp_lzo;

/** comp_none - stores every page as it is; in every build */
extern const struct zcomp_ops comp_none;

#endif
