#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""format.py ROOT: the layout of C is exactly what clang-format 14 prints; skipped without it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import tree

SKIPPED = 77
COMPLAINT = re.compile(r'^(.+?):(\d+):\d+: error: ', re.M)


def clang_format():
    """The program if its major version is 14: others lay a few things out differently."""
    for name in ('clang-format-14', 'clang-format'):
        program = shutil.which(name)
        if program:
            version = subprocess.run([program, '--version'], capture_output=True, text=True,
                                     check=False).stdout
            if ' 14.' in version:
                return program
    return None


def main():
    root = Path(sys.argv[1])
    program = clang_format()
    if not program:
        print('clang-format 14 is not installed: ./dev lint installs it', file=sys.stderr)
        sys.exit(SKIPPED)
    paths = tree.files(root, tree.is_c)
    run = subprocess.run([program, '--dry-run', '-Werror', *map(str, paths)], cwd=root,
                         capture_output=True, text=True, check=False) if paths else None
    lines = {}
    for path, line in COMPLAINT.findall(run.stderr if run else ''):
        lines.setdefault(path, line)
    complaints = [(path, line, f'run `clang-format -i {path}`') for path, line in lines.items()]
    if run and run.returncode and not complaints:
        complaints = [('.clang-format', 1, run.stderr.strip())]
    tree.finish(complaints, len(paths))


if __name__ == '__main__':
    main()
