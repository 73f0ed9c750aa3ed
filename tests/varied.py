"""A key whose values vary from student to student: the practical's, with ranges for weights and inputs."""

import tomllib
from functools import cache

import numpy as np
from crowd import random_crowd
from shared import ROOT, as_key
from simulate import Student

from grader.marking.mark import mark, prepare
from grader.schemas.key import Key
from grader.schemas.submission import Submission
from grader.solver.variants import assign

SECRET = b"a secret for the tests"
QUESTION = "exercise2"
RANGES = {
    "W": {"least": 0.05, "most": 0.9, "step": 0.05},
    "w": {"least": 0.02, "most": 0.2, "decimals": 2},
    "x": {"least": -0.9, "most": 0.9, "step": 0.05, "without": [0.0]},
}


def practical_table(vary):
    """Return the practical's key as it stands in its file, with `vary`."""
    table = tomllib.loads((ROOT / "answer_keys" / "practical1.toml").read_text(encoding="utf-8"))
    next(q for q in table["question"] if q["id"] == QUESTION)["vary"] = vary
    return table


@cache
def varied_practical():
    """Return the practical's key with variants, ready to mark with."""
    return prepare(Key.model_validate(practical_table(RANGES)), secret=SECRET)


def varied(text):
    """Return a key of one question, made of TOML without its head, ready to mark with."""
    head = 'id = "varied"\n[[question]]\nid = "q"\nkind = "trace"\npoints = 10\n'
    return prepare(as_key(head + text), secret=SECRET)


def variants_of(prepared, students, question=QUESTION):
    """Return the values assigned to each student: a dictionary of arrays for each."""
    drawn = assign(prepared.variations[question], SECRET, students)
    assert drawn.sound.all()
    return [{name: values[i] for name, values in drawn.values.items()} for i in range(len(students))]


def answer(prepared, variant, method="online", question=QUESTION, **how):
    """Return what a student with these values hands in."""
    plan = prepared.layouts[question][method].plan
    return Student(plan.with_own(variant), **how).answer()


def crowd_of(prepared, variants, method="online", question=QUESTION, *, practice="carry", seed=1, **how):
    """Return students with these values, of random choices (the same for all), constants and digits."""
    plan = prepared.layouts[question][method].plan
    wholes = {name: np.stack([variant[name] for variant in variants]) for name in variants[0]}
    random = np.random.default_rng(seed)
    return random_crowd(plan, len(variants), random, practice, varied=plan.spread(wholes), **how)


def marks(prepared, answers, question=QUESTION):
    """Mark answers by student; return the marks of the question by student, and the submissions' marks."""
    submissions = [Submission(student=s, answers={question: a}) for s, a in answers.items()]
    marked = mark(prepared, submissions)
    own = {m.student: next(q for q in m.questions if q.question == question) for m in marked}
    return own, marked
