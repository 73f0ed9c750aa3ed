"""Steps that are numbered otherwise than asked: read in the order in which they stand, where that is plain.

Numbers may be left out, be names, or run on through all loops; and a table with a row for every entry in all
its fields is a table of steps. Nothing is guessed that the order, the numbers and the shapes do not agree on.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from grader.marking.sheets.digits import read_number
from grader.marking.sheets.layout import Layout
from grader.marking.sheets.passes import Passes, find_passes
from grader.marking.sheets.summed_rows import add_up, shape_of
from grader.marking.sheets.values import is_absent, label_number
from grader.schemas.wording import listed, quoted

_FEWEST = 2  # steps: one alone may be any
_MOST_IN_LABEL = 10  # numbers in a list that stands where a label belongs

Step = Mapping[str, Any]


class Renumbered(NamedTuple):
    """Steps with the numbers that they are read with; `origin` has where each stands in the hand-in."""

    steps: list[dict[str, Any]]
    method: str
    note: str
    origin: tuple[int, ...]


def renumber(steps: Sequence[Step], layouts: Mapping[str, Layout]) -> Renumbered | None:
    """Return steps with the usual numbers; None where they have them, or it is not plain which these are."""
    written = [(i, _with_texts(step, layouts)) for i, step in enumerate(steps) if step]
    if any(not isinstance(name, str) for _, step in written for name in step):
        return None
    down, filled = _filled_down(written, layouts)
    numbered, named = _numbers_for_names(down, layouts)
    notes = [*filled, *named]
    if not notes:
        return _renumber(written, layouts)
    note, usual = "; ".join(notes), _numbered(numbered, layouts)
    other = _renumber(numbered, layouts)
    if other is not None:
        return other._replace(note=f"{note}; {other.note}")
    if usual is None:
        return None
    return Renumbered(
        [{**step} for _, step in numbered], usual.plan.method, note, tuple(i for i, _ in numbered)
    )


def _with_texts(step: Step, layouts: Mapping[str, Layout]) -> Step:
    """Return a step with a text in place of a short list as its label, such as a sample's own numbers."""
    in_words = {
        loop: str(label)
        for loop in _loops(layouts)
        if isinstance(label := step.get(loop), list) and 0 < len(label) <= _MOST_IN_LABEL
    }
    return {**step, **in_words} if in_words else step


def _filled_down(
    written: Sequence[tuple[int, Step]], layouts: Mapping[str, Layout]
) -> tuple[Sequence[tuple[int, Step]], list[str]]:
    """Return steps with the number of a pass in each, where only the first of every pass has it."""
    notes: list[str] = []
    for loop in dict.fromkeys(loop for layout in layouts.values() for loop in [*layout.plan.loops][:-1]):
        said = [not is_absent(step.get(loop)) for _, step in written]
        if all(said) or not any(said) or not said[0]:
            continue
        above: list[Any] = [step.get(loop) for _, step in written]
        above = list(accumulate(above, lambda last, own: last if is_absent(own) else own))
        written = [(i, {**step, loop: label}) for (i, step), label in zip(written, above, strict=True)]
        notes.append(f"{loop}: where it is empty, it is read as in the step above")
    return written, notes


def _numbers_for_names(
    written: Sequence[tuple[int, Step]], layouts: Mapping[str, Layout]
) -> tuple[Sequence[tuple[int, Step]], list[str]]:
    """Return steps with numbers where all had names: A, B, C, D, the days of a week, points in time.

    They are numbered as they come. Of a loop within another one all must be there: else one may be left out.
    """
    notes: list[str] = []
    within = {loop for layout in layouts.values() for loop in [*layout.plan.loops][1:]}
    for loop, count in _loops(layouts).items():
        values = [step.get(loop) for _, step in written]
        if not _are_names(values):
            continue
        numbers = {name: n for n, name in enumerate(dict.fromkeys(values))}
        if not _FEWEST <= len(numbers) <= count or (loop in within and len(numbers) < count):
            continue
        written = [(i, {**step, loop: numbers[step[loop]]}) for i, step in written]
        first, second = [quoted(name) if isinstance(name, str) else f"{name:g}" for name in [*numbers][:2]]
        notes.append(
            f"{loop}: {first} is read as 0, {second} as 1" + ", and so on" * (len(numbers) > _FEWEST)
        )
    return written, notes


def _are_names(labels: Sequence[Any]) -> bool:
    """Tell whether labels are texts without a number, or times that are not all whole: 0, 0.1, 0.2."""
    if not all(isinstance(label, str | int | float) and not is_absent(label) for label in labels):
        return False
    if all(_number(label) is None for label in labels):
        return True
    times = [read_number(str(label)) for label in labels]
    values = [time.value for time in times if time is not None]
    return len(values) == len(times) and values == sorted(values) and not all(map(float.is_integer, values))


def _renumber(written: Sequence[tuple[int, Step]], layouts: Mapping[str, Layout]) -> Renumbered | None:
    passes = find_passes(tuple(layouts.values()))
    if passes is not None and (split := _split(written, passes)) is not None:
        return split
    if passes is not None and (summed := add_up([step for _, step in written], passes)) is not None:
        new, note = summed
        origin = tuple(i for i, _ in written)
        if _numbered(list(zip(origin, new, strict=True)), {passes.whole.plan.method: passes.whole}):
            return Renumbered(new, passes.whole.plan.method, note, origin)
    usual, most = _numbered(written, layouts), sum(len(step) for _, step in written)
    if len(written) < _FEWEST or (usual is not None and 2 * _fitting(written, usual) >= most):
        return None
    fitting = {layout: _fitting(written, layout) for layout in layouts.values()}
    for read in (_in_order, _counted_on):
        found = {layout: numbers for layout in fitting if (numbers := read(written, layout, layouts))}
        best = max(found, key=lambda layout: fitting[layout], default=usual)
        if best is not usual and best is not None and 2 * fitting[best] >= most:
            every = _loops(layouts)
            numbered = [
                labels | {name: value for name, value in step.items() if name not in every}
                for (_, step), labels in zip(written, found[best], strict=True)
            ]
            return Renumbered(numbered, best.plan.method, _note(written, best), tuple(i for i, _ in written))
    return None


def _loops(layouts: Mapping[str, Layout]) -> dict[str, int]:
    return {loop: count for layout in layouts.values() for loop, count in layout.plan.loops.items()}


def _numbered(written: Sequence[tuple[int, Step]], layouts: Mapping[str, Layout]) -> Layout | None:
    """Return the method that has the numbers of each step, each its own, counted from 0 or 1, if any does."""
    for layout in layouts.values():
        labels = [tuple(_number(step.get(loop)) for loop in layout.plan.loops) for _, step in written]
        in_range = all(
            number is not None and 0 <= number <= count
            for label in labels
            for number, count in zip(label, layout.plan.loops.values(), strict=True)
        )
        if in_range and len(set(labels)) == len(labels):
            return layout if _fitting(written, layout) else None
    return None


def _number(value: Any) -> int | None:
    if isinstance(value, str):
        return label_number(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _in_order(
    written: Sequence[tuple[int, Step]], layout: Layout, layouts: Mapping[str, Layout]
) -> Sequence[dict[str, int]]:
    """Return a method's first steps where the numbers that the steps have are those, or run on; else none."""
    steps = layout.plan.steps
    if not layout.plan.loops or len(written) > len(steps):
        return []
    for loop, count in _loops(layouts).items():
        values = [_number(step.get(loop)) for _, step in written]
        if all(loop not in step or is_absent(step[loop]) for _, step in written):
            continue
        if None in values:
            return []
        running = list(range(len(written)))
        ways = [running] if len(written) > count else []
        if loop in layout.plan.loops:
            ways.append([labels[loop] for labels in steps[: len(written)]])
        first = values[0]
        if first not in (0, 1) or not any([n + first for n in way] == values for way in ways):
            return []
    return steps[: len(written)]


def _counted_on(
    written: Sequence[tuple[int, Step]], layout: Layout, layouts: Mapping[str, Layout]
) -> Sequence[dict[str, int]]:
    """Return the numbers of steps that have only one of two, and some of which may be left out; else none.

    The entries of each round are counted; or a round begins where an entry comes again.
    """
    said = {loop for loop in _loops(layouts) if any(not is_absent(step.get(loop)) for _, step in written)}
    if len(layout.plan.loops) != 2 or len(said) != 1 or not said < layout.plan.loops.keys():
        return []
    (outer, rounds), (inner, count) = layout.plan.loops.items()
    own = [_number(step.get(*said)) for _, step in written]
    first = own[0] if own[0] == 1 and outer in said else 0
    numbers: list[tuple[int, int]] = []
    for number in own:
        if number is None:
            return []
        before, entry = numbers[-1] if numbers else (0, -1)
        if outer in said:
            numbers.append((number - first, entry + 1 if number - first == before else 0))
        else:
            numbers.append((before + ((before, number) in numbers), number))
    in_order = [each for each, _ in numbers] == sorted(each for each, _ in numbers)
    # Entries that are counted from 1 are read so later.
    possible = all(0 <= a < rounds and 0 <= b < count + (inner in said) for a, b in numbers)
    return [{outer: a, inner: b} for a, b in numbers] if in_order and possible else []


def _fitting(written: Sequence[tuple[int, Step]], layout: Layout) -> int:
    """Return how many fields have a shape that they have in a method."""
    shapes = {slots[0].field: [slot.shape for slot in slots] for slots in layout.of_lines}
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
