/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * kc_order, virtual: one host thread runs all CPUs, so nothing is out of order, and what an
 * atomic operation costs is the profile's business on every host.
 */
#ifndef KCOMPAT_KC_ORDER_H
#define KCOMPAT_KC_ORDER_H

#define KC_RMW_IS_FULL 1

#endif
