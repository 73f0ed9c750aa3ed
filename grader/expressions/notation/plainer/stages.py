r"""Answers that cannot be read, put into plainer words: programs, word processors, other spellings of f'.

What people type for a formula comes from programs (`X.T.dot(r)`), from a word processor (`∑▒〖…〗`), or is a
derivative in a spelling of its own (`df_3(s)`, `(f_3)'(s)`, `f3_prime(s)`). Only what is no formula by the
usual rules is looked at here, so nothing that can be read is taken for something else; a name that the
question has keeps its meaning.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from unicodedata import normalize

from grader.expressions.greek import GREEK
from grader.expressions.notation.characters import LOWERED
from grader.expressions.notation.other_products import with_all_factors
from grader.expressions.notation.plainer.bare_sums import bare_sums, means, to_all, with_squared_sums
from grader.expressions.notation.plainer.dots import without_dots
from grader.expressions.notation.plainer.edits import Change, closing, replaced
from grader.expressions.notation.plainer.from_arrays import from_arrays
from grader.expressions.notation.plainer.from_books import from_books
from grader.expressions.notation.plainer.from_programs import from_programs
from grader.expressions.notation.plainer.other_spellings import other_spellings, with_short_subscripts
from grader.expressions.notation.plainer.own_derivatives import own_derivatives
from grader.expressions.notation.plainer.program_text import without_program
from grader.expressions.notation.plainer.prose import formula_in
from grader.expressions.notation.plainer.time_steps import without_steps
from grader.expressions.notation.plainer.under_sums import under_sums
from grader.expressions.notation.plainer.worded_cases import by_cases, with_usual_environments
from grader.expressions.notation.rewriting import with_gaps
from grader.expressions.notation.vocabulary import Vocabulary, normal
from grader.expressions.tokens import MAX_LENGTH

_SHOWN = 3  # changes that are noted one by one
_MOST = 20  # of a kind, in a formula of a person's
_END_OF_PROOF = re.compile(
    r"(?:\\(?:square|blacksquare|Box|qed)(?![A-Za-z])|[∎□■]|(?<!\w)(?:Q\.E\.D\.?|QED))(?=[\s$.]{0,9}\Z)"
)
# Where a number or a name ends and something begins that is known by how it begins: 2np.exp(x), a\theta(x).
_GLUED = re.compile(
    r"((?<![A-Za-z0-9_.\\^])[0-9]+(?:\.[0-9]+)?(?=[A-Za-z])(?![eE][-+]?[0-9]))"
    r"|(?<=[A-Za-z0-9])(?=\\[A-Za-z]{2})|(?<=[A-Za-ce-z0-9])(?=[α-ωΑ-Ω∇√∛])"
)
_WIDE_GAP = re.compile(r"\s{4,}")
_QUIET = r"[\s()▒〖〗\u2061@]*"


class Plainer(NamedTuple):
    """A text in plainer words, and what was changed for that, if it is worth telling."""

    text: str
    note: str


def plainer(text: str, vocabulary: Vocabulary) -> Iterator[Plainer]:
    """Yield an answer in plainer words, as far as anything is to be changed: of programs, then of all."""
    if len(text) > MAX_LENGTH:
        return
    for each in with_squared_sums(_WIDE_GAP.sub(_narrow, text)):
        yield from _in_plainer_words(each, vocabulary)


def _narrow(gap: re.Match[str]) -> str:
    return "\n" if gap[0].splitlines() != [gap[0]] else "  "


def _in_plainer_words(text: str, vocabulary: Vocabulary) -> Iterator[Plainer]:
    changes: list[Change] = []
    usual = _GLUED.sub(lambda found: f"{found[1] or ''} ", _END_OF_PROOF.sub("", text))
    usual = without_program(from_arrays(usual, vocabulary), vocabulary)
    usual = usual if vocabulary.of_numbers else with_gaps(usual, least=3)  # 1,5 may be a number
    program = from_programs(means(_accents(usual), vocabulary, changes), vocabulary)
    program = _transposed(program, vocabulary, changes)
    if program != text:
        yield Plainer(program, _told(changes))
    changes = []
    usual = under_sums(with_short_subscripts(usual, vocabulary), vocabulary, changes)
    new = formula_in(by_cases(_from_word_processor(usual)), vocabulary, changes)
    new = by_cases(with_usual_environments(_accents(_without_braces(_without_type(new)))))
    new = from_books(without_dots(new, vocabulary), vocabulary, changes)
    new = other_spellings(without_steps(new, vocabulary, changes), vocabulary, changes)
    new = _signs(from_programs(new, vocabulary), vocabulary, changes)
    new = _names(new, vocabulary, changes)
    for pattern, put in own_derivatives(new, vocabulary):
        new = replaced(pattern, put, new, changes)
    new = new if vocabulary.of_numbers else with_all_factors(new)
    if new in (text, program):
        return
    yield Plainer(new, _told(changes))


def _told(changes: list[Change]) -> str:
    told = dict.fromkeys(
        f"{old.strip()} is read as {put.strip()}" for old, put in changes if not re.fullmatch(_QUIET, put)
    )
    return "; ".join(list(told)[:_SHOWN])


def _unknown(vocabulary: Vocabulary, *names: str) -> bool:
    return all(vocabulary.spelled(name) is None for name in names)


# --- Word processors and editors.

_SMALL = f"[{''.join(LOWERED)}]+"
_BODY = "▒〖"
_BRACE = r"\\(?:under|over)brace\s*\{"


def _from_word_processor(text: str) -> str:
    """Take the marks out that only a word processor understands, and small letters for subscripts."""
    for _ in range(min(text.count(_BODY), _MOST)):
        start = text.index(_BODY)
        end = closing(text, start + 1, "〖", "〗")
        text = f"{text[:start]} ({text[start + 2 : end]}){text[end + 1 :]}"
    text = re.sub(r"[▒〖〗\u2061├┤]|\\limits(?![A-Za-z])", " ", text)
    text = re.sub(r"(?<=[A-Za-z0-9_])[`´](?=\s*\()", "'", text.replace("⊤", "T"))
    text = re.sub(r"\(∂(\w+)\s*\)\s*/\s*\(∂(\w+)\s*\)", r"∂\1/∂\2", text)
    return re.sub(_SMALL, lambda small: "_{" + "".join(LOWERED[c] for c in small[0]) + "}", text)


_ACCENTS = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u0305": "bar"}
_ACCENTED = rf"([A-Za-z])\s*([{''.join(_ACCENTS)}])"


def _accents(text: str) -> str:
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


def _without_type(text: str) -> str:
    r"""Take off what only sets type: \label{…}, \hspace{…}, {\rm sin}, \mathop{…}."""
    text = re.sub(_IN_BRACES, r"\1", re.sub(_IN_BRACES, r"\1", text))
    text = re.sub(_IN_ROMAN, lambda found: f" {found[1] or found[2]} ", re.sub(_SETS_TYPE, " ", text))
    return re.sub(_OPERATOR, lambda found: f" {found[1] or found[2]} ", text)


def _without_braces(text: str) -> str:
    """Take off a brace under a part of a formula, and what is written there."""
    for _ in range(_MOST):
        found = re.search(_BRACE, text)
        if found is None:
            break
        end = closing(text, found.end() - 1, "{", "}")
        inside, rest = text[found.end() : end], text[end + 1 :]
        label = re.match(r"\s*[_^]\s*\{", rest)
        if label is not None:
            rest = rest[closing(rest, label.end() - 1, "{", "}") + 1 :]
        text = f"{text[: found.start()]}({inside}){rest}"
    return text


# --- Other signs.


_TRANSPOSED = r"\^\s*(?:\{\s*(?:tr|t|\\prime|')\s*\}|tr?(?![A-Za-z0-9_]))"
_PRIMED = r"(?<![A-Za-z_\\])(?<![A-Za-z_][0-9])([A-Za-z]\w*)['’′](?!['’′])"
_STEP = r"(?<![A-Za-z0-9_\\])(H|u|\\?[Tt]heta|[θΘ])(?=\s*(?:\\left\s*|\\[bB]ig+l?\s*)?[(\[])"
_LATER = r"\s*(?:['’′]|\^\s*\{?\s*\\prime\s*\}?)?\s*(?:\\left\s*|\\[bB]ig+l?\s*|\\!\s*)*[(\[]"
_SIGMOID = rf"(?:\\sigma|σ|(?<![A-Za-z0-9_\\])(?:sigma|expit))(?={_LATER})"
_TENSOR = r"(?:(?<!\w)([^\W\d]\w*)\s*)?(?:⊗|\\otimes)(?:\s*([^\W\d]\w*)(?![\w{\[(']))?"
_POINT = r"(?<!\\left)(?<!\\right)(?<=[)\]}A-Za-z0-9_])\s*\.\s*(?=[A-Za-z(\\])(?!T(?![A-Za-z0-9_]))"
_OF_A_MODULE = r"(?<![\w.\\])(np|numpy|jnp|torch|math)\.[A-Za-z]"
_CROSS = r"(?<=[)\]}\w])\s+([xX]|times|mal)\s+(?=[(\w\\\[])"
_DIVIDED = r"(?<=[)\]}\w])\s*:\s*(?=[(\w\\\[])"


def _signs(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Read signs that mean something else elsewhere, where only one thing can be meant here."""
    text = _transposed(text, vocabulary, changes)
    text = replaced(_STEP, lambda found: _step(found, vocabulary), text, changes)
    text = bare_sums(to_all(text, vocabulary, changes), vocabulary, changes)
    if _unknown(vocabulary, "ell"):
        text = re.sub(r"\\ell(?![A-Za-z])|ℓ", "l", text)
    if _unknown(vocabulary, "sigma"):
        text = replaced(_SIGMOID, lambda _: " sigmoid", text, changes)
    text = replaced(_TENSOR, lambda found: _tensor(found, vocabulary), text, changes)
    modules = (found[1] for found in re.finditer(_OF_A_MODULE, text))
    if not any(_unknown(vocabulary, module) for module in modules):  # np.std is no product of n, p and std
        text = replaced(_POINT, lambda _: " · ", text, changes)
    text = replaced(_CROSS, lambda found: _cross(found, vocabulary), text, changes)
    divided = text.count(":") == 1 and "=" not in text
    return replaced(_DIVIDED, lambda _: " / ", text, changes) if divided else text


def _transposed(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    if vocabulary.of_numbers:
        return text
    if _unknown(vocabulary, "t"):
        text = replaced(_TRANSPOSED, lambda found: _marked(found, vocabulary), text, changes)
    return replaced(_PRIMED, lambda found: _turned(found, vocabulary), text, changes)


def _marked(found: re.Match[str], vocabulary: Vocabulary) -> str:
    r"""Read W^{\prime} as W^T; f^{\prime} is a derivative."""
    word = re.search(
        r"[A-Za-z][\w{}]{0,20}\Z", found.string[max(0, found.start() - 30) : found.start()].rstrip()
    )
    return found[0] if word and vocabulary.spelled(word[0]) in vocabulary.functions else "^T"


def _turned(found: re.Match[str], vocabulary: Vocabulary) -> str:
    name = vocabulary.spelled(found[1])
    shape = vocabulary.symbols.get(name or "", ())
    return f"{found[1]}^{{T}}" if shape and name not in vocabulary.functions else found[0]


def _step(found: re.Match[str], vocabulary: Vocabulary) -> str:
    greek = {"θ": "theta", "Θ": "Theta"}
    name = greek.get(found[1], found[1].removeprefix("\\"))
    return "step" if _unknown(vocabulary, name) else found[0]


def _cross(found: re.Match[str], vocabulary: Vocabulary) -> str:
    return " * " if _unknown(vocabulary, found[1]) else found[0]


def _tensor(found: re.Match[str], vocabulary: Vocabulary) -> str:
    one, other = found[1] or "", found[2] or ""
    shapes = [vocabulary.shape_of(GREEK.get(name, name)) for name in (one, other)]
    if all(len(shape) == 1 for shape in shapes):
        return f"outer({one}, {other})"
    if any(len(shape) > 1 for shape in shapes) or found[1] == "T":
        return found[0]
    return f"{one} * {other}" if vocabulary.of_numbers else f"{one} ∘ {other}"


# --- Names.

_NAME = r"(?<![A-Za-z0-9_\\])[A-Za-z][A-Za-z0-9]*(?:_\{?[A-Za-z0-9]+\}?)?(?![A-Za-z0-9_(])"
_SCANNED = str.maketrans("0O1I", "ooll")
_BY = r"(?<![A-Za-z0-9_\\])d[A-Za-z]\w*_d[A-Za-z]\w*"


def _names(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Read w_out and W_0ut as the W_out of the question, if there is no other; and dL_dw as dL/dw."""
    text = replaced(_BY, lambda found: _by(found, vocabulary), text, changes)
    folded: dict[str, set[str]] = {}
    for name in vocabulary.symbols:
        for letters in (normal(name).lower(), _alike(name)):
            folded.setdefault(letters, set()).add(name)

    def spelled(found: re.Match[str]) -> str:
        if not _unknown(vocabulary, found[0]) or vocabulary.factors(normal(found[0])) is not None:
            return found[0]
        same = folded.get(normal(found[0]).lower()) or folded.get(_alike(found[0]), set())
        return min(same) if len(same) == 1 and len(normal(found[0])) > 1 else found[0]

    return replaced(_NAME, spelled, text, changes)


def _alike(name: str) -> str:
    """Return a name without its case, and as it is where a scan takes 0 for O or 1 for l."""
    return normal(name).translate(_SCANNED).lower()


def _by(found: re.Match[str], vocabulary: Vocabulary) -> str:
    if not _unknown(vocabulary, found[0]):
        return found[0]
    for cut in re.finditer("_d", found[0]):
        above, below = found[0][1 : cut.start()], found[0][cut.end() :]
        if not _unknown(vocabulary, above) and not _unknown(vocabulary, below):
            return f"(∂{above}/∂{below})"
    return found[0]
