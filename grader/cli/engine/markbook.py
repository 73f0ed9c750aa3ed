"""The marks of a person for a class: each given to its hand-in as that comes by, and what came of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from grader.exchange.journal import Digest
from grader.exchange.marks_file import Fault, contradicting, read_marks
from grader.marking.mark import Marked
from grader.marking.person import text_of, with_marks
from grader.reports.answers import ids_in_cells, same_answer
from grader.schemas.key import Key
from grader.schemas.marks import PersonMark
from grader.schemas.submission import Submission

_FITS = ""


class Outcomes(NamedTuple):
    """What came of marks somewhere else, and which students have come by there.

    A mark has its number in the book; behind it stand the assignment and the student of a hand-in, and what
    came of it there.
    """

    of_marks: Sequence[tuple[int, str, str, str]] = ()
    students: Sequence[str] = ()


@dataclass(slots=True)
class MarkBook:
    """Marks by student. `faults` are of the files; what came of a mark is known when all have come by."""

    by_student: Mapping[str, Sequence[PersonMark]]
    faults: list[Fault]
    _outcomes: dict[PersonMark, dict[tuple[str, str], str]] = field(default_factory=dict)
    _students: set[str] = field(default_factory=set)

    def of(self, key: Key, submission: Submission) -> list[PersonMark]:
        """Return the marks for a hand-in, and keep aside those for a text that is another one by now."""
        student = submission.student
        self._students.add(student)
        meant = [mark for mark in self._meant(student) if mark.assignment in (None, key.id)]
        current = []
        for mark in meant:
            text = text_of(key, submission, mark.question, mark.part)
            if mark.answer and text is not None and not same_answer(mark.answer, text):
                said = f"{mark.what} of {student!r} has changed since it was marked; mark it again"
                self._note(mark, key.id, student, said)
            else:
                current.append(mark)
        return current

    def give(self, marked: Marked, marks: Sequence[PersonMark]) -> Marked:
        """Return a marked hand-in with these marks in it."""
        given, faults = with_marks(marked, marks)
        for mark in marks:
            self._note(mark, marked.assignment, marked.student, faults.get(mark, _FITS))
        return given

    def take_outcomes(self) -> Outcomes:
        """Return what has come of marks since this was last asked, for the book that is asked at the end."""
        numbers = {mark: number for number, mark in enumerate(self._every())}
        of_marks = [
            (numbers[mark], *of, said) for mark, found in self._outcomes.items() for of, said in found.items()
        ]
        outcomes = Outcomes(of_marks, sorted(self._students))
        self._outcomes, self._students = {}, set()
        return outcomes

    def add(self, outcomes: Outcomes) -> None:
        """Note what came of marks elsewhere."""
        marks = [*self._every()] if outcomes.of_marks else []
        for number, assignment, student, said in outcomes.of_marks:
            self._note(marks[number], assignment, student, said)
        self._students |= {*outcomes.students}

    def digest(self) -> str:
        """Return what tells these marks from all others."""
        return str(Digest(repr(self.by_student).encode(), repr(self.faults).encode()))

    def all_faults(self) -> list[str]:
        """Return what is wrong with rows of the files, and with each mark that could not be given."""
        of_marks = [(mark.row, said) for mark in self._every() for said in self._fault(mark)]
        return [f"{row}: {said}" for row, said in sorted([*self.faults, *of_marks])]

    def _every(self) -> Iterator[PersonMark]:
        for marks in self.by_student.values():
            yield from marks

    def _meant(self, student: str) -> Sequence[PersonMark]:
        """Return the marks of a student, whose id may have lost its leading zeros in a spreadsheet."""
        return next((self.by_student[id_] for id_ in ids_in_cells(student) if id_ in self.by_student), ())

    def _note(self, mark: PersonMark, assignment: str, student: str, outcome: str) -> None:
        # A later attempt of the same student counts in place of the earlier one, and so does its outcome.
        self._outcomes.setdefault(mark, {})[assignment, student] = outcome

    def _fault(self, mark: PersonMark) -> Iterator[str]:
        outcomes = self._outcomes.get(mark, {})
        fitting = [where for where, outcome in outcomes.items() if outcome == _FITS]
        if not outcomes:
            yield self._not_there(mark)
        elif not fitting:
            yield next(iter(outcomes.values()))
        elif len(fitting) > 1:
            hand_ins = " and ".join(f"{student!r} in {assignment}" for assignment, student in fitting)
            yield f"given to {hand_ins}; say which is meant in the columns student and assignment"

    def _not_there(self, mark: PersonMark) -> str:
        if mark.student in self._students:
            return f"{mark.student!r} has handed in nothing for assignment {mark.assignment!r}"
        near = get_close_matches(mark.student, self._students, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return f"there is no hand-in of {mark.student[:60]!r} that could be marked{hint}"


def mark_book(files: Iterable[Path]) -> MarkBook:
    """Read marks files. Raises UsageFault where one cannot be used at all."""
    marks: list[PersonMark] = []
    faults: list[Fault] = []
    for file in files:
        own, wrong = read_marks(file)
        marks += own
        faults += wrong
    marks, contradictions = contradicting(marks)
    by_student: dict[str, list[PersonMark]] = defaultdict(list)
    for mark in marks:
        by_student[mark.student].append(mark)
    return MarkBook(by_student, faults + contradictions)
