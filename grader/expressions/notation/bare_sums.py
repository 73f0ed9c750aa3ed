"""Sums that do not say over what they run: Σ t_k log p_k, where there is one index only."""

import re

from grader.expressions.notation.vocabulary import Vocabulary

BARE_SUM = r"(?:[Σ∑]|\\sum(?![A-Za-z])|(?<![A-Za-z_\\])sum(?=\s*\(|\s+\S))(?!\s*[_^ₐ-ₜᵢ-ᵪⱼ])"
_SUBSCRIPT = r"([A-Za-z]*)_(?:\{\s*)?([A-Za-z0-9]+)(?:\s*\})?"


def summed_over(text: str, vocabulary: Vocabulary) -> str | None:
    """Return the index of the one sum in a text; None where more than one may be meant."""
    sums = list(re.finditer(BARE_SUM, text))
    every = re.finditer(_SUBSCRIPT, text)
    # The x_bar of a question has no index.
    subscripts = [found for found in every if vocabulary.spelled(f"{found[1]}_{found[2]}") is None]
    indices = {found[2] for found in subscripts}
    if len(sums) != 1 or len(indices) != 1 or not indices <= vocabulary.indices.keys():
        return None
    return indices.pop() if sums[0].start() < subscripts[0].start() else None
