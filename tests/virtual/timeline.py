#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""A timeline is complete and well nested, is the same twice, and changes no result."""
import json
import os
import subprocess
import sys
import tempfile

ZRAMSIM = os.path.abspath(sys.argv[1])
BASE = ['run', '-s', 'sync,bitmap', '--machine', 'rk3588', '--procs', '3', '--size', '512K',
        '--data', 'rfc', '--phases', '--quiet', '--format', 'json']


def run(*arguments, code=0):
    done = subprocess.run([ZRAMSIM, *BASE, *arguments], check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    assert done.returncode == code, done.stderr.decode()
    return done.stdout


def timeline(*arguments):
    with tempfile.TemporaryDirectory(prefix='zramsim-test-') as folder:
        path = os.path.join(folder, 'timeline.json')
        result = run('--timeline', path, *arguments)
        assert os.listdir(folder) == ['timeline.json']
        with open(path, encoding='utf-8') as file:
            return result, file.read()


RESULT, TEXT = timeline()
EVENTS = json.loads(TEXT)['traceEvents']


def the_result_is_the_same_without():
    assert RESULT == run()


def it_is_the_same_twice():
    assert timeline()[1] == TEXT


def slices_are_nested_in_time():
    open_slices, clocks = {}, {}
    for event in EVENTS:
        track = event['pid'], event['tid']
        if event['ph'] not in 'BE':
            continue
        assert event['ts'] >= clocks.get(track, 0), event
        clocks[track] = event['ts']
        stack = open_slices.setdefault(track, [])
        if event['ph'] == 'B':
            stack.append(event['name'])
        else:
            assert stack, f'nothing to end: {event}'
            stack.pop()
    assert not any(open_slices.values()), open_slices


def no_cpu_has_two_tasks():
    having = {}
    cpus = {e['pid'] for e in EVENTS if e['ph'] == 'M' and e['name'] == 'process_name'
            and e['args']['name'] == 'CPUs'}
    for event in EVENTS:
        if event['pid'] in cpus and event['ph'] in 'BE':
            having[event['tid']] = having.get(event['tid'], 0) + (1 if event['ph'] == 'B' else -1)
            assert 0 <= having[event['tid']] <= 1, event


def waits_begin_and_end():
    waits = {}
    for event in EVENTS:
        if event['ph'] == 'b':
            assert event['id'] not in waits and event['cat'] == 'lock', event
            waits[event['id']] = event
        elif event['ph'] == 'e':
            assert waits[event['id']]['name'] == event['name'], event
            assert waits[event['id']]['ts'] <= event['ts'], event
    assert waits, 'three processes on one class never wait'
    assert sum(e['ph'] == 'e' for e in EVENTS) == len(waits)


def everything_has_its_name():
    names = {e['name'] for e in EVENTS if e['ph'] == 'B'}
    tracks = {e['args']['name'] for e in EVENTS if e['ph'] == 'M'}
    assert {'sync, repeat 0', 'bitmap, repeat 1', 'notify', 'lookup', 'queue', 'drain'} <= names
    assert {'CPU 0', 'CPU 7', 'CPUs', 'tasks'} <= tracks
    assert sum(name.startswith('producer ') for name in tracks) == 6, tracks
    counters = {}
    for event in EVENTS:
        if event['ph'] == 'C':
            counters.setdefault(event['name'], []).append(event['args']['bytes'])
    assert set(counters) == {'pending', 'held', 'free'}
    assert max(counters['pending']) > 0 and max(counters['held']) > min(counters['held'])


def what_cannot_be_written_is_told():
    run('--timeline', '/dev/full', code=3)
    run('--timeline', '/nonexistent/timeline.json', code=3)
    run('--timeline', '-', code=2)


CASES = [the_result_is_the_same_without, it_is_the_same_twice, slices_are_nested_in_time,
         no_cpu_has_two_tasks, waits_begin_and_end, everything_has_its_name,
         what_cannot_be_written_is_told]
print(f'1..{len(CASES)}')
for number, case in enumerate(CASES, 1):
    try:
        case()
        print(f'ok {number} - {case.__name__}')
    except AssertionError as error:
        print(f'not ok {number} - {case.__name__}\n# {error}')
