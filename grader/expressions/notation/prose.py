r"""What stands around a formula that cannot be read as it stands: labels, remarks, a derivation in words.

'Answer: …', '(by the chain rule)', lines that lead to a last one, sentences with formulas in $…$. What is
taken out is the one formula that the text leads to; where there may be several, the text stays as it is.
"""

import re
from collections.abc import Iterator

from grader.expressions.notation.other_spellings import Change
from grader.expressions.notation.vocabulary import FUNCTIONS, Vocabulary

_MOST = 40  # signs that formulas can begin and end with
_WORDS = r"(?:[A-Za-zÄÖÜäöüß]+[ -]){0,6}[A-Za-zÄÖÜäöüß]{3,}"
_LABEL = rf"^\s*({_WORDS})\s*:(?=[^:]*$)"
_REMARK = rf"\s\(\s*({_WORDS})\s*[.!]?\s*\)\s*$"
_SAID = r"^\s*(?:[Tt]he|[Ii]t|[Ss]o)\b[A-Za-z ]{0,40}\b(?:is|equals):?\s"
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
_LET = re.compile(
    r"^\s*(?:[Ll]et|[Dd]efine|[Ss]ei)\s(.+?)[.;,]\s+(?:[Tt]hen|[Dd]ann)\b,?(?:\s+gilt:?)?(.+)$", re.DOTALL
)
_SHORTHAND = re.compile(
    r"(?<![\w\\{])([A-Za-z]|\\[A-Za-z]+)\s*_\s*(?:\{\s*([a-z])\s*\}|([a-z])(?!\w))\s*:?=(?![=>])"
)
_BEFORE = re.compile(
    r"(?:[,;]|\b(?:where|with|and|mit|wobei|und)|\\text\s*\{[a-z\s,]*\})\s*(?:\\(?:q?quad|[,; ])\s*)*$"
)


def formula_in(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Return the formula that an answer leads to, or the text itself."""
    text = _LET.sub(r"\2, where \1", text)
    if sum(map(text.count, ("$", "`", "\\[", "\\("))) <= _MOST:
        text = _between_signs(text)
    text = re.sub(_NUMBERED, "", re.sub(_BOLD, r"\1", _last_line(text)))
    return _written_out(alone(text, vocabulary), vocabulary, changes)


def alone(text: str, vocabulary: Vocabulary) -> str:
    """Leave away 'Answer:', 'the derivative is' and '(by the chain rule)'."""
    for pattern in (_LABEL, _REMARK):
        words = re.search(pattern, text)
        if words is not None and not any(_has_meaning(word, vocabulary) for word in words[1].split()):
            text = text[: words.start()] + text[words.end() :]
    return re.sub(_SAID, "", text)


def _has_meaning(word: str, vocabulary: Vocabulary) -> bool:
    return bool(vocabulary.spelled(word)) or word in FUNCTIONS or vocabulary.factors(word) is not None


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


def _written_out(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Write out a shorthand with an index that an answer ends with: '…, where a_k = 1[p_k > 0]'."""
    for found in reversed(list(_SHORTHAND.finditer(text))):
        before = _BEFORE.search(text[: found.start()])
        if before is not None and vocabulary.spelled(found[1]) is None:
            break
    else:
        return text
    name, index, meaning = found[1], found[2] or found[3], text[found.end() :].strip(" .")
    used = rf"(?<![\w\\]){re.escape(name)}\s*_\s*(?:\{{\s*([a-z])\s*\}}|([a-z])(?!\w))"

    def put(use: re.Match[str]) -> str:
        return "(" + re.sub(rf"(?<![A-Za-z0-9\\]){index}(?![A-Za-z0-9])", use[1] or use[2], meaning) + ")"

    new, count = re.subn(used, put, text[: before.start()])
    if not 0 < count <= _MOST:
        return text
    changes.append((f"{name}_{index}", meaning))
    return new
