"""What must hold for every hand-in and every text, as properties that Hypothesis tries.

`--thorough` tries a thousand examples of each, as CI does, otherwise a tenth or so has to do; a run with
`--hypothesis-seed=N` tries others. Marking is worked for many hand-ins at once, so that an example of a
property of marking is a class: with `--thorough` 40 classes of 25 or more.
"""

import copy
import csv
import io
import json
import random
import re
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from jacobian import jacobian
from shared import practical_key, practical_plan
from simulate import Rounding, Student
from written import results_json

from grader.exchange import HandIn, Unreadable
from grader.exchange.handins.parse import parse
from grader.expressions import Ball, Balls, Real, evaluate
from grader.expressions import parse as parse_expression
from grader.expressions.notation import Vocabulary, read_formula
from grader.expressions.printing import in_plain
from grader.marking.formulas.equivalence import Equal, compare
from grader.marking.formulas.points import Setting
from grader.marking.formulas.quantities import Quantity
from grader.marking.mark import mark
from grader.marking.sheets.digits import read_number
from grader.reports import visible
from grader.reports.escape import csv_cell, file_stem, markdown
from grader.schemas.results import Results
from grader.schemas.submission import Submission

CLASS = 40
ONLINE = practical_plan("online")
seeds = st.integers(0, 2**32 - 1)
FOUND = (Phase.explicit, Phase.reuse, Phase.generate)  # a smaller seed is no simpler class
classes = settings(max_examples=max(6, settings.default.max_examples // 25), phases=FOUND)
texts = settings(max_examples=settings.default.max_examples)


# --- marking ------------------------------------------------------------------------------------------------


@cache
def pool():
    """Return some honest hand-ins of the practical's exercise 2, by all choices and both methods."""
    draw = random.Random(7)
    answers = []
    for number in range(3 * CLASS):
        plan = practical_plan(draw.choice(["online", "online", "online", "batch"]))
        way = {group: draw.choice(sorted(options)) for group, options in plan.choices.items()}
        practice = draw.choice(["carry", "full", "mixed"])
        rounding = Rounding(draw.randint(4, 8), practice=practice)
        given_ = {"alpha": draw.choice([0.1, 0.2, 0.5])}
        answers.append(Student(plan, way, given_, rounding, seed=number).answer())
    return answers


FORMULAS = ["(y_out - y_gt) f_3'(s_out) z_2", "(y_out - y_gt) z_2", "z_2 (", "", "y_out"]


def some_class(draw, faults=0):
    """Return answers of a class, with so many numbers spoilt in each as `faults` says at most."""
    answers = [copy.deepcopy(draw.choice(pool())) for _ in range(CLASS)]
    for answer in answers:
        for _ in range(draw.randint(0, faults)):
            spoil(answer, draw)
    return answers


def spoil(answer, draw):
    """Change one number of a hand-in, or leave a field out."""
    step = draw.choice(answer["steps"])
    names = [name for name in step if name not in ("iteration", "sample")]
    if not names:
        return
    name = draw.choice(names)
    if draw.random() < 0.2:
        del step[name]
        return
    step[name] = changed(step[name], draw)


def changed(value, draw):
    if isinstance(value, list):
        place = draw.randrange(len(value))
        return [changed(one, draw) if i == place else one for i, one in enumerate(value)]
    return round(draw.choice([-value, value * 10, value + 0.1, draw.uniform(-1, 1)]), 6)


def marked(answers, students=None, **more):
    """Mark answers to exercise 2, all at once."""
    names = students or [f"s{number}" for number in range(len(answers))]
    return mark(
        practical_key(),
        [
            Submission(student=name, answers={"exercise2": answer, **more})
            for name, answer in zip(names, answers, strict=True)
        ],
    )


def scores(answers):
    return np.array([own.score for own in marked(answers)])


def essence(own):
    """Return all that is said of a hand-in but whose it is."""
    return own.result("x.json").model_copy(update={"student": "s"})


@classes
@given(seeds)
def test_a_perfect_hand_in_has_full_marks(seed):
    draw = random.Random(seed)
    answers = some_class(draw)
    most = next(question.points for question in practical_key().key.question if question.id == "exercise2")
    np.testing.assert_allclose(scores(answers), most, rtol=1e-12)


@classes
@given(seeds)
def test_rounding_within_half_a_unit_never_costs(seed):
    """Every number is rounded once more, each to digits of its own, or handed in as text of just these."""
    draw = random.Random(seed)

    def rounded(value):
        if isinstance(value, list):
            return [rounded(one) for one in value]
        text = f"{value:.{draw.randint(4, 8)}f}"
        return text if draw.random() < 0.5 else float(text)

    answers = [Student(ONLINE).answer() for _ in range(25)]
    for answer in answers:
        for step in answer["steps"]:
            step |= {n: rounded(v) for n, v in step.items() if n not in ("iteration", "sample")}
    np.testing.assert_allclose(scores(answers), 15.0, rtol=1e-12)


@classes
@given(seeds)
def test_mending_a_field_never_lowers_a_score(seed):
    """One number of an otherwise right hand-in is spoilt: with it mended, the score is no lower."""
    draw = random.Random(seed)
    right = some_class(draw)
    wrong = copy.deepcopy(right)
    for answer in wrong:
        spoil(answer, draw)
    both = scores([*wrong, *right])
    assert np.all(both[:CLASS] <= both[CLASS:] + 1e-12)


@classes
@given(seeds)
def test_leaving_out_a_last_line_never_raises_a_score(seed):
    draw = random.Random(seed)
    whole = some_class(draw, faults=3)
    less = copy.deepcopy(whole)
    for answer in less:
        fields = [name for name in answer["steps"][-1] if name not in ("iteration", "sample")]
        if fields:
            del answer["steps"][-1][fields[-1]]
    both = scores([*whole, *less])
    assert np.all(both[CLASS:] <= both[:CLASS] + 1e-12)


JUNK = [
    {"steps": [{"iteration": 0, "sample": 0, "s_out": 1e308, "W": [[1e308] * 3] * 2, "L": -1e308}]},
    {"steps": "none", "method": 5, "given": []},
    {"given": {"alpha": 1e-300}, "steps": [{"iteration": 0, "sample": 0, "z_out": 1e-300}]},
    {"steps": [{"iteration": 10**30, "sample": -1}, 5, None, {}]},
    {},
]


@classes
@given(seeds)
def test_a_bad_hand_in_beside_changes_nobody(seed):
    draw = random.Random(seed)
    answers = some_class(draw, faults=3)[:25]
    alone = [essence(own) for own in marked(answers)]
    beside = [*answers, *draw.sample(JUNK, 3)]
    draw.shuffle(order := list(range(len(beside))))
    found = marked([beside[i] for i in order])
    assert [essence(found[order.index(i)]) for i in range(len(answers))] == alone


@classes
@given(seeds)
def test_renaming_students_changes_nothing(seed):
    draw = random.Random(seed)
    answers = some_class(draw, faults=3)[:25]
    names = [f"{draw.getrandbits(64):x} é😀" for _ in answers]
    assert list(map(essence, marked(answers))) == list(map(essence, marked(answers, names)))


@classes
@given(seeds)
def test_the_order_of_steps_and_fields_changes_nothing(seed):
    draw = random.Random(seed)
    answers = some_class(draw, faults=3)[:25]
    mixed = []
    for answer in answers:
        steps = [dict(draw.sample(sorted(step.items()), len(step))) for step in answer["steps"]]
        draw.shuffle(steps)
        mixed.append({**answer, "steps": steps})
    found = marked([*answers, *mixed])
    assert list(map(essence, found[:25])) == list(map(essence, found[25:]))


@classes
@given(seeds)
def test_equivalent_notation_of_numbers_scores_the_same(seed):
    """0.25 as "0.25", " 0.25 " or with full-width digits, another minus; a vector as a column."""
    draw = random.Random(seed)
    wide = str.maketrans("0123456789.-", "０１２３４５６７８９．－")

    def other(value):
        if isinstance(value, list):
            is_vector = all(not isinstance(one, list) for one in value)
            written = [other(one) for one in value]
            return [[one] for one in written] if is_vector and draw.random() < 0.3 else written
        text = repr(value)
        return draw.choice([text, f" {text} ", text.translate(wide), text.replace("-", "\u2212"), value])

    def rewritten_field(value):
        if isinstance(value, list) and isinstance(value[0], list):
            return [[other(one) for one in row] for row in value]
        return other(value)

    answers = some_class(draw, faults=2)[:25]
    rewritten = copy.deepcopy(answers)
    for answer in rewritten:
        for step in answer["steps"]:
            step |= {n: rewritten_field(v) for n, v in step.items() if n not in ("iteration", "sample")}
    both = scores([*answers, *rewritten])
    np.testing.assert_allclose(both[25:], both[:25], atol=1e-12)


@classes
@given(seeds)
def test_a_score_is_the_sum_of_its_parts_and_within_the_cap(seed):
    draw = random.Random(seed)
    formulas = {"dL_dW_out": draw.choice(FORMULAS), "dL_dW_2": draw.choice(FORMULAS)}
    for own in marked(some_class(draw, faults=6), exercise1=formulas):
        result = own.result("x.json")
        for question in result.questions:
            total = sum(field.score for field in question.fields)
            assert question.score == pytest.approx(min(total, question.max_score), abs=1e-9)
            assert all(0 <= field.score <= field.max_score + 1e-12 for field in question.fields)
        total = sum(question.score for question in result.questions)
        assert result.score == pytest.approx(min(total, result.max_score), abs=1e-9)
        assert 0 <= result.score <= result.max_score


@classes
@given(seeds)
def test_labels_that_count_from_1_are_read_as_those_from_0(seed):
    draw = random.Random(seed)
    answers = some_class(draw)[:25]
    counted = copy.deepcopy(answers)
    for answer in counted:
        for step in answer["steps"]:
            step |= {name: step[name] + 1 for name in ("iteration", "sample") if name in step}
    both = scores([*answers, *counted])
    np.testing.assert_allclose(both[25:], both[:25], atol=1e-12)


@classes
@given(seeds)
def test_results_come_back_from_their_json_as_they_were(seed):
    results = [own.result("x.json") for own in marked(some_class(random.Random(seed), faults=6)[:25])]
    read = Results.model_validate_json(results_json(results))
    assert sorted(read.results, key=lambda each: each.student) == sorted(
        results, key=lambda each: each.student
    )


# --- formulas and arithmetic --------------------------------------------------------------------------------

SYMBOLS = ("x", "y", "a", "b")
SCALARS = Vocabulary(symbols=dict.fromkeys(SYMBOLS, ()))
SETTING = Setting(symbols={name: Quantity((), "real") for name in SYMBOLS})


def joined(below):
    return st.one_of(
        st.tuples(below, st.sampled_from("+-*"), below).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(below, below).map(lambda t: f"({t[0]} / (2 + {t[1]}^2))"),
        st.tuples(below, st.integers(2, 3)).map(lambda t: f"({t[0]})^{t[1]}"),
        below.map(lambda t: f"tanh({t})"),
        below.map(lambda t: f"(-{t})"),
    )


formulas = st.recursive(st.sampled_from((*SYMBOLS, "2", "3", "0.5")), joined, max_leaves=6)
rational = st.recursive(
    st.sampled_from((*SYMBOLS, "2", "0.5")),
    lambda below: st.one_of(
        st.tuples(below, st.sampled_from("+-*"), below).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(below, below).map(lambda t: f"({t[0]} / (2 + {t[1]}^2))"),
    ),
    max_leaves=8,
)
numbers = st.integers(-4000, 4000).map(lambda n: n / 1024)
points = st.fixed_dictionaries(dict.fromkeys(SYMBOLS, numbers))

REWRITES = [
    lambda f: f"(({f}))",
    lambda f: f"1 \\cdot {{{f}}}",
    lambda f: f"--({f})",
    lambda f: f"({f}) + x - x",
    lambda f: f"\\frac{{2 ({f})}}{{2}}",
    lambda f: f"({f})(1 + y^2)/(y^2 + 1)",
    lambda f: f"(x + ({f})) - x",
]


@texts
@given(formulas, st.sampled_from(REWRITES))
def test_equivalent_formulas_are_equal(text, rewrite):
    first, second = read_formula(text, SCALARS), read_formula(rewrite(text), SCALARS)
    assert isinstance(compare(first.tree, second.tree, SETTING), Equal)


@texts
@given(formulas, st.sampled_from(["0.001", "x", "a b", "x^2/100"]), st.sampled_from("+-"))
def test_a_formula_and_more_are_not_equal(text, more, sign):
    first, second = read_formula(text, SCALARS), read_formula(f"({text}) {sign} {more}", SCALARS)
    assert not isinstance(compare(first.tree, second.tree, SETTING), Equal)


@texts
@given(formulas)
def test_an_expression_printed_and_parsed_again_is_the_same_tree(text):
    tree = parse_expression(text)
    assert parse_expression(in_plain(tree)) == tree
    read = read_formula(text, SCALARS).tree
    assert read_formula(in_plain(read), SCALARS).tree == read


def exactly(text, values):
    """Work an expression in fractions, by Python's own arithmetic."""
    names = {name: Fraction(value) for name, value in values.items()}
    return eval(
        re.sub(r"\d+\.\d+|\d+", r"Fraction('\g<0>')", text).replace("^", "**"),
        {"Fraction": Fraction, **names},
    )


@texts
@given(rational, points, st.fixed_dictionaries(dict.fromkeys(SYMBOLS, st.sampled_from([0, 1, 5, 64]))), seeds)
def test_balls_contain_the_exact_result(text, middles, radii, seed):
    draw = random.Random(seed)
    balls = {n: Ball(np.array(middles[n]), np.array(radii[n] / 1024)) for n in SYMBOLS}
    found = evaluate(parse_expression(text), balls, Balls())
    for _ in range(3):
        inside = {
            n: Fraction(middles[n]) + Fraction(draw.randint(-radii[n], radii[n]), 1024) for n in SYMBOLS
        }
        away = abs(exactly(text.replace("^2", "**2"), inside) - Fraction(float(found.mid)))
        room = Fraction(float(found.rad)) + Fraction(1, 10**12) * (1 + abs(Fraction(float(found.mid))))
        assert away <= room


@texts
@given(formulas, points, st.sampled_from(SYMBOLS))
def test_dual_derivatives_agree_with_differences(text, at, name):
    tree = parse_expression(text)
    values = {n: np.array(v / 4) for n, v in at.items()}
    slope = float(jacobian(tree, values, name))
    h = 1e-5
    right, left = (float(evaluate(tree, {**values, name: values[name] + move}, Real())) for move in (h, -h))
    size = max(abs(right), abs(left), abs(slope), 1.0)
    assert slope == pytest.approx((right - left) / (2 * h), rel=1e-5, abs=1e-5 * size)


# --- reading ------------------------------------------------------------------------------------------------

leaves = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6)
trees = st.recursive(
    leaves,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=4), below, max_size=3),
    max_leaves=8,
)


@texts
@given(st.dictionaries(st.text(max_size=5), trees, max_size=4), st.sampled_from([None, 0, 1, "\t"]))
def test_white_space_and_escapes_in_a_file_change_nothing(answers, indent):
    value = {"student": "s", "answers": answers}
    plain = parse("x", json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    other = parse("x", f"\ufeff \n{json.dumps(value, indent=indent)}\r\n".encode())
    assert type(plain) is type(other) or "UTF-8" in plain.problems[0].text
    if isinstance(plain, HandIn):
        assert other.submission == plain.submission


@texts
@given(st.binary(max_size=60) | st.text(alphabet='{}[]:,"\\ntrue0-.eE', max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused_in_printable_words(data):
    finding = parse("x", data)
    if isinstance(finding, Unreadable):
        assert finding.problems
        assert all(problem.text.isprintable() for problem in finding.problems)


@texts
@given(st.decimals(allow_nan=False, allow_infinity=False, places=None, min_value=-(10**12), max_value=10**12))
def test_a_number_as_text_has_its_value_and_its_decimals(number):
    text = str(number)
    read = read_number(text)
    if len(text) > 100:
        assert read is None
        return
    assert read.value == float(text)
    assert read.decimals == -number.as_tuple().exponent


# --- words --------------------------------------------------------------------------------------------------

any_text = st.text(st.characters(codec=None), max_size=20) | st.text(
    "ab =+-@\t\r\n'\"\x1b\u202e\uff1d<>[](){}|*_`$&\\/.~\0", max_size=12
)


@texts
@given(any_text)
def test_visible_text_is_one_quiet_line_and_stays(text):
    shown = visible(text)
    assert shown.isprintable()
    assert visible(shown) == shown


@texts
@given(any_text)
def test_a_cell_of_a_table_is_no_formula_and_comes_back(text):
    cell = csv_cell(text)
    assert not re.match(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]", cell)
    out = io.StringIO()
    csv.writer(out).writerow([cell, "1"])
    assert next(csv.reader(io.StringIO(out.getvalue()))) == [cell, "1"]
    assert cell.removeprefix("'") == visible(text).removeprefix("'")


@texts
@given(any_text)
def test_markdown_of_any_text_has_no_tag_and_no_link(text):
    shown = markdown(text)
    assert not re.search(r"<|>|(?<!\\)\]\(|\$|\n|https?://", shown)


@texts
@given(st.lists(any_text, min_size=2, max_size=12))
def test_names_of_pages_are_safe_and_each_its_own(students):
    taken = {}
    stems = {}
    for student in students:
        stem = file_stem(student, taken)
        taken[stem.casefold()] = student
        stems[student] = stem
        assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,126}", stem)
        assert not stem.endswith(".")
    assert len({stem.casefold() for stem in stems.values()}) == len(set(students))
