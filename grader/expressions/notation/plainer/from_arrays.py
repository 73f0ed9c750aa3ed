r"""What programs do with arrays: A \ b, d[:, None] * x, softmax(o, axis=0), np.std(x), pinv(X).

As everything in `plainer` these are looked for only where an answer cannot be read as it stands. Modules are
still there, for np.std divides by n, and torch.std by n - 1.
"""

import re
from collections.abc import Callable

from grader.expressions.notation.plainer.edits import (
    Put,
    arguments,
    closing,
    inside,
    operand,
    put_for_call,
    rewritten,
)
from grader.expressions.notation.vocabulary import Vocabulary

_NEW_AXIS = r"(?:None|(?:np|numpy|jnp)\.newaxis|newaxis)"
_FLAT = r"[0-9]{1,3}|-1"
# A column, which NumPy multiplies with every component of a vector; a row.
_COLUMN = (
    rf"\[\s*:\s*,\s*{_NEW_AXIS}\s*\]",
    rf"\.reshape\(\s*\(?\s*(?:{_FLAT})\s*,\s*1\s*\)?\s*\)",
    r"\.unsqueeze\(\s*-?1\s*\)",
)
_ROW = (
    rf"\[\s*{_NEW_AXIS}\s*(?:,\s*:\s*)?\]",
    rf"\.reshape\(\s*\(?\s*1\s*,\s*(?:{_FLAT})\s*\)?\s*\)",
    r"\.unsqueeze\(\s*0\s*\)",
)
_STANDING = "|".join([*(f"(?P<column{i}>{one})" for i, one in enumerate(_COLUMN)), *_ROW])
_KEEPS = r",\s*keepdims?\s*=\s*(?:True|False)\b"
_METHOD = r"(?<=[\w)\]])\.(sum|mean|softmax)\(\s*(?:(?:axis|dim)\s*=\s*)?(-?[01])\s*\)"
_ALONG = r"(?<![A-Za-z0-9_.\\^])((?:[A-Za-z]\w{0,9}\.){0,3})(sum|mean|softmax|log_softmax)\("
_AXIS = re.compile(r"\s*(?:(?:axis|dim)\s*=\s*)?(-?[01])\s*")
_STATISTIC = r"(?<![\w.\\])(?:np|numpy|jnp)\.(std|var|sinc)\("
_DIVIDED_BY = re.compile(r"\s*ddof\s*=\s*([01])\s*")
_LINALG = r"(?<![A-Za-z0-9_\\])(?:(?:np|numpy)\.linalg\.)?"
_PSEUDO = re.compile(rf"{_LINALG}(?:pinv|PseudoInverse)[(\[]\s*(\w{{1,20}})\s*[)\]]")
_RAISED_PLUS = re.compile(r"(?<![A-Za-z0-9_\\])([A-Za-z]\w{0,9})\s?\^\s?(?:\{\s*\+\s*\}|\+(?=\s))")
_LEAST_SQUARES = re.compile(
    rf"{_LINALG}lstsq\(([^(),]{{1,40}}),([^(),]{{1,40}})(?:,[^(),]{{1,20}})?\)(?:\[0\])?"
)
_LEFT = re.compile(r"(?<=[\w)\]'’])\s{0,3}\\\s?(?=[A-Za-z](?![A-Za-z])|\()")


def from_arrays(text: str, vocabulary: Vocabulary) -> str:
    """Read what programs do with arrays."""
    text = _statistics(text, vocabulary)
    if vocabulary.of_numbers:
        return text
    text = _along_axes(_standing(text, vocabulary), vocabulary)
    text = _LEAST_SQUARES.sub(r"pinv(\1) @ (\2)", text)
    text = _RAISED_PLUS.sub(
        lambda found: f"pinv({found[1]}) " if len(vocabulary.shape_of(found[1])) == 2 else found[0], text
    )
    return _PSEUDO.sub(lambda found: _pseudo_inverse(found, vocabulary), left_divided(text, vocabulary))


def left_divided(text: str, vocabulary: Vocabulary) -> str:
    r"""Read A \ b as MATLAB does: the solution x of A x = b, or of least squares."""
    found = _LEFT.search(text)
    if found is None or len(_LEFT.findall(text)) > 1 or "\\)" in text:
        return text
    start = _product_begins(text, found.start())
    end = _factor_ends(text, found.end())
    # Whoever divides so multiplies matrices with a star.
    left = re.sub(r"(?<![.*])\*(?!\*)", " @ ", text[start : found.start()].strip())
    right = text[found.end() : end]
    shape = vocabulary.shape_of(left)
    inverse = "pinv" if len(set(shape)) > 1 else "inv"
    return f"{text[:start]}({inverse}({left}) @ {right}){text[end:]}" if right else text


def _product_begins(text: str, end: int) -> int:
    """Return where the product begins that ends at a place: behind a sum's sign, an '=' or a bracket."""
    depth = 0
    for place in reversed(range(end)):
        depth += (text[place] in ")]") - (text[place] in "([")
        if depth < 0 or (depth == 0 and text[place] in "+-=,"):
            return place + 1
    return 0


def _factor_ends(text: str, start: int) -> int:
    """Return where one factor ends that begins at a place: a name, or a bracket."""
    if text[start : start + 1] == "(":
        return min(closing(text, start) + 1, len(text))
    found = re.compile(r"[A-Za-z]\w*(?:['’]|\.T(?!\w)|\^T(?!\w))?").match(text, start)
    return found.end() if found else start


def _standing(text: str, vocabulary: Vocabulary) -> str:
    """Read d[:, None] as a column, x[None, :] as a row, each as NumPy multiplies it."""
    for axis, index in (("0", "[None, :]"), ("1", "[:, None]")):
        expanded = rf"(?:np|numpy)\.expand_dims\(([^(),]{{1,40}}),\s*(?:axis\s*=\s*)?{axis}\)"
        text = re.sub(expanded, rf"(\1){index}", text)

    def put(text: str, found: re.Match[str]) -> Put | None:
        start = operand(text, found.start(), vocabulary)
        of = text[start : found.start()]
        if not _has_components(of, found[0], vocabulary):
            return None
        word = "column" if any(found.groupdict().values()) else "transpose"
        return Put(start, f"{word}({of})", found.end())

    return rewritten(text, _STANDING, put)


def _has_components(name: str, standing: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a vector has as many components as .reshape(4, 1) says; not known of more than a name."""
    said = {int(number) for number in re.findall("[0-9]+", standing)} - {0, 1}
    shape = vocabulary.shape_of(name)
    return not said or not shape or said == {*shape}


def _along_axes(text: str, vocabulary: Vocabulary) -> str:
    """Read sum(A, axis=0), o.sum(axis=0), softmax(o, 0)."""

    def put_call(text: str, found: re.Match[str]) -> Put:
        start = operand(text, found.start(), vocabulary)
        return Put(start, f"{found[1]}({text[start : found.start()]}, axis={found[2]})", found.end())

    def put_reduced(text: str, found: re.Match[str]) -> Put | None:
        of = inside(text, found) or ""
        given = arguments(of)
        axis = _AXIS.fullmatch(given[-1]) if len(given) == 2 else None
        new = _reduced(found[1], found[2], given[0], axis[1], vocabulary) if axis else None
        return put_for_call(found, of, new)

    return rewritten(rewritten(re.sub(_KEEPS, "", text), _METHOD, put_call), _ALONG, put_reduced)


def _reduced(module: str, name: str, of: str, axis: str, vocabulary: Vocabulary) -> str | None:
    """Return a call without its axis; None where it is not clear which axis is meant."""
    words = re.findall(r"[A-Za-z]\w*", of)
    axes = max((len(vocabulary.shape_of(word)) for word in words), default=0)
    if axes == 1:
        return f"{module}{name}({of})" if axis != "1" else None
    if axes == 2 and name == "sum":
        return f"{'column_sums' if axis == '0' else 'row_sums'}({of})"
    if axes == 2 and name != "mean":
        return f"{name}({of})" if axis != "0" else f"transpose({name}(transpose({of})))"
    return None


def _statistics(text: str, vocabulary: Vocabulary) -> str:
    """Read np.std(x) and x.std() beside it, divided by n where nothing else is said, np.var(x) and so on."""
    if re.search(r"\b(?:np|numpy|jnp)\.", text):
        text = re.sub(
            r"(?<![\w.])(?!(?:np|numpy|jnp)\.)([A-Za-z]\w{0,9})\.(std|var)\((?=[^()]*\))(?=(\)?))",
            lambda found: f"np.{found[2]}({found[1]}{'' if found[3] else ', '}",
            text,
        )

    def put(text: str, found: re.Match[str]) -> Put | None:
        of = inside(text, found)
        if of is None or re.search(_STATISTIC, of):
            return None  # each is written out with its argument twice: none in another
        return put_for_call(found, of, _STATISTICS[found[1]](arguments(of), vocabulary))

    return rewritten(text, _STATISTIC, put)


def _variance(given: list[str], vocabulary: Vocabulary) -> str | None:
    of, *rest = given
    squares = f"(({of}) - mean({of}))^2"
    if not rest:
        return f"mean({squares})"
    less, shape = _DIVIDED_BY.fullmatch(rest[0]), vocabulary.shape_of(of.strip())
    if len(rest) > 1 or less is None or len(shape) != 1:
        return None
    return f"(sum({squares})/{shape[0] - int(less[1])})"


def _deviation(given: list[str], vocabulary: Vocabulary) -> str | None:
    variance = _variance(given, vocabulary)
    return f"sqrt({variance})" if variance else None


def _sinc(given: list[str], _: Vocabulary) -> str | None:
    return f"(sin(pi*({given[0]}))/(pi*({given[0]})))" if len(given) == 1 else None


_STATISTICS: dict[str, Callable[[list[str], Vocabulary], str | None]] = {
    "var": _variance,
    "std": _deviation,
    "sinc": _sinc,
}


def _pseudo_inverse(found: re.Match[str], vocabulary: Vocabulary) -> str:
    """Write the pseudo-inverse of a matrix of full rank out."""
    name, shape = found[1], vocabulary.shape_of(found[1])
    if len(shape) != 2:
        return found[0]
    tall = f"(inv({name}^T @ {name}) @ {name}^T)"
    return tall if shape[0] >= shape[1] else f"({name}^T @ inv({name} @ {name}^T))"
