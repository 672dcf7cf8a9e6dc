#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""documented.py ROOT: each declaration in a header has a kernel-doc comment that fits it."""

import re
import sys
from pathlib import Path

import csource
import tree

FOLDERS = ('include', 'lib', 'strategies', 'sim')
FIRST = re.compile(r'/\*\*[\s*]*(?:(struct|union|enum|typedef) )?(\w+)(\(\))? - \S')
PARAMETER = re.compile(r'^\s*(?:/\*)?\*+\s*@(\w+|\.\.\.):', re.M)


def drift_of_parameters(declaration):
    named = PARAMETER.findall(declaration.doc)
    if declaration.kind == 'function':
        params = [name for name in declaration.params if name != '...' or '...' in named]
        if named and named != params:
            return (f'{declaration.name}() takes ({", ".join(params)}) but documents '
                    f'({", ".join(named)}): name all of them, in order')
    elif declaration.body:
        for name in named:
            if not re.search(rf'\b{name}\b', csource.code(declaration.body)):
                return f'@{name} is no member of {declaration.name}: remove or rename it'
    return None


def objection(declaration):
    label = declaration.name + '()' if declaration.kind == 'function' else (
        f'{declaration.kind} {declaration.name}'.strip())
    if not declaration.doc:
        return f'{label} has no /** comment right before it: say what a caller must know'
    first = FIRST.match(declaration.doc)
    if not first:
        return f'the comment of {label} must begin with "{label} - what it is"'
    if declaration.name and first.group(2) != declaration.name:
        return f'the comment of {label} is about {first.group(2)}: correct the name'
    if (declaration.kind == 'function') != bool(first.group(3)):
        return f'the comment must call it "{label}"'
    return drift_of_parameters(declaration)


def main():
    root = Path(sys.argv[1])
    complaints = []
    paths = tree.files(root, lambda path: tree.is_header(path) and tree.is_under(path, *FOLDERS))
    for path in paths:
        for declaration in csource.declarations(tree.text(root, path)):
            if declaration.kind == 'other':
                continue
            if declaration.kind != 'function' and not declaration.has_body:
                continue
            if declaration.kind == 'enum' and not declaration.name:
                continue  # constants without a type: each has a comment of its own, or needs none
            sentence = objection(declaration)
            if sentence:
                complaints.append((path, declaration.line, sentence))
    tree.finish(complaints, len(paths), 'headers')


if __name__ == '__main__':
    main()
