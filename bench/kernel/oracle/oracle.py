#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""What a real kernel executes per freed slot, counted in a guest, and the port beside it.

Fetches the kernel and QEMU once, boots, and prints counts per slot and per event. Compares with
the record of that kernel in bench/kernel/counts, the table of its release in
sim/virtual/profiles, what the device is known to answer, and what zramsim does on a machine of
that architecture. Exit status: 0 all as it should be, 1 something differs, 2 usage, 3 it could
not be done, 130 interrupted."""
import argparse
import errno
import json
import re
import subprocess
import sys
from pathlib import Path

import boot
import compile as compiling
import counts
import fetch
from boot import Failure

TOP = compiling.TOP
RECORDS = TOP / 'bench/kernel/counts'
TABLES = TOP / 'sim/virtual/profiles'
HERE = Path(__file__).resolve().parent
SECONDS = 1800  # for a guest that takes a minute on a machine with nothing else to do
TOLERANCE = 0.10
MACHINES = {'amd64': 'i7-12700', 'arm64': 'rk3588'}
SCENARIOS = {'munmap': 'exit', 'discard': 'discard'}


class Parser(argparse.ArgumentParser):
    def error(self, message):
        sys.stderr.write(f'oracle: {message}: see ./dev oracle --help\n')
        sys.exit(2)


def say(text):
    sys.stderr.write(f'oracle: {text}\n')


def count(options, folder):
    """Boots the kernel of a release with the plugin. Returns what it wrote."""
    kept = {path.stem for path in RECORDS.glob('*.txt')}
    kernel = boot.Kernel(fetch.kernel(folder, options.release, options.arch, kept, say))
    qemu = boot.Qemu(fetch.qemu(folder, options.arch, say))
    plugin = compiling.plugin(folder)
    guest = compiling.guest(folder, options.arch)
    archive, out = folder / 'guest.cpio', folder / f'{kernel.release}.out'
    boot.initramfs(archive, guest, kernel.modules(['lz4', 'zram']))
    say(f'booting {kernel.release}: a minute, more on a busy machine')
    console = boot.boot(qemu, kernel, archive, exact=True, seconds=SECONDS, options=[
        '-plugin', f'{plugin},roots={HERE / "roots.txt"},out={out}'])
    counted = counts.Counted(out.read_text().splitlines())
    failed = [line for line in counted.lines if line.startswith('failed: ')]
    if failed or 'done' not in counted.lines:
        raise Failure(f'the guest of {kernel.release} did not get to its end'
                      f'{": " + failed[0] if failed else ""}; its last lines:\n'
                      f'{console[-1500:]}')
    return counted


def print_counts(counted):
    print(f'{counted.release}, per slot: instructions, loads + stores, of these to the stack, '
          'atomics')
    for name, region in counted.regions.items():
        accesses = region.total('loads') + region.total('stores')
        figures = [value / counts.SLOTS for value in (
            region.total('insns'), accesses, region.total('stack'), region.total('atomics'))]
        print(f'  {name:16}' + ''.join(f'{figure:9.1f}' for figure in figures))
    print('per event: instructions, accesses of the stack, atomics')
    prices = [counts.price(counted, column)
              for column in (counts.INSNS, counts.STACK, counts.ATOMICS)]
    for event, meaning in counts.EVENTS.items():
        print(f'  {event:16}' + ''.join(f'{figure[event]:9.1f}' for figure in prices) +
              f'  {meaning}')


def own_line(counted, record):
    """How many instructions this architecture takes for one of amd64."""
    if counted.release.endswith('-amd64'):
        return 'own = 1 share | the build counts its code on this instruction set'
    release = counts.release_of(counted.release)
    others = [path for path in RECORDS.glob(f'{release}.*-amd64.txt')]
    if not others:
        raise Failure(f"the table needs the counts of amd64 too: run './dev oracle {release} "
                      "--write' first")
    here, there = (sum(counts.wholes(text)[f'munmap {data}']['insns'] for data in ('rfc', 'anon'))
                   for text in (record, others[-1].read_text()))
    return (f'own = {here / there:.2f} share | munmap of rfc and anon pages, {here:.0f} '
            f'instructions together over {there:.0f} on amd64')


def compare_file(path, text, options, folder):
    """Compares with what the tree keeps, or writes it there."""
    name = path.relative_to(TOP)
    if options.write:
        path.write_text(text)
        print(f'{name}: written')
        return True
    if not path.exists():
        (folder / path.name).write_text(text)
        print(f'{name}: not in the tree yet; --write puts there what stands in '
              f'{folder / path.name}')
        return True
    found = counts.differences(path.read_text(), text)
    print(f'{name}: {"DIFFERS" if found else "equal"}')
    for line in found[:20]:
        print(f'  {line}')
    if len(found) > 20:
        print(f'  and {len(found) - 20} lines more')
    return not found


def compare_vectors(counted):
    """What the device is known to answer, which 6.1 does not in all."""
    lines = (HERE / 'vectors.txt').read_text().splitlines()
    wanted = dict(line.rsplit(': ', 1) for line in lines if not line.startswith('#'))
    found = dict(line.rsplit(': ', 1) for line in counted.vectors())
    off = [name for name, value in wanted.items() if found.get(name) != value]
    print(f'answers of the device: {len(wanted) - len(off)} of {len(wanted)} as known')
    for name in off:
        print(f'  {name}: {found.get(name, "no answer")}, known is {wanted[name]}')
    return not off or counts.release_of(counted.release) == '6.1'


def port(zramsim, work, data, release, arch):
    """Instructions, accesses and atomics of a slot in zramsim; in its default release if it
    has not that one."""
    command = [zramsim, 'run', '-s', 'sync', '--scenario', SCENARIOS[work], '--data', data,
               '--size', f'{counts.SLOTS * 4}K', '--machine', MACHINES[arch], '--format', 'json',
               '--quiet']
    done = subprocess.run([*command, '--kernel', release], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    if done.returncode == 2:
        say(f'zramsim has no release {release}: its default stands beside it')
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=False)
    if done.returncode:
        raise Failure(f'zramsim failed: {done.stderr.decode().strip()}')
    metrics = json.loads(done.stdout)['results'][0]['metrics']
    atomics = metrics['atomics']['median']
    # An atomic is a load and a store in a kernel's counts, and one access in the port's.
    return metrics['instructions']['median'], metrics['accesses']['median'] + atomics, atomics


def compare_port(zramsim, counted):
    release, arch = counts.release_of(counted.release), counted.release.rsplit('-', 1)[1]
    good = True
    print(f'the port on {MACHINES[arch]}, per slot, kernel and port: instructions; accesses that '
          'are not to the stack; atomics')
    for work in SCENARIOS:
        for data in ('rfc', 'anon'):
            region = counted.regions[f'{work} {data}']
            kernel = (region.total('insns') / counts.SLOTS, region.accesses(), region.atomics())
            pairs = list(zip(kernel, port(zramsim, work, data, release, arch)))
            shares = [own / real - 1 for real, own in pairs]
            # Instructions come from the table of the kernel itself, so they prove less.
            off = any(abs(share) > TOLERANCE for share in shares[1:])
            good = good and not off
            print(f'  {work + " " + data:16}' + ''.join(
                f'{real:9.1f}{own:9.1f} {share:+5.0%}'
                for (real, own), share in zip(pairs, shares)) + (' MISSES' if off else ''))
    return good


def run(options):
    folder = Path(options.build).resolve() / 'oracle'
    folder.mkdir(parents=True, exist_ok=True)
    counted = count(options, folder)
    print_counts(counted)
    record = counts.record(counted)
    arch = counted.release.rsplit('-', 1)[1]
    RECORDS.mkdir(exist_ok=True)
    good = [compare_file(RECORDS / f'{counted.release}.txt', record, options, folder),
            compare_file(TABLES / f'kernel-{counts.release_of(counted.release)}-{arch}.counts',
                         counts.table(counted, own_line(counted, record)), options, folder),
            compare_vectors(counted)]
    if options.zramsim:
        good.append(compare_port(options.zramsim, counted))
    return 0 if all(good) else 1


def main():
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                    prog='./dev oracle')
    parser.add_argument('release', metavar='RELEASE', help='6.12, 7.3, … or a kernel of it, 7.3.4')
    parser.add_argument('--arch', choices=sorted(boot.MACHINES), default='amd64')
    parser.add_argument('--write', action='store_true',
                        help='put record and table into the tree instead of comparing')
    parser.add_argument('--build', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--zramsim', help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not re.fullmatch(r'\d+\.\d+(\.\d+)?', options.release):
        parser.error(f"'{options.release}' is no release of Linux, such as 7.3")
    try:
        return run(options)
    except KeyboardInterrupt:
        say('interrupted; what is fetched so far is kept')
        return 130
    except OSError as wrong:
        if wrong.errno == errno.ENOSPC:
            say(f'no space is left for {options.build}: make some, or name another folder with '
                'ZRAMSIM_BUILD')
        else:
            say(f'{wrong.filename}: {wrong.strerror}')
        return 3
    except Failure as wrong:
        say(wrong)
        return 3


if __name__ == '__main__':
    sys.exit(main())
