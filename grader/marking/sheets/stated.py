"""Constants, and the student's own values, as a hand-in states them beside its steps; read with care."""

from collections.abc import Collection, Iterator, Mapping
from math import isfinite, isnan
from typing import Any

import numpy as np

from grader.expressions import Array, Shape
from grader.marking.sheets.unknown import unknown_keys
from grader.marking.sheets.values import ValueFault, fit, is_absent, kind_of, read_value
from grader.schemas.faults import Problem
from grader.schemas.given import Given


def read_given(
    stated: Any, asked: Mapping[str, Given], place: str, problems: list[Problem]
) -> dict[str, float]:
    """Return the constants that the student states; values that cannot be are problems."""
    values = {}
    for name, value in _of_what_is_asked(stated, asked, place, problems):
        try:
            number = read_value(value)
            fit(number, [()])
        except ValueFault as fault:
            problems.append(Problem(f"{place}.{name}{fault.place}: {fault.reason}"))
            continue
        (written,) = number.numbers
        if isnan(written):
            continue  # null in brackets
        if broken := asked[name].outside(written):
            reason = f"{broken}, found {written:g}; {asked[name].default:g} is taken"
            problems.append(Problem(f"{place}.{name}: {reason}"))
        else:
            values[name] = written
    return values


def read_variant(
    stated: Any, shapes: Mapping[str, Shape], place: str, problems: list[Problem]
) -> dict[str, Array]:
    """Return the stated values that have the shapes they should have; the others are problems."""
    variant = {}
    for name, value in _of_what_is_asked(stated, shapes, place, problems):
        try:
            variant[name] = np.array(_numbers(value, shapes[name], "")).reshape(shapes[name])
        except ValueFault as fault:
            problems.append(Problem(f"{place}.{name}{fault.place}: {fault.reason}"))
    return variant


def _of_what_is_asked(
    stated: Any, asked: Collection[str], place: str, problems: list[Problem]
) -> Iterator[tuple[str, Any]]:
    """Yield the names that are both asked and stated, with their values; other names are problems."""
    if is_absent(stated):
        return
    if not isinstance(stated, dict):
        shown = ", ".join(f'"{name}": ...' for name in asked)
        write = f"; write {{{shown}}}" if asked else ""
        problems.append(Problem(f"{place}: expected an object, found {kind_of(stated)}{write}"))
        return
    problems += unknown_keys(place, [name for name in stated if name not in asked], tuple(asked))
    yield from ((name, value) for name, value in stated.items() if name in asked and not is_absent(value))


def _numbers(value: Any, shape: Shape, place: str) -> list[float]:
    """Return the numbers of a value of exactly this shape, in a row.

    Raises ValueFault, which has the place, for something that is no number, and for a list of another length.
    """
    if not shape:
        if isinstance(value, float) and isfinite(value):  # as nearly always
            return [value]
        if isinstance(value, list):
            raise ValueFault(place, "expected a number, found a list")
        if is_absent(value):
            raise ValueFault(place, "expected a number, found nothing")
        try:
            return read_value(value).numbers
        except ValueFault as fault:
            raise ValueFault(place, fault.reason) from None
    if not isinstance(value, list):
        raise ValueFault(place, f"expected a list of {shape[0]}, found {kind_of(value)}")
    if len(value) != shape[0]:
        raise ValueFault(place, f"expected a list of {shape[0]}, found one of {len(value)}")
    rows = (_numbers(item, shape[1:], f"{place}[{i}]") for i, item in enumerate(value))
    return [number for row in rows for number in row]
