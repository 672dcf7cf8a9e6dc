#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""exports.py ROOT LIBRARY: the shared library exports what include/zramsim/ declares, no more."""

import re
import subprocess
import sys
from pathlib import Path

import csource
import tree

SYMBOL = re.compile(r'^[0-9a-f]+ [TDBRVWi] (\w+)(?:@@?\w+)?$', re.M)


def main():
    root, library = Path(sys.argv[1]), Path(sys.argv[2])
    run = subprocess.run(['nm', '-D', '--defined-only', str(library)], capture_output=True,
                         text=True, check=True)
    exported = set(SYMBOL.findall(run.stdout))
    complaints = []
    declared = {}
    for path in tree.files(root, lambda path: tree.is_under(path, 'include/zramsim')):
        if tree.is_header(path):
            for declaration in csource.declarations(tree.text(root, path)):
                if declaration.kind == 'function' and not declaration.has_body:
                    declared[declaration.name] = (path, declaration.line)
    for name in sorted(exported - set(declared)):
        complaints.append((library.name, 0, f'exports {name}, which no installed header declares'))
    for name in sorted(set(declared) - exported):
        complaints.append((*declared[name], f'{name}() is not exported: define it, ZRAMSIM_API'))
    for name, place in declared.items():
        if not name.startswith('zramsim_'):
            complaints.append((*place, f'{name}() must be called zramsim_{name}()'))
    tree.finish(complaints, len(declared), 'declarations')


if __name__ == '__main__':
    main()
