"""Pages of feedback: one for each student as soon as there is a result, one of the class at the end."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.score import Pages
from grader.exchange.write import Spool, write_text
from grader.reports import PageNames, feedback_on, student_page
from grader.reports.tally import from_json, tally_of, to_json
from grader.schemas.results import SubmissionResult

if TYPE_CHECKING:
    from grader.reports.html import StudentPages

INDEX = "index.html"


def where_to_begin(pages: Pages) -> str:
    """Return what to add about the page to open first, if there is one."""
    return "" if pages is Pages.MD else f"; begin with {INDEX}"


@dataclass(slots=True)
class PageWriter:
    """Writes pages into a folder. `tallies` gets what the page of the class needs of each hand-in."""

    folder: Path
    pages: Pages
    tallies: Spool
    _names: PageNames = field(default_factory=PageNames)
    _html: "StudentPages | None" = None

    def __post_init__(self) -> None:
        if self.pages is not Pages.MD:
            # Imported here: templates are of no use to whoever wants none.
            from grader.reports.html import StudentPages

            self._html = StudentPages()

    def write(self, result: SubmissionResult) -> SubmissionResult:
        """Write the pages of a hand-in, and return its result with their name where that is not the id."""
        name = self._names.name(result)
        if name is not None:
            said = feedback_on(result)
            if self.pages is not Pages.HTML:
                write_text(self.folder / f"{name}.md", [student_page(result, said)])
            if self._html is not None:
                write_text(self.folder / f"{name}.html", [self._html.page(result, said)])
        if self._html is not None:
            self.tallies.append(to_json(tally_of(result, name)))
        page = None if name == result.student else name
        return result if page == result.page else result.model_copy(update={"page": page})

    def write_class(self, order: Iterable[int]) -> None:
        """Write the page of the class: of these hand-ins, by the number in which they were written."""
        if self._html is None:
            return
        from grader.reports.html import class_page
        from grader.reports.statistics import statistics_of

        found = statistics_of(from_json(self.tallies[i]) for i in order)
        write_text(self.folder / INDEX, class_page(found))
