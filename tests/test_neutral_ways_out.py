"""Odd but harmless text in each format that leaves `score`, parsed by readers that are not ours."""

import csv
import io
import json

import pytest
import xmlschema
from junitparser import JUnitXml
from shared import HOSTILE, ROOT

KEY = str(ROOT / "answer_keys" / "practical1.toml")
SCHEMA = xmlschema.XMLSchema(ROOT / "tests" / "junit.xsd")


def score(run_here, *words):
    return run_here("score", *words, "--key", KEY, "--no-feedback")


@pytest.fixture
def neutral(tmp_path):
    """Every entry of the corpus that is a hand-in with odd, harmless text."""
    if not HOSTILE.exists():
        pytest.skip("the corpus is not here")
    folder = tmp_path / "in"
    folder.mkdir()
    entries = [json.loads(line) for line in HOSTILE.read_text(encoding="utf-8").splitlines()]
    entries = [each for each in entries if each["verdict"] == "neutral" and each["kind"] == "json"]
    assert entries
    for each in entries:
        (folder / f"{each['name']}.json").write_text(each["payload"], encoding="utf-8")
    return folder


@pytest.mark.parametrize("form", ["junit", "csv", "github"])
def test_neutral_entries_are_survived(run_here, neutral, form):
    text = score(run_here, str(neutral), "--format", form).out
    if form == "junit":
        SCHEMA.validate(text)
        assert [*JUnitXml.fromstring(text.encode())]
    elif form == "csv":
        rows = [*csv.DictReader(io.StringIO(text))]
        assert rows
        for row in rows:
            assert not any((cell or "").startswith(("=", "+", "@", "\t")) for cell in row.values())
    else:
        lines = text.splitlines()
        assert all(line.startswith(("::error ", "::warning ")) for line in lines)
        assert len(lines) <= 20
    assert "\x1b" not in text


def test_each_neutral_entry_alone_is_gradescope_json(run_here, neutral):
    for path in sorted(neutral.iterdir()):
        found = json.loads(score(run_here, str(path), "--format", "gradescope").out)
        assert {"score", "output", "tests"} <= found.keys(), path
        assert "<script" not in found["output"]
