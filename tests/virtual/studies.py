#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""studies.py ZRAMSIM PART OF: every study answers on a small machine and on one of 128 CPUs.
Short: few slots, one repeat. What it says must be figures: no time is 0 where something was done.
PART 0 of 4 is every fourth of these cases."""
import json
import math
import os
import subprocess
import sys

ZRAMSIM = os.path.abspath(sys.argv[1])
MACHINES = ['rpi4b', 'server-128']
# A hog on each of 128 CPUs takes half a minute.
FEWER = {('total-work', 'server-128'): 'server-128:cpus=16'}
SMALL = ['--size', '512K', '--runs', '1', '--format', 'json', '--quiet']


def zramsim(*arguments):
    done = subprocess.run([ZRAMSIM, *arguments], check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def studies():
    lines = zramsim('list', 'studies').splitlines()
    return [line.strip() for line in lines if line and not line.startswith(' ')]


def numbers(value):
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value
    elif not isinstance(value, (str, bool, type(None))):
        for part in value:
            yield from numbers(part)


def check(name, machine):
    asked = FEWER.get((name, machine), machine)
    document = json.loads(zramsim('study', name, '--machine', asked, *SMALL))
    assert document['complete']
    assert document['provenance']['machine']['name'] == machine
    assert document['paragraph'], 'no answer'
    assert all(math.isfinite(number) for number in numbers(document))
    timed = 0
    for arm in document['arms']:
        for quantity in document['quantities']:
            cell = arm['metrics'].get(quantity['key'])
            if not cell or quantity['unit'] != 'ns':
                continue
            assert cell['median'] >= 0, (arm, quantity)
            timed += cell['median'] > 0
    assert timed or all(q['unit'] != 'ns' for q in document['quantities']), 'no time passes'


def main():
    part, of = int(sys.argv[2]), int(sys.argv[3])
    cases = [(name, machine) for machine in MACHINES for name in studies()][part::of]
    print(f'1..{len(cases)}')
    for number, (name, machine) in enumerate(cases, 1):
        try:
            check(name, machine)
            print(f'ok {number} - {name} on {machine}', flush=True)
        except AssertionError as error:
            print(f'not ok {number} - {name} on {machine}\n# {error}', flush=True)


main()
