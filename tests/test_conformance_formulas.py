"""Verdicts on formulas from other graders' test suites, and hostile formulas; `expected_failures.toml`
lists every deviation with its reason, strictly: a mended one must be taken out."""

import json
import time
import tomllib
from pathlib import Path

import pytest
from hostile_inputs import FUNCTIONS, NAMES

from grader.expressions import ExpressionFault, known_functions
from grader.expressions.notation import Vocabulary, read_formula
from grader.marking.formulas.equivalence import Equal, Undecidable, compare
from grader.marking.formulas.points import Setting
from grader.marking.formulas.quantities import Quantity

TABLES = Path(__file__).parent.parent.parent / "shared" / "conformance"
EXPECTED = tomllib.loads((Path(__file__).parent / "expected_failures.toml").read_text(encoding="utf-8"))


def rows(table):
    """Return the rows of a table; none where the tables are absent."""
    path = TABLES / table
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


FORMULAS = [*rows("formulas_plain.jsonl"), *rows("formulas_latex.jsonl")]
HOSTILE = [row for row in rows("hostile.jsonl") if row["kind"] == "expression"]
needs_tables = pytest.mark.skipif(not FORMULAS, reason="the tables are not here")


def vocabulary_of(row):
    known = known_functions() | {"factorial", "fact", "binomial", "sum", "prod", "ceil"}
    functions = {name.rstrip("'") for name in row["functions"]} - known
    return Vocabulary(symbols=dict.fromkeys(row["symbols"], ()), functions=frozenset(functions))


def setting_of(row):
    domain = {"positive": "positive", "integer": "integer"}.get(row.get("assume"), "real")
    return Setting(symbols={name: Quantity((), domain) for name in row["symbols"]})


def verdict(row):
    """Return accepted or not, in words where it is neither."""
    try:
        reference, answer = (
            read_formula(row[side], vocabulary_of(row)).tree for side in ("reference", "answer")
        )
    except ExpressionFault as fault:
        return f"unread: {fault.reason}"
    result = compare(reference, answer, setting_of(row))
    return f"undecidable: {result.reason}" if isinstance(result, Undecidable) else isinstance(result, Equal)


@pytest.mark.parametrize("row", FORMULAS, ids=lambda row: row["id"])
def test_verdict(row):
    found = verdict(row)
    right = found is True if row["equal"] else found is not True
    if row["id"] in EXPECTED.get("formulas", {}):
        assert not right, f"{row['id']} is right now: take it out of expected_failures.toml"
        assert row["equal"], "a wrong formula must never be accepted"
    else:
        assert right, f"{row['reference']} | {row['answer']}: {found}"


@needs_tables
def test_enough_verdicts_are_right():
    failures = EXPECTED.get("formulas", {})
    for plain, share in ((True, 0.98), (False, 0.90)):
        some = [row for row in FORMULAS if ("kind" not in row) == plain]
        wrong = [row for row in some if row["id"] in failures]
        assert len(wrong) <= (1 - share) * len(some), [row["id"] for row in wrong]


@needs_tables
def test_every_expected_failure_is_a_row():
    ids = {row["id"] for row in FORMULAS} | {row["name"] for row in HOSTILE}
    for table in EXPECTED.values():
        assert table.keys() <= ids
        assert all(len(reason) > 10 for reason in table.values())


HOSTILE_VOCABULARY = Vocabulary(symbols=dict.fromkeys(NAMES, ()), functions=frozenset(FUNCTIONS))


def payload(row):
    """Return the text of a row, or make it from its recipe: pieces in quotes, repeated and put together."""
    if "payload" in row:
        return row["payload"]
    made = {
        "expr-res-parens-100000": "(" * 100000 + "x" + ")" * 100000,
        "expr-res-unary-10000": "-" * 10000 + "1",
        "expr-res-digits-5000": "9" * 5000,
        "expr-res-frac-nest": "\\frac{1}{" * 500 + "x" + "}" * 500,
        "expr-res-sub-nest": "x" + "_{x" * 500 + "}" * 500,
        "expr-res-long-name": "a" * 1_000_000,
        "expr-res-redos-dots": "1." * 50000,
        "expr-res-commas": "max(" + ",".join(["x"] * 100_000) + ")",
    }
    return made[row["name"]]


def equivalent(row):
    """Return the row's own reading in our notation: fp3 stands for f_3', maximum for max."""
    text = row["equiv"].replace("maximum", "max")
    for layer in "123":
        text = text.replace(f"fp{layer}(", f"f_{layer}'(")
    return read_formula(text, HOSTILE_VOCABULARY).tree


@pytest.mark.parametrize("row", HOSTILE, ids=lambda row: row["name"])
def test_hostile(row):
    start = time.perf_counter()
    try:
        reading, reason = read_formula(payload(row), HOSTILE_VOCABULARY), ""
    except ExpressionFault as fault:
        reading, reason = None, str(fault)
    # Nominally 50 ms; the rest is for a machine that has other things to do.
    assert time.perf_counter() - start < 0.5
    if row["verdict"] == "reject":
        assert reading is None, f"{row['payload']} read as {reading}"
        assert reason
    if row["verdict"] == "accept":
        assert reading is not None, reason
        names = {name: Quantity((), "integer" if name == "n" else "real") for name in NAMES}
        assert isinstance(compare(equivalent(row), reading.tree, Setting(symbols=names)), Equal), str(reading)
    if row["verdict"] == "flag" and reading is not None:
        silent = EXPECTED["hostile"].get(row["name"])
        assert bool(reading.notes) != bool(silent), f"{row['payload']} read as {reading} without a note"
