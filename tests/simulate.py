"""Students made from equations: each works the exercise by hand, rounds, and may do a line wrong throughout.

A hand-in is made from the *equations* with a known fault put in, never from the reference with its numbers
changed, so that what is marked is what a person would have written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.expressions import Real, evaluate, parse
from grader.solver import Plan, settle


@dataclass(frozen=True)
class Rounding:
    """How numbers are written: `digits` decimals, or significant digits; None writes all digits.

    `practice`: "carry" works on with the rounded value, "full" with all digits of the calculator, "mixed"
    with either, line by line; "cut" cuts off instead of rounding and carries on.
    """

    digits: int | None = None
    significant: bool = False
    practice: str = "carry"

    def __call__(self, value: Any) -> np.ndarray:
        value = np.asarray(value, dtype=float)
        if self.digits is None:
            return value
        if not self.significant:
            return self._rounded(value, np.full(value.shape, self.digits))
        with np.errstate(divide="ignore"):
            place = np.floor(np.log10(np.where(value == 0, 1.0, np.abs(value))))
        return self._rounded(value, self.digits - 1 - place)

    def _rounded(self, value: np.ndarray, decimals: np.ndarray) -> np.ndarray:
        if self.practice == "cut":
            # Through text, as a person sees the digits: 0.3 has not the digits 0.2999...
            text = np.vectorize(lambda v, d: float(_cut(v, int(d))), otypes=[float])
            return text(value, decimals)
        return np.vectorize(lambda v, d: float(round(v, int(d))), otypes=[float])(value, decimals)


def _cut(value: float, decimals: int) -> str:
    if decimals <= 0:
        return str(np.trunc(value / 10.0**-decimals) * 10.0**-decimals)
    text = f"{value:.15f}"
    return text[: text.index(".") + 1 + decimals]


@dataclass
class Student:
    """One who works a plan by the choices and constants given.

    `faults` are equations done wrong: a field to the equation (text or tree) it is worked by instead, in
    the steps of `when`. `slips` change what is written, not what is worked on with: (step, field) to a
    function of the written value.
    """

    plan: Plan
    choice: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, float] = field(default_factory=dict)
    rounding: Rounding = Rounding()
    faults: Mapping[str, Any] = field(default_factory=dict)
    when: Callable[[int], bool] = lambda _: True
    errors: Mapping[tuple[int, str], Callable[[np.ndarray], np.ndarray]] = field(default_factory=dict)
    slips: Mapping[tuple[int, str], Callable[[np.ndarray], np.ndarray]] = field(default_factory=dict)
    seed: int = 0
    changed: set[tuple[int, str]] = field(default_factory=set)

    def trace(self) -> list[dict[str, np.ndarray]]:
        """Return what is written, step by step."""
        plan, random = self.plan, np.random.default_rng(self.seed)
        choice = settle(plan, self.choice)
        given = plan.default_given | dict(self.given)
        values: dict[str, Any] = {name: np.float64(value) for name, value in given.items()} | dict(plan.start)
        wrong = {name: self._faulty(fault) for name, fault in self.faults.items()}
        written = []
        for t in range(len(plan.steps)):
            values |= {name: array[t % len(array)] for name, array in plan.inputs.items()}
            values |= {kept: values[name] for kept, name in plan.kept.items()}
            written.append({})
            for line in plan.lines:
                worked = np.asarray(evaluate(line.tree(choice), values, Real()), dtype=float)
                if line.field in wrong and self.when(t):
                    right = self.rounding(worked)
                    worked = np.asarray(evaluate(wrong[line.field], values, Real()), dtype=float)
                    if not np.array_equal(right, self.rounding(worked)):
                        self.changed.add((t, line.field))
                if (t, line.field) in self.errors:
                    worked = np.asarray(self.errors[t, line.field](worked), dtype=float)
                shown = self.rounding(worked)
                carries = {"full": False, "mixed": random.random() < 0.5}.get(self.rounding.practice, True)
                values[line.field] = shown if carries else worked
                slip = self.slips.get((t, line.field))
                written[t][line.field] = shown if slip is None else np.asarray(slip(shown), dtype=float)
            if plan.stop is not None and evaluate(plan.stop.tree(choice), values, Real()):
                break
        return written

    def answer(self) -> dict[str, Any]:
        """Return the answer to the question, as it is handed in."""
        steps = [
            {**labels, **{name: value.tolist() for name, value in fields.items()}}
            for labels, fields in zip(self.plan.steps, self.trace(), strict=self.plan.stop is None)
        ]
        return {
            "method": self.plan.method,
            "given": dict(self.plan.default_given | dict(self.given)),
            "steps": steps,
        }

    def own_changes(self) -> set[tuple[int, str]]:
        """Return the lines whose written digits the faults change, each worked from the same values."""
        self.changed: set[tuple[int, str]] = set()
        self.trace()
        return self.changed

    def _faulty(self, fault: Any) -> Any:
        return parse(fault) if isinstance(fault, str) else fault
