"""Names of students' pages: safe as files' names, each student's own, the same in every run."""

from dataclasses import dataclass, field

from grader.reports.escape import file_stem, is_reserved
from grader.schemas.results import SubmissionResult

_Work = tuple[str, str | None]  # a student and an assignment


@dataclass(slots=True)
class PageNames:
    """Gives names to pages in the order in which the results come."""

    _taken: dict[str, str] = field(default_factory=dict)
    _first: dict[str, str] = field(default_factory=dict)  # each student's first assignment
    _assigned: set[str] = field(default_factory=set)  # students with a page for any assignment
    _marked: set[_Work] = field(default_factory=set)

    def name(self, result: SubmissionResult) -> str | None:
        """Return the name of a result's page; the result may bring a name with it."""
        is_marked = result.score is not None
        return self.name_of(result.student, result.assignment, is_marked=is_marked, brought=result.page)

    def name_of(
        self, student: str | None, assignment: str | None, *, is_marked: bool, brought: str | None = None
    ) -> str | None:
        """Return the name of a page without its ending, None where no page is to be written.

        That is so without a student, and where the student already has a page that says more than "not
        marked". A name that the result has `brought` with it is kept if it is nobody else's.
        """
        if student is None:
            return None
        better = student in self._assigned if assignment is None else (student, assignment) in self._marked
        if better and not is_marked:
            return None
        if is_marked:
            self._marked.add((student, assignment))
        if assignment is not None:
            self._assigned.add(student)
        stem = self._brought(brought, f"{student}\n{assignment}")
        return stem or self._given(student, assignment)

    def _brought(self, page: str | None, owner: str) -> str | None:
        """Return the name that a result brings with it, unless it is one of ours or somebody else's."""
        if page is None or is_reserved(page) or self._taken.get(page.casefold(), owner) != owner:
            return None
        self._taken[page.casefold()] = owner
        return page

    def _given(self, student: str, assignment: str | None) -> str:
        """Return a new name; a second assignment of the same student has its own."""
        owner = student
        if assignment is not None and self._first.setdefault(student, assignment) != assignment:
            owner = f"{student}\n{assignment}"  # which is nobody's id
        stem = file_stem(owner, self._taken)
        self._taken[stem.casefold()] = owner
        return stem
