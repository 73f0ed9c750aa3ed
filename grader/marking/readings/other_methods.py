"""Methods with the same steps and fields, where only the numbers tell which one a student used."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from grader.marking.sheets.layout import Layout, Slot
from grader.marking.sheets.sheet import Sheet


def rivals(layout: Layout, others: Iterable[Layout]) -> list[Layout]:
    """Return the other layouts by which a hand-in in this one could be read as well."""
    return [
        other
        for other in others
        if other is not layout
        and other.plan.question == layout.plan.question
        and other.plan.loops == layout.plan.loops
        and other.index == layout.index
        and _places(other).keys() == _places(layout).keys()
    ]


def by_method(sheet: Sheet, layout: Layout) -> Sheet:
    """Return a hand-in as one by another method with the same steps and fields, in whatever order."""
    old, new = _places(sheet.layout), _places(layout)
    columns = np.empty(layout.width, dtype=np.intp)
    for name, slot in new.items():
        columns[slot.columns] = np.arange(old[name].offset, old[name].end)
    comes_from = np.arange(layout.steps)[:, None] * layout.width + columns
    note = f"your numbers are those of the method {layout.plan.method}; read as that"
    return replace(sheet.rearranged(layout, comes_from), notes=[*sheet.notes, note])


def _places(layout: Layout) -> dict[tuple[str, tuple[int, ...]], Slot]:
    return {(slot.field, slot.shape): slot for slot in layout.slots()}
