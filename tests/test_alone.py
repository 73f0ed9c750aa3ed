"""A hand-in is marked alone, to the last bit, as in a class: sums come out the same whoever else is marked.

A class's numbers lie in memory by line and not by hand-in, and NumPy adds in the order of the memory: with
nine components or more, and one hand-in only, in another one.
"""

import random

import pytest
from shared import ROOT
from test_at_once import KEYS, hand_ins, results

from grader.cli.keyring import load_key
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
