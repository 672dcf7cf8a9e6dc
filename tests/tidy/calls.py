#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""calls.py ROOT: a strategy calls itself, zfree's contract, and what docs/strategy.md lists.

The list stands there under the heading below, a row a header, names in backquotes; 'atomic_*()'
stands for all that begin so. What it names must be in the shim of that header, too."""

import fnmatch
import re
import sys
from pathlib import Path

import csource
import tree

PAGE = Path('docs/strategy.md')
HEADING = '## What it may call'
CONTRACT = Path('lib/zfree/strategy.h')
CALL = re.compile(r'(?<![\w>.])([A-Za-z_]\w*)\(')
ROW = re.compile(r'^\| `<(linux/\w+\.h)>` \| (.*) \|$')
NAME = re.compile(r'`([\w*]+)\(\)`')
DEFINED = re.compile(r'^(?:#[ \t]*define[ \t]+|[A-Za-z_][\w \t*]*[ \t*])([A-Za-z_]\w*)\(', re.M)
WORDS = {'if', 'for', 'while', 'switch', 'return', 'sizeof', 'offsetof', 'defined', '__typeof__',
         '__attribute__'}


def listed(root):
    """(header, name or pattern, line) of each name in the list."""
    lines = tree.text(root, PAGE).splitlines()
    if HEADING not in lines:
        return []
    begin = lines.index(HEADING) + 1
    found = []
    for number, line in enumerate(lines[begin:], begin + 1):
        if line.startswith('## '):
            break
        row = ROW.match(line)
        if row:
            found += [(row[1], name, number) for name in NAME.findall(row[2])]
    return found


def words_of(root, header):
    """The words of a shim and of what it includes of ours; None if it passes libc's on."""
    shim = root / 'lib/kcompat' / header
    source = shim.read_text(encoding='utf-8') if shim.is_file() else ''
    if re.search(r'# *include_next|#include <string.h>', source):
        return None
    for name in re.findall(r'#include <(kc_\w+\.h)>', source):
        source += (root / 'lib/kcompat' / name).read_text(encoding='utf-8') if (
            root / 'lib/kcompat' / name).is_file() else ''
    words = re.findall(r'[\w#]+', source)
    # Macros paste some together: pfx##_inc##sfx is atomic_inc_relaxed(), for one.
    return words + [word.replace('pfx##', 'atomic').replace('##sfx', '') for word in words]


def absent(root, names):
    """Complaints about listed names that the shim has not."""
    for header, name, line in names:
        words = words_of(root, header)
        if words is not None and not fnmatch.filter(words, name):
            yield PAGE, line, f'{name}() is not in the shim of <{header}>'


def is_strategy(path):
    return tree.is_c(path) and (tree.is_under(path, 'strategies') or
                                (tree.is_under(path, 'docs/example') and
                                 path.name.startswith('zfree_')))


def main():
    root = Path(sys.argv[1])
    paths = tree.files(root, is_strategy)
    complaints = []
    if paths:
        names = listed(root)
        complaints += absent(root, names)
        plain = {path: csource.code(tree.text(root, path)) for path in paths}
        contract = tree.text(root, CONTRACT) if (root / CONTRACT).is_file() else ''
        own = set(DEFINED.findall('\n'.join([*plain.values(), contract])))
        for path, source in plain.items():
            for call in CALL.finditer(source):
                if call[1] in own | WORDS or any(fnmatch.fnmatchcase(call[1], name)
                                                 for _, name, _ in names):
                    continue
                complaints.append((path, csource.line_of(source, call.start()),
                                   f'{call[1]}() is not among what {PAGE} lets a strategy call'))
    tree.finish(complaints, len(paths))


if __name__ == '__main__':
    main()
