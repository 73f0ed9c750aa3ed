"""Names that are almost the question's: in other case (a_ij of A, too), by a scan, and dL_dw."""

import re
from collections.abc import Iterator

from grader.expressions.notation.plainer.edits import MOST, Change, replaced
from grader.expressions.notation.vocabulary import Vocabulary, normal
from grader.expressions.tokens import MAX_LENGTH

_NAME = r"(?<![A-Za-z0-9_\\])[A-Za-z][A-Za-z0-9]*(?:_\{?[A-Za-z0-9]+\}?)?(?![A-Za-z0-9_(])"
# lambda is a word of Python's own.
_LAMBDA = r"(?<![A-Za-z0-9_\\])(lam|lamb|lamda|lmbda|lambda_)(?![A-Za-z])"
_OMEGA = r"\\omega(?![A-Za-z])|(?<![A-Za-z0-9_\\])omega(?![A-Za-z_])|ω"
_SCANNED = str.maketrans("0O1I", "ooll")
_NUMBERED = re.compile("([A-Za-z])([1-9]{2})")
_BY = r"(?<![A-Za-z0-9_\\])d[A-Za-z]\w*_d[A-Za-z]\w*"
# One index of a matrix X: x_i, \\mathbf{x}_i, X_i, x^{(i)}.
_ONE_INDEX = re.compile(
    r"(?:\\(?:mathbf|boldsymbol|bm|vec|pmb)\s?\{\s?([A-Za-z])\s?\}|(?<![A-Za-z0-9_\\])([A-Za-z]))"
    r"(?:_\s?(?:\{\s?([a-z])\s?\}|([a-z])(?!\w))|\^\s?(?:\{\s?\(([a-z])\)\s?\}|\(([a-z])\)))"
)


def of_rows(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield a text in which x_i and X_i are vectors, of the rows of a matrix X, then of its columns."""
    matrices = {name for name, shape in vocabulary.symbols.items() if len(shape) == 2}
    if len(_ONE_INDEX.findall(text)) > MOST:
        return  # no formula of a person's
    for axis, called in enumerate(("row", "column") if matrices else ()):
        changes: list[Change] = []

        def listed(found: re.Match[str], axis: int = axis) -> str:
            word, index = filter(None, found.groups())
            own = vocabulary.spelled(word)
            name = word.upper() if own is None else own
            if name not in matrices:
                component = vocabulary.shape_of(word) and "^" in found[0]
                return f"{word}_{{{index}}}" if component else found[0]
            others = range(1, vocabulary.symbols[name][1 - axis] + 1)
            places = (f"{index},{other}" if axis == 0 else f"{other},{index}" for other in others)
            return f"[{', '.join(f'{name}_{{{place}}}' for place in places)}]"

        new = replaced(_ONE_INDEX.pattern, listed, text, changes)
        row = next((old for old, put in changes if put[0] == "["), None)
        if row and len(new) <= MAX_LENGTH:
            yield new, f"{row} is read as a {called} of the matrix"


def names(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    """Read w_out and W_0ut as the W_out of the question, if there is no other; and dL_dw as dL/dw."""
    text = replaced(_BY, lambda found: _by(found, vocabulary), text, changes)
    if vocabulary.spelled("w") is not None and not vocabulary.begins("omega"):  # they look alike by hand
        text = replaced(_OMEGA, lambda _: "w ", text, changes)
    if vocabulary.begins("lambda"):
        text = replaced(_LAMBDA, lambda found: _lambda(found, vocabulary), text, changes)
    if text == text.upper() and all(name == name.lower() for name in vocabulary.declared):
        text = text.lower()  # of a calculator or a spreadsheet
    folded: dict[str, set[str]] = {}
    for name in vocabulary.symbols:
        for letters in (normal(name).lower(), _alike(name)):
            folded.setdefault(letters, set()).add(name)

    def spelled(found: re.Match[str]) -> str:
        if vocabulary.spelled(found[0]) is not None or vocabulary.factors(normal(found[0])) is not None:
            return found[0]
        same = folded.get(normal(found[0]).lower()) or folded.get(_alike(found[0]), set())
        if len(same) == 1 and len(normal(found[0])) > 1:
            return min(same)
        base, index = found[0].partition("_")[::2]
        if not index and (numbered := _NUMBERED.fullmatch(base)):  # a11 of A
            base, index = numbered.groups()
        (array,) = same if len(same := folded.get(base.lower(), set())) == 1 else ("",)
        return f"{array}_{index}" if index and vocabulary.shape_of(array) else found[0]

    return replaced(_NAME, spelled, text, changes)


def _lambda(found: re.Match[str], vocabulary: Vocabulary) -> str:
    other = found[1][-1] != "_" and vocabulary.has_meaning(found[1])
    return found[0] if other else "lambda"


def _alike(name: str) -> str:
    """Return a name without its case, and as it is where a scan takes 0 for O or 1 for l."""
    return normal(name).translate(_SCANNED).lower()


def _by(found: re.Match[str], vocabulary: Vocabulary) -> str:
    if vocabulary.spelled(found[0]) is not None:
        return found[0]
    for cut in re.finditer("_d", found[0]):
        above, below = found[0][1 : cut.start()], found[0][cut.end() :]
        if vocabulary.spelled(above) is not None and vocabulary.spelled(below) is not None:
            return f"(∂{above}/∂{below})"
    return found[0]
