"""Lines that nothing explains: wrong, but given by no mistake of the key, no plain slip, no accepted way.

A line that follows from the student's own earlier error is no such line, as it is judged by the student's own
values. Numbers of another accepted way, or of a printed solution, are explained.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product
from math import floor, isfinite, isnan, log10, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, ExpressionFault, Mask, substitute, walk
from grader.expressions.notation import read_answer
from grader.expressions.printing import in_plain
from grader.marking.formulas.part_marks import PartMarks
from grader.marking.lines.batch import Batch
from grader.marking.lines.slips import Slip
from grader.marking.lines.verdicts import Code, Verdicts
from grader.marking.lines.work import references
from grader.marking.mark import Marked, Prepared
from grader.marking.person import text_of
from grader.marking.sheets.digits import read_number
from grader.marking.sheets.layout import Slot
from grader.marking.trace_marks import TraceMark
from grader.marking.wording.figures import number_pairs
from grader.schemas.key import Published, TraceQuestion
from grader.schemas.places import components
from grader.schemas.results import Status
from grader.schemas.similar import OddHandIn, OddLine
from grader.schemas.submission import Submission
from grader.solver import Line

LEAST_CHANCE = 1e-3  # even with many digits, as people err in few ways

# Slips that do not follow from the number alone, and how likely two students make the same one in one place.
_ODD_SLIPS = {
    Slip.UNUSED: LEAST_CHANCE,
    Slip.DIGIT: 1 / 30,
    Slip.DIGITS_EXCHANGED: 1 / 5,
    Slip.DIGIT_LOST: 1 / 5,
}
# Ways of working that many students take.
_WORKED_ALIKE = (Slip.NOT_UPDATED, Slip.FROM_START, Slip.FROM_ROUND, Slip.FROM_FIELD, Slip.SUMMED)
_SIMPLE = np.array([sign * ratio for sign in (1, -1) for ratio in (1, 2, 3, 4, 1 / 2, 1 / 3, 1 / 4)])
_SIMPLE_CHANCE = 1 / 4  # many write a simple multiple of what is due
_MOST_WAYS = 64
_OFTEN = 3  # steps; whoever errs in a field so often has a way of working it
_SHOWN = 2  # numbers of a line
# Causes of wrong formulas that explain nothing: what the formula lacks, or has instead, may be anything.
_OPEN = (None, "independent", "summand", "factor_exchanged")
_LARGE, _LARGE_CHANCE, _SMALL_CHANCE = 7, 1 / 10, 1 / 2  # formulas, by the nodes of their trees


def unexplained(
    prepared: Prepared, submissions: Sequence[Submission], marked: Sequence[Marked], files: Sequence[str]
) -> list[OddHandIn]:
    """Return the lines of marked hand-ins that nothing explains."""
    lines: list[list[OddLine]] = [[] for _ in marked]
    by_verdicts: dict[int, tuple[Verdicts, list[tuple[int, TraceMark]]]] = {}
    for i, own in enumerate(marked):
        for question in own.questions:
            if isinstance(question, TraceMark):
                _, marks = by_verdicts.setdefault(id(question.verdicts), (question.verdicts, []))
                marks.append((i, question))
            elif isinstance(question, PartMarks):
                lines[i] += _formulas(prepared, submissions[i], question)
    asked = {question.id: question for question in prepared.key.question}
    for verdicts, marks in by_verdicts.values():
        trace = asked[verdicts.plan.question]
        published = trace.published if isinstance(trace, TraceQuestion) else None
        rows = np.array([mark.row for _, mark in marks])
        for (i, _), found in zip(marks, _of_traces(verdicts, rows, published), strict=True):
            lines[i] += found
    each = zip(submissions, files, lines, strict=True)
    return [OddHandIn(submission.student, file, tuple(own)) for submission, file, own in each]


# --- Traces.


def _of_traces(
    verdicts: Verdicts, rows: NDArray[np.intp], published: Published | None
) -> Iterator[list[OddLine]]:
    """Yield the odd lines of some hand-ins of one method."""
    odd = (verdicts.codes == Code.WRONG) | (
        (verdicts.codes == Code.SLIP) & np.isin(verdicts.kinds, list(_ODD_SLIPS))
    )
    odd &= ~np.isin(verdicts.kinds, _WORKED_ALIKE)
    odd &= (verdicts.batch.values != 0) & ~verdicts.batch.invalid
    some = rows[odd[rows].any(axis=(1, 2))]
    if some.size:
        batch = verdicts.batch.take(some)
        odd[some] &= ~(_of_another_way(batch) | _printed(batch, published))
    for row in rows.tolist():
        yield list(_lines(verdicts, row, odd[row])) if odd[row].any() else []


def _of_another_way(batch: Batch) -> Mask:
    """Tell which numbers some accepted way gives, by the student's constants or by the defaults."""
    plan = batch.plan
    found = np.zeros(batch.values.shape, dtype=np.bool_)
    defaults = {name: np.full(len(batch), value) for name, value in plan.default_given.items()}
    ways = product(*(range(len(options)) for options in plan.choices.values()))
    for way in islice(ways, _MOST_WAYS):
        options = {
            group: np.full(len(batch), option) for group, option in zip(plan.choices, way, strict=True)
        }
        for given in (batch.given, defaults):
            with np.errstate(all="ignore"):
                values, _ = references(replace(batch, given=dict(given)), options)
            found |= np.abs(batch.values - values) <= batch.half * (1 + 1e-9)
    return found


def _printed(batch: Batch, published: Published | None) -> Mask:
    """Tell which numbers are those of the printed solution, misprints included."""
    layout = batch.layout
    if published is None or published.method not in (None, layout.plan.method):
        return np.zeros(batch.values.shape, dtype=np.bool_)
    printed = np.full((layout.steps, layout.width), nan)
    half = np.zeros(printed.shape)
    for step in published.steps:
        labels = [step.get(name) for name in layout.plan.loops]
        t = layout.index.get(tuple(number if isinstance(number, int) else -1 for number in labels))
        if t is None:
            continue
        for slot in layout.usual:
            numbers = [*filter(None, map(read_number, _flat(step.get(slot.field, []))))]
            if len(numbers) == slot.size:
                printed[t, slot.columns] = [number.value for number in numbers]
                half[t, slot.columns] = [0.5 * 10.0**-number.decimals for number in numbers]
    found: Mask = np.abs(batch.values - printed) <= (np.maximum(batch.half, half)) * (1 + 1e-9)
    return found


def _flat(value: Any) -> Iterator[str]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _flat(item)
    elif isinstance(value, str):
        yield value


def _lines(verdicts: Verdicts, row: int, odd: Mask) -> Iterator[OddLine]:
    layout = verdicts.layout
    steps = [tuple(labels.items()) for labels in layout.plan.steps]
    for number, line in enumerate(layout.plan.lines):
        slots = [verdicts.slot(row, t, number) for t in range(layout.steps)]
        here = [t for t, slot in enumerate(slots) if odd[t, slot.columns].any()]
        absent = np.isnan(verdicts.batch.values[row])
        written = sum(not absent[t, slot.columns].all() for t, slot in enumerate(slots))
        throughout = len(here) >= _OFTEN or (len(here) > 1 and 2 * len(here) > written)
        for t in here:
            slot = slots[t]
            numbers = verdicts.batch.values[row, t, slot.columns].tolist()
            places = np.flatnonzero(odd[t, slot.columns]).tolist()
            shown, due = _in_words(verdicts, row, t, slot, places)
            said = components(places, slot.shape)
            yield OddLine(
                question=layout.plan.question,
                method=layout.plan.method,
                field=slot.field,
                step=steps[t],
                written=tuple(None if isnan(number) else number for number in numbers),
                shown=shown,
                due=due,
                chance=min(_chance(verdicts, row, t, slot.offset + place) for place in places),
                components=said,
                inputs=_inputs(line, layout.plan.inputs, t),
                sources=_sources(line, layout.plan.inputs, t),
                throughout=throughout,
                steps=len(steps),
                fields=len(layout.plan.lines),
            )


def _inputs(line: Line, inputs: Mapping[str, Array], t: int) -> bytes:
    """Return bytes that identify the inputs of a step, if a line is worked from any; else nothing."""
    if not any(len(inputs.get(name, ())) > 1 for name in line.inputs):
        return b""
    return b"".join(array[t % len(array)].tobytes() for array in inputs.values())


def _sources(line: Line, inputs: Mapping[str, Array], t: int) -> frozenset[str]:
    """Return the names of everything else that is given and that a line is worked from in a step."""
    same_in_all = [name for name in line.inputs if len(inputs.get(name, ())) < 2]
    return frozenset((*same_in_all, *line.given, *(line.previous if t == 0 else ())))


def _chance(verdicts: Verdicts, row: int, t: int, place: int) -> float:
    """Return how likely another student's wrong number here would be the same, by its digits."""
    here = (row, t, place)
    if verdicts.codes[here] == Code.SLIP:
        return _ODD_SLIPS[Slip(int(verdicts.kinds[here]))]
    written, due = float(verdicts.batch.values[here]), float(verdicts.expected[here])
    decimals = min(int(verdicts.batch.decimals[here]), 15)
    unit = math.pow(10.0, -decimals)
    digits = floor(log10(abs(written))) + 1 + decimals
    chance = max(LEAST_CHANCE, math.pow(10.0, -max(0, digits - 1)))
    if not isfinite(due):
        return chance
    if bool(np.any(np.abs(written - _SIMPLE * due) <= unit)):
        return max(chance, _SIMPLE_CHANCE)
    return max(chance, min(1.0, 0.5 * unit / abs(written - due)))


def _in_words(verdicts: Verdicts, row: int, t: int, slot: Slot, places: Sequence[int]) -> tuple[str, str]:
    """Return the first few numbers that were written, and those that follow from the student's own lines."""
    here = (row, t, [slot.offset + place for place in places[:_SHOWN]])
    decimals = verdicts.batch.decimals[here].astype(np.intp)
    more = ", ..." if len(places) > _SHOWN else ""
    pairs = number_pairs(verdicts.batch.values[here], verdicts.expected[here], decimals)
    first, second = (", ".join(texts) + more for texts in pairs)
    return first, second


# --- Formulas.


def _formulas(prepared: Prepared, submission: Submission, marks: PartMarks) -> Iterator[OddLine]:
    """Yield the formulas that are wrong without a reason."""
    marker = prepared.marker(marks.asked)
    for part, mark in zip(marks.asked.part, marks.marks, strict=True):
        text = text_of(prepared.key, submission, marks.question, part.id)
        if marker is None or mark.status is not Status.WRONG or mark.cause not in _OPEN or not text:
            continue
        try:
            tree = substitute(read_answer(text, marker.vocabulary).tree, marker.shorthand)
        except ExpressionFault:
            continue
        large = sum(1 for _ in walk(tree)) >= _LARGE
        yield OddLine(
            question=marks.question,
            method="",
            field=part.id,
            step=(),
            written=in_plain(tree),
            shown=in_plain(tree),
            due="",
            chance=_LARGE_CHANCE if large else _SMALL_CHANCE,
            sources=frozenset((marks.question,)),  # one letter read wrongly is in all formulas of a question
            fields=len(marks.marks),
        )
