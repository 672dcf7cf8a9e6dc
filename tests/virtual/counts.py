#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""The head of each strategy says what it costs in accesses and atomics of the virtual machine:
'counts.py COUNTS DIRECTORY' compares that with what the program COUNTS counts, within a tenth;
'--write' puts the figures into the heads. A head without such a line gets it by hand once."""
import os
import re
import subprocess
import sys

TOLERANCE = 0.1
LINE = re.compile(r'^ \* (Counted:\s+(\S+ \S+): .*)$', re.MULTILINE)
FIGURE = re.compile(r'\d+\.\d+')


def spaces(text):
    return ' '.join(text.split())


def heads(directory):
    """File and line by 'STRATEGY UNIT'."""
    found = {}
    for name in sorted(os.listdir(directory)):
        if not name.endswith('.c'):
            continue
        path = os.path.join(directory, name)
        with open(path, encoding='utf-8') as file:
            for line, key in LINE.findall(file.read()):
                found[key] = (path, line)
    return found


def close(said, counted):
    pairs = list(zip(FIGURE.findall(said), FIGURE.findall(counted)))
    return (FIGURE.sub('', spaces(said)) == FIGURE.sub('', spaces(counted)) and
            all(abs(float(a) - float(b)) <= TOLERANCE * float(b) + 0.05 for a, b in pairs))


def write(path, old, new):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text.replace(old, new.replace('Counted: ', 'Counted:\t', 1)))


def main():
    counted = subprocess.run([sys.argv[1]], check=True, stdout=subprocess.PIPE,
                             universal_newlines=True).stdout.splitlines()
    said = heads(sys.argv[2])
    print(f'1..{len(counted)}')
    for number, line in enumerate(counted, 1):
        key = ' '.join(line.split()[1:3]).rstrip(':')
        path, old = said.get(key, ('', 'nothing'))
        if '--write' in sys.argv and path:
            write(path, old, line)
            old = line
        good = close(old, line)
        print(f'{"ok" if good else "not ok"} {number} - {key}')
        if not good:
            print(f'# the head says:  {spaces(old)}\n# it should say:  {line}')


main()
