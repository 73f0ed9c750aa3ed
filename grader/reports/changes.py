"""What changes between two markings of one hand-in: whose marks, where, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from grader.reports.wording import exact, points
from grader.schemas.results import ROUNDING, FieldResult, QuestionResult, Status, SubmissionResult

_Where = tuple[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field or part whose mark changes; `old` or `new` is None where it is in only one of the markings."""

    old: FieldResult | None
    new: FieldResult | None

    @property
    def either(self) -> FieldResult:
        """The new field, or the old one where there is no new one."""
        either = self.new or self.old
        if either is None:
            raise ValueError("a change has two sides, of which one is there")
        return either

    @property
    def difference(self) -> float:
        return (self.new.score if self.new else 0.0) - (self.old.score if self.old else 0.0)


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """A question whose marks change; `reasons` are those that do not belong to a single field."""

    question: str
    old: QuestionResult | None
    new: QuestionResult | None
    fields: tuple[FieldChange, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A hand-in whose marks change."""

    student: str
    assignment: str
    old: SubmissionResult | None
    new: SubmissionResult | None
    questions: tuple[QuestionChange, ...]
    reasons: tuple[str, ...]

    @property
    def difference(self) -> float | None:
        """How much the total changes; None where there was none before, or is none now."""
        if self.old is None or self.new is None or self.old.score is None or self.new.score is None:
            return None
        return self.new.score - self.old.score


def change_of(old: SubmissionResult | None, new: SubmissionResult | None) -> Change | None:
    """Return what changes in the marks of a hand-in, or None where nothing changes."""
    either = new or old
    if either is None:
        return None
    questions = tuple(_questions(old, new))
    same = old is not None and new is not None and _same_points(old, new)
    if same and not questions:
        return None
    return Change(
        either.student or either.file, either.assignment or "", old, new, questions, tuple(_reasons(old, new))
    )


def _same_points(
    old: SubmissionResult | QuestionResult | FieldResult, new: SubmissionResult | QuestionResult | FieldResult
) -> bool:
    pairs = [(old.score, new.score), (old.max_score, new.max_score)]
    if not isinstance(old, FieldResult) and not isinstance(new, FieldResult):
        pairs.append((old.pending, new.pending))
    return all(a == b if a is None or b is None else abs(a - b) <= ROUNDING for a, b in pairs)


def _questions(old: SubmissionResult | None, new: SubmissionResult | None) -> Iterator[QuestionChange]:
    before = {each.question: each for each in (old.questions if old else ())}
    after = {each.question: each for each in (new.questions if new else ())}
    if not before or not after:  # the whole hand-in came or went, which is said once
        return
    for name in dict.fromkeys([*after, *before]):
        own = before.get(name), after.get(name)
        fields = tuple(_fields(*own))
        if own[0] is None or own[1] is None or fields or not _same_points(own[0], own[1]):
            yield QuestionChange(name, *own, fields, tuple(_question_reasons(*own)))


def _fields(old: QuestionResult | None, new: QuestionResult | None) -> Iterator[FieldChange]:
    if old is None or new is None:
        return
    before, after = _by_place(old), _by_place(new)
    if new.automatic is not None and old.automatic is not None:
        return
    for place in dict.fromkeys([*after, *before]):
        own = before.get(place), after.get(place)
        if own[0] is None or own[1] is None or _differ(own[0], own[1]):
            yield FieldChange(*own)


def _differ(old: FieldResult, new: FieldResult) -> bool:
    """Tell whether points differ, or the status does and one of the two is a person's or waits for one."""
    by_person = {old.status, new.status} & {Status.PENDING, Status.MARKED}
    return not _same_points(old, new) or (old.status != new.status and bool(by_person))


def _by_place(question: QuestionResult) -> Mapping[_Where, FieldResult]:
    return {(field.field, tuple((field.step or {}).items())): field for field in question.fields}


def _question_reasons(old: QuestionResult | None, new: QuestionResult | None) -> Iterator[str]:
    if old is None or new is None:
        yield "the key has this question only now" if old is None else "the key has no such question any more"
        return
    if old.max_score != new.max_score:
        yield f"it was worth {points(old.max_score)}, now {points(new.max_score)}"
    if new.automatic is not None and old.automatic is None:
        yield f"a person marked it as a whole{f': {new.comment}' if new.comment else ''}"
    if old.automatic is not None and new.automatic is None:
        yield "a person's mark of the whole does not count any more"
    if old.method != new.method:
        yield f"it was read as {_or_none(old.method)}, now as {_or_none(new.method)}"
    before = {**old.choices, **{name: exact(value) for name, value in old.given.items()}}
    after = {**new.choices, **{name: exact(value) for name, value in new.given.items()}}
    for name in dict.fromkeys(chain(before, after)):
        if before.get(name) != after.get(name):
            yield f"{name} was read as {_or_none(before.get(name))}, now as {_or_none(after.get(name))}"
    for note in new.notes:
        if note not in old.notes:
            yield f"new note: {note}"


def _or_none(text: str | None) -> str:
    return text or "nothing"


def _reasons(old: SubmissionResult | None, new: SubmissionResult | None) -> Iterator[str]:
    """Yield the reasons that concern a hand-in as a whole."""
    if old is None or new is None:
        yield "it was not there before" if old is None else "it is not there any more"
        if new is not None and new.score is None:
            yield from new.problems
        return
    if old.file != new.file:
        yield f"another file: {old.file}, now {new.file}"
    for problem in new.problems:
        if problem not in old.problems:
            yield f"new problem: {problem}"
    for problem in old.problems:
        if problem not in new.problems:
            yield f"no longer: {problem}"
