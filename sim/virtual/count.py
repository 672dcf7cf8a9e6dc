#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""count.py OUTPUT DEPFILE SOURCE COMPILER ARGUMENT... --report ARGUMENT...: an object for the
virtual machine that counts the instructions it executes.

The source is compiled twice to assembly: as it is, and with the arguments after --report, which
have each access announced. At the head of each basic block of the latter, vm_now.ticks is raised
by the instructions of the block, in sixteenths. Announcements, their arguments, and calls of what a
kernel does not do (section .text.kc_unseen) are none; an atomic's entry point stands for one.
Announcements make a compiler spill: the whole file's counts are scaled so that they add up to those
of the file as it is.

A block that begins while flags are in use counts at the next point where they are not, or in the
block that it is fallen into from; where there is neither, it does not. Only for x86-64."""
import os
import re
import subprocess
import sys
import tempfile

PER_INSN = 16
TICKS = 'vm_now(%rip)'  # the first member, see now.h

# Labels that only debuggers and unwinders look at.
NO_BLOCKS = ('.LF', '.LV', '.Ltmp', '.Lfunc', '.LBE', '.LBB_', '.LBI', '.LEF', '.LHOT', '.LCOLD')
LABEL = re.compile(r'^([.\w$]+):')
WORD = re.compile(r'^\s*([a-z][\w.]*)\s*(.*)$')
UNSEEN_SECTION = re.compile(r'^\s*\.section\s+"?\.text\.kc_unseen')
TEXT_SECTION = re.compile(r'^\s*(?:\.text\b|\.section\s+"?\.text)')
OTHER_SECTION = re.compile(r'^\s*(?:\.section|\.data|\.bss|\.previous|\.popsection|\.pushsection)')

# What an entry point of the run time stands for, and how many arguments it has.
ANNOUNCES = re.compile(r'__tsan_(?:unaligned_)?(?:volatile_)?(?:read_write|read|write)\d+$')
ATOMIC = re.compile(r'__tsan_atomic\d+_(\w+)$')
NONE = re.compile(r'(?:__tsan_(?:init|func_entry|func_exit|read_range|write_range|\w+_fence)|'
                  r'kc_phase\w*|kc_cost_\w+|kc_virtual_resched|kc_virtual_spin)$')
PREFETCH = 'kc_virtual_prefetch'

ARGUMENTS = {}
for number, names in enumerate(('dil edi di rdi', 'sil esi si rsi', 'dl edx dx rdx',
                                'cl ecx cx rcx', 'r8b r8d r8w r8')):
    for name in names.split():
        ARGUMENTS[name] = number

PREFIXES = {'lock', 'rep', 'repe', 'repz', 'repne', 'repnz', 'notrack', 'data16'}
SETS_UP = re.compile(r'(?:mov\w*|lea\w?)$')
READS_FLAGS = re.compile(r'(?:j(?!mp|rcxz|ecxz)\w+|set\w+|cmov\w+|adc\w?|sbb\w?|rc[lr]\w?|'
                         r'pushf\w?|lahf|cmc)$')
# Shifts may leave flags as they are, inc and dec the carry: they say nothing.
WRITES_FLAGS = re.compile(r'(?:add|sub|cmp|test|and|or|xor|neg|imul|mul|div|idiv|xadd|cmpxchg|'
                          r'bsf|bsr|tzcnt|lzcnt|popcnt|bt|bts|btr|btc|call|ptest|'
                          r'u?comis[sd])[bwlq]?$')


class Insn:
    """One instruction: its line, whether it is the build's own, and what it does to flags."""
    def __init__(self, line, op, args):
        self.line, self.op, self.args = line, op, args
        self.own = 1

    def flags(self):
        """'r' if it reads them first, 'w' if it writes them, '' if neither."""
        if READS_FLAGS.match(self.op):
            return 'r'
        return 'w' if WRITES_FLAGS.match(self.op) else ''

    def target(self):
        return self.args.split('@')[0].strip()


class Block:
    """Instructions that are executed one after the other. @label: None if it is only fallen into"""
    def __init__(self, label, line):
        self.labels, self.line = [label] if label else [], line
        self.insns = []
        self.falls_from = None
        self.live = None

    def own(self):
        return sum(insn.own for insn in self.insns)


class Function:
    def __init__(self, name, unseen):
        self.name, self.unseen, self.blocks = name, unseen, []


def statements(line):
    """Statements of a line, without its comment."""
    line = line.split('#', 1)[0]
    return line.split(';') if ';' in line else [line]


def parse(lines):
    """Functions of a file: blocks are cut at labels and after jumps."""
    functions, current, text, unseen, types = [], None, True, False, set()
    for line in lines:
        if '@function' in line and '.type' in line:
            types.add(line.split('.type', 1)[1].split(',')[0].strip())
    for number, line in enumerate(lines):
        label = LABEL.match(line)
        if label and text:
            name = label.group(1)
            if name in types or name.split('.')[0] in types and not name.startswith('.L'):
                current = Function(name, unseen)
                functions.append(current)
            if current and not name.startswith(NO_BLOCKS):
                last = current.blocks[-1] if current.blocks else None
                if last and not last.insns:
                    last.labels.append(name)
                    last.line = number
                else:
                    begin(current, name, number)
            continue
        if line.startswith('\t.') or line.startswith('.') or line.lstrip().startswith('.'):
            if UNSEEN_SECTION.match(line):
                text, unseen = True, True
            elif TEXT_SECTION.match(line):
                text, unseen = True, False
            elif OTHER_SECTION.match(line):
                text = False
            continue
        if not text or not current or not line.strip():
            continue
        for statement in statements(line):
            add_insn(current, number, statement)
    return functions


def begin(function, label, line):
    block = Block(label, line)
    if function.blocks and not ends(function.blocks[-1]):
        block.falls_from = function.blocks[-1]
    function.blocks.append(block)
    return block


def ends(block):
    """Does nothing fall out of it?"""
    return bool(block.insns) and block.insns[-1].op in ('jmp', 'ret', 'retq', 'ud2', 'hlt')


def jumps(block):
    return bool(block.insns) and (block.insns[-1].op[0] == 'j' or ends(block))


def add_insn(function, number, statement):
    word = WORD.match(statement)
    while word and word.group(1) in PREFIXES and word.group(2):
        word = WORD.match(word.group(2))
    if not word:
        return
    if not function.blocks or jumps(function.blocks[-1]):
        begin(function, None, number - 1)
    op = {'callq': 'call', 'jmpq': 'jmp'}.get(word.group(1), word.group(1))
    function.blocks[-1].insns.append(Insn(number, op, word.group(2).strip()))


def stands_for(target, unseen):
    """Instructions and arguments of a call that is none of the build's, or None."""
    if ANNOUNCES.match(target):
        return 0, 1
    atomic = ATOMIC.match(target)
    if atomic:
        return (3, 5) if 'compare' in atomic.group(1) else (1, 5)
    if target == PREFETCH:
        return 1, 2
    if target in unseen or NONE.match(target):
        return 0, 3
    return None


def mark(function, unseen):
    """Take out what is no instruction of the build's own."""
    for block in function.blocks:
        setters = {}
        for insn in block.insns:
            if insn.op in ('call', 'jmp') and stands_for(insn.target(), unseen):
                insn.own, arguments = stands_for(insn.target(), unseen)
                for number, setter in setters.items():
                    if number < arguments:
                        setter.own = 0
            if insn.op == 'call':
                setters = {}
                continue
            to = insn.args.rsplit(',', 1)[-1].strip()
            if to.startswith('%') and to[1:] in ARGUMENTS:
                zero = insn.op.startswith('xor') and insn.args.split(',')[0].strip() == to
                if SETS_UP.match(insn.op) or zero:
                    setters[ARGUMENTS[to[1:]]] = insn
                else:
                    setters.pop(ARGUMENTS[to[1:]], None)


def successors(function, at):
    block = function.blocks[at]
    by_label = {label: b for b in function.blocks for label in b.labels}
    found, known = [], True
    last = block.insns[-1] if block.insns else None
    if last and last.op[0] == 'j':
        if last.target() in by_label:
            found.append(by_label[last.target()])
        elif last.args.startswith('*'):
            known = False
    if not ends(block) and at + 1 < len(function.blocks):
        found.append(function.blocks[at + 1])
    return found, known


def find_live(function):
    """Which blocks begin while flags are in use?"""
    after = []
    for at, block in enumerate(function.blocks):
        uses = [use for use in (insn.flags() for insn in block.insns) if use]
        block.live = (uses[0] == 'r') if uses else None
        after.append(successors(function, at) if block.live is None else None)
    changed = True
    open_blocks = [at for at, block in enumerate(function.blocks) if block.live is None]
    live = {id(b): bool(b.live) for b in function.blocks}
    while changed:
        changed = False
        for at in open_blocks:
            found, known = after[at]
            now = not known or any(live[id(b)] for b in found)
            if now != live[id(function.blocks[at])]:
                live[id(function.blocks[at])] = changed = True
    for block in function.blocks:
        block.live = live[id(block)]


def place(block):
    """The line before which flags are free: a place in the block, or None."""
    if not block.live:
        for insn in block.insns:
            if insn.op != 'endbr64':
                return insn.line
        return None
    for at, insn in enumerate(block.insns[:-1]):
        if insn.flags() == 'r':
            later = [use for use in (i.flags() for i in block.insns[at + 1:]) if use]
            if later and later[0] == 'w' and block.insns[at + 1].line != insn.line:
                return block.insns[at + 1].line
    return None


def insert(lines, functions, scale):
    """The lines with ticks. Also: instructions in blocks without a place."""
    before, lost = {}, 0
    for function in functions:
        if function.unseen:
            continue
        find_live(function)
        carried = {}
        for block in reversed(function.blocks):
            own = block.own() + carried.get(id(block), 0)
            at = place(block)
            if own and at is None and block.falls_from:
                key = id(block.falls_from)
                carried[key] = carried.get(key, 0) + own
            elif own and at is None:
                lost += own
            elif own:
                before[at] = before.get(at, 0) + own
    out = []
    for number, line in enumerate(lines):
        if number in before:
            ticks = max(1, round(before[number] * PER_INSN * scale))
            out.append('\taddq\t$%d, %s' % (ticks, TICKS))
        out.append(line)
    out.append('\t.hidden\tvm_now')
    return out, lost


def analyse(lines):
    functions = parse(lines)
    unseen = {function.name for function in functions if function.unseen}
    for function in functions:
        mark(function, unseen)
    return functions


def total(functions):
    return sum(b.own() for f in functions if not f.unseen for b in f.blocks)


def compile_to(command, source, out, extra):
    subprocess.run(command + extra + ['-S', source, '-o', out], check=True)
    with open(out, encoding='utf-8', errors='surrogateescape') as file:
        return file.read().split('\n')


def scale_of(plain, report):
    """What is left without spills and the like; by file, as functions may be inlined elsewhere."""
    there = total(report)
    return min(1.0, total(plain) / there) if there else 1.0


def main():
    output, depfile, source = sys.argv[1:4]
    at = sys.argv.index('--report')
    command, report = sys.argv[4:at] + ['-DKC_COUNTED', '-w'], sys.argv[at + 1:]
    with tempfile.TemporaryDirectory() as folder:
        plain = analyse(compile_to(command, source, folder + '/plain.s', ['-g0']))
        lines = compile_to(command, source, folder + '/report.s',
                           report + ['-MD', '-MQ', output, '-MF', depfile])
        functions = analyse(lines)
        scale = scale_of(plain, functions)
        lines, lost = insert(lines, functions, scale)
        if os.environ.get('ZRAMSIM_COUNT_VERBOSE'):
            print('%s: %d instructions, %d with announcements, %d without a place' %
                  (source, total(plain), total(functions), lost), file=sys.stderr)
        with open(folder + '/counted.s', 'w', encoding='utf-8', errors='surrogateescape') as file:
            file.write('\n'.join(lines) + '\n')
        subprocess.run(command[:1 + command[0].endswith('ccache')] +
                       ['-Wa,--no-warn', '-c', folder + '/counted.s', '-o', output], check=True)
        with open(depfile, 'a', encoding='utf-8') as file:
            file.write('%s: %s\n' % (output, os.path.abspath(__file__)))


if __name__ == '__main__':
    sys.exit(main())
