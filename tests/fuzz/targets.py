"""What is fuzzed, and what must hold of any input: a result or a declared error, and nothing else."""

from grader.exchange.handin import HandIn, Skipped, Unreadable
from grader.exchange.parse import parse as load
from grader.expressions import ExpressionFault, parse
from grader.expressions.notation import Vocabulary, read_formula

_NAMES = ("x", "y", "n", "a", "b", "c", "s_out", "y_gt", "z_2", "s_1", "W_out", "W_2", "epsilon", "delta_out")
_VOCABULARY = Vocabulary(symbols=dict.fromkeys(_NAMES, ()), functions=frozenset(("f_1", "f_2", "f_3")))


def formula(data: bytes) -> None:
    """A student's formula, plain or LaTeX."""
    _read(lambda text: read_formula(text, _VOCABULARY), data)


def expression(data: bytes) -> None:
    """An equation of a key."""
    _read(parse, data)


def hand_in(data: bytes) -> None:
    """The bytes of a student's JSON file."""
    found = load("file.json", data)
    assert isinstance(found, (HandIn, Skipped, Unreadable))


def _read(reader, data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    fault = _fault(reader, text)
    if fault is not None:
        start, end = fault.span
        assert 0 <= start <= end <= len(fault.text), fault.span
        assert fault.reason
        assert fault.picture


def _fault(reader, text: str) -> ExpressionFault | None:
    try:
        reader(text)
    except ExpressionFault as fault:
        return fault
    return None


TARGETS = {"formula": formula, "expression": expression, "hand_in": hand_in}
