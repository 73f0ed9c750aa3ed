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

_LARGEST_OWN_TABLE = 100_000  # bytes
HEAD = 1 << 16  # bytes of a large file in which a hand-in shows that it is one
_TABLES = (".csv", ".tsv")
_PRINTOUTS = (".txt", ".log", ".md", ".tex")  # the last two only where they are named: READMEs lie everywhere
_NOT_READ = {
    **dict.fromkeys((".docx", ".doc", ".odt", ".rtf", ".pages"), "A text processor's document"),
    **dict.fromkeys((".xls", ".ods", ".numbers"), "A workbook of this kind"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".heic", ".gif"), "A picture"),
    ".pdf": "A PDF file",
    ".ipynb": "A notebook",
}
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
        if suffix in _PRINTOUTS:
            data = _in_utf_8(data)
            if data.lstrip(_BEFORE_JSON).startswith(b"{") and _ANSWERS in data:
                return parse(file, data, otherwise=otherwise)  # an editor has put .txt behind .json
            return _printout(file, data, keys, otherwise)
        finding, text = _table(file, data, suffix, otherwise)
        if not isinstance(finding, Skipped):
            return finding
        return _own_table(file, text(), keys, otherwise) or finding
    except SubmissionFault as fault:
        return unreadable(file, str(fault))


def _in_utf_8(data: bytes) -> bytes:
    """Return a text in UTF-8 that some shells and programs write in UTF-16."""
    return data.decode("utf-16", "replace").encode() if is_utf_16(data) else data


def _printout(file: str, data: bytes, keys: Keys, otherwise: Otherwise | None) -> Finding:
    from grader.exchange.printout import read_printout

    return read_printout(file, data, keys, otherwise)


def _own_table(file: str, data: bytes, keys: Keys, otherwise: Otherwise | None) -> Finding | None:
    """Read a table that students laid out themselves; None where it is none of steps."""
    from grader.exchange.printout import NOBODYS

    if len(data) > _LARGEST_OWN_TABLE:
        return None
    finding = _printout(file, _in_utf_8(data), keys, otherwise)
    return None if isinstance(finding, Skipped) and finding.reason != NOBODYS else finding


def _table(
    file: str, data: bytes, suffix: str, otherwise: Otherwise | None
) -> tuple[Finding, Callable[[], bytes]]:
    """Read a table of answers; return also what gives its text, if it is none."""
    if suffix in _TABLES:
        from grader.exchange.tables.csv_file import read_csv

        return read_csv(file, data, otherwise), lambda: data
    from grader.exchange.tables.workbook import read_workbook, text_of_workbook

    return read_workbook(file, data, otherwise), lambda: text_of_workbook(data).encode()


def why_no_hand_in(file: str, head: bytes, suffix: str) -> str:
    """Return why a file too large to be read is no hand-in, by its beginning, or nothing."""
    if suffix in (*_TABLES, *_PRINTOUTS):
        finding = parse_other(file, head, suffix, tuple)
        if isinstance(finding, Skipped):
            return finding.reason
    return ""


def why_not_read(file: str) -> str:
    """Return what to do with a file of a kind that is not read, by its name, or nothing."""
    kind = next((kind for suffix, kind in _NOT_READ.items() if file.lower().endswith(suffix)), "")
    if not kind:
        return ""
    instead = "save what is printed or written in it as plain text in a .txt file"
    if kind.startswith("A workbook"):
        instead = "save it as .xlsx or .csv"
    return f"{kind} cannot be read: {instead}, or fill in one of the forms that `grader template` writes."
