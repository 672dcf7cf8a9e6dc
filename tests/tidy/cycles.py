#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""cycles.py ROOT ARCHIVE...: no two files need each other, not even by way of others.

A file needs another one if its object has an undefined symbol that the other's defines.
"""

import re
import subprocess
import sys
from pathlib import Path

import tree

LINE = re.compile(r'^(.*?):(.*?):(?:[0-9a-f]+)? *([A-Za-z]) (\S+)$')
DEFINED = set('TDBRVWC')


def symbols(archive):
    """Yields (object, type, name) of each symbol others can see."""
    run = subprocess.run(['nm', '-A', '-g', archive], capture_output=True, text=True, check=True)
    for line in run.stdout.splitlines():
        match = LINE.match(line)
        if match:
            yield (Path(archive).name, match[2]), match[3], match[4]


def needs_of(archives):
    """object: {object it needs: a symbol}"""
    needs, owner, wanted = {}, {}, []
    for archive in archives:
        for place, kind, name in symbols(archive):
            needs.setdefault(place, {})
            if kind in DEFINED:
                owner.setdefault(name, place)
            elif kind == 'U':
                wanted.append((place, name))
    for place, name in wanted:
        other = owner.get(name, place)
        if other != place:
            needs[place].setdefault(other, name)
    return needs


def way_back(needs, start):
    """The shortest way from start to itself, as a list of objects; empty if there is none."""
    before, edge = {}, [start]
    while edge and start not in before:
        following = []
        for place in edge:
            for other in needs[place]:
                if other not in before:
                    before[other] = place
                    following.append(other)
        edge = following
    if start not in before:
        return []
    way = [start]
    while before[way[-1]] != start:
        way.append(before[way[-1]])
    return [start, *reversed(way[1:]), start] if len(way) > 1 else []


def main():
    needs = needs_of(sys.argv[2:])
    complaints = []
    seen = set()
    for place in sorted(needs):
        way = [] if place in seen else way_back(needs, place)
        seen.update(way)
        if way:
            words = ', '.join(f'{Path(a[1]).name} needs {needs[a][b]} of {Path(b[1]).name}'
                              for a, b in zip(way, way[1:]))
            complaints.append((place[0], 0, f'{words}: move what does not belong'))
    tree.finish(complaints, len(needs), 'objects')


if __name__ == '__main__':
    main()
