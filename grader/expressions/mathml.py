"""Trees to MathML: an expression as it is set in print, for pages.

Presentation MathML as browsers draw it without help (MathML Core): fractions, roots, subscripts, sums with
their range. Brackets stand where operators need them, as in `printing`; a fraction bar or a root needs none.
"""

from collections.abc import Sequence
from html import escape

from grader.expressions.greek import GREEK
from grader.expressions.printing import in_digits, in_plain
from grader.expressions.tree import (
    COMPARED,
    OPERAND,
    POWER,
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

_LETTERS = {name: letter for letter, name in GREEK.items()}
_SIGNS = {"-": "−", "*": "·", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
_AROUND = {"abs": "||", "norm": "‖‖", "floor": "⌊⌋", "ceil": "⌈⌉"}
_BASES = {"log2": "2", "log10": "10"}
_PRIME = "′"
_SHORT = 24  # characters; what is longer is cut, if it can be
_CHAINS = frozenset({"+", "-", "*", "@"})


def mathml(tree: Tree) -> str:
    """Return an expression as a `<math>` element; whatever its names are, they are only text in it."""
    return f'<math displaystyle="true">{_set(tree, COMPARED + 1)}</math>'


def in_pieces(tree: Tree) -> str:
    """Return a long expression as several `<math>` elements, between which a browser can break the line.

    A sum is cut before the signs between its terms, a product before those between its factors, and so is
    what stands in brackets; what is short stays whole.
    """
    pieces = [f'<math displaystyle="true">{piece}</math>' for piece in _pieces(tree, COMPARED + 1)]
    return " ".join(pieces)


def _pieces(tree: Tree, strength: int) -> list[str]:
    """Return the pieces of a tree that stands where operators bind with a strength."""
    if len(in_plain(tree)) <= _SHORT:
        return [_set(tree, strength)]
    match tree:
        case Infix(operator, left, right) if operator in _CHAINS:
            binds = STRENGTH[operator]
            sign = f'<mo form="infix">{_SIGNS.get(operator, operator)}</mo>'
            pieces = [*_pieces(left, binds), *_headed(sign, _pieces(right, binds + 1))]
        case Repeat():
            binds = PRODUCT
            head, body = _range(tree)
            pieces = _headed(head, _pieces(body, PRODUCT))
        case Minus(operand):
            binds = SIGN
            pieces = _headed('<mo form="prefix">−</mo>', _pieces(operand, SIGN))
        case _:
            return [_set(tree, strength)]
    if binds < strength:
        pieces = _headed("<mo>(</mo>", pieces)
        pieces[-1] = _row(pieces[-1], "<mo>)</mo>")
    return pieces


def _headed(head: str, pieces: Sequence[str]) -> list[str]:
    return [_row(head, pieces[0]), *pieces[1:]]


def _set(tree: Tree, strength: int) -> str:
    """Return the one element of a tree that stands where operators bind with a strength."""
    match tree:
        case Number(value):
            return _number(value, strength)
        case Name(name):
            return _name(name)
        case Minus(operand):
            signed = _row(_sign("−"), _set(operand, SIGN))
            return _fenced(signed, strength > SIGN)
        case Infix(operator, left, right):
            return _infix(operator, left, right, strength)
        case Call():
            return _call(tree, strength)
        case Bracket(items):
            return _bracket(items)
        case Component(whole, indices):
            return f"<msub>{_set(whole, OPERAND)}{_listed(indices)}</msub>"
        case Item(whole, indices):
            return _row(_set(whole, OPERAND), _between("[]", _listed(indices)))
        case Repeat():
            return _repeat(tree, strength)


def _alone(tree: Tree) -> str:
    return _set(tree, COMPARED + 1)


def _infix(operator: str, left: Tree, right: Tree, strength: int) -> str:
    if operator == "/":
        # The bar is a bracket for what stands above and below, but not for what stands beside.
        return _fenced(f"<mfrac>{_alone(left)}{_alone(right)}</mfrac>", strength > POWER)
    if operator == "^":
        power = f"<msup>{_set(left, POWER + 1)}{_alone(right)}</msup>"
        return _fenced(power, strength > POWER)
    binds = STRENGTH[operator]
    if operator == "*" and left == Number(1.0) and is_comparison(right):
        return _set(right, strength + PRODUCT)  # 1·[j = y] is what the student wrote as 1[j = y]
    first = _set(left, binds + (binds == COMPARED))
    both = _row(first, _sign(_SIGNS.get(operator, operator)), _set(right, binds + 1))
    if binds == COMPARED < strength:
        # As a number it is 1 or 0: the bracket of Iverson.
        return _row("<mn>1</mn>", _between("[]", both))
    return _fenced(both, binds < strength)


def _call(tree: Call, strength: int) -> str:
    match tree:
        case Call("sqrt", 0, (operand,)):
            return f"<msqrt>{_alone(operand)}</msqrt>"
        case Call("cbrt", 0, (operand,)):
            return f"<mroot>{_alone(operand)}<mn>3</mn></mroot>"
        case Call("abs" | "norm" | "floor" | "ceil", 0, (operand,)):
            return _between(_AROUND[tree.function], _alone(operand))
        case Call("transpose", 0, (operand,)):
            return f'<msup>{_set(operand, OPERAND)}<mi mathvariant="normal">T</mi></msup>'
        case Call("derivative", 0, (of, by)):
            return f"<mfrac>{_differential(of)}{_differential(by)}</mfrac>"
        case Call("factorial", 0, (operand,)):
            return _row(_set(operand, OPERAND), "<mo>!</mo>")
        case Call("binomial", 0, (above, below)):
            pair = f'<mfrac linethickness="0">{_alone(above)}{_alone(below)}</mfrac>'
            return _between("()", pair)
        case Call("outer", 0, (left, right)):
            product = _row(_set(left, PRODUCT), _sign("⊗"), _set(right, PRODUCT + 1))
            return _fenced(product, strength > PRODUCT)
        case Call("where", 0, (condition, kept, other)):
            return _cases(condition, kept, other)
    return _row(_function(tree), _between("()", _listed(tree.arguments)))


def _differential(tree: Tree) -> str:
    return _row(_sign("∂"), _set(tree, OPERAND))


def _function(tree: Call) -> str:
    base = _BASES.get(tree.function)
    name = _name(tree.function) if base is None else f"<msub><mi>log</mi><mn>{base}</mn></msub>"
    return _primed(name, tree.primes) if tree.primes else name


def _primed(element: str, primes: int) -> str:
    """Return a name with primes, which stand above its subscript and not behind it."""
    mark = f"<mo>{_PRIME * primes}</mo>"
    if element.startswith("<msub>"):
        inside = element.removeprefix("<msub>").removesuffix("</msub>")
        return f"<msubsup>{inside}{mark}</msubsup>"
    return f"<msup>{element}{mark}</msup>"


def _cases(condition: Tree, kept: Tree, other: Tree) -> str:
    first = _cell(_alone(kept)) + _cell(_row("<mtext>if&nbsp;</mtext>", _set(condition, 0)))
    second = _cell(_alone(other)) + _cell("<mtext>otherwise</mtext>")
    return _row("<mo>{</mo>", f"<mtable><mtr>{first}</mtr><mtr>{second}</mtr></mtable>")


def _cell(element: str) -> str:
    return f"<mtd>{element}</mtd>"


def _bracket(items: Sequence[Tree]) -> str:
    """Return a vector as a row, a matrix as its rows."""
    rows = [item.items for item in items if isinstance(item, Bracket)]
    if len(rows) != len(items):
        return _between("[]", _listed(items))
    table = "".join([f"<mtr>{''.join([_cell(_alone(cell)) for cell in row])}</mtr>" for row in rows])
    return _between("[]", f"<mtable>{table}</mtable>")


def _repeat(tree: Repeat, strength: int) -> str:
    head, body = _range(tree)
    return _fenced(_row(head, _set(body, PRODUCT)), strength > PRODUCT)


def _range(tree: Repeat) -> tuple[str, Tree]:
    """Return the sign of a sum or product with what stands under and over it, and what it is of."""
    sign = _sign("∑" if tree.operator == "+" else "∏")
    match tree.body:
        # A sum over some of its index leaves out the others: they count as 0.
        case Call("where", 0, (condition, kept, Number(0.0))):
            return f"<munder>{sign}{_set(condition, 0)}</munder>", kept
    first = _row(_name(tree.index), _sign("="), _alone(tree.first))
    return f"<munderover>{sign}{first}{_alone(tree.last)}</munderover>", tree.body


def _name(name: str) -> str:
    """Return a name with what follows its underscores as subscripts: Greek where it is spelled so."""
    plain = name.rstrip("'")
    if plain != name:
        return _primed(_name(plain), len(name) - len(plain))
    base, _, sub = name.partition("_")
    letter = f"<mi>{escape(_LETTERS.get(base, base))}</mi>"
    if not sub:
        return letter
    if base == "Delta" and not sub[0].isdigit():  # ΔW is a difference of W, no component of Δ
        return _row(letter, _name(sub))
    return f"<msub>{letter}{f'<mn>{sub}</mn>' if sub.isdigit() else _name(sub)}</msub>"


def _number(value: float, strength: int) -> str:
    text = in_digits(value)
    mantissa, _, exponent = text.lstrip("-").partition("e")
    digits = f"<mn>{mantissa}</mn>"
    if exponent:
        digits = _row(digits, _sign("·"), f"<msup><mn>10</mn>{_power_of_ten(int(exponent))}</msup>")
    signed = _row(_sign("−"), digits) if text.startswith("-") else digits
    return _fenced(signed, (value < 0 and strength > 0) or (bool(exponent) and strength > PRODUCT))


def _power_of_ten(exponent: int) -> str:
    digits = f"<mn>{abs(exponent)}</mn>"
    return _row(_sign("−"), digits) if exponent < 0 else digits


def _listed(trees: Sequence[Tree]) -> str:
    """Return several trees with commas between them, one as it is."""
    elements = [_alone(tree) for tree in trees]
    return elements[0] if len(elements) == 1 else _row(_sign(",").join(elements))


def _sign(text: str) -> str:
    return f"<mo>{escape(text)}</mo>"


def _row(*elements: str) -> str:
    return f"<mrow>{''.join(elements)}</mrow>"


def _between(brackets: str, element: str) -> str:
    return _row(f"<mo>{brackets[0]}</mo>", element, f"<mo>{brackets[1]}</mo>")


def _fenced(element: str, needed: bool) -> str:
    return _between("()", element) if needed else element
