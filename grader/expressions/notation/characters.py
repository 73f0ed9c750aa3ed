"""Characters that say what another one says, and LaTeX commands that are settled while a text is cut up.

Keyboards, word processors and formula editors make such characters. Every replacement here is one character
for one, so that a place in the text stays the same place.
"""

import unicodedata

from grader.expressions.greek import GREEK

# Zero-width characters, as chat programs leave them in a text; skipped, and noted.
INVISIBLE = "\u200b\u200c\u200d\u2060"

_REPLACED = {
    "-": "−–—‐‑‒―﹣⁃⁒˗➖",
    "+": "➕\u2064",
    "*": "×∗✕✖",
    "·": "⋅∙•\u2062",
    "∘": "⊙⨀",
    "/": "÷⁄∕➗",
    "'": "’‘′ʹ´",
    "Δ": "∆",
    "Σ": "∑",
    "Π": "∏",
    "μ": "µ",
    "ε": "ϵ",
    "φ": "ϕ",
    "θ": "ϑ",
    "π": "ℼ",
    "|": "∣",
    "^": "ˆ↑",
    " ": "\ufeff",
}

_FULLWIDTH = range(0xFF01, 0xFF5F)
_MATHEMATICAL = range(0x1D400, 0x1D800)
_SCRIPT_E = "ℯ"
INDICATOR = "𝟙"


def _plainly(character: str) -> str:
    """Return the letter or sign behind a letter of another shape, such as the italic 𝛿."""
    plain = unicodedata.normalize("NFKC", character)
    return {"ϵ": "ε"}.get(plain, plain)


TRANSLATION = {
    **{ord(c): _plainly(c) for c in map(chr, (*_FULLWIDTH, *_MATHEMATICAL)) if unicodedata.name(c, "")},
    **{ord(shape): plain for plain, shapes in _REPLACED.items() for shape in shapes},
    ord(_SCRIPT_E): "e",
}
del TRANSLATION[ord(INDICATOR)]


GREEK_NAMES = frozenset(GREEK.values()) | {"varepsilon", "vartheta", "varphi"}

RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵀ", "0123456789+-nT", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₊₋", "0123456789aeijklmnoprstuvx+-", strict=True))
FRACTIONS = {
    letter: tuple(map(int, unicodedata.normalize("NFKC", letter).split("⁄"))) for letter in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
}


def described(character: str) -> str:
    """Return a character for a message: itself where it can be seen, else by its name."""
    name = unicodedata.name(character, "")
    if character.isascii() and character.isprintable():
        return repr(character)
    seen = f"{character!r} " if character.isprintable() else ""
    return f"{seen}({name.lower() or f'U+{ord(character):04X}'})"


_INSTEAD = {
    "#": "write the formula alone, without a remark",
    "∫": "write what comes out of it, worked out",
    **dict.fromkeys("→↦⟶", "write the formula alone, or '=' between its forms"),
    "±": "write one formula, with + or with -",
    "°": "write angles in radians: pi/180 times the degrees",
}


def looks_like(character: str) -> str:
    """Return a hint for a letter that only looks like one of ours, such as the Cyrillic е, and for others."""
    latin = dict(zip("еаосрхуКіј\u212a", "eaocpxyKijK", strict=True)) | {"ɑ": f"a or {GREEK['α']}"}
    if character in latin:
        return f"; it looks like {latin[character]} but is another letter"
    return f"; {_INSTEAD[character]}" if character in _INSTEAD else ""


# Commands whose braces hold one word, set in another type.
SET_UPRIGHT = (
    *("text", "textrm", "textbf", "textit", "textnormal", "mbox", "operatorname", "vec", "bm", "boldsymbol"),
    *("mathrm", "mathit", "mathbf", "mathsf", "mathcal", "mathfrak", "mathscr", "mathtt", "pmb"),
)

# Commands that only set type, and say nothing.
DROPPED = frozenset(
    {
        *("left", "right", "middle", "big", "Big", "bigg", "Bigg", "bigm"),
        *("bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr"),
        *("limits", "nolimits", "displaystyle", "textstyle", "scriptstyle"),
        *("nonumber", "notag", "boxed", "underline"),
        *("quad", "qquad", "space", "thinspace", "medspace", "thickspace"),
        *("negthinspace", "negmedspace", "negthickspace"),
        *("mathrm", "mathit", "mathbf", "mathsf", "boldsymbol", "bm", "rm", "bf", "it"),
        *("vec", "mathcal", "mathfrak", "mathscr", "mathtt", "pmb"),
        *",:;!> ()[]",
    }
)

# Commands that mean what a plain character means.
SAME = (
    {"cdot": "·", "times": "*", "ast": "*", "div": "/", "odot": "∘", "circ": "∘"}
    | dict.fromkeys(("lvert", "rvert", "vert", "mid"), "|")
    | {"neg": "¬", "lnot": "¬", "land": "∧", "wedge": "∧", "lor": "∨", "vee": "∨"}
    | {"{": r"\{", "}": r"\}", "lbrace": r"\{", "rbrace": r"\}", "lbrack": "[", "rbrack": "]"}
    | {"le": "<=", "leq": "<=", "ge": ">=", "geq": ">=", "lt": "<", "gt": ">", "ne": "!=", "neq": "!="}
    | {"partial": "∂", "prime": "'", "%": "%", "_": "_", "colon": ":", "coloneqq": ":="}
)

# Signs as they come out of web pages.
ENTITIES = {
    **dict.fromkeys(("times", "middot", "sdot"), "*"),
    "minus": "-",
    "lt": "<",
    "gt": ">",
    "le": "<=",
    "ge": ">=",
    "ne": "!=",
}
