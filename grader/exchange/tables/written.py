"""What the tables of one file say, with the place of everything, and the submission that they make."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any, NamedTuple, TypeAlias

from grader.exchange.tables.grid import VARIANT, Value, as_text, own_value
from grader.schemas.cells import from_a_cell
from grader.schemas.faults import Problem, SubmissionFault
from grader.schemas.wording import printable

GIVEN = "given."

_ROW = re.compile(r"\[([^\[\]]*)\]")
_MOST_PROBLEMS = 50
_MOST_NUMBERS = 15_000  # of all fields, absent ones included

Index: TypeAlias = tuple[int, ...]
Labels: TypeAlias = tuple[tuple[str, int | str], ...]


class Entry(NamedTuple):
    """What is written in one place: a cell's value, or a list of two in words, which cannot both count."""

    value: Any
    place: str

    @property
    def is_empty(self) -> bool:
        return not isinstance(self.value, list) and not as_text(self.value)


@dataclass(slots=True)
class Field:
    """A field of a step: its numbers by index, and the shape that the table states, if it does."""

    entries: dict[Index, Entry] = field(default_factory=dict)
    shape: Index = ()

    def sizes(self) -> Index | None:
        """Return the shape that the entries span, at least the stated one; None where they do not fit.

        Empty rows are forgotten where the field is written in another shape, as a sum in place of its terms.
        """
        kinds = set(map(len, self.entries))
        if len(kinds) > 1:
            filled = {len(index) for index, entry in self.entries.items() if not entry.is_empty}
            kinds = filled or {max(kinds)}
            if len(kinds) > 1:
                return None
            self.entries = {index: entry for index, entry in self.entries.items() if len(index) in kinds}
        stated = self.shape if {len(self.shape)} == kinds else (0,) * kinds.pop()
        along = zip(*self.entries, strict=True)  # the numbers of rows, and those of columns
        return tuple([max(size, 1 + max(numbers)) for size, numbers in zip(stated, along, strict=True)])


@dataclass(slots=True)
class Written:
    """All rows of a file.

    `about` has the student and the assignment, `settings` methods, constants and the student's own values.
    """

    about: dict[str, Entry] = field(default_factory=dict)
    parts: dict[tuple[str, str], Entry] = field(default_factory=dict)
    settings: dict[tuple[str, str], Entry] = field(default_factory=dict)
    steps: dict[tuple[str, Labels], dict[str, Field]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    numbers: int = 0

    def fault(self, place: str, text: str, *, grave: bool = True) -> None:
        """Note what is wrong at a place."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(f"{place}: {text}", grave=grave))
        elif len(self.problems) == _MOST_PROBLEMS:
            self.problems.append(Problem("There are more faults like these, which are not named."))

    def count(self, numbers: int) -> None:
        """Count numbers. Raises SubmissionFault once there are too many."""
        self.numbers += numbers
        if self.numbers > _MOST_NUMBERS:
            raise SubmissionFault(f"Too large: at most {_MOST_NUMBERS:,} numbers were expected, found more.")

    def put(self, entries: dict[Any, Entry], name: Any, entry: Entry) -> None:
        """Keep an entry under a name. Where another value was written there before, neither counts."""
        before = entries.get(name)
        if before is None or before.is_empty:
            entries[name] = entry
        elif isinstance(before.value, list):
            self.fault(entry.place, f"given again, as in {before.place}; none of them counts")
        elif entry.value != before.value and as_text(entry.value) not in ("", as_text(before.value)):
            both = " and ".join(printable(as_text(each.value)[:30]) for each in (before, entry))
            entries[name] = Entry([both], f"{before.place} and {entry.place}")
            self.fault(entry.place, f"given twice, so neither counts; the other one is at {before.place}")

    def submission(self) -> dict[str, Any]:
        """Return the submission as it would stand in JSON. Raises SubmissionFault where it is too large."""
        self._leave_clashing_parts()
        answers: dict[str, Any] = {}
        self.numbers = 0  # absent ones are now counted as well
        for (question, part), entry in self.parts.items():
            answers.setdefault(question, {})[part] = _text(entry.value)
        for (question, name), entry in self.settings.items():
            own = answers.setdefault(question, {})
            if name.startswith(GIVEN):
                own.setdefault("given", {})[name.removeprefix(GIVEN)] = entry.value
            elif name.startswith(VARIANT):
                own.setdefault("variant", {})[name.removeprefix(VARIANT)] = self._own_value(entry)
            else:
                own[name] = _text(entry.value)
        for (question, labels), fields in self.steps.items():
            steps = answers.setdefault(question, {}).setdefault("steps", [])
            step: dict[str, Any] = dict(labels)
            for name, written in fields.items():
                sizes = written.sizes()
                self.count(prod(sizes or ()))
                step[name] = self._value(written, sizes, name)
            steps.append(step)
        about = {name: _text(entry.value) for name, entry in self.about.items()}
        if isinstance(student := about.get("student"), str):
            about["student"] = from_a_cell(student)
        return about | {"answers": answers}

    def _leave_clashing_parts(self) -> None:
        """Leave out parts with a name that other rows of their question use, such as "steps"."""
        made = {(question, "steps") for question, _ in self.steps}
        made |= {(question, name.partition(".")[0]) for question, name in self.settings}
        for part in [part for part in self.parts if part in made]:
            entry = self.parts.pop(part)
            self.fault(entry.place, f"{part[1]}: in rows of other names as well; this part was not read")

    def _own_value(self, entry: Entry) -> Any:
        """Return the numbers of a student's own value. Raises SubmissionFault where they are too many."""
        (value,) = entry.value if isinstance(entry.value, list) else [entry.value]
        self.count(as_text(value).count(",") + 1)
        return own_value(value)

    def _value(self, written: Field, sizes: Index | None, name: str) -> Any:
        """Return a number, a list, or a list of rows; entries without a cell are absent."""
        entries = written.entries
        if sizes is None:
            first = next(iter(entries.values()))
            self.fault(
                first.place,
                f"{printable(name)}: written in some rows with a row and a column, in others without",
            )
            return {}
        if not sizes:
            return _bracketed(_at(entries, ()))
        if len(sizes) == 1:
            return [_at(entries, (i,)) for i in range(sizes[0])]
        return [[_at(entries, (i, j)) for j in range(sizes[1])] for i in range(sizes[0])]


class Places(Mapping[str, str]):
    """The places in the file by those in the submission, such as "answers.exercise2.steps[0].s_i[1]".

    They are asked for only where something is at fault, and worked out only then.
    """

    def __init__(self, written: Written) -> None:
        self._written = written

    def __getitem__(self, place: str) -> str:
        return self._found[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    @cached_property
    def _found(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for (question, part), entry in self._written.parts.items():
            _stands(found, entry.place, question, part)
        for (question, name), entry in self._written.settings.items():
            _stands(found, entry.place, question, *name.split(".", 1))
        steps: dict[str, int] = {}
        for (question, _), fields in self._written.steps.items():
            number = steps[question] = steps.get(question, -1) + 1
            for name, written in fields.items():
                _stands_in(found, f"answers.{question}", f"steps[{number}]", name, written)
        return found


def _stands(found: dict[str, str], place: str, *keys: str) -> None:
    """Note where an answer stands, and where everything begins that it is a part of."""
    json = "answers"
    for key in keys:
        json = f"{json}.{key}"
        found.setdefault(json, place)
    found[json] = place


def _stands_in(found: dict[str, str], question: str, step: str, name: str, written: Field) -> None:
    """Note where a field of a step and each of its entries stand."""
    first = next(iter(written.entries.values())).place
    place = f"{question}.{step}"
    found.setdefault(question, first)
    found.setdefault(place, first)
    found[f"{place}.{name}"] = first
    for index, entry in written.entries.items():
        if entry.place != first:
            found[f"{place}.{name}" + "".join(f"[{i}]" for i in index)] = entry.place


def _at(entries: Mapping[Index, Entry], index: Index) -> Value:
    value: Value | list[str] = entries[index].value if index in entries else None
    return value[0] if isinstance(value, list) else value


def _bracketed(value: Value) -> Any:
    """Return the numbers of a vector or matrix that is written in one cell, in brackets."""
    if not isinstance(value, str) or not value.strip().startswith("["):
        return value
    rows = [_numbers(row) for row in _ROW.findall(value)]
    return rows if value.strip().startswith("[[") or len(rows) != 1 else rows[0]


def _numbers(row: str) -> list[str]:
    """Split a row at its commas, or at spaces where every comma stands within a number."""
    spaced = row.replace(";", " ").split()
    if len(spaced) > 1 and not any(word.endswith(",") for word in spaced):
        return spaced
    return [word.strip() for word in row.replace(";", ",").split(",")]


def _text(value: Any) -> Any:
    """Return an answer as text; two of them, which cannot both count, stay as they are."""
    return value if isinstance(value, list) else as_text(value)
