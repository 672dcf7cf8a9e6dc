#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""gen_carry.py ROOT OUTPUT FILE...: files of the source tree as a C array for carry_sources.h.

Each is named by its path in a kernel module's tree, whose root is the first of the folders below
that it is in."""

import sys
from pathlib import Path

ROOTS = ['bench/kernel/module', 'lib/kcompat/port', 'lib', '']


def name_of(root, path):
    folder = next(folder for folder in ROOTS if path.is_relative_to(root / folder))
    return path.relative_to(root / folder).as_posix()


def number_of(byte):
    return f"'\\{byte:o}'," if byte > 127 else f'{byte},'  # whether or not char has a sign


def literal(number, data):
    rows = [data[at:at + 32] for at in range(0, len(data), 32)]
    lines = ''.join('\t' + ''.join(map(number_of, row)) + '\n' for row in rows)
    return f'static const char text_{number}[] = {{\n{lines}\t0,\n}};\n'


def main():
    root, target = Path(sys.argv[1]).resolve(), sys.argv[2]
    paths = [Path(word).resolve() for word in sys.argv[3:]]
    names = [name_of(root, path) for path in paths]
    with open(target, 'w', encoding='utf-8') as out:
        out.write('/* Generated from the files that it names. */\n'
                  '#include "sim/cli/carry_sources.h"\n\n')
        for number, path in enumerate(paths):
            out.write(literal(number, path.read_bytes()))
        out.write('\nconst struct carry_source carry_sources[] = {\n')
        for number, name in enumerate(names):
            out.write(f'\t{{ "{name}", text_{number}, sizeof(text_{number}) - 1 }},\n')
        out.write('\t{ 0 },\n};\n')


if __name__ == '__main__':
    main()
