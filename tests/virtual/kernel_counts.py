#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""What the port executes to free a slot against what kernels do: 'kernel_counts.py ZRAMSIM COUNTS'
prints a row for each kernel of the directory COUNTS, work and data, and fails where accesses or
atomics are further off than a tenth. Accesses are loads and stores that are not to the stack, a
locked read-modify-write being one of each. Both sides are exact; docs/oracle.md has the kernels'.
These were built by gcc, so the port is to be, too: what another compiler makes is printed only.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

ZRAMSIM = os.path.abspath(sys.argv[1])
TENTH = 0.10
SLOTS = 4096
WORK = {'munmap': 'exit', 'discard': 'discard'}
CASES = [('munmap', 'rfc'), ('munmap', 'anon'), ('munmap', 'same'), ('munmap', 'zero'),
         ('discard', 'rfc'), ('discard', 'anon'), ('discard', 'same')]
NAME = re.compile(r'(\d+\.\d+)\D.*-(amd64|arm64)\.txt')
# There swap keeps slots of a CPU; in 6.12 a slot has a spinlock in place of a bit, too.
BEFORE = ('6.1', '6.6', '6.12')
# What is further off, why, and by how much it may be.
OFF = {
    # The swap layer is that of amd64, whose compiler needs five accesses more.
    ('6.18', 'arm64', 'munmap', 'zero'): 0.12,
}


def kernels(folder):
    """Release, architecture, and by case what the kernel did per slot: accesses, atomics."""
    for name in sorted(os.listdir(folder)):
        match = NAME.fullmatch(name)
        if not match or match[1] in BEFORE:
            continue
        found = {}
        with open(os.path.join(folder, name), encoding='utf-8') as file:
            for line in file:
                if line.startswith('whole '):
                    words = line.replace(':', '').split()
                    _, loads, stores, stack, _, atomics = (int(n) / SLOTS for n in words[3:9])
                    found[words[1], words[2]] = (loads + stores - stack, atomics)
        yield match[1], match[2], found


def counted(release, work, data):
    """Accesses and atomics of the port, per slot, and whether it was built as kernels are."""
    done = subprocess.run([ZRAMSIM, 'run', '-s', 'sync', '--kernel', release, '--scenario',
                           WORK[work], '--data', data, '--size', '16M', '--machine', 'epyc-2',
                           '--runs', '1', '--warmup', '0', '--format', 'json', '--quiet'],
                          check=True, stdout=subprocess.PIPE)
    document = json.loads(done.stdout)
    metrics = document['results'][0]['metrics']
    atomics = metrics['atomics']['median']
    # There an atomic is one access.
    return (metrics['accesses']['median'] + atomics, atomics,
            document['provenance']['compiler'].startswith('gcc '))


def pages(folder, name, byte):
    path = os.path.join(folder, name)
    with open(path, 'wb') as file:
        file.write(bytes([byte]) * 65536)
    return 'file:' + path


def main():
    if not os.path.isdir(sys.argv[2]):
        print(f'1..0 # SKIP no counts of kernels in {sys.argv[2]}')
        return
    number, port = 0, {}
    print('# kernel, work, data # accesses: port, kernel, ratio; atomics: port, kernel, ratio')
    with tempfile.TemporaryDirectory() as folder:
        data = {'rfc': 'rfc', 'anon': 'anon', 'same': pages(folder, 'same', 0x11),
                'zero': pages(folder, 'zero', 0)}
        for release, arch, found in kernels(sys.argv[2]):
            for work, kind in CASES:
                number += 1
                if (release, work, kind) not in port:
                    port[release, work, kind] = counted(release, work, data[kind])
                mine, kernel = port[release, work, kind], found[work, kind]
                ratio = [one / other for one, other in zip(mine, kernel)]
                bound = OFF.get((release, arch, work, kind), TENTH)
                good = not mine[2] or all(abs(one - 1) <= bound for one in ratio)
                print(f'{"ok" if good else "not ok"} {number} - {release} {arch} {work} {kind} # '
                      f'{mine[0]:.1f} {kernel[0]:.1f} {ratio[0]:.3f}; '
                      f'{mine[1]:.2f} {kernel[1]:.2f} {ratio[1]:.3f}', flush=True)
    print(f'1..{number}')


main()
