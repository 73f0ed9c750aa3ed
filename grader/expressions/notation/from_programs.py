"""What programs call by names of their own: `matmul(X.T, r)`, `X.T.dot(r)`, `POWER(s; 2)`, `t(X) %*% r`.

A name with the module that it is from, `np.exp(x)`, is program text and no formula; it stays unread.
"""

import re

from grader.expressions.notation.vocabulary import Vocabulary

_MOST = 20  # calls, in a formula of a person's

_METHODS = (
    (r"\.transpose\(\s*\)|\.t\(\s*\)", "^T"),
    (r"%\*%", " @ "),
    (r"(?<=[\s\w)\]'])\.(?=[*/^])", ""),
    (r"\{([^{}]{1,80})\\choose(?![A-Za-z])([^{}]{1,80})\}", r"\\binom{\1}{\2}"),
)
_DOT = r"\.(?:dot|matmul|mm)\s*\("
_BINOMIALS = ("comb", "choose", "nchoosek", "nCr", "C")
_CALLED = (
    r"(?<![A-Za-z0-9_.\\])(matmul|MMULT|mm|power|POWER|pow|maximum|minimum|multiply|TRANSPOSE|t|"
    rf"{'|'.join(_BINOMIALS)})\("
)
_AS = {"maximum": "max", "minimum": "min", "TRANSPOSE": "transpose", "t": "transpose"}


def from_programs(text: str, vocabulary: Vocabulary) -> str:
    """Read what programs call by names of their own."""
    for pattern, put in _METHODS:
        text = re.sub(pattern, put, text)
    for _ in range(_MOST):
        found = re.search(_DOT, text)
        if found is None:
            break
        start, end = _operand(text, found.start()), closing(text, found.end() - 1, "(", ")")
        left, right = text[start : found.start()], text[found.end() : end]
        text = f"{text[:start]}(({left}) @ ({right})){text[end + 1 :]}"
    place = 0
    for _ in range(_MOST):
        found = re.compile(_CALLED).search(text, place)
        if found is None:
            break
        place = found.end()
        end = closing(text, place - 1, "(", ")")
        if vocabulary.spelled(found[1]) is not None:
            continue
        new = _call(found[1], arguments(text[place:end]))
        if new is not None:
            text = f"{text[: found.start()]}{new}{text[end + 1 :]}"
            place = found.start() + 1
    return text


def _operand(text: str, end: int) -> int:
    """Return where the name or the bracket begins that ends at a place, with a transposition behind it."""
    start = end - 2 if text[:end].endswith((".T", "^T")) else end
    if text[:start].endswith(")"):
        depth = 0
        for place in reversed(range(start)):
            depth += (text[place] == ")") - (text[place] == "(")
            if depth == 0:
                return place
        return 0
    while start and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    return start


def _call(name: str, given: list[str]) -> str | None:
    if name in _AS:
        return f"{_AS[name]}({', '.join(given)})"
    if len(given) != 2:
        return None
    one, other = given
    if name in _BINOMIALS:
        return f"binomial({one}, {other})"
    if name.lower() in ("power", "pow"):
        return f"(({one})^({other}))"
    return f"(({one}) {'*' if name == 'multiply' else '@'} ({other}))"


def arguments(text: str) -> list[str]:
    """Cut at commas, or the semicolons of a spreadsheet, outside brackets."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "([{") - (char in ")]}")
        if char in ",;" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def closing(text: str, start: int, opening: str, closing: str) -> int:
    """Return the place of the bracket that closes the one at a place, or the end of the text."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == opening) - (text[place] == closing)
        if depth == 0:
            return place
    return len(text)
