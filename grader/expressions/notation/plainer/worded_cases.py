r"""Cases as they are typed: {a, i = j; b, i ≠ j}, 'a if i = j, b otherwise', 'if x > 0 then a else b'."""

import re
from collections.abc import Iterator

from grader.expressions.notation.plainer.edits import cut_outside

_LONGEST = 600  # characters
_IF = r"(?:[Ii]f|[Ff]or|[Ww]hen|[Ff]alls|[Ff]ür|[Ww]enn|[Pp]our|[Ss]i)"
_ELSE = r"(?:[Ee]lse|[Oo]therwise|[Ss]onst|[Ss]inon)"
_COMPARED = r"[=<>≤≥≠]|\\(?:[lg]eq?|neq?|[lg]t)(?![A-Za-z])"
_SEVERAL = rf"\b{_IF}\b|\b{_ELSE}\b|\\text|;|\)\s*,|^\s*(?:[^{{}}]*=\s*)?(?:\\left\s*)?\\?\{{"
_BRACED = r"^(?P<left>[^{}<>]*=)?\s*\\?\{(?P<rows>(?s:.)*?)(?:\\?\}|\\right\s*\.)?\s*$"
_GAPS = r"\\(?:text|textrm|mathrm)\s*\{([^{}]*)\}|\\[,;:!]|\\q?quad(?![A-Za-z])|\\left(?=\s*\\\{)"
_FIRST = rf"^(?:{_ELSE}\s+)?{_IF}\s+(?P<if>.+?)\s*(?:\bthen\b|\bdann\b|:|,)\s*(?P<of>.+)$"
_LAST = rf"^(?:{_ELSE}\s+|and\s+)?(?P<of>.+?),?\s+{_IF}\s+(?P<if>.+)$"
_REST = (rf"^{_ELSE}\b[\s:,]*(?P<of>.+)$", rf"^(?P<of>.+?)\s*,?\s*\b{_ELSE}$")
_IN_BRACKETS = rf"^(?P<of>.+?)\s*,?\s*\((?P<if>[^()=<>≤≥≠\\]+(?:{_COMPARED})=?[^()=<>≤≥≠\\]+)\)$"
_BEHIND = rf"^(?P<of>.+)(?:,|\s)\s*(?P<if>[^\s,=<>≤≥≠]+\s*(?:{_COMPARED})=?[^,]*)$"
_OTHER_CASES = (
    (r"(?<=\{)\s*,?\s*(?:für|wenn|si|pour)\s*\}", r"if}"),
    (r"(?<=\{)\s*,?\s*(?:sinon|en otro caso|ansonsten)\s*\}", r"otherwise}"),
    (
        r"\\left\s*\\(?:\{|lbrace)\s*\\begin\s*\{(?:array\}\s*\{[^{}]*|matrix|aligned)\}",
        r"\begin{cases}",
    ),
    (r"\\end\s*\{(?:array|matrix|aligned)\}\s*\\right\s*\.", r"\end{cases}"),
    (
        r"(?:\\left\s*)?(?:\||\\l?vert(?![A-Za-z]))\s*\\begin\s*\{array\}\s*\{[^{}]*\}",
        r"\begin{vmatrix}",
    ),
    (r"\\end\s*\{array\}\s*(?:\\right\s*)?(?:\||\\r?vert(?![A-Za-z]))", r"\end{vmatrix}"),
    (r"\\(begin|end)\s*\{dcases\}", r"\\\1{cases}"),
    (r"(?:\\left\s*)?[\[(]\s*\\begin\s*\{array\}\s*\{[^{}]*\}", r"\begin{pmatrix}"),
    (r"\\end\s*\{array\}\s*(?:\\right\s*)?[\])]", r"\end{pmatrix}"),
)


def by_cases(text: str) -> str:
    """Put cases into an environment of LaTeX; the text as it is where they are not all understood."""
    if (
        len(text) > _LONGEST
        or "\\begin" in text
        or not (re.search(_SEVERAL, text) and re.search(_COMPARED, text))
    ):
        return text
    plain = re.sub(_GAPS, lambda found: f" {found[1] or ''} ", text)
    braced = re.match(_BRACED, plain)
    left, inside = (braced["left"] or "", braced["rows"]) if braced else ("", plain)
    parts = [part.strip(" \t.") for part in _parts(inside) if part.strip(" \t.")]
    rows = list(map(_row, _together(parts)))
    if len(rows) < 2 or not all(rows) or "\\text{otherwise}" in "".join(filter(None, rows[:-1])):
        return text
    return f"{left}\\begin{{cases}} " + " \\\\ ".join(filter(None, rows)) + " \\end{cases}"


def _row(part: str) -> str | None:
    """Return a case, the formula before its condition; None where it is none."""
    for pattern in _REST:
        if (found := re.match(pattern, part)) is not None and re.search(rf"\b{_IF}\b", part) is None:
            return f"{found['of']} & \\text{{otherwise}}"
    for pattern in (_FIRST, _LAST, _IN_BRACKETS, _BEHIND):
        found = re.match(pattern, part)
        if found and re.search(_COMPARED, found["if"]) and _is_whole(found["of"]) and _is_whole(found["if"]):
            return f"{found['of'].rstrip(', ')} & {found['if'].strip(', ')}"
    return None


def _is_whole(text: str) -> bool:
    return all(text.count(opening) == text.count(closing) for opening, closing in ("()", "[]", "{}"))


def _together(parts: list[str]) -> list[str]:
    """Return the cases; where each is cut at the comma in front of its condition, put together again."""
    compared = [re.search(_COMPARED, part) is not None for part in parts]
    if len(parts) > 2 and len(parts) % 2 == 0 and compared == [False, True] * (len(parts) // 2):
        return [f"{of}, {condition}" for of, condition in zip(parts[::2], parts[1::2], strict=True)]
    return parts


def _parts(text: str) -> Iterator[str]:
    """Yield what stands between the ends of lines, semicolons, or commas; and what stands around 'else'."""
    lines = cut_outside(text, rf"\n|\\\\|;|\.\s+(?=(?:{_IF}|{_ELSE})\b)")
    for line in lines if len(lines) > 1 else cut_outside(text, ","):
        yield from cut_outside(line, rf"[\s,](?=else\s+\S)|\s(?:and|und)\s(?=\S{{1,20}}\s+{_ELSE}$)")


def with_usual_environments(text: str) -> str:
    """Read arrays behind one brace, and dcases, for cases; arrays in brackets for matrices."""
    for pattern, put in _OTHER_CASES:
        text = re.sub(pattern, put if "\\1" in put else put.replace("\\", "\\\\"), text)
    return text
