r"""Spellings of an open function's derivative that are no standard: df_3(s), f3_prime(s), df_3/ds|_{s=a}."""

import re
from collections.abc import Callable, Iterator
from unicodedata import normalize

from grader.expressions.notation.plainer.edits import Change, closing, replaced
from grader.expressions.notation.vocabulary import Vocabulary

_PIECES = "[A-Za-z]+|[0-9]+"
_PRIME = r"(?:['’′]|\^\s*\{?\s*(?:\\prime|['’′])\s*\}?)"
_WORD = "(?:prime|dash|strich|deriv|derivative|der)"
_DASH = "'"
_FREE = r"(?<![A-Za-z0-9_\\])"
_D = r"(?:\\partial|∂|d|\\mathrm\s*\{\s*d\s*\}|\\mathrm\s+d)\s*"
_BAR = r"\s*(?:\\right\s*|\\[bB]ig+r?\s*)?(?:\||\\vert(?![A-Za-z]))\s*_\s*"
_AT = r"\{(?:\s*[a-z]\s*=)?((?:[^{}=]|\{[^{}]{0,20}\}){1,60})\}"

_COMPOSED = re.compile(
    r"\(\s?([A-Za-z]\w{0,9})\s?(['’′]?)\s?(?:∘|\\circ(?![A-Za-z]))\s?([A-Za-z]\w{0,9})\s?\)\s?\("
)

_TWICE = r"\s*(?:\^\s*(?:2|\{\s*2\s*\})|²)"
_QUANTITY = r"\\?[A-Za-z][A-Za-z0-9]{0,20}(?:_(?:\{\w{1,20}\}|\w{1,20}))?"
_OF = rf"{_D}(?:{_TWICE[3:]})\s*(?P<of>{_QUANTITY})?\s*"
_BY = rf"{_D}(?P<by>{_QUANTITY})(?:{_TWICE}|\s*{_D}(?P<other>{_QUANTITY}))\s*"
_SECOND = (
    rf"\\[dt]?frac\s*\{{\s*{_OF}\}}\s*\{{\s*{_BY}\}}",
    rf"{_FREE}{_OF}/\s*{_BY}",
)

_DOTTED = (
    rf"\\(?P<order>d{{1,3}})ot\s*(?:\{{\s*(?P<braced>{_QUANTITY})\s*\}}|(?P<bare>(?<=\s)[A-Za-z]|\\[a-z]+))"
)
_DOTS = ("\u0307", "\u0308")
# ẍ and ẋ; letters that German has with two dots are none.
_DOTS_ABOVE = r"([b-np-tv-zα-ω])\u0308|([A-Za-zα-ω])\u0307"

_LINK = re.compile(
    rf"\\[dt]?frac\s?\{{\s?{_D}([A-Za-z]\w{{0,9}})\s?\}}\s?\{{\s?{_D}([A-Za-z]\w{{0,9}})\s?\}}"
    rf"|{_FREE}{_D}([A-Za-z]\w{{0,9}})\s?/\s?{_D}([A-Za-z]\w{{0,9}})"
)

Spelling = tuple[str, Callable[[re.Match[str]], str]]


def own_derivatives(text: str, vocabulary: Vocabulary) -> Iterator[Spelling]:
    """Yield for each open function in a text its derivative's spellings, and what to put in their place."""
    has_bar = "|" in text or r"\vert" in text
    for name in sorted(vocabulary.functions):
        pieces = re.findall(_PIECES, name)
        # A pattern takes a millisecond to be made, a look at the text none.
        if "".join(pieces) != name.replace("_", "") or not all(piece in text for piece in pieces):
            continue
        first, rest = pieces[0], "".join(pieces[1:])
        sub = rf"_?\{{?{rest}\}}?" if rest else ""
        spelled = first + sub
        for pattern in (
            rf"{_FREE}[dD]_?\s?{spelled}(?=\s*\((?:[^()]|\([^()]*\))*\)(?!\s*/\s*[d∂]))",
            rf"{_FREE}(?:D|diff|grad|derivative|deriv)\s*[(\[]\s*{spelled}\s*[)\]](?=\s*[(\[])",
            rf"(?:{_FREE}(?:grad|deriv)\s+|(?:\\nabla|∇)\s*){spelled}(?=\s*[(\[])",
            rf"[({{\[]\s*{spelled}\s*[)}}\]]\s*{_PRIME}(?=\s*(?:\\left\s*)?[(\[])",
            rf"{_FREE}{first}_?{_WORD}{sub}(?=\s*[(\[])",
            rf"{_FREE}{spelled}_?{_WORD}(?=\s*[(\[])",
            rf"\\dot\s*\{{?\s*{first}\s*\}}?\s*{sub}(?=\s*[(\[])",
        ):
            if vocabulary.spelled(f"d{name}") is None:
                yield pattern, _derivative_of(name)
        yield rf"{_FREE}{spelled}\s*\(\s*([A-Za-z]\w{{0,9}})\s*\)\s*(['’′]{{1,4}})", _derivative_behind(name)
        if not has_bar:
            continue
        of, by = rf"{_D}{spelled}", rf"{_D}[a-z]"
        for ratio in (rf"\\[dt]?frac\s*\{{\s*{of}\s*\}}\s*\{{\s*{by}\s*\}}", rf"{_FREE}{of}\s*/\s*{by}"):
            yield rf"(?:\\left\s*\.\s*)?{ratio}{_BAR}{_AT}", _derivative_at(name)


def with_dots_above(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    r"""Read \dot x and \ddot{x} as derivatives by t, of an open function as x' and x''."""

    def put(found: re.Match[str]) -> str:
        of, order = found["braced"] or found["bare"], len(found["order"])
        if vocabulary.spelled(of) in vocabulary.functions:
            primes = "'" * order
            return f" {of}{primes} "
        one = r"\frac{\partial}{\partial t}"
        return f" {one * (order - 1)}\\frac{{\\partial {of}}}{{\\partial t}} "

    if not text.isascii():
        apart = (decomposed if (decomposed := normalize("NFD", c))[1:] in _DOTS else c for c in text)
        text = re.sub(_DOTS_ABOVE, _as_command, "".join(apart))
    return replaced(_DOTTED, put, text, changes) if vocabulary.spelled("t") is not None else text


def _as_command(found: re.Match[str]) -> str:
    return rf" \{'d' * (1 + (found[1] is not None))}ot{{{found[1] or found[2]}}}"


def twice_derived(text: str, vocabulary: Vocabulary, changes: list[Change]) -> str:
    r"""Read \frac{d^2 L}{dw^2} and d²L/dw² as a derivative of a derivative, of an open function f as f''."""

    def put(found: re.Match[str]) -> str:
        of, by = found["of"] or "", found["by"]
        if vocabulary.spelled(of) in vocabulary.functions and not found["other"]:
            return f" {of}''({by}) "
        one = rf"\frac{{\partial}}{{\partial {by}}}"
        return rf" {one}\frac{{\partial {of}}}{{\partial {found['other'] or by}}} "

    for pattern in _SECOND if vocabulary.spelled("d") is None else ():
        text = replaced(pattern, put, text, changes)
    return text


def linked(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield a text in which df/dg dg/dx is f'(g(x)) g'(x): a derivative says of what its function is one."""
    links = {
        above: below for found in _LINK.finditer(text) for above, below in [filter(None, found.groups())]
    }
    if len(links) < 2 or not links.keys() <= vocabulary.functions:
        return

    def whole(name: str, before: tuple[str, ...] = ()) -> str:
        further = name in links and name not in before
        return f"{name}({whole(links[name], (*before, name))})" if further else name

    def put(found: re.Match[str]) -> str:
        above, below = filter(None, found.groups())
        return f" {above}'({whole(below)}) "

    yield _LINK.sub(put, text), "the chain of derivatives says which function is one of which"


def _derivative_at(name: str) -> Callable[[re.Match[str]], str]:
    return lambda found: f" {name}'({found[1]})"


def _derivative_behind(name: str) -> Callable[[re.Match[str]], str]:
    return lambda found: f" {name}{len(found[2]) * _DASH}({found[1]})"


def _derivative_of(name: str) -> Callable[[re.Match[str]], str]:
    return lambda _: f" {name}'"


def evaluated(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    r"""Yield a text in which \frac{df}{ds}(a) is f'(a), and one in which (f \circ g)(x) is f(g(x)).

    By the rules of what stands side by side they are products.
    """
    if "(" not in text or not vocabulary.functions:
        return
    at = text
    for name in vocabulary.functions:
        spelled = re.escape(name).replace("_", r"_?\{?") + (r"\}?" if "_" in name else "")
        of, by = rf"{_D}{spelled}", rf"{_D}[a-z]"
        ratio = rf"\\[dt]?frac\s*\{{\s*{of}\s*\}}\s*\{{\s*{by}\s*\}}"
        at = re.sub(rf"{ratio}\s*(?=(?:\\left\s*)?\()", _derivative_of(name), at)
    if at != text:
        yield at, "a derivative in front of brackets is read as taken there"
    found = _COMPOSED.search(text)
    if found is not None and {found[1], found[3]} <= vocabulary.functions:
        end = closing(text, found.end() - 1)
        inside = text[found.end() : end]
        composed = f"{text[: found.start()]} {found[1]}{found[2]}({found[3]}({inside})){text[end + 1 :]}"
        yield composed, "∘ between two functions is read as one of the other"
