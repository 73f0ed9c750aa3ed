"""From the items of a printout to its blocks: fields that stand together, with the headings before them.

The letters of a damaged label, and how many numbers it has, tell which field it means.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from grader.exchange.printout.characters import whole_number
from grader.exchange.printout.items import Item
from grader.schemas.blank import BlankField, BlankMethod
from grader.schemas.wording import spelled

_LIKE_A_HEADING = 0.8  # likeness of a label and a name, from 0 to 1
_LIKE_A_NEIGHBOUR = 0.5
_LIKE_ENOUGH = 0.7
_MOST_LABELS = 300  # different labels that are compared letter by letter
_UPDATED = re.compile(r"_?(?:new|next|updated)$")
_ALIKE = str.maketrans({"l": "i", "1": "i", "I": "i", "|": "i", "0": "o", "5": "s", "'": "", "’": ""})


@dataclass(frozen=True, slots=True)
class Reading:
    """An item that was read as a field."""

    field: BlankField
    item: Item


@dataclass(slots=True)
class Block:
    """Fields in the key's order without a heading between them; the headings and inputs before them."""

    labels: dict[str, int]
    inputs: dict[str, list[str]] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)


@dataclass(slots=True)
class Blocks:
    """All blocks of a printout; `given` are constants that it states, `notes` what was guessed.

    `headings` are those that name all loops, in their order.
    """

    blocks: list[Block] = field(default_factory=list)
    given: dict[str, Item] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    headings: list[dict[str, int]] = field(default_factory=list)


def read_blocks(items: Iterable[Item], method: BlankMethod, given: Iterable[str]) -> Blocks:
    """Sort items into blocks by the names of a method."""
    return _Reader(method, frozenset(given)).read(items)


class _Reader:
    """Takes items one after the other; a heading, or a field that should stand earlier, begins a block."""

    def __init__(self, method: BlankMethod, given: frozenset[str]) -> None:
        first = method.steps[0]
        self.order = {each.name: number for number, each in enumerate(method.fields)}
        self.fields = method.fields
        self.loops = tuple(first.labels)
        self.inputs = {*first.inputs, *method.constants}
        self.given = given
        self.found = Blocks()
        self.labels: dict[str, int] = {}
        self.block = Block({})
        self.meant: dict[tuple[str, int], BlankField | None] = {}

    def read(self, items: Iterable[Item]) -> Blocks:
        for item in items:
            if not (item.label and (self._heading(item) or self._known(item))):
                self._field(item)
        self._close()
        return self.found

    def _heading(self, item: Item) -> bool:
        if item.label in self.order or len(item.numbers) > 1:
            return False
        likeness, loop = max(
            ((alike(item.label.casefold(), loop), loop) for loop in self.loops), default=(0.0, "")
        )
        if likeness < _LIKE_A_HEADING:
            return False
        guesses: list[str] = []
        number = whole_number(item.words, guesses.append)
        if number is None:
            return False
        if likeness < 0.95:
            guesses.append(f"{item.label!r} is read as {loop}")
        self.found.notes += [f"line {item.line}: {guess}" for guess in guesses]
        self._close()
        depth = self.loops.index(loop)
        self.labels = {name: self.labels[name] for name in self.loops[:depth] if name in self.labels}
        self.labels[loop] = number
        if depth == len(self.loops) - 1:
            self.found.headings.append(dict(self.labels))
        self.block = Block(dict(self.labels))
        return True

    def _known(self, item: Item) -> bool:
        """Take an input of the question or a given constant."""
        name = item.label.lstrip("_")
        if item.label in self.order:
            return False
        if name in self.inputs:
            if self.block.readings:
                self._close()
            self.block.inputs[name] = item.numbers
            return True
        if name in self.given and len(item.numbers) == 1:
            self.found.given.setdefault(name, item)
            return True
        return False

    def _field(self, item: Item) -> None:
        if not item.numbers:
            return
        meant = self._meant(item)
        if meant is None:
            what = repr(item.label) if item.label else "numbers without a label"
            self.found.notes.append(f"line {item.line}: {what}: not read")
            return
        if meant.name != item.label:
            self.found.notes.append(f"line {item.line}: {item.label!r} is read as {meant.name}")
        self.found.notes += item.guesses
        last = self.block.readings[-1].field if self.block.readings else None
        if last == meant and self._taken_for_the_one_before():
            last = self.block.readings[-1].field
        if last is not None and self.order[meant.name] <= self.order[last.name]:
            self._close()
        self.block.readings.append(Reading(meant, item))

    def _taken_for_the_one_before(self) -> bool:
        """Take the last line for the field before its own if that is missing and alike; tell whether so."""
        *others, last = self.block.readings
        number = self.order[last.field.name]
        before = self.fields[number - 1] if number else last.field
        missing = all(self.order[reading.field.name] < number - 1 for reading in others)
        if not number or not missing or before.size != last.field.size:
            return False
        if alike(last.item.label, before.name) < _LIKE_A_NEIGHBOUR:
            return False
        where = f"stands where {before.name} belongs, and before another {last.field.name}"
        self.found.notes.append(f"line {last.item.line}: {last.item.label!r} {where}; read as that")
        self.block.readings[-1] = Reading(before, last.item)
        return True

    def _meant(self, item: Item) -> BlankField | None:
        key = (item.label, len(item.numbers))
        if key not in self.meant:
            exact = next((each for each in self.fields if each.name == item.label), None)
            few = len(self.meant) < _MOST_LABELS
            self.meant[key] = field_for(*key, self.fields) if few else exact
        return self.meant[key]

    def _close(self) -> None:
        if self.block.readings:
            self.found.blocks.append(self.block)
        self.block = Block(dict(self.labels))


def value_of(reading: Reading, *, damaged: bool) -> tuple[Any, str]:
    """Return the value of a field as in JSON, and a note on what was guessed or left out.

    In a damaged printout, a value of which numbers were lost is left out (None): nobody wrote it so.
    """
    size, shape, item = reading.field.size, reading.field.shape, reading.item
    rows, numbers = item.rows, item.numbers
    name = reading.field.name
    if len(numbers) != size and damaged:
        kept = _first_rows(rows, size)
        if kept is None:
            return None, f"{name} has {len(numbers)} of {size} numbers; left out"
        rows, numbers = kept, [number for row in kept for number in row]
        return _shaped(rows, numbers, shape), f"{name}: the numbers after the first {size} were not read"
    return _shaped(rows, numbers, shape), ""


def _first_rows(rows: Sequence[list[str]], size: int) -> list[list[str]] | None:
    count = 0
    for number, row in enumerate(rows, 1):
        count += len(row)
        if count == size:
            return [*rows[:number]]
    return None


def _shaped(rows: Sequence[list[str]], numbers: list[str], shape: tuple[int, ...]) -> Any:
    """Return numbers in the shape in which they were printed; rows that were broken are put together."""
    if not shape and len(numbers) == 1:
        return numbers[0]
    if len(shape) == 2 and len(numbers) == shape[0] * shape[1]:
        sizes = {len(row) for row in rows}
        if len(rows) == shape[1] and sizes == {shape[0]}:
            return [*rows]  # the other way round, which marking turns
        return [numbers[i : i + shape[1]] for i in range(0, len(numbers), shape[1])]
    return numbers if len(shape) < 2 else [*rows]


def alike(label: str, name: str) -> float:
    """Return the likeness of a label and a name, from 0 to 1."""
    if label == name:
        return 1.0
    label = _UPDATED.sub("", spelled(label))
    if _folded(label) == _folded(name):
        return 0.95
    return SequenceMatcher(None, _folded(label), _folded(name)).ratio() * 0.9


def _folded(text: str) -> str:
    return re.sub(r"[\W_]", "", text.translate(_ALIKE)).casefold()


def field_for(label: str, count: int, fields: Sequence[BlankField]) -> BlankField | None:
    """Return the field that a label with so many numbers means, or None where none is like it.

    Of names that differ little (w and W), the one of the right size is meant.
    """
    exact = next((field for field in fields if field.name == label), None)
    if exact is not None and exact.size == count:
        return exact
    near = [(alike(label, field.name), field.size == count, field) for field in fields]
    near = [entry for entry in near if entry[0] >= _LIKE_ENOUGH]
    fitting = [entry for entry in near if entry[1] and (exact is None or entry[0] >= 0.95)]
    if fitting:
        return max(fitting, key=lambda entry: entry[0])[2]
    if exact is not None:
        return exact
    return max(near, key=lambda entry: entry[0])[2] if near else None
