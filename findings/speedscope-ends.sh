#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#
# speedscope does not end a slice whose end has no name, or that takes no time at another's start.
#
# Version:   speedscope 1.25.0 from npm, imported in jsdom 24.1.3 in place of a browser.
# Behaviour: the Trace Event Format asks no name of an end, which ends the slice that is open. Such
#            an end is dropped with a warning. The slice stays open until the profile ends, and what
#            follows is drawn inside it; with some ten thousand of them the import fails with
#            "Maximum call stack size exceeded". Beginnings and ends are sorted apart: the end of a
#            slice that takes no time comes before its beginning where another slice begins at that
#            time, and is dropped likewise.
# Way round: name the ends, and leave out slices that take no time.
# Output seen:
#            unnamed: Tried to end "(unnamed)" when "a" was on the top of the stack
#            unnamed: Frame "a" was still open at end of profile
#            no time: Tried to end frame "inner", but the stack was empty
#            no time: Tried to end "outer" when "inner" was on the top of the stack
#            no time: Frame "inner" was still open at end of profile
#            no time: Frame "outer" was still open at end of profile
#            named: no warning
set -euo pipefail

self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --no-audit --no-fund --ignore-scripts speedscope@1.25.0 jsdom@24.1.3 >npm.log 2>&1 || {
	cat npm.log >&2
	exit 1
}

cat >import.mjs <<'JS'
import { JSDOM, VirtualConsole } from 'jsdom';
import fs from 'node:fs';

const release = 'node_modules/speedscope/dist/release/';
const bundle = fs.readdirSync(release).find((name) => /^speedscope-.*\.js$/.test(name));
const event = (ph, ts, name) => ({ ph, pid: 1, tid: 1, ts, ...(name && { name }) });
const documents = {
	'unnamed': [event('B', 1, 'a'), event('E', 2)],
	'no time': [event('B', 1, 'outer'), event('B', 1, 'inner'), event('E', 1, 'inner'),
		event('E', 2, 'outer')],
	'named': [event('B', 1, 'a'), event('E', 2, 'a')],
};
const [which] = process.argv.slice(2);
const said = new VirtualConsole();
let warned = false;

/* Without the time and the second sentence. */
said.on('warn', (text) => {
	warned = true;
	console.log(`${which}: ${text.replace(/^ts=[\d.]+: /, '').split('. ')[0]}`);
});
const { window } = new JSDOM('<!DOCTYPE html><body></body>', {
	url: 'http://localhost/#localProfilePath=none', runScripts: 'outside-only',
	virtualConsole: said, pretendToBeVisual: true,
});
window.TextDecoder = TextDecoder;
window.TextEncoder = TextEncoder;
window.matchMedia = () => ({ matches: false, addListener() {}, addEventListener() {} });
window.eval(fs.readFileSync(release + bundle, 'utf8'));

/* Nothing can be drawn here, which comes after the import. */
process.on('uncaughtException', () => {});
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
while (!window.speedscope)
	await wait(50);
let imported = false;
said.on('log', (text) => { imported ||= text.startsWith('Importing'); });
const text = JSON.stringify({ traceEvents: documents[which] });
window.speedscope.loadFileFromBase64('x.json', Buffer.from(text).toString('base64'));
while (!imported)
	await wait(50);
await wait(500);
if (!warned)
	console.log(`${which}: no warning`);
process.exit(0);
JS

for which in unnamed 'no time' named; do
	node import.mjs "$which"
done >output
cat output

# The head of this script says what is expected.
sed -n '/^# Output seen:/,/^set/s/^#  *\([a-z ]*: .*\)/\1/p' "$self" >expected
diff expected output || {
	echo "not as the head of this script describes" >&2
	exit 1
}
