"""As much of JSON Schema (draft 2020-12) as our schemas use: the tests need no library for it.

A keyword that is not known here is an error, so that nothing is silently not checked.
"""

import re

_TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}
_ONLY_WORDS = {"$schema", "$defs", "title", "description", "default", "discriminator"}


def faults(value, schema, root=None, place="$"):
    """Yield a sentence for everything in `value` that the schema forbids."""
    root = root or schema
    for keyword, rule in schema.items():
        if keyword not in _ONLY_WORDS:
            yield from _KEYWORDS[keyword](value, rule, schema, root, place)


def _ref(value, rule, _, root, place):
    target = root
    for step in rule.removeprefix("#/").split("/"):
        target = target[step]
    yield from faults(value, target, root, place)


def _type(value, rule, _schema, _root, place):
    if not _TYPES[rule](value):
        yield f"{place}: {value!r} is no {rule}"


def _plain(holds, words, kind=object):
    def check(value, rule, _schema, _root, place):
        if isinstance(value, kind) and not isinstance(value, bool) and not holds(value, rule):
            yield f"{place}: {value!r} is not {words} {rule!r}"

    return check


def _some(counts, words):
    def check(value, rule, _, root, place):
        fitting = sum(not list(faults(value, each, root, place)) for each in rule)
        if not counts(fitting):
            yield f"{place}: {value!r} fits {fitting} of the schemas, not {words}"

    return check


def _properties(value, rule, _, root, place):
    for name in value.keys() & rule.keys() if isinstance(value, dict) else ():
        yield from faults(value[name], rule[name], root, f"{place}.{name}")


def _pattern_properties(value, rule, _, root, place):
    for name in value if isinstance(value, dict) else ():
        for pattern, each in rule.items():
            if re.search(pattern, name):
                yield from faults(value[name], each, root, f"{place}.{name}")


def _additional(value, rule, schema, root, place):
    if not isinstance(value, dict):
        return
    patterns = schema.get("patternProperties", {})
    for name in value.keys() - schema.get("properties", {}).keys():
        if any(re.search(pattern, name) for pattern in patterns) or rule is True:
            continue
        if rule is False:
            yield f"{place}: {name} is not known"
        else:
            yield from faults(value[name], rule, root, f"{place}.{name}")


def _names(value, rule, _, root, place):
    for name in value if isinstance(value, dict) else ():
        yield from faults(name, rule, root, f"{place}: the name {name}")


def _items(value, rule, _, root, place):
    for i, item in enumerate(value if isinstance(value, list) else ()):
        yield from faults(item, rule, root, f"{place}[{i}]")


_KEYWORDS = {
    "$ref": _ref,
    "type": _type,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "items": _items,
    "anyOf": _some(lambda fitting: fitting >= 1, "one at least"),
    "oneOf": _some(lambda fitting: fitting == 1, "exactly one"),
    "const": _plain(lambda value, rule: value == rule, "equal to"),
    "enum": _plain(lambda value, rule: value in rule, "one of"),
    "required": _plain(lambda value, rule: value.keys() >= set(rule), "complete, which takes", dict),
    "minProperties": _plain(lambda value, rule: len(value) >= rule, "of a size of at least", dict),
    "minItems": _plain(lambda value, rule: len(value) >= rule, "of a length of at least", list),
    "maxItems": _plain(lambda value, rule: len(value) <= rule, "of a length of at most", list),
    "minLength": _plain(lambda value, rule: len(value) >= rule, "of a length of at least", str),
    "maxLength": _plain(lambda value, rule: len(value) <= rule, "of a length of at most", str),
    "pattern": _plain(lambda value, rule: re.search(rule, value) is not None, "of the form", str),
    "minimum": _plain(lambda value, rule: value >= rule, "at least", int | float),
    "maximum": _plain(lambda value, rule: value <= rule, "at most", int | float),
    "exclusiveMinimum": _plain(lambda value, rule: value > rule, "above", int | float),
    "exclusiveMaximum": _plain(lambda value, rule: value < rule, "below", int | float),
}
