# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""What importers of trace events demand of a document. Sources: "Trace Event Format", Google;
importers/json of Perfetto's trace processor; import/trace-event.ts of speedscope."""
import json
import re
from collections import defaultdict

NEEDED = {
    'B': {'name', 'ts'}, 'E': {'name', 'ts'}, 'C': {'name', 'ts', 'args'},
    'b': {'name', 'ts', 'cat', 'id'}, 'e': {'name', 'ts', 'cat', 'id'},
    'i': {'name', 'ts', 's'}, 'M': {'name', 'args'},
}
METADATA = {'process_name': ('name', str), 'process_sort_index': ('sort_index', int),
            'thread_name': ('name', str), 'thread_sort_index': ('sort_index', int)}


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def check_fields(events):
    """The keys of each kind of event and their types; time never goes back in the file."""
    now, heads = 0, True
    for event in events:
        assert event['ph'] in NEEDED, event
        assert set(event) == NEEDED[event['ph']] | {'ph', 'pid', 'tid'}, event
        assert isinstance(event['name'], str) and event['name'], event
        assert type(event['pid']) is int and type(event['tid']) is int, event
        # 0 is the idle task to Perfetto, and a tid like a pid the first thread of that process.
        assert 0 < event['pid'] != event['tid'] > 0, event
        if event['ph'] == 'M':
            key, kind = METADATA[event['name']]
            assert heads and set(event['args']) == {key}, event
            assert type(event['args'][key]) is kind, event
            continue
        heads = False
        assert is_number(event['ts']) and event['ts'] >= now, f'before {now}: {event}'
        now = event['ts']
        if event['ph'] == 'C':
            assert event['args'] and all(map(is_number, event['args'].values())), event
        elif event['ph'] in 'be':
            assert isinstance(event['id'], str) and int(event['id'], 16) >= 0, event
        elif event['ph'] == 'i':
            assert event['s'] in ('g', 'p', 't'), event


def check_names(events):
    """Every process and every thread that has slices is named and placed, once."""
    told = defaultdict(dict)
    for event in events:
        if event['ph'] == 'M':
            whose = event['pid'], event['tid'] if event['name'].startswith('thread') else None
            assert event['name'] not in told[whose], f'told twice: {event}'
            told[whose][event['name']] = event
    groups = {}
    for event in events:
        assert groups.setdefault(event['tid'], event['pid']) == event['pid'], \
            f'the tid of another process: {event}'
        assert set(told[event['pid'], None]) == {'process_name', 'process_sort_index'}, event
        if event['ph'] in 'BEbe':
            assert set(told[event['pid'], event['tid']]) == \
                {'thread_name', 'thread_sort_index'}, event


def slices(events):
    """By track: name, begin and end of each slice, in order of their ends; all are closed."""
    done, stacks = defaultdict(list), defaultdict(list)
    for event in events:
        track = event['pid'], event['tid']
        if event['ph'] == 'B':
            stacks[track].append(event)
        elif event['ph'] == 'E':
            assert stacks[track], f'nothing to end: {event}'
            begun = stacks[track].pop()
            assert begun['name'] == event['name'], f'{event} ends {begun}'
            assert begun['ts'] < event['ts'], f'a slice of no time: {begun}'
            done[track].append((begun['name'], begun['ts'], event['ts']))
    assert not any(stacks.values()), {t: s for t, s in stacks.items() if s}
    return dict(done)


def as_sorted_apart(events):
    """slices() as a viewer finds them that sorts beginnings and ends apart, as speedscope."""
    tracks = defaultdict(lambda: ([], []))
    for event in events:
        if event['ph'] in 'BE':
            tracks[event['pid'], event['tid']][event['ph'] == 'E'].append(event)
    done = defaultdict(list)
    for track, (begins, ends) in tracks.items():
        stack, at = [], 0
        for end in ends:
            while at < len(begins) and (begins[at]['ts'] < end['ts'] or (
                    begins[at]['ts'] == end['ts'] and begins[at]['name'] == end['name'])):
                stack.append(begins[at])
                at += 1
            assert stack and stack[-1]['name'] == end['name'], f'{end} ends none of {stack}'
            begun = stack.pop()
            done[track].append((begun['name'], begun['ts'], end['ts']))
    return dict(done)


def check_waits(events):
    """Asynchronous events: every id begins once and ends once, later, with the same words."""
    waits = {}
    for event in events:
        if event['ph'] == 'b':
            assert event['id'] not in waits, f'an id twice: {event}'
            waits[event['id']] = event
        elif event['ph'] == 'e':
            begun = waits.get(event['id'])
            assert begun and begun.pop('open', True) is True, f'ends nothing: {event}'
            for key in ('name', 'cat', 'pid', 'tid'):
                assert begun[key] == event[key], event
            begun['open'] = False
    assert all(wait.get('open') is False for wait in waits.values()), waits


def check(text):
    """Checks a document; returns its events."""
    document = json.loads(text)
    assert set(document) == {'displayTimeUnit', 'traceEvents'}, set(document)
    assert document['displayTimeUnit'] in ('ms', 'ns')
    for ts in re.findall(r'"ts":([^,}]*)', text):
        assert re.fullmatch(r'\d+\.\d{6}', ts), f'not microseconds with six decimals: {ts}'
    events = document['traceEvents']
    check_fields(events)
    check_names(events)
    assert as_sorted_apart(events) == slices(events)
    check_waits([dict(event) for event in events])
    return events
