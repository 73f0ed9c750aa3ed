r"""Over what a sum runs, as it is typed: Σ_k≠y, 'sum over k ≠ y of', j', k ∈ A with A = {k : p_k > c}.

As everything in `plainer` these are looked for only where an answer cannot be read as it stands.
"""

import re

from grader.expressions.notation.plainer.edits import Change
from grader.expressions.notation.vocabulary import Vocabulary

_SUM = r"(\\sum(?![A-Za-z])|[Σ∑]|(?<![A-Za-z_\\])sum)"
_UNEQUAL = r"(?:≠|!=|\\neq?(?![A-Za-z]))"
_BESIDE = rf"{_SUM}\s?_?\s?\(\s?([a-z])\s?{_UNEQUAL}\s?([a-z])\s?\)"
_BELOW = rf"{_SUM}\s?_\s?([a-z])\s?{_UNEQUAL}\s?([a-z])(?![A-Za-z0-9_])"
_IN_WORDS = (
    rf"(?<![A-Za-z_\\])([Ss]um)\s+over\s+(?:all\s+)?([a-z])"
    rf"(?:\s*{_UNEQUAL}\s*|\s+(?:not equal to|other than|unequal)\s+)([a-z])\s+of\s"
)
_PRIMED = re.compile(
    rf"{_SUM}(?:\\limits)?\s?_\s?(?:\{{\s?)?([a-z])\s?(?:['’′]|\^\s?(?:\\prime|\{{\s?\\prime\s?\}}))"
)
_FREE = "klrstuvwqcdhgab"
_IVERSON = re.compile(r"(?:\\llbracket(?![A-Za-z])|⟦)([^⟦⟧]{1,80}?)(?:\\rrbracket(?![A-Za-z])|⟧)")
_COMPARED = r"(?:[<>=≠≤≥]|\\(?:[lg]eq?|neq?|[lg]t)(?![a-z]))"
_CHARACTERISTIC = rf"(?:\\chi(?![A-Za-z])|χ)(?=\s?(?:_\s?)?\\?[({{\[][^(){{}}\[\]]{{0,60}}{_COMPARED})"
# …, where A = {k : k ≠ y, p_k > c}
_SET = re.compile(
    r"(?:[,;.]|(?<![A-Za-z])(?:where|with|wobei|mit)(?![A-Za-z])|\\text\s?\{[^{}]{0,20}\})"
    r"(?:\s|\\q?quad(?![A-Za-z])|\\[,;: ]|(?:where|with|wobei|mit)(?![A-Za-z])|\\text\s?\{[^{}]{0,20}\}){0,9}"
    r"(?P<set>[A-Z]|\\mathcal\s?(?:\{\s?[A-Z]\s?\}|[A-Z]))\s?:?=\s?(?:\\left\s?)?\\?\{(?P<inside>[^=].{2,150}?)"
    r"(?:\\right\s?)?\\?\}[\s.$]*$"
)
_BETWEEN = r":|\||\\(?:mid|colon|wedge|land)(?![A-Za-z])|,|;|∧|\\text\s?\{\s?and\s?\}|\sand\s"
_ELEMENT = r"\s*\\?[a-z]\s*(?:(?:∈|\\in(?![A-Za-z])).*)?"


def under_sums(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Put into usual words over what sums run, and what is 1 under a condition."""
    text = _IVERSON.sub(r"\\mathbb{1}[\1]", text)
    if vocabulary.spelled("chi") is None:
        text = re.sub(_CHARACTERISTIC, r"\\mathbb{1}", text)
    for pattern in (_IN_WORDS, _BESIDE, _BELOW):
        text = re.sub(pattern, r"\1_{\2 \\neq \3} ", text)
    return _without_sets(_without_primes(text, vocabulary, changes), changes)


def _without_primes(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Put another letter for an index with a prime, j', which a sum runs over."""
    found = _PRIMED.search(text)
    if found is None or found[2] in vocabulary.functions:
        return text
    letter = found[2]
    primed = rf"(?<![A-Za-z\\]){letter}\s?(?:['’′]|\^\s?(?:\\prime|\{{\s?\\prime\s?\}}))"
    used = set(re.findall(r"(?<![A-Za-z\\])[a-z](?![A-Za-z])", text))
    free = next((one for one in _FREE if one not in used and vocabulary.spelled(one) is None), None)
    if free is None:
        return text
    changes.append((f"{letter}'", free))
    return re.sub(primed, free, text)


def _without_sets(text: str, changes: list[Change]) -> str:
    """Put the conditions of a set that is defined at the end below the sums over it."""
    found = _SET.search(text)
    if found is None:
        return text
    parts = [part.strip(r"\ ") for part in re.split(_BETWEEN, found["inside"])]
    first = re.match(r"\\?([a-z])(?![A-Za-z])", parts[0])
    # What must hold, but not what an element is called and where it is from.
    conditions = [part for part in parts if part and re.fullmatch(_ELEMENT, part) is None]
    if first is None or not conditions:
        return text
    index = first[1]
    over = rf"_\s?\{{\s?{index}\s?(?:∈|\\in(?![A-Za-z]))\s?{re.escape(found['set'])}\s?\}}"
    below = f"_{{{', '.join([index, *conditions])}}} "
    new, count = re.subn(over, lambda _: below, text[: found.start()])
    if count:
        changes.append((found["set"], ", ".join(conditions)))
    return new if count else text
