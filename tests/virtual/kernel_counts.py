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
# What is further off and why: by how much accesses may be, and atomics.
OFF = {
    # The swap layer is that of amd64, whose compiler needs five accesses more.
    ('6.18', 'arm64', 'munmap', 'zero'): (0.12, TENTH),
    # A preemption count, which the port has in no release: 21 accesses of a slot on amd64, and none
    # on arm64, whose kernels of 6.1 and 6.12 are built without. The port is between the two.
    ('6.12', 'amd64', 'munmap', 'rfc'): (0.13, TENTH),
    ('6.12', 'amd64', 'munmap', 'anon'): (0.11, TENTH),
    ('6.12', 'arm64', 'munmap', 'rfc'): (0.12, TENTH),
    ('6.12', 'arm64', 'munmap', 'anon'): (0.11, TENTH),
    ('6.12', 'arm64', 'discard', 'rfc'): (0.21, TENTH),
    ('6.12', 'arm64', 'discard', 'anon'): (0.16, TENTH),
    ('6.12', 'arm64', 'discard', 'same'): (0.24, TENTH),
    ('6.1', 'amd64', 'discard', 'rfc'): (0.12, TENTH),
    ('6.1', 'amd64', 'discard', 'same'): (0.11, TENTH),
    ('6.1', 'arm64', 'discard', 'same'): (0.25, TENTH),
    # A page takes 81 accesses in 6.1, after reclaim 113; 70 from 6.12 on.
    ('6.1', 'amd64', 'discard', 'anon'): (0.17, TENTH),
    # In 6.1 each slot enters RCU three times, which is counted on amd64 (53 accesses with the
    # preemption count), and checks device and cgroup in each step. On arm64 the two references of a
    # slot to device and cgroup, per CPU, are atomics.
    ('6.1', 'amd64', 'munmap', 'rfc'): (0.30, TENTH),
    ('6.1', 'amd64', 'munmap', 'anon'): (0.32, TENTH),
    ('6.1', 'amd64', 'munmap', 'same'): (0.33, TENTH),
    ('6.1', 'amd64', 'munmap', 'zero'): (0.33, TENTH),
    ('6.1', 'arm64', 'munmap', 'rfc'): (TENTH, 0.14),
    ('6.1', 'arm64', 'munmap', 'anon'): (0.14, 0.15),
    ('6.1', 'arm64', 'munmap', 'same'): (0.13, 0.16),
    ('6.1', 'arm64', 'munmap', 'zero'): (0.13, 0.16),
}


def kernels(folder):
    """Release, architecture, and by case what the kernel did per slot: accesses, atomics."""
    for name in sorted(os.listdir(folder)):
        match = NAME.fullmatch(name)
        if not match:
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
                bounds = OFF.get((release, arch, work, kind), (TENTH, TENTH))
                good = not mine[2] or all(abs(one - 1) <= bound
                                          for one, bound in zip(ratio, bounds))
                print(f'{"ok" if good else "not ok"} {number} - {release} {arch} {work} {kind} # '
                      f'{mine[0]:.1f} {kernel[0]:.1f} {ratio[0]:.3f}; '
                      f'{mine[1]:.2f} {kernel[1]:.2f} {ratio[1]:.3f}', flush=True)
    print(f'1..{number}')


main()
