#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""What each strategy does in two small runs on a virtual machine, against golden.txt: a change of
these figures is to be seen and understood. 'golden.py ZRAMSIM SIZES --write' renews the file.

  alone  one process and budget for all it drops
  tight  two processes and a budget for half of it: overflow, and workers that are late

Counts that no timing decides are the same in every build. The others are those of the compiler
named in the first line and compared under that one only, and not to the last digit: each change
of the model moves its variables, and so what else is in the same sets of the caches. A strategy
without a row is new: it gets one with the next --write."""
import json
import os
import subprocess
import sys

RUNS = {'alone': ['--budget', '64M'], 'tight': ['--procs', '2', '--budget', '4M']}
COUNTS = {
    'alone': ['overflow_slots', 'miss_slots', 'zspages_emptied', 'refused_slots',
              'frees_unlocked'],
    'tight': ['zspages_emptied', 'frees_unlocked'],
}
# Whether the last tenth waits for the flush is a near thing in a tight run.
TIMED = {'alone': ['returned_ns.p90'], 'tight': ['returned_ns.p50', 'overflow_slots']}
# Relative; a count of few may differ by SLACK, too, but what is 0 stays 0.
TOLERANCE = {'accesses': 0.03, 'atomics': 0.01, 'exit_ns': 0.1, 'returned_ns.p50': 0.1,
             'returned_ns.p90': 0.1, 'kicks': 0.2, 'drain_runs': 0.2, 'overflow_slots': 0.3}
SLACK = {'kicks': 2, 'drain_runs': 2, 'overflow_slots': 32}
# Of two processes one more wait may cost another 10 %.
TIGHT = {'accesses': 0.1, 'atomics': 0.1}
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'golden.txt')


def median(metrics, key):
    for part in key.split('.'):
        metrics = metrics[part]
    return metrics['median']


def measure(run):
    """The compiler, and by strategy its counts and its figures."""
    done = subprocess.run([sys.argv[1], 'compare', '--machine', 'rk3588', '--size', '8M', '--data',
                           'sizes:' + sys.argv[2], *RUNS[run], '--format', 'json', '--quiet'],
                          check=True, stdout=subprocess.PIPE)
    document = json.loads(done.stdout)
    rows = {}
    for result in sorted(document['results'], key=lambda r: r['strategy']):
        metrics = result['metrics']
        counts = [f'{key}={median(metrics, key):g}' for key in COUNTS[run]]
        if run == 'alone':
            counts += [f'{lock["name"]}={lock["acquisitions"]["median"]:g}'
                       for lock in result['locks'] if lock['name'] in ('pool', 'cluster')]
        keys = ['accesses', 'atomics', 'exit_ns', 'kicks', 'drain_runs']
        rows[f'{run} {result["strategy"]}'] = (
            ' '.join(counts), {key: median(metrics, key) for key in keys + TIMED[run]})
    return document['provenance']['compiler'], rows


def line_of(name, row):
    return f'{name} {row[0]} | ' + ' '.join(f'{key}={value:.4g}' for key, value in row[1].items())


def row_of(line):
    counts, figures = line.split(' | ')
    run, strategy, counts = counts.split(' ', 2)
    pairs = (figure.split('=') for figure in figures.split())
    return f'{run} {strategy}', (counts, {key: float(value) for key, value in pairs})


def close(name, have, wanted):
    shares = {**TOLERANCE, **TIGHT} if name.startswith('tight') else TOLERANCE
    return all(abs(have[key] - wanted[key]) <= max(shares[key] * wanted[key], SLACK.get(key, 0))
               and bool(have[key]) == bool(wanted[key]) for key in wanted)


def main():
    compiler, rows = measure('alone')
    rows.update(measure('tight')[1])
    if '--write' in sys.argv:
        with open(GOLDEN, 'w', encoding='utf-8') as file:
            file.write('\n'.join([compiler, *(line_of(*item) for item in rows.items())]) + '\n')
        return
    with open(GOLDEN, encoding='utf-8') as file:
        golden, *lines = file.read().splitlines()
    print(f'1..{len(lines)}')
    if golden != compiler:
        print(f'# figures are those of {golden}, this is {compiler}: only counts are compared')
    for number, (name, wanted) in enumerate(map(row_of, lines), 1):
        have = rows.pop(name, ('is not there', wanted[1]))
        same = have[0] == wanted[0] and (golden != compiler or close(name, have[1], wanted[1]))
        print(f'{"ok" if same else "not ok"} {number} - {name}')
        if not same:
            print(f'# wanted {line_of(name, wanted)}\n# have   {line_of(name, have)}')
    for name, row in rows.items():
        print(f'# new    {line_of(name, row)}')


main()
