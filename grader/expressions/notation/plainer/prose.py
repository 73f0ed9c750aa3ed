r"""What stands around a formula that cannot be read as it stands: labels, remarks, a derivation in words.

'Answer: …', '(by the chain rule)', lines that lead to a last one, sentences with formulas in $…$. What is
taken out is the one formula that the text leads to; where there may be several, the text stays as it is.
"""

import re
from collections.abc import Iterator

from grader.expressions.notation.plainer.edits import (
    Change,
    Put,
    arguments,
    cut_outside,
    inside,
    opening,
    put_for_call,
    rewritten,
)
from grader.expressions.notation.plainer.worded_cases import by_cases
from grader.expressions.notation.vocabulary import FUNCTIONS, Vocabulary
from grader.expressions.tokens import MAX_LENGTH

_MOST = 40  # signs that formulas can begin and end with
_CALLED = re.compile(
    r"(?<![\w\\{])(?P<head>(?:\\?[A-Za-z]\w{0,9}|[α-ωΑ-Ω])(?:_\{\\?\w{1,9}\})?)\s*(?:\\left\s*)?"
    r"\(\s*(?P<argument>\\?[A-Za-z]\w{0,9}|[α-ωΑ-Ω])\s*(?:\\right\s*)?\)\s*:?=(?![=>])"
)
_AND = re.compile(r"\s(?:and|und)\s|\\text\s*\{\s*,?\s*(?:and|und)\s*\}")
_WORDS = r"(?:[A-Za-zÄÖÜäöüß]+[ -]){0,6}[A-Za-zÄÖÜäöüß]{3,}"
_LABEL = rf"^\s*({_WORDS})\s*:(?=[^:]*$)"
_PRODUCTS = ("product", "Produkt")  # outer, inner, dot
_REMARK = rf"\s\(\s*({_WORDS})\s*[.!]?\s*\)\s*$"
_SAID = (
    r"^\s*((?:(?!(?:not|nicht|never|dont|cannot)\s)[A-Za-zÄÖÜäöüß]+(?:-[A-Za-zÄÖÜäöüß]{2,})?\s+){1,8})"
    r"(?:is|equals|ist|lautet|es|est|get|have|obtain|find|gives|yields|erhalten)\b:?\s"
)
_BECAUSE = (
    r"(?<=[\w)\]}])\s*(?:(?:,\s*|\s)(?:(?:since|because|weil|denn|da)\s+.*"
    r"|(?:for\s+(?:all|every|each)|für\s+alle|∀)\s+\w+\s*)|,\s*(?:by|using|nach)\s+.*)$"
)
_BOUNDARY = (
    r"(?:\s|\\q?quad(?![A-Za-z]))*(?:,\s*(?:where|with|mit|wobei)?|,?\s*\\text\s*\{[a-z\s,]{1,12}\}|\()"
    r"\s*[A-Za-z]\s*_\s*\{?\s*0\s*\}?\s*=\s*\w+(?:\{\w{1,9}\})?\s*\)?\s*$"
)
# with Θ the step function; where ⊙ denotes the product of components
_CALLED_SO = (
    r"(?:,?\s*\\text\s*\{\s*,?\s*(?:where|with|wobei|mit)\s*\}|,?\s*\b(?:where|with|wobei|mit)\b)\s*[^\s=]{1,20}\s*"
    r"(?:\\text\s*\{)?\s*(?:is|denotes|means|ist)?\s*(?:the|an?|die|der|das)\s+[A-Za-z -]{3,60}\}?\s*\.?\s*$"
)
_LIKEWISE = (
    r"^\s*(?:[Ss]imilarly|[Aa]nalogously|[Ll]ikewise|[Ff]inally|[Aa]nalog|[Ee]benso|[Ss]chließlich)[,:]*\s+"
)
_COMPARED = r"(?:≠|!=|[<>]=?|[≤≥]|\\(?:neq?|[lg]eq?|[lg]t)(?![a-z]))"
# x/y, y ≠ 0: for which numbers it is meant.
_DOMAIN = re.compile(
    r"(?:\s?(?:,|\\text\s?\{\s?,?\s?(?:for|where|when|with)\s?\}|(?<=\s)(?:for|where|when))\s{0,3}){1,2}"
    rf"(?:\\q?quad|\\[,; ])?\s?(?P<name>\\?[A-Za-z]\w{{0,9}})\s?{_COMPARED}\s?-?[0-9.]{{1,5}}[\s.]*$"
)
_DEFINITION = re.compile(r"\s*(?P<name>\\?[A-Za-z][A-Za-z0-9_{}]{0,20})\s*:?=(?!=)(?P<meaning>[^=]+)")
_SHORTHANDS = 3  # that are defined behind a formula with an index of their own
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
_OF_AN_ANSWER = r"(?:\\[dt]?frac\s*\{\s*(?:\\partial|d)\s*\\?[A-Za-z]|[d∂]\w{1,9}\s*/|\\?Delta|Δ)"
_LET = re.compile(
    r"^\s*(?:[Ll]et|[Dd]efine|[Ss]et|[Ss]ei|[Ww]ith|[Uu]sing|[Mm]it)\s(.+?)(?:"
    r"[.;,]?\s+(?:(?:[Tt]hen|[Dd]ann)\b,?(?:\s+gilt)?|we\s+(?:get|have|obtain|find)\b):?"
    rf"|[.;,]\s+(?={_OF_AN_ANSWER}))(.+)$",
    re.DOTALL,
)
_DEFINED_BEFORE = re.compile(
    r"\s*(?:(?:[Ll]et|[Dd]efine|[Ww]ith|[Mm]it|and|und)\s+)?(?P<name>\\?[A-Za-zα-ωΑ-Ω][\w{}]{0,20}?)\s*:?="
    r"(?:[^=]*=)*\s*(?P<meaning>[^=]+)"
)
# a_k, or a derivative: dp_k/do_j, \frac{\partial p_k}{\partial o_j}.
_INDEXED = r"[A-Za-z]\s*_\s*(?:\{\s*[a-z]\s*\}|[a-z](?!\w))"
_SHORTHAND = re.compile(
    r"(?<![\w\\{])(?P<head>[A-Za-z]|\\[A-Za-z]+|\\[dt]?frac\s*\{\s*(?:\\partial|d)\s*[A-Za-z]|[d∂][A-Za-z])"
    r"\s*_\s*(?:\{\s*(?P<index>[a-z])\s*\}|(?P<letter>[a-z])(?!\w))"
    rf"(?P<tail>\s*\}}\s*\{{\s*(?:\\partial|d)\s*{_INDEXED}\s*\}}|\s*/\s*[d∂]{_INDEXED})?\s*:?=(?![=>])"
)
_BEFORE = re.compile(
    r"(?:[,;]|\b(?:where|with|and|mit|wobei|und)|\\text\s*\{[a-z\s,]*\})\s*(?:\\(?:q?quad|[,; ])\s*)*$"
)


def formula_in(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Return the formula that an answer leads to, or the text itself."""
    if sum(map(text.count, ("$", "`", "\\[", "\\("))) <= _MOST:
        text = _between_signs(text)
    text = re.sub(_NUMBERED, "", re.sub(_BOLD, r"\1", _last_line(text)))
    text = _defined_in_brackets(alone(text, vocabulary), vocabulary)
    for _ in range(_SHORTHANDS):
        text, before = _called(_written_out(text, vocabulary, changes), vocabulary, changes), text
        if text == before:
            break
    return text


def answer_first(text: str) -> str:
    """Put what is defined before an answer behind it: 'Let e = y - t. Then dL/dw = e x', or line by line."""
    text = _LET.sub(r"\2, where \1", text)
    *before, answer = [part for part in cut_outside(text, r"\n|;|\\\\") if part.strip()] or [text]
    found = [_DEFINED_BEFORE.fullmatch(part.strip(" \t.,")) for part in before]
    if not before or len(before) > _MOST or "\\begin" in text or not all(found):
        return text
    if "=" in answer and not re.match(rf"\s*{_OF_AN_ANSWER}", answer):
        return text
    meanings = {each["name"]: each["meaning"] for each in found if each is not None}
    used = {
        name: meaning
        for name, meaning in meanings.items()
        if any(
            re.search(rf"(?<![\w\\]){_spaced(name)}(?!\w)", other) for other in (answer, *meanings.values())
        )
    }
    if len(meanings) < len(before) or not used:
        return text
    return f"{answer.strip(' .')}, where " + ", ".join([f"{name} = {of}" for name, of in used.items()])


def alone(text: str, vocabulary: Vocabulary) -> str:
    """Leave away 'Answer:', 'the derivative is', '(by the chain rule)', ', since …' and ', with z_0 = x'."""
    for pattern in (_LABEL, _REMARK, _SAID):
        found = re.search(pattern, text)
        if found is not None and _are_words(found[1].split(), vocabulary, names=pattern == _SAID):
            text = text[: found.start()] + text[found.end() :]
    for pattern in (_LIKEWISE, _CALLED_SO, _BECAUSE, _BOUNDARY):
        text = re.sub(pattern, "", text)
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


def _defined_in_brackets(text: str, vocabulary: Vocabulary) -> str:
    r"""Read '\delta_1 x (\delta_1 = \delta_2 w)' as '\delta_1 x, where …'."""
    end = text.rstrip(" .$")
    start = opening(end, len(end) - 1) if end.endswith(")") else None
    if start is None or not re.search(r"[\w)}\];:,]\s*$", text[:start]):
        return text
    found = _DEFINITION.fullmatch(end[start + 1 : -1])
    if found is None or found["name"] in vocabulary.indices or not re.search("[A-Za-zα-ω]", found["meaning"]):
        return text
    return f"{text[:start].rstrip(' ;:,')}, where {found[0]}"


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
        if before is not None and (found["tail"] or vocabulary.spelled(found["head"]) is None):
            break
    else:
        return text
    index, meaning = found["index"] or found["letter"], by_cases(text[found.end() :].strip(" ."))
    used = rf"(?<![\w\\]){_spaced(found['head'])}\s*_\s*(?:\{{\s*([a-z])\s*\}}|([a-z])(?!\w))"

    def put(use: re.Match[str]) -> str:
        return f"({_with_index(meaning, index, use[1] or use[2])})"

    new, count = re.subn(used + _spaced(found["tail"] or ""), put, text[: before.start()])
    if not 0 < count <= _MOST:
        return text
    changes.append((text[found.start() : found.end()].rstrip(":= "), meaning))
    return new


def _called(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Write out a function that is defined beside an answer: '(φ(w x) - y) x, where φ(z) = 1/(1 + e^-z)'."""
    some = list(_CALLED.finditer(text))
    for found in reversed(some if len(some) <= _MOST else ()):
        before = _BEFORE.search(text[: found.start()])
        if (before or not found.start()) and vocabulary.spelled(found["head"]) is None:
            break
    else:
        return text
    meaning, *others = arguments(_AND.sub(", ", text[found.end() :].strip(" .")))
    answer, *others = [text[: before.start()], *others] if before else [",".join(others)]
    argument = found["argument"]

    def put(text: str, use: re.Match[str]) -> Put | None:
        given = inside(text, use)
        if given is None or len(text) > MAX_LENGTH:
            return None
        plain = given.strip()
        other = plain if re.fullmatch(r"\\?\w+", plain) else f"({plain})"  # p_i is q_i, where p is q
        of = meaning if plain == argument else _with_index(meaning, argument, other)
        return put_for_call(use, given, f"({of})")

    uses = rf"(?<![\w\\]){_spaced(found['head'])}\s*(?:\\left\s*)?\("
    new = rewritten(answer, uses, put)
    if new == answer:
        return text
    changes.append((text[found.start() : found.end()].rstrip(":= "), meaning.strip()))
    return ",".join([new, *others])


def _spaced(text: str) -> str:
    """Return a pattern for a text, however its signs are spaced."""
    return r"\s*".join(map(re.escape, re.findall(r"\\[A-Za-z]+|\S", text)))


def _with_index(meaning: str, index: str, other: str) -> str:
    r"""Put an index in place of another: a letter alone, or one of two below a letter, as in \delta_{kj}."""
    index = re.escape(index)
    alone = rf"(?<![A-Za-z0-9\\]){index}(?![A-Za-z0-9])"
    first = rf"(?<=_){index}(?=[a-z](?!\w))|(?<=_\{{){index}(?=[a-z]\}})"
    second = rf"(?<=_[a-z]){index}(?!\w)|(?<=_\{{[a-z]){index}(?=\}})"
    return re.sub(f"{alone}|{first}|{second}", lambda _: other, meaning)
