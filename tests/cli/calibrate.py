# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""zramsim calibrate: the profile it writes, where it goes, and what it refuses."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from harness import PROGRAM, bad, environment, ended, good, has, main, scratch, test, zramsim


@test
def host_wants_to_be_calibrated_first():
    with scratch() as folder:
        has(bad(2, 'run', '-s', 'sync', '--size', '1M', '--machine', 'host',
                env=environment(XDG_CONFIG_HOME=folder)), 'zramsim calibrate')


@test
def the_profile_of_this_machine_can_be_used():
    with scratch() as folder:
        env = environment(XDG_CONFIG_HOME=folder)
        run = zramsim('calibrate', env=env)
        assert run.returncode == 0 and not run.stdout, run
        has(run.stderr, 'measuring', '--machine host')
        path = Path(folder) / 'zramsim' / 'host.profile'
        assert os.listdir(path.parent) == ['host.profile']
        text = path.read_text(encoding='utf-8')
        has(text, 'name = host', 'measured:', 'estimate: ', '[memory]', '[os]')
        has(good('list', 'machines', env=env), 'host')
        once = good('run', '-s', 'sync,bulk', '--size', '4M', '--machine', 'host', '-q',
                    '--format', 'json', env=env)
        again = good('run', '-s', 'sync,bulk', '--size', '4M', '--machine', path, '-q',
                     '--format', 'json')
        results = json.loads(once)['results']
        assert results == json.loads(again)['results']
        assert len(results[0]['machine'][0]['cpu_busy']) == len(os.sched_getaffinity(0))


@test
def options_that_make_no_sense_are_refused():
    has(bad(2, 'calibrate', '--speed'), '--speed', '--output')
    has(bad(2, 'calibrate', '-o'), 'wants a file')
    has(bad(2, 'calibrate', '--output='), 'wants a file')
    has(bad(2, 'calibrate', 'host'), 'host')
    has(bad(3, 'calibrate', '-o', '/nonexistent/host.profile'), 'create the directory')
    has(bad(3, 'calibrate', env=environment(XDG_CONFIG_HOME='/dev/null/x')), '--output')
    has(bad(2, 'calibrate', '--kernel', '--uml'), 'one kernel')
    has(bad(2, 'calibrate', '--uml='), '--uml=LINUX')
    has(good('calibrate', '--help'), '--kernel', '--uml', '--output', '--quiet')


@test
def a_kernel_in_user_mode_has_to_be_there():
    with scratch() as folder:
        file = f'{folder}/host.profile'
        has(bad(4, 'calibrate', '--uml', '-q', '-o', file, env=environment(PATH=folder)),
            'skipped', 'user-mode-linux', '--uml=LINUX')
        has(bad(3, 'calibrate', '--uml=/nonexistent', '-q', '-o', file), '/nonexistent')
        has(bad(3, 'calibrate', '--uml=/dev/null', '-q', '-o', file), 'cannot be executed')
        has(bad(3, 'calibrate', '--uml=/bin/true', '-q', '-o', file), 'last line: (nothing)')
        assert not os.listdir(folder)


@test
def what_a_kernel_in_user_mode_starts_is_no_command():
    has(bad(2, 'user-mode-guest', '/tmp'), 'no command')


@test
def only_root_has_a_kernel_to_fit_to():
    def become_nobody():
        if not os.geteuid():
            os.setuid(65534)
    with scratch() as folder:
        os.chmod(folder, 0o777)
        has(bad(4, 'calibrate', '--kernel', '-q', '-o', f'{folder}/host.profile',
                preexec_fn=become_nobody), 'skipped', 'only root')
        assert not os.listdir(folder)


@test
def a_device_that_is_interrupted_goes():
    """Only where somebody wants it, as it makes swap of this machine's."""
    if not os.environ.get('ZRAMSIM_TEST_DEVICE'):
        return
    before = sorted(os.listdir('/sys/block')), Path('/proc/swaps').read_text(encoding='utf-8')
    with scratch() as folder:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with subprocess.Popen([PROGRAM, 'calibrate', '--kernel', '-o', f'{folder}/x'],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  text=True) as run:
                assert 'measuring' in run.stderr.readline()
                time.sleep(0.3)
                run.send_signal(number)
                run.send_signal(number)
                _, err = ended(run)
            assert run.returncode == 130, err
            has(err, 'interrupted')
            assert not os.listdir(folder)
            assert before == (sorted(os.listdir('/sys/block')),
                              Path('/proc/swaps').read_text(encoding='utf-8'))


@test
def an_interrupt_leaves_nothing():
    with scratch() as folder:
        with subprocess.Popen([PROGRAM, 'calibrate', '-o', f'{folder}/host.profile'],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
            assert 'measuring' in run.stderr.readline()
            time.sleep(0.05)
            run.send_signal(signal.SIGINT)
            _, err = ended(run)
        assert run.returncode == 130, err
        has(err, 'interrupted')
        assert not os.listdir(folder)


main()
