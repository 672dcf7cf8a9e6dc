// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* In a second zramsim, so that its variables lie elsewhere: by lines and by pages. */
static volatile char written[3 * 4096 + 5 * 64 + 8] = { 1 };
static volatile char zero[7 * 4096 + 3 * 64 + 8];

__attribute__((constructor)) static void keep(void)
{
	written[64] = zero[64];
}
