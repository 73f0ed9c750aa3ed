"""Reports: what they say, that nothing in them acts, that they can be read back. Results are made by hand."""

import csv
import io
import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from written import results_json, student_page

from grader.reports import (
    Encoder,
    check_report,
    csv_cell,
    file_stem,
    grades_csv,
    grades_table,
    markdown,
    row_of,
    submission_json,
    visible,
)
from grader.reports.gradescope import gradescope
from grader.reports.junit import junit
from grader.reports.lines import cell_width, cut_inside
from grader.reports.trace import WhichSteps
from grader.reports.wording import number, plural, points
from grader.schemas.results import (
    OPTIONAL,
    FieldResult,
    QuestionResult,
    Results,
    Status,
    SubmissionResult,
)
from grader.schemas.wording import listed

# --- results made by hand ---------------------------------------------------------------------------------

SWEEPS = [{"sweep": sweep, "row": row} for sweep in range(3) for row in range(4)]
NEWTON = [{"step": step} for step in range(5)]


def line(field, step=None, status="correct", score=None, message="", cause=None, max_score=1.0):
    if score is None:
        score = max_score if status in {"correct", "follows"} else 0.0
    return FieldResult(
        field=field, step=step, status=status, score=score, max_score=max_score, message=message, cause=cause
    )


def question(name, *fields, **more):
    return QuestionResult(
        question=name,
        score=sum(field.score for field in fields),
        max_score=sum(field.max_score for field in fields),
        pending=sum(field.max_score for field in fields if field.status is Status.PENDING),
        fields=fields,
        **more,
    )


def hand_in(*questions, student="0012345", **more):
    return SubmissionResult(
        student=student,
        file=more.pop("file", f"submissions/{student}.json"),
        assignment="week3",
        score=sum(question.score for question in questions),
        max_score=sum(question.max_score for question in questions),
        pending=sum(question.pending for question in questions),
        questions=questions,
        **more,
    )


def unreadable(problem="not JSON: line 3, column 5", student=None, file="in/broken.json"):
    return SubmissionResult(student=student, file=file, problems=(problem,))


def newton(**at_step):
    """Newton's method with five steps of f, slope and x_new; `at_step` replaces lines by name and step."""
    return question(
        "root",
        *[
            at_step.get(f"{field}_{step['step']}", line(field, step))
            for step in NEWTON
            for field in ("f", "slope", "x_new")
        ],
        method="newton",
        choices={"slope": "exact"},
        given={"x0": 1.0, "eps": 0.05},
    )


AVERAGE = hand_in(
    newton(
        f_1=line("f", NEWTON[1], "wrong", message="you wrote 0.25; from your own lines follows 0.5"),
        slope_2=line(
            "slope", NEWTON[2], "mistake", 0.5, "the inner derivative is forgotten.", "no_chain_rule"
        ),
        slope_3=line(
            "slope", NEWTON[3], "mistake", 0.5, "the inner derivative is forgotten.", "no_chain_rule"
        ),
        x_new_1=line("x_new", NEWTON[1], "follows"),
        x_new_2=line("x_new", NEWTON[2], "follows"),
        f_4=line("f", NEWTON[4], "missing"),
        slope_4=line("slope", NEWTON[4], "missing"),
        x_new_4=line("x_new", NEWTON[4], "missing"),
    ),
    question("proof", line("order", status="pending", max_score=4), line("bound", max_score=2)),
    problems=('unknown key "epz" under given; did you mean "eps"?',),
)

AVERAGE_PAGE = """\
# Feedback for 0012345

**12 of 21 points**, 4 points wait for a person's mark.

What would gain you most:

- 3 points: root, what is not handed in – all 3 lines in step 4.
- 1 point: root, f in step 1 – work it out again.

Problems in the file:

- unknown key "epz" under given; did you mean "eps"?

## root: 10 of 15 points

Right: 9 of 12 lines handed in; 2 lines of them differ from the solution, but follow from your own lines \
and keep their marks. Your work was read as: method newton, slope = exact, x0 = 1, eps = 0.05.

- **f** (step 1) – wrong, cost 1 point: you wrote 0.25; from your own lines follows 0.5.
- **slope** (steps 2 and 3) – a mistake, cost 1 point: the inner derivative is forgotten.
- **Not handed in:** all 3 lines in step 4 – cost 3 points.

## proof: 2 of 6 points, 4 points wait for a person's mark

Right: bound.

- **Waits for a person's mark:** order (4 points).
"""

# --- JSON -------------------------------------------------------------------------------------------------


def test_json_reads_back_as_the_same_results():
    results = [AVERAGE, unreadable(), hand_in(question("empty"), student="Zoë \u2028 <b>\x1b \u202e 😀")]
    document = results_json(results)
    assert Results.model_validate_json(document) == Results(results=tuple(results))
    assert len(document.splitlines()) == len(results) + 2


def test_json_of_no_results_is_a_document():
    assert Results.model_validate_json(results_json([])).results == ()


@given(st.text(), st.floats(allow_nan=False, allow_infinity=False))
def test_an_entry_is_one_line_with_exact_scores(text, score):
    text = text.encode("utf-8", "ignore").decode()
    result = hand_in(question(text, line(text, {"step": 1}, "wrong", score, text)), student=text)
    entry = submission_json(result)
    assert SubmissionResult.model_validate_json(entry) == result
    assert len(entry.splitlines()) <= 1
    entry.encode("utf-8")


def test_json_keeps_every_key_in_the_order_of_the_contract():
    entry = json.loads(submission_json(AVERAGE))
    assert list(entry) == [key for key in SubmissionResult.model_fields if key not in OPTIONAL]
    present = [key for key in QuestionResult.model_fields if key not in OPTIONAL]
    assert list(entry["questions"][0]) == present
    expected = [key for key in FieldResult.model_fields if key not in OPTIONAL]
    assert list(entry["questions"][0]["fields"][0]) == expected


def test_json_has_an_optional_key_where_there_is_something_to_say():
    read = line("f").model_copy(update={"read": "2*x"})
    result = hand_in(question("q", line("e"), read)).model_copy(update={"page": "ann-1"})
    entry = json.loads(submission_json(result))
    assert entry["page"] == "ann-1"
    assert ["read" in field for field in entry["questions"][0]["fields"]] == [False, True]
    assert SubmissionResult.model_validate(entry) == result


def test_json_escapes_lone_surrogates():
    result = AVERAGE.model_copy(update={"student": "a\ud800b"})
    assert r"a\ud800b" in submission_json(result)


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_results_refuse_what_is_no_number(score):
    with pytest.raises(ValueError, match="finite number"):
        SubmissionResult(student="s", file="s.json", score=score)


def test_text_that_looks_like_the_frame_of_a_question_does_no_harm():
    tricky = ',"fields":[]}'
    result = hand_in(question(tricky, line("f"), notes=(tricky, '"fields":[]')), student=tricky)
    assert SubmissionResult.model_validate_json(submission_json(result)) == result


def test_the_encoder_remembers_shared_objects_and_a_bounded_number_of_them(monkeypatch):
    monkeypatch.setattr(Encoder, "_MOST_FIELDS", 10)
    encoder = Encoder()
    shared = line("f", NEWTON[0])
    for student in range(50):
        own = line("slope", NEWTON[0], "wrong", message=f"of {student}")
        result = hand_in(
            question("root", shared, own, line("x_new", NEWTON[student % 5])), student=str(student)
        )
        assert SubmissionResult.model_validate_json(encoder.submission(result)) == result
    assert len(encoder._texts.made) <= 10
    assert all(not field.message for field in encoder._texts._kept)


# --- text that acts ---------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "</textarea></pre></td></script><h1>100/100</h1>",
    "<!-- --><style>*{display:none}</style>",
    "[click](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "[a]: http://evil.example",
    "<details open ontoggle=alert(1)>",
    "<http://evil.example>",
    "see http://evil.example and www.evil.example or me@evil.example",
    "| 100 | 100 |\n|---|---|",
    "$\\href{javascript:alert(1)}{x}$",
    "\\(x\\) \\[y\\] \\*z\\* \\",
    "# 100 points",
    "- one\n- two",
    "1. one",
    "1) one",
    "---",
    "===",
    "> quoted",
    "    code",
    "```\ncode",
    "~~~",
    "`code` *a* _b_ **c** __d__ ~~e~~ __f_g__",
    "&lt;b&gt; &amp; &#60;",
    "=cmd|'/C calc'!A0",
    "-1+1",
    "\t=1+1",
    "@SUM(A1)",
    'a"b,c\nd',
    "\x1b]0;pwned\x07",
    "\x1b]8;;http://evil.example\x07x\x1b]8;;\x07",
    "\x9b31mred",
    "fail\rPASS",
    "[/]",
    "[link=http://evil.example]ok[/link]",
    "\x01\x08\x0b\x7f",
    "\ufffe\uffff",
    '<!DOCTYPE x [<!ENTITY a "aaaa">]>&a;',
    "Z" + "\u0310\u0342" * 40,
    "ok\nERROR: all students 0",
    "'; DROP TABLE grades;--",
    "a\u202e\u2066b\u200bc\u2028d\u2029e\ufefff\u00adg\u3164h",
    "a\ud800b",
]


class Reader(HTMLParser):
    """Collects the tags and the text of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, *attrs))

    def handle_data(self, data):
        self.text += data


def read(page):
    reader = Reader()
    reader.feed(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(page))
    reader.close()
    return reader


def is_quiet(text):
    """Whether a terminal shows every character of `text` as it is."""
    return all(char.isprintable() for char in text.replace("\n", ""))


def everywhere(text):
    """Return a result with `text` wherever others can write."""
    wrong = [line(text, {text: step}, "wrong", message=text, cause=text) for step in range(3)]
    parts = [line(text, status=status, message=text) for status in Status]
    ways = {"method": text, "choices": {text: text}, "given": {text: 0.5}, "notes": (text,)}
    base = hand_in(question("plain", *wrong, *parts), student="x", problems=(text,))
    evil = base.questions[0].model_copy(update={"question": text, **ways})
    return base.model_copy(update={"student": text, "file": text, "assignment": text, "questions": (evil,)})


def surrogate_free(text):
    return text.encode("utf-8", "ignore").decode()


@pytest.mark.parametrize("text", HOSTILE)
def test_visible_text_is_one_quiet_line(text):
    assert is_quiet(visible(text))
    assert "\n" not in visible(text)


def test_visible_text_names_what_was_hidden():
    assert visible("a\x1b[0m\n\u202e\u200b\ud800") == r"a\x1b[0m\n\u202e\u200b\ud800"
    assert visible("Zoë Łukasz 李 α→β – “x” 😀") == "Zoë Łukasz 李 α→β – “x” 😀"
    assert visible("Z" + "\u0310" * 40) == "Z" + "\u0310" * 3


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("frame", ["{}", "- {}", "# {}", "- **x** {}", "a\n{}"])
def test_markdown_shows_hostile_text_as_it_is_written(text, frame):
    shown = markdown(text)
    plain = read(frame.format("w"))
    found = read(frame.format(shown))
    assert found.tags == plain.tags
    assert found.text == plain.text.replace("w", visible(text).strip())
    assert not any(part in shown for part in ("<", "](", "http://", "$", "\n"))


@given(st.text(alphabet=st.sampled_from("ab1 _*`~#<>[]()!|\\&;:/.-+=$@\n\t\x1b"), max_size=30))
def test_markdown_shows_any_text_as_it_is_written(text):
    found = read(f"- **x** {markdown(text)}")
    assert [tag for tag, *_ in found.tags] == ["ul", "li", "strong"]
    assert found.text.strip("\n") == f"x {visible(text).strip()}".rstrip() or not visible(text).strip()


def test_markdown_leaves_names_readable():
    assert markdown("x_new, W_1 in row 2: 0.25 – 1e-3") == "x_new, W_1 in row 2: 0.25 – 1e-3"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert_in_every_report(text):
    result = everywhere(text)
    page = student_page(result)
    assert {tag for tag, *_ in read(page).tags} <= {"h1", "h2", "p", "strong", "ul", "li"}
    assert all(not attributes for _, *attributes in read(page).tags)
    assert is_quiet(page)
    assert is_quiet(check_report(result))
    row = row_of(result)
    assert is_quiet(grades_table([row], 80, colour=False))
    table = grades_csv([row])
    assert is_quiet(table)
    header, cells = csv.reader(io.StringIO(table))
    assert len(header) == len(cells) == 8
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in header + cells)
    entry = submission_json(result)
    assert is_quiet(entry)
    assert json.loads(entry)["student"] == text


def test_csv_cells_of_text_are_never_formulas():
    assert csv_cell("=1+1") == "'=1+1"
    assert csv_cell(" @x") == "' @x"
    assert csv_cell("＝1") == "'＝1"
    assert csv_cell("\t=1") == r"\t=1"
    assert csv_cell("a=1") == "a=1"


# --- names of files ---------------------------------------------------------------------------------------

UNSAFE = [
    "", ".", "..", "../../etc/cron.d/x", "a/b", "..\\..\\x", "\\\\server\\share",
    "．．／x", "a\tb", "a\0b", "a" * 300,
    "CON", "nul.txt", "com1", "bob.", ".bob", "-rf", "~root", "*?[a]", "bob\u200b", "😀",
    "index", "Results", "grades",
    "<b>x</b>", "[/]", "a b", "zoë", "a\ud800",
]  # fmt: skip


@pytest.mark.parametrize("student", ["0012345", "alice", "Bob_2", "anna-lena", "a.b", "x" * 64])
def test_a_plain_id_is_its_own_file_name(student):
    assert file_stem(student, {}) == student


@pytest.mark.parametrize("student", UNSAFE)
def test_any_other_id_gets_a_safe_file_name(student):
    stem = file_stem(student, {})
    assert stem != student
    assert stem.isascii()
    assert stem.replace("-", "").replace("_", "").replace(".", "").isalnum()
    assert stem[0].isalnum()
    assert len(stem) <= 64
    assert stem[-9] == "-"


def stems_of(students):
    taken, stems = {}, []
    for student in students:
        stems.append(file_stem(student, taken))
        taken[stems[-1].casefold()] = student
    return stems


def test_different_ids_have_different_files_on_every_file_system():
    students = ["Bob", "bob", "BOB", "a/b", "a_b", "a-b", "a b", *UNSAFE]
    students += [file_stem("a/b", {}), file_stem("a b", {}).upper()]
    students = list(dict.fromkeys(students))
    assert len({stem.casefold() for stem in stems_of(students)}) == len(students)


def test_an_id_made_to_look_like_the_file_of_another_takes_nothing_from_it():
    first, second = stems_of([file_stem("a/b", {}), "a/b"])
    assert first != second


def test_a_second_file_of_a_student_has_the_same_name():
    assert stems_of(["bob", "bob", "a/b", "a/b"])[1::2] == stems_of(["bob", "a/b"])


# --- words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ([(0, 2)], "sweep 0, row 2"),
        ([(0, 1), (0, 2), (0, 3)], "sweep 0, rows 1–3"),
        ([(0, 0), (0, 2)], "sweep 0, rows 0 and 2"),
        ([(0, 0), (0, 1), (0, 3)], "sweep 0, rows 0, 1 and 3"),
        ([(0, 3), (1, 3), (2, 3)], "sweeps 0–2, row 3"),
        ([(1, row) for row in range(4)], "sweep 1"),
        ([(sweep, row) for sweep in (1, 2) for row in range(4)], "sweeps 1 and 2"),
        ([(1, 0), *[(2, row) for row in range(4)]], "sweep 1, row 0; sweep 2"),
        ([(sweep, row) for sweep in range(3) for row in range(4)], "all 12 steps"),
    ],
)
def test_places_are_ranges(chosen, words):
    steps = [{"sweep": sweep, "row": row} for sweep, row in chosen]
    assert WhichSteps(SWEEPS).words(steps, of=12) == words


def test_places_in_one_loop_and_around_it():
    assert WhichSteps(NEWTON).words(NEWTON[1:4], of=5) == "steps 1–3"
    assert WhichSteps(NEWTON[:1]).words(NEWTON[:1], of=1) == "step 0"
    mixed = [*SWEEPS, {"sweep": 0}, {"sweep": 1}]
    assert WhichSteps(mixed).words([SWEEPS[0], {"sweep": 1}], of=14) == "sweep 0, row 0; sweep 1"


def test_scattered_places_are_counted():
    steps = [{"k": k} for k in range(200)]
    assert WhichSteps(steps).words(steps[3::2], of=200) == "99 of 200 steps, the first is k 3"


def test_small_words():
    assert [number(value) for value in (31.5, 14.25, 3.0, 100.0, -0.0)] == ["31.5", "14.25", "3", "100", "0"]
    assert [points(value) for value in (0, 1, 0.5, 0.001)] == [
        "0 points",
        "1 point",
        "0.5 points",
        "less than 0.01 points",
    ]
    assert [listed("abc"[:length]) for length in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert [plural(noun) for noun in ("row", "pass", "entry", "day", "k")] == [
        "rows",
        "passes",
        "entries",
        "days",
        "k",
    ]


# --- the page ---------------------------------------------------------------------------------------------


def test_the_page_of_an_average_student():
    assert student_page(AVERAGE) == AVERAGE_PAGE


def test_the_page_of_who_has_everything_right():
    result = hand_in(
        newton(), question("proof", line("order"), line("bound")), question("name", line("author"))
    )
    assert student_page(result) == (
        "# Feedback for 0012345\n\n**18 of 18 points**.\n\n"
        "## root: 15 of 15 points\n\n"
        "All 15 lines are right. Your work was read as: method newton, slope = exact, x0 = 1, eps = 0.05.\n\n"
        "## proof: 2 of 2 points\n\nBoth parts are right.\n\n"
        "## name: 1 of 1 point\n\nRight.\n"
    )


def test_the_page_of_what_could_not_be_read():
    assert student_page(unreadable()) == (
        "# Feedback for in/broken.json\n\n**This hand-in was not marked**.\n\n"
        "Problems in the file:\n\n- not JSON: line 3, column 5\n\n"
        "Mend what is named above, then hand in the file again.\n"
    )


def test_who_begins_anew_begins_with_the_first_wrong_line_however_little_it_cost():
    """It stands in the last remark of the page, among those that cost least."""
    lines = [
        line(field, step, "correct" if field == "field_a" and row else "wrong", message=f"{field} of {row}")
        for row, step in enumerate(SWEEPS)
        for field in [f"field_{letter}" for letter in "abcdefghijk"]
    ]
    page = student_page(hand_in(question("solve", *lines)))
    assert page.index("- **field_b**") < page.index("- **field_a, ")
    assert (
        "121 lines that do not follow from the lines before them – begin with field_a in sweep 0, row 0."
        in page
    )


def test_a_hopeless_page_is_no_wall():
    fields = [f"field_{letter}" for letter in "abcdefghijk"]
    lines = [
        line(
            field,
            step,
            "wrong",
            message=f"second component of {field}: you wrote {row}.5; from your own lines follows -{row}",
        )
        for row, step in enumerate(SWEEPS)
        for field in fields
    ]
    page = student_page(hand_in(question("solve", *lines)))
    assert page.count("\n- ") == 1 + 7 + 1
    assert (
        "- 132 points: solve, 132 lines that do not follow from the lines before them "
        "– begin with field_a in sweep 0, row 0." in page
    )
    assert "**field_a** (all 12 steps) – wrong, cost 12 points. For example in sweep 0, row 0: " in page
    assert (
        "**field_h, field_i, field_j and field_k** (all 12 steps) – wrong, cost 48 points. "
        "For example field_h in sweep 0, row 0: second component of field_h: you wrote 0.5" in page
    )


def said_of(*fields, **more):
    """Return the lines of the page about one question, without the heading."""
    page = student_page(hand_in(question("q", *fields), **more))
    return page.split("## q: ")[1].splitlines()[2:]


def test_what_is_missing_comes_in_ranges():
    grid = {(field, row): line(field, step) for row, step in enumerate(SWEEPS) for field in ("a", "b", "c")}
    for row in (*range(4, 12), 1):
        for field in ("a", "b", "c"):
            grid[field, row] = line(field, SWEEPS[row], "missing")
    grid["b", 0] = line("b", SWEEPS[0], "missing")
    grid["c", 0] = line("c", SWEEPS[0], "missing")
    (missing,) = [text for text in said_of(*grid.values()) if "Not handed in" in text]
    assert missing == (
        "- **Not handed in:** all 27 lines (sweep 0, row 1; sweeps 1 and 2); b and c in sweep 0, row 0 "
        "– cost 29 points."
    )


def test_nothing_handed_in_is_said_once():
    page = student_page(hand_in(question("q", *[line("a", step, "missing") for step in NEWTON])))
    assert page.endswith(
        "- 5 points: q, of which nothing is handed in.\n\n## q: 0 of 5 points, not handed in\n"
    )


def test_problems_that_differ_in_what_was_found_are_said_once():
    numbers = [
        f"answers.root.steps[{t}].f[{t}]: expected a number, found the text '{t}/2'; write it"
        for t in range(3)
    ]
    same_step = [f"answers.root.steps[0].g[{i}]: expected a number, found the text '{i}?'" for i in range(3)]
    lines = [f"line {n}: expected a number, found the text '#REF!'" for n in range(10, 20)]
    cells = [f"my sheet!B{n}: the name of a question was expected, found nothing" for n in range(3)]
    page = student_page(hand_in(newton(), problems=(*numbers, *same_step, *lines, *cells)))
    shown = page.split("Problems in the file:")[1].split("##")[0].replace("\\", "").split("\n- ")[1:]
    assert [text.strip() for text in shown] == [
        f"{numbers[0]} (and so in 2 more steps)",
        f"{same_step[0]} (and so in 2 more places)",
        f"{lines[0]} (and so in 9 more places)",
        f"{cells[0]} (and so in 2 more places)",
    ]


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("problem", ["answers.root.steps[0]: unknown key 'S'", "line 7: unknown key 'S'"])
def test_what_is_there_but_could_not_be_read_is_not_called_missing(problem, there):
    absent = [line("f", step, "missing", message="not handed in") for step in NEWTON]
    page = student_page(hand_in(question("root", *absent, unread=there or None), problems=(problem,)))
    assert ("of which nothing could be read" in page) is there
    assert ("root: 0 of 5 points, could not be read" in page) is there
    assert ("handed in" in page) is not there


def test_the_same_words_about_several_parts_are_said_once():
    swap = {"status": "slip", "cause": "symbol_exchanged", "message": "y stands where t belongs"}
    assert said_of(line("left", **swap, score=0.5), line("right", **swap, score=1))[0] == (
        "- **left and right** – a slip of the pen, cost 0.5 points: y stands where t belongs."
    )


def test_faults_of_different_kinds_stay_apart():
    texts = said_of(
        line("a", NEWTON[0], "slip", 1, "two digits are swapped", "swapped_digits"),
        line("a", NEWTON[1], "wrong", message="you wrote 1; from your own lines follows 2"),
        line("a", NEWTON[2], "wrong", message="you wrote 3; from your own lines follows 4"),
        line("a", NEWTON[3], "mistake", message="this is the old value", cause="no_update"),
        line("a", NEWTON[4], "invalid", message="3 numbers expected, 2 found"),
    )
    assert texts == [
        "- **a** (step 0) – a slip of the pen, cost nothing: two digits are swapped.",
        (
            "- **a** (steps 1 and 2) – wrong, cost 2 points. For example in step 1: you wrote 1; "
            "from your own lines follows 2."
        ),
        "- **a** (step 3) – a mistake, cost 1 point: this is the old value.",
        "- **a** (step 4) – cannot be read, cost 1 point: 3 numbers expected, 2 found.",
    ]


def test_one_cause_is_one_remark_with_the_equation_of_each_field():
    def forgotten(field, step):
        said = f"alpha is forgotten; the line should be {field} = {field} - alpha · d"
        return line(field, step, "mistake", 0.5, said, "alpha_forgotten")

    texts = said_of(*[forgotten(field, step) for step in NEWTON for field in ("u", "v")])
    assert texts == [
        (
            "- **u and v** (all 5 steps) – a mistake, cost 5 points: alpha is forgotten; "
            "the lines should be u = u - alpha · d and v = v - alpha · d."
        )
    ]


def test_slips_of_one_field_are_one_remark_with_an_example():
    texts = said_of(
        line("a", NEWTON[0], "slip", 0.5, "you wrote -1: the sign is wrong", "sign"),
        line("a", NEWTON[1], "slip", 0.5, "third component: you wrote -2: the sign is wrong", "sign"),
        line("b", NEWTON[0], "slip", 0.5, "you wrote -3: the sign is wrong", "sign"),
    )
    assert texts == [
        (
            "- **a** (both steps) – a slip of the pen, cost 1 point. For example in step 0: you wrote -1: "
            "the sign is wrong."
        ),
        "- **b** (step 0) – a slip of the pen, cost 0.5 points: you wrote -3: the sign is wrong.",
    ]


def test_of_many_faults_the_lesser_ones_keep_an_example():
    slips = [
        line(f"s{field}", NEWTON[step], "slip", 0.9, f"you wrote {step}", kind)
        for kind, field in (("sign", 1), ("digit", 2))
        for step in range(3)
    ]
    wrong = [line(f"w{n}", NEWTON[n % 5], "wrong", message=f"you wrote {n}.5") for n in range(9)]
    texts = said_of(*slips, *wrong)
    assert len(texts) == 8
    assert all("you wrote" in text for text in texts)


def test_gaps_are_said_in_two_lines_however_they_are_scattered():
    grid = [
        line(field, step, "missing" if row == 3 or (row * 7 + column * 5) % 4 == 1 else "correct")
        for row, step in enumerate(SWEEPS)
        for column, field in enumerate("abcdefghi")
    ]
    (missing,) = [text for text in said_of(*grid) if "Not handed in" in text]
    assert len(missing) < 200
    assert "lines here and there – cost" in missing


def test_a_drawing_in_a_message_becomes_words():
    said = "cannot be read: expected a number, found the end\n    2 (a\n       ^"
    assert said_of(line("f", status="invalid", message=said)) == [
        "- **f** – cannot be read, cost 1 point: expected a number, found the end, after “2 (”."
    ]
    said = "unknown name y; did you mean y_gt?\n    (y\n     ^"
    assert said_of(line("f", status="invalid", message=said)) == [
        "- **f** – cannot be read, cost 1 point: unknown name y; did you mean y_gt? (after “(”)."
    ]


def test_how_a_right_formula_was_read_is_said():
    assert said_of(line("f", message="read as a·b; the brackets close too early")) == [
        "Right.",
        "",
        "- **f** – right: read as a·b; the brackets close too early.",
    ]


def test_a_field_that_is_merely_wrong_is_said_once_however_the_messages_put_it():
    texts = said_of(
        line("a", NEWTON[0], "wrong", message="all 3 numbers: you wrote 1, but the given x0 gives 2"),
        line("a", NEWTON[1], "wrong", message="third component: you wrote 3, but your own x_new gives 4"),
    )
    assert texts == [
        (
            "- **a** (both steps) – wrong, cost 2 points. For example in step 0: all 3 numbers: "
            "you wrote 1, but the given x0 gives 2."
        )
    ]


def test_advice_fits_the_kind_of_the_fault():
    def advice(*lines):
        return student_page(hand_in(question("q", *lines))).split("most:\n\n")[1].splitlines()[0]

    step = NEWTON[1]
    assert advice(line("a", step, "slip")) == "- 1 point: q, a – mind how it is written down."
    signs = [line(field, NEWTON[n], "slip", message=f"slip {n}") for n, field in enumerate("aab")]
    assert advice(*signs) == "- 3 points: q, a and b – mind how it is written down."
    assert advice(line("a", step, "invalid")) == "- 1 point: q, a – write it so that it can be read."
    half = "second component cannot be read"
    other = [line("a", NEWTON[0], "invalid", 0.5, half), line("b", step, "invalid")]
    assert (
        advice(line("a", step, "invalid"), *other)
        == "- 2.5 points: q, a and b – write it so that it can be read."
    )
    few = line("a", step, "mistake", cause="too_few_digits")
    assert advice(few) == "- 1 point: q, a – write more digits."
    known = line("a", step, "mistake", message="the ½ is missing; the line should be a = b/2", cause="half")
    assert advice(known) == "- 1 point: q, a – the ½ is missing."


def test_lines_that_follow_but_earn_less_say_so():
    zero = "every component is zero only because of an earlier error"
    texts = said_of(
        line("a", NEWTON[0], "follows", 0, zero), line("b", NEWTON[0], "follows"), line("b", NEWTON[1])
    )
    assert texts == [
        (
            "Right: 2 of 3 lines; 1 line of them differs from the solution, but follows from your own lines "
            "and keeps its marks."
        ),
        "",
        f"- **a** (step 0) – follows, cost 1 point: {zero}.",
    ]


def test_a_persons_mark_is_shown():
    assert said_of(line("essay", status="marked", score=0.75, message="automatic: wrong")) == [
        "- **Marked by a person:** essay, 0.75 of 1 point: automatic: wrong."
    ]


def test_a_problem_that_stands_beside_its_field_is_not_said_twice():
    bad = line("a", NEWTON[0], "invalid", message='text "x" where a number belongs')
    problems = ('answers.q.steps[0].a: text "x" where a number belongs', "unknown key b")
    page = student_page(hand_in(question("q", bad), problems=problems))
    assert page.count("where a number belongs") == 1
    assert "- unknown key b" in page


def test_many_problems_are_cut():
    page = student_page(
        hand_in(question("q", line("a")), problems=tuple(f"unknown key k{n}" for n in range(100)))
    )
    assert page.count("unknown key") == 8
    assert "- and 92 more" in page


def test_the_page_begins_with_at_most_two_gains_the_largest_first():
    questions = [question(f"q{n}", line("a", status="wrong", max_score=n)) for n in range(1, 6)]
    page = student_page(hand_in(*questions))
    assert page.split("\n\n")[2:4] == [
        "What would gain you most:",
        "- 5 points: q5, a – work it out again.\n- 4 points: q4, a – work it out again.",
    ]


def test_one_point_waits_and_two_wait():
    def said(*waiting):
        result = hand_in(question("q", *[line(name, status="pending") for name in waiting], line("z")))
        return "".join(junit([result])), gradescope(result)

    one, two = said("a"), said("a", "b")
    assert "1 point of it waits for a person" in one[0]
    assert "This point is not lost: it is not in the score yet." in one[1]
    assert "2 points of it wait for a person" in two[0]
    assert "These 2 points are not lost: they are not in the score yet." in two[1]


def test_a_bonus_gains_no_more_than_the_total_may_be():
    answers = (
        question("q", line("a", max_score=39)),
        question("bonus", line("b", None, "missing", max_score=5)),
    )
    assert "What would gain you most:\n\n- 1 point: bonus, of" in student_page(
        hand_in(*answers).model_copy(update={"max_score": 40.0})
    )
    assert "gain" not in student_page(hand_in(*answers).model_copy(update={"max_score": 39.0}))


def test_a_question_that_only_waits_or_is_missing_is_its_heading():
    page = student_page(
        hand_in(
            question("q", line("essay", status="pending")),
            question("p", line("a", status="missing", message="not handed in"), given={"alpha": 0.2}),
        )
    )
    assert page.endswith("## q: 1 point waits for a person's mark\n\n## p: 0 of 1 point, not handed in\n")


def test_the_check_says_the_same_in_80_columns():
    report = check_report(AVERAGE)
    assert all(len(text) <= 80 for text in report.splitlines())
    assert report.startswith(
        "Check of submissions/0012345.json, student 0012345\n"
        "12 of 21 points, 4 points wait for a person's mark.\n\n"
        "What would gain you most:\n"
    )
    flat = " ".join(report.split())
    for text in AVERAGE_PAGE.splitlines()[4:]:
        assert text.lstrip("#- ").replace("**", "").rstrip(":") in flat


# --- grades -----------------------------------------------------------------------------------------------

CLASS = [
    hand_in(
        *[question(name, line("a", score=points / 3, max_score=most)) for name, points, most in (
            ("exercise1", 30, 12), ("prelude", 9, 3), ("exercise2", 44, 15), ("exercise3", 20, 10))],
        question("exercise4", line("essay", status="pending", max_score=5)),
        student=student,
    )
    for student in ("007", "a-rather-long-student-identifier-2024", "李小龍")
]  # fmt: skip


def test_csv_reads_back():
    other = hand_in(question("total", line("a", max_score=2)), student="=7")
    table = list(csv.DictReader(io.StringIO(grades_csv([*map(row_of, [*CLASS, other, unreadable()])]))))
    assert list(table[0]) == [
        "student", "file", "assignment", "exercise1", "prelude", "exercise2", "exercise3", "exercise4",
        "question total", "total", "max", "pending", "problems",
    ]  # fmt: skip
    assert table[0]["student"] == "007"
    assert (table[0]["exercise1"], table[0]["exercise2"], table[0]["question total"]) == (
        "10.00",
        "14.67",
        "",
    )
    assert (table[0]["total"], table[0]["max"], table[0]["pending"]) == ("34.33", "45.00", "5.00")
    assert (table[3]["student"], table[3]["question total"]) == ("'=7", "2.00")
    broken = table[4]
    assert broken["problems"] == "not JSON: line 3, column 5"
    assert {broken[name] for name in list(broken)[3:12]} == {""}


def test_a_negative_number_stays_a_number():
    table = list(
        csv.DictReader(io.StringIO(grades_csv([row_of(hand_in(question("q", line("a", score=-1))))])))
    )
    assert table[0]["q"] == "-1.00"


def test_the_table_at_80_columns():
    rows = [row_of(result) for result in [*CLASS, unreadable()]]
    assert (
        grades_table(rows, 80, colour=False)
        == """\
student            exercise1 prelude exercise2 exercise3 exercise4 total to mark
                         /12      /3       /15       /10        /5   /45
────────────────────────────────────────────────────────────────────────────────
007                    10.00    3.00     14.67      6.67         … 34.33    5.00
a-rather-…ier-2024     10.00    3.00     14.67      6.67         … 34.33    5.00
李小龍                 10.00    3.00     14.67      6.67         … 34.33    5.00
in/broken.json      not marked: not JSON: line 3, column 5
… waits for a person's mark
"""
    )


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("questions", [1, 5, 30])
def test_the_table_fits(width, questions):
    many = [question(f"a_long_question_{n}", line("a", max_score=10)) for n in range(questions)]
    rows = [row_of(hand_in(*many, student="李" * 50)), row_of(unreadable("x" * 500))]
    table = grades_table(rows, width, colour=False)
    assert all(cell_width(text) <= width for text in table.splitlines())
    assert "10.00" in table
    assert "not marked" in table


def test_the_table_marks_what_is_not_there_and_colours_only_when_asked():
    rows = [
        row_of(hand_in(question("one", line("a")))),
        row_of(hand_in(question("two", line("a")))),
        row_of(unreadable()),
    ]
    plain = grades_table(rows, 80, colour=False)
    assert plain.splitlines()[3].split() == ["0012345", "1.00", "–", "1.00", "–"]
    assert "\x1b" not in plain
    coloured = grades_table(rows, 80, colour=True)
    assert coloured.replace("\x1b[1m", "").replace("\x1b[31m", "").replace("\x1b[0m", "") == plain
    assert "\x1b[31m" in coloured


def test_an_empty_class_has_an_empty_table():
    assert grades_table([], 80, colour=False).startswith("student  total  to mark\n")
    assert grades_csv([]) == "student,file,assignment,total,max,pending,problems\n"


def test_ids_are_cut_inside_because_they_differ_at_the_ends():
    assert cut_inside("abcdefghij", 7) == "abc…hij"
    assert cut_inside("abc", 7) == "abc"


def test_a_problem_of_many_steps_is_told_once():
    problems = [f"answers.q.steps[{i}].W: expected a matrix of 2×3, found a vector of 6" for i in range(12)]
    page = student_page(hand_in(question("q", line("a")), problems=(*problems, "answers.q.steps[3]: other")))
    assert page.count("found a vector of 6") == 1
    assert "found a vector of 6 (and so in 11 more steps)" in page
    assert "other" in page
