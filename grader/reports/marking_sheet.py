"""One text to be marked by a person, with the key's rubric, as it is shown in a terminal."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from grader.reports.lines import wrapped
from grader.reports.wording import count, number, points
from grader.schemas.parts import Part

_MOST_LINES = 200
_WIDEST = 100


@dataclass(frozen=True, slots=True)
class MarkingSheet:
    """A text, the students who wrote it, and how far its marking has come.

    The text is number `place` of so many; `ticked` are items of the part's rubric, counted from 0.
    """

    question: str
    part: Part
    students: Sequence[str]
    answer: str
    said: str
    place: int
    of: int
    ticked: Collection[int] = ()
    comment: str = ""
    before: str = ""  # what came of the last key

    @property
    def earned(self) -> float:
        """The points of the ticked items, at most those of the part."""
        return min(self.part.points, sum([self.part.rubric[i].points for i in self.ticked]))


def marking_sheet(sheet: MarkingSheet, width: int, *, anonymous: bool = False) -> str:
    """Return a text with its rubric and the keys that can be pressed, in lines of at most `width`."""
    width = max(40, min(width, _WIDEST))
    part = sheet.part
    head = f"{sheet.question} {part.id}, {points(part.points)}"
    place = f"{sheet.place} of {sheet.of}"
    lines = [f"{head}{place:>{max(1, width - len(head))}}" if len(head) + len(place) < width else head]
    others = len(sheet.students) - 1
    more = f", and {count(others, 'other')} who wrote the same" if others else ""
    whose = (
        f"written by {count(others + 1, 'student')}" if anonymous else f"student {sheet.students[0]}{more}"
    )
    lines += _wrapped(whose, width)
    if sheet.said:
        lines += _wrapped(f"Left to a person: {sheet.said}", width)
    lines += ["", *_answer(sheet.answer, width), ""]
    for i, item in enumerate(part.rubric):
        box = f"[{'x' if i in sheet.ticked else ' '}] {i + 1}  {number(item.points):>4}  "
        lines += _wrapped(item.text, width, box)
        if item.hint:
            lines += _wrapped(f"({item.hint})", width, " " * len(box))
    if part.rubric:
        lines += ["", f"{points(sheet.earned) if sheet.ticked else 'nothing ticked'} so far"]
    if sheet.comment:
        lines += _wrapped(f"Comment: {sheet.comment}", width)
    lines += ["", *_wrapped(sheet.before, width), *_wrapped(_keys(part), width)]
    return "\n".join(lines) + "\n"


def _answer(text: str, width: int) -> list[str]:
    lines = [line for each in text.splitlines() for line in _wrapped(each, width, "  ") or [""]]
    if len(lines) > _MOST_LINES:
        return [*lines[:_MOST_LINES], f"  (and {len(lines) - _MOST_LINES} more lines; see the hand-in)"]
    return lines


def _wrapped(text: str, width: int, first: str = "") -> list[str]:
    return wrapped(text, first, " " * len(first), width).splitlines()


def _keys(part: Part) -> str:
    last = len(part.rubric)
    tick = f"{'1' if last == 1 else f'1-{last}'} tick, Enter give these points, " if last else ""
    return (
        f"Keys: {tick}0 none of it, f full points, p other points, c comment, s skip, u undo the last mark, "
        "q quit"
    )
