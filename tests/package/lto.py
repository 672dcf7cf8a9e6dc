#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""lto.py MESON SOURCE_DIR COMPILER...: a build with LTO leaves the virtual copy out of it.

The copy is linked and renamed object by object, which needs machine code in the objects.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main():
    meson, source, *compiler = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([meson, 'setup', folder, source, '-Dauto_features=disabled',
                        '-Dvirtual=enabled', '-Db_lto=true'], check=True,
                       stdout=subprocess.DEVNULL, env=os.environ | {'CC': ' '.join(compiler)})
        commands = json.loads((Path(folder) / 'compile_commands.json').read_text(encoding='utf-8'))
    copy = [command for command in commands
            if command['output'].startswith('sim/virtual/libvirtual')]
    lto = [command for command in commands if '-flto' in command['command']]
    if not copy or not lto:
        sys.exit('there is no virtual copy, or nothing with LTO, so this test shows nothing')
    for command in copy:
        if command in lto:
            sys.exit(f'{command["output"]} is compiled with LTO: see virtual_options in '
                     'sim/virtual/meson.build')


if __name__ == '__main__':
    main()
