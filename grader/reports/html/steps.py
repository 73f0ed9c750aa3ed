"""The lines of a question worked step by step, as a table: a row a step, a column a field."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from grader.reports.by_person import said_of_mark
from grader.reports.html.environment import pieces
from grader.reports.html.signs import SIGNS, Sign
from grader.reports.remarks import FAULTS, lost
from grader.reports.trace import Trace
from grader.schemas.places import step_in_words
from grader.schemas.remembered import Remembered
from grader.schemas.results import FieldResult, Status

_MOST_ROWS = 20_000
_MOST_TABLES = 50
_TALL = 15  # rows; a taller table scrolls by itself, so that its head stays in sight
_SPEAKS = {*FAULTS, Status.FOLLOWS, Status.PENDING, Status.MARKED}


class Said(NamedTuple):
    """What is said of one line below its step; it holds for so many `more` lines of the field below."""

    field: str
    sign: Sign
    text: str
    more: int


class Step(NamedTuple):
    """A row of verdicts, and what is said of those that want it."""

    row: Markup
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class StepTable:
    """A question's table; `loops` are the names of the counters in the first column."""

    loops: str
    fields: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def tall(self) -> bool:
        return len(self.steps) > _TALL

    @property
    def width(self) -> int:
        return len(self.fields) + 1


class StepTables:
    """Makes tables, and remembers rows: most of a class have the same verdicts in most steps."""

    def __init__(self) -> None:
        self._row = pieces().step_row
        self._right: Remembered[tuple[int, ...], tuple[Sequence[FieldResult], StepTable]] = Remembered(
            _MOST_TABLES
        )
        self._rows: Remembered[tuple[str, tuple[Status | None, ...]], Markup] = Remembered(_MOST_ROWS)

    def table(self, trace: Trace) -> StepTable:
        """Return the table of a trace."""
        if trace.remarkable:
            return self._made(trace)
        # Right lines are the same objects for a whole class; kept here, nothing else has their ids.
        key = tuple(map(id, trace.lines))
        if key not in self._right:
            self._right[key] = trace.lines, self._made(trace)
        return self._right[key][1]

    def _made(self, trace: Trace) -> StepTable:
        fields, by_step = trace.fields, trace.by_step
        loops = {tuple(lines[0].step or ()) for lines in by_step}
        one_loop = len(loops) == 1
        said = _said(trace)
        steps = []
        for lines in by_step:
            counters = lines[0].step or {}
            label = ", ".join(map(str, counters.values())) if one_loop else step_in_words(counters.items())
            below = tuple([said[id(line)] for line in lines if id(line) in said]) if said else ()
            steps.append(Step(self._verdicts(label, fields, lines), below))
        return StepTable(", ".join(loops.pop()) if one_loop else "step", fields, tuple(steps))

    def _verdicts(self, label: str, fields: Sequence[str], lines: Sequence[FieldResult]) -> Markup:
        """Return the row of one step."""
        found: tuple[Status | None, ...] = tuple([line.status for line in lines])
        if len(lines) != len(fields):  # a step need not have every field
            status_of = {line.field: line.status for line in lines}
            found = tuple([status_of.get(field) for field in fields])
        return self._rows.or_make(
            (label, found), lambda: self._row(label, [status and SIGNS[status] for status in found])
        )


def said_of(line: FieldResult) -> str:
    """Return what is said of a line: by marking, or by a person with the automatic mark beside it."""
    if line.status is Status.MARKED:
        return said_of_mark(line)
    return line.message or (line.cause or "").replace("_", " ")


def _said(trace: Trace) -> dict[int, Said]:
    """Return what is said, by the identity of the line where it is: the first of a field that it fits."""
    first: dict[tuple[str, str], FieldResult] = {}
    times: Counter[tuple[str, str]] = Counter()
    for line in trace.of_status(*_SPEAKS):
        text = said_of(line)
        if text and (line.status is not Status.FOLLOWS or lost(line)):
            first.setdefault((line.field, text), line)
            times[line.field, text] += 1
    return {
        id(line): Said(line.field, SIGNS[line.status], text, times[field, text] - 1)
        for (field, text), line in first.items()
    }
