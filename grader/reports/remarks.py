"""What is to be said about a question, each thing once.

Marking judges each of a hundred lines and more; a person wants to read "a mistake in all 12 steps". So lines
with the same verdict for the same cause become one remark, with the places where they stand.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from grader.reports.trace import LONGEST, Trace
from grader.reports.wording import FAULT_WORDS, said_of_mark
from grader.schemas.places import step_in_words
from grader.schemas.results import ROUNDING, FieldResult, Status
from grader.schemas.wording import listed

FAULTS = tuple(FAULT_WORDS)

_MOST_FAULTS = 8  # remarks; more of them are not read by anyone
_CLAUSES = "; "
_WRITTEN = "you wrote"
_SHOULD_BE = "the line should be "
_READ = re.compile(r"^read as |\bis read\b")  # how marking says how a formula was read

_Key = tuple[str | None, ...]


class Remark(NamedTuple):
    """One thing to say about some lines.

    `text` holds for all of them, unless `example` names a line: then it is the message of that line. Without
    `fields`, every field of these places is meant. `places` are empty for parts without steps, and where
    there are too many to be named. `first` is the step of the first line, `turn` its number among all lines.
    """

    kind: Status
    fields: tuple[str, ...]
    places: str
    first: str
    example: str
    cause: str | None
    text: str
    lines: int
    score: float
    max_score: float
    turn: int

    @property
    def cost(self) -> float:
        """The points that these lines did not earn."""
        return lost(self)


def remarks(trace: Trace) -> list[Remark]:
    """Return the remarks in the order of reading: faults, gaps, what waits, what else was noted."""
    if not trace.remarkable:
        return []
    by_person = [line.saying(said_of_mark(line)) for line in trace.of_status(Status.MARKED)]
    return [
        *_faults(trace),
        *_missing(trace),
        *_same_text(trace.of_status(Status.PENDING), trace),
        *_same_text(by_person, trace),
        *_same_text(trace.of_status(Status.CORRECT), trace),
    ]


def _faults(trace: Trace) -> list[Remark]:
    """Return a remark for each cause, and only a few however many faults there are."""
    faulty = trace.of_status(*FAULTS)
    follows = trace.of_status(Status.FOLLOWS)
    hollow = [line for line in follows if line.score < line.max_score and lost(line)]
    for key in (_by_field, _by_cause):
        groups = [*_together(_grouped(faulty, key)), *_grouped(hollow, _by_status)]
        if len(groups) <= _MOST_FAULTS:
            break
    else:
        groups = _fewer(groups)
    return [_remark(lines, trace) for lines in groups]


def lost(line: FieldResult | Remark) -> float:
    """Return the points that a line, or some of them, did not earn."""
    cost = line.max_score - line.score
    return cost if cost > ROUNDING else 0.0


def _by_field(line: FieldResult) -> _Key:
    """Return what lines of one cause share: a known mistake, in whatever field; otherwise also the field.

    Lines that cannot be read are named among the problems already, and count as one cause.
    """
    unread = line.status is Status.INVALID
    if not line.step or (unread and _WRITTEN in line.message):
        return (line.status, line.cause, line.message or line.field)
    known = unread or (line.status is Status.MISTAKE and line.cause)
    return (line.status, line.cause) if known else (line.status, line.cause, line.field)


def _together(groups: Iterable[list[FieldResult]]) -> list[list[FieldResult]]:
    """Return the groups, putting together those of a known cause of which the same is said in every step."""
    alike: dict[tuple[object, ...], list[FieldResult]] = {}
    for number, lines in enumerate(groups):
        first = lines[0]
        said = tuple([(*(line.step or {}).items(), line.message) for line in lines])
        key = (first.status, first.cause, said) if first.step and first.cause else (number,)
        alike.setdefault(key, []).extend(lines)
    return list(alike.values())


def _by_cause(line: FieldResult) -> _Key:
    return (line.status, line.cause) if line.step and line.cause else _by_field(line)


def _by_status(line: FieldResult) -> _Key:
    return (line.status,)


def _grouped(lines: Iterable[FieldResult], key: Callable[[FieldResult], _Key]) -> list[list[FieldResult]]:
    groups: dict[_Key, list[FieldResult]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    return list(groups.values())


def _fewer(groups: Sequence[list[FieldResult]]) -> list[list[FieldResult]]:
    """Return the groups, putting those that cost least together by status, after the others."""
    # Unreadable lines are soon mended, so they are worth a remark of their own however little they cost.
    costs = [sum(map(lost, lines)) + 1e9 * (lines[0].status is Status.INVALID) for lines in groups]
    room = _MOST_FAULTS - len({lines[0].status for lines in groups})
    chief = set(sorted(range(len(groups)), key=lambda i: -costs[i])[:room])
    lesser = [line for i, lines in enumerate(groups) if i not in chief for line in lines]
    return [*[lines for i, lines in enumerate(groups) if i in chief], *_grouped(lesser, _by_status)]


def _same_text(lines: Iterable[FieldResult], trace: Trace) -> list[Remark]:
    return [_remark(same, trace) for same in _grouped(lines, lambda line: (line.message,))]


def _missing(trace: Trace) -> list[Remark]:
    """Return remarks on what was not handed in: the whole question; or whole steps, then single fields."""
    absent = trace.of_status(Status.MISSING)
    if not absent:
        return []
    if len(absent) == len(trace.lines):
        return [_without_fields(absent, "", trace)]
    empty = [lines for lines in trace.by_step if _is_empty_step(lines)]
    found = []
    if empty:
        steps = trace.where_steps(empty)
        found.append(_without_fields([line for lines in empty for line in lines], steps, trace))
        absent = [
            line
            for lines in trace.by_step
            if not _is_empty_step(lines)
            for line in lines
            if line.status is Status.MISSING
        ]
    by_places: dict[str, list[FieldResult]] = {}
    for of_field in _grouped(absent, lambda line: (line.field,)):
        by_places.setdefault(trace.where(of_field), []).extend(of_field)
    return [*found, *[_remark(lines, trace) for lines in by_places.values()]]


def reason(message: str) -> str:
    """Return the clause of a message that says what is wrong, without the others."""
    clauses = message.split(_CLAUSES)
    own = next((clause for clause in clauses if not _READ.search(clause)), clauses[0])
    return own.rstrip(".")


def _is_empty_step(lines: Sequence[FieldResult]) -> bool:
    return bool(lines[0].step) and all(line.status is Status.MISSING for line in lines)


def _remark(lines: Sequence[FieldResult], trace: Trace) -> Remark:
    """Return the remark about lines with the same verdict: with what holds for all of them, or an example."""
    of_field: dict[str, list[FieldResult]] = {}
    for line in lines:
        of_field.setdefault(line.field, []).append(line)
    common = _common_text(lines, of_field.values())
    first = lines[0]
    step = step_in_words(first.step.items()) if first.step else ""
    return Remark(
        kind=first.status,
        fields=tuple(of_field),
        places=_places(of_field, trace),
        first=step,
        example=_example(first, step, len(of_field)) if common is None else "",
        cause=first.cause,
        text=first.message if common is None else common,
        lines=len(lines),
        score=sum([line.score for line in lines]),
        max_score=sum([line.max_score for line in lines]),
        turn=next((number for number, line in enumerate(trace.lines) if line is first), 0),
    )


def _example(line: FieldResult, step: str, fields: int) -> str:
    if not step:
        return f"of {line.field}"
    return f"{line.field} in {step}" if fields > 1 else f"in {step}"


def _common_text(lines: Sequence[FieldResult], of_fields: Iterable[Sequence[FieldResult]]) -> str | None:
    """Return what holds for all lines, or None.

    Messages of different fields may differ after the same first clause; then each of their clauses is said
    once.
    """
    messages = {line.message for line in lines}
    if len(messages) == 1:
        return messages.pop()
    by_field = [same[0].message for same in of_fields]
    if messages - set(by_field) or any(len({line.message for line in same}) > 1 for same in of_fields):
        return None
    clauses = [message.split(_CLAUSES) for message in by_field]
    if len({first for first, *_ in clauses}) > 1:
        return None
    each = dict.fromkeys([clause for said in clauses for clause in said])
    equations = [clause.removeprefix(_SHOULD_BE) for clause in each if clause.startswith(_SHOULD_BE)]
    if len(equations) < 2:
        return _CLAUSES.join(each)
    others = [clause for clause in each if not clause.startswith(_SHOULD_BE)]
    return _CLAUSES.join([*others, f"the lines should be {listed(equations)}"])


def _places(of_field: Mapping[str, Sequence[FieldResult]], trace: Trace) -> str:
    """Return where the lines stand, field by field where that differs; nothing if it gets too long."""
    where = {field: trace.where(lines) for field, lines in of_field.items()}
    if len(set(where.values())) == 1:
        return next(iter(where.values()))
    if any(";" in places for places in where.values()):
        return ""
    text = "; ".join([f"{field} in {places}" for field, places in where.items()])
    return text if len(text) <= LONGEST else ""


def _without_fields(lines: Sequence[FieldResult], places: str, trace: Trace) -> Remark:
    """Return the remark about every field of some places."""
    return _remark(lines, trace)._replace(fields=(), places=places, example="", text="")
