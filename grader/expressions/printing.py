"""Trees to plain text, which reads back to the same tree."""

from grader.expressions.tree import Bracket, Call, Component, Infix, Minus, Name, Number, Repeat, Tree

_COMPARED = 10
_STRENGTH = {
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), _COMPARED),
    **dict.fromkeys(("+", "-"), 20),
    **dict.fromkeys(("*", "/", "@"), 30),
    "^": 50,
}
_SIGN, _OPERAND = 40, 60
_TIGHT = frozenset({"*", "/", "^", "@"})


def in_plain(tree: Tree) -> str:
    """Return an expression as a person types it, with no more brackets than it needs.

    A comparison stands in brackets: it is a number, 1 or 0.
    """
    return _printed(tree, _COMPARED + 1)


def _printed(tree: Tree, strength: int) -> str:
    """Return a tree that stands where operators bind with a strength."""
    match tree:
        case Number(value):
            return _number(value, strength)
        case Name(name):
            return name
        case Minus(operand):
            return _bracketed(f"-{_printed(operand, _SIGN)}", strength > _SIGN)
        case Infix(operator, left, right):
            return _infix(operator, left, right, strength)
        case Call(name, primes, arguments):
            dashes = "'" * primes
            return f"{name}{dashes}({', '.join(_printed(argument, 0) for argument in arguments)})"
        case Bracket(items):
            return "[" + ", ".join(map(in_plain, items)) + "]"
        case Component(whole, indices):
            return f"{_printed(whole, _OPERAND)}_{{{', '.join(map(in_plain, indices))}}}"
        case Repeat(operator, index, first, last, body):
            word = "sum" if operator == "+" else "product"
            return f"{word}({in_plain(body)}, {index}, {in_plain(first)}, {in_plain(last)})"


def _number(value: float, strength: int) -> str:
    text = str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    return _bracketed(text, value < 0 and strength > 0)


def _infix(operator: str, left: Tree, right: Tree, strength: int) -> str:
    binds = _STRENGTH[operator]
    # To the left first, but for powers; comparisons do not follow one another.
    to_right = operator == "^"
    first = _printed(left, binds + to_right + (binds == _COMPARED))
    second = _printed(right, binds + (not to_right))
    sign = operator if operator in _TIGHT else f" {operator} "
    return _bracketed(f"{first}{sign}{second}", binds < strength)


def _bracketed(text: str, needed: bool) -> str:
    return f"({text})" if needed else text
