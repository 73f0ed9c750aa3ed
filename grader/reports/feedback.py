"""A student's feedback: what it says and in which order. What would gain most comes first.

The texts here are plain; renderers (`page`, `html`) add the markup and make every text harmless.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from math import inf
from typing import NamedTuple

from grader.reports.items import Item, items, notes, of_kind, summary, what_is_missing
from grader.reports.remarks import FAULTS, Remark, reason, remarks
from grader.reports.trace import Outlines, Trace
from grader.reports.wording import DASH, count, number, points, waiting
from grader.schemas.remembered import Memory
from grader.schemas.results import OTHER_WAY, TOO_FEW_DIGITS, QuestionResult, Status, SubmissionResult
from grader.schemas.wording import listed

_MOST_GAINS = 2
_MOST_FIELDS = 6  # names in one sentence
_MOST_PROBLEMS = 8
_STEP = re.compile(r"\.steps\[[0-9]+\]")
_LINE = re.compile(r"^(?:line [0-9]+|[^:]{1,60}![A-Z]{1,3}[0-9]+): ")  # of a table or a workbook
# The place within a vector or matrix, what was found in place of a number, and what was read as one.
_FOUND = re.compile(
    r"(?:\[[0-9]+\])+(?=: )|(?<=expected a number, found )the text (?:'[^']*'|\"[^\"]*\")"
    r"|(?:'[^']*'|\"[^\"]*\") is read as [-.0-9e]+$"
)


class Loss(NamedTuple):
    """Points that a question can still gain, and the remarks on them.

    `words` says what would gain them; it is called for the few largest losses only.
    """

    points: float
    question: str
    said: Sequence[Remark]
    words: Callable[[Sequence[Remark]], str]


def _losses(question: str, said: Sequence[Remark]) -> Iterator[Loss]:
    """Yield what a question can still gain: by lines that are missing, wrong or unreadable, by each fault."""
    if missing := of_kind(said, Status.MISSING):
        yield Loss(_cost(missing), question, missing, _hand_in)
    plain = [remark for remark in of_kind(said, Status.WRONG) if remark.first and not remark.cause]
    if len(plain) > 1:
        yield Loss(_cost(plain), question, plain, _work_again)
    unreadable = of_kind(said, Status.INVALID)
    if unreadable:
        yield Loss(_cost(unreadable), question, unreadable, _write_legibly)
    slips = [remark for remark in of_kind(said, Status.SLIP) if remark.cause != OTHER_WAY]
    for remark in of_kind(said, *FAULTS):
        if remark not in (*unreadable, *slips) and (len(plain) < 2 or remark not in plain):
            yield Loss(remark.cost, question, (remark,), _mend)
    if slips:
        yield Loss(_cost(slips), question, slips, _write_with_care)


def _cost(said: Sequence[Remark]) -> float:
    return sum([remark.cost for remark in said])


def _hand_in(missing: Sequence[Remark]) -> str:
    if missing[0].fields or missing[0].places:
        return f"what is not handed in {DASH} {what_is_missing(missing)}"
    return "of which nothing is handed in"


def _work_again(plain: Sequence[Remark]) -> str:
    lines = count(sum([remark.lines for remark in plain]), "line")
    what = f"{lines} that do not follow from the lines before them"
    return f"{what} {DASH} begin with {_first(min(plain, key=lambda each: each.turn))}"


def _write_legibly(unreadable: Sequence[Remark]) -> str:
    return f"{_what(unreadable)} {DASH} write it so that it can be read"


def _write_with_care(slips: Sequence[Remark]) -> str:
    return f"{_what(slips)} {DASH} mind how it is written down"


def _what(said: Sequence[Remark]) -> str:
    """Return the fields of some remarks, or how many lines these are."""
    fields = dict.fromkeys(field for remark in said for field in remark.fields)
    return (
        count(sum([remark.lines for remark in said]), "line")
        if len(fields) > _MOST_FIELDS
        else listed([*fields])
    )


def _first(remark: Remark) -> str:
    return f"{remark.fields[0]} in {remark.first}" if remark.first else listed(remark.fields)


def _mend(said: Sequence[Remark]) -> str:
    (fault,) = said
    what = listed(fault.fields)
    if fault.cause == TOO_FEW_DIGITS:
        return f"{what} {DASH} write more digits"
    if fault.cause == OTHER_WAY:
        return f"{what} {DASH} keep to one way throughout"
    named = fault.kind is Status.MISTAKE or (fault.first and fault.cause)
    if named and fault.text and not fault.example:
        return f"{what} {DASH} {reason(fault.text)}"
    if fault.lines > len(fault.fields) and fault.first:
        return f"{what} {DASH} work it out again, from {fault.first} on"
    return f"{_first(fault)} {DASH} work it out again"


class Section(NamedTuple):
    """One question: its score, sentences on the whole of it, then what there is to say of its lines.

    `question` and `trace` are for renderers that show each line.
    """

    heading: str
    summary: tuple[str, ...]
    items: tuple[Item, ...]
    question: QuestionResult
    trace: Trace


class Feedback(NamedTuple):
    """All that a student reads, from top to bottom."""

    student: str
    file: str
    score: str
    waiting: str
    gains: tuple[str, ...]
    problems: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: str


class _Said(NamedTuple):
    """What is said of a question, and what it could still gain."""

    section: Section
    losses: tuple[Loss, ...]


class Feedbacks:
    """Puts the results of a class into words, and remembers the words for questions that results share."""

    _MOST_QUESTIONS = 1_000

    def __init__(self) -> None:
        self._outlines = Outlines()
        self._known: Memory[_Said] = Memory(self._MOST_QUESTIONS)

    def on(self, result: SubmissionResult) -> Feedback:
        """Put a result into words."""
        said = [
            _not_read(question)
            if _is_unread(question)
            else self._known.of(question) or self._question(question)
            for question in result.questions
        ]
        return Feedback(
            student=result.student or result.file,
            file=result.file,
            score=_score(result),
            waiting=waiting(result.pending),
            gains=_gains(result, said),
            problems=_problems(result),
            sections=tuple([each.section for each in said]),
            closing="Mend what is named above, then hand in the file again." if result.score is None else "",
        )

    def _question(self, question: QuestionResult) -> _Said:
        trace = Trace(question.fields, self._outlines)
        of_lines = remarks(trace)
        # A person who marked a question as a whole has said what it is worth.
        lost = _losses(question.question, of_lines) if question.automatic is None else ()
        said = _Said(_section(question, trace, of_lines), tuple(lost))
        return said if question.has_steps else self._known.keep(question, said)


def _is_unread(question: QuestionResult) -> bool:
    """Tell whether something was handed in of which no line could be read, and no person has marked any."""
    return bool(question.unread) and all(line.status is Status.MISSING for line in question.fields)


def _not_read(question: QuestionResult) -> _Said:
    trace = Trace(question.fields, Outlines())
    section = Section(f"{_heading(question)}, could not be read", notes(question), (), question, trace)
    lost = Loss(
        question.max_score - question.score, question.question, (), lambda _: "of which nothing could be read"
    )
    return _Said(section, (lost,))


def feedback_on(result: SubmissionResult) -> Feedback:
    """Put a result into words; for many of them, `Feedbacks` is faster."""
    return Feedbacks().on(result)


def _score(result: SubmissionResult) -> str:
    if result.score is None:
        return "This hand-in was not marked"
    return _of(result.score, result.max_score)


def _of(score: float, max_score: float | None) -> str:
    return points(score) if max_score is None else f"{number(score)} of {points(max_score)}"


def _problems(result: SubmissionResult) -> tuple[str, ...]:
    """Return the problems, without those that are said below beside the field that they cost."""
    if not result.problems:
        return ()
    lines = [line for question in result.questions for line in question.fields]
    below = {line.message for line in lines if line.status is Status.INVALID and line.message}
    found = _once([p for p in result.problems if not any(message in p for message in below)])
    if len(found) <= _MOST_PROBLEMS + 1:  # "and 1 more" is no shorter
        return tuple(found)
    return (*found[:_MOST_PROBLEMS], f"and {len(found) - _MOST_PROBLEMS} more")


def _once(problems: Sequence[str]) -> list[str]:
    """Return the problems; of those that are the same in several steps the first, and how many more.

    Problems of one field that differ only in what was found there count as the same.
    """
    alike: dict[str, list[str]] = {}
    for problem in problems:
        alike.setdefault(_FOUND.sub("", _STEP.sub("", _LINE.sub("", problem))), []).append(problem)
    return [first + _more(first, others) for first, *others in alike.values()]


def _more(first: str, others: Sequence[str]) -> str:
    if not others:
        return ""
    steps = {step[0] for step in map(_STEP.search, (first, *others)) if step}
    if len(steps) == 1 + len(others):
        return f" (and so in {count(len(others), 'more step')})"
    return f" (and so in {count(len(others), 'more place')})"


def _section(question: QuestionResult, trace: Trace, said: Sequence[Remark]) -> Section:
    heading = _heading(question)
    if trace.nothing_handed_in:
        return Section(f"{heading}, not handed in", notes(question), (), question, trace)
    if trace.only_waits:
        return Section(heading, notes(question), (), question, trace)
    return Section(heading, summary(question, trace), items(said), question, trace)


def _heading(question: QuestionResult) -> str:
    waits = waiting(question.pending)
    if waits and question.pending >= question.max_score:
        return f"{question.question}: {waits}"
    score = f"{question.question}: {_of(question.score, question.max_score)}"
    return f"{score}, {waits}" if waits else score


def _gains(result: SubmissionResult, said: Sequence[_Said]) -> tuple[str, ...]:
    """Return sentences on the largest losses."""
    if result.score is None:
        return ()
    # No loss counts for more than the hand-in as a whole can still gain.
    most = inf if result.max_score is None else result.max_score - result.score
    losses = [(min(loss.points, most), loss) for each in said for loss in each.losses]
    chosen = sorted(losses, key=lambda each: -each[0])[:_MOST_GAINS]
    return tuple(
        [f"{points(gain)}: {loss.question}, {loss.words(loss.said)}." for gain, loss in chosen if gain > 0]
    )
