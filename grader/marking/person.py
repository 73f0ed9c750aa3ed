"""Texts that wait for a person, as no program marks them; and a person's marks.

These take the place of the automatic ones, which stay beside them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from math import fsum

from grader.marking.mark import Marked, Prepared, QuestionMark
from grader.schemas.key import Key
from grader.schemas.marks import PersonMark
from grader.schemas.parts import Part, PartsQuestion
from grader.schemas.results import ROUNDING, Automatic, FieldResult, QuestionResult, Status
from grader.schemas.submission import Submission


@dataclass(frozen=True, slots=True)
class Text:
    """What one student wrote for one part that waits; `said` is why marking left a formula to a person.

    Texts with the same number in `alike` are (nearly) the same.
    """

    assignment: str
    student: str
    question: str
    part: Part
    answer: str
    said: str = ""
    alike: int = 0


def waiting(prepared: Prepared, submission: Submission) -> Iterator[Text]:
    """Yield the texts of a hand-in that wait for a person, in the key's order."""
    key, paper = prepared.key, prepared.read(submission)
    for question in key.question:
        if not isinstance(question, PartsQuestion):
            continue
        for part, mark in zip(question.part, paper.parts[question.id], strict=True):
            text = text_of(key, submission, question.id, part.id)
            if mark.status is Status.PENDING and text is not None:
                yield Text(key.id, submission.student, question.id, part, text, mark.message)


def text_of(key: Key, submission: Submission, question: str, part: str | None) -> str | None:
    """Return the text that a student wrote for a part: "" for nothing, None for something that is no text.

    `part` may be None where the question has only one.
    """
    asked = next((each for each in key.question if each.id == question), None)
    if not isinstance(asked, PartsQuestion) or (part is None and len(asked.part) > 1):
        return None
    name = asked.part[0].id if part is None else part
    answer = submission.answers.get(question)
    if isinstance(answer, str) and len(asked.part) == 1:
        answer = {asked.part[0].id: answer}
    text = answer.get(name) if isinstance(answer, dict) else None
    return text if isinstance(text, str) else "" if text is None else None


@dataclass(frozen=True, slots=True)
class PersonMarked:
    """A marked question of which a person has marked some `fields`, by number, or the `whole`.

    `change` is what the marks of fields add to the automatic score, `waited` the points that no longer wait.
    """

    asked: QuestionMark
    fields: Mapping[int, PersonMark]
    whole: PersonMark | None
    change: float
    waited: float

    @property
    def question(self) -> str:
        return self.asked.question

    @property
    def score(self) -> float:
        if self.whole is not None:
            return self.whole.points
        return min(self.max_score, max(0.0, self.asked.score + self.change))

    @property
    def max_score(self) -> float:
        return self.asked.max_score

    @property
    def pending(self) -> float:
        left = self.asked.pending - self.waited
        return left if self.whole is None and left > ROUNDING else 0.0

    @property
    def for_markers(self) -> tuple[str, ...]:
        return self.asked.for_markers

    def result(self, *, reveal: bool) -> QuestionResult:
        automatic = self.asked.result(reveal=reveal)
        fields = [
            _marked(field, self.fields[i].points, self.fields[i].comment) if i in self.fields else field
            for i, field in enumerate(automatic.fields)
        ]
        whole = {}
        if self.whole is not None:
            share = self.whole.points / self.max_score if self.max_score else 0.0
            fields = [
                _marked(field, field.max_score * share, "") if field.status is Status.PENDING else field
                for field in fields
            ]
            whole = {"automatic": automatic.score, "comment": self.whole.comment or None}
        changes = {"score": self.score, "pending": self.pending, "fields": tuple(fields), **whole}
        return automatic.model_copy(update=changes)


def _marked(field: FieldResult, points: float, comment: str) -> FieldResult:
    automatic = Automatic(status=field.status, cause=field.cause, score=field.score, message=field.message)
    return FieldResult(
        field=field.field,
        step=field.step,
        status=Status.MARKED,
        score=points,
        max_score=field.max_score,
        read=field.read,
        comment=comment or None,
        automatic=automatic,
    )


def with_marks(marked: Marked, marks: Sequence[PersonMark]) -> tuple[Marked, dict[PersonMark, str]]:
    """Return a marked submission with a person's marks in it, and what is wrong with misfits."""
    faults: dict[PersonMark, str] = {}
    by_question: dict[str, list[PersonMark]] = defaultdict(list)
    for mark in marks:
        by_question[mark.question].append(mark)
    questions = tuple(
        _with_marks(each, by_question.pop(each.question, []), faults) for each in marked.questions
    )
    known = [each.question for each in questions]
    for name, unknown in by_question.items():
        faults |= dict.fromkeys(unknown, f"{marked.assignment} has no question {_unknown(name, known)}")
    return marked._replace(questions=questions), faults


def _with_marks(
    asked: QuestionMark, marks: Sequence[PersonMark], faults: dict[PersonMark, str]
) -> QuestionMark:
    """Return a question with the marks that fit; what is wrong with the others is put into `faults`."""
    if not marks:
        return asked
    result = asked.result(reveal=True)
    fields: dict[int, PersonMark] = {}
    whole = None
    for mark in marks:
        place = _place(result, mark)
        if isinstance(place, str):
            faults[mark] = place
            continue
        most = result.max_score if place is None else result.fields[place].max_score
        if not -ROUNDING <= mark.points <= most * (1 + ROUNDING) + ROUNDING:
            faults[mark] = f"points: expected 0 to {most:.6g} for {mark.what}, found {mark.points:g}"
            continue
        mark_in_range = replace(mark, points=min(most, max(0.0, mark.points)))
        if place is None:
            whole = mark_in_range
        else:
            fields[place] = mark_in_range
    if not fields and whole is None:
        return asked
    change = fsum([mark.points - result.fields[i].score for i, mark in fields.items()])
    waiting = [result.fields[i].max_score for i in fields if result.fields[i].status is Status.PENDING]
    return PersonMarked(asked, fields, whole, change, fsum(waiting))


def _place(result: QuestionResult, mark: PersonMark) -> int | str | None:
    """Return the number of the field that a mark is for, None for the whole question, or what is wrong."""
    names = list(dict.fromkeys([field.field for field in result.fields]))
    if mark.part is None:
        return 0 if len(result.fields) == 1 else None
    own = [i for i, field in enumerate(result.fields) if field.field == mark.part]
    if not own:
        return f"{mark.question} has no part or field {_unknown(mark.part, names)}"
    here = [i for i in own if (result.fields[i].step or {}) == dict(mark.step)]
    if here:
        return here[0]
    step = result.fields[own[-1]].step or {}
    if not step:
        return f"{mark.part} of {mark.question} has no steps, found {mark.what}"
    last = " ".join(f"{name}={number}" for name, number in step.items())
    found = " ".join(f"{name}={number}" for name, number in mark.step) or "none"
    return f"{mark.part} of {mark.question}: expected a step, at most {last}, found {found}"


def _unknown(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"
    return f"{name[:60]!r}; {hint}"
