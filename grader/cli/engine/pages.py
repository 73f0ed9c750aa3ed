"""Pages of feedback: one for each student as soon as there is a result, one of the class at the end."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from grader.cli.option_values import Pages
from grader.exchange.write import write_text
from grader.reports import Feedbacks, MarkdownPages, PageNames
from grader.reports.tally import Tally, tally_of, to_json
from grader.schemas.results import SubmissionResult

if TYPE_CHECKING:
    from grader.reports.html import StudentPages

INDEX = "index.html"


def where_to_begin(pages: Pages) -> str:
    """Return what to add about the page to open first, if there is one."""
    return "" if pages is Pages.MD else f"; begin with {INDEX}"


class Made(NamedTuple):
    """The pages of one hand-in, and what the page of the class needs of it; empty where not wanted."""

    markdown: str = ""
    html: str = ""
    tally: str = ""


@dataclass(slots=True)
class PageMaker:
    """Makes pages. They do not say what they are called, so that they can be made before it is known."""

    pages: Pages
    _html: "StudentPages | None" = None
    _feedbacks: Feedbacks = field(default_factory=Feedbacks)
    _markdown: MarkdownPages = field(default_factory=MarkdownPages)

    def make(self, result: SubmissionResult, name: str | None = None) -> Made:
        """Return the pages of a hand-in, none where it is not known whose it is."""
        tally = "" if self.pages is Pages.MD else to_json(tally_of(result, name))
        if result.student is None:
            return Made(tally=tally)
        said = self._feedbacks.on(result)
        markdown = "" if self.pages is Pages.HTML else self._markdown.page(said)
        html = "" if self.pages is Pages.MD else self._student_pages().page(result, said)
        return Made(markdown, html, tally)

    def _student_pages(self) -> "StudentPages":
        if self._html is None:
            # Imported here: templates are of no use to whoever wants none.
            from grader.reports.html import StudentPages

            self._html = StudentPages()
        return self._html


@dataclass(slots=True)
class PageWriter:
    """Writes pages into a folder, each under a name of its own: `written` has them, without their endings."""

    folder: Path
    pages: Pages
    names: PageNames = field(default_factory=PageNames)
    written: set[str] = field(default_factory=set)

    def write(self, name: str, made: Made) -> None:
        """Write the pages of a hand-in."""
        if self.pages is not Pages.HTML:
            write_text(self.folder / f"{name}.md", [made.markdown])
        if self.pages is not Pages.MD:
            write_text(self.folder / f"{name}.html", [made.html])

    def write_class(self, tallies: Iterable[Tally]) -> None:
        """Write the page of the class."""
        if self.pages is Pages.MD:
            return
        from grader.reports.html import class_page
        from grader.reports.statistics import statistics_of

        write_text(self.folder / INDEX, class_page(statistics_of(tallies)))
