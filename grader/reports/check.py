"""A student's feedback as plain text for a terminal, to be read before handing in."""

from grader.reports.feedback import Section, feedback_on
from grader.reports.lines import bullet, wrapped
from grader.schemas.results import SubmissionResult


def check_report(result: SubmissionResult) -> str:
    """Return what is missing, unreadable, right or wrong, and why; lines of at most 80 characters."""
    said = feedback_on(result)
    student = f", student {said.student}" if said.student != said.file else ""
    score = f"{said.score}, {said.waiting}" if said.waiting else said.score
    blocks = [[wrapped(f"Check of {said.file}{student}"), wrapped(f"{score}.")]]
    if said.gains:
        blocks.append(["What would gain you most:", *map(bullet, said.gains)])
    if said.problems:
        blocks.append(["Problems in the file:", *map(bullet, said.problems)])
    blocks += map(_section, said.sections)
    if said.closing:
        blocks.append([wrapped(said.closing)])
    return "\n\n".join(["\n".join(lines) for lines in blocks]) + "\n"


def _section(section: Section) -> list[str]:
    summary = [wrapped(text, first="  ", later="  ") for text in section.summary]
    return [wrapped(section.heading), *summary, *[bullet(f"{i.subject} {i.text}") for i in section.items]]
