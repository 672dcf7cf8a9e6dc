/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: narrowed. Blocking or not, zeroing and may-not-fail are honoured, zones are not. */
#ifndef KCOMPAT_LINUX_GFP_H
#define KCOMPAT_LINUX_GFP_H

#include <linux/types.h>

#define __GFP_DIRECT_RECLAIM 0x1u
#define __GFP_KSWAPD_RECLAIM 0x2u
#define __GFP_IO	     0x4u
#define __GFP_FS	     0x8u
#define __GFP_HIGH	     0x10u
#define __GFP_ZERO	     0x20u
#define __GFP_NOWARN	     0x40u
#define __GFP_NOFAIL	     0x100u
#define __GFP_HIGHMEM	     0x200u
#define __GFP_MOVABLE	     0x400u

#define __GFP_RECLAIM (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)
#define GFP_KERNEL    (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_NOIO      __GFP_RECLAIM
#define GFP_NOWAIT    (__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)
#define GFP_ATOMIC    (__GFP_HIGH | __GFP_KSWAPD_RECLAIM)

/** gfpflags_allow_blocking() - may an allocation with these flags sleep? */
static inline bool gfpflags_allow_blocking(gfp_t gfp)
{
	return gfp & __GFP_DIRECT_RECLAIM;
}

#endif
