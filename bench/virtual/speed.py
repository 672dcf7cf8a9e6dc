#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""speed.py ZRAMSIM [BASELINE] [--turns N] [--peer]: how fast virtual machines run.

Two commands, N times (3) in turns with BASELINE, the zramsim of another commit, if there is one:
processor time of user and system, accesses a second of it, and peak memory. The least of the turns
counts: others of the host only add. With --peer also what
'valgrind --tool=cachegrind --cache-sim=yes' simulates of the host's own accesses to data, of
which it knows one processor and two levels. Prints Markdown, times in seconds."""
import argparse
import json
import os
import re
import subprocess
import tempfile

RUNS = {
    'rk3588': ['--machine', 'rk3588'],
    'server-128': ['--machine', 'server-128', '--procs', '64', '--size', '8M'],
}
PEER = ['valgrind', '--tool=cachegrind', '--cache-sim=yes', '--cachegrind-out-file=/dev/null']
PEER_WORK = ['compare', '--machine', 'rk3588', '--size', '8M', '--quiet']


def measure(command):
    """Processor time in s, peak memory in MB, what it printed, what it complained."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(command, stdout=out, stderr=err)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
    if child.returncode:
        raise SystemExit(f'{" ".join(command)}: exit status {child.returncode}\n{texts[1]}')
    return (usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, *texts)


def run_of(zramsim, name):
    seconds, memory, text, _ = measure([zramsim, 'compare', *RUNS[name], '--format', 'json',
                                        '--quiet'])
    return seconds, memory, json.loads(text)['provenance']['accesses'] / seconds


def peer_rate(zramsim):
    """Accesses to data that cachegrind simulates in a second, in millions."""
    seconds, _, _, text = measure([*PEER, zramsim, *PEER_WORK])
    return int(re.search(r'D\s+refs:\s+([\d,]+)', text).group(1).replace(',', '')) / seconds


def best(runs):
    return (min(run[0] for run in runs), max(run[1] for run in runs), max(run[2] for run in runs))


def line_of(name, who, figures):
    seconds, memory, rate = figures
    return f'| {name} | {who} | {seconds:.2f} | {rate / 1e6:.1f} | {memory:.0f} |'


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('zramsim')
    parser.add_argument('baseline', nargs='?')
    parser.add_argument('--turns', type=int, default=3)
    parser.add_argument('--peer', action='store_true')
    options = parser.parse_args()
    programs = {'this': options.zramsim}
    if options.baseline:
        programs['baseline'] = options.baseline
    found = {(name, who): [] for name in RUNS for who in programs}
    peer = []
    for _ in range(options.turns):
        for name, who in found:
            found[name, who].append(run_of(programs[who], name))
        if options.peer:
            peer.append(peer_rate(options.zramsim))
    print('| machine | program | s | accesses/us | MB |\n|---|---|---|---|---|')
    figures = {key: best(runs) for key, runs in found.items()}
    for (name, who), figure in figures.items():
        print(line_of(name, who, figure))
    for name in RUNS:
        if options.baseline:
            this, other = figures[name, 'this'], figures[name, 'baseline']
            print(f'\n{name}: {this[0] / other[0]:.2f} of the time, {this[2] / other[2]:.2f} '
                  f'times the accesses a second, {this[1] / other[1]:.2f} of the memory')
        if options.peer:
            print(f'\n{name}: {figures[name, "this"][2] / max(peer):.2f} of the accesses a second '
                  f'of cachegrind, {max(peer) / 1e6:.1f} million')


main()
