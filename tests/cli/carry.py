# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""zramsim carry: a tree that lacks nothing, of files as they are; where it fails, nothing at all.

Whether it compiles for kernels is asked by tests/tidy/kernel.py."""

import os
import re
import resource
import signal
import subprocess
from pathlib import Path

from harness import PROGRAM, SOURCE, bad, ended, good, has, main, scratch, test, zramsim

OPS = 'const struct zfree_ops zfree_mine = {\n\t.name = "mine",\n};\n'
HEAD = '#include "zfree/strategy.h"\n'
# Where a file of the tree comes from; the first that has it.
ORIGINS = ['bench/kernel/module', 'lib', 'lib/kcompat/port', '', 'docs/example']
WRITTEN = {'Kbuild', 'README.md', 'registry.c'}


def names():
    return re.findall(r'^(\S+)', good('list', 'strategies'), re.M)


def files(folder):
    return {path.relative_to(folder).as_posix() for path in Path(folder).rglob('*')
            if path.is_file()}


def mine(folder, text=HEAD + OPS, name='zfree_mine.c'):
    path = Path(folder) / name
    path.write_text(text, encoding='utf-8')
    return path


def carry(folder, *args):
    good('carry', *args, '-q', '-o', f'{folder}/tree')
    return Path(folder) / 'tree'


def check_closed(root):
    """Nothing is included or built that is not there, and nothing is there that is not built."""
    there = files(root)
    kernel = set((SOURCE / 'tests/tidy/kernel-headers.txt').read_text(encoding='utf-8').split())
    for name in there:
        text = re.sub(r'/\*.*?\*/', '', (root / name).read_text(encoding='utf-8'), flags=re.S)
        for bracket, header in re.findall(r'^#include ([<"])([^>"]+)[>"]', text, re.M):
            if bracket == '<' and header.startswith('linux/'):
                # The module itself includes what the list for strategies has no use for.
                assert header in kernel or 'strategies' not in name, f'{name}: <{header}>'
                continue
            beside = os.path.normpath(Path(name).parent / header)
            assert header in there or beside in there, f'{name} includes {header}'
    objects = re.findall(r'^zfree-y \+= (\S+)\.o$', (root / 'Kbuild').read_text(encoding='utf-8'),
                         re.M)
    assert sorted(objects) == sorted(name[:-2] for name in there if name.endswith('.c')), objects


@test
def the_tree_of_each_strategy_is_closed_and_unedited():
    for name in [*names(), 'all', SOURCE / 'docs/example/zfree_fifo.c']:
        with scratch() as folder:
            root = carry(folder, name)
            check_closed(root)
            for path in files(root) - WRITTEN:
                places = [SOURCE / origin / (Path(path).name if 'example' in origin else path)
                          for origin in ORIGINS]
                place = next(place for place in places if place.is_file())
                assert place.read_bytes() == (root / path).read_bytes(), path


@test
def the_registry_has_what_was_named():
    with scratch() as folder:
        root = carry(folder, 'rfc', 'pcpu-page,radix')
        text = (root / 'registry.c').read_text(encoding='utf-8')
        assert re.findall(r'&(\w+)', text) == ['zfree_rfc', 'zfree_pcpu_page', 'zfree_radix']
        assert {'strategies/zfree_bitmap.c', 'strategies/rx_tree.c'} <= files(root)
        page = (root / 'README.md').read_text(encoding='utf-8')
        has(page, '`zfree_rfc`, `zfree_pcpu_page`, `zfree_radix`', 'make KDIR=', 'The flag')
        assert 'zs_free_bulk' not in page and '@' not in page, page
    with scratch() as folder:
        has((carry(folder, 'bulk') / 'README.md').read_text(encoding='utf-8'), 'zs_free_bulk()')


@test
def a_file_of_ones_own_takes_along_what_it_includes():
    with scratch() as folder:
        mine(folder, '#include "part.h"\n', 'part.c')
        mine(folder, '#include <linux/types.h>\n', 'part.h')
        mine(folder, '', 'other.h')
        # What is in comments is neither included nor defined.
        path = mine(folder, HEAD + '#include "part.h"\n/*\n#include "gone.h"\n */\n'
                    '// static const struct zfree_ops zfree_no = {\n' + OPS)
        root = carry(folder, path)
        check_closed(root)
        own = {name for name in files(root) if name.startswith('strategies/')}
        assert own == {f'strategies/{name}' for name in ('zfree_mine.c', 'part.c', 'part.h',
                                                         'registry.h')}, own
        # A changed copy of one that comes with zramsim is the user's.
        copy = mine(folder, (SOURCE / 'strategies/zfree_radix.c').read_text(encoding='utf-8')
                    + '/* mine */\n', 'zfree_radix.c')
        good('carry', copy, '-q', '-o', f'{folder}/radix')
        has(Path(f'{folder}/radix/strategies/zfree_radix.c').read_text(encoding='utf-8'),
            '/* mine */')
        check_closed(Path(f'{folder}/radix'))


@test
def what_no_kernel_could_build_is_refused():
    with scratch() as folder:
        for text, *words in (
                (HEAD, 'is no strategy', 'docs/strategy.md'),
                (HEAD + 'static ' + OPS, 'zfree_mine.c:2', 'is static'),
                ('#include <stdio.h>\n' + OPS, 'zfree_mine.c:1', '<stdio.h>'),
                ('/*\n*/\n#include "gone.h"\n' + OPS, 'zfree_mine.c:3', '"gone.h"'),
                ('#include "../gone.h"\n' + OPS, '"../gone.h"', 'beside the file'),
                ('#include "port.h"\n' + OPS, '"port.h"', 'beside it'),
                (HEAD + OPS + '\0', 'no source text')):
            path = mine(folder, text)
            has(bad(3, 'carry', path, '-o', f'{folder}/tree'), *words)
            assert os.listdir(folder) == ['zfree_mine.c'], os.listdir(folder)
        blank = mine(folder, name='zfree mine.c')
        has(bad(3, 'carry', blank, '-o', f'{folder}/tree'), 'Kbuild', 'rename')
        has(bad(3, 'carry', folder + '/', '-o', f'{folder}/tree'), 'directory')
        has(bad(3, 'carry', folder + '/gone.c', '-o', f'{folder}/tree'), 'gone.c', 'No such file')


@test
def what_cannot_go_together_is_refused():
    with scratch() as folder:
        path = mine(folder)
        os.mkdir(f'{folder}/more')
        for args, *words in (
                ([path, path], 'named twice', 'zfree_mine.c'), (['bulk,bulk'], 'named twice'),
                ([path, mine(folder, name='zfree_other.c')], 'zfree_mine.c', 'zfree_other.c'),
                ([path, mine(f'{folder}/more', OPS)], 'both to be strategies/zfree_mine.c'),
                # One of the user's, and one of zramsim's whose file has the name.
                ([mine(folder, name='zfree_sync.c'), 'sync'], 'both to be strategies/zfree_sync.c'),
                (['sync', mine(folder, name='zfree_sync.c')], 'both to be strategies/zfree_sync.c'),
        ):
            has(bad(2, 'carry', *args, '-o', f'{folder}/tree'), *words)
        assert not os.path.exists(f'{folder}/tree')


@test
def names_and_options_that_make_no_sense_are_refused():
    for args, *words in (
            (['bitmpa', '-o', 'x'], "did you mean 'bitmap'?"),
            (['zstd', '-o', 'x'], 'list strategies'),
            (['bulk,,sync', '-o', 'x'], "there is no strategy ''"),
            (['bulk'], '--output DIR'), (['bulk', '-o'], '--output DIR'),
            (['bulk', '--output='], '--output DIR'), (['-o', 'x'], 'list strategies'),
            (['bulk', '--force', '-o', 'x'], '--force')):
        has(bad(2, 'carry', *args, cwd='/'), *words)
    has(good('carry', '--help'), '--output DIR', 'FILE.c')


@test
def nothing_is_overwritten():
    with scratch() as folder:
        has(bad(3, 'carry', 'bulk', '-o', mine(folder)), 'is a file')
        has(bad(3, 'carry', 'bulk', '-o', folder), 'not empty', 'not there yet')
        assert os.listdir(folder) == ['zfree_mine.c']
        has(bad(3, 'carry', 'bulk', '-o', f'{folder}/no/tree'), 'No such file', 'in first')
        has(bad(3, 'carry', 'bulk', '-o', '/dev/null/tree'), 'cannot be made')
        os.mkdir(f'{folder}/tree')
        check_closed(carry(folder, 'bulk'))
        has(bad(3, 'carry', 'bulk', '-o', f'{folder}/tree'), 'not empty')


@test
def a_full_disk_leaves_what_there_was():
    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    with scratch() as folder:
        has(bad(3, 'carry', 'all', '-o', f'{folder}/tree', preexec_fn=small), 'cannot be written',
            'make room')
        assert not os.listdir(folder), os.listdir(folder)
        os.mkdir(f'{folder}/tree')
        bad(3, 'carry', 'all', '-o', f'{folder}/tree', preexec_fn=small)
        assert os.listdir(folder) == ['tree'] and not os.listdir(f'{folder}/tree')


@test
def an_interrupt_leaves_nothing():
    with scratch() as folder:
        os.mkfifo(f'{folder}/zfree_mine.c')
        with subprocess.Popen([PROGRAM, 'carry', f'{folder}/zfree_mine.c', '-o', f'{folder}/tree'],
                              stderr=subprocess.PIPE, text=True) as run:
            # It is in it when a writer can open it without waiting.
            with open(f'{folder}/zfree_mine.c', 'w', encoding='ascii') as fifo:
                fifo.write(HEAD)
                fifo.flush()
                run.send_signal(signal.SIGINT)
                _, err = ended(run)
        assert run.returncode == 130, err
        has(err, 'nothing was written')
        assert os.listdir(folder) == ['zfree_mine.c'], os.listdir(folder)


@test
def it_says_where_to_read_on():
    with scratch() as folder:
        run = zramsim('carry', 'sync', '-o', f'{folder}/tree')
        assert run.returncode == 0 and not run.stdout, run
        has(run.stderr, '1 strategy', 'tree/README.md')


main()
