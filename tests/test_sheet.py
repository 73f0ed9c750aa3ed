"""Reading what a student wrote into rows of numbers: nothing is lost or made up, every doubt is named."""

import math
import re
from copy import deepcopy
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shared import practical_plan

from grader.marking.sheets.careful import Careful
from grader.marking.sheets.digits import FULL, decimals_of, few_decimals, half_units, read_number
from grader.marking.sheets.layout import make_layout
from grader.marking.sheets.read_sheet import clean_row, read_sheet
from grader.marking.sheets.unknown import unknown
from grader.marking.sheets.values import ValueFault, fit, read_value

LAYOUTS = {method: make_layout(practical_plan(method)) for method in ("online", "batch")}


def read(*steps, **more):
    return read_sheet({"steps": list(steps), **more}, LAYOUTS, "here")


def step(iteration=0, sample=0, **fields):
    return {"iteration": iteration, "sample": sample, **fields}


def value(sheet, name, t=0):
    """Return what was read of a field in a step."""
    slot = next(slot for slot in sheet.layout.slots() if slot.field == name)
    return slot.of(sheet.row)[t].tolist()


def problems(sheet):
    return [problem.text for problem in sheet.problems]


def doubts(sheet):
    return [*problems(sheet), *sheet.notes, *sheet.invalid, *sheet.decimals]


def graves(sheet):
    return [problem.text for problem in sheet.problems if problem.grave]


# --- texts that are numbers, and texts that are none --------------------------------------------------------

NUMBERS = {
    # text: (value, decimals)
    "0.5": (0.5, 1),
    "0.0900": (0.09, 4),  # trailing zeros are written digits
    "12": (12, 0),
    "1200": (1200, 0),
    "1200.": (1200, 0),
    ".5": (0.5, 1),
    "+0.5": (0.5, 1),
    "-0.90141": (-0.90141, 5),
    "\u22120.5": (-0.5, 1),
    "\u20130.5": (-0.5, 1),  # an en dash, as word processors make it of a hyphen
    "\uff0d\uff10\uff0e\uff15": (-0.5, 1),  # full-width forms
    " 0.5\n": (0.5, 1),
    "\u00a00.5": (0.5, 1),
    "1e-3": (0.001, 3),
    "1.50E-3": (0.0015, 5),
    "2.5e3": (2500, -2),
    "1e\u22123": (0.001, 3),
    "-0": (0, 0),
    "-0.000": (0, 3),
    "0,458": (0.458, 3),
    "-0,458": (-0.458, 3),
    "1,45": (1.45, 2),
    "1,4580": (1.458, 4),
    "1e308": (1e308, -308),
    "1e-400": (0, 400),
    "007": (7, 0),
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_text_that_is_a_number_keeps_its_decimals(text):
    number = read_number(text)
    assert (number.value, number.decimals) == NUMBERS[text]
    assert number.comma == ("," in text)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", ".", "+.", "e3", "1e", "1e+", "--1", "+-1", "1-", "- 1", "1 000", "1 .5", "0.5.1"),
        *(
            "nan",
            "NaN",
            "inf",
            "-Infinity",
            "1e999",
            "-1e999",
            "1e99999",
            "0x1f",
            "1_000",
            "1e1_0",
            "0b1",
            "1j",
        ),
        *(
            "1,458",
            "12,345",
            "1,234,567",
            "1.234,5",
            ",5",
            "1,2,3",
            "1/3",
            "1e-3.5",
            "50%",
            "0.5 m",
            "~0.5",
            "a",
        ),
        *("\u0661\u0662", "\u00bd", "1\u00b2", "9" * 101, "True", "null", "1;5", "(0.5)", "0.5)", "0..5"),
    ],
)
def test_a_text_that_is_no_number_is_not_made_one(text):
    assert read_number(text) is None


@given(st.text(alphabet="0123456789+-.,eE_ xXnaif\u2212\u00a0", max_size=12))
def test_reading_text_agrees_with_pythons_decimals(text):
    """What is read is what Python reads, without its underscores and names for what is no number."""
    number = read_number(text)
    if number is None:
        return
    plain = text.strip().replace("\u2212", "-").replace(",", ".")
    assert number.value == float(plain)
    assert number.decimals == -Decimal(plain).as_tuple().exponent


# --- values: numbers, vectors, matrices ---------------------------------------------------------------------

# (field, what is written, what is read; None for a component that is absent or cannot be read)
READ = {
    "a number": ("s_out", 0.5, 0.5),
    "a whole number": ("s_out", 7, 7),
    "a text": ("s_out", "0.50", 0.5),
    "a number in brackets": ("s_out", [0.5], 0.5),
    "a number in two brackets": ("s_out", [[0.5]], 0.5),
    "a vector": ("w", [1, 2, 3], [1, 2, 3]),
    "a vector of texts": ("w", ["1.0", "2", " 3 "], [1, 2, 3]),
    "a column": ("w", [[1], [2], [3]], [1, 2, 3]),
    "a row": ("w", [[1, 2, 3]], [1, 2, 3]),
    "a vector with a gap": ("w", [1, None, 3], [1, None, 3]),
    "a vector with an empty text": ("w", [1, 2, ""], [1, 2, None]),
    "a vector of gaps": ("w", [None, None, None], [None, None, None]),
    "a matrix": ("W", [[1, 2, 3], [4, 5, 6]], [[1, 2, 3], [4, 5, 6]]),
    "a matrix turned": ("W", [[1, 4], [2, 5], [3, 6]], [[1, 2, 3], [4, 5, 6]]),
    "a matrix with a gap": ("W", [[1, 2, 3], [4, None, 6]], [[1, 2, 3], [4, None, 6]]),
    "a matrix turned with a gap": ("W", [[1, 4], [2, None], [3, 6]], [[1, 2, 3], [4, None, 6]]),
    "negative zero": ("s_out", -0.0, 0),
    "a very small number": ("s_out", 5e-324, 5e-324),
}


def same(read_, expected):
    return np.array_equal(
        np.array(read_, dtype=float), np.array(expected, dtype=float), equal_nan=True
    )  # NaN stands for None


@pytest.mark.parametrize("name", READ)
def test_a_value_is_read_as_it_is_meant(name):
    field, written, expected = READ[name]
    sheet = read(step(**{field: written}))
    assert same(value(sheet, field), expected)
    assert not sheet.problems
    assert not sheet.invalid
    turned = ["W: written with rows and columns exchanged; turned around"] if "turned" in name else []
    assert sheet.notes == turned


REFUSED = {
    # what is written as the matrix W (2×3) -> what is said
    "a number": (0.5, "here.steps[0].W: expected a matrix of 2×3, found a number"),
    "a vector": ([1, 2, 3], "here.steps[0].W: expected a matrix of 2×3, found a vector of 3"),
    "1x1": ([[1]], "here.steps[0].W: expected a matrix of 2×3, found a matrix of 1×1"),
    "2x2": ([[1, 2], [3, 4]], "here.steps[0].W: expected a matrix of 2×3, found a matrix of 2×2"),
    "3x3": ([[1] * 3] * 3, "here.steps[0].W: expected a matrix of 2×3, found a matrix of 3×3"),
    "a long vector": ([1] * 6, "here.steps[0].W: expected a matrix of 2×3, found a vector of 6"),
    "ragged": (
        [[1, 2, 3], [4, 5]],
        "here.steps[0].W: expected rows of one length, found rows of lengths 3, 2",
    ),
    "mixed": (
        [1, [2]],
        "here.steps[0].W: expected a list of numbers or a list of rows, found both in one list",
    ),
    "deep": ([[[1]]], "here.steps[0].W: expected at most a list of rows, found lists within rows"),
    "empty": ([], "here.steps[0].W: expected numbers, found an empty list"),
    "empty rows": ([[], []], "here.steps[0].W: expected numbers, found empty rows"),
    "an object": ({"a": 1}, "here.steps[0].W: expected a number, found an object"),
    "true": (True, "here.steps[0].W: expected a number, found true"),
    "words": ("none", "here.steps[0].W: expected a number, found the text 'none'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_value_of_no_fitting_shape_is_refused_with_its_place(name):
    written, said = REFUSED[name]
    sheet = read(step(W=written, s_out=0.5))
    assert graves(sheet) == [said]
    assert np.isnan(value(sheet, "W")).all()
    assert len(sheet.invalid) == 6
    assert value(sheet, "s_out") == 0.5  # the rest is read


def test_of_steps_without_end_the_first_are_read_and_it_is_said_how_many():
    sheet = read(*(step(i // 4, i % 4, s_out=0.5) for i in range(1_234)))
    (said,) = [text for text in graves(sheet) if "steps, found" in text]
    most = int(re.fullmatch(r"here\.steps: expected at most (\d+) steps, found 1,234; .*", said)[1])
    assert said.endswith(f"those after the first {most} were not read")
    assert value(sheet, "s_out") == 0.5


def test_a_matrix_in_one_more_pair_of_brackets_is_read():
    rows = [[1, 2, 3], [4, "5.50", 6]]
    sheet = read(step(W=[rows], s_out=[0.5]))
    assert value(sheet, "W") == [[1, 2, 3], [4, 5.5, 6]]
    assert sheet.notes == ["W: written in one more pair of brackets, which is left away"]
    assert graves(read(step(W=[[rows]]))) == [REFUSED["deep"][1]]


COMMA = "write a decimal point, as the comma may stand for thousands"
COMPONENTS = {
    "NaN": (math.nan, "expected a finite number, found NaN"),
    "infinite": (-math.inf, "expected a finite number, found a number beyond all range"),
    "huge": (10**400, "expected a finite number, found a number beyond all range"),
    "nan": ("nan", "expected a number, found the text 'nan'"),
    "0x1f": ("0x1f", "expected a number, found the text '0x1f'"),
    "1_000": ("1_000", "expected a number, found the text '1_000'"),
    "1,458": (
        "1,458",
        f"expected a number, found the text '1,458'; {COMMA}",
    ),
    "false": (False, "expected a number, found false"),
    "an object": ({}, "expected a number, found an object"),
    "terminal": ("\x1b[31m", "expected a number, found the text '\\x1b[31m'"),
    "long": ("x" * 1000, f"expected a number, found the text '{'x' * 40}…'"),
}


@pytest.mark.parametrize("name", COMPONENTS)
@pytest.mark.parametrize("turned", [False, True])
def test_an_unreadable_component_costs_itself_only(name, turned):
    component, said = COMPONENTS[name]
    matrix = [[1, 2, 3], [4, 5, component]]
    place = "[2][1]" if turned else "[1][2]"
    sheet = read(step(W=[list(row) for row in zip(*matrix, strict=True)] if turned else matrix))
    assert problems(sheet) == [f"here.steps[0].W{place}: {said}"]
    assert same(value(sheet, "W"), [[1, 2, 3], [4, 5, None]])
    (place_in_row,) = sheet.invalid
    assert np.isnan(sheet.row.ravel()[place_in_row])


def test_decimals_of_texts_stay_with_their_number():
    sheet = read(step(W=[["1.0", 4], ["2", "5.000"], [3, 6]]), step(0, 1, w=["0.50", 1, 2]))
    written = {sheet.row.ravel()[place]: decimals for place, decimals in sheet.decimals.items()}
    assert written == {1.0: 1, 2.0: 0, 5.0: 3, 0.5: 2}


def test_a_comma_is_noted_once_for_each_field():
    sheet = read(step(w=["0,5", "0,25", 1]), step(0, 1, w=["0,5", 1, 2]))
    assert value(sheet, "w") == [0.5, 0.25, 1]
    assert sheet.notes == [
        "w: the comma in '0,5' is read as a decimal point (2 times)",
        "w: the comma in '0,25' is read as a decimal point",
    ]


def test_lines_beside_the_steps_are_told_where_they_belong():
    sheet = read(s_out=0.1, z_out=0.1, remark="x")
    assert problems(sheet) == [
        "here: s_out, z_out: beside the list steps; expected in one of its steps; not read",
        "here: unknown key 'remark'",
    ]
    assert graves(sheet) == []


def test_a_constant_beside_the_steps_is_told_where_it_belongs():
    assert problems(read(step(s_out=0.1), alpha=0.1)) == ["here: alpha: expected in given; not read"]


def test_where_a_step_has_no_number_its_other_names_are_told():
    sheet = read({"Iteration": 0, "Sample": 0, "s_out": 0.1}, step(0, 1, s_out=0.2))
    assert problems(sheet) == [
        "here.steps[0].iteration: expected a whole number, found nothing",
        "here.steps[0]: unknown key 'Iteration'; did you mean iteration?",
        "here.steps[0]: unknown key 'Sample'; did you mean sample?",
    ]


def test_many_commas_are_noted_once():
    sheet = read(step(w=["0,5", "0,25", "1,5"]), step(0, 1, w=["0,5", "0,75", 2]))
    assert value(sheet, "w") == [0.5, 0.25, 1.5]
    assert sheet.notes == ["the commas in 5 numbers, such as '0,5', are read as decimal points"]


@pytest.mark.parametrize(
    ("written", "shapes", "which"),
    [
        ([1, 2, 3, 4], [(4,), ()], 0),
        ([[1], [2], [3], [4]], [(4,), ()], 0),
        (0.5, [(4,), ()], 1),
        ([0.5], [(4,), ()], 1),
        ([[1, 2]], [(2, 1), (1, 2)], 1),
        ([[1, 2]], [(2, 1)], 0),
    ],
)
def test_of_several_shapes_the_one_that_is_written_is_taken(written, shapes, which):
    assert fit(read_value(written), shapes) == which


def test_what_fits_none_of_several_shapes_names_them_all():
    with pytest.raises(ValueFault, match="expected a vector of 4 or a number, found a vector of 3"):
        fit(read_value([1, 2, 3]), [(4,), ()])


# --- steps --------------------------------------------------------------------------------------------------

ALL = [(i, s) for i in range(3) for s in range(4)]


def test_steps_stand_in_any_order():
    steps = [step(i, s, L=10 * i + s) for i, s in ALL]
    straight, mixed = read(*steps), read(*steps[::-1])
    np.testing.assert_array_equal(straight.row, mixed.row)
    assert [value(straight, "L", t) for t in range(12)] == [10 * i + s for i, s in ALL]


@pytest.mark.parametrize(
    ("relabel", "note"),
    [
        (lambda i, s: (i, s), None),
        (
            lambda i, s: (i + 1, s + 1),
            "iteration and sample: counted from 1 and read so; here the first is 0",
        ),
        (lambda i, s: (i, s + 1), "sample: counted from 1 and read so; here the first is 0"),
        (lambda i, s: (i + 1, s), "iteration: counted from 1 and read so; here the first is 0"),
        (lambda i, s: (str(i), f" {s} "), None),
        (lambda i, s: (float(i), s), None),
        (
            lambda i, s: (str(i + 1), float(s + 1)),
            "iteration and sample: counted from 1 and read so; here the first is 0",
        ),
    ],
)
def test_labels_may_count_from_one_or_be_text(relabel, note):
    sheet = read(*[step(*relabel(i, s), L=10 * i + s) for i, s in ALL])
    assert [value(sheet, "L", t) for t in range(12)] == [10 * i + s for i, s in ALL]
    assert sheet.notes == ([note] if note else [])
    assert not sheet.problems


def test_a_first_iteration_alone_that_counts_from_one():
    sheet = read(*[step(1, s, L=s) for s in (1, 2, 3, 4)])
    assert [value(sheet, "L", t) for t in range(4)] == [1, 2, 3, 4]
    assert np.isnan([value(sheet, "L", t) for t in range(4, 12)]).all()
    assert sheet.notes == ["iteration and sample: counted from 1 and read so; here the first is 0"]
    assert sheet.counted == ()


def test_where_the_last_is_missing_as_well_the_numbers_decide():
    sheet = read(step(1, 1, L=1.0), step(1, 3, L=3.0))
    assert (value(sheet, "L", 0), value(sheet, "L", 2)) == (1, 3)
    assert sheet.notes == []
    assert sheet.counted == ("iteration", "sample")


RANGE = "expected iteration from 0 to 2, sample from 0 to 3"
LABELS = {
    "too large": ((3, 0), f"here.steps[1]: there is no such step; {RANGE}"),
    "negative": ((-1, 0), f"here.steps[1]: there is no such step; {RANGE}"),
    "huge": ((10**400, 0), f"here.steps[1]: there is no such step; {RANGE}"),
    "1e300": ((1e300, 0), f"here.steps[1]: there is no such step; {RANGE}"),
    "a fraction": ((0.5, 0), "here.steps[1].iteration: expected a whole number, found the number 0.5"),
    "a word": ((0, "first"), "here.steps[1].sample: expected a whole number, found the text 'first'"),
    "true": ((0, True), "here.steps[1].sample: expected a whole number, found true"),
    "absent": ((0, None), "here.steps[1].sample: expected a whole number, found nothing"),
    "a list": (([0], 0), "here.steps[1].iteration: expected a whole number, found a list"),
    "an object": ((0, {}), "here.steps[1].sample: expected a whole number, found an object"),
    "NaN": ((0, math.nan), "here.steps[1].sample: expected a whole number, found NaN"),
    "infinite": ((math.inf, 0), "here.steps[1].iteration: expected a whole number, found a number beyond"),
    "endless": (("9" * 5000, 0), "here.steps[1].iteration: expected a whole number, found the text '999"),
}


@pytest.mark.parametrize("name", LABELS)
def test_a_step_that_is_none_of_the_keys_is_named_and_the_rest_is_read(name):
    label, said = LABELS[name]
    sheet = read(step(L=1), step(*label, L=2), step(0, 1, L=3))
    (problem,) = graves(sheet)
    assert problem.startswith(said)
    assert [value(sheet, "L", t) for t in (0, 1)] == [1, 3]
    assert np.count_nonzero(~np.isnan(sheet.row)) == 2


def test_a_step_given_twice_is_named_once_and_counts_for_neither():
    sheet = read(step(L=1, s_out=2, w=None), step(0, 1, L=5), step(L=1, s_out=3, w=[1, 2, 3]))
    assert graves(sheet) == [
        "here.steps[2]: the same step as steps[0]; given twice, so neither counts: L, s_out"
    ]
    assert math.isnan(value(sheet, "L"))
    assert math.isnan(value(sheet, "s_out"))
    assert value(sheet, "w") == [1, 2, 3]  # given once
    assert value(sheet, "L", 1) == 5
    assert len(sheet.invalid) == 2


def test_two_halves_of_a_step_are_one():
    sheet = read(step(L=1, s_out=None), step(s_out=2, L=""))
    assert (value(sheet, "L"), value(sheet, "s_out")) == (1, 2)
    assert not sheet.problems


def test_a_step_of_nothing_is_no_fault():
    sheet = read({}, None, step(L=1))
    assert value(sheet, "L") == 1
    assert not sheet.problems


def test_steps_that_are_none_are_named():
    sheet = read(7, "x", [], step(L=1))
    assert graves(sheet) == [
        "here.steps[0]: expected an object, found the number 7",
        "here.steps[1]: expected an object, found the text 'x'",
        "here.steps[2]: expected an object, found a list",
    ]
    assert value(sheet, "L") == 1
    assert graves(read_sheet({"steps": {"0": 1}}, LAYOUTS, "here")) == [
        "here.steps: expected a list of steps, found an object"
    ]


def test_unknown_keys_are_named_with_the_nearest():
    sheet = read(step(L=1, zout=2, Delta_V=None, delta=3), remark="hello", stpes=[])
    assert graves(sheet) == []
    assert problems(sheet) == [
        "here.steps[0]: unknown key 'zout'; did you mean z_out?",
        "here.steps[0]: unknown key 'delta'; did you mean delta_i?",
        "here: unknown key 'remark'",
        "here: unknown key 'stpes'; did you mean steps?",
    ]
    assert value(sheet, "L") == 1


def test_the_method_is_stated_or_shown_by_the_labels():
    by_labels = {"iteration": 0, "L": [1, 2, 3, 4]}
    assert read(by_labels).layout.plan.method == "batch"
    assert read(step(L=1)).layout.plan.method == "online"
    assert read().layout.plan.method == "online"
    assert read(method="batch").layout.plan.method == "batch"
    assert read(method=" ").layout.plan.method == "online"
    wrong = read(by_labels, method="Batch")
    assert wrong.layout.plan.method == "batch"
    assert graves(wrong) == ["here.method: expected online or batch, found 'Batch'"]
    assert graves(read(method=7)) == ["here.method: expected online or batch, found the number 7"]


def test_a_form_of_another_shape_has_its_own_place():
    for written, expected in ((2.0, 2.0), ([2.0], 2.0), ([1, 2, 3, 4], [1, 2, 3, 4])):
        sheet = read({"iteration": 0, "L": written})
        read_ = sheet.row[0][~np.isnan(sheet.row[0])]
        assert read_.tolist() == np.ravel(expected).tolist()
        assert not sheet.problems
    assert graves(read({"iteration": 0, "L": [1, 2]})) == [
        "here.steps[0].L: expected a vector of 4 or a number, found a vector of 2"
    ]


# --- constants that the student states ----------------------------------------------------------------------

GIVEN = {
    "a number": (0.5, 0.5, None),
    "a text": ("0.5", 0.5, None),
    "a comma": ("0,5", 0.5, None),
    "in brackets": ([0.5], 0.5, None),
    "null": (None, None, None),
    "empty": ("", None, None),
    "null in brackets": ([None], None, None),
    "zero": (0, None, "here.given.alpha: must be above 0, found 0; 0.2 is taken"),
    "too large": (1.5, None, "here.given.alpha: must be at most 1, found 1.5; 0.2 is taken"),
    "NaN": (math.nan, None, "here.given.alpha: expected a finite number, found NaN"),
    "a word": ("small", None, "here.given.alpha: expected a number, found the text 'small'"),
    "true": (True, None, "here.given.alpha: expected a number, found true"),
    "a vector": ([0.1, 0.2], None, "here.given.alpha: expected a number, found a vector of 2"),
    "an object": ({}, None, "here.given.alpha: expected a number, found an object"),
}


@pytest.mark.parametrize("name", GIVEN)
def test_a_stated_constant_is_taken_or_told(name):
    stated, taken, said = GIVEN[name]
    sheet = read(given={"alpha": stated})
    assert sheet.given == ({} if taken is None else {"alpha": taken})
    assert graves(sheet) == ([] if said is None else [said])


def test_constants_that_are_none():
    assert problems(read(given={"alhpa": 1})) == ["here.given: unknown key 'alhpa'; did you mean alpha?"]
    assert problems(read(given=0.1)) == [
        'here.given: expected an object, found the number 0.1; write {"alpha": ...}'
    ]
    assert problems(read(given=None)) == problems(read(given="")) == []  # an empty string is absent


# --- the fast reader and the careful one --------------------------------------------------------------------

NUMBER = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**6), 10**6), st.just(-0.0)
)


def of_shape(shape, number=NUMBER):
    if not shape:
        return number
    return st.lists(of_shape(shape[1:], number), min_size=shape[0], max_size=shape[0])


@st.composite
def clean_steps(draw, layout):
    """Steps in which nothing is out of the ordinary: the key's first and some others, in any order."""
    chosen = draw(st.sets(st.integers(1, layout.steps - 1), max_size=4)) | {0}
    steps = []
    for t in draw(st.permutations(sorted(chosen))):
        fields = draw(st.sets(st.sampled_from(layout.usual), max_size=5))
        values = {slot.field: draw(st.none() | of_shape(slot.shape)) for slot in fields}
        steps.append({**layout.plan.steps[t], **values})
    return steps


ODD = st.one_of(
    st.sampled_from(
        [None, "", "0.50", "0,5", "x", True, False, {}, [], [[]], math.nan, math.inf, 10**400, "nan"]
    ),
    of_shape((3,)),
    of_shape((3, 1)),
    of_shape((3, 2)),
    of_shape((2, 3), st.sampled_from([1.0, None, "1", math.nan, True])),
    of_shape((3,), st.sampled_from([1, None, "1", "x", [], {}])),
    st.dictionaries(st.sampled_from("abc"), NUMBER, min_size=3),
    st.sampled_from(["abc", "123"]),
)


@st.composite
def half_clean_steps(draw, layout):
    """Clean steps with a few things changed that a student, or a program, may get wrong."""
    steps = deepcopy(draw(clean_steps(layout)))
    for _ in range(draw(st.integers(1, 3))):
        one = draw(st.sampled_from(steps))
        names = st.sampled_from([*layout.plan.loops, *(slot.field for slot in layout.usual), "other"])
        match draw(st.sampled_from(["value", "drop", "label", "again", "shift"])):
            case "value":
                one[draw(names)] = draw(ODD)
            case "drop":
                one.pop(draw(names), None)
            case "label":
                one[draw(st.sampled_from(list(layout.plan.loops)))] = draw(
                    st.sampled_from([0, 1, 2, 99, -1, 1.0, "1", True, None, [1], "x"])
                )
            case "again":
                steps.append(dict(one))
            case "shift":
                for each in steps:
                    for loop in layout.plan.loops:
                        if type(each.get(loop)) is int:
                            each[loop] += 1
    return steps


@settings(max_examples=300, deadline=None)
@given(data=st.data(), method=st.sampled_from(["online", "batch"]))
def test_a_clean_hand_in_is_read_fast_and_alike(data, method):
    steps = data.draw(clean_steps(LAYOUTS[method]))
    fast = clean_row(steps, LAYOUTS[method])
    careful = Careful(steps, LAYOUTS[method], "here").sheet()
    assert fast is not None
    np.testing.assert_array_equal(fast.row, careful.row)
    assert doubts(careful) == []


@settings(max_examples=500, deadline=None)
@given(data=st.data(), method=st.sampled_from(["online", "batch"]))
def test_the_fast_reader_reads_nothing_that_the_careful_one_doubts(data, method):
    layout = LAYOUTS[method]
    steps = data.draw(half_clean_steps(layout))
    before = repr(steps)
    careful = Careful(steps, layout, "here").sheet()
    fast = clean_row(steps, layout)
    assert repr(steps) == before  # what was handed in stays as it is
    assert careful.row.shape == (layout.steps, layout.width)
    assert not np.isinf(careful.row).any()
    assert np.isnan(careful.row.ravel()[sorted(careful.invalid)]).all()
    assert bool(careful.invalid) <= bool([p for p in careful.problems if p.grave])
    assert all(problem.text.startswith("here.steps[") for problem in careful.problems)
    if fast is not None:
        np.testing.assert_array_equal(fast.row, careful.row)
        assert doubts(careful) == []


# --- digits -------------------------------------------------------------------------------------------------

SIZES = st.floats(1e-25, 1e25) | st.floats(allow_nan=False, allow_infinity=False)
SHORT = st.builds(lambda n, e: float(f"{n}e{e}"), st.integers(-(10**15), 10**15), st.integers(-25, 10))


@settings(max_examples=1000)
@given(SIZES | SHORT)
@example(0.0)
@example(0.1 + 0.2)
@example(2.0**53)
@example(1e22)
@example(5e-324)
@example(1.7976931348623157e308)
def test_decimals_are_those_of_the_shortest_form(number):
    """As `repr` writes it: Python's shortest decimal that is this number. FULL where it has all digits."""
    _, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    (found,) = decimals_of(np.array([number]))
    if number == 0 or abs(number) >= 2.0**53:
        assert found == 0
    elif len(digits) <= 15 and -exponent <= 22:
        assert found == -exponent
    else:
        assert found in {-exponent, FULL}


@pytest.mark.parametrize(
    ("number", "decimals"), [(6.626e-34, 37), (-1.5e-30, 31), (5e-324, 324), (2e-23, 23)]
)
def test_decimals_of_very_small_numbers(number, decimals):
    assert decimals_of(np.array([0.5, number])).tolist() == [1, decimals]


@settings(max_examples=200)
@given(st.lists(SIZES | SHORT, min_size=1, max_size=30))
def test_decimals_of_many_are_those_of_each(numbers):
    together = decimals_of(np.array(numbers))
    assert together.tolist() == [decimals_of(np.array([number])).item() for number in numbers]


def half_of_the_last_place(text, digits):
    """Half a unit of the last written place, but not coarser than `digits` allow."""
    number = Decimal(text)
    coarsest = -digits if number == 0 else max(-digits, number.adjusted() - digits + 1)
    return Decimal(10) ** min(number.as_tuple().exponent, coarsest) / 2


WRITTEN = st.builds(
    lambda sign, whole, decimals: f"{sign}{whole}.{decimals}".rstrip("."),
    st.sampled_from(["", "-"]),
    st.integers(0, 10**6),
    st.text("0123456789", max_size=10),
)


@settings(max_examples=1000)
@given(WRITTEN, st.integers(1, 8))
@example("999.9999999999", 3)
@example("0.0999", 3)
def test_half_units_are_those_of_the_written_place(text, digits):
    number = read_number(text)
    half = half_units(np.array([number.value]), np.array([float(number.decimals)]), digits).item()
    least = 1e-14 * abs(number.value)
    assert half == pytest.approx(max(float(half_of_the_last_place(text, digits)), 0.0), rel=1e-12, abs=least)


@pytest.mark.parametrize("exponent", range(-20, 16))
@pytest.mark.parametrize("sign", [1, -1])
def test_half_units_at_powers_of_ten(exponent, sign):
    number = np.array([float(f"1e{exponent}") * sign])
    half = half_units(number, decimals_of(number), 3).item()
    assert half == pytest.approx(float(half_of_the_last_place(f"1e{exponent}", 3)), rel=1e-12)


def test_a_number_that_is_not_there_has_no_half_unit():
    none = np.array([np.nan])
    assert half_units(none, decimals_of(none), 3).tolist() == [0.0]


def few(*numbers):
    """The decimals of a student who writes just these numbers where three digits are asked."""
    values = np.array([[numbers]], dtype=float)
    decimals = decimals_of(values)
    return few_decimals(values, decimals, half_units(values, decimals, 3)).item()


@pytest.mark.parametrize(
    ("numbers", "decimals"),
    [
        ((0.25, 0.5, 0.37, 0.123), 2),  # of 2, 1 and 2 decimals
        ((0.5, 0.37, 0.4, 0.25), 1.5),  # of 1, 2, 1 and 2
        ((0.5, 0.37, 0.123, 0.456), math.inf),  # no more than half of them
        ((0.5, 0.37, 0.123, 0.0, 0.0), 1.5),  # a zero tells nothing
        ((0.5, math.nan, math.nan, math.nan), 1),  # nor does what is absent
        ((0.123, 0.456, 0.5, math.nan, math.nan), math.inf),
        ((0.0, math.nan), math.inf),
        ((12.3, 1.24, 124.0), math.inf),  # three digits, wherever the point is
        ((12300.0, 45600.0), math.inf),
        ((1200.0, 12.0, 1.0), 0),
    ],
)
def test_who_writes_too_few_digits_throughout(numbers, decimals):
    assert few(*numbers) == decimals


def test_each_student_has_decimals_of_their_own():
    values = np.array([[[0.5, 0.4]], [[0.123, 0.456]], [[0.25, 0.37]]])
    decimals = decimals_of(values)
    assert few_decimals(values, decimals, half_units(values, decimals, 3)).tolist() == [1, math.inf, 2]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("S_i", "s_i"), ("dW", "Delta_W"), ("DW", "Delta_W"), ("delta W", "Delta_W"), ("ΔW", "Delta_W"),
     ("delta_w", "Delta_w"), ("dw", "Delta_w"), ("zout", "z_out"), ("Deltaout", "delta_out"), ("l", "L")],
)  # fmt: skip
def test_a_key_that_is_written_otherwise_is_told_the_name_that_is_missing(name, meant):
    fields = {line.field: [[1.0] * 3] * 2 for line in practical_plan("online").lines if line.field != meant}
    told = [each for each in problems(read(step(**fields, **{name: 1.0}))) if "unknown" in each]
    assert told == [f"here.steps[0]: unknown key {name!r}; did you mean {meant}?"]


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        ("Aufgabe 3", ("exercise1", "exercise3"), "; did you mean exercise3?"),
        ("task_03", ("exercise1", "exercise3"), "; did you mean exercise3?"),
        ("Übung 2", ("exercise1", "exercise3", "prelude", "bonus"), ""),
        ("Aufgabe 1", ("x_1", "x_2", "y_1", "y_2"), ""),
        ("Task 1", ("part1", "question1", "part2", "question2"), ""),
        ("learning_rate", ("alpha",), "; did you mean alpha?"),
        ("learning_rate", ("alpha", "beta"), ""),
        ("learning_rate", (), ""),
    ],
)
def test_what_an_unknown_key_may_have_meant(name, known, said):
    assert unknown("here", name, known).text == f"here: unknown key {name!r}{said}"
