"""From the tables of one file to its submission, or to what is wrong with it."""

from collections.abc import Iterable

from pydantic import ValidationError

from grader.exchange.findings.handin import Finding, HandIn, Otherwise, Skipped, Unreadable
from grader.exchange.findings.wording import group_of, listed, wrong_fields
from grader.exchange.tables.grid import Grid
from grader.exchange.tables.rows import read_rows
from grader.exchange.tables.written import Places, Written
from grader.schemas.faults import Problem
from grader.schemas.submission import Submission

NO_TABLE = 'no table of answers: a row with the headings "question", "field" and "value" was expected'


def read_tables(
    file: str,
    grids: Iterable[Grid],
    notes: Iterable[Problem] = (),
    otherwise: Otherwise | None = None,
) -> Finding:
    """Return the submission that the tables of a file make; `notes` are what was noticed before.

    `otherwise` tells whose it is where the file does not say so itself. Raises SubmissionFault for a file
    that is too large.
    """
    written = Written(problems=[*notes])
    found = [read_rows(grid, written) for grid in grids]
    if not any(found):
        return Skipped(file, NO_TABLE)
    value = written.submission()
    if isinstance(value.get("group"), str):
        value["group"] = listed(value["group"])
    student = written.about.get("student")
    if student is not None and isinstance(student.value, float):
        written.fault(student.place, "student: a number, which has no zeros in front", grave=False)
    several = [(name, entry) for name, entry in written.about.items() if isinstance(entry.value, list)]
    if several:
        words = [
            f"{entry.place}: one {name} was expected, found {entry.value[0]}." for name, entry in several
        ]
        return Unreadable(file, tuple(map(Problem, words)))
    if otherwise is not None and value.get("student") in (None, ""):
        value["student"] = otherwise.student
        written.problems.append(Problem(otherwise.note, grave=False))
    try:
        submission = Submission.model_validate(value)
    except ValidationError as error:
        wrong = [Problem(_with_place(text, written)) for text in wrong_fields(error, value)]
        return Unreadable(file, (*wrong, *written.problems))
    group, faults = group_of(submission)
    return HandIn(file, submission, (*written.problems, *faults), Places(written), group=group)


def _with_place(text: str, written: Written) -> str:
    """Return a fault of the student or the assignment with its place, or with how to write it."""
    name = text.split('"')[1]
    if name in written.about:
        return f"{written.about[name].place}: {text}"
    return f"{text.removesuffix('.')}; write it beside the word {name}."
