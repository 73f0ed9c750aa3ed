"""LaTeX commands that are settled while a text is cut into tokens."""

# Commands whose braces hold one word, set in another type.
SET_UPRIGHT = (
    *("text", "textrm", "textbf", "textit", "textnormal", "mbox", "operatorname", "vec", "bm", "boldsymbol"),
    *("mathrm", "mathit", "mathbf", "mathsf", "mathcal"),
)

# Commands that only set type, and say nothing.
DROPPED = frozenset(
    {
        *("left", "right", "middle", "big", "Big", "bigg", "Bigg", "bigm"),
        *("bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr"),
        *("limits", "nolimits", "displaystyle", "textstyle", "scriptstyle"),
        *("nonumber", "notag", "boxed", "underline"),
        *("quad", "qquad", "thinspace", "medspace", "thickspace"),
        *("negthinspace", "negmedspace", "negthickspace"),
        *("mathrm", "mathit", "mathbf", "mathsf", "boldsymbol", "bm", "rm", "bf", "it"),
        *("vec", "mathcal"),
        *",:;!> ()[]",
    }
)

# Commands that mean what a plain character means.
SAME = {
    "cdot": "·",
    "times": "*",
    "ast": "*",
    "div": "/",
    "odot": "∘",
    "circ": "∘",
    "lvert": "|",
    "rvert": "|",
    "vert": "|",
    "mid": "|",
    "{": r"\{",
    "}": r"\}",
    "lbrace": r"\{",
    "rbrace": r"\}",
    "lbrack": "[",
    "rbrack": "]",
    "le": "<=",
    "leq": "<=",
    "ge": ">=",
    "geq": ">=",
    "lt": "<",
    "gt": ">",
    "ne": "!=",
    "neq": "!=",
    "partial": "∂",
    "prime": "'",
    "%": "%",
    "_": "_",
    "colon": ":",
    "coloneqq": ":=",
}

# Signs as they come out of web pages.
ENTITIES = {
    "minus": "-",
    "times": "*",
    "middot": "*",
    "sdot": "*",
    "lt": "<",
    "gt": ">",
    "le": "<=",
    "ge": ">=",
    "ne": "!=",
}
