/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* registry: the strategies that were carried here; its .c file is written by zramsim carry. */
#ifndef REGISTRY_H
#define REGISTRY_H

#include "zfree/strategy.h"

/** carried - each of them; NULL ends it */
extern const struct zfree_ops *const carried[];

#endif
