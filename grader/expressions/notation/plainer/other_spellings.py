r"""Spellings of other fields and of haste: δ_ij, ⟨x, y⟩, w ← w - αg, ∇L = …, c ? a : b, sin2x, 2PI.

Each is looked for only where an answer cannot be read as it stands (see `plainer`), and a name that the
question has keeps its meaning.
"""

import re
from collections.abc import Iterable, Mapping

from grader.expressions.greek import GREEK
from grader.expressions.notation.plainer.edits import Change, Put, beside_digits, replaced, rewritten
from grader.expressions.notation.vocabulary import FUNCTIONS, ONE_ARGUMENT, Vocabulary, normal
from grader.expressions.shapes import Shape

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
_EQUAL = r"^\s*([A-Za-z]\w{0,20})\s*(?:==|≡)"
# A number behind the answer itself: = 1/3 ≈ 0.33. What stands in front of it is no name only.
_ABOUT = r"(?:≈|≃|\\(?:approx|simeq)(?![A-Za-z]))"
_ROUNDED = (
    rf"^(?!\s*(?!\\[dt]?frac)\\?[A-Za-z][\w{{}}]{{0,20}}'{{0,2}}\s*(?:\([^()]*\)\s*)?{_ABOUT})"
    rf"([^≈≃]{{1,400}}?\S)\s*{_ABOUT}[-+\s\d.,…]*\d(?:[\d.,…%\s]|\\%|\\l?dots)*$"
)
_APPROXIMATELY = rf"^([^=≈≃]{{1,60}}?){_ABOUT}(?=[^=≈≃]+$)"  # in front of the answer
_OPERAND = r"(\d*[A-Za-z]\w*(?:\^\w{1,3})?|[\d.]+(?:\^\w{1,3})?|\([^()]{1,80}\))"
_REMAINDER = (
    rf"(?<![\w^*/)}}\].\\]){_OPERAND}\s*(?:\\b?mod(?![A-Za-z])|(?<![A-Za-z])mod(?![A-Za-z(]))\s*{_OPERAND}"
)
_PERCENT = r"(?<=[0-9])\s?(?:per\s?cent|percentage|Prozent)(?![A-Za-z])"
_THEREFORE = r"(?:^|(?<=\s))(?:=>|->|→|⟶)(?=\s)"
# [A]_0 of chemistry, where A_0 is a name.
_CONCENTRATION = (
    r"\[\s?(?:\\(?:mathrm|text|ce)\s?\{)?\s?([A-Za-z]\w{0,9})\s?\}?\s?\]\s?_\s?\{?\s?(\w{1,5})\s?\}?"
)
_GRADIENT = r"^\s*\\nabla\s*="
_OPEN_BRACE = r"^\s*\{(?=[^{}]*$)"  # in front of cases that are written one below the other
_CHOICE = r"\(([^?:()]+)\?([^?:]+):([^?:]+)\)"
_CHOICE_IN_WORDS = r"\(([^()]{1,200}?)\sif\s([^()]{1,200}?)\selse\s([^()]{1,200})\)"
_CHOICE_OF_ALL = r"^([^?:=]*(?<![=<>!])=(?!=))?([^?:]+)\?([^?:]+):([^?:]+)$"
_COMPARISON = r"[<>≤≥≠]|==|!=|\\(?:[lg]eq?|neq?|[lg]t)(?![A-Za-z])"
# As books of other countries have them; tg may be a product of t and g.
_ELSEWHERE = {
    "ld": "log2",
    "lb": "log2",
    "tg": "tan",
    "sen": "sin",
    "ctg": "cot",
    "cotg": "cot",
    "arctg": "arctan",
    "arcctg": "arccot",
    "tgh": "tanh",
    "argsinh": "arcsinh",
    "argcosh": "arccosh",
    "argtanh": "arctanh",
}
_NAMED_ELSEWHERE = (
    r"(\\(?:operatorname\*?|mathrm|text)\s?\{\s?)?(?<![A-Za-z0-9_\\])\\?"
    rf"({'|'.join(_ELSEWHERE)})(?(1)\s?\}})(?=\s*[\w(\\^{{])"
)
_LABEL = r"[A-Za-z0-9]+(?:\s?[-+]\s?[A-Za-z0-9]+)?"
_LABELLED = (
    r"(?<![A-Za-z0-9_\\])(\\?[A-Za-z]\w{0,9}|[α-ωΑ-Ω])"
    r"(?:\^(?:0|\\circ|\{\s*(?:0|\\circ)\s*\}|⊖)(?![A-Za-z0-9_.(])|[°⊖]"
    rf"|(?:\[|\^(\{{\s?)?[(\[])\s?({_LABEL})\s?[)\]]\s?(\^?(?:T|\\top)(?![A-Za-z]))?(?(2)\s?\}}))"
)
_SOFTMAX = r"(?:\\(?:operatorname|text|mathrm)\s*\{\s*[sS]oftmax\s*\}|(?<![A-Za-z_\\])[sS]oftmax)"
_OF_ONE = (
    (rf"{_SOFTMAX}\s*_\s*\{{?\s*([a-z])\s*\}}?\s*\(([^()]{{1,40}})\)", r" softmax(\2)_{\1} "),
    (rf"{_SOFTMAX}\s*\(\s*([A-Za-z]\w{{0,9}}?)_\{{?([a-z])\}}?\s*\)", r" softmax(\1)_{\2} "),
)
_PI = r"(?<![A-Za-z_\\])(?:Pi|PI)([A-Za-z]*)(?![A-Za-z_])(?:\(\s*\))?"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_WORD = rf"(?<![A-Za-z_\\])[A-Za-z][^\W{_RAISED}]*[{_RAISED}]*"
_GREEK = re.compile(f"[{''.join(GREEK)}]")
_PRIMES = "'’′"
# Without braces TeX reads one character: x_iy_j, \\sum_kx_k, \\sum_{k=1}^nx_k.
_SUBSCRIPTED = (
    r"((?<![A-Za-z_])(?<!(?<!\\)\\)(?<![A-Za-z_][0-9])(?:\\?[A-Za-z]+|[α-ωΑ-Ω∑∏])|[)\]])"
    r"_([0-9]+|[A-Za-z])(?=(\w+))"
)
_TO_ONE_LETTER = (
    r"((?:[Σ∑Π∏]|\\?(?:sum|prod)(?![A-Za-z]))(?:\\limits)?\s*_\s*(?:\{[^{}]{1,40}\}|\w)\s*\^\s*[A-Za-z])"
    r"(?=[A-Za-z])"
)
_FUNCTIONS = tuple(sorted(FUNCTIONS))
_HAVE_AN_INDEX = frozenset({"sum", "prod", "limits", "Σ", "∑", "Π", "∏", ")", "]"})


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
    text = re.sub(_TYPED_ARROW, r"\1:=", re.sub(_ARROW, ":=", re.sub(_THEREFORE, "⇒", text)))
    text = re.sub(_PERCENT, "%", re.sub(_REMAINDER, r" mod(\1, \2)", re.sub(_ROUNDED, r"\1", text)))
    for pattern in (_EQUAL, _APPROXIMATELY):
        text = re.sub(
            pattern, lambda found: found[0] if vocabulary.spelled(found[1]) else f"{found[1]} =", text
        )
    text = re.sub(_CONCENTRATION, lambda found: _concentration(found, vocabulary), text)
    text = re.sub(_GRADIENT, "", text.replace("∇", r"\nabla "))
    text = re.sub(_OPEN_BRACE, "", text)
    text = re.sub(_CHOICE, r" where(\1, \2, \3)", text)
    text = re.sub(_CHOICE_OF_ALL, _chosen_of_all, text)
    if vocabulary.spelled("pi") is None:
        text = replaced(_PI, lambda found: _pi(found, vocabulary), text, changes)
    text = replaced(
        _NAMED_ELSEWHERE,
        lambda found: found[0] if vocabulary.has_meaning(found[2]) else f" {_ELSEWHERE[found[2]]}",
        text,
        changes,
    )
    text = replaced(_LABELLED, lambda found: _labelled(found, vocabulary), text, changes)
    pieces = {called: _Pieces(vocabulary, called=called) for called in (True, False)}
    return replaced(_WORD, lambda found: _parted(found, vocabulary, pieces), text, changes)


def with_choices(text: str) -> str:
    """Read (a if x > 0 else b) in brackets, as Python has it."""
    return re.sub(_CHOICE_IN_WORDS, r" where(\2, \1, \3)", text)


def with_short_subscripts(text: str, vocabulary: Vocabulary) -> str:
    r"""Part what TeX parts without braces, where the whole is no name: x_iy_j, W_2f(s), \sum_kx_k.

    A component of a matrix has two characters: W_{kj} of W_kjx_j.
    """

    def put(text: str, found: re.Match[str]) -> Put | None:
        start, end = found.start(2), found.end(2) + _is_of_a_matrix(found, vocabulary)
        if not _is_short(found, text[end:], vocabulary):
            return None
        return Put(start, f"{{{text[start:end]}}} ", end)

    return rewritten(re.sub(_TO_ONE_LETTER, r"\1 ", text), _SUBSCRIPTED, put)


def _is_of_a_matrix(found: re.Match[str], vocabulary: Vocabulary) -> bool:
    return len(found[2]) == 1 and len(_shape(found[1], vocabulary)) == 2


def _shape(word: str, vocabulary: Vocabulary) -> Shape:
    name = word.removeprefix("\\")
    return vocabulary.shape_of(GREEK.get(name, name))


def _is_short(found: re.Match[str], rest: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a subscript of one character is meant: something that has a meaning stands behind it."""
    head, sub, after = found.groups()
    if vocabulary.spelled(f"{head}_{sub}{after}") is not None:
        return False
    head = head.removeprefix("\\")
    known = head in _HAVE_AN_INDEX or _shape(head, vocabulary) or vocabulary.spelled(f"{head}_{sub}")
    return bool(known) and _begins(rest, vocabulary)


def _begins(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a text begins with something that has a meaning: a name, a function, 1[j = y], e^x."""
    if re.match(r"1(?=\[|_\{)|e\s*\^", text):
        return True
    found = re.match("[A-Za-z][A-Za-z0-9]*", text)
    if found is None:
        return False
    word = found[0]
    known = word.startswith(_FUNCTIONS) or vocabulary.factors(word) is not None
    return known or any(normal(name).startswith(word) for name in vocabulary.declared)


def _concentration(found: re.Match[str], vocabulary: Vocabulary) -> str:
    name = f"{found[1]}_{found[2]}"
    return f" {name} " if vocabulary.spelled(name) is not None else found[0]


def _same(found: re.Match[str], vocabulary: Vocabulary) -> str:
    """Return 1 where two indices are the same; one of them, at least, is an index of the question."""
    one, other = filter(None, found.groups())
    if not vocabulary.indices.keys() & {one, other}:
        return found[0]
    glued = found.string[: found.start()][-1:].isalpha()
    return beside_digits(found, f"{' ' * glued}1[{one} = {other}]")


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


def _labelled(found: re.Match[str], vocabulary: Vocabulary) -> str:
    """Read E^0 and E° of a standard state as E_0, W^{(2)}, W[2] of a layer as W_2, if E and W are nothing."""
    base = GREEK.get(found[1], found[1].removeprefix("\\"))
    name = vocabulary.spelled(f"{base}_{(found[3] or '0').replace(' ', '')}")
    if name is None or vocabulary.has_meaning(base):
        return found[0]
    return f" {name}{'^T' if found[4] else ''} "


class _Pieces:
    """The functions and the names that a word may be glued of; `called`: a bracket or a prime follows it."""

    def __init__(self, vocabulary: Vocabulary, *, called: bool) -> None:
        functions = _spellings(vocabulary.functions)
        self.functions = [*functions, *FUNCTIONS] if called else sorted(ONE_ARGUMENT)
        self._names = _spellings(vocabulary.symbols)
        self._pattern: re.Pattern[str] | None = None

    def of(self, word: str) -> list[str]:
        if self._pattern is None:
            # The names of functions go first: sinh is no s times inh.
            longest = (sorted(each, key=len, reverse=True) for each in (self.functions, self._names))
            known = "|".join(re.escape(name) for names in longest for name in names)
            self._pattern = re.compile(rf"(?:[0-9]+(?:\.[0-9]+)?)?(?:{known})|[0-9]+")
        return self._pattern.findall(word)


def _parted(found: re.Match[str], vocabulary: Vocabulary, pieces: Mapping[bool, _Pieces]) -> str:
    """Part sin2x into sin 2x, xcos into x cos, wf' into w f', where all else is a name or a number."""
    word, after = found[0], found.string[found.end() : found.end() + 1]
    raised = word[len(word.rstrip(_RAISED)) :]
    word = word.removesuffix(raised)
    if len(word) == 1 or word in FUNCTIONS or vocabulary.spelled(word) is not None:
        return found[0]
    if word.endswith("I") and not vocabulary.of_numbers and vocabulary.has_meaning(word[:-1]):
        return f"{word[:-1]} I"
    base = word.partition("_")[0]
    factors = vocabulary.factors(base)
    if factors and (base != word or after in [*_PRIMES]) and vocabulary.symbols.get(factors[-1]):
        return " ".join([*factors[:-1], word.replace(base, factors[-1], 1)])
    known = pieces[after in ["(", *_PRIMES]]
    if vocabulary.factors(word) is not None or not any(name in word for name in known.functions):
        return found[0]
    plain = _GREEK.sub(lambda letter: GREEK[letter[0]], word)
    parts = known.of(plain)
    calls = [part for part in parts if part in known.functions]
    # logsumexp is no log of a sum: only the last may be any function.
    clear = calls and all(part in ONE_ARGUMENT for part in calls[:-1]) and calls[-1:] != parts
    # sin2(x) is neither sin(2) x nor sin²(x).
    if not clear or "".join(parts) != plain or (after == "(" and parts[-1].isdigit()):
        return found[0]
    if after.isspace() and parts[-1] != calls[-1] and not parts[-1].isdigit():  # lnx y is no ln(x y)
        last = len(parts) - parts[::-1].index(calls[-1])
        return f" {' '.join(parts[:last])}({' '.join(parts[last:])}{raised}) "
    return f" {' '.join(parts)}{raised} "


def _spellings(names: Iterable[str]) -> list[str]:
    """Return names as they are and without their underscores, W_2 and W2."""
    both = dict.fromkeys(spelling for name in names for spelling in (name, normal(name)))
    return [spelling for spelling in both if spelling.isidentifier()]
