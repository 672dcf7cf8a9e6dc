# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Just enough of C to tell comments from code and one file-scope declaration from the next."""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include(?:_next)?[ \t]*([<"])([^>"]+)[>"]', re.M)
DIRECTIVE = re.compile(r'^[ \t]*#(?:\\\n|[^\n])*', re.M)
ANNOTATION = re.compile(r'\b(?:__attribute__|__attribute|__aligned|__printf|__acquires|__releases|'
                        r'__must_hold|_Alignas|__extension__)\b')


@dataclass
class Declaration:
    kind: str  # function, struct, union, enum or other
    name: str
    line: int
    last_line: int
    has_body: bool
    params: list = field(default_factory=list)
    doc: str = ''  # its kernel-doc comment
    body: str = ''


def blank(match):
    return re.sub(r'[^\n]', ' ', match.group())


def code(source):
    """The source with comments and literals blanked out, of the same length and lines."""
    return TOKEN.sub(blank, source)


def line_of(source, offset):
    return source.count('\n', 0, offset) + 1


def includes(source):
    """Yields (line, '<' or '"', name) of each #include outside comments."""
    without = re.sub(r'/\*.*?\*/', blank, source, flags=re.S)
    for match in INCLUDE.finditer(without):
        yield line_of(source, match.start()), match.group(1), match.group(2)


def closing(source, start):
    """The offset after the bracket that closes the one at start."""
    pairs = {'(': ')', '{': '}', '[': ']'}
    opening, ending = source[start], pairs[source[start]]
    depth = 0
    for at in range(start, len(source)):
        depth += (source[at] == opening) - (source[at] == ending)
        if not depth:
            return at + 1
    return len(source)


def without_annotations(head):
    """Removes attributes with their arguments, as they look like function names."""
    match = ANNOTATION.search(head)
    while match:
        end = match.end()
        rest = re.match(r'\s*\(', head[end:])
        if rest:
            end = closing(head, end + rest.end() - 1)
        head = head[:match.start()] + head[end:]
        match = ANNOTATION.search(head)
    return head


def split_parameters(inside):
    parts, depth, start = [], 0, 0
    for at, char in enumerate(inside):
        depth += (char in '([{') - (char in ')]}')
        if char == ',' and not depth:
            parts.append(inside[start:at])
            start = at + 1
    parts.append(inside[start:])
    return [part.strip() for part in parts]


def parameter_name(part):
    pointer = re.search(r'\(\s*\*\s*(?:const\s+)?(\w+)', part)
    if pointer:
        return pointer.group(1)
    if part == '...':
        return part
    names = re.findall(r'\w+', re.sub(r'\[[^\]]*\]', '', part))
    return names[-1] if names else ''


def classify(head, has_body):
    """Returns (kind, name, params) of a declaration whose code up to its body is head."""
    head = without_annotations(head).strip()
    aggregate = re.match(r'(typedef\s+)?(?:static\s+|const\s+)*(struct|union|enum)\b\s*(\w*)', head)
    if aggregate and has_body and '(' not in head and '=' not in head:
        return aggregate.group(2), aggregate.group(3), []
    if re.match(r'typedef\b|_Static_assert\b|static_assert\b', head):
        return 'other', '', []
    bracket = head.find('(')
    if bracket < 0 or '=' in head[:bracket]:
        return 'other', '', []
    name = re.search(r'(\w+)\s*$', head[:bracket])
    if not name or not head[:name.start()].strip():
        return 'other', '', []
    inside = head[bracket + 1:closing(head, bracket) - 1].strip()
    if inside in ('void', ''):
        return 'function', name.group(1), []
    return 'function', name.group(1), [parameter_name(part) for part in split_parameters(inside)]


def doc_before(source, start):
    """The kernel-doc comment that ends right before start, or ''."""
    before = source[:start].rstrip()
    if not before.endswith('*/'):
        return ''
    comment = before[before.rfind('/*'):]
    return comment if comment.startswith('/**') and comment != '/**/' else ''


def macro_call(plain, start):
    """The offset after `NAME(...)` with nothing before it at start, or start if there is none."""
    match = re.compile(r'(\w+)\s*\(').match(plain, start)
    if not match or ANNOTATION.match(match.group(1)) or 'assert' in match.group(1):
        return start
    return closing(plain, match.end() - 1)


def declarations(source):
    """Yields each Declaration at file scope."""
    plain = DIRECTIVE.sub(blank, code(source))
    plain = re.sub(r'\bextern\s+\{', blank, plain)  # extern "C" is no declaration
    at = 0
    while at < len(plain):
        if plain[at].isspace() or plain[at] in ';}':
            at += 1
            continue
        after = macro_call(plain, at)
        if after != at:
            at = after
            continue
        start, body, end = at, None, at
        while end < len(plain) and plain[end] != ';':
            if plain[end] in '([':
                end = closing(plain, end)
            elif plain[end] == '{':
                body = body or (end, closing(plain, end))
                end = closing(plain, end)
                if classify(plain[start:body[0]], True)[0] == 'function':
                    break
            else:
                end += 1
        head = plain[start:body[0]] if body else plain[start:end]
        kind, name, params = classify(head, body is not None)
        if kind != 'other' and not name:
            name = (re.findall(r'\w+', plain[body[1]:end]) or [''])[-1] if body else ''
        named = start + max(head.find(name + '('), 0) if name else start
        yield Declaration(kind, name, line_of(plain, named), line_of(plain, max(end - 1, start)),
                          body is not None, params, doc_before(source, start),
                          plain[body[0]:body[1]] if body else '')
        at = end
