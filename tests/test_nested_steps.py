"""Steps within steps have the marks that the same steps have in one list."""

import handworked as hw
import pytest
from shared import ROOT, TANH

from grader.cli.keyring import load_key
from grader.marking.mark import mark
from grader.schemas.submission import Submission


@pytest.fixture(scope="module")
def practical1():
    return load_key(ROOT / "answer_keys" / "practical1.toml")


ANSWER = hw.practical("online", 0.2, 5, **TANH)
PASSES = [ANSWER["steps"][t : t + 4] for t in (0, 4, 8)]


def bare(step, *labels):
    return {name: value for name, value in step.items() if name not in (labels or ("iteration", "sample"))}


def by_name(steps, name, first=0):
    return {f"{name} {n}": step for n, step in enumerate(steps, first)}


NESTED = {
    "a list for each pass": PASSES,
    "a list for each pass, without labels": [[bare(s) for s in each] for each in PASSES],
    "steps in a step": [
        {"iteration": n, "samples": [bare(s, "iteration") for s in each]} for n, each in enumerate(PASSES)
    ],
    "steps under a label's name": [
        {"iteration": n, "sample": [bare(s) for s in each]} for n, each in enumerate(PASSES)
    ],
    "steps by name in a step": [
        {"iteration": n, **by_name(map(bare, each), "sample")} for n, each in enumerate(PASSES)
    ],
    "all by name, from 1": by_name([by_name(map(bare, p), "sample", 1) for p in PASSES], "iteration", 1),
    "by name in one level": by_name(ANSWER["steps"], "step"),
    "a step in a list each": [[step] for step in ANSWER["steps"]],
}


@pytest.mark.parametrize("steps", NESTED.values(), ids=NESTED)
def test_nested_steps_are_read_one_after_the_other(practical1, steps):
    marked = hw.result(practical1, ANSWER | {"steps": steps})
    assert (marked.score, marked.method) == (15, "online")
    assert marked.notes[0] == "your steps stand within others; they are read one after the other"


FIELDS = [*hw.FIELDS]
PARTS = {"forward": FIELDS[:5], "backward": FIELDS[5:9], "update": FIELDS[9:]}


def some(step, names):
    return {name: step[name] for name in names}


LAID_OUT = {
    "groups": [
        some(s, ("iteration", "sample")) | {part: some(s, names) for part, names in PARTS.items()}
        for s in ANSWER["steps"]
    ],
    "groups in nested steps": [[{"values": bare(s)} for s in each] for each in PASSES],
    "a list for each field": {name: [s[name] for s in ANSWER["steps"]] for name in ANSWER["steps"][0]},
    "numbered values of each field": {
        name: {str(t): s[name] for t, s in enumerate(ANSWER["steps"])} for name in FIELDS
    },
    "a list of passes for each field": {
        name: [[s[name] for s in each] for each in PASSES] for name in FIELDS
    },
    "rows below the names of their columns": [
        [*ANSWER["steps"][0]],
        *([*s.values()] for s in ANSWER["steps"]),
    ],
    "rows below the names of their columns, without labels": [
        FIELDS,
        *([s[f] for f in FIELDS] for s in ANSWER["steps"]),
    ],
    "a list of lines": [
        some(s, ("iteration", "sample")) | {"lines": [{"field": f, "value": s[f]} for f in FIELDS]}
        for s in ANSWER["steps"]
    ],
    "lists of lines in nested steps": [
        [{"values": [{"is": s[f], "line": f} for f in FIELDS]} for s in each] for each in PASSES
    ],
}


@pytest.mark.parametrize("steps", LAID_OUT.values(), ids=LAID_OUT)
def test_steps_in_groups_or_field_by_field_are_read(practical1, steps):
    marked = hw.result(practical1, ANSWER | {"steps": steps})
    assert (marked.score, marked.method) == (15, "online")
    assert marked.notes


@pytest.mark.parametrize(
    "answer",
    [
        {"iterations": PASSES},
        {"Steps": ANSWER["steps"]},
        {f"iteration {n}": [bare(s) for s in each] for n, each in enumerate(PASSES)},
        by_name([by_name(map(bare, p), "sample", 1) for p in PASSES], "iteration", 1),
        LAID_OUT["a list for each field"],
    ],
)
def test_steps_under_another_name_are_read_and_named(practical1, answer):
    (marked,) = mark(practical1, [Submission(student="s", answers={"exercise2": answer})])
    result = marked.result("s.json")
    assert next(q for q in result.questions if q.question == "exercise2").score == 15
    (problem,) = result.problems
    assert problem.startswith(f"answers.exercise2: {', '.join([*answer][:5])}")
    assert problem.endswith(": expected under steps; read as these")
    assert hw.result(practical1, answer).method == "online"


def test_a_column_that_is_unknown_is_named_and_the_others_are_read(practical1):
    rows = [[*ANSWER["steps"][0], "remark"], *([*s.values(), "ok"] for s in ANSWER["steps"])]
    (marked,) = mark(practical1, [Submission(student="s", answers={"exercise2": rows})])
    result = marked.result("s.json")
    assert next(q for q in result.questions if q.question == "exercise2").score == 15
    assert "unknown key 'remark'" in result.problems[1]


@pytest.mark.parametrize(
    "rows",
    [
        [FIELDS],
        [FIELDS, [1, 2]],
        [[*FIELDS, "L"], [*FIELDS, 1]],
        [[*FIELDS, ["L"]], [*FIELDS, 1]],
        [[*FIELDS], *([*s.values()] for s in ANSWER["steps"])],
    ],
    ids=["no row", "a short row", "a name twice", "a name that is none", "labels without a name"],
)
def test_rows_whose_columns_have_no_names_of_their_own_are_not_read(practical1, rows):
    (marked,) = mark(practical1, [Submission(student="s", answers={"exercise2": {"steps": rows}})])
    result = marked.result("s.json")
    assert result.score == 0
    assert any("expected an object, found a list" in problem for problem in result.problems)


def test_a_list_of_lines_that_says_a_field_twice_is_not_read(practical1):
    steps = [
        {"lines": [{"field": "L", "value": s["L"]}] * 2} | some(s, ("iteration", "sample"))
        for s in ANSWER["steps"]
    ]
    (marked,) = mark(practical1, [Submission(student="s", answers={"exercise2": {"steps": steps}})])
    assert marked.result("s.json").score == 0


def test_fields_with_a_list_each_are_told_to_be_read_step_by_step(practical1):
    columns = {name: [s[name] for s in ANSWER["steps"]] for name in FIELDS}
    (note,) = hw.result(practical1, ANSWER | {"steps": columns}).notes
    assert note == "your fields have a list of all steps each; they are read step by step"


def test_a_list_of_a_single_line_is_read(practical1):
    labels = ("iteration", "sample")
    steps = [some(s, labels) | {"lines": [{"field": "L", "value": s["L"]}]} for s in ANSWER["steps"]]
    plain = [some(s, (*labels, "L")) for s in ANSWER["steps"]]
    marked, usual = (hw.result(practical1, ANSWER | {"steps": each}) for each in (steps, plain))
    assert marked.score == usual.score > 0


def test_groups_that_say_a_field_twice_are_not_made_one(practical1):
    steps = [{**step, "again": {"L": "1.0"}} for step in ANSWER["steps"]]
    (marked,) = mark(practical1, [Submission(student="s", answers={"exercise2": ANSWER | {"steps": steps}})])
    result = marked.result("s.json")
    assert next(q for q in result.questions if q.question == "exercise2").score == 15
    assert "unknown key 'again'" in result.problems[0]


def test_of_many_names_a_few_are_told(practical1):
    others = {f"name\n{n}": "x" for n in range(1000)}
    steps = [{**others, "samples": each} for each in PASSES]
    (marked,) = mark(practical1, [Submission(student="s", answers={"exercise2": ANSWER | {"steps": steps}})])
    (problem,) = marked.result("s.json").problems
    assert "and 995 more: beside a list of steps" in problem
    assert "\n" not in problem


@pytest.mark.parametrize("first", [0, 1])
def test_the_place_of_a_step_counts_where_some_are_left_out(practical1, first):
    """Two samples of the first pass and the second pass, as they would be in one list with labels."""
    given = [PASSES[0][:2], PASSES[1]]
    steps = [{"iteration": n, "samples": [bare(s) for s in each]} for n, each in enumerate(given, first)]
    marked = hw.result(practical1, ANSWER | {"steps": steps})
    flat = hw.result(practical1, ANSWER | {"steps": [*given[0], *given[1]]})
    assert marked.score == flat.score == pytest.approx(7.5)


def test_what_stands_beside_nested_steps_is_named(practical1):
    steps = [{"iteration": n, "w": each[-1]["w"], "samples": each} for n, each in enumerate(PASSES)]
    submission = Submission(student="s", answers={"exercise2": ANSWER | {"steps": steps}})
    (marked,) = mark(practical1, [submission])
    (problem,) = marked.result("s.json").problems
    assert problem.endswith("steps: w: beside a list of steps; expected in one of its steps; not read")


@pytest.mark.parametrize("steps", [[[[step] for step in each] for each in PASSES], [[1, 2], [3]], {}, [[]]])
def test_what_is_nested_too_deep_or_has_no_step_is_named(practical1, steps):
    submission = Submission(student="s", answers={"exercise2": ANSWER | {"steps": steps}})
    (marked,) = mark(practical1, [submission])
    assert marked.result("s.json").problems
