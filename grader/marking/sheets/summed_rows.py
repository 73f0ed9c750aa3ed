"""Totals over all entries of a step that were written down for each entry: their sum is taken.

In a table with a row for each sample, many students write the change of the weights that each sample asks
for, and the weights once.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from grader.expressions import Shape
from grader.marking.sheets.digits import read_number
from grader.marking.sheets.passes import Passes
from grader.marking.sheets.values import is_absent
from grader.schemas.wording import listed

_LARGEST = 30  # powers of ten that are summed


def add_up(steps: Sequence[Mapping[str, Any]], passes: Passes) -> tuple[list[dict[str, Any]], str] | None:
    """Return steps with sums in place of such rows, and a note; None where there are no such rows."""
    shapes = {slot.field: slot.shape for slot, _ in passes.summed}
    found: dict[str, None] = {}
    summed = []
    for step in steps:
        new = dict(step)
        for name in shapes.keys() & step.keys():
            value = step[name]
            if is_absent(value) or not isinstance(value, list) or len(value) != passes.count:
                continue
            if shape_of(value) == (passes.count, *shapes[name]) and (total := _sum(value)) is not None:
                new[name] = total
                found[name] = None
        summed.append(new)
    if not found:
        return None
    names = listed([name for name in shapes if name in found])
    return summed, f"{names}: a row for each {passes.inner}; their sum is taken"


def shape_of(value: Any) -> Shape:
    """Return the shape of a value as far as its first rows tell."""
    shape: Shape = ()
    while isinstance(value, list) and value:
        shape += (len(value),)
        value = value[0]
    return shape


def _sum(rows: Sequence[Any]) -> Any:
    """Return the sum of numbers, with their digits, or of lists; None where something is no number."""
    if all(isinstance(row, list) for row in rows):
        lengths = {len(row) for row in rows}
        parts = [_sum(entries) for entries in zip(*rows, strict=True)] if len(lengths) == 1 else [None]
        return None if None in parts else parts
    numbers = list(_numbers(rows))
    return f"{sum(numbers):f}" if len(numbers) == len(rows) else None


def _numbers(rows: Sequence[Any]) -> Iterator[Decimal]:
    for row in rows:
        text = row if isinstance(row, str) else repr(row) if type(row) in (int, float) else ""
        number = read_number(text)
        if number is not None and abs(number.decimals) <= _LARGEST and abs(number.value) < 10.0**_LARGEST:
            yield Decimal(number.value).quantize(Decimal(1).scaleb(-number.decimals))
