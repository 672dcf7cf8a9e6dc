#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""refusals.py PROGRAM SOURCE_ROOT LIBREFUSE [--all]: a host that refuses, or whose clock jumps.

Each call of a kind fails in turn, once and from then on. The run goes on, or ends with one sentence
and the code of an input or a refusing system: it never waits for ever, crashes, leaks memory or
passes figures off that lack something. With --all at every call and in both ways, which takes an
hour; without, at a few calls of each kind, in one way.
"""

import json
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'cli'))

from harness import PROGRAM, Skipped, has, have_machines, main, test  # noqa: E402

LIBRARY = str(Path(sys.argv[3]).resolve())
ALL = '--all' in sys.argv
PATIENCE = 120  # seconds; what still runs then will never end
SMALL = ['--size', '1M', '--runs', '1', '--warmup', '0', '--quiet', '--format', 'json']
THREADS = ['run', '--strategy', 'sync,bulk', '--pages', 'deferred', *SMALL]
MACHINE = ['run', '--strategy', 'sync,bulk', '--machine', 'rk3588', *SMALL]
STUDY = ['study', 'batching', *SMALL]
MEMORY = ['malloc', 'calloc', 'realloc', 'aligned_alloc', 'mmap']

# Of others, and beyond reach: jemalloc when its very first mapping is refused, while it is loaded.
OF_OTHERS = '<jemalloc>:'


class Host:
    """How one run on a refusing host has gone."""

    def __init__(self, args, kind, start=0, number=None, errno=None):
        with tempfile.NamedTemporaryFile(prefix='zramsim-refuse-') as report:
            env = dict(os.environ, LD_PRELOAD=LIBRARY, REFUSE=kind, REFUSE_FROM=str(start),
                       REFUSE_REPORT=report.name)
            if number:
                env['REFUSE_NR'] = str(number)
            if errno:
                env['REFUSE_ERRNO'] = str(errno)
            self.what = f'{kind} {start}{"" if number else " and on"}: {" ".join(args)}'
            run = subprocess.run([PROGRAM, *args], env=env, capture_output=True, text=True,
                                 check=False, timeout=PATIENCE, stdin=subprocess.DEVNULL)
            counts = [int(word) for word in report.read().split()]
        self.code, self.out, self.err = run.returncode, run.stdout, run.stderr
        self.calls, self.failed, self.blocks = counts if len(counts) == 3 else (0, 0, None)

    def document(self):
        return re.sub(r'"started": "[^"]*"', '', self.out)


def points(calls, kind):
    """Calls to let fail: each of them, or the first, the last, and some between."""
    if ALL or calls <= 4:
        return range(1, calls + 1)
    return sorted({1, calls} | set(random.Random(f'{kind} {calls}').sample(range(2, calls), 2)))


def complaint(host, good, same):
    if host.err.startswith(OF_OTHERS):
        return None
    lines = host.err.splitlines()
    if host.code not in (0, 3):
        return f'exit code {host.code}: {host.err}'
    if host.code and not (lines and all(line.startswith('zramsim: ') for line in lines)):
        return f'no sentence: {host.err}'
    if host.code and len(lines) > 2:  # of the failure, and that the rest cannot be written
        return f'not one sentence: {host.err}'
    if host.code and not all(';' in line for line in lines):
        return f'no way round: {host.err}'
    if not host.code:
        json.loads(host.out)
        if same and host.document() != good.document():
            return 'exit code 0, and another document'
    if host.blocks is None or host.blocks > good.blocks:
        return f'{host.blocks} blocks of memory were not given back, {good.blocks} otherwise'
    return None


def sweep(args, kinds, same=False):
    complaints = []
    for kind in kinds:
        good = Host(args, kind)
        assert not good.code, good.err
        for start in points(good.calls, kind):
            for number in (1, None) if ALL else (random.Random(start).choice((1, None)),):
                host = Host(args, kind, start, number)
                wrong = complaint(host, good, same)
                if wrong:
                    complaints.append(f'{host.what}: {wrong}')
    assert not complaints, '\n'.join(complaints)


@test
def a_run_survives_each_refusal_or_says_so():
    sweep(THREADS, [*MEMORY, 'thread', 'open'])


@test
def a_study_survives_each_refusal_or_says_so():
    sweep(STUDY, [*MEMORY, 'thread'])


@test
def a_machine_gives_the_same_document_or_none():
    if not have_machines():
        raise Skipped('this build has no virtual machines')
    sweep(MACHINE, [*MEMORY, 'open'], same=True)


@test
def a_host_without_membarrier_will_do():
    host = Host(THREADS, 'membarrier', 1)
    assert not host.code, host.err
    assert host.failed, 'nobody has asked for one'


@test
def threads_that_may_not_be_pinned_are_not():
    loud = [arg for arg in THREADS if arg != '--quiet']
    for errno in (1, 22, 38):  # EPERM, EINVAL, ENOSYS
        host = Host(loud, 'affinity', 1, errno=errno)
        assert not host.code, host.err
        assert host.err.count('threads are not pinned, as the system does not allow it') == 1
        result = json.loads(host.out)
        assert result['config']['pin'] is None
        for pin in ('--pin', '--pin=0'):
            host = Host([*THREADS, pin], 'affinity', 1, errno=errno)
            assert host.code == 3, host.err
            has(host.err, 'no thread can be kept on processor 0: ', 'use --pin none')


@test
def a_nice_value_that_is_refused_is_named():
    host = Host([*THREADS, '--worker-nice', '5'], 'nice', 1)
    assert host.code == 3, host.err
    has(host.err, 'the workers of strategy bulk cannot be set up', 'leave --worker-nice out')
    assert json.loads(host.out)['results'][0]['runs'] == 1  # sync has none, and was measured


@test
def a_thread_that_is_refused_is_the_reason_given():
    reasons = {Host(args, 'thread', n).err for args in (THREADS, STUDY)
               for n in points(Host(args, 'thread').calls, 'thread')} - {''}
    assert reasons
    for reason in reasons:
        has(reason, 'Resource temporarily unavailable', 'ulimit -u')


@test
def a_clock_that_jumps_loses_nothing():
    """As after SIGSTOP, or in a virtual machine that was paused: ten seconds at once."""
    calls = Host(THREADS, 'clock').calls
    readings = range(1, calls + 1)
    for n in readings if ALL else random.Random(1).sample(readings, 8):
        host = Host(THREADS, 'clock', n)
        assert not host.code, f'at reading {n}: {host.err}'
        for result in json.loads(host.out)['results']:
            assert result['runs'] == 1, result


if __name__ == '__main__':
    main()
