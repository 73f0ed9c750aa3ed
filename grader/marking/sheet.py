"""One student's steps as one row of numbers.

Nearly every hand-in is clean: numbers of the right shapes under known names. `_clean_row` reads such a
one at once and gives up at the first doubt; `_Careful` then reads it value by value and has a word for
everything. A test holds that both read a clean hand-in alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import chain
from math import isnan, nan
from typing import Any

import numpy as np

from grader.expressions import Array, Shape
from grader.marking.layout import Layout, Slot
from grader.marking.values import ValueFault, Written, fit, is_absent, kind_of, quoted, read_value
from grader.schemas.given import Given
from grader.schemas.problems import Problem

_LONGEST_LABEL = 20  # characters

Label = tuple[int, ...]


@dataclass(slots=True, eq=False)
class Sheet:
    """A student's answer to a trace question, ready to stand as one row of an array.

    `row` has the shape (steps, width) of the layout; `decimals` those of numbers that came as text, by
    place in the row; `invalid` the places that cannot be read.
    """

    layout: Layout
    row: Array
    given: dict[str, float] = field(default_factory=dict)
    decimals: dict[int, int] = field(default_factory=dict)
    invalid: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_sheet(answer: Mapping[str, Any], layouts: Mapping[str, Layout], place: str) -> Sheet:
    """Read the answer to a trace question; `layouts` are those of its methods, the default one first."""
    problems: list[Problem] = []
    steps = _steps(answer, place, problems)
    notes: list[str] = []
    layout = layouts[_method(answer, steps, layouts, place, problems, notes)]
    sheet = _clean_row(steps, layout) or _Careful(steps, layout, place).sheet()
    sheet.problems[:0] = problems
    sheet.notes[:0] = notes
    sheet.given = _given(answer, layout.plan.given, f"{place}.given", sheet.problems)
    for name in answer:
        if name not in ("method", "given", "steps"):
            sheet.problems.append(unknown(place, name, ("method", "given", "steps")))
    return sheet


def unknown(place: str, name: str, known: Sequence[str]) -> Problem:
    """Return the problem of a key that means nothing here, with the nearest that does."""
    near = get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return Problem(f"{place}: unknown key {quoted(name)}{hint}", grave=False)


def _steps(answer: Mapping[str, Any], place: str, problems: list[Problem]) -> list[dict[str, Any]]:
    steps = answer.get("steps")
    if steps is None:
        return []
    if not isinstance(steps, list):
        problems.append(Problem(f"{place}.steps: expected a list of steps, found {kind_of(steps)}"))
        return []
    for i, step in enumerate(steps):
        if step is not None and not isinstance(step, dict):
            problems.append(Problem(f"{place}.steps[{i}]: expected an object, found {kind_of(step)}"))
    return [step if isinstance(step, dict) else {} for step in steps]


def _method(
    answer: Mapping[str, Any],
    steps: list[dict[str, Any]],
    layouts: Mapping[str, Layout],
    place: str,
    problems: list[Problem],
    notes: list[str],
) -> str:
    """Return the method whose labels the steps carry; among those that fit, the one that is stated."""
    stated = answer.get("method")
    known = isinstance(stated, str) and stated in layouts
    if not is_absent(stated) and not known:
        found = quoted(stated) if isinstance(stated, str) else kind_of(stated)
        problems.append(Problem(f"{place}.method: expected {' or '.join(layouts)}, found {found}"))
    loops = {name: frozenset(layout.plan.loops) for name, layout in layouts.items()}
    every = frozenset().union(*loops.values())
    labels = every & frozenset().union(*(step.keys() for step in steps))
    fitting = [name for name, own in loops.items() if own == labels]
    if known and (stated in fitting or not fitting):
        return str(stated)
    if known:
        notes.append(f"you state the method {stated}, but your steps are those of {fitting[0]}; read as that")
    return fitting[0] if fitting else next(iter(layouts))


def _given(
    answer: Mapping[str, Any], asked: Mapping[str, Given], place: str, problems: list[Problem]
) -> dict[str, float]:
    """Return the constants that the student states, without those that cannot be."""
    stated = answer.get("given")
    if stated is None:
        return {}
    if not isinstance(stated, dict):
        problems.append(Problem(f"{place}: expected an object, found {kind_of(stated)}"))
        return {}
    values = {}
    for name, value in stated.items():
        if name not in asked:
            problems.append(unknown(place, name, tuple(asked)))
            continue
        if is_absent(value):
            continue
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


def _clean_row(steps: list[dict[str, Any]], layout: Layout) -> Sheet | None:
    """Read a hand-in in which nothing is out of the ordinary, or return None.

    Field by field, each over all steps: so the loops over the numbers are the interpreter's own.
    """
    places = _clean_places(steps, layout)
    if not places or not layout.names.issuperset(chain.from_iterable(steps)):
        return None
    numbers: list[Any] = []
    absent = 0
    for slot in layout.usual:
        column = [step.get(slot.field) for step in steps]
        if None in column:
            absent += column.count(None) * slot.size
            blank = np.full(slot.shape, nan).tolist()
            column = [blank if value is None else value for value in column]
        try:
            numbers += chain.from_iterable(_components(column, slot.shape))
        except (TypeError, ValueError):
            return None
    if not set(map(type, numbers)) <= {float, int}:
        return None
    try:
        array = np.array(numbers, dtype=np.float64)
    except OverflowError:
        return None
    if np.count_nonzero(np.isfinite(array)) + absent < array.size:
        return None
    row = np.full((layout.steps, layout.width), nan)
    row[np.array(places)[:, None], layout.columns] = array.reshape(-1, len(places)).T
    return Sheet(layout, row)


def _clean_places(steps: list[dict[str, Any]], layout: Layout) -> list[int]:
    """Return which of the key's steps these are, or nothing where that takes a careful look.

    It does where there is no first step: then the labels may count from 1.
    """
    labels: list[tuple[Any, ...]] = [tuple([step.get(loop) for loop in layout.plan.loops]) for step in steps]
    if not set(map(type, chain.from_iterable(labels))) <= {int}:
        return []
    places = [layout.index.get(label, -1) for label in labels]
    return places if min(places, default=-1) == 0 and len(set(places)) == len(places) else []


def _components(column: Sequence[Any], shape: Shape) -> Sequence[Sequence[Any]]:
    """Turn the values of all steps into their components, each with its entries in all steps.

    Raises TypeError or ValueError where one of the values has not the shape.
    """
    if not shape:
        return [column]
    across = list(zip(*column, strict=True))
    if len(across) != shape[0]:
        raise ValueError
    if len(shape) == 1:
        return across
    return [component for rows in across for component in _components(rows, shape[1:])]


@dataclass(slots=True)
class _Careful:
    steps: list[dict[str, Any]]
    layout: Layout
    place: str
    problems: list[Problem] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)

    def sheet(self) -> Sheet:
        row = np.full(self.layout.steps * self.layout.width, nan)
        sheet = Sheet(self.layout, row)
        seen: dict[tuple[int, str], int] = {}
        twice: dict[tuple[int, int], list[str]] = {}
        for i, t in self._places():
            for name, value in self.steps[i].items():
                if name in self.layout.plan.loops or is_absent(value):
                    continue
                slots = self._slots(name)
                if not slots:
                    self.problems.append(unknown(self._at(i), name, self._known()))
                elif (t, name) in seen:
                    twice.setdefault((i, seen[t, name]), []).append(name)
                    self._spoil(sheet, t, slots)
                else:
                    seen[t, name] = i
                    self._put(sheet, i, t, slots, value)
        for (i, first), names in twice.items():
            reason = f"the same step as steps[{first}]; given twice, so neither counts: {', '.join(names)}"
            self.problems.append(Problem(f"{self._at(i)}: {reason}"))
        sheet.problems = self.problems
        sheet.notes = [
            note if times == 1 else f"{note} ({times} times)" for note, times in self.notes.items()
        ]
        sheet.row = row.reshape(self.layout.steps, self.layout.width)
        return sheet

    def _at(self, i: int) -> str:
        return f"{self.place}.steps[{i}]"

    def _known(self) -> tuple[str, ...]:
        return (*self.layout.plan.loops, *(slot.field for slot in self.layout.usual))

    def _slots(self, name: str) -> list[Slot]:
        return [slot for slot in self.layout.slots() if slot.field == name]

    def _put(self, sheet: Sheet, i: int, t: int, slots: list[Slot], value: Any) -> None:
        base = t * self.layout.width
        try:
            written = read_value(value)
            slot = slots[fit(written, [slot.shape for slot in slots])]
        except ValueFault as fault:
            self.problems.append(Problem(f"{self._at(i)}.{slots[0].field}{fault.place}: {fault.reason}"))
            self._spoil(sheet, t, slots)
            return
        start = base + slot.offset
        sheet.row[start : base + slot.end] = written.numbers
        sheet.decimals |= {start + k: decimals for k, decimals in written.decimals.items()}
        sheet.invalid |= {start + k for k in written.faults}
        self._report(i, slot.field, written)

    def _report(self, i: int, name: str, written: Written) -> None:
        for fault in written.faults.values():
            self.problems.append(Problem(f"{self._at(i)}.{name}{fault.place}: {fault.reason}"))
        for note in written.notes:
            self.notes[f"{name}: {note}"] = self.notes.get(f"{name}: {note}", 0) + 1

    def _spoil(self, sheet: Sheet, t: int, slots: list[Slot]) -> None:
        base = t * self.layout.width
        for slot in slots:
            sheet.row[base + slot.offset : base + slot.end] = nan
        sheet.invalid |= set(range(base + slots[0].offset, base + slots[0].end))

    def _places(self) -> list[tuple[int, int]]:
        """Return the steps by number, each with which one of the key's it is; the others are named."""
        found = {i: self._label(i, step) for i, step in enumerate(self.steps)}
        labels = {i: label for i, label in found.items() if label is not None}
        first = self._counts_from(list(labels.values()))
        places = []
        for i, label in labels.items():
            t = self.layout.index.get(tuple(number - one for number, one in zip(label, first, strict=True)))
            if t is None:
                counts = ", ".join(f"{loop} from 0 to {n - 1}" for loop, n in self.layout.plan.loops.items())
                self.problems.append(Problem(f"{self._at(i)}: there is no such step; expected {counts}"))
            else:
                places.append((i, t))
        return places

    def _label(self, i: int, step: Mapping[str, Any]) -> Label | None:
        label = []
        for loop in self.layout.plan.loops:
            value = step.get(loop)
            if isinstance(value, str) and value.strip().isdecimal() and len(value) <= _LONGEST_LABEL:
                value = int(value)
            if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
                if step:
                    found = "nothing" if value is None else kind_of(value)
                    self.problems.append(
                        Problem(f"{self._at(i)}.{loop}: expected a whole number, found {found}")
                    )
                return None
            label.append(int(value))
        return tuple(label)

    def _counts_from(self, labels: list[Label]) -> Label:
        """Return the number that each loop's labels count from, 0 or 1.

        A table that nowhere has a 0 counts from 1; so does a single loop of it that reaches its count.
        """
        counts = tuple(self.layout.plan.loops.values())
        if not labels or not counts:
            return (0,) * len(counts)
        lowest, highest = np.min(labels, axis=0), np.max(labels, axis=0)
        all_from_one = bool(np.all((lowest >= 1) & (highest <= counts)))
        first = tuple(
            int(low >= 1 and (all_from_one or high == n))
            for low, high, n in zip(lowest, highest, counts, strict=True)
        )
        if any(first):
            loops = " and ".join(loop for loop, one in zip(self.layout.plan.loops, first, strict=True) if one)
            self.notes[f"{loops}: counted from 1 and read so"] = 1
        return first
