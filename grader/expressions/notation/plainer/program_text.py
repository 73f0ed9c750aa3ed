r"""What only programs write: np.exp(x), M_PI, Inverse[A], sum(k^2, k=1..n).

The module says nothing about the function, so it is left out. The sums of Maple, MATLAB, Mathematica, SymPy
and Python become `sum_{index=first}^{last} (term)`.
"""

import re

from grader.expressions.notation.plainer.edits import Put, arguments, inside, put_for_call, rewritten
from grader.expressions.notation.vocabulary import Vocabulary

# Only in front of a call, or of the constants that modules have.
_MODULE = re.compile(
    r"(?<![\w.\\])(np|numpy|jnp|torch|tf|math|Math|scipy|sympy|sp|F|nn|LA)\."
    r"(?:(?:linalg|math|special|nn|functional)\.){0,3}(?=[A-Za-z]\w{0,30}\(|(?:pi|PI|[eE])(?!\w))"
)
_E = re.compile(r"E(?!\w)")
_CONSTANT = re.compile(r"(?<![\w.\\])M_(PI|E)(?!\w)|(?<![\w)\]}])%(pi|e)(?![A-Za-z0-9_])")
_RAISED_E = re.compile(r"(?<![A-Za-z0-9_\\])E(?=\s*(?:\^|\*\*))")
_MATHEMATICA = r"(?<![\w\\])([A-Z][a-z][A-Za-z]{1,20})\["
_PART = re.compile(r"(?<![A-Za-z0-9_\\])([A-Za-z]\w{0,20})\[\[([^\[\]]{1,40})\]\]")
# As Mathematica has vectors: {a, 2b}, {{a, 1}, {0, b}}.
_LISTED = re.compile(r"^[^={}\\;:<>|^_]*=?\s*\{[^=;:<>≤≥≠|\\^_]*,[^=;:<>≤≥≠|\\^_]*\}\s*$")
_SUM = r"(?<![A-Za-z0-9_.\\^])(?:(sum|Sum|symsum|summation)|prod|Prod|Product|product)([(\[])"
_IN_RANGE = re.compile(r"([A-Za-z]) in range ?\(([^()]{1,40})\) ?\]?")
_COMPREHENSION = re.compile(
    r"(?P<term>.{1,300}?)\sfor (?P<index>[a-z]) in range ?\((?:0, ?)?(?P<last>[^,]{1,20}?)\)"
    r"(?: if (?P<if>.{1,100}))?"
)
_LENGTH = re.compile(r"len\(\w{1,20}\)|\w{1,20}\.(?:size|shape\[0\])")
_FROM_TO = re.compile(r"([A-Za-z]) ?= ?([^.=]{1,40}?) ?(?:\.{2,3}|…| to ) ?([^.=]{1,40})")
_ENDS = re.compile(r"[({]([^(){}]{1,80})[)}]")
_IN_WORDS = re.compile(
    r"(?<![A-Za-z_\\])(sum|product)\s+(?:from|over|for)\s+([A-Za-z])\s*=\s*(\w{1,20})\s+to\s+(\w{1,20})\s+of\s"
)


def without_program(text: str, vocabulary: Vocabulary) -> str:
    """Write a program's text as a formula, but for the functions that programs call by names of their own."""
    if _LISTED.match(text):
        text = text.replace("{", "[").replace("}", "]")
    text = _with_usual_constants(_without_modules(text, vocabulary), vocabulary)
    return _with_usual_sums(_with_round_brackets(text, vocabulary), vocabulary)


def _without_modules(text: str, vocabulary: Vocabulary) -> str:
    """Leave out the module in front of a function, where the question has no such name."""
    parts, place = [], 0
    for found in _MODULE.finditer(text):
        if vocabulary.spelled(found[1]) is not None:
            continue
        parts.append(text[place : found.start()])
        place = found.end()
        if _E.match(text, place):  # the E of Math
            parts.append("e")
            place += 1
    return "".join([*parts, text[place:]])


def _with_usual_constants(text: str, vocabulary: Vocabulary) -> str:
    """Write the e and the pi of C, Maxima and Mathematica as such: M_PI, %pi, E^x."""
    text = _CONSTANT.sub(lambda found: f" {(found[1] or found[2]).lower()} ", text)
    return text if vocabulary.begins("E") else _RAISED_E.sub("e", text)


def _with_round_brackets(text: str, vocabulary: Vocabulary) -> str:
    """Put round brackets around what Mathematica's functions take: Inverse[A], Log[base, x]."""

    def put(text: str, found: re.Match[str]) -> Put | None:
        of = inside(text, found)
        if of is None or found[1] in ("Sum", "Product") or vocabulary.spelled(found[1]) is not None:
            return None
        given = arguments(of) if found[1] == "Log" else []
        new = f"(log({given[1]})/log({given[0]}))" if len(given) == 2 else f"{found[1]}({of})"
        return put_for_call(found, of, new)

    return rewritten(_PART.sub(lambda found: _component(found, vocabulary), text), _MATHEMATICA, put)


def _component(found: re.Match[str], vocabulary: Vocabulary) -> str:
    """Read x[[i]] as a component."""
    return f"{found[1]}_{{{found[2]}}}" if vocabulary.shape_of(found[1]) else found[0]


def _with_usual_sums(text: str, vocabulary: Vocabulary) -> str:
    """Write a sum or a product whose index stands behind its term as books have it."""
    text = _IN_WORDS.sub(lambda found: f"{found[1]}_{{{found[2]}={found[3]}}}^{{{found[4]}}} ", text)

    def put(text: str, found: re.Match[str]) -> Put | None:
        of = inside(text, found)
        if of is None:
            return None
        over_all = _over_all(of, vocabulary) if found[1] else None
        return put_for_call(found, of, over_all or _by_index("sum" if found[1] else "prod", of))

    return rewritten(text, _SUM, put)


def _by_index(word: str, written: str) -> str | None:
    run = _run(arguments(written))
    if run is None:
        return None
    term, index, first, last = run
    return f"({word}_{{{index}={first}}}^{{{last}}} ({term}))"


def _run(given: list[str]) -> tuple[str, str, str, str] | None:
    """Return the term of a sum, its index, the first and the last number; None of a sum of other kinds."""
    given = [" ".join(part.split()) for part in given]
    if len(given) == 1:
        return _in_range(*given)
    if len(given) == 2 and (found := _FROM_TO.fullmatch(given[1])):
        return given[0], found[1], found[2], found[3]
    ends = given[1:]
    if len(given) == 2 and (found := _ENDS.fullmatch(given[1])):
        ends = [end.strip() for end in arguments(found[1])]
        if len(ends) == 2 and given[1].startswith("{"):
            ends.insert(1, "1")  # as Mathematica has it
    return (given[0], ends[0], ends[1], ends[2]) if len(ends) == 3 and ends[0].isalpha() else None


def _in_range(written: str) -> tuple[str, str, str, str] | None:
    term, _, rest = written.partition(" for ")
    found = _IN_RANGE.fullmatch(rest)
    term = term.removeprefix("[")
    # A component that is picked by the index would count from 0.
    if found is None or "[" in term or found[2].count(",") > 1:
        return None
    first, _, stop = found[2].rpartition(",")
    return term, found[1], first or "0", f"({stop}) - 1"


def _over_all(written: str, vocabulary: Vocabulary) -> str | None:
    """Return a sum over all components: sum(p[k]*a for k in range(K) if k != y).

    None where the index is more than a name for a component: from 0 it is another number than from 1.
    """
    found = _COMPREHENSION.fullmatch(written.strip().removeprefix("[").removesuffix("]"))
    if found is None or "[" not in found["term"]:
        return None
    index, conditions = found["index"], re.split(r"\s(?:and|&&?)\s", found["if"] or "")
    sizes = {str(axis) for shape in vocabulary.symbols.values() for axis in shape}
    last = found["last"].strip()
    everything = vocabulary.sizes.get(last) is not None or _LENGTH.fullmatch(last) or sizes == {last}
    uses = rf"\[\s*{index}\s*\]|\b{index}\s*[!=]=\s*[a-z]\b|\b[a-z]\s*[!=]=\s*{index}\b"
    rest = re.sub(uses, " ", f"{found['term']} {found['if'] or ''}")
    if not everything or re.search(rf"(?<![A-Za-z_]){index}(?![A-Za-z_])", rest):
        return None
    below, term = (
        re.sub(r"\[\s*([a-z])\s*\]", r"_{\1}", each) for each in (", ".join(conditions), found["term"])
    )
    return f"(sum_{{{index}{', ' if below else ''}{below}}} ({term}))"
