"""The grammar: a Pratt parser, after V. Pratt, "Top down operator precedence" (1973).

Every infix operator binds its left operand with one strength and asks for a right operand that binds more
strongly, or as strongly where it goes to the right first.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NoReturn

from grader.expressions.faults import ExpressionFault
from grader.expressions.tokens import Token, tokenize
from grader.expressions.tree import SIGN, STRENGTH, Bracket, Call, Infix, Item, Minus, Name, Number, Tree

MAX_DEPTH = 50
# A chain a + b + c + … makes a tree as deep as it is long, which every walk over the tree has to climb.
MAX_OPERATIONS = 150
MAX_RANGE = 100


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
            return Call(token.text, primes, arguments, (token.span[0], end))
        if primes:
            self.expected("'(' after a function with a prime")
        return Name(token.text, token.span)

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
        first = self.expression(0)
        if not self.take_if(":"):
            return first, False
        last = self.expression(0)
        span = first.span[0], last.span[1]
        match first, last:
            case Number(start), Number(end) if start % 1 == end % 1 == 0 < end - start <= MAX_RANGE:
                return Bracket(tuple(Number(start + i, span) for i in range(int(end - start))), span), True
        reason = f"expected whole numbers that rise, at most {MAX_RANGE} of them, as in x[0:2]"
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
        items = [self.expression(0)]
        while self.take_if(","):
            items.append(self.expression(0))
        return tuple(items)

    def close(self, bracket: str, opening: Token) -> int:
        """Take the closing bracket and return where it ends."""
        if self.token.text != bracket:
            self.expected(f"{bracket!r} to close what began at character {opening.span[0] + 1}")
        return self.take().span[1]
