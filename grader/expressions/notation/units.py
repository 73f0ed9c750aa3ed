r"""Units behind a number or a formula, which no key knows: 5 m/s, 2v [m/s], 3\,\mathrm{kg\,m}: left away.

Behind names a letter without any mark may be meant as a factor, so there units are only looked for in square
brackets, or set as text.
"""

import re

from grader.expressions.notation.other_spellings import Change
from grader.expressions.notation.vocabulary import Vocabulary

_SYMBOL = (
    r"(?:(?:[kMGmµμnpcdh]?(?:m|s|g|N|J|W|V|A|K|Hz|Pa|mol|C|Ω|F|T|cd|rad|eV|l|L|bar|Ohm))|min|h|°C|°|€|EUR|Euros?|USD"
    r"|met(?:er|re)s?|seconds?|hours?|kilograms?|newtons?|joules?|volts?)"
)
_TO = r"(?:\^?\{?[-\u2212]?[1-4]\}?|\u207b?[¹²³⁴])?"
_UNIT = rf"{_SYMBOL}(?![A-Za-z]){_TO}"
_UNITS = rf"{_UNIT}(?:\s?(?:[/·*⋅]|\\cdot|\\,|~|per\s)?\s?{_UNIT}){{0,5}}"
_BARE = re.compile(
    rf"^(?P<number>[^\[\]]*[0-9)}}]|[^\[\]]*π)(?:\s|~|\\[,; ]){{0,4}}(?P<unit>{_UNITS})[\s.]*$"
)
_MARKED = re.compile(
    rf"^(?P<of>.+?)(?:\s|~|\\[,; ]){{0,4}}(?:\[\s?(?P<unit>{_UNITS})\s?\]"
    rf"|\\(?:text|mathrm|unit|si|textrm)\s?\{{\s?(?P<set>{_UNITS})\s?\}}|,?\sin\s(?P<in>{_UNITS}))[\s.$]*$"
)
_WORDS = re.compile(r"\\[A-Za-z]+|[A-Za-z]+")
_OF_NUMBERS = frozenset(
    {"pi", "e", "sqrt", "exp", "ln", "log", "frac", "cdot", "times", "dfrac", "tfrac", "left", "right"}
)


def without_units(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Leave away a unit at the end of an answer."""
    marked = _MARKED.match(text)
    if marked is not None:
        unit = next(filter(None, (marked["unit"], marked["set"], marked["in"])))
        # A single letter set as text may be a quantity.
        if (marked["set"] is None or len(unit) > 1) and _is_none_of(unit, vocabulary):
            changes.append((unit, "a unit, which is not looked at"))
            return marked["of"]
    bare = _BARE.match(text)
    if bare is None or not _is_none_of(bare["unit"], vocabulary):
        return text
    number = bare["number"].rpartition("=")[2]
    if not all(word.removeprefix("\\") in _OF_NUMBERS for word in _WORDS.findall(number)):
        return text
    changes.append((bare["unit"], "a unit, which is not looked at"))
    return bare["number"]


def _is_none_of(unit: str, vocabulary: Vocabulary) -> bool:
    """Tell whether no word of a unit is a name of the question."""
    return all(vocabulary.spelled(word) is None for word in re.findall("[A-Za-z]+", unit))
