"""The results of one hand-in as Gradescope wants them from an autograder: its `results.json`.

See https://gradescope-autograders.readthedocs.io/en/latest/specs/. Each question is a test. Points that wait
for a person are a test of their own without a score, so that nobody takes them for lost.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from grader.reports.escape import markdown, visible
from grader.reports.feedback import Feedback, Section, feedback_on
from grader.reports.page import bullets, head_blocks, section_blocks
from grader.reports.wording import number, points
from grader.schemas.gradescope import Visibility
from grader.schemas.results import ROUNDING, QuestionResult, Status, SubmissionResult
from grader.schemas.wording import listed

_MARKDOWN = "md"


def gradescope(
    result: SubmissionResult, others: Sequence[str] = (), visibility: Visibility = Visibility.VISIBLE
) -> str:
    """Return the `results.json` of one hand-in; `others` says what else was handed in with it.

    `visibility` is that of the questions; what cannot be read is always visible, as the student can mend it.
    """
    said = feedback_on(result)
    pairs = zip(result.questions, said.sections, strict=True)
    tests = [test for question, section in pairs for test in _tests(question, section)]
    for place, test in enumerate(tests, 1):
        test |= {"number": str(place), "visibility": visibility}
    extra = {
        "student": visible(result.student or ""),
        "assignment": visible(result.assignment or ""),
        "max_score": result.max_score,
        "pending": result.pending,
    }
    return _document(result.score or 0.0, _output(said, others), tests, extra)


def gradescope_failure(reasons: Iterable[str]) -> str:
    """Return the `results.json` where nothing could be marked, with the reasons for the student."""
    said = ["**Nothing could be marked.**", bullets(map(markdown, reasons))]
    return _document(0.0, "\n\n".join(said), [], {})


def _document(score: float, output: str, tests: Sequence[dict[str, Any]], extra: dict[str, Any]) -> str:
    document = {
        "score": score,
        "output": output,
        "output_format": _MARKDOWN,
        "test_output_format": _MARKDOWN,
        "visibility": Visibility.VISIBLE,
        "stdout_visibility": Visibility.HIDDEN,
        "tests": tests,
        "extra_data": extra,
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def _output(said: Feedback, others: Sequence[str]) -> str:
    blocks = head_blocks(said)
    if others:
        blocks += ["Also handed in:", bullets(map(markdown, others))]
    if said.closing:
        blocks.append(markdown(said.closing))
    return "\n\n".join(blocks)


def _tests(question: QuestionResult, section: Section) -> Iterator[dict[str, Any]]:
    """Yield the test for what is marked of a question, and the one for what waits."""
    marked = question.max_score - question.pending
    name = visible(question.question)
    blocks = section_blocks(section) or [markdown(section.heading)]
    if marked > ROUNDING or not question.pending:
        lost = marked - question.score > ROUNDING
        yield {
            "name": name,
            "score": question.score,
            "max_score": marked,
            "status": "failed" if lost else "passed",
            "output": "\n\n".join(blocks),
            "output_format": _MARKDOWN,
        }
    if question.pending:
        yield {
            "name": f"{name}: waits for a person's mark ({points(question.pending)})",
            "output": _waits(question),
            "output_format": _MARKDOWN,
            "extra_data": {"pending": question.pending},
        }


def _waits(question: QuestionResult) -> str:
    parts = [line.field for line in question.fields if line.status is Status.PENDING]
    what = markdown(listed(parts)) if parts else "This question"
    verb = "is" if len(parts) < 2 else "are"
    one = question.pending == 1
    those, they = (
        ("This point is", "it is") if one else (f"These {number(question.pending)} points are", "they are")
    )
    return f"{what} {verb} marked by a person. {those} not lost: {they} not in the score yet."
