"""Trees to plain text: as it reads back to the same tree, or shorter, for people."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.expressions.tree import (
    COMPARED,
    OPERAND,
    PRODUCT,
    SIGN,
    STRENGTH,
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
    is_comparison,
)

_PRIME = "'"
_TIGHT = frozenset({"*", "/", "^", "@"})


def in_plain(tree: Tree) -> str:
    """Return an expression as a person types it, with no more brackets than it needs.

    A comparison stands in brackets: it is a number, 1 or 0.
    """
    return _Printer(brief=False).printed(tree, COMPARED + 1)


def in_brief(tree: Tree) -> str:
    """Return an expression as a person reads it: sums without the range that everybody knows."""
    return _Printer(brief=True).printed(tree, COMPARED + 1)


@dataclass(frozen=True, slots=True)
class _Printer:
    brief: bool

    def printed(self, tree: Tree, strength: int) -> str:
        """Return a tree that stands where operators bind with a strength."""
        match tree:
            case Number(value):
                return _bracketed(in_digits(value), value < 0 < strength)
            case Name(name):
                return name
            case Minus(operand):
                return _bracketed(f"-{self.printed(operand, SIGN)}", strength > SIGN)
            case Infix(operator, left, right):
                return self._infix(operator, left, right, strength)
            case Call(name, primes, arguments):
                return f"{name}{primes * _PRIME}({', '.join(self.printed(item, 0) for item in arguments)})"
            case Bracket(items):
                return "[" + ", ".join(map(self._alone, items)) + "]"
            case Component(whole, indices):
                return self._component(whole, indices)
            case Item(whole, indices):
                picked = _block(indices) or ", ".join(map(self._alone, indices))
                return f"{self.printed(whole, OPERAND)}[{picked}]"
            case Repeat():
                return self._repeat(tree, strength)

    def _alone(self, tree: Tree) -> str:
        return self.printed(tree, COMPARED + 1)

    def _component(self, whole: Tree, indices: tuple[Tree, ...]) -> str:
        inner = ", ".join(map(self._alone, indices))
        if self.brief and len(indices) == 1 and isinstance(indices[0], Name | Number):
            return f"{self.printed(whole, OPERAND)}_{inner}"
        return f"{self.printed(whole, OPERAND)}_{{{inner}}}"

    def _repeat(self, tree: Repeat, strength: int) -> str:
        word = "sum" if tree.operator == "+" else "product"
        if not self.brief:
            ends = f"{tree.index}, {self._alone(tree.first)}, {self._alone(tree.last)}"
            return f"{word}({self._alone(tree.body)}, {ends})"
        under, body = tree.index, tree.body
        conditions = []
        # A sum over some of its index leaves out the others: they count as 0.
        while isinstance(body, Call) and body.function == "where" and body.arguments[2] == Number(0.0):
            conditions.append(body.arguments[0])
            body = body.arguments[1]
        if conditions:
            of_index = isinstance(conditions[0], Infix) and conditions[0].left == Name(tree.index)
            under = ", ".join([*([] if of_index else [under]), *(self.printed(one, 0) for one in conditions)])
        elif tree.first != Number(1.0) or not isinstance(tree.last, Number):
            under = f"{under}={self._alone(tree.first)}}}^{{{self._alone(tree.last)}"
        return _bracketed(f"{word}_{{{under}}} {self.printed(body, PRODUCT)}", strength > PRODUCT)

    def _infix(self, operator: str, left: Tree, right: Tree, strength: int) -> str:
        binds = STRENGTH[operator]
        if self.brief and is_comparison(right) and operator == "*":
            match left:  # a 1 before a condition is printed with it
                case Number(1.0):
                    return self.printed(right, strength + PRODUCT)
                case Infix("*", before, Number(1.0)):
                    return self._infix(operator, before, right, strength)
        # To the left first, but for powers; comparisons do not follow one another.
        to_right = operator == "^"
        first = self.printed(left, binds + to_right + (binds == COMPARED))
        second = self.printed(right, binds + (not to_right))
        sign = operator if operator in _TIGHT else f" {operator} "
        if self.brief and binds == COMPARED < strength:
            return f"1[{first}{sign}{second}]"
        return _bracketed(f"{first}{sign}{second}", binds < strength)


def _block(indices: tuple[Tree, ...]) -> str:
    """Return the ranges of rows and columns that indices pick, 0:2, 1:3; nothing where they are no ranges."""
    match indices:
        case (Bracket(rows), Bracket((Bracket(columns),))):
            column = [row.items[0] for row in rows if isinstance(row, Bracket) and len(row.items) == 1]
            ranges = _range(column), _range(columns)
            return ", ".join(ranges) if len(column) == len(rows) and all(ranges) else ""
    return ""


def _range(indices: Sequence[Tree]) -> str:
    """Return '0:2' for 0, 1; nothing for what does not count up."""
    numbers = [index.value for index in indices if isinstance(index, Number)]
    if not numbers or numbers != [numbers[0] + i for i in range(len(indices))]:
        return ""
    return f"{numbers[0]:g}:{numbers[-1] + 1:g}"


def in_digits(value: float) -> str:
    """Return a number as a person writes it: 2 for 2.0."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _bracketed(text: str, needed: bool) -> str:
    return f"({text})" if needed else text
