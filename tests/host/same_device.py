#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""The port against a zram device of this kernel, operation by operation; root, run by hand.

usage: same_device.py LIBZRAMSIM.SO [SEED [STEPS]]

Random writes of pages of all kinds, discards (some not made of logical blocks), compactions and
memory limits go to both. After each of them every column of mm_stat and io_stat has to be the same,
and so has what is read. The device is added for it, and removed.
"""
import ctypes
import errno
import fcntl
import mmap
import os
import random
import struct
import sys

DISK = 64 << 20
PAGE = 4096
BLKDISCARD = 0x1277
STAT = ('orig compr used limit max same compacted huge huge_since failed_reads failed_writes '
        'notify_free miss_free').split()


class Stat(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in STAT]


class Port:
    def __init__(self, path):
        self.lib = ctypes.CDLL(path)
        self.lib.zramsim_compact.restype = ctypes.c_uint64
        self.dev = ctypes.c_void_p()
        # All-zero parameters are defaults; only the size comes first. No struct is so large.
        params = struct.pack('Q', DISK) + bytes(248)
        err = self.lib.zramsim_device_create(params, ctypes.byref(self.dev))
        if err:
            sys.exit(f'no device in this process: {os.strerror(-err)}')

    def write(self, index, page):
        # Of the errno of a page's write a writer of the block device sees EIO.
        err = self.lib.zramsim_write(self.dev, index, page)
        return errno.EIO if err == -errno.ENOMEM else -err

    def read(self, index):
        page = ctypes.create_string_buffer(PAGE)
        return self.lib.zramsim_read(self.dev, index, page) or page.raw

    def discard(self, offset, length):
        return -self.lib.zramsim_discard(self.dev, ctypes.c_uint64(offset),
                                         ctypes.c_uint64(length))

    def compact(self, _):
        return self.lib.zramsim_compact(self.dev) and 0

    def limit(self, size):
        self.lib.zramsim_set_mem_limit(self.dev, ctypes.c_uint64(size))
        return 0

    def stat(self):
        stat = Stat()
        self.lib.zramsim_mm_stat(self.dev, ctypes.byref(stat))
        return [getattr(stat, name) for name in STAT[:12]]


class Device:
    def __init__(self):
        with open('/sys/class/zram-control/hot_add', encoding='ascii') as file:
            self.number = int(file.read())
        self.sys = f'/sys/block/zram{self.number}/'
        self.fd = None
        try:
            self.set('comp_algorithm', 'lz4')
            self.set('disksize', DISK)
            self.fd = os.open(f'/dev/zram{self.number}', os.O_RDWR | os.O_DIRECT)
        except OSError:
            self.remove()
            raise
        self.page = mmap.mmap(-1, PAGE)

    def set(self, name, value):
        with open(self.sys + name, 'w', encoding='ascii') as file:
            file.write(str(value))

    def get(self, name):
        with open(self.sys + name, encoding='ascii') as file:
            return [int(word) for word in file.read().split()]

    def remove(self):
        if self.fd is not None:
            os.close(self.fd)
        with open('/sys/class/zram-control/hot_remove', 'w', encoding='ascii') as file:
            file.write(str(self.number))

    def write(self, index, page):
        self.page[:] = page
        try:
            return 0 if os.pwritev(self.fd, [self.page], index * PAGE) == PAGE else -1
        except OSError as error:
            return error.errno

    def read(self, index):
        os.preadv(self.fd, [self.page], index * PAGE)
        return self.page[:]

    def discard(self, offset, length):
        try:
            fcntl.ioctl(self.fd, BLKDISCARD, struct.pack('QQ', offset, length))
            return 0
        except OSError as error:
            return error.errno

    def compact(self, _):
        self.set('compact', 1)
        return 0

    def limit(self, size):
        self.set('mem_limit', size)
        return 0

    def stat(self):
        io_stat = self.get('io_stat')
        return self.get('mm_stat')[:9] + io_stat[:2] + io_stat[3:]


def a_page(rng):
    kind = rng.random()
    if kind < .05:
        return bytes([rng.randrange(256)]) * PAGE
    if kind < .12:
        return rng.randbytes(PAGE)
    if kind < .2:
        return (rng.randbytes(rng.randrange(1, 64)) * PAGE)[:PAGE]
    noise = rng.randbytes(int(rng.betavariate(1.3, 2.2) * PAGE))
    return noise + bytes(PAGE - len(noise))


def an_operation(rng):
    kind, index = rng.random(), rng.randrange(rng.choice([20, 300, 4000]))
    if kind < .68:
        return 'write', (index, a_page(rng))
    if kind < .95:
        length = rng.choice([1, 1, 1, 2, 7, 64, rng.randrange(1, 600)]) * PAGE
        odd = rng.random() < .05
        return 'discard', (index * PAGE + odd * rng.choice([0, 512, 1024]),
                           length + odd * rng.choice([0, -512, 512]))
    if kind < .975:
        return 'compact', (None,)
    if kind < .985:
        return 'limit', (rng.choice([0, 0, 1 << 20, 5000, rng.randrange(8 << 20)]),)
    return 'read', (index,)


def compare(port, device, rng, steps):
    for step in range(steps):
        name, args = an_operation(rng)
        have, want = getattr(port, name)(*args), getattr(device, name)(*args)
        if have != want:
            return f'step {step}, {name}: the device answers {want}, the port {have}'
        have, want = port.stat(), device.stat()
        for column, mine, theirs in zip(STAT, have, want):
            if mine != theirs:
                return f'step {step}, {name}: {column} is {theirs}, of the port {mine}'
    return None


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    seed, steps = (int(word) for word in (sys.argv[2:] + ['1', '5000'][len(sys.argv) - 2:]))
    port = Port(sys.argv[1])
    try:
        device = Device()
    except OSError as error:
        sys.exit(f'no zram device of this kernel: {error}; become root, and load zram')
    try:
        found = compare(port, device, random.Random(seed), steps)
    finally:
        device.remove()
    print(found or f'seed {seed}: the same after each of {steps} operations')
    sys.exit(found is not None)


if __name__ == '__main__':
    main()
