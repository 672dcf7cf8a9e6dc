#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""A timeline is complete, is what importers of trace events demand, is the same twice, and changes
no result."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import trace_events

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


def importers_take_it():
    trace_events.check(TEXT)


def importers_take_every_scenario_and_strategy():
    listed = subprocess.run([ZRAMSIM, 'list', 'scenarios'], check=True, stdout=subprocess.PIPE)
    names = [line.split()[0] for line in listed.stdout.decode().splitlines()]
    assert len(names) > 1, names
    for name in names:
        for more in (['-s', 'sync,rfc,pcpu-page,bulk'], ['-s', 'array', '--pin=none',
                                                         '--workers', 'percpu', '--procs', '9']):
            trace_events.check(timeline('--scenario', name, '--size', '256K', *more)[1])


def no_cpu_has_two_tasks():
    having = {}
    cpus = {e['pid'] for e in EVENTS if e['ph'] == 'M' and e['name'] == 'process_name'
            and e['args']['name'] == 'CPUs'}
    for event in EVENTS:
        if event['pid'] in cpus and event['ph'] in 'BE':
            having[event['tid']] = having.get(event['tid'], 0) + (1 if event['ph'] == 'B' else -1)
            assert 0 <= having[event['tid']] <= 1, event


def processes_that_share_a_class_wait():
    assert any(event['ph'] == 'b' for event in EVENTS)


def everything_has_its_name():
    names = {e['name'] for e in EVENTS if e['ph'] == 'B'}
    tracks = {e['args']['name'] for e in EVENTS if e['ph'] == 'M' and 'name' in e['args']}
    assert {'sync, repeat 0', 'bitmap, repeat 1', 'notify', 'lookup', 'queue', 'drain'} <= names
    assert {'CPU 0', 'CPU 7', 'CPUs', 'tasks'} <= tracks
    assert sum(name.startswith('producer ') for name in tracks) == 6, tracks
    counters = {}
    for event in EVENTS:
        if event['ph'] == 'C':
            counters.setdefault(event['name'], []).append(event['args']['bytes'])
    assert set(counters) == {'pending', 'held', 'free'}
    assert max(counters['pending']) > 0 and max(counters['held']) > min(counters['held'])


def processor_time(pid):
    with open(f'/proc/{pid}/stat', encoding='ascii') as stat:
        return int(stat.read().split()[13]) / os.sysconf('SC_CLK_TCK')


def an_interrupted_run_leaves_what_was_recorded():
    with tempfile.TemporaryDirectory(prefix='zramsim-test-') as folder:
        path = os.path.join(folder, 'timeline.json')
        # More repeats than anybody waits for.
        process = subprocess.Popen(
            [ZRAMSIM, *BASE, '--runs', '1000', '--timeline', path], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # A shell may have had it ignored, and then so would the program.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        while process.poll() is None and processor_time(process.pid) < 0.03:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
        assert process.returncode == 130, err
        if not out and not os.path.exists(path):
            return  # a slow host: nothing was measured yet
        with open(path, encoding='utf-8') as file:
            trace_events.check(file.read())


def what_cannot_be_written_is_told():
    run('--timeline', '/dev/full', code=3)
    run('--timeline', '/nonexistent/timeline.json', code=3)
    run('--timeline', '-', code=2)


CASES = [the_result_is_the_same_without, it_is_the_same_twice, importers_take_it,
         importers_take_every_scenario_and_strategy, no_cpu_has_two_tasks,
         processes_that_share_a_class_wait, everything_has_its_name,
         an_interrupted_run_leaves_what_was_recorded, what_cannot_be_written_is_told]
print(f'1..{len(CASES)}')
for number, case in enumerate(CASES, 1):
    try:
        case()
        print(f'ok {number} - {case.__name__}')
    except AssertionError as error:
        print(f'not ok {number} - {case.__name__}\n# {error}')
