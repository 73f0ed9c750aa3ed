"""The step to which each line of a printout belongs.

In an undamaged printout the headings tell it. Where a scanner has shuffled columns, each line goes where its
numbers fit: by the inputs printed with it, and by the numbers as the key works them, in whichever accepted
way most of the printout fits. No number is taken from the key: one that fits nowhere stays as it is, in the
step of the lines around it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import nan
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.exchange.printout.blocks import Block, Blocks, Reading
from grader.exchange.printout.characters import NUMBER
from grader.schemas.blank import BlankField, BlankMethod, BlankStep, Worked
from grader.schemas.places import step_in_words

_MOST_COMPARED = 3_000_000  # numbers
_FAR = 200  # powers of ten: no number of an exercise
_LONGEST = 60  # characters of a number
_SURE = 4  # significant digits of a number that hardly agrees by chance
_OTHER = -0.2  # the weight of a number that does not agree
# The weights of a line's surroundings beside that of a number that agrees, 1: all of them together are less.
_BY_INPUTS, _BY_HEADINGS, _BY_NEIGHBOUR = 0.4, 0.2, 0.2

_Array: TypeAlias = NDArray[np.float64]
_Way: TypeAlias = Mapping[str, _Array]  # the numbers of each field, worked in one way: (steps, numbers)


@dataclass(slots=True)
class Placed:
    """Readings by step, in the order of the steps' first lines; `floating` if headings did not tell these."""

    steps: dict[tuple[tuple[str, int], ...], list[Reading]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    floating: bool = False


def place(found: Blocks, method: BlankMethod, work: Callable[[], Sequence[Worked]]) -> Placed:
    """Place every field of a printout; `work` is called for a method's numbers only if they are needed."""
    if _in_order(found, method):
        placed = Placed()
        for block in found.blocks:
            placed.steps.setdefault(tuple(block.labels.items()), []).extend(block.readings)
        return placed
    if _run_on(found.blocks, method):
        placed = Placed(notes=["the headings do not name each step; they are read in the order of the lines"])
        for block, step in zip(found.blocks, method.steps, strict=False):
            placed.steps[tuple(step.labels.items())] = block.readings
        return placed
    return _by_numbers(found.blocks, method, work())


def _in_order(found: Blocks, method: BlankMethod) -> bool:
    """Tell whether each step has one heading, and each field stands under it once."""
    loops = tuple(method.steps[0].labels)
    headings = [tuple(labels.items()) for labels in found.headings]
    if len(set(headings)) < len(headings):
        return False
    seen: set[Any] = set()
    for block in found.blocks:
        if tuple(block.labels) != loops:
            return False
        for reading in block.readings:
            here = (tuple(block.labels.items()), reading.field.name)
            if here in seen:
                return False
            seen.add(here)
    return any(all(_has_inputs_of(block, method, first) for block in found.blocks) for first in (0, 1))


def _run_on(blocks: Sequence[Block], method: BlankMethod) -> bool:
    """Tell whether the blocks are the first steps in their order, although no heading names a step in full.

    Their headings must agree with that, counted from 0 or 1, and so must printed inputs.
    """
    loops = len(method.steps[0].labels)
    if not 1 < len(blocks) <= len(method.steps) or any(len(block.labels) == loops for block in blocks):
        return False
    pairs = [*zip(blocks, method.steps, strict=False)]
    inputs = [fits for block, step in pairs for fits in _by_inputs(block, step)]
    apart = {number - step.labels[loop] for block, step in pairs for loop, number in block.labels.items()}
    return all(inputs) and apart in ({0}, {1}, set())


def _has_inputs_of(block: Block, method: BlankMethod, first: int) -> bool:
    """Tell whether the inputs printed with a block are those of its step; headings count from 0 or 1."""
    labels = {loop: number - first for loop, number in block.labels.items()}
    step = next((step for step in method.steps if step.labels == labels), None)
    return step is None or all(_by_inputs(block, step))


def _by_inputs(block: Block, step: BlankStep) -> list[bool]:
    """Tell for each input printed with a block whether it is that of a step; constants tell nothing."""
    own = [(numbers, step.inputs[name]) for name, numbers in block.inputs.items() if name in step.inputs]
    return [_agrees(numbers, _flat(value)) for numbers, value in own]


def _by_numbers(blocks: Sequence[Block], method: BlankMethod, worked: Sequence[Worked]) -> Placed:
    placed = Placed(floating=True)
    way = _way(blocks, method, worked)
    for block in blocks:
        for step, readings in _runs(block, method, way):
            first, last = readings[0].item.line, readings[-1].item.line
            lines = f"line {first}" if first == last else f"lines {first} to {last}"
            if step is None:
                names = ", ".join(reading.field.name for reading in readings)
                placed.notes.append(f"{lines}: {names}: nothing tells to which step this belongs; left out")
                continue
            labels = method.steps[step].labels
            where = step_in_words(labels.items())
            if labels != block.labels:
                placed.notes.append(f"{lines}: taken as {where}, where the numbers fit")
            _take(placed, tuple(labels.items()), readings)
    in_order = [tuple(step.labels.items()) for step in method.steps]
    placed.steps = {labels: placed.steps[labels] for labels in in_order if labels in placed.steps}
    return placed


def _take(placed: Placed, labels: tuple[tuple[str, int], ...], readings: Sequence[Reading]) -> None:
    """Put readings into a step; of two different ones for a field the first counts."""
    own = placed.steps.setdefault(labels, [])
    for reading in readings:
        first = next((other for other in own if other.field == reading.field), None)
        if first is None:
            own.append(reading)
        elif len(first.item.numbers) != first.field.size and len(reading.item.numbers) == reading.field.size:
            own[own.index(first)] = reading
        elif first.item.numbers != reading.item.numbers:
            where = f"line {reading.item.line}"
            name = reading.field.name
            placed.notes.append(
                f"{where}: a second {name} of this step; the one in line {first.item.line} is taken"
            )


def _way(blocks: Sequence[Block], method: BlankMethod, worked: Sequence[Worked]) -> _Way | None:
    """Return the accepted way that most numbers of a printout agree with."""
    readings = [reading for block in blocks for reading in block.readings]
    numbers = sum(len(reading.item.numbers) for reading in readings)
    some = worked[: max(1, _MOST_COMPARED // max(1, numbers * len(method.steps)))]
    if not some:
        return None
    # (ways, steps, numbers of the field)
    steps = len(method.steps)
    ways = {each.name: np.array([_rows(way, each, steps) for way in some]) for each in method.fields}
    totals = np.zeros(len(some))
    for reading in readings:
        totals += _fits(reading, ways[reading.field.name]).max(axis=1)
    best = int(totals.argmax())
    return {name: values[best] for name, values in ways.items()} if totals[best] > 0 else None


def _rows(way: Worked, field: BlankField, steps: int) -> list[list[float]]:
    """Return a field's numbers in each step, NaN in steps after the last one of a way."""
    rows = [_flat(value) for value in way.values[field.name][:steps]]
    return rows + [[nan] * field.size] * (steps - len(rows))


def _fits(reading: Reading, values: _Array) -> _Array:
    """Return how many of a field's numbers agree with each row of values: (*rows,) of (*rows, numbers)."""
    numbers = reading.item.numbers
    if len(numbers) != values.shape[-1]:
        return np.zeros(values.shape[:-1])
    fits: _Array = np.maximum(_weights(numbers, values).sum(axis=-1), 0.0)
    return fits


def _runs(block: Block, method: BlankMethod, way: _Way | None) -> Iterator[tuple[int | None, list[Reading]]]:
    """Yield the readings of a block in runs that belong to one step, with that step."""
    steps = len(method.steps)
    around = [_around(block, method, t) for t in range(steps)]
    found: list[int | None] = []
    for reading in block.readings:
        fits = [0.0] * steps if way is None else _fits(reading, way[reading.field.name]).tolist()
        before = next((step for step in reversed(found) if step is not None), None)
        best = max(fits)
        if best < 1:
            found.append(None)
            continue
        likely = [fit + around[t] + _BY_NEIGHBOUR * (t == before) for t, fit in enumerate(fits)]
        found.append(likely.index(max(likely)))
    known = [step for step in found if step is not None]
    at = known[0] if known else _only(around, block, method)
    run: list[Reading] = []
    for step, reading in zip(found, block.readings, strict=True):
        here = at if step is None else step
        if here != at and run:
            yield at, run
            run = []
        at = here
        run.append(reading)
    yield at, run


def _around(block: Block, method: BlankMethod, t: int) -> float:
    """Return how far the headings and inputs printed with a block speak for a step."""
    step = method.steps[t]
    headings = [step.labels.get(loop) == number for loop, number in block.labels.items()]
    return _BY_HEADINGS * _share(headings) + _BY_INPUTS * _share(_by_inputs(block, step))


def _share(signs: Sequence[bool]) -> float:
    return sum(signs) / len(signs) if signs else 0.0


def _only(around: list[float], block: Block, method: BlankMethod) -> int | None:
    """Return the step of a block whose numbers fit nowhere, if headings and inputs leave only one."""
    if not block.labels and not block.inputs and len(around) > 1:
        return None
    best = max(around)
    complete = set(block.labels) == set(method.steps[0].labels)
    return around.index(best) if complete or around.count(best) == 1 else None


def _agrees(numbers: Sequence[str], values: Sequence[float]) -> bool:
    """Tell whether written numbers agree with these values on the whole."""
    return 0 < len(numbers) == len(values) and sum(_weights(numbers, np.array(values)).tolist()) >= 0


def _weights(numbers: Sequence[str], values: _Array) -> _Array:
    """Return how much each written number speaks for these values, as far as its digits go, signs aside.

    A number with few digits weighs less, a zero hardly anything, and a number beside NaN nothing: there the
    work has ended before.
    """
    size, unit, weight = np.array([_read(number) for number in numbers]).T
    with np.errstate(invalid="ignore"):
        apart = np.abs(size - np.abs(values)) > 0.51 * unit + 1e-12 * np.abs(values)
    weights: _Array = np.where(apart, _OTHER, weight) * ((weight > 0) & np.isfinite(values))
    return weights


def _read(number: str) -> tuple[float, float, float]:
    """Return the size of a written number, the unit of its last digit, and its weight.

    A text that is no number of an exercise has no weight.
    """
    if len(number) > _LONGEST or not NUMBER.fullmatch(number):
        return 0.0, 0.0, 0.0
    mantissa, _, exponent = number.lower().lstrip("+-").partition("e")
    whole, _, decimals = mantissa.partition(".")
    if abs(int(exponent or 0)) > _FAR:
        return 0.0, 0.0, 0.0
    digits = len((whole + decimals).strip("0"))
    weight = 0.05 if not digits else min(1.0, digits / _SURE)
    return abs(float(number)), 10.0 ** (int(exponent or 0) - len(decimals)), weight


def _flat(value: Any) -> list[float]:
    """Return the numbers of a value in a row."""
    if not isinstance(value, list):
        return [float(value)]
    return [*chain.from_iterable(_flat(item) for item in value)]
