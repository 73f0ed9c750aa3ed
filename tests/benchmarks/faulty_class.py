"""The class that benchmarks mark: every twentieth field is faulty, and five formulas are in each hand-in."""

import json
import random
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from shared import practical_plan  # noqa: E402
from simulate import Rounding, Student  # noqa: E402

from grader.solver import Plan  # noqa: E402

QUESTION = "exercise2"
SHARE = 0.05
DISTINCT = 500  # traces; ever other students have the same

# The right formula of each part in the ways that people write it, then what some write instead.
_RIGHT = {
    ("exercise1", "dL_dW_out"): (
        "(y_out - y_gt) * f_3'(s_out) * z_2",
        r"(y_{out}-y_{gt})\cdot f'_3(s_{out}) z_2",
        "z_2 f_3'(s_out) (y_out - y_gt)",
    ),
    ("exercise1", "dL_dW_2"): (
        "(y_out - y_gt) * f_3'(s_out) * W_out * f_2'(s_2) * z_1",
        r"(y_{out}-y_{gt}) f'_3(s_{out}) W_{out} f'_2(s_2) z_1",
    ),
    ("exercise1", "dL_dW_1"): (
        "(y_out - y_gt) * f_3'(s_out) * W_out * f_2'(s_2) * W_2 * f_1'(s_1) * x_in",
        "(y_out-y_gt) f_3'(s_out) W_out f_2'(s_2) W_2 f_1'(s_1) x_in",
    ),
    ("prelude", "Delta_W_k"): ("delta_k z_{k-1}", r"\\delta_k \\cdot z_{k-1}".replace("\\\\", "\\")),
    ("exercise3", "dL_do_j"): (
        "sum_{k != y} [p_k - p_y + m > 0] (p_k (delta_{kj} - p_j) - p_y (delta_{yj} - p_j))",
    ),
}
_WRONG = {
    ("exercise1", "dL_dW_out"): ("y_out - y_gt",),
    ("exercise1", "dL_dW_2"): ("(y_out - y_gt) * f_3'(s_out) * f_2'(s_2) * z_1",),
    ("exercise1", "dL_dW_1"): ("W_2", "(y_out - y_gt) * x_in"),
    ("prelude", "Delta_W_k"): ("delta_k",),
    ("exercise3", "dL_do_j"): ("p_j (1 - p_j)",),
}


def hand_ins(count: int) -> Iterator[str]:
    """Yield `count` hand-ins as JSON."""
    draw = random.Random(1)
    plans = {name: practical_plan(name) for name in ("online", "batch")}
    traces = [
        json.dumps(trace(plans["batch" if draw.random() < 0.1 else "online"], draw))
        for _ in range(min(count, DISTINCT))
    ]
    for number, text in zip(range(count), cycle(traces), strict=False):
        formulas: dict[str, dict[str, str]] = {}
        for (question, part), ways in _RIGHT.items():
            chosen = _WRONG[question, part] if draw.random() < SHARE else ways
            formulas.setdefault(question, {})[part] = draw.choice(chosen)
        head = f'"assignment": "practical1", "student": "{number:07}"'
        rest = json.dumps(formulas)[1:]
        yield f'{{{head}, "answers": {{"{QUESTION}": {text}, {rest}}}'


def trace(plan: Plan, draw: random.Random) -> dict[str, Any]:
    """Return a trace in which half of the faulty fields are slips; with the others the student goes on."""
    rounding = Rounding(draw.randint(3, 8), practice=draw.choice(["carry", "carry", "full", "mixed"]))
    way = {group: draw.choice(options) for group, options in plan.choices.items()}
    student = Student(
        plan, way, {"alpha": draw.choice([0.2, 0.2, 0.1, 0.5])}, rounding, seed=draw.getrandbits(32)
    )
    places = [(t, line.field) for t in range(len(plan.steps)) for line in plan.lines]
    faulty = [place for place in places if draw.random() < SHARE]
    half = len(faulty) // 2
    student.slips = {place: draw.choice(_SLIPS) for place in faulty[:half]}
    student.errors = {place: draw.choice(_ERRORS) for place in faulty[half:]}
    return student.answer()


_SLIPS = (lambda value: -value, lambda value: value / 10)
_ERRORS = (lambda value: value + 0.05, lambda value: value - 0.3, lambda value: 1.5 * value)


def write_files(folder: Path, count: int) -> None:
    """Write a file for each hand-in."""
    folder.mkdir()
    for number, text in enumerate(hand_ins(count)):
        (folder / f"{number:07}.json").write_text(text, encoding="utf-8")


def write_lines(file: Path, count: int) -> None:
    """Write a line for each hand-in."""
    with file.open("w", encoding="utf-8") as out:
        out.writelines(f"{text}\n" for text in hand_ins(count))
