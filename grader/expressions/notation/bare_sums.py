r"""Sums that do not say over what they run, or to where: Σ t_k log p_k, \sum_{k=1}^n t_k.

There must be one index only, and vectors of one size, where the question has no name for that.
"""

import re

from grader.expressions.notation.vocabulary import Vocabulary

BARE_SUM = r"(?:[Σ∑]|\\sum(?![A-Za-z])|(?<![A-Za-z_\\])sum(?=\s*\(|\s+\S))(?!\s*[_^ₐ-ₜᵢ-ᵪⱼ])"
_SUBSCRIPT = r"([A-Za-z]*)_(?!bar|hat|tilde)(?:\{\s*)?([A-Za-z0-9]+)(?:\s*\})?"


_TO_A_LETTER = re.compile(
    r"(?:[Σ∑]|\\sum|sum)(?:\\limits)?\s*_\s*(?:[{(]\s*[a-z]\s*=\s*1\s*[})]|[a-z]=1)\s*\^\s*"
    r"(?:\{\s*([A-Za-z])\s*\}|\(\s*([A-Za-z])\s*\)|([A-Za-z])(?![A-Za-z0-9_(]))"
)


def summed_over(text: str, vocabulary: Vocabulary) -> str | None:
    """Return the one index of the sums in a text; None where more than one may be meant."""
    first = re.search(BARE_SUM, text)
    every = re.finditer(_SUBSCRIPT, text)
    # The x_bar of a question has no index.
    subscripts = [found for found in every if vocabulary.spelled(f"{found[1]}_{found[2]}") is None]
    indices = {found[2] for found in subscripts}
    if first is None or len(indices) != 1 or first.start() > subscripts[0].start():
        return None
    index = indices.pop()
    # A letter without a meaning counts, too.
    counts = len(index) == 1 and index.isalpha() and index not in vocabulary.declared
    return index if counts or index in vocabulary.indices else None


def to_all(text: str, vocabulary: Vocabulary, changes: list[tuple[str, str]]) -> str:
    """Put the number of components for the letter to which a sum runs, where the question has none."""
    found = _TO_A_LETTER.search(text)
    letter = next(filter(None, found.groups())) if found else ""
    sizes = {axis for shape in vocabulary.symbols.values() for axis in shape}
    if letter in ("", "T") or len(sizes) != 1 or vocabulary.spelled(letter) is not None:
        return text
    size = str(sizes.pop())
    changes.append((letter, size))
    alone = rf"(?<![A-Za-z\\])([0-9]?){letter}(?![A-Za-z0-9_])"
    return re.sub(alone, lambda one: f"{one[1]}*{size}" if one[1] else size, text)
