"""Changes inputs as what they are, not as bytes: a value of a JSON text, a cell of a table.

Random bytes seldom make JSON, so a fuzzer that only changes bytes hardly gets past the first line of a
reader. What is not JSON is left to the changes of bytes, by `by_bytes`.
"""

import copy
import csv
import io
import json
import random
from collections.abc import Callable
from typing import Any

Bytes = Callable[[bytes, int], bytes]

NUMBERS = (
    *("0", "-0", "1", "-1", "0.5", "1e999", "-1e999", "1e-400", "-3.5E-400", "NaN", "Infinity", "-Infinity"),
    *("00", "01", "1.", ".5", "+1", "1e5", "1E+05", "9007199254740993", "1e308", "4.9e-324", "0x10", "1_000"),
    *("9" * 25, "9" * 700, "0." + "3" * 40, "1e0000000000000005", "-", "1e", "--1", "0.0000", "1.50"),
)
TEXTS = (
    *(
        "",
        " ",
        "0,5",
        "1.500",
        "1.000,5",
        "−1",
        "１２",
        "٣",
        "½",
        "1e-3",
        "nan",
        "inf",
        "NaN",
        "null",
        "true",
    ),
    *("x", "x = 1", "\\frac{1}{2}", "$x$", "f_3'(s_out)", "(y_out - y_gt) * f_3'(s_out) * z_2", "dL/dW_2"),
    *("=1+1", "@SUM(A1)", "<b>", "&amp;", "**x**", "[a](javascript:b)", "\x1b[31m", "\u202e", "\u200b"),
    *(
        "\ud800",
        "\udcff",
        "\ufeff",
        "\0",
        "\r\n",
        "\u2028",
        "A\u0301",
        "\u0130",
        "ß",
        "con",
        "../x",
        "a" * 600,
    ),
    *("[1, 2]", "[[1 2] [3 4]]", "1 2 3", "[1;2]", "1/3", "1e1e1", "0.1.2", "e", "-e5", "1e+", "%", "1 000"),
)
KEYS = (
    *(
        "student",
        "assignment",
        "answers",
        "group",
        "$schema",
        "schema",
        "schema_",
        "variant",
        "file",
        "score",
    ),
    *("exercise1", "prelude", "exercise2", "exercise3", "exercise4", "dL_dW_out", "dL_dW_2", "Delta_W_k"),
    *(
        "purpose",
        "dL_do_j",
        "answer",
        "method",
        "given",
        "alpha",
        "steps",
        "iteration",
        "sample",
        "questions",
    ),
    *("s_i", "z_i", "s_out", "z_out", "L", "delta_out", "delta_i", "Delta_w", "Delta_W", "w", "W", "S_i", ""),
)
WORDS = (
    *("question", "part", "field", "value", "row", "column", "shape", "given.alpha", "label.row", "answer"),
    *("number", "2 x 3", "4 or number", "100", "1", "2", "3", "points", "notes", "online", "batch"),
    *KEYS,
    *TEXTS,
)
# What formulas and equations are made of, beside single characters.
SYMBOLS = (
    *(
        "\\frac{",
        "\\cdot",
        "\\left(",
        "\\right)",
        "\\sum_{i=1}^{n}",
        "\\mathrm{",
        "\\text{",
        "\\begin{cases}",
    ),
    *(
        "\\delta",
        "\\partial",
        "\\sqrt[3]{",
        "^{-1}",
        "_{out}",
        "f_3'",
        "'(",
        "relu",
        "max(",
        "where(",
        "sum(",
    ),
    *(
        "derivative(",
        "previous(",
        "outer(",
        "argmin(",
        "norm(",
        " @ ",
        "<=",
        "==",
        "!=",
        " if ",
        " else ",
        "*",
    ),
    *(
        "**",
        "||",
        "|",
        "·",
        "×",
        "−",
        "²",
        "⁻¹",
        "ᵀ",
        "∂",
        "Σ",
        "√",
        "α",
        "e-3",
        "1e308",
        "pi",
        "exp(",
        "log_2",
    ),
    *("W[0]", "[1, 2]", "W_{ij}", "x.T", "d/dx", "\\\\", "&", "{", "}", "\\,", "\u0301", "\u200b", "\u202e"),
)


class Pairs(list):
    """The entries of an object, which may have a key twice."""


class Literal(str):
    """What stands in a text as it is, such as 1e999."""

    __slots__ = ()


def changed_json(data: bytes, most: int, seed: int, by_bytes: Bytes) -> bytes:
    """Return a JSON text with a value or a key changed, moved, doubled or put deeper."""
    draw = random.Random(seed)
    try:
        value = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_pairs, parse_int=Literal, parse_float=Literal
        )
    except (ValueError, RecursionError):
        return by_bytes(data, most)
    try:
        for _ in range(draw.choice((1, 1, 1, 2, 3, 6))):
            value = _changed(value, draw, by_bytes)
        text = "".join(_written(value, most, ascii_only=draw.random() < 0.5))
    except (RecursionError, OverflowError):
        return by_bytes(data, most)
    made = text.encode("utf-8", "surrogatepass")
    if draw.random() < 0.03:
        made = by_bytes(made, most)
    return made if len(made) <= most else by_bytes(data, most)


def changed_table(data: bytes, most: int, seed: int, by_bytes: Bytes) -> bytes:
    """Return a CSV text with a cell, a row or a column changed, moved or doubled."""
    draw = random.Random(seed)
    separator = draw.choice((",", ",", ",", ";", "\t"))
    try:
        rows = [*csv.reader(io.StringIO(data.decode("utf-8", "surrogateescape")), delimiter=separator)]
    except csv.Error:
        return by_bytes(data, most)
    if not any(rows) or draw.random() < 0.1:
        return by_bytes(data, most)
    for _ in range(draw.choice((1, 1, 2, 4))):
        rows = _changed_rows(rows, draw)
    text = io.StringIO()
    ends = draw.choice(("\n", "\n", "\r\n", "\r"))
    csv.writer(text, delimiter=separator, lineterminator=ends, quoting=draw.choice((0, 0, 1))).writerows(rows)
    made = text.getvalue().encode("utf-8", "surrogatepass")
    return made if len(made) <= most else by_bytes(data, most)


def _pairs(pairs: list[tuple[str, Any]]) -> Pairs:
    return Pairs([key, value] for key, value in pairs)


def _places(value: Any) -> list[tuple[list, int]]:
    """Return the place of every value within another one: a list, and the number in it."""
    places, waiting = [], [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, Pairs):
            places += [(pair, 1) for pair in inner]
            waiting += [pair[1] for pair in inner]
        elif isinstance(inner, list):
            places += [(inner, i) for i in range(len(inner))]
            waiting += inner
    return places


def _changed(value: Any, draw: random.Random, by_bytes: Bytes) -> Any:
    root = [value]
    places = [(root, 0), *_places(value)]
    holder, i = draw.choice(places)
    here = holder[i]
    what = draw.randrange(8)
    if what == 0:
        holder[i] = _odd(draw)
    elif what == 1:
        holder[i] = _other_text(here, draw, by_bytes)
    elif what == 2:
        other, j = draw.choice(places)
        holder[i] = copy.deepcopy(other[j])
    elif what == 3:
        for _ in range(draw.choice((1, 1, 2, 3, 199, 201, 300))):
            here = [here] if draw.random() < 0.7 else Pairs([["a", here]])
        holder[i] = here
    elif isinstance(here, Pairs):
        _change_pairs(here, draw)
    elif isinstance(here, list):
        _change_items(here, draw)
    else:
        holder[i] = _odd(draw)
    return root[0]


def _odd(draw: random.Random) -> Any:
    return draw.choice(
        (
            Literal(draw.choice(NUMBERS)),
            draw.choice(TEXTS),
            draw.choice((None, True, False)),
            draw.choice(([], Pairs(), [Literal("1")] * 3, [[Literal("1")] * 2] * 3, [[], [Literal("1")]])),
            draw.choice(NUMBERS),
        )
    )


def _other_text(here: Any, draw: random.Random, by_bytes: Bytes) -> Any:
    if not isinstance(here, str) or draw.random() < 0.3:
        return draw.choice(TEXTS)
    data = by_bytes(here.encode("utf-8", "surrogatepass"), 200)
    return data.decode("utf-8", "replace") if draw.random() < 0.7 else here + draw.choice(TEXTS)


def _change_pairs(pairs: Pairs, draw: random.Random) -> None:
    what = draw.randrange(4)
    if what == 0 or not pairs:
        pairs.append([draw.choice(KEYS), _odd(draw)])
    elif what == 1:
        pairs.append(copy.deepcopy(draw.choice(pairs)))
    elif what == 2:
        draw.choice(pairs)[0] = draw.choice((*KEYS, *TEXTS))
    else:
        pairs.pop(draw.randrange(len(pairs)))


def _change_items(items: list, draw: random.Random) -> None:
    what = draw.randrange(4)
    if what == 0 or not items:
        items.append(_odd(draw))
    elif what == 1:
        items.insert(draw.randrange(len(items) + 1), copy.deepcopy(draw.choice(items)))
    elif what == 2:
        draw.shuffle(items)
    else:
        items.pop(draw.randrange(len(items)))


def _written(value: Any, most: int, *, ascii_only: bool) -> list[str]:
    """Return a text in pieces. Raises OverflowError where it is too long: a part may hold itself."""
    pieces: list[str] = []
    left = most

    def write(part: Any) -> None:
        nonlocal left
        if isinstance(part, list):
            left -= 2
            if left < 0:
                raise OverflowError
            pieces.append("{" if isinstance(part, Pairs) else "[")
            for number, item in enumerate(part):
                pieces.append("," if number else "")
                if isinstance(part, Pairs):
                    write(str(item[0]))
                    pieces.append(":")
                    write(item[1])
                else:
                    write(item)
            pieces.append("}" if isinstance(part, Pairs) else "]")
            return
        text = str(part) if isinstance(part, Literal) else json.dumps(part, ensure_ascii=ascii_only)
        left -= len(text) + 1
        if left < 0:
            raise OverflowError
        pieces.append(text)

    write(value)
    return pieces


def _changed_rows(rows: list[list[str]], draw: random.Random) -> list[list[str]]:
    row = draw.randrange(len(rows))
    what = draw.randrange(6)
    if what <= 2 and rows[row]:
        rows[row][draw.randrange(len(rows[row]))] = draw.choice((*WORDS, *NUMBERS))
    elif what == 3:
        rows.insert(draw.randrange(len(rows) + 1), [*rows[row]])
    elif what == 4:
        at, word = draw.randrange(8), draw.choice(WORDS)
        rows = [
            [*each[:at], word if i == row else draw.choice(NUMBERS[:6]), *each[at:]]
            for i, each in enumerate(rows)
        ]
    elif len(rows) > 1:
        rows.pop(row)
    return rows
