#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""What bench_kernel refuses. No device is touched: names that cannot be, and trees of files."""

import contextlib
import os
from pathlib import Path

from harness import has, main, scratch, test, zramsim

USAGE, SYSTEM, SKIPPED = 2, 3, 4


def refused(code, *args):
    """Runs what must be refused in one sentence on standard error; returns the sentence."""
    run = zramsim(*args)
    assert run.returncode == code, f'{args}: exit code {run.returncode}, not {code}: {run.stderr}'
    assert not run.stdout, f'{args}: standard output is not empty: {run.stdout[:200]}'
    lines = run.stderr.splitlines()
    assert len(lines) == 1, f'{args}: not one line: {run.stderr}'
    assert lines[0].startswith('bench_kernel: '), lines[0]
    return lines[0]


@contextlib.contextmanager
def machine(**files):
    """A folder that looks like a machine with an unused zram0, changed by FILES."""
    content = {
        'sys/block/zram0/initstate': '0\n',
        'sys/block/zram0/disksize': '0\n',
        'sys/block/zram0/comp_algorithm': '[lzo-rle] lzo lz4 \n',
        'sys/block/zram0/mem_limit': '',
        'sys/block/zram0/reset': '',
        'sys/block/zram0/dev': '253:0\n',
        'proc/swaps': 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n',
        'proc/self/mountinfo': '21 1 254:0 / / rw - ext4 /dev/vda rw\n',
    }
    content.update(files)
    with scratch() as folder:
        for name, text in content.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding='utf-8')
        (Path(folder) / 'sys/block/zram0/holders').mkdir(exist_ok=True)
        yield ['--check', '--sysroot', folder]


@test
def a_device_that_is_not_there_is_skipped_with_a_word():
    has(refused(SKIPPED, '--device', 'zram424242'), 'skipped', 'zram424242', 'modprobe zram')


@test
def a_name_that_is_no_zram_device_is_a_usage_error():
    for name in ('sda', 'zram', 'zram0/../sda', '../zram0', 'zram0x'):
        has(refused(USAGE, '--device', name), name, 'zram0')


@test
def wrong_arguments_are_named():
    for args, word in ((['--runs', '0'], '--runs'), (['--runs', '100'], '--runs'),
                       (['--procs', '0'], '--procs'), (['--procs', '1,,x'], '--procs'),
                       (['--procs', ''], '--procs'), (['--size', '-1'], '--size'),
                       (['--size', '4096'], '--size'), (['--seed', 'one'], '--seed'),
                       (['--format', 'csv'], '--format'), (['zram0'], 'options only'),
                       (['--sysroot', '/nowhere'], '--check')):
        has(refused(USAGE, *args), word)


@test
def help_says_how_to_give_the_device_back():
    run = zramsim('--help')
    assert run.returncode == 0 and not run.stderr, run.stderr
    has(run.stdout, 'swapoff', 'reset', 'Exit codes')


@test
def a_device_with_a_size_is_in_use():
    with machine(**{'sys/block/zram0/initstate': '1\n'}) as args:
        has(refused(SYSTEM, *args), 'zram0', 'has a size', '--device')


@test
def a_device_that_is_swap_is_in_use():
    swaps = 'Filename\tType\tSize\tUsed\tPriority\n/dev/zram0 partition\t65532\t0\t100\n'
    with machine(**{'proc/swaps': swaps}) as args:
        has(refused(SYSTEM, *args), 'zram0', 'is swap')
    with machine(**{'proc/swaps': swaps.replace('zram0', 'zram01')}) as args:
        assert zramsim(*args).returncode in (0, SKIPPED)


@test
def a_device_that_is_mounted_is_in_use():
    mounts = '30 21 253:0 / /mnt rw - ext4 /dev/zram0 rw\n'
    with machine(**{'proc/self/mountinfo': mounts}) as args:
        has(refused(SYSTEM, *args), 'zram0', 'is mounted')


@test
def a_device_that_another_one_holds_is_in_use():
    with machine(**{'sys/block/zram0/holders/dm-0': ''}) as args:
        has(refused(SYSTEM, *args), 'zram0', 'held')


@test
def a_device_without_a_state_is_refused():
    with machine() as args:
        Path(args[2], 'sys/block/zram0/initstate').unlink()
        has(refused(SKIPPED, *args), 'zram0', 'state')


@test
def zswap_would_keep_the_pages():
    with machine(**{'sys/module/zswap/parameters/enabled': 'Y\n'}) as args:
        has(refused(SKIPPED, *args), 'zswap', 'skipped')


@test
def an_unused_device_can_be_used_by_root_alone():
    with machine() as args:
        if os.geteuid():
            has(refused(SKIPPED, *args), 'skipped', 'root')
        else:
            run = zramsim(*args)
            assert run.returncode == 0 and not run.stderr, run.stderr
            has(run.stdout, 'zram0 can be used')


main()
