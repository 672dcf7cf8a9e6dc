#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""installed.py MESON BUILD_DIR VERSION COMPILER...: what `ninja install` gives can be used.

Installs into an empty folder and builds one program against it twice: by way of pkg-config,
and by way of CMake where that is installed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CONSUMER = '''\
#include <stdio.h>

int main(void)
{
	puts(zramsim_version());
	return 0;
}
'''
CMAKE_PROJECT = '''\
cmake_minimum_required(VERSION 3.16)
project(consumer C)
find_package(zramsim 0.1 CONFIG REQUIRED)
add_executable(by-cmake consumer.c)
target_link_libraries(by-cmake zramsim::zramsim)
'''


def call(*command, **options):
    run = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                         check=False, **options)
    if run.returncode:
        sys.exit(f'{" ".join(map(str, command))} failed:\n{run.stdout}{run.stderr}')
    return run.stdout


def only(folder, pattern):
    found = [path for path in folder.rglob(pattern) if not path.is_symlink()]
    if len(found) != 1:
        sys.exit(f'wanted one {pattern} among the installed files, found {len(found)}: '
                 'see include/meson.build')
    return found[0]


def expect_version(program, library, version):
    environment = os.environ | {'LD_LIBRARY_PATH':
                                f'{library.parent}:{os.environ.get("LD_LIBRARY_PATH", "")}'}
    said = call(program, env=environment).strip()
    if said != version:
        sys.exit(f'{program.name} printed "{said}", wanted "{version}"')


def build_by_pkgconfig(work, destdir, compiler):
    pc = only(destdir, 'zramsim.pc')
    environment = os.environ | {
        'PKG_CONFIG_PATH': f'{pc.parent}:{os.environ.get("PKG_CONFIG_PATH", "")}',
        'PKG_CONFIG_SYSROOT_DIR': str(destdir),
    }
    flags = call('pkg-config', '--cflags', '--libs', 'zramsim', env=environment).split()
    program = work / 'by-pkgconfig'
    call(*compiler, '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-std=c11', work / 'consumer.c',
         '-o', program, *flags)
    return program


def build_by_cmake(work, destdir, compiler):
    config = only(destdir, 'zramsim-config.cmake')
    (work / 'CMakeLists.txt').write_text(CMAKE_PROJECT, encoding='utf-8')
    call('cmake', '-S', work, '-B', work / 'out', f'-Dzramsim_DIR={config.parent}',
         f'-DCMAKE_C_COMPILER={compiler[-1]}')
    call('cmake', '--build', work / 'out')
    return work / 'out' / 'by-cmake'


def main():
    meson, build_dir, version = sys.argv[1:4]
    compiler = sys.argv[4:]
    with tempfile.TemporaryDirectory() as folder:
        work, destdir = Path(folder), Path(folder) / 'destdir'
        call(meson, 'install', '-C', build_dir, '--no-rebuild', '--destdir', destdir)
        library = only(destdir, 'libzramsim.so.*')
        if 'libzramsim.so.0' not in call('readelf', '-d', library):
            sys.exit(f'{library.name} is not called libzramsim.so.0: see include/meson.build')
        headers = sorted(path.name for path in only(destdir, 'export.h').parent.glob('*.h'))
        consumer = ''.join(f'#include <zramsim/{name}>\n' for name in headers) + CONSUMER
        (work / 'consumer.c').write_text(consumer, encoding='utf-8')
        expect_version(build_by_pkgconfig(work, destdir, compiler), library, version)
        if shutil.which('cmake'):
            expect_version(build_by_cmake(work, destdir, compiler), library, version)


if __name__ == '__main__':
    main()
