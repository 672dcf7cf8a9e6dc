#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""A timeline in the viewer: speedscope in headless Chromium opens it without a warning and has the
slices of the file, to the nanosecond. Wants npm, node, chromium and the network; skipped without.
Arguments: PROGRAM [PICTURE], the latter a file for what the browser shows (.png)."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'virtual'))
import trace_events

ZRAMSIM = os.path.abspath(sys.argv[1])
PICTURE = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else ''
PACKAGES = ['speedscope@1.25.0', 'playwright-core@1.65.1']

# Says what the console says, and saves what has been imported as the viewer itself exports it.
BROWSE = '''
import { chromium } from 'playwright-core';
const [chromiumPath, timeline, saved, picture] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
page.on('console', (message) => console.log(message.type() + ' ' + message.text()));
page.on('pageerror', (error) => console.log('error ' + error.message));
await page.goto('file://' + process.cwd() + '/node_modules/speedscope/dist/release/index.html');
await page.locator('input[type=file]').first().setInputFiles(timeline);
await page.waitForFunction(
	() => /Export|Something went wrong/.test(document.body.innerText), null,
	{ timeout: 280000 });
if (picture)
	await page.screenshot({ path: picture });
const download = page.waitForEvent('download', { timeout: 60000 });
await page.getByText('Export').click({ timeout: 10000 });
await (await download).saveAs(saved);
await browser.close();
'''


def skip(why):
    print(f'1..0 # SKIP {why}')
    sys.exit(0)


def exported(path):
    """By tid: name, begin and end of each slice, in order of their ends, from the first one on."""
    with open(path, encoding='utf-8') as file:
        document = json.load(file)
    frames, tracks = document['shared']['frames'], {}
    for profile in document['profiles']:
        assert profile['unit'] == 'microseconds', profile['unit']
        tid = int(re.fullmatch(r'.* \(tid (\d+)\)', profile['name'])[1])
        stack, tracks[tid] = [], []
        for event in profile['events']:
            if event['type'] == 'O':
                stack.append(event)
                continue
            begun = stack.pop()
            assert begun['frame'] == event['frame'], event
            tracks[tid].append((frames[event['frame']]['name'], begun['at'], event['at']))
        assert not stack, stack
    return tracks


def of_the_file(path):
    with open(path, encoding='utf-8') as file:
        events = trace_events.check(file.read())
    tracks = {}
    for (_, tid), slices in trace_events.slices(events).items():
        first = min(begin for _, begin, _ in slices)
        tracks[tid] = [(name, begin - first, end - first) for name, begin, end in slices]
    return tracks


def browse(chromium, folder, name):
    saved = os.path.join(folder, name + '.speedscope.json')
    done = subprocess.run(['node', 'browse.mjs', chromium, os.path.join(folder, name), saved,
                           PICTURE], cwd=folder, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=400)
    said = done.stdout.decode(errors='replace').splitlines()
    # What the graphics of a headless browser say is not of the document.
    doubts = [line for line in said if re.match('warning|error', line) and 'WebGL' not in line]
    assert not doubts, f'{len(doubts)} times, first: {doubts[0]}'
    assert done.returncode == 0, said[-3:]
    return exported(saved)


def compare(seen, expected):
    assert set(seen) == set(expected), (set(seen), set(expected))
    for tid, slices in expected.items():
        assert [s[0] for s in seen[tid]] == [s[0] for s in slices], f'other names on {tid}'
        for is_there, should in zip(seen[tid], slices):
            assert all(abs(a - b) < 0.001 for a, b in zip(is_there[1:], should[1:])), \
                (tid, is_there, should)


def main():
    chromium = shutil.which('chromium') or shutil.which('chromium-browser')
    for program, found in (('npm', shutil.which('npm')), ('node', shutil.which('node')),
                           ('chromium', chromium)):
        if not found:
            skip(f'there is no {program}')
    cases = [['-s', 'sync,bitmap', '--procs', '2', '--size', '4M'],
             ['-s', 'bulk,rfc', '--scenario', 'lmk', '--procs', '9', '--size', '1M', '--pin=none']]
    with tempfile.TemporaryDirectory(prefix='zramsim-viewer-') as folder:
        try:
            subprocess.run(['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts',
                            '--fetch-retries=0', *PACKAGES], cwd=folder, check=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, timeout=240)
        except subprocess.SubprocessError:
            skip('npm cannot install ' + ' '.join(PACKAGES))
        with open(os.path.join(folder, 'browse.mjs'), 'w', encoding='utf-8') as file:
            file.write(BROWSE)
        print(f'1..{len(cases)}')
        for number, arguments in enumerate(cases, 1):
            name = f'timeline{number}.json'
            subprocess.run([ZRAMSIM, 'run', '--machine', 'rk3588', '--phases', '--quiet',
                            *arguments, '--timeline', os.path.join(folder, name)],
                           check=True, stdout=subprocess.DEVNULL)
            try:
                compare(browse(chromium, folder, name),
                        of_the_file(os.path.join(folder, name)))
                print(f'ok {number} - {" ".join(arguments)}')
            except AssertionError as error:
                print(f'not ok {number} - {" ".join(arguments)}\n# {error}')


main()
