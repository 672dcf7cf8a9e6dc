#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Every study runs in a tiny form, and each of its documents is what docs/ says it is."""

import csv
import io
import json
import re

from harness import SOURCE, bad, good, has, have_machines, main, scratch, test, zramsim
from schema import Schema

SCHEMA = json.loads((SOURCE / 'docs' / 'study.schema.json').read_text(encoding='utf-8'))
PAGE = (SOURCE / 'docs' / 'study-schema.md').read_text(encoding='utf-8')
TINY = ['--size', '256k', '--runs', '1', '-q']
NAMES = [line for line in good('list', 'studies').splitlines() if line and line[0] != ' ']


def checked(text):
    """Reads a study as strictly as it can be."""
    def duplicate_free(pairs):
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), keys
        return dict(pairs)

    def no_such(name):
        raise ValueError(f'{name} is no JSON')

    document = json.loads(text, object_pairs_hook=duplicate_free, parse_constant=no_such)
    schema = Schema(SCHEMA)
    schema.strict = True
    document_levels = [arm.pop('levels') for arm in document['arms']]
    document_metrics = [arm.pop('metrics') for arm in document['arms']]
    for arm in document['arms']:  # their keys differ from study to study
        arm['levels'], arm['metrics'] = {}, {}
    errors = schema.errors(document)
    keys = [quantity['key'] for quantity in document['quantities']]
    factors = {factor['key']: factor['levels'] for factor in document['factors']}
    for arm, levels, metrics in zip(document['arms'], document_levels, document_metrics):
        arm['levels'], arm['metrics'] = levels, metrics
        assert list(levels) == list(factors), levels
        assert all(level in factors[key] for key, level in levels.items()), levels
        assert list(metrics) == keys, metrics
        for key, value in metrics.items():
            if value is not None:
                errors += schema.errors(value, SCHEMA['$defs']['value'], f'$.{key}')
    assert not errors, '\n'.join(errors)
    return document


def options(name):
    """A short flush where the study leaves it to the user: nothing waits long for its end. The one
    that empties caches does so on a machine, as it takes seconds to walk those of a large host."""
    own = name in ('lock-share', 'scan-cost')
    machine = ['--machine', 'rk3588'] if name == 'slot-free-split' and have_machines() else []
    return ['study', name, *TINY, *([] if own else ['--flush', '2ms']), *machine]


DOCUMENTS = {}


def document_of(name):
    if name not in DOCUMENTS:
        DOCUMENTS[name] = checked(good(*options(name), '--format', 'json'))
    return DOCUMENTS[name]


def runs_and_fits_the_schema(name):
    def body():
        document = document_of(name)
        assert document['study'] == name
        assert document['complete'] is True
        assert document['paragraph'], 'nothing is said'
        for sentence in document['paragraph']:
            assert sentence.endswith('.') and '  ' not in sentence, sentence
            assert 'nan' not in sentence.split(), sentence
        assert any(value for arm in document['arms'] for value in arm['metrics'].values())
        for table in document['tables']:
            for row in table['rows']:
                assert len(row['cells']) == len(table['columns']) - 1, row
    body.__name__ = f'{name.replace("-", "_")}_runs_and_fits_the_schema'
    test(body)


for study in NAMES:
    runs_and_fits_the_schema(study)


@test
def values_are_what_their_samples_say():
    document = checked(good('study', 'return-time', '--size', '512k', '--runs', '3', '-q',
                            '--format', 'json'))
    for arm in document['arms']:
        for value in arm['metrics'].values():
            samples = sorted(s for s in value['samples'] if s is not None) if value else []
            if samples:
                assert value['min'] == samples[0] and value['max'] == samples[-1], value
                assert samples[0] <= value['median'] <= samples[-1], value
                base = document['arms'][arm['baseline']]
                assert base['metrics']
    first = document['arms'][0]['metrics']['exit_ns']['samples']
    for arm in document['arms'][1:]:
        value = arm['metrics']['exit_ns']
        assert arm['rounds'] == [0, 1, 2], arm
        ratio = sorted(over / under for over, under in zip(value['samples'], first))[1]
        assert abs(value['ratio'] - ratio) <= 1e-9 * ratio
        assert value['ratio_ci'] is None


@test
def the_command_repeats_the_study():
    args = ['study', 'return-time', '--size', '512k', '--runs', '2', '--seed', '0xabc', '-q',
            '--locks', 'class-idx', '--flush', '2ms', '--format', 'json']
    first = checked(good(*args))
    again = checked(good(*first['command'], '-q', '--format', 'json'))
    assert again['command'] == first['command']
    assert again['config'] == first['config']
    has(' '.join(first['command']), '--locks class-idx', '--flush 2ms', '--seed 2748')
    assert '--strategy' not in first['command']


@test
def the_command_of_an_arm_runs_it_alone():
    document = document_of('swapin')
    arm = document['arms'][-1]
    result = json.loads(good(*arm['command'], '-q', '--format', 'json'))
    assert result['config']['strategy'] == [arm['levels']['strategy']]
    assert result['config']['defer'] == arm['levels']['defer']
    assert str(result['config']['procs']) == arm['levels']['procs']
    assert result['config']['scenario'] == 'swapin'


@test
def the_combinations_of_lock_share_are_those_that_exist():
    arms = [arm['levels'] for arm in document_of('lock-share')['arms']]
    assert len(arms) == len({tuple(levels.items()) for levels in arms}) == 336
    for levels in arms:
        if levels['defer'] in ('none', 'zspage'):
            assert levels['batch'] == 'none'
            assert (levels['defer'] == 'zspage') == (levels['pages'] == 'deferred')
    assert {levels['locks'] for levels in arms} == {'class', 'pool', 'class-idx', 'sharded'}


@test
def csv_says_the_same_as_json():
    text = good(*options('swapin'), '--format', 'csv')
    rows = list(csv.DictReader(io.StringIO(text)))
    arms = document_of('swapin')['arms']
    assert {int(row['arm']) for row in rows} == set(range(len(arms)))
    for row in rows:
        arm = arms[int(row['arm'])]
        assert {key: row[key] for key in arm['levels']} == arm['levels']
        assert int(row['baseline']) == arm['baseline']
        assert float(row['min']) <= float(row['median']) <= float(row['max'])
    for column in rows[0]:
        if column not in arms[0]['levels']:
            has(PAGE, f'`{column}`')


@test
def every_key_is_documented():
    def keys(schema):
        for key, inner in schema.get('properties', {}).items():
            yield key
            yield from keys(inner)
        if 'items' in schema:
            yield from keys(schema['items'])
        for inner in schema.get('$defs', {}).values():
            yield from keys(inner)

    for key in set(keys(SCHEMA)):
        assert re.search(rf'`{re.escape(key)}`', PAGE), f'{key} is not described'


@test
def the_table_has_the_question_the_combinations_and_the_paragraph():
    out = good(*options('return-time'))
    document = document_of('return-time')
    has(out, document['question'], 'Barry Song, 2024-09-04', 'exit_ns', 'returned_ns.p90')
    for arm in document['arms']:
        assert re.search(rf'^{arm["levels"]["strategy"]} ', out, re.M), arm['levels']
    for line in out.splitlines():
        assert len(line) <= 100, line


@test
def many_combinations_are_summed_up():
    out = good(*options('lock-share'))
    has(out, 'of 336 combinations', 'the largest interactions')
    assert len(out.splitlines()) < 150
    for line in out.splitlines():
        assert len(line) <= 100, line


@test
def markdown_has_tables_and_the_command():
    out = good(*options('swapin'), '--format', 'markdown')
    rows = [line for line in out.splitlines() if line.startswith('|')]
    assert len(rows) >= 2 + len(document_of('swapin')['arms'])
    assert len({re.sub(r'\\\|', '', row).count('|') for row in rows}) == 1
    has(out, 'zramsim study swapin --size 256k')


@test
def a_file_holds_what_standard_output_would():
    with scratch() as folder:
        path = f'{folder}/study.json'
        assert good(*options('return-time'), '--format', 'json', '-o', path) == ''
        with open(path, encoding='utf-8') as file:
            assert checked(file.read())['study'] == 'return-time'


@test
def without_a_name_the_studies_are_listed():
    out = good('study')
    assert out == good('list', 'studies')
    for name in NAMES:
        document = document_of(name)
        flat = ' '.join(out.split())
        has(flat, name, document['question'], *document['asked'], *document['refs'])
        has(flat, f'runs {document["runs"]}')


@test
def an_unknown_name_is_refused_with_a_suggestion():
    has(bad(2, 'study', 'lock-shar'), "'lock-shar' is no study", "did you mean 'lock-share'?")
    has(bad(2, 'study', 'xyzzy'), 'zramsim list studies')
    has(bad(2, 'study', '--runs', '1'), 'wants a name')
    has(bad(2, 'study', 'swapin', 'extra'), "takes no argument 'extra'")


@test
def what_a_study_decides_cannot_be_given():
    has(bad(2, 'study', 'lock-share', '--locks', 'pool'), 'varies --locks itself')
    has(bad(2, 'study', 'swapin', '--scenario', 'exit'), 'sets --scenario itself')
    has(bad(2, 'study', 'swapin', '--strategy', 'sync'), '--strategy itself')
    has(bad(2, 'study', 'budget', '--budget', '1M'), 'sets --budget itself')


@test
def help_tells_of_the_options():
    has(good('study', '--help'), 'usage: zramsim study', '--runs', '--time-limit')
    has(good('study', 'swapin', '-h'), 'usage: zramsim study')


@test
def bad_options_are_refused_before_anything_runs():
    has(bad(2, 'study', 'swapin', '--runz', '3'), "did you mean '--runs'?")
    has(bad(3, 'study', 'return-time', '--data', 'file:/nonexistent', *TINY), '/nonexistent')
    has(bad(3, 'study', 'swapin', '-o', '/nonexistent/x'), '/nonexistent/x')


@test
def a_time_limit_leaves_one_repeat_of_each():
    run = zramsim('study', 'return-time', '--size', '256k', '--runs', '50', '--time-limit', '1us',
                  '--format', 'json', '-q')
    assert run.returncode == 0, run.stderr
    document = checked(run.stdout)
    assert [arm['runs'] for arm in document['arms']] == [1] * len(document['arms'])
    has(' '.join(document['warnings']), 'time bound')


main()
