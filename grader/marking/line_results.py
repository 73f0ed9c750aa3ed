"""The results of lines, made for many hand-ins at once.

Most lines are right, follow, or are not handed in: their results are the same objects for a whole class. What
is said of any other depends on little more than the verdicts on its numbers. So there is one case for each
combination of what words depend on; its words are made once, and where they name numbers, those of all
hand-ins are put into words together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array
from grader.marking.figures import number_pairs
from grader.marking.layout import Layout, Slot
from grader.marking.slips import Slip
from grader.marking.verdicts import STATUS, Code, Verdicts, by_line
from grader.marking.words import FOLLOWS, MISSING, Context, Phrase, phrase
from grader.schemas.results import FieldResult, Status

_PLAIN: Final = ((Status.CORRECT, ""), (Status.FOLLOWS, FOLLOWS), (Status.MISSING, MISSING))
_RIGHT, _FOLLOWS, _MISSING, _SPECIAL = range(4)
_MOST = 2_000  # cases of a slot that are remembered
_CASE = 24  # bytes, the last of what tells a case: steps asked, step and points, which no words depend on

Bytes = NDArray[np.uint8]


class Marks(NamedTuple):
    """What marking found of N hand-ins: the `codes` and `points` of their lines are (N, T, L).

    `plain` (N, T, L) tells which of _PLAIN is all that is to be said of a line, or that it is _SPECIAL.
    """

    context: Context
    codes: Bytes
    points: Array
    plain: Bytes


def plain_lines(verdicts: Verdicts, codes: Bytes, points: Array) -> Bytes:
    """Return the lines of which there is nothing to say but that they are right, follow, or are missing."""
    best = np.uint8(len(Code)) - by_line(verdicts, np.uint8(len(Code)) - verdicts.codes, worst=True)
    whole = (best == codes) & ~verdicts.hollow
    follows = whole & (codes == Code.FOLLOWS) & (points == verdicts.worth())
    missing = whole & (codes == Code.MISSING) & (points == 0.0)
    cases = [codes == Code.CORRECT, follows, missing]
    return np.select(cases, [np.uint8(_RIGHT), np.uint8(_FOLLOWS), np.uint8(_MISSING)], np.uint8(_SPECIAL))


class _Case(NamedTuple):
    """Lines in the same step and with the same points, of which the same is said, but for numbers."""

    result: FieldResult
    phrase: Phrase


@dataclass(slots=True, eq=False)
class _Cases:
    """The cases of a slot by what tells them, and their words by what these depend on."""

    cases: dict[bytes, _Case] = field(default_factory=dict)
    phrases: dict[bytes, Phrase] = field(default_factory=dict)


class _Waiting(NamedTuple):
    """A line whose words have room for numbers: its place among all results, and in the array of values."""

    results: list[FieldResult]
    place: int
    case: _Case
    start: int


@dataclass(slots=True, eq=False)
class LineResults:
    """The results of a layout's lines, and what is remembered of them from one batch to the next."""

    layout: Layout
    _plain: dict[int, tuple[FieldResult, ...]] = field(default_factory=dict)
    _cases: dict[tuple[Slot, bool], _Cases] = field(default_factory=dict)

    def plain(self, asked: int) -> tuple[FieldResult, ...]:
        """Return the results of lines of which there is nothing special to say, in the steps that are asked.

        First all lines as they are when they are right, then when they follow, then when they are missing.
        """
        if asked not in self._plain:
            self._plain[asked] = tuple(_plain_results(self.layout, asked))
        return self._plain[asked]

    def of(self, marks: Marks, rows: range) -> list[list[FieldResult]]:
        """Return the results of all lines that are asked of some hand-ins."""
        every = self._without_words(marks, rows)
        layout, waiting = self.layout, list[_Waiting]()
        for slot in layout.slots():
            for row, t, case in self._special(marks, slot, rows):
                results, place = every[row - rows.start], t * len(layout.usual) + slot.line
                results[place] = case.result
                if case.phrase.shown:
                    start = (row * layout.steps + t) * layout.width + slot.offset
                    waiting.append(_Waiting(results, place, case, start))
        pairs = _numbers(marks.context.verdicts, waiting)
        for results, place, case, _ in waiting:
            results[place] = case.result.saying(case.phrase.message(pairs))
        return every

    def _without_words(self, marks: Marks, rows: range) -> list[list[FieldResult]]:
        """Return the results of all lines, as if there were nothing special to say of any."""
        here = slice(rows.start, rows.stop)
        kinds = marks.plain[here].reshape(len(rows), -1).astype(np.intp)
        asked = marks.context.verdicts.asked[here]
        lines = asked * len(self.layout.usual)
        places = np.where(kinds == _SPECIAL, _RIGHT, kinds) * lines[:, None] + np.arange(kinds.shape[1])
        plain = [self.plain(steps) for steps in asked.tolist()]
        return [
            [*map(results.__getitem__, own[:count])]
            for results, own, count in zip(plain, places.tolist(), lines.tolist(), strict=True)
        ]

    def _special(self, marks: Marks, slot: Slot, rows: range) -> Iterator[tuple[int, int, _Case]]:
        """Yield the row, the step and the case of lines of which there is something to say, in a slot."""
        verdicts, here, i = marks.context.verdicts, slice(rows.start, rows.stop), slot.line
        form = (self.layout.usual[i], *self.layout.others[i]).index(slot)
        chosen = (marks.plain[here, :, i] == _SPECIAL) & (verdicts.form[here, :, i] == form)
        chosen &= np.arange(self.layout.steps) < verdicts.asked[here, None]
        own, steps = np.nonzero(chosen)
        if not len(own):
            return
        own += rows.start
        known = self._cases.setdefault((slot, marks.context.reveal), _Cases())
        for row, t, by in zip(own.tolist(), steps.tolist(), _told(marks, slot, own, steps), strict=True):
            yield row, t, known.cases.get(by) or self._new(known, by, marks, slot, row, t)

    def _new(self, known: _Cases, by: bytes, marks: Marks, slot: Slot, row: int, t: int) -> _Case:
        """Return a case that is not known, and remember it; there is no end to what people write."""
        if len(known.cases) >= _MOST:
            known.cases.clear()
            known.phrases.clear()
        words = known.phrases.get(by[:-_CASE]) or phrase(marks.context, row, t, slot)
        known.phrases[by[:-_CASE]] = words
        right = self.plain(int(marks.context.verdicts.asked[row]))[
            t * len(self.layout.plan.lines) + slot.line
        ]
        result = FieldResult(
            field=right.field,
            step=right.step,
            status=STATUS[Code(int(marks.codes[row, t, slot.line]))],
            cause=words.cause,
            score=float(marks.points[row, t, slot.line]),
            max_score=right.max_score,
            message="" if words.shown else words.message(iter(())),
        )
        known.cases[by] = _Case(result, words)
        return known.cases[by]


def _plain_results(layout: Layout, asked: int) -> Iterator[FieldResult]:
    share = layout.steps / asked
    for status, says in _PLAIN:
        for step in layout.plan.steps[:asked]:
            for line in layout.plan.lines:
                most = line.points * share
                score = 0.0 if status is Status.MISSING else most
                yield FieldResult(
                    field=line.field, step=step, status=status, score=score, max_score=most, message=says
                )


def _told(marks: Marks, slot: Slot, rows: NDArray[np.intp], steps: NDArray[np.intp]) -> list[bytes]:
    """Return for each line all that its case depends on, which is what `phrase` looks at, and its points."""
    verdicts, causes, _ = marks.context
    batch, line, here = verdicts.batch, (rows, steps, slot.line), (rows, steps, slice(slot.offset, slot.end))
    codes, kinds = verdicts.codes[here], verdicts.kinds[here]
    written, expected = batch.values[here], verdicts.expected[here]
    unused = (codes == Code.SLIP) & (kinds == Slip.UNUSED) & (written != expected)
    of_numbers = [codes, kinds, unused, np.isfinite(expected), np.any(written != 0.0, axis=1)]
    of_line = [array[line] for array in (causes.mistake, causes.fitting, verdicts.hollow, verdicts.source)]
    groups = {*batch.layout.plan.lines[slot.line].usual.groups, *slot.forms[0].groups}
    options = [verdicts.options[group][rows] for group in sorted(groups)]
    case = [verdicts.asked[rows], steps, marks.points[line]]
    return _side_by_side([*of_numbers, *of_line, *options, steps == 0, *case])


def _side_by_side(parts: Sequence[NDArray[Any]]) -> list[bytes]:
    """Return the bytes of arrays (n, ...) side by side, by their first axis."""
    each = [np.ascontiguousarray(part).reshape(len(part), -1).view(np.uint8) for part in parts]
    together = np.concatenate(each, axis=1)
    rows: list[bytes] = together.view(f"V{together.shape[1]}").ravel().tolist()
    return rows


def _numbers(verdicts: Verdicts, waiting: Sequence[_Waiting]) -> Iterator[tuple[str, str]]:
    """Yield all numbers that lines wait for, in their order: as written, and as they should be."""
    batch = verdicts.batch
    places = [
        line.start + place for line in waiting for shown in line.case.phrase.shown for place in shown.places
    ]
    written, expected, decimals = (
        numbers.reshape(-1)[places] for numbers in (batch.values, verdicts.expected, batch.decimals)
    )
    return number_pairs(written, expected, decimals.astype(np.intp))
