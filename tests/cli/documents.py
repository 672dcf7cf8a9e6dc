#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Every format parses, says the same, and is what docs/ says it is."""

import csv
import io
import json
import re

from harness import (BUILD, SMALL, SOURCE, Skipped, good, has, machine_test, main, scratch, test,
                     zramsim)
from schema import Schema

SCHEMA = json.loads((SOURCE / 'docs' / 'result.schema.json').read_text(encoding='utf-8'))
EVERY = ['compare', '--size', '512k', '--runs', '5', '--warmup', '0', '--flush', '1ms', '-q']


def checked(text):
    """Reads a JSON document as strictly as it can be."""
    def duplicate_free(pairs):
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), keys
        return dict(pairs)

    def no_such(name):
        raise ValueError(f'{name} is no JSON')

    document = json.loads(text, object_pairs_hook=duplicate_free, parse_constant=no_such)
    schema = Schema(SCHEMA)
    schema.strict = True
    errors = schema.errors(document)
    assert not errors, '\n'.join(errors)
    return document


def values(part, path=''):
    """Yields (path, value object) for each measured value below a part of the metrics."""
    for key, inner in part.items():
        if isinstance(inner, dict) and 'median' in inner:
            yield path + key, inner
        elif isinstance(inner, dict):
            yield from values(inner, f'{path}{key}.')


@test
def the_checker_finds_what_is_wrong():
    schema = Schema({'type': 'object', 'required': ['a'], 'properties': {
        'a': {'type': 'integer', 'minimum': 1}, 'b': {'enum': ['x']},
        'c': {'type': 'array', 'minItems': 2, 'items': {'type': ['string', 'null']}},
        'd': {'oneOf': [{'type': 'null'}, {'type': 'number', 'exclusiveMinimum': 0}]},
        'e': {'pattern': '^[0-9]+$'}}})
    assert not schema.errors({'a': 1, 'b': 'x', 'c': ['s', None], 'd': None, 'e': '12', 'f': 0})
    for wrong in ([], {}, {'a': 0}, {'a': '1'}, {'a': True}, {'a': 1.5}, {'a': 1, 'b': 'y'},
                  {'a': 1, 'c': ['s']}, {'a': 1, 'c': [1, 2]}, {'a': 1, 'd': 0},
                  {'a': 1, 'e': 'x'}):
        assert schema.errors(wrong), wrong
    schema.strict = True
    assert schema.errors({'a': 1, 'f': 0})


def number(text, key):
    """A number as the manual writes it, in the unit of its key."""
    value, unit = re.fullmatch(r'(\d+)(.*)', text).groups()
    times = {'ns': 1, 'us': 10**3, 'ms': 10**6, 's': 10**9, 'min': 60 * 10**9}
    if unit in times:
        return int(value) * times[unit] // times[key[-2:]]
    return int(value) << 10 * ' kMGT'.index(unit.replace('%', '') or ' ')


@test
def the_schema_has_the_ranges_and_words_of_the_options():
    manual = (BUILD / 'docs' / 'zramsim.1.scd').read_text(encoding='utf-8')
    page = (SOURCE / 'docs' / 'result-schema.md').read_text(encoding='utf-8')
    described = SCHEMA['properties']['config']['properties']
    compared = set()
    for key, option in re.findall(r'^\| `(\w+)` \| `--([a-z-]+)', page, re.M):
        text = re.search(rf'\n\*(?:-\w, )?--{option}\*.*\n\t(.*)', manual).group(1)
        bounds = re.search(r'Range: (\w+%?) to (\w+%?)\.', text)
        if bounds and described[key]['type'] != 'string':
            wanted = [number(bound, key) for bound in bounds.groups()]
            assert [described[key]['minimum'], described[key]['maximum']] == wanted, key
            compared.add(key)
        words = re.search('use one of (.*)$', zramsim('run', f'--{option}=?').stderr.strip())
        if words:
            found = [word for word in described[key]['enum'] if word != 'default']
            assert found == words.group(1).split(', '), key
            compared.add(key)
    assert {'procs', 'flush_ns', 'compact_us', 'locks', 'batch'} <= compared, compared


@test
def json_of_every_scenario_and_unit_fits_the_schema():
    checked(good(*EVERY, '--format', 'json'))
    for args in (['--scenario', 'swapin'], ['--scenario', 'churn', '--ops', '200'],
                 ['--defer', 'handle'], ['--workers', 'percpu'], ['--page-size', '16k'],
                 ['--present', '50%', '--procs', '2'], ['--mem-limit', '64M', '--pin'],
                 ['--scenario', 'lmk'], ['--scenario', 'pressure'], ['--phases'],
                 ['--locks', 'sharded', '--pages', 'deferred', '--compact-every', '100us']):
        strategies = 'sync,pcpu-page'
        checked(good('run', *SMALL, '-q', '-s', strategies, '--format', 'json', *args))


@test
def values_are_what_their_samples_say():
    for result in checked(good(*EVERY, '--format', 'json'))['results']:
        found = dict(values(result['metrics']))
        assert 'exit_ns' in found and 'cpu_ns_per_slot.total' in found
        for path, value in found.items():
            samples = sorted(sample for sample in value['samples'] if sample is not None)
            assert value['min'] == samples[0] and value['max'] == samples[-1], (path, value)
            middle = len(samples) // 2
            low = samples[(len(samples) - 1) // 2]
            assert low <= value['median'] <= samples[middle], (path, value)


def shared(result, value, first, base):
    """Values of the rounds that count of both, in pairs."""
    of_first = dict(zip(first['rounds'], base['samples']))
    for number, sample in zip(result['rounds'], value['samples']):
        if number in of_first and None not in (sample, of_first[number]):
            yield sample, of_first[number]


@test
def ratios_refer_to_the_first_strategy():
    results = checked(good(*EVERY, '--format', 'json'))['results']
    first = dict(values(results[0]['metrics']))
    assert results[0]['verdict'] == ''
    for result in results:
        for path, value in values(result['metrics']):
            if 'ratio' in value:
                pairs = list(shared(result, value, results[0], first[path]))
                ratios = sorted(over / under for over, under in pairs if under)
                if len(ratios) == len(pairs) and ratios[0]:
                    middle = (ratios[(len(ratios) - 1) // 2] + ratios[len(ratios) // 2]) / 2
                    assert abs(value['ratio'] - middle) <= 1e-9 * middle, path
            if value.get('ratio_ci'):
                low, high = value['ratio_ci']
                assert low <= value['ratio'] <= high


@test
def fewer_than_five_repeats_have_no_interval_and_no_verdict():
    for runs in '3', '4', '5':
        few = int(runs) < 5
        args = [*EVERY, '-s', 'sync,bulk', '--runs', runs, '--format']
        document = checked(good(*args, 'json'))
        for result in document['results'][1:]:
            assert (result['verdict'] is None) == few, result['verdict']
            assert (result['metrics']['exit_ns']['ratio_ci'] is None) == few
            assert result['metrics']['exit_ns']['ratio'] > 0
        assert any('no interval and no verdict' in text for text in document['warnings']) == few
        rows = [line.split(',') for line in good(*args, 'csv').splitlines()]
        low, high = rows[0].index('ratio_lo'), rows[0].index('ratio_hi')
        assert [row for row in rows[1:] if row[low] or row[high]] == [] or not few
        assert ('95 %' in good(*args, 'table')) != few


@test
def one_thing_is_not_told_as_many():
    one = ['--size', '4K', '--runs', '1', '-s', 'sync,rfc', '-q']
    for args in (['compare'], ['run'], ['compare', '--format', 'markdown']):
        text = good(*args, *one)
        assert '(1 slot of 4 KiB)' in text, text
        assert 'rfc left 1 item that' in text, text
        plural = re.findall(r'(?<![.\d])1 (?!process\b|class\b)[a-z]+s\b', text)
        assert not plural, plural


@machine_test
def timing_the_phases_costs_nothing_on_a_virtual_machine():
    text = good('compare', '--machine', 'rk3588', '--size', '64K', '-s', 'sync,bulk', '--phases')
    assert 'warning' not in text and 'producer push' in text, text


@test
def what_no_strategy_uses_is_not_shown():
    args = ['compare', '--size', '64K', '--runs', '1', '-q', '--hold', '7', '--budget', '1M', '-s']
    for names, shown in (('sync', '\n'), ('rfc', ', hold 7, budget rfc 30001 slots, 1 worker\n'),
                         ('sync,array,rfc',
                          ', hold 7, budget 1 MiB (rfc 30001 slots), 1 worker\n')):
        has(good(*args, names), f'kernel 7.3{shown}')


@test
def the_ranks_are_a_ranking():
    results = checked(good(*EVERY, '--format', 'json'))['results']
    medians = [result['metrics']['exit_ns']['median']
               for result in sorted(results, key=lambda result: result['rank'])]
    assert medians == sorted(medians)
    assert sorted(result['rank'] for result in results) == list(range(1, len(results) + 1))


@test
def what_was_filled_is_freed_in_the_end():
    document = checked(good(*EVERY, '--format', 'json'))
    slots = document['config']['size_bytes'] // document['config']['page_bytes']
    for result in document['results']:
        assert result['sizes']['nr_slots'] == slots
        sizes, stat = result['sizes'], result['mm_stat']['after_fill']
        assert stat['same_pages'] == sizes['same_slots'] - sizes['zero_slots']
        assert stat['orig_data_size'] == (slots - sizes['zero_slots']) * 4096
        misses = result['metrics']['miss_slots']['max']
        assert misses or result['mm_stat']['end']['orig_data_size'] == 0
        spread = sum(result['sizes']['buckets']) + result['sizes']['same_slots']
        assert spread == slots, (result['sizes'], slots)


@test
def the_command_repeats_the_experiment():
    args = ['run', '-s', 'sync,bulk', '--scenario', 'churn', '--ops', '300', '--size', '256k',
            '--procs', '2', '--present', '10%', '--runs', '2', '--warmup', '0', '--seed', '0xabc',
            '--workers', '2', '--budget', '1M', '--kick', '64k', '--flush', '3ms', '--batch',
            'runs', '--run-slots', '77', '--mem-limit', '32M', '--time-limit', '90s', '--pin',
            '--comp', 'none', '--page-size', '4k', '--defer', 'handle', '--locks', 'pool',
            '--pages', 'outside', '--flags', 'single', '--stats', 'percpu', '--hold', '9',
            '--hogs', '1', '--compact-every', '700us', '--worker-nice', '3', '--worker-delay',
            '40us', '--phases', '--memory', '256M']
    first = checked(good(*args, '--format', 'json', '-q'))
    again = checked(good(*first['command'], '--format', 'json', '-q'))
    assert again['config'] == first['config']
    assert again['command'] == first['command']
    for before, after in zip(first['results'], again['results']):
        assert before['sizes'] == after['sizes']


@test
def the_command_names_what_differs_from_the_defaults():
    for given in (['--size', '256k'], ['--size', '256k', '--scenario', 'churn', '--procs', '2'],
                  ['--size', '256k', '--runs', '7'],
                  ['--size', '256k', '--flush', '2ms', '--pin=0'],
                  ['--size', '256k', '--time-limit', '1s'],
                  ['--size', '256k', '--scenario', 'lmk', '--runs', '1', '--phases']):
        document = checked(good('run', '--strategy', 'sync', *given, '-q', '--format', 'json'))
        asked = document['command']
        assert sorted(asked) == sorted(['run', '--strategy', 'sync', *given]), asked


@machine_test
def the_command_repeats_a_virtual_run_to_the_byte():
    for given in (['--size', '256k'], ['--size', '256k', '--scenario', 'swapin', '--runs', '2',
                                       '--budget', '1M', '--kick', '64k', '--pin=none']):
        words = ['run', '--strategy', 'sync,bulk', *given, '--machine', 'rk3588']
        first = good(*words, '-q', '--format', 'json')
        command = json.loads(first)['command']
        assert sorted(command) == sorted(words), command
        assert good(*command, '-q', '--format', 'json') == first


@test
def csv_says_on_each_line_which_experiment_it_is_from():
    args = [*SMALL, '-q', '-s', 'sync', '--comp', 'zstd:3', '--pin=0', '--kick', '64k']
    document = json.loads(good('run', *args, '--format', 'json'))
    row = next(csv.DictReader(io.StringIO(good('run', *args, '--format', 'csv'), newline='')))
    for key, value in document['config'].items():
        if key in ('strategy', 'defer', 'batch'):  # where a line has what was chosen
            continue
        if isinstance(value, list):
            value = ','.join(map(str, value))
        value = '0' if value is None else str(value).lower() if value is False else str(value)
        assert (row[key] or '0') == value, (key, row[key], value)
    for key in ('commit', 'cpu'):
        assert row[key] == document['provenance'][key]


@test
def csv_says_the_same_as_json():
    with scratch() as folder:
        data = f'{folder}/a "b", c'
        with open(data, 'wb') as file:
            file.write(bytes(range(256)) * 64)
        out = good('run', *SMALL, '-q', '-s', 'sync,bulk', '--data', f'file:{data}', '--format',
                   'csv')
    rows = list(csv.DictReader(io.StringIO(out, newline='')))
    assert {row['data'] for row in rows} == {f'file:{data}'}
    assert {row['strategy'] for row in rows} == {'sync', 'bulk'}
    metrics = SCHEMA['$defs']['strategy']['properties']['metrics']['properties']
    assert {row['locks'] for row in rows} == {'class-idx'}
    assert {(row['strategy'], row['defer']) for row in rows} == {('sync', 'none'),
                                                                ('bulk', 'handle')}
    for row in rows:
        assert row['metric'].split('.')[0] in metrics, row
        assert None not in row and None not in row.values(), row
        assert float(row['min']) <= float(row['median']) <= float(row['max'])
        assert [float(sample) for sample in row['samples'].split(' ') if sample != '-']


@test
def a_validator_that_is_not_ours_agrees():
    try:
        import jsonschema
    except ImportError as error:
        raise Skipped('jsonschema is not installed (Debian: python3-jsonschema)') from error
    of_studies = json.loads((SOURCE / 'docs' / 'study.schema.json').read_text(encoding='utf-8'))
    for schema, args in ((SCHEMA, ['run', *SMALL, '-s', 'sync,bulk', '--phases']),
                         (SCHEMA, ['compare', *SMALL, '--scenario', 'lmk', '--procs', '2']),
                         (of_studies, ['study', 'swapin', '--size', '256k', '--runs', '1'])):
        validator = jsonschema.validators.validator_for(schema)
        validator.check_schema(schema)
        document = json.loads(good(*args, '-q', '--format', 'json'))
        validator(schema).validate(document)
        for key in schema['required']:
            less = {name: value for name, value in document.items() if name != key}
            assert not validator(schema).is_valid(less), f'valid without {key}'


@test
def csv_columns_are_documented():
    header = good('run', *SMALL, '-q', '-s', 'sync', '--format', 'csv').splitlines()[0].split(',')
    page = (SOURCE / 'docs' / 'result-schema.md').read_text(encoding='utf-8')
    for column in header:
        has(page, f'`{column}`')


@test
def every_key_is_documented():
    page = (SOURCE / 'docs' / 'result-schema.md').read_text(encoding='utf-8')

    def keys(schema):
        for key, inner in schema.get('properties', {}).items():
            yield key
            yield from keys(inner)
        for inner in schema.get('$defs', {}).values():
            yield from keys(inner)

    for key in set(keys(SCHEMA)):
        assert re.search(rf'`(?:[\w.\[\]]*\.)?{re.escape(key)}`', page), f'{key} is not described'


@test
def the_table_has_a_line_per_strategy_in_order_of_rank():
    lines = good(*EVERY).splitlines()
    strategies = [line.split()[0] for line in good('list', 'strategies').splitlines()]
    ranked = [line.split() for line in lines if re.match(r'\s*\d+ ', line)]
    assert [row[0] for row in ranked] == [str(i + 1) for i in range(len(strategies))]
    assert sorted(row[1] for row in ranked) == sorted(strategies)
    assert lines[0].startswith('exit: 1 process, 512 KiB swapped (128 slots of 4 KiB), anon data')


# Natively the figures of a busy machine may be wider than those of any other.
@machine_test
def a_table_fits_a_terminal():
    for line in good('compare', '--machine', 'rk3588', '--size', '512k', '--runs', '5',
                     '-q').splitlines():
        assert len(line) <= 100, line


@machine_test
def a_virtual_run_tells_what_its_machine_has_counted():
    doc = checked(good('run', '-s', 'sync,rfc', '--size', '2M', '-q', '--machine', 'rk3588',
                       '--runs', '2', '--format', 'json'))
    assert doc['provenance']['machine']['name'] == 'rk3588'
    assert doc['provenance']['notify_sample_every'] == 1
    for result in doc['results']:
        assert len(result['machine']) == 2
        for repeat in result['machine']:
            states = [*repeat['checkpoints'], repeat['end']]
            assert len(repeat['cpu_busy']) == 8 and max(repeat['cpu_busy']) > 0
            assert 2 <= len(states) <= 33
            assert len({state['state_digest'] for state in states}) == len(states)
            for key in ('at_ns', 'accesses'):
                assert [s[key] for s in states] == sorted(s[key] for s in states)
    assert doc['provenance']['accesses'] >= sum(repeat['end']['accesses'] for result in
                                               doc['results'] for repeat in result['machine'])
    sync, rfc = (result['metrics'] for result in doc['results'])
    assert sync['line_transfers']['median'] < rfc['line_transfers']['median']
    # Few slots empty many zspages, so more than the 900 of a kernel that frees 4096.
    assert 600 < sync['instructions']['median'] < 10 * sync['accesses']['median']
    assert sync['atomics']['median'] < rfc['atomics']['median'] < rfc['accesses']['median']


@test
def run_prints_every_metric_of_every_strategy():
    out = good('run', *SMALL, '-q', '-s', 'sync,bulk')
    elsewhere = {'op_ns', 'alloc_wait_ns', 'alloc_stall_ns', 'reclaimed_slots', 'drains_on_failure',
                 'phase_cost_ns_per_slot', 'accesses', 'atomics', 'instructions',
                 'stall_ns', 'line_transfers'}
    for metric in SCHEMA['$defs']['strategy']['properties']['metrics']['properties']:
        if metric not in elsewhere:
            assert len(re.findall(rf'^  {metric}\b', out, re.M)) >= 1, metric
    has(out, 'mm_stat after the fill', 'lock class (spinlock)', 'stored: 64 slots')


@test
def markdown_has_a_table_and_the_command():
    out = good(*EVERY, '--format', 'markdown')
    rows = [line for line in out.splitlines() if line.startswith('|')]
    assert len(rows) == 2 + len(good('list', 'strategies').splitlines())
    assert len({re.sub(r'\\\|', '', row).count('|') for row in rows}) == 1
    has(out, 'zramsim run --strategy sync,')


main()
