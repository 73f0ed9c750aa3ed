"""Known mistakes by name, too few digits, hollow lines: each made in plain NumPy and marked by the key."""

from types import SimpleNamespace

import handworked as hw
import numpy as np
import pytest
from shared import ROOT

from grader.cli.keyring import load_key

POINTS = 15


def swap(x):
    return x[..., ::-1]


def sigmoid(s):
    return 1 / (1 + np.exp(-s))


def faults(method, alpha, ways):
    """Return every mistake of the practical's key as it is made by hand: name to the rules it spoils."""
    batch = method == "batch"
    sign, reduction = ways["delta_sign"], ways.get("reduction", "sum") if batch else "sum"
    early, late = {"sum": (1, 1), "mean": (0.25, 1), "mean_late": (1, 0.25)}[reduction]
    step = {"step": -alpha, "gradient": 1.0, "scaled": alpha}[sign]
    bare_step = -1.0 if sign == "step" else 1.0
    update = {"step": 1.0, "gradient": -alpha, "scaled": -1.0}[sign]
    bare_update = {"step": 1.0, "gradient": -1.0, "scaled": -1.0}[sign]
    slope = {"relu": hw.slope_of_relu, "tanh": hw.slope_of_tanh}[ways["output"]]

    def back(now, w=None):
        w = now.w if w is None else w
        factor = w if ways["hidden_delta"] == "exact" else np.ones(3)
        return np.outer(now.delta_out, factor) if batch else now.delta_out * factor

    def to_w(now, factor, z):
        return factor * (now.delta_out @ z if batch else now.delta_out * z)

    def to_both(now, factor, x):
        return factor * (x.T @ now.delta_i if batch else np.outer(x, now.delta_i))

    def new_w(now):
        w = now.w + update * to_w(now, step * late, now.z_i)
        return np.outer(now.delta_out, w) if batch else now.delta_out * w

    all_ways = {
        "no_half": {"L": lambda now: (now.z_out - now.y) ** 2},
        "no_output_derivative": {"delta_out": lambda now: early * (now.z_out - now.y)},
        "derivative_of_square": {"delta_out": lambda now: early * (now.z_out - now.y) * (1 - now.s_out**2)},
        "derivative_at_output": {"delta_out": lambda now: early * (now.z_out - now.y) * slope(now.z_out)},
        "derivative_of_tanh": {
            "delta_out": lambda now: early * (now.z_out - now.y) * hw.slope_of_tanh(now.s_out)
        },
        "error_sign": {"delta_out": lambda now: early * (now.y - now.z_out) * slope(now.s_out)},
        "derivative_of_sigmoid": {
            "delta_out": lambda now: early * (now.z_out - now.y) * now.z_out * (1 - now.z_out)
        },
        "label_zero": {
            "L": lambda now: (now.z_out - np.maximum(now.y, 0)) ** 2 / 2,
            "delta_out": lambda now: early * (now.z_out - np.maximum(now.y, 0)) * slope(now.s_out),
        },
        "no_relu_derivative": {"delta_i": back},
        "tanh_in_hidden_layer": {"delta_i": lambda now: back(now) * hw.slope_of_tanh(now.s_i)},
        "new_w_in_delta": {"delta_i": lambda now: new_w(now) * hw.slope_of_relu(now.s_i)},
        "relu_left_out": {"z_i": lambda now: now.s_i},
        "tanh_hidden_output": {"z_i": lambda now: np.tanh(now.s_i)},
        "sigmoid_in_hidden_layer": {
            "z_i": lambda now: sigmoid(now.s_i),
            "delta_i": lambda now: back(now) * sigmoid(now.s_i) * (1 - sigmoid(now.s_i)),
        },
        "s_for_z": {"Delta_w": lambda now: to_w(now, step * late, now.s_i)},
        "deltas_exchanged": {
            "Delta_w": lambda now: step * late * (now.delta_i * now.z_i).reshape(-1, 3).sum(axis=0),
            "Delta_W": lambda now: to_both(
                SimpleNamespace(delta_i=np.multiply.outer(now.delta_out, np.ones(3))), step * late, now.x
            ),
        },
        "inputs_swapped": {"Delta_W": lambda now: to_both(now, step * late, swap(now.x))},
        "ascent": {
            "w": lambda now: now.w - update * now.Delta_w,
            "W": lambda now: now.W - update * now.Delta_W,
        },
        "alpha_forgotten": {
            "w": lambda now: now.w + bare_update * now.Delta_w,
            "W": lambda now: now.W + bare_update * now.Delta_W,
        }
        if sign == "gradient"
        else {
            "Delta_w": lambda now: to_w(now, bare_step * late, now.z_i),
            "Delta_W": lambda now: to_both(now, bare_step * late, now.x),
        },
        "alpha_twice": {
            "w": lambda now: now.w + alpha * update * now.Delta_w,
            "W": lambda now: now.W + alpha * update * now.Delta_W,
        },
        "identity_output": {"z_out": lambda now: now.s_out},
        "sigmoid_output": {"z_out": lambda now: sigmoid(now.s_out)},
    }
    if batch and reduction == "sum":
        all_ways["mean_for_sum"] = {"Delta_W": lambda now: to_both(now, step / 4, now.x)}
    if batch and reduction != "sum":
        all_ways["averaged_twice"] = {
            "Delta_w": lambda now: to_w(now, step * late / 4, now.z_i),
            "Delta_W": lambda now: to_both(now, step * late / 4, now.x),
        }
    if batch and reduction == "mean_late":
        all_ways["sum_for_mean"] = {"Delta_W": lambda now: to_both(now, step, now.x)}
    return all_ways


ALPHA = 0.3
WAYS = [(method, ways) for method in ("online", "batch") for ways in hw.every_way(method)]
NAMES = sorted(set().union(*(faults(method, ALPHA, ways) for method, ways in WAYS)))
# Two that no number can tell apart. Who leaves tanh out and takes its derivative has, as far as s_out is
# positive, a relu unit and the derivative of tanh. A Delta "scaled" by alpha that lacks alpha is the
# gradient, and then alpha is missing in the update.
TWINS = {("identity_output", "tanh"): "derivative_of_tanh"}
AT = {("alpha_forgotten", "scaled"): {"Delta_w": "w", "Delta_W": "W"}}


def made(method, ways, wrong, alpha=ALPHA, **more):
    """Return an answer with faults, and what they change: (labels, field) to the share of its numbers."""
    usual = hw.practical_rules(method, alpha, **ways)
    steps = [tuple(labels.values()) for labels, _ in hw.practical_steps(method)]
    shares = {}

    def noted(name, rule):
        times = iter(steps)

        def noting(now):
            right, worked = (np.asarray(r(now), dtype=float) for r in (usual[name], rule))
            share = np.mean(hw.read(hw.written(right, 8)) != hw.read(hw.written(worked, 8)))
            labels = next(times)
            if share:
                shares[labels, name] = share
            return worked

        return noting

    spied = {name: noted(name, rule) for name, rule in wrong.items()}
    return hw.practical(method, alpha, 8, wrong=spied, **ways, **more), shares


@pytest.fixture(scope="module")
def everything(practical):
    """Every mistake by every way, all marked at once: name to (ways, answer, shares, marks)."""
    cases = [
        (name, ways, *made(method, ways, wrong))
        for method, ways in WAYS
        for name, wrong in faults(method, ALPHA, ways).items()
        if (name, ways["output"]) not in TWINS
    ]
    table = {name: [] for name in NAMES}
    marks = hw.results(practical, [answer for *_, answer, _ in cases])
    for (name, *case), marked in zip(cases, marks, strict=True):
        table[name].append((*case, marked))
    return table


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_made_throughout_is_named_wherever_it_shows(everything, name):
    shown = 0
    for ways, answer, shares, marked in everything[name]:
        elsewhere = AT.get((name, ways["delta_sign"]), {})
        kinks = set(at_the_kink(answer))
        places = {(labels, elsewhere.get(field, field)) for labels, field in shares} - kinks
        faulty = {place: status for place, status in hw.faulty(marked).items() if place not in kinks}
        shown += bool(places)
        assert faulty == dict.fromkeys(places, "mistake"), (name, ways)
        for labels, field in places:
            line = hw.at(marked, field, *labels)
            assert line.cause == name, (ways, line)
            assert line.message
            if not elsewhere:
                assert line.score == pytest.approx(line.max_score * (1 - 0.5 * shares[labels, field])), line
    assert shown or name == "identity_output"


def at_the_kink(answer):
    """Yield the lines whose right value cannot be said, with s_out at the kink of relu: s_out is just 0."""
    for step in answer["steps"]:
        if np.any(hw.read(step["s_out"]) == 0):
            yield tuple(step[loop] for loop in ("iteration", "sample") if loop in step), "delta_out"


def negative_output(rules):
    """An error in the first s_out: from now on the output unit is dead, or tanh of something negative."""
    return {(0, "s_out"): lambda now: rules["s_out"](now) - 0.9}


@pytest.mark.parametrize("method", ["online", "batch"])
@pytest.mark.parametrize("name", ["identity_output", "no_output_derivative", "derivative_of_square"])
def test_what_shows_only_where_the_output_is_negative(practical, method, name):
    """As it is after an error: the mistake is judged by the student's own lines, never by the reference."""
    ways = {"output": "relu", "hidden_delta": "exact", "delta_sign": "gradient", "reduction": "sum"}
    rules = hw.practical_rules(method, ALPHA, **ways)
    wrong = faults(method, ALPHA, ways)[name]
    marked = hw.result(practical, hw.practical(method, ALPHA, 8, negative_output(rules) | wrong, **ways))
    (field,) = wrong
    first = hw.at(marked, field, *((0, 0) if method == "online" else (0,)))
    assert (first.status, first.cause) == ("mistake", name)
    assert {status for place, status in hw.faulty(marked).items() if place[1] != "s_out"} == {"mistake"}


@pytest.mark.parametrize(("name", "output"), TWINS)
@pytest.mark.parametrize("method", ["online", "batch"])
def test_of_two_that_no_number_tells_apart_one_is_named(practical, name, output, method):
    ways = {"output": output, "hidden_delta": "exact", "delta_sign": "step", "reduction": "mean"}
    answer, shares = made(method, ways, faults(method, ALPHA, ways)[name])
    marked = hw.result(practical, answer)
    causes = {f.cause for f in marked.fields if f.status == "mistake"}
    assert shares
    assert causes <= {name, TWINS[name, output]}
    assert {f.status for f in marked.fields} <= {"correct", "mistake", "follows"}


def test_samples_added_in_one_line_and_averaged_in_the_other(practical):
    """The line that comes first tells the way; the other is the mistake."""
    ways = {"output": "tanh", "hidden_delta": "exact", "delta_sign": "gradient"}
    for reduction, factor, name in (("sum", 0.25, "mean_for_sum"), ("mean_late", 4, "sum_for_mean")):
        usual = hw.practical_rules("batch", ALPHA, **ways, reduction=reduction)
        wrong = {"Delta_W": lambda now, usual=usual, factor=factor: usual["Delta_W"](now) * factor}
        marked = hw.result(practical, hw.practical("batch", ALPHA, 6, wrong, **ways, reduction=reduction))
        assert {f.cause for f in marked.fields if f.field == "Delta_W"} == {name}
        assert {field for _, field in hw.faulty(marked)} == {"Delta_W"}
        assert marked.choices["reduction"] == reduction


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_made_once_is_named_once(practical, name):
    """In one step only, late, and after an error: the lines after it follow."""
    of_means = {"sum_for_mean", "averaged_twice"}
    method, t = ("online", 6) if name not in {"mean_for_sum", *of_means} else ("batch", 1)
    if name == "derivative_of_sigmoid":
        t = 5  # where y is -1, (z + 1) z (1 - z) is z (1 - z^2), as with the label 0
    ways = {"output": "tanh", "hidden_delta": "exact", "delta_sign": "step"}
    if name == "derivative_of_tanh":
        ways["output"] = "relu"
    ways["reduction"] = "mean_late" if name in of_means else "sum"
    rules = hw.practical_rules(method, 0.4, **ways)
    once = {(t, field): rule for field, rule in faults(method, 0.4, ways)[name].items()}
    early = {(0, "s_out"): lambda now: rules["s_out"](now) + 0.3217}
    marked = hw.result(practical, hw.practical(method, 0.4, 8, early | once, **ways))
    first, labels = ((tuple(hw.practical_steps(method)[i][0].values())) for i in (0, t))
    faulty = hw.faulty(marked)
    assert faulty.pop((first, "s_out")) == "wrong"
    assert faulty == {(labels, field): "mistake" for _, field in once}
    assert {hw.at(marked, field, *labels).cause for _, field in once} == {name}
    assert "follows" in {f.status for f in marked.fields}


def test_two_mistakes_come_apart_by_themselves(practical):
    ways = {"output": "tanh", "hidden_delta": "exact", "delta_sign": "step"}
    every = faults("online", 0.3, ways)
    wrong = every["no_half"] | every["no_output_derivative"] | every["s_for_z"]
    marked = hw.result(practical, hw.practical("online", 0.3, 8, wrong, **ways))
    causes = {f.field: f.cause for f in marked.fields if f.cause}
    assert causes == {"L": "no_half", "delta_out": "no_output_derivative", "Delta_w": "s_for_z"}


@pytest.mark.parametrize("method", ["online", "batch"])
@pytest.mark.parametrize("output", ["tanh", "relu"])
def test_the_derivative_of_a_loss_without_its_half_follows_from_that(practical, method, output):
    """By the product rule 2 (z - y) f'(s) is the derivative of (z - y)²: only the missing ½ is an error."""
    ways = {"output": output, "hidden_delta": "exact", "delta_sign": "gradient"}
    right = hw.practical_rules(method, 0.2, **ways)["delta_out"]
    twice = {"delta_out": lambda now: 2 * right(now)}
    no_half = {"L": lambda now: (now.z_out - now.y) ** 2}
    both, loss, delta = (
        hw.result(practical, hw.practical(method, 0.2, 8, wrong, **ways))
        for wrong in (no_half | twice, no_half, twice)
    )
    assert {(f.field, f.cause) for f in both.fields if f.cause} == {("L", "no_half")}
    assert {f.status for f in both.fields if f.field == "delta_out"} == {"follows"}
    assert both.score == loss.score == pytest.approx(15 - 15 / 11 / 2)
    assert {(f.field, f.cause) for f in delta.fields if f.cause} == {("delta_out", "factor_of_square")}
    first = {(0, "L"): no_half["L"]} | twice
    partly = hw.result(practical, hw.practical(method, 0.2, 8, first, **ways))
    (start, *others) = [f for f in partly.fields if f.field == "delta_out"]
    assert start.status == "follows"
    assert {(f.status, f.cause) for f in others} == {("mistake", "factor_of_square")}


# Which of several mistakes, and what it costs: on a key of four lines.

LADDER = """
id = "ladder"
[[question]]
id = "q"
kind = "trace"
points = 12
digits = 3
[question.start]
a = 1.7
[question.method.only]
loop.step = 6
equations.b = "2*a + 1"
equations.a = "b / 3"
[question.mistake.no_one]
credit = 0.5
says = "The one is missing."
b = "2*a"
"""


def ladder(key, wrong=None, digits=5, **changes):
    rules = {"b": lambda now: 2 * now.a + 1, "a": lambda now: now.b / 3}
    steps = [({"step": i}, {}) for i in range(6)]
    return hw.result(key, {"steps": hw.work(rules, steps, {"a": 1.7}, digits, wrong, **changes)}, "q")


NO_ONE = {"b": lambda now: 2 * now.a}
SAYS = {"credit": 0.5, "says": "The one is missing.", "b": "2*a"}


@pytest.mark.parametrize(("credit", "score"), [(0.0, 6.0), (0.25, 7.5), (0.5, 9.0), (1.0, 12.0)])
def test_the_key_says_what_a_mistake_still_earns(credit, score):
    key = hw.tiny_key(LADDER, mistake={"no_one": SAYS | {"credit": credit}})
    marked = ladder(key, NO_ONE)
    assert marked.score == pytest.approx(score)
    assert {f.cause for f in marked.fields if f.field == "b"} == {"no_one"}
    assert hw.at(marked, "b", 3).message.startswith("The one is missing")


@pytest.mark.parametrize(
    ("at_most", "score"), [(0.0, 12.0), (0.7, 11.3), (2.9, 9.1), (3.5, 9.0), (99.0, 9.0)]
)
def test_a_key_may_cap_what_one_cause_costs(at_most, score):
    key = hw.tiny_key(LADDER, mistake={"no_one": SAYS | {"at_most": at_most}})
    marked = ladder(key, NO_ONE)
    assert marked.score == pytest.approx(score)
    assert sum(f.score for f in marked.fields) == pytest.approx(score)


def test_the_cap_is_for_its_own_cause_only():
    key = hw.tiny_key(LADDER, mistake={"no_one": SAYS | {"at_most": 1.0}})
    rewrite = {(5, "a"): lambda _: "9.87654"}
    assert ladder(key, NO_ONE, rewrite=rewrite).score == pytest.approx(12 - 1.0 - 1.0)


@pytest.mark.parametrize("order", [("mild", "harsh"), ("harsh", "mild")])
def test_of_two_mistakes_that_match_equally_the_kinder_counts_and_none_is_claimed(order):
    earns = {"mild": 0.75, "harsh": 0.25}
    equal = {"mild": "2*a", "harsh": "a + a"}
    mistakes = {name: {"credit": earns[name], "says": f"{name}.", "b": equal[name]} for name in order}
    other = {"credit": 0.9, "says": "This is another one.", "b": "2*a + 3"}
    marked = ladder(hw.tiny_key(LADDER, mistake={"other": other} | mistakes), NO_ONE)
    line = hw.at(marked, "b", 2)
    assert (line.status, line.cause) == ("mistake", None)
    assert line.score == pytest.approx(0.75)
    assert "the mildest counts: {}; or: {}; the line".format(*order) in line.message


def test_the_hand_in_as_a_whole_tells_which_mistake_it_was():
    """In the first step both match; in the others only one does."""
    other = {"credit": 0.9, "says": "Three and a bit.", "b": "3.4"}  # 2·1.7 at the first step alone
    marked = ladder(hw.tiny_key(LADDER, mistake={"chance": other, "no_one": SAYS}), NO_ONE)
    assert {f.cause for f in marked.fields if f.field == "b"} == {"no_one"}
    assert marked.score == pytest.approx(9)


# Too few digits.


CARRIED = """
id = "carried"
[[question]]
id = "q"
kind = "trace"
points = 12
start = { w = [0.617, 0.283] }
[question.method.m]
loop.step = 3
equations.a = "0.7 * w"
equations.L = "(a - 1)^2 / 2"
forms.L = { sum = "sum(L)" }
equations.c = "100 * a"
equations.w = "w - a / 10"
[question.mistake.raised]
credit = 0.25
says = "Nothing is added."
c = "100 * a + 0.005"
"""


def carried(wrong, count=3):
    """Work it with three decimals and what stands there; L has a form, so it is not told at a glance."""
    rules = {
        "a": lambda now: 0.7 * now.w,
        "L": lambda now: (now.a - 1) ** 2 / 2,
        "c": lambda now: 100 * now.a,
        "w": lambda now: now.w - now.a / 10,
    }
    steps = [({"step": t}, {}) for t in range(count)]
    return {"steps": hw.work(rules, steps, {"w": [0.617, 0.283]}, 3, wrong)}


def test_a_mistake_that_rounding_would_hide_shows_in_who_works_on_with_what_stands_there():
    """A hundred times three decimals is open in the second; not where all else follows to the digit."""
    raise_it = {"c": lambda now: 100 * now.a + 0.005}
    once = [{(t, "c"): raise_it["c"]} for t in range(3)]
    raised, *others = hw.results(hw.tiny_key(CARRIED), [carried(way) for way in (raise_it, {}, *once)], "q")
    assert {each.score for each in others} == {12}
    assert hw.faulty(raised) == {((t,), "c"): "mistake" for t in range(3)}
    assert {f.cause for f in raised.fields if f.field == "c"} == {"raised"}
    key = hw.tiny_key(CARRIED.replace("step = 3", "step = 2"))
    marked = hw.result(key, carried(raise_it, 2), "q")  # twice is enough where all the rest is exact
    assert hw.faulty(marked) == {((t,), "c"): "mistake" for t in range(2)}


NEARLY_ALIKE = """
id = "k"
[[question]]
id = "q"
kind = "trace"
points = 4
digits = 2
start = { u = 0.411 }
[question.method.m]
loop.step = 2
equations.b = "3.01 * u + step"
equations.a = "100 * b"
"""
FACTORS = {"little": 101, "more": 101.1}


@pytest.mark.parametrize("order", [("little", "more"), ("more", "little")])
@pytest.mark.parametrize("done", FACTORS)
def test_of_mistakes_that_rounding_leaves_open_the_one_to_the_digit_is_named(order, done):
    """b is written to the hundredth, so a hundred times b is open by a quarter: both are within that."""
    ways = [
        f"[question.mistake.{name}]\ncredit = 0.5\nsays = 'So.'\na = '{FACTORS[name]} * b'\n"
        for name in order
    ]
    key = hw.tiny_key(NEARLY_ALIKE + "".join(ways))
    steps = [
        {"step": t, "b": f"{own:.2f}", "a": f"{FACTORS[done] * own:.2f}"}
        for t, own in enumerate((1.24, 2.24))
    ]
    marked = hw.result(key, {"steps": steps}, "q")
    assert {f.cause for f in marked.fields if f.field == "a"} == {done}


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("0.1", "mistake"),
        ("0.10", "mistake"),
        ("0.099", "correct"),
        ("0.0986", "correct"),
        ("0", "wrong"),
        ("0.2", "wrong"),
    ],
)
def test_too_few_digits_say_so(practical, written, status):
    """s_out is 0.09859 at first; 0.10 has two decimals where three are asked for."""
    answer = hw.practical(digits=6, rewrite={(0, "s_out"): lambda _: written})
    marked = hw.result(practical, answer)
    line = hw.at(marked, "s_out", 0, 0)
    if status == "wrong":
        assert line.cause != "too_few_digits"
        assert line.status in {"wrong", "slip"}
        return
    assert line.status == status
    assert line.cause == ("too_few_digits" if status == "mistake" else None)
    if status == "mistake":
        assert "at least 3 digits" in line.message
        assert marked.score == pytest.approx(POINTS - line.max_score / 2)
        assert hw.faulty(marked) == {((0, 0), "s_out"): "mistake"}


def as_numbers(answer):
    """Return an answer with numbers for texts: no trailing zeros, and 0 for 0.00."""

    def bare(value):
        return [bare(v) for v in value] if isinstance(value, list) else float(value)

    return answer | {
        "steps": [
            {name: v if isinstance(v, int) else bare(v) for name, v in step.items()}
            for step in answer["steps"]
        ]
    }


@pytest.mark.parametrize("form", [dict, as_numbers], ids=["text", "numbers"])
@pytest.mark.parametrize("alpha", [0.1, 0.2, 0.5])
@pytest.mark.parametrize("output", hw.WAYS["output"])
@pytest.mark.parametrize("hidden_delta", hw.WAYS["hidden_delta"])
def test_two_decimals_throughout_say_so_and_name_no_mistake(practical, alpha, hidden_delta, output, form):
    """The digits that are asked for would call 0.16 the relu of 0.16; those written allow its tanh too."""
    answer = hw.practical(digits=2, alpha=alpha, hidden_delta=hidden_delta, output=output)
    marked = hw.result(practical, form(answer))
    few = [f for f in marked.fields if f.cause == "too_few_digits"]
    others = [f for f in marked.fields if f.status not in {"correct", "follows"} and f not in few]
    assert marked.choices["output"] == output
    assert len(few) > 20
    assert {f.cause for f in others} <= {None, "unused"}
    assert len(others) < 4
    assert 12.5 < marked.score < 14.5


def test_trailing_zeros_count_as_digits():
    """0.500 and 0.5 are the same number, but 0.100 claims more than 0.1."""
    for text, status in (("0.100", "correct"), ("0.1000", "wrong")):
        key = hw.tiny_key(LADDER, start={"a": -0.45021})
        marked = ladder(key, rewrite={(0, "b"): lambda _, text=text: text})
        assert hw.at(marked, "b", 0).status == status


# Nothing for nothing.


def filled(method, number):
    """Return an answer in which the same text stands everywhere, or what `number` returns."""
    page = hw.practical(method)["steps"]

    def fill(value):
        return [fill(v) for v in value] if isinstance(value, list) else number()

    labels = ("iteration", "sample")
    steps = [{name: v if name in labels else fill(v) for name, v in step.items()} for step in page]
    return {"method": method, "given": {"alpha": 0.2}, "steps": steps}


FILLINGS = ("0", "0.0", "0.000", "0.00000000", "0.123", "0.4142", "-0.2718", "1e6", "5", "0.25")
# With a single digit much is right as far as it goes, by chance.
COARSE_FILLINGS = ("1", "-1", "0.5", "0.1", "-0.3", "2", "0.01", "12.5")


@pytest.mark.parametrize("method", ["online", "batch"])
def test_one_number_everywhere_earns_next_to_nothing(practical, method):
    texts = FILLINGS + COARSE_FILLINGS
    marks = hw.results(practical, [filled(method, lambda text=text: text) for text in texts])
    scores = {text: marked.score for text, marked in zip(texts, marks, strict=True)}
    assert max(scores[text] for text in FILLINGS) < 1.0, scores
    assert max(scores.values()) < 2.5, scores


@pytest.mark.parametrize("method", ["online", "batch"])
def test_copying_is_a_slip_only_now_and_then(practical, method):
    marked = hw.result(practical, filled(method, lambda: "0.4142"))
    assert "copied" not in {f.cause for f in marked.fields}
    assert "slip" not in {f.status for f in marked.fields}


@pytest.mark.parametrize("method", ["online", "batch"])
def test_random_numbers_earn_next_to_nothing(practical, method):
    random = np.random.default_rng(0)
    pages = [filled(method, lambda: f"{random.normal():.4f}") for _ in range(10)]
    assert max(marked.score for marked in hw.results(practical, pages)) < 1.0


def test_hollow_lines_earn_nothing_and_say_so(practical):
    """Zeros for the first z_i make zeros of what follows, which shows nothing."""
    wrong = {(0, "z_i"): lambda _: np.zeros(3), "w": lambda _: np.zeros(3)}
    marked = hw.result(practical, hw.practical(wrong=wrong, hidden_delta="exact"))
    hollow = [f for f in marked.fields if "earns nothing" in f.message]
    assert {f.field for f in hollow} >= {"s_out", "delta_i", "Delta_W"}
    assert {f.status for f in hollow} == {"follows"}
    assert {f.score for f in hollow} == {0.0}


def test_what_has_converged_is_not_hollow():
    """From another start value Newton's method is done earlier: f is zero in the digits written."""
    x, page = 1.0, []
    for step in range(6):
        f, slope = np.cos(x) - x**3, -np.sin(x) - 3 * x**2
        x -= f / slope
        page.append({"step": step, "f": f"{f:.5f}", "slope": f"{slope:.5f}", "x": f"{x:.5f}"})
    assert float(page[3]["f"]) == 0
    key = load_key(ROOT / "answer_keys" / "newton.toml")
    (marked,) = hw.results(key, [{"steps": page}], "newton_root")
    assert {tuple(f.step.values()) for f in marked.fields if f.score < f.max_score} == {(0,)}


def test_an_honest_zero_is_not_hollow(practical):
    """relu makes zeros: whoever has them by the reference has earned them, also after an error elsewhere."""
    rules = hw.practical_rules("online", 0.2, output="relu", hidden_delta="exact", delta_sign="step")
    wrong = {(0, "L"): lambda now: rules["L"](now) + 0.3}
    marked = hw.result(practical, hw.practical(wrong=wrong, hidden_delta="exact"))
    assert not [f for f in marked.fields if "earns nothing" in f.message]
    assert set(hw.faulty(marked)) == {((0, 0), "L")}


FILLED = """
id = "filled"
[[question]]
id = "q"
kind = "trace"
points = 16
[question.method.m]
loop.step = [{ x = 0.31 }, { x = 0.47 }, { x = 0.53 }, { x = 0.29 },
    { x = 0.83 }, { x = 0.61 }, { x = 0.73 }, { x = 0.37 }]
equations.s = "0.7 * x"
equations.z = "relu(s)"
"""


@pytest.mark.parametrize(("worked", "score"), [(0, 0), (1, 2), (2, 4 + 6)])
def test_a_page_of_one_number_earns_by_what_is_worked_and_nothing_more(worked, score):
    """Each z that repeats a number out of thin air counts only where a quarter of the rest is right."""
    x = [0.31, 0.47, 0.53, 0.29, 0.83, 0.61, 0.73, 0.37]
    steps = [{"step": t, "s": 0.777, "z": 0.777} for t in range(8)]
    for step in steps[:worked]:
        step["s"] = step["z"] = round(0.7 * x[step["step"]], 5)
    marked = hw.result(hw.tiny_key(FILLED), {"steps": steps}, "q")
    assert marked.score == pytest.approx(score)
    assert {f.status for f in marked.fields if f.field == "s"} <= {"correct", "wrong"}


@pytest.mark.parametrize("hidden_delta", ["exact", "published"])
def test_a_wrong_line_is_told_the_accepted_way_that_it_is_nearest_to(practical, hidden_delta):
    """z_i stands in place of the derivative: whoever takes w is told the equation with w, and not without."""

    def z_for_the_derivative(n):
        return n.delta_out * n.z_i * (n.w if hidden_delta == "exact" else 1.0)

    answer = hw.practical(
        "online",
        0.2,
        5,
        {"delta_i": z_for_the_derivative},
        output="tanh",
        delta_sign="gradient",
        hidden_delta=hidden_delta,
    )
    marked = hw.result(practical, answer)
    assert marked.choices["hidden_delta"] == hidden_delta
    told = [field.message for field in marked.fields if field.field == "delta_i" and field.status == "wrong"]
    assert len(told) > 3
    assert all(("· w ·" in message) == (hidden_delta == "exact") for message in told)


@pytest.mark.parametrize("digits", [4, 8])
@pytest.mark.parametrize("alpha", [0.1, 0.2])
def test_one_line_without_a_factor_does_not_choose_for_all_others(practical, digits, alpha):
    """Delta_w without alpha is the gradient; but Delta_W, w and W are worked with alpha in the Deltas."""
    ways = {"output": "tanh", "hidden_delta": "exact", "delta_sign": "scaled"}
    wrong = {"Delta_w": lambda now: now.delta_out * now.z_i}
    marked = hw.result(practical, hw.practical("online", alpha, digits, wrong, **ways))
    assert marked.choices == ways
    assert {(f.field, f.cause) for f in marked.fields if f.cause} == {("Delta_w", "alpha_forgotten")}
    both = wrong | {"Delta_W": lambda now: np.outer(now.x, now.delta_i)}
    marked = hw.result(practical, hw.practical("online", alpha, digits, both, **ways))
    assert marked.choices["delta_sign"] == "gradient"  # two lines for each: the first one tells
