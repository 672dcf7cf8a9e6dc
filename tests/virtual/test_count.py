#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""test_count.py SOURCE COMPILER...: what sim/virtual/count.py counts of functions whose blocks are
known, by each compiler that is there, and of code that no compiler has to make."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(SOURCE / 'sim' / 'virtual'))
import count  # noqa: E402

TICKS = re.compile(r'\taddq\t\$(\d+), vm_now\(%rip\)')
FOLDERS = ['lib/kcompat/virtual', 'lib/kcompat', 'lib/kcompat/port', 'include', '.']

TESTS = []


def test(function):
    TESTS.append(function)
    return function


def blocks(lines):
    """Instructions that each function's blocks count, in order."""
    lines, lost = count.insert(lines, count.analyse(lines), 1.0)
    assert lost <= 1, lost  # a jump by flags that is jumped to, by itself in its block
    found, name = {}, None
    for line in lines:
        label = re.match(r'([a-z]\w*):', line)
        if label:
            name = label.group(1)
            found[name] = []
        ticks = TICKS.match(line)
        if ticks:
            assert int(ticks.group(1)) % count.PER_INSN == 0
            found[name].append(int(ticks.group(1)) // count.PER_INSN)
    return found


def code(*statements):
    """A function f of these."""
    return ['\t.text', '\t.type\tf, @function', 'f:', *statements, '\t.size\tf, .-f']


def compiled(compiler):
    with tempfile.TemporaryDirectory() as folder:
        out = folder + '/counted.s'
        subprocess.run([compiler, '-O2', '-fPIC', '-std=gnu11', '-DKC_COUNTED', '-w', '-g', '-S',
                        '-o', out, *('-I' + str(SOURCE / folder) for folder in FOLDERS),
                        str(SOURCE / 'tests' / 'virtual' / 'counted.c')], check=True)
        return pathlib.Path(out).read_text(encoding='utf-8').split('\n')


@test
def each_compilers_blocks_have_their_instructions():
    for compiler in sys.argv[2:]:
        if not shutil.which(compiler):
            continue
        found = blocks(compiled(compiler))
        assert found['counted_straight'] == [101], (compiler, found)
        assert any(42 <= n <= 44 for n in found['counted_loop']), (compiler, found)
        assert sum(found['counted_loop']) <= 48, (compiler, found)
        far = sorted(found['counted_branch'])
        assert far[-1] in (200, 201, 202) and sum(far) <= 218, (compiler, found)
        assert sum(found['counted_unseen']) <= 3, (compiler, found)
        assert 'nothing_a_kernel_does' not in found or not found['nothing_a_kernel_does']
        assert 65 <= sum(found['counted_order']) <= 78, (compiler, found)


@test
def announcements_and_their_arguments_are_none():
    assert blocks(code('\tmovq\t%rdi, %rbx', '\tleaq\t8(%rbx), %rdi', '\tcall\t__tsan_read8@PLT',
                       '\tmovq\t8(%rbx), %rax', '\tret')) == {'f': [3]}
    assert blocks(code('\tmovl\t$3, %edx', '\tmovl\t$1, %esi', '\tmovq\t%rbx, %rdi',
                       '\tcall\t__tsan_atomic32_exchange@PLT', '\tret')) == {'f': [2]}
    # What is computed is not only an argument.
    assert blocks(code('\taddq\t%rsi, %rdi', '\tcall\t__tsan_write4@PLT', '\tret')) == {'f': [2]}
    assert blocks(code('\tmovl\t$1, %edi', '\tcall\tkc_phase_change', '\tret')) == {'f': [1]}
    assert blocks(code('\tmovl\t$1, %edi', '\tcall\tzs_free', '\tret')) == {'f': [3]}


@test
def flags_that_are_in_use_stay_as_they_are():
    # The second jump and the block it is in begin with those of the comparison.
    both = ['\tcmpl\t$2, %edi', '\tjl\t.L2', '\tje\t.L3', '\tnop', '\tret', '.L2:', '\tsetl\t%al',
            '\taddl\t$1, %eax', '\tret', '.L3:', '\tnop', '\tret']
    assert blocks(code(*both)) == {'f': [3, 2, 3, 2]}
    lines, _ = count.insert(code(*both), count.analyse(code(*both)), 1.0)
    assert TICKS.match(lines[lines.index('\tsetl\t%al') + 1])
    assert not TICKS.match(lines[lines.index('\tje\t.L3') - 1])


@test
def a_scale_is_for_the_whole_file():
    plain, report = code('\tnop', '\tnop', '\tret'), code('\tnop', '\tnop', '\tnop', '\tret')
    there = count.analyse(report)
    assert count.scale_of(count.analyse(plain), there) == 0.75
    lines, _ = count.insert(report, there, 0.75)
    assert '\taddq\t$%d, vm_now(%%rip)' % (3 * count.PER_INSN) in lines
    assert count.scale_of(there, count.analyse(plain)) == 1


print(f'1..{len(TESTS)}')
for number, function in enumerate(TESTS, 1):
    try:
        function()
        print('ok', number, '-', function.__name__)
    except AssertionError as error:
        print('not ok', number, '-', function.__name__, '#', str(error)[:300].replace('\n', ' '))
