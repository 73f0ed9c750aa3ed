"""A mixed class of the practical, as it hands in: traces, formulas, words.

Mostly honest students, some with an error carried on, some slips, few hopeless; some hundred different ones
under ever other student ids.
"""

import json
import random
from copy import deepcopy
from itertools import cycle
from typing import TYPE_CHECKING, Any

from shared import practical_plan
from simulate import Rounding, Student

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_QUESTION = "exercise2"
_DISTINCT = 300
_FORMULAS = {
    "dL_dW_out": [
        "(y_out - y_gt) f_3'(s_out) z_2",
        r"(y_{out}-y_{gt})\cdot f'_3(s_{out}) z_2",
        "y_out - y_gt",
    ],
    "dL_dW_2": [
        "(y_out - y_gt) * f_3'(s_out) * W_out * f_2'(s_2) * z_1",
        "(y_out - y_gt) * f_3'(s_out) * f_2'(s_2) * z_1",
        r"\frac{z_1}{",
    ],
    "dL_dW_1": ["(y_out-y_gt) f_3'(s_out) W_out f_2'(s_2) W_2 f_1'(s_1) x_in", "W_2", ""],
}


def mixed_class(count, seed=1):
    """Yield `count` hand-ins as JSON."""
    draw = random.Random(seed)
    for hand_in in _traces(count):
        weights = draw.choice([(8, 1, 1), (3, 3, 3)])
        formulas = {part: draw.choices(ways, weights)[0] for part, ways in _FORMULAS.items()}
        hand_in["answers"]["exercise1"] = formulas
        if draw.random() < 0.8:
            hand_in["answers"]["prelude"] = {"Delta_W_k": draw.choice(["delta_k z_{k-1}", "delta_k"])}
        if draw.random() < 0.3:
            hand_in["answers"]["exercise3"] = {"purpose": "It keeps a margin between the classes."}
        yield json.dumps(hand_in)


def _traces(count):
    plans = {name: practical_plan(name) for name in ("online", "batch")}
    draw = random.Random(1)
    answers = [_answer(plans, draw) for _ in range(min(count, _DISTINCT))]
    for number, answer in zip(range(count), cycle(answers), strict=False):
        answers_ = {_QUESTION: deepcopy(answer)}
        yield {"assignment": "practical1", "student": f"{number:07}", "answers": answers_}


def _answer(plans: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    plan = plans["batch" if draw.random() < 0.1 else "online"]
    rounding = Rounding(draw.randint(3, 8), practice=draw.choice(["carry", "carry", "full", "mixed"]))
    way = {group: draw.choice(options) for group, options in plan.choices.items()}
    alpha = draw.choice([0.2, 0.2, 0.2, 0.1, 0.5])
    student = Student(plan, way, {"alpha": alpha}, rounding, seed=draw.getrandbits(32))
    return draw.choices(_KINDS, weights=_SHARES)[0](student, draw)


def _honest(student: Student, _: random.Random) -> dict[str, Any]:
    return student.answer()


def _with_error(student: Student, draw: random.Random) -> dict[str, Any]:
    """Work a line wrong once, and carry on with what came out."""
    off = draw.choice([-0.3, 0.05, 0.7])
    student.errors = {_some_line(student.plan, draw): lambda value: value + off}
    return student.answer()


def _with_slips(student: Student, draw: random.Random) -> dict[str, Any]:
    """Write some lines down wrong: a sign, a decimal point; what follows is right."""
    slips: Sequence[Callable[[Any], Any]] = (lambda value: -value, lambda value: value / 10)
    student.slips = {_some_line(student.plan, draw): draw.choice(slips) for _ in range(draw.randint(1, 3))}
    return student.answer()


def _unfinished(student: Student, draw: random.Random) -> dict[str, Any]:
    """Stop somewhere, and leave out a line here and there before."""
    answer = student.answer()
    del answer["steps"][draw.randint(1, len(answer["steps"])) :]
    for step in answer["steps"]:
        if draw.random() < 0.3:
            del step[draw.choice(student.plan.lines).field]
    return answer


def _hopeless(student: Student, draw: random.Random) -> dict[str, Any]:
    """Fill in whatever."""
    student.errors = {
        (t, line.field): lambda value: value + draw.uniform(-2, 2)
        for t in range(len(student.plan.steps))
        for line in student.plan.lines
    }
    return student.answer()


_KINDS = (_honest, _with_error, _with_slips, _unfinished, _hopeless)
_SHARES = (60, 15, 12, 10, 3)


def _some_line(plan: Any, draw: random.Random) -> tuple[int, str]:
    return draw.randrange(len(plan.steps)), draw.choice(plan.lines).field
