#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""--output: a file is replaced as a whole or not at all."""

import json
import os
import signal
import stat
import subprocess
from pathlib import Path

from harness import PROGRAM, SMALL, Skipped, bad, environment, good, has, main, scratch, test

ONE = ['run', '-s', 'sync', *SMALL, '-q', '--format', 'json']


def is_result(path):
    return json.loads(path.read_text(encoding='utf-8'))['schema'] == 'zramsim.result/1'


@test
def the_document_goes_to_the_file_and_nowhere_else():
    with scratch() as folder:
        path = Path(folder) / 'result.json'
        assert good(*ONE, '-o', path) == ''
        assert is_result(path)
        assert os.listdir(folder) == ['result.json']


@test
def an_existing_file_is_replaced_and_keeps_its_mode():
    with scratch() as folder:
        path = Path(folder) / 'result.json'
        path.write_text('old', encoding='ascii')
        path.chmod(0o600)
        before = path.stat().st_ino
        good(*ONE, '--output', path)
        assert is_result(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.stat().st_ino != before


@test
def a_new_file_follows_the_umask():
    with scratch() as folder:
        path = Path(folder) / 'result.json'
        old = os.umask(0o027)
        try:
            good(*ONE, '-o', path)
        finally:
            os.umask(old)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640


@test
def a_link_stays_and_its_target_is_replaced():
    with scratch() as folder:
        target, link = Path(folder) / 'target', Path(folder) / 'link'
        target.write_text('old', encoding='ascii')
        link.symlink_to('target')
        good(*ONE, '-o', link)
        assert link.is_symlink() and is_result(target)


@test
def a_device_is_written_to_and_not_replaced():
    good(*ONE, '-o', '/dev/null')
    assert stat.S_ISCHR(os.stat('/dev/null').st_mode)
    has(bad(3, *ONE, '-o', '/dev/full'), "'/dev/full'", 'No space left', 'make room')
    assert stat.S_ISCHR(os.stat('/dev/full').st_mode)


@test
def a_folder_that_is_not_there_is_told_before_the_experiment():
    with scratch() as folder:
        path = f'{folder}/none/result.json'
        # So many repeats would take for ever.
        has(bad(3, 'run', '-s', 'sync', '--runs', '1000', '--size', '1G', '-o', path),
            f"'{path}'", 'No such file', 'create the directory')


@test
def a_folder_is_no_file():
    with scratch() as folder:
        has(bad(3, *ONE, '-o', folder), f"'{folder}'", 'name a file inside it')


@test
def a_folder_one_may_not_write_is_told_before_the_experiment():
    with scratch() as folder:
        path = Path(folder) / 'result.json'
        path.write_text('old', encoding='ascii')
        os.chmod(folder, 0o500)
        command = [PROGRAM, 'run', '-s', 'sync', '--runs', '1000', '--size', '1G', '-o', path]
        try:
            if os.geteuid() == 0:
                os.chmod(folder, 0o555)
                run = subprocess.run(command, user=65534, group=65534, extra_groups=[],
                                     capture_output=True, text=True, check=False, timeout=60)
            else:
                run = subprocess.run(command, capture_output=True, text=True, check=False,
                                     timeout=60)
        except PermissionError as why:
            raise Skipped('nobody may not run the program here') from why
        finally:
            os.chmod(folder, 0o700)
        assert run.returncode == 3, run
        has(run.stderr, f"'{path}'", 'Permission denied', 'choose a file')
        assert path.read_text(encoding='ascii') == 'old'


@test
def a_full_disk_leaves_the_old_file():
    """A limit on the size of files fails a write as a full disk does."""
    with scratch() as folder:
        path = Path(folder) / 'result.json'
        path.write_text('old', encoding='ascii')
        run = subprocess.run(
            ['sh', '-c', 'ulimit -f 1; trap "" XFSZ; exec "$@"', 'sh', PROGRAM, *ONE, '-o', path],
            capture_output=True, text=True, check=False, env=environment(), timeout=60,
            preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN))
        assert run.returncode == 3, run
        has(run.stderr, f"'{path}'", 'too large')
        assert path.read_text(encoding='ascii') == 'old'
        assert os.listdir(folder) == ['result.json']


@test
def a_full_file_system_leaves_the_old_file():
    if os.geteuid():
        raise Skipped('mounting needs root')
    with scratch() as folder:
        mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=8k', 'none', folder],
                                 capture_output=True, check=False)
        if mounted.returncode:
            raise Skipped('mounting is not permitted here')
        try:
            path = Path(folder) / 'result.json'
            path.write_text('old', encoding='ascii')
            has(bad(3, *ONE, '-o', path), f"'{path}'", 'No space left', 'make room')
            assert path.read_text(encoding='ascii') == 'old'
            assert os.listdir(folder) == ['result.json']
        finally:
            subprocess.run(['umount', folder], check=True)


main()
