"""From the text of a printout to its items: labels with numbers, one column of the page after the other."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from grader.exchange.printout.characters import Tell, read_row

_LABEL = re.compile(r"(?<!\S)([-—–]*+)\s?(_?[^\W\d_][\w.'’]{0,49}+)\s?[:;](?=\s|[-\[\d]|$)")
_EQUATED = re.compile(_LABEL.pattern.replace("[:;]", "[:;=]"))
_SET_IN_TYPE = re.compile(
    r"\\(?:math[a-z]{1,4}|text[a-z]{0,2}|bm|boldsymbol|left|right)(?![a-zA-Z])|\\(?:begin|end)\{\w{1,20}\}"
)
_NAME_AND_NAME = re.compile(r"(\\[A-Za-z]{1,20}|[Δ∆])\s(?=[A-Za-z])")  # \Delta w is one name
_MARKS = dict.fromkeys(map(ord, "$`{}\\"))
_EQUAL = re.compile(r"[=≈→](?=\s*[-+−\[(.\d])")
_CALCULATION = re.compile(rf"[^\[\],;]*{_EQUAL.pattern}")
# Words with whole numbers and nothing else: '=== Iteration 1 ===', 'Iteration 1, sample 2'.
_HEADING = re.compile(r"[\W_]*(?:[^\W\d_]{2,30}\s?[:=#]?\s?\d{1,4}(?![\d.])[^\w.]{0,3}){1,4}[\W_]*")
_WORD_AND_NUMBER = re.compile(r"([^\W\d_]{2,30})\s?[:=#]?\s?(\d{1,4})")
# A row of numbers without a label: digits, and what a scanner takes digits, signs and brackets for.
_ROW = re.compile(
    r"(?=.*\d)[\s\d.,+\-~|!\[\](){}⌈⌉⌊⌋\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}\N{HYPHEN}"
    r"\N{GREEK CAPITAL LETTER GAMMA}OoDQUlIiZzSsGbTBgqAeE]+"
)
_TELLS = re.compile(r"[\d:;=]")  # a line without any of these is none of a printout
_NEXT_COLUMN = re.compile(r"(?<=\])\s{2,}(?=\[)")
_LONGEST = 4000  # characters of a line
_MOST_LINES = 10_000  # blank ones too
_MOST_CHARACTERS = 400_000
_MOST_PIECES = 6_000  # labels and rows of numbers
_APART = 12  # characters between the beginnings of two columns, at least


@dataclass(slots=True)
class Item:
    """A label and its numbers, row by row; it begins in a `line`.

    `words` is the text after the label. An item is `closed` by the brackets of a matrix: no row can follow.
    """

    line: int
    label: str
    words: str
    rows: list[list[str]] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    closed: bool = False

    @property
    def numbers(self) -> list[str]:
        """All numbers, row after row."""
        return [number for row in self.rows for number in row]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a line: from one label to the next, or a row of numbers that continues what was before.

    A `heading` has no colon.
    """

    line: int
    at: int
    label: str
    text: str
    heading: bool = False


def read_chunks(text: str, *, equated: bool = False) -> tuple[list[Chunk], bool]:
    """Return the pieces of a text that may be a printout, up to a bound, and whether these are all.

    `equated` labels may also end with '='. This is quick; reading the numbers in the pieces is not.
    """
    most = _MOST_CHARACTERS // 2 if equated else _MOST_CHARACTERS  # which takes twice the time
    *lines, rest = text[:most].split("\n", _MOST_LINES)
    if len(lines) < _MOST_LINES:
        lines, rest = [*lines, rest], text[most:]
    ends = _EQUATED if equated else _LABEL
    telling = ((number, line) for number, line in enumerate(lines, 1) if _TELLS.search(line))
    each = (chunk for number, line in telling for chunk in _chunks(number, line, ends))
    return list(islice(each, _MOST_PIECES)), not rest.strip() and next(each, None) is None


def without_markup(text: str) -> str:
    """Return a text without the marks of Markdown and TeX around its names and numbers."""
    text = _NAME_AND_NAME.sub(r"\1_", _SET_IN_TYPE.sub("", text))
    return text.replace("≈", "=").replace("&", " ").translate(_MARKS).replace("**", "")


def read_items(chunks: Sequence[Chunk]) -> list[Item]:
    """Return the items of a printout, one column of the page after the other."""
    starts = _columns(chunks)
    columns: list[list[Chunk]] = [[] for _ in starts]
    for chunk in chunks:
        number = bisect_right(starts, chunk.at + _APART // 2) - 1  # the starts rise
        columns[max(0, number)].append(chunk)
    return [item for own in columns for item in _items(own)]


def _items(chunks: list[Chunk]) -> list[Item]:
    items: list[Item] = []
    for chunk in chunks:
        if chunk.label or not items or items[-1].closed:
            items.append(Item(chunk.line, chunk.label, chunk.text.strip()))
        item = items[-1]
        row = read_row(chunk.text, _teller(item, chunk.line))
        if row:
            item.rows.append(row)
            item.closed = chunk.text.replace(" ", "").rstrip(")").endswith("]]")
    return items


def _teller(item: Item, line: int) -> Tell:
    return lambda guess: item.guesses.append(f"line {line}: {guess}")


def _chunks(number: int, line: str, label: re.Pattern[str]) -> Iterator[Chunk]:
    if len(line) > _LONGEST:
        return
    if (headings := headings_in(line)) is not None:
        # Headings belong to one column, whatever lines with several labels say of columns.
        at = len(line) - len(line.lstrip())
        yield from (Chunk(number, at, word, told, heading=True) for word, told in headings)
        return
    found: list[re.Match[str]] = []
    for match in label.finditer(line):
        if label is _LABEL or not found or not _goes_on(line[found[-1].end() : match.start()]):
            found.append(match)
    before = line[: found[0].start()] if found else line
    if before.strip() and _ROW.fullmatch(before):
        at = len(before) - len(before.lstrip())
        for piece in _NEXT_COLUMN.split(before):
            yield Chunk(number, line.index(piece.strip(), at), "", piece)
            at = line.index(piece.strip(), at) + len(piece.strip())
    ends = [*(match.start() for match in found[1:]), len(line)][: len(found)]
    for match, end in zip(found, ends, strict=True):
        yield Chunk(number, match.start(2), match[2], _what_comes_out(line[match.end() : end]))


def _goes_on(text: str) -> bool:
    """Tell whether a calculation goes on behind this text, as in "-alpha * z_i = 0.5" before z_i."""
    text = text.rstrip()
    comes_out = text[-1:] in tuple("0123456789],;|") or (text[-1:] == ")" and text[-2:-1].isdigit())
    return not comes_out and (text[-1:] in tuple("*·×+/@") or any(map(str.isalpha, text)))


def _what_comes_out(text: str) -> str:
    """Return a value without the calculations that lead to it, or to each of its numbers."""
    *_, last = _EQUAL.split(text)
    closed = sum(map(last.count, "])")) - sum(map(last.count, "[("))
    return _CALCULATION.sub(" ", text) if closed > 0 else last


def headings_in(line: str) -> list[tuple[str, str]] | None:
    """Return the words and numbers of a heading of steps; None for other lines, such as 'label: number'."""
    if not _HEADING.fullmatch(line):
        return None
    found = _WORD_AND_NUMBER.findall(line)
    words = {word for word, _ in found}
    return None if len(words) < len(found) or (len(found) == 1 and _LABEL.search(line)) else found


def _columns(chunks: Sequence[Chunk]) -> list[int]:
    """Return where the columns of the page begin, by the lines that have several labels."""
    lines: dict[int, list[int]] = {}
    for chunk in chunks:
        if chunk.label:
            lines.setdefault(chunk.line, []).append(chunk.at)
    starts = [starts for starts in lines.values() if len(set(starts)) > 1]
    if not starts:
        return [0]
    most = max(map(len, starts))
    full = [line for line in starts if len(line) == most]
    return [min(line[column] for line in full) for column in range(most)]
