#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""alone.py ROOT COMPILER...: each header compiles with nothing before it, and twice in a file."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tree

FOLDERS = ('include', 'lib', 'strategies', 'sim', 'tests')
FLAGS = ['-std=gnu11', '-D_GNU_SOURCE', '-fsyntax-only', '-Wall', '-Wextra', '-Wpedantic',
         '-Wundef', '-Wvla', '-Wmissing-prototypes', '-Wstrict-prototypes', '-Werror',
         '-xc', '-']


def include_dirs(path):
    """Public headers see libc only; the others the roots that the build gives them."""
    if tree.is_under(path, 'include'):
        return ['include']
    roots = ['lib/kcompat', 'lib/kcompat/memory', 'lib/kcompat/port', 'lib', '.', 'include']
    if tree.is_under(path, 'lib/kcompat/virtual', 'sim/virtual', 'tests/virtual'):
        return ['lib/kcompat/virtual', *roots]
    return roots


def compile_alone(root, compiler, path):
    command = compiler + [f'-I{root / folder}' for folder in include_dirs(path)] + FLAGS
    unit = f'#include "{root / path}"\n' * 2 + 'extern int not_empty;\n'
    run = subprocess.run(command, input=unit, capture_output=True, text=True, check=False)
    if run.returncode == 0:
        return None
    first = next((line for line in run.stderr.splitlines() if 'error' in line), run.stderr)
    return path, 1, f'does not compile alone: include what it uses ({first.strip()})'


def main():
    root = Path(sys.argv[1]).resolve()
    compiler = sys.argv[2:]
    paths = tree.files(root, lambda path: tree.is_header(path) and tree.is_under(path, *FOLDERS))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda path: compile_alone(root, compiler, path), paths)
    tree.finish([complaint for complaint in found if complaint], len(paths), 'headers')


if __name__ == '__main__':
    main()
