"""Marking texts by a person: in a table, or one after the other.

Of the latter each decision is kept in the marks file as soon as it is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from grader.cli.hand_ins import Sources, TextRows, cells_of, waiting_texts
from grader.cli.terminal import streams
from grader.cli.terminal.keyboard import ENTER, Keyboard
from grader.exchange.marks_file import MarksTable, open_table, read_points
from grader.exchange.write import ready_folder, write_text
from grader.marking.person import Text
from grader.reports import csv_cell, visible
from grader.reports.answers import answer_cell
from grader.reports.marking_sheet import MarkingSheet, marking_sheet
from grader.reports.wording import count
from grader.reports.wording import points as worded
from grader.schemas.cells import from_a_cell
from grader.schemas.faults import UsageFault

_MOST_NAMED = 20
_CLEAR = "\x1b[2J\x1b[H"
_LINE_AGAIN = "\r\x1b[K"
_CHANGED = ("points", "comment", "rubric", "answer")

Cells = dict[str, str]


def template(sources: Sources, out: Path | None) -> None:
    """Write the texts that wait for a person to a file or stdout; what a file has already stays in it."""
    if out is not None and out.is_dir():
        raise UsageFault(f"{out}: a folder; name a CSV file")
    if out is not None:
        ready_folder(out.parent)
    texts = waiting_texts(sources, leave_out=[out] if out else [])
    table = _filled(texts, open_table(out))
    if out is None:
        streams.write(table.text())
        return
    write_text(out, [table.text()])
    left = sum(not table.cell(row, "points") for row in table.rows)
    streams.note(f"{out}: {count(len(table.rows), 'row')}, {left} without points")


def _filled(texts: Sequence[Text], old: MarksTable) -> MarksTable:
    """Return a table of the texts in their order, with their cells of the old one; its other rows follow."""
    several = len({text.assignment for text in texts}) > 1
    table = MarksTable(old.columns, separator=old.separator, mark=old.mark)
    before = TextRows(old)
    taken = set()
    changed = []
    for text in texts:
        cells = cells_of(text, several=several)
        row = before.of(text)
        if row is None:
            table.add(cells)
            continue
        taken.add(id(row))
        table.rows.append(row)
        if before.has_changed(row, text):
            changed += [f"{text.student}: {text.question} {text.part.id}"] * bool(table.cell(row, "points"))
            table.set(row, "points", "")
            table.set(row, "answer", cells["answer"])
        table.set(row, "alike", cells["alike"])
    table.rows += [row for row in old.rows if id(row) not in taken]
    _name(changed)
    return table


def _name(changed: Sequence[str]) -> None:
    for place in changed[:_MOST_NAMED]:
        streams.note(f"{place}: the answer has changed since it was marked; mark it again")
    if len(changed) > _MOST_NAMED:
        streams.note(f"and {len(changed) - _MOST_NAMED} more answers that have changed")


def mark(sources: Sources, file: Path, question: str | None, *, anonymous: bool) -> None:
    """Go through the texts that wait, or those of one question, and keep the marks in `file`."""
    if file.is_dir():
        raise UsageFault(f"{file}: a folder; name a CSV file")
    ready_folder(file.parent)  # before anybody has marked a text for nothing
    texts = waiting_texts(sources, leave_out=[file])
    if question is not None:
        asked = sorted({text.question for text in texts})
        texts = [text for text in texts if text.question == question]
        if not texts:
            raise UsageFault(
                f"nothing of {question!r} waits; there is {', '.join(asked) or 'nothing at all'}"
            )
    session = _Session(file, _same(texts), several=len({text.assignment for text in texts}) > 1)
    if left := session.left():
        with Keyboard() as keyboard:
            _Walk(session, keyboard, left, anonymous=anonymous).run()
    session.say_what_is_left()


def _same(texts: Sequence[Text]) -> list[tuple[Text, ...]]:
    """Return together the texts that are word for word the same, as they get the same mark."""

    def what(text: Text) -> tuple[str, str, str, str]:
        return text.assignment, text.question, text.part.id, answer_cell(text.answer)

    return [tuple(same) for _, same in groupby(texts, key=what)]


@dataclass(slots=True)
class _Session:
    """The texts, and the file that keeps their marks: read again for every change, and written whole."""

    file: Path
    texts: Sequence[tuple[Text, ...]]
    several: bool
    decided: int = 0

    def rows(self) -> TextRows:
        """Return the rows that are in the file now; somebody else may have changed it."""
        return TextRows(open_table(self.file))

    def left(self) -> list[tuple[Text, ...]]:
        """Return the texts that have no points, or only points for an earlier text of the student."""
        rows = self.rows()
        waiting = [tuple(text for text in same if not rows.is_marked(text)) for same in self.texts]
        return [same for same in waiting if same]

    def cells(self, text: Text) -> Cells:
        """Return the cells that the file has for a text, empty if they were for another text."""
        rows = self.rows()
        row = rows.of(text)
        if row is None or rows.has_changed(row, text):
            return dict.fromkeys(_CHANGED, "")
        return {name: from_a_cell(rows.table.cell(row, name)) for name in _CHANGED}

    def keep(self, same: Sequence[Text], changed: Cells) -> None:
        """Put cells into the rows of these texts; rows that are not there are added."""
        rows = self.rows()
        for text in same:
            row = rows.of(text) or rows.table.add(cells_of(text, several=self.several))
            for name, value in {**changed, "answer": text.answer}.items():
                rows.table.set(row, name, answer_cell(value) if name == "answer" else csv_cell(value))
        write_text(self.file, [rows.table.text()])

    def say_what_is_left(self) -> None:
        left = self.left()
        students = sum(map(len, left))
        waiting = f"{len(left)} left, of {students} students" if left else "nothing waits any more"
        streams.note(f"{self.decided} marked now, {waiting}; the marks are in {self.file}")


@dataclass(slots=True)
class _Walk:
    """The way through the texts that are left.

    `place` is the text that is shown, `ticked` the items of its rubric that are; `given` has for each mark
    what undoes it: the place, and the cells before.
    """

    session: _Session
    keyboard: Keyboard
    left: Sequence[tuple[Text, ...]]
    anonymous: bool
    place: int = 0
    ticked: set[int] = field(default_factory=set)
    comment: str = ""
    said: str = ""
    given: list[tuple[int, Cells]] = field(default_factory=list)

    def run(self) -> None:
        """Go on until the end, `q`, Ctrl-C or the end of what is typed."""
        try:
            while self.place < len(self.left):
                self._take_up()
                if not self._decide():
                    break
        except KeyboardInterrupt:
            pass
        streams.write("\n")

    @property
    def _same(self) -> tuple[Text, ...]:
        return self.left[self.place]

    def _take_up(self) -> None:
        """Begin with a text as the file has it."""
        cells = self.session.cells(self._same[0])
        ticked = cells["rubric"].split()
        self.ticked = {i for i in range(len(self._same[0].part.rubric)) if str(i + 1) in ticked}
        self.comment = cells["comment"]

    def _decide(self) -> bool:
        """Take keys until another text is to be shown; tell whether to go on."""
        place = self.place
        while self.place == place:
            self._show()
            key = self.keyboard.key()
            if key in (None, "q"):
                return False
            self.said = ""
            if not self._press(str(key)):
                return True
        return True

    def _press(self, key: str) -> bool:
        """Do what a key stands for; tell whether the text can stay as it is shown."""
        part = self._same[0].part
        items = range(len(part.rubric))
        if key.isdecimal() and int(key) - 1 in items:
            self.ticked ^= {int(key) - 1}
            self._keep()
        elif key == "0":
            self.ticked = set()
            self._give(0.0)
        elif key == "f":
            self.ticked = set(items)
            self._give(part.points)
        elif key == ENTER and self.ticked:
            self._give(self._sheet().earned)
        elif key == "p":
            self._ask_points()
        elif key == "c":
            self._ask_comment()
        elif key == "s":
            self.place += 1
        elif key == "u":
            return not self._undo()
        else:
            self.said = "Tick something, or press 0 for no points." if key == ENTER else "No such key."
        return True

    def _keep(self, points: str = "") -> None:
        rubric = " ".join(str(i + 1) for i in sorted(self.ticked))
        self.session.keep(self._same, {"points": points, "comment": self.comment, "rubric": rubric})

    def _give(self, points: float) -> None:
        self.given.append((self.place, self.session.cells(self._same[0])))
        self._keep(f"{points:.10g}")
        self.session.decided += 1
        self.said = f"Given for the last text: {worded(points)}."
        self.place += 1

    def _undo(self) -> bool:
        """Take back the last mark and return to its text; tell whether there was one."""
        if not self.given:
            self.said = "Nothing to undo."
            return False
        self.place, cells = self.given.pop()
        self.session.keep(self._same, {name: cells[name] for name in ("points", "comment", "rubric")})
        self.session.decided -= 1
        self.said = "Taken back."
        return True

    def _ask_points(self) -> None:
        text = self._line("Points: ", "")
        points = read_points(text.strip()) if text is not None else None
        most = self._same[0].part.points
        if text and (points is None or not 0 <= points <= most):
            self.said = f"Expected a number from 0 to {most:g}, found {visible(text)}."
        elif points is not None:
            self._give(points)

    def _ask_comment(self) -> None:
        if (text := self._line("Comment to the student: ", self.comment)) is not None:
            self.comment = text.strip()
            self._keep()

    def _line(self, asked: str, text: str) -> str | None:
        again = _LINE_AGAIN if streams.is_terminal() else "\n"
        room = max(10, streams.width() - len(asked) - 1)  # of a longer line the end is shown
        return self.keyboard.line(text, lambda line: streams.write(f"{again}{asked}{visible(line)[-room:]}"))

    def _sheet(self) -> MarkingSheet:
        first = self._same[0]
        return MarkingSheet(
            question=first.question,
            part=first.part,
            students=[text.student for text in self._same],
            answer=first.answer,
            said=first.said,
            place=self.place + 1,
            of=len(self.left),
            ticked=self.ticked,
            comment=self.comment,
            before=self.said,
        )

    def _show(self) -> None:
        sheet = marking_sheet(self._sheet(), streams.width(), anonymous=self.anonymous)
        streams.write((_CLEAR if streams.is_terminal() else "\n") + sheet)
