"""Workbooks (.xlsx), read by python-calamine after their size has been checked.

A workbook is a zip archive: a small one may unpack to any size, and a single cell far out may make a table of
billions. So the archive is first unpacked here, within bounds, and handed on unpacked.
"""

import datetime as dt
import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from posixpath import normpath
from types import ModuleType
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from grader.exchange.findings.handin import Finding, Otherwise
from grader.exchange.findings.wording import other_kind
from grader.exchange.tables.extent import Extent, extent_of, letters_of, local
from grader.exchange.tables.grid import MOST_CELLS, Grid, Value, as_text
from grader.exchange.tables.table import read_tables
from grader.schemas.faults import Problem, SubmissionFault
from grader.schemas.wording import printable, quoted

NEEDS = "workbooks need two more packages; install them with: pip install 'grader[xlsx]'"

_NOWHERE = os.open(os.devnull, os.O_WRONLY)  # once: no hand-in opens a file
_MOST_BYTES = 2_000_000  # unpacked, of the parts that are read; all numbers of an exercise take some 100,000
_MOST_TAGS, _MOST_VALUES = 250_000, 30_000  # in all parts; a cell without a value has one or two tags
_MOST_COPIED = 25_000_000  # characters, if each cell that shares a text had the longest one
_MOST_BESIDE = 12_000_000  # bytes that the archive says it unpacks to, with all parts that are not read
_MOST_FILES = 500
_MOST_SHEETS = 50
_PIECE = 1 << 16
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # those of the standard
# A workbook is read from these, and from files in xl/; pictures, themes and the like are not unpacked.
_AROUND = frozenset({"[content_types].xml", "_rels/.rels"})
_NOT_READ = ("media/", "theme/", "drawings/", "charts/", "printersettings/", "embeddings/", "calcchain.xml")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_UNSAVED = re.compile(rb"(?:</f>|<f\b[^<>]*/>)\s*(?:<v/>|<v></v>)?\s*</c>")
# For calamine a cell that holds an error such as #DIV/0! is empty, unless its type says that it is a text.
_ERROR = re.compile(rb"""(<(?:\w+:)?c\s[^<>]*\bt\s*=\s*)["']e["']""")
_OF_THE_BOOK = {"workbook.xml": ("sheet", "id"), "workbook.xml.rels": ("Relationship", "Target")}
_MOST_OF_THE_BOOK = 200_000  # bytes
# RuntimeError means that a password is needed; its subclass NotImplementedError, an unknown way of packing.
_FAULTS = (
    zipfile.BadZipFile,
    ExpatError,
    zlib.error,
    EOFError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
)
_BROKEN = "A workbook (.xlsx) was expected, found a file that is none or is damaged"

_TOO_LARGE = (
    f"Too large: sheets of at most {MOST_CELLS:,} cells together, {_MOST_VALUES:,} of them filled in, were "
    "expected, found more; delete the empty rows and columns between what is filled in."
)


def read_workbook(file: str, data: bytes, otherwise: Otherwise | None = None) -> Finding:
    """Read the submission in a workbook, which is skipped if it has no table of answers.

    `otherwise` tells whose it is where the workbook does not say so itself. Raises SubmissionFault where it
    cannot be read.
    """
    try:
        import python_calamine  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SubmissionFault(f"A workbook: {NEEDS}.") from error
    archive, formulas, unsaved = _unpacked(data)
    notes = [Problem(_formulas_in_words(formulas, unsaved), grave=False)] if formulas else []
    return read_tables(file, _grids(python_calamine, archive), notes, otherwise)


def text_of_workbook(data: bytes) -> str:
    """Return the cells of all sheets, a line for each row, with tabs between them.

    Raises SubmissionFault where the workbook cannot be read.
    """
    import python_calamine  # noqa: PLC0415 - an extra

    rows = (row for grid in _grids(python_calamine, _unpacked(data)[0]) for row in grid.rows)
    return "\n".join("\t".join(" ".join(as_text(value).split()) for value in row) for row in rows)


def _formulas_in_words(count: int, unsaved: int) -> str:
    cells = "One cell holds a formula" if count == 1 else f"{count} cells hold formulas"
    said = f"{cells}; the value that the spreadsheet program last saved was read."
    if not unsaved:
        return said
    none = "It has none" if count == 1 else f"{unsaved} of them have none"
    return f"{said} {none}: save the file with a spreadsheet program."


def _unpacked(data: bytes) -> tuple[io.BytesIO, int, int]:
    """Return a workbook with nothing compressed in it, how many formulas it has, and how many have no value.

    Raises SubmissionFault where it is no workbook, or one beyond all bounds.
    """
    unpacked = io.BytesIO()
    parts: list[Extent] = []
    left, tags, values, formulas, unsaved = _MOST_BYTES, _MOST_TAGS, _MOST_VALUES, 0, 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(unpacked, "w") as plain:
            for entry in _entries(archive):
                within = _within(entry.filename)
                if within is None:
                    continue
                content = _content(archive, entry, left)
                left -= len(content)
                if within in _OF_THE_BOOK:
                    _check_alone(content, *_OF_THE_BOOK[within])
                tags -= content.count(b"<")
                values -= content.count(b"<v") + content.count(b"<t")
                if tags < 0 or values < 0:
                    raise SubmissionFault(_TOO_LARGE)
                parts.append(extent_of(content))
                formulas += len(_FORMULA.findall(content))
                unsaved += len(_UNSAVED.findall(content))
                if b'"e"' in content or b"'e'" in content:
                    content = _ERROR.sub(rb'\1"str"', content)
                plain.writestr(zipfile.ZipInfo(entry.filename), content)
    except _FAULTS as error:
        other = "" if data.startswith(b"PK") else other_kind(data)
        raise _broken(other and f"it is {other}") from error
    _check_size(parts)
    unpacked.seek(0)
    return unpacked, formulas, unsaved


def _check_size(parts: Sequence[Extent]) -> None:
    """Raise SubmissionFault where all parts together would take too much memory."""
    if sum(part.rows * part.columns for part in parts) > MOST_CELLS:
        raise SubmissionFault(_TOO_LARGE)
    longest = max((part.longest for part in parts), default=0)
    if sum(part.shared for part in parts) * longest > _MOST_COPIED:
        raise SubmissionFault("Too large: a long text that many cells have; leave it in one of them.")


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the files of the archive. Raises SubmissionFault for too many, or one that is there twice."""
    entries = archive.infolist()
    if len(entries) > _MOST_FILES:
        raise SubmissionFault(f"Too large: at most {_MOST_FILES} files in a workbook were expected.")
    if len({entry.filename for entry in entries}) < len(entries):
        raise _broken("it has two parts of one name")
    if not {entry.compress_type for entry in entries} <= _METHODS:
        raise _broken("it is compressed in a way that no workbook is")
    if sum(entry.file_size for entry in entries) > _MOST_BESIDE:
        raise SubmissionFault(f"Too large: at most {_MOST_BESIDE:,} bytes unpacked were expected.")
    return entries


def _check_alone(content: bytes, tag: str, attribute: str) -> None:
    """Raise SubmissionFault where two sheets are the same file, which would be read twice."""
    if len(content) > _MOST_OF_THE_BOOK:
        raise SubmissionFault(f"Too large: a list of sheets of {_MOST_OF_THE_BOOK:,} bytes was expected.")
    places: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == tag:
            places.extend(value for key, value in attributes.items() if local(key) == attribute)

    parser = ParserCreate("utf-8")  # whatever it says: another would be looked up among the modules of Python
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _no_workbook  # a workbook has none, and it could hide places
    parser.Parse(content, True)
    places = [normpath(place.replace("\\", "/").lower().lstrip("/").removeprefix("xl/")) for place in places]
    if len(set(places)) < len(places):
        raise _broken("two of its sheets are the same part")


def _no_workbook(*_: object) -> None:
    raise _broken("it has a document type")


def _broken(why: str = "") -> SubmissionFault:
    return SubmissionFault(f"{_BROKEN}: {why}." if why else f"{_BROKEN}.")


def _within(name: str) -> str | None:
    """Return the name of a file without its folder; None where a workbook is not read from that file."""
    folder, _, within = name.lstrip("/").lower().partition("/")
    if folder != "xl":
        return name.lower() if name.lower() in _AROUND else None
    if not within.endswith((".xml", ".rels")) or within.startswith(_NOT_READ):
        return None
    return within.rpartition("/")[2]


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """Unpack one file of the archive. Raises SubmissionFault where it is larger than what is `left`."""
    pieces: list[bytes] = []
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            pieces.append(piece)
            left -= len(piece)
            if left < 0:
                raise SubmissionFault(f"Too large: at most {_MOST_BYTES:,} bytes unpacked were expected.")
    return b"".join(pieces)


def _grids(calamine: ModuleType, unpacked: io.BytesIO) -> Iterator[Grid]:
    """Yield the sheets. Raises SubmissionFault where calamine cannot read the workbook."""
    with _its_faults(calamine):
        book = calamine.CalamineWorkbook.from_filelike(unpacked)
    with book:
        if len(book.sheet_names) > _MOST_SHEETS:
            raise SubmissionFault(f"Too large: at most {_MOST_SHEETS} sheets were expected.")
        for name in book.sheet_names:
            with _its_faults(calamine, f"its sheet {quoted(name)} cannot be read"):
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            yield Grid([[_plain(value) for value in row] for row in rows], _place_in(name))


@contextmanager
def _its_faults(calamine: ModuleType, why: str = "") -> Iterator[None]:
    """Raise SubmissionFault for what calamine cannot read, and say `why` that is.

    For some faults it was not prepared, such as a date before the big bang: then Rust writes to stderr, and
    ends the call with a PanicException, which is no Exception and cannot be imported by a name.
    """
    try:
        with _silence():
            yield
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise _broken(why) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _broken(why) from error


@contextmanager
def _silence() -> Iterator[None]:
    """Keep from stderr what does not come from Python, however long it is."""
    try:
        stderr = os.dup(2)
    except OSError:  # it is closed
        yield
        return
    try:
        os.dup2(_NOWHERE, 2)
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


def _place_in(sheet: str) -> Any:
    name = printable(sheet)
    return lambda row, column: f"{name}!{letters_of(column)}{row + 1}"


def _plain(value: Any) -> Value:
    """Return a cell as text or a number; anything else as a text that marking can show."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return f"{value} (made a date by the program)"
    return None
