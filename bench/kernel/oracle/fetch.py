#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Kernels and QEMU as Debian packages them, unpacked under a folder of ours.

apt keeps a state of its own there, with sources of its own and the keyring of the system, so
nothing of the system changes and nobody has to be root. The mirror is that of the system."""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from boot import Failure

KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'
KERNEL_SUITES = ['bookworm', 'bookworm-backports', 'trixie', 'trixie-backports', 'sid',
                 'experimental']
QEMU_SUITES = ['bookworm', 'bookworm-backports']
QEMU_PACKAGES = {'amd64': 'qemu-system-x86', 'arm64': 'qemu-system-arm'}
PROGRAMS = {'amd64': 'qemu-system-x86_64', 'arm64': 'qemu-system-aarch64'}
PARTS = ['image', 'binary', 'modules']  # of a kernel


class Apt:
    """apt with a state of its own in a folder."""

    def __init__(self, folder, arch, suites, status):
        self.folder = folder
        self.environment = dict(os.environ, APT_CONFIG=str(folder / 'apt.conf'), LC_ALL='C')
        for name in ('lists/partial', 'archives/partial'):
            (folder / name).mkdir(parents=True, exist_ok=True)
        if not status:
            status = folder / 'status'
            status.touch()
        sources = folder / 'sources.list'
        sources.write_text(''.join(f'deb [signed-by={KEYRING}] {mirror()} {suite} main\n'
                                   for suite in suites))
        settings = {
            'Dir::State': folder, 'Dir::State::status': status, 'Dir::Cache': folder,
            'Dir::Etc::sourcelist': sources, 'Dir::Etc::sourceparts': '/dev/null',
            'Dir::Etc::preferencesparts': '/dev/null', 'APT::Architecture': arch,
            'Acquire::Languages': 'none', 'Acquire::Retries': '2',
            'APT::Update::Error-Mode': 'any', 'Debug::NoLocking': 'true',
            'APT::Sandbox::User': 'root',
        }
        (folder / 'apt.conf').write_text(''.join(
            f'{name} "{value}";\n' for name, value in settings.items()) +
            f'APT::Architectures {{ "{arch}"; }};\n')

    def run(self, *command, cwd=None):
        done = subprocess.run(command, env=self.environment, cwd=cwd, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        text = done.stdout.decode(errors='replace')
        if done.returncode == 0:
            return text
        if 'No space left' in text:
            raise Failure(f'no space is left for {self.folder}: make some, or name another '
                          'folder with ZRAMSIM_BUILD')
        if re.search('Could not resolve|Temporary failure|Could not connect|Failed to fetch|'
                     'Unable to fetch', text):
            raise Failure(f'packages cannot be fetched from {mirror()}: this needs the network '
                          'once, and then works without')
        lines = [line for line in text.splitlines() if line.startswith('E: ')]
        raise Failure(f'{command[0]} {command[-1]} failed: {" ".join(lines) or text[-500:]}')

    def update(self):
        self.run('apt-get', '-q', 'update')


def mirror():
    """Where the system's own packages come from."""
    try:
        text = subprocess.run(['apt-get', 'indextargets', '--format', '$(REPO_URI)',
                               'Created-By: Packages'], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False).stdout.decode()
    except FileNotFoundError:
        text = ''
    found = re.findall(r'^\S+/debian/?$', text, re.MULTILINE)
    if not found or not Path(KEYRING).exists():
        raise Failure('no mirror of Debian is among the sources of apt here: run this on '
                      'Debian, or in a container of it')
    return found[0]


def unpack(debs, into, skip=()):
    """All of them or nothing: a folder that is there is complete."""
    partial = into.with_name(into.name + '.partial')
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for deb in debs:
        if deb.name.startswith(tuple(skip)):
            continue
        done = subprocess.run(['dpkg', '-x', str(deb), str(partial)], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            raise Failure(f'{deb.name} cannot be unpacked under {into.parent}: '
                          f'{done.stdout.decode(errors="replace").strip()[-200:]}')
    partial.rename(into)


def versions(names, arch):
    """Of packages, the kernels they are: {'6.18.15+deb13': its parts on the way}."""
    found = re.findall(rf'^linux-image-(\d+\.\d+\S*)-cloud-{arch}$', names, re.MULTILINE)
    return sorted(set(found), key=lambda version: [int(part) for part
                                                   in re.findall(r'\d+', version)])


def matches(version, release):
    return re.match(re.escape(release) + r'(?![0-9])', version) is not None


def complete(listed, wanted, arch):
    """Of versions that apt lists, those with all parts, and the names of these. Up to 7.0 the
    image has everything, later ones are of three parts."""
    there = set(re.findall(r'^ *(\S+) \|', listed, re.MULTILINE))
    found = {}
    for version in wanted:
        names = [f'linux-{part}-{version}-cloud-{arch}' for part in PARTS]
        names = [name for name in names if name in there]
        if len(names) in (1, len(PARTS)):
            found[version] = names
    return found


def kernel(folder, release, arch, preferred, say):
    """Folder of an unpacked kernel of a release: one that is there, else one of those
    preferred that the mirror has, else its newest."""
    here = [path for path in folder.glob(f'kernels/*-cloud-{arch}')
            if matches(path.name, release)]
    if here:
        return max(here, key=lambda path: [int(part) for part in re.findall(r'\d+', path.name)])
    say(f'fetching a kernel {release} for {arch}')
    apt = Apt(folder / f'apt-{arch}', arch, KERNEL_SUITES, None)
    apt.update()
    there = versions(apt.run('apt-cache', 'pkgnames', 'linux-image-'), arch)
    fitting = [version for version in there if matches(version, release)]
    if not fitting:
        known = dict.fromkeys('.'.join(version.split('.')[:2]) for version in there)
        raise Failure(f'the mirror has no kernel {release} for {arch}: it has '
                      f'{", ".join(known)}')
    listed = apt.run('apt-cache', 'madison', *(f'linux-{part}-{version}-cloud-{arch}'
                                               for version in fitting for part in PARTS))
    whole = complete(listed, fitting, arch)
    if not whole:
        raise Failure(f'of the kernels {release} the mirror has lost the modules: '
                      f'{", ".join(fitting)}')
    version = next((name for name in reversed(list(whole))
                    if f'{name}-cloud-{arch}' in preferred), list(whole)[-1])
    names = whole[version]
    debs = folder / f'debs-{version}-{arch}'
    debs.mkdir(parents=True, exist_ok=True)
    apt.run('apt-get', '-q', 'download', *names, cwd=debs)
    into = folder / 'kernels' / f'{version}-cloud-{arch}'
    unpack(sorted(debs.glob('*.deb')), into)
    shutil.rmtree(debs)
    return into


def user_mode(folder, say):
    """The program of an unpacked kernel in user mode, of the system's own release."""
    into = folder / 'user-mode-linux'
    linux = into / 'usr/bin/linux.uml'
    if linux.exists():
        return linux
    say('fetching user-mode-linux')
    host = subprocess.run(['dpkg', '--print-architecture'], stdout=subprocess.PIPE,
                          check=True).stdout.decode().strip()
    codename = re.search(r'^VERSION_CODENAME=(\w+)', Path('/etc/os-release').read_text(),
                         re.MULTILINE)
    apt = Apt(folder / 'apt-user-mode', host, [codename.group(1) if codename else 'sid'], None)
    apt.update()
    debs = folder / 'debs-user-mode'
    debs.mkdir(parents=True, exist_ok=True)
    apt.run('apt-get', '-q', 'download', 'user-mode-linux', cwd=debs)
    unpack(sorted(debs.glob('*.deb')), into)
    shutil.rmtree(debs)
    return linux


def qemu(folder, arch, say):
    """Folder of an unpacked QEMU 10 that has a program for @arch."""
    into = folder / f'qemu-{arch}'
    if into.is_dir():
        return into
    say(f'fetching QEMU 10 for {arch}')
    host = subprocess.run(['dpkg', '--print-architecture'], stdout=subprocess.PIPE,
                          check=True).stdout.decode().strip()
    apt = Apt(folder / 'apt-qemu', host, QEMU_SUITES, '/var/lib/dpkg/status')
    apt.update()
    apt.run('apt-get', '-q', '-y', '-t', QEMU_SUITES[-1], '--no-install-recommends',
            '--download-only', 'install', QEMU_PACKAGES[arch])
    # The loader only works with the C library of the system.
    unpack(sorted((apt.folder / 'archives').glob('*.deb')), into, skip=['libc6_'])
    for deb in (apt.folder / 'archives').glob('*.deb'):
        deb.unlink()
    if not (into / 'usr/bin' / PROGRAMS[arch]).exists():
        shutil.rmtree(into)
        raise Failure(f'{QEMU_PACKAGES[arch]} is installed here in a version that apt keeps: '
                      'remove it, or run this in a container of Debian 12')
    return into


def main():
    """fetch.py FOLDER: prints the path of a kernel in user mode, unpacked under the folder."""
    def say(text):
        print(f'dev: {text}', file=sys.stderr)
    try:
        print(user_mode(Path(sys.argv[1]).resolve(), say))
    except Failure as failure:
        say(failure)
        sys.exit(3)


if __name__ == '__main__':
    main()
