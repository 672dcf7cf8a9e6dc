#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""The options of the free path do what they say, and the result shows it."""

import itertools
import json
import tempfile

from harness import SMALL, good, machine_test, main, test


def document(*args, size='1M'):
    return json.loads(good('run', *SMALL, '--size', size, '--format', 'json', '-q', *args))


def results(*args, size='1M'):
    """Strategy -> its part of the result."""
    return {result['strategy']: result for result in document(*args, size=size)['results']}


def median(result, *keys):
    for key in keys:
        result = result['metrics'][key] if 'metrics' in result else result[key]
    return result['median']


def lock(result, name):
    return next(lock for lock in result['locks'] if lock['name'] == name)


def taken(result, name):
    return lock(result, name)['acquisitions']['median']


def freed(result):
    """Objects a run has freed one by one: all slots but the same-filled."""
    return result['sizes']['nr_slots'] - result['sizes']['same_slots']


@test
def a_release_takes_its_locks_and_what_overrides_it_is_named():
    for kernel, name in (('6.1', 'pool'), ('6.12', 'class'), ('7.3', 'class-idx')):
        out = document('-s', 'sync', '--kernel', kernel)
        assert out['config']['locks'] == name
        assert out['provenance']['release'] == f'kernel {kernel}'
        assert (taken(out['results'][0], 'pool') > 100) == (kernel != '7.3')
    out = document('-s', 'sync', '--pages', 'inside')
    assert out['provenance']['release'] == 'kernel 7.3, with --pages inside'
    assert out['config']['pages'] == 'inside'


@machine_test
def slots_without_an_object_cost_the_atomics_of_real_kernels():
    """Counted in 6.18 for munmap: 8.0 and 6.0; of these the swap layer has 3, in 7.2 none."""
    for fill, atomics in ((b'a', 8.0), (b'\0', 6.0)):
        with tempfile.NamedTemporaryFile() as page:
            page.write(fill * 4096)
            page.flush()
            for kernel, less in (('6.18', 0), ('7.2', 3), ('7.3', 3)):
                found = results('-s', 'sync', '--kernel', kernel, '--machine', 'rk3588', '--data',
                                f'file:{page.name}')['sync']
                assert abs(median(found, 'atomics') - atomics + less) < 0.1, (fill, kernel)


@test
def each_lock_design_takes_its_locks():
    by_class = results('-s', 'sync', '--locks', 'class')['sync']
    assert lock(by_class, 'pool')['kind'] == 'rwlock'
    assert taken(by_class, 'pool') >= freed(by_class)
    assert taken(by_class, 'class') >= freed(by_class)
    pool = results('-s', 'sync', '--locks', 'pool')['sync']
    assert lock(pool, 'pool')['kind'] == 'spinlock'
    assert taken(pool, 'pool') >= freed(pool)
    assert taken(pool, 'class') == 0
    index = results('-s', 'sync', '--locks', 'class-idx')['sync']
    assert taken(index, 'pool') < freed(index) / 10
    assert taken(index, 'class') >= freed(index)
    for result in (by_class, pool, index):
        assert median(result, 'frees_unlocked') == 0
        assert median(result, 'class_runs') == freed(result)
    with tempfile.NamedTemporaryFile('w', suffix='.txt') as sizes:
        sizes.write('56 1\n')
        sizes.flush()
        sharded = results('-s', 'sync', '--locks', 'sharded', '--data',
                          f'sizes:{sizes.name}')['sync']
    assert median(sharded, 'frees_unlocked') > freed(sharded) / 2
    assert median(sharded, 'class_runs') + median(sharded, 'frees_unlocked') >= freed(sharded)


@test
def deferred_pages_are_left_to_the_pools_worker():
    for pages in ('inside', 'outside'):
        found = results('-s', 'sync', '--pages', pages)['sync']
        assert (found['defer'], median(found, 'zspages_deferred')) == ('none', 0)
    for args in (['--pages', 'deferred'], ['--defer', 'zspage']):
        found = results('-s', 'sync', *args)['sync']
        assert found['defer'] == 'zspage'
        assert median(found, 'zspages_deferred') == median(found, 'zspages_emptied') > 0
        assert found['mm_stat']['end']['mem_used_total'] == 0


@test
def what_is_deferred_is_told_per_strategy():
    for defer in ('slot', 'handle'):
        found = results('-s', 'sync,array', '--defer', defer)
        assert (found['sync']['unit'], found['sync']['defer']) == ('none', 'none')
        assert (found['array']['unit'], found['array']['defer']) == (defer, defer)
    found = results('-s', 'sync,array,bulk', '--pages', 'deferred')
    assert {name: result['defer'] for name, result in found.items()} == {
        'sync': 'zspage', 'array': 'slot', 'bulk': 'handle'}


@test
def batches_take_fewer_locks():
    runs = {}
    for batch in ('none', 'runs', 'sorted'):
        found = results('-s', 'bulk', '--batch', batch, '--data', 'rfc')['bulk']
        assert found['batch'] == batch
        runs[batch] = median(found, 'class_runs')
    assert runs['none'] >= freed(found) > runs['runs'] >= runs['sorted'], runs


@test
def a_hold_is_bounded():
    for hold in (1, 8):
        found = results('-s', 'bulk', '--batch', 'sorted', '--data', 'rfc', '--hold', hold)['bulk']
        assert median(found, 'class_runs') >= freed(found) / hold, hold


@test
def a_late_worker_returns_memory_late():
    found = results('-s', 'array', '--worker-delay', '30ms')['array']
    assert found['metrics']['returned_ns']['p100']['min'] >= 30e6


@test
def phases_are_there_when_they_were_timed():
    plain = results('-s', 'sync,bulk')
    assert not plain['sync']['phases'] and not plain['bulk']['phases']
    assert plain['sync']['metrics']['phase_cost_ns_per_slot'] is None
    found = results('-s', 'sync,bulk,array', '--phases')
    phases = {(name, phase['role'], phase['name']): phase
              for name, result in found.items() for phase in result['phases']}
    for name in ('other', 'notify', 'slot', 'lookup', 'lock', 'push', 'fullness', 'pages',
                 'handle'):
        assert ('sync', 'producer', name) in phases, name
    assert ('bulk', 'producer', 'queue') in phases
    assert ('array', 'worker', 'drain') in phases
    assert not any(name == 'sync' and role == 'worker' for name, role, _ in phases)
    for name, result in found.items():
        assert median(result, 'phase_cost_ns_per_slot') > 0
        for role in ('producer', 'worker'):
            shares = [phase['share']['median'] for phase in result['phases']
                      if phase['role'] == role]
            assert not shares or 0.99 < sum(shares) < 1.01, (name, role, shares)


@test
def timed_phases_are_warned_of():
    out = json.loads(good('run', *SMALL, '-s', 'sync', '--phases', '-q', '--format', 'json'))
    assert out['provenance']['phase_ns'] > 0
    assert any('phases were timed' in warning for warning in out['warnings']), out['warnings']
    out = json.loads(good('run', *SMALL, '-s', 'sync', '-q', '--format', 'json'))
    assert out['provenance']['phase_ns'] is None


@test
def a_foreground_waits_reclaims_and_drains():
    lmk = results('-s', 'sync', '--scenario', 'lmk')['sync']
    assert median(lmk, 'alloc_wait_ns') > 0 <= median(lmk, 'alloc_stall_ns', 'max')
    assert median(lmk, 'reclaimed_slots') == 0
    built_in = [line for line in good('list', 'compressors').splitlines()
                if 'not in this build' not in line and not line.startswith('none')]
    if built_in:  # else swapping out gains nothing
        pressure = results('-s', 'sync', '--scenario', 'pressure', '--alloc', '16M')['sync']
        assert median(pressure, 'reclaimed_slots') > 0
    ample = results('-s', 'sync', '--scenario', 'pressure', '--memory', '64M')['sync']
    assert median(ample, 'reclaimed_slots') == 0
    plain = results('-s', 'sync')['sync']['metrics']
    assert plain['alloc_wait_ns'] is None and plain['drains_on_failure'] is None


@test
def every_combination_frees_everything():
    for locks, pages, flags in itertools.product(
            ('pool', 'class', 'class-idx', 'sharded'), ('inside', 'outside', 'deferred'),
            ('merged', 'single')):
        found = results('-s', 'sync,array,bulk', '--locks', locks, '--pages', pages, '--flags',
                        flags, '--hogs', '1', '--compact-every', '100us', '--worker-nice', '1',
                        size='256k')
        for result in found.values():
            end = result['mm_stat']['end']
            assert end['miss_free'] or end['orig_data_size'] == end['mem_used_total'] == 0


main()
