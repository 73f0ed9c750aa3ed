"""What is fuzzed, and what must hold of any input: a result or a declared error, and nothing else."""

import io
import warnings
import zipfile
from functools import cache

import numpy as np
from shared import ROOT, practical_key
from written import student_page

from grader.cli.keyring import key_ring
from grader.exchange.findings.handin import Finding, HandIn, Skipped, Unreadable
from grader.exchange.handins.formats import parse_other
from grader.exchange.handins.parse import parse as load
from grader.expressions import Balls, ExpressionFault, Real, evaluate, exact, infer, parse
from grader.expressions.notation import Vocabulary, read_formula
from grader.expressions.printing import in_plain
from grader.marking.mark import mark
from grader.reports import submission_json
from grader.schemas.results import SubmissionResult

_SHAPES = {
    **dict.fromkeys(("x", "y", "n", "s_out", "y_gt", "epsilon", "delta_out"), ()),
    **dict.fromkeys(("a", "b"), (3,)),
    "z_2": (2,),
    "W_2": (3, 2),
    "A": (2, 2),
    "W_out": (3, 1),
}
_VALUES = {
    name: np.linspace(-1.5, 2.0, int(np.prod(shape)))[None].reshape(1, *shape)
    for name, shape in {
        "x": (),
        "y": (),
        "n": (),
        "s": (3,),
        "w": (3,),
        "a": (2,),
        "W": (2, 3),
        "A": (2, 2),
    }.items()
}
_VOCABULARY = Vocabulary(symbols=_SHAPES, functions=frozenset(("f_1", "f_2", "f_3")))


def formula(data: bytes) -> None:
    """A student's formula, plain or LaTeX."""
    _read(lambda text: read_formula(text, _VOCABULARY), data)


def expression(data: bytes) -> None:
    """An equation of a key: read, printed and read again, and worked where its shapes fit."""
    tree = _read(parse, data)
    if tree is None:
        return
    again = _read(parse, in_plain(tree).encode())
    assert again in {tree, None}  # with brackets written out it may be deeper than may be read
    text = data.decode("utf-8", "replace")
    try:
        shape = infer(tree, {name: value.shape[1:] for name, value in _VALUES.items()}, text)
    except ExpressionFault as fault:
        _check_fault(fault)
        return
    with np.errstate(all="ignore"):
        value = evaluate(tree, _VALUES, Real(leading=1))
        ball = evaluate(tree, {name: exact(value) for name, value in _VALUES.items()}, Balls(leading=1))
    assert value.shape[1:] == ball.mid.shape[1:] == ball.rad.shape[1:] == shape, (value.shape, shape)
    assert not np.any(ball.rad < 0)


def hand_in(data: bytes) -> None:
    """The bytes of a student's JSON file; what can be marked is read by the practical's key."""
    _check(load("file.json", data))


def marked(data: bytes) -> None:
    """The bytes of a student's JSON file: marked, with results and pages made of it, and no warning."""
    found = load("file.json", data)
    if not isinstance(found, HandIn):
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (mark_,) = mark(practical_key(), [found.submission])
        for reveal in (True, False):
            result = mark_.result("file.json", found.problems, reveal=reveal)
            SubmissionResult.model_validate_json(submission_json(result))
            student_page(result)
        assert 0 <= mark_.score <= mark_.max_score


def table(data: bytes) -> None:
    """The bytes of a student's CSV file."""
    _check(parse_other("file.csv", data, ".csv", tuple))


def printout(data: bytes) -> None:
    """The bytes of a printout of steps."""
    _check(parse_other("file.log", data, ".log", _ring().for_printouts))


def workbook(data: bytes) -> None:
    """The text of a sheet in a student's workbook."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in _BOOK.items():
            archive.writestr(name, text)
        archive.writestr("xl/worksheets/sheet1.xml", data)
    _check(parse_other("file.xlsx", packed.getvalue(), ".xlsx", tuple))


def _check(found: Finding) -> None:
    """Assert that a file is read, told or passed over, in words that a screen can show."""
    assert isinstance(found, HandIn | Skipped | Unreadable)
    problems = [found.reason] if isinstance(found, Skipped) else [problem.text for problem in found.problems]
    if isinstance(found, HandIn):
        problems += [problem.text for problem in practical_key().read(found.submission).problems]
    if isinstance(found, Unreadable):
        assert problems
    # Below what is wrong with a formula it stands as it is; whoever shows that makes it visible.
    words = [text.partition("\n")[0] if ": cannot be read: " in text else text for text in problems]
    assert all(map(str.isprintable, words)), words


@cache
def _ring():
    return key_ring(ROOT / "answer_keys" / "practical1.toml")


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BOOK = {
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets>'
    '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    f'relationships"><Relationship Id="r1" Type="{_RELATED}/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>",
}


def _read(reader, data: bytes):
    """Return what is read, or None where that is told to be faulty."""
    try:
        return reader(data.decode("utf-8", "replace"))
    except ExpressionFault as fault:
        _check_fault(fault)
        return None


def _check_fault(fault: ExpressionFault) -> None:
    start, end = fault.span
    assert 0 <= start <= end <= len(fault.text), fault.span
    assert fault.reason
    assert fault.picture


TARGETS = {
    "formula": formula,
    "expression": expression,
    "hand_in": hand_in,
    "marked": marked,
    "table": table,
    "printout": printout,
    "workbook": workbook,
}
