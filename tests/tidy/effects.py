#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""effects.py ROOT: who may print, end the process, or call the C library's own facilities."""

import re
import sys
from pathlib import Path

import csource
import tree

# A call is the name before a bracket, unless it is a member: ops->exit(zf) is no exit().
PRINTS = re.compile(r'(?<![\w>.])(?:v?f?printf|v?dprintf|puts|fputs|fputc|putc|putchar|perror|'
                    r'fwrite)\s*\(|\b(?:stdout|stderr)\b')
ENDS = re.compile(r'(?<![\w>.])(?:exit|_exit|_Exit|quick_exit|abort)\s*\(')
SYSTEM = re.compile(r'(?<![\w>.])(?:malloc|calloc|realloc|free|aligned_alloc|posix_memalign|mmap|'
                    r'munmap|madvise|syscall|clock_gettime|gettimeofday|time|nanosleep|usleep|'
                    r'sleep|sched_yield|rand|random|getrandom|pthread_\w+|sem_\w+)\s*\(')


def rules(path):
    """Yields (pattern, sentence) for what the file may not call."""
    if tree.is_under(path, 'sim/cli', 'sim/report'):
        return
    if tree.is_under(path, 'lib/kcompat') and path.name.startswith('port_'):
        return  # a port is where the messages of BUG() and WARN() leave the library
    if tree.is_under(path, 'lib', 'strategies', 'sim', 'include'):
        yield PRINTS, 'only sim/cli/ and sim/report/ print: hand the text or the value up'
        if not tree.is_under(path, 'sim/kernel'):  # ends the children that it forks
            yield ENDS, 'only sim/cli/ ends the process: return a negative errno'
    if tree.is_under(path, 'lib', 'strategies') and not tree.is_under(path, 'lib/kcompat'):
        yield SYSTEM, 'reach threads, time, memory and randomness through lib/kcompat'


def main():
    root = Path(sys.argv[1])
    complaints = []
    paths = tree.files(root, tree.is_c)
    for path in paths:
        plain = csource.code(tree.text(root, path))
        lines = {}
        for pattern, sentence in rules(path):
            for found in pattern.finditer(plain):
                name = found.group().rstrip('( \t')
                lines.setdefault(csource.line_of(plain, found.start()), f'{name}: {sentence}')
        complaints += [(path, line, sentence) for line, sentence in lines.items()]
    tree.finish(complaints, len(paths))


if __name__ == '__main__':
    main()
