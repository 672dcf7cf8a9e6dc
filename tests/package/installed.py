#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""installed.py MESON BUILD_DIR VERSION COMPILER...: what `ninja install` gives can be used.

Installs into an empty folder and builds one program against it: by way of pkg-config, by way of
CMake where that is installed, and as C++. Python then loads the library, and lets it go.
"""

import os
import re
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
# C++ names a struct without the keyword, unless a function has its name.
CPP_CONSUMER = '''\
#include <cstdio>

int main()
{
	zramsim_device_params params = {};
	zramsim_device *device = nullptr;
	zramsim_stat stat = {};

	if (zramsim_device_create(&params, &device))
		return 1;
	zramsim_mm_stat(device, &stat);
	zramsim_device_destroy(device);
	std::puts(zramsim_version());
	return stat.orig_data_size != 0;
}
'''
# What the jemalloc of a library wants of the static TLS fails here, and a thread of a library that
# was unmapped ends the program.
LOADER = '''\
import _ctypes, ctypes, sys, time

library = ctypes.CDLL(sys.argv[1])
device = ctypes.c_void_p()
page, back = bytes(range(256)) * 16, ctypes.create_string_buffer(4096)
assert library.zramsim_device_create(None, ctypes.byref(device)) == 0
assert library.zramsim_attach(device, b'array', None) == 0
assert library.zramsim_write(device, 7, page) == 0
assert library.zramsim_read(device, 7, back) == 0 and back.raw == page
assert library.zramsim_notify(device, 7) == 0
library.zramsim_device_destroy(device)
library.zramsim_version.restype = ctypes.c_char_p
version = library.zramsim_version().decode()
_ctypes.dlclose(library._handle)
print(version)
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


def package_flags(destdir):
    pc = only(destdir, 'zramsim.pc')
    environment = os.environ | {
        'PKG_CONFIG_PATH': f'{pc.parent}:{os.environ.get("PKG_CONFIG_PATH", "")}',
        'PKG_CONFIG_SYSROOT_DIR': str(destdir),
    }
    return call('pkg-config', '--cflags', '--libs', 'zramsim', env=environment).split()


def build_by_pkgconfig(work, destdir, compiler):
    flags = package_flags(destdir)
    program = work / 'by-pkgconfig'
    call(*compiler, '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-std=c11', work / 'consumer.c',
         '-o', program, *flags)
    return program


def build_as_cpp(work, destdir, compiler, standard):
    flags = package_flags(destdir)
    program = work / f'by-{compiler}'
    call(compiler, '-Wall', '-Wextra', '-Wpedantic', '-Werror', f'-std={standard}',
         work / 'consumer.cpp', '-o', program, *flags)
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
        includes = ''.join(f'#include <zramsim/{name}>\n' for name in headers)
        (work / 'consumer.c').write_text(includes + CONSUMER, encoding='utf-8')
        structs = set(re.findall(r'\bstruct (zramsim_\w+)', ''.join(
            path.read_text(encoding='utf-8') for path in destdir.rglob('*.h'))))
        names = ''.join(f'extern {name} *a_{name};\n' for name in sorted(structs))
        (work / 'consumer.cpp').write_text(includes + names + CPP_CONSUMER, encoding='utf-8')
        expect_version(build_by_pkgconfig(work, destdir, compiler), library, version)
        if shutil.which('cmake'):
            expect_version(build_by_cmake(work, destdir, compiler), library, version)
        for cpp, standard in (('g++', 'c++11'), ('clang++', 'c++20')):
            if shutil.which(cpp):
                expect_version(build_as_cpp(work, destdir, cpp, standard), library, version)
        said = call(sys.executable, '-c', LOADER, library).strip()
        if said != version:
            sys.exit(f'Python loaded {library.name} and printed "{said}", wanted "{version}"')


if __name__ == '__main__':
    main()
