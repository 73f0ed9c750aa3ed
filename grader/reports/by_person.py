"""A person's mark in words, with the automatic one that it took the place of."""

from grader.reports.wording import FAULT_WORDS, number, points
from grader.schemas.results import FieldResult, QuestionResult, Status

_VERDICTS = {
    **FAULT_WORDS,
    Status.CORRECT: "right",
    Status.FOLLOWS: "right, as it follows from earlier lines",
    Status.MISSING: "not handed in",
}


def said_of_mark(line: FieldResult) -> str:
    """Return a person's comment, and in brackets what the automatic mark was and why."""
    return _joined(line.comment or line.message, _automatically(line))


def said_of_whole(question: QuestionResult) -> str:
    """Return that a person marked a question as a whole, what it had automatically, and the comment."""
    automatic = f"automatically {number(question.automatic or 0.0)} of {points(question.max_score)}"
    head = f"Marked as a whole by a person: {number(question.score)} of {points(question.max_score)}"
    return _joined(f"{head}: {question.comment}" if question.comment else head, automatic)


def _automatically(line: FieldResult) -> str:
    found = line.automatic
    if found is None or (found.status is Status.PENDING and not found.message):
        return ""
    verdict = _VERDICTS.get(found.status, "left to a person")
    why = found.message.split("\n")[0].removeprefix(verdict).removeprefix(": ")
    why = why or (found.cause or "").replace("_", " ")
    if found.status is not Status.PENDING:
        verdict += f", {number(found.score)} of {points(line.max_score)}"
    return f"automatically {verdict}: {why}" if why else f"automatically {verdict}"


def _joined(said: str, automatic: str) -> str:
    if not automatic:
        return said
    return f"{said.rstrip('.')} ({automatic})" if said else automatic
