"""Steps that are numbered otherwise than asked: read in the order in which they stand, where that is plain.

Numbers may be left out, or run on through all loops; and a table with a row for every entry in all its fields
is a table of steps. Nothing is guessed that the order, the numbers and the shapes do not agree on.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from grader.marking.sheets.layout import Layout
from grader.marking.sheets.passes import Passes, find_passes
from grader.marking.sheets.summed_rows import add_up, shape_of
from grader.marking.sheets.values import is_absent, label_number
from grader.schemas.wording import listed

_FEWEST = 2  # steps: one alone may be any

Step = Mapping[str, Any]


class Renumbered(NamedTuple):
    """Steps with the numbers that they are read with; `origin` has where each stands in the hand-in."""

    steps: list[dict[str, Any]]
    method: str
    note: str
    origin: tuple[int, ...]


def renumber(steps: Sequence[Step], layouts: Mapping[str, Layout]) -> Renumbered | None:
    """Return steps with the usual numbers; None where they have them, or it is not plain which these are."""
    written = [(i, step) for i, step in enumerate(steps) if step]
    if any(not isinstance(name, str) for _, step in written for name in step):
        return None
    passes = find_passes(tuple(layouts.values()))
    if passes is not None and (split := _split(written, passes)) is not None:
        return split
    if passes is not None and (summed := add_up([step for _, step in written], passes)) is not None:
        new, note = summed
        origin = tuple(i for i, _ in written)
        if _numbered(list(zip(origin, new, strict=True)), {passes.whole.plan.method: passes.whole}):
            return Renumbered(new, passes.whole.plan.method, note, origin)
    if len(written) < _FEWEST or _numbered(written, layouts):
        return None
    found = [layout for layout in layouts.values() if _in_order(written, layout, layouts)]
    best = max(found, key=lambda layout: _fitting(written, layout), default=None)
    if best is None or 2 * _fitting(written, best) < sum(len(step) for _, step in written):
        return None
    every = _loops(layouts)
    numbered = [
        labels | {name: value for name, value in step.items() if name not in every}
        for (_, step), labels in zip(written, best.plan.steps, strict=False)
    ]
    return Renumbered(numbered, best.plan.method, _note(written, best), tuple(i for i, _ in written))


def _loops(layouts: Mapping[str, Layout]) -> dict[str, int]:
    return {loop: count for layout in layouts.values() for loop, count in layout.plan.loops.items()}


def _numbered(written: Sequence[tuple[int, Step]], layouts: Mapping[str, Layout]) -> bool:
    """Tell whether each step has numbers of its own that some method has, counted from 0 or 1."""
    for layout in layouts.values():
        labels = [tuple(_number(step.get(loop)) for loop in layout.plan.loops) for _, step in written]
        in_range = all(
            number is not None and 0 <= number <= count
            for label in labels
            for number, count in zip(label, layout.plan.loops.values(), strict=True)
        )
        if in_range and len(set(labels)) == len(labels):
            return _fitting(written, layout) > 0
    return False


def _number(value: Any) -> int | None:
    if isinstance(value, str):
        return label_number(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _in_order(written: Sequence[tuple[int, Step]], layout: Layout, layouts: Mapping[str, Layout]) -> bool:
    """Tell whether the numbers that the steps have are those of a method's steps in order, or run on."""
    steps = layout.plan.steps
    if not layout.plan.loops or len(written) > len(steps):
        return False
    for loop, count in _loops(layouts).items():
        values = [_number(step.get(loop)) for _, step in written]
        if all(loop not in step or is_absent(step[loop]) for _, step in written):
            continue
        if None in values:
            return False
        running = list(range(len(written)))
        ways = [running] if len(written) > count else []
        if loop in layout.plan.loops:
            ways.append([labels[loop] for labels in steps[: len(written)]])
        first = values[0]
        if first not in (0, 1) or not any([n + first for n in way] == values for way in ways):
            return False
    return True


def _fitting(written: Sequence[tuple[int, Step]], layout: Layout) -> int:
    """Return how many fields have a shape that they have in a method."""
    shapes: dict[str, set[tuple[int, ...]]] = {}
    for slot in layout.slots():
        shapes.setdefault(slot.field, set()).add(slot.shape)
    return sum(
        shape_of(value) in shapes[name]
        for _, step in written
        for name, value in step.items()
        if name in shapes
    )


def _note(written: Sequence[tuple[int, Step]], layout: Layout) -> str:
    absent = [loop for loop in layout.plan.loops if any(is_absent(step.get(loop)) for _, step in written)]
    if absent:
        return f"your steps do not say their {listed(absent)}; they are read in the order in which they stand"
    return "the numbers of your steps run on; they are read in the order in which they stand"


def _split(written: Sequence[tuple[int, Step]], passes: Passes) -> Renumbered | None:
    """Return a step for every entry, where all fields have a row for each, those updated as well."""
    rows = {slot.field: slot.shape for slot, _ in (*passes.rows, *passes.updated, *passes.summed)}
    updated = {slot.field for slot, _ in passes.updated}
    count = passes.count
    several = False
    for _, step in written:
        for name in rows.keys() & step.keys():
            if is_absent(step[name]):
                continue
            if shape_of(step[name]) != (count, *rows[name]):
                return None
            several |= name in updated
    if not several:
        return None
    steps: list[dict[str, Any]] = []
    for _, step in written:
        for k in range(count):
            entry = {name: value[k] if name in rows and value else value for name, value in step.items()}
            steps.append(entry | {passes.inner: k})
    note = f"every field has a row for each {passes.inner}: read as method {passes.each.plan.method}"
    return Renumbered(
        steps, passes.each.plan.method, note, tuple(i for i, _ in written for _ in range(count))
    )
