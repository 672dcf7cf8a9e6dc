#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""barriers.py ROOT: on arm64 an atomic operation that the kernel calls fully ordered is a barrier.

Store buffering, as a compiler for arm64 sees it: a store to x, the operation, a load of y. Between
the operation's store and the load there must be a 'dmb ish', as in the kernel without LSE; what is
relaxed, acquire or release has none. x86 cannot show that, and neither can the thread sanitizer."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

COMPILER = 'aarch64-linux-gnu-gcc'
SUFFIXES = ['', '_relaxed', '_acquire', '_release']

VALUES = ['add_return(1, &{v})', 'sub_return(1, &{v})', 'inc_return(&{v})', 'dec_return(&{v})',
          'fetch_add(1, &{v})', 'fetch_sub(1, &{v})', 'fetch_inc(&{v})', 'fetch_dec(&{v})',
          'fetch_or(1, &{v})', 'fetch_and(1, &{v})', 'fetch_andnot(1, &{v})', 'xchg(&{v}, 1)',
          'cmpxchg(&{v}, 1, 2)', 'try_cmpxchg(&{v}, &old, 2)']
TESTS = ['dec_and_test(&{v})', 'inc_and_test(&{v})', 'sub_and_test(2, &{v})',
         'add_unless(&{v}, 1, 0)', 'inc_not_zero(&{v})']
VOIDS = ['add(1, &{v})', 'sub(1, &{v})', 'inc(&{v})', 'dec(&{v})', 'or(1, &{v})', 'and(1, &{v})',
         'andnot(1, &{v})']
WORD = {'xchg(&word, 1)': ['', '_acquire'], 'cmpxchg(&word, 1, 2)': [''],
        'try_cmpxchg(&word, &old, 2)': ['', '_acquire', '_release']}
TYPES = {'atomic': 'a', 'atomic64': 'a64', 'atomic_long': 'along'}

HEAD = '''#include <linux/atomic.h>
#include <linux/bitops.h>
extern int x, y;
extern atomic_t a;
extern atomic64_t a64;
extern atomic_long_t along;
extern unsigned long word;
'''


def suffixed(call, suffix):
    return call.replace('(', suffix + '(', 1)


def operations():
    """Each with: is it a full barrier?"""
    for prefix, variable in TYPES.items():
        for call in VALUES:
            for suffix in SUFFIXES:
                yield f'{prefix}_{suffixed(call, suffix)}'.format(v=variable), not suffix
        for call in TESTS:
            yield f'{prefix}_{call}'.format(v=variable), True
        for call in VOIDS:
            yield f'{prefix}_{call}'.format(v=variable), False
    for call, suffixes in WORD.items():
        for suffix in suffixes:
            yield suffixed(call, suffix), not suffix
    for name in ('test_and_set_bit', 'test_and_clear_bit'):
        yield f'{name}(3, &word)', True
    for name in ('set_bit', 'clear_bit', 'clear_bit_unlock', 'test_and_set_bit_lock'):
        yield f'{name}(3, &word)', False


def type_of_old(call):
    for prefix, kind in (('atomic_long', 'long'), ('atomic64', 's64'), ('atomic', 'int')):
        if call.startswith(prefix):
            return kind
    return 'unsigned long'


def probe(number, call):
    return (f'int probe_{number}(void);\n'
            f'int probe_{number}(void)\n{{\n\t{type_of_old(call)} old = 1;\n\n\t(void)old;\n'
            f'\tWRITE_ONCE(x, 1);\n\t{call};\n\treturn READ_ONCE(y);\n}}\n')


def is_barrier(body):
    """On the straight way through, where whatever may fail has succeeded."""
    store = max(body.rfind('\tstxr'), body.rfind('\tstlxr'))
    assert store >= 0, 'no exclusive store: is this arm64 without LSE?\n' + body
    return 'dmb\tish\n' in body[store:]


def wrong(root, folders):
    """Operations that are what they should not be, with shims from @folders."""
    calls = list(operations())
    source = HEAD + ''.join(probe(number, call) for number, (call, _) in enumerate(calls))
    done = subprocess.run([COMPILER, '-std=gnu11', '-O2', '-D_GNU_SOURCE', '-march=armv8-a',
                           '-mno-outline-atomics', '-fno-ipa-icf', '-Wall', '-Werror',
                           '-Wno-unused-value', *[f'-I{root / folder}' for folder in folders],
                           '-S', '-xc', '-o', '-', '-'],
                          input=source, text=True, check=True, stdout=subprocess.PIPE)
    bodies = dict(re.findall(r'^probe_(\d+):\n(.*?\n)\t\.cfi_endproc', done.stdout, re.M | re.S))
    assert len(bodies) == len(calls), f'{len(calls)} operations, {len(bodies)} functions'
    return [(call, full) for number, (call, full) in enumerate(calls)
            if is_barrier(bodies[str(number)]) != full]


def main():
    root = Path(sys.argv[1])
    if not shutil.which(COMPILER):
        print(f'1..0 # SKIP {COMPILER} is not installed (Debian: gcc-aarch64-linux-gnu)')
        return
    print('1..2')
    found = wrong(root, ['lib/kcompat', 'lib/kcompat/port'])
    print(f'{"not ok" if found else "ok"} 1 - what the kernel orders is ordered on arm64')
    for call, full in found:
        print(f'# {call} must {"" if full else "not "}be a full barrier')
    # The virtual machine's shims add none: a planted fault in each operation.
    found = wrong(root, ['lib/kcompat/virtual', 'lib/kcompat', 'lib/kcompat/port'])
    planted = [(call, full) for call, full in operations() if full]
    print(f'{"ok" if found == planted else "not ok"} 2 - each missing barrier is seen')


main()
