#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""spdx.py ROOT: each source, build and script file says its licence first."""

import sys
from pathlib import Path

import tree

LICENCE = 'SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause'


def first_line(path):
    if path.suffix == '.c':
        return f'// {LICENCE}'
    if path.suffix in {'.h', '.map'} or path.name.endswith('.h.in'):
        return f'/* {LICENCE} */'
    return f'# {LICENCE}'


def main():
    root = Path(sys.argv[1])
    complaints = []
    paths = tree.files(root, lambda path: tree.is_c(path) or tree.is_script(path))
    for path in paths:
        lines = tree.text(root, path).splitlines() or ['']
        at = 1 if lines[0].startswith('#!') else 0
        if lines[at:at + 1] != [first_line(path)]:
            complaints.append((path, at + 1, f'this line must be "{first_line(path)}"'))
    tree.finish(complaints, len(paths))


if __name__ == '__main__':
    main()
