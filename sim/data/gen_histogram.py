#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Turn SIZE COUNT lines into a C array of sizes and running totals."""

import sys


def main():
    source, target = sys.argv[1:3]
    with open(source, encoding="utf-8") as table:
        rows = [line.split() for line in table if line.strip() and not line.startswith("#")]
    with open(target, "w", encoding="utf-8") as out:
        out.write("/* Generated; see the table it was made from. */\n")
        upto = 0
        for size, count in rows:
            upto += int(count)
            out.write(f"{{{int(size)}, {upto}}},\n")


if __name__ == "__main__":
    main()
