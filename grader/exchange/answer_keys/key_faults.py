"""Puts what Pydantic finds wrong in a key into the words of the key's author."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from grader.exchange.answer_keys.toml_places import Step
from grader.schemas import base, expect, parts
from grader.schemas import key as schema
from grader.schemas.faults import Inside
from grader.schemas.key import Key

_SHOWN = 60  # characters of what was found
_FEW = 8  # names that are all told where none is near
_LISTS = ("question", "question.part", "hand_in", "hand_in.field")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")

# Pydantic's kind of a fault -> what was expected, with the numbers that it knows.
_EXPECTED = {
    "float_type": "a number",
    "finite_number": "a finite number",
    "int_type": "a whole number",
    "string_type": "a text in quotes",
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    **dict.fromkeys(("list_type", "tuple_type"), "a list"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "a table"),
    "too_short": "at least one entry",
    "too_long": "at most {max_length} entries",
    "string_too_short": "a text that is not empty",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "a text of the form {pattern}",
    "greater_than": "a number above {gt:g}",
    "greater_than_equal": "a number of at least {ge:g}",
    "less_than": "a number below {lt:g}",
    "less_than_equal": "a number of at most {le:g}",
    **dict.fromkeys(("literal_error", "enum"), "{expected}"),
    "union_tag_invalid": "{expected_tags}",
}
_OF_THE_FORM = {
    **base.FORMS,
    expect.NO_CONTROL_CHARACTERS: "a file's name, without control characters",
    schema.NUMBER: 'a number in quotes, with the digits that are printed, as in "0.50"',
}
_HOMES = {
    "Key": "at the top of the file, above the first [[question]]",
    "TraceQuestion": "in a [[question]] of kind 'trace'",
    "PartsQuestion": "in a [[question]] of kind 'formula' or 'text'",
    "Method": "in [question.method.NAME]",
    "Mistake": "in [question.mistake.NAME]",
    "Given": "with a constant of [question.given]",
    "Tolerance": "in tolerance",
    "Part": "in a [[question.part]]",
    "Published": "in [question.published]",
}

_TABLES = [
    table
    for module in (schema, parts)
    for table in vars(module).values()
    if isinstance(table, type) and issubclass(table, BaseModel)
]
_KNOWN = sorted({name for table in _TABLES for name in table.model_fields})


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a key: the path of what has to be corrected, the author's name for it, and what is wrong.

    With `name`, the entry's name or the header is at fault, not what stands behind it. `inside` is what is
    wrong within the expression there.
    """

    path: tuple[Step, ...]
    place: str
    reason: str
    name: bool = False
    inside: Inside | None = None


def faults_of(error: ValidationError, data: dict[str, Any], whole: type[BaseModel] = Key) -> Iterator[Fault]:
    """Yield the faults of a file that is to be a `whole`.

    What the members of a union expected each makes one of them.
    """
    options: dict[tuple[str, str], tuple[Fault, list[str]]] = {}
    for fault in error.errors(include_url=False):
        kind, found, context = fault["type"], fault["input"], fault.get("ctx", {})
        path = _path(kind, fault["loc"], data)
        place = in_words(path, data)
        if kind == "too_short" and found:
            continue  # its entries have faults, and only that is why they do not count
        if kind == "misfit":
            yield Fault((*path, *context["at"]), place, context["reason"], inside=context["inside"])
        elif kind == "extra_forbidden":
            yield Fault(path, place, _unknown(fault["loc"], whole), name=True)
        elif kind in ("missing", "union_tag_not_found"):
            yield Fault(path[:-1], place, f"is missing{_elsewhere(path, data)}", name=True)
        elif (expected := _expected(kind, context)) is None:
            yield Fault(path, place, fault["msg"].removeprefix("Value error, "))
        else:
            shown = _found(context["tag"] if kind == "union_tag_invalid" else found)
            if kind == "too_long" and isinstance(found, list):
                shown = str(len(found))
            hint = _hint(re.sub(r"\[.*?\]", "", place), found, expected)
            # An equation's name may be any, and a typo of an entry is one.
            near = _near(fault["loc"], whole) if kind == "string_type" else ""
            hint = f"; did you mean {near}?" if near else hint
            told = Fault(path, place, f"found {shown}{hint}", name=bool(near) or "[key]" in fault["loc"])
            options.setdefault((place, shown), (told, []))[1].append(expected)
    inner = [told.path for told, _ in options.values()]
    for told, expected_each in options.values():
        if any(path[: len(told.path)] == told.path != path for path in inner):
            continue  # what another member of the union has against the whole: an entry of it is at fault
        expected = " or ".join(dict.fromkeys(expected_each))
        yield Fault(told.path, told.place, f"expected {expected}, {told.reason}", name=told.name)


def in_words(path: Iterable[Step], data: Any) -> str:
    """Return a path as the author knows it, with tables in a list named by their `id`."""
    words: list[str] = []
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            data = None
        if isinstance(step, int):
            name = data.get("id") if isinstance(data, dict) else None
            words[-1] += f"[{name if isinstance(name, str) else step}]"
        else:
            words.append(step)
    return ".".join(words)


def _path(kind: str, place: Sequence[Step], data: Any) -> tuple[Step, ...]:
    """Return the path of a fault in the file, without the members of unions that Pydantic puts in it."""
    path: list[Step] = []
    for depth, step in enumerate(place):
        if depth == 2 and place[0] == "question":
            continue  # the kind of the question, which stands in the table and not in the path
        present = isinstance(data, dict) and step in data
        if isinstance(step, str) and not present and not (kind == "missing" and depth == len(place) - 1):
            continue  # which member of a union was tried: nothing that stands in the file
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            data = None
        path.append(step)
    return (*path, "kind") if kind.startswith("union_tag") else tuple(path)


def _expected(kind: str, context: Mapping[str, Any]) -> str | None:
    """Return what was expected instead of what was found, or None for a fault of another kind."""
    if kind == "string_pattern_mismatch" and context["pattern"] in _OF_THE_FORM:
        return _OF_THE_FORM[context["pattern"]]
    expected = _EXPECTED[kind].format_map(context) if kind in _EXPECTED else None
    return f"{expected}{_entries(context['class_name'])}" if "class_name" in context else expected


def _entries(name: str) -> str:
    """Return what a table of some kind looks like: the entries that it must have, or else all it may have."""
    fields = next((table.model_fields for table in _TABLES if table.__name__ == name), {})
    wanted = [entry for entry, field in fields.items() if field.is_required()] or [*fields]
    return f" such as {{ {', '.join(f'{entry} = …' for entry in wanted[:4])} }}" if wanted else ""


def _found(value: Any) -> str:
    if isinstance(value, dict | list):
        kind = "table" if isinstance(value, dict) else "list"
        return f"a {kind}" if value else f"an empty {kind}"
    shown = str(value).lower() if isinstance(value, bool) else repr(value)
    if not isinstance(value, bool | int | float | str):  # TOML has dates and times, too
        shown = str(value)
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 3] + "..."


def _hint(place: str, found: Any, expected: str) -> str:
    if place in _LISTS and isinstance(found, dict):
        return f"; write [[{place}]] with two brackets on each side"
    if "a number" in expected and isinstance(found, str) and (number := _NUMBER.match(found)):
        unit, plain = found[number.end() :].strip(), number[0].replace(",", ".")
        if unit == "%":
            return f"; write {Decimal(plain) / 100}, without quotes"
        return f"; write {plain}, without {'its quotes and unit' if unit else 'quotes'}"
    if "published.steps" in place and isinstance(found, float):
        return '; a printed number stands in quotes, with the digits that are printed, as in "0.50"'
    return ""


def _unknown(place: Sequence[Step], whole: type[BaseModel]) -> str:
    """Say that a name means nothing in its table, and which one is nearest or in which table it belongs."""
    name = str(place[-1])
    here = _tables_at(place, whole)
    known = {name for table in here for name in table.model_fields}
    at_home = [table.__name__ for table in _TABLES if name in table.model_fields]
    homes = [_HOMES[table] for table in at_home if table in _HOMES]
    near = get_close_matches(name, sorted(known), n=1)
    if not near and whole is not Key:
        return f"unknown key; expected {' or '.join(sorted(known))}" if known else "unknown key"
    if not near and homes:
        return f"unknown key here; it belongs {' or '.join(dict.fromkeys(homes))}"
    near = near or get_close_matches(name, [other for other in _KNOWN if other != name], n=1)
    if near:
        return f"unknown key; did you mean {near[0]}?"
    few = 0 < len(known) <= _FEW
    return f"unknown key; known here are {', '.join(sorted(known))}" if few else "unknown key"


def _near(place: Sequence[Step], whole: type[BaseModel]) -> str:
    """Return the entry of its table that a misspelt name is nearest to; empty where there is none."""
    known = {name for table in _tables_at(place, whole) for name in table.model_fields}
    near = [] if place[-1] in known else get_close_matches(str(place[-1]), sorted(known), n=1)
    return near[0] if near else ""


def _tables_at(place: Sequence[Step], whole: type[BaseModel]) -> list[type[BaseModel]]:
    """Return the models of the tables that may stand around the last step of a place."""
    tables = [whole]
    for step in place[:-1]:
        fields = [table.model_fields[step] for table in tables if step in table.model_fields]
        kinds = [table for table in tables if step in _kinds(table)]
        if fields:
            tables = [table for field in fields for table in _tables_in(field.annotation)]
        elif kinds:
            tables = kinds
    return tables


def _kinds(table: type[BaseModel]) -> tuple[Any, ...]:
    return get_args(table.model_fields["kind"].annotation) if "kind" in table.model_fields else ()


def _tables_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _tables_in(argument)


def _elsewhere(path: Sequence[Step], data: Any) -> str:
    """Point to a missing entry that is misspelt, or that stands below a header and thus in another table."""
    *steps, name = path
    for step in steps:
        data = data[step]
    near = get_close_matches(str(name), [key for key in data if isinstance(data[key], str)], n=1)
    if near and near[0] not in _KNOWN:
        return f"; is it what stands there as {near[0]}?"
    inner = [key for key, table in data.items() if isinstance(table, dict) and name in table]
    if not inner:
        return ""
    header = ".".join(step for step in (*steps, inner[0]) if isinstance(step, str))
    return f"; {name} stands below [{header}] and so belongs to that: move it above that line"
