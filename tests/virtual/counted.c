// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <kc_unseen.h>

#include "counted.h"

#define TEN	"nop; nop; nop; nop; nop; nop; nop; nop; nop; nop\n\t"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

void counted_straight(void)
{
	__asm__ volatile(HUNDRED);
}

void counted_loop(unsigned int turns)
{
	do {
		__asm__ volatile(TEN TEN TEN TEN);
	} while (--turns);
}

void counted_branch(int far)
{
	if (far)
		__asm__ volatile(HUNDRED HUNDRED);
	else
		__asm__ volatile(TEN);
}

static __kc_unseen void nothing_a_kernel_does(void)
{
	__asm__ volatile(HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED);
	__asm__ volatile(HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED);
}

void counted_unseen(void)
{
	nothing_a_kernel_does();
}

int counted_order(long a, long b)
{
	if (a < b) {
		__asm__ volatile(TEN);
		return -1;
	}
	if (a == b) {
		__asm__ volatile(TEN TEN);
		return 0;
	}
	__asm__ volatile(TEN TEN TEN);
	return 1;
}
