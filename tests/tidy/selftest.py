#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""selftest.py COMPILER...: each tidy test passes a clean tree and names each seeded fault.

Every case lays a small tree out in a temporary folder, plants one fault in it and wants to see
the fault's file, line and reason, and nothing else.
"""

import contextlib
import importlib
import io
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

SPDX = 'SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause'
KERNEL = 'tests/tidy/kernel-headers.txt'
C, H, S = f'// {SPDX}\n', f'/* {SPDX} */\n', f'# {SPDX}\n'

CLEAN = {
    '.clang-format': S + 'BasedOnStyle: LLVM\nIndentWidth: 8\nUseTab: Always\n'
                         'BreakBeforeBraces: Linux\nSortIncludes: Never\n',
    'README.md': 'Run ./dev compare, then ./dev test; see [more](docs/more.md).\n',
    'docs/more.md': 'More.\n',
    'docs/strategy.md': '## What it may call\n\n| `<linux/types.h>` | `set_bit()`, `list_*()` |\n',
    'dev': f'#!/bin/sh\n{S}',
    'lib/kcompat/port.h': H + '#include <pthread.h>\n',
    'lib/kcompat/linux/types.h': H + '/* Fidelity: exact. */\n#include <stdint.h>\n\n'
                                     '#define set_bit(a)\n#define list_add(a)\n'
                                     'typedef uint64_t u64;\n',
    'lib/zram/zram.h': H + '#include <linux/types.h>\n\nstruct zram;\n\n'
                           '/** zram_slots() - slots of a device */\n'
                           'u64 zram_slots(struct zram *zram);\n',
    'lib/zram/zram.c': C + '#include "zram/zram.h"\n\nu64 zram_slots(struct zram *zram)\n{\n'
                           '\treturn zram ? 1 : 0; /* "exit(1)" in a comment */\n}\n',
    'lib/zram/meson.build': S + "files('zram.c')\n",
    'strategies/zfree_x.c': C + '#include <linux/types.h>\n\n#include "zram/zram.h"\n',
    'strategies/meson.build': S + "names = ['x']\n",
    'sim/run.h': H + '#include "zram/zram.h"\n',
    'sim/cli/main.c': C + '#include <stdio.h>\n#include "sim/run.h"\n',
    'sim/cli/meson.build': S + "files('main.c')\n",
    'include/zramsim/device.h': H + '/** zramsim_open() - open a device */\n'
                                    '__attribute__((visibility("default"))) int '
                                    'zramsim_open(int nr);\n',
    KERNEL: 'linux/types.h\nlinux/list.h\n',
    'tests/unit/test_x.c': C + '#include "zram/zram.h"\n',
    'tests/unit/meson.build': S + "tests = {'x': 1}\n",
}

EMPTY = None  # a check that finds nothing to read must not pass
LIBRARY = 'int zramsim_open(int nr);\nint zramsim_open(int nr) { return nr; }\n'
LIST = {'lib/kcompat/linux/list.h': H + '/* Fidelity: exact. */\n'}
FUNCTION = 'int zramsim_f(int a, int b);\n'
OBJECTS = {'a.c': 'int b(void);\nint a(void) { return b(); }\n',
           'b.c': 'int c(void);\nint b(void) { return c(); }\n',
           'c.c': 'int c(void) { return 1; }\n'}


def header(text):
    return {'lib/zram/new.h': H + text}


def c_file(folder, text):
    return {f'{folder}/new.c': C + text, f'{folder}/meson.build': S + "files('new.c')\n"}


# check: [(what is planted, 'file:line', words of the complaint)]
FAULTS = {
    'layers': [
        (header('#include "sim/run.h"\n'), 'lib/zram/new.h:2', 'lower layer'),
        (header('#include <time.h>\n'), 'lib/zram/new.h:2', 'may not include <time.h>'),
        (header('#include "zram/gone.h"\n'), 'lib/zram/new.h:2', 'not in the tree'),
        (c_file('strategies', '#include "port.h"\n'), 'strategies/new.c:2', 'lower layer'),
        (c_file('strategies', '#include <linux/made_up.h>\n'), 'strategies/new.c:2', 'kernel has'),
        (c_file('lib/zfree', '#include <linux/list.h>\n') | LIST | {KERNEL: 'linux/list.h shim\n'
         'linux/types.h\n'}, 'lib/zfree/new.c:2', 'kernel has'),
        (c_file('lib/zfree', '#include <linux/list.h>\n') | LIST, None, ''),
        ({'sim/run.h': H + '#include "sim/cli/opts.h"\n', 'sim/cli/opts.h': H},
         'sim/run.h:2', 'lower layer'),
        (c_file('tests/unit', '#include "sim/cli/opts.h"\n') | {'sim/cli/opts.h': H},
         'tests/unit/new.c:2', 'lower layer'),
        ({'include/zramsim/device.h': H + '#include <linux/types.h>\n'},
         'include/zramsim/device.h:2', 'lower layer'),
        (c_file('other', ''), None, ''),
        (c_file('other', '#include <stdio.h>\n'), 'other/new.c:2', 'no layer'),
    ],
    'calls': [
        (c_file('strategies', 'int f(int a)\n{\n\treturn f(a) + g(a) + o->h(a);\n}\n'),
         'strategies/new.c:4', 'g() is not among'),
        (c_file('strategies', 'int f(int a)\n{\n\tset_bit(a); /* g(a) */\n'
                              '\tlist_add(a);\n\treturn 0;\n}\n'), None, ''),
        (c_file('strategies', 'int f(int a)\n{\n\treturn kc_bit(a);\n}\n') |
         {'lib/zfree/core.h': H + 'int kc_bit(int a);\n'}, 'strategies/new.c:4', 'kc_bit()'),
        (c_file('strategies', 'int f(int a)\n{\n\treturn zfree_kick(a);\n}\n') |
         {'lib/zfree/strategy.h': H + 'int zfree_kick(int a);\n'}, None, ''),
        (c_file('strategies', 'int f(int a)\n{\n\treturn zfree_detach(a);\n}\n') |
         {'lib/zfree/zfree.h': H + 'int zfree_detach(int a);\n'}, 'strategies/new.c:4',
         'zfree_detach()'),
        ({'docs/strategy.md': '## What it may call\n| `<linux/types.h>` | `gone()` |\n'},
         'docs/strategy.md:2', 'gone() is not in the shim'),
    ],
    'shims': [
        ({'lib/kcompat/linux/ours.h': H + '/* Fidelity: exact. */\n'},
         'lib/kcompat/linux/ours.h:1', 'kernel has no'),
        ({'lib/kcompat/linux/list.h': H + '/*\n * Fidelity: narrowed.\n */\n'}, None, ''),
        ({'lib/kcompat/linux/list.h': H + '/* Lists. */\n'}, 'lib/kcompat/linux/list.h:2',
         'open with "Fidelity'),
    ],
    'alone': [
        (header('static inline u64 f(void)\n{\n\treturn 0;\n}\n'), 'lib/zram/new.h:1', 'u64'),
        (header('#include <linux/types.h>\nstruct twice {\n\tu64 a;\n};\n'), 'lib/zram/new.h:1',
         'redefinition'),
        ({'include/zramsim/b.h': H + '#include "zram/zram.h"\n'}, 'include/zramsim/b.h:1',
         'zram.h'),
    ],
    'documented': [
        (header('int f(void);\n'), 'lib/zram/new.h:2', 'f() has no /**'),
        (header('/* f() - not for kernel-doc */\nint f(void);\n'), 'lib/zram/new.h:3', 'no /**'),
        (header('/** f() - far */\n#define A 1\nint f(void);\n'), 'lib/zram/new.h:4', 'no /**'),
        (header('/**\n * f() - f\n * @a:\ta\n */\nint f(int a, ...);\n'), None, ''),
        (header('enum {\n\tA,\n};\n'), None, ''),
        (header('typedef struct {\n\tint a;\n} t;\n'), 'lib/zram/new.h:2', 'struct t has no'),
        (header('struct s {\n\tint a;\n};\n'), 'lib/zram/new.h:2', 'struct s has no'),
        (header('enum e {\n\tA,\n};\n'), 'lib/zram/new.h:2', 'enum e has no'),
        (header('static inline int f(void)\n{\n\treturn 0;\n}\n'), 'lib/zram/new.h:2', 'no /**'),
        (header('/** g() - another */\nint f(void);\n'), 'lib/zram/new.h:3', 'is about g'),
        (header('/** says little */\nint f(void);\n'), 'lib/zram/new.h:3', 'must begin with'),
        (header('/** f - no brackets */\nint f(void);\n'), 'lib/zram/new.h:3', 'call it "f()"'),
        (header('/**\n * f() - drift\n * @a:\tone\n * @c:\tgone\n */\nint f(int a, int b);\n'),
         'lib/zram/new.h:7', '(a, b) but documents (a, c)'),
        (header('/**\n * f() - half\n * @a:\tone\n */\nint f(int a, void (*fn)(int x));\n'),
         'lib/zram/new.h:6', '(a, fn)'),
        (header('/**\n * struct s - drift\n * @b:\tgone\n */\nstruct s {\n\tint a; /* b */\n};\n'),
         'lib/zram/new.h:6', '@b is no member'),
        (header('MACRO(a)\n/** f() - after a macro */\nint f(void);\nint g(void);\n'),
         'lib/zram/new.h:5', 'g() has no'),
        (header('extern "C" {\nint f(void);\n}\n'), 'lib/zram/new.h:3', 'f() has no'),
    ],
    'lengths': [
        (c_file('lib/zram', '/* ' + 'x' * 94 + ' */\n'), None, ''),
        (c_file('lib/zram', '/* ' + 'x' * 95 + ' */\n'), 'lib/zram/new.c:2', '101 columns'),
        (c_file('lib/zram', '\t' * 13 + 'x;\n'), 'lib/zram/new.c:2', '106 columns'),
        (c_file('lib/zram', 'int f(void)\n{\n' + '\tg();\n' * 67 + '}\n'), None, ''),
        (c_file('lib/zram', 'int f(void)\n{\n' + '\tg();\n' * 68 + '}\n'), 'lib/zram/new.c:2',
         '71 lines'),
        (c_file('lib/zram', '\n' * 600), 'lib/zram/new.c:601', '600 is the limit'),
        (c_file('strategies', '\n' * 250), 'strategies/new.c:251', '250 is the limit'),
        ({'meson.build': S + '\n' * 120}, 'meson.build:121', '120 is the limit'),
    ],
    'spdx': [
        ({'sim/a.h.in': H}, None, ''),
        ({'lib/zram/zram.c': '// code\n'}, 'lib/zram/zram.c:1', 'must be "// SPDX'),
        ({'lib/zram/zram.h': C}, 'lib/zram/zram.h:1', 'must be "/* SPDX'),
        ({'dev': '#!/bin/sh\necho\n'}, 'dev:2', 'must be "# SPDX'),
        ({'sim/meson.build': ''}, 'sim/meson.build:1', 'must be "# SPDX'),
    ],
    'words': [
        (header('/* TO' 'DO: later */\n'), 'lib/zram/new.h:2', 'finish it'),
        (header('/* not imple' 'mented */\n'), 'lib/zram/new.h:2', 'finish it'),
        ({'README.md': 'See /ho' 'me/me/notes.\n'}, 'README.md:1', 'one machine'),
    ],
    'listed': [
        ({'strategies/zfree_y_z.c': C, 'strategies/meson.build': S + "'x', 'y-z'\n"}, None, ''),
        ({'tests/unit/test_y.c': C}, 'tests/unit/test_y.c:1', 'does not name it'),
        ({'strategies/zfree_y.c': C}, 'strategies/zfree_y.c:1', 'does not name it'),
        ({'lib/zram/y.c': C}, 'lib/zram/y.c:1', 'does not name it'),
    ],
    'effects': [
        (c_file('lib/zram', 'int f(void)\n{\n\tprintf("x");\n}\n'), 'lib/zram/new.c:4', 'printf'),
        (c_file('sim', 'int f(void)\n{\n\tfputs("x", stderr);\n}\n'), 'sim/new.c:4', 'fputs'),
        (c_file('sim', 'int f(void)\n{\n\texit(1);\n}\n'), 'sim/new.c:4', 'negative errno'),
        (c_file('sim', 'int f(void)\n{\n\tops->exit(1);\n\tsnprintf(a, 1, "");\n}\n'), None, ''),
        (c_file('strategies', 'int f(void)\n{\n\tfree(p);\n}\n'), 'strategies/new.c:4', 'free:'),
        (c_file('lib/zfree', 'int f(void)\n{\n\tpthread_self();\n}\n'), 'lib/zfree/new.c:4',
         'lib/kcompat'),
    ],
    'format': [
        (c_file('lib/zram', 'int  f(void);\n'), 'lib/zram/new.c:2', 'clang-format -i'),
        (c_file('sim', 'int f(void)\n{\n    return 0;\n}\n'), 'sim/new.c:2', 'clang-format -i'),
    ],
    'pages': [
        ({'README.md': 'Run ./dev test.\n'}, 'README.md:1', './dev compare'),
        ({'README.md': 'Run ./dev compare.\n'}, 'README.md:1', './dev test'),
        ({'docs/more.md': '\n[x](gone.md)\n'}, 'docs/more.md:2', 'gone.md does not exist'),
        ({'docs/more.md': '- ' + 'x ' * 49 + 'x\n'}, 'docs/more.md:1', '101 columns'),
        ({'docs/more.md': '- ' + 'x ' * 48 + 'xx\n'}, None, ''),
        ({'docs/more.md': f'| {"x" * 99} |\n```\n{"x" * 101}\n```\n    {"x" * 99}\n'}, None, ''),
        ({'docs/more.md': f'```\n```\n{"x" * 101}\n'}, 'docs/more.md:3', '101 columns'),
    ],
    'prose': [
        (header('/*\n * ' + 'word ' * 15 + '\n * ' + 'word ' * 15 + 'end.\n */\n'),
         'lib/zram/new.h:3', '31 words'),
        (header('/* ' + 'a: ' * 20 + ('word ' * 29 + 'end. ') * 2 + '*/\n'), None, ''),
        (header('/** f() - f\n * @a:\t' + 'word ' * 31 + '\n */\n'), 'lib/zram/new.h:3',
         '31 words'),
        (header('/* Found by\n * who looks. */\n'), 'lib/zram/new.h:2', 'names nobody'),
        (header('/* Free. Who moves it waits. */\n'), 'lib/zram/new.h:2', 'names nobody'),
        (header('/* Who waits? Exact as to who runs. Who may write what: all who can. */\n'),
         None, ''),
    ],
    'exports': [
        ({'lib.c': LIBRARY + 'int stray;\n'}, 'lib.so:0', 'exports stray'),
        ({'include/zramsim/b.h': H + '/** zramsim_f() - f */\n' + FUNCTION},
         'include/zramsim/b.h:3', 'zramsim_f() is not exported'),
        ({'include/zramsim/b.h': H + '/** f() - f */\nint f(void);\n',
          'lib.c': LIBRARY + 'int f(void);\nint f(void) { return 1; }\n'},
         'include/zramsim/b.h:3', 'must be called zramsim_f()'),
    ],
    'cycles': [
        ({'c.c': 'int b(void);\nint c(void) { return b(); }\n'}, 'objects.a:0',
         'b.o needs c of c.o, c.o needs b of b.o'),
        ({'c.c': 'int a(void);\nint c(void) { return a(); }\n'}, 'objects.a:0',
         'a.o needs b of b.o, b.o needs c of c.o, c.o needs a of a.o'),
    ],
}


def lay_out(check, planted):
    """The files of a case; what one check compiles would be stray files to the others."""
    if planted is EMPTY:
        needed = {'exports': 'lib.c', 'cycles': 'a.c', 'layers': KERNEL, 'shims': KERNEL}
        return {needed[check]: ''} if check in needed else {}
    compiled = {'exports': {'lib.c': LIBRARY}, 'cycles': OBJECTS}
    return CLEAN | compiled.get(check, {}) | planted


def call(check, *arguments):
    """What a check says and exits with. Python is not started anew for each of them."""
    sys.argv = [f'{check}.py', *map(str, arguments)]
    said, status = io.StringIO(), 0
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
            importlib.import_module(check).main()
    except SystemExit as end:
        status = end.code
    except Exception:  # whatever goes wrong is a failed case
        return 1, said.getvalue().splitlines() + traceback.format_exc().splitlines()
    return status, said.getvalue().splitlines()


def run(check, planted, compiler):
    """Returns (exit status, lines of complaint) of one check on the clean tree with planted."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in lay_out(check, planted).items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding='utf-8')
        extra = compiler if check == 'alone' else []
        if check == 'exports':
            extra = [str(root / 'lib.so')]
            subprocess.run([*compiler, '-shared', '-fPIC', '-o', *extra, str(root / 'lib.c')],
                           check=True)
        if check == 'cycles':
            extra = [str(root / 'objects.a')]
            sources = sorted(path.name for path in root.glob('?.c'))
            subprocess.run([*compiler, '-c', *sources], cwd=root, check=True)
            subprocess.run(['ar', 'rc', *extra, *(name[0] + '.o' for name in sources)], cwd=root,
                           check=True)
        return call(check, root, *extra)


def verdict(status, lines, place, words):
    """Why a check did not do what was wanted, or None."""
    if place is None:
        return f'wanted no complaint, got {status} {lines}' if status or lines else None
    if status != 1 or len(lines) != 1:
        return f'wanted one complaint at {place}, got {status} {lines}'
    if not lines[0].startswith(place) or words not in lines[0]:
        return f'wanted {place} ... {words}, got {lines[0]}'
    return None


def main():
    compiler = sys.argv[1:]
    cases = [(check, *case) for check, faults in FAULTS.items()
             for case in [({}, None, ''), (EMPTY, 'no ', 'were read')] + faults]
    print(f'1..{len(cases)}')
    failed = 0
    for number, (check, planted, place, words) in enumerate(cases, 1):
        status, lines = run(check, planted, compiler)
        title = f'{number} {check}: {words or "nothing to complain of"}'
        if status == 77:
            print(f'ok {title} # SKIP {check} needs a program that is not here')
            continue
        reason = verdict(status, lines, place, words)
        failed += bool(reason)
        print(f'not ok {title}\n# {reason}' if reason else f'ok {title}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
