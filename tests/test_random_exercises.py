"""Exercises that nobody looked at: honest hand-ins lose nothing, a fault is found at its equation."""

import os
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from exercises import Draw, Exercise

from grader.expressions import Real, evaluate
from grader.marking.mark import mark
from grader.schemas.submission import Submission
from grader.trials.rounding import Practice, Rounding
from grader.trials.students import Pages, Student, write_pages

HONEST, FAULTY = 6, 5
RIGHT = {"correct", "follows"}


@dataclass(frozen=True)
class Case:
    """One hand-in: who made it, by which fault, and what marking said."""

    exercise: Exercise
    pages: Pages
    row: int
    fault: str | None
    result: Any

    @property
    def student(self):
        return self.pages.students[self.row]

    @property
    def blamed(self):
        steps = self.exercise.plan.steps
        return {(steps.index(f.step), f.field): f for f in self.result.fields if f.status not in RIGHT}


def rounding(draw):
    digits, significant = int(draw.random.integers(3, 9)), draw.chance(0.4)
    return Rounding(digits, significant, draw.pick([Practice.CARRY, Practice.CARRY, Practice.FULL, Practice.MIXED]))


def students(draw, exercise):
    """Yield students with the name of the fault that each makes."""
    plan = exercise.plan
    for fault in [None] * HONEST + [*exercise.faults] * FAULTY:
        choice = {group: draw.pick(options) for group, options in plan.choices.items()}
        given = {name: draw.pick([0.1, 0.25, 0.5, 1.5]) for name in plan.given}
        student = Student(choice, given, rounding(draw), seed=int(draw.random.integers(2**32)))
        if fault is not None:
            settled = plan.default_choice | choice
            faults = {name: line.tree(settled) for name, line in exercise.faults[fault].items()}
            student = replace(student, faults=faults)
        yield fault, student


def cases(draw):
    exercise = draw.exercise()
    made = list(students(draw, exercise))
    pages = write_pages(exercise.plan, [student for _, student in made])
    submissions = [Submission(student="s", answers={"q": pages.answer(i)}) for i in range(len(made))]
    results = [marked.questions[0].result(reveal=True) for marked in mark(exercise.prepared, submissions)]
    return [Case(exercise, pages, i, fault, r) for i, ((fault, _), r) in enumerate(zip(made, results, strict=True))]
