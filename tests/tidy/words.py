#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""words.py ROOT: nothing is left unfinished by its own words, and no home folder is named."""

import re
import sys
from pathlib import Path

import tree

# Spelt in two parts, so that this file passes its own test.
UNFINISHED = re.compile(r'\b(?:TO' r'DO|FIX' r'ME|X' r'XX|HA' r'CK)\b'
                        r'|\b(?:not imple' r'mented|place' r'holder|stub(?:bed)? ' r'out)\b', re.I)
MACHINE = re.compile(r'(?:^|[\s"\'=(:])/(?:ho' r'me|ro' r'ot|wo' r'rk)/')


def is_text(path):
    return tree.is_c(path) or tree.is_script(path) or path.suffix in {'.md', '.scd', '.txt'}


def main():
    root = Path(sys.argv[1])
    complaints = []
    paths = tree.files(root, lambda path: is_text(path) and not tree.is_under(path, 'LICENSES'))
    for path in paths:
        for number, line in enumerate(tree.text(root, path).splitlines(), 1):
            found = UNFINISHED.search(line)
            if found:
                complaints.append((path, number, f'"{found.group()}": finish it or say what is so'))
            if MACHINE.search(line):
                complaints.append((path, number, 'a folder of one machine: take it as an argument'))
    tree.finish(complaints, len(paths))


if __name__ == '__main__':
    main()
