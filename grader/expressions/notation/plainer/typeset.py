r"""What word processors and formula editors write around a formula: marks, accents, type, braces."""

import re
from unicodedata import normalize

from grader.expressions.notation.characters import LOWERED
from grader.expressions.notation.plainer.edits import Put, closing, rewritten

_SMALL = f"[{''.join(LOWERED)}]+"
_BODY = "▒〖"
_BRACE = r"\\(?:under|over)brace\s*\{"


# What JSON makes of a backslash that is not written twice: \t of \times is a tab.
_EATEN = dict(zip("\b\f\n\r\t", "bfnrt", strict=True))
_REST = (
    "eta|ar|inom|egin|igl?|igr?|oldsymbol|rac|abla|u|eq?|"
    "ight|ho|vert|angle|floor|ceil|heta|imes|au|ext|frac|anh?"
)
# As calculators, AsciiMath and converters have them.
_TYPED = (
    (re.compile(rf"([\b\f\n\r\t])(?=(?:{_REST})(?![A-Za-z]))"), lambda found: f"\\{_EATEN[found[1]]}"),
    (re.compile(r"(?<![A-Za-z\\])frac(?=\s?\{)"), r"\\frac"),
    (re.compile(r"(?<![A-Za-z\\])(left(?=\s?[(\[|])|right(?=\s?[)\]|])|cdot(?![A-Za-z]))"), r"\\\1"),
    (re.compile(r"(?<![A-Za-z\\])arc\s(?=(?:sin|cos|tan|cot|sec|csc)h?(?![A-Za-z]))"), "arc"),
    # Braces of a converter around an array.
    (
        re.compile(r"(?<![\w}])\{\s?(\\begin\{array\}(?:(?!\\begin)[\s\S]){1,600}?\\end\{array\})\s?\}"),
        r"\1",
    ),
    (re.compile(r"(?<=[\w)}])\srad(?:ians?)?\s*$"), ""),
)


def with_commands(text: str) -> str:
    """Put frac{a}{b} and eaten backslashes into LaTeX, arc tan in one word; angles are in radians anyway."""
    for pattern, put in _TYPED:
        text = pattern.sub(put, text)
    return text


def from_word_processor(text: str) -> str:
    """Take the marks out that only a word processor understands, and small letters for subscripts."""
    text = rewritten(text, _BODY, _with_body)
    text = re.sub(r"[▒〖〗\u2061├┤]|\\limits(?![A-Za-z])", " ", text)
    text = re.sub(" {4,}", "  ", text)  # patterns look at the blanks before and after what may be left out
    text = re.sub(r"(?<=[A-Za-z0-9_])[`´](?=\s*\()", "'", text.replace("^⊤", "^T").replace("⊤", "^T "))
    text = re.sub(r"\(∂(\w+)\s*\)\s*/\s*\(∂(\w+)\s*\)", r"∂\1/∂\2", text)
    text = re.sub(r"(?<=[|‖])∞", "_∞", text)
    return re.sub(_SMALL, lambda small: "_{" + "".join(LOWERED[c] for c in small[0]) + "}", text)


_ACCENTS = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u0305": "bar"}
_ACCENTED = rf"([A-Za-z])\s*([{''.join(_ACCENTS)}])"


def accents(text: str) -> str:
    r"""Read ŷ as y_hat; \overline as \bar."""
    text = re.sub(r"\\(?:overline|mean)(?![A-Za-z])", r"\\bar", text)
    text = re.sub(r"\\wide(?=(?:hat|tilde)(?![A-Za-z]))", r"\\", text)
    if text.isascii():
        return text
    text = re.sub("\\s\u0305", "\u0305", text)  # as Word writes it
    apart = "".join(decomposed if (decomposed := normalize("NFD", c))[1:] in _ACCENTS else c for c in text)
    return re.sub(_ACCENTED, lambda found: f" {found[1]}_{_ACCENTS[found[2]]}", apart)


_SETS_TYPE = (
    r"\\(?:label|tag\*?|[hv]?phantom|[hv]space\*?)\s*\{[^{}]{0,40}\}"
    r"|\\(?:(?:math)?strut|allowbreak|nobreak)(?![A-Za-z])"
)
_IN_ROMAN = r"\{\s*\\(?:rm|bf|it|sf|sl)(?![A-Za-z])\s*\{?\s*(\w{1,20})\s*\}?\s*\}|\\rm\s*\{\s*(\w{1,20})\s*\}"
# As formula editors write x_i and f_3': {x}_{i}, {{f}_{3}}'.
_IN_BRACES = r"(?<![_^}\w\\])\{\s?(\\?[A-Za-z]+(?:_\{\w{1,20}\})?)\s?\}(?=\s?[_^'])"
_OPERATOR = (
    r"\{\s*(\\(?:sin|cos|tan|exp|ln|log|tanh|sinh|cosh|max|min))\s*\}"
    r"|\\mathop\s*\{((?:[^{}]|\{[^{}]{0,30}\}){1,40})\}"
)


def without_type(text: str) -> str:
    r"""Take off what only sets type: \label{…}, \hspace{…}, {\rm sin}, \mathop{…}."""
    text = re.sub(_IN_BRACES, r"\1", re.sub(_IN_BRACES, r"\1", text))
    text = re.sub(_IN_ROMAN, lambda found: f" {found[1] or found[2]} ", re.sub(_SETS_TYPE, " ", text))
    return re.sub(_OPERATOR, lambda found: f" {found[1] or found[2]} ", text)


def without_braces(text: str) -> str:
    """Take off a brace under a part of a formula, and what is written there."""
    return rewritten(text, _BRACE, _without_brace)


def _without_brace(text: str, found: re.Match[str]) -> Put:
    end = closing(text, found.end() - 1)
    inside = text[found.end() : end]
    label = re.compile(r"\s*[_^]\s*\{").match(text, end + 1)
    return Put(found.start(), f"({inside})", (closing(text, label.end() - 1) if label else end) + 1)


def _with_body(text: str, found: re.Match[str]) -> Put:
    end = closing(text, found.end() - 1)
    return Put(found.start(), f" ({text[found.end() : end]})", end + 1)
