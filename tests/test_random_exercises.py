"""Exercises that nobody looked at: honest hand-ins lose nothing, a fault is found at its equation."""

import os
import re
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
from exercises import DIGITS, Draw, Exercise

from grader.expressions import Name, Real, evaluate
from grader.expressions.tree import children, rebuild
from grader.marking.mark import mark
from grader.schemas.submission import Submission
from grader.solver import solve
from grader.trials.students import Pages, Practice, Rounding, Student, write_pages

HONEST, FAULTY = 5, 3  # hand-ins of each exercise, for each fault
LARGEST_WRITTEN = 1e4
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
    def choice(self):
        """The options to judge by: the student's; of what only the faulty line shows, those read there.

        An option is read before mistakes are looked for: a fault in the line that shows it hides it.
        """
        faulty = self.exercise.faults[self.fault].keys() if self.fault else ()
        lines = [line for line in self.exercise.plan.lines if line.field not in faulty]
        shown = {group for line in lines for group in line.usual.groups}
        return {g: o if g in shown else self.result.choices[g] for g, o in self.student.choice.items()}

    @property
    def blamed(self):
        steps = self.exercise.plan.steps
        return {(steps.index(f.step), f.field): f for f in self.result.fields if f.status not in RIGHT}


def rounding(draw):
    digits, significant = int(draw.random.integers(3, 9)), draw.chance(0.4)
    return Rounding(
        digits, significant, draw.pick([Practice.CARRY, Practice.CARRY, Practice.FULL, Practice.MIXED])
    )


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
    return [
        Case(exercise, pages, i, fault, r)
        for i, ((fault, _), r) in enumerate(zip(made, results, strict=True))
    ]


def half_unit(values):
    """Return half a unit of the last digit that stands there, for each number.

    A number of JSON has lost its trailing zeros: 0.3 may have been 0.300 or 0.30000, so it stands for what it
    stands for with the digits that the question asks for, the coarser of so many decimals and so many
    significant ones.
    """
    return np.vectorize(_half_unit, otypes=[float])(values)


def _half_unit(value):
    number = Decimal(repr(float(value))).normalize()
    asked = min(DIGITS, DIGITS - 1 - number.adjusted()) if number else DIGITS
    return 0.5 * 10.0 ** -max(asked, -number.as_tuple().exponent)


def parents(case, line, t, *, meant=False):
    """Return the values that a line is worked from: what was never rounded, and what is, as it is written.

    With `meant`, what should have stood where a fault changed it, by what was written before it.
    """
    plan, written = case.exercise.plan, case.pages.written
    exact = {name: plan.inputs[name][t % len(plan.inputs[name])] for name in line.inputs}
    exact |= {name: np.float64((plan.default_given | dict(case.student.given))[name]) for name in line.given}
    places = dict.fromkeys(line.earlier, t) | dict.fromkeys(line.previous, t - 1)
    exact |= {name: plan.start[name] for name, step in places.items() if step < 0}
    rounded = {}
    for name, step in places.items():
        if step >= 0:
            value = written[name][case.row, step]
            wrong = meant and (step, name) in case.pages.places(case.row)
            rounded[name] = (worked(case, step, name)[0] if wrong else value), half_unit(value)
    return exact, rounded


def apart(tree, rounded, names):
    """Return a tree in which each rounded value has a name of its own wherever it stands; note which is.

    Somebody may use the value on the paper in one place of a line, and the calculator's in another.
    """
    if isinstance(tree, Name) and tree.name in rounded:
        own = f"{tree.name}_at_{len(names)}"
        names[own] = tree.name
        return Name(own)
    return rebuild(tree, tuple(apart(child, rounded, names) for child in children(tree)), tree.span)


def worked(case, t, name, choice=None, given=None, *, meant=False, inputs=None):
    """Return what the right line gives from the values before it, and by how much rounding may have moved it.

    The line is worked once more with each value before it moved by half a unit of its last digit, one after
    the other; together they can do the sum of what each does.
    """
    line = next(line for line in case.exercise.plan.lines if line.field == name)
    exact, rounded = parents(case, line, t, meant=meant)
    exact |= {name: np.float64(value) for name, value in (given or {}).items() if name in exact}
    exact |= {name: value[t % len(value)] for name, value in (inputs or {}).items() if name in exact}
    names = {}
    tree = apart(line.tree(choice or case.choice), rounded, names)
    values = exact | {own: rounded[parent][0] for own, parent in names.items()}
    middle = np.broadcast_to(evaluate(tree, values, Real()), line.shape)
    room = np.zeros(line.shape)
    for own, parent in names.items():
        value, half = rounded[parent]
        for place in np.ndindex(np.shape(value)):
            sides = []
            for side in (-1, 1):
                moved = np.array(value, dtype=float)
                moved[place] += side * half[place]
                sides.append(np.abs(evaluate(tree, values | {own: moved}, Real()) - middle))
            room = room + np.maximum(*sides)
    return middle, room


def unexplained(case, t, name, *way, meant=False, inputs=None):
    """Tell which numbers of a line no honest work gives, by any practice of rounding."""
    middle, room = worked(case, t, name, *way, meant=meant, inputs=inputs)
    value = case.pages.written[name][case.row, t]
    return np.abs(value - middle) > (half_unit(value) + room) * (1 + 1e-9)


def another_way(case):
    """Tell whether a hand-in is honest work by other options, or another constant, than its maker's."""
    choice, given, student = case.result.choices, case.result.given, case.student
    if choice == case.choice and given == student.given:
        return False
    return not any(unexplained(case, *place, choice, given).any() for place in every_line(case))


def every_line(case):
    plan = case.exercise.plan
    return [(t, line.field) for t in range(len(plan.steps)) for line in plan.lines]


def another_number(case):
    """Tell whether a hand-in is honest work with the other number of the exercise that it is said to use.

    Of all places where the exercise has such a number, one must give every line that is written.
    """
    told = [
        re.match(r"(\w+): your numbers use (\S+) where the exercise has (\S+)", n) for n in case.result.notes
    ]
    if not told or None in told or [field.cause for field in case.blamed.values()] != ["number_misread"]:
        return False
    ((name, number, stated),) = [found.groups() for found in told]
    plan, way = case.exercise.plan, (case.result.choices, case.result.given)
    usual = plan.inputs[name]
    rounds = plan.rounds.get(name, np.zeros(len(usual)))[: len(usual)]
    for step, *place in np.argwhere(np.isclose(usual, float(stated), rtol=1e-5)):
        other = usual.copy()
        other[(rounds == rounds[step], *place)] = float(number)
        if not any(unexplained(case, *line, *way, inputs={name: other}).any() for line in every_line(case)):
            return True
    return False


def off_reference(case, t, name):
    """Tell which numbers of a line are not, digit by digit, what the reference has."""
    plan, student = case.exercise.plan, case.student
    trace = solve(plan, case.choice, plan.default_given | student.given)
    value = case.pages.written[name][case.row, t]
    return np.abs(value - trace[name][t]) > half_unit(value) * (1 + 1e-9)


def misses(case):
    """Yield what is wrong with the verdicts on one who makes a fault.

    Found at its equation: every line whose digits it changes beyond rounding is blamed - and by its name, if
    the key knows it -, and no other line is. But numbers that are those of the reference, or follow from what
    should have stood before them, as the second of two sign errors does, are right by the contract.
    """
    shows = case.pages.places(case.row)
    if not case.blamed.keys() - shows and not shows - case.blamed.keys() and named(case):
        return
    if another_way(case) or another_number(case):
        return
    clear = {place: unexplained(case, *place) for place in shows}
    wrong = {p: clear[p] & off_reference(case, *p) & unexplained(case, *p, meant=True) for p in shows}
    must = {place for place in shows if wrong[place].any()}
    if must - case.blamed.keys():
        yield "not found"
    if case.blamed.keys() - shows:
        yield "another blamed"
    undone = any((clear[place] & ~wrong[place]).any() for place in shows)
    if not named(case) and not undone and case.choice == case.student.choice:
        yield "not named"


def named(case):
    return case.fault != "known" or all(field.cause == "known" for field in case.blamed.values())


def in_range(case):
    """Tell whether a person would write all of these numbers: a fault may make them grow beyond bounds."""
    return all(
        np.isfinite(values[case.row]).all() and np.abs(values[case.row]).max() < LARGEST_WRITTEN
        for values in case.pages.written.values()
    )


def test_of_random_exercises_honest_hand_ins_lose_nothing_and_faults_are_found():
    """`EXERCISES=5000 EXERCISES_SEED=7 pytest tests/test_random_exercises.py` looks at more and others."""
    number, seed = int(os.environ.get("EXERCISES", "500")), int(os.environ.get("EXERCISES_SEED", "0"))
    draw, counts, found = Draw(seed), Counter(), []
    for i in range(number):
        for case in filter(in_range, cases(draw)):
            shows = bool(case.pages.places(case.row))
            counts[case.fault, shows] += 1
            told = list(misses(case)) if case.fault else lost(case)
            if told:
                found.append((i, case.row, case.fault, told, case.exercise.question))
    assert not found, f"{len(found)} of {counts}"
    assert counts[None, False] == HONEST * number
    assert min(counts["known", True], counts["unknown", True]) > 0.9 * FAULTY * number


def lost(case):
    """Return what an honest hand-in has lost."""
    if case.blamed or case.result.score != case.result.max_score:
        return [f"{case.result.score} points", case.blamed]
    return []
