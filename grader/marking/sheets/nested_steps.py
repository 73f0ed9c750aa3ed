"""Steps within steps: a list for each pass, `"samples": [...]` in a step, `"pass 1": {"sample 1": {...}}`.

They are read one after the other. What the steps around a step say of its numbers counts for it; where none
says a number, its place or its name tells it.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from grader.marking.sheets.layout import Layout
from grader.marking.sheets.values import is_absent, label_number

Step = dict[str, Any]


class _Leaf(NamedTuple):
    """A step: what stands in it, the labels of those around it, its places in the lists, outermost first."""

    step: Step
    labels: Step
    places: tuple[int | str, ...]


def are_nested(steps: Any) -> bool:
    """Tell whether what is handed in as steps has steps within it, as far as the first one tells."""
    first = steps[0] if isinstance(steps, list) and steps else None
    inner = first.values() if isinstance(first, dict) else ()
    return isinstance(steps, dict) or isinstance(first, list) or any(map(_has_steps, inner))


def unnested(steps: Any, layouts: Mapping[str, Layout], most: int) -> tuple[list[Step], list[str]] | None:
    """Return at most so many steps one after the other, and what stands beside some of them and is no label.

    None where there are none within others, or in more others than the exercise has loops.
    """
    fields = frozenset().union(*(layout.of_field for layout in layouts.values()))
    loops = {len(layout.plan.loops): [*layout.plan.loops] for layout in layouts.values()}
    beside: dict[str, None] = {}
    leaves = list(islice(_leaves(steps, fields, max(loops), beside), most))
    depths = {len(leaf.places) for leaf in leaves}
    if len(depths) != 1 or not depths <= loops.keys() or (depths == {1} and isinstance(steps, list)):
        return None
    own = loops[depths.pop()]
    every = {name for names in loops.values() for name in names}
    plain = [
        {name: leaf.labels[name] for name in leaf.labels if name in every} | leaf.step for leaf in leaves
    ]
    told = {loop for loop in own if any(loop in step for step in plain)}
    first = int(bool(told) and all(label_number(str(step.get(loop, 0))) for loop in told for step in plain))
    for step, leaf in zip(plain, leaves, strict=True):
        places = zip(own, leaf.places, strict=True)
        step.update(
            {loop: at if isinstance(at, str) else at + first for loop, at in places if loop not in told}
        )
    return plain, [name for name in beside if name not in every]


def _has_steps(value: Any) -> bool:
    """Tell whether a value is a step or a list that begins with one."""
    return isinstance(value[0] if isinstance(value, list) and value else value, dict)


def _leaves(
    node: Any,
    fields: frozenset[str],
    deep: int,
    beside: dict[str, None],
    labels: Step | None = None,
    places: tuple[int | str, ...] = (),
) -> Iterator[_Leaf]:
    labels = labels or {}
    if len(places) > deep:
        return
    if isinstance(node, list):
        for place, each in enumerate(node):
            yield from _leaves(each, fields, deep, beside, labels, (*places, place))
        return
    if not isinstance(node, dict) or not node:
        return
    inner = {name: value for name, value in node.items() if name not in fields and _has_steps(value)}
    if not inner:
        yield _Leaf(node, labels, places)
        return
    around = {name: value for name, value in node.items() if name not in inner and not is_absent(value)}
    beside |= dict.fromkeys(around)
    for name, value in inner.items():
        numbered = isinstance(value, dict) and label_number(str(name)) is not None
        within = (*places, name) if numbered else places
        yield from _leaves(value, fields, deep, beside, labels | around, within)
