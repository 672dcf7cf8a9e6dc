/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* counted: functions whose instructions are known, compiled as the library of a machine is. */
#ifndef TESTS_VIRTUAL_COUNTED_H
#define TESTS_VIRTUAL_COUNTED_H

/** counted_straight() - 100 instructions, and a return */
void counted_straight(void);

/** counted_loop() - 40 instructions and those of the loop per turn. @turns: how many, not 0 */
void counted_loop(unsigned int turns);

/** counted_branch() - 200 instructions if @far, else 10 */
void counted_branch(int far);

/** counted_unseen() - 1000 instructions of a function that does what no kernel does, and a call */
void counted_unseen(void);

/** counted_order() - a comparison that two jumps look at. @a, @b: any. Return: -1, 0, 1. */
int counted_order(long a, long b);

/** counted_sum() - add words, which are announced. @words: @nr of them */
long counted_sum(const long *words, unsigned int nr);

#endif
