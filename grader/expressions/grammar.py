"""The grammar: a Pratt parser, after V. Pratt, "Top down operator precedence" (1973).

Every infix operator binds its left operand with one strength and asks for a right operand that binds more
strongly, or as strongly where it goes to the right first.
"""

import math
from dataclasses import dataclass, field, replace
from functools import lru_cache, reduce
from operator import add, mul, sub
from typing import NoReturn

from grader.expressions.faults import ExpressionFault, Span
from grader.expressions.functions import PRODUCT
from grader.expressions.other_languages import said_here
from grader.expressions.tokens import Token, tokenize
from grader.expressions.tree import SIGN, STRENGTH, Bracket, Call, Infix, Item, Minus, Name, Number, Tree

MAX_DEPTH = 50
# A chain a + b + c + … makes a tree as deep as it is long, which every walk over the tree has to climb.
MAX_OPERATIONS = 150
MAX_RANGE = 100
_WHOLE = {"+": add, "-": sub, "*": mul}


@lru_cache(maxsize=4096)
def parse(text: str) -> Tree:
    """Read an expression.

    Raises ExpressionFault with the place, what was expected and what was found.
    """
    parser = _Parser(text, tokenize(text))
    tree = parser.expression(0)
    if parser.token.kind != "end":
        parser.expected("an operator or the end", _why_left(parser.token, tree))
    return tree


def _why_left(token: Token, tree: Tree) -> str:
    """Return what a person probably meant where an expression ends too early."""
    if token.text == "," and isinstance(tree, Number):
        return "; a number is written with a point, as in 0.5"
    if hint := said_here(token.text):
        return hint
    if token.kind in ("name", "number") or token.text in ("(", "["):
        return "; a product is written with *, as in 2*x"
    return "; a quotient is written with /, as in x/2" if token.text == ":" else ""


@dataclass(slots=True)
class _Parser:
    text: str
    tokens: list[Token]
    place: int = 0
    depth: int = 0
    operations: int = 0
    counters: dict[str, float] = field(default_factory=dict)  # what `for i in range(n)` counts, while it does

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.token
        self.place += 1
        return token

    def take_if(self, *texts: str) -> bool:
        found = self.token.kind == "operator" and self.token.text in texts
        self.place += found
        return found

    def expected(self, what: str, hint: str = "") -> NoReturn:
        found = repr(self.token.text) if self.token.text else "the end"
        raise ExpressionFault(f"expected {what}, found {found}{hint}", self.text, self.token.span)

    def count_operation(self) -> None:
        self.operations += 1
        if self.operations > MAX_OPERATIONS:
            reason = f"too long: more than {MAX_OPERATIONS} operations"
            raise ExpressionFault(reason, self.text, self.token.span)

    def expression(self, strength: int) -> Tree:
        """Read the longest expression whose operators bind at least as strongly as `strength`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionFault(f"nested deeper than {MAX_DEPTH}", self.text, self.token.span)
        left = self.operand()
        while self.token.kind == "operator" and self.token.text in STRENGTH:
            binds = STRENGTH[self.token.text]
            if binds < strength:
                break
            self.count_operation()
            operator = self.take().text
            right = self.expression(binds + (operator != "^"))
            left = Infix(operator, left, right, (left.span[0], right.span[1]))
        self.depth -= 1
        return left

    def operand(self) -> Tree:
        token = self.token
        if token.kind == "number":
            return self.number(self.take())
        if token.kind == "name" and token.text in self.counters:
            return Number(self.counters[self.take().text], token.span)
        if token.kind == "name":
            return self.indexed(self.name_or_call(self.take()))
        if self.take_if("("):
            inner = self.expression(0)
            end = self.close(")", token)
            return self.indexed(replace(inner, span=(token.span[0], end)))
        if self.take_if("["):
            return self.indexed(self.bracket(token))
        if self.take_if("-"):
            operand = self.expression(SIGN)
            return Minus(operand, (token.span[0], operand.span[1]))
        if not self.take_if("+"):
            self.expected("a number, a name or a bracket")
        return self.expression(SIGN)

    def number(self, token: Token) -> Number:
        value = float(token.text)
        if not math.isfinite(value):
            raise ExpressionFault(f"{token.text} is too large a number", self.text, token.span)
        return Number(value, token.span)

    def name_or_call(self, token: Token) -> Tree:
        primes = 0
        while self.take_if("'"):
            primes += 1
        if self.take_if("("):
            arguments = self.items(")")
            end = self.close(")", token)
            if token.text == PRODUCT:
                return self.product(arguments, (token.span[0], end))
            return Call(token.text, primes, arguments, (token.span[0], end))
        if primes:
            self.expected("'(' after a function with a prime")
        return Name(token.text, token.span)

    def product(self, arguments: tuple[Tree, ...], span: Span) -> Tree:
        """Return the product of the items of a bracket."""
        match arguments:
            case [Bracket((first, *others))]:
                for _ in others:
                    self.count_operation()
                return reduce(lambda left, right: Infix("*", left, right, span), others, first)
        reason = f"{PRODUCT} takes items, as in prod([a, b]) or prod(v[k] for k in range(3))"
        raise ExpressionFault(reason, self.text, span)

    def indexed(self, whole: Tree) -> Tree:
        """Read the brackets that pick from a value: `x[0]`, `A[i, j]`, `A[i][j]`, `A[0:2, 1:3]`."""
        opening = self.token
        while self.take_if("["):
            self.count_operation()
            indices = self.indices()
            end = self.close("]", opening)
            if not indices:
                raise ExpressionFault("an empty bracket", self.text, (opening.span[0], end))
            whole = Item(whole, indices, (whole.span[0], end))
            opening = self.token
        return whole

    def indices(self) -> tuple[Tree, ...]:
        """Read indices; those of two axes, one of them a range, pick a block: rows, and columns of them."""
        if self.token.text == "]":
            return ()
        found = [self.index()]
        while self.take_if(","):
            found.append(self.index())
        match found:
            case [(Bracket(rows) as first, ranged), (Bracket() as columns, also)] if ranged or also:
                column = Bracket(tuple(Bracket((row,), row.span) for row in rows), first.span)
                return column, Bracket((columns,), columns.span)
        return tuple(index for index, _ in found)

    def index(self) -> tuple[Tree, bool]:
        """Read an index, or a range of some, as in Python: 0:2 is [0, 1]. Tell whether it was a range."""
        opening = self.token
        if opening.text == ":":
            self.expected("an index", "; a range begins and ends, as in x[0:2]; a column is transpose(A)[j]")
        first = _worked_out(self.expression(0))
        if not self.take_if(":"):
            return first, False
        last = _worked_out(self.expression(0))
        span = first.span[0], last.span[1]
        values = self.range(first, last, span, "x[0:2]")
        return Bracket(tuple(Number(value, span) for value in values), span), True

    def range(self, first: Tree, last: Tree, span: Span, form: str) -> list[float]:
        """Return the whole numbers from the first up to, but not including, the last."""
        match first, last:
            case Number(start), Number(end) if start % 1 == end % 1 == 0 < end - start <= MAX_RANGE:
                return [start + i for i in range(int(end - start))]
        reason = f"expected whole numbers that rise, at most {MAX_RANGE} of them, as in {form}"
        raise ExpressionFault(reason, self.text, span)

    def bracket(self, opening: Token) -> Bracket:
        items = self.items("]")
        end = self.close("]", opening)
        if not items:
            raise ExpressionFault("an empty bracket", self.text, (opening.span[0], end))
        return Bracket(items, (opening.span[0], end))

    def items(self, closing: str) -> tuple[Tree, ...]:
        if self.token.text == closing:
            return ()
        if place := self.for_ahead():
            begin, each = self.token.span[0], self.counted(place)
            return each if closing == "]" else (Bracket(each, (begin, self.token.span[0])),)
        items = [self.expression(0)]
        while self.take_if(","):
            items.append(self.expression(0))
        return tuple(items)

    def for_ahead(self) -> int:
        """Return the place of `for` in these brackets, 0 where there is none."""
        depth = 0
        for place in range(self.place, len(self.tokens)):
            text = self.tokens[place].text
            depth += (text in ("(", "[")) - (text in (")", "]"))
            if depth < 0 or (depth == 0 and text in ("for", "")):
                return place if text == "for" else 0
        return 0

    def counted(self, place: int) -> tuple[Tree, ...]:
        """Read `f(i) for i in range(3)`, as in Python: the expression for each value of the counter."""
        begin, counters, counter = self.place, self.counters, self.tokens[place + 1]
        opening = self.tokens[place + 2 : place + 5]
        if counter.kind != "name" or [token.text for token in opening] != ["in", "range", "("]:
            self.place = place
            self.expected("for i in range(3)")
        self.place = place + 5
        ends = [Number(0.0), *map(_worked_out, self.items(")"))]
        first, last = ends[-2:] if 2 <= len(ends) <= 3 else (ends[0], ends[0])
        span = opening[1].span[0], self.close(")", opening[2])
        values, end = self.range(first, last, span, "range(3) or range(1, 4)"), self.place
        items: list[Tree] = []
        for value in values:
            self.place, self.counters = begin, counters | {counter.text: value}
            self.count_operation()
            items.append(self.expression(0))
            if self.place != place:
                self.expected("'for'", _why_left(self.token, items[-1]))
        self.place, self.counters = end, counters
        return tuple(items)

    def close(self, bracket: str, opening: Token) -> int:
        """Take the closing bracket and return where it ends."""
        if self.token.text != bracket:
            self.expected(f"{bracket!r} to close what began at character {opening.span[0] + 1}")
        return self.take().span[1]


def _worked_out(tree: Tree) -> Tree:
    """Return a sum or product of numbers as one number, others as they are."""
    match tree:
        case Minus(operand):
            match _worked_out(operand):
                case Number(a):
                    return Number(-a, tree.span)
        case Infix("+" | "-" | "*" as operator, left, right):
            match _worked_out(left), _worked_out(right):
                case Number(a), Number(b):
                    return Number(_WHOLE[operator](a, b), tree.span)
    return tree
