#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Good and bad values of every option, and what does not go together."""

import json
import os
import re

from harness import (SMALL, Skipped, bad, environment, good, has, have_machines, machine_test, main,
                     scratch, test,
                     zramsim)

# option: (value, key of the JSON configuration, what it must be there)
GOOD = {
    'strategy': [('sync', 'strategy', ['sync']), ('bitmap,sync', 'strategy', ['bitmap', 'sync'])],
    'scenario': [('exit', 'scenario', 'exit'), ('swapin', 'scenario', 'swapin'),
                 ('churn', 'scenario', 'churn'), ('lmk', 'scenario', 'lmk'),
                 ('pressure', 'scenario', 'pressure')],
    'data': [('anon', 'data', 'anon'), ('rfc', 'data', 'rfc')],
    'procs': [('1', 'procs', 1), ('3', 'procs', 3)],
    'size': [('256k', 'size_bytes', 1 << 18), ('0.5MiB', 'size_bytes', 1 << 19),
             ('262144', 'size_bytes', 1 << 18)],
    'present': [('0', 'present_pct', 0), ('20%', 'present_pct', 20), ('95', 'present_pct', 95)],
    'comp': [('none', 'comp', 'none')],
    'page-size': [('4k', 'page_bytes', 4096), ('16KiB', 'page_bytes', 16384),
                  ('65536', 'page_bytes', 65536)],
    'mem-limit': [('64M', 'mem_limit_bytes', 64 << 20)],
    'memory': [('64M', 'memory_bytes', 64 << 20)],
    'hogs': [('0', 'hogs', 0), ('1', 'hogs', 1)],
    'compact-every': [('1ms', 'compact_us', 1000), ('20us', 'compact_us', 20)],
    'kernel': [('6.1', 'kernel', '6.1'), ('6.12', 'locks', 'class'), ('7.3', 'pages', 'outside')],
    'locks': [('pool', 'locks', 'pool'), ('class', 'locks', 'class'),
              ('class-idx', 'locks', 'class-idx'), ('sharded', 'locks', 'sharded')],
    'pages': [('inside', 'pages', 'inside'), ('outside', 'pages', 'outside'),
              ('deferred', 'pages', 'deferred')],
    'flags': [('merged', 'flags', 'merged'), ('single', 'flags', 'single')],
    'stats': [('shared', 'stats', 'shared'), ('percpu', 'stats', 'percpu')],
    'hold': [('1', 'hold_objs', 1), ('65536', 'hold_objs', 65536)],
    'worker-nice': [('0', 'worker_nice', 0), ('19', 'worker_nice', 19)],
    'worker-delay': [('0us', 'worker_delay_us', 0), ('0.2ms', 'worker_delay_us', 200)],
    'defer': [('slot', 'defer', 'slot'), ('handle', 'defer', 'handle')],
    'batch': [('none', 'batch', 'none'), ('runs', 'batch', 'runs'), ('sorted', 'batch', 'sorted')],
    'workers': [('1', 'workers', '1'), ('2', 'workers', '2'), ('percpu', 'workers', 'percpu')],
    'run-slots': [('1', 'run_slots', 1), ('64', 'run_slots', 64)],
    'budget': [('4k', 'budget_bytes', 4096), ('1M', 'budget_bytes', 1 << 20)],
    'kick': [('1', 'kick_bytes', 1), ('128k', 'kick_bytes', 1 << 17)],
    'flush': [('1ms', 'flush_ns', 1000000), ('0.002s', 'flush_ns', 2000000)],
    'runs': [('1', 'runs', 1), ('2', 'runs', 2)],
    'warmup': [('0', 'warmup', 0), ('1', 'warmup', 1)],
    'seed': [('0', 'seed', '0'), ('0xff', 'seed', '255'),
             ('18446744073709551615', 'seed', '18446744073709551615')],
    'machine': [('epyc-2', 'machine', 'epyc-2'), ('rk3588:cpus=3', 'machine', 'rk3588:cpus=3')],
    'time-limit': [('10s', 'time_limit_ns', 10 * 10**9), ('1min', 'time_limit_ns', 60 * 10**9)],
    'format': [('json', 'scenario', 'exit')],
    'output': [('-', 'scenario', 'exit')],
    'color': [('auto', 'scenario', 'exit'), ('always', 'scenario', 'exit'),
              ('never', 'scenario', 'exit')],
}

# option: (value, part of what must be said about it)
BAD = {
    'strategy': [('bitmpa', "did you mean 'bitmap'"), ('frobnicate', 'list strategies'),
                 ('', 'empty name'), ('sync,', 'empty name'), ('sync,sync', 'named twice'),
                 ('SYNC', 'is no strategy')],
    'scenario': [('exti', "did you mean 'exit'"), ('', 'is no scenario'),
                 ('boot', 'list scenarios')],
    'data': [('annon', "did you mean 'anon'"), ('anon:1', 'after the name'),
             ('file', 'file:PATH'), ('file:', 'file:PATH'), ('pid:', 'pid:PID'),
             ('pid:x', 'pid:1234'), ('pid:0', 'pid:1234'), ('sizes', 'sizes:FILE'),
             ('', 'list data')],
    'procs': [('0', 'at least 1'), ('-1', 'negative'), ('65', 'at most 64'), ('2k', 'whole number'),
              ('', 'whole number'), ('two', 'whole number')],
    'size': [('0', 'give more'), ('-4k', 'negative'), ('12Q', 'unknown unit'), ('4k ', 'unit'),
             ('99999999999999999999', '64 bits'), ('5k', 'multiple of 4096'),
             ('3000T', 'at most 4T'), ('4T', 'slots'), ('', 'number of bytes')],
    'present': [('96%', 'at most 95'), ('200', '100 %'), ('-5', 'negative'), ('0.5', 'percent'),
                ('', '20%')],
    'ops': [('0', 'at least 1'), ('1.5', 'whole number'), ('99999999999', 'at most')],
    'comp': [('lz5', "did you mean 'lz4'"), ('none:x', 'level'), ('none:', 'level'),
             ('gzip', 'list compressors')],
    'page-size': [('8k', '4k, 16k or 64k'), ('4', '4k, 16k or 64k'), ('x', 'number of bytes')],
    'mem-limit': [('0', 'give more'), ('1', 'give more'), ('x', 'number of bytes')],
    'memory': [('0', 'give more'), ('x', 'number of bytes')],
    'alloc': [('0', 'give more'), ('x', 'number of bytes'), ('5T', 'at most 4T')],
    'hogs': [('257', 'at most 256'), ('-1', 'negative')],
    'compact-every': [('0us', 'at least 1'), ('5', 'unit'), ('100ns', 'microseconds'),
                      ('61min', 'at most')],
    'kernel': [('6.7', '6.1, 6.6, 6.12'), ('', '6.1, 6.6')],
    'locks': [('classidx', 'class, pool, class-idx, sharded'), ('', 'class, pool')],
    'pages': [('in', 'inside, outside, deferred')],
    'flags': [('one', 'merged, single')],
    'stats': [('cpu', 'shared, percpu')],
    'hold': [('0', 'at least 1'), ('65537', 'at most 65536'), ('x', 'whole number')],
    'worker-nice': [('20', 'at most 19'), ('-5', 'negative')],
    'worker-delay': [('2s', 'at most 1s'), ('10', 'unit'), ('1ns', 'microseconds')],
    'defer': [('page', 'none, zspage, handle, slot'), ('', 'none, zspage, handle, slot')],
    'batch': [('sort', 'none, runs, sorted')],
    'workers': [('0', 'at least 1'), ('65', 'at most 64'), ('per-cpu', 'percpu'), ('-1', 'percpu')],
    'run-slots': [('0', 'at least 1'), ('x', 'whole number'), ('99999999', 'at most')],
    'budget': [('0', 'give more'), ('1k', 'give more'), ('x', 'number of bytes')],
    'kick': [('0', 'at least 1'), ('65M', 'budget')],
    'flush': [('0ms', 'at least 1'), ('100', 'unit'), ('100us', 'milliseconds'), ('2h', 'unit'),
              ('100min', 'at most')],
    'runs': [('0', 'at least 1'), ('1001', 'at most 1000'), ('-1', 'negative')],
    'warmup': [('1001', 'at most 1000'), ('x', 'whole number')],
    'seed': [('-1', 'negative'), ('0x', '0x'), ('x', 'number'),
             ('18446744073709551616', '64 bits')],
    'pin': [('', 'list of processors'), ('0-', 'list of processors'), ('1-0', 'backwards'),
            ('65535', 'taskset'), ('0-999', 'at most 256')],
    'machine': [('pdp11', 'list machines'), ('', 'empty')],
    'ahead': [('0', 'at least 1'), ('x', 'whole number'), ('5', '--machine')],
    'time-limit': [('0s', 'at least 1'), ('10', 'unit'), ('x', 'time')],
    'format': [('jsno', "did you mean 'json'"), ('xml', 'list formats')],
    'output': [('', 'empty')],
    'timeline': [('', 'empty'), ('x.json', '--machine')],
    'color': [('yes', 'auto, always, never')],
}

if not have_machines():
    del BAD['machine'][0]
    GOOD['machine'].clear()

FLAGS = {'quiet', 'help', 'phases'}

# Options without a value to test here; tests of their own below.
OTHERS = {'ahead', 'alloc', 'ops', 'pin', 'timeline'}


def options():
    """The options that the help of compare lists."""
    return set(re.findall(r'^ .*?--([a-z-]+)', good('compare', '--help'), re.M))


def config(*args):
    strategy = [] if '--strategy' in ' '.join(args) else ['--strategy', 'pcpu-stack']
    return json.loads(good('run', *SMALL, '--format', 'json', '-q', *strategy, *args))['config']


@test
def the_lists_here_name_every_option():
    assert set(GOOD) | FLAGS | OTHERS == options(), options() ^ set(GOOD)
    assert set(BAD) | FLAGS == options(), options() ^ set(BAD)


@test
def good_values_arrive_in_the_configuration():
    for option, cases in GOOD.items():
        for value, key, expected in cases:
            found = config(f'--{option}', value)[key]
            assert found == expected, f'--{option} {value}: {key} is {found}, not {expected}'


@test
def a_value_may_stand_behind_an_equals_sign():
    assert config('--procs=2', '--seed=0x10')['procs'] == 2
    assert config('--data=rfc')['data'] == 'rfc'


@test
def short_options_take_their_value_either_way():
    out = json.loads(good('run', *SMALL, '-ssync', '--format=json', '-q', '-o', '-'))
    assert out['config']['strategy'] == ['sync']


@test
def the_last_of_several_values_counts():
    assert config('--procs', '3', '--procs', '2')['procs'] == 2


@test
def bad_values_are_refused_with_option_value_and_remedy():
    for option, cases in BAD.items():
        for value, part in cases:
            said = bad(2, 'compare', f'--{option}={value}')
            has(said, f'--{option} ', part)
            shown = value.split(',')[-1] if option == 'strategy' and value.count(',') else value
            number = option in ('size', 'kick', 'pin') and 'is not' not in part
            assert number or f"'{shown}'" in said or f"'{value}'" in said, said
            assert ';' in said or '?' in said, f'no remedy in: {said}'


@machine_test
def running_ahead_belongs_to_virtual_machines():
    assert config('--machine', 'epyc-2', '--ahead', '50')['ahead_ns'] == 50
    assert config()['ahead_ns'] is None


@test
def a_build_without_virtual_machines_says_so():
    if not have_machines():
        has(bad(4, 'run', '-s', 'sync', '--machine', 'rk3588'), "'rk3588'", 'not in this build')


@test
def operations_belong_to_churn():
    assert config('--scenario', 'churn', '--ops', '100')['ops'] == 100
    has(bad(2, 'run', '-s', 'sync', '--ops', '100'), '--ops', "'exit'", '--scenario churn')


@test
def present_pages_belong_to_lmk():
    assert config('--scenario', 'lmk')['present_pct'] == 50
    assert config('--scenario', 'lmk', '--present', '1')['present_pct'] == 1
    has(bad(2, 'run', '-s', 'sync', '--scenario', 'lmk', '--present', '0'), "--present '0'",
        "'lmk'", 'at least 1%')


@test
def an_allocation_belongs_to_scenarios_with_a_foreground():
    for scenario in ('lmk', 'pressure'):
        assert config('--scenario', scenario)['alloc_bytes'] == 1 << 18
        assert config('--scenario', scenario, '--alloc', '0.5M')['alloc_bytes'] == 1 << 19
    assert config()['alloc_bytes'] is None
    has(bad(2, 'run', '-s', 'sync', '--alloc', '1M'), "--alloc '1M'", "'exit'",
        '--scenario lmk or pressure')


@test
def phases_are_timed_when_asked_for():
    assert config()['phases'] is False
    assert config('--phases')['phases'] is True


@test
def threads_can_be_pinned():
    cpu = min(os.sched_getaffinity(0))
    assert config(f'--pin={cpu}')['pin'] == [cpu]
    assert cpu in config('--pin')['pin']
    assert cpu in config()['pin']
    assert config('--pin=none')['pin'] is None


@test
def a_level_may_follow_the_compressor():
    listed = good('list', 'compressors')
    for name in ('zstd', 'lz4'):
        if re.search(rf'^{name}\b(?!.*not in this build)', listed, re.M):
            found = config('--comp', f'{name}:2')
            assert (found['comp'], found['comp_level']) == (name, 2)


@test
def every_level_of_a_compressor_is_taken_and_no_other():
    listed = good('list', 'compressors')
    for name, least, most in (('zstd', -131072, 22), ('lz4', 1, 65537)):
        if not re.search(rf'^{name}\b(?!.*not in this build)', listed, re.M):
            continue
        for level in (least, most):
            assert config('--comp', f'{name}:{level}')['comp_level'] == level
        for level in (least - 1 or -1, most + 1):
            has(bad(2, 'run', '-s', 'sync', '--comp', f'{name}:{level}'), f'no level {level}',
                f'{least} to {most}')
    has(bad(2, 'run', '-s', 'sync', '--comp', 'none:1'), 'none has no levels', 'leave')


@test
def a_compressor_that_was_not_built_in_is_skipped():
    for name in re.findall(r'^(\w+) .*not in this build', good('list', 'compressors'), re.M):
        has(bad(4, 'run', '-s', 'sync', '--comp', name), '--comp', name, f'-D{name}=enabled')


@test
def unknown_options_are_refused():
    has(bad(2, 'compare', '--strategies', 'sync'), "'--strategies'", "did you mean '--strategy'")
    has(bad(2, 'compare', '--frobnicate'), "'--frobnicate'", 'help compare')
    has(bad(2, 'run', '-x'), "'-x'", 'help run')
    has(bad(2, 'run', '-qx'), "'-x'")


@test
def arguments_that_are_no_options_are_refused():
    has(bad(2, 'compare', 'bitmap'), "'bitmap'", '--strategy bitmap')
    has(bad(2, 'compare', 'now'), "'now'", 'help compare')
    has(bad(2, 'compare', '--', '--size'), "'--size'")


@test
def a_value_that_is_missing_is_asked_for():
    for option in sorted(options() - FLAGS - {'pin'}):
        has(bad(2, 'compare', f'--{option}'), f'--{option} needs a value', f'--{option} ')
    has(bad(2, 'run', '-s'), '--strategy needs a value')


@test
def a_flag_takes_no_value():
    for option in FLAGS:
        has(bad(2, 'compare', f'--{option}=1'), f'--{option}', 'cannot take')


@test
def run_wants_to_know_the_strategy():
    has(bad(2, 'run'), '--strategy NAME', 'zramsim compare')


@test
def a_unit_the_strategy_does_not_queue_is_refused():
    has(bad(2, 'run', '-s', 'bulk', '--defer', 'slot'), '--defer', "'slot'", "'bulk'", 'handle')
    has(bad(2, 'run', '-s', 'sync,bitmap', '--defer', 'handle'), "'handle'", "'bitmap'", 'slot')
    for defer in ('none', 'zspage'):
        has(bad(2, 'run', '-s', 'bitmap', '--defer', defer), f"'{defer}'", "'bitmap'",
            '--strategy sync')
    assert config('--strategy', 'sync', '--defer', 'none')['defer'] == 'none'


@test
def to_defer_zspages_is_to_defer_their_pages_and_nothing_else():
    found = config('--strategy', 'sync', '--defer', 'zspage')
    assert (found['defer'], found['pages']) == ('zspage', 'deferred')
    found = config('--strategy', 'sync', '--defer', 'zspage', '--pages', 'deferred')
    assert (found['defer'], found['pages']) == ('zspage', 'deferred')
    for pages in ('inside', 'outside'):
        has(bad(2, 'run', '-s', 'sync', '--defer', 'zspage', '--pages', pages),
            "--defer 'zspage'", f"--pages '{pages}'", 'leave one of them out')
    has(bad(2, 'run', '-s', 'sync', '--defer', 'none', '--pages', 'deferred'),
        "--defer 'none'", "--pages 'deferred'", 'use --defer zspage')
    for defer in ('slot', 'handle'):
        for pages in ('inside', 'outside', 'deferred'):
            found = config('--strategy', 'sync,array', '--defer', defer, '--pages', pages)
            assert (found['defer'], found['pages']) == (defer, pages)


@test
def compare_leaves_out_strategies_that_cannot_defer_so():
    units = dict(re.findall(r'^(\S+) +(none|slot, handle|slot|handle) ', good('list', 'strategies'),
                            re.M))
    for defer in ('slot', 'handle', 'none', 'zspage'):
        result = json.loads(good('compare', *SMALL, '-q', '--format', 'json', '--defer', defer))
        expected = {name for name, unit in units.items() if unit == 'none' or defer in unit}
        assert set(result['config']['strategy']) == expected
    said = zramsim('compare', *SMALL, '--defer', 'slot').stderr
    has(said, 'zramsim: --defer leaves out bulk\n')


@test
def values_that_contradict_each_other_are_refused():
    has(bad(2, 'compare', '--budget', '1M', '--kick', '2048k'), "--kick '2048k'", "--budget '1M'",
        'at most')
    has(bad(2, 'compare', '--kick', '1G'), "--kick '1G'", "--budget '64M'")
    has(bad(2, 'compare', '--page-size', '64k', '--size', '68k'), "--size '68k'", '65536')
    has(bad(2, 'compare', '--page-size', '64k', '--budget', '4k'), "--budget '4k'", '65536')
    has(bad(2, 'compare', '--data', 'sizes:x', '--comp', 'lz4'), '--comp', '--data')
    has(bad(2, 'compare', '--size', '262144M', '--procs', '64'), "--size '262144M'", '--procs')
    has(bad(2, 'compare', '--memory', '1T'), "--memory '1T' is more than")
    has(bad(3, 'run', '-s', 'sync', *SMALL, '--mem-limit', '64k'), "--mem-limit '64k' does")


@test
def data_that_cannot_be_read_are_an_input_error():
    with scratch() as folder:
        empty, words = f'{folder}/empty', f'{folder}/words'
        open(empty, 'w', encoding='ascii').close()
        with open(words, 'w', encoding='ascii') as file:
            file.write('1000 5\nno size\n')
        has(bad(3, 'run', '-s', 'sync', '--data', f'file:{folder}/none'), f'{folder}/none', ';')
        has(bad(3, 'run', '-s', 'sync', '--data', f'file:{folder}'), 'directory', ';')
        has(bad(3, 'run', '-s', 'sync', '--data', f'file:{empty}'), 'empty', ';')
        has(bad(3, 'run', '-s', 'sync', '--data', f'sizes:{folder}/none'), f'{folder}/none', ';')
        has(bad(3, 'run', '-s', 'sync', '--data', f'sizes:{words}'), f'{words}:2')
        has(bad(3, 'run', '-s', 'sync', '--data', 'pid:2147483647'), 'no such process', ';')


@test
def files_and_size_tables_are_data():
    with scratch() as folder:
        table = f'{folder}/table'
        with open(table, 'w', encoding='ascii') as file:
            file.write('# bytes and count\n1000 5\n2000 3\n')
        for data in (f'file:{os.path.realpath("/proc/self/exe")}', f'sizes:{table}'):
            assert config('--data', data)['data'] == data


@test
def a_live_process_is_data():
    data = f'pid:{os.getpid()}'
    if 'not permitted' in zramsim('run', '-s', 'sync', *SMALL, '--data', data).stderr:
        raise Skipped('reading another process is not permitted here')
    assert config('--data', data)['data'] == data


@test
def a_table_of_sizes_has_nothing_to_fault_in():
    with scratch() as folder:
        table = f'{folder}/table'
        with open(table, 'w', encoding='ascii') as file:
            file.write('1000 5\n')
        said = bad(2, 'run', '-s', 'sync', '--scenario', 'swapin', '--data', f'sizes:{table}')
        has(said, 'swapin', 'exit')


@test
def help_wins_over_everything_after_it():
    assert good('compare', '--help', '--frobnicate') == good('help', 'compare')
    assert good('run', '-h') == good('help', 'run')


@test
def nothing_is_asked_of_standard_input():
    assert zramsim('run', '-s', 'sync', *SMALL, env=environment(TERM='xterm')).returncode == 0


main()
