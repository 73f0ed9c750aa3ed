"""Reading steps with care, value by value, where something in a hand-in is out of the ordinary."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import nan
from typing import Any

import numpy as np

from grader.expressions import Array
from grader.marking.sheets.layout import Layout, Slot
from grader.marking.sheets.sheet import Sheet
from grader.marking.sheets.unknown import unknown_keys
from grader.marking.sheets.values import (
    ValueFault,
    Written,
    fit,
    is_absent,
    kind_of,
    label_number,
    read_value,
)
from grader.schemas.faults import Problem
from grader.schemas.wording import listed, quoted

_NAMED_STEPS = 10  # steps that do not exist; a table full of them must not fill the report
_FEW = 3  # numbers read otherwise than they stand that are noted one by one
_COMMAS = "the comma in {} is read as a decimal point", "the commas in {} are read as decimal points"
_BESIDE = "{} is read as the number that comes out", "{} are read as the numbers that come out"

Label = tuple[int, ...]


@dataclass(slots=True)
class Careful:
    """Reads steps value by value, and names everything that is wrong.

    `origin` has the place of each step in the hand-in, if that is another one than in `steps`.
    """

    steps: list[dict[str, Any]]
    layout: Layout
    place: str
    problems: list[Problem] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    of_fields: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    otherwise: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)
    counted: tuple[str, ...] = ()
    origin: Sequence[int] = ()

    def sheet(self) -> Sheet:
        row = np.full(self.layout.steps * self.layout.width, nan)
        sheet = Sheet(self.layout, row)
        seen: dict[tuple[int, str], int] = {}
        twice: dict[tuple[int, int], list[str]] = {}
        known = self._slots()
        for i, t in self._places():
            step = self.steps[i]
            for name in filter(known.__contains__, step):
                if is_absent(step[name]):
                    continue
                if (t, name) in seen:
                    twice.setdefault((i, seen[t, name]), []).append(name)
                    self._spoil(sheet, t, known[name])
                else:
                    seen[t, name] = i
                    self._put(sheet, i, t, known[name], step[name])
            unknown = step.keys() - self.layout.names
            strange = [name for name in filter(unknown.__contains__, step) if not is_absent(step[name])]
            there = [name for name, value in step.items() if not is_absent(value)]
            self.problems += unknown_keys(self._at(i), strange, (*self.layout.plan.loops, *known), there)
        for (i, first), names in twice.items():
            reason = f"the same step as steps[{first}]; given twice, so neither counts: {', '.join(names)}"
            self.problems.append(Problem(f"{self._at(i)}: {reason}"))
        sheet.problems = self.problems
        sheet.counted = self.counted
        self._note_fields()
        self._note_otherwise()
        sheet.notes = [
            note if times == 1 else f"{note} ({times} times)" for note, times in self.notes.items()
        ]
        sheet.row = row.reshape(self.layout.steps, self.layout.width)
        return sheet

    def _at(self, i: int) -> str:
        return f"{self.place}.steps[{self.origin[i] if self.origin else i}]"

    def _slots(self) -> dict[str, tuple[Slot, ...]]:
        """Return where the numbers of each field may stand: one slot for each of its forms."""
        return {slots[0].field: slots for slots in self.layout.of_lines}

    def _put(self, sheet: Sheet, i: int, t: int, slots: Sequence[Slot], value: Any) -> None:
        base = t * self.layout.width
        try:
            shapes = [slot.shape for slot in slots]
            written = read_value(value, shapes)
            slot = slots[fit(written, shapes)]
        except ValueFault as fault:
            self.problems.append(Problem(f"{self._at(i)}.{slots[0].field}{fault.place}: {fault.reason}"))
            self._spoil(sheet, t, slots)
            return
        start = base + slot.offset
        sheet.row[start : base + slot.end] = written.numbers
        sheet.decimals |= {start + k: decimals for k, decimals in written.decimals.items()}
        sheet.invalid |= {start + k for k in written.faults}
        self._report(i, slot.field, written)

    def _report(self, i: int, name: str, written: Written) -> None:
        for fault in written.faults.values():
            self.problems.append(Problem(f"{self._at(i)}.{name}{fault.place}: {fault.reason}"))
        for said, numbers in ((_COMMAS, written.commas), (_BESIDE, written.beside)):
            self.otherwise.setdefault(said, []).extend((name, number) for number in numbers)
        for note in written.notes:
            self.of_fields[note][name] += 1

    def _note_fields(self) -> None:
        """Note once what holds for values of several fields, if it holds for equally many of each."""
        for note, fields in self.of_fields.items():
            for times in dict.fromkeys(fields.values()):
                names = listed([name for name, count in fields.items() if count == times])
                self.notes[f"{names}: {note}"] = times

    def _note_otherwise(self) -> None:
        """Note the numbers that were read otherwise than they stand, one by one if they are few."""
        for (one, many), found in self.otherwise.items():
            if len(set(found)) > _FEW:
                self.notes[many.format(f"{len(found)} numbers, such as {found[0][1]},")] = 1
                continue
            for name, number in found:
                self.notes[f"{name}: {one.format(number)}"] += 1

    def _spoil(self, sheet: Sheet, t: int, slots: Sequence[Slot]) -> None:
        base = t * self.layout.width
        for slot in slots:
            sheet.row[base + slot.offset : base + slot.end] = nan
            for place in range(base + slot.offset, base + slot.end):
                sheet.decimals.pop(place, None)
        sheet.invalid |= set(range(base + slots[0].offset, base + slots[0].end))

    def _places(self) -> list[tuple[int, int]]:
        """Return pairs of a step's number here and in the key; steps that the key does not have are named."""
        found = {i: self._label(i, step) for i, step in enumerate(self.steps)}
        labels = {i: label for i, label in found.items() if label is not None}
        if (start := self._start_row(labels)) is None:
            first = self._counts_from(list(labels.values()))
        else:
            del labels[start]
            first = (1,)
            self.notes[f"{self._at(start)}: only the start values; the one after it is read as the first"] = 1
        places: list[tuple[int, int]] = []
        strange: list[int] = []
        for i, label in labels.items():
            t = self.layout.index.get(tuple(number - one for number, one in zip(label, first, strict=True)))
            if t is None:
                strange.append(i)
            else:
                places.append((i, t))
        counts = ", ".join(f"{loop} from 0 to {n - 1}" for loop, n in self.layout.plan.loops.items())
        for i in strange[:_NAMED_STEPS]:
            self.problems.append(Problem(f"{self._at(i)}: there is no such step; expected {counts}"))
        if len(strange) > _NAMED_STEPS:
            more = len(strange) - _NAMED_STEPS
            self.problems.append(
                Problem(
                    f"{self.place}.steps: {more} more steps that the exercise does not have; none was read"
                )
            )
        return places

    def _start_row(self, labels: Mapping[int, Label]) -> int | None:
        """Return step 0 of a table with one step too many, if that has only the start values in it."""
        start = self.layout.plan.start
        (*_, count), deep = (0, *self.layout.plan.loops.values()), len(self.layout.plan.loops)
        if deep != 1 or sorted(labels.values()) != [(n,) for n in range(count + 1)]:
            return None
        (row,) = (i for i, label in labels.items() if label == (0,))
        written = {name: value for name, value in self.steps[row].items() if not is_absent(value)}
        fields = written.keys() - self.layout.plan.loops.keys()
        if not fields or not fields <= start.keys():
            return None
        return row if all(_is(written[name], start[name]) for name in fields) else None

    def _label(self, i: int, step: Mapping[str, Any]) -> Label | None:
        label = []
        for loop in self.layout.plan.loops:
            value = step.get(loop)
            if isinstance(value, str) and (number := label_number(value)) is not None:
                if not value.strip().isdecimal() and not any(
                    note.startswith(f"{loop}: ") for note in self.notes
                ):
                    self.notes[f"{loop}: {quoted(value)} is read as {number}, and its like as well"] = 1
                value = number
            if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
                if step:
                    found = "nothing" if value is None else kind_of(value)
                    self.problems.append(
                        Problem(f"{self._at(i)}.{loop}: expected a whole number, found {found}")
                    )
                    others = [name for name in step if name not in self.layout.names]
                    self.problems += unknown_keys(
                        self._at(i), others, (*self.layout.plan.loops, *self._slots())
                    )
                return None
            label.append(int(value))
        return tuple(label)

    def _counts_from(self, labels: list[Label]) -> Label:
        """Return the number from which each loop's labels count, 0 or 1.

        A table without any 0 counts from 1; so does a single loop that reaches its count. If no loop reaches
        its count, the first step may also be missing: then the numbers decide (see `readings`).
        """
        counts = tuple(self.layout.plan.loops.values())
        if not labels or not counts:
            return (0,) * len(counts)
        lowest, highest = np.min(labels, axis=0), np.max(labels, axis=0)
        all_from_one = bool(np.all((lowest >= 1) & (highest <= counts)))
        first = tuple(
            int(low >= 1 and (all_from_one or high == n))
            for low, high, n in zip(lowest, highest, counts, strict=True)
        )
        if any(first):
            loops = tuple(loop for loop, one in zip(self.layout.plan.loops, first, strict=True) if one)
            if np.all(highest < counts):
                self.counted = loops
            else:
                self.notes[f"{' and '.join(loops)}: counted from 1 and read so; here the first is 0"] = 1
        return first


def _is(value: Any, number: Array) -> bool:
    """Tell whether a value in a hand-in is exactly this one."""
    try:
        return np.array_equal(read_value(value, [number.shape]).numbers, number.ravel())
    except ValueFault:
        return False
