"""Answers that give one component of a vector or matrix, by an index that the question has no name for.

(y_i - t_i) f'(s_i) x_j is a matrix, where i and j stand below quantities only and no sum runs over them. Such
an answer is right if it is that component of what is asked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import permutations
from typing import NamedTuple

from grader.expressions import ExpressionFault, Name, Tree
from grader.expressions.notation import Vocabulary, read_answer
from grader.expressions.notation.fitting import shape_of
from grader.expressions.tree import Component
from grader.marking.formulas.equivalence import Equal, compare
from grader.marking.formulas.points import Setting

_BELOW = re.compile(r"(?<=_)(?:\{\s?([a-z])\s?,?\s?([a-z])?\s?\}|([a-z])([a-z])?(?![A-Za-z0-9_]))")
_RUNS = re.compile(r"(?:sum|prod|[Σ∑Π∏])(?:\\limits)?\s?_\s?[{(]?\s?([a-z])(?:\s?,?\s?([a-z]))?(?![A-Za-z])")
_AXES = 2


class ByIndex(NamedTuple):
    """An answer that is read as a component: whether it is the right one, and what is said of it."""

    right: bool
    says: str


def by_index(text: str, answers: Sequence[Tree], vocabulary: Vocabulary, setting: Setting) -> ByIndex | None:
    """Compare an answer with any component of one of the right ones; None where it cannot be read as one."""
    found = None
    for answer in answers:
        for indices in _possible(text, answer, vocabulary):
            known = replace(vocabulary, indices={**vocabulary.indices, **indices})
            component = Component(answer, tuple(map(Name, indices)))
            try:
                reading = read_answer(text, known)
                verdict = compare(reading.tree, component, _within(setting, tuple(indices.items())))
            except (ExpressionFault, KeyError):
                continue
            says = f"read as one component of the answer, for any {' and '.join(sorted(indices))}"
            if isinstance(verdict, Equal) and not reading.others:
                return ByIndex(True, says)
            found = ByIndex(False, f"{says}; that component of what is asked is another")
    return found


@lru_cache(maxsize=64)
def _within(setting: Setting, indices: tuple[tuple[str, int], ...]) -> Setting:
    """Return a setting with more indices, the same one each time: it keeps the points that it draws."""
    return replace(setting, indices={**setting.indices, **dict(indices)})


def _possible(text: str, answer: Tree, vocabulary: Vocabulary) -> Iterator[dict[str, int]]:
    """Yield which letters may be the indices of the answer, each with its largest number."""
    below = {letter for found in _BELOW.finditer(text) for letter in found.groups() if letter}
    runs = {letter for found in _RUNS.finditer(text) for letter in found.groups() if letter}
    free = sorted(letter for letter in below - runs if vocabulary.spelled(letter) is None)
    if not 0 < len(free) <= _AXES:
        return
    try:
        shape = shape_of(answer, vocabulary, "")
    except ExpressionFault:
        return
    if len(shape) == len(free):
        yield from (dict(zip(letters, shape, strict=True)) for letters in permutations(free))
