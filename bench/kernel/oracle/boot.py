#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""What boots a packaged kernel under QEMU with an initramfs of ours.

    kernel = Kernel(FOLDER)                   # a linux-image package as dpkg -x leaves it
    modules = kernel.modules(['zram'])        # with what they depend on, in order of loading
    initramfs(PATH, INIT, modules, extra={})
    text = boot(QEMU, kernel, PATH, cpus=2)

'boot.py QEMU KERNEL INIT [CPUS] [MODULE...]' does that and prints the console."""
import gzip
import lzma
import os
import re
import subprocess
import sys
from pathlib import Path

LOADED = '/modules'  # where the guest finds its modules, numbered in order of loading
PAGE = 512


class Failure(Exception):
    """What went wrong, in one sentence."""


class Kernel:
    """A kernel of Debian, unpacked: its image, its release as uname says it, its modules."""

    def __init__(self, folder):
        images = [*folder.glob('boot/vmlinuz-*'), *folder.glob('**/lib/modules/*/vmlinuz')]
        trees = [tree for tree in folder.glob('**/lib/modules/*') if (tree / 'kernel').is_dir()]
        if len(images) != 1 or len(trees) != 1:
            raise Failure(f'{folder} holds no unpacked kernel: remove it, so that it is '
                          'fetched again')
        self.image = images[0]
        self.tree = trees[0]
        self.release = trees[0].name
        self.arch = self.release.rsplit('-', 1)[1]
        self.files = {re.sub(r'\.ko(\.\w+)?$', '', path.name).replace('-', '_'): path
                      for path in (self.tree / 'kernel').rglob('*.ko*')}

    def modules(self, names):
        """(name, content) of each module and of what it depends on, in order of loading. What
        is built in, or not made for this kernel, is left out."""
        found = {}

        def add(name):
            if name in found or name not in self.files:
                return
            content = unpacked(self.files[name])
            depends = re.search(rb'(?:^|\0)depends=([^\0]*)\0', content)
            for other in depends.group(1).decode().split(',') if depends else []:
                add(other.replace('-', '_'))
            found[name] = content

        for name in names:
            add(name.replace('-', '_'))
        return list(found.items())


def unpacked(path):
    content = path.read_bytes()
    if path.suffix == '.xz':
        return lzma.decompress(content)
    if path.suffix == '.gz':
        return gzip.decompress(content)
    if path.suffix == '.zst':
        return subprocess.run(['zstd', '-dcq', path], check=True, stdout=subprocess.PIPE).stdout
    return content


def entry(name, mode, content=b'', device=(0, 0)):
    """A member of an archive in the newc format, which kernels unpack."""
    fields = [entry.number, mode, 0, 0, 1, 0, len(content), 0, 0, *device, len(name) + 1, 0]
    entry.number += 1
    head = b'070701' + b''.join(b'%08x' % field for field in fields) + name.encode() + b'\0'
    return b''.join(part + bytes(-len(part) % 4) for part in (head, content))


entry.number = 1


def initramfs(path, init, modules=(), extra=None):
    """Writes an archive with @init as /init, modules as /modules/NN-NAME.ko, and files by the
    name they get in the guest."""
    entry.number = 1
    parts = [entry(name, 0o040755) for name in ('dev', 'proc', 'sys', LOADED[1:])]
    parts.append(entry('dev/console', 0o020600, device=(5, 1)))
    parts.append(entry('init', 0o100755, Path(init).read_bytes()))
    for number, (name, content) in enumerate(modules):
        parts.append(entry(f'{LOADED[1:]}/{number:02}-{name}.ko', 0o100644, content))
    for name, content in (extra or {}).items():
        parts.append(entry(name, 0o100644, content))
    parts.append(entry('TRAILER!!!', 0))
    text = b''.join(parts)
    Path(path).write_bytes(text + bytes(-len(text) % PAGE))


class Qemu:
    """QEMU as its packages unpack it under a folder, with the libraries that came with it."""

    def __init__(self, folder):
        self.folder = folder
        libraries = [str(path) for top in ('lib', 'usr/lib')
                     for path in sorted((folder / top).glob('*-linux-gnu*'))]
        self.environment = dict(os.environ, LD_LIBRARY_PATH=':'.join(libraries))

    def command(self, arch):
        program = {'amd64': 'x86_64', 'arm64': 'aarch64'}[arch]
        command = [str(self.folder / 'usr/bin' / f'qemu-system-{program}')]
        for name in ('qemu', 'seabios', 'ipxe'):
            command += ['-L', str(self.folder / 'usr/share' / name)]
        return command


# Processors: those whose counts kernel-*.counts has. Neoverse N1 has atomics of one instruction.
MACHINES = {
    'amd64': ['-machine', 'pc', '-cpu', 'qemu64'],
    'arm64': ['-machine', 'virt,gic-version=3', '-cpu', 'neoverse-n1'],
}
CONSOLES = {'amd64': 'ttyS0', 'arm64': 'ttyAMA0'}


def boot(qemu, kernel, initrd, cpus=1, append='', options=(), exact=False, seconds=600):
    """Boots until the guest powers itself off, and returns what it wrote to the console.

    exact: instructions are the clock and chance is seeded, so that two runs are the same."""
    words = f'console={CONSOLES[kernel.arch]} panic=-1 nokaslr noreplace-smp {append}'
    command = [*qemu.command(kernel.arch), *MACHINES[kernel.arch], '-m', '512', '-smp', str(cpus),
               '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot',
               '-serial', 'stdio', '-kernel', str(kernel.image), '-initrd', str(initrd),
               '-append', words.strip(), *options]
    if exact:
        command += ['-accel', 'tcg,thread=single', '-icount', 'shift=0,sleep=off', '-seed', '1',
                    '-rtc', 'base=2026-01-01,clock=vm']
    try:
        done = subprocess.run(command, env=qemu.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=seconds,
                              check=False)
    except subprocess.TimeoutExpired as expired:
        text = (expired.stdout or b'').decode(errors='replace')
        raise Failure(f'the guest of {kernel.release} did not end within {seconds} s; its last '
                      f'lines:\n{text[-2000:]}') from None
    text = done.stdout.decode(errors='replace').replace('\r', '')
    if done.returncode:
        raise Failure(f'QEMU ended with status {done.returncode}: '
                      f'{done.stderr.decode(errors="replace").strip() or text[-2000:]}')
    return text


def main():
    qemu, kernel, init = Qemu(Path(sys.argv[1])), Kernel(Path(sys.argv[2])), sys.argv[3]
    cpus = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    archive = Path(init).with_suffix('.cpio')
    initramfs(archive, init, kernel.modules(sys.argv[5:]))
    sys.stdout.write(boot(qemu, kernel, archive, cpus))


if __name__ == '__main__':
    main()
