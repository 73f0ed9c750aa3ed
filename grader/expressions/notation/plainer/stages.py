r"""The stages that put an answer that cannot be read into plainer words, one after the other.

What people type for a formula comes from programs (`X.T.dot(r)`), from a word processor (`∑▒〖…〗`), or is a
derivative in a spelling of its own (`df_3(s)`, `(f_3)'(s)`, `f3_prime(s)`). Only what is no formula by the
usual rules is looked at here, so nothing that can be read is taken for something else; a name that the
question has keeps its meaning.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from grader.expressions.notation.other_products import with_all_factors
from grader.expressions.notation.plainer.bare_sums import means, with_squared_sums
from grader.expressions.notation.plainer.defined_beside import answer_first, let_behind
from grader.expressions.notation.plainer.dots import without_dots
from grader.expressions.notation.plainer.edits import Change, replaced
from grader.expressions.notation.plainer.from_arrays import from_arrays
from grader.expressions.notation.plainer.from_books import from_books
from grader.expressions.notation.plainer.from_programs import from_programs
from grader.expressions.notation.plainer.names import names, of_rows
from grader.expressions.notation.plainer.other_spellings import (
    other_spellings,
    with_choices,
    with_short_subscripts,
)
from grader.expressions.notation.plainer.own_derivatives import (
    own_derivatives,
    twice_derived,
    with_dots_above,
)
from grader.expressions.notation.plainer.program_text import without_program
from grader.expressions.notation.plainer.prose import formula_in
from grader.expressions.notation.plainer.signs import signs, transposed
from grader.expressions.notation.plainer.time_steps import without_steps
from grader.expressions.notation.plainer.typeset import (
    accents,
    from_word_processor,
    with_commands,
    without_braces,
    without_type,
)
from grader.expressions.notation.plainer.under_sums import under_sums
from grader.expressions.notation.plainer.worded_cases import by_cases, with_usual_environments
from grader.expressions.notation.rewriting import with_gaps, with_rows
from grader.expressions.notation.vocabulary import Vocabulary
from grader.expressions.tokens import MAX_LENGTH

_SHOWN = 3  # changes that are noted one by one
_END_OF_PROOF = re.compile(
    r"(?:\\(?:square|blacksquare|Box|qed)(?![A-Za-z])|[∎□■]|(?<!\w)(?:Q\.E\.D\.?|QED))(?=[\s$.]{0,9}\Z)"
)
# Where a number or a name ends and something begins that is known by how it begins: 2np.exp(x), a\theta(x).
_GLUED = re.compile(
    r"((?<![A-Za-z0-9_.\\^])[0-9]+(?:\.[0-9]+)?(?=[A-Za-z])(?![eE][-+]?[0-9]))"
    r"|(?<=[A-Za-z0-9])(?=\\[A-Za-z]{2})|(?<=[A-Za-ce-z0-9])(?=[α-ωΑ-Ω∇√∛])"
)
# Several words, or nothing, as text.
_PROSE = re.compile(
    r"\\(?:text|textrm|mbox)\s?\{(\s{0,9}|\s?(?:[Ll]et|[Tt]hen)\s?,?\s?|[A-Za-z]{1,30}\s?:\s{0,3}|[^{}\\$]{1,60}\w\s\w[^{}\\$]{1,60})\}"
)
_BOXED = re.compile(r"^\s*\\boxed\s*\{(.*)\}\s*$", re.DOTALL)
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
    for each in with_squared_sums(_without_wide_gaps(text)):
        yield from _in_plainer_words(each, vocabulary)
    for each, note in of_rows(text, vocabulary):
        yield Plainer(each, note)
        for plain in _in_plainer_words(each, vocabulary):
            yield Plainer(plain.text, "; ".join(filter(None, (note, plain.note))))


def _without_wide_gaps(text: str) -> str:
    """Return a text with narrow gaps: patterns look at the blanks before and after what may be left out."""
    return _WIDE_GAP.sub(lambda gap: "\n" if gap[0].splitlines() != [gap[0]] else "  ", text)


def _in_plainer_words(text: str, vocabulary: Vocabulary) -> Iterator[Plainer]:
    changes: list[Change] = []
    usual = _GLUED.sub(lambda found: f"{found[1] or ''} ", _END_OF_PROOF.sub("", text))
    usual = let_behind(_PROSE.sub(r" \1 ", _BOXED.sub(r"\1", usual)))
    usual = without_program(from_arrays(with_commands(usual), vocabulary), vocabulary)
    usual = with_rows(with_gaps(usual, least=3))  # 1,5 may be a number
    program = from_programs(means(accents(usual), vocabulary, changes), vocabulary)
    program = transposed(program, vocabulary, changes)
    if program != text:
        yield Plainer(program, _told(changes))
    changes = []
    stages: tuple[Callable[[str], str], ...] = (
        lambda text: under_sums(with_short_subscripts(text, vocabulary), vocabulary, changes),
        lambda text: formula_in(
            by_cases(with_choices(answer_first(from_word_processor(text)))), vocabulary, changes
        ),
        lambda text: by_cases(with_usual_environments(accents(without_braces(without_type(text))))),
        lambda text: from_books(without_dots(text, vocabulary), vocabulary, changes),
        lambda text: other_spellings(without_steps(text, vocabulary, changes), vocabulary, changes),
        lambda text: signs(from_programs(text, vocabulary), vocabulary, changes),
        lambda text: names(text, vocabulary, changes),
    )
    new = usual
    for stage in stages:
        new = stage(new)
        if len(new) > MAX_LENGTH:  # it has grown beyond what is read
            return
    new = twice_derived(with_dots_above(new, vocabulary, changes), vocabulary, changes)
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
