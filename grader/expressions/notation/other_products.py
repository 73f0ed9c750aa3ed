r"""Other readings of vectors and matrices: A*B, A^2, W^T d · f'(s), (x, y), x'Ax/x'x, a × b, x^{(i)}.

What they mean by the rules of paper stands in `products`. Each of these is tried alone, and only counts
where the answer is right with it: a dot product is a number where a vector is asked for, say.
"""

import re
from collections.abc import Iterator
from itertools import islice

from grader.expressions.notation.plainer.from_arrays import left_divided
from grader.expressions.notation.vocabulary import Vocabulary

_FEW = 3  # dots, of which each is tried
# Products component by component, of which paper shows how far the second factor reaches: f'(s) ⊙ W^T δ.
_TIMES = re.compile(r"(?<![*.^])\*(?!\*)|×|\\times(?![A-Za-z])")
_HADAMARD = re.compile(r"\\odot(?![A-Za-z])|(?<!\^)\\circ(?![A-Za-z])|[∘⊙]")
_SIGN_BY_COMPONENT = re.compile(rf"{_HADAMARD.pattern}|{_TIMES.pattern}")
_BEHIND_FACTORS = frozenset("+-\u2212\u2013=,;&")
_MOST = 20  # signs, in a formula of a person's
# As MATLAB multiplies what is transposed: w'*x.
_TURNED = re.compile(
    r"['’′](?!\s*(?:\\left\s*)?\()|\.T|\^\s*(?:\{\s*(?:\\top|\\mathsf\s*T|T)\s*\}|\\top|T)|ᵀ"
)
_NAME = r"(?<![A-Za-z0-9_\\])[A-Za-z]\w{0,9}"
_TRANSPOSED = (
    r"(?:['’′]|\.T(?!\w)|\^\s?(?:\{\s?(?:\\top|\\mathsf\s?T|T)\s?\}|\\top(?![A-Za-z])|T(?![A-Za-z]))|ᵀ)"
)
_CROSS = re.compile(r"×|\\times(?![A-Za-z])")
_DOT = re.compile(r"·|⋅|\\cdot(?![A-Za-z])")
# With any of these a star is one of a program that multiplies component by component.
_OF_A_PROGRAM = re.compile(r"@|∘|⊙|\\odot|\\circ|\.[*/^]|\b(?:np|numpy|torch|jnp)\.|\.dot\(|multiply")
_SET = r"\\(?:mathbf|boldsymbol|bm|mathrm)\s?\{\s?[A-Za-z]\w{0,9}\s?\}"
_SQUARED = re.compile(rf"({_NAME}|{_SET})\s?(?:\^\s?(?:\{{\s?([23])\s?\}}|([23])(?![0-9.]))|([²³]))")
_COMMUTATOR = re.compile(rf"\[\s?({_NAME})\s?,\s?({_NAME})\s?\]")
_ONE = re.compile(r"(?:\\mathbb\s?\{?\s?1\s?\}?|𝟙)(?!\s?[_\[({\\])|(?<=[·*])\s?1(?=\s?[)\]|]|\Z)")
_BRACED = r"\{[^{}]{0,80}(?:\{[^{}]{0,40}\}[^{}]{0,40}){0,4}\}"
_AFTER_FRACTION = re.compile(rf"(\\[dt]?frac\s?{_BRACED}\s?{_BRACED})\s?(?=[A-Za-z]|\\(?:mathbf|vec|hat))")
_STEP = re.compile(
    r"(?<![A-Za-z\\])([A-Za-z])_(?:\{\s?([a-z])(?:\s?[-+\u2212]\s?1)?\s?\}|([a-z])(?![A-Za-z0-9_]))"
)
_PAIR = re.compile(r"(?<![\w}\])])\(([^(),;]{1,40}),([^(),;]{1,40})\)")
_NUMBERED = re.compile(rf"({_NAME})\s?\^(?:\{{\s?\(\s?([A-Za-z])\s?\)\s?\}}|\(([A-Za-z])\))")
_FORM_BELOW = re.compile(
    rf"/\s?({_NAME}\s?{_TRANSPOSED}(?:\s?[A-Za-z](?![A-Za-z(]))?\s?[A-Za-z](?![\w(]))(?=\s*(?:$|[-+,;=)\]$]))"
)

Other = tuple[str, str]


def other_products(text: str, vocabulary: Vocabulary, written: str, *, misshapen: bool) -> Iterator[Other]:
    """Yield a text with other products in it, each with a note on what was changed.

    `written`: the text before it was put into plainer words, where programs can still be told.
    `misshapen`: what it gives is of another shape than what is asked, as a dot product may be.
    """
    grouped = _FORM_BELOW.sub(r"/(\1)", text)
    if grouped != text:
        yield grouped, "what is written together behind a / is read as one divisor"
    if (3,) in vocabulary.symbols.values() and (crossed := _CROSS.sub("⨯", text)) != text:
        yield crossed, "× between vectors is read as the cross product"
    for found in islice(_DOT.finditer(text), _FEW if misshapen else 0):
        end = _end_of_factors(text, found.end())
        other = f"{text[: found.start()]} ∘ ({text[found.end() : end]}){text[end:]}"
        yield other, f"{found[0]} is read component by component"
    if (fractions := _AFTER_FRACTION.sub(r"\1 ∘ ", text)) != text:
        yield fractions, "what stands behind a fraction of vectors is read component by component"
    if misshapen and (without := _STEP.sub(lambda found: _timeless(found, vocabulary), text)) != text:
        yield without, "a number below a vector is read as the step that it is of"
    wide = with_all_factors(text, _SIGN_BY_COMPONENT)
    if wide != text:
        yield wide, "a product component by component is read to take all that is written behind its sign"
    if _TURNED.search(text) is not None and (turned := _TIMES.sub(" @ ", text)) != text:
        yield turned, "* beside what is transposed is read as the product of matrices"
    if _OF_A_PROGRAM.search(written) is None:
        yield from _of_matrices(text, vocabulary)
    if (numbered := _NUMBERED.sub(lambda found: _component(found, vocabulary), text)) != text:
        yield numbered, "what stands in brackets above a vector is read as the number of a component"
    if (divided := left_divided(text, vocabulary)) != text:
        yield divided, r"\ is read as a division from the left, as programs write it"
    paired = _PAIR.sub(lambda found: _inner(found, vocabulary), text)
    if paired != text:
        yield paired, "two vectors in round brackets are read as their inner product"


def _of_matrices(text: str, vocabulary: Vocabulary) -> Iterator[Other]:
    """Read A*B as the product of matrices, and A^2 as that of A and A."""
    shapes = [vocabulary.shape_of(name) for name in _names(text, vocabulary)]
    if not any(len(shape) == 2 for shape in shapes):
        return
    if (commuted := _COMMUTATOR.sub(lambda found: _commutator(found, vocabulary), text)) != text:
        yield commuted, "two matrices in square brackets are read as their commutator"
    if (identity := _ONE.sub(" I ", text)) != text:
        yield identity, "a 1 beside matrices is read as the identity matrix"
    squared = _SQUARED.sub(lambda found: _multiplied(found, vocabulary), text)
    if squared != text:
        yield squared, "a power of a matrix is read as the product of matrices"
    if (turned := _TIMES.sub(" @ ", squared)) != squared:
        yield turned, "* between matrices is read as their product"


def _multiplied(found: re.Match[str], vocabulary: Vocabulary) -> str:
    shape = vocabulary.shape_of(found[1].partition("{")[2].strip("{} ") or found[1])
    count = 3 if "3" in found.groups() or found[4] == "³" else 2
    return f"({' @ '.join([found[1]] * count)})" if len(shape) == 2 else found[0]


def _timeless(found: re.Match[str], vocabulary: Vocabulary) -> str:
    """Take the t off w_t, where t is a number of the question, and w a vector."""
    name, step = found[1], found[2] or found[3]
    number = vocabulary.symbols.get(vocabulary.spelled(step) or "")
    return f"{name} " if number == () and vocabulary.shape_of(name) else found[0]


def _commutator(found: re.Match[str], vocabulary: Vocabulary) -> str:
    one, other = found.groups()
    matrices = all(len(vocabulary.shape_of(name)) == 2 for name in (one, other))
    return f"({one} {other} - {other} {one})" if matrices else found[0]


def _component(found: re.Match[str], vocabulary: Vocabulary) -> str:
    of_vector = len(vocabulary.shape_of(found[1])) == 1
    return f"{found[1]}_{found[2] or found[3]} " if of_vector else found[0]


def _inner(found: re.Match[str], vocabulary: Vocabulary) -> str:
    vectors = all(
        any(len(vocabulary.shape_of(name)) == 1 for name in _names(side, vocabulary))
        for side in found.groups()
    )
    return rf"\langle {found[1]},{found[2]}\rangle " if vectors else found[0]


def _names(text: str, vocabulary: Vocabulary) -> Iterator[str]:
    for word in re.findall(r"[A-Za-z][A-Za-z0-9_]*", text):
        yield from vocabulary.names_in(word)


def with_all_factors(text: str, signs: re.Pattern[str] = _HADAMARD) -> str:
    """Put brackets around all that is written, without a sign, behind each ⊙."""
    edits = []
    for found in islice(signs.finditer(text), _MOST):
        end = _end_of_factors(text, found.end())
        if text[found.end() : end].strip():
            edits += [(found.end(), "("), (end, ")")]
    for place, bracket in sorted(edits, reverse=True):
        text = f"{text[:place]}{bracket}{text[place:]}"
    return text


def _end_of_factors(text: str, start: int) -> int:
    """Return where a sum, another sign or a bracket ends the factors that begin at a place."""
    depth, before = 0, ""
    for end in range(start, len(text)):
        char = text[end]
        depth += (char in "([{") - (char in ")]}")
        if depth < 0 or (depth == 0 and before not in ("", "^") and _ends_factors(text, end)):
            return end
        before = before if char.isspace() else char
    return len(text)


def _ends_factors(text: str, place: int) -> bool:
    by_sign = text[place] in _BEHIND_FACTORS or text.startswith("\\right", place)
    return by_sign or _SIGN_BY_COMPONENT.match(text, place) is not None
