"""Says in plain words why a text is not JSON, with a hint for what people commonly get wrong by hand."""

import re
from json import JSONDecodeError

from grader.exchange.findings.wording import is_utf_16, other_kind
from grader.schemas.wording import quoted

_LOOK_AHEAD = 40

# How the parser's messages begin -> what it expected. Their wording differs a little between Pythons.
_EXPECTED = (
    ("Expecting property name", "a key in double quotes"),
    ("Expecting ':'", "a colon"),
    ("Expecting ','", "a comma or a closing bracket"),
    ("Extra data", "nothing more after the object"),
    ("Unterminated string", "a closing double quote for the text that begins here"),
    ("Invalid control character", "a text without bare line breaks, tabs or other control characters"),
    ("Invalid \\uXXXX", "four hexadecimal digits after \\u"),
    ("Invalid \\escape", "a backslash with a letter that JSON knows"),
    ("Illegal trailing comma", "an entry after the comma"),
)

# (how the text before the place ends, how the text at the place begins, what probably happened)
_HINTS = tuple(
    (re.compile(rf"(?:{before})\Z"), re.compile(after), hint)
    for before, after, hint in (
        (r"", r",\s*[}\]]", "no comma stands after the last entry"),
        (r",", r"[}\]]", "no comma stands after the last entry"),
        (r"", r"//|/\*|#", "JSON has no comments, take this one out"),
        (r"", r"['`´‘’‚“”„«»]", 'keys and texts stand in straight double quotes, as in "answer"'),
        (r"", r"True\b|False\b|None\b", "JSON writes true, false and null"),
        (r"", r"\\[^u]", r"in JSON a backslash is written twice, as in \\delta"),
        (r"[^\d.]-?0", r"\d", "a number has no leading zeros, a student number stands in quotes"),
        (r"\d,", r"\d", "a number is written with a point, as in 0.5"),
        (r"", r"[+-]?\.\d|\+\d", "a number is written with a digit first and without a plus, as in 0.5"),
        (r"\d", r"\.", "a number has a digit after its point, as in 1.0"),
        (r"", r"\0", "zero bytes, as in UTF-16; save the file as UTF-8 again"),
        (r"", r"\n|\r|\t", r"a line break in a text is written \n, a tab \t"),
        (r"", r"(?i:<!DOCTYPE html|<html)", "open the page in a browser, and hand in the file that it saves"),
        (r"\}", r"\{", "several submissions go into a .jsonl file, one on each line"),
        (r"\}", r"[}\]]", "there is a closing bracket too many"),
    )
)


def wrong_syntax(error: JSONDecodeError, first_line: int) -> str:
    """Name line and column of a fault in JSON, what was expected there and what was found.

    `first_line` is the number of the text's first line in its file.
    """
    place = f"Line {first_line + error.lineno - 1}, column {error.colno}"
    expected = next((words for start, words in _EXPECTED if error.msg.startswith(start)), "a value")
    return f"{place}: {expected} was expected, found {_found(error)}."


def _found(error: JSONDecodeError) -> str:
    """Say what stands at the place, with a hint where the cause is a common one."""
    ahead = error.doc[error.pos : error.pos + _LOOK_AHEAD]
    if not ahead.strip() or error.msg.startswith("Unterminated"):
        return "the end; it looks cut off"
    before = error.doc[: error.pos].rstrip()[-8:]
    hint = next((hint for end, start, hint in _HINTS if end.search(before) and start.match(ahead)), "")
    return f"{quoted(ahead.strip())}; {hint}" if hint else quoted(ahead.strip())


def not_utf8(error: UnicodeDecodeError) -> str:
    """Name the byte that cannot stand in UTF-8, or in the UTF-16 that a file began as, and its offset."""
    if error.encoding.startswith("utf-16"):
        found = f"UTF-16 that is damaged or cut off at offset {error.start}"
    else:
        found = other_kind(error.object, text=False)
    if found:
        return f"Text saved as UTF-8 was expected, found {found}."
    byte = f"byte 0x{error.object[error.start]:02x} at offset {error.start}"
    hint = "; it looks like UTF-16" if is_utf_16(error.object) else ""
    return f"Text saved as UTF-8 was expected, found some that is not UTF-8: {byte}{hint}."
