"""A student's feedback as a Markdown page, and as plain text for a terminal (`grader check`)."""

from collections.abc import Iterable

from grader.reports.escape import markdown
from grader.reports.feedback import Feedback, Section, feedback_on
from grader.reports.lines import bullet, wrapped
from grader.schemas.remembered import Memory
from grader.schemas.results import SubmissionResult


class MarkdownPages:
    """Makes the pages of a class, and remembers the sections that students share (see `Feedbacks`)."""

    _MOST_SECTIONS = 1_000

    def __init__(self) -> None:
        self._known: Memory[str] = Memory(self._MOST_SECTIONS)

    def page(self, said: Feedback) -> str:
        """Return the page of one hand-in; whatever others wrote is inert in it."""
        blocks = [f"# Feedback for {markdown(said.student)}", *head_blocks(said)]
        blocks += [self._known.of(section) or self._section(section) for section in said.sections]
        if said.closing:
            blocks.append(markdown(said.closing))
        return "\n\n".join(blocks) + "\n"

    def _section(self, section: Section) -> str:
        text = "\n\n".join([f"## {markdown(section.heading)}", *section_blocks(section)])
        return text if section.question.has_steps else self._known.keep(section, text)


def head_blocks(said: Feedback) -> list[str]:
    """Return what is said about a hand-in above its questions, as blocks of Markdown."""
    waiting = f", {markdown(said.waiting)}" if said.waiting else ""
    blocks = [f"**{markdown(said.score)}**{waiting}."]
    if said.gains:
        blocks += ["What would gain you most:", bullets(map(markdown, said.gains))]
    if said.problems:
        blocks += ["Problems in the file:", bullets(map(markdown, said.problems))]
    return blocks


def section_blocks(section: Section) -> list[str]:
    """Return what is said about a question below its heading, as blocks of Markdown."""
    blocks = [*map(markdown, section.summary)]
    items = [f"**{markdown(item.subject)}** {markdown(item.text)}" for item in section.items]
    return [*blocks, bullets(items)] if items else blocks


def bullets(texts: Iterable[str]) -> str:
    """Return a list in Markdown of texts that are Markdown."""
    return "\n".join([f"- {text}" for text in texts])


def check_report(result: SubmissionResult) -> str:
    """Return what is missing, unreadable, right or wrong, and why, in lines of at most 80 characters."""
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
