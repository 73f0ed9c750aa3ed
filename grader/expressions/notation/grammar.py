"""The grammar of formulas: a Pratt parser with implicit products, after the grammar of keys.

A product without a sign binds as one with a sign does, from left to right: a/bc is (a/b)·c, and says so.
"""

from grader.expressions.faults import Span
from grader.expressions.notation.brackets import read_absolute, read_group, read_listed
from grader.expressions.notation.calls import bare_argument_follows
from grader.expressions.notation.cursor import Cursor
from grader.expressions.notation.indicator import (
    CONNECTIVES,
    RELATIONS,
    connects,
    read_connected,
    read_negation,
)
from grader.expressions.notation.indices import read_picked
from grader.expressions.notation.latex import COMMANDS, read_letter, read_radical
from grader.expressions.notation.lexer import Token
from grader.expressions.notation.naming import read_name
from grader.expressions.notation.numerals import read_fraction, read_number, read_percent
from grader.expressions.notation.partial import read_leibniz
from grader.expressions.notation.transposed import ones_behind, read_primed, read_transposed, transpose
from grader.expressions.tree import (
    PRODUCT,
    SIGN,
    STRENGTH,
    SUM,
    Bracket,
    Call,
    Infix,
    Minus,
    Name,
    Number,
    Tree,
)

_EULER = Name("e")
_STRENGTH = {sign: STRENGTH[sign] for sign in "+-*/@"} | dict.fromkeys("·∘⨯", PRODUCT)
_BEGINS = frozenset({"(", "[", "{", r"\{", "√", "∂", "¬", "~"})
_PRODUCTS = frozenset("*·∘⨯")
# Commands that end an operand rather than begin one.
_ENDING = frozenset({"\\", "rfloor", "rceil", "rangle", "end", "top", "intercal", "transpose"})


class Parser(Cursor):
    """Reads one run of tokens into a tree."""

    @property
    def plain_product(self) -> str | None:
        """The sign of every product, where the question has numbers only."""
        return "*" if self.context.vocabulary.of_numbers else None

    def part(self, tokens: list[Token]) -> "Parser":
        """Return a parser for tokens inside this one's."""
        return Parser(self.context, tokens, self.bound, self.depth + 1)

    def whole(self) -> Tree:
        """Read all the tokens as one expression."""
        if self.at_end:
            raise self.fault("a formula is expected here, found nothing")
        tree = self.expression()
        if connects(self):
            tree = read_connected(self, equal=False, first=tree)
        self.finish()
        return tree

    def finish(self) -> None:
        if self.at_end:
            return
        if self.at("=", ":="):
            raise self.fault("only one '=' can stand in an answer, after the name of what is given")
        if self.token.text in RELATIONS:
            raise self.fault("a comparison stands where a formula is expected")
        if self.at(")", "]", "}", r"\}"):
            raise self.fault("this bracket closes none; is one missing in front, or this one too many?")
        if self.token.kind == "number":
            raise self.fault("two numbers side by side; write a sign between them")
        self.expected("an operator or the end")

    def expression(self, strength: int = SUM) -> Tree:
        """Read the longest expression whose operators bind at least as strongly as `strength`."""
        left = self.factor()
        divided: Span | None = None
        while True:
            token = self.token
            binds = _STRENGTH.get(token.text) if token.kind == "operator" else None
            if binds is not None:
                if binds < strength:
                    break
                self.place += 1
                right = self.expression(binds + 1)
                divided = token.span if token.text == "/" else None
                sign = self.plain_product if token.text in _PRODUCTS else token.text
                left = Infix(sign or token.text, left, right, (left.span[0], right.span[1]))
            elif strength <= PRODUCT and self.begins_operand():
                right = ones_behind(left, self.factor())
                left = Infix(self.plain_product or "·", left, right, (left.span[0], right.span[1]))
                if divided:
                    self._note_division(left)
                    divided = None  # said once
            else:
                break
        return left

    def _note_division(self, product: Tree) -> None:
        shown = self.context.shown(product.span)
        self.context.note(f"{shown} is read from left to right: first the division, then the product")

    def begins_operand(self) -> bool:
        """Tell whether an operand stands here, so that a product needs no sign."""
        kind, text, _ = self.token
        if kind == "operator":
            return text in _BEGINS or (text == "|" and (self.bars == 0 or self._bar_opens()))
        if kind == "number":
            return self._after_group()
        return (
            (kind == "name" and not (text in CONNECTIVES and connects(self)))
            or kind == "fraction"
            or (kind == "command" and text not in _ENDING and not self._divides_from_the_left())
        )

    def _divides_from_the_left(self) -> bool:
        r"""Tell whether a backslash is a program's sign: A\b is no product of A and b."""
        (start, end), text = self.token.span, self.token.text
        if len(text) > 1 or not text.isalpha() or self.context.vocabulary.of_numbers:
            return False
        return self.tokens[self.place - 1].span[1] == start and end - start == 2

    def _after_group(self) -> bool:
        # \frac12 3 and (a)3 are products, so is 2 1[i = j]; 2 3 is a slip of the keyboard.
        before = self.tokens[self.place - 1]
        return before.kind != "number" or (self.token.text == "1" and self.next_token.text in ("[", "_"))

    def _bar_opens(self) -> bool:
        may_open = self.context.bars_nest and self.next_token.kind in ("name", "number", "command")
        return may_open and sum(token.text == "|" for token in self.tokens[self.place + 1 :]) > self.bars

    def factor(self) -> Tree:
        """Read a signed operand with its powers."""
        self.enter()
        sign = self.token
        if self.take_if("+", "-"):
            operand = self.expression(SIGN)
            tree = Minus(operand, (sign.span[0], operand.span[1])) if sign.text == "-" else operand
        else:
            tree = self.raised(self.primary())
        self.leave()
        return tree

    def operand(self) -> Tree:
        """Read an operand that has nothing to do with what follows it."""
        self.enter()
        tree = self.primary()
        self.leave()
        return tree

    def raised(self, base: Tree) -> Tree:
        """Read what may follow an operand: powers, transposition, factorials and percent signs."""
        while True:
            token = self.token
            if token.kind == "raised":
                base = self._superscripted(base)
            elif token.kind != "operator":
                return base
            elif token.text == "^":
                self.place += 1
                base = read_transposed(self, base) or self._power(base)
            elif token.text == "'" and (primed := read_primed(self, base)) is not None:
                base = primed
            elif token.text == "!":
                if self.tokens[self.place - 1].text == "!":
                    self.context.note("!! is read as a factorial of a factorial, (n!)!")
                self.place += 1
                base = Call("factorial", 0, (base,), (base.span[0], token.span[1]))
            elif token.text == "_" and isinstance(base, Call | Infix):
                base = read_picked(self, base)
            elif token.text == "%":
                base = read_percent(self, base)
            else:
                return base

    def _superscripted(self, base: Tree) -> Tree:
        """Read a power or a T that is written in small raised characters."""
        span = base.span[0], self.token.span[1]
        if self.token.text == "T":
            self.place += 1
            return transpose(self, base, span)
        exponent = self.superscript()
        return base if exponent is None else Infix("^", base, exponent, span)

    def superscript(self) -> Tree | None:
        """Read a number that is written in small raised characters, if one stands here."""
        if self.token.kind != "raised":
            return None
        token = self.take()
        digits = token.text.removeprefix("-").removeprefix("+")
        if not digits.isdigit():
            raise self.fault("a raised number or T is expected here", token.span)
        number = Number(float(digits), token.span)
        return Minus(number, token.span) if token.text[0] == "-" else number

    def _power(self, base: Tree) -> Tree:
        exponent = self.exponent()
        if base == _EULER and self.context.vocabulary.spelled("e") is None:
            return Call("exp", 0, (exponent,), (base.span[0], exponent.span[1]))
        return Infix("^", base, exponent, (base.span[0], exponent.span[1]))

    def exponent(self) -> Tree:
        """Read what stands behind '^'."""
        inside = self.braced()
        if (self.token if inside is None else inside[0]).text == "∘":
            raise self.fault("a degree sign; write angles in radians: pi/180 times the degrees")
        if inside is not None:
            return self.part(inside).whole()
        return self.factor()

    def primary(self) -> Tree:
        """Read an operand without what may follow it."""
        token = self.token
        match token.kind:
            case "number":
                return read_number(self)
            case "fraction":
                return read_fraction(self)
            case "name":
                return read_name(self)
            case "command":
                if token.text not in COMMANDS:
                    return read_name(self)
                self.place += 1
                return COMMANDS[token.text](self, token)
        match token.text:
            case "(" | "{" | r"\{":
                return read_group(self)
            case "[":
                return read_listed(self)
            case "|":
                return read_absolute(self)
            case "¬" | "~" | "!":
                self.place += 1
                return read_negation(self, token.text, token.span)
            case "√":
                self.place += 1
                return read_radical(self, token)
            case "∂":
                return read_leibniz(self, self.place)
            case _:
                raise self.unexpected("a number, a name or a bracket")

    def stacked(self, items: list[Tree], span: Span) -> Bracket:
        """Return a vector of numbers or a matrix of rows."""
        if len({len(item.items) if isinstance(item, Bracket) else 0 for item in items}) > 1:
            raise self.fault("the rows differ in length", span)
        return Bracket(tuple(items), span)

    def clause(self, *, equal: bool) -> Tree:
        """Read an expression, or comparisons with 'and' and 'or' between them."""
        return read_connected(self, equal=equal)

    def compared(self, *, equal: bool) -> Tree:
        """Read an expression, or comparisons between some, which all must hold."""
        left = self.expression()
        result: Tree | None = None
        while (self.token.text in RELATIONS and self.token.kind == "operator") or (equal and self.at("=")):
            operator = "==" if self.token.text == "=" else self.token.text
            self.place += 1
            right = self.expression()
            compared = Infix(operator, left, right, (left.span[0], right.span[1]))
            result = compared if result is None else Infix("*", result, compared, compared.span)
            left = right
        return left if result is None else result

    def argument(self) -> Tree:
        """Read what a LaTeX command takes: a group in braces, one digit, or one operand."""
        if (inside := self.braced()) is not None:
            return self.part(inside).whole()
        token = self.token
        if token.kind == "number" and len(token.text) > 1 and token.text.isdigit():
            start, end = token.span
            self.tokens[self.place] = Token("number", token.text[1:], (start + 1, end))
            return Number(float(token.text[0]), (start, start + 1))
        if (letter := read_letter(self)) is not None:
            return letter
        if self.at_end or (token.kind == "operator" and token.text not in _BEGINS):
            self.expected("'{' and what the command takes")
        return self.operand()

    def running_argument(self, function: Token) -> Tree:
        """Read the argument of a function without brackets: sin 2x, ln xy, sin cos x."""
        argument = self.factor()
        single = True
        while self.begins_operand() and bare_argument_follows(self):
            right = self.factor()
            single = isinstance(argument, Number)
            argument = Infix(self.plain_product or "·", argument, right, (argument.span[0], right.span[1]))
        if self.at("/") or not single:
            shown = self.context.shown((function.span[0], argument.span[1]))
            self.context.note(f"the argument of {function.text} is read to end with '{shown}'")
        return argument
