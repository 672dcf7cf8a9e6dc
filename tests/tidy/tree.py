# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""The files a tidy test reads, and how it tells what it found."""

import os
import sys
from pathlib import Path

SCRIPT_NAMES = {'meson.build', 'meson_options.txt', 'dev', 'run', '.clang-format', '.editorconfig'}
SCRIPT_SUFFIXES = {'.py', '.sh', '.in', '.map', '.supp'}


def files(root, wanted):
    """Returns the paths below root, relative to it, for which wanted(path) is true.

    Git's folder, build folders and other hidden folders are left out, .ci is not.
    """
    found = []
    for folder, subfolders, names in os.walk(root):
        if 'meson-private' in subfolders:
            subfolders.clear()
            continue
        subfolders[:] = sorted(name for name in subfolders
                               if name == '.ci' or not name.startswith(('.', 'build', '__')))
        here = Path(folder).relative_to(root)
        found += [here / name for name in sorted(names) if wanted(here / name)]
    return found


def is_c(path):
    return path.suffix in {'.c', '.h'}


def is_header(path):
    return path.suffix == '.h'


def is_script(path):
    return path.name in SCRIPT_NAMES or path.suffix in SCRIPT_SUFFIXES


def is_under(path, *folders):
    return any(path.is_relative_to(folder) for folder in folders)


def kernel_headers(root, alone=False):
    """Names of headers that kernels have; alone: those that any file can include in each of them.

    The list says 'shim' of the others: they are not to be included by themselves, or came later
    than 6.1.
    """
    rows = [line.split() for line in text(root, 'tests/tidy/kernel-headers.txt').splitlines()]
    return {row[0] for row in rows if row and not (alone and 'shim' in row[1:])}


def text(root, path):
    return (Path(root) / path).read_text(encoding='utf-8')


def finish(complaints, nr_read, what='files'):
    """Prints one line per (path, line, sentence) and ends the test; reading nothing fails too."""
    for path, line, sentence in complaints:
        print(f'{path}:{line}: {sentence}')
    if not nr_read:
        print(f'no {what} were read: run this on the root of the source tree')
    plural = '' if len(complaints) == 1 else 's'
    print(f'{nr_read} {what} read, {len(complaints)} complaint{plural}', file=sys.stderr)
    sys.exit(1 if complaints or not nr_read else 0)
