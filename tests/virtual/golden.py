#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""What each strategy does in a small run on a virtual machine, counted, against golden.txt: a
change of these figures is to be seen and understood. 'golden.py ZRAMSIM SIZES --write' renews the
file.

Only counts are compared, no durations: these differ from one compiler to the next."""
import json
import os
import subprocess
import sys

KEYS = ['overflow_slots', 'miss_slots', 'zspages_emptied', 'refused_slots', 'frees_unlocked']
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'golden.txt')


def measure():
    done = subprocess.run([sys.argv[1], 'compare', '--machine', 'rk3588', '--size', '8M', '--data',
                           'sizes:' + sys.argv[2], '--budget', '64M', '--format', 'json',
                           '--quiet'], check=True, stdout=subprocess.PIPE)
    lines = []
    for result in sorted(json.loads(done.stdout)['results'], key=lambda r: r['strategy']):
        figures = [f'{key}={result["metrics"][key]["median"]:g}' for key in KEYS]
        locks = [f'{lock["name"]}={lock["acquisitions"]["median"]:g}' for lock in result['locks']
                 if lock['name'] in ('pool', 'cluster')]
        lines.append(' '.join([result['strategy'], *figures, *locks]))
    return lines


def main():
    lines = measure()
    if '--write' in sys.argv:
        with open(GOLDEN, 'w', encoding='utf-8') as file:
            file.write('\n'.join(lines) + '\n')
        return
    with open(GOLDEN, encoding='utf-8') as file:
        wanted = file.read().splitlines()
    print(f'1..{len(wanted)}')
    for number, line in enumerate(wanted, 1):
        have = lines[number - 1] if number <= len(lines) else 'nothing'
        print(f'{"ok" if have == line else "not ok"} {number} - {line.split()[0]}')
        if have != line:
            print(f'# wanted {line}\n# have   {have}')


main()
