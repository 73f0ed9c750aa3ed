"""Factors that a formula has too many, or lacks, in words: what is divided by counts as well."""

from collections.abc import Iterator, Sequence

from grader.expressions import Tree, walk
from grader.expressions.printing import in_brief
from grader.expressions.tree import Infix, Minus, Number

Factors = frozenset[tuple[Tree, bool]]  # each with whether it stands above the line


def factors_of(tree: Tree) -> Factors:
    """Return what a formula multiplies and divides by, without numbers."""
    return frozenset(_factors(tree, above=True))


def _factors(tree: Tree, *, above: bool) -> Iterator[tuple[Tree, bool]]:
    match tree:
        case Number():
            return
        case Minus(operand):
            yield from _factors(operand, above=above)
        case Infix("*", left, right):
            yield from _factors(left, above=above)
            yield from _factors(right, above=above)
        case Infix("/", left, right):
            yield from _factors(left, above=above)
            yield from _factors(right, above=not above)
        case Infix("^", base, Number()):
            yield from _factors(base, above=above)
        case Infix("^", base, Minus(Number())):
            yield from _factors(base, above=not above)
        case _:
            yield tree, above


def has_own_decimals(tree: Tree, other: Tree) -> bool:
    """Tell whether a number that is not whole stands in a formula, and not in another one."""
    own, others = ({node.value for node in walk(each) if isinstance(node, Number)} for each in (tree, other))
    return any(value % 1 for value in own - others)


def factors_in_words(missing: Sequence[Tree], surplus: Sequence[Tree], written: Factors) -> str:
    """Return what is wrong with a formula that lacks some factors and has some too many, two in all.

    `written` are those that it has.
    """
    match missing, surplus:
        case [one], [other] if (other, True) in written and (one, False) not in written:
            return f"the factor {_name(other)} stands where {_name(one)} belongs"
        case [one, other], [] if one == other:
            return _lacking(Infix("^", one, Number(2.0)), written)
        case [], [one, other] if one == other:
            return f"it is to be divided by {_name(one)}^2"
        case [one, other], [] if not {(one, False), (other, False)} & written:
            return f"the factors {_name(one)} and {_name(other)} are missing"
    said = [_lacking(each, written) for each in missing] + [_too_many(each, written) for each in surplus]
    return " and ".join(said)


def _lacking(one: Tree, written: Factors) -> str:
    if (one, False) in written:
        return f"it is divided by {_name(one)} once too often"
    return f"the factor {_name(one)} is missing"


def _too_many(one: Tree, written: Factors) -> str:
    if (one, True) in written:
        return f"the factor {_name(one)} is one too many"
    return f"it is to be divided by {_name(one)}" + (" once more" if (one, False) in written else "")


def _name(one: Tree) -> str:
    """Return a factor as it stands in a product."""
    text = in_brief(one)
    return f"({text})" if isinstance(one, Infix) and one.operator in {"+", "-"} else text
