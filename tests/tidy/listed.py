#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""listed.py ROOT: each C file is named in the meson.build of its folder, or it is never built."""

import re
import sys
from pathlib import Path

import tree

PREFIX = re.compile(r'^(?:test|torture|bench|zfree|example)_')


def is_listed(path, build):
    """True if the build file quotes the file, its stem, or the stem without its prefix."""
    short = PREFIX.sub('', path.stem)
    names = {path.name, path.stem, short, short.replace('_', '-')}
    return any(re.search(rf"'(?:[\w/.-]*/)?{re.escape(name)}'", build) for name in names)


def main():
    root = Path(sys.argv[1])
    complaints = []
    paths = tree.files(root, lambda path: path.suffix == '.c')
    for path in paths:
        build = path.parent / 'meson.build'
        if not (root / build).is_file():
            build = path.parent.parent / 'meson.build'
        if not is_listed(path, tree.text(root, build) if (root / build).is_file() else ''):
            complaints.append((path, 1, f'{build} does not name it: list it there or remove it'))
    tree.finish(complaints, len(paths))


if __name__ == '__main__':
    main()
