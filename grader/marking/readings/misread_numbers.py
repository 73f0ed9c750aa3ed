"""Work with another number than one that stands in an equation: 6 x_3 for 5 x_3.

Each is asked as if it were an input: see `misread_inputs`. What stands in all formulas, such as a power or a
factor of one, is no number of an exercise.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from grader.expressions import Call, Name, Tree, exact
from grader.expressions.tree import Infix, Item, Minus, Number, Repeat, children, rebuild
from grader.marking.lines.taken_from import WrongLines
from grader.marking.lines.verdicts import Verdicts
from grader.marking.readings import misread_inputs
from grader.solver import Line

_NAME = "#"  # which nothing in a key can have
_MOST = 32  # numbers of an equation


def note_misread_numbers(verdicts: Verdicts) -> Iterator[tuple[int, str]]:
    """Name the first line of a field that shows another number in its equation; say which, by hand-in."""
    plan = verdicts.batch.layout.plan
    every = np.zeros(len(plan.steps), dtype=np.intp)
    for line, slot in verdicts.batch.layout.pairs():
        for off in misread_inputs.lines_off(verdicts, [(line, slot)], every):
            for tree, chosen in line.usual.chosen(plan.choices, verdicts.options_of(off.rows)):
                some = chosen if line.usual.groups else slice(None)
                for value, other in [*_numbers(tree)][:_MOST]:
                    lines = WrongLines(verdicts, line, slot, off.rows[some], off.steps[some])
                    lines.line = _with_tree(line, other)
                    lines.names[_NAME] = exact(np.full(len(lines.rows), value))
                    yield from misread_inputs.Number([lines], every, _NAME, np.array([value])).note()


def _with_tree(line: Line, tree: Tree) -> Line:
    """Return a line with another equation, whatever the choices."""
    return replace(line, usual=replace(line.usual, trees=dict.fromkeys(line.usual.trees, tree)))


def _numbers(tree: Tree) -> Iterator[tuple[float, Tree]]:
    """Yield each number of an equation that may be misread, and the equation with a name in its place."""
    operands = children(tree)
    for place, operand in enumerate(operands):
        if _is_fixed(tree, place):
            continue
        others = [(operand.value, Name(_NAME))] if isinstance(operand, Number) else _numbers(operand)
        for value, other in others:
            yield value, rebuild(tree, (*operands[:place], other, *operands[place + 1 :]), tree.span)


def _is_fixed(tree: Tree, place: int) -> bool:
    """Tell whether an operand is an index, a range, a power, a number of decimals, or a factor of one."""
    operand = children(tree)[place]
    match tree:
        case Item():
            return place > 0
        case Repeat():
            return place < 2
        case Infix():
            power = tree.operator == "^" and place == 1
            return power or (tree.operator in "*/" and operand in (Number(1.0), Minus(Number(1.0))))
        case Call(function="round"):
            return place == 1
        case _:
            return False
