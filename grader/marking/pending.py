"""Parts of a hand-in that wait for a person, as no program marks them, with what the student wrote."""

from collections.abc import Iterator
from dataclasses import dataclass

from grader.marking.mark import Prepared
from grader.schemas.key import Key
from grader.schemas.parts import Part, PartsQuestion
from grader.schemas.results import Status
from grader.schemas.submission import Submission


@dataclass(frozen=True, slots=True)
class Waiting:
    """A part that waits, and the student's text; `said` is why marking left a formula to a person."""

    question: str
    part: Part
    text: str
    said: str = ""


def waiting(prepared: Prepared, submission: Submission) -> Iterator[Waiting]:
    """Yield the parts of a hand-in that wait for a person, in the key's order."""
    paper = prepared.read(submission)
    for question in prepared.key.question:
        if not isinstance(question, PartsQuestion):
            continue
        for part, mark in zip(question.part, paper.parts[question.id], strict=True):
            text = text_of(prepared.key, submission, question.id, part.id)
            if mark.status is Status.PENDING and text is not None:
                yield Waiting(question.id, part, text, mark.message)


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
