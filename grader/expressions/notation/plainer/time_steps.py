r"""Updates as they are written: w_{t+1} = w_t - η g_t, w_new = w_old - η g, w^{(t+1)} = …, w -= η g.

A question whose quantities have no steps means those of one step, and so does an answer in which all that
have one have the same, for what comes next.
"""

import re

from grader.expressions.greek import GREEK
from grader.expressions.notation.plainer.edits import Change
from grader.expressions.notation.vocabulary import Vocabulary
from grader.expressions.shapes import Shape

_MOST = 60  # marked names, in a formula of a person's
_NAME = r"(?<![A-Za-z0-9_\\])(?P<name>\\?[A-Za-z\u0370-\u03ff][A-Za-z0-9]{0,40}(?:_[0-9]|_\{[0-9]{1,2}\})?)"
_STEP = r"[a-z](?:\s*[-+\u2212]\s*1)?|[01]|old|new|alt|neu"
_WORD = r"(?:\\(?:text|mathrm|textrm)\s*\{\s*)?"
_MARKS = (
    rf"(?P<sign>[_^])\s*\{{\s*{_WORD}(?P<round>\()?\s*(?P<braced>{_STEP})\s*\)?\s*\}}?\s*\}}",
    rf"(?P<other>[_^])\s*(?P<bracket>\()\s*(?P<inside>{_STEP})\s*\)",
    r"(?P<plain>[_^])(?P<bare>[a-z][-+]1(?=\s*:?=)|old|new|alt|neu|[a-z]|[01])(?![A-Za-z0-9_])",
    rf"(?P<called>[(\[])\s*(?P<at>{_STEP})\s*[)\]]",
)
_MARKED = re.compile(rf"{_NAME}\s*(?:{'|'.join(_MARKS)})")
_LEFT = re.compile(r"^(?P<left>[^=<>≤≥≠]*?[^=<>≤≥≠:\s])\s*(?::=|=|\\(?:leftarrow|gets)(?![A-Za-z])|←)(?!=)")
_SHORT = re.compile(
    r"^\s*(?P<name>[^\s=<>≤≥≠()]{1,60}?)\s*(?P<sign>[-+*/\u2212])=(?!=)(?P<rest>.+)$", re.DOTALL
)
_PLUS = re.compile(r"^\s*(?P<name>[^\s=<>≤≥≠()^]{1,60}?)\s*(?:\^\s*)?\{?\+\}?\s*=(?!=)")
_OVER_AN_INDEX = re.compile("sum|prod|[Σ∑∏]")
_NEXT = {"old": "new", "alt": "neu", "0": "1"}


def without_steps(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Take off the step that all quantities of an update have, and its left side."""
    if (short := _SHORT.match(text)) and _is_quantity(short["name"], vocabulary):
        return f"{short['name']} {short['sign']} ({short['rest']})"
    if (plus := _PLUS.match(text)) and _is_quantity(plus["name"], vocabulary):
        return text[plus.end() :]
    left = _LEFT.match(text)
    start = left.end() if left else 0
    every = [found for found, _ in zip(_MARKED.finditer(text), range(_MOST), strict=False)]
    marked = [found for found in every if _has_step(found, vocabulary)]
    behind = [found for found in marked if found.start() >= start]
    before = [found for found in marked if found.start() < start]
    steps = {_step(found) for found in behind}
    if len(steps) != 1 or any(not _may_be_meant(found, bool(before)) for found in behind):
        return text
    (step,) = steps
    fits = [_step(found) for found in before] == [_next(step)]
    of_numbers = not any(_shape(found["name"], vocabulary) for found in behind)  # x_i y_i is no x @ y
    if not fits and (before or step.isdigit() or not of_numbers or _OVER_AN_INDEX.search(text)):
        return text
    for found in reversed(behind):
        changes.append((found[0], found["name"]))
        text = f"{text[: found.start()]}{found['name']} {text[found.end() :]}"
    return text[start:] if before else text


def _is_quantity(name: str, vocabulary: Vocabulary) -> bool:
    return _shape(name, vocabulary) is not None


def _shape(name: str, vocabulary: Vocabulary) -> Shape | None:
    plain = name.removeprefix("\\")
    return vocabulary.symbols.get(vocabulary.spelled(GREEK.get(plain, plain)) or "")


def _has_step(found: re.Match[str], vocabulary: Vocabulary) -> bool:
    """Tell whether a name is a quantity, and what stands behind it has no other meaning."""
    letter = _step(found)[:1]
    known = letter in vocabulary.declared or vocabulary.spelled(f"{found['name']}_{_step(found)}") is not None
    return not known and _is_quantity(found["name"], vocabulary)


def _step(found: re.Match[str]) -> str:
    step = found["braced"] or found["inside"] or found["bare"] or found["at"]
    return re.sub(r"\s", "", step).replace("\u2212", "-")


def _next(step: str) -> str:
    if step in _NEXT:
        return _NEXT[step]
    return step[0] if step.endswith("-1") else f"{step}+1"


def _may_be_meant(found: re.Match[str], on_the_left: bool) -> bool:
    """Tell whether a step is written as one: x^n and w(t) are only beside a left side with the next."""
    sign = found["sign"] or found["other"] or found["plain"]
    in_brackets = found["round"] or found["bracket"]
    return on_the_left or sign == "_" or (sign == "^" and bool(in_brackets))
