r"""Sums that do not say over what they run: Σ t_k log p_k, Π x_i; of statistics: Σ(x_i - x̄)², Σxy, \bar x.

A sum runs over the one index of the question that stands behind it. Where the index is not the question's,
all sums run over the components of its vectors; the index may be left out, and n is how many there are,
as is any letter to which a sum runs and that the question has no name for.
"""

import re
from collections.abc import Iterator
from itertools import islice

from grader.expressions.notation.plainer.edits import MOST, Change, beside_digits, closing, replaced
from grader.expressions.notation.vocabulary import Vocabulary

_BARE_SUM = (
    r"(?:[Σ∑Π∏]|\\(?:sum|prod)(?![A-Za-z])|(?<![A-Za-z_\\])(?:sum|prod)(?=\s*\(|\s+\S))(?!\s*[_^ₐ-ₜᵢ-ᵪⱼ])"
)
_CALLED_SUM = r"(?<![A-Za-z_\\])sum\s{0,3}\("
_RAISED = r"sum\((?:[^()]|\([^()]*\)){1,200}\)(?=\s?(?:\^|\*\*|[²³]))"
_RAISED_SUM = re.compile(rf"((?<![A-Za-z_\\.]){_RAISED})")
_OF_A_PROGRAM = re.compile(rf"((?<![\w.])(?:np|numpy|jnp|torch)\.{_RAISED})")
_SUBSCRIPT = r"([A-Za-z]*)_(?!bar|hat|tilde)(?:\{\s*)?([A-Za-z0-9]+)(?:\s*\})?"
_TO_A_LETTER = re.compile(
    r"(?:[Σ∑]|\\sum|sum)(?:\\limits)?\s*_\s*(?:[{(]\s*(?P<braced>[a-z])\s*=\s*1\s*[})]|(?P<bare>[a-z])=1)\s*\^\s*"
    r"(?:\{\s*([A-Za-z])\s*\}|\(\s*([A-Za-z])\s*\)|([A-Za-z])(?![A-Za-z0-9_]))"
)
_COMPONENT = r"(?<![A-Za-z\\])([A-Za-z])_\s?\{?\s?([a-z0-9](?:\s?,?\s?[a-z0-9](?![a-z0-9]))?)"
_LETTER = r"([A-Za-z])(?![A-Za-z_])"
_MEAN = (
    rf"\\(?:bar|overline)\s*\{{\s*{_LETTER}\s*\}}",
    rf"\\(?:bar|overline)\s+{_LETTER}",
    r"(?<![A-Za-z\\])([A-Za-z])(?:_?bar(?![A-Za-z])|_\{\s*bar\s*\}|\s*[\u0304\u0305])",
)
_MEAN_OF_ALL = r"\\(?:bar|overline)\s*\{([^{}]{2,40})\}"
_POWER = re.compile(r"(?<![A-Za-z\\])([A-Za-z]{1,20})([²³]|\^[0-9](?![0-9])|\^\{[0-9]\})?")
_POWERS = re.compile(rf"\s*(?:{_POWER.pattern}(?:\s|\\cdot(?![A-Za-z])|[*·])*){{1,8}}")
_OUTSIDE_MEANS = r"(mean\([A-Za-z]\))|(?<![A-Za-z_\\])([A-Za-z]+)(?![A-Za-z_]|\s*_)(\()?"
_COUNT = r"(?<![A-Za-z_\\])[nN](?![A-Za-z_(])"


def with_squared_sums(text: str) -> Iterator[str]:
    """Yield an answer, and what sum(x_i)^2 may mean in it as well: the square of the sum.

    On paper that is the sum of the squares, in a program never.
    """
    text = _OF_A_PROGRAM.sub(r"(\1)", text)
    yield text
    called = _RAISED_SUM.sub(r"(\1)", text)
    if called != text:
        yield called


def to_all(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Put the number of components for each letter to which a sum runs, where the question has none.

    Where not all axes have as many, that of the first component by the index of the sum.
    """
    sizes = {axis for shape in vocabulary.symbols.values() for axis in shape}
    for found in list(_TO_A_LETTER.finditer(text))[:MOST]:
        letter = next(filter(None, found.groups()[2:]))
        if letter == "T" or not sizes or vocabulary.spelled(letter) is not None:
            continue
        size = (
            max(sizes)
            if len(sizes) == 1
            else _components_by(found["braced"] or found["bare"], text, vocabulary)
        )
        if not size:
            continue
        changes.append((letter, f"{size}"))
        text = _with_number(text, letter, f"{size}")
    return text


def _with_number(text: str, letter: str, number: str) -> str:
    alone = rf"(?<![A-Za-z\\]){letter}(?![A-Za-z_])"
    return re.sub(alone, lambda found: beside_digits(found, number), text)


def _components_by(index: str, text: str, vocabulary: Vocabulary) -> int:
    """Return how many components there are by an index, as a text has it; 0 where it does not say."""
    for found in re.finditer(_COMPONENT, text):
        shape, places = vocabulary.shape_of(found[1]), found[2].replace(",", "").replace(" ", "")
        if index in places and len(shape) == len(places):
            return shape[places.index(index)]
    return 0


def bare_sums(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Write over what each sum runs, where only one thing can be meant."""
    text = means(text, vocabulary, changes)
    text = _by_what_is_summed(_by_own_index(text, vocabulary, changes), vocabulary, changes)
    sums = list(re.finditer(_BARE_SUM, text))
    if not sums:
        return _counted(text, vocabulary, changes)
    subscripts = [found for found in re.finditer(_SUBSCRIPT, text) if _is_index(found, vocabulary)]
    indices = {found[2] for found in subscripts}
    if not indices and (index := _free_letter(vocabulary)):
        text = re.sub(_OUTSIDE_MEANS, lambda found: _with_index(found, index, vocabulary), text)
    elif len(indices) == 1 and sums[0].start() < subscripts[0].start():
        index = indices.pop()
    else:
        return text
    text = replaced(_BARE_SUM, lambda found: f" {_word(found[0])}_{index} ", text, changes)
    return _counted(text, vocabulary, changes)


def _by_what_is_summed(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Write over what a sum runs where one index stands in it alone: e^{z_k}/Σ e^{z_j}."""
    for found in reversed(list(islice(re.finditer(_BARE_SUM, text), MOST))):
        end = next(iter(re.finditer(r"(?<=[\w)}\]])\s*[-+=,;/)]|$", text[found.end() :])), None)
        place = found.end() + (end.start() if end else 0)
        parts = text[: found.start()] + text[place:], text[found.end() : place]
        outside, inside = (
            {one[2] for one in re.finditer(_SUBSCRIPT, part) if _is_index(one, vocabulary)} for part in parts
        )
        if len(inside) == 1 and outside and not inside & outside:
            put = f" {_word(found[0])}_{inside.pop()} "
            changes.append((found[0], put))
            text = f"{text[: found.start()]}{put}{text[found.end() :]}"
    return text


def _word(sign: str) -> str:
    return "prod" if sign in ("Π", "∏") or sign.endswith("prod") else "sum"


def _is_index(found: re.Match[str], vocabulary: Vocabulary) -> bool:
    """Tell whether a subscript is an index, and not one of a name such as x_bar, S_xy or s_x."""
    index = found[2]
    free = len(index) == 1 and _unknown(index, vocabulary)
    return (free or index in vocabulary.indices) and vocabulary.spelled(f"{found[1]}_{index}") is None


def _by_own_index(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Write over what each sum(…) runs where one index in its brackets is not the question's."""
    for found in reversed(list(islice(re.finditer(_CALLED_SUM, text), MOST))):
        inside = text[found.end() : closing(text, found.end() - 1)]
        letters = {one[2] for one in re.finditer(_SUBSCRIPT, inside) if len(one[2]) == 1}
        own = {letter for letter in letters if _unknown(letter, vocabulary)}
        if len(own) == 1:
            index = own.pop()
            changes.append(("sum", f"sum_{index}"))
            text = f"{text[: found.start()]}sum_{index} ({text[found.end() :]}"
    return text


def means(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    r"""Read \\bar x and x̄ as the mean of a vector of the question, \\overline{xy} as that of a product."""
    for pattern in _MEAN:
        text = replaced(pattern, lambda found: _mean(found, vocabulary), text, changes)
    return replaced(_MEAN_OF_ALL, lambda found: _mean_of_all(found, vocabulary), text, changes)


def _unknown(name: str, vocabulary: Vocabulary) -> bool:
    return name.isalpha() and vocabulary.spelled(name) is None


def _size_of(name: str, vocabulary: Vocabulary) -> int:
    """Return how many components a vector of the question has; 0 of what is none."""
    shape = vocabulary.shape_of(name)
    return shape[0] if len(shape) == 1 else 0


def _mean(found: re.Match[str], vocabulary: Vocabulary) -> str:
    own = vocabulary.spelled(f"{found[1]}_bar") is None and _size_of(found[1], vocabulary)
    return f" mean({found[1]}) " if own else found[0]


def _mean_of_all(found: re.Match[str], vocabulary: Vocabulary) -> str:
    """Return the mean of a product of vectors and their powers, component by component."""
    if _POWERS.fullmatch(found[1]) is None:
        return found[0]
    factors: list[str] = []
    for word, power in _POWER.findall(found[1]):
        names = vocabulary.names_in(word)
        if not all(_size_of(name, vocabulary) for name in names):
            return found[0]
        factors += [*names[:-1], names[-1] + power]
    return f" mean({' * '.join(factors)}) "


def _free_letter(vocabulary: Vocabulary) -> str:
    """Return a letter for an index that is not written, if none of the question's indices can be meant."""
    free = (letter for letter in "ijkl" if _unknown(letter, vocabulary))
    return "" if vocabulary.indices else next(free, "")


def _with_index(found: re.Match[str], index: str, vocabulary: Vocabulary) -> str:
    """Write an index at the vectors of a word: xy is x_i y_i."""
    if found[1] is not None:
        return found[0]
    word, opening = found[2], found[3] or ""
    names = [word] if opening else vocabulary.names_in(word)  # xy(…) may be a function
    if word in vocabulary.functions or not any(_size_of(name, vocabulary) for name in names):
        return found[0]
    written = [f"{name}_{index}" if _size_of(name, vocabulary) else name for name in names]
    return " ".join([*written, opening])


def _counted(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Read n as the number of components, where all vectors of the question have as many."""
    sizes = {shape[0] for shape in vocabulary.symbols.values() if len(shape) == 1}
    if len(sizes) != 1 or not (_unknown("n", vocabulary) and _unknown("N", vocabulary)):
        return text
    size = str(sizes.pop())
    return replaced(_COUNT, lambda found: beside_digits(found, size), text, changes)
