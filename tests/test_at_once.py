"""What is told of right hand-ins in all steps at once is what walking through them step by step tells.

The walk, whose balls of rounding are tested elsewhere, is the measure here; it must find the same of hand-ins
that are right in each practice of rounding, that end early, that have one number off, and of all mixed.
"""

import random

import numpy as np
import pytest
from exercises import Draw
from shared import ROOT
from simulate import Rounding, Student

from grader.cli.keyring import load_key
from grader.marking.lines.at_once import AtOnce
from grader.marking.mark import mark
from grader.schemas.key import TraceQuestion
from grader.schemas.submission import Submission
from grader.trials.students import Practice

KEYS = sorted(
    path.stem
    for path in (ROOT / "answer_keys").glob("*.toml")
    if path.stem not in {"expect", "practical1_strict"}
)


def hand_ins(plan, question, draw):
    """Return hand-ins by one method: honest ones, some that end early, some with a number changed."""
    made = []
    for practice in Practice:
        choice = {group: draw.choice(options) for group, options in plan.choices.items()}
        rounding = Rounding(draw.choice((3, 4, 6, None)), draw.random() < 0.3, practice)
        answer = Student(plan, choice=choice, rounding=rounding, seed=len(made)).answer()
        steps = answer["steps"]
        early, off = steps[: draw.randint(0, len(steps))], [changed(draw, step) for step in steps]
        made += [answer, {**answer, "steps": early}, {**answer, "steps": off}]
    return [Submission(student=f"s{i}", answers={question: answer}) for i, answer in enumerate(made)]


def changed(draw, step):
    """Return a step as it is, or, seldom, with a field that is twice as much or not there."""
    fields = [name for name, value in step.items() if not isinstance(value, int)]
    if draw.random() < 0.7:
        return step
    field = draw.choice(fields)
    twice = (np.array(step[field], dtype=float) * 2).tolist()
    return {**step, field: draw.choice((twice, None))}


def results(prepared, submissions):
    return [marked.result("s.json") for marked in mark(prepared, submissions)]


def assert_same(monkeypatch, prepared, submissions):
    """Check that nothing changes where nobody is told to be right at once; return how many were."""
    soon = []
    really = AtOnce.verdicts

    def noted(at_once, steps):
        soon.append(int(at_once.right.sum()))
        return really(at_once, steps)

    with monkeypatch.context() as patched:
        patched.setattr(AtOnce, "verdicts", noted)
        found = results(prepared, submissions)
    with monkeypatch.context() as patched:
        patched.setattr(AtOnce, "_within", lambda _, written, *__: np.zeros(len(written), dtype=bool))
        walked = results(prepared, submissions)
    assert found == walked
    return sum(soon)


@pytest.mark.parametrize("name", KEYS)
def test_who_works_on_with_what_is_written_down_needs_no_walk(monkeypatch, name):
    """Each line is what the written ones give; what the reference has is not needed for that."""
    prepared = load_key(ROOT / "answer_keys" / f"{name}.toml")
    soon = []
    really = AtOnce.verdicts

    def noted(at_once, steps):
        verdicts = really(at_once, steps)
        soon.append((len(at_once.right), at_once.right.all(), verdicts.sharp.all()))
        return verdicts

    monkeypatch.setattr(AtOnce, "verdicts", noted)
    monkeypatch.setattr(AtOnce, "add_as_reference", lambda *_: None)
    for question in prepared.key.question:
        if isinstance(question, TraceQuestion):
            for layout in prepared.layouts[question.id].values():
                students = [
                    Student(layout.plan, rounding=Rounding(d, practice=Practice.CARRY)) for d in (4, 6, 9)
                ]
                hand_ins = [
                    Submission(student="s", answers={question.id: each.answer()}) for each in students
                ]
                results(prepared, hand_ins)
                assert (3, True, True) in soon
                soon.clear()


@pytest.mark.parametrize("name", KEYS)
def test_shipped_keys(monkeypatch, name):
    prepared = load_key(ROOT / "answer_keys" / f"{name}.toml")
    draw = random.Random(name)
    for question in prepared.key.question:
        if isinstance(question, TraceQuestion):
            for layout in prepared.layouts[question.id].values():
                assert assert_same(monkeypatch, prepared, hand_ins(layout.plan, question.id, draw))


def test_exercises_that_nobody_looked_at(monkeypatch):
    drawn, draw = Draw(5), random.Random(5)
    for _ in range(8):
        exercise = drawn.exercise()
        submissions = hand_ins(exercise.plan, exercise.plan.question, draw)
        assert assert_same(monkeypatch, exercise.prepared, submissions)
