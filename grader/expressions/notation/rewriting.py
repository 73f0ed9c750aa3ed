r"""Other readings of an answer, for what paper shows and plain text does not: z_k-1, z[k-1], z^{(k-1)}.

By the rules these are a difference, a product and a power; they are what stands there, unless the answer is
only right with the index that they look like.
"""

import re
from collections.abc import Iterator
from itertools import accumulate, chain

from grader.expressions.greek import GREEK
from grader.expressions.notation.characters import GREEK_NAMES
from grader.expressions.notation.indices import NAME
from grader.expressions.notation.other_products import other_products
from grader.expressions.notation.plainer.own_derivatives import evaluated, linked
from grader.expressions.notation.vocabulary import Vocabulary
from grader.expressions.tokens import MAX_LENGTH

_FUNCTION = r"\\?[A-Za-z][A-Za-z0-9_]{0,40}"
_INDEX = r"([A-Za-z](?:\s?[-+\u2212\u2013]\s?[0-9])?|[0-9])"
_WAYS = (
    re.compile(rf"{NAME}_([A-Za-z][-+\u2212\u2013][0-9])(?![A-Za-z0-9_.])"),
    re.compile(rf"({_FUNCTION}\([^()]{{1,80}}\)|\)|{NAME[1:-1]})\[{_INDEX}\](?:\[{_INDEX}\])?"),
    re.compile(rf"{NAME}\^(?:\{{[(\[]{_INDEX}[)\]]\}}|[(\[]{_INDEX}[)\]])"),
    re.compile(rf"{NAME}\^(?:\{{{_INDEX}\}}|([A-Za-z])(?![A-Za-z0-9_(]))"),
)
_AT = r"(?:[0-9]{1,3}|[A-Za-z](?:\s?[-+\u2212\u2013]\s?[0-9])?)"
# As programs pick a component: x[0], A[1, 2], A[i][j]; as Mathematica does: x[[1]].
_PICKED = re.compile(rf"{NAME}\[\s*({_AT}(?:\s*(?:,|\]\[)\s*{_AT})*)\s*\]")
_PICKED_TWICE = re.compile(rf"{NAME}\[\[\s*({_AT}(?:\s*,\s*{_AT})*)\s*\]\]")
# As MATLAB does: x(1), A(1, 2), z(k-1).
_CALLED = re.compile(
    rf"(?<![A-Za-z_\\\u0370-\u03ff]){NAME}\(\s*([0-9]{{1,3}}(?:\s*,\s*[0-9]{{1,3}})*|[A-Za-z](?:\s?[-+\u2212\u2013]\s?[0-9])?)\s*\)"
)
_NUMBERED = re.compile(
    r"(?<![A-Za-z_\\\u0370-\u03ff])([A-Za-z\u0370-\u03ff])([1-9])(?![0-9_.(]|[A-Za-z](?![0-9]))"
)
# cov(x, y) and var(x) of vectors, by a number that nobody divides by.
_MOMENT = re.compile(
    r"(?<![A-Za-z_\\])(?:\\operatorname\s*\{\s*)?(cov|Cov|var|Var|std|Std|sd)(?:\s*\})?\s*"
    r"[(\[]\s{0,3}([A-Za-z]\w{0,9})\s{0,3}(?:,\s{0,3}([A-Za-z]\w{0,9})\s{0,3})?[)\]]"
)
_NEITHER = 0.7310585786300049
_COUNTED_FROM_0 = "components that are counted from 0 are read as counted from 1"
_SAME_DIVISOR = "variances and covariances are read to be divided by the same number"
# A vector without gaps, or with nothing but gaps: [1,2,3] and [1 2 3].
_LISTED = re.compile(
    r"(?:(?<![A-Za-z_^])\(|(?<![_^])[\[{])(\s{0,3}-?[0-9.]{1,9}(?:[,\s]\s{0,3}-?[0-9.]{1,9}){1,30}\s{0,3})[\])}]"
)
_COMPARED = re.compile(r"[<>≤≥≠]|[=!]=|\\(?:[lg]eq?|neq?|[lg]t)(?![A-Za-z])")
# As programs count: \sum_{i=0}^{n-1} x_i.
_FROM_0 = re.compile(
    r"_\s?[{(]\s?(?P<index>[a-z])\s?=\s?0\s?[})]\s?\^\s?"
    r"(?:[{(]\s?(?:(?P<less>[A-Za-z0-9]{1,3})\s?[-\u2212]\s?1|(?P<number>[0-9]{1,2}))\s?[})]|(?P<one>[0-9])(?![0-9]))"
)
# Rows of a matrix, as MATLAB has them, with blanks between their components.
_ROWS = re.compile(r"\[([^\[\];]{1,100}(?:;[^\[\];]{1,100}){0,9})\]")
_BARS_AROUND_A_VECTOR = re.compile(r"\|\s?([(\[][^|(){}\[\]]{1,100},[^|(){}\[\]]{1,100}[)\]])\s?\|")
_BLANKS = re.compile(r"(?<![-+*/^=,(])\s+(?![-+*/^=,)]\s|[*/^=,)])")
_AS_VECTOR = "numbers in brackets are read as a vector"
# A sum that is divided by in a line: 1/sum_k exp(o_k) * p.
_SUM_BELOW = re.compile(
    r"/\s*((?:\\?sum|∑)_(?:\{?[a-z]\}?)\s*"
    r"(?:\\?exp\s*\([^()]*\)|e\^\{[^{}]*\}|e\^\([^()]*\)|e\^[A-Za-z]\w*|[A-Za-z]\w*))(?![\w^])"
)
# Without the brackets that would make them go on: \sum_k a_k - b, \frac{d}{dw} \frac12 (y - t)^2.
_SUM_GOES_ON = re.compile(
    r"([^=(]{1,100}=)?(\s*(?:\\sum|∑|Σ|sum)\s?_\s?(?:\{[^{}]{1,100}\}|[A-Za-z](?!\w)))(.{1,400})"
)
_DERIVATIVE_GOES_ON = re.compile(
    r"((?:^|=)\s*\\[dt]?frac\s?\{\s?(?:\\partial|d)\s?\}\s?\{\s?(?:\\partial|d)\s?[A-Za-z](?:_(?:\{\w{1,9}\}|\w))?\s?\})([^=]{1,200})(?==|$)"
)
# What is divided by is written without a gap, as on paper: x/2σ².
_LETTER = rf"\\(?:{'|'.join(sorted(GREEK_NAMES))}|ell|hbar)(?![A-Za-z])(?:\s(?=[A-Za-z]))?"
_FACTOR = (
    rf"(?:{_LETTER}|[A-Za-z\u0370-\u03ff])(?:_\w)?"
    r"(?:[²³ᵀ'’′]|\^[0-9T]|\^\{[0-9T]\})?"
)
_UNDER_ROOT = r"(?:√(?:\w|\([^()]{1,40}\))|\\sqrt\s?\{[^{}]{1,40}\})"
_BELOW = re.compile(
    rf"/([-\u2212]?(?:[0-9]{{1,9}}|(?!d){_FACTOR})(?:{_FACTOR}){{0,9}}(?:{_FACTOR}|{_UNDER_ROOT}))(?![\w(^\[{{])"
)
_ABOVE = re.compile(rf"\^([-\u2212]?{_FACTOR}(?:{_FACTOR}){{1,9}})(?![\w(^\[{{/])")
# A vector, where it is no inner product.
_IN_ANGLES = re.compile(
    r"^([^=<⟨\\]*=)?\s*(?:<<?|[({]:|⟨|\\langle(?![A-Za-z]))([^<>=⟨⟩:]{1,200}?)(?:>>?|:[)}]|⟩|\\rangle)\s*$"
)
_BEHIND_ITS_NAME = re.compile(r"^([^=,]{1,40}=)?([^=]{1,1000})$")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9]),(?=[0-9.])")
# Whose bar paper shows, and plain text does not: √2gh.
_ROOT = re.compile(r"√\s*([0-9]+(?:\.[0-9]+)?[^\W\d_]\w*|[^\W\d_]{2,})(?![\w({\[])")
# A gap behind what a function takes without brackets: \sin\theta\, t.
_BEFORE_GAP = re.compile(rf"\\(sin|cos|tan|sinh|cosh|tanh|ln|log|exp)\s{{0,3}}({_FACTOR})\s{{0,3}}\\[,;:]")
# A number that names stand right behind: 2e-3x, 6.02E23x.
_EXPONENT = re.compile(r"(?<![\w.])([0-9]+(?:\.[0-9]+)?)[eE]([-+]?[0-9]{1,3})(?=[A-Za-z\\(])")
_TIMES_TEN = re.compile(r"(?<=[0-9])\s?[xX]\s?(?=10\s?(?:\^|\*\*))")
_CROSS_OF_TWO = re.compile(r"(?<=[^\s(]\s)xx(?=\s)")  # as AsciiMath has it
# 30°, but no temperature.
_DEGREES = re.compile(
    r"(?<![\w.^_{])([0-9]+(?:\.[0-9]+)?)\s?(?:°|\^\s?(?:\\circ|\{\s?\\circ\s?\})|deg(?:rees?)?(?![A-Za-z]))(?!\s?[CFK])"
)
_FRACTION = (
    r"\\[dt]?frac\s?(?:\{[0-9]{1,4}\}\s?\{[0-9]{1,4}\}|[0-9]{2})|(?<=\s)(?:[0-9]{1,4}/[0-9]{1,4}|[¼½¾⅓⅔])"
)
_MIXED = re.compile(rf"(?<![\w.,^_/}}])([0-9]{{1,4}}\s{{0,2}})({_FRACTION})(?![\w.])")
# As TeX has it in p^kq^{n-k}, and calculators in a/bc.
_BEHIND_A_SIGN = re.compile(r"([/^][-\u2212]?)([A-Za-z]\w{1,20})(?![\w(\[{])")
# Without brackets: cos 2*x, ln x/y.
_WITHOUT_BRACKETS = re.compile(
    rf"(?<![A-Za-z])(\\?(?:sin|cos|tan|sinh|cosh|tanh|ln|log|exp))\s{{1,3}}"
    rf"((?:[0-9]{{1,9}}|{_FACTOR})(?:\s?(?:[*/·]|\\cdot(?![A-Za-z]))\s?(?:[0-9]{{1,9}}|{_FACTOR})){{1,3}})(?![\w^(\[{{])"
)
_ROOT_WITHOUT_BACKSLASH = re.compile(
    r"(?<![\\A-Za-z])(?:sqrt\s?\[([^\[\]]{1,20})\]|root\s?\(([^(),]{1,20})\))\s?(?=[({])"
)
_LOG = re.compile(r"(?<![A-Za-z_])(?:\\?log|LOG)(?![A-Za-z0-9_]|\s{0,3}_)")
_DOUBLE_BARS = re.compile(r"(?<![\w)\]}])\|\||\|\|(?![\w(\\\[])")  # those of |x||y| are none
_BARS = re.compile(r"(?:\||\\lvert(?![a-z]))([^|‖]{1,200}?)(?:\||\\rvert(?![a-z]))(?!\|)")
_REGROUPED = (
    (_BARS, r" det(\1)", "bars around a matrix are read as its determinant"),
    (_BEFORE_GAP, r"\\\1(\2) ", "the argument of a function without brackets is read to end at the gap"),
    (_SUM_BELOW, r"/(\1)", "the sum under the fraction line is read to end with its first factor"),
    (_DERIVATIVE_GOES_ON, r"\1(\2)", "the derivative is read to be of all that stands behind it"),
    (_ROOT, r"√(\1)", "the root is read to reach over all that is written behind it without a sign"),
    (_BELOW, r"/(\1)", "what is written together behind a / is read as one divisor"),
    (_EXPONENT, r"(\1*10^(\2)) ", "e between numbers is read as a power of ten"),
    (_DEGREES, r"(\1*pi/180)", "degrees are read as parts of pi"),
    (_CROSS_OF_TWO, "*", "xx between gaps is read as times"),
    (_TIMES_TEN, " * ", "x in front of a power of ten is read as times"),
    (_MIXED, r"(\1+ \2)", "a fraction behind a whole number is read as a mixed number"),
    (_ABOVE, r"^(\1)", "names that are written together are read as one exponent"),
    (_WITHOUT_BRACKETS, r"\1(\2)", "the argument of a function without brackets is read to its end"),
    (_ROOT_WITHOUT_BACKSLASH, r"\\sqrt[\1\2]", "sqrt[n](x) and root(n)(x) are read as the n-th root"),
    (_LOG, " lg ", "log is read as the logarithm to the base 10"),
)


def other_readings(
    text: str, vocabulary: Vocabulary, written: str | None = None, *, misshapen: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield the text with indices where it has what looks like them, each with a note on what was changed.

    `written`: the text before it was put into plainer words, if it was. `misshapen`: what the text gives is
    of another shape than what is asked.
    """
    if len(text) > MAX_LENGTH:
        return
    for regrouped, put, note in _REGROUPED:
        other = regrouped.sub(put, text)
        if other != text:
            yield other, note
    apart = _BEHIND_A_SIGN.sub(lambda found: _apart(found, vocabulary), text)
    if apart.split() != text.split():
        yield apart, "of names that are written together the first is read as the exponent or divisor"
    if _COMPARED.search(text) is not None:
        yield f"1[{text}]", "a condition is read as 1 where it holds, else 0"
    if (norm := _BARS_AROUND_A_VECTOR.sub(r"‖\1‖", text)) != text:
        yield norm, "bars around a vector are read as its norm"
    if (in_rows := with_rows(text, least=1)) != text:
        yield in_rows, "blanks between the components of a matrix separate them"
    if (found := _SUM_GOES_ON.fullmatch(text)) is not None and _is_long(found[3]):
        yield f"{found[1] or ''}{found[2]}({found[3]})", "the sum is read to go on to the end"
    yield from evaluated(text, vocabulary)
    yield from linked(text, vocabulary)
    yield from _as_vectors(text)
    if not vocabulary.of_numbers:
        yield from _of_vectors(text, vocabulary)
        yield from other_products(text, vocabulary, written or text, misshapen=misshapen)


def _apart(found: re.Match[str], vocabulary: Vocabulary) -> str:
    """Return a sign and the names behind it with gaps; the q of kq may be defined beside the answer."""
    sign, word = found.groups()
    first, *others = vocabulary.factors(word) or (
        [word] if vocabulary.has_meaning(word) else [word[0], word[1:]]
    )
    return f"{sign}{' '.join((first, *others))} "


def _as_vectors(text: str) -> Iterator[tuple[str, str]]:
    """Yield the text with lists without their brackets, commas or blanks as vectors."""
    gapped = _BETWEEN_DIGITS.sub(", ", with_gaps(text))
    if gapped != text:
        yield gapped, _AS_VECTOR
    if "," in text and (found := _BEHIND_ITS_NAME.match(gapped)) is not None and _outside(found[2], ","):
        yield f"{found[1] or ''}[{found[2]}]", "what commas separate is read as a vector"
    if (found := _IN_ANGLES.match(gapped)) is not None:
        yield f"{found[1] or ''}[{found[2]}]", "numbers in angles are read as a vector"


def _of_vectors(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    moments = _MOMENT.sub(lambda found: _written_out(found, vocabulary), text)
    if moments != text:
        yield moments, _SAME_DIVISOR
    ways = (_PICKED, _PICKED_TWICE, _CALLED, _NUMBERED)
    picked = (each for way in ways for each in _picked(way, text, vocabulary))
    for other, note in chain([(text, "")], picked):
        if note:
            yield other, note
        if (from_1 := _FROM_0.sub(_from_1, other)) != other:
            yield from_1, "; ".join(filter(None, (note, _COUNTED_FROM_0)))
    for pattern in _WAYS if vocabulary.indices else ():
        changes = dict.fromkeys(
            f"{found[0]} is read as {_indexed(found)}" for found in pattern.finditer(text)
        )
        if changes:
            yield pattern.sub(_indexed, text), "; ".join(changes)
    if _DOUBLE_BARS.search(text) is None and text.count("|") in (2, 4):
        yield text.replace("|", "‖"), "bars around a vector are read as its norm"


def _from_1(found: re.Match[str]) -> str:
    """Read a sum from 0 to n - 1 as one from 1 to n, where its index stands below names only."""
    index, braced, bare = found["index"], found["less"], found["number"] or found["one"]
    alone = re.sub(rf"_(?:\{{[^{{}}]*\}}|{index}(?![A-Za-z0-9]))", "", found.string[found.end() :])
    if re.search(rf"(?<![A-Za-z\\]){index}(?![A-Za-z])", alone):
        return found[0]
    return f"_{{{index}=1}}^{{{braced or int(bare) + 1}}} "


def _written_out(found: re.Match[str], vocabulary: Vocabulary) -> str:
    """Write out a covariance of vectors, a variance or its root.

    By n or by n - 1 is not said, so each is divided by a number that is neither: what is right with it is
    right with any.
    """
    word, one, other = found.groups()
    of_two = word.lower() == "cov"
    if vocabulary.spelled(word) is not None or (other is not None) != of_two:
        return found[0]
    other = other or one
    variance = f"(sum(({one} - mean({one}))*({other} - mean({other})))/{_NEITHER})"
    return variance if word.lower() in ("cov", "var") else f"sqrt{variance}"


def with_gaps(text: str, *, least: int = 2) -> str:
    """Write vectors of at least so many numbers with commas and gaps."""

    def gapped(found: re.Match[str]) -> str:
        numbers = re.findall(r"[^,\s]+", found[1])
        return f"[{', '.join(numbers)}]" if len(numbers) >= least else found[0]

    return _LISTED.sub(gapped, text)


def _is_long(terms: str) -> bool:
    """Tell whether the last of several terms is itself worked out in brackets.

    Whoever writes Σ x² - m² has forgotten how often it is taken away.
    """
    unsigned = terms.lstrip(" +-−")
    signs = _outside(unsigned, "+-−")
    return bool(signs) and "(" in unsigned[signs[-1] :]


def _outside(text: str, signs: str) -> list[int]:
    """Return where one of some signs stands outside all brackets."""
    depths = accumulate((char in "([{") - (char in ")]}") for char in text)
    return [
        place
        for place, (char, depth) in enumerate(zip(text, depths, strict=True))
        if char in signs and not depth
    ]


def with_rows(text: str, *, least: int = 2) -> str:
    """Write a matrix of at least so many rows, as MATLAB has it, with commas: [a b; c d]."""

    def listed(found: re.Match[str]) -> str:
        rows = [_BLANKS.split(row.strip()) for row in found[1].split(";")]
        if "," in found[1] or len(rows) < least or len(rows[0]) == 1 or len({*map(len, rows)}) > 1:
            return found[0]
        return f"[{'; '.join(map(', '.join, rows))}]"

    return _ROWS.sub(listed, text)


def _picked(pattern: re.Pattern[str], text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield the text with components for x[0], A[0, 1], x(1), x1; from 0 where a 0 is among the indices."""
    places = [found for found in pattern.finditer(text) if _has_components(found[1], vocabulary)]
    first = 0 if any(index.strip() == "0" for found in places for index in _listed(found[2])) else 1
    changes = {}
    for found in places:
        indices = (index.strip() for index in _listed(found[2]))
        from_1 = [str(int(index) + 1 - first) if index.isdigit() else index for index in indices]
        changes[found[0]] = f"{found[1]}_{{{','.join(from_1)}}}"
    if changes:
        told = "; ".join(f"{old} is read as {new}" for old, new in changes.items())
        yield pattern.sub(lambda found: changes.get(found[0], found[0]), text), told


def _listed(indices: str) -> list[str]:
    return indices.replace("][", ",").split(",")


def _has_components(word: str, vocabulary: Vocabulary) -> bool:
    return bool(vocabulary.shape_of(GREEK.get(word, word)))


def _indexed(found: re.Match[str]) -> str:
    name, *index = found.groups(default="")
    return f"{name}_{{{','.join(filter(None, index))}}}"
