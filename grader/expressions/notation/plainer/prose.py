r"""What stands around a formula that cannot be read as it stands: labels, remarks, a derivation in words.

'Answer: …', '(by the chain rule)', lines that lead to a last one, sentences with formulas in $…$. What is
taken out is the one formula that the text leads to; where there may be several, the text stays as it is.
"""

import re
from collections.abc import Iterator

from grader.expressions.notation.plainer.defined_beside import written_out
from grader.expressions.notation.plainer.edits import Change
from grader.expressions.notation.vocabulary import FUNCTIONS, Vocabulary

_MOST = 40  # signs that formulas can begin and end with
_WORDS = r"(?:[A-Za-zÄÖÜäöüß]+[ -]){0,6}[A-Za-zÄÖÜäöüß]{3,}"
_LABEL = rf"^\s*({_WORDS})\s*:(?=[^:]*$)"
_PRODUCTS = ("product", "Produkt")  # outer, inner, dot
_REMARK = rf"\s[(\[]\s*({_WORDS})\s*[.!]?\s*[)\]]\s*$"
_SAID = (
    r"^\s*((?:(?!(?:not|nicht|never|dont|cannot)\s)[A-Za-zÄÖÜäöüß]+(?:-[A-Za-zÄÖÜäöüß]{2,})?\s+){1,8})"
    r"(?:is|equals|ist|lautet|es|est|get|have|obtain|find|gives|yields|erhalten)\b:?\s"
)
_BECAUSE = (
    r"(?<=[\w)\]}])\s*(?:(?:,\s*|\s)(?:(?:since|because|weil|denn|da)\s+.*"
    r"|(?:for\s+(?:all|every|each)|für\s+alle|∀)\s+\w+\s*)|,\s*(?:by|using|nach)\s+.*)$"
)
_BOUNDARY = (
    r"(?:\s|\\q?quad(?![A-Za-z]))*(?:,\s*(?:where|with|mit|wobei)?|,?\s*\\text\s*\{[a-z\s,]{1,12}\}|\(\s*(?:where|with|mit|wobei)?)"
    r"\s*[A-Za-z]\s*_\s*\{?\s*0\s*\}?\s*=\s*\w+(?:\{\w{1,9}\})?\s*\)?\s*$"
)
# with Θ the step function; where ⊙ denotes the product of components
_CALLED_SO = (
    r"(?:,?\s*\\text\s*\{\s*,?\s*(?:where|with|wobei|mit)\s*\}|,?\s*\b(?:where|with|wobei|mit)\b)\s*[^\s=]{1,20}\s*"
    r"(?:\\text\s*\{)?\s*(?:is|denotes|means|ist)?\s*(?:the|an?|die|der|das)\s+[A-Za-z -]{3,60}\}?\s*\.?\s*$"
)
_MEANS = r"\s\(\s*[^\s=]{1,20}\s*(?:=|is|:)\s*(?:the\s+)?([A-Za-z]{3,30})(?:[ -][A-Za-z]{1,30}){0,5}\s*\)\s*$"
_LIKEWISE = (
    r"^\s*(?:[Ss]imilarly|[Aa]nalogously|[Ll]ikewise|[Ff]inally|[Aa]nalog|[Ee]benso|[Ss]chließlich)[,:]*\s+"
)
_COMPARED = r"(?:≠|!=|[<>]=?|[≤≥]|\\(?:neq?|[lg]eq?|[lg]t)(?![a-z]))"
# x/y, y ≠ 0: for which numbers it is meant.
_DOMAIN = re.compile(
    r"(?:\s?(?:,|\\text\s?\{\s?,?\s?(?:for|where|when|with)\s?\}|(?<=\s)(?:for|where|when))\s{0,3}){1,2}"
    rf"(?:\\q?quad|\\[,; ])?\s?(?P<name>\\?[A-Za-z]\w{{0,9}})\s?{_COMPARED}\s?-?[0-9.]{{1,5}}[\s.]*$"
)
_NUMBERED = r"^\s*(?:\(?(?:[a-d]|i{1,3}|iv|[1-9])\)|[1-9]\.(?=\s)|•)\s*(?=\S)"
_BOLD = r"^\s*\*\*((?:(?!\*\*).)+)\*\*\s*$"
_FORMULAS = re.compile(
    r"\$\$(.+?)\$\$|\$([^$]+)\$|\\\[(.+?)\\\]|\\\((.+?)\\\)|```(?:\w*\n)?(.+?)```|`([^`]+)`", re.DOTALL
)
_FINALLY = re.compile(
    r"\b(?:answer|result|therefore|hence|thus|so|ergebnis|antwort|daher|somit|also)\W*$", re.IGNORECASE
)
_WHERE = re.compile(r"\s*,?\s*(?:where|with|wobei|mit)\s*")
_GOES_ON = re.compile(r"\s*(?:[-+*/=·×⋅&]|\\(?:cdot|times)|where\b|with\b|wobei\b|mit\b)")


def formula_in(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Return the formula that an answer leads to, or the text itself."""
    if sum(map(text.count, ("$", "`", "\\[", "\\("))) <= _MOST:
        text = _between_signs(text)
    text = re.sub(_NUMBERED, "", re.sub(_BOLD, r"\1", _last_line(text)))
    return written_out(alone(text, vocabulary), vocabulary, changes)


def alone(text: str, vocabulary: Vocabulary) -> str:
    """Leave away 'Answer:', 'the derivative is', '(by the chain rule)', ', since …' and ', with z_0 = x'."""
    for pattern in (_LABEL, _REMARK, _SAID):
        found = re.search(pattern, text)
        if found is not None and _are_words(found[1].split(), vocabulary, names=pattern == _SAID):
            text = text[: found.start()] + text[found.end() :]
    for pattern in (_LIKEWISE, _CALLED_SO, _BECAUSE, _BOUNDARY):
        text = re.sub(pattern, "", text)
    means = re.search(_MEANS, text)
    if means is not None and not vocabulary.has_meaning(means[1]):
        text = text[: means.start()]
    domain = _DOMAIN.search(text)
    # Of an index it would be a case; what is right is so without the remark.
    is_quantity = domain and vocabulary.spelled(domain["name"].removeprefix("\\")) in vocabulary.symbols
    return text[: domain.start()] if domain and is_quantity else text


def _are_words(some: list[str], vocabulary: Vocabulary, *, names: bool) -> bool:
    """Tell whether most of some words are no formula; `names`: also with names of the question among them.

    Products of names are there by chance: "by" is one of b and y.
    """
    if some[-1] in _PRODUCTS:
        return True
    named = any(word in FUNCTIONS or vocabulary.spelled(word) is not None for word in some)
    return (names or not named) and sum(map(vocabulary.has_meaning, some)) < len(some) / 2


def _between_signs(text: str) -> str:
    """Return the formula in $…$ of sentences: the only one, that called the answer, or the only equation."""
    found = list(_joined(text))
    if not found or not ("`" in text or re.search("[A-Za-z]{2}", _FORMULAS.sub(" ", text))):
        return text
    called = [formula for before, formula in found if _FINALLY.search(before)]
    equations = [formula for _, formula in found if "=" in formula]
    if len(found) == 1:
        return found[0][1]
    if called:
        return called[-1]
    return equations[0] if len(equations) == 1 else text


def _joined(text: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before each formula, and the formula with its '…, where a = b' behind it."""
    before, formula, end = "", "", 0
    for found in _FORMULAS.finditer(text):
        inside = next(filter(None, found.groups()))
        between = text[end : found.start()]
        if formula and "=" in inside and _WHERE.fullmatch(between):
            formula = f"{formula}, where {inside}"
        else:
            if formula:
                yield before, formula
            before, formula = between, inside
        end = found.end()
    if formula:
        yield before, formula


def _last_line(text: str) -> str:
    """Return the last line of a derivation, with those that it goes on from.

    Where another line is of the same quantity, both may be meant: the text stays as it is.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or "\\begin" in text or "\\\\" in text:
        return text
    start = len(lines) - 1
    while start and _GOES_ON.match(lines[start]):
        start -= 1
    last = " ".join(lines[start:])
    left = _left(last)
    if ("=" not in last and ":" not in last) or any(left == _left(line) for line in lines[:start] if left):
        return text
    return last


def _left(line: str) -> str:
    left, equals, _ = re.sub(_NUMBERED, "", line).partition("=")
    return "".join(left.split()) if equals else ""
