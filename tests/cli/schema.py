# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""As much of JSON Schema 2020-12 as docs/result.schema.json uses; anything else is an error."""

import re

ANNOTATIONS = {'$schema', '$defs', 'title', 'description'}
TYPES = {
    'object': lambda value: isinstance(value, dict),
    'array': lambda value: isinstance(value, list),
    'string': lambda value: isinstance(value, str),
    'boolean': lambda value: isinstance(value, bool),
    'null': lambda value: value is None,
    'number': lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    'integer': lambda value: (isinstance(value, (int, float)) and not isinstance(value, bool)
                              and value == int(value)),
}


def is_number(value):
    return TYPES['number'](value)


class Schema:
    """A schema, and the keys of documents that it has been used for."""

    def __init__(self, root):
        self.root = root
        self.strict = False  # keys that the schema does not know are errors
        self.rules = {
            '$ref': self.ref, 'type': self.type, 'const': self.const, 'enum': self.enum,
            'properties': self.properties, 'required': self.required, 'items': self.items,
            'oneOf': self.one_of, 'pattern': self.pattern,
            'minimum': lambda v, limit, path, _: self.bound(
                v, not is_number(v) or v >= limit, path),
            'exclusiveMinimum': lambda v, limit, path, _: self.bound(
                v, not is_number(v) or v > limit, path),
            'maximum': lambda v, limit, path, _: self.bound(
                v, not is_number(v) or v <= limit, path),
            'minItems': lambda v, limit, path, _: self.bound(
                v, not isinstance(v, list) or len(v) >= limit, path),
            'maxItems': lambda v, limit, path, _: self.bound(
                v, not isinstance(v, list) or len(v) <= limit, path),
        }

    def errors(self, value, schema=None, path='$'):
        """What is wrong with a document, one sentence each."""
        schema = self.root if schema is None else schema
        found = []
        for keyword, argument in schema.items():
            if keyword in ANNOTATIONS:
                continue
            if keyword not in self.rules:
                raise ValueError(f'{path}: this checker does not know {keyword}')
            found += self.rules[keyword](value, argument, path, schema)
        return found

    @staticmethod
    def bound(value, holds, path):
        return [] if holds else [f'{path}: {value!r} is out of bounds']

    def ref(self, value, target, path, _):
        schema = self.root
        for part in target.removeprefix('#/').split('/'):
            schema = schema[part]
        return self.errors(value, schema, path)

    @staticmethod
    def type(value, names, path, _):
        names = [names] if isinstance(names, str) else names
        return [] if any(TYPES[name](value) for name in names) else [
            f'{path}: {value!r} is not of type {" or ".join(names)}']

    @staticmethod
    def const(value, expected, path, _):
        return [] if value == expected else [f'{path}: {value!r} is not {expected!r}']

    @staticmethod
    def enum(value, choices, path, _):
        return [] if value in choices else [f'{path}: {value!r} is not one of {choices}']

    @staticmethod
    def pattern(value, expression, path, _):
        if not isinstance(value, str) or re.search(expression, value):
            return []
        return [f'{path}: {value!r} does not match {expression}']

    def properties(self, value, schemas, path, _):
        if not isinstance(value, dict):
            return []
        found = []
        for key, part in value.items():
            if key in schemas:
                found += self.errors(part, schemas[key], f'{path}.{key}')
            elif self.strict:
                found.append(f'{path}.{key} is not in the schema')
        return found

    @staticmethod
    def required(value, keys, path, _):
        return [f'{path}.{key} is missing' for key in keys
                if isinstance(value, dict) and key not in value]

    def items(self, value, schema, path, _):
        if not isinstance(value, list):
            return []
        return [error for i, part in enumerate(value)
                for error in self.errors(part, schema, f'{path}[{i}]')]

    def one_of(self, value, schemas, path, _):
        tried = [self.errors(value, schema, path) for schema in schemas]
        fits = sum(not errors for errors in tried)
        if fits == 1:
            return []
        inner = [error for errors in tried for error in errors]
        return [f'{path}: fits {fits} of the alternatives', *inner]
