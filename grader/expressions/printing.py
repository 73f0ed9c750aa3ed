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
    children,
    is_comparison,
    names_in,
    rebuild,
    walk,
)

_PRIME = "'"
_COUNTERS = "ijklmn"
_SHORT = 40  # characters of items that are printed one by one
_TIGHT = frozenset({"*", "/", "^", "@"})


def in_plain(tree: Tree) -> str:
    """Return an expression as a person types it, with no more brackets than it needs.

    A comparison stands in brackets: it is a number, 1 or 0.
    """
    return _Printer(brief=False).printed(tree, COMPARED + 1)


def in_brief(tree: Tree) -> str:
    """Return an expression as a person reads it: sums without the range that everybody knows."""
    return _Printer(brief=True).printed(tree, COMPARED + 1)


def in_short(tree: Tree) -> str:
    """Return an expression as in brief, with a long list once for all items, if they differ by a counter."""
    return _Printer(brief=True, counted=True).printed(tree, COMPARED + 1)


@dataclass(frozen=True, slots=True)
class _Printer:
    brief: bool
    counted: bool = False

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
            case Call(name, primes, (Bracket(items),)) if once := self._once(items):
                return f"{name}{primes * _PRIME}({once})"
            case Call(name, primes, arguments):
                return f"{name}{primes * _PRIME}({', '.join(self.printed(item, 0) for item in arguments)})"
            case Bracket(items):
                return f"[{self._once(items) or ', '.join(map(self._alone, items))}]"
            case Component(whole, indices):
                return self._component(whole, indices)
            case Item(whole, indices):
                picked = _block(indices) or ", ".join(map(self._alone, indices))
                return f"{self.printed(whole, OPERAND)}[{picked}]"
            case Repeat():
                return self._repeat(tree, strength)

    def _once(self, items: tuple[Tree, ...]) -> str:
        """Return 'x[i] - y[i] for i = 0 to 3' for a long list of that; nothing where items differ more."""
        if not self.counted or len(items) < 2 or sum(len(self._alone(item)) for item in items) <= _SHORT:
            return ""
        names = names_in(Bracket(items))
        counter = next((letter for letter in _COUNTERS if letter not in names), "")
        body = _with_counter(items, counter, first := _first_counted(items))
        return (
            f"{self._alone(body)} for {counter} = {first:g} to {first + len(items) - 1:g}"
            if body and counter
            else ""
        )

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
        elif tree.first != Number(1.0) or tree.last.span != tree.span:  # else it runs as far as it can
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


def _first_counted(items: Sequence[Tree]) -> float:
    """Return the first number of the first item that is another one in the others; 0 where there is none."""
    for nodes in zip(*map(walk, items), strict=False):
        match nodes[0]:
            case Number(value) if any(node != nodes[0] for node in nodes):
                return value
    return 0.0


def _with_counter(items: Sequence[Tree], counter: str, first: float) -> Tree | None:
    """Return what all items are, with a counter for numbers that count up; None where they differ more."""
    one = items[0]
    if all(item == one for item in items):
        return one
    numbers = [item.value for item in items if isinstance(item, Number)]
    if len(numbers) == len(items) and numbers == [numbers[0] + i for i in range(len(items))]:
        apart = numbers[0] - first
        sign = "-" if apart < 0 else "+"
        return Infix(sign, Name(counter), Number(abs(apart))) if apart else Name(counter)
    operands = [children(item) for item in items]
    if len({*map(len, operands)}) > 1:
        return None
    merged = [_with_counter(each, counter, first) for each in zip(*operands, strict=True)]
    parts = tuple(part for part in merged if part is not None)
    if len(parts) < len(merged):
        return None
    whole, *others = (rebuild(item, parts, item.span) for item in items)
    return whole if all(other == whole for other in others) else None


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
