#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""validate.py [PART...]: measures what docs/validation.md says, and writes its tables anew.

    counts      accesses and atomics of the port beside those of each kernel in bench/kernel/counts
    host        munmap and discard of this machine's kernel beside --machine host.profile: root
    threads     every strategy on threads beside --machine host.profile
    published   published figures, what was fitted to them (fit.py) and what was not
    page        puts what was found into docs/validation.md

Without a PART: all, in this order, in less than ten minutes where nothing else runs. host and
threads are of the profile --profile names; 'calibrate --kernel' writes one there if it is missing.
What a part found is kept in bench/virtual/validation/PART.json, so each may be run by itself."""
import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
FOUND = TOP / 'bench/virtual/validation'
PAGE = TOP / 'docs/validation.md'
PUBLISHED = TOP / 'bench/virtual/published.json'
RECORDS = TOP / 'bench/kernel/counts'
sys.path.insert(0, str(TOP / 'bench/kernel/oracle'))
import counts as oracle  # noqa: E402  pylint: disable=wrong-import-position

SCENARIOS = {'munmap': 'exit', 'discard': 'discard'}
PROFILES = TOP / 'sim/virtual/profiles'
MACHINES = {'amd64': PROFILES / 'i7-12700.profile', 'arm64': PROFILES / 'rk3588.profile'}
PAGE_BYTES = 4096
WITHIN = 0.10
HOST_MIB = 32


def zramsim(options, *arguments):
    """The results of a run, by strategy."""
    done = subprocess.run([options.zramsim, *map(str, arguments), '--format', 'json', '-q'],
                          check=True, stdout=subprocess.PIPE)
    return {result['strategy']: result['metrics']
            for result in json.loads(done.stdout)['results']}


def commit():
    done = subprocess.run(['git', '-C', TOP, 'describe', '--always', '--dirty'], check=False,
                          stdout=subprocess.PIPE, text=True)
    return done.stdout.strip() or 'unknown'


def keep(part, rows, **more):
    FOUND.mkdir(exist_ok=True)
    text = json.dumps({'commit': commit(), **more, 'rows': rows}, indent=1)
    (FOUND / f'{part}.json').write_text(text + '\n', encoding='utf-8')


def kept(part):
    path = FOUND / f'{part}.json'
    return json.loads(path.read_text(encoding='utf-8')) if path.exists() else None


# ---- counts


def counts(options):
    rows = []
    for path in sorted(RECORDS.glob('*.txt')):
        release, arch = oracle.release_of(path.stem), path.stem.rsplit('-', 1)[1]
        for name, whole in oracle.wholes(path.read_text(encoding='utf-8')).items():
            work, data = name.split()
            if data not in ('rfc', 'anon') or work not in SCENARIOS:
                continue
            port = zramsim(options, 'run', '-s', 'sync', '--scenario', SCENARIOS[work], '--data',
                           data, '--size', f'{oracle.SLOTS * 4}K', '--machine', MACHINES[arch],
                           '--kernel', release)['sync']
            atomics = port['atomics']['median']
            rows.append({
                'kernel': path.stem, 'work': work, 'data': data, 'release': release, 'arch': arch,
                'accesses': whole['accesses'], 'atomics': whole['atomics'],
                # An atomic is a load and a store of a kernel's, and one access of the port's.
                'port_accesses': port['accesses']['median'] + atomics, 'port_atomics': atomics})
    keep('counts', rows)


def beside(kernel, port):
    return f'{kernel:.1f} | {port:.1f} ({port / kernel - 1:+.0%})'


def counts_table(found):
    lines = ['| kernel | | accesses, kernel | port | atomics, kernel | port |',
             '|---|---|---|---|---|---|']
    offs = []
    for row in found['rows']:
        pairs = ((row['accesses'], row['port_accesses']), (row['atomics'], row['port_atomics']))
        offs += [abs(port / kernel - 1) for kernel, port in pairs]
        lines.append(f'| {row["release"]} {row["arch"]} | {row["work"]} {row["data"]} | '
                     f'{beside(*pairs[0])} | {beside(*pairs[1])} |')
    met = sum(off <= WITHIN for off in offs)
    return [f'{met} of {len(offs)} are within 10 %; the median is off by '
            f'{statistics.median(offs):.0%}, the worst by {max(offs):.0%}. At {found["commit"]}.',
            '', *lines]


# ---- host


def profile(options):
    if not Path(options.profile).exists():
        subprocess.run([options.zramsim, 'calibrate', '--kernel', '-o', options.profile],
                       check=True)
    return options.profile


def constant_page(kind):
    file = tempfile.NamedTemporaryFile(suffix='.page')
    file.write((b'\0' if kind == 'zero' else b'word....') * (PAGE_BYTES if kind == 'zero' else
                                                            PAGE_BYTES // 8))
    file.flush()
    return file


def predict(options, work, data, procs, release):
    page = constant_page(data) if data in ('same', 'zero') else None
    metrics = zramsim(options, 'run', '-s', 'sync', '--scenario', SCENARIOS[work], '--procs', procs,
                      '--data', f'file:{page.name}' if page else data, '--size',
                      f'{HOST_MIB}M', '--machine', options.profile, '--kernel', release)['sync']
    if page:
        page.close()
    return metrics['exit_ns']['median'] / (HOST_MIB << 20) * PAGE_BYTES


def release_of_host():
    """The last counted release that is not later than this kernel."""
    here = tuple(map(int, re.match(r'(\d+)\.(\d+)', platform.release()).groups()))
    releases = ('6.1', '6.6', '6.12', '6.18', '7.1', '7.2', '7.3')
    return max((tuple(map(int, name.split('.'))), name) for name in releases
               if tuple(map(int, name.split('.'))) <= here)[1]


def host(options):
    profile(options)
    done = subprocess.run([options.bench_kernel, '--no-model', '--format', 'json', '--size',
                           str(HOST_MIB), '--runs', str(options.runs)], check=True,
                          stdout=subprocess.PIPE)
    document, release = json.loads(done.stdout), release_of_host()
    rows = []
    for result in document['results']:
        work, data, procs = result['timed'], result['data'], result['procs']
        kernel = result['kernel']['ns_per_slot']
        rows.append({'work': work, 'data': data, 'procs': procs, 'least': kernel['min'],
                     'median': kernel['median'],
                     'predicted': predict(options, work, data, procs, release)})
    text = Path(options.profile).read_text(encoding='utf-8')
    keep('host', rows, release=release, kernel=document['provenance']['kernel'],
         cpu=document['provenance']['cpu'], load=document['provenance']['load_1min'],
         runs=options.runs, disturbed=document['disturbed_samples'],
         samples=document['all_samples'],
         prices=re.findall(r'^(insn_ps|rmw_ns|stall_share) = (\S+)', text, re.M))


def host_table(found):
    lines = ['| timed | data | processes | kernel, least (median) | predicted | over the least |',
             '|---|---|---|---|---|---|']
    offs = []
    for row in found['rows']:
        ratio = row['predicted'] / row['least']
        offs.append(abs(ratio - 1))
        lines.append(f'| {row["work"]} | {row["data"]} | {row["procs"]} | {row["least"]:.0f} '
                     f'({row["median"]:.0f}) | {row["predicted"]:.0f} | {ratio:.2f} |')
    met = sum(off <= 0.20 for off in offs)
    prices = ', '.join(f'`{key}` {value}' for key, value in found['prices'][:3])
    return [f'Linux {found["kernel"]} on {found["cpu"]}, {found["runs"]} repeats of {HOST_MIB} MiB '
            f'per process, load {found["load"]:.1f}, {found["disturbed"]} of {found["samples"]} '
            f'samples disturbed. Prices: {prices}.',
            '', f'{met} of {len(offs)} are within 20 %, the median is off by '
            f'{statistics.median(offs):.0%}. Wanted were all, and 10 %. At {found["commit"]}.', '',
            *lines]


# ---- threads


def threads(options):
    """The least of the repeats, as everywhere in calibrate."""
    profile(options)
    rows = []
    for data in ('rfc', 'anon'):
        for procs in (1, 2):
            arguments = ['compare', '--data', data, '--procs', procs, '--size', '64M',
                         '--time-limit', '120s']
            here = zramsim(options, *arguments, '--runs', options.runs)
            there = zramsim(options, *arguments, '--machine', options.profile)
            for strategy, native in here.items():
                rows.append({'data': data, 'procs': procs, 'strategy': strategy,
                             'native': native['exit_ns']['min'],
                             'virtual': there[strategy]['exit_ns']['median']})
    keep('threads', rows, runs=options.runs)


def threads_table(found):
    columns = sorted({(row['data'], row['procs']) for row in found['rows']}, reverse=True)
    cells = {(row['strategy'], row['data'], row['procs']): row for row in found['rows']}
    names = list(dict.fromkeys(row['strategy'] for row in found['rows']))
    lines = ['| strategy | ' + ' | '.join(f'{data}, {procs}' for data, procs in columns) + ' |',
             '|---' * (len(columns) + 1) + '|']
    for name in names:
        lines.append(f'| `{name}` | ' + ' | '.join(
            f'{cells[name, *column]["virtual"] / cells[name, *column]["native"]:.2f}'
            for column in columns) + ' |')
    orders = []
    for column in columns:
        pairs = [(cells[a, *column], cells[b, *column]) for i, a in enumerate(names)
                 for b in names[i + 1:]]
        right = sum((a['native'] < b['native']) == (a['virtual'] < b['virtual']) for a, b in pairs)
        orders.append(f'{right} of {len(pairs)}')
    lines.append('| pairs in the same order | ' + ' | '.join(orders) + ' |')
    return [f'Exit time, predicted over the least of {found["runs"]} repeats, 64 MiB per process. '
            f'At {found["commit"]}.', '', *lines]


# ---- published


def published(options):
    """What fit.py found, and figures of the same boards that nothing was fitted to."""
    fits = json.loads(PUBLISHED.read_text(encoding='utf-8'))
    size = fits['rk3588']['object_bytes']
    with tempfile.NamedTemporaryFile('w', suffix='.sizes') as sizes:
        sizes.write(f'{size} 1\n')
        sizes.flush()
        common = ['run', '-s', 'sync,rfc', '--machine', MACHINES['arm64'], '--kernel', '7.1',
                  '--pin=2,4', '--size', '256M']
        unmap = zramsim(options, *common, '--data', f'sizes:{sizes.name}')
    swapin = zramsim(options, *common, '--data', 'rfc', '--scenario', 'swapin')

    def per_slot(results):
        return {name: metrics['exit_ns_per_slot']['median'] for name, metrics in results.items()}
    keep('published', fits, unmap=per_slot(unmap), swapin=per_slot(swapin))


def published_table(found):
    lines = ['| machine | what | published, ns per slot | simulated | |', '|---|---|---|---|---|']
    names = {'base': 'munmap, one process', 'rfc': 'the same under the RFC',
             'saved': 'less without the pool lock'}
    for machine, fit in found['rows'].items():
        pages = (f'objects of {fit["object_bytes"]} bytes' if fit['object_bytes'] else
                 "the RFC's pages")
        for key, value in fit['published'].items():
            lines.append(f'| `{machine}` | {names[key]} | {value} | {fit["fitted"][key]:.1f} | '
                         f'fitted, {pages} |')
    unmap, swapin = found['unmap'], found['swapin']
    lines += [f'| `rk3588` | ratio of the two | 3.4 | {unmap["sync"] / unmap["rfc"]:.2f} | '
              'follows from them |',
              f'| `rk3588` | swap-in, ratio | 1.22 | {swapin["sync"] / swapin["rfc"]:.2f} | '
              'not fitted |',
              f'| `rk3588` | swap-in, saved per page | 3900 | '
              f'{swapin["sync"] - swapin["rfc"]:.0f} | not fitted |']
    prices = [f'| `{machine}` | {fit["insn_ps"]:.0f} ps | {fit["rmw_ns"]:.1f} ns |'
              for machine, fit in found['rows'].items()]
    return [f'At {found["commit"]}, under `--kernel 7.1`.', '', *lines, '',
            '| machine | `insn_ps` | `rmw_ns` |', '|---|---|---|', *prices]


# ---- page


def page(options):
    """Tables go between '<!-- PART -->' and '<!-- end -->'; the prose around them stays."""
    text = options.page.read_text(encoding='utf-8')
    tables = {'counts': counts_table, 'host': host_table, 'threads': threads_table,
              'published': published_table}
    for part, table in tables.items():
        found = kept(part)
        if not found:
            print(f'validate.py: {part} was not measured yet; its table stays', file=sys.stderr)
            continue
        block = '\n'.join(line if line.startswith('|') else textwrap.fill(line, 100)
                          for line in table(found))
        text, nr = re.subn(rf'(<!-- {part} -->\n).*?(<!-- end -->)',
                           lambda match, block=block: f'{match[1]}\n{block}\n\n{match[2]}', text,
                           flags=re.S)
        if nr != 1:
            sys.exit(f'validate.py: {options.page} has {nr} places for {part}; it needs one '
                     f'line "<!-- {part} -->" and below it "<!-- end -->"')
    options.page.write_text(text, encoding='utf-8')


PARTS = {'counts': counts, 'host': host, 'threads': threads, 'published': published, 'page': page}


def main():
    parser = argparse.ArgumentParser(description=__doc__, prog='validate.py',
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('part', nargs='*', metavar='PART', help=', '.join(PARTS))
    parser.add_argument('--zramsim', default=TOP / 'build/sim/cli/zramsim')
    parser.add_argument('--bench-kernel', default=TOP / 'build/bench/kernel/bench_kernel')
    parser.add_argument('--profile', default=str(TOP / 'build/host.profile'))
    parser.add_argument('--runs', type=int, default=9)
    parser.add_argument('--page', type=Path, default=PAGE)
    options = parser.parse_args()
    if set(options.part) - set(PARTS):
        parser.error(f'PART is one of {", ".join(PARTS)}')
    options.profile = os.path.abspath(options.profile)
    for part in options.part or PARTS:
        print(f'validate.py: {part}', file=sys.stderr)
        PARTS[part](options)


main()
