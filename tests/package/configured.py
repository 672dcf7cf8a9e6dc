#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""configured.py MESON SOURCE_ROOT VERSION: a tree without git can be configured from outside.

It stays as it is, which is what a read-only tree needs; results then say the version where they
would say a commit, whatever repository the tree lies in. A 32-bit host is refused in one sentence.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# Without what links programs, a compiler for another machine passes for one that works.
CROSS = '''\
[binaries]
c = ['gcc', '-m32']
pkg-config = 'pkg-config'
[properties]
skip_sanity_check = true
[host_machine]
system = 'linux'
cpu_family = 'x86'
cpu = 'i686'
endian = 'little'
'''


def unpack(source, to):
    """What a tarball has: neither the repository nor build folders."""
    def left_out(folder, names):
        return [name for name in names if name in ('.git', '__pycache__') or
                (Path(folder) / name / 'meson-private').is_dir()]

    shutil.copytree(source, to, ignore=left_out)
    return sorted(to.rglob('*'))


def call(*command, **options):
    return subprocess.run([str(part) for part in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, **options)


def main():
    meson, source, version = sys.argv[1:4]
    with tempfile.TemporaryDirectory(prefix='zramsim-test-') as folder:
        # An enclosing repository, whose commits are others.
        work = Path(folder)
        for command in (['init', '-q'], ['-c', 'user.name=x', '-c', 'user.email=x@x', 'commit',
                                         '-q', '--allow-empty', '-m', 'x']):
            if shutil.which('git'):
                call('git', *command, cwd=work)
        tree, build = work / 'tree', work / 'build'
        before = unpack(source, tree)
        run = call(meson, 'setup', build, tree, '-Dtests=disabled', '-Dbench=disabled')
        if run.returncode:
            sys.exit(f'a tree without git cannot be configured:\n{run.stdout}')
        said = build / 'sim/sim_commit.h'
        if not said.exists():
            sys.exit(f'{said.name} is left to a repository that is not there')
        if f'"{version}"' not in said.read_text(encoding='utf-8'):
            sys.exit(f'{said.name} does not say {version}')
        built = call('ninja', '-C', build, '-t', 'targets', 'rule', 'c_LINKER').stdout.split()
        if 'sim/cli/zramsim' not in built or len([name for name in built if '.so' not in name]) > 1:
            sys.exit(f'more than the program and the library is built: {built}')
        if sorted(tree.rglob('*')) != before:
            sys.exit('configuring has written to the tree')
        (work / 'cross').write_text(CROSS, encoding='utf-8')
        run = call(meson, 'setup', work / 'b32', tree, '--cross-file', work / 'cross')
        errors = [line for line in run.stdout.splitlines() if 'ERROR' in line]
        if not run.returncode or len(errors) != 1 or '64-bit' not in errors[0]:
            sys.exit(f'a 32-bit host is not refused in one sentence:\n{run.stdout}')


if __name__ == '__main__':
    main()
