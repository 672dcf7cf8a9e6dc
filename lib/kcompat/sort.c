// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <linux/minmax.h>
#include <linux/sort.h>
#include <string.h>

static void kc_swap_bytes(void *a, void *b, int size)
{
	char *x = a, *y = b;

	while (size--) {
		swap(*x, *y);
		x++;
		y++;
	}
}

/* Let the element at @root sink until no child is above it; @num elements form the heap. */
static void kc_sift_down(char *base, size_t root, size_t num, size_t size,
			 int (*cmp)(const void *, const void *),
			 void (*swap_el)(void *, void *, int))
{
	for (;;) {
		size_t child = 2 * root + 1;

		if (child >= num)
			return;
		if (child + 1 < num && cmp(base + child * size, base + (child + 1) * size) < 0)
			child++;
		if (cmp(base + root * size, base + child * size) >= 0)
			return;
		swap_el(base + root * size, base + child * size, (int)size);
		root = child;
	}
}

void sort(void *base, size_t num, size_t size, int (*cmp_func)(const void *, const void *),
	  void (*swap_func)(void *, void *, int size))
{
	void (*swap_el)(void *, void *, int) = swap_func ? swap_func : kc_swap_bytes;
	size_t i;

	for (i = num / 2; i-- > 0;)
		kc_sift_down(base, i, num, size, cmp_func, swap_el);
	for (i = num; i-- > 1;) {
		swap_el(base, (char *)base + i * size, (int)size);
		kc_sift_down(base, 0, i, size, cmp_func, swap_el);
	}
}
