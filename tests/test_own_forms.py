"""Each student's own file to fill in: a table, a workbook, a page, a worksheet, with the own values in it."""

import csv
import datetime as dt
import html
import io
import json
import re
import zipfile
from dataclasses import replace

import numpy as np
import openpyxl
import pytest
from filling import fill_csv, fill_workbook
from hypothesis import given
from hypothesis import strategies as st
from own_course import KEY, work
from shared import ROOT

from grader.cli.keyring import load_key
from grader.exchange import HandIn, Unreadable, placed, read
from grader.exchange.forms import csv_form, entry_page, workbook_form, worksheet_page
from grader.exchange.forms.rows import bracketed
from grader.exchange.tables.grid import own_value
from grader.marking.mark import mark
from grader.schemas.cells import from_a_cell, in_a_cell
from grader.schemas.faults import UsageFault
from grader.schemas.results import Results
from grader.solver.blank import make_blank, make_form

OF_THE_KEY = re.compile(
    r"(?<![\d.])(?:0\.5125|0\.2125|0\.3125|0\.8125|2\.5125|0\.9125|0\.5625|0\.5875|0\.8375)"
)
FORMS = ("csv", "xlsx")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A folder with a key, a roster and a secret, which is where we are."""
    monkeypatch.chdir(tmp_path)
    texts = {
        "key.toml": KEY,
        "roster.csv": "Student ID,Name\n0012,Amira <Ö>\n0013,Ben\n=cmd,\n",
        "secret.txt": "a secret for the tests\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def assign(run, *formats, more=()):
    words = [word for each in formats for word in ("--format", each)]
    return run("assign", "key.toml", "--roster", "roster.csv", "--secret", "secret.txt", *words, *more)


def in_table(data):
    """The own values as they stand in a table."""
    rows = csv.DictReader(io.StringIO(data.decode()))
    return {
        row["field"].removeprefix("variant."): json.loads(row["value"])
        for row in rows
        if row["field"].startswith("variant.")
    }


def in_workbook(data):
    """The own values as they stand in a workbook, each in a locked cell."""
    rows = list(openpyxl.load_workbook(io.BytesIO(data))["net"].iter_rows())
    settings = {str(row[0].value): row[1] for row in rows if str(row[0].value).startswith("variant.")}
    assert all(cell.protection.locked for cell in settings.values())
    return {name.removeprefix("variant."): json.loads(str(cell.value)) for name, cell in settings.items()}


def own_values(course, stem, form):
    data = (course / "assigned" / f"{stem}.{form}").read_bytes()
    return in_table(data) if form == "csv" else in_workbook(data)


def filled(course, stem, form, own, **more):
    """A student's file, filled in by a program with numbers worked from `own`."""
    data = (course / "assigned" / f"{stem}.{form}").read_bytes()
    submission = {"assignment": "own", "answers": {"net": work(own), "words": {"why": "So."}}}
    done = (
        fill_csv(data.decode(), submission, **more).encode()
        if form == "csv"
        else fill_workbook(data, submission)
    )
    (course / "hand_ins").mkdir(exist_ok=True)
    path = course / "hand_ins" / f"{stem}.{form}"
    path.write_bytes(done)
    return path


# --- a student's form, filled in ----------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_a_form_filled_in_by_its_own_values_has_full_marks(run, course, form):
    done = assign(run, form)
    assert (done.code, done.out) == (0, "")
    assert done.err == f"3 sheets and files to fill in ({form}) are in assigned/\n"
    stems = ("0012", "0013", "cmd-26b1f9b9")
    variants = [own_values(course, stem, form) for stem in stems]
    assert variants[0].keys() == {"W", "b", "x", "M"}
    assert np.shape(variants[0]["M"]) == (2, 2, 2)
    assert variants[0] != variants[1]
    for stem, own in zip(stems, variants, strict=True):
        path = filled(course, stem, form, own)
        done = run("check", path, "--key", "key.toml")
        assert done.code == 0, done.words
        assert "net: 8 of 8 points" in done.words
    done = run("score", "hand_ins", "--key", "key.toml", "--secret", "secret.txt")
    assert done.code == 0
    results = Results.model_validate_json((course / "feedback" / "results.json").read_text(encoding="utf-8"))
    assert {r.student: r.questions[0].score for r in results.results} == {"0012": 8, "0013": 8, "=cmd": 8}
    assert not any(r.problems or r.questions[0].for_markers for r in results.results)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_filled_in_by_another_ones_values_is_named(run, course, form):
    assign(run, form)
    own, other = (own_values(course, stem, form) for stem in ("0012", "0013"))
    filled(course, "0012", form, other)
    filled(course, "0013", form, other)
    done = run("score", "hand_ins", "--key", "key.toml", "--secret", "secret.txt")
    assert (
        f"hand_ins/0012.{form}: net: the numbers do not fit this student's own values, but those of 0013"
        in done.err
    )
    assert own != other


def test_all_forms_and_the_sheet_have_the_same_values(run, course):
    done = assign(run, "json", *FORMS, "html", more=["--worksheets"])
    assert done.err == (
        "3 sheets, files to fill in (json, csv, xlsx, html) and worksheets are in assigned/\n"
    )
    own = json.loads((course / "assigned/0012.json").read_text())["answers"]["net"]["variant"]
    assert [own_values(course, "0012", form) for form in FORMS] == [own, own]
    shown = "((" + "), (".join(", ".join(f"{x:g}" for x in row) for row in own["W"]) + "))"
    texts = {
        path.name: (course / "assigned" / path).read_text(encoding="utf-8")
        for path in map(course.joinpath, ("assigned/0012.html", "assigned/0012.md"))
    }
    paper = (course / "assigned/worksheets/0012.html").read_text(encoding="utf-8")
    for page in (texts["0012.html"], paper):
        assert f"<div><dt>W at the start</dt><dd>{shown}</dd></div>" in page
        assert f'<span class="input">x = ({", ".join(f"{x:g}" for x in own["x"][1])})</span>' in page
    assert "<dt>Name</dt><dd>Amira &lt;Ö&gt;</dd>" in paper
    assert "<dt>Student number</dt><dd>0012</dd>" in paper
    assert (
        "Fill in one of `0012.json`, `0012.csv`, `0012.xlsx` (or open `0012.html` in a browser"
        in texts["0012.md"]
    )


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("csv", "Fill in `Bo.csv`, look it over with `grader check Bo.csv`, hand it in."),
        (
            "html",
            "Open `Bo.html` in a browser, fill it in and save; look over what it saves with `grader check`",
        ),
    ],
)
def test_the_sheet_names_the_file_to_fill_in(run, course, form, words):
    (course / "roster.csv").write_text("Bo\n")
    assign(run, form)
    assert words in (course / "assigned" / "Bo.md").read_text()
    assert sorted(path.name for path in (course / "assigned").iterdir()) == sorted(["Bo.md", f"Bo.{form}"])


def test_the_same_again_changes_nothing_and_nothing_is_lost(run, course):
    every = (*FORMS, "html", "json")
    assign(run, *every, more=["--worksheets"])
    files = [path for path in (course / "assigned").rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    book = zipfile.ZipFile(course / "assigned" / "0012.xlsx")
    assert b"2000-01-01T00:00:00Z" in book.read("docProps/core.xml")  # not the time at which it was made
    assert assign(run, *every, more=["--worksheets"]).code == 0
    assert {path: path.read_bytes() for path in files} == before
    for name in ("0013.xlsx", "worksheets/0013.html"):
        path = course / "assigned" / name
        path.write_bytes(b"mine")
        done = assign(run, *every, more=["--worksheets"])
        assert done.code == 2
        assert f"assigned/{name}: is there already" in done.err
        assert path.read_bytes() == b"mine"
        assert assign(run, *every, more=["--worksheets", "--force"]).code == 0
        assert path.read_bytes() == before[path]


def test_with_one_method_a_form_has_no_other(run, course):
    two = KEY.replace(
        "[question.method.online.equations]",
        "[question.method.brief]\nloop.i = 2\n"
        'equations.W = "W - b * eta * W"\n[question.method.online.equations]',
    )
    (course / "key.toml").write_text(two)
    assert assign(run, "html", "csv", more=["--method", "brief"]).code == 0
    page = (course / "assigned/0012.html").read_text()
    assert 'data-method="brief"' in page
    assert 'data-method="online"' not in page
    assert "net,,,method,,,brief" in (course / "assigned/0012.csv").read_text()


# --- a form for anybody -------------------------------------------------------------------------------------


def everything(form):
    """All texts of a form, unpacked."""
    if isinstance(form, str):
        return html.unescape(form)
    book = zipfile.ZipFile(io.BytesIO(form))
    return "".join(book.read(name).decode() for name in book.namelist())


def test_the_keys_own_values_are_in_no_form(run, course):
    (course / "plain.toml").write_text(re.sub(r"\[question\.vary\]\n(.+\n){4}", "", KEY))
    plain = run("worksheet", "plain.toml").out
    assert len(set(OF_THE_KEY.findall(plain))) == 9  # they would be found
    key = load_key(course / "key.toml")
    blank = make_form(key.key, key.plans)
    assign(run, *FORMS, "html", "json", more=["--worksheets"])
    files = [path.read_bytes() for path in (course / "assigned").rglob("0012.*")]
    made = [data if data.startswith(b"PK") else data.decode() for data in files]
    anybodys = [csv_form(blank), workbook_form(blank), entry_page(blank), worksheet_page(blank)]
    assert len(made) == 6
    for form in (*made, *anybodys, run("template", "key.toml").out):
        assert not OF_THE_KEY.search(everything(form))


@pytest.mark.parametrize("form", ["json", *FORMS, "html"])
def test_a_template_has_places_for_own_values_and_says_where_they_come_from(run, course, form):
    done = run("template", "key.toml", "--format", form, "--out", "mine")
    assert done.code == 0
    assert "key.toml: each student has own values of W, b, x, M; this form has none." in done.err
    assert f"grader assign key.toml --roster FILE --format {form}" in done.err
    data = (course / "mine").read_bytes()
    if form == "json":
        assert json.loads(data)["answers"]["net"]["variant"] == dict.fromkeys(["W", "b", "x", "M"])
    elif form == "csv":
        assert "net,,,variant.W,,,\nnet,,,variant.b,,,\n" in data.decode()
    elif form == "xlsx":
        rows = list(openpyxl.load_workbook(io.BytesIO(data))["net"].iter_rows(max_row=8))
        places = {row[0].value: row[1] for row in rows if str(row[0].value).startswith("variant.")}
        assert len(places) == 4
        assert all(cell.value is None and not cell.protection.locked for cell in places.values())
        assert "copy yours from your own sheet" in everything(data)
    else:
        assert "Each student has own values of <b>W, b, x, M</b>" in data.decode()


def test_a_worksheet_for_anybody_says_that_values_are_each_ones_own(run, course):
    done = run("worksheet", course / "key.toml")
    assert "Each student has own values of <b>W, b, x, M</b>: yours are on your own sheet." in done.out
    assert "key.toml --roster FILE --worksheets" in done.err
    assert "y = 1" in done.out  # what does not vary is there


@pytest.mark.parametrize("form", FORMS)
def test_own_values_copied_from_the_sheet_into_anybodys_form_are_read(run, course, form):
    assign(run, "json")
    own = json.loads((course / "assigned/0012.json").read_text())["answers"]["net"]["variant"]
    run("template", "key.toml", "--format", form, "--out", "form")
    submission = {"assignment": "own", "student": "0012", "answers": {"net": work(own), "words": {}}}
    data = (course / "form").read_bytes()
    texts = {name: json.dumps(value) for name, value in own.items()}
    if form == "csv":
        text = fill_csv(data.decode(), submission)
        for name, value in texts.items():
            text = text.replace(f"variant.{name},,,", f'variant.{name},,,"{value}"')
        data = text.encode()
    else:
        book = openpyxl.load_workbook(io.BytesIO(fill_workbook(data, submission)))
        for row in book["net"].iter_rows(max_row=8):
            if str(row[0].value).startswith("variant."):
                row[1].value = texts[row[0].value.removeprefix("variant.")]
        book.save(course / "form")
        data = (course / "form").read_bytes()
    (course / f"mine.{form}").write_bytes(data)
    done = run("check", f"mine.{form}", "--key", "key.toml")
    assert done.code == 0, done.words
    assert "net: 8 of 8 points" in done.words


@pytest.mark.parametrize("path", sorted((ROOT / "answer_keys").glob("*.toml")), ids=lambda path: path.stem)
def test_forms_of_keys_that_do_not_vary_have_nothing_of_it(path):
    key = load_key(path)
    blank = make_form(key.key, key.plans)
    assert blank == make_blank(key.key, key.plans)
    texts = [csv_form(blank), entry_page(blank), worksheet_page(blank), everything(workbook_form(blank))]
    assert not any(re.search(r"variant\.|data-variant|\{%", text) for text in texts)


# --- what is read back --------------------------------------------------------------------------------------

numbers = st.floats(allow_nan=False, allow_infinity=False)
whole = st.one_of(
    numbers,
    st.lists(numbers, min_size=1, max_size=4),
    st.lists(st.lists(numbers, min_size=1, max_size=4), min_size=1, max_size=4),
    st.lists(st.lists(st.lists(numbers, min_size=1, max_size=3), min_size=1), min_size=1, max_size=3),
)


def as_numbers(value):
    return [as_numbers(item) for item in value] if isinstance(value, list) else float(value)


@given(whole)
def test_a_value_in_brackets_is_read_back_as_it_was(value):
    assert as_numbers(own_value(bracketed(value))) == value


@given(st.text())
def test_an_id_in_a_cell_is_no_formula_and_is_read_back(student):
    cell = in_a_cell(student)
    assert cell.lstrip()[:1] not in {*"=+-@＝＋－＠"}
    assert from_a_cell(cell) == student or student.startswith("'")


@given(st.text(alphabet='[]0123456789.,-eE "{}\n', max_size=80))
def test_whatever_stands_in_a_cell_is_numbers_in_brackets_or_stays(text):
    value = own_value(text)
    assert value == text or isinstance(value, list)


HEAD = "question,field,i,value\n,student,,s1\nnet,s,0,\n"
OWN = {
    "W": "[[0.1, 0.2], [0.3, 0.4]]",
    "b": "1.5",
    "x": "[[0.1, 0.2], [0.3, 0.4]]",
    "M": "[[[1, 2], [3, 4]], [[1, 2], [3, 4]]]",
}


def problems_of(course, **changed):
    """What is said of own values in a table, by reading it and by marking it; they stand from line 4 on."""
    text = io.StringIO()
    csv.writer(text).writerows(
        ["net", f"variant.{name}", "", value] for name, value in (OWN | changed).items()
    )
    path = course / "x.csv"
    path.write_text(HEAD + text.getvalue(), encoding="utf-8")
    (finding,) = read(path)
    if isinstance(finding, Unreadable):
        return [problem.text for problem in finding.problems]
    (marked,) = mark(load_key(course / "key.toml"), [finding.submission])
    return [p.text for p in finding.problems] + [placed(p, finding.places).text for p in marked.problems]


def test_own_values_as_they_are_given_are_no_problem(course):
    assert problems_of(course) == []
    assert problems_of(course, b="3", W="[[1,2],[3,4]]", x=" [[1e-1, 0.2], [-0.0, 1]]") == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"W": "[[0.1, 0.2]]"}, "line 4: expected a list of 2, found one of 1"),
        ({"W": "[[0.1, 0.2], [0.3, x]]"}, "line 4: expected a list of 2, found the text"),
        ({"W": "[[0.1, 0.2], [0.3]]"}, "line 4: expected a list of 2, found one of 1"),
        ({"W": "=1+1"}, "line 4: expected a list of 2, found the text '=1+1'"),
        ({"W": "[[1e999, 0.2], [0.3, 0.4]]"}, "line 4: expected a number, found the text '1e999'"),
        ({"W": "[[NaN, 0.2], [0.3, 0.4]]"}, "line 4: expected a list of 2, found the text"),
        ({"W": '[{"a": 1}, 2]'}, "line 4: expected a list of 2, found the text"),
        ({"W": "[" * 50_000}, "line 4: expected a list of 2, found the text"),
        ({"W": "[" * 50_000 + "]" * 50_000}, "line 4: expected a list of 2, found the text"),
        ({"W": "[1,[1," * 900}, "line 4: expected a list of 2, found the text"),
        ({"W": "[" + "9" * 100_000 + ", 1]"}, "line 4: expected a list of 2, found"),
        ({"W": "[[" + "9" * 100_000 + ", 1], [2, 3]]"}, "line 4: expected a number, found the text"),
        ({"W": "[" + "1," * 20_000 + "1]"}, "Too large: at most 15,000 numbers were expected"),
        ({"b": "[1]"}, "line 5: expected a number, found a list"),
        ({"b": "two"}, "line 5: expected a number, found the text 'two'"),
        ({"b": "\x1b[2J"}, r"line 5: expected a number, found the text '\x1b[2J'"),
        ({"Q": "1"}, "line 8: unknown key 'Q'"),
        ({"": "1"}, "line 8: unknown key ''"),
        ({"__class__": "1"}, "line 8: unknown key '__class__'"),
        ({"M": "[[[1, 2], [3, 4]], [[1, 2], [3]]]"}, "line 7: expected a list of 2, found one of 1"),
    ],
)  # fmt: skip
def test_a_hostile_cell_is_a_problem_with_its_place(course, changed, words):
    found = problems_of(course, **changed)
    assert any(text.startswith(words) for text in found), found
    assert all(len(text) < 300 for text in found)


def test_a_value_that_stands_twice_counts_in_neither_place(course):
    rows = "".join(f'net,variant.{name},,"{value}"\n' for name, value in OWN.items())
    (course / "x.csv").write_text(f"{HEAD}{rows}net,variant.b,,2.5\n")
    (finding,) = read(course / "x.csv")
    assert [p.text for p in finding.problems] == [
        "line 8: given twice, so neither counts; the other one is at line 5"
    ]
    (marked,) = mark(load_key(course / "key.toml"), [finding.submission])
    assert [placed(p, finding.places).text for p in marked.problems] == [
        "line 5 and line 8: expected a number, found the text '1.5 and 2.5'"
    ]


def test_faults_in_own_values_are_told_by_check_and_no_traceback(run, course):
    assign(run, "csv")
    path = filled(course, "0012", "csv", own_values(course, "0012", "csv"))
    text = re.sub(r'variant\.W,,,"[^"]*"', "variant.W,,,[[[[", path.read_text())
    path.write_text(text)
    done = run("check", path, "--key", "key.toml")
    assert done.code == 1
    assert "line 6: expected a list of 2, found the text '[[[['" in done.words
    assert "the values of W are missing" in done.words
    done = run("score", path, "--key", "key.toml", "--secret", "secret.txt")
    assert done.code == 1
    assert "line 6: expected a list of 2, found the text '[[[['" in done.err
    assert re.search(r"0012 +8\.00", done.out)  # by the values that were given


def test_decimal_commas_are_read_beside_own_values_with_points(run, course):
    """A form saved by a spreadsheet program with commas: what came with it keeps its points."""
    assign(run, "csv")
    own = own_values(course, "0013", "csv")
    path = filled(course, "0013", "csv", own, written=lambda x: repr(x).replace(".", ","), delimiter=";")
    assert re.search(r";-?\d+,\d+\n", path.read_text())
    done = run("check", path, "--key", "key.toml")
    assert done.code == 0, done.words
    assert "net: 8 of 8 points" in done.words


def test_a_value_too_long_for_a_cell_is_told_before_a_workbook_is_written(course):
    key = load_key(course / "key.toml")
    blank = make_form(
        key.key,
        key.plans,
        "s1",
        {"net": {"W": np.eye(2), "b": np.array(1), "x": np.eye(2), "M": np.ones((2, 2, 2))}},
    )
    long = {"W": [[0.123456] * 100] * 100}
    questions = tuple(replace(q, own=long) if q.id == "net" else q for q in blank.questions)
    with pytest.raises(UsageFault, match=r"W: its numbers are more than a workbook's cell can hold"):
        workbook_form(replace(blank, questions=questions))
    path = course / "x.csv"
    path.write_text(csv_form(replace(blank, questions=questions)))
    (finding,) = read(path)
    assert isinstance(finding, HandIn)
    assert np.shape(finding.submission.answers["net"]["variant"]["W"]) == (100, 100)


def test_a_printed_log_may_show_the_own_inputs(run, course):
    """They are not those that stand in the key, which is no sign that the log is out of order."""
    assign(run, "json")
    own = json.loads((course / "assigned/0012.json").read_text())["answers"]["net"]["variant"]
    lines = ["student: 0012", "assignment: own"]
    for step, x in zip(work(own)["steps"], own["x"], strict=True):
        lines += [f"-i: {step['i']}", f"x: {x}", *(f"{name}: {step[name]}" for name in ("s", "e", "W"))]
    (course / "0012.log").write_text("\n".join(lines) + "\n")
    done = run("score", "0012.log", "--key", "key.toml", "--secret", "secret.txt", "--no-feedback")
    assert done.code == 0
    assert re.search(r"0012 +8\.00", done.out)
    assert "headings" not in done.err


@pytest.mark.parametrize("form", FORMS)
def test_a_key_that_does_not_vary_can_be_assigned_in_any_form(run, course, form):
    (course / "key.toml").write_text(re.sub(r"\[question\.vary\]\n(.+\n){4}", "", KEY))
    done = assign(run, form, "html")
    assert done.code == 0
    assert own_values(course, "0012", form) == {}
    own = {"W": [[0.5125, -0.2125], [0.3125, 0.8125]], "b": 2.5125}
    own |= {"x": [[0.9125, 0.5625], [0.5875, 0.8375]], "M": [[[7, 8], [9, 6]], [[6, 9], [8, 7]]]}
    done = run("check", filled(course, "0012", form, own), "--key", "key.toml")
    assert "student 0012" in done.words
    assert "net: 8 of 8 points" in done.words
    page = (course / "assigned" / "0013.html").read_text(encoding="utf-8")
    assert 'value="0013" readonly' in page
    assert "are your own" not in page
    done = run("check", "assigned/0013.html", "--key", "key.toml")  # the page itself, by mistake
    assert done.code == 1
    assert "open the page in a browser, and hand in the file that it saves" in done.words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "expected a list of 2, found the text 'true'"),
        (1.5, "expected a list of 2, found the number 1.5"),
        (
            dt.date(2026, 2, 1),
            "expected a list of 2, found the text '2026-02-01 (made a date by the program)'",
        ),
        ("[[[[1]]]]", "expected a list of 2, found the text '[[[[1]]]]'"),
        ("[" * 32_000, "expected a list of 2, found the text '[[["),
    ],
)
def test_a_hostile_cell_of_a_workbook_is_named_by_its_cell(run, course, value, words):
    assign(run, "xlsx")
    path = course / "assigned" / "0012.xlsx"
    book = openpyxl.load_workbook(path)
    book["net"]["B4"].value = value
    book.save(path)
    done = run("score", path, "--key", "key.toml", "--secret", "secret.txt", "--no-feedback")
    assert done.code == 1
    assert f"0012.xlsx: net!B4: {words}" in done.err
