#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Strategies that collect per CPU share next to nothing: two processes on two CPUs have less than
a cache line per slot change hands, all of drain, allocator and swap layer included. One line that
two CPUs write for each item costs two, as those of zram's own statistics do: here they are counted
per CPU, so that the strategy's lines are what is left."""
import json
import subprocess
import sys

STRATEGIES = ['pcpu-stack', 'pcpu-page', 'bulk']
LINES_PER_SLOT = 1

done = subprocess.run([sys.argv[1], 'compare', '-s', ','.join(STRATEGIES), '--machine', 'rk3588',
                       '--procs', '2', '--stats', 'percpu', '--size', '16M', '--data',
                       'sizes:' + sys.argv[2], '--format', 'json', '--quiet'],
                      check=True, stdout=subprocess.PIPE)
results = {result['strategy']: result['metrics'] for result in json.loads(done.stdout)['results']}
print(f'1..{len(STRATEGIES)}')
for number, name in enumerate(STRATEGIES, 1):
    lines = results[name]['line_transfers']['median']
    assert lines > 0, 'nothing is shared at all: is this the metric?'
    print(f'{"ok" if lines < LINES_PER_SLOT else "not ok"} {number} - {name} # {lines:.3f}')
