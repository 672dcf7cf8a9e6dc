#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""All strategies as a kernel module, compiled for packaged kernels and loaded into them.

6.1 and 7.3 unless others are named. For each, the tree of `zramsim carry all` is compiled with W=1,
where a warning is an error, and loaded in a guest of two CPUs, where its self-test runs. Warnings
of the kernel fail it, too. Exit status: 0 all is well, 1 a promise is broken or the kernel
complains, 2 usage, 3 it could not be done."""
import argparse
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import headers
from headers import Failure
from boot import Kernel, Qemu, boot, initramfs
from fetch import kernel, qemu

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[2]
RELEASES = ['6.1', '7.3']
ARCHES = {'x86_64': 'amd64', 'aarch64': 'arm64'}
CPUS = 2
SECONDS = 900
KEPT = 'all promises kept'
# What a kernel says of itself when something is wrong in it.
ALARM = re.compile(r'\b(?:WARNING|BUG|Oops|KASAN|UBSAN|KCSAN|INFO: task|rcu:.*stall|'
                   r'general protection|Call Trace)\b')
# Lines of the compiler's that are about the folder of headers.
HARMLESS = re.compile(r'compiler differs|kernel was built by|You are using|BTF|pahole')


def say(text):
    print(f'oracle: {text}', file=sys.stderr)


def carried(args, folder):
    """The tree, anew, of all strategies and of the worked example."""
    tree = folder / 'tree'
    shutil.rmtree(tree, ignore_errors=True)
    subprocess.run([args.zramsim, 'carry', 'all', TOP / 'docs/example/zfree_fifo.c', '-q', '-o',
                    tree], check=True)
    return tree


def compiled(tree, have):
    """The module. Whatever the compiler says is an error."""
    code, text = have.make(tree, 'W=1', 'modules')
    warnings = [line for line in text.splitlines() if re.search('warning:|error:', line) and
                not HARMLESS.search(line)]
    if code or warnings:
        raise Failure(f'{have.flavour.name} does not take the strategies as they are:\n' +
                      '\n'.join(warnings or text.splitlines()[-20:]))
    return tree / 'zfree.ko'


def guest(folder):
    path = folder / 'guest'
    subprocess.run(['gcc', '-static', '-O1', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE', '-o',
                    path, HERE / 'guest.c'], check=True)
    return path


def log_of(text):
    """The kernel's log from the module on, as far as it is about it or an alarm."""
    lines = [re.sub(r'^\[ *[\d.]+\] ', '', line) for line in text.splitlines()]
    shown = [line for line in lines if re.match(r'zfree: (?!loading|module)|guest:', line)]
    start = next((at for at, line in enumerate(lines) if 'zfree: self-test' in line), len(lines))
    return shown, [line for line in lines[start:] if ALARM.search(line)]


def run(args, release, arch):
    """Prints the report of one kernel; returns whether all is well."""
    store = args.build / 'oracle'
    work = args.build / 'module'
    work.mkdir(parents=True, exist_ok=True)
    image = Kernel(kernel(store, release, arch, (), say))
    have = headers.fetch(store, image.release.rsplit('-cloud-', 1)[0], arch, say)
    say(f'compiling for {image.release} with {have.version()}')
    module = compiled(carried(args, work), have)
    archive = work / 'module.cpio'
    initramfs(archive, guest(work), image.modules(['zsmalloc']) +
              [('zfree', module.read_bytes())])
    say(f'booting {image.release} with {CPUS} CPUs')
    text = boot(Qemu(qemu(store, arch, say)), image, archive, cpus=CPUS, seconds=SECONDS)
    (work / f'{image.release}.log').write_text(text, encoding='utf-8')
    shown, alarms = log_of(text)
    print(f'{image.release}, {have.version()}, W=1 without a warning')
    print('\n'.join(shown))
    if alarms:
        say(f'the kernel complains: {alarms[0]}; all of it is in {work / image.release}.log')
    return not alarms and any(KEPT in line for line in shown)


def main():
    parser = argparse.ArgumentParser(prog='./dev oracle --module', description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', type=lambda word: Path(word).resolve(), required=True,
                        help=argparse.SUPPRESS)
    parser.add_argument('--zramsim', type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument('release', nargs='*', default=RELEASES, metavar='RELEASE')
    args = parser.parse_args()
    arch = ARCHES.get(platform.machine())
    try:
        if not arch:
            raise Failure(f'guests are for amd64 and arm64, and this is {platform.machine()}')
        good = [run(args, release, arch) for release in args.release]
    except Failure as failure:
        say(str(failure))
        sys.exit(3)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0 if all(good) else 1)


if __name__ == '__main__':
    main()
