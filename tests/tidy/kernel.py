#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""kernel.py ROOT ZRAMSIM BUILD: strategies and the core compile for Linux 6.1 as they are.

The tree that `zramsim carry` writes for all of them and for docs/example/ is built with headers of
6.1, those of the system or those that ./dev lint has unpacked, with W=1: a warning fails. So does a
name that docs/strategy.md lists and 6.1 has not, or a header of kernel-headers.txt. Without headers
the test is skipped."""

import os
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import calls
import tree

SKIPPED = 77
ARCHES = {'x86_64': 'amd64', 'aarch64': 'arm64'}
# What says something about the folder of headers, and not about what is compiled.
HARMLESS = re.compile(r'compiler differs|kernel was built by|You are using|Skipping BTF|pahole|'
                      r'unavailability of vmlinux')
NAMES = '''\
// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Each name that a strategy may call is there. */
{includes}

void names(void);
void names(void)
{{
{uses}}}
'''


def headers(build):
    """Folders of one architecture's headers of 6.1: its own and the common one."""
    arch = ARCHES.get(platform.machine(), '')
    for place in (Path('/usr/src'), build / 'sysroot/usr/src'):
        for flavour in sorted(place.glob(f'linux-headers-6.1.*-{arch}')):
            version = re.match(r'(linux-headers-6\.1\.\d+-\d+)-', flavour.name)
            common = place / f'{version[1]}-common' if version else place
            if (common / 'Makefile').is_file() and (flavour / 'scripts/mod').is_dir():
                return flavour, common
    return None


def names_file(root):
    includes = '\n'.join(f'#include <{name}>' for name in
                         sorted(tree.kernel_headers(root, alone=True)))
    names = dict.fromkeys(name for _, name, _ in calls.listed(root) if '*' not in name)
    uses = ''.join(f'#ifndef {name}\n\t(void){name};\n#endif\n' for name in names)
    return NAMES.format(includes=includes, uses=uses)


def build(folder, where):
    flavour, common = where
    command = ['make', '-s', f'-j{os.cpu_count()}', '-C', flavour, '-f', common / 'Makefile',
               f'M={folder}', 'W=1', 'zfree.o']
    return subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def main():
    root, zramsim, where = Path(sys.argv[1]), sys.argv[2], headers(Path(sys.argv[3]))
    if not where:
        print('there are no headers of Linux 6.1 here; ./dev lint fetches those of Debian 12')
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory(prefix='zramsim-kernel-') as scratch:
        folder = Path(scratch) / 'tree'
        subprocess.run([zramsim, 'carry', 'all', root / 'docs/example/zfree_fifo.c', '-q', '-o',
                        folder], check=True)
        (folder / 'names.c').write_text(names_file(root), encoding='utf-8')
        with open(folder / 'Kbuild', 'a', encoding='utf-8') as kbuild:
            kbuild.write('zfree-y += names.o\n')
        done = build(folder, where)
        made = (folder / 'zfree.o').is_file()
    lines = [line.replace(f'{folder}/', '') for line in done.stdout.splitlines()
             if not HARMLESS.search(line)]
    warned = any('warning:' in line or 'error:' in line for line in lines)
    if done.returncode or warned or not made:
        print('\n'.join(lines))
        sys.exit(f'Linux {where[0].name} does not take them as they are')
    print(f'compiled with {where[0].name}')


if __name__ == '__main__':
    main()
