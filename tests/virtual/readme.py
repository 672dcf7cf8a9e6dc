#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""The run that README.md opens with is what the program prints. 'readme.py ZRAMSIM README --write'
renews it.

The words are the same in every build. The figures are those of the compiler that the page names
and compared under that one only, not to the last digit: where things lie in a program, and so in
the caches, depends on what else is in it. Rows may so change places."""
import json
import re
import shlex
import subprocess
import sys

TOLERANCE = 0.1
SHOWN = re.compile(r'^    \$ \./dev (compare --machine .*)\n\n```\n(.*?)^```\n', re.M | re.S)
COMPILER = re.compile(r'\((gcc|clang) [\d.]+\)')
RANK = re.compile(r'\d+(-\d+)?$')
NUMBER = re.compile(r'\d+(\.\d+)?$')


def zramsim(*arguments):
    return subprocess.run([sys.argv[1], *arguments], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True).stdout


def compiler():
    document = json.loads(zramsim('run', '-s', 'sync', '--size', '256K', '--machine', 'rk3588',
                                  '--format', 'json', '--quiet'))
    return document['provenance']['compiler']


def rows_of(text):
    """Each line split into words; those of strategies without their rank, by name."""
    lines = [line.split() for line in text.splitlines()]
    ranked = [words[1:] for words in lines if words and RANK.match(words[0])]
    return [words for words in lines if not words or not RANK.match(words[0])] + sorted(ranked)


def agree(have, wanted, figures):
    if NUMBER.match(have) and NUMBER.match(wanted):
        return not figures or abs(float(have) - float(wanted)) <= TOLERANCE * float(wanted)
    return have == wanted


def difference(have, wanted, figures):
    """The first line that differs, or None."""
    have, wanted = rows_of(have), rows_of(wanted)
    if len(have) != len(wanted):
        return f'{len(wanted)} lines are shown, {len(have)} are printed'
    for row, shown in zip(have, wanted):
        if len(row) != len(shown) or not all(agree(*pair, figures) for pair in zip(row, shown)):
            return f'shown {" ".join(shown)}; printed {" ".join(row)}'
    return None


def main():
    with open(sys.argv[2], encoding='utf-8') as file:
        page = file.read()
    shown, named = SHOWN.search(page), COMPILER.search(page)
    assert shown and named, 'README.md shows no run on a machine, or names no compiler'
    have = zramsim(*shlex.split(shown.group(1)), '--color', 'never')
    here = compiler()
    if '--write' in sys.argv:
        page = page[:shown.start(2)] + have + page[shown.end(2):]
        page = page.replace(named.group(), f'({here})')
        with open(sys.argv[2], 'w', encoding='utf-8') as file:
            file.write(page)
        return
    figures = named.group() == f'({here})'
    found = difference(have, shown.group(2), figures)
    print('1..1')
    print(f'# figures are those of {named.group()}, this is {here}' if not figures else '# same')
    print(f'not ok 1 - the run in README.md\n# {found}' if found else 'ok 1 - the run in README.md')


main()
