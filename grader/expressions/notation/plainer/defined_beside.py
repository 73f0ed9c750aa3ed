r"""What an answer says that its letters stand for, where the grammar does not read it as it stands.

Definitions before the answer are put behind it; those of quotients, of functions, and of names with an index
of their own are written out.
"""

import re

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
from grader.expressions.notation.vocabulary import Vocabulary
from grader.expressions.tokens import MAX_LENGTH

_MOST = 40  # uses of what is defined, and definitions
_CALLED = re.compile(
    r"(?<![\w\\{])(?P<head>(?:\\?[A-Za-z]\w{0,9}|[α-ωΑ-Ω])(?:_\{\\?\w{1,9}\})?)\s*(?:\\left\s*)?"
    r"\(\s*(?P<argument>\\?[A-Za-z]\w{0,9}|[α-ωΑ-Ω])\s*(?:\\right\s*)?\)\s*:?=(?![=>])"
)
_AND = re.compile(r"\s(?:and|und)\s|\\text\s*\{\s*,?\s*(?:and|und)\s*\}")
_DEFINITION = re.compile(r"\s*(?P<name>\\?[A-Za-z][A-Za-z0-9_{}]{0,20})\s*:?=(?!=)(?P<meaning>[^=]+)")
_SHORTHANDS = 3  # that are defined behind a formula with an index of their own
_OF_AN_ANSWER = r"(?:\\[dt]?frac\s*\{\s*(?:\\partial|d)\s*\\?[A-Za-z]|[d∂]\w{1,9}\s*/|\\?Delta|Δ)"
_LET = re.compile(
    r"^\s*(?:[Ll]et|[Dd]efine|[Ss]et|[Ss]ei|[Ww]ith|[Uu]sing|[Mm]it)\s(.+?)(?:"
    r"[.;,]?\s+(?:(?:[Tt]hen|[Dd]ann)\b,?(?:\s+gilt)?|we\s+(?:get|have|obtain|find)\b):?"
    rf"|[.;,]\s+(?={_OF_AN_ANSWER}))(.+)",
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
_QUOTIENT = re.compile(
    r"(?P<name>[d∂]\w{1,9}\s*/\s*[d∂]\w{1,9}|\\[dt]?frac\s*\{[^={}]*(?:\{\w*\}\s*)?\}\s*\{[^={}]*(?:\{\w*\}\s*)?\})"
    r"\s*=\s*(?P<meaning>[^=]+)"
)
_WITH_QUOTIENTS = re.compile(
    r"(?P<answer>.+?)(?:\b(?:where|with|wobei|mit)\b|\\text\s*\{[\s,]*(?:where|with|wobei|mit)\s*\})"
    r"(?P<definitions>.+)",
    re.DOTALL,
)
_BEFORE = re.compile(
    r"(?:[,;]|\b(?:where|with|and|mit|wobei|und)|\\text\s*\{[a-z\s,]*\})\s*(?:\\(?:q?quad|[,; ])\s*)*$"
)


def let_behind(text: str) -> str:
    """Put what is defined before an answer behind it: 'Let e = y - t. Then dL/dw = e x'."""
    found = _LET.fullmatch(text)
    return text if found is None else f"{found[2].rstrip(' .')}, where {found[1]}"


def answer_first(text: str) -> str:
    """Put definitions that have a line each, or end with semicolons, behind the answer."""
    *before, answer = [part for part in cut_outside(text, r"\n|;|\\\\") if part.strip()] or [text]
    if before and re.match(rf"\s*{_OF_AN_ANSWER}", before[0]):
        before, answer = [*before[1:], answer], before[0]
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


def written_out(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Return an answer with what it defines behind it in its place, as far as the grammar would not do so."""
    text = _defined_in_brackets(text, vocabulary)
    for _ in range(_SHORTHANDS):
        text, before = _called(_indexed(text, vocabulary, changes), vocabulary, changes), text
        if text == before:
            break
    return _with_quotients(text)


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


def _indexed(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
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


def _with_quotients(text: str) -> str:
    """Write out derivatives that an answer names before it says what they are: '…, where dy/ds = f'(s)'."""
    found = _WITH_QUOTIENTS.fullmatch(text)
    if found is None:
        return text
    answer = found["answer"].rstrip(" ,")
    for definition in arguments(_AND.sub(", ", found["definitions"].strip(" ."))):
        one = _QUOTIENT.fullmatch(definition.strip())
        if one is None:
            return text
        used = rf"(?<!\w){_spaced(one['name'])}(?!\w)"
        answer, count = re.subn(used, lambda _, of=one["meaning"]: f"({of})", answer)
        if not 0 < count <= _MOST or len(answer) > MAX_LENGTH:
            return text
    return answer


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
