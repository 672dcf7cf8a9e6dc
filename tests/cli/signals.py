#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Signals, terminals and colour. A pseudo-terminal shows when an experiment is on its way."""

import json
import os
import pty
import signal
import subprocess
import sys
import threading

from harness import PROGRAM, SMALL, environment, good, has, main, scratch, test

try:
    for descriptor in pty.openpty():
        os.close(descriptor)
except OSError:
    print('1..0 # SKIP this system has no pseudo-terminals')
    sys.exit(0)

# More repeats than anybody waits for.
LONG = ['--size', '1M', '--runs', '1000', '--warmup', '0', '--flush', '1ms']


class OnTerminal:
    """The program with standard error, and if wanted standard output, on a terminal."""

    def __init__(self, *args, stdout=False, preexec_fn=None, **env):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [PROGRAM, *args], stdin=subprocess.DEVNULL, stderr=slave,
            stdout=slave if stdout else subprocess.PIPE, env=environment(**env),
            preexec_fn=preexec_fn)
        os.close(slave)
        self.said = b''
        self.limit = threading.Timer(200, self.process.kill)
        self.limit.start()

    def read(self):
        try:
            part = os.read(self.master, 4096)
        except OSError:  # the other end is closed
            part = b''
        self.said += part
        return part

    def wait_for(self, text):
        while text not in self.said:
            assert self.read(), f'ended before {text!r} came: {self.said!r}'

    def finish(self):
        out = self.process.stdout.read() if self.process.stdout else b''
        while self.read():
            pass
        os.close(self.master)
        self.process.wait(timeout=120)
        self.limit.cancel()
        assert self.code != -signal.SIGKILL, f'it did not end; it said {self.said[-200:]!r}'
        return out.decode()

    @property
    def code(self):
        return self.process.returncode


def interrupted(sent):
    run = OnTerminal('run', '-s', 'sync,bitmap', *LONG, '--format', 'json', TERM='xterm')
    run.wait_for(b'8 of 2000')
    run.process.send_signal(sent)
    result = json.loads(run.finish())
    assert run.code == 130, run.code
    assert result['complete'] is False
    has(run.said.decode(), 'interrupted')
    runs = [strategy['runs'] for strategy in result['results']]
    assert 0 < sum(runs) < 2000, runs


@test
def the_first_interrupt_gives_what_was_measured():
    interrupted(signal.SIGINT)


@test
def an_interrupted_study_keeps_its_repeats():
    run = OnTerminal('study', 'return-time', *LONG, '--format', 'json', TERM='xterm')
    run.wait_for(b'20 of 8000')
    run.process.send_signal(signal.SIGINT)
    study = json.loads(run.finish())
    assert run.code == 130, run.code
    assert study['complete'] is False
    has(run.said.decode(), 'interrupted')
    runs = [arm['runs'] for arm in study['arms']]
    assert 16 <= sum(runs) < 8000, runs


@test
def being_asked_to_end_gives_what_was_measured():
    interrupted(signal.SIGTERM)


@test
def the_end_of_a_terminal_and_of_cpu_time_give_what_was_measured():
    interrupted(signal.SIGHUP)
    interrupted(signal.SIGXCPU)


@test
def what_was_ignored_stays_ignored():
    """As under nohup, or in the background of a shell without job control."""
    run = OnTerminal('run', '-s', 'sync,bitmap', '--size', '256k', '--runs', '100', '--warmup', '0',
                     '--flush', '1ms', '--format', 'json', TERM='xterm',
                     preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    run.wait_for(b'8 of 200')
    run.process.send_signal(signal.SIGINT)
    assert json.loads(run.finish())['complete'] is True
    assert run.code == 0, run.code


@test
def the_table_says_that_it_is_partial():
    run = OnTerminal('compare', '-s', 'sync', *LONG, TERM='xterm')
    run.wait_for(b'2 of 1000')
    run.process.send_signal(signal.SIGINT)
    has(run.finish(), 'INTERRUPTED', 'interrupted: ')
    assert run.code == 130


@test
def the_second_interrupt_ends_the_process():
    # Whether the first one is acted upon in time or the second one ends it, it ends.
    run = OnTerminal('run', '-s', 'sync', *LONG, TERM='xterm')
    run.wait_for(b'2 of 1000')
    while run.process.poll() is None:
        run.process.send_signal(signal.SIGINT)
    run.finish()
    assert run.code in (130, -signal.SIGINT), run.code


@test
def an_interrupted_file_is_marked_too():
    with scratch() as folder:
        path = os.path.join(folder, 'r.json')
        run = OnTerminal('run', '-s', 'sync', *LONG, '--format', 'json', '-o', path, TERM='xterm')
        run.wait_for(b'4 of 1000')
        run.process.send_signal(signal.SIGINT)
        run.finish()
        assert run.code == 130
        with open(path, encoding='utf-8') as file:
            assert json.load(file)['complete'] is False


@test
def a_failed_assertion_is_a_bug():
    """What BUG_ON() does in the end is to send this signal, or one like it."""
    if 'TSAN_OPTIONS' in os.environ:
        return  # its runtime handles such a signal at once, wherever it is, and may crash
    run = OnTerminal('run', '-s', 'sync', *LONG, TERM='xterm')
    run.wait_for(b'2 of 1000')
    run.process.send_signal(signal.SIGTRAP)
    run.finish()
    assert run.code == 70, run.code
    has(run.said.decode(), 'zramsim: ', 'bug', 'report it')


@test
def progress_is_one_line_that_is_erased():
    run = OnTerminal('run', '-s', 'sync,bitmap', *SMALL, TERM='xterm')
    run.finish()
    assert run.code == 0
    progress, _, _ = run.said.rpartition(b'\r\033[K')
    has(progress.decode(), ' of 2')
    assert b'\n' not in progress, run.said


@test
def a_dumb_terminal_sees_no_progress():
    for env in ({'TERM': 'dumb'}, {}):
        run = OnTerminal('run', '-s', 'sync', *SMALL, **env)
        run.finish()
        assert b'\r\033' not in run.said and b' of ' not in run.said, run.said


@test
def quiet_means_no_progress():
    run = OnTerminal('run', '-s', 'sync', *SMALL, '-q', TERM='xterm')
    run.finish()
    assert not run.said, run.said


def colours(*args, **env):
    run = OnTerminal('compare', '-s', 'sync,bitmap', *SMALL, '-q', *args, stdout=True, **env)
    run.finish()
    assert run.code == 0
    return b'\033[1m' in run.said


@test
def colour_depends_on_terminal_and_wish():
    assert colours(TERM='xterm')
    assert colours(TERM='xterm', NO_COLOR='')
    assert not colours(TERM='xterm', NO_COLOR='1')
    assert not colours(TERM='dumb')
    assert not colours('--color', 'never', TERM='xterm')
    assert colours('--color', 'always', TERM='xterm', NO_COLOR='1')
    assert not colours('--format', 'json', '--color', 'always', TERM='xterm')
    small = ['compare', '-s', 'sync,bitmap', *SMALL, '-q']
    assert '\033' not in good(*small, env=environment(TERM='xterm'))
    assert '\033[1m' in good(*small, '--color', 'always')


main()
