# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Runs the program under test and reports in TAP. Each script: PROGRAM SOURCE_ROOT."""

import functools
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

PROGRAM = str(Path(sys.argv[1]).resolve())
SOURCE = Path(sys.argv[2]).resolve()
BUILD = Path(PROGRAM).parents[2]

# An experiment that is over in milliseconds and still queues, drains and flushes.
SMALL = ['--size', '256k', '--runs', '1', '--warmup', '0', '--flush', '2ms']

TESTS = []

# What a shell or nohup has ignored for the tests would be ignored by the program, too. One that has
# a handler here is at its default there.
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGXCPU):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, lambda *_: None)


class Skipped(Exception):
    """This machine cannot show what the test wants to see."""


def test(function):
    """Registers a test; its name, a sentence, is what TAP shows."""
    TESTS.append(function)
    return function


def environment(**changes):
    env = {name: value for name, value in os.environ.items()
           if name not in ('NO_COLOR', 'TERM', 'COLUMNS')}
    env.update(changes)
    return env


def zramsim(*args, env=None, stdin=subprocess.DEVNULL, **keywords):
    """Runs the program to its end; returns code, stdout and stderr as text."""
    keywords.setdefault('stdout', subprocess.PIPE)
    keywords.setdefault('stderr', subprocess.PIPE)
    return subprocess.run([PROGRAM, *map(str, args)], env=env or environment(), stdin=stdin,
                          text=True, check=False, timeout=300, **keywords)


def good(*args, **keywords):
    """Runs what must succeed; returns its standard output."""
    run = zramsim(*args, **keywords)
    assert run.returncode == 0, f'{args}: exit code {run.returncode}: {run.stderr}'
    return run.stdout


def bad(code, *args, **keywords):
    """Runs what must be refused in one sentence on standard error; returns the sentence."""
    run = zramsim(*args, **keywords)
    assert run.returncode == code, f'{args}: exit code {run.returncode}, not {code}: {run.stderr}'
    assert not run.stdout, f'{args}: standard output is not empty: {run.stdout[:200]}'
    lines = run.stderr.splitlines()
    assert len(lines) == 1, f'{args}: not one line: {run.stderr}'
    assert lines[0].startswith('zramsim: '), lines[0]
    return lines[0]


def ended(process):
    """What a process that was asked to end has printed."""
    try:
        return process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()  # or leaving the block would wait for it
        raise


def has(text, *parts):
    for part in parts:
        assert part in text, f'no {part!r} in: {text}'


def scratch():
    return tempfile.TemporaryDirectory(prefix='zramsim-test-')


@functools.cache
def have_machines():
    """Whether virtual machines are in this build."""
    return bool(good('list', 'machines'))


def machine_test(function):
    """Registers a test that needs virtual machines, where there are some."""
    return test(function) if have_machines() else function


def main():
    failed = 0
    print(f'1..{len(TESTS)}')
    for number, function in enumerate(TESTS, 1):
        name = function.__name__
        try:
            function()
            print(f'ok {number} {name}', flush=True)
        except Skipped as why:
            print(f'ok {number} {name} # SKIP {why}', flush=True)
        except Exception:  # whatever goes wrong is a failed test
            failed += 1
            print(f'not ok {number} {name}', flush=True)
            for line in traceback.format_exc().splitlines():
                print(f'# {line}', flush=True)
    sys.exit(1 if failed else 0)
