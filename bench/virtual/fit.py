#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""fit.py ZRAMSIM [MACHINE...] [--write]: fits the prices of published machines.

Of each machine two figures were published, and two prices are fitted to them: insn_ps and rmw_ns of
the kind of core they were measured on. All others stay. Nothing else is fitted to anything here.

    rk3588      one process unmaps 256 MB: 963 ns per slot as it is, 283 under the RFC. What its
                pages held was not said, so the size of the stored objects is the third unknown: the
                first from 1300 to 3000 bytes with which both prices are such as a core can have.
                The worker runs on a Cortex-A76, since one that is no faster than the process does
                not keep up: a seventh of all slots would find the RFC's budget full.
    rpi4b       one process unmaps 256 MB: 900 ns per slot with the pool lock, 45.8 less without.
    i7-12700    the same: 179 and 29 less. Pages as the RFC's, or if these do not do larger objects.

The pool lock is two atomics and 29 instructions. Prices stay within what cores can have, an
instruction a third of a cycle to two, an atomic five to sixty. Where no size does, the one that
comes nearest is taken, and what it makes of the two figures stands beside them.

--write puts prices and source texts into sim/virtual/profiles, and what was found into
bench/virtual/published.json, from which validate.py takes it."""
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROFILES = os.path.join(TOP, 'sim/virtual/profiles')
FOUND = os.path.join(TOP, 'bench/virtual/published.json')
KERNEL = '7.1'
SLOTS = (256 << 20) // 4096
POOL_LOCK = (29, 2)             # instructions, atomics
FEWEST, MOST = 1 / 3, 2         # cycles of an instruction
CHEAPEST, DEAREST = 5, 60       # cycles of an atomic
ROUNDS, CLOSE = 4, 0.005
SIZES = (1300, 1600, 2000, 2500, 3000)
LARGE = (1300, 2000)
SMALL = '16M'                   # of which no strategy's budget is full

MACHINES = {
    'rk3588': {'core': 'a55', 'base': 963, 'rfc': 283, 'options': ['--pin=2,4'],
               'what': 'the RFC of April 2026, CPU2: munmap of 256 MB, 63.1 and 18.6 ms'},
    'rpi4b': {'core': 'a72', 'base': 900, 'saved': 45.8, 'options': [],
              'what': 'the lock series of 2026: munmap of 256 MB, 59.0 and 56.0 ms'},
    'i7-12700': {'core': None, 'base': 179, 'saved': 29, 'options': [],
                 'what': 'the lock series of 2026: munmap of 256 MB, 11.7 and 9.8 ms'},
}


class Profile:
    """The text of a profile, and the prices of one kind of core in it."""

    def __init__(self, name, core):
        self.path = os.path.join(PROFILES, f'{name}.profile')
        with open(self.path, encoding='utf-8') as file:
            self.text = file.read()
        self.core = core or re.search(r'^\[core (\S+)\]', self.text, re.M).group(1)

    def section(self):
        start = self.text.index(f'[core {self.core}]')
        end = self.text.find('\n[', start)
        return start, end

    def value(self, key):
        start, end = self.section()
        return float(re.search(rf'^{key} = (\S+)', self.text[start:end], re.M).group(1))

    def with_prices(self, insn_ps, rmw_ns, source=None):
        """The text with other prices, and with a source if there is a new one."""
        start, end = self.section()
        part = self.text[start:end]
        for key, value in (('insn_ps', f'{insn_ps:.1f}'), ('rmw_ns', f'{rmw_ns:.2f}')):
            part = re.sub(rf'^({key}) = \S+ (\S+) \| (.*)$', lambda found, value=value:
                          f'{found[1]} = {value} {found[2]} | {source or found[3]}', part,
                          flags=re.M)
        return self.text[:start] + part + self.text[end:]


class Machine:
    """A machine, and what runs on it take with some prices."""

    def __init__(self, zramsim, name):
        self.zramsim, self.name, self.want = zramsim, name, MACHINES[name]
        self.profile = Profile(name, self.want['core'])
        self.cycle_ps = 1e6 / self.profile.value('mhz')

    def run(self, prices, strategies, data, size='256M'):
        """ns per slot of each strategy; of a smaller size where only differences matter."""
        with tempfile.NamedTemporaryFile('w', suffix='.profile') as file:
            file.write(self.profile.with_prices(*prices))
            file.flush()
            done = subprocess.run(
                [self.zramsim, 'run', '-s', strategies, '--machine', file.name, '--data', data,
                 '--size', size, '--kernel', KERNEL, '--format', 'json', '-q',
                 *self.want['options']],
                check=True, stdout=subprocess.PIPE)
        return [result['metrics']['exit_ns_per_slot']['median']
                for result in json.loads(done.stdout)['results']]

    def cycles(self, prices):
        return prices[0] / self.cycle_ps, prices[1] * 1000 / self.cycle_ps

def solve(rows, wanted):
    """Two equations."""
    (a, b), (c, d) = rows
    det = a * d - b * c
    return ((wanted[0] * d - b * wanted[1]) / det, (a * wanted[1] - wanted[0] * c) / det)


@contextlib.contextmanager
def objects(size):
    """A kind of data: objects of one size, or for None the RFC's pages."""
    with tempfile.NamedTemporaryFile('w', suffix='.sizes') as file:
        file.write(f'{size} 1\n')
        file.flush()
        yield f'sizes:{file.name}' if size else 'rfc'


def slopes(machine, strategies, data, prices):
    """By how much each figure grows with each price."""
    steps = (0.2 * machine.cycle_ps, 4.0)
    base = machine.run(prices, strategies, data, SMALL)
    moved = [machine.run((prices[0] + steps[0], prices[1]), strategies, data, SMALL),
             machine.run((prices[0], prices[1] + steps[1]), strategies, data, SMALL)]
    return [[(moved[p][f] - base[f]) / steps[p] for p in range(2)] for f in range(len(base))]


def within(machine, rows, base, wanted, prices):
    """The step from @prices that leaves the least relative errors, within what can be."""
    cycle = machine.cycle_ps
    ends = ((FEWEST * cycle, MOST * cycle), (CHEAPEST * cycle / 1000, DEAREST * cycle / 1000))
    lacks = [want - got for got, want in zip(base, wanted)]
    tries = [[price + by for price, by in zip(prices, solve(rows, lacks))]]
    for at in range(2):         # one is held at an end, and the other does what it can
        for end in ends[at]:
            other = 1 - at
            left = [(lack - row[at] * (end - prices[at])) / want
                    for row, lack, want in zip(rows, lacks, wanted)]
            grows = [row[other] / want for row, want in zip(rows, wanted)]
            by = sum(x * y for x, y in zip(left, grows)) / sum(y * y for y in grows)
            moved = list(prices)
            moved[at], moved[other] = end, prices[other] + by
            tries.append(moved)

    tries += [[insn, rmw] for insn in ends[0] for rmw in ends[1]]

    def left_over(moved):
        if any(not low - 1e-9 <= price <= high + 1e-9
               for price, (low, high) in zip(moved, ends)):
            return float('inf')
        return sum(((lack - sum(r * (new - old) for r, new, old in zip(row, moved, prices))) / want)
                   ** 2 for row, lack, want in zip(rows, lacks, wanted))
    return min(tries, key=left_over)


def newton(machine, measure, rows, wanted, prices):
    """Prices with which @measure gives both figures, or comes nearest: (off, prices, figures)."""
    best = None
    for _ in range(ROUNDS):
        base = measure(prices)
        off = max(abs(got / want - 1) for got, want in zip(base, wanted))
        if best is None or off < best[0]:
            best = (off, prices, base)
        if off < CLOSE:
            break
        moved = within(machine, rows, base, wanted, prices)
        if all(abs(new / old - 1) < 0.002 for new, old in zip(moved, prices)):
            break
        prices = moved
    return best


def fit_pair(machine):
    """The figures with and without the RFC; the object size is the first that does."""
    wanted = (machine.want['base'], machine.want['rfc'])
    prices, best = (machine.cycle_ps, 9.0), None
    for size in SIZES:
        with objects(size) as data:
            rows = slopes(machine, 'sync,rfc', data, prices)
            found = newton(machine, lambda prices, data=data: machine.run(
                prices, 'sync,rfc', data), rows, wanted, prices)
        print(f'{machine.name}: objects of {size} bytes: {found[1][0]:.0f} ps, '
              f'{found[1][1]:.1f} ns give {found[2][0]:.0f} and {found[2][1]:.0f} ns', flush=True)
        if best is None or found[0] < best[1][0]:
            best = (size, found)
        if found[0] < CLOSE:
            break
    size, (_, prices, figures) = best
    return prices, {'object_bytes': size, 'fitted': dict(zip(('base', 'rfc'), figures))}


def fit_locks(machine):
    """The figure with the pool lock, and what leaving it out saves, which is counted."""
    wanted = (machine.want['base'], machine.want['saved'])
    insns, atomics = POOL_LOCK[0] / 1000, POOL_LOCK[1]
    prices, best = (machine.cycle_ps / 2, 9.0), None
    for size in (None, *LARGE):
        with objects(size) as data:
            rows = [slopes(machine, 'sync', data, prices)[0], [insns, atomics]]
            found = newton(machine, lambda prices, data=data: (
                machine.run(prices, 'sync', data)[0], insns * prices[0] + atomics * prices[1]),
                           rows, wanted, prices)
        print(f'{machine.name}: {f"objects of {size} bytes" if size else "pages of the RFC"}: '
              f'{found[1][0]:.0f} ps, {found[1][1]:.1f} ns give {found[2][0]:.0f} and '
              f'{found[2][1]:.1f} ns', flush=True)
        if best is None or found[0] < best[1][0]:
            best = (size, found)
        if found[0] < CLOSE:
            break
    size, (_, prices, figures) = best
    return prices, {'object_bytes': size, 'fitted': dict(zip(('base', 'saved'), figures))}


def describe(machine, prices, found):
    """The source text of both prices."""
    insn, rmw = machine.cycles(prices)
    figures, want = found['fitted'], machine.want
    pages = (f'objects of {found["object_bytes"]} bytes' if found['object_bytes'] else
             'the RFC\'s pages')
    if 'rfc' in want:
        what = (f'{want["base"]} and {want["rfc"]} ns per slot, with {pages}: '
                f'{figures["base"]:.0f} and {figures["rfc"]:.0f}')
    else:
        what = (f'{want["base"]} ns per slot and {want["saved"]} less without the pool lock, with '
                f'{pages}: {figures["base"]:.0f} and {figures["saved"]:.1f}')
    return f'fitted to {want["what"]}: {what}; {insn:.2f} cycles, an atomic {rmw:.0f}'


def fit(zramsim, name):
    machine = Machine(zramsim, name)
    prices, found = (fit_pair if 'rfc' in machine.want else fit_locks)(machine)
    found.update(insn_ps=prices[0], rmw_ns=prices[1], kernel=KERNEL,
                 published={key: machine.want[key] for key in ('base', 'rfc', 'saved')
                            if key in machine.want})
    source = describe(machine, prices, found)
    print(f'{name}: insn_ps {prices[0]:.1f}, rmw_ns {prices[1]:.2f}: {source}', flush=True)
    return machine.profile.path, machine.profile.with_prices(*prices, source), found


def main():
    arguments = [word for word in sys.argv[1:] if word != '--write']
    names = arguments[1:] or list(MACHINES)
    if not arguments or set(names) - set(MACHINES):
        sys.exit(__doc__)
    record = {}
    if os.path.exists(FOUND):
        with open(FOUND, encoding='utf-8') as file:
            record = json.load(file)
    for name in names:
        path, text, record[name] = fit(arguments[0], name)
        if '--write' in sys.argv:
            with open(path, 'w', encoding='utf-8') as file:
                file.write(text)
    if '--write' in sys.argv:
        with open(FOUND, 'w', encoding='utf-8') as file:
            json.dump(record, file, indent=1, sort_keys=True)
            file.write('\n')


main()
