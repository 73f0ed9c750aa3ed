r"""Sums and products whose middle is left to the reader: x_1 + … + x_n, 1 + q + \dots + q^n, n(n-1)·…·1.

The terms beside the dots must be one formula at two places: what is a number in the one is a name or another
number in the other. The terms farther out belong to the sum if they go on by one; if they go on otherwise it
is not clear what is meant.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import normalize

from grader.expressions.notation.vocabulary import Vocabulary

_MOST = 4  # dots, in a formula of a person's
_DOTS = r"\\(?:[lc]?dots[bcm]?)(?![A-Za-z])|\.\.\.+|[…⋯]"
_TOKEN = re.compile(
    rf"(?P<dots>{_DOTS})|(?P<times>\\(?:cdot|times)(?![A-Za-z])|[*·×⋅])|(?P<minus>[-\u2212\u2013])"
    r"|\\[A-Za-z]+|\d+|[A-Za-z]+|\S"
)
_ITEM = re.compile(
    r"(?<=_)[A-Za-z](?=[A-Za-z]_)|(?<=frac)\d|\{[^{}]*\}|\([^()]*\)|\\[A-Za-z]+|\d+|[A-Za-z]+|\S"
)
_TIMES = re.compile(r"\\(?:cdot|times)|[*·×⋅]")
_PLACE = re.compile(r"(?P<name>[A-Za-z])\s*(?:(?P<sign>[-+\u2212])\s*(?P<more>\d{1,4}))?|(?P<number>\d{1,4})")
_ENDS = frozenset("=<>,;&:≤≥≠")
_ONE_LESS = re.compile(r"\s*[-\u2212\u2013]\s*\d")
_MINUS = ("-", "\u2212", "\u2013")
_LETTERS = "kjimlrsuv"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿᵏᵐ"
_FIRST = 20  # places of a sum at which its terms are worked


class _Place(NamedTuple):
    """A name or nothing, plus a number: what differs from term to term."""

    name: str
    number: int

    def __str__(self) -> str:
        return f"{self.name}{self.number:+d}" if self.name and self.number else self.name or str(self.number)


class _Term(NamedTuple):
    """Where a term stands in the text, what it consists of, and how that is written."""

    start: int
    end: int
    items: tuple[str | _Place, ...]
    written: tuple[str, ...]


def without_dots(text: str, vocabulary: Vocabulary) -> str:
    """Put sums and products over an index for those with dots, where they are understood."""
    letters = (letter for letter in _LETTERS if letter not in vocabulary.declared)
    for letter, _ in zip(letters, range(_MOST), strict=False):
        if re.search(_DOTS, text) is None:
            break
        plain = re.sub(f"[{_RAISED}]+", lambda digits: f"^{normalize('NFKC', digits[0])}", text)
        text = _with_index(plain, letter) or text
    return text


def _with_index(text: str, letter: str) -> str | None:
    tokens = [(match.lastgroup or match[0], match.span()) for match in _TOKEN.finditer(text)]
    kinds = [kind for kind, _ in tokens] + [""]
    place = kinds.index("dots")
    sign, behind = kinds[place - 1] if place else "", kinds[place + 1]
    beside = int(sign == behind and sign in ("+", "minus", "times"))
    sign = sign if beside else "times"
    before = _terms(text, tokens[: place - beside][::-1], sign, -1)
    after = _terms(text, tokens[place + 1 + beside :], sign, 1)
    if after:
        before = _like(before, after[0].items)
    if not before or not after or (sign == "minus" and len(before) == 1):
        return None
    last = after[0]
    if (
        isinstance(last.items[-1], _Place)
        and last.written[-1][0] not in "({"
        and _ONE_LESS.match(text, last.end)
    ):
        return None  # x_1 + … + x_n-1
    ways = ((before, after), (after, before))
    signed = tuple(([*map(_signed, low)], [*map(_signed, high)]) for low, high in ways)  # 1·2 and n(n+1)
    for low, high in (*ways, *signed):
        if (found := _run(low, high, letter)) is not None:
            used, run, body = found
            start, end = min(term.start for term in used), max(term.end for term in used)
            if sign == "+" and start == before[-1].start and text[:start].rstrip()[-1:] in _MINUS:
                return None  # b - w_1 + … + w_n
            word = "prod" if sign == "times" else "sum"
            return f"{text[:start]} ({word}_{{{letter}={run}}} ({body})) {text[end:]}"
    return None


def _terms(text: str, tokens: Sequence[tuple[str, tuple[int, int]]], sign: str, way: int) -> list[_Term]:
    """Return the terms from the dots outwards, to the bracket or the weaker sign that ends them."""
    spans: list[list[tuple[int, int]]] = [[]]
    depth = 0
    for kind, span in tokens:
        depth += way * ((kind in "([{") - (kind in ")]}"))
        weaker = kind in ("+", "minus") and kind != sign
        if depth < 0 or (depth == 0 and (kind in _ENDS or weaker)):
            break
        if kind == "dots" or (depth == 0 and kind == "/" and sign == "times"):
            return []
        if depth == 0 and kind == sign:
            spans.append([])
        else:
            spans[-1].append(span)
    if not all(spans):
        return []
    return [_term(text, min(parts)[0], max(parts)[1]) for parts in spans]


def _term(text: str, start: int, end: int) -> _Term:
    written = _written(text[start:end])
    return _Term(start, end, tuple(map(_place_or_sign, written)), tuple(written))


def _signed(term: _Term) -> _Term:
    """Return a term with a sign in each product of places: n(n+1) as n·(n+1)."""
    if len(term.items) != len(term.written):  # a number that is worked, 4 for 2^2
        return term
    items: list[str | _Place] = []
    written: list[str] = []
    for item, piece in zip(term.items, term.written, strict=True):
        sign = isinstance(item, str) and _TIMES.fullmatch(item) is not None
        if isinstance(item, _Place) and items and isinstance(items[-1], _Place):
            items.append("·")
            written.append("*")
        items.append("·" if sign else item)
        written.append("*" if sign else piece)
    return term._replace(items=tuple(items), written=tuple(written))


def _written(text: str) -> list[str]:
    """Cut a term into words and signs; a bracket around a place is one with it."""
    pieces: list[str] = []
    for found in _ITEM.finditer(text):
        piece = found[0]
        if len(piece) > 1 and piece[0] in "{(" and not isinstance(_place_or_sign(piece), _Place):
            pieces += [piece[0], *_written(piece[1:-1]), piece[-1]]
        else:
            pieces.append(piece)
    return pieces


def _place_or_sign(written: str) -> str | _Place:
    inside = written[1:-1].strip() if len(written) > 1 and written[0] in "{(" else written
    found = _PLACE.fullmatch(inside)
    if found is None:
        return written
    if found["number"]:
        return _Place("", int(found["number"]))
    more = int(found["more"] or 0)
    return _Place(found["name"], more if found["sign"] == "+" else -more)


def _run(low: list[_Term], high: list[_Term], letter: str) -> tuple[list[_Term], str, str] | None:
    """Return the terms of a sum, from where to where it runs, and its body."""
    pattern = _pattern(low[0].items, high[0].items)
    if pattern is None:
        return None
    first, last, shifts = pattern
    whole = high[0].items
    lows = highs = 1
    while lows < len(low) and _plain(low[lows].items) == _at(whole, shifts, _Place("", first - lows)):
        lows += 1
    further = last._replace(number=last.number + 1)
    while highs < len(high) and _plain(high[highs].items) == _at(whole, shifts, further):
        highs, further = highs + 1, further._replace(number=further.number + 1)
    if any(_pattern(term.items, whole) for term in low[lows:]) or (not last.name and last.number <= first):
        return None
    end = further._replace(number=further.number - 1)
    return [*low[:lows], *high[:highs]], f"{first - lows + 1}}}^{{{end}", _body(high[0], shifts, letter)


def _pattern(
    low: Sequence[str | _Place], high: Sequence[str | _Place]
) -> tuple[int, _Place, dict[int, int]] | None:
    """Return the number where two terms differ, what the other has there, and all places that differ so."""
    low = _raised_as(low, high)
    found: tuple[int, _Place, dict[int, int]] | None = None
    if len(low) != len(high):
        return None
    for place, (one, other) in enumerate(zip(low, high, strict=True)):
        if one == other:
            continue
        if not (isinstance(one, _Place) and isinstance(other, _Place)) or one.name:
            return None
        found = found or (one.number, other, {})
        apart = other.number - one.number
        if other.name != found[1].name or apart != found[1].number - found[0]:
            return None
        found[2][place] = one.number - found[0]
    return found


def _like(terms: list[_Term], last: Sequence[str | _Place]) -> list[_Term]:
    """Return the terms 1, 4, 9 as 1^2, 2^2, 3^2 beside n^2, where all of several are such numbers."""
    names = {item.name for item in last if isinstance(item, _Place) and item.name}
    if len(terms) < 2 or len(names) != 1 or len(last) == 1:
        return terms
    worked = {}
    for number in reversed(range(_FIRST)):
        items = tuple(
            item._replace(name="", number=item.number + number)
            if isinstance(item, _Place) and item.name
            else item
            for item in last
        )
        worked[_value(items)] = items
    put = [worked.get(_value(term.items)) if len(term.items) == 1 else None for term in terms]
    found = [term._replace(items=items) for term, items in zip(terms, put, strict=True) if items]
    return found if len(found) == len(terms) else terms


def _value(items: Sequence[str | _Place]) -> int | None:
    """Return the whole number that a term is; None where it is no sum of products of powers of numbers."""
    if len(items) > 1 and items[0] in ("(", "{") and items[-1] in (")", "}"):
        items = items[1:-1]
    total, product, place = 0, 1, 0
    while place < len(items):
        item, sign, power = [*items[place : place + 3], "", ""][:3]
        if item in ("+", *_MINUS) and place:
            total, product = total + product, 1 if item == "+" else -1
        elif not isinstance(item, _Place) or item.name:
            return None
        elif sign != "^":
            product *= item.number
        elif isinstance(power, _Place) and not power.name and 0 <= power.number <= _FIRST:
            product *= item.number**power.number
            place += 2
        else:
            return None
        place += 1
    return total + product


def _raised_as(low: Sequence[str | _Place], high: Sequence[str | _Place]) -> Sequence[str | _Place]:
    """Return q as q^1 where the other term has a power there."""
    for place, item in enumerate(high):
        if item == "^" and place and low[place : place + 1] != (item,) and len(low) < len(high):
            low = (*low[:place], "^", _Place("", 1), *low[place:])
    return low


def _at(items: Sequence[str | _Place], shifts: dict[int, int], place: _Place) -> tuple[str | _Place, ...]:
    """Return the term of a sum at a place."""
    put = list(items)
    for i, shift in shifts.items():
        put[i] = place._replace(number=place.number + shift)
    return _plain(put)


def _plain(items: Sequence[str | _Place]) -> tuple[str | _Place, ...]:
    """Return a term without powers 0 and 1, factors 1 in front, and divisors 1."""
    plain = list(items)
    for i in reversed(range(1, len(plain) - 1)):
        if i + 1 >= len(plain):
            continue
        if (plain[i], plain[i + 1]) in (("^", _Place("", 1)), ("/", _Place("", 1))):
            del plain[i : i + 2]
        elif (plain[i], plain[i + 1]) == ("^", _Place("", 0)):
            del plain[i - 1 : i + 2]
    if len(plain) > 1 and plain[0] == _Place("", 1) and plain[1] not in ("/", "^", "!"):
        del plain[0]
    return tuple(plain) or (_Place("", 1),)


def _body(term: _Term, shifts: dict[int, int], letter: str) -> str:
    pieces = list(term.written)
    for i, shift in shifts.items():
        place = str(_Place(letter, shift))
        braces = pieces[i][0] == "{" or (i > 0 and pieces[i - 1] in ("_", "^"))
        pieces[i] = f"{{{place}}}" if braces else f"({place})" if shift or pieces[i][0] == "(" else place
    return re.sub(r" ?([_^]) ?", r"\1", " ".join(pieces))
