"""One student's steps as one row of numbers.

Nearly every hand-in is clean: numbers of the right shapes under known names. `clean_row` reads such a hand-in
at once, and gives up at the first doubt; then `Careful` reads it value by value, and names everything that is
wrong. A test makes sure that both read a clean hand-in alike.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from math import nan
from typing import Any

import numpy as np

from grader.expressions import Shape
from grader.marking.sheets.careful import Careful
from grader.marking.sheets.layout import Layout
from grader.marking.sheets.nested_steps import Step, are_nested, few, has_steps, unnested
from grader.marking.sheets.numbering import renumber
from grader.marking.sheets.sheet import Sheet, stated_otherwise
from grader.marking.sheets.stated import read_given, read_variant
from grader.marking.sheets.unknown import unknown_keys
from grader.marking.sheets.values import is_absent, kind_of
from grader.schemas.faults import Problem
from grader.schemas.wording import quoted

_KNOWN = ("method", "given", "steps")
_BESIDE = ("method", "given", "variant")
_FEW_STEPS = 100  # that may be too many, beside four times those of the key


def read_sheet(
    answer: Mapping[str, Any],
    layouts: Mapping[str, Layout],
    place: str,
    varies: Mapping[str, Shape] | None = None,
) -> Sheet:
    """Read the answer to a trace question; `layouts` are those of its methods, the default one first.

    `varies` has the shapes of the quantities of which each student has an own value.
    """
    return _Reader(layouts, place).read(answer, varies or {})


@dataclass(slots=True)
class _Reader:
    """Reads one answer; `problems` and `notes` collect what there is to say before its steps are read."""

    layouts: Mapping[str, Layout]
    place: str
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def read(self, answer: Mapping[str, Any], varies: Mapping[str, Shape]) -> Sheet:
        if is_absent(answer.get("steps")):
            answer = self._with_steps(answer)
        steps = self._steps(answer)
        layout = self.layouts[self._method(answer, steps)]
        lines = [name for name in answer if name in layout.names and name not in layout.plan.loops]
        known = list(_KNOWN)
        if layout.steps == 1 and is_absent(answer.get("steps")):  # the only step may stand without the list
            steps = [{name: answer[name] for name in lines}]
            known += lines
        sheet = self._sheet(steps, layout, answer.get("method"))
        layout, place = sheet.layout, self.place
        sheet.problems[:0] = self.problems
        sheet.notes[:0] = self.notes
        sheet.given = read_given(answer.get("given"), layout.plan.given, f"{place}.given", sheet.problems)
        if varies:
            known.append("variant")
            sheet.variant = read_variant(answer.get("variant"), varies, f"{place}.variant", sheet.problems)
        strange = [name for name in answer if name not in known]
        of_steps = [name for name in strange if name in lines]
        of_given = [name for name in strange if name in layout.plan.given]
        stray = (
            (of_steps, "beside the list steps; expected in one of its steps"),
            (of_given, "expected in given"),
        )
        for names, said in stray:
            if names:
                text = f"{place}: {', '.join(names)}: {said}; not read"
                sheet.problems.append(Problem(text, grave=False))
        misplaced = [*of_steps, *of_given]
        sheet.problems += unknown_keys(place, [name for name in strange if name not in misplaced], known)
        return sheet

    def _sheet(self, steps: list[Step], layout: Layout, stated: Any) -> Sheet:
        """Read steps by a layout, or by another numbering or method that they seem to have."""
        own = layout.plan.method
        otherwise = []
        if isinstance(stated, str) and stated in self.layouts and stated != own:
            otherwise = [stated_otherwise(stated, own)]
        sheet = clean_row(steps, layout)
        if sheet is None and (other := renumber(steps, self.layouts)) is not None:
            otherwise = [other.note]
            layout = self.layouts[other.method]
            sheet = Careful(other.steps, layout, self.place, origin=other.origin).sheet()
        self.notes += otherwise
        return Careful(steps, layout, self.place).sheet() if sheet is None else sheet

    def _with_steps(self, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return an answer with steps that stand in it under other names, or field by field, put in place."""
        fields = {name for layout in self.layouts.values() if layout.steps > 1 for name in layout.names}
        others = {
            name: value
            for name, value in answer.items()
            if name not in _BESIDE and (name in fields or has_steps(value))
        }
        if not others or unnested(others, self.layouts, 1) is None:
            return answer
        said = f"{self.place}: {few(others)}: expected under steps; read as these"
        self.problems.append(Problem(said, grave=False))
        return {name: value for name, value in answer.items() if name not in others} | {"steps": others}

    def _steps(self, answer: Mapping[str, Any]) -> list[Step]:
        """Return the steps of an answer in one list; something that is no step is an empty one."""
        steps, place = answer.get("steps"), f"{self.place}.steps"
        if is_absent(steps):
            return []
        most = _FEW_STEPS + 4 * max(layout.steps for layout in self.layouts.values())
        if are_nested(steps, self.layouts) and (plain := unnested(steps, self.layouts, most + 1)) is not None:
            steps = plain.steps
            self.notes.append(plain.note)
            if plain.beside:
                said = f"{few(plain.beside)}: beside a list of steps; expected in one of its steps; not read"
                self.problems.append(Problem(f"{place}: {said}", grave=False))
        if not isinstance(steps, list):
            self.problems.append(Problem(f"{place}: expected a list of steps, found {kind_of(steps)}"))
            return []
        if len(steps) > most:
            found = f"{len(steps):,}; those after the first {most} were not read"
            self.problems.append(Problem(f"{place}: expected at most {most} steps, found {found}"))
            steps = steps[:most]
        for i, step in enumerate(steps):
            if not (isinstance(step, dict) or is_absent(step)):
                self.problems.append(Problem(f"{place}[{i}]: expected an object, found {kind_of(step)}"))
        return [step if isinstance(step, dict) else {} for step in steps]

    def _method(self, answer: Mapping[str, Any], steps: list[Step]) -> str:
        """Return the method whose labels the steps carry; among those that fit, the one that is stated."""
        stated = answer.get("method")
        known = isinstance(stated, str) and stated in self.layouts
        if not is_absent(stated) and not known:
            found = quoted(stated) if isinstance(stated, str) else kind_of(stated)
            expected = " or ".join(self.layouts)
            self.problems.append(Problem(f"{self.place}.method: expected {expected}, found {found}"))
        loops = {name: frozenset(layout.plan.loops) for name, layout in self.layouts.items()}
        every = frozenset().union(*loops.values())
        labels = frozenset(name for name in every if any(name in step for step in steps))
        fitting = [name for name, own in loops.items() if own == labels]
        if known and (stated in fitting or not fitting):
            return str(stated)
        return fitting[0] if fitting else next(iter(self.layouts))


def clean_row(steps: list[Step], layout: Layout) -> Sheet | None:
    """Read a hand-in in which nothing is out of the ordinary, or return None.

    It reads field by field, each over all steps, so that the loops over numbers are the interpreter's own.
    """
    places = _clean_places(steps, layout)
    if not places or not layout.names.issuperset(chain.from_iterable(steps)):
        return None
    numbers: list[Any] = []
    absent = 0
    for slot, values in zip(layout.usual, _columns(steps, layout), strict=True):
        column = values
        if None in values:
            absent += values.count(None) * slot.size
            blank = np.full(slot.shape, nan).tolist()
            column = [blank if value is None else value for value in values]
        try:
            numbers += _entries(column, slot.shape)
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
    count, start = len(places), 0
    here = slice(count) if places == [*range(count)] else places
    for slot in layout.usual:
        end = start + count * slot.size
        row[here, slot.columns] = array[start:end].reshape(count, slot.size)
        start = end
    return Sheet(layout, row)


def _columns(steps: list[Step], layout: Layout) -> Iterable[Sequence[Any]]:
    """Return the values of each field in all steps, None where one is absent."""
    if len(layout.usual) > 1:  # of a single one `values_in` would give the value itself
        with suppress(KeyError):
            return zip(*map(layout.values_in, steps), strict=True)
    return [[step.get(slot.field) for step in steps] for slot in layout.usual]


def _clean_places(steps: list[Step], layout: Layout) -> list[int]:
    """Return which of the key's steps these are, or nothing where that takes a careful look.

    Without a first step it does, as the labels may then count from 1.
    """
    labels: list[tuple[Any, ...]] = [tuple([step.get(loop) for loop in layout.plan.loops]) for step in steps]
    if not set(map(type, chain.from_iterable(labels))) <= {int}:
        return []
    places = [layout.index.get(label, -1) for label in labels]
    return places if min(places, default=-1) == 0 and len(set(places)) == len(places) else []


def _entries(values: Sequence[Any], shape: Shape) -> Iterable[Any]:
    """Return the entries of values, one value after the other.

    Raises TypeError or ValueError where a value does not have the shape.
    """
    for size in shape:
        if set(map(len, values)) != {size}:  # before anything is done with a list of any length
            raise ValueError
        values = [*chain.from_iterable(values)]
    return values
