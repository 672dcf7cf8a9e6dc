#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""--output and --timeline: a file is replaced as a whole or not at all, and no result is lost."""

import fcntl
import json
import os
import signal
import stat
import subprocess
import time
from pathlib import Path

from harness import (PROGRAM, SMALL, Skipped, bad, ended, environment, good, has, machine_test,
                     main, scratch, test, zramsim)

ONE = ['run', '-s', 'sync', *SMALL, '-q', '--format', 'json']


def is_result_text(text):
    return json.loads(text)['schema'] == 'zramsim.result/1'


def is_result(path):
    return is_result_text(path.read_text(encoding='utf-8'))


def refused(*args, **keywords):
    """A run whose document could not go where it should, which is said in one line."""
    run = zramsim(*ONE, *args, **keywords)
    assert run.returncode == 3, run
    assert len(run.stderr.splitlines()) == 1, run.stderr
    return run


def shell(script, folder, *args, **keywords):
    """Runs a script of bash in a folder; "$@" is the program and its arguments."""
    return subprocess.run(['bash', '-c', script, 'bash', PROGRAM, *args], cwd=folder, text=True,
                          capture_output=True, check=False, env=environment(), timeout=60,
                          **keywords)


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
    run = refused('-o', '/dev/full')
    has(run.stderr, "'/dev/full'", 'No space left', 'make room', 'went to standard output')
    assert is_result_text(run.stdout)
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
            ['sh', '-c', 'ulimit -f 1; exec "$@"', 'sh', PROGRAM, *ONE, '-o', path],
            capture_output=True, text=True, check=False, env=environment(), timeout=60)
        assert run.returncode == 3, run
        has(run.stderr, f"'{path}'", 'too large', 'went to standard output')
        assert is_result_text(run.stdout)
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
            run = refused('-o', path)
            has(run.stderr, f"'{path}'", 'No space left', 'make room')
            assert is_result_text(run.stdout)
            assert path.read_text(encoding='ascii') == 'old'
            assert os.listdir(folder) == ['result.json']
        finally:
            subprocess.run(['umount', folder], check=True)


@test
def an_open_descriptor_is_written_to_as_it_is():
    with scratch() as folder:
        for name in ('/dev/stdout', '/dev/fd/1', '/proc/self/fd/1', '/proc/thread-self/fd/1'):
            assert is_result_text(good(*ONE, '-o', name))
        path = Path(folder) / 'log'
        shell('{ echo head; "$@"; echo tail; } >log', folder, *ONE, '-o', '/dev/stdout')
        shell('"$@" 3>>log', folder, *ONE, '-o', '/dev/fd/3')
        text = path.read_text(encoding='ascii')
        assert text.startswith('head\n') and text.count('\ntail\n') == 1, text
        assert is_result_text(text[5:text.index('\ntail\n')])
        assert is_result_text(text[text.index('\ntail\n') + 6:])
        (Path(folder) / 'link').symlink_to('/dev/stdout')
        assert is_result_text(good(*ONE, '-o', f'{folder}/link'))
        assert sorted(os.listdir(folder)) == ['link', 'log']


@test
def standard_output_may_be_non_blocking():
    """Whoever shares a terminal or a pipe may have made it so."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(writer, False)
    with subprocess.Popen([PROGRAM, *ONE], stdout=writer, env=environment()) as process:
        os.close(writer)
        with open(reader, encoding='utf-8') as pipe:
            assert is_result_text(pipe.read())
    assert process.returncode == 0, process.returncode


@test
def a_process_substitution_reads_the_document():
    with scratch() as folder:
        run = shell('"$@" -o >(cat >copy; echo done)', folder, *ONE)
        assert run.returncode == 0, run
        assert run.stdout == 'done\n' and is_result(Path(folder) / 'copy')


@test
def a_descriptor_that_cannot_be_written_is_told_before_the_experiment():
    long = ['run', '-s', 'sync', '--runs', '1000', '--size', '1G']
    with scratch() as folder:
        for script, said in (('"$@" >&-', 'standard output'),
                             ('"$@" 1</dev/null', 'standard output'),
                             ('"$@" -o /dev/fd/3 3</dev/null', 'open the descriptor'),
                             ('"$@" -o /dev/fd/77', 'open the descriptor')):
            run = shell(script, folder, *long)
            assert run.returncode == 3, (script, run)
            has(run.stderr, said)


@test
def a_link_to_nothing_makes_its_target():
    with scratch() as folder:
        link = Path(folder) / 'link'
        link.symlink_to('target')
        good(*ONE, '-o', link)
        assert link.is_symlink() and is_result(Path(folder) / 'target')
        link.unlink()
        link.symlink_to('link')
        has(bad(3, *ONE, '-o', link), 'Too many levels')


@test
def a_name_that_ends_in_a_slash_is_told_before_the_experiment():
    with scratch() as folder:
        has(bad(3, 'run', '-s', 'sync', '--runs', '1000', '--size', '1G', '-o', f'{folder}/new/'),
            'name a file inside it')


@machine_test
def a_timeline_goes_to_a_descriptor_and_never_where_the_result_goes():
    with scratch() as folder:
        machine = [*ONE, '--machine', 'rk3588']
        events = good(*machine, '-o', f'{folder}/r', '--timeline', '/dev/stdout')
        assert 'traceEvents' in json.loads(events) and is_result(Path(folder) / 'r')
        Path(folder, 'h').hardlink_to(f'{folder}/r')
        Path(folder, 'here').symlink_to('.')
        Path(folder, 'link').symlink_to('new')
        for output, timeline in (('r', './r'), ('r', 'here/r'), ('r', 'h'), ('new', 'link'),
                                 ('here/new', 'new'), ('r', f'{folder}/r')):
            run = shell('"$@"', folder, *machine, '-o', output, '--timeline', timeline)
            assert run.returncode == 2, (output, timeline, run)
            has(run.stderr, 'a file of its own', f"'{timeline}'")
        run = shell('"$@" --timeline r >r', folder, *machine)
        assert run.returncode == 2, run
        good(*machine, '-o', '/dev/null', '--timeline', '/dev/null')


@machine_test
def a_timeline_that_cannot_be_written_does_not_take_the_result():
    with scratch() as folder:
        path = Path(folder) / 'r'
        run = refused('--machine', 'rk3588', '-o', path, '--timeline', '/dev/full')
        has(run.stderr, "'/dev/full'")
        assert is_result(path)


@test
def a_file_that_is_read_is_not_written():
    with scratch() as folder:
        data = Path(folder) / 'data'
        data.write_bytes(bytes(range(256)) * 64)
        Path(folder, 'hard').hardlink_to(data)
        Path(folder, 'soft').symlink_to('data')
        sizes = Path(folder) / 'sizes'
        sizes.write_text('100 1\n', encoding='ascii')
        for spec, output in ((f'file:{data}', data), (f'file:{data}', f'{folder}/hard'),
                             (f'file:{folder}/soft', data), (f'sizes:{sizes}', sizes)):
            has(bad(2, *ONE, '--data', spec, '-o', output), 'is the file that --data reads')
        assert data.read_bytes() == bytes(range(256)) * 64


@machine_test
def a_profile_that_is_read_is_not_written():
    with scratch() as folder:
        path = Path(folder) / 'my.profile'
        path.write_text('old', encoding='ascii')
        has(bad(2, *ONE, '--machine', f'{path}:cpus=2', '-o', path), '--machine reads')


def as_nobody(folder, *args):
    """The program as a user who owns nothing there."""
    if os.geteuid():
        raise Skipped('being another user needs root')
    os.chmod(folder, 0o755)
    try:
        return subprocess.run([PROGRAM, *args], user=65534, group=65534, extra_groups=[],
                              capture_output=True, text=True, check=False, timeout=60)
    except PermissionError as why:
        raise Skipped('nobody may not run the program here') from why


@test
def a_file_is_overwritten_where_it_cannot_be_replaced():
    """A sticky folder does not let others rename, a read-only one not even make files."""
    for mode in (0o1777, 0o755):
        with scratch() as folder:
            inside = Path(folder) / 'inside'
            inside.mkdir()
            path = inside / 'r'
            path.write_text('old' * 10000, encoding='ascii')
            path.chmod(0o666)
            inside.chmod(mode)
            run = as_nobody(folder, *ONE, '-o', path)
            assert run.returncode == 0, run
            assert is_result(path) and os.listdir(inside) == ['r']


@test
def a_file_that_is_mounted_is_overwritten():
    if os.geteuid():
        raise Skipped('mounting needs root')
    with scratch() as folder:
        source, path = Path(folder) / 'source', Path(folder) / 'r'
        source.write_text('old' * 10000, encoding='ascii')
        path.touch()
        mounted = subprocess.run(['mount', '--bind', source, path], capture_output=True,
                                 check=False)
        if mounted.returncode:
            raise Skipped('mounting is not permitted here')
        try:
            good(*ONE, '-o', path)
        finally:
            subprocess.run(['umount', path], check=True)
        assert is_result(source) and sorted(os.listdir(folder)) == ['r', 'source']


@test
def a_result_that_has_no_place_any_more_goes_to_standard_output():
    with scratch() as folder:
        os.mkfifo(f'{folder}/data')
        os.mkdir(f'{folder}/inside')
        # The program has looked at the folder when it opens the FIFO, and then waits for pages.
        run = shell('"$@" & exec 3>data; rmdir inside; cat /bin/sh >&3; exec 3>&-; wait $!', folder,
                    *ONE, '--data', 'file:data', '-o', 'inside/r')
        assert run.returncode == 3, run
        has(run.stderr, "'inside/r'", 'went to standard output')
        assert is_result_text(run.stdout)


@test
def a_fifo_waits_for_its_reader():
    with scratch() as folder:
        os.mkfifo(f'{folder}/p')
        run = shell('"$@" & cat p; wait $!', folder, *ONE, '-o', 'p')
        assert run.returncode == 0 and is_result_text(run.stdout)


@machine_test
def one_signal_ends_the_wait_for_the_reader_of_a_fifo():
    with scratch() as folder:
        os.mkfifo(f'{folder}/p')
        timeline = Path(folder) / 'timeline'
        with subprocess.Popen([PROGRAM, *ONE, '--machine', 'rk3588', '-o', f'{folder}/p',
                               '--timeline', timeline], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            # It is written when the experiment is over.
            while process.poll() is None and not timeline.exists():
                time.sleep(0.01)
            process.send_signal(signal.SIGHUP)
            out, said = ended(process)
        assert process.returncode == 130, process.returncode
        has(said, "p' could not be written", 'read it')
        assert is_result_text(out)


@test
def a_small_limit_on_the_stack_is_enough():
    """It is also what threads would get."""
    if 'ASAN_OPTIONS' in os.environ or 'TSAN_OPTIONS' in os.environ:
        return  # frames are larger than they are
    with scratch() as folder:
        run = shell('ulimit -s 64; exec "$@"', folder, 'run', '-s', 'sync,pcpu-page', *SMALL, '-q',
                    '--procs', '2', '-o', 'r')
        assert run.returncode == 0 and (Path(folder) / 'r').stat().st_size, run


@test
def an_end_of_address_space_is_one_sentence():
    if 'ASAN_OPTIONS' in os.environ or 'TSAN_OPTIONS' in os.environ:
        return  # they reserve terabytes
    with scratch() as folder:
        for limit in ('-v 400000', '-d 200000'):
            run = shell(f'ulimit {limit}; exec "$@"', folder, 'run', '-s', 'sync', '--size', '1G',
                        '--runs', '1', '-q')
            assert run.returncode == 3 and len(run.stderr.splitlines()) == 1, run
            has(run.stderr, 'use a smaller size')


main()
