"""Forms: whatever a student fills in gives the marks that the same answers have as JSON."""

import csv
import html
import io
import re
import sys
import zipfile
from dataclasses import replace
from datetime import date
from itertools import takewhile

import handworked as hw
import numpy as np
import pytest
import xlsxwriter
from filling import fill_csv, fill_workbook, printout
from shared import ROOT, SHIPPED_KEYS, practical_key
from simulate import Rounding, Student

from grader.cli.hand_ins import Sources
from grader.cli.jobs.score import score
from grader.cli.keyring import load_key
from grader.cli.option_values import Pages, ResultsAs
from grader.cli.ways_out import Outlet
from grader.exchange import HandIn, Skipped, Unreadable, placed, read
from grader.exchange.forms import csv_form, entry_page, workbook_form, worksheet_page
from grader.exchange.printout import KeyData
from grader.marking.mark import mark
from grader.schemas.faults import UsageFault
from grader.schemas.submission import Submission
from grader.solver.blank import make_blank, work

ROUNDINGS = (Rounding(6), Rounding(4, significant=True), Rounding(None))
PARTS = {
    "exercise1": {"dL_dW_out": "(y_out - y_gt) f_3'(s_out) z_2", "dL_dW_2": "=1+1, 'quoted', \"twice\"; x"},
    "prelude": {"Delta_W_k": "\\delta_k \\cdot z_{k-1}"},
    "exercise3": {"purpose": "Words, with a comma,\na second line and ünïcode.", "dL_do_j": "p_j"},
}


def key_of(name):
    return practical_key() if name == "practical1" else load_key(ROOT / "answer_keys" / f"{name}.toml")


def blank_of(key):
    return make_blank(key.key, key.plans)


def key_data(key):
    return KeyData(blank_of(key), lambda: work(key.plans))


def students():
    """Students of every kind, with the key and the plan that they work by."""
    for name in ("practical1", "k_means", "kalman"):  # those of the other keys come with the printouts
        key = key_of(name)
        for question, methods in key.plans.items():
            for method, plan in methods.items():
                for rounding in ROUNDINGS if name == "practical1" else ROUNDINGS[:1]:
                    yield pytest.param(
                        key,
                        question,
                        Student(plan, rounding=rounding),
                        id=f"{name}-{method}-{rounding.digits}",
                    )
    plan = practical_key().plans["exercise2"]["online"]
    faulty = Student(plan, {"output": "tanh"}, {"alpha": 0.1}, Rounding(5), {"delta_out": "z_out - y"})
    yield pytest.param(practical_key(), "exercise2", faulty, id="a mistake")
    errors = {(2, "w"): lambda w: w + 0.3}
    yield pytest.param(practical_key(), "exercise2", replace(faulty, faults={}, errors=errors), id="an error")


STUDENTS = list(students())


def submission_of(key, question, student):
    answers = {question: student.answer()}
    if key is practical_key():
        answers |= PARTS
    if len(answers[question]["steps"]) > 3:
        del answers[question]["steps"][-1]  # one step was not done
    return {"student": "0012345", "assignment": key.key.id, "answers": answers}


def verdicts(key, submission):
    """Everything that marking says of a submission, question by question."""
    (marked,) = mark(key, [submission])
    result = marked.result("x")
    return [
        (q.question, q.score, [(f.field, f.step, f.status, f.score, f.cause) for f in q.fields])
        for q in result.questions
    ], [problem.text for problem in marked.problems]


def read_data(tmp_path, name, data, key=None):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    (finding,) = read(path, keys=lambda: [key_data(key)] if key else [])
    return finding


# --- round trips --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "question", "student"), STUDENTS)
def test_a_filled_table_gives_the_marks_of_the_json(tmp_path, key, question, student):
    submission = submission_of(key, question, student)
    form = csv_form(blank_of(key), submission["answers"][question]["method"])
    finding = read_data(tmp_path, "x.csv", fill_csv(form, submission))
    assert isinstance(finding, HandIn), finding
    assert finding.problems == ()
    assert finding.submission.student == "0012345"
    expected = verdicts(key, Submission(**submission))
    assert verdicts(key, finding.submission) == expected
    assert sum(score for _, score, _ in expected[0]) > 1


@pytest.mark.parametrize(("key", "question", "student"), STUDENTS)
def test_a_filled_workbook_gives_the_marks_of_the_json(tmp_path, key, question, student):
    submission = submission_of(key, question, student)
    form = workbook_form(blank_of(key), submission["answers"][question]["method"])
    finding = read_data(tmp_path, "x.xlsx", fill_workbook(form, submission))
    assert isinstance(finding, HandIn), finding
    assert [p.text for p in finding.problems] == (
        ["One cell holds a formula; the value that the spreadsheet program last saved was read."]
        if key is practical_key()
        else []
    )
    if key is practical_key():  # openpyxl makes a formula of what begins with "=", with no value
        submission["answers"]["exercise1"] = {"dL_dW_out": PARTS["exercise1"]["dL_dW_out"]}
    assert verdicts(key, finding.submission) == verdicts(key, Submission(**submission))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separators_and_encodings_of_spreadsheet_programs(tmp_path, separator, encoding):
    key = practical_key()
    submission = submission_of(
        key, "exercise2", Student(key.plans["exercise2"]["online"], rounding=Rounding(5))
    )
    comma = (lambda number: repr(number).replace(".", ",")) if separator != "," else repr
    text = fill_csv(csv_form(blank_of(key)), submission, comma, delimiter=separator).replace("\n", "\r\n")
    finding = read_data(tmp_path, "x.csv", text.encode(encoding))
    assert verdicts(key, finding.submission) == verdicts(key, Submission(**submission))


def test_rows_may_stand_in_any_order(tmp_path):
    key = practical_key()
    submission = submission_of(
        key, "exercise2", Student(key.plans["exercise2"]["batch"], rounding=Rounding(5))
    )
    rows = list(csv.reader(io.StringIO(fill_csv(csv_form(blank_of(key), "batch"), submission))))
    order = np.random.default_rng(3).permutation(len(rows) - 1)
    text = io.StringIO()
    csv.writer(text).writerows([rows[0], *(rows[i + 1] for i in order)])
    finding = read_data(tmp_path, "x.csv", text.getvalue())
    assert finding.problems == ()
    assert verdicts(key, finding.submission) == verdicts(key, Submission(**submission))


def merged(rows, columns):
    """Return rows in which of equal cells below each other only the first has a value: as of merged cells."""
    above, result = [], []
    for row in rows:
        own = [row[column] for column in columns]
        same = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(own, above, strict=False))))
        result.append([None if column in columns[:same] else cell for column, cell in enumerate(row)])
        above = own
    return result


@pytest.mark.parametrize("method", ["online", "batch"])
@pytest.mark.parametrize(
    "names", [["question"], ["question", "iteration", "sample"], ["iteration", "sample", "field"]]
)
def test_of_merged_cells_the_first_one_counts_for_all(tmp_path, method, names):
    key = practical_key()
    submission = submission_of(
        key, "exercise2", Student(key.plans["exercise2"][method], rounding=Rounding(5))
    )
    head, *rows = csv.reader(io.StringIO(fill_csv(csv_form(blank_of(key), method), submission)))
    names = [name for name in names if name in head]
    text = io.StringIO()
    csv.writer(text).writerows([head, *merged(rows, [head.index(name) for name in names])])
    finding = read_data(tmp_path, "x.csv", text.getvalue())
    assert verdicts(key, finding.submission) == verdicts(key, Submission(**submission))
    said = [problem.text.partition(": ")[2] for problem in finding.problems]
    assert said
    assert set(said) <= {f"{name}: empty, and read as in the row above" for name in names}


def test_merged_cells_of_a_workbook_are_read_so_as_well(tmp_path):
    head = [*ABOUT[:2], ["iteration", "sample", "field", "row", 1, 2, 3]]
    numbers = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9], [1.0, 1.1, 1.2]]
    rows = [[t // 2, t % 2, "W", row, *numbers[t]] for t in range(4) for row in (1, 2)]
    usual = read_data(tmp_path, "x.xlsx", workbook([*head, *rows]))
    finding = read_data(tmp_path, "x.xlsx", workbook([*head, *merged(rows, [0, 1, 2])]))
    assert finding.submission == usual.submission
    assert [problem.text.partition(":")[0] for problem in finding.problems] == ["exercise2!A5"] * 3


@pytest.mark.parametrize("name", [name for name in SHIPPED_KEYS if name != "practical1"])
def test_log_table_and_workbook_of_the_same_numbers_give_the_same_marks(tmp_path, name):
    key = key_of(name)
    ((question, methods),) = key.plans.items()
    _same_marks(tmp_path, key, question, next(iter(methods.values())))


@pytest.mark.parametrize("method", ["online", "batch"])
def test_so_they_do_for_both_methods_of_the_practical(tmp_path, method):
    _same_marks(tmp_path, practical_key(), "exercise2", practical_key().plans["exercise2"][method])


def _same_marks(tmp_path, key, question, plan):
    student = Student(plan, rounding=Rounding(6), errors={(0, plan.lines[-1].field): lambda v: v + 0.25})
    finding = read_data(tmp_path, "0012345.log", printout(plan, student), key)
    assert isinstance(finding, HandIn), finding
    assert all(p.text.startswith("no line says who the student is") for p in finding.problems)
    submission = {
        "student": "0012345",
        "assignment": key.key.id,
        "answers": {question: {**student.answer(), "given": plan.default_given}},
    }
    blank = blank_of(key)
    table = read_data(tmp_path, "x.csv", fill_csv(csv_form(blank, plan.method), submission))
    book = read_data(tmp_path, "x.xlsx", fill_workbook(workbook_form(blank, plan.method), submission))
    expected = verdicts(key, Submission(**submission))
    assert verdicts(key, finding.submission) == expected
    assert verdicts(key, table.submission) == expected
    assert verdicts(key, book.submission) == expected


# A spreadsheet file has numbers of 16 significant digits, one less than a double may need. So a number moves
# by at most 5 units of the 17th digit: 5e-16 of it, less than the four units in the last place (9e-16) that
# marking allows every number whatever its digits. Numbers of up to 15 digits do not move at all.
def test_what_sixteen_digits_change_is_within_what_marking_allows(tmp_path):
    key = practical_key()
    student = Student(key.plans["exercise2"]["online"], {"output": "tanh", "hidden_delta": "exact"})
    submission = submission_of(key, "exercise2", student)
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet("answers")
        for i, row in enumerate(csv.reader(io.StringIO(fill_csv(csv_form(blank_of(key)), submission)))):
            *labels, value = row
            sheet.write_row(i, 0, labels)
            if value and labels[4] not in ("", "field", "student", "assignment", "method"):
                sheet.write_number(i, len(labels), float(value))
            else:
                sheet.write_string(i, len(labels), value)
    finding = read_data(tmp_path, "x.xlsx", data.getvalue())
    moved = [
        abs(there - here) / abs(here)
        for step, read_step in zip(
            submission["answers"]["exercise2"]["steps"],
            finding.submission.answers["exercise2"]["steps"],
            strict=False,  # the form has the last step too, empty
        )
        for name in step
        for here, there in zip(np.ravel(step[name]), np.ravel(read_step[name]).astype(float), strict=True)
        if here
    ]
    assert 0 < max(moved) <= 5e-16 < 4 * np.finfo(float).eps
    assert verdicts(key, finding.submission) == verdicts(key, Submission(**submission))


@pytest.mark.parametrize("name", SHIPPED_KEYS)
def test_an_empty_form_of_each_kind_is_missing_throughout(tmp_path, name):
    key = key_of(name)
    blank = blank_of(key)
    nothing = {q.id: {"steps": [], "given": dict.fromkeys(getattr(q, "given", {}))} for q in blank.questions}
    book = fill_workbook(workbook_form(blank), {"student": "s1", "answers": nothing})
    table = re.sub(r"student,,,$", "student,,,s1", csv_form(blank), flags=re.MULTILINE)
    for file, data in {"x.csv": table, "x.xlsx": book}.items():
        finding = read_data(tmp_path, file, data)
        assert isinstance(finding, HandIn), (file, finding)
        marked, problems = verdicts(key, finding.submission)
        assert {status for _, _, fields in marked for _, _, status, _, _ in fields} == {"missing"}
        assert problems == []


# --- what the forms hold ------------------------------------------------------------------------------------


def test_a_blank_has_what_the_question_sheet_gives():
    """Title, start and samples as they stand on the practical's sheet, and nothing worked."""
    blank = blank_of(practical_key())
    assert blank.title == practical_key().key.title != blank.assignment
    trace = next(question for question in blank.questions if question.id == "exercise2")
    online, batch = trace.methods
    for method in (online, batch):
        assert (method.start["W"], method.start["w"]) == (hw.START["W"], hw.START["w"])
        assert set(method.start) == {"W", "w"}
    assert [step.inputs for step in online.steps] == [{"x": hw.X[j], "y": hw.Y[j]} for j in range(4)] * 3
    assert (batch.constants["x"], batch.constants["y"]) == (hw.X, hw.Y)


def rounded(numbers):
    return {round(abs(float(number)), 9) for number in numbers}


@pytest.mark.parametrize("name", SHIPPED_KEYS)
def test_no_form_holds_a_number_that_the_key_works_out(name):
    key = key_of(name)
    blank = blank_of(key)
    book = zipfile.ZipFile(io.BytesIO(workbook_form(blank)))
    forms = [csv_form(blank), entry_page(blank), worksheet_page(blank)]
    forms.append("".join(book.read(entry).decode() for entry in book.namelist()))
    code = r"<style>.*?</style>|<script>.*?</script>|sha256-[^']*"
    texts = [re.sub(code, "", html.unescape(form), flags=re.DOTALL) for form in forms]
    shown = rounded(float(text) for form in texts for text in re.findall(r"\d+\.\d{4,}", form))
    plans = [plan for methods in key.plans.values() for plan in methods.values()]
    start = rounded(
        x for p in plans for own in (p.start, p.inputs) for v in own.values() for x in np.ravel(v)
    )
    ways = [np.ravel(np.array(v)) for way in work(key.plans) for v in way.values.values()]
    worked = rounded(x for way in ways for x in way if np.isfinite(x))
    assert not (worked - start) & shown
    assert len(worked - start) >= 2


@pytest.mark.parametrize("name", SHIPPED_KEYS)
def test_pages_ask_nobody_for_anything(name):
    for page in (entry_page(blank_of(key_of(name))), worksheet_page(blank_of(key_of(name)))):
        assert "default-src 'none'" in html.unescape(page)
        assert not re.search(r"https?:|\bsrc\s*=|<link|@import|url\(|\son\w+=|\sstyle=", page)


def test_texts_of_a_key_stay_text_in_every_form():
    evil = "</script><img src=x onerror=alert(1)>&\"'=1+1"
    blank = replace(blank_of(practical_key()), title=evil)
    blank = replace(blank, questions=tuple(replace(question, title=evil) for question in blank.questions))
    for page in (entry_page(blank), worksheet_page(blank)):
        assert "<img" not in page
        assert "&lt;img" in page
    book = zipfile.ZipFile(io.BytesIO(workbook_form(blank)))
    assert all(b"<f>" not in book.read(entry) for entry in book.namelist())


def test_a_loop_may_be_called_like_a_column_of_the_table(tmp_path):
    key = tmp_path / "rows.toml"
    key.write_text(
        'id = "rows"\n[[question]]\nid = "q"\nkind = "trace"\npoints = 1\nstart.x = [1.0, 2.0]\n'
        'method.m.loop.row = 2\nmethod.m.loop.value = 2\nmethod.m.equations.x = "2*x"\n',
        encoding="utf-8",
    )
    prepared = load_key(key)
    submission = submission_of(prepared, "q", Student(prepared.plans["q"]["m"]))
    expected = verdicts(prepared, Submission(**submission))
    table = fill_csv(csv_form(blank_of(prepared)), {**submission, "answers": {"q": _with_labels(submission)}})
    finding = read_data(tmp_path, "x.csv", table)
    assert verdicts(prepared, finding.submission) == expected
    assert expected[0][0][1] == pytest.approx(0.75)


def _with_labels(submission):
    answer = submission["answers"]["q"]
    names = {"row": "label.row", "value": "label.value"}
    return answer | {"steps": [{names.get(k, k): v for k, v in step.items()} for step in answer["steps"]]}


# --- tables with faults -------------------------------------------------------------------------------------

HEAD = "question,part,iteration,sample,field,row,column,value\n,,,,student,,,s1\n"


def problems_of(tmp_path, rows, name="x.csv", head=HEAD):
    """What is said of a table by reading it and by marking it."""
    finding = read_data(tmp_path, name, head + rows)
    assert isinstance(finding, HandIn), finding
    key = practical_key()
    (marked,) = mark(key, [finding.submission])
    return [p.text for p in finding.problems] + [placed(p, finding.places).text for p in marked.problems]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("exercise2,,0,0,s_out,,,abc", "line 3: expected a number, found the text 'abc'"),
        ("exercise2,,0,0,s_out,,,=1+1", "line 3: expected a number, found the text '=1+1'"),
        ("exercise2,,0,0,s_i,2,,x1", "line 3: expected a vector of 3, found a vector of 2"),
        ("exercise2,,0,0,s_j,1,,0.5", "line 3: unknown key 's_j'; did you mean s_i"),
        ("exercise5,,0,0,s_i,1,,0.5", "line 3: unknown key 'exercise5'; did you mean exercise"),
        ("exercise1,dL_dW,,,,,,x", "line 3: unknown key 'dL_dW'; did you mean dL_dW_"),
        ("exercise2,,,,given.beta,,,0.5", "line 3: unknown key 'beta'"),
        ("exercise2,,,,given.alpha,,,5", "line 3: must be at most 1, found 5; 0.2 is taken"),
        ("exercise2,,,,method,,,onlin", "line 3: expected online or batch, found 'onlin'"),
        ("exercise2,,9,0,s_out,,,0.5", "line 3: there is no such step; expected iteration from 0 to 2"),
        (
            "exercise2,,x,0,s_out,,,0.5\nexercise2,,0,0,z_out,,,1",
            "line 3: expected a whole number, found the text 'x'",
        ),
        ("exercise2,,0,0,s_i,a,,0.5", "line 3: a number from 1 to 100 was expected, found 'a'"),
        ("exercise2,,0,0,s_i,101,,0.5", "line 3: a number from 1 to 100 was expected, found '101'"),
        ("exercise2,,0,0,,1,,0.5", "line 3: the name of a part or a field was expected, found nothing"),
        ("exercise2,p,0,0,s_i,1,,0.5", "line 3: a part or a field was expected, found both"),
        (",,0,0,s_i,1,,0.5", "line 3: the name of a question was expected, found nothing"),
        (
            "exercise2,,0,0,s_out,,,1.5\nexercise2,,0,0,s_out,,,2.5",
            "line 4: given twice, so neither counts; the other one is at line 3",
        ),
        (
            "exercise1,dL_dW_2,,,,,,x\nexercise1,dL_dW_2,,,,,,s",
            "line 4: given twice, so neither counts; the other one is at line 3",
        ),
        (
            "exercise2,,0,0,W,1,1,1\nexercise2,,0,0,W,1,,1",
            "line 3: W: written in some rows with a row and a column, in others without",
        ),
        ("exercise2,,0,0,W,1,4,1", "line 3: expected a matrix of 2×3, found a matrix of 1×4"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(tmp_path, row, words):
    found = problems_of(tmp_path, row + "\n")
    assert any(text.startswith(words) for text in found), found


def test_what_is_given_three_times_is_named_each_time(tmp_path):
    rows = "".join(f"exercise2,,0,0,s_out,,,{n}.5\n" for n in range(3))
    found = problems_of(tmp_path, rows)
    assert found[:2] == [
        "line 4: given twice, so neither counts; the other one is at line 3",
        "line 5: given again, as in line 3 and line 4; none of them counts",
    ]


def test_of_a_vector_only_the_number_given_twice_is_invalid(tmp_path):
    rows = "".join(
        f"exercise2,,0,0,s_i,{i},,{x}\n" for i, x in ((1, 0.458), (2, 0.869), (3, 0.704), (2, 0.9))
    )
    finding = read_data(tmp_path, "x.csv", HEAD + rows)
    assert finding.submission.answers["exercise2"]["steps"][0]["s_i"] == ["0.458", "0.869 and 0.9", "0.704"]


def test_places_are_found_whatever_questions_are_called(tmp_path):
    key = tmp_path / "odd.toml"
    key.write_text(
        'id = "odd"\n[[question]]\nid = "q-1.b"\nkind = "trace"\npoints = 1\nstart.x = 1.0\n'
        'method.m.loop.n = 2\nmethod.m.equations.x = "2*x"\n',
        encoding="utf-8",
    )
    finding = read_data(
        tmp_path, "x.csv", "question,n,field,value\n,,student,s1\nq-1.b,0,x,two\nq-1.b,0,y,2\n"
    )
    (marked,) = mark(load_key(key), [finding.submission])
    assert [placed(problem, finding.places).text for problem in marked.problems] == [
        "line 3: expected a number, found the text 'two'",
        "line 4: unknown key 'y'",
    ]


def test_a_sum_may_be_written_in_place_of_its_terms(tmp_path):
    form = csv_form(blank_of(practical_key()), "batch")
    form = form.replace("student,,,", "student,,,s1").replace("exercise2,,0,L,,,\n", "exercise2,,0,L,,,1.5\n")
    finding = read_data(tmp_path, "x.csv", form)
    assert finding.problems == ()
    assert finding.submission.answers["exercise2"]["steps"][0]["L"] == "1.5"
    student = Student(practical_key().plans["exercise2"]["batch"])
    answer = {**student.answer(), "steps": [{"iteration": 0, "L": 1.5}]}
    submission = {"student": "s1", "assignment": "practical1", "answers": {"exercise2": answer}}
    book = fill_workbook(workbook_form(blank_of(practical_key()), "batch"), submission)
    finding = read_data(tmp_path, "x.xlsx", book)
    assert finding.problems == ()
    assert finding.submission.answers["exercise2"]["steps"][0]["L"] == 1.5


def test_a_row_that_is_repeated_word_for_word_counts_once(tmp_path):
    row = "exercise2,,0,0,s_out,,,0.5\n"
    assert problems_of(tmp_path, row + row) == []


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    rows = 'exercise3,purpose,,,,,,"two\nlines"\n\nexercise2,,0,0,s_out,,,abc\n'
    assert problems_of(tmp_path, rows) == ["line 6: expected a number, found the text 'abc'"]


def test_entries_counted_from_zero_are_read_so_with_a_note(tmp_path):
    rows = "".join(f"exercise2,,0,0,s_i,{i},,0.{i}5\n" for i in range(3))
    finding = read_data(tmp_path, "x.csv", HEAD + rows)
    assert [p.text for p in finding.problems] == ["line 1: row: counted from 0 and read so"]
    assert finding.submission.answers["exercise2"]["steps"][0]["s_i"] == ["0.05", "0.15", "0.25"]


def test_a_vector_may_stand_in_one_cell_as_it_is_printed(tmp_path):
    rows = 'exercise2,,0,0,s_i,,,[ 0.458  0.869  0.704]\nexercise2,,0,0,W,,,"[[1, 2, 3], [4, 5, 6]]"\n'
    step = read_data(tmp_path, "x.csv", HEAD + rows).submission.answers["exercise2"]["steps"][0]
    assert step["s_i"] == ["0.458", "0.869", "0.704"]
    assert step["W"] == [["1", "2", "3"], ["4", "5", "6"]]


@pytest.mark.parametrize("text", ["1,458", "0,458"])
def test_a_comma_between_commas_is_left_to_marking(tmp_path, text):
    rows = f'exercise2,,0,0,s_out,,,"{text}"\n'
    assert (
        read_data(tmp_path, "x.csv", HEAD + rows).submission.answers["exercise2"]["steps"][0]["s_out"] == text
    )


def test_a_decimal_comma_is_one_where_semicolons_separate_unless_points_stand_there_too(tmp_path):
    head = HEAD.replace(",", ";")
    rows = "exercise2;;0;0;s_out;;;1,458\n"
    finding = read_data(tmp_path, "x.csv", head + rows)
    assert finding.submission.answers["exercise2"]["steps"][0]["s_out"] == "1.458"
    finding = read_data(tmp_path, "x.csv", head + rows + "exercise2;;0;0;z_out;;;0.5\n")
    assert finding.submission.answers["exercise2"]["steps"][0]["s_out"] == "1,458"


def test_a_column_that_numbers_the_rows_is_no_label(tmp_path):
    key = practical_key()
    submission = submission_of(
        key, "exercise2", Student(key.plans["exercise2"]["online"], rounding=Rounding(5))
    )
    head, *rows = csv.reader(io.StringIO(fill_csv(csv_form(blank_of(key)), submission)))
    text = io.StringIO()
    csv.writer(text).writerows([["Nr", *head], *[[n, *row] for n, row in enumerate(rows, 1)]])
    finding = read_data(tmp_path, "x.csv", text.getvalue())
    assert verdicts(key, finding.submission) == verdicts(key, Submission(**submission))
    assert [problem.text for problem in finding.problems] == ["line 1: unknown column 'Nr'; it was not read"]


def test_an_unknown_column_is_named_and_changes_nothing(tmp_path):
    head = "question,part,iteration,sample,field,row,column,value,remark\n,,,,student,,,s1,\n"
    found = problems_of(tmp_path, "exercise2,,0,0,s_out,,,0.5,why\n", head=head)
    assert found == ["line 1: unknown column 'remark'; it was not read"]


@pytest.mark.parametrize(
    "text",
    [
        "student,exercise1,total\ns1,3,4\n",
        "Student,ID,SIS User ID,Section,Exercise (12)\n    Points Possible,,,,40\ns,1,1,a,3\n",
        "student,question,part,points,comment,answer\ns1,exercise4,answer,3,,words\n",
        "name,value\n1,2\n",
        "",
        "\x00\x01\x02",
        '"unclosed\n' * 50,
    ],
)
def test_a_table_that_is_no_hand_in_is_skipped_with_the_reason(tmp_path, text):
    finding = read_data(tmp_path, "x.csv", text)
    assert isinstance(finding, Skipped)
    assert 'a row with the headings "question", "field" and "value" was expected' in finding.reason


def test_our_own_grades_are_skipped(tmp_path):
    carla, keys = [ROOT / "submissions" / "carla.json"], ROOT / "answer_keys"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("grader.cli.terminal.streams.write", list)
        score(Sources(carla, keys), tmp_path, Outlet(ResultsAs.CSV), pages=Pages.MD)
    (finding,) = read(tmp_path / "grades.csv")
    assert isinstance(finding, Skipped)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            HEAD.split("\n", maxsplit=1)[0] + "\n",
            '"student": a text such as "0012345" was expected, found nothing',
        ),
        (HEAD.replace("s1", "\x1b[2J"), 'line 2: "student": a text such as'),
        (HEAD + ",,,,student,,,s2\n", "line 2 and line 3: one student was expected, found s1 and s2."),
        (HEAD + 'exercise1,dL_dW_2,,,,,,"x\n', "Line 3: a closing double quote was expected, found the end"),
        (
            HEAD + 'exercise1,dL_dW_2,,,,,,"x"y\n',
            "Line 3: a separator was expected after a closing double quote",
        ),
        (HEAD + f"exercise1,dL_dW_2,,,,,,{'x' * 140000}\n", "Line 3: a cell of at most 131,072 characters"),
        (HEAD + "," * 301 + "\n", "Line 3: at most 300 cells were expected"),
        (HEAD.encode() + b"exercise1,dL_dW_2,,,,,,\xff\n", "Text saved as UTF-8 was expected"),
        (
            HEAD + "".join(f"exercise2,,{i},0,W,100,100,1\n" for i in range(60)),
            "Too large: at most 15,000 numbers",
        ),
    ],
)
def test_a_table_that_is_a_hand_in_but_broken_says_why(tmp_path, text, words):
    finding = read_data(tmp_path, "x.csv", text)
    assert isinstance(finding, Unreadable), finding
    assert any(problem.text.startswith(words) for problem in finding.problems), finding.problems


def test_a_huge_gradebook_is_no_hand_in_and_a_huge_hand_in_is_too_large(tmp_path):
    finding = read_data(tmp_path, "x.csv", "student,total\n" + "s1,3\n" * 300_000)
    assert isinstance(finding, Skipped)
    finding = read_data(tmp_path, "x.csv", HEAD + "exercise2,,0,0,s_out,,,1\n" * 60_000)
    assert isinstance(finding, Unreadable)
    assert finding.problems[0].text.startswith("Too large")


# --- workbooks with faults ----------------------------------------------------------------------------------


def workbook(rows, **sheets):
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, own in {"exercise2": rows, **sheets}.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(own):
                for j, value in enumerate(row):
                    if value is not None:
                        sheet.write(i, j, value)
    return data.getvalue()


ABOUT = [
    ["student", "s1"],
    ["question", "exercise2"],
    ["iteration", "sample", "field", "row", "shape", 1, 2, 3],
]


def test_a_date_in_a_number_cell_is_named_with_its_sheet_and_cell(tmp_path):
    data = workbook([*ABOUT, [0, 0, "s_i", None, "3", 0.5, date(2026, 2, 1), 0.7]])
    finding = read_data(tmp_path, "x.xlsx", data)
    (marked,) = mark(practical_key(), [finding.submission])
    (problem,) = [placed(problem, finding.places).text for problem in marked.problems]
    assert (
        problem == "exercise2!G4: expected a number, found the text '2026-02-01 (made a date by the program)'"
    )


def test_a_row_without_a_shape_is_taken_as_it_is_filled(tmp_path):
    head = [*ABOUT[:2], ["iteration", "sample", "field", "row", 1, 2, 3]]
    rows = [
        [0, 0, "s_i", None, 0.1, 0.2, 0.3],
        [0, 0, "s_out", None, 0.5],
        [0, 0, "W", 2, 4, 5, 6],
        [0, 0, "W", 1, 1, 2, 3],
    ]
    (step,) = read_data(tmp_path, "x.xlsx", workbook([*head, *rows])).submission.answers["exercise2"]["steps"]
    assert step == {
        "iteration": 0,
        "sample": 0,
        "s_i": [0.1, 0.2, 0.3],
        "s_out": 0.5,
        "W": [[1, 2, 3], [4, 5, 6]],
    }


def test_leading_zeros_of_a_text_and_trailing_zeros_of_a_number_as_text_stay(tmp_path):
    head = [["student", "0012345"], *ABOUT[1:]]
    finding = read_data(tmp_path, "x.xlsx", workbook([*head, [0, 0, "s_out", None, "number", "0.0900"]]))
    assert finding.submission.student == "0012345"
    assert finding.submission.answers["exercise2"]["steps"][0]["s_out"] == "0.0900"


def test_a_student_number_that_is_a_number_is_noted(tmp_path):
    head = [["student", 12345], *ABOUT[1:]]
    finding = read_data(tmp_path, "x.xlsx", workbook([*head, [0, 0, "s_out", None, "number", 0.5]]))
    assert finding.submission.student == "12345"
    assert [p.text for p in finding.problems] == [
        "exercise2!B1: student: a number, which has no zeros in front"
    ]


def test_sheets_of_ones_own_beside_the_answers_change_nothing(tmp_path):
    row = [0, 0, "s_out", None, "number", 0.5]
    alone = read_data(tmp_path, "x.xlsx", workbook([*ABOUT, row]))
    beside = read_data(
        tmp_path, "x.xlsx", workbook([*ABOUT, row], scratch=[["student id?", 3], [1, 2], ["w", 4]])
    )
    assert alone.submission == beside.submission


def test_a_workbook_that_is_no_hand_in_is_skipped(tmp_path):
    assert isinstance(read_data(tmp_path, "x.xlsx", workbook([["student", "total"], ["s1", 3]])), Skipped)


def unzipped(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {entry: archive.read(entry) for entry in archive.namelist()}


def rezipped(files, method=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def many_cells(sheet):
    """Return a sheet with many more cells that share a text."""
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(100, 200))
    return sheet.replace(b"</sheetData>", rows + b"</sheetData>")


def hostile_workbooks():
    files = unzipped(workbook([*ABOUT, [0, 0, "s_out", None, "number", 0.5]]))
    sheet = "xl/worksheets/sheet1.xml"
    yield "a bomb", rezipped(files | {sheet: files[sheet] + b" " * 60_000_000}), "Too large"
    yield "a bomb beside", rezipped(files | {"xl/media/x.png": b"\0" * 60_000_000}), "Too large"
    for far in ("XFD1048576", "A1048576", "xfd9", "ZZ1", "AAAA1", "A18446744073709551700", "9" * 5000):
        yield (
            far,
            rezipped(files | {sheet: files[sheet].replace(b'r="A1"', f'r="{far}"'.encode())}),
            "Too large",
        )
    yield (
        "a row far down",
        rezipped(files | {sheet: files[sheet].replace(b'<row r="1"', b'<row r="1048576"')}),
        "Too large",
    )
    yield (
        "a hidden cell",
        rezipped(files | {sheet: files[sheet].replace(b'r="A1"', b'r="&#88;FD1048576"')}),
        "Too large",
    )
    places = re.compile(rb' r="[A-Z]*[0-9]+"')
    for name, rows in {
        "places that follow": b"<row/>" * 60_000 + b"<row>" + b"<c/>" * 60_000 + b"<c><v>1</v></c></row>",
        "far and what follows": b'<row r="4000"/><row><c><v>1</v></c></row>',
        "a place in a place": b"<row x='<row r=\"1\"'/>" * 4_001,
        "a row in another namespace": b"<x:row xmlns:x='x'/>" * 4_001,
    }.items():
        data = places.sub(b"", files[sheet]).replace(b"</sheetData>", rows + b"</sheetData>")
        yield (
            name,
            rezipped(files | {sheet: data}),
            "A workbook" if name == "a place in a place" else "Too large",
        )
    texts = "xl/sharedStrings.xml"
    for count in (b"4294967295", b"18446744073709551615", b"x"):
        data = re.sub(rb'uniqueCount="[0-9]+"', b'uniqueCount="%s"' % count, files[texts])
        yield f"{count.decode()} texts", rezipped(files | {texts: data}), "A workbook"
    long = files[texts].replace(b"</sst>", b"<si><t>" + b"x" * 900_000 + b"</t></si></sst>")
    yield (
        "a long text in many cells",
        rezipped(files | {texts: long, sheet: many_cells(files[sheet])}),
        "Too large",
    )
    yield "elsewhere", rezipped(files | {"xl/y/sharedStrings.xml": data}), "A workbook"
    yield "many files", rezipped(files | {f"x/{i}": b"" for i in range(600)}), "Too large"
    yield "LZMA", rezipped(files, zipfile.ZIP_LZMA), "A workbook"
    yield "no zip", b"PK\x03\x04 and nothing more", "A workbook"
    yield "text", b"question,field,value", "A workbook"
    yield "empty", b"", "A workbook"
    yield "no workbook", rezipped({"a.txt": b"hello"}), "A workbook"
    yield "cut off", rezipped(files)[:-300], "A workbook"
    yield "no XML", rezipped(files | {"xl/workbook.xml": b"<workbook"}), "A workbook"


@pytest.mark.parametrize(
    ("data", "words"), [pytest.param(d, w, id=name) for name, d, w in hostile_workbooks()]
)
def test_a_hostile_workbook_is_refused_in_words(tmp_path, data, words):
    finding = read_data(tmp_path, "x.xlsx", data)
    assert isinstance(finding, Unreadable), finding
    assert finding.problems[0].text.startswith(words), finding.problems


@pytest.mark.parametrize("error", [b"#DIV/0!", b"#N/A"])
def test_an_error_in_a_cell_is_named_and_not_taken_for_an_empty_cell(tmp_path, error):
    files = unzipped(workbook([*ABOUT, [0, 0, "s_out", None, "number", 0.5]]))
    sheet = "xl/worksheets/sheet1.xml"
    cell = b'<c r="F4" t="e"><v>%s</v></c>' % error
    changed = re.sub(rb'<c r="F4"><v>0.5</v></c>', cell, files[sheet])
    assert changed != files[sheet]
    finding = read_data(tmp_path, "x.xlsx", rezipped(files | {sheet: changed}))
    (marked,) = mark(practical_key(), [finding.submission])
    said = [placed(problem, finding.places).text for problem in marked.problems]
    assert said == [f"exercise2!F4: expected a number, found the text '{error.decode()}'"]


@pytest.mark.parametrize(("cell", "said"), [("<f>1/2</f>", True), ("<f>1/2</f><v>0.5</v>", False)])
def test_a_formula_without_a_saved_value_is_told(tmp_path, cell, said):
    files = unzipped(workbook([*ABOUT, [0, 0, "s_out", None, "number", 0.5]]))
    sheet = "xl/worksheets/sheet1.xml"
    changed = files[sheet].replace(b"<v>0.5</v>", cell.encode())
    (problem,) = read_data(tmp_path, "x.xlsx", rezipped(files | {sheet: changed})).problems
    assert problem.text.startswith("One cell holds a formula; ")
    assert ("It has none: save the file with a spreadsheet program" in problem.text) == said


def test_a_workbook_whose_cells_say_no_places_is_read_as_one_whose_cells_do(tmp_path):
    files = unzipped(workbook([*ABOUT, [0, 0, "s_i", None, "3", 0.5, 0.25, 0.7]]))
    sheet = "xl/worksheets/sheet1.xml"
    rows = files[sheet].replace(b'<c r="E4"', b'<c r="D4"/><c r="E4"')  # which xlsxwriter leaves out
    bare = re.sub(rb' r="[A-Z]*[0-9]+"', b"", rows)
    assert bare != rows
    found, expected = (
        read_data(tmp_path, "x.xlsx", rezipped(files | {sheet: content})) for content in (bare, files[sheet])
    )
    assert found.submission == expected.submission


def test_damaged_workbooks_raise_nothing(tmp_path):
    files = unzipped(workbook([*ABOUT, [0, 0, "s_out", None, "number", 0.5]]))
    random = np.random.default_rng(1)
    for _ in range(60):
        name = list(files)[random.integers(len(files))]
        content = bytearray(files[name])
        for _ in range(random.integers(1, 6)):
            content[random.integers(len(content))] = random.integers(256)
        assert read_data(tmp_path, "x.xlsx", rezipped(files | {name: bytes(content)})) is not None


@pytest.mark.parametrize("encoding", [b"punycode", b"no such", b"UTF-16"])
def test_no_codec_is_looked_up_for_a_workbook(tmp_path, encoding):
    files = unzipped(workbook([*ABOUT, [0, 0, "s_out", None, "number", 0.5]]))
    book = files["xl/workbook.xml"].replace(b"UTF-8", encoding)
    assert book != files["xl/workbook.xml"]
    sys.modules.pop("encodings.punycode", None)
    finding = read_data(tmp_path, "x.xlsx", rezipped(files | {"xl/workbook.xml": book}))
    assert "encodings.punycode" not in sys.modules
    assert isinstance(finding, HandIn | Unreadable)


@pytest.mark.parametrize(("form", "value"), [("yyyy-mm-dd", b"-1e18"), ("[h]:mm", b"1e300")])
def test_a_date_of_no_calendar_is_a_damaged_workbook_and_no_panic(tmp_path, capfd, form, value):
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        book.add_worksheet().write_number(0, 0, 43831, book.add_format({"num_format": form}))
    files = unzipped(data.getvalue())
    sheet = "xl/worksheets/sheet1.xml"
    damaged = files[sheet].replace(b"<v>43831</v>", b"<v>%s</v>" % value)
    assert damaged != files[sheet]
    finding = read_data(tmp_path, "x.xlsx", rezipped(files | {sheet: damaged}))
    assert "found a file that is none or is damaged" in finding.problems[0].text
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("module", ["python_calamine", "xlsxwriter"])
def test_without_the_extra_the_command_to_install_it_is_named(tmp_path, monkeypatch, module):
    data = workbook(ABOUT)
    monkeypatch.setitem(sys.modules, module, None)
    if module == "xlsxwriter":
        with pytest.raises(UsageFault, match=re.escape("pip install 'grader[xlsx]'")):
            workbook_form(blank_of(practical_key()))
    else:
        finding = read_data(tmp_path, "x.xlsx", data)
        assert (
            finding.problems[0].text
            == "A workbook: workbooks need two more packages; install them with: pip install 'grader[xlsx]'."
        )
