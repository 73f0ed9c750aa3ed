r"""What stands in books and on blackboards: [x]_+, f^{(2)}(x), g²(x), {a \over b}, xⁿ⁻¹, \substack.

As everything in `plainer` these are looked for only where an answer cannot be read as it stands.
"""

import re
import unicodedata

from grader.expressions.notation.plainer.edits import (
    Change,
    Put,
    closing,
    inside,
    opening,
    replaced,
    rewritten,
)
from grader.expressions.notation.vocabulary import Vocabulary

# The integral that is asked for, in front of what it comes to, and the constant behind that.
_INTEGRAL = r"^\s*(?:∫|\\int(?![A-Za-z]))[^=]{1,200}="
_CONSTANT = (
    r"(?<=[\w)}\]|])\s*([-+\u2212])\s*(?:\\(?:text|mathrm|operatorname)\s*\{\s*)?"
    r"((?:const(?:ant)?|[Cc])(?:_\{?\w\}?)?)\s*[.}]{0,2}"
    r"\s*(?:[,;(]?\s*(?:with\s|where\s|mit\s)?\s*[Cc]\s*(?:∈|\\in(?![A-Za-z]))[^=]{1,30})?$"
)
_POSITIVE = (
    r"(?:\\right\s*|\\[bB]ig+r?\s*)?\\?[)\]}]\s*"
    r"(?:_\s*(?:\+|\{\s*\+\s*\})|\^\s*\{\s*\+\s*\}|\^\s*\+(?!\s*[\w(\\]))"
)
_POSITIVE_NAME = (
    r"(?<![A-Za-z0-9_\\])([A-Za-z][A-Za-z0-9]{0,9})"
    r"(?:₊|_\s?(?:\+|\{\s?\+\s?\})|\^\s?(?:\{\s?\+\s?\}|\+(?=\s*(?:$|[-+)*/]))))"
)
_LEFT = r"(?:\\left\s*|\\[bB]ig+l?\s*)?\\?$"
_RAISED = "".join(
    chr(code)
    for code in (
        *range(0xB2, 0xBA),
        *range(0x2B0, 0x2C0),
        *range(0x2E0, 0x2E5),
        *range(0x1D2C, 0x1DBF),
        *range(0x2070, 0x2080),
    )
    if unicodedata.decomposition(chr(code)).startswith("<super>")
)
_RAISED_MINUS = r"⁻([α-ωA-Za-z])"  # e⁻λ: there are few small letters above the line
_TURNED_BEFORE = r"(?:\{\s?\}\s?\^\s?\{?\s?t\s?\}?|(?<![\w)\]}])\^t|ᵗ)\s?([A-Z])"  # as in French: {}^tA
_IDENTITY = r"(?<![A-Za-z0-9_\\])E(?=(?:_\{?[0-9n]\}?)?(?![A-Za-z0-9_(\^]))"
_OVER = r"\\over(?![A-Za-z])"
_UNDER_A_SUM = r"(?:\\sum|\\prod|[∑Σ]|(?<![A-Za-z_\\])sum)\s*(?:\\limits\s*)?_\s*\{"
_TWO_INDICES = (
    r"((?:\\sum|[∑Σ]|(?<![A-Za-z_\\])sum)(?:\s*\\limits)?)\s*_\s*"
    r"(?:\{\s*([a-z])([a-z])\s*\}|([a-z])([a-z])(?![A-Za-z0-9_=,]))"
)
_LARGEST_OF = (  # max_i x_i, and nothing that it could be of behind it
    r"\\?(?<![A-Za-z0-9_])(max|min)\s*_\s*\{?\s*([a-z])(?:\s*\}\s*|\s+)(\\?[A-Za-z]+)"
    r"_(?:\{\s*\2\s*\}|\2(?!\w))(?=\s*(?:$|[-+)},=]))"
)
_END = r"\s*(?:[A-Za-z0-9]|\{[^{}]{1,40}\})\s*"
_FROM_TO = (  # \left. F \right|_a^b
    r"\\left\s*\.((?:(?!\\left|\\right).){1,200})\\right\s*(?:\||\\vert(?![A-Za-z]))"
    rf"(?=\s*(?:_{_END}\^|\^{_END}_))"
)
_LESS = re.compile(r"<|\\lt")
_RELATION = r"(<=|≤|\\leq?(?![a-z])|<|\\lt(?![a-z]))"
_BETWEEN = rf"_\s?\{{\s?(\w{{1,9}})\s?{_RELATION}\s?([a-z])\s?{_RELATION}\s?(\w{{1,9}})\s?\}}"
_OF_A_TERM = r"\\?[A-Za-z]+_(?:\{\s*[a-z]\s*\}|[a-z](?!\w))"
_ITS_INDEX = re.compile(r"_\{?\s*([a-z])\s*\}?")
_LARGEST_IN_BARS = (
    r"\\?(?<![A-Za-z0-9_])(max|min)\s*(?:_\s*\{?\s*([a-z])\s*\}?\s*)?(?:\\left\s*)?(\\?\{|\()?\s*"
    rf"(\|\s*-?\s*{_OF_A_TERM}(?:\s*[-+]\s*{_OF_A_TERM}){{0,3}}\s*(?:\\right\s*)?\|)"
    r"(?(3)\s*(?:\\right\s*)?(?:\\?\}|\)))"
)
_AND = r"\\(?:mid|wedge|land)(?![A-Za-z])|∧|\\\\|\\text\s*\{[a-z\s.]*\}"
_NUMBER_RAISED = r"[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|ᵀ"


def from_books(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Put what stands in books into what is read."""
    text = re.sub(_CONSTANT, lambda found: _constant(found, vocabulary, changes), re.sub(_INTEGRAL, "", text))
    text = rewritten(rewritten(text, _OVER, _fraction), _UNDER_A_SUM, _conditions)
    text = re.sub(_BETWEEN, _from_to, text)
    text = re.sub(_FROM_TO, r"[\1]", text)
    text = re.sub(r"\]\s*\^\s*([A-Za-z0-9])_([A-Za-z0-9])(?!\w)", r"]_{\2}^{\1}", text)
    text = re.sub(_LARGEST_OF, r" \1(\3)", text)
    text = re.sub(_LARGEST_IN_BARS, _of_all, text)
    text = re.sub(_TWO_INDICES, lambda found: _two_indices(found, vocabulary), text)
    if not text.isascii():
        text = re.sub(f"[{_RAISED}]+", _raised, re.sub(_RAISED_MINUS, r"^{-\1}", text))
    text = re.sub(_TURNED_BEFORE, lambda found: _turned_before(found, vocabulary), text)
    text = replaced(_IDENTITY, lambda found: _identity(found, vocabulary), text, changes)
    text = _of_functions(text, vocabulary, changes)
    text = replaced(_POSITIVE_NAME, lambda found: _positive(found, vocabulary), text, changes)
    return _positive_parts(text, changes)


def _constant(found: re.Match[str], vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Read a constant of integration as the question's; one that it does not have adds nothing, and is told.

    Beside an a or a b a c is meant to be another quantity.
    """
    sign, name = found.groups()
    own = next(filter(None, map(vocabulary.spelled, (name, "C", "c"))), None)
    among_others = name == "c" and not vocabulary.declared.isdisjoint("ab")
    if among_others or own == name or not (vocabulary.symbols and vocabulary.of_numbers):
        return found[0]
    put = f"{sign} {own}" if own else "a constant of integration, which is not asked for"
    changes.append((f"{sign} {name}", put))
    return f" {put}" if own else ""


def _turned_before(found: re.Match[str], vocabulary: Vocabulary) -> str:
    return f"{found[1]}^T " if vocabulary.shape_of(found[1]) else found[0]


def _identity(found: re.Match[str], vocabulary: Vocabulary) -> str:
    """Read E beside matrices as I."""
    matrices = any(len(shape) == 2 for shape in vocabulary.symbols.values())
    return "I" if matrices and not vocabulary.begins("E") else found[0]


def _fraction(text: str, found: re.Match[str]) -> Put | None:
    r"""Read {a \over b} as a fraction."""
    start = opening(text, found.start())
    if start is None or text[start] != "{":
        return None
    end = closing(text, start)
    above, below = text[start + 1 : found.start()], text[found.end() : end]
    return Put(start, f"\\frac{{{above}}}{{{below}}}", end + 1)


def _conditions(text: str, found: re.Match[str]) -> Put | None:
    r"""Put commas between what stands below a sum: \substack{k \neq y \\ p_k > c}, k \neq y \mid p_k > c."""
    written = inside(text, found)
    if written is None:
        return None
    below = re.sub(r"^\s*\\substack\s*\{(.*)\}\s*$", r"\1", written, flags=re.DOTALL)
    if below.count("|") == 1:
        below = below.replace("|", ",")
    return Put(found.end(), re.sub(_AND, ", ", below), found.end() + len(written))


def _from_to(found: re.Match[str]) -> str:
    """Read sum_{1 <= i < n} as a sum from 1 to n - 1."""
    first, below, index, above, last = found.groups()
    first = f"{first}+1" if _LESS.fullmatch(below) else first
    return f"_{{{index}={first}}}^{{{last}{'-1' if _LESS.fullmatch(above) else ''}}} "


def _of_all(found: re.Match[str]) -> str:
    """Read max_i |x_i - y_i| as max(|x - y|), and max|x_i|."""
    of, index, _, inside = found.groups()
    indices = set(_ITS_INDEX.findall(inside))
    if len(indices) > 1 or index not in (None, *indices):
        return found[0]
    return f" {of}({_ITS_INDEX.sub('', inside)})"


def _two_indices(found: re.Match[str], vocabulary: Vocabulary) -> str:
    r"""Read \sum_{ij} as a sum over i and j."""
    word, one, other = filter(None, found.groups())
    return found[0] if vocabulary.spelled(one + other) is not None else f"{word}_{{{one},{other}}} "


def _raised(found: re.Match[str]) -> str:
    if re.fullmatch(_NUMBER_RAISED, found[0]):
        return found[0]
    return f"^{{{unicodedata.normalize('NFKC', found[0]).replace(chr(0x2212), '-')}}}"


def _of_functions(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Read f^{(2)}(x) as a derivative, g^2(x) as a power, and fg as two functions."""
    for name in sorted(vocabulary.functions):
        letter, _, sub = name.partition("_")
        if letter not in text or sub not in text:
            continue
        spelled = rf"(?<![A-Za-z0-9_\\]){letter}" + (rf"_?\{{?{sub}\}}?" if sub else "")
        of = r"(?=\s*(?:\\left\s*|\\!\s*)*\()"
        order = rf"({spelled})\s*\^\s*\{{?\s*\(\s*([1-3])\s*\)\s*\}}?{of}"
        text = replaced(order, lambda found: found[1] + "'" * int(found[2]), text, changes)
        text = _powers(text, rf"({spelled}['’′]{{0,3}})\s*(?:\^\s*\{{?\s*([2-9])\s*\}}?|([²³])){of}", changes)
    letters = "".join(name for name in vocabulary.functions if len(name) == 1)
    if len(letters) > 1:
        together = rf"(?<![A-Za-z0-9_\\])[{letters}]{{2,4}}(?![A-Za-z0-9_])"
        text = replaced(
            together,
            lambda found: " ".join(found[0]) if vocabulary.spelled(found[0]) is None else found[0],
            text,
            changes,
        )
    return text


def _powers(text: str, pattern: str, changes: list[Change]) -> str:
    def put(text: str, found: re.Match[str]) -> Put:
        end = closing(text, text.index("(", found.end())) + 1
        exponent = found[2] or unicodedata.normalize("NFKC", found[3])
        new = f"({found[1]}{text[found.end() : end]})^{exponent} "
        changes.append((text[found.start() : end], new))
        return Put(found.start(), new, end)

    return rewritten(text, pattern, put)


def _positive(found: re.Match[str], vocabulary: Vocabulary) -> str:
    """Read x₊ as max(0, x)."""
    shape = vocabulary.symbols.get(vocabulary.spelled(found[1]) or "")
    if shape is None or len(shape) == 2:  # X^+ is a pseudo-inverse
        return found[0]
    return f" max(0, {found[1]})"


def _positive_parts(text: str, changes: list[Change]) -> str:
    """Read [x]_+ as max(0, x)."""

    def put(text: str, found: re.Match[str]) -> Put | None:
        start = opening(text, found.start())
        if start is None:
            return None
        left = re.search(_LEFT, text[:start])
        begin = left.start() if left else start
        new = f" max(0, {text[start + 1 : found.start()]})"
        changes.append((text[begin : found.end()], new))
        return Put(begin, new, found.end())

    return rewritten(text, _POSITIVE, put)
