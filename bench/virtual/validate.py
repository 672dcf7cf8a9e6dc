#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""validate.py ZRAMSIM PROFILE [RUNS]: what the virtual machine predicts of this one.

Every strategy, one and two processes, rfc and anon data: duration of the exit and processor time
of all threads per slot, natively (least of RUNS, 15, as 'zramsim
calibrate' takes the least everywhere) and on the machine of PROFILE, which it
has written. Threads have no page tables to take apart, so fault_ns counts
as 0 here. Prints Markdown."""
import json
import re
import subprocess
import sys
import tempfile

ZRAMSIM, PROFILE = sys.argv[1:3]
RUNS = sys.argv[3] if len(sys.argv) > 3 else '15'
KEYS = {'exit': ['exit_ns'], 'cpu': ['cpu_ns_per_slot', 'total']}


def measure(*arguments):
    done = subprocess.run([ZRAMSIM, 'compare', '--time-limit', '600s', '--format', 'json', '-q',
                           *arguments], check=True, stdout=subprocess.PIPE)
    figures = {}
    for result in json.loads(done.stdout)['results']:
        for name, path in KEYS.items():
            value = result['metrics']
            for key in path:
                value = value[key]
            figures[result['strategy'], name] = value
    return figures


def spread(value):
    return 100 * (value['max'] - value['min']) / value['median']


def ranks(figures, name):
    names = [strategy for strategy, key in figures if key == name]
    return sorted(names, key=lambda strategy: figures[strategy, name]['min'])


def compare(data, procs, profile):
    arguments = ['--data', data, '--procs', str(procs), '--size', '128M']
    here = measure(*arguments, '--runs', RUNS)
    there = measure(*arguments, '--machine', profile, '--runs', '1')
    for strategy in ranks(here, 'exit'):
        cells = []
        for name in KEYS:
            native, virtual = here[strategy, name], there[strategy, name]
            ratio = virtual['median'] / native['min']
            scale = 1 if name == 'cpu' else (128 << 20) // 4096
            cells.append(f'{native["min"] / scale:.0f} ({spread(native):.0f} %) | '
                         f'{virtual["median"] / scale:.0f} | {ratio:.2f}')
        print(f'| {data} | {procs} | `{strategy}` | {" | ".join(cells)} |')
    order, other = ranks(here, 'exit'), ranks(there, 'exit')
    pairs = [(a, b) for i, a in enumerate(order) for b in order[i + 1:]]
    kept = sum(other.index(a) < other.index(b) for a, b in pairs)
    print(f'| {data} | {procs} | order of pairs kept | {kept} of {len(pairs)} | | | | | |',
          flush=True)


def main():
    with open(PROFILE, encoding='utf-8') as file:
        text = re.sub(r'^(fault_ns) = \S+', r'\1 = 0', file.read(), flags=re.M)
    print('| data | processes | strategy | exit, ns per slot, native (spread) | virtual | ratio | '
          'cpu, ns per slot, native (spread) | virtual | ratio |\n' + '|---' * 9 + '|')
    with tempfile.NamedTemporaryFile('w', suffix='.profile') as file:
        file.write(text)
        file.flush()
        for data in ('rfc', 'anon'):
            for procs in (1, 2):
                compare(data, procs, file.name)


main()
