#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""count.py FILE...: sums Meson's test logs (*.junit.xml) into "N passed, N failed".

A cmocka program counts by its test functions, any other by itself. A program that died without
naming a failed function counts as one failure (its log beside FILE, *.json, tells). Exits 1
if something failed or nothing ran.
"""

import json
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

FINE = {'OK', 'SKIP', 'EXPECTEDFAIL', 'IGNORED'}


def count(report):
    """Returns (passed, failed, skipped) of one run of `meson test`."""
    passed = skipped = failed = 0
    blamed = set()
    for suite in xml.parse(report).getroot().iter('testsuite'):
        for case in suite.iter('testcase'):
            if case.find('skipped') is not None:
                skipped += 1
            elif case.find('failure') is not None or case.find('error') is not None:
                failed += 1
                blamed.update((case.get('name'), suite.get('name').rpartition('.')[2]))
            else:
                passed += 1
    programs = Path(str(report).replace('.junit.xml', '.json')).read_text(encoding='utf-8')
    for line in programs.splitlines():
        program = json.loads(line)
        if program['result'] not in FINE and program['name'].rpartition(' / ')[2] not in blamed:
            failed += 1
    return passed, failed, skipped


def main():
    reports = [count(path) for path in sys.argv[1:] if Path(path).exists()]
    passed, failed, skipped = (sum(column) for column in zip(*reports)) if reports else (0, 0, 0)
    print(f'{passed} passed, {failed} failed' + (f', {skipped} skipped' if skipped else ''))
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
