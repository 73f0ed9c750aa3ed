"""A hand-in is marked alone, to the last bit, as in a class: sums come out the same whoever else is marked.

A class's numbers lie in memory by line and not by hand-in, and NumPy adds in the order of the memory: with
nine components or more, and one hand-in only, in another one.
"""

import random

import pytest
from shared import ROOT, ready_key
from test_at_once import KEYS, hand_ins, results

from grader.cli.keyring import load_key
from grader.marking.mark import mark
from grader.marking.wording.line_results import LineResults
from grader.schemas.key import TraceQuestion
from grader.schemas.submission import Submission


@pytest.mark.parametrize("name", KEYS)
def test_alone_as_in_a_class(name):
    prepared = load_key(ROOT / "answer_keys" / f"{name}.toml")
    draw = random.Random(name)
    for question in prepared.key.question:
        if not isinstance(question, TraceQuestion):
            continue
        for plan in prepared.plans[question.id].values():
            found = [one_component_off(draw, each) for each in hand_ins(plan, question.id, draw)]
            assert results(prepared, found) == [each for one in found for each in results(prepared, [one])]


def one_component_off(draw, hand_in):
    """Return a hand-in with one component of a vector or matrix, if it has any, ten times as large."""
    ((question, answer),) = hand_in.answers.items()
    steps = [dict(step) for step in answer["steps"]]
    places = [(step, name) for step in steps for name, value in step.items() if isinstance(value, list)]
    if places:
        step, name = draw.choice(places)
        step[name] = tenfold(draw, step[name])
    return Submission(student=hand_in.student, answers={question: {**answer, "steps": steps}})


def tenfold(draw, value):
    """Return a number ten times as large, or a list with one of its entries changed so."""
    if not isinstance(value, list):
        return 10 * value
    place = draw.randrange(len(value))
    return [tenfold(draw, each) if i == place else each for i, each in enumerate(value)]


MIXED = """
id = "k"
[[question]]
id = "q"
kind = "trace"
points = 6
start = { u = 0.41 }
[question.mistake.nothing]
says = "It is not nothing."
credit = 0.5
at_most = 0.4
d = "0 * b"
[question.method.m]
loop.step = [{ x = 1.37 }, { x = -0.82 }]
equations.a = "x * u / 3"
equations.b = "relu(a)"
equations.c = "9.9 * a"
equations.d = "b * x + 0.01"
equations.u = "u - 0.1 * d"
"""


def page(practice, *, digits=4, slope=1.0, **said):
    """Return both steps, each with two lines that may be replaced: by a number, or a function of the line."""
    u, steps = 0.41, []
    for t, x in enumerate((1.37, -0.82)):
        lines = {"step": t}
        for name, rule in {
            "a": lambda _, x=x, u=u: slope * x * u / 3,
            "b": lambda now: max(now["a"], 0.0),
            "c": lambda now: 9.9 * now["a"],
            "d": lambda now, x=x: now["b"] * x + 0.01,
            "u": lambda now, u=u: u - 0.1 * now["d"],
        }.items():
            value = said.get(f"{name}{t}", rule(lines))
            lines[name] = round(value, digits) if practice == "carry" else value
        u = lines["u"]
        steps.append(
            {name: value if name == "step" else f"{value:.{digits}f}" for name, value in lines.items()}
        )
    return steps


CHARACTERS = {
    "right": page("full"),
    "carries on": page("carry"),
    "two digits": page("full", digits=2),
    "two digits, carried on": page("carry", digits=2),
    "an error": page("full", a0=0.2873),
    "a sign, so that zeros follow": page("carry", slope=-1.0),
    "says it is nothing": page("carry", d0=0.0, d1=0.0),
    "says once that it is nothing": page("carry", d1=0.0),
    "one short number": [{**page("full")[0], "a": "0.19", "c": "1.9021"}, page("full")[1]],
    "two in each other's place": [{**page("full")[0], "a": "0.1992", "b": "1.9721"}, page("full")[1]],
    "the first step only": page("full")[:1],
    "nothing": [],
}


@pytest.mark.parametrize("first", CHARACTERS)
def test_nobody_changes_what_another_one_gets(first):
    """Each beside each, and all together: by ones who show what no line of the other shows."""
    prepared = ready_key(MIXED)
    hand_ins = {
        name: Submission(student="s", answers={"q": {"steps": steps}}) for name, steps in CHARACTERS.items()
    }
    (own,) = results(prepared, [hand_ins[first]])
    for other, beside in hand_ins.items():
        assert results(prepared, [hand_ins[first], beside])[0] == own, other
        assert results(prepared, [beside, hand_ins[first]])[1] == own, other
    assert own in results(prepared, [*hand_ins.values()])


@pytest.mark.parametrize("faulty", range(4))
def test_results_that_cannot_be_made_cost_no_other_at_the_second_try(monkeypatch, faulty):
    """Results of many are made together; who is the first to fail is asked again."""
    prepared = ready_key(MIXED)
    some = ("right", "an error", "says it is nothing", "two digits")
    hand_ins = [Submission(student=name, answers={"q": {"steps": CHARACTERS[name]}}) for name in some]
    usual = results(prepared, hand_ins)
    class_ = mark(prepared, hand_ins)
    really = LineResults.of

    def fails(self, marks, rows):
        if faulty in rows:
            raise ZeroDivisionError
        return really(self, marks, rows)

    monkeypatch.setattr(LineResults, "of", fails)
    with pytest.raises(ZeroDivisionError):
        class_[0].result("s.json")
    for i, marked in enumerate(class_):
        if i == faulty:
            with pytest.raises(ZeroDivisionError):
                marked.result("s.json")
        else:
            assert marked.result("s.json") == usual[i]
