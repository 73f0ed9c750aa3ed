"""Verdicts on every number of a batch. Their codes rise from best to worst."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Mask
from grader.marking.lines.batch import Batch
from grader.marking.lines.slips import Slip, are_among
from grader.marking.lines.work import Options
from grader.marking.sheets.layout import Layout, Slot
from grader.schemas.results import Status
from grader.solver import Line, Plan
from grader.solver.laid_out import filled


class Code(IntEnum):
    """The verdict on one number."""

    CORRECT = 0
    FOLLOWS = 1
    SLIP = 2
    MISTAKE = 3
    WRONG = 4
    MISSING = 5
    INVALID = 6


STATUS = {code: Status(code.name.lower()) for code in Code}
BY_STEP = ("codes", "kinds", "expected", "form", "hollow", "source", "sharp")  # of verdicts: (N, T, ...)


def at_fault(codes: NDArray[np.uint8]) -> Mask:
    """Tell which numbers are written, and wrong by a fault of their own."""
    return (codes >= Code.SLIP) & (codes <= Code.WRONG)


def unexplained(codes: NDArray[np.uint8], kinds: NDArray[np.uint8], slips: tuple[Slip, ...] = ()) -> Mask:
    """Tell which numbers are wrong for no known reason, or look like one of some slips of the pen."""
    found: Mask = (codes == Code.WRONG) & (kinds == Slip.NONE)
    if slips:
        found |= (codes == Code.SLIP) & are_among(kinds, slips)
    return found


def astray(codes: NDArray[np.uint8], kinds: NDArray[np.uint8]) -> Mask:
    """Tell which numbers are wrong by a fault of their own other than too few digits.

    Too few digits are the same fault in every order of work, and so tell nothing of which one it was.
    """
    off: Mask = at_fault(codes) & (kinds != Slip.FEW_DIGITS)
    return off


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """What marking found for N hand-ins over T steps of W numbers and L lines.

    Of numbers, (N, T, W): `codes`; `kinds`, the slip or other fault (`Slip`); `expected`, what follows from
    the student's own lines.

    Of lines, (N, T, L): `form`, which of the line's slots was written; `hollow`, lines that are zero only
    because of an earlier error of the student's own, and earn nothing; `source`, what else a line comes from
    (of a copied row the line, counted from 1); `sharp`, lines that are what the written values before them
    give, rounded once. `matches` (2, N, T, L) has as bits the known mistakes that a line matches, and those
    that it matches to the digit.

    `asked` (N,) is how many steps are asked, and counted; `before` (N, T) is the step that was worked before
    each one, -1 for the first.
    """

    batch: Batch
    options: Options
    codes: NDArray[np.uint8]
    expected: Array
    form: NDArray[np.uint8]
    hollow: Mask
    kinds: NDArray[np.uint8]
    matches: NDArray[np.uint64]
    source: NDArray[np.uint8]
    sharp: Mask
    asked: NDArray[np.intp]
    before: NDArray[np.intp]

    @property
    def layout(self) -> Layout:
        return self.batch.layout

    @property
    def plan(self) -> Plan:
        return self.batch.layout.plan

    def of(self, slot: Slot) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return the codes and the kinds of a slot's numbers: (N, T, numbers) each."""
        return self.codes[..., slot.columns], self.kinds[..., slot.columns]

    def worth(self) -> Array:
        """Return the points of each line in every step, 0 where it is not asked: (1 or N, T, L)."""
        layout = self.batch.layout
        points = np.array([line.points for line in layout.plan.lines])
        every: Array = np.broadcast_to(points, (1, layout.steps, len(points)))
        if layout.plan.stop is None:
            return every
        counted = np.arange(layout.steps) < self.asked[:, None]
        share: Array = np.where(counted, layout.steps / self.asked[:, None], 0.0)
        return share[:, :, None] * every

    def put(self, rows: NDArray[np.intp], other: "Verdicts", chosen: NDArray[np.intp]) -> None:
        """Replace the verdicts on some hand-ins, and their options, by those `chosen` from other verdicts."""
        for name in (*BY_STEP, "asked"):
            getattr(self, name)[rows] = getattr(other, name)[chosen]
        self.matches[:, rows] = other.matches[:, chosen]
        for group, options in other.options.items():
            self.options[group][rows] = options[chosen]

    def options_of(self, rows: NDArray[np.intp]) -> dict[str, NDArray[np.intp]]:
        """Return the options of some hand-ins."""
        return {group: chosen[rows] for group, chosen in self.options.items()}

    def slot(self, row: int, t: int, line: int) -> Slot:
        """Return the slot in which a student wrote a line."""
        return self.batch.layout.of_lines[line][int(self.form[row, t, line])]


def empty_verdicts(batch: Batch, options: Options) -> Verdicts:
    """Return the verdicts before marking: all correct, nothing expected yet."""
    count, steps, width = batch.values.shape
    lines = len(batch.layout.usual)
    return Verdicts(
        batch,
        options,
        codes=filled((count, steps, width), Code.CORRECT, np.uint8),
        expected=filled((count, steps, width), np.nan),
        form=filled((count, steps, lines), 0, np.uint8),
        hollow=filled((count, steps, lines), False, np.bool_),
        kinds=filled((count, steps, width), 0, np.uint8),
        matches=filled((count, 2, steps, lines), 0, np.uint64).swapaxes(0, 1),
        source=filled((count, steps, lines), 0, np.uint8),
        sharp=filled((count, steps, lines), True, np.bool_),
        asked=np.full(count, steps),
        before=np.broadcast_to(np.arange(steps) - 1, (count, steps)),
    )


def line_codes(verdicts: Verdicts) -> NDArray[np.uint8]:
    """Return the verdict on every line, that of its worst component: (N, T, L)."""
    return by_line(verdicts, verdicts.codes, worst=True).astype(np.uint8)


def by_line(verdicts: Verdicts, numbers: Array | NDArray[np.uint8] | Mask, *, worst: bool) -> Array:
    """Return for every line the worst (largest) or the mean value of its components: (N, T, L)."""
    layout = verdicts.layout
    result = np.empty_like(numbers[..., : len(layout.usual)], dtype=np.float64)
    for i, slots in enumerate(layout.of_lines):
        for form, slot in enumerate(slots):
            part = numbers[..., slot.columns]
            value = part.max(axis=-1) if worst else part.mean(axis=-1)
            result[..., i] = np.where(verdicts.form[..., i] == form, value, result[..., i]) if form else value
    return result


def unread(verdicts: Verdicts, line: Line, rows: NDArray[np.intp], steps: NDArray[np.intp]) -> Mask:
    """Tell for lines, each by its row and step, which of their parents were not read: (lines, parents).

    Those were not handed in or cannot be read, and were worked out instead.
    """
    layout = verdicts.layout
    absent = np.zeros((len(rows), len(line.parents)), dtype=np.bool_)
    for i, name in enumerate(line.parents):
        slot = layout.of_field[layout.plan.field_of(name)]
        before = verdicts.before[rows, steps] if name in line.previous else steps
        nothing = np.all(np.isnan(verdicts.batch.values[rows, before, slot.columns]), axis=1)
        absent[:, i] = (before >= 0) & nothing & (verdicts.form[rows, before, slot.line] == 0)
    return absent
