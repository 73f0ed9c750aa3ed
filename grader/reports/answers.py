"""Answers that students wrote in words: as cells of a marks file, and which of them are alike."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np

from grader.reports.escape import csv_cell, visible
from grader.schemas.cells import without_zeros

_LONGEST = 32_000  # characters; a cell of a spreadsheet holds 32,767
_CUT = " [...]"
_SPACE = re.compile(r"\s+")
_LOST = re.compile("[?\ufffd]")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9]+")
_WORD = re.compile(r"\w+")

_PIECE = 6  # bytes; texts are compared by the pieces of this length that they share
_SKETCH = 24  # hashes of a text's pieces, by which similar texts are looked for
_BAND = 3  # two texts are compared where so many neighbouring ones of these hashes are the same
_ALIKE = 0.6  # the share of the pieces of two texts that both have, at least


def answer_cell(text: str) -> str:
    """Return a text as one line for a cell: harmless, and whole unless it is very long."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    said = " ¶ ".join([line for line in lines if line])
    return csv_cell(said if len(said) <= _LONGEST else said[: _LONGEST - len(_CUT)] + _CUT)


def same_answer(cell: str, text: str) -> bool:
    """Tell whether a cell holds this text, whatever a spreadsheet did to its spaces.

    A spreadsheet may also have saved a question mark for each letter that it did not know.
    """
    cell, current = (_SPACE.sub("", each).lstrip("'") for each in (cell, answer_cell(text)))
    if cell == current:
        return True
    return bool(_LOST.search(cell)) and _NOT_PLAIN.sub("", cell) == _NOT_PLAIN.sub("", current)


def ids_in_cells(student: str) -> tuple[str, ...]:
    """Return a student's id as a cell may have it: itself, made visible, or without its leading zeros."""
    return tuple(dict.fromkeys((student, visible(student).strip(), without_zeros(student))))


def normal(text: str) -> str:
    """Return the words of a text without case, space and punctuation."""
    return " ".join(_WORD.findall(text.casefold())) or text.strip()


def alike(texts: Sequence[str]) -> list[list[int]]:
    """Return the numbers of the texts in groups of texts that are identical or nearly so.

    The largest group comes first; groups of one size are in the order of their first texts. Within a group
    equal texts stand next to each other. Only those pairs are compared whose sketches (the smallest hashes of
    their pieces) agree somewhere.
    """
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        numbers[normal(text)].append(number)
    distinct = list(numbers)
    groups: dict[int, list[str]] = defaultdict(list)
    for text, root in zip(distinct, _roots(distinct), strict=True):
        groups[root].append(text)
    found = [[number for text in sorted(same) for number in numbers[text]] for same in groups.values()]
    return sorted(found, key=lambda group: (-len(group), min(group)))


def _roots(texts: Sequence[str]) -> list[int]:
    """Return for each text the first text that it is like, directly or by way of others."""
    pieces = [_pieces(text) for text in texts]
    root = list(range(len(texts)))

    def top(number: int) -> int:
        while root[number] != number:
            root[number] = number = root[root[number]]
        return number

    for first, second in _near(pieces):
        one, other = top(first), top(second)
        shared, both = pieces[first] & pieces[second], pieces[first] | pieces[second]
        if one != other and len(shared) / len(both) >= _ALIKE:
            root[max(one, other)] = min(one, other)
    return [top(number) for number in range(len(texts))]


def _pieces(text: str) -> frozenset[int]:
    padded = f" {text} ".encode("utf-8", "replace")
    return frozenset([crc32(padded[i : i + _PIECE]) for i in range(max(1, len(padded) - _PIECE + 1))])


def _near(pieces: Sequence[frozenset[int]]) -> Iterator[tuple[int, int]]:
    """Yield pairs worth comparing: each text with the last one before it that shares a band of its sketch."""
    last: dict[tuple[int, ...], int] = {}
    for number, own in enumerate(pieces):
        sketch = _sketch(own)
        bands = [(i, *sketch[i : i + _BAND]) for i in range(0, len(sketch), _BAND)]
        before = Counter([last[band] for band in bands if band in last])
        for other in before:
            yield other, number
        last |= dict.fromkeys(bands, number)


def _sketch(pieces: frozenset[int]) -> list[int]:
    """Return the smallest piece under each of some orders: similar texts have many of these in common."""
    each = np.fromiter(pieces, dtype=np.uint32, count=len(pieces))
    salts = np.array([crc32(bytes([number])) for number in range(_SKETCH)], dtype=np.uint32)
    mixed = (each ^ salts[:, None]) * np.uint32(0x9E3779B1)  # which wraps around
    smallest: list[int] = mixed.min(axis=1).tolist()
    return smallest
