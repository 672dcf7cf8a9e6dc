#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""What compiles the plugin for this machine, and guests for the machine of their kernel."""
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from boot import Failure

TOP = Path(__file__).resolve().parents[3]
WARNINGS = ['-O2', '-Wall', '-Wextra', '-Werror', '-Wmissing-prototypes', '-D_GNU_SOURCE',
            '-fno-strict-aliasing']
MACHINES = {'amd64': 'x86_64', 'arm64': 'aarch64'}
INCLUDES = ['', 'include', 'lib', 'lib/kcompat', 'lib/kcompat/memory', 'lib/kcompat/port']
SIZES = 'sim/data/tables/lz4-anon.txt'


def compiler(arch):
    """Of guests for @arch, or None if there is none."""
    machine = MACHINES[arch]
    return shutil.which('gcc' if platform.machine() == machine else f'{machine}-linux-gnu-gcc')


def run(command):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise Failure(f'{command[0]} ended with status {done.returncode}:\n'
                      f'{done.stdout.decode(errors="replace").strip()[-3000:]}')


def plugin(folder):
    """Path of the plugin. QEMU has what it leaves undefined."""
    path = folder / 'plugin.so'
    run(['gcc', *WARNINGS, '-fPIC', '-shared', '-I', TOP, '-o', path,
         *sorted((TOP / 'bench/kernel/plugin').glob('*.c'))])
    return path


def guest(folder, arch):
    """Path of the init of a guest, which has zramsim's own sources of data in it."""
    (folder / 'sim').mkdir(parents=True, exist_ok=True)
    run([sys.executable, TOP / 'sim/data/gen_histogram.py', TOP / SIZES,
         folder / 'sim/lz4_anon.inc'])
    path = folder / f'init-{arch}'
    includes = [word for name in INCLUDES for word in ('-I', TOP / name)]
    if not compiler(arch):
        raise Failure(f'there is no compiler for {arch}: install gcc-{MACHINES[arch]}-linux-gnu')
    run([compiler(arch), *WARNINGS, '-static', *includes, '-I', folder, '-o', path,
         *sorted((TOP / 'bench/kernel/guest').glob('*.c')),
         TOP / 'sim/data/anon.c', TOP / 'sim/data/rfc.c'])
    return path
