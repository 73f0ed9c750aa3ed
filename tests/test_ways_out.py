"""What leaves `score` for other programs, parsed by readers that are not ours."""

import csv
import io
import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import xmlschema
from junitparser import JUnitXml
from shared import ROOT

HOSTILE = ROOT.parent / "shared" / "conformance" / "hostile.jsonl"
KEY = str(ROOT / "answer_keys" / "practical1.toml")
AMIRA = str(ROOT / "submissions" / "amira.json")


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


def test_junit_is_read_by_junitparser_with_its_scores(run_here):
    suites = [*JUnitXml.fromstring(score(run_here, AMIRA, "--format", "junit").out.encode())]
    (suite,) = suites
    properties = {each.name: each.value for each in suite.properties()}
    assert float(properties["score"]) == 35.0
    assert float(properties["max_score"]) == 40.0
    assert suite.tests == len([*suite])
    assert suite.skipped == 1  # exercise 4 waits for a person


def test_gradescope_does_not_count_what_waits_as_zero(run_here):
    found = json.loads(score(run_here, AMIRA, "--format", "gradescope").out)
    assert found["score"] == 35.0
    waiting = [test for test in found["tests"] if "waits" in test["name"]]
    assert waiting
    assert all("score" not in test and "max_score" not in test for test in waiting)
    assert sum(test["max_score"] for test in found["tests"] if "score" in test) + found["extra_data"][
        "pending"
    ] == pytest.approx(sum(question_points(found)))
    assert {test.get("status") for test in found["tests"]} <= {"passed", "failed", None}


def question_points(found):
    for test in found["tests"]:
        yield test.get("max_score", 0.0) + test.get("extra_data", {}).get("pending", 0.0)


@pytest.mark.parametrize("form", ["junit", "csv", "github"])
def test_neutral_entries_are_survived(run_here, neutral, form):
    text = score(run_here, str(neutral), "--format", form).out
    if form == "junit":
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


def test_github_adds_a_table_to_the_summary(run_here, tmp_path, monkeypatch):
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    out = score(run_here, AMIRA, "--format", "github", "--fail-under", "100").out
    said = summary.read_text()
    assert said.startswith("before\n")
    assert "| amira |" in said
    assert out == "" or out.startswith("::error file=")


def test_canvas_gradebook_changes_one_cell(run_here, tmp_path):
    head = "Student,ID,SIS User ID,SIS Login ID,Section,practical1 (77),Final Score\r\n"
    points = "    Points Possible,,,,,40,(read only)\r\n"
    other = '"Other, One",12,other,other,"L01",,"=1+1"\r\n'
    book = tmp_path / "canvas.csv"
    book.write_bytes((head + points + '"A, Amira",11,amira,amira,"L01",,50\r\n' + other).encode())
    out = tmp_path / "filled.csv"
    score(run_here, AMIRA, "--format", "canvas", "--gradebook", str(book), "-o", str(out))
    lines = out.read_bytes().decode().splitlines(keepends=True)
    assert [lines[0], lines[1], lines[3]] == [head, points, other]
    assert lines[2].replace("35.00", "").replace("35", "") == '"A, Amira",11,amira,amira,"L01",,50\r\n'
    assert "35" in lines[2]


def test_the_autograder_marks_where_gradescope_unpacks_it(run_here, tmp_path):
    run_here("gradescope", "build", KEY, "-o", str(tmp_path / "a.zip"))
    source = tmp_path / "autograder" / "source"
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        modes = {each.filename: each.external_attr >> 16 for each in file.infolist()}
        file.extractall(source)
    assert all(modes[name] & stat.S_IXUSR for name in ("setup.sh", "run_autograder"))
    subprocess.run(["bash", "-n", source / "setup.sh"], check=True)
    home = source.parent
    (home / "submission").mkdir()
    (home / "submission" / "amira.json").write_bytes(Path(AMIRA).read_bytes())
    (home / "grader-venv" / "bin").mkdir(parents=True)
    python = home / "grader-venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    script = (source / "run_autograder").read_text().replace("cd /autograder", f'cd "{home}"')
    subprocess.run(["bash", "-c", script], check=True, env=os.environ, timeout=120)
    assert json.loads((home / "results" / "results.json").read_text())["score"] == 35.0
    (home / "submission" / "amira.json").unlink()
    subprocess.run(["bash", "-c", script], check=True, env=os.environ, timeout=120)
    assert "Nothing could be marked" in json.loads((home / "results" / "results.json").read_text())["output"]


def test_pyproject_gives_defaults_and_flags_win(run_here, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.grader]\nkey = "{KEY}"\n[tool.grader.score]\nformat = "csv"\n'
    )
    assert run_here("score", AMIRA, "--no-feedback").out.startswith("student,file,")
    assert run_here("score", AMIRA, "--no-feedback", "--format", "junit").out.startswith("<?xml")
    (tmp_path / "pyproject.toml").write_text("[tool.grader.score]\nformt = 1\n")
    run = run_here("score", AMIRA)
    assert "formt" in run.err


def test_quiet_says_only_what_went_wrong(run_here):
    assert score(run_here, AMIRA, "-q").err == ""
    assert " ms each" in score(run_here, AMIRA, "-v").err


_SCHEMA = """\
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:complexType name="outcome"><xs:simpleContent><xs:extension base="xs:string">
    <xs:attribute name="message" type="xs:string"/><xs:attribute name="type" type="xs:string"/>
  </xs:extension></xs:simpleContent></xs:complexType>
  <xs:element name="testsuites"><xs:complexType>
    <xs:sequence><xs:element ref="testsuite" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
    <xs:attribute name="name" type="xs:string"/>
  </xs:complexType></xs:element>
  <xs:element name="testsuite"><xs:complexType>
    <xs:sequence>
      <xs:element name="properties" minOccurs="0"><xs:complexType><xs:sequence>
        <xs:element name="property" maxOccurs="unbounded"><xs:complexType>
          <xs:attribute name="name" type="xs:string" use="required"/>
          <xs:attribute name="value" type="xs:string" use="required"/>
        </xs:complexType></xs:element>
      </xs:sequence></xs:complexType></xs:element>
      <xs:choice minOccurs="0" maxOccurs="unbounded">
        <xs:element name="system-err" type="xs:string"/>
        <xs:element name="testcase"><xs:complexType>
          <xs:choice minOccurs="0">
            <xs:element name="skipped" type="outcome"/>
            <xs:element name="failure" type="outcome"/>
            <xs:element name="error" type="outcome"/>
            <xs:element name="system-out" type="xs:string"/>
          </xs:choice>
          <xs:attribute name="classname" type="xs:string" use="required"/>
          <xs:attribute name="name" type="xs:string" use="required"/>
        </xs:complexType></xs:element>
      </xs:choice>
    </xs:sequence>
    <xs:attribute name="name" type="xs:string" use="required"/>
    <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="skipped" type="xs:nonNegativeInteger"/>
    <xs:attribute name="file" type="xs:string"/>
  </xs:complexType></xs:element>
</xs:schema>
"""


def test_junit_is_valid_by_a_schema(run_here, neutral):
    # The elements and attributes that junit-10.xsd of Jenkins' xUnit plugin allows, as far as we use them.
    schema = xmlschema.XMLSchema(_SCHEMA)
    for folder in (neutral, ROOT / "submissions"):
        schema.validate(score(run_here, str(folder), "--format", "junit").out)
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        schema.validate("<testsuites><testcase/></testsuites>")
