"""One hand-in as it is read by a key: rows of numbers, and the marks of its parts.

A paper is a small fraction of the submission that it was read from. So submissions can be let go one by one,
and a class can be marked at once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.expressions import Shape
from grader.marking.formulas.part_marks import PartMark
from grader.marking.sheets.layout import Layout
from grader.marking.sheets.read_sheet import read_sheet
from grader.marking.sheets.sheet import Sheet
from grader.marking.sheets.unknown import unknown_keys
from grader.marking.sheets.values import is_absent, kind_of
from grader.schemas.faults import Problem
from grader.schemas.key import Key, TraceQuestion
from grader.schemas.parts import PartsQuestion
from grader.schemas.results import Status
from grader.schemas.submission import Submission

if TYPE_CHECKING:
    from grader.marking.formulas.formula import FormulaMarker

NOT_THERE = PartMark(Status.MISSING, message="not handed in", plain="not handed in")
NO_TEXT = PartMark(Status.INVALID, message="cannot be read", plain="cannot be read")
_SHOWN = 3  # parts of a question that are named
WAITS = PartMark(Status.PENDING)


@dataclass(slots=True, eq=False)
class Paper:
    """A hand-in: a sheet for each trace question, the marks of each part of the others, all problems."""

    student: str
    sheets: dict[str, Sheet] = field(default_factory=dict)
    parts: dict[str, tuple[PartMark, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_paper(
    key: Key,
    layouts: Mapping[str, Mapping[str, Layout]],
    varies: Mapping[str, Mapping[str, Shape]],
    marker_of: Callable[[PartsQuestion], "FormulaMarker | None"],
    submission: Submission,
) -> Paper:
    """Read a submission by a key.

    `layouts` are those of each trace question's methods; `varies` has, by question, the shapes of the
    quantities of which each student has an own value. Formulas are already marked here, each by itself, by
    what `marker_of` their question returns, so that no text need be kept.
    """
    paper = Paper(submission.student)
    answers = _by_question(key, submission, paper.problems)
    for question in key.question:
        answer = answers.get(question.id, {})
        if isinstance(question, TraceQuestion):
            sheet = read_sheet(
                answer, layouts[question.id], f"answers.{question.id}", varies.get(question.id)
            )
            paper.problems += sheet.problems
            paper.sheets[question.id] = sheet
        else:
            marker = marker_of(question) if answer else None
            paper.parts[question.id] = _read_parts(question, marker, answer, paper.problems)
    for name, sheet in paper.sheets.items():
        about = (f"answers.{name}.steps", f"answers.{name}:")
        at_fault = any(problem.text.startswith(about) for problem in paper.problems)
        sheet.unread = at_fault and not sheet.invalid and bool(np.isnan(sheet.row).all())
    return paper


def _by_question(key: Key, submission: Submission, problems: list[Problem]) -> dict[str, Mapping[str, Any]]:
    """Return the answers by question; one that is no object is a problem."""
    answers: dict[str, Mapping[str, Any]] = {}
    questions = {question.id: question for question in key.question}
    for name, answer in submission.answers.items():
        question = questions.get(name)
        if question is None or is_absent(answer):
            continue
        if isinstance(answer, dict):
            answers[name] = answer
        elif isinstance(answer, str) and isinstance(question, PartsQuestion) and len(question.part) == 1:
            answers[name] = {question.part[0].id: answer}
        elif (
            isinstance(question, TraceQuestion)
            and isinstance(answer, list)
            and answer
            and all(isinstance(step, dict | list) for step in answer)
        ):
            answers[name] = {"steps": answer}
            problems.append(Problem(f"{_no_object(question, answer)}; read as these steps"))
        else:
            problems.append(Problem(_no_object(question, answer)))
    strange = [name for name in submission.answers if name not in questions]
    problems += unknown_keys("answers", strange, tuple(questions))
    problems += _in_other_places(key, answers)
    return answers


def _in_other_places(key: Key, answers: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """Yield the problems of answers that have nothing but what another question asks for."""
    asked = {
        question.id: {part.id for part in question.part} if isinstance(question, PartsQuestion) else {"steps"}
        for question in key.question
    }
    for name, answer in answers.items():
        there = {own for own, value in answer.items() if not is_absent(value)}
        others = [other for other, names in asked.items() if other != name and names & there]
        if len(others) == 1 and not asked[name] & there:
            text = f"answers.{name}: {others[0]} asks for what stands here; write it there"
            yield Problem(text, grave=False)


def _no_object(question: TraceQuestion | PartsQuestion, answer: Any) -> str:
    """Return the problem of an answer that is no object, with how to write one."""
    parts = [part.id for part in question.part] if isinstance(question, PartsQuestion) else ["steps"]
    shown = ", ".join(f'"{name}": …' for name in parts[:_SHOWN]) + ", …" * (len(parts) > _SHOWN)
    said = f"expected an object, found {kind_of(answer)}; write {{{shown}}}"
    return f"answers.{question.id}: {said}"


def _read_parts(
    question: PartsQuestion,
    marker: "FormulaMarker | None",
    answer: Mapping[str, Any],
    problems: list[Problem],
) -> tuple[PartMark, ...]:
    """Return the marks of each part: formulas are marked by value, anything else waits for a person."""
    if not answer:
        return (NOT_THERE,) * len(question.part)
    place = f"answers.{question.id}"
    known = tuple(part.id for part in question.part)
    marks = []
    for name in known:
        value = answer.get(name)
        if is_absent(value):
            marks.append(NOT_THERE)
        elif not isinstance(value, str):
            marks.append(NO_TEXT)
            problems.append(Problem(f"{place}.{name}: expected text, found {kind_of(value)}"))
        elif marker is not None and name in marker.parts:
            mark = marker.mark(name, value)
            marks.append(mark)
            if mark.status == Status.INVALID:
                problems.append(Problem(f"{place}.{name}: {mark.plain}"))
        else:
            marks.append(WAITS)
    problems += unknown_keys(place, [name for name in answer if name not in known], known)
    return tuple(marks)
