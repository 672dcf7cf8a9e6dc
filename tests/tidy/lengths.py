#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""lengths.py ROOT: limits of lines, functions and files, so that each fits in a head."""

import sys
from pathlib import Path

import csource
import tree

COLUMNS = 100
FUNCTION_LINES = 70
FILE_LINES = 600
STRATEGY_LINES = 250
ROOT_BUILD_LINES = 120


def file_limit(path):
    if path == Path('meson.build'):
        return ROOT_BUILD_LINES
    return STRATEGY_LINES if tree.is_under(path, 'strategies') else FILE_LINES


def check(root, path):
    source = tree.text(root, path)
    lines = source.splitlines()
    for number, line in enumerate(lines, 1):
        columns = len(line.expandtabs(8))
        if columns > COLUMNS:
            yield number, f'{columns} columns: break the line at {COLUMNS}'
    if len(lines) > file_limit(path):
        yield (len(lines),
               f'{len(lines)} lines: split it by subject, {file_limit(path)} is the limit')
    if not tree.is_c(path):
        return
    for declaration in csource.declarations(source):
        length = declaration.last_line - declaration.line + 1
        if declaration.kind == 'function' and declaration.has_body and length > FUNCTION_LINES:
            yield (declaration.line,
                   f'{declaration.name}() has {length} lines: name its parts, '
                   f'{FUNCTION_LINES} is the limit')


def main():
    root = Path(sys.argv[1])
    paths = tree.files(root, lambda path: tree.is_c(path) or tree.is_script(path))
    tree.finish([(path, *found) for path in paths for found in check(root, path)], len(paths))


if __name__ == '__main__':
    main()
