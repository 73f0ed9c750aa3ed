r"""Signs that mean something else elsewhere: W', W^t, H(x), σ(x), a ⊗ b, a . b, a x b."""

import re

from grader.expressions.greek import GREEK
from grader.expressions.notation.plainer.bare_sums import bare_sums, to_all
from grader.expressions.notation.plainer.edits import Change, Put, operand, replaced, rewritten
from grader.expressions.notation.vocabulary import Vocabulary

_TRANSPOSED = r"\^\s*(?:\{\s*(?:tr|t|\\prime|')\s*\}|tr?(?![A-Za-z0-9_]))"
_PRIMED = r"(?<![A-Za-z_\\])(?<![A-Za-z_][0-9])([A-Za-z]\w{0,40})['’′](?!['’′])"
# 1'A1: the ones behind a matrix stand in one word with it.
_ONES = (
    r"(?<![A-Za-z0-9_.])1\s?(?:['’′ᵀ]|\^\s?(?:T|\\top|\{\s?(?:T|\\top)\s?\}))\s?([A-Za-z]{1,9})1(?![0-9.])"
)
_STEP = r"(?<![A-Za-z0-9_\\])(H|u|\\?[Tt]heta|[θΘ])(?=\s*(?:\\left\s*|\\[bB]ig+l?\s*)?[(\[])"
_LATER = (
    r"\s*(?:['’′]{1,3}|[²³]|⁻¹|\^\s*\{?\s*(?:\\prime|[23]|[-\u2212]1)\s*\}?)?\s*"
    r"(?:\\left\s*|\\[bB]ig+l?\s*|\\!\s*)*[(\[]"
)
_SIGMOID = rf"(?:\\sigma|σ|(?<![A-Za-z0-9_\\])(?:sigma|expit))(?={_LATER})"
_TENSOR = r"(?:(?<!\w)([^\W\d]\w*)\s*)?(?:⊗|\\otimes)(?:\s*([^\W\d]\w*)(?![\w{\[(']))?"
_TENSOR_OF_BRACKET = r"(?<=\))\s*(?:⊗|\\otimes)\s*([^\W\d]\w*)(?![\w{\[('])"
_POINT = r"(?<!\\left)(?<!\\right)(?<=[)\]}A-Za-z0-9_])\s*\.\s*(?=[A-Za-z(\\])(?!T(?![A-Za-z0-9_]))"
_OF_A_MODULE = r"(?<![\w.\\])(np|numpy|jnp|torch|math)\.[A-Za-z]"
# (a < b) || (b < c), as programs write it.
_OR = r"(?<=\))\s*\|\|?\s*(?=\([^()|]{1,40}[<>=≤≥≠][^()|]{1,40}\))"
_CROSS = r"(?<=[)\]}\w])\s+([xX]|times|mal)\s+(?=[(\w\\\[])"
_DIVIDED = r"(?<=[)\]}\w])\s*:\s*(?=[(\w\\\[])"


def signs(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Read signs that mean something else elsewhere, where only one thing can be meant here."""
    text = re.sub(_OR, " ∨ ", text)
    text = transposed(text, vocabulary, changes)
    text = replaced(_STEP, lambda found: _step(found, vocabulary), text, changes)
    text = bare_sums(to_all(text, vocabulary, changes), vocabulary, changes)
    if vocabulary.spelled("ell") is None:
        text = re.sub(r"\\ell(?![A-Za-z])|ℓ", "l", text)
    if vocabulary.spelled("sigma") is None:
        text = replaced(_SIGMOID, lambda _: " sigmoid", text, changes)
    text = rewritten(text, _TENSOR_OF_BRACKET, lambda text, found: _outer(text, found, vocabulary))
    text = replaced(_TENSOR, lambda found: _tensor(found, vocabulary), text, changes)
    modules = (found[1] for found in re.finditer(_OF_A_MODULE, text))
    if all(vocabulary.spelled(module) is not None for module in modules):  # else np.std is no product
        text = replaced(_POINT, lambda _: " · ", text, changes)
    text = replaced(_CROSS, lambda found: _cross(found, vocabulary), text, changes)
    divided = text.count(":") == 1 and "=" not in text
    return replaced(_DIVIDED, lambda _: " / ", text, changes) if divided else text


def transposed(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Read W', W^t and W^{tr} as W^T."""
    if vocabulary.of_numbers:
        return text
    if vocabulary.spelled("t") is None:
        text = replaced(_TRANSPOSED, lambda found: _marked(found, vocabulary), text, changes)
    text = re.sub(_ONES, lambda found: _with_ones(found, vocabulary), text)
    return replaced(_PRIMED, lambda found: _turned(found, vocabulary), text, changes)


def _with_ones(found: re.Match[str], vocabulary: Vocabulary) -> str:
    of_matrices = all(vocabulary.shape_of(name) for name in vocabulary.names_in(found[1]))
    return f"1^T {found[1]} 1" if of_matrices else found[0]


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
    return "step" if vocabulary.spelled(name) is None else found[0]


def _cross(found: re.Match[str], vocabulary: Vocabulary) -> str:
    sign = " × " if (3,) in vocabulary.symbols.values() else " * "
    return sign if vocabulary.spelled(found[1]) is None else found[0]


def _outer(text: str, found: re.Match[str], vocabulary: Vocabulary) -> Put | None:
    if len(vocabulary.shape_of(GREEK.get(found[1], found[1]))) != 1:
        return None
    start = operand(text, found.start(), vocabulary)
    return Put(start, f"outer({text[start : found.start()]}, {found[1]})", found.end())


def _tensor(found: re.Match[str], vocabulary: Vocabulary) -> str:
    one, other = found[1] or "", found[2] or ""
    shapes = [vocabulary.shape_of(GREEK.get(name, name)) for name in (one, other)]
    if all(len(shape) == 1 for shape in shapes):
        return f"outer({one}, {other})"
    if any(len(shape) > 1 for shape in shapes) or found[1] == "T":
        return found[0]
    return f"{one} * {other}" if vocabulary.of_numbers else f"{one} ∘ {other}"
