#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""What each strategy does in a small run on a virtual machine, against golden.txt: a change of
these figures is to be seen and understood. 'golden.py ZRAMSIM SIZES --write' renews the file.

Counts of what happens are the same in every build. Accesses and times are those of the compiler
named in the first line and compared under that one only, and not to the last digit: what lies
where in a program, and so in the caches, depends on what else is in it."""
import json
import os
import subprocess
import sys

COUNTS = ['overflow_slots', 'miss_slots', 'zspages_emptied', 'refused_slots', 'frees_unlocked']
TOLERANCE = {'accesses': 0.03, 'atomics': 0.01, 'exit_ns': 0.1}
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'golden.txt')


def measure():
    """The compiler, and per strategy its counts, a text, and its figures."""
    done = subprocess.run([sys.argv[1], 'compare', '--machine', 'rk3588', '--size', '8M', '--data',
                           'sizes:' + sys.argv[2], '--budget', '64M', '--format', 'json',
                           '--quiet'], check=True, stdout=subprocess.PIPE)
    document = json.loads(done.stdout)
    rows = []
    for result in sorted(document['results'], key=lambda r: r['strategy']):
        metrics = result['metrics']
        counts = ' '.join(f'{key}={metrics[key]["median"]:g}' for key in COUNTS)
        locks = ' '.join(f'{lock["name"]}={lock["acquisitions"]["median"]:g}'
                         for lock in result['locks'] if lock['name'] in ('pool', 'cluster'))
        rows.append((f'{result["strategy"]} {counts} {locks}',
                     {key: metrics[key]['median'] for key in TOLERANCE}))
    return document['provenance']['compiler'], rows


def line_of(row):
    return f'{row[0]} | ' + ' '.join(f'{key}={value:.4g}' for key, value in row[1].items())


def row_of(line):
    counts, figures = line.split(' | ')
    pairs = (figure.split('=') for figure in figures.split())
    return counts, {key: float(value) for key, value in pairs}


def close(have, wanted):
    return all(abs(have[key] - wanted[key]) <= share * wanted[key]
               for key, share in TOLERANCE.items())


def main():
    compiler, rows = measure()
    if '--write' in sys.argv:
        with open(GOLDEN, 'w', encoding='utf-8') as file:
            file.write('\n'.join([compiler, *map(line_of, rows)]) + '\n')
        return
    with open(GOLDEN, encoding='utf-8') as file:
        golden, *lines = file.read().splitlines()
    print(f'1..{len(lines)}')
    if golden != compiler:
        print(f'# figures are those of {golden}, this is {compiler}: only counts are compared')
    for number, line in enumerate(lines, 1):
        wanted = row_of(line)
        have = rows[number - 1] if number <= len(rows) else ('nothing', wanted[1])
        same = have[0] == wanted[0] and (golden != compiler or close(have[1], wanted[1]))
        print(f'{"ok" if same else "not ok"} {number} - {line.split()[0]}')
        if not same:
            print(f'# wanted {line}\n# have   {line_of(have)}')


main()
