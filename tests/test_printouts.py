"""Printouts: what a scanner does to one is undone where it can be, and every guess is noted."""

import re
import time

import numpy as np
import pytest
import xlsxwriter
from published import BULLETS, MISREAD, PUBLISHED
from shared import ROOT, practical_key
from simulate import Rounding, Student

from grader.cli.keyring import load_key
from grader.exchange import HandIn, Skipped, Unreadable, read
from grader.exchange.printout import KeyData
from grader.exchange.printout.items import read_chunks
from grader.marking.mark import mark
from grader.solver import show, solve
from grader.solver.blank import make_blank, work

SCAN = ROOT.parent / "shared" / "published_solution.txt"


@pytest.fixture(scope="module")
def key():
    practical = practical_key()
    return KeyData(make_blank(practical.key, practical.plans), lambda: work(practical.plans))


@pytest.fixture(scope="module")
def log():
    plan = practical_key().plans["exercise2"]["online"]
    return show.as_log(plan, solve(plan, plan.default_choice, plan.default_given))


def read_text(tmp_path, text, *keys, name="0012345.log"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (finding,) = read(path, keys=lambda: keys)
    return finding


def steps_of(finding):
    assert isinstance(finding, HandIn), finding
    steps = finding.submission.answers["exercise2"]["steps"]
    return {
        (step["iteration"], step["sample"]): {
            k: v for k, v in step.items() if k not in ("iteration", "sample")
        }
        for step in steps
    }


def notes_of(finding):
    assert not any(problem.grave for problem in finding.problems)
    return [problem.text for problem in finding.problems][1:]  # the first says whose it is


def numbers(value):
    return [float(x) for x in np.ravel(value)]


def assert_same_numbers(found, right):
    assert found.keys() == right.keys()
    for step, fields in right.items():
        assert found[step].keys() == fields.keys(), step
        for name, value in fields.items():
            assert numbers(found[step][name]) == numbers(value), (step, name)


# --- whole printouts ----------------------------------------------------------------------------------------


def test_a_constant_that_is_printed_in_every_step_tells_no_step(tmp_path, key):
    plan = practical_key().plans["exercise2"]["batch"]
    log = show.as_log(plan, solve(plan, plan.default_choice, plan.default_given)).replace("0.40626999", "7.5")
    samples = "x: [[0.75 0.8] [0.2 0.05] [-0.75 0.8] [0.2 -0.05]]"
    with_samples = re.sub(r"(.*Iteration.*)", rf"\1\n{samples}", log)
    finding = read_text(tmp_path, with_samples, key)
    assert notes_of(finding) == []
    assert finding.submission.answers == read_text(tmp_path, log, key).submission.answers


def test_a_whole_printout_is_read_without_a_guess(tmp_path, key, log):
    finding = read_text(tmp_path, log, key)
    assert [problem.text for problem in finding.problems] == [
        "no line says who the student is; '0012345' is taken from the file's name"
    ]
    assert finding.submission.student == "0012345"
    assert finding.submission.assignment == "practical1"
    (marked,) = mark(practical_key(), [finding.submission])
    assert marked.score == pytest.approx(15)


def test_lines_above_it_say_whose_it_is_and_of_what(tmp_path, key, log):
    head = "student: 0098765\nassignment: practical1\nquestion: exercise2\nalpha: 0.2\n"
    finding = read_text(tmp_path, head + log, key)
    assert finding.problems == ()
    assert finding.submission.student == "0098765"
    assert finding.submission.answers["exercise2"]["given"] == {"alpha": "0.2"}


def test_a_batch_is_told_by_its_headings(tmp_path, key):
    plan = practical_key().plans["exercise2"]["batch"]
    text = show.as_log(plan, solve(plan, plan.default_choice, plan.default_given))
    finding = read_text(tmp_path, text, key)
    assert finding.submission.answers["exercise2"]["method"] == "batch"
    (marked,) = mark(practical_key(), [finding.submission])
    assert marked.score == pytest.approx(15)


PRINTED = {
    "array": lambda value: f"array({value.tolist()})".replace("], [", "],\n       ["),
    "of module": lambda value: f"np.array({value.tolist()})" if value.ndim else f"np.float64({value})",
    "tensor": lambda value: f"tensor({value.tolist()}, dtype=torch.float64)",
    "list of numbers": lambda value: (
        "[" + ", ".join(f"np.float64({x})" for x in value) + "]" if value.ndim == 1 else str(value.tolist())
    ),
}


@pytest.mark.parametrize("printed", PRINTED.values(), ids=PRINTED)
def test_what_programs_print_around_numbers_is_left_away(tmp_path, key, log, printed):
    right = steps_of(read_text(tmp_path, log, key))
    lines = []
    for (iteration, sample), step in right.items():
        lines += [f"Iteration {iteration}, sample {sample}"]
        lines += [f"{name}: {printed(np.array(value, dtype=float))}" for name, value in step.items()]
    finding = read_text(tmp_path, "\n".join(lines), key)
    assert_same_numbers(steps_of(finding), right)
    assert notes_of(finding) == []


def test_a_printout_that_may_be_of_two_keys_is_not_guessed(tmp_path, key, log):
    strict = load_key(ROOT / "answer_keys" / "practical1_strict.toml")
    both = (key, KeyData(make_blank(strict.key, strict.plans), lambda: work(strict.plans)))
    finding = read_text(tmp_path, log, *both)
    assert isinstance(finding, Unreadable)
    assert "practical1 (exercise2) or practical1-strict (backpropagation)" in finding.problems[0].text
    assert isinstance(read_text(tmp_path, "assignment: practical1\n" + log, *both), HandIn)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Dear TA,\nplease find my answers attached: 1, 2 and 3.\n",
        "a: 1\nb: 2\nc: 3\nd: 4\n",
        "\x00\xff\x1b[31m",
    ],
)
def test_a_text_that_is_no_printout_is_skipped(tmp_path, key, text):
    assert isinstance(read_text(tmp_path, text, key, name="notes.txt"), Skipped)


def test_a_value_of_the_wrong_shape_is_left_to_marking(tmp_path, key, log):
    finding = read_text(tmp_path, log.replace("s_i: [ 0.458  0.869  0.704]", "s_i: [ 0.458  0.869]"), key)
    assert steps_of(finding)[0, 0]["s_i"] == ["0.458", "0.869"]


# --- the published solution's scan --------------------------------------------------------------------------


@pytest.mark.skipif(not SCAN.exists(), reason="the scan lies beside the repository")
def test_the_scan_is_read_as_a_careful_person_reads_it(key):
    """Against `tests/published.py`, which was read by eye, value by value, before this reader was written."""
    (finding,) = read(SCAN, keys=lambda: [key])
    assert steps_of(finding) == PUBLISHED
    notes = "\n".join(notes_of(finding))
    for guess in (
        "'s.i' is read as s_i",
        "'U' is read as 0",
        "'delta_l' is read as delta_i",
        "'W' is read as w",
        "delta_i has 2 of 3 numbers; left out",
        "a second Delta_w of this step",
    ):
        assert guess in notes
    assert MISREAD  # misread digits stay: nobody can tell them from a student's own
    assert BULLETS[0, 0]["s_i"] == steps_of(finding)[0, 0]["s_i"]


# --- damage, done by program --------------------------------------------------------------------------------


def damaged_digits(text, random, share=0.05):
    """Replace digits by the letters that they look like; return the places by line."""
    like = {"0": "OoD", "1": "lI|", "5": "S", "8": "B", "2": "Z", "6": "b", "9": "gq"}
    lines, changed = text.split("\n"), []
    for i, line in enumerate(lines):
        head, colon, numbers_ = line.partition(":") if ":" in line else ("", "", line)
        out = [random.choice([*like[c]]) if c in like and random.random() < share else c for c in numbers_]
        if "".join(out) != numbers_:
            changed.append(i + 1)
        lines[i] = head + colon + "".join(out)
    return "\n".join(lines), changed


@pytest.mark.parametrize("seed", range(5))
def test_letters_for_digits_are_read_and_each_is_noted(tmp_path, key, log, seed):
    right = steps_of(read_text(tmp_path, log, key))
    text, changed = damaged_digits(log, np.random.default_rng(seed))
    finding = read_text(tmp_path, text, key)
    assert_same_numbers(steps_of(finding), right)
    noted = {
        int(number)
        for number in re.findall(r"^line (\d+): .* is read as ", "\n".join(notes_of(finding)), re.MULTILINE)
    }
    inputs = {i for i, line in enumerate(log.split("\n"), 1) if line.startswith("_")}
    assert set(changed) - inputs <= noted
    assert changed


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("-0", "\N{EM DASH}0"),
        lambda text: text.replace("-0", "\N{MINUS SIGN}0"),
        lambda text: re.sub(r"[\[\]]", "", text),
        lambda text: text.replace("[[", "[").replace("]]", "]"),
        lambda text: text.replace("[", "(").replace("]", ")"),
        lambda text: re.sub(r"(?<=\d)  ?(?=[\d-])", "   ", text),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\n".join(line.strip() for line in text.split("\n")),
        lambda text: text.replace("-Iteration", "Iteration").replace("----", "——"),
        lambda text: text.replace("delta_i:", "delta_l:").replace("s_i:", "s.i:"),
        lambda text: text.replace("s_out:", "sout:").replace("Delta_W:", "Delta_w:"),
        lambda text: text.replace("sample: 1", "sample: l").replace("Iteration: 0", "lteration: O"),
        lambda text: re.sub(r"0\.(?=\d{5})", "0. ", text),
        lambda text: text.replace("-0.", "- 0."),
    ],
    ids=[
        "em dashes",
        "minus signs",
        "no brackets",
        "single brackets",
        "round brackets",
        "wide",
        "blank lines",
        "carriage returns",
        "no indents",
        "headings",
        "names",
        "more names",
        "labels",
        "split numbers",
        "signs apart",
    ],
)
def test_damage_of_one_kind_is_undone(tmp_path, key, log, damage):
    right = steps_of(read_text(tmp_path, log, key))
    finding = read_text(tmp_path, damage(log), key)
    assert_same_numbers(steps_of(finding), right)
    notes_of(finding)


def columns_of(log):
    """The three iterations of a printout as three lists of lines."""
    parts = re.split(r"(?m)^(?=-Iteration)", log)
    return [part.rstrip("\n").split("\n") for part in parts if part]


def test_columns_that_stand_beside_each_other_are_told_apart(tmp_path, key, log):
    columns = columns_of(log)
    lines = ["".join(f"{line:<60}" for line in row).rstrip() for row in zip(*columns, strict=True)]
    finding = read_text(tmp_path, "\n".join(lines), key)
    assert_same_numbers(steps_of(finding), steps_of(read_text(tmp_path, log, key)))
    assert notes_of(finding) == []


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("way", [{}, {"output": "tanh", "hidden_delta": "exact", "delta_sign": "gradient"}])
def test_columns_that_run_into_each_other_are_sorted_by_their_numbers(tmp_path, key, way, seed):
    """Pieces of three columns in turns, as a scanner reads a page across; headings say little then."""
    plan = practical_key().plans["exercise2"]["online"]
    log = show.as_log(plan, solve(plan, plan.default_choice | way, plan.default_given))
    random = np.random.default_rng(seed)
    columns = columns_of(log)
    lines = []
    while any(columns):
        for column in columns:
            end = int(random.integers(1, 9))
            while end < len(column) and column[end].startswith(" "):
                end += 1  # a matrix stays together
            lines += column[:end]
            del column[:end]
    finding = read_text(tmp_path, "\n".join(lines), key)
    right = steps_of(read_text(tmp_path, log, key))
    found = steps_of(finding)
    total = sum(len(fields) for fields in right.values())
    same = sum(
        numbers(found.get(step, {}).get(name, [])) == numbers(value)
        for step, fields in right.items()
        for name, value in fields.items()
    )
    assert same >= 0.99 * total, same
    assert any("headings do not tell" in note for note in notes_of(finding))


def test_lost_samples_are_missing_and_the_others_stay_where_they_are(tmp_path, key, log):
    lines = log.split("\n")
    heads = [i for i, line in enumerate(lines) if "sample:" in line]
    kept = [
        line for i, line in enumerate(lines) if not (heads[3] <= i < heads[4] - 1 or heads[6] <= i < heads[7])
    ]
    finding = read_text(tmp_path, "\n".join(kept), key)
    right = steps_of(read_text(tmp_path, log, key))
    assert_same_numbers(
        steps_of(finding), {step: v for step, v in right.items() if step not in ((0, 3), (1, 2))}
    )
    assert notes_of(finding) == []


def test_a_students_own_wrong_numbers_stay_where_the_headings_put_them(tmp_path, key):
    plan = practical_key().plans["exercise2"]["online"]
    student = Student(plan, rounding=Rounding(6), errors={(0, "s_i"): lambda s: s * 3 + 1})
    steps = student.trace()
    text = show.as_log(plan, {name: np.array([step[name] for step in steps]) for name in steps[0]})
    finding = read_text(tmp_path, text, key)
    assert notes_of(finding) == []
    for (iteration, sample), fields in steps_of(finding).items():
        for name, value in fields.items():
            assert numbers(value) == numbers(steps[4 * iteration + sample][name])


@pytest.mark.parametrize("seed", range(15))
def test_no_damage_makes_an_error(tmp_path, key, log, seed):
    random = np.random.default_rng(seed)
    text = [*log]
    for _ in range(300):
        i = int(random.integers(len(text)))
        text[i] = random.choice([*"0123456789.-[]:\n \tlOeE_\x00ΓΩ", "", text[i] * 3])
    assert read_text(tmp_path, "".join(text), key) is not None


def test_a_hostile_text_is_read_in_bounded_time(tmp_path, key):
    for piece in (
        "[" * 5000 + "x\n",
        "s_i: " + "0." * 3000 + "\n",
        "".join(f"s_{i}x: [1.5 2.5 3.5]\n" for i in range(3000)),
        " " * 9000 + ":\n",
    ):
        text = (piece * (300_000 // len(piece)))[:300_000]
        assert read_text(tmp_path, text, key) is not None


def test_the_number_of_a_loop_is_printed_where_it_changes():
    plan = practical_key().plans["exercise2"]["online"]
    text = show.as_log(plan, solve(plan, plan.default_choice, plan.default_given))
    numbers = re.findall(r"(?m)^-+ ?(Iteration|sample): (\d+)$", text)
    assert numbers == [pair for i in "012" for pair in (("Iteration", i), *(("sample", k) for k in "0123"))]


# --- other printouts ----------------------------------------------------------------------------------------

STEP = re.compile(r"-Iteration: (\d+)|-* ?sample: (\d+)")


def reworded(log, heading, sign):
    """Return a printout with other headings, and with another sign behind its labels."""
    lines, iteration = [], 0
    for line in log.splitlines():
        if (found := STEP.fullmatch(line.strip())) is None:
            lines.append(re.sub(r"^(\s*_?\w+): ", rf"\1{sign} ", line))
        elif found[1]:
            iteration = int(found[1])
        else:
            lines.append(heading(iteration, int(found[2])))
    return "\n".join(lines)


HEADINGS = {
    "one line": (lambda i, s: f"Iteration {i}, sample {s}", " =", 0),
    "one line, with colons": (lambda i, s: f"iteration: {i}, sample: {s}", ":", 0),
    "from 1": (lambda i, s: f"=== Iteration #{i + 1} / Sample #{s + 1} ===", " =", 1),
    "two lines": (lambda i, s: f"*** ITERATION {i} ***\n  -- Sample {s} --", ":", 0),
}


@pytest.mark.parametrize("name", HEADINGS)
def test_headings_in_other_words_name_the_steps(tmp_path, key, log, name):
    heading, sign, first = HEADINGS[name]
    right = steps_of(read_text(tmp_path, log, key))
    finding = read_text(tmp_path, reworded(log, heading, sign), key)
    found = {(i - first, s - first): fields for (i, s), fields in steps_of(finding).items()}
    assert_same_numbers(found, right)
    assert notes_of(finding) == []


@pytest.mark.parametrize(
    "heading",
    [lambda i, s: f"Epoch {i}\nSample {s + 1}", lambda i, s: f"step {4 * i + s}", lambda *_: "---"],
)
@pytest.mark.parametrize("count", [12, 5])
def test_steps_that_no_heading_names_in_full_are_read_in_order(tmp_path, key, log, heading, count):
    right = steps_of(read_text(tmp_path, log, key))
    text = reworded(log, heading, " =")
    text = "\n".join(re.split(r"(?m)^(?=\s*_x)", text)[: count + 1])
    finding = read_text(tmp_path, text, key)
    assert_same_numbers(steps_of(finding), dict([*right.items()][:count]))
    in_order = "the headings do not name each step; they are read in the order of the lines"
    assert notes_of(finding)[-1] == in_order


def test_headings_that_disagree_with_the_order_are_not_overruled(tmp_path, key, log):
    text = reworded(log, lambda _, s: f"Sample {(1, 0, 3, 2)[s]}", " =")
    assert not any("in the order of the lines" in note for note in notes_of(read_text(tmp_path, text, key)))


def test_a_text_with_three_numbers_is_no_printout(tmp_path, key):
    text = "chapter 1\nchapter 2, page 3\nroom = 4\nL = 5\nw = 6"
    assert isinstance(read_text(tmp_path, text, key), Skipped)


_GREEK = {"delta_": "δ_", "Delta_": "Δ"}
_TEX = {"delta_": r"\delta_", "Delta_": r"\Delta ", "L": r"\mathcal{L}", "_out": "_{out}"}


def _renamed(label, names):
    for name, other in names.items():
        label = label.replace(name, other) if name.endswith("_") or name in label else label
    return label


STYLES = {
    "Greek letters": lambda label, value: f"{_renamed(label, _GREEK)} = {value}",
    "TeX": lambda label, value: f"- ${_renamed(label, _TEX)} = {value}$",
    "Markdown": lambda label, value: f"- **{label}:** {value}",
    "code": lambda label, value: f"`{label}` = {value}",
    "about": lambda label, value: f"{label} ≈ {value}",
    "new": lambda label, value: f"{label}{'_new' * (label in ('w', 'W'))}: {value}",
    "commas": lambda label, value: (
        f"{label}: {re.sub(r'(?<=[0-9.]) +(?=[-0-9])', '; ', value).replace('.', ',')}"
    ),
    "with its working": lambda label, value: f"{label} = a * s_i = 2.5 * z_i = {value}",
    "each number with its working": lambda label, value: (
        f"{label} = {re.sub(r'(?=[-0-9])(?<![-.0-9])', ' 0.5 * 2 = ', value).replace('  ', ', ')}"
    ),
}


@pytest.mark.parametrize("style", STYLES)
def test_names_and_numbers_are_found_in_other_styles(tmp_path, key, log, style):
    right = steps_of(read_text(tmp_path, log, key))
    text = re.sub(
        r"(?m)^\s*(?!_)(\w+): +([-\[0-9].*(?:\n *\[.*)?)$",
        lambda found: STYLES[style](found[1], re.sub(r"\n *", " ", found[2])),
        log,
    )
    assert_same_numbers(steps_of(read_text(tmp_path, text, key)), right)


def test_names_within_a_calculation_are_no_labels():
    text = "s_out = 0.1, z_out = 0.2; w = (1, 2) L = 0.5 * 0.8^2 ≈ 0.32"
    text = f"Delta_w = -alpha delta_out z_i = [0.1, 0.2]\n{text}"
    chunks, _ = read_chunks(text, equated=True)
    assert [(chunk.label, chunk.text.strip(" ,;")) for chunk in chunks] == [
        ("Delta_w", "[0.1, 0.2]"),
        ("s_out", "0.1"),
        ("z_out", "0.2"),
        ("w", "(1, 2)"),
        ("L", "0.32"),
    ]


def _entries(steps):
    """Yield each number of a step: its field, its place in it from 1 or None, and its values in all steps."""
    for field, value in next(iter(steps.values())).items():
        count = np.size(value)
        for k in range(count):
            written = [str(np.ravel(fields[field])[k]) for fields in steps.values()]
            yield field, k + 1 if count > 1 else None, written


def by_rows(steps, sign=",", name=lambda field, k: field if k is None else f"{field}_{k}"):
    """Return a table with a row for each step and a column for each number."""
    columns = [(name(field, k), values) for field, k, values in _entries(steps)]
    lines = [sign.join(["Iteration", "Sample", *(name for name, _ in columns)])]
    for t, (i, s) in enumerate(steps):
        lines.append(sign.join([str(i), str(s), *(values[t] for _, values in columns)]))
    return "\n".join(["student" + sign + "0012345", "", *lines])


def by_columns(steps, sign=",", name=lambda field, k: field if k in (None, 1) else ""):
    """Return a table with a column for each step and a row for each number."""
    labels = [
        [word, *map(str, numbers)]
        for word, numbers in zip(("Iteration", "Sample"), zip(*steps, strict=True), strict=True)
    ]
    rows = [*labels, *([name(field, k), *values] for field, k, values in _entries(steps))]
    return "\n".join(["student" + sign + "0012345", *map(sign.join, rows)])


def markdown(steps):
    rows = [
        [field, *(" ".join(map(str, np.ravel(step[field]))) for step in steps.values())]
        for field in next(iter(steps.values()))
    ]
    head = ["", *(f"Iteration {i}, sample {s}" for i, s in steps)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def _in_greek(field, k):
    return _renamed(field, _GREEK) + (f"[{k}]" if k else "")


TABLES = {
    "a row for a step": ("csv", by_rows),
    "semicolons": ("csv", lambda steps: by_rows(steps, ";")),
    "tabs and commas": ("txt", lambda steps: by_rows(steps, "\t").replace(".", ",").replace("-", "−")),
    "Greek letters": ("csv", lambda steps: by_rows(steps, name=_in_greek)),
    "merged names": (
        "tsv",
        lambda steps: by_rows(steps, "\t", lambda field, k: field if k in (None, 1) else ""),
    ),
    "a column for a step": ("csv", by_columns),
    "numbered": (
        "csv",
        lambda steps: by_columns(steps, ";", lambda field, k: field + (f" {k}" if k else "")),
    ),
    "Markdown": ("md", markdown),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_students_laid_out_themselves_is_read(tmp_path, key, log, name):
    suffix, write = TABLES[name]
    right = steps_of(read_text(tmp_path, log, key))
    assert_same_numbers(steps_of(read_text(tmp_path, write(right), key, name=f"mine.{suffix}")), right)


@pytest.mark.parametrize("write", [by_rows, by_columns])
def test_so_is_a_workbook(tmp_path, key, log, write):
    right = steps_of(read_text(tmp_path, log, key))
    path = tmp_path / "mine.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_numbers": True}) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(write(right, "\t").splitlines()):
            sheet.write_row(number, 0, line.split("\t"))
    (finding,) = read(path, keys=lambda: [key])
    assert_same_numbers(steps_of(finding), right)


def test_a_table_that_says_neither_whose_it_is_nor_which_steps_these_are_is_none(tmp_path, key, log):
    steps = steps_of(read_text(tmp_path, log, key))
    bare = re.sub(r"(?m)^student.*\n\n|^[^,]*,[^,]*,", "", by_rows(steps))
    finding = read_text(tmp_path, bare, key, name="mine.csv")
    assert isinstance(finding, Skipped)
    assert 'write a row such as "student, 0012345" above it' in finding.reason
    named = read_text(tmp_path, f"student,0012345\n{bare}", key, name="mine.csv")
    assert_same_numbers(steps_of(named), steps)


def test_decimal_commas_are_one_note_and_what_stands_above_may_have_a_colon(tmp_path, key, log):
    steps = steps_of(read_text(tmp_path, log, key))
    table = re.sub(r"(?m)^student.*\n", "", by_rows(steps, ";")).replace(".", ",")
    finding = read_text(tmp_path, f"student: 0012345\nassignment: practical1\n{table}", key, name="x.csv")
    assert finding.submission.student == "0012345"
    assert_same_numbers(steps_of(finding), steps)
    (note,) = (problem.text for problem in finding.problems)
    assert re.fullmatch(r"line \d+: '[-\d]+,\d+' and \d{3} more numbers are read with a decimal comma", note)


@pytest.mark.parametrize(
    "text",
    [
        "Student,ID,Total\nAda,1,2\nBob,2,3",
        "a,b,c\n1,2,3",
        "w,L,W\n1,2,3\n4,5,6",
        "|a|b|c|\n" * 50,
        "x;" * 5000,
    ],
)
def test_any_other_table_is_none_of_steps(tmp_path, key, text):
    assert isinstance(read_text(tmp_path, text, key, name="mine.csv"), Skipped)


@pytest.mark.parametrize("row", ["s_i,z_i,w,", "s_i|z_i|w|1|", "1;2;3;", '"s_i", "'])
def test_a_hostile_table_is_read_in_bounded_time(tmp_path, key, row):
    text = "\n".join([row * 20] * (900_000 // (20 * len(row))))
    start = time.process_time()
    read_text(tmp_path, text, key, name="mine.csv")
    assert time.process_time() - start < 2.0
