r"""Spellings of other fields and of haste: δ_ij, ⟨x, y⟩, w ← w - αg, ∇L = …, c ? a : b, sin2x, 2PI.

Each is looked for only where an answer cannot be read as it stands (see `plainer`), and a name that the
question has keeps its meaning.
"""

import re
from collections.abc import Callable

from grader.expressions.greek import GREEK
from grader.expressions.notation.vocabulary import FUNCTIONS, ONE_ARGUMENT, Vocabulary

Change = tuple[str, str]

_DELTA = r"(?:δ|\\delta(?![A-Za-z])|(?<![A-Za-z0-9_\\])delta)"
_INDEX = r"[A-Za-z0-9]"
_KRONECKER = (
    rf"{_DELTA}\s*_\s*(?:\{{\s*({_INDEX})\s*,?\s*({_INDEX})\s*\}}|({_INDEX})({_INDEX})(?!\w))",
    rf"(?:{_DELTA}|(?<![A-Za-z0-9_])[Kk]ronecker)\s*\(\s*({_INDEX})\s*,\s*({_INDEX})\s*\)",
)
_COMPARED = rf"(?:^|(?<=[-+*/(=]))\s*\(\s*({_INDEX})\s*=\s*({_INDEX})\s*\)"
_SIGNS = str.maketrans(
    {"⟨": r"\langle ", "⟩": r"\rangle ", "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil "}
    | {"∛": r"\sqrt[3] ", "∜": r"\sqrt[4] "}
)
_BRA_KET = r"(\\langle)([^|,]{1,200}?)(?:\||\\(?:mid|vert)(?![A-Za-z]))([^|,]{1,200}?)(?=\\rangle)"
_ANGLES = r"<\s*([A-Za-z]\w*)\s*,\s*([A-Za-z]\w*)\s*>"
# Of more than names only where nothing can be compared: at an end, or beside a sign.
_ANGLES_AROUND = r"(?:^|(?<=[-+*/(=,·^]))\s*<([^<>=,]+),([^<>=,]+)>(?=\s*(?:$|[-+*/^),]))"
_ARROW = r"←|\\(?:leftarrow|gets)(?![A-Za-z])"
_TYPED_ARROW = r"^(\s*[^\s<>=]+\s*)<-(?=\s)"
_GRADIENT = r"^\s*\\nabla\s*="
_OPEN_BRACE = r"^\s*\{(?=[^{}]*$)"  # in front of cases that are written one below the other
_CHOICE = r"\(([^?:()]+)\?([^?:]+):([^?:]+)\)"
_CHOICE_IN_WORDS = r"\(([^()]{1,200}?)\sif\s([^()]{1,200}?)\selse\s([^()]{1,200})\)"
_CHOICE_OF_ALL = r"^([^?:=]*(?<![=<>!])=(?!=))?([^?:]+)\?([^?:]+):([^?:]+)$"
_COMPARISON = r"[<>≤≥≠]|==|!=|\\(?:[lg]eq?|neq?|[lg]t)(?![A-Za-z])"
_BINARY_LOGARITHM = r"(?<![A-Za-z0-9_\\])l[bd](?=\s*[\w(\\])"
_STANDARD = (
    r"(?<![A-Za-z0-9_\\])([A-Za-z]\w{0,9})"
    r"(?:\^(?:0|\\circ|\{\s*(?:0|\\circ)\s*\}|⊖)(?![A-Za-z0-9_.(])|[°⊖])"
)
_SOFTMAX = r"(?:\\(?:operatorname|text|mathrm)\s*\{\s*[sS]oftmax\s*\}|(?<![A-Za-z_\\])[sS]oftmax)"
_OF_ONE = (
    (rf"{_SOFTMAX}\s*_\s*\{{?\s*([a-z])\s*\}}?\s*\(([^()]{{1,40}})\)", r" softmax(\2)_{\1} "),
    (rf"{_SOFTMAX}\s*\(\s*([A-Za-z]\w{{0,9}}?)_\{{?([a-z])\}}?\s*\)", r" softmax(\1)_{\2} "),
)
_PI = r"(?<![A-Za-z_\\])(?:Pi|PI)([A-Za-z]*)(?![A-Za-z_])(?:\(\s*\))?"
_WORD = r"(?<![A-Za-z_\\])[A-Za-z]\w*"
_GREEK = re.compile(f"[{''.join(GREEK)}]")
_PRIMES = "'’′"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def other_spellings(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Put these spellings into usual ones."""
    if not vocabulary.begins("delta"):
        for pattern in _KRONECKER:
            text = replaced(pattern, lambda found: _same(found, vocabulary), text, changes)
    text = replaced(_COMPARED, lambda found: _same(found, vocabulary), text, changes)
    text = text.translate(_SIGNS)
    text = re.sub(_BRA_KET, r"\1\2, \3", text)
    for pattern, put in _OF_ONE:
        text = re.sub(pattern, put, text)
    text = re.sub(_ANGLES, r"\\langle \1, \2\\rangle ", text)
    text = re.sub(_ANGLES_AROUND, r"\\langle \1,\2\\rangle ", text)
    text = re.sub(_TYPED_ARROW, r"\1:=", re.sub(_ARROW, ":=", text))
    text = re.sub(_GRADIENT, "", text.replace("∇", r"\nabla "))
    text = re.sub(_OPEN_BRACE, "", text)
    text = re.sub(_CHOICE, r" where(\1, \2, \3)", text)
    text = re.sub(_CHOICE_IN_WORDS, r" where(\2, \1, \3)", text)
    text = re.sub(_CHOICE_OF_ALL, _chosen_of_all, text)
    if vocabulary.spelled("pi") is None:
        text = replaced(_PI, lambda found: _pi(found, vocabulary), text, changes)
    text = replaced(_BINARY_LOGARITHM, lambda found: _logarithm(found, vocabulary), text, changes)
    text = replaced(_STANDARD, lambda found: _standard(found, vocabulary), text, changes)
    return replaced(_WORD, lambda found: _parted(found, vocabulary), text, changes)


def replaced(pattern: str, put: Callable[[re.Match[str]], str], text: str, changes: list[Change]) -> str:
    """Put something else for what is found, and note it."""

    def noted(found: re.Match[str]) -> str:
        new = put(found)
        if new != found[0]:
            changes.append((found[0], new))
        return new

    return re.sub(pattern, noted, text)


def _same(found: re.Match[str], vocabulary: Vocabulary) -> str:
    """Return 1 where two indices are the same; one of them, at least, is an index of the question."""
    one, other = filter(None, found.groups())
    if not vocabulary.indices.keys() & {one, other}:
        return found[0]
    glued = found.string[: found.start()][-1:].isalpha()
    return beside_digits(found, f"{' ' * glued}1[{one} = {other}]")


def beside_digits(found: re.Match[str], new: str) -> str:
    """Return what is put for something that was found; in brackets beside a digit, for 2n is not 25."""
    before, after = found.string[: found.start()].rstrip()[-1:], found.string[found.end() :].lstrip()[:1]
    return f"({new})" if before.isdigit() or after.isdigit() else new


def _chosen_of_all(found: re.Match[str]) -> str:
    """Read a choice that is the whole of an answer, whose parts may have brackets of their own."""
    left, *parts = found.groups()
    if any(part.count("(") != part.count(")") for part in parts):
        return found[0]
    if left and re.search(_COMPARISON, parts[0]) is None:  # j = y ? …
        left, parts[0] = "", left + parts[0]
    return f"{left or ''}where({', '.join(parts)})"


def _pi(found: re.Match[str], vocabulary: Vocabulary) -> str:
    """Read the PI of programs, and of 2PIr, where r is a name."""
    rest = found[1]
    known = not rest or vocabulary.spelled(rest) is not None or vocabulary.factors(rest) is not None
    return f"pi {rest}".rstrip() if known else found[0]


def _standard(found: re.Match[str], vocabulary: Vocabulary) -> str:
    """Read the E^0 and E° of a standard state as E_0, where there is no other E."""
    name = f"{found[1]}_0"
    return name if vocabulary.spelled(found[1]) is None and vocabulary.spelled(name) is not None else found[0]


def _logarithm(found: re.Match[str], vocabulary: Vocabulary) -> str:
    known = vocabulary.spelled(found[0]) is not None or vocabulary.factors(found[0]) is not None
    return found[0] if known else "log2"


def _parted(found: re.Match[str], vocabulary: Vocabulary) -> str:
    """Part sin2x into sin 2x, xcos into x cos, wf' into w f', where all else is a name or a number."""
    word, after = found[0], found.string[found.end() : found.end() + 1]
    raised = word[len(word.rstrip(_RAISED)) :]
    word = word.removesuffix(raised)
    if word in FUNCTIONS or vocabulary.spelled(word) is not None:
        return found[0]
    base = word.partition("_")[0]
    factors = vocabulary.factors(base)
    if factors and (base != word or after in [*_PRIMES]) and vocabulary.symbols.get(factors[-1]):
        return " ".join([*factors[:-1], word.replace(base, factors[-1], 1)])
    functions = [name for name in vocabulary.functions if name.isalnum()]
    called = [*functions, *FUNCTIONS] if after in ["(", *_PRIMES] else sorted(ONE_ARGUMENT)
    if vocabulary.factors(word) is not None or not any(name in word for name in called):
        return found[0]
    plain = _GREEK.sub(lambda letter: GREEK[letter[0]], word)
    names = (name for name in vocabulary.symbols if name.isalnum())
    # The names of functions go first: sinh is no s times inh.
    longest = [*sorted(called, key=len, reverse=True), *sorted(names, key=len, reverse=True)]
    parts: list[str] = re.findall(
        rf"(?:[0-9]+(?:\.[0-9]+)?)?(?:{'|'.join(map(re.escape, longest))})|[0-9]+", plain
    )
    calls = [part for part in parts if part in called]
    # logsumexp is no log of a sum: only the last may be any function.
    clear = calls and all(part in ONE_ARGUMENT for part in calls[:-1]) and calls[-1:] != parts
    return f" {' '.join(parts)}{raised} " if clear and "".join(parts) == plain else found[0]
