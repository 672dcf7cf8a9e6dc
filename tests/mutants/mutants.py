#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Plants faults, one at a time, and demands that the test named with each of them fails.

    mutants.py [--dir DIR] [NAME...]    all of them, or these, in a copy of the sources below DIR
    mutants.py --check [BUILD]          only that every patch applies, and its program is in BUILD

A mutant is a file NAME.patch here. Above its diff stand lines of 'Key: value':

    Means: what is wrong with it, one sentence
    Killed-by: test program and its arguments; it has to fail, and to say why before it is ended
    Build: setup of the copy it is built in, 'plain' (the default) or 'thread' for ThreadSanitizer
    Instead: where the code of a mutant of that name is gone, what takes its place, one sentence

A test that hangs kills nothing: who reads the log of it learns nothing. Before anything is planted
each of the tests has to pass. A patch that no longer applies fails, as does one that does not
compile."""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
SETUPS = {
    'plain': [],
    'thread': ['-Db_sanitize=thread', '-Db_lundef=false'],
}
SECONDS = 90
ENV = {'CMOCKA_MESSAGE_OUTPUT': 'TAP', 'TSAN_OPTIONS': 'halt_on_error=1'}


class Fault(Exception):
    """What is wrong with a mutant."""


def call(command, folder, **keywords):
    return subprocess.run(command, cwd=folder, check=False, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, errors='replace', **keywords)


class Mutant:
    def __init__(self, path):
        self.path = path
        self.name = path.stem
        head = path.read_text(encoding='utf-8').split('\ndiff --git', 1)[0]
        self.values = dict(re.findall(r'^([A-Z][a-z-]+): (.+)$', head, re.M))
        self.build = self.values.get('Build', 'plain')

    def check(self):
        for key in ('Means', 'Killed-by'):
            if key not in self.values:
                raise Fault(f'{self.path.name} has no line "{key}:"')
        if self.build not in SETUPS:
            raise Fault(f'{self.path.name}: there is no setup "{self.build}"')

    @property
    def test(self):
        return self.values['Killed-by']


def find(names):
    paths = sorted(HERE.glob('*.patch'))
    unknown = set(names) - {path.stem for path in paths}
    if unknown:
        sys.exit(f'mutants: there is no {", ".join(sorted(unknown))}; there are '
                 + ', '.join(path.stem for path in paths))
    return [Mutant(path) for path in paths if not names or path.stem in names]


def programs_of(build):
    """Where each program is made, by its name."""
    with open(build / 'meson-info' / 'intro-targets.json', encoding='utf-8') as file:
        return {target['name']: target['filename'][0] for target in json.load(file)
                if target['type'] == 'executable'}


class Copy:
    """The sources once more, and a build folder per setup."""

    def __init__(self, folder):
        self.folder = folder
        self.source = folder / 'source'
        self.source.mkdir(parents=True, exist_ok=True)
        listed = subprocess.run(['git', 'ls-files', '-z'], cwd=TOP, check=True,
                                stdout=subprocess.PIPE).stdout
        for name in filter(None, listed.decode().split('\0')):
            self.renew(name)
        # So that git does not take the paths for those of a repository around it.
        call(['git', 'init', '-q'], self.source)

    def renew(self, name):
        """Copies a file that is another one now, so that ninja knows what to build."""
        source, target = TOP / name, self.source / name
        if not source.exists():
            target.unlink(missing_ok=True)
        elif not target.exists() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)

    def build_folder(self, setup):
        build = self.folder / setup
        if not (build / 'build.ninja').exists():
            done = call(['meson', 'setup', *SETUPS[setup], str(build), str(self.source)],
                        self.folder)
            if done.returncode:
                sys.exit(f'mutants: meson cannot set up {build}:\n{done.stdout}')
        return build

    def apply(self, mutant, *options):
        return call(['git', 'apply', *options, str(mutant.path)], self.source)

    def make(self, setup, name):
        """Return: the path of the program."""
        build = self.build_folder(setup)
        program = programs_of(build).get(name)
        if not program:
            raise Fault(f'there is no program "{name}"')
        done = call(['ninja', os.path.relpath(program, build)], build)
        if done.returncode:
            raise Fault(f'does not compile:\n{done.stdout[-2000:]}')
        return program

    def fails(self, setup, test):
        """What the test complained of, None if it passed."""
        name, *args = test.split()
        program = self.make(setup, name)
        try:
            done = call([program, *args], self.folder, timeout=SECONDS, env={**os.environ, **ENV})
        except subprocess.TimeoutExpired as error:
            raise Fault(f'"{test}" hangs') from error
        if not done.returncode:
            return None
        complaints = re.findall(r'^not ok.*|^.*WARNING: ThreadSanitizer.*|^# .*waited in vain.*|'
                                r'^# .* never freed .*', done.stdout, re.M)
        if not complaints:
            raise Fault(f'"{test}" ends with {done.returncode} and says nothing:\n'
                        f'{done.stdout[-2000:]}')
        return complaints[0]


def all_tests_pass(copy, mutants):
    for setup, test in sorted({(mutant.build, mutant.test) for mutant in mutants}):
        try:
            complaint = copy.fails(setup, test)
        except Fault as fault:
            complaint = fault
        if complaint:
            sys.exit(f'mutants: "{test}" fails without any mutant: {complaint}')


def plant(copy, mutant):
    mutant.check()
    done = copy.apply(mutant)
    if done.returncode:
        raise Fault(f'the patch does not apply:\n{done.stdout}')
    try:
        complaint = copy.fails(mutant.build, mutant.test)
    finally:
        copy.apply(mutant, '-R')
    if not complaint:
        raise Fault(f'survives "{mutant.test}"')
    return complaint


def check_only(mutants, build):
    programs = programs_of(pathlib.Path(build)) if build else None
    faults = 0
    for mutant in mutants:
        try:
            mutant.check()
            done = call(['git', 'apply', '--check', str(mutant.path)], TOP)
            if done.returncode:
                raise Fault(f'does not apply:\n{done.stdout}')
            if programs is not None and mutant.test.split()[0] not in programs:
                raise Fault(f'there is no program "{mutant.test.split()[0]}"')
        except Fault as fault:
            faults += 1
            print(f'{mutant.path.relative_to(TOP)}:1: {fault}')
    print(f'{len(mutants)} mutants read, {faults} complaints')
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--check', nargs='?', const='', metavar='BUILD')
    parser.add_argument('--dir', default=str(TOP / 'build' / 'mutants'))
    parser.add_argument('names', nargs='*', metavar='NAME')
    args = parser.parse_args()
    mutants = find(args.names)
    if args.check is not None:
        sys.exit(check_only(mutants, args.check) > 0)

    copy = Copy(pathlib.Path(args.dir).resolve())
    all_tests_pass(copy, mutants)
    print(f'1..{len(mutants)}')
    survivors = 0
    for number, mutant in enumerate(mutants, 1):
        try:
            print(f'ok {number} - {mutant.name}: {plant(copy, mutant)}', flush=True)
        except Fault as fault:
            survivors += 1
            print(f'not ok {number} - {mutant.name}: {fault}', flush=True)
    sys.exit(survivors > 0)


if __name__ == '__main__':
    main()
