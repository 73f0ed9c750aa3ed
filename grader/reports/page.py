"""A student's feedback as a Markdown page."""

from collections.abc import Iterable

from grader.reports.escape import markdown
from grader.reports.feedback import Feedback, Section, feedback_on
from grader.reports.items import Item
from grader.schemas.results import SubmissionResult


def student_page(result: SubmissionResult, said: Feedback | None = None) -> str:
    """Return the page of one hand-in; whatever others wrote is inert in it.

    `said` is the feedback on it, where that has been put into words already.
    """
    said = said or feedback_on(result)
    blocks = [f"# Feedback for {markdown(said.student)}", _score(said)]
    if said.gains:
        blocks += ["What would gain you most:", _bullets(map(markdown, said.gains))]
    if said.problems:
        blocks += ["Problems in the file:", _bullets(map(markdown, said.problems))]
    for section in said.sections:
        blocks += _section(section)
    if said.closing:
        blocks.append(markdown(said.closing))
    return "\n\n".join(blocks) + "\n"


def _score(said: Feedback) -> str:
    waiting = f", {markdown(said.waiting)}" if said.waiting else ""
    return f"**{markdown(said.score)}**{waiting}."


def _section(section: Section) -> list[str]:
    blocks = [f"## {markdown(section.heading)}", *map(markdown, section.summary)]
    return [*blocks, _bullets(map(_item, section.items))] if section.items else blocks


def _item(item: Item) -> str:
    return f"**{markdown(item.subject)}** {markdown(item.text)}"


def _bullets(texts: Iterable[str]) -> str:
    return "\n".join([f"- {text}" for text in texts])
