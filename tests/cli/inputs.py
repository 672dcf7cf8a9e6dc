#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""What is read: files whose size says nothing, pipes, and names that are hard to print."""

import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from harness import (PROGRAM, SMALL, SOURCE, bad, ended, environment, good, has, have_machines,
                     machine_test, main, scratch, test)

ONE = ['run', '-s', 'sync', *SMALL, '-q', '--format', 'json']
PAGES = bytes(range(256)) * 700 + b'end'  # ends within a page


def from_pipe(content, *args):
    """Runs with an argument FIFO that stands for a pipe with the content; returns its output."""
    with scratch() as folder:
        path = f'{folder}/fifo'
        os.mkfifo(path)

        def write():
            with open(path, 'wb', buffering=0) as pipe:
                for start in range(0, len(content), 5000):
                    pipe.write(content[start:start + 5000])

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        out = good(*(arg.replace('FIFO', path) for arg in args))
        writer.join(60)
        return out


@test
def a_file_whose_size_says_0_is_read_to_its_end():
    for path in ('/proc/self/maps', '/proc/cpuinfo', '/proc/filesystems'):
        assert os.stat(path).st_size == 0
        good(*ONE, '--data', f'file:{path}')


@machine_test
def a_pipe_is_read_to_its_end_as_a_file_is():
    machine = [*ONE, '--machine', 'rk3588', '--scenario', 'swapin']
    with scratch() as folder:
        path = Path(folder) / 'pages'
        path.write_bytes(PAGES)
        wanted = json.loads(good(*machine, '--data', f'file:{path}'))['results']
        found = json.loads(from_pipe(PAGES, *machine, '--data', 'file:FIFO'))['results']
        assert found == wanted
        # Without the last page the figures are others, so they can tell.
        path.write_bytes(PAGES[:4096])
        assert json.loads(good(*machine, '--data', f'file:{path}'))['results'] != wanted


@machine_test
def tables_and_profiles_come_through_pipes():
    from_pipe(b'100 5\n2000 7\n', *ONE, '--data', 'sizes:FIFO')
    profile = (SOURCE / 'sim/virtual/profiles/rk3588.profile').read_bytes()
    wanted = json.loads(good(*ONE, '--machine', 'rk3588'))['results']
    assert json.loads(from_pipe(profile, *ONE, '--machine', 'FIFO'))['results'] == wanted


@test
def a_study_may_read_its_data_again_and_no_pipe():
    with scratch() as folder:
        os.mkfifo(f'{folder}/fifo')
        has(bad(2, 'study', 'drainers', '--data', f'file:{folder}/fifo'), 'read once',
            'name a file')


@test
def what_is_empty_is_said_to_be():
    has(bad(3, *ONE, '--data', 'file:/dev/null'), 'file:/dev/null', 'is empty')
    has(bad(3, *ONE, '--data', 'sizes:/dev/null'), '/dev/null', 'has no sizes')


def has_open(pid, path):
    folder = Path(f'/proc/{pid}/fd')
    try:
        return any(os.readlink(link) == path for link in folder.iterdir())
    except OSError:  # it ends, or closes one
        return False


@test
def one_signal_ends_the_wait_for_the_writer_of_a_fifo():
    with scratch() as folder:
        path = f'{folder}/fifo.profile'
        os.mkfifo(path)
        for args in (['--data', f'file:{path}'], ['--data', f'sizes:{path}'],
                     ['--machine', path]):
            if args[0] == '--machine' and not have_machines():
                continue
            with subprocess.Popen([PROGRAM, *ONE, *args], text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, env=environment()) as process:
                for _ in range(1000):
                    if process.poll() is not None or has_open(process.pid, path):
                        break
                    time.sleep(0.01)
                process.send_signal(signal.SIGINT)
                out, said = ended(process)
            assert process.returncode == 130 and not out, (args, process.returncode, said)
            has(said, 'interrupted')


# A colour, a line break, no UTF-8, a mark that turns what follows, and a letter.
ODD = b'x\x1b[31mr\nd\xff\xe2\x80\xae\xc3\xa9'
SHOWN = r'x\x1b[31mr\x0ad\xff\xe2\x80\xaeé'


@test
def what_is_echoed_has_no_control_characters():
    odd = os.fsdecode(ODD)
    one = ['run', '-s', 'sync', *SMALL]
    for code, args in (
            (2, [odd]), (2, ['list', odd]), (2, ['help', odd]), (2, ['study', odd]),
            (2, ['calibrate', odd]), (2, ['run', odd]), (2, ['run', f'--{odd}']),
            (2, ['run', '-s', odd]), (2, [*one, '--data', odd]), (2, [*one, '--size', odd]),
            (2, [*one, '--timeline', odd]), (3, [*one, '--data', f'file:/{odd}']),
            (3, [*one, '--data', f'sizes:/{odd}']), (3, [*one, '-o', f'/{odd}/x'])):
        has(bad(code, *args), SHOWN)
    with scratch() as folder:
        Path(folder, odd).touch()
        has(bad(3, *one, '--data', f'file:{folder}/{odd}'), SHOWN, 'is empty')
    has(bad(2, 'run', '-é'), "'-é'")


@machine_test
def a_profile_that_is_none_is_an_input_error():
    with scratch() as folder:
        path = Path(folder) / 'p.profile'
        path.write_text('nothing\n', encoding='ascii')
        for spec in (path, f'{path}:cpus=2'):
            has(bad(3, *ONE, '--machine', spec), f'{path}:1:')


@machine_test
def what_a_profile_says_is_escaped():
    with scratch() as folder:
        profile = (SOURCE / 'sim/virtual/profiles/rk3588.profile').read_text(encoding='utf-8')
        assert 'summary = ' in profile
        Path(folder, 'odd.profile').write_text(
            profile.replace('summary = ', 'summary = \x1b[31m'), encoding='utf-8')
        has(good('list', 'machines', env=environment(ZRAMSIM_PROFILES=folder)), r'\x1b[31m')


@test
def documents_of_an_odd_file_name_can_be_read():
    with scratch() as folder:
        path = os.path.join(os.fsencode(folder), ODD)
        with open(path, 'wb') as file:
            file.write(PAGES)
        args = ['run', '-s', 'sync', *SMALL, '-q', '--data', 'file:' + os.fsdecode(path)]
        result = json.loads(good(*args, '--format', 'json'))
        assert result['config']['data'].endswith('x\x1b[31mr\nd\ufffd\u202eé')
        assert any(SHOWN in warning for warning in result['warnings']), result['warnings']
        table = good(*args)
        has(table, SHOWN)
        assert '\x1b' not in table
        # The command that repeats it is one line, and bash reads it as what it was.
        again = good(*args, '--format', 'markdown').splitlines()[-1]
        assert again.startswith('    zramsim run '), again
        word = again[again.index("$'"):again.index("' ", again.index("$'")) + 1]
        echo = subprocess.run(['bash', '-c', f'printf %s {word}'], capture_output=True, check=True)
        assert echo.stdout == b'file:' + path, echo.stdout


main()
