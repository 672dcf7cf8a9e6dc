#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Commands other than experiments, and who writes what where."""

import os
import re

from harness import SMALL, SOURCE, bad, environment, good, has, main, test, zramsim

KINDS = ('strategies', 'scenarios', 'compressors', 'data', 'formats')
TOPICS = ('units', 'output', 'data', 'free-path', 'exit-codes')
COMMANDS = ('compare', 'run', 'carry', 'list', 'help', 'version')


@test
def every_strategy_of_the_registry_is_listed():
    registry = (SOURCE / 'strategies' / 'registry.c').read_text(encoding='utf-8')
    objects = re.findall(r'&zfree_(\w+),', registry)
    listed = [line.split()[0] for line in good('list', 'strategies').splitlines()]
    assert listed[0] == 'sync'
    assert [name.replace('-', '_') for name in listed] == objects


@test
def every_kind_is_listed():
    everything = good('list')
    for kind in KINDS:
        lines = good('list', kind).splitlines()
        assert lines
        for line in lines:
            has(everything, line.strip())
    has(good('list', 'data'), 'file:PATH', 'pid:PID', 'sizes:FILE')


@test
def every_page_of_help_is_there():
    overview = good('help')
    has(overview, *COMMANDS, *TOPICS)
    assert good('--help') == overview and good('-h') == overview
    for name in COMMANDS + TOPICS:
        assert good('help', name).strip()
    for command in ('compare', 'run', 'list'):
        assert good(command, '--help') == good('help', command)
    for line in overview.splitlines() + good('help', 'run').splitlines():
        assert len(line) <= 100, line


@test
def the_defaults_in_the_help_are_true():
    lines = dict(re.findall(r'--([a-z-]+)\S* .*\((\S+?)(?:; .*)?\)$', good('help', 'compare'),
                            re.M))
    out = good('run', '-s', 'sync', '--size', '256k', '--format', 'json', '-q')
    for option, text in (('runs', '"runs": {0},'), ('warmup', '"warmup": {0},'),
                         ('seed', '"seed": "{0}"'), ('scenario', '"scenario": "{0}"'),
                         ('procs', '"procs": {0},'), ('run-slots', '"run_slots": {0},')):
        has(out, text.format(lines[option]))
    assert lines['budget'] == '64M' and '"budget_bytes": 67108864' in out
    assert lines['flush'] == '100ms' and '"flush_ns": 100000000' in out
    assert lines['time-limit'] == '8s' and '"time_limit_ns": 8000000000' in out
    assert lines['page-size'] == '4k' and '"page_bytes": 4096' in out


@test
def the_version_is_that_of_the_build_file():
    build = (SOURCE / 'meson.build').read_text(encoding='utf-8')
    version = re.search(r"version: '([\d.]+)'", build).group(1)
    has(good('version'), f'zramsim {version}\n', 'compressors:', 'none')
    assert good('--version') == good('version')


@test
def unknown_words_get_a_suggestion():
    has(bad(2, 'comapre'), "'comapre'", "did you mean 'compare'")
    has(bad(2, 'frobnicate'), "'frobnicate'", 'zramsim help')
    has(bad(2, 'list', 'stratgies'), "'stratgies'", "did you mean 'strategies'")
    has(bad(2, 'list', 'pages'), "'pages'", 'compressors')
    has(bad(2, 'help', 'untis'), "'untis'", "did you mean 'units'")
    has(bad(2, 'help', 'frobnicate'), "'frobnicate'", 'zramsim help')


@test
def words_too_many_are_refused():
    has(bad(2, 'list', 'data', 'formats'), "'formats'")
    has(bad(2, 'help', 'run', 'compare'), "'compare'")
    has(bad(2, 'version', 'now'), "'now'")


@test
def no_command_is_a_usage_error():
    has(bad(2), 'zramsim compare', 'zramsim help')


@test
def a_quiet_experiment_says_nothing_on_standard_error():
    for form in ('table', 'json', 'csv', 'markdown'):
        run = zramsim('run', '-s', 'sync,bitmap', *SMALL, '-q', '--format', form)
        assert run.returncode == 0 and run.stdout and not run.stderr, run.stderr


@test
def progress_needs_a_terminal():
    run = zramsim('run', '-s', 'sync', *SMALL, env=environment(TERM='xterm'))
    assert '\r' not in run.stderr and '\033' not in run.stdout + run.stderr


@test
def a_closed_pipe_is_no_news():
    for args in (['list'], ['run', '-s', 'sync', *SMALL, '-q']):
        reader, writer = os.pipe()
        os.close(reader)
        try:
            run = zramsim(*args, stdout=writer)
        finally:
            os.close(writer)
        assert run.returncode == 3, run.returncode
        assert not run.stderr, run.stderr


@test
def a_full_disk_behind_standard_output_is_reported():
    with open('/dev/full', 'w', encoding='ascii') as full:
        run = zramsim('list', stdout=full)
        assert run.returncode == 3
        has(run.stderr, 'standard output', 'No space left')
        run = zramsim('run', '-s', 'sync', *SMALL, '-q', stdout=full)
        assert run.returncode == 3
        has(run.stderr, 'standard output', 'No space left')


main()
