/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: exact. */
#ifndef KCOMPAT_LINUX_MATH_H
#define KCOMPAT_LINUX_MATH_H

#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))

/** roundup() - @x up to a multiple of @y */
#define roundup(x, y) ((((x) + ((y)-1)) / (y)) * (y))

/** rounddown() - @x down to a multiple of @y */
#define rounddown(x, y) ((x) - ((x) % (y)))

/** round_up() - @x up to a multiple of the power of two @y */
#define round_up(x, y) ((((x)-1) | ((__typeof__(x))(y)-1)) + 1)

/** round_down() - @x down to a multiple of the power of two @y */
#define round_down(x, y) ((x) & ~((__typeof__(x))(y)-1))

#endif
