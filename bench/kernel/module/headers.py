# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Headers of a packaged kernel and the compiler that it was made with, unpacked under a folder.

Where that compiler is not this system's, it and the libraries of the kernel's tools come from the
suite of the kernel, and are told where they lie by patchelf."""
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'oracle'))

from boot import Failure  # noqa: E402
from fetch import KEYRING, Apt, mirror, unpack  # noqa: E402

COMPILER = ['gcc-{0}-{1}-linux-gnu', 'binutils-{1}-linux-gnu']  # of another suite
SUITES = {'12': 'bookworm', '13': 'trixie', '14': 'sid'}  # by the end of a version: +deb13
MACHINES = {'amd64': 'x86-64', 'arm64': 'aarch64'}  # in names of packages


class Headers:
    """Headers of one kernel, and what its modules are compiled with."""

    def __init__(self, folder):
        self.folder = folder
        self.flavour = next(folder.glob('usr/src/linux-headers-*-cloud-*'))
        self.common = next(folder.glob('usr/src/linux-headers-*-common'))
        own = sorted(folder.glob('usr/bin/*-gcc-[0-9]*'))
        config = (self.flavour / 'include/config/auto.conf').read_text(encoding='utf-8')
        number = int(re.search(r'^CONFIG_GCC_VERSION=(\d+)', config, re.MULTILINE)[1]) // 10000
        self.compiler = str(own[0]) if own else f'gcc-{number}'
        self.tools = str(own[0]).rsplit('gcc', 1)[0] if own else ''

    def make(self, tree, *words):
        """Runs make on a module's tree; returns (exit code, what was printed)."""
        command = ['make', '-C', self.flavour, '-f', self.common / 'Makefile', f'M={tree}',
                   f'KBUILD_OUTPUT={self.flavour}', f'CROSS_COMPILE={self.tools}',
                   f'CC={self.compiler}', *words]
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.returncode, done.stdout.decode(errors='replace')

    def version(self):
        """Of the compiler, as it says it."""
        done = subprocess.run([self.compiler, '--version'], stdout=subprocess.PIPE, check=False)
        return done.stdout.decode().splitlines()[0]


def is_program(path):
    with open(path, 'rb') as file:
        return file.read(4) == b'\x7fELF'


def settle(folder, patchelf):
    """Programs of another suite find its libraries, and the loader that these want."""
    libraries = next(folder.glob('usr/lib/*-linux-gnu'))
    loader = next(libraries.glob('ld-linux-*.so.*'))
    places = [folder / 'usr/bin', folder / 'usr/libexec', *folder.glob('usr/lib/linux-kbuild-*')]
    for path in (path for place in places for path in place.rglob('*')):
        if path.is_symlink() or not path.is_file() or not path.stat().st_mode & 0o100:
            continue
        if is_program(path):
            subprocess.run([patchelf, '--set-interpreter', loader, '--force-rpath', '--set-rpath',
                            libraries, path], stderr=subprocess.DEVNULL, check=False)
    # The compiler looks for its assembler here before it takes the system's.
    for place in folder.glob('usr/libexec/gcc/*/[0-9]*'):
        machine = place.parent.name
        (place / 'as').symlink_to(folder / 'usr/bin' / f'{machine}-as')


def download(apt, suite, names, into):
    into.mkdir(parents=True, exist_ok=True)
    apt.run('apt-get', '-q', '-t', suite, 'download', *names, cwd=into)
    return sorted(into.glob('*.deb'))


def sources(folder, arch, suite):
    """apt for a suite, its backports and security updates, and for patchelf of this system."""
    suites = dict.fromkeys([suite, 'bookworm'] + [f'{suite}-backports'] * (suite != 'sid'))
    apt = Apt(folder / f'apt-{suite}-{arch}', arch, list(suites), None)
    if suite != 'sid':
        security = re.sub('/debian/?$', '/debian-security', mirror())
        with open(apt.folder / 'sources.list', 'a', encoding='utf-8') as file:
            file.write(f'deb [signed-by={KEYRING}] {security} {suite}-security main\n')
    apt.update()
    return apt


def fetch(folder, version, arch, say):
    """Headers of the kernel that uname calls @version-cloud-@arch."""
    into = folder / 'headers' / f'{version}-cloud-{arch}'
    complete = into / 'complete'
    if complete.exists():
        return Headers(into)
    shutil.rmtree(into, ignore_errors=True)
    say(f'fetching headers of {version} for {arch}')
    suite = SUITES.get((re.search(r'\+deb(\d+)$', version) or [0, '12'])[1], 'sid')
    apt = sources(folder, arch, suite)
    flavour = f'linux-headers-{version}-cloud-{arch}'
    if flavour not in apt.run('apt-cache', 'pkgnames', flavour).split():
        raise Failure(f'the mirror has a kernel {version} but not its headers: name another '
                      'release')
    shown = apt.run('apt-cache', 'show', flavour)
    number = int(re.search(r'gcc-(\d+)', shown)[1])
    kbuild = re.search(r'linux-kbuild-[\w.+]+', shown)[0]
    names = [flavour, f'linux-headers-{version}-common', kbuild]
    debs = folder / f'debs-headers-{version}'
    foreign = not shutil.which(f'gcc-{number}')
    if foreign:
        # With all that they depend on, as there are no other packages of that suite.
        own = [name.format(number, MACHINES[arch]) for name in COMPILER]
        planned = apt.run('apt-get', '-s', '--no-install-recommends', '-t', suite, 'install',
                          kbuild, *own)
        names += [name for name in re.findall(r'^Inst (\S+)', planned, re.MULTILINE)
                  if name not in names]
    found = download(apt, suite, names, debs)
    unpack(found, into)
    if foreign:
        patchelf = folder / 'patchelf'
        if not patchelf.is_dir():
            unpack(download(apt, 'bookworm', ['patchelf'], folder / 'debs-patchelf'), patchelf)
        settle(into, patchelf / 'usr/bin/patchelf')
    shutil.rmtree(debs)
    # With it the build would want pahole, for a section that nobody reads.
    for image in into.glob('usr/src/*/vmlinux'):
        image.unlink()
    complete.touch()
    return Headers(into)
