#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""The manual pages, the README and docs/ say what the program does."""

import re
import shlex
import shutil
import subprocess

from harness import (BUILD, PROGRAM, SOURCE, Skipped, bad, environment, good, has, have_machines,
                     main, scratch, test)

# Appended to the commands of examples, so that they are over soon: the last value counts.
SHORT = ['--size', '256k', '--runs', '1', '--warmup', '0', '--time-limit', '1s']


def page(name):
    return (SOURCE / name).read_text(encoding='utf-8')


def manual():
    """The page of the program: its options come from the table that the program reads."""
    return (BUILD / 'docs' / 'zramsim.1.scd').read_text(encoding='utf-8')


@test
def the_manual_says_what_an_option_is_its_range_and_its_default():
    has(manual(), '\n*-o, --output* _FILE_\n\tWrite to a file.', '\n*--pin*[=_CPUS_]\n',
        '\n*--hogs* _N_\n\tThreads that only burn CPU time meanwhile, on the processors of the '
        'workers first. Range: 0 to 256. Default: 0.\n',
        'Default: 8s; none with --runs.\n', '\n*--comp* _NAME_[:_LEVEL_]\n')
    assert '@options' not in manual()


@test
def the_manuals_name_every_strategy_scenario_and_format():
    strategies = page('docs/zramsim-strategy.7.scd')
    for line in good('list', 'strategies').splitlines():
        name = line.split()[0]
        units = re.search(r' (none|slot, handle|slot|handle) ', line).group(1)
        has(strategies, f'*{name}*' if units == 'none' else f'*{name}* ({units})')
    for kind in ('scenarios', 'formats', 'data'):
        for line in good('list', kind).splitlines():
            has(manual(), f'*{line.split()[0].split(":")[0]}')


@test
def the_manual_has_every_command_and_every_study():
    synopsis = manual().split('# SYNOPSIS')[1].split('# DESCRIPTION')[0]
    overview = good('help').split('commands:')[1].split('topics')[0]
    for name in re.findall(r'^  (\w+) ', overview, re.M):
        has(synopsis, f'*zramsim* *{name}*')
    studies = manual().split('# STUDIES')[1].split('# EXIT STATUS')[0]
    described_studies = re.findall(r'^\*([a-z-]+)\*$', studies, re.M)
    assert described_studies == re.findall(r'^([a-z-]+)', good('list', 'studies'), re.M)


@test
def the_manual_has_every_exit_code():
    codes = re.findall(r'^(\d+) ', good('help', 'exit-codes'), re.M)
    for code in codes:
        has(manual(), f'\n*{code}*\t')


@test
def the_help_of_study_has_what_studies_take():
    shown = good('help', 'study')
    assert shown == good('study', '--help')
    for option in ('strategy', 'timeline'):
        assert f'--{option} ' not in shown, shown
    for option in re.findall(r'^ +(?:-\w, )?--([a-z-]+)', good('help', 'run'), re.M):
        if option not in ('strategy', 'timeline'):
            has(shown, f'--{option}')
    has(shown, 'swapped memory of each process (64M)', 'after so much time (1min; none')
    has(good('help', 'run'), 'swapped memory of each process (256M)', '(8s; none')


@test
def a_value_may_follow_an_equals_sign_and_that_of_pin_has_to():
    has(manual(), '_--name=value_ is the same as _--name value_, but *--pin*')
    for name, value in (('procs', '2'), ('format', 'csv'), ('flush', '2ms')):
        for words in ([f'--{name}={value}'], [f'--{name}', value]):
            good('run', '-s', 'sync', *SHORT, '-q', *words)
    good('run', '-s', 'sync', *SHORT, '-q', '--pin=none')
    for value in ('none', '0-1', 'sync'):
        has(bad(2, 'run', '-s', 'sync', *SHORT, '--pin', value), f"'='; write --pin={value}")


def commands(text):
    """The zramsim commands shown as examples: indented, after a prompt, or between fences."""
    shown = re.findall(r'^(?:\t|    )(?:\$ )?zramsim ([^\n+]+)', text, re.M)
    for block in re.findall(r'^```\n(.*?)^```', text, re.M | re.S):
        shown += re.findall(r'^zramsim (.*)$', block, re.M)
    return shown


def commands_of_dev(text):
    """Those that go through ./dev, which hands on the words it does not know."""
    words = 'compare|run|carry|list|help|version'
    return re.findall(rf'^    \$ \./dev ((?:{words})\b.*)$', text, re.M)


@test
def the_examples_run():
    shown = commands(manual().split('# EXAMPLES')[1])
    shown += re.findall(r'^  zramsim (.*)$', good('help'), re.M)
    through_dev = commands_of_dev(page('README.md'))
    assert len(through_dev) > 2, through_dev
    shown += through_dev
    for name in sorted(SOURCE.glob('docs/*.md')) + [SOURCE / 'README.md']:
        shown += commands(name.read_text(encoding='utf-8'))
    assert len(shown) > 5, shown
    assert any('my-board.profile' in line for line in shown), shown
    with scratch() as folder:
        # docs/profiles.md copies it.
        shutil.copy(SOURCE / 'sim/virtual/profiles/rk3588.profile', f'{folder}/my-board.profile')
        for line in shown:
            args = [re.sub(r'^file:.*', f'file:{PROGRAM}', word) for word in shlex.split(line)]
            args = ['rfc' if word.startswith('pid:') else word for word in args]
            # studies.py runs those, with options that each of them takes; calibrate.py the other.
            if args[0] in ('study', 'calibrate'):
                continue
            if '--machine' in args and not have_machines():
                continue
            if args[0] in ('compare', 'run'):
                args += SHORT
            run = subprocess.run([PROGRAM, *args], cwd=folder, env=environment(), check=False,
                                 capture_output=True, text=True, timeout=120)
            assert run.returncode == 0, f'zramsim {line}: {run.stderr}'


@test
def the_pages_can_be_formatted():
    if not shutil.which('scdoc'):
        raise Skipped('scdoc is not installed')
    for text in (manual(), page('docs/zramsim-strategy.7.scd')):
        run = subprocess.run(['scdoc'], input=text.encode(), capture_output=True, check=False)
        assert run.returncode == 0, run.stderr
        assert b'.TH' in run.stdout


@test
def the_table_of_strategies_in_the_readme_is_complete():
    rows = re.findall(r'^\| `?([\w-]+)`? \| \[([\w.]+)\]', page('README.md'), re.M)
    listed = [line.split()[0] for line in good('list', 'strategies').splitlines()]
    assert [name for name, _ in rows] == listed, rows
    for _, file in rows:
        assert (SOURCE / 'strategies' / file).is_file(), file


@test
def the_example_in_the_guide_is_the_one_that_is_built():
    guide, source = page('docs/strategy.md'), page('docs/example/zfree_fifo.c')
    blocks = re.findall(r'^```c\n(.*?)^```', guide, re.M | re.S)
    shown = [block for block in blocks if 'fifo' in block]
    assert shown
    for block in shown:
        has(source, block.strip('\n'))


main()
