#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""pages.py ROOT: README.md shows the two commands of a fresh machine, and links lead somewhere."""

import re
import sys
from pathlib import Path

import tree

COMMANDS = ('./dev compare', './dev test')
LINK = re.compile(r'\]\((?!\w+:|#)([^)#\s]+)')


def main():
    root = Path(sys.argv[1])
    complaints = []
    paths = tree.files(root, lambda path: path.suffix == '.md')
    for path in paths:
        for number, line in enumerate(tree.text(root, path).splitlines(), 1):
            for target in LINK.findall(line):
                if not (root / path.parent / target).exists():
                    complaints.append((path, number, f'{target} does not exist: mend the link'))
    if (root / 'README.md').is_file():
        readme = tree.text(root, 'README.md')
        complaints += [('README.md', 1, f'show the command {command}')
                       for command in COMMANDS if command not in readme]
    tree.finish(complaints, len(paths), 'pages')


if __name__ == '__main__':
    main()
