"""Numbers as a scanner leaves them: which digits, signs and points were meant, and what was guessed."""

import re
from collections.abc import Callable, Iterator

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_DASHES = str.maketrans(
    dict.fromkeys("\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}~¬", "-")
)
# The characters for which a scanner takes a digit, because of their shape.
_MISREAD = str.maketrans(
    {
        **dict.fromkeys("OoQDU\N{GREEK CAPITAL LETTER OMICRON}\N{CYRILLIC CAPITAL LETTER O}", "0"),
        **dict.fromkeys("lIi|!", "1"),
        **dict.fromkeys("Zz", "2"),
        **dict.fromkeys("Ss", "5"),
        **dict.fromkeys("Gb", "6"),
        "T": "7",
        "B": "8",
        **dict.fromkeys("gq", "9"),
        "A": "4",
    }
)
_BRACKETS = str.maketrans(dict.fromkeys("[](){}⌈⌉⌊⌋\N{GREEK CAPITAL LETTER GAMMA}", " "))
# What programs print around numbers: array([0.5, 1.0], dtype=float32), np.float64(0.5).
_WRAPPED = re.compile(
    r"\b(?:\w{1,10}\.)?(?:array|asarray|matrix|tensor|float(?:16|32|64)?)\s?\(|,\s?dtype=[\w.]{1,20}",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_DIGIT_OR_POINT = re.compile(r"[\d.]")
_POINTS = re.compile("[.,]+")
_WHOLE = re.compile(r"\d{1,5}", re.ASCII)
# Two words that are one number: "0." and "458", "0" and ".458".
_WITH_POINT, _DIGITS = re.compile(r"[+-]?\d+\.", re.ASCII), re.compile(r"\d{2,}", re.ASCII)
_ONE_DIGIT, _BEHIND_POINT = re.compile(r"[+-]?\d", re.ASCII), re.compile(r"\.\d+", re.ASCII)
_COMMA = re.compile(r"line \d+: '[-+]?\d*,\d+' is read as [-+\d.]+")
_FEW_COMMAS = 3
_LONGEST = 60  # characters of what may be one number

Tell = Callable[[str], None]


def read_row(text: str, tell: Tell) -> list[str]:
    """Return the numbers of a line without its label, as texts; `tell` is called with each guess.

    A word that cannot be a number stays as it is, so that marking can name it.
    """
    words = (
        _WRAPPED.sub("(", text).translate(_BRACKETS).replace(";", " ").replace(", ", " ").rstrip(",").split()
    )
    return [number for word in _joined(words, tell) for number in _read_word(word, tell)]


def whole_number(text: str, tell: Tell) -> int | None:
    """Return the number of a heading, or None where it is none; `tell` is called with each guess."""
    text = text.strip(" .-")
    plain = text.translate(_MISREAD)
    if not _WHOLE.fullmatch(plain):
        return None
    if plain != text:
        tell(f"{text!r} is read as {plain}")
    return int(plain)


def _joined(words: list[str], tell: Tell) -> Iterator[str]:
    """Put together the words of a number with a space in it: "- 0.5", "0. 458", "0 .458"."""
    before = ""
    for word in words:
        if before and _belongs(before, word):
            if before.translate(_DASHES) != "-":
                tell(f"'{before} {word}' is read as {before}{word}")
            before += word
            continue
        if before:
            yield before
        before = word
    if before:
        yield before


def _belongs(before: str, word: str) -> bool:
    if before.translate(_DASHES) in ("-", "+"):
        return word[0].isdigit() or word[0] == "."
    # In a printed array every number has a point: "0." is a number, and digits alone are not.
    if _WITH_POINT.fullmatch(before) and _DIGITS.fullmatch(word):
        return True
    return bool(_ONE_DIGIT.fullmatch(before) and _BEHIND_POINT.fullmatch(word))


def _read_word(word: str, tell: Tell) -> list[str]:
    plain = word.translate(_DASHES)
    if NUMBER.fullmatch(plain):
        return [plain]
    if len(word) > _LONGEST:
        return [word]
    if len(word) > 1 and not _DIGIT_OR_POINT.search(word):
        return [word]
    mended = plain.translate(_MISREAD)
    mended = _POINTS.sub(".", mended) if len(_POINTS.findall(mended)) == 1 else mended
    if NUMBER.fullmatch(mended):
        tell(f"{word!r} is read as {mended}")
        return [mended]
    parts = _SIGNED.findall(mended)
    # Numbers that have run into each other are parted at their signs; any other cut would be a guess.
    if "".join(parts) == mended and len(parts) > 1 and all(part[0] in "+-" for part in parts[1:]):
        tell(f"{word!r} is read as {' and '.join(parts)}")
        return parts
    return [word]


def with_few_commas(guesses: list[str]) -> list[str]:
    """Return guesses with one for all decimal commas, if they are more than a few."""
    found = [guess for guess in guesses if _COMMA.fullmatch(guess)]
    if len(found) <= _FEW_COMMAS:
        return guesses
    first = found[0].partition(" is read")[0]
    others = [guess for guess in guesses if not _COMMA.fullmatch(guess)]
    return [f"{first} and {len(found) - 1} more numbers are read with a decimal comma", *others]
