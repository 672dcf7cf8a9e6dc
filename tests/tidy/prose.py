#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""prose.py ROOT: comments of headers read once: no long sentence, and "who" has somebody before it.

A sentence ends with a stop, a question mark, a colon, an empty line, or where a new part of a
kernel-doc comment begins. "Who holds the lock waits" names nobody: "the holder", "the task that".
"""

import re
import sys
from pathlib import Path

import csource
import tree

WORDS = 30
COMMENT = re.compile(r'/\*.*?\*/', re.S)
# The tags of kernel-doc, list items, and drawings: each line of them stands for itself.
PART = re.compile(r'^\s*(?:@[\w.]+:|[A-Z]\w+:\s|[-*] |\d+\. )|[|─│┌└→]|\S {2,}\S|\t\S')
END = re.compile(r'(?<=[.?!:;])\s+(?=\S)')
NOBODY = re.compile(r'^Who\b|\b(?:by|for|from|of|than|(?<!as )to|with)\s+who\b')


def paragraphs(source):
    """Yields (line, text) of what is written as prose."""
    for match in COMMENT.finditer(source):
        first = csource.line_of(source, match.start())
        begun, text = first, ''
        for number, line in enumerate(match.group().splitlines(), first):
            line = re.sub(r'^\s*/?\*+ ?|\s*\*/\s*$', '', line).rstrip()
            if not line.strip() or PART.search(line):
                if text:
                    yield begun, text
                text = ''
            if not text:
                begun = number
            text = f'{text} {line.strip()}'.strip()
        if text:
            yield begun, text


def check(source):
    for line, text in paragraphs(source):
        for sentence in END.split(text):
            words = [word for word in sentence.split() if re.search(r'\w', word)]
            if len(words) > WORDS:
                yield line, f'{len(words)} words from "{" ".join(words[:4])}": {WORDS} is the limit'
            if NOBODY.search(sentence) and not sentence.endswith(('?', ':')):
                found = ' '.join(NOBODY.search(sentence).group().split())
                yield line, f'"{found}" names nobody: say which task, caller or reader'


def main():
    root = Path(sys.argv[1])
    paths = tree.files(root, tree.is_header)
    tree.finish([(path, *found) for path in paths
                 for found in check(tree.text(root, path))], len(paths), 'headers')


if __name__ == '__main__':
    main()
