r"""Spellings of an open function's derivative that are no standard: df_3(s), f3_prime(s), df_3/ds|_{s=a}."""

import re
from collections.abc import Callable, Iterator

from grader.expressions.notation.vocabulary import Vocabulary

_PIECES = "[A-Za-z]+|[0-9]+"
_PRIME = r"(?:['’′]|\^\s*\{?\s*(?:\\prime|['’′])\s*\}?)"
_WORD = "(?:prime|dash|strich|deriv|derivative|der)"
_FREE = r"(?<![A-Za-z0-9_\\])"
_D = r"(?:\\partial|∂|d|\\mathrm\s*\{\s*d\s*\}|\\mathrm\s+d)\s*"
_BAR = r"\s*(?:\\right\s*|\\[bB]ig+r?\s*)?(?:\||\\vert(?![A-Za-z]))\s*_\s*"
_AT = r"\{(?:\s*[a-z]\s*=)?((?:[^{}=]|\{[^{}]{0,20}\}){1,60})\}"

Spelling = tuple[str, Callable[[re.Match[str]], str]]


def own_derivatives(vocabulary: Vocabulary) -> Iterator[Spelling]:
    """Yield for each open function its derivative's spellings, and what to put in their place."""
    for name in sorted(vocabulary.functions):
        pieces = re.findall(_PIECES, name)
        if "".join(pieces) != name.replace("_", ""):
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
        of, by = rf"{_D}{spelled}", rf"{_D}[a-z]"
        for ratio in (rf"\\[dt]?frac\s*\{{\s*{of}\s*\}}\s*\{{\s*{by}\s*\}}", rf"{_FREE}{of}\s*/\s*{by}"):
            yield rf"(?:\\left\s*\.\s*)?{ratio}{_BAR}{_AT}", _derivative_at(name)


def _derivative_at(name: str) -> Callable[[re.Match[str]], str]:
    return lambda found: f" {name}'({found[1]})"


def _derivative_of(name: str) -> Callable[[re.Match[str]], str]:
    return lambda _: f" {name}'"
