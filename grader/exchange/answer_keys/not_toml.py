"""Says in plain words why a text is not TOML, with a hint for what people commonly get wrong by hand."""

import re

from grader.schemas.places import picture, where

_AT = re.compile(r" ?\(at (?:line (\d+), column (\d+)|end of document)\)$")
_WORD = re.compile(r"\w[\w.]*|\S")
_HEADER = re.compile(r"^[ \t]*\[+[ \t]*([^\[\]\n#]+?)[ \t]*\]", re.MULTILINE)
_ENTRY = re.compile(r"^[ \t]*([^=\n#\[]+?)[ \t]*=", re.MULTILINE)
_TOKEN = re.compile(
    r'#[^\n]*|"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|"""|\'\'\'|[\[\]{}"\']',
    re.DOTALL,
)
_OF_LISTS = ("question", "question.part")

# How the parser's messages begin -> what it expected.
_EXPECTED = (
    ("Invalid value", "a number, a text in quotes, true or false, a list or a table"),
    ("Expected newline or end", "the end of the line"),
    ("Illegal character '\\n'", "a closing quote before the end of the line"),
    ("Illegal character", "a text without control characters"),
    ("Unescaped '\\'", "a backslash with a letter that TOML knows"),
    ("Unterminated string", "a closing quote for the text that begins here"),
    ('Expected "\'"', "a closing quote for the text that begins here"),
    ("Expected '=' after a key", "a = after the name"),
    ("Invalid statement", "a name, as in points = 8, or a header, as in [[question]]"),
    ("Expected ']]'", "]] to close the header"),
    ("Expected ']'", "] to close the header"),
    ("Unclosed array", "a comma or ] for the list"),
    ("Unclosed inline table", "a comma or } for the table"),
    ("Invalid initial character for a key", "a name"),
)

_QUOTES = "“”„‟‘’‚‛«»`´"
# (how the text before the place ends, how the text at the place begins, what probably happened)
_HINTS = (
    (r"", rf"[{_QUOTES}]", 'a text stands in straight quotes, as in "trace"'),
    (r"", rf".*[{_QUOTES}]", 'the quotes around a text are straight ones, as in "trace"'),
    (r"", r"True\b|False\b", "TOML writes true and false"),
    (r"", r"(?:null|None|nil)\b", "an entry that has no value is left out"),
    (r"=[ \t]*", r"[A-Za-z]", 'a text stands in quotes, as in "trace"'),
    (r"[^.\d]\d+", r",[ ]?\d", "a number is written with a point, as in 0.5"),
    (r"\d[ \t]*", r"/", "a fraction is written out, as in 0.5; only equations are worked"),
    (r"^[^={\[]*=[^={\[]*[ \t]", r"[\w.-]+[ \t]*=", "every entry has a line of its own"),
    (r"\d[ \t]*", r"%", "a number stands without its unit; 1 % is 0.01"),
    (r"\d[ \t]*", r"[^\W\d]|[°€$£]", "a number stands without its unit"),
    (r"[\s=\[,]-?0", r"\d", "a number has no zeros before it"),
    (
        r"\d[ \t]+",
        r"\d",
        "a number is written without blanks; numbers of a list have commas between them",
    ),
    (r"", r"\.\d", "a number is written with a digit before the point, as in 0.5"),
    (r"\d", r"\.", "a number is written with a digit after the point, as in 1.0"),
    (r"", r"[−–]", "a minus sign is the plain -"),
    (r"", r":", "TOML writes = between name and value"),
    (r"=", r"=", "one = is enough"),
    (r"", r";", "nothing stands at the end of a line"),
    (r"", r"//|/\*", "a comment begins with #"),
    (r"", r"\(", "a list stands in square brackets"),
    (r"", r"[^\W\d]*[^\x00-\x7f]", "a name has only the letters a to z, digits and _"),
    (r",\s*", r"\}", "no comma stands after the last entry of a table"),
    (r"[{,][^}\n]*", r"\n", "a table in { } stands on one line"),
    (r"", r"\[\[?[A-Za-z]", "is a bracket missing above?"),
    (r"^|[^\[]", r"\]", "there is a bracket too many"),
)


def wrong_syntax(message: str, text: str) -> str:
    """Return the place of a fault, what was expected there and what was found, and a picture of the line.

    `message` is the parser's.
    """
    found = _AT.search(message)
    reason = message[: found.start()] if found else message
    offset = _offset(text, found) if found else len(text)
    if reason.startswith(("Cannot declare", "Cannot overwrite", "Cannot mutate")):
        start, end, said = _twice(text, offset)
    else:
        start, end, said = _place(reason, text, offset)
    return f"{where(text, start)}: not TOML: {said}{picture(text, start, end)}"


def _offset(text: str, found: re.Match[str]) -> int:
    if found[1] is None:
        return len(text)
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: int(found[1]) - 1]) + int(found[2]) - 1


def _place(reason: str, text: str, offset: int) -> tuple[int, int, str]:
    """Return where a fault begins and ends, and the sentence about it."""
    expected = next((words for start, words in _EXPECTED if reason.startswith(start)), "")
    if not expected:
        return offset, offset + 1, reason[:1].lower() + reason[1:]
    if reason.startswith("Unescaped"):
        offset = text.rfind("\\", 0, offset)
        hint = 'between "…" it is written twice, and between single quotes it is left as it is'
        return offset, offset + 2, f"expected {expected}, found {text[offset : offset + 2]}; {hint}"
    if reason.startswith("Expected '='") and (begun := re.search(r"\w+\Z", text[:offset])):
        offset = begun.start() if text[offset : offset + 1].isalpha() else offset
    opening = _opening(text[:offset])
    if opening is not None and reason.startswith("Unclosed"):
        expected += f" that begins at {where(text, opening)}"
    if offset >= len(text):
        # Nothing is left to point at but what was never closed.
        start = len(text.rstrip("\n")) if opening is None else opening
        return start, start + 1, f"expected {expected}, found the end of the file"
    ahead = text[offset : offset + 80]
    word = _WORD.match(ahead)
    shown = f"{word[0]!r}" if word else "the end of the line" if ahead[0] == "\n" else f"{ahead[0]!r}"
    if reason.startswith("Illegal character '\\n'"):
        before, ahead = "", text[text.rfind("\n", 0, offset) + 1 : offset]
    else:
        before = text[text.rfind("\n", 0, offset) + 1 : offset]
    hint = _hint(before, ahead, reason)
    return offset, offset + (len(word[0]) if word else 1), f"expected {expected}, found {shown}{hint}"


def _hint(before: str, ahead: str, reason: str) -> str:
    if reason.startswith("Expected ']"):
        return ""
    hints = _HINTS[1:2] if reason.startswith("Illegal character") else _HINTS[:1] + _HINTS[2:]
    for end, start, hint in hints:
        if re.search(rf"(?:{end})\Z", before) and re.match(start, ahead):
            return f"; {hint}"
    return ""


def _opening(text: str) -> int | None:
    """Return the place of the innermost bracket or quote that is not closed, if there is one."""
    waiting: list[int] = []
    for token in _TOKEN.finditer(text):
        if token[0] in ('"', "'", '"""', "'''"):
            return token.start()
        if token[0] in ("[", "{"):
            waiting.append(token.start())
        elif token[0] in ("]", "}") and waiting:
            waiting.pop()
    return waiting[-1] if waiting else None


def _twice(text: str, offset: int) -> tuple[int, int, str]:
    """Say what stands twice, and where it stands first."""
    start = text.rfind("\n", 0, len(text[:offset].rstrip())) + 1
    header = _HEADER.match(text, start)
    pattern = _HEADER if header else _ENTRY
    found = header or _ENTRY.match(text, start)
    if not found:  # the value of the second one runs over several lines
        return offset - 1, offset, "the name of this value is given twice"
    above = [each for each in pattern.finditer(text, 0, start) if each[1] == found[1]]
    name = f"[{found[1]}]" if header else found[1]
    first = f"; the first is at {where(text, above[-1].start(1))}" if above else ""
    hint = f"; write [[{found[1]}]], in two brackets, above each" if header and found[1] in _OF_LISTS else ""
    return found.start(1), found.end(1), f"{name} stands twice{first}{hint}"
