#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""pages.py ROOT: what Markdown pages keep.

README.md shows the two commands of a fresh machine, links lead somewhere, and prose is wrapped;
tables and blocks of code are as wide as they must be.
"""

import re
import sys
from pathlib import Path

import tree

COMMANDS = ('./dev compare', './dev test')
LINK = re.compile(r'\]\((?!\w+:|#)([^)#\s]+)')
COLUMNS = 100


def check(root, path):
    in_block = False
    for number, line in enumerate(tree.text(root, path).splitlines(), 1):
        for target in LINK.findall(line):
            if not (root / path.parent / target).exists():
                yield path, number, f'{target} does not exist: mend the link'
        if line.lstrip().startswith('```'):
            in_block = not in_block
        if len(line) > COLUMNS and not in_block and not line.startswith(('|', '    ')):
            yield path, number, f'{len(line)} columns: wrap prose at {COLUMNS}'


def main():
    root = Path(sys.argv[1])
    paths = tree.files(root, lambda path: path.suffix == '.md')
    complaints = [found for path in paths for found in check(root, path)]
    if (root / 'README.md').is_file():
        readme = tree.text(root, 'README.md')
        complaints += [('README.md', 1, f'show the command {command}')
                       for command in COMMANDS if command not in readme]
    tree.finish(complaints, len(paths), 'pages')


if __name__ == '__main__':
    main()
