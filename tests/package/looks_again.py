#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""A library that was installed after a folder was configured is found when it is configured again,
and until then the benchmark that needs it says so. Arguments: MESON SOURCE_ROOT CC..."""
import json
import os
import shlex
import stat
import subprocess
import sys
import tempfile

MESON, SOURCE, *CC = sys.argv[1:]

# A compiler for which Judy is not there as long as a file is.
COMPILER = '''#!/bin/sh
for word; do
	case $word in
	*Judy*) [ ! -e "$(dirname "$0")/hidden" ] || exit 1 ;;
	esac
done
exec {} "$@"
'''


def run(*words, **more):
    done = subprocess.run(words, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          **more)
    assert done.returncode == 0, f'{words}: {done.stdout.decode()[-2000:]}'
    return done.stdout.decode()


def lacking(build):
    """What the benchmark says that it lacks; nothing if it is a program of ours."""
    listed = json.loads(run(MESON, 'introspect', build, '--benchmarks'))
    command, = (one['cmd'] for one in listed if one['name'] == 'containers')
    return command[-1] if 'not built' in command[-1] else ''


def main():
    with tempfile.TemporaryDirectory(prefix='zramsim-test-') as folder:
        compiler, hidden = os.path.join(folder, 'cc'), os.path.join(folder, 'hidden')
        with open(compiler, 'w', encoding='ascii') as file:
            file.write(COMPILER.format(shlex.join(CC)))
        os.chmod(compiler, stat.S_IRWXU)
        with open(hidden, 'w', encoding='ascii'):
            pass
        build = os.path.join(folder, 'build')
        features = ['-Dauto_features=disabled', '-Dbench=enabled']
        run(MESON, 'setup', build, SOURCE, *features, env={**os.environ, 'CC': compiler})
        assert 'Judy' in lacking(build), f'not said: {lacking(build)!r}'
        os.remove(hidden)
        run(MESON, 'setup', '--reconfigure', build, SOURCE)
        assert 'Judy' not in lacking(build), f'still {lacking(build)!r}'
        print('found as soon as it is there')


if subprocess.run([*CC, '-fsyntax-only', '-include', 'Judy.h', '-xc', '/dev/null'], check=False,
                  stderr=subprocess.DEVNULL).returncode:
    print('Judy.h is not on this machine')
    sys.exit(77)
main()
