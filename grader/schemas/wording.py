"""Words of which every room makes its sentences."""

from collections.abc import Sequence

from grader.expressions.greek import GREEK

_QUOTE_LENGTH = 40
_SPELLED = str.maketrans(
    GREEK
    | {"\N{INCREMENT}": "Delta", "\N{MICRO SIGN}": "mu"}
    | dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
)


def quoted(text: str) -> str:
    """Quote the beginning of a text with everything unprintable escaped."""
    return repr(text if len(text) <= _QUOTE_LENGTH else text[:_QUOTE_LENGTH] + "…")


def printable(text: str) -> str:
    """Return the beginning of a text with everything unprintable escaped, without quotes."""
    return quoted(text)[1:-1]


def listed(words: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def first_of(words: Sequence[str], most: int) -> str:
    """Return "a, b" of so many words at the most; of more "a, b and 3 more"."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def spelled(name: str) -> str:
    """Return a name as a key has it: Greek letters and lowered digits spelled out, no TeX around them."""
    return name.strip(" $*`").translate(_SPELLED).replace("\\", "").replace("{", "").replace("}", "")
