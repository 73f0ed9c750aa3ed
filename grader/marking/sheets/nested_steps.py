"""Steps that are not laid out in one list: within each other, in groups, or field by field.

A list for each pass, `"samples": [...]` in a step, and `"pass 1": {"sample 1": {...}}` are read one step
after the other. Labels of the steps around a step count for it; if none of them has a label, its place or its
name is taken. `"forward": {...}` in a step is a part of it, and so is a list `"lines": [{"field": "L",
"value": ...}, ...]`. `{"s_out": [...], "L": [...]}` is a table with a list of all steps for each field, and
so are rows below a row with their names.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, permutations
from typing import Any, NamedTuple

from grader.marking.sheets.layout import Layout
from grader.marking.sheets.values import is_absent, label_number
from grader.schemas.wording import first_of, printable

_SHOWN = 5  # names, at most
_MOST = 10_000  # entries in one list or object, at most
_DEEPEST = 8  # levels, at most

Step = dict[str, Any]


class Unnested(NamedTuple):
    """Steps in one list, a note on how they were read, and names beside some of them that are no labels."""

    steps: list[Step]
    note: str
    beside: list[str]


class _Leaf(NamedTuple):
    """A step, the labels of the steps around it, and its places in the lists, the outermost first."""

    step: Step
    labels: Step
    places: tuple[int | str, ...]


def are_nested(steps: Any, layouts: Mapping[str, Layout]) -> bool:
    """Tell whether steps seem not to be laid out in one list, as far as the first one tells."""
    first = steps[0] if isinstance(steps, list) and steps else None
    if not isinstance(first, dict):
        return isinstance(steps, dict) or isinstance(first, list)
    own = first.keys()
    usual = any(own <= each.names and not own <= each.plan.loops.keys() for each in layouts.values())
    return not usual and any(map(has_steps, first.values()))


def has_steps(value: Any) -> bool:
    """Tell whether a value is an object, as a step is, or a list (even of lists) that begins with one."""
    while isinstance(value, list) and value:
        value = value[0]
    return isinstance(value, dict)


def unnested(steps: Any, layouts: Mapping[str, Layout], most: int) -> Unnested | None:
    """Return at most so many steps, one after the other.

    None where no steps stand within others, or where they stand deeper than the exercise has loops.
    """
    reader = _Reader(layouts, most)
    if rows := reader.rows(steps):
        note = "your fields have a list of all steps each; they are read step by step"
        below = "the first row of your steps is read as the names of what stands below them"
        return Unnested(rows, note if isinstance(steps, dict) else below, [])
    leaves = list(islice(reader.leaves(steps), most))
    depths = {len(leaf.places) for leaf in leaves}
    flat = depths == {1} and isinstance(steps, list)
    if len(depths) != 1 or not depths <= reader.loops.keys() or (flat and not reader.groups):
        return None
    if not any(reader.fields & leaf.step.keys() for leaf in leaves):
        return None
    note = "your steps stand within others; they are read one after the other"
    if flat:
        note = f"what stands under {few(reader.groups)} in your steps is read as part of them"
    return Unnested(reader.labelled(leaves, reader.loops[depths.pop()]), note, [*reader.beside])


def few(names: Iterable[str]) -> str:
    """Return some names of a hand-in as they may be shown."""
    names = [*names]
    return first_of([*map(printable, names[:_SHOWN]), *names[_SHOWN:]], _SHOWN)


class _Reader:
    """Takes steps apart; `groups` and `beside` are names that were found on the way."""

    def __init__(self, layouts: Mapping[str, Layout], most: int) -> None:
        self.most = most
        self.fields = frozenset().union(*(layout.of_field for layout in layouts.values()))
        self.loops = {len(layout.plan.loops): [*layout.plan.loops] for layout in layouts.values()}
        self.labels = frozenset().union(*self.loops.values())
        self.steps = {layout.steps: layout.plan.steps for layout in reversed([*layouts.values()])}
        self.groups: dict[str, None] = {}
        self.beside: dict[str, None] = {}

    def rows(self, steps: Any) -> list[Step]:
        """Return the steps of a table that has a list of all steps for each field; none for anything else."""
        table = self._columns(steps)
        lists = [[*each.values()] if isinstance(each, dict) else each for each in table.values()]
        lengths = {len(each) if isinstance(each, list) else -1 for each in lists}
        if len(lengths) != 1 or -1 in lengths:
            return []
        rows = [dict(zip(table, row, strict=True)) for row in islice(zip(*lists, strict=True), self.most)]
        if self.labels & table.keys():
            return rows
        steps = self.steps.get(lengths.pop(), ())
        return [{**labels, **row} for labels, row in zip(steps, rows, strict=False)]

    def _columns(self, steps: Any) -> Mapping[str, Any]:
        """Return the column of each name, from an object of fields or from rows below a row of names."""
        if isinstance(steps, dict):
            return steps if steps.keys() <= self.fields | self.labels else {}
        rows = steps[: self.most + 1] if isinstance(steps, list) else []
        names = rows[0] if len(rows) > 1 and isinstance(rows[0], list) else []
        if not self.fields & {name for name in names if isinstance(name, str)}:
            return {}
        as_wide = all(isinstance(row, list) and len(row) == len(names) for row in rows)
        different = all(isinstance(name, str) for name in names) and len({*names}) == len(names)
        columns = map(list, zip(*rows[1:], strict=True)) if as_wide and different else ()
        return dict(zip(names, columns, strict=False))

    def leaves(
        self, node: Any, labels: Step | None = None, places: tuple[int | str, ...] = (), deep: int = 0
    ) -> Iterator[_Leaf]:
        """Yield the steps that stand within a node, with the labels around them."""
        labels = labels or {}
        if not isinstance(node, dict | list) or not 0 < len(node) <= _MOST or deep > _DEEPEST:
            return
        if isinstance(node, list):
            for place, each in enumerate(node[: self.most]):
                yield from self.leaves(each, labels, (*places, place), deep + 1)
            return
        node = self._as_one(node)
        inner = {name: value for name, value in node.items() if name not in self.fields and has_steps(value)}
        if not inner:
            yield _Leaf(node, labels, places)
            return
        around = [name for name, value in node.items() if name not in inner and not is_absent(value)]
        self.beside |= dict.fromkeys(name for name in around if name not in self.labels)
        said = labels | {name: node[name] for name in around if name in self.labels}
        for name, value in inner.items():
            numbered = label_number(str(name)) is not None
            yield from self.leaves(value, said, (*places, name) if numbered else places, deep + 1)

    def _as_one(self, step: Step) -> Step:
        """Return a step with the fields of its groups put directly into it."""
        groups = {
            name: group
            for name, value in step.items()
            if isinstance(group := self._named(value), dict)
            and self.fields & group.keys()
            and label_number(str(name)) is None
        }
        names = [name for part in (step, *groups.values()) for name in part]
        if not groups or len(set(names)) < len(names):
            return step
        self.groups |= dict.fromkeys(groups)
        whole = {name: value for name, value in step.items() if name not in groups}
        for group in groups.values():
            whole |= group
        return whole

    def _named(self, value: Any) -> Any:
        """Return a list of fields with their values, `[{"field": "L", "value": ...}]`, as a group of them."""
        listed = isinstance(value, list) and 0 < len(value) <= len(self.fields)
        if not listed or not all(isinstance(each, dict) and len(each) == 2 for each in value):
            return value
        for name, number in permutations(value[0]):
            if all(each.keys() == {name, number} for each in value):
                names = {each[name] for each in value if isinstance(each[name], str)}
                if names <= self.fields and len(names) == len(value):
                    return {each[name]: each[number] for each in value}
        return value

    def labelled(self, leaves: list[_Leaf], own: list[str]) -> list[Step]:
        """Return steps with labels: the stated ones, or else places, counted from 0 or 1 as these are."""
        steps = [leaf.labels | leaf.step for leaf in leaves]
        told = {loop for loop in own if any(loop in step for step in steps)}
        first = int(
            bool(told) and all(label_number(str(step.get(loop, 0))) for loop in told for step in steps)
        )
        for step, leaf in zip(steps, leaves, strict=True):
            for loop, at in zip(own, leaf.places, strict=True):
                if loop not in told:
                    step[loop] = at if isinstance(at, str) else at + first
        return steps
