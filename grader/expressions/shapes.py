"""Shapes, inferred before anything is computed: () a scalar, (n,) a vector, (n, m) a matrix.

Elementwise operations broadcast as in NumPy: aligned at the last axis, a 1 stretches, a scalar goes with
everything.
"""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches

from grader.expressions.faults import ExpressionFault
from grader.expressions.functions import CONSTANTS, DEFINED, ELEMENTWISE, known_functions
from grader.expressions.grammar import parse
from grader.expressions.other_languages import said_here
from grader.expressions.tree import (
    Bracket,
    Call,
    Component,
    Infix,
    Item,
    Minus,
    Name,
    Number,
    Repeat,
    Tree,
)

Shape = tuple[int, ...]
_MOST_AXES = 2


class _Misfit(ValueError):
    """Shapes that do not fit; the reason in words, without the place."""


def infer(tree: Tree, shapes: Mapping[str, Shape], text: str) -> Shape:
    """Return the shape of an expression, given the shapes of the names in it.

    Raises ExpressionFault with the place in `text` for an unknown name or function, a wrong number of
    arguments, or shapes that do not fit.
    """
    try:
        match tree:
            case Number():
                return ()
            case Name():
                return _named(tree, shapes)
            case Minus():
                return infer(tree.operand, shapes, text)
            case Infix():
                operands = infer(tree.left, shapes, text), infer(tree.right, shapes, text)
                return product(*operands) if tree.operator == "@" else together(*operands)
            case Bracket():
                return _stacked([infer(item, shapes, text) for item in tree.items])
            case Component():
                indices = [infer(index, shapes, text) for index in tree.indices]
                return _picked(infer(tree.whole, shapes, text), indices)
            case Item():
                indices = [infer(index, shapes, text) for index in tree.indices]
                return _items(tree, infer(tree.whole, shapes, text), indices)
            case Repeat():
                _check_ends(tree, shapes, text)
                return infer(tree.body, {**shapes, tree.index: ()}, text)
            case Call():
                return _called(tree, [infer(item, shapes, text) for item in tree.arguments])
    except _Misfit as misfit:
        raise ExpressionFault(str(misfit), text, tree.span) from None


def in_words(shape: Shape) -> str:
    """Return a shape as a person says it."""
    if not shape:
        return "a number"
    if len(shape) == 1:
        return f"a vector of {shape[0]}"
    return f"a matrix of {shape[0]}×{shape[1]}"


def together(*shapes: Shape) -> Shape:
    """Return the shape of an elementwise operation on these."""
    result: list[int] = []
    for axis in range(-max(map(len, shapes)), 0):
        sizes = {shape[axis] for shape in shapes if len(shape) >= -axis} - {1}
        if len(sizes) > 1:
            raise _Misfit(" and ".join(map(in_words, shapes)) + " do not go together")
        result.append(sizes.pop() if sizes else 1)
    return tuple(result)


def product(left: Shape, right: Shape) -> Shape:
    """Return the shape of `left @ right`: rows of the left with columns of the right."""
    if not left or not right:
        raise _Misfit(f"'@' multiplies vectors and matrices, not {in_words(left if not left else right)}")
    if left[-1] != right[0]:
        raise _Misfit(f"{in_words(left)} @ {in_words(right)}: {left[-1]} columns meet {right[0]} rows")
    return left[:-1] + right[1:]


def _named(tree: Name, shapes: Mapping[str, Shape]) -> Shape:
    if tree.name in shapes:
        return shapes[tree.name]
    if tree.name in CONSTANTS:
        return ()
    if tree.name in known_functions():
        raise _Misfit(f"the function {tree.name} lacks its arguments")
    raise _Misfit(f"unknown name {tree.name}{nearest(tree.name, shapes)}")


def nearest(name: str, known: Mapping[str, object] | frozenset[str]) -> str:
    """Return '; did you mean …?' with the nearest known name, how else to write it, or nothing."""
    swapped = (f"{name[:i]}{name[i + 1]}{name[i]}{name[i + 2 :]}" for i in range(len(name) - 1))
    if written := said_here(name):
        return written
    matches = [other for other in swapped if other in known] or get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {matches[0]}?" if matches else ""


def _check_ends(tree: Repeat, shapes: Mapping[str, Shape], text: str) -> None:
    for end in (tree.first, tree.last):
        if shape := infer(end, shapes, text):
            reason = f"a sum or product begins and ends at a number, not at {in_words(shape)}"
            raise ExpressionFault(reason, text, end.span)


def _stacked(items: list[Shape]) -> Shape:
    if any(item != items[0] for item in items):
        raise _Misfit("the items of a bracket differ in shape: " + ", ".join(map(in_words, items)))
    if len(items[0]) >= _MOST_AXES:
        raise _Misfit("a bracket holds numbers or rows, not matrices")
    return (len(items), *items[0])


def _picked(whole: Shape, indices: list[Shape]) -> Shape:
    if len(indices) != len(whole):
        raise _Misfit(_indices_for(whole, len(indices)))
    for index in indices:
        if index:
            raise _Misfit(f"an index is a number, not {in_words(index)}")
    return ()


def _indices_for(whole: Shape, count: int) -> str:
    return f"{count} {'index' if count == 1 else 'indices'} for {in_words(whole)}"


def _items(tree: Item, whole: Shape, indices: list[Shape]) -> Shape:
    if len(indices) > len(whole):
        raise _Misfit(_indices_for(whole, len(indices)))
    for index, size in zip(tree.indices, whole, strict=False):
        for number in _literals(index):
            if number not in range(size):
                reason = f"there is no component {number:g}: {in_words(whole)} has 0 to {size - 1}"
                raise _Misfit(f"{reason} along that axis" if len(whole) > 1 else reason)
    shape = together(*indices) + whole[len(indices) :]
    if len(shape) > _MOST_AXES:
        raise _Misfit(f"{in_words(whole)} picked by {in_words(indices[0])} would have more than two axes")
    return shape


def _literals(tree: Tree) -> Iterator[float]:
    """Yield the numbers that an index is, or has in its brackets, where they are written as such."""
    match tree:
        case Number(value):
            yield value
        case Minus(Number(value)):
            yield -value
        case Bracket(items):
            for item in items:
                yield from _literals(item)


def _called(tree: Call, arguments: list[Shape]) -> Shape:
    name = tree.function
    if name not in known_functions():
        raise _Misfit(f"unknown function {name}{nearest(name, known_functions())}")
    if tree.primes and name not in ELEMENTWISE and not (name in DEFINED and DEFINED[name].derivative):
        raise _Misfit(f"{name}' has no meaning: {name} is not a function of one number")
    if tree.primes > 1:
        raise _Misfit(f"only the first derivative {name}' is known")
    if name in ELEMENTWISE:
        _count(name, arguments, 1)
        return arguments[0]
    if name in DEFINED:
        parameters = DEFINED[name].parameters
        _count(name, arguments, len(parameters), f", {name}({', '.join(parameters)})")
        return _body_shape(name, dict(zip(parameters, arguments, strict=True)))
    return _WHOLE[name](arguments)


def _body_shape(name: str, shapes: dict[str, Shape]) -> Shape:
    body = DEFINED[name].body
    try:
        return infer(parse(body), shapes, body)
    except ExpressionFault as fault:
        raise _Misfit(f"{name}: {fault.reason}") from None


def _count(name: str, arguments: list[Shape], wanted: int, form: str = "") -> None:
    if len(arguments) != wanted:
        raise _Misfit(f"{name} takes {wanted} argument{'s' * (wanted > 1)}{form}, found {len(arguments)}")


def _of_one(
    name: str, what: str, fits: Callable[[Shape], bool], result: Callable[[Shape], Shape]
) -> Callable[[list[Shape]], Shape]:
    """Return what gives the shape of a function of one argument, which has to be `what` it says."""

    def shape(arguments: list[Shape]) -> Shape:
        _count(name, arguments, 1)
        if not fits(arguments[0]):
            raise _Misfit(f"{name} takes {what}, found {in_words(arguments[0])}")
        return result(arguments[0])

    return shape


def _largest(arguments: list[Shape]) -> Shape:
    # max(v) is the largest component; max(a, b) goes component by component.
    if not arguments:
        raise _Misfit("max and min take at least one argument, found 0")
    return () if len(arguments) == 1 else together(*arguments)


def _outer(arguments: list[Shape]) -> Shape:
    _count("outer", arguments, 2)
    for argument in arguments:
        if len(argument) != 1:
            raise _Misfit(f"outer takes two vectors, found {in_words(argument)}")
    return arguments[0] + arguments[1]


def _where(arguments: list[Shape]) -> Shape:
    _count("where", arguments, 3)
    return together(*arguments)


# Functions of one argument: what it has to be, and the shape of the result by its own.
_ANYTHING: tuple[str, Callable[[Shape], bool]] = ("", lambda _: True)
_MATRIX: tuple[str, Callable[[Shape], bool]] = ("a matrix", lambda shape: len(shape) == _MOST_AXES)
_SQUARE: tuple[str, Callable[[Shape], bool]] = (
    "a square matrix",
    lambda shape: len(shape) == _MOST_AXES and shape[0] == shape[1],
)
_VECTOR: tuple[str, Callable[[Shape], bool]] = ("a vector", lambda shape: len(shape) == 1)
_ROWS: tuple[str, Callable[[Shape], bool]] = ("a vector, or a matrix row by row", bool)

_WHOLE: dict[str, Callable[[list[Shape]], Shape]] = {
    "max": _largest,
    "min": _largest,
    "outer": _outer,
    "where": _where,
    **{name: _of_one(name, *_ANYTHING, lambda _: ()) for name in ("sum", "mean")},
    **{name: _of_one(name, *_MATRIX, lambda shape: shape[:1]) for name in ("row_sums", "row_max", "row_min")},
    **{
        name: _of_one(name, *_MATRIX, lambda shape: shape[1:])
        for name in ("column_sums", "column_max", "column_min")
    },
    **{name: _of_one(name, *_ROWS, lambda shape: shape[:-1]) for name in ("argmax", "argmin")},
    **{name: _of_one(name, *_ROWS, lambda shape: shape) for name in ("softmax", "log_softmax")},
    "inv": _of_one("inv", *_SQUARE, lambda shape: shape),
    "transpose": _of_one("transpose", *_ANYTHING, lambda shape: shape[::-1]),
    "column": _of_one("column", *_VECTOR, lambda shape: (*shape, 1)),
    "row": _of_one("row", *_VECTOR, lambda shape: (1, *shape)),
    "diag": _of_one("diag", *_VECTOR, lambda shape: shape * 2),
}
