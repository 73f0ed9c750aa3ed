"""The files that are no JSON: which of them are hand-ins, and who reads them.

Everything is imported when the first such file is met: nearly all hand-ins are JSON.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from grader.exchange.findings.handin import Finding, Otherwise, Skipped, unreadable
from grader.exchange.findings.wording import is_utf_16
from grader.exchange.handins.parse import parse
from grader.schemas.faults import SubmissionFault

if TYPE_CHECKING:
    from grader.exchange.printout import KeyData

Keys: TypeAlias = Callable[[], Sequence["KeyData"]]

HEAD = 1 << 16  # bytes of a large file in which a hand-in shows that it is one
_TABLES = (".csv", ".tsv")
_PRINTOUTS = (".txt", ".log")
_BEFORE_JSON = b"\xef\xbb\xbf \t\r\n"
_ANSWERS = b'"answers"'


def suffix_of(path: str) -> str:
    """Return the suffix of a file that is read here, or nothing."""
    name = path.lower()
    return next((suffix for suffix in (*_TABLES, ".xlsx", *_PRINTOUTS) if name.endswith(suffix)), "")


def parse_other(
    file: str, data: bytes, suffix: str, keys: Keys, otherwise: Otherwise | None = None
) -> Finding:
    """Read the hand-in in a file that is no JSON; `keys` gives what a printout is read by.

    `otherwise` tells whose it is where it does not say so itself.
    """
    try:
        if suffix in _TABLES:
            from grader.exchange.tables.csv_file import read_csv

            return read_csv(file, data, otherwise)
        if suffix in _PRINTOUTS and is_utf_16(data):  # what some shells write programs' output as
            data = data.decode("utf-16", "replace").encode()
        if suffix in _PRINTOUTS and data.lstrip(_BEFORE_JSON).startswith(b"{") and _ANSWERS in data:
            return parse(file, data, otherwise=otherwise)  # an editor has put .txt behind .json
        if suffix in _PRINTOUTS:
            from grader.exchange.printout import read_printout

            return read_printout(file, data, keys, otherwise)
        from grader.exchange.tables.workbook import read_workbook

        return read_workbook(file, data, otherwise)
    except SubmissionFault as fault:
        return unreadable(file, str(fault))


def why_no_hand_in(file: str, head: bytes, suffix: str) -> str:
    """Return why a file too large to be read is no hand-in, by its beginning, or nothing."""
    if suffix in (*_TABLES, *_PRINTOUTS):
        finding = parse_other(file, head, suffix, tuple)
        if isinstance(finding, Skipped):
            return finding.reason
    return ""
