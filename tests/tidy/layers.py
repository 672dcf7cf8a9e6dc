#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""layers.py ROOT: includes point down only, and strategies name what the kernel has.

A file may include headers of its own folder and of the folders that stand beside it here.
"""

import sys
from pathlib import Path

import csource
import tree

ERRNO = 'linux/errno.h'  # the kernel's own, installed with libc: glibc's <errno.h> needs it
FREESTANDING = {'errno.h', 'inttypes.h', 'limits.h', 'stdalign.h', 'stdarg.h', 'stdbool.h',
                'stddef.h', 'stdint.h', ERRNO}
COMPRESSORS = {'lz4.h', 'lz4hc.h', 'zstd.h', 'zstd_errors.h', 'lzo/lzo1x.h', 'lzo/lzoconf.h'}
ANY = None
SHIMS = 'lib/kcompat/linux'
PORT = ['lib/kcompat', 'lib/kcompat/memory', 'lib/kcompat/port', SHIMS]
ALLOCATOR = PORT + ['lib/mm', 'lib/zsmalloc']
LIB = ALLOCATOR + ['lib/zram', 'lib/zfree']
STRATEGY = [SHIMS, 'lib/zsmalloc', 'lib/zram', 'lib/zfree']
MODEL = LIB + ['strategies', 'sim', 'include/zramsim']

# folder: (folders it may include from, headers of the system it may include)
LAYERS = {
    'lib/kcompat': (PORT, ANY),
    'lib/kcompat/memory': (PORT, ANY),
    'lib/kcompat/port': (PORT, ANY),
    SHIMS: (PORT, ANY),
    'lib/mm': (PORT, FREESTANDING | {'jemalloc/jemalloc.h'}),
    'lib/zsmalloc': (PORT + ['lib/mm'], FREESTANDING),
    'lib/zram': (ALLOCATOR, FREESTANDING | COMPRESSORS),
    'lib/zfree': (ALLOCATOR + ['lib/zram'], FREESTANDING),
    'strategies': (STRATEGY, {ERRNO}),
    'include/zramsim': ([], FREESTANDING),
    'sim': (LIB + ['strategies', 'include/zramsim'], ANY),
    'sim/report': (MODEL, ANY),
    'sim/cli': (MODEL + ['sim/report'], ANY),
    'tests': (MODEL, ANY),
    'tests/cli': (MODEL + ['sim/report', 'sim/cli'], ANY),
    'bench': (MODEL, ANY),
    'docs': (STRATEGY + ['include/zramsim'], ANY),
}
KERNEL_CODE = {'lib/zfree', 'strategies'}  # compiled against its headers as they are
ROOTS = ['lib/kcompat', 'lib/kcompat/memory', 'lib/kcompat/port', 'lib', '', 'include',
         'bench/kernel/module']


def layer_of(path):
    inside = [folder for folder in LAYERS if tree.is_under(path, folder)]
    return max(inside, key=len, default=None)


def resolve(root, path, bracket, name):
    """The file of the tree an #include means, or None for a header of the system."""
    folders = ([path.parent] if bracket == '"' else []) + [Path(folder) for folder in ROOTS]
    for folder in folders:
        if (root / folder / name).is_file():
            return Path((root / folder / name).resolve().relative_to(root))
    return None


def is_generated(root, path, name):
    """True if the meson.build of the folder that would hold the file names it as an output."""
    folders = [path.parent, *(Path(folder) for folder in ROOTS)]
    builds = [(root / folder / name).parent / 'meson.build' for folder in folders]
    return any(f"'{Path(name).name}'" in build.read_text(encoding='utf-8')
               for build in builds if build.is_file())


def objection(root, path, bracket, name, kernel_headers):
    layer = layer_of(path)
    if layer is None:
        return 'this folder has no layer: give it a line in tests/tidy/layers.py'
    below, system = LAYERS[layer]
    target = resolve(root, path, bracket, name)
    if layer in KERNEL_CODE and name.startswith('linux/') and name not in kernel_headers:
        return f'the kernel has no <{name}> for it: include what drivers/block/zram would'
    if target is None:
        if bracket == '"' and not is_generated(root, path, name):
            return f'"{name}" is not in the tree: name it from the root of its layer'
        if bracket == '<' and system is not ANY and name not in system:
            return f'{layer}/ may not include <{name}>: reach the system through lib/kcompat'
        return None
    if layer_of(target) in (layer, *below):
        return None
    return f'{layer}/ may not include {target}: an include points to a lower layer'


def main():
    root = Path(sys.argv[1]).resolve()
    kernel_headers = tree.kernel_headers(root, alone=True)
    complaints = []
    paths = tree.files(root, tree.is_c)
    for path in paths:
        for line, bracket, name in csource.includes(tree.text(root, path)):
            sentence = objection(root, path, bracket, name, kernel_headers)
            if sentence:
                complaints.append((path, line, sentence))
    tree.finish(complaints, len(paths))


if __name__ == '__main__':
    main()
