"""Text that others wrote, made harmless for the place where it is shown.

A student's id, file name, labels and answers travel into terminals, Markdown, spreadsheets and file names.
Each of these gives some characters a power (to move the cursor, make a link, start a formula, leave a
folder); here that power is taken away, while a person can still read what was written.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from grader.schemas.cells import in_a_cell

_MOST_MARKS = 3  # Vietnamese and Hebrew need two or three on one letter; a "Zalgo" text has dozens
_STACKING = {"Mn", "Me"}  # the marks that are drawn over or under the character before them
_BLANK_LETTERS = set("\u115f\u1160\u3164\uffa0")  # letters by category, nothing on the screen

# Latin letters, dashes, quotes, arrows and operators: assigned, drawn, and none of them combining.
_HARMLESS = re.compile(r"[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u22ff]*")


def visible(text: str) -> str:
    r"""Return `text` as one line in which nothing is hidden: an ESC is shown as `\x1b`.

    What `str.isprintable` denies is written as Python would escape it: control characters, line ends,
    bidi overrides, zero-width characters, lone surrogates, private and unassigned code points.
    """
    if _HARMLESS.fullmatch(text):
        return text
    return "".join(map(_shown, _without_stacks(text)))


def _shown(char: str) -> str:
    if char.isprintable() and char not in _BLANK_LETTERS:
        return char
    return char.encode("unicode_escape").decode("ascii")


def _without_stacks(text: str) -> Iterator[str]:
    """Yield the characters of `text` without marks that would reach into the lines above and below."""
    height = 0
    for char in text:
        height = height + 1 if unicodedata.category(char) in _STACKING else 0
        if height <= _MOST_MARKS:
            yield char


# Each alternative begins with a character of its own, so that a search looks closely at nothing else.
_MARKDOWN = re.compile(
    r"""
      & | < | > | \$                               # entities, tags, maths
    | \\ | ` | \* | \[ | \] | \| | ~ | \#         # escapes, code, emphasis, links, cells, headings
    | _(?: (?<![A-Za-z0-9]_) | (?![A-Za-z0-9]) )  # emphasis; within a name (x_new) it is only an underscore
    | \((?<=\]\()                                 # what would be a link's address
    | :(?=//) | \.(?<=[wW]{3}\.) | @(?: (?<!\ @) | (?!\ ) )  # addresses that become links by themselves
    """,
    re.VERBOSE,
)
_BLOCK_START = re.compile(r"^(\d*)([-+=.)])(?=[-+= ]|$)")  # lists, rules, underlined headings

# A backslash before these would not do: `\<` is still a tag to what reads the file as HTML, and `\$` is found
# by programs that look for maths before they look for Markdown.
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"}


@lru_cache(maxsize=4096)  # a class has most of its sentences in common
def markdown(text: str) -> str:
    """Return `text` visible and without meaning in Markdown, anywhere in a line, or in HTML made from it."""
    inline = _MARKDOWN.sub(_without_meaning, visible(text).strip())
    return _BLOCK_START.sub(r"\1\\\2", inline) if _BLOCK_START.match(inline) else inline


def _without_meaning(found: re.Match[str]) -> str:
    char = found[0]
    if char == "\\":
        # `\\(` and `\\[` are maths in notebooks; before a letter, `\\frac` is the readable way.
        return "\\\\" if found.string[found.end() :][:1].isalnum() else "&#92;"
    return _ENTITIES.get(char) or "\\" + char


def csv_cell(text: str) -> str:
    """Return `text` visible and never a formula, for cells of text; numbers are not for this function."""
    return in_a_cell(visible(text))


_PLAIN_STEM = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_.-]+")
_OURS = {"index", "results", "grades"}
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")  # on Windows, whatever follows the dot
_LONGEST_SLUG = 40
_HASH_LENGTHS = (8, 16, 64)


def file_stem(student: str, taken: Mapping[str, str]) -> str:
    """Return a name for the files of `student`: the id itself where it is safe, else a slug and a hash.

    `taken` maps the case-folded stems of the others to their ids, since `Bob.md` and `bob.md` are one file
    on many systems; the caller adds `stem.casefold()` to it.
    """
    return next(stem for stem in _stems(student) if taken.get(stem.casefold(), student) == student)


def _stems(student: str) -> Iterator[str]:
    """Yield the stems to try; the last is longer than any plain id, so nobody can have it as an id."""
    if _PLAIN_STEM.fullmatch(student) and not is_reserved(student):
        yield student
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()
    slug = _slug(student)
    if is_reserved(slug):  # what follows the dot of `con.txt` makes it no other device
        slug = f"student-{slug}"
    for length in _HASH_LENGTHS:
        yield f"{slug}-{digest[:length]}"


def is_reserved(stem: str) -> bool:
    """Tell whether a file's name, without its ending, is one of our own or that of a device."""
    folded = stem.casefold()
    return folded in _OURS or bool(_DEVICES.fullmatch(folded))


def _slug(student: str) -> str:
    """Return an id without accents, separators and all other characters that are not plain."""
    letters = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode("ascii")
    return _NOT_PLAIN.sub("-", letters).strip("-._")[:_LONGEST_SLUG] or "student"
