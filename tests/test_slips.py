"""Slips of the pen, made by surgery on the written text of hand-ins that are nowhere like the reference.

Each hand-in has choices and an alpha of its own and, before the slip, an error that was carried on: so what
was meant is what follows from the student's own lines, and nothing else.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import handworked as hw
import numpy as np
import pytest
from shared import TANH, practical_key
from simulate import Rounding, Student

from grader.expressions import Ball
from grader.marking.diagnosis.sharpen import _carries_on
from grader.marking.lines.remember import _unwritten, usual_half
from grader.marking.lines.slips import Numbers, Slip, _lost_digit, copied, exchanged, slips_of
from grader.marking.lines.verdicts import Code
from grader.marking.sheets.layout import Slot

CASES = 50
POINTS = 15
SLIP_CREDIT = 0.5
EARLY = ("s_i", "z_i", "s_out", "z_out")


def numbers(text):
    """Return the written numbers one by one, row after row."""
    return [n for part in text for n in numbers(part)] if isinstance(text, list) else [text]


def put(text, place, new):
    """Return a written value with its number at a place replaced."""
    rest = iter([new if i == place else number for i, number in enumerate(numbers(text))])

    def again(part):
        return [again(p) for p in part] if isinstance(part, list) else next(rest)

    return again(text)


def telling(number):
    """Return where a number's digits stand, from the first that is not 0."""
    places = [i for i, char in enumerate(number) if char.isdigit()]
    while places and number[places[0]] == "0":
        del places[0]
    return places


# One number's text to another, or the same where this slip cannot be made of it.


def sign(number, _):
    return number[1:] if number.startswith("-") else f"-{number}"


def digit(number, random):
    place = random.choice(telling(number)[:3])
    other = (int(number[place]) + random.integers(1, 10)) % 10
    return f"{number[:place]}{other}{number[place + 1 :]}"


def digits_exchanged(number, random):
    places = telling(number)[:4]
    pairs = [(a, b) for a, b in pairwise(places) if b == a + 1]
    a, b = pairs[random.integers(len(pairs))]
    return number[:a] + number[b] + number[a] + number[b + 1 :]


def digit_lost(number, random):
    place = random.choice([p for p in telling(number)[:3] if p > number.index(".")])
    return number[:place] + number[place + 1 :]


def decimal_point(number, random):
    minus, (whole, rest) = "-" * number.startswith("-"), number.lstrip("-").split(".")
    if random.random() < 0.5:
        return f"{minus}{whole[:-1] or 0}.{whole[-1]}{rest}"
    return f"{minus}{whole}{rest[0]}.{rest[1:]}"


SURGERY = {f.__name__: f for f in (sign, digit, digits_exchanged, digit_lost, decimal_point)}


@dataclass
class Case:
    """One who works the practical, errs at `early` and carries that on, and has a slip at (t, field)."""

    way: dict[str, Any]
    wrong: dict[tuple[int, str], hw.Rule]
    early: tuple[int, str]
    t: int
    field: str
    old: Any
    new: Any
    without: dict[str, Any]

    def slipped(self):
        """Work on with what was meant."""
        steps = list(self.without["steps"])
        steps[self.t] = steps[self.t] | {self.field: self.new}
        return self.without | {"steps": steps}

    def carried_on(self):
        """Work on with what stands there."""
        wrong = self.wrong | {(self.t, self.field): lambda _: hw.read(self.new)}
        return hw.practical(**self.way, wrong=wrong, rewrite={(self.t, self.field): lambda _: self.new})

    def at(self, t):
        return tuple(hw.practical_steps(self.way["method"])[t][0].values())


def one_number(text, random, kind):
    candidates = [i for i, n in enumerate(numbers(text)) if len(telling(n)) >= 4]
    if not candidates:
        return text
    place = random.choice(candidates)
    new = SURGERY[kind](numbers(text)[place], random)
    return put(text, place, new) if len(telling(new)) >= 3 else text


def exchange(text, random):
    all_of_it = numbers(text)
    if len(all_of_it) < 2:
        return text
    a, b = random.choice(len(all_of_it), 2, replace=False)
    return put(put(text, a, all_of_it[b]), b, all_of_it[a])


def another_row(page, t, field, random, kind):
    """Return the student's row of another field of the same shape, or of the step before."""
    if kind == "copied_step":
        return page[t - 1][field] if t else page[t][field]
    here = hw.FIELDS.index(field)
    rows = [page[t][name] for name in hw.FIELDS[:here]] + [page[t - 1][n] for n in hw.FIELDS[here + 1 :]] * (
        t > 0
    )
    rows = [row for row in rows if np.shape(row) == np.shape(page[t][field]) != ()]
    return rows[random.integers(len(rows))] if rows else page[t][field]


def change(kind, page, t, field, random):
    text = page[t][field]
    if kind in SURGERY:
        return one_number(text, random, kind)
    if kind == "exchanged":
        return exchange(text, random)
    if kind.startswith("copied"):
        return another_row(page, t, field, random, kind)
    place = random.integers(len(numbers(text)))  # "unused": any other number
    return put(text, place, hw.written(random.uniform(0.1, 1), 6))


def used_later(page, t, field):
    """Tell whether lines follow that show what was worked on with: all but a loss, and the last weights."""
    return field != "L" and not (t == len(page) - 1 and field in {"w", "W"}) and field != "s_i"


def make(kind, random):
    while True:
        method = str(random.choice(["online", "batch"]))
        way = {"method": method, "alpha": float(random.choice([0.05, 0.1, 0.3, 0.5]))}
        way |= {"digits": int(random.choice([4, 5, 6, 8])), **hw.random_ways(random)}
        last = len(hw.practical_steps(method))
        early = int(random.integers(max(1, last // 3))), str(random.choice(EARLY))
        rules = hw.practical_rules(method, way["alpha"], **{group: way[group] for group in hw.WAYS})
        usual, off = rules[early[1]], random.choice([-1, 1]) * random.uniform(0.1, 0.6)
        wrong = {early: lambda now, usual=usual, off=off: usual(now) + off}
        t, field = int(random.integers(early[0], last)), str(random.choice(hw.FIELDS))
        if (t, hw.FIELDS.index(field)) <= (early[0], hw.FIELDS.index(early[1])):
            continue
        page = hw.practical(**way, wrong=wrong)
        old = page["steps"][t][field]
        if kind == "unused" and not used_later(page["steps"], t, field):
            continue
        new = change(kind, page["steps"], t, field, random)
        # What the key tolerates is no slip, and a row of zeros tells nothing.
        if np.abs(hw.read(new) - hw.read(old)).max() <= 0.002 or not np.any(hw.read(new)):
            continue
        reference = hw.practical(**way)["steps"][t][field]
        if not np.allclose(hw.read(old), hw.read(reference), 0, 0.002):
            return Case(way, wrong, early, t, field, old, new, page)


def test_what_should_stand_there_is_rounded_to_as_many_digits_as_what_does():
    # 0.0123 has three significant digits, of which 1.23 needs two decimals; 45.6 has one decimal.
    written = Ball(np.array([[0.0123, 45.6]]), np.array([[0.5e-4, 0.5e-1]]))
    half = _unwritten(
        SimpleNamespace(axes=(1,)), written, np.zeros((1, 2), np.uint8), np.array([[1.23, 33.3]])
    )
    np.testing.assert_allclose(half, [[0.5e-2, 0.5e-1]])


@cache
def cases(kind):
    random = np.random.default_rng(sum(kind.encode()))
    return [make(kind, random) for _ in range(CASES)]


KINDS = (*SURGERY, "exchanged", "copied_field", "copied_step", "unused")


@cache
def marks():
    """Mark all cases at once: kind to the marks of those who slip, work on with it, and do neither."""
    made = [case for kind in KINDS for case in cases(kind)]
    pages = (
        [case.slipped() for case in made] + [case.carried_on() for case in made] + [c.without for c in made]
    )
    marked = iter(hw.results(practical_key(), pages))
    table = {}
    for done in ("slipped", "carried on", "without"):
        for kind in KINDS:
            table[kind, done] = [next(marked) for _ in range(CASES)]
    return table


@pytest.mark.parametrize("kind", KINDS)
def test_a_slip_is_found_and_costs_once(kind):
    found = named = clean = 0
    both = marks()[kind, "slipped"], marks()[kind, "without"]
    for case, marked, usual in zip(cases(kind), *both, strict=True):
        place, early = (case.at(case.t), case.field), (case.at(case.early[0]), case.early[1])
        line, before = (hw.at(m, case.field, *place[0]) for m in (marked, usual))
        found += line.status == "slip"
        named += line.cause in {kind, kind.split("_")[0]}
        if line.status != "slip" or not set(hw.faulty(marked)) <= {place, early}:
            continue
        clean += 1
        # Of its components, those that slipped lose what a slip costs; and no other line loses anything.
        off = np.mean(hw.read(case.old) != hw.read(case.new))
        assert before.score - line.score <= line.max_score * (1 - SLIP_CREDIT) * off + 1e-9, case
        assert usual.score - marked.score == pytest.approx(before.score - line.score), case
    assert found >= 0.95 * CASES, f"{found} of {CASES} found"
    assert named >= 0.85 * CASES, f"{named} of {CASES} by name"
    assert clean >= found - 0.02 * CASES, f"{found - clean} times a line after the slip was charged"


@pytest.mark.parametrize("kind", KINDS)
def test_who_works_on_with_the_slip_is_charged_for_it_alone(kind):
    for case, marked in zip(cases(kind), marks()[kind, "carried on"], strict=True):
        expected = {(case.at(case.t), case.field), (case.at(case.early[0]), case.early[1])}
        assert set(hw.faulty(marked)) <= expected, case
        assert "unused" not in {f.cause for f in marked.fields}, case


@pytest.mark.parametrize("kind", ["sign", "digit", "decimal_point", "unused"])
def test_what_was_meant_is_said_and_is_never_the_reference(kind):
    for case, marked in zip(cases(kind), marks()[kind, "slipped"], strict=True):
        line = hw.at(marked, case.field, *case.at(case.t))
        if len(numbers(case.new)) > 1 or line.status != "slip":
            continue
        said = [float(n) for n in re.findall(r"-?[0-9.]*[0-9](?:e-?[0-9]+)?", line.message)]
        # Words have a few digits; the reference differs from what was meant already in these.
        assert any(n == pytest.approx(float(case.old), rel=5e-3) for n in said), (case, line)


def test_the_published_slip_names_both_fields(practical):
    def rewrite(page):
        return {(4, "w"): lambda _: page["steps"][4]["Delta_w"]}

    way = {"alpha": 0.5, "output": "tanh", "hidden_delta": "exact", "delta_sign": "gradient"}
    page = hw.practical(**way)
    marked = hw.result(practical, hw.practical(**way, rewrite=rewrite(page)))
    line = hw.at(marked, "w", 1, 0)
    assert (line.status, line.cause) == ("slip", "copied")
    assert "you wrote Delta_w where w belongs" in line.message
    assert marked.score == pytest.approx(POINTS - line.max_score * (1 - SLIP_CREDIT))


def test_a_copy_of_the_step_before_says_so(practical):
    page = hw.practical(alpha=0.5)["steps"]
    marked = hw.result(practical, hw.practical(alpha=0.5, rewrite={(4, "W"): lambda _: page[3]["W"]}))
    line = hw.at(marked, "W", 1, 0)
    assert (line.status, line.cause) == ("slip", "copied")
    assert "the W of the step before" in line.message


@pytest.mark.parametrize(("credit", "lost"), [(1.0, 0.0), (0.8, 0.2), (0.0, 1.0)])
def test_the_key_says_what_a_slip_costs(credit, lost):
    key = hw.tiny_key(NEWTON, slip_credit=credit)
    answer = {
        "steps": newton(rewrite={(1, "x"): lambda text: digits_exchanged(text, np.random.default_rng(1))})
    }
    marked = hw.result(key, answer, "root")
    assert [(f.field, f.step, f.status) for f in marked.fields if f.cause] == [("x", {"step": 1}, "slip")]
    assert marked.score == pytest.approx(12 - lost)


NEWTON = """
id = "newton"
[[question]]
id = "root"
kind = "trace"
points = 12
[question.start]
x = 3.0
[question.method.newton]
loop.step = 4
equations.f = "x^2 - 2"
equations.slope = "2*x"
equations.x = "x - f / slope"
"""


def newton(**changes):
    rules = {
        "f": lambda now: now.x**2 - 2,
        "slope": lambda now: 2 * now.x,
        "x": lambda now: now.x - now.f / now.slope,
    }
    return hw.work(rules, [({"step": i}, {}) for i in range(4)], {"x": 3.0}, 6, **changes)


@pytest.mark.parametrize("kind", SURGERY)
def test_slips_in_newtons_method(kind):
    """After an error in the first slope: another path to the root than the reference's."""
    key = hw.tiny_key(NEWTON)
    random = np.random.default_rng(4)
    wrong = {(0, "slope"): lambda now: 2 * now.x + 1.2345}
    answers = []
    for place in [(1, "f"), (1, "slope"), (1, "x"), (2, "slope"), (2, "x"), (3, "x")]:
        rewrite = {place: lambda text: SURGERY[kind](text, random)}
        answers.append({"steps": newton(wrong=wrong, rewrite=rewrite)})
        marked = hw.result(key, answers[-1], "root")
        faulty = hw.faulty(marked)
        assert faulty.pop(((0,), "slope")) == "wrong"
        assert faulty == {((place[0],), place[1]): "slip"}, place


HEUN = """
id = "heun"
[[question]]
id = "steps"
kind = "trace"
points = 20
[question.start]
t = 0.0
w = 0.5
[question.method.heun]
loop.step = 4
equations.k = "0.2*(w - t^2 + 1)"
equations.l = "0.2*(w + k - (t + 0.2)^2 + 1)"
equations.t = "t + 0.2"
equations.w = "w + (k + l)/2"
"""


@pytest.mark.parametrize("step", [0, 1, 2])
@pytest.mark.parametrize("field", ["t", "w"])
def test_a_slip_is_worked_on_rightly_beside_what_is_wrong_throughout(step, field):
    """The next step uses the number that was meant, and a slope of that step that is wrong."""
    key = hw.tiny_key(HEUN)
    rules = {
        "k": lambda now: 0.2 * (now.w - now.t**2 + 1),
        "l": lambda now: 0.2 * (now.w + now.k - (now.t + 0.2) ** 2 + 1),
        "t": lambda now: now.t + 0.2,
        "w": lambda now: now.w + (now.k + now.l) / 2,
    }
    wrong = {"k": lambda now: 0.2 * (now.w + 1.3) + 0.1 * now.t**3}
    steps = [({"step": i}, {}) for i in range(4)]
    answer = {"steps": hw.work(rules, steps, {"t": 0.0, "w": 0.5}, 6, wrong, {(step, field): negated})}
    marked = hw.result(key, answer, "steps")
    off = {((i,), "k"): "wrong" for i in range(4)} | {((step,), field): "slip"}
    assert hw.faulty(marked) == off


@pytest.mark.parametrize("method", ["online", "batch"])
def test_a_number_and_the_next_that_is_worked_from_it_both_negated(practical, method):
    """As where a scan loses two minus signs: each is a slip, and what comes after is right."""
    answer = hw.practical(method, digits=8, rewrite={(1, name): negated for name in ("Delta_w", "w")})
    marked = hw.result(practical, answer)
    labels = tuple(hw.practical_steps(method)[1][0].values())
    assert hw.faulty(marked) == {(labels, "Delta_w"): "slip", (labels, "w"): "slip"}
    for name in ("Delta_w", "w"):
        line = hw.at(marked, name, *labels)
        assert line.cause == "sign"
        assert "the sign is wrong" in line.message


def negated(text):
    return [negated(each) for each in text] if isinstance(text, list) else hw.written(-float(text), 8)


ROW = """
id = "row"
[[question]]
id = "q"
kind = "trace"
points = 3
start = { u = 0.617 }
[question.method.m]
loop.step = 1
equations.a = "2 * u"
equations.d = "a + 2"
[question.mistake.minus]
credit = 0.25
says = "2 is added."
d = "a - 2"
"""
IN_A_ROW = {"step": 0, "a": -1.234, "d": -3.234}  # by the sign of both; or a - 2 with what stands there
ASTRAY = {"step": 0, "a": -1.234, "d": 9.875}


def statuses(key, *steps):
    """Mark hand-ins of one step each together; return the status of each field of each."""
    marked = hw.results(key, [{"steps": [step]} for step in steps], "q")
    return [[(field.status, field.cause) for field in each.fields] for each in marked]


def test_a_slip_in_a_row_that_is_a_known_mistake_as_well_is_the_mistake():
    """The key's author says what it is; without that it is a second sign lost."""
    assert statuses(hw.tiny_key(ROW), IN_A_ROW) == [[("slip", "sign"), ("mistake", "minus")]]
    unknown = hw.tiny_key(ROW.partition("[question.mistake")[0])
    assert statuses(unknown, IN_A_ROW) == [[("slip", "sign"), ("slip", "sign")]]


PARTLY = """
id = "partly"
[[question]]
id = "q"
kind = "trace"
points = 3
start = { u = [0.6173, 0.3217, -0.2719] }
[question.method.m]
loop.step = 1
equations.sum = "u[0] + u[1]"
equations.a = "2 * u"
equations.b = "2 * a"
[question.mistake.factor]
credit = 0.5
says = "The factor 2 is missing."
b = "a"
"""


def test_a_known_mistake_shows_no_slip_before_it_where_one_number_of_it_fits_what_was_meant():
    """Twice the first number stands at a; b is a, all of it: its first number fits by chance."""
    a = ["2.4692", "0.6434", "-0.5438"]
    marked = hw.result(hw.tiny_key(PARTLY), {"steps": [{"step": 0, "sum": "0.9390", "a": a, "b": a}]}, "q")
    assert [(f.status, f.cause, f.score) for f in marked.fields] == [
        ("correct", None, 1),
        ("wrong", None, pytest.approx(2 / 3)),
        ("mistake", "factor", pytest.approx((1 + 0.5 + 0.5) / 3)),
    ]


def test_a_slip_in_a_row_excuses_nobody_elses_line():
    key = hw.tiny_key(ROW.replace("a - 2", "7 * a"))
    together = statuses(key, IN_A_ROW, ASTRAY, IN_A_ROW)
    assert together == [statuses(key, step)[0] for step in (IN_A_ROW, ASTRAY, IN_A_ROW)]
    assert together[1] == [("slip", "sign"), ("wrong", None)]


SIDE_BY_SIDE = [
    ("-0.12345", 0.12345, Slip.SIGN),
    ("0.12845", 0.12345, Slip.DIGIT),
    ("0.13245", 0.12345, Slip.DIGITS_EXCHANGED),
    ("0.13456", 0.123456, Slip.DIGIT_LOST),
    ("1.23450", 0.12345, Slip.DECIMAL_POINT),
    ("0.00123", 0.12345, Slip.DECIMAL_POINT),
    ("0.77777", 0.12345, Slip.NONE),
    ("0.12346", 0.12345, Slip.DIGIT),  # as two off are: it must not earn less
    ("0.92", 0.12, Slip.NONE),  # two digits are alike by chance
    ("-0.00000", 0.000001, Slip.NONE),
    ("0.00000", 0.12345, Slip.NONE),
]


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1), slice(3, None), slice(0, 7, 2)])
def test_numbers_side_by_side_have_each_their_own_slip(order):
    chosen = SIDE_BY_SIDE[order]
    decimals = np.array([len(text.partition(".")[2]) for text, _, _ in chosen])
    written = np.array([float(text) for text, _, _ in chosen])
    intended = np.array([due for _, due, _ in chosen])
    ball = Ball(intended, np.zeros(len(chosen)))
    found = slips_of(Numbers(written, 0.5 * 10.0**-decimals, decimals, ball))
    assert [Slip(kind) for kind in found] == [kind for _, _, kind in chosen]


TOLERANT = """
id = "tolerant"
[[question]]
tolerance = { rel = 0.01, abs = 0.001 }
id = "q"
kind = "trace"
points = 1
start = { u = 0.061728 }
[question.method.m]
loop.step = 1
equations.a = "2 * u"
"""


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("0.123456", "correct"),
        ("0.123460", "correct"),  # inexact
        ("0.123445", "correct"),
        ("0.124356", "slip"),  # though the key lets as much pass
        ("0.12437", "correct"),  # no slip, and within what the key lets pass
        ("0.128456", "slip"),
        ("0.125", "correct"),
        ("0.139", "wrong"),
    ],
)
def test_what_the_key_lets_pass_hides_no_slip_of_one_who_writes_many_digits(written, status):
    assert statuses(hw.tiny_key(TOLERANT), {"step": 0, "a": written})[0][0][0] == status


@pytest.mark.parametrize("written", ["0.123457", "0.123455", "0.123458"])
def test_a_last_digit_that_is_one_off_is_no_worse_than_one_that_is_two_off(written):
    strict = hw.tiny_key(TOLERANT.replace("tolerance = { rel = 0.01, abs = 0.001 }", ""))
    assert statuses(strict, {"step": 0, "a": written}) == [[("slip", "digit")]]


ZERO = TOLERANT.replace('"2 * u"', '"max(u - 1, 0)"')


@pytest.mark.parametrize("written", ["0.3718", "-0.3718", "3.7", "12", "0.00371"])
def test_no_slip_makes_another_number_of_zero(written):
    assert statuses(hw.tiny_key(ZERO), {"step": 0, "a": written}) == [[("wrong", None)]]


class Written(SimpleNamespace):
    def __len__(self):
        return len(self.values)


def test_the_usual_half_unit_is_the_median_of_what_is_written():
    random = np.random.default_rng(3)
    half = 0.5 * 10.0 ** -random.integers(1, 7, (40, 3, 2))
    values = random.choice([0.0, np.nan, 1.5, -2.5, 3.5], half.shape)
    batch = Written(half=np.concatenate([half + 1, half], axis=2), values=np.tile(values, 2))
    found = usual_half(batch, Slot(0, "x", (2,), (), offset=2, end=4))
    for i in range(40):
        told = half[i][(values[i] != 0) & ~np.isnan(values[i])]
        assert found[i] == (pytest.approx(np.median(told)) if told.size else 0)


@pytest.mark.parametrize(
    ("blunt", "elsewhere", "written", "shown"),
    [
        (0, 0, 12, False),
        (1, 0, 12, True),
        (1, 0, 5, False),  # fifty other lines are not many
        (2, 0, 5, True),
        (2, 1, 12, False),
        (3, 1, 12, True),
        (3, 1, 2, False),
        (3, 40, 12, False),
        (12, 4, 12, False),
    ],
)
def test_who_carries_rounded_values_on_shows_it_in_all_other_lines(blunt, elsewhere, written, shown):
    """In all of a good many, or in nearly all where the line that is off has several steps that are."""
    page = hw.Submission(student="s", answers={"exercise2": hw.practical("online", 0.2, 6)})
    (honest,) = hw.mark(practical_key(), [page])
    verdicts = next(each.verdicts for each in honest.questions if each.question == "exercise2")
    codes, sharp = np.zeros_like(verdicts.codes), np.ones_like(verdicts.sharp)
    codes[:, written:] = Code.MISSING
    sharp[:, :blunt, 2] = False
    others = [(t, i) for t in range(written) for i in range(sharp.shape[2]) if i != 2]
    for t, i in others[:: max(1, len(others) // max(elsewhere, 1))][:elsewhere]:
        sharp[:, t, i] = False
    assert _carries_on(replace(verdicts, codes=codes, sharp=sharp))[0, 2] == shown


TWICE = """
id = "k"
[[question]]
id = "q"
kind = "trace"
points = 6
start = { u = 0.6 }
[question.method.m]
loop.step = 1
equations.a = "2 * u"
equations.b = "3 * a"
equations.c = "b + u"
[question.mistake.other]
says = "The factor is 3."
credit = 0.5
b = "1.44 * a"
"""


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        ("1.2000", "3.6000", {}),
        ("2.5000", "3.6000", {"a": ("slip", "unused")}),  # as if it were 1.44 times what stands there
        ("1.2000", "1.7280", {"b": ("mistake", "other")}),
    ],
)
def test_who_goes_on_as_is_right_has_only_written_it_down_wrong(a, b, found):
    steps = [{"step": 0, "a": a, "b": b, "c": f"{float(b) + 0.6:.4f}"}]
    marked = hw.result(hw.tiny_key(TWICE), {"steps": steps}, "q")
    off = {f.field: (f.status, f.cause) for f in marked.fields if f.status not in ("correct", "follows")}
    assert off == found


def test_a_row_of_zeros_is_copied_from_nowhere_whoever_else_is_there():
    written = np.array([[0.0, 0.0], [0.5, 0.0], [0.5, 0.25]])
    other = np.array([[0.0, 0.0], [0.5, 0.0], [0.25, 0.5]])
    assert copied(written, other).tolist() == [False, True, False]
    for row in range(3):
        alone = copied(written[row : row + 1], other[row : row + 1])
        assert alone.tolist() == [row == 1]
    digits = np.array([[0.3125], [0.5], [0.0], [2.0]])
    assert copied(digits, digits).tolist() == [True, False, False, False]


def test_components_a_place_too_far_are_told_whoever_else_is_off():
    meant = np.tile([0.1234, 0.5678, 0.9012], (4, 1))
    written = np.array([np.roll(meant[0], 1), np.roll(meant[0], 2), [0.1, 0.2, 0.3], meant[0]])
    half, decimals = np.full_like(meant, 0.5e-4), np.full_like(meant, 4.0)
    found = exchanged(Numbers(written, half, decimals, Ball(meant, np.zeros_like(meant))))
    assert found.tolist() == [[True] * 3, [True] * 3, [False] * 3, [False] * 3]


@pytest.mark.parametrize(
    ("written", "cause"), [([-1, -0.25, 1], "sign"), ([0.25, 1, -1], "exchanged"), ([1, 0.25, 1], "sign")]
)
def test_all_with_the_other_sign_is_one_slip_though_two_are_opposites(written, cause):
    key = hw.tiny_key(
        """
        id = "pair"
        [[question]]
        id = "one"
        kind = "trace"
        points = 3
        [question.method.only.loop]
        step = 1
        [question.method.only.equations]
        v = "[1, 0.25, -1]"
        """
    )
    (line,) = hw.result(key, {"steps": [{"step": 0, "v": written}]}, "one").fields
    assert (line.status, line.cause) == ("slip", cause)
    assert "each other" not in line.message or cause == "exchanged"


def test_a_digit_is_lost_only_of_a_number_that_may_have_been_meant():
    """Every number that may have been meant is spelt out with one more decimal, and each digit struck out."""
    random = np.random.default_rng(2612)
    decimals, told = 4, {True: 0, False: 0}
    for _ in range(400):
        meant, rad = int(random.integers(10_000, 300_000)), int(random.choice([0, 3, 40, 500]))
        near = str(meant + random.integers(-2 * rad, 2 * rad + 1))
        struck = random.integers(len(near) - 1)
        written = int(near[:struck] + near[struck + 1 :])
        if written < 100:
            continue
        intended = Ball(np.array([meant / 10**5]), np.array([rad / 10**5]))
        number = np.array([written / 10**decimals])
        slips = _lost_digit(
            Numbers(number, np.array([0.5e-4]), np.array([4.0]), intended), number * 10**decimals
        )
        may, must = (
            any(
                int(text[:k] + text[k + 1 :]) == written
                for text in map(str, range(meant - room, meant + room + 1))
                for k in range(len(text) - (room == rad))  # a last digit is rounded away
            )
            for room in (rad + 2, rad)
        )
        found = bool(slips.any())
        assert must <= found <= may, (meant, rad, written)
        told[found] += 1
    assert min(told.values()) > 50


def test_1_4_is_not_1_386_with_a_digit_lost():
    """With 0.14 for the third of 0.41, which had too few digits, 9.9 times as much is 1.381 to 1.391."""
    numbers = Numbers(
        np.array([1.4021]), np.array([0.5e-4]), np.array([4.0]), Ball(np.array([1.386]), np.array([0.005]))
    )
    assert slips_of(numbers).tolist() == [Slip.NONE]


@pytest.mark.parametrize("alpha", [0.1, 0.2, 0.5])
def test_what_three_digits_hide_shows_where_they_are_carried_on(practical, alpha):
    """All lines follow from the numbers written before, but one that is a known mistake in every step.

    It is charged where the right derivative of the written numbers has plainly other digits, and at least in
    half of the steps where that is so little that rounding could explain it.
    """

    def mistaken(now):
        return (now.z_out - now.y) * (1 - now.s_out**2)

    ways = [way for way in hw.every_way("online") if way["output"] == "tanh"]
    pages = [hw.practical("online", alpha, 3, {"delta_out": mistaken}, **way) for way in ways]
    hidden = []
    for page, marked in zip(pages, hw.results(practical, pages), strict=True):
        for t, step in enumerate(page["steps"]):
            s, z = float(step["s_out"]), float(step["z_out"])
            off = abs((z - hw.Y[t % 4]) * (1 - np.tanh(s) ** 2) - float(step["delta_out"]))
            charged = hw.at(marked, "delta_out", t // 4, t % 4).cause == "derivative_of_square"
            assert charged or off < 0.0015
            if 0.0005 < off < 0.0015:
                hidden.append(charged)
    assert 2 * sum(hidden) >= len(hidden) > 0


def test_a_known_mistake_made_with_what_was_meant_is_that_mistake(practical):
    """The delta that stands there is no slip of a digit: that it was not used shows only in a wrong line."""
    wrong = {"Delta_w": lambda now: -now.delta_out * now.z_i}  # the learning rate forgotten
    answer = hw.practical("online", 0.2, 5, wrong, **TANH | {"delta_sign": "step"})
    answer["steps"][0]["delta_out"] = "0.77777"
    found = hw.result(practical, answer)
    faulty = hw.faulty(found)
    assert faulty.pop(((0, 0), "delta_out")) == "slip"
    assert faulty == {((i, k), "Delta_w"): "mistake" for i in range(3) for k in range(4)}
    assert hw.at(found, "delta_out", 0, 0).message == "you wrote 0.77777, but went on with -0.89302"
    assert {f.cause for f in found.fields if f.status == "mistake"} == {"alpha_forgotten"}


def times(factor, text):
    return f"{float(text) * factor:.6f}"


@pytest.mark.parametrize(
    ("field", "factor", "says"),
    [
        ("z_out", -1, "the other sign than you wrote"),
        ("delta_out", -1, "the other sign than you wrote"),
        ("s_out", 10, "the decimal point elsewhere than you wrote it"),
        ("z_out", 10, "the decimal point elsewhere than you wrote it"),
        ("delta_out", 10, "the decimal point elsewhere than you wrote it"),
    ],
)
def test_what_follows_from_a_wrong_line_follows_though_it_was_miswritten(practical, field, factor, says):
    """Worked out wrong, and written down with a slip besides: one line is off, whatever follows from it.

    With the other sign of s_out only z_out shows it, which may have slipped itself: tanh' is the same.
    """
    wrong = {(5, field): lambda now: hw.practical_rules("online", 0.2, **TANH)[field](now) * 1.37 + 0.021}
    answer = hw.practical("online", 0.2, 6, wrong, **TANH)
    answer["steps"][5][field] = times(factor, answer["steps"][5][field])
    marked = hw.result(practical, answer)
    assert hw.faulty(marked) == {((1, 1), field): "wrong"}
    (note,) = marked.notes
    assert note == f"{field} (iteration 1, sample 1): you went on with {says}"


def test_a_slip_after_a_wrong_line_is_a_slip(practical):
    """Alone, a line with the other sign may have slipped itself."""
    wrong = {(5, "delta_out"): lambda now: (now.z_out - now.y) * 1.37}
    answer = hw.practical("online", 0.2, 6, wrong, **TANH)
    answer["steps"][5]["delta_i"] = [times(-1, text) for text in answer["steps"][5]["delta_i"]]
    marked = hw.result(practical, answer)
    assert hw.faulty(marked) == {((1, 1), "delta_out"): "wrong", ((1, 1), "delta_i"): "slip"}
    assert not marked.notes


ELIMINATION = """
id = "elimination"
[[question]]
id = "q"
kind = "trace"
points = 2
[question.start]
A = [[-3, -1, 2, -11], [2, 1, -1, 8], [-2, 1, 2, -3]]
[question.method.m]
loop.k = 2
equations.m = "where([0, 1, 2] > k, transpose(A)[k] / A[k, k], 0)"
equations.A = "A - outer(m, A[k])"
[question.mistake.added]
says = "The multiple is subtracted."
A = "A + outer(m, A[k])"
"""


@pytest.mark.parametrize(("factor", "cause"), [(1, None), (-1, "sign"), (10, "decimal_point")])
def test_a_slip_is_told_beside_what_rounding_has_left_of_a_difference(factor, cause):
    """What should be zero is the rest of two rounded numbers: it shows nothing, and is right all the same."""
    key = hw.tiny_key(ELIMINATION)
    rounding = Rounding(6, significant=True, practice="carry")
    student = Student(key.plans["q"]["m"], rounding=rounding, slips={(1, "m"): lambda m: factor * m})
    answer = student.answer()
    rest = answer["steps"][1]["A"][2][1]
    assert 0 < abs(float(rest)) < 1e-5
    off = {f.field: (f.status, f.cause) for f in hw.result(key, answer, "q").fields if f.status != "correct"}
    assert off == ({"m": ("slip", cause)} if cause else {})


MOMENTUM = """
id = "k"
[[question]]
id = "q"
kind = "trace"
points = 6
start = { v = [0.0, 0.0], x = [1.37, -0.64] }
[question.choice.sign]
step = { s = "-1" }
gradient = { s = "1" }
[question.method.m]
loop.step = [{ a = 0.31 }, { a = -0.83 }, { a = 0.57 }]
equations.v = "0.9 * v + s * 0.2 * a * x"
equations.x = "x - s * v"
"""


def test_a_wrong_last_line_is_marked_though_one_line_is_worked_from_it_and_another_would_be_a_step_later():
    """Of the lines that come after it one has no step any more, and which of two ways it goes is nobody's."""
    key = hw.tiny_key(MOMENTUM)
    rules = {
        "v": lambda now: 0.9 * now.v - 0.2 * now.a * now.x,
        "x": lambda now: now.x + now.v,
    }
    steps = [({"step": t}, {"a": a}) for t, a in enumerate((0.31, -0.83, 0.57))]
    wrong = {(2, "v"): lambda _: [0.7733, 0.2581], (2, "x"): lambda _: [0.2917, -0.3349]}
    page = hw.work(rules, steps, {"v": [0.0, 0.0], "x": [1.37, -0.64]}, 5, wrong)
    marked = hw.result(key, {"steps": page}, "q")
    assert hw.faulty(marked) == {((2,), "v"): "wrong", ((2,), "x"): "wrong"}
