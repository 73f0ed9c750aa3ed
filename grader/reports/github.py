"""Results for GitHub Actions: annotations on hand-ins, and a table for the summary of the step.

See "Workflow commands for GitHub Actions". GitHub shows ten errors and ten warnings of a step and silently
drops the rest, so the tenth says how many more there are. It drops a summary of more than 1 MiB as a whole.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from grader.reports.escape import markdown, visible
from grader.reports.grades import GradeRow, questions_of
from grader.reports.wording import DASH, count, decimals, number

MOST_ANNOTATIONS = 10  # of a kind and step
MOST_BYTES = 4000  # of an annotation
SUMMARY_BYTES = 1024 * 1024

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = _DATA | {":": "%3A", ",": "%2C"}
_ROOM_FOR_REST = 200  # bytes, for the line that says how much is not there
_LINE = re.compile(r"(.*\.jsonl):(\d+)", re.DOTALL)  # a hand-in among others in a file
_CUT = "\N{HORIZONTAL ELLIPSIS}"


class Annotation(NamedTuple):
    """What is said about a file."""

    file: str
    title: str
    message: str


def annotations(errors: Sequence[Annotation], warnings: Sequence[Annotation]) -> str:
    """Return workflow commands, at most ten of each kind."""
    return "".join([*_commands("error", errors), *_commands("warning", warnings)])


def _commands(kind: str, all_: Sequence[Annotation]) -> Iterator[str]:
    shown = all_ if len(all_) <= MOST_ANNOTATIONS else all_[: MOST_ANNOTATIONS - 1]
    for each in shown:
        found = _LINE.fullmatch(each.file)
        file = _escaped(visible(found[1] if found else each.file), _PROPERTY, MOST_BYTES // 4)
        line = f",line={found[2]}" if found else ""
        title = _escaped(visible(each.title), _PROPERTY, MOST_BYTES // 8)
        message = "\n".join(map(visible, each.message.split("\n")))
        yield f"::{kind} file={file}{line},title={title}::{_escaped(message, _DATA, MOST_BYTES // 2)}\n"
    if rest := len(all_) - len(shown):
        yield f"::{kind} title={count(rest, 'more file')}::GitHub shows ten {kind}s of a step; see its log.\n"


def _escaped(text: str, special: dict[str, str], most: int) -> str:
    """Return `text` with characters that are special in a command as %XX, in at most so many bytes."""
    pieces: list[str] = []
    used = 0
    for char in text:
        piece = special.get(char, char)
        used += len(piece.encode("utf-8", "backslashreplace"))
        if used > most:
            return "".join(pieces) + _CUT
        pieces.append(piece)
    return "".join(pieces)


def summary(rows: Sequence[GradeRow], unreadable: Sequence[Annotation], room: int = SUMMARY_BYTES) -> str:
    """Return the marks as Markdown tables, one for each assignment, in at most `room` bytes of UTF-8."""
    pieces: list[str] = []
    room -= _ROOM_FOR_REST
    lines = [*_lines(rows, unreadable)]
    for shown, line in enumerate(lines):
        room -= len(line.encode("utf-8", "backslashreplace"))
        if room < 0:
            pieces.append(f"\n{count(len(lines) - shown, 'more line')}: too much for a summary.\n")
            break
        pieces.append(line)
    return "".join(pieces)


def _lines(rows: Sequence[GradeRow], unreadable: Sequence[Annotation]) -> Iterator[str]:
    marked = [row for row in rows if row.total is not None]
    for assignment in sorted({row.assignment or "" for row in marked}):
        yield from _table(assignment, [row for row in marked if (row.assignment or "") == assignment])
    if unreadable:
        yield "\n### Not marked\n\n"
    for each in unreadable:
        yield f"- {markdown(each.file)}: {markdown(each.message)}\n"


def _table(assignment: str, rows: Sequence[GradeRow]) -> Iterator[str]:
    questions = questions_of(rows)
    yield f"\n### {markdown(assignment)}\n\n" if assignment else "\n"
    yield _row(["student", *questions, "total", "of", "to mark"])
    yield f"|---|{'---:|' * (len(questions) + 3)}\n"
    for row in rows:
        grades = [row.grades.get(question) for question in questions]
        yield _row(
            [
                row.student or row.file,
                *[decimals(grade.score) if grade else DASH for grade in grades],
                decimals(row.total or 0.0),
                number(row.max_score or 0.0),
                number(row.pending) if row.pending else DASH,
            ]
        )


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join([markdown(cell) for cell in cells])} |\n"
