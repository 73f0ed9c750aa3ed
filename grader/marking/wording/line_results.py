"""The results of lines, made for many hand-ins at once.

Most lines are right, follow, or are not handed in; their results are the same objects for a whole class. The
words for any other line depend on little more than the verdicts on its numbers. So there is one case for each
combination of what words depend on. Its words are made once; where they name numbers, the numbers of all
hand-ins are written together.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array
from grader.marking.lines.slips import Slip
from grader.marking.lines.verdicts import STATUS, Code, Verdicts, by_line, unread
from grader.marking.sheets.layout import Layout, Slot
from grader.marking.wording.figures import Phrase, number_pairs
from grader.marking.wording.words import FOLLOWS, MISSING, LineMarks, phrase
from grader.schemas.remembered import Remembered
from grader.schemas.results import FieldResult, Status

_RIGHT, _FOLLOWS, _MISSING, _SPECIAL = range(4)
_MOST = 2_000  # cases of a slot that are remembered
_CASE = 24  # bytes at the end of a case's key: steps asked, step and points, on which no words depend

Bytes = NDArray[np.uint8]


def plain_lines(verdicts: Verdicts, codes: Bytes, points: Array) -> Bytes:
    """Return _RIGHT, _FOLLOWS, _MISSING or, for lines that need words, _SPECIAL for every line: (N, T, L)."""
    best = np.uint8(len(Code)) - by_line(verdicts, np.uint8(len(Code)) - verdicts.codes, worst=True)
    whole = (best == codes) & ~verdicts.hollow
    follows = whole & (codes == Code.FOLLOWS) & (points == verdicts.worth())
    missing = whole & (codes == Code.MISSING) & (points == 0.0)
    cases = [codes == Code.CORRECT, follows, missing]
    return np.select(cases, [np.uint8(_RIGHT), np.uint8(_FOLLOWS), np.uint8(_MISSING)], np.uint8(_SPECIAL))


class _Case(NamedTuple):
    """Lines in the same step and with the same points, of which the same is said but for their numbers."""

    result: FieldResult
    phrase: Phrase


@dataclass(slots=True, eq=False)
class _Cases:
    """The cases of a slot, and their words, each by the bytes of everything that they depend on."""

    cases: Remembered[bytes, _Case] = field(default_factory=lambda: Remembered(_MOST))
    phrases: Remembered[bytes, Phrase] = field(default_factory=lambda: Remembered(_MOST))


class _Special(NamedTuple):
    """A line that needs words: its place among all results, and that of its first number in the values."""

    place: int
    start: int
    case: _Case


@dataclass(slots=True, eq=False)
class LineResults:
    """Makes the results of a layout's lines, and remembers cases from one batch to the next."""

    layout: Layout
    _plain: dict[int, NDArray[np.object_]] = field(default_factory=dict)
    _cases: dict[tuple[Slot, bool], _Cases] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many lines there are in all steps."""
        return self.layout.steps * len(self.layout.usual)

    def plain(self, asked: int) -> NDArray[np.object_]:
        """Return the results of lines that need no words, for a number of steps that are asked.

        First come all lines as right ones, then all as lines that follow, then all as missing ones.
        """
        if asked not in self._plain:
            results = _plain_results(self.layout, asked)
            self._plain[asked] = np.fromiter(results, dtype=object, count=_SPECIAL * self.count)
        return self._plain[asked]

    @np.errstate(all="ignore")  # students write numbers of any size
    def of(self, marks: LineMarks, rows: range) -> list[tuple[FieldResult, ...]]:
        """Return the results of all lines that are asked of some hand-ins."""
        every = self._without_words(marks, rows)
        waiting: list[_Special] = []
        for slot in self.layout.slots():
            for special in self._special(marks, slot, rows):
                every[special.place] = special.case.result
                if special.case.phrase.places:
                    waiting.append(special)
        messages = _messages(marks.verdicts, waiting)
        for special, message in zip(waiting, messages, strict=True):
            every[special.place] = special.case.result.saying(message)
        asked = marks.verdicts.asked[rows.start : rows.stop] * len(self.layout.usual)
        starts = range(0, len(every), self.count)
        return [tuple(every[i : i + lines]) for i, lines in zip(starts, asked.tolist(), strict=True)]

    def _without_words(self, marks: LineMarks, rows: range) -> list[FieldResult]:
        """Return the results of all lines of some hand-ins, as if none of them needed words."""
        kinds = marks.plain[rows.start : rows.stop].reshape(len(rows), -1).astype(np.intp)
        asked = marks.verdicts.asked[rows.start : rows.stop]
        places = np.where(kinds == _SPECIAL, _RIGHT, kinds) * self.count + np.arange(self.count)
        every = np.empty(places.shape, dtype=object)
        for steps in set(asked.tolist()):
            those = asked == steps
            every[those] = self.plain(steps)[places[those]]
        return every.ravel().tolist()

    def _special(self, marks: LineMarks, slot: Slot, rows: range) -> Iterable[_Special]:
        """Return the lines in a slot that need words."""
        verdicts, layout, i = marks.verdicts, self.layout, slot.line
        here = slice(rows.start, rows.stop)
        form = layout.of_lines[i].index(slot)
        chosen = (marks.plain[here, :, i] == _SPECIAL) & (verdicts.form[here, :, i] == form)
        chosen &= np.arange(layout.steps) < verdicts.asked[here, None]
        own, steps = np.nonzero(chosen)
        if not len(own):
            return ()
        places = own * self.count + steps * len(layout.usual) + i
        own += rows.start
        starts = (own * layout.steps + steps) * layout.width + slot.offset
        known = self._cases.setdefault((slot, marks.reveal), _Cases())
        told = _told(marks, slot, own, steps)
        cases = [
            known.cases.get(by) or self._new(known, by, marks, slot, row, t)
            for by, row, t in zip(told, own.tolist(), steps.tolist(), strict=True)
        ]
        return map(_Special, places.tolist(), starts.tolist(), cases)

    def _new(self, known: _Cases, by: bytes, marks: LineMarks, slot: Slot, row: int, t: int) -> _Case:
        """Make a case that is not known yet, and remember it by its key `by`."""
        words = known.phrases.or_make(by[:-_CASE], lambda: phrase(marks, row, t, slot))
        right: FieldResult = self.plain(int(marks.verdicts.asked[row]))[
            t * len(self.layout.usual) + slot.line
        ]
        found = {
            "status": STATUS[Code(int(marks.codes[row, t, slot.line]))],
            "cause": words.cause,
            "score": float(marks.points[row, t, slot.line]),
            "message": "" if words.places else words.message(),
        }
        result = right.model_copy(update=found)
        known.cases[by] = _Case(result, words)
        return known.cases[by]


def _plain_results(layout: Layout, asked: int) -> Iterator[FieldResult]:
    share = layout.steps / asked
    right = [
        FieldResult(
            field=line.field,
            step=step,
            status=Status.CORRECT,
            score=line.points * share,
            max_score=line.points * share,
        )
        for step in layout.plan.steps
        for line in layout.plan.lines
    ]
    yield from right
    for status, says in ((Status.FOLLOWS, FOLLOWS), (Status.MISSING, MISSING)):
        for line in right:
            score = 0.0 if status is Status.MISSING else line.score
            yield line.model_copy(update={"status": status, "score": score, "message": says})


def _told(marks: LineMarks, slot: Slot, rows: NDArray[np.intp], steps: NDArray[np.intp]) -> list[bytes]:
    """Return for each line the bytes of all that its case depends on: what `phrase` looks at, and points."""
    verdicts, causes = marks.verdicts, marks.causes
    batch, line, here = verdicts.batch, (rows, steps, slot.line), (rows, steps, slot.columns)
    codes, kinds = verdicts.codes[here], verdicts.kinds[here]
    written, expected = batch.values[here], verdicts.expected[here]
    unused = (codes == Code.SLIP) & (kinds == Slip.UNUSED) & (written != expected)
    of_numbers = [codes, kinds, unused, np.isfinite(expected), np.any(written != 0.0, axis=1)]
    # The mistakes that fit tell which one is named, too.
    of_line = [array[line] for array in (causes.fitting, verdicts.hollow, verdicts.source)]
    parents = unread(verdicts, batch.plan.lines[slot.line], rows, steps).T
    groups = {*batch.plan.lines[slot.line].usual.groups, *slot.forms[0].groups}
    options = [verdicts.options[group][rows] for group in sorted(groups)]
    case = [verdicts.asked[rows].astype(np.int64), steps.astype(np.int64), marks.points[line]]
    first = verdicts.before[rows, steps] < 0
    return _side_by_side([*of_numbers, *of_line, *options, *parents, first, *case])


def _side_by_side(parts: Sequence[NDArray[Any]]) -> list[bytes]:
    """Return for each of n rows the bytes of all arrays (n, ...) in that row, one after the other."""
    each = [np.ascontiguousarray(part).reshape(len(part), -1).view(np.uint8) for part in parts]
    together = np.concatenate(each, axis=1)
    return together.view(f"V{together.shape[1]}").ravel().tolist()


def _messages(verdicts: Verdicts, waiting: Sequence[_Special]) -> Iterator[str]:
    """Yield the messages of lines whose words name numbers."""
    batch = verdicts.batch
    at = [each.start + place for each in waiting for place in each.case.phrase.places]
    here = np.unravel_index(np.array(at, dtype=np.intp), batch.values.shape)
    written, expected, decimals = batch.values[here], verdicts.expected[here], batch.decimals[here]
    own, due = number_pairs(written, expected, decimals.astype(np.intp))
    start = 0
    for each in waiting:
        yield each.case.phrase.message(own, due, start)
        start += len(each.case.phrase.places)
