"""A student's feedback as plain text for a terminal, to be read before handing in."""

import textwrap

from grader.reports.escape import visible
from grader.reports.feedback import Section, feedback_on
from grader.schemas.results import SubmissionResult

_WIDTH = 80


def check_report(result: SubmissionResult) -> str:
    """Return what is missing, unreadable, right or wrong, and why; lines of at most 80 characters."""
    said = feedback_on(result)
    student = f", student {said.student}" if said.student != said.file else ""
    score = f"{said.score}, {said.waiting}" if said.waiting else said.score
    blocks = [[_wrapped(f"Check of {said.file}{student}"), _wrapped(f"{score}.")]]
    if said.gains:
        blocks.append(["What would gain you most:", *map(_bullet, said.gains)])
    if said.problems:
        blocks.append(["Problems in the file:", *map(_bullet, said.problems)])
    blocks += map(_section, said.sections)
    if said.closing:
        blocks.append([_wrapped(said.closing)])
    return "\n\n".join(["\n".join(lines) for lines in blocks]) + "\n"


def _section(section: Section) -> list[str]:
    summary = [_wrapped(text, first="  ", later="  ") for text in section.summary]
    return [_wrapped(section.heading), *summary, *[_bullet(f"{i.subject} {i.text}") for i in section.items]]


def _bullet(text: str) -> str:
    return _wrapped(text, first="  - ", later="    ")


def _wrapped(text: str, first: str = "", later: str = "") -> str:
    return textwrap.fill(
        visible(text), _WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False
    )
