#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""What the plugin wrote, read, taken apart by phase and by event, and compared.

A record is kept per kernel in bench/kernel/counts: totals of each work and phase, the price of
each event, and what the device answered. Numbers of a record are exact, so two records of one
kernel are equal or something has changed."""
import re

SLOTS = 4096
FIELDS = ('insns', 'loads', 'stores', 'stack', 'percpu', 'atomics', 'entries')
LEFT_OUT = ('irq', 'elsewhere')  # what happened to come in between
INSNS, ACCESSES, STACK, ATOMICS, ENTRIES = range(5)  # of a phase of an event
STEP = 30       # instructions that a move between lists takes at least
SHARE = 0.02    # of the frees that a count needs, to be that of a whole kind
SHOWN = 1       # instructions per slot from which a function is named in the record


class Region:
    """What was executed between two markers."""

    def __init__(self, name):
        self.name = name
        self.phases = {}
        self.functions = {}
        self.events = []

    def total(self, field):
        column = FIELDS.index(field)
        return sum(counts[column] for phase, counts in self.phases.items()
                   if phase not in LEFT_OUT)

    def accesses(self):
        """Of a slot, loads and stores that are not to the stack."""
        return (self.total('loads') + self.total('stores') - self.total('stack')) / SLOTS

    def atomics(self):
        return self.total('atomics') / SLOTS


class Counted:
    """All that one boot told: its kernel, the regions, other lines in their order."""

    def __init__(self, lines):
        self.release = ''
        self.regions = {}
        self.lines = []
        region = None
        for line in lines:
            word, _, rest = line.rstrip('\n').partition(' ')
            if word == 'region':
                region = self.regions.setdefault(rest, Region(rest))
            elif word == 'end' and region:
                region = None
            elif word == 'phase' and region:
                name, *numbers = rest.split()
                region.phases[name] = [int(number) for number in numbers]
            elif word == 'function' and region:
                phase, name, *numbers = rest.split()
                region.functions[phase, name] = [int(number) for number in numbers]
            elif word == 'event' and region:
                region.events.append({
                    name: [int(number) for number in numbers.split(',')]
                    for name, numbers in (part.split('=') for part in rest.split())})
            elif word == 'kernel':
                self.release = rest.split()[0]
            elif word:
                self.lines.append(line.rstrip('\n'))

    def vectors(self):
        return [line[len('vector '):] for line in self.lines if line.startswith('vector ')]


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else None


def base_of(counts):
    """The least count that is that of a whole kind."""
    kinds = [count for count in set(counts) if counts.count(count) >= SHARE * len(counts)]
    return min(kinds or counts)


def fit(points):
    """Least squares: (at 0, slope) of values over numbers."""
    middle, height = mean(x for x, _ in points), mean(y for _, y in points)
    spread = sum((x - middle) ** 2 for x, _ in points)
    if not spread:
        return None
    slope = sum((x - middle) * (y - height) for x, y in points) / spread
    return height - slope * middle, slope


def under(event, column, last=False):
    """A column of all that zs_free() did in an event, without giving the handle back."""
    handle = event.get('slab.last', event.get('slab'))[column]
    if last:
        return handle
    return sum(event[name][column] for name in ('free', 'zspage', 'page', 'slab')
               if name in event) - handle


def frees(events):
    """Events by kind: nothing else, a move between lists, a zspage emptied."""
    frees_of = [event for event in events if 'free' in event and 'slab' in event]
    emptied = [event for event in frees_of if event['slab'][ENTRIES] > 1]
    others = [event for event in frees_of if event['slab'][ENTRIES] == 1]
    base = base_of([event['free'][INSNS] for event in others])
    moved = [event for event in others if event['free'][INSNS] >= base + STEP]
    stayed = [event for event in others if event['free'][INSNS] < base + STEP]
    return stayed, moved, emptied


def price(counted, column):
    """Of each event, what it costs in a column of FIELDS or of an event."""
    field = {INSNS: 'insns', STACK: 'stack', ATOMICS: 'atomics'}[column]
    works = [counted.regions['munmap rfc'], counted.regions['munmap anon']]
    events = [event for region in works for event in region.events]
    stayed, moved, emptied = frees(events)
    index = FIELDS.index(field)
    entries = FIELDS.index('entries')
    prices = {
        'zap': mean(region.phases['zap'][index] / SLOTS for region in works),
        'notify': sum(region.phases['notify'][index] for region in works) /
                  sum(region.phases['notify'][entries] for region in works),
        'clean_stored': mean(event['clean'][column] for event in events if 'free' in event),
        'clean_same': mean(event['clean'][column]
                           for event in counted.regions['munmap same'].events),
        'clean_empty': mean(event['clean'][column]
                            for event in counted.regions['discard empty'].events),
        'free': mean(under(event, column) for event in stayed),
    }
    prices['move'] = mean(under(event, column) for event in moved) - prices['free']
    prices['handle'] = mean(under(event, column, last=True)
                            for event in stayed + moved + emptied)
    # Pages leave in batches, a few of them dearly, so their own phase is not fitted but shared out.
    none = [0] * (ENTRIES + 1)
    pages = [event.get('page', none) for event in emptied]
    prices['zspage'], slope = fit([
        (page[ENTRIES], under(event, column) - page[column] - prices['free'] - prices['move'])
        for event, page in zip(emptied, pages)])
    prices['page'] = slope + (sum(page[column] for page in pages) /
                              sum(page[ENTRIES] for page in pages))
    return prices


EVENTS = {
    'zap': 'page table and swap layer, per slot',
    'notify': 'notification and slot lock, without the free',
    'clean_stored': 'slot with an object',
    'clean_same': 'same-filled slot',
    'clean_empty': 'slot without content',
    'free': 'lookup, locks, push, fullness without a move',
    'move': 'between fullness lists, that to the empty ones included',
    'handle': 'back to its slab',
    'zspage': 'per emptied zspage',
    'page': 'per page of it',
}


def number(value):
    """As short as a table needs it: tenths of what is small."""
    text = f'{value:.1f}' if abs(value) < 20 else f'{value:.0f}'
    return text[:-2] if text.endswith('.0') else text


def release_of(version):
    return '.'.join(re.split(r'[.+-]', version)[:2])


def table(counted, own):
    """The text of sim/virtual/profiles/kernel-RELEASE-ISA.counts. @own: of its line."""
    release, isa = release_of(counted.release), counted.release.rsplit('-', 1)[1]
    version = re.split(r'[+-]', counted.release)[0]
    prices = [price(counted, column) for column in (INSNS, STACK, ATOMICS)]
    lines = [
        '# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause',
        f'# Instructions that Linux {release} executes per event of a free; docs/profiles.md has '
        'the format.',
        f'# Source: Debian\'s cloud kernel {version} ({isa}) under QEMU 10.0, 4096 slots, lz4, '
        'rfc and anon',
        f'# pages; written by \'./dev oracle {release} --arch {isa}\'.',
        '', f'release = {release}', f'isa = {isa}', own, '']
    for event, meaning in EVENTS.items():
        # Differences of counts that vary may come out below nothing.
        insns, stack, atomics = (max(0, figures[event]) for figures in prices)
        lines.append(f'{event} = {number(insns)} insns, {number(stack)} stack, '
                     f'{number(atomics)} atomics | counted: {meaning}')
    return '\n'.join(lines) + '\n'


def record(counted):
    """What is kept of a kernel, and compared when it is counted again."""
    lines = ['# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause',
             f'# What Debian\'s kernel {counted.release} executes to free {SLOTS} slots, by '
             '\'./dev oracle\';',
             f'# totals, in the order {" ".join(FIELDS)}. See docs/oracle.md.',
             f'kernel {counted.release}']
    for name, region in counted.regions.items():
        lines.append('')
        totals = ' '.join(str(region.total(field)) for field in FIELDS[:-1])
        lines.append(f'whole {name}: {totals}')
        for phase, counts in region.phases.items():
            if phase not in LEFT_OUT and any(counts):
                lines.append(f'phase {name} {phase}: {" ".join(map(str, counts))}')
        functions = [(phase, symbol, counts) for (phase, symbol), counts
                     in region.functions.items() if counts[0] >= SHOWN * SLOTS]
        for phase, symbol, counts in sorted(functions, key=lambda row: (row[0], -row[2][0],
                                                                        row[1])):
            lines.append(f'function {name} {phase} {symbol}: {" ".join(map(str, counts[:-1]))}')
    lines.append('')
    lines += [f'vector {vector}' for vector in counted.vectors()]
    return '\n'.join(lines).rstrip('\n') + '\n'


def wholes(text):
    """Of a record: per slot, accesses that are not to the stack and atomics, by work and data."""
    found = {}
    for name, numbers in re.findall(r'^whole ([^:]+): (.*)$', text, re.MULTILINE):
        insns, loads, stores, stack, _, atomics = (int(word) / SLOTS for word in numbers.split())
        found[name] = {'insns': insns, 'stack': stack, 'accesses': loads + stores - stack,
                       'atomics': atomics}
    return found


def differences(kept, new):
    """Lines that two records of one kernel have each alone, with - and + before them."""
    old, fresh = kept.splitlines(), new.splitlines()
    return ([f'- {line}' for line in old if line not in set(fresh)] +
            [f'+ {line}' for line in fresh if line not in set(old)])
