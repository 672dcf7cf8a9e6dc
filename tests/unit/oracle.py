#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""oracle.py ROOT: what counts in kernels, as far as it needs none: guest and plugin compile, an
archive is one that kernels unpack, and counts are read, taken apart and compared."""
import contextlib
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(sys.argv[1])
sys.path.insert(0, str(ROOT / 'bench/kernel/oracle'))
sys.dont_write_bytecode = True

import boot  # noqa: E402
import compile as compiling  # noqa: E402
import counts  # noqa: E402
import fetch  # noqa: E402
import oracle  # noqa: E402

STAYED = 'event clean=46,20,6,2,1 free=126,60,32,1,1 slab=130,50,26,0,1'
MOVED = STAYED.replace('free=126', 'free=220')
# A zspage of its own slab costs 100, its pages 20 each in free and 400 each by themselves.
EMPTIED = ('event clean=46,20,6,2,1 free={},60,32,1,1 slab=230,90,50,0,2 slab.last=130,50,26,0,1 '
           'page={},90,80,4,{}')
SAME = 'event clean=41,20,5,2,1'


def region(name, events, phases=''):
    return f'region {name}\n{phases}' + ''.join(f'{event}\n' for event in events) + 'end\n'


def recorded(zap=655360):
    phases = (f'phase zap {zap} 81920 40960 61440 4096 12288 0\n'
              'phase irq 5000 10 10 10 1 9 1\n'
              'phase notify 217088 65536 53248 65536 0 12288 4096\n'
              'function notify wake_up_bit 126976 28672 28672 45056 0 0 0\n'
              'function notify rarely 10 0 0 0 0 0 0\n')
    emptied = [EMPTIED.format(220 + 20 * nr, 400 * nr, nr) for nr in (1, 2, 4)]
    works = region('munmap rfc', [STAYED] * 90 + [MOVED] * 10, phases)
    works += region('munmap anon', [STAYED] * 10 + [MOVED] * 50 + emptied, phases)
    works += region('munmap same', [SAME]) + region('discard empty', ['event clean=38,9,5,0,1'])
    return ('kernel 7.3.4+deb13-cloud-amd64 x86_64 #1\nstored 5\n' + works +
            'vector same after a constant page: 1\n').splitlines()


def totals_leave_interrupts_out():
    work = counts.Counted(recorded()).regions['munmap rfc']
    assert work.total('insns') == 655360 + 217088
    assert work.accesses() == (81920 + 40960 - 61440 + 65536 + 53248 - 65536) / 4096
    assert work.atomics() == 6


def events_have_the_price_that_went_in():
    prices = counts.price(counts.Counted(recorded()), counts.INSNS)
    wanted = {'zap': 160, 'notify': 53, 'clean_stored': 46, 'clean_same': 41, 'clean_empty': 38,
              'free': 126, 'move': 94, 'handle': 130, 'zspage': 100, 'page': 420}
    assert {name: round(value, 6) for name, value in prices.items()} == wanted, prices


def a_table_says_what_was_counted():
    text = counts.table(counts.Counted(recorded()), 'own = 1 share | this one')
    assert 'release = 7.3\nisa = amd64\nown = 1 share | this one\n' in text
    assert 'free = 126 insns, 32 stack, 1 atomics | counted: lookup' in text


def a_record_keeps_totals_functions_and_vectors():
    text = counts.record(counts.Counted(recorded()))
    assert 'whole munmap rfc: 872448 147456 94208 126976 4096 24576\n' in text
    assert 'function munmap rfc notify wake_up_bit: 126976' in text
    assert 'rarely' not in text and 'irq' not in text
    assert text.endswith('vector same after a constant page: 1\n')
    assert counts.wholes(text)['munmap rfc']['atomics'] == 6


def records_are_compared_line_by_line():
    kept = counts.record(counts.Counted(recorded()))
    assert not counts.differences(kept, kept)
    found = counts.differences(kept, counts.record(counts.Counted(recorded(655361))))
    assert [line[0] for line in found] == list('----++++'), found


def the_wanted_kernel_is_the_newest_of_its_release():
    names = '\n'.join(f'linux-image-{name}' for name in (
        '7.3.10+deb13-cloud-amd64', '7.3.4+deb13-cloud-amd64', '7.30.1+deb13-cloud-amd64',
        '6.1.0-50-cloud-amd64', '7.3.11+deb13-amd64', '7.3.12+deb13-cloud-amd64-dbg'))
    found = fetch.versions(names, 'amd64')
    assert found == ['6.1.0-50', '7.3.4+deb13', '7.3.10+deb13', '7.30.1+deb13'], found
    assert [name for name in found if fetch.matches(name, '7.3')] == found[1:3]


def a_kernel_without_its_modules_is_none():
    listed = ''.join(f'linux-{part}-{version}-cloud-arm64 | 1 | http://x/debian sid/main Packages\n'
                     for version, parts in {'6.18.1': ['image'], '7.1.3': ['image', 'binary'],
                                            '7.2.1': fetch.PARTS}.items() for part in parts)
    found = fetch.complete(listed, ['6.18.1', '7.1.3', '7.2.1', '7.2.2'], 'arm64')
    assert list(found) == ['6.18.1', '7.2.1'], found
    assert len(found['7.2.1']) == 3 and found['6.18.1'] == ['linux-image-6.18.1-cloud-arm64']


def an_archive_is_what_kernels_unpack():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / 'x.cpio'
        boot.initramfs(path, __file__, [('lz4', b'first')], {'data': b'12345'})
        text, at, found = path.read_bytes(), 0, {}
        while at < len(text) and text[at:at + 6] == b'070701':
            fields = [int(text[i:i + 8], 16) for i in range(at + 6, at + 110, 8)]
            name = text[at + 110:at + 109 + fields[11]].decode()
            at += (110 + fields[11] + 3) & ~3
            found[name] = (fields[1], text[at:at + fields[6]])
            at += (fields[6] + 3) & ~3
    assert found['init'] == (0o100755, Path(__file__).read_bytes())
    assert found['modules/00-lz4.ko'] == (0o100644, b'first')
    assert found['data'][1] == b'12345' and list(found)[-1] == 'TRAILER!!!'


def a_module_comes_behind_what_it_depends_on():
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / 'lib/modules/6.1.0-9-cloud-amd64/kernel'
        tree.mkdir(parents=True)
        (Path(folder) / 'boot').mkdir()
        (Path(folder) / 'boot/vmlinuz-6.1.0-9-cloud-amd64').touch()
        (tree / 'zram.ko').write_bytes(b'x\0depends=zs-malloc,lz4_compress\0name=zram\0')
        (tree / 'zs-malloc.ko').write_bytes(b'x\0depends=\0name=zsmalloc\0')
        kernel = boot.Kernel(Path(folder))
        assert kernel.arch == 'amd64'
        assert [name for name, _ in kernel.modules(['zram', 'none'])] == ['zs_malloc', 'zram']


def fails(apt_get, call):
    """The sentence of a Failure, with a program in place of apt-get."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / 'apt-get'
        program.write_text(f'#!/bin/sh\ncase $1 in indextargets) echo http://x/debian/;; '
                           f'*) {apt_get}; exit 100;; esac\n')
        program.chmod(0o755)
        path, fetch.KEYRING = os.environ['PATH'], __file__
        os.environ['PATH'] = f'{folder}:{path}'
        try:
            call(Path(folder))
        except boot.Failure as wrong:
            return str(wrong)
        finally:
            os.environ['PATH'] = path
    return ''


def what_cannot_be_fetched_is_told_in_a_sentence():
    def call(folder):
        fetch.kernel(folder, '7.3', 'amd64', set(), lambda _: None)

    for words, told in {'Could not resolve': 'this needs the network once',
                        'Write error (28: No space left on device)': 'make some, or name'}.items():
        sentence = fails(f'echo "E: {words}"', call)
        assert told in sentence and '\n' not in sentence, sentence


def the_port_may_be_off_by_a_tenth():
    lines = ['kernel 7.3.4+deb13-cloud-amd64 x86_64']
    for work in ('munmap', 'discard'):
        for data in ('rfc', 'anon'):  # ten accesses and six atomics a slot
            lines += region(f'{work} {data}', [],
                            'phase zap 4096 81920 0 40960 0 24576 0\n').splitlines()
    counted = counts.Counted(lines)
    with tempfile.TemporaryDirectory() as folder:
        zramsim = Path(folder) / 'zramsim'
        for accesses, good in ((4, True), (4.9, True), (5.2, False), (2.8, False)):
            zramsim.write_text('#!/bin/sh\necho \'{"results": [{"metrics": {"accesses": '
                               f'{{"median": {accesses}}}, "atomics": {{"median": 6}}, '
                               '"instructions": {"median": 1}}}]}\'\n')
            zramsim.chmod(0o755)
            with contextlib.redirect_stdout(io.StringIO()) as out:
                assert oracle.compare_port(zramsim, counted) == good, accesses
            assert ('MISSES' in out.getvalue()) != good


def answers_of_the_device_are_compared():
    known = (ROOT / 'bench/kernel/oracle/vectors.txt').read_text().splitlines()
    lines = ['kernel 7.3.4+deb13-cloud-amd64 x86_64'] + [
        f'vector {line}' for line in known if not line.startswith('#')]
    with contextlib.redirect_stdout(io.StringIO()):
        assert oracle.compare_vectors(counts.Counted(lines))
        assert not oracle.compare_vectors(counts.Counted(lines[:-1]))
        lines[3] += '0'
        assert not oracle.compare_vectors(counts.Counted(lines))


def what_is_no_release_is_refused():
    done = subprocess.run([sys.executable, ROOT / 'bench/kernel/oracle/oracle.py', '--build', '.',
                           'seven'], stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2 and done.stderr.count(b'\n') == 1, done
    assert b"'seven' is no release of Linux" in done.stderr, done.stderr


def plugin_and_guests_compile():
    with tempfile.TemporaryDirectory() as folder:
        undefined = subprocess.run(['nm', '-u', compiling.plugin(Path(folder))], check=True,
                                   stdout=subprocess.PIPE).stdout.decode()
        assert 'qemu_plugin_read_memory_vaddr' in undefined
        for arch in compiling.MACHINES:
            if compiling.compiler(arch):
                assert os.access(compiling.guest(Path(folder), arch), os.X_OK)


TESTS = [totals_leave_interrupts_out, events_have_the_price_that_went_in,
         a_table_says_what_was_counted, a_record_keeps_totals_functions_and_vectors,
         records_are_compared_line_by_line, the_wanted_kernel_is_the_newest_of_its_release,
         a_kernel_without_its_modules_is_none, an_archive_is_what_kernels_unpack,
         a_module_comes_behind_what_it_depends_on,
         what_cannot_be_fetched_is_told_in_a_sentence, the_port_may_be_off_by_a_tenth,
         answers_of_the_device_are_compared, what_is_no_release_is_refused,
         plugin_and_guests_compile]

print(f'1..{len(TESTS)}')
for number, test in enumerate(TESTS, 1):
    try:
        test()
        print(f'ok {number} - {test.__name__}')
    except (AssertionError, boot.Failure) as wrong:
        print(f'not ok {number} - {test.__name__}\n# ' + str(wrong).replace('\n', '\n# '))
