#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""A run on a virtual machine is the same to the last byte in another folder, under another
environment, while the host is busy, and by a program that is laid out otherwise: every scenario
and strategy, and what must differ does.

    determinism.py ZRAMSIM MOVED"""
import json
import os
import subprocess
import sys

ZRAMSIM, MOVED = (os.path.abspath(argument) for argument in sys.argv[1:])
COMMON = ['--machine', 'rk3588', '--format', 'json', '--quiet']
SCENARIOS = {
    'exit': ['--size', '4M', '--procs', '3', '--present', '20'],
    'swapin': ['--size', '2M', '--procs', '2'],
    'churn': ['--size', '2M', '--procs', '2'],
    'discard': ['--size', '2M', '--procs', '2'],
    'lmk': ['--size', '2M', '--procs', '2'],
    'pressure': ['--size', '4M', '--procs', '2'],
}


def run(arguments, program=ZRAMSIM, folder='.', **environment):
    env = {**os.environ, **environment}
    done = subprocess.run([program, *arguments], cwd=folder, env=env, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def elsewhere(arguments):
    """The same with much that differs around it."""
    burner = subprocess.Popen([sys.executable, '-c', 'while True: pass'])
    try:
        return run(arguments, MOVED, '/', LANG='C', HOME='/nonexistent', MALLOC_PERTURB_='85',
                   SOMETHING='x' * 5000)
    finally:
        burner.kill()
        burner.wait()


def first_difference(one, other):
    """Where two documents part, as far as the states of the machine tell."""
    for a, b in zip(json.loads(one)['results'], json.loads(other)['results']):
        for number, (r, s) in enumerate(zip(a['machine'], b['machine'])):
            for x, y in zip([*r['checkpoints'], r['end']], [*s['checkpoints'], s['end']]):
                if x != y:
                    return f'{a["strategy"]}, repeat {number}: {x} and {y}'
    return 'every state is the same'


def scenario_is_the_same(name):
    arguments = ['compare', '--scenario', name, *SCENARIOS[name], *COMMON]
    one, other = run(arguments), elsewhere(arguments)
    assert one == other, first_difference(one, other)


def a_difference_is_localised():
    """Another bound on running ahead goes the same way until it matters."""
    base = ['run', '-s', 'sync,bulk', '--size', '4M', *COMMON]
    one, other = run(base), run([*base, '--ahead', '2000'])
    found = first_difference(one, other)
    assert found.startswith('bulk, repeat 0'), found


def seeds_and_machines_differ():
    base = ['run', '-s', 'sync', '--size', '2M', *COMMON]
    assert run(base) != run([*base, '--seed', '2'])
    assert run(base) != run([*base, '--machine', 'rpi4b'])


def main():
    cases = [(f'{name} is the same', lambda name=name: scenario_is_the_same(name))
             for name in SCENARIOS]
    cases.append(('a difference is localised', a_difference_is_localised))
    cases.append(('another seed or machine is not', seeds_and_machines_differ))
    print(f"1..{len(cases)}")
    for number, (title, case) in enumerate(cases, 1):
        try:
            case()
            print(f'ok {number} - {title}')
        except AssertionError as error:
            print(f'not ok {number} - {title}\n# {error}')


main()
