#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""shims.py ROOT: a header under the kernel's name exists there, and says how faithful it is."""

import re
import sys
from pathlib import Path

import tree

SHIMS = Path('lib/kcompat')
FIDELITY = re.compile(r'\A/\* SPDX.*\n/\*(?:\n \*)? Fidelity: (?:exact|narrowed|stub)\b')


def main():
    root = Path(sys.argv[1])
    kernel_headers = tree.kernel_headers(root)
    complaints = []
    paths = tree.files(root, lambda path: tree.is_under(path, SHIMS / 'linux'))
    for path in paths:
        name = str(path.relative_to(SHIMS))
        if name not in kernel_headers:
            complaints.append((path, 1, f'the kernel has no <{name}>: move this out of linux/'))
        if not FIDELITY.match(tree.text(root, path)):
            complaints.append((path, 2, 'open with "Fidelity: exact | narrowed | stub" and what '
                                        'is not kept'))
    tree.finish(complaints, len(paths), 'shims')


if __name__ == '__main__':
    main()
