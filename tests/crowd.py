"""Many students at once, who work one plan by the same choices: the simulator behind class-sized tests.

Beside `grader.trials`, which is tested with it: each student has constants and digits of an own, and all do
the same lines wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.expressions import Real, evaluate
from grader.solver import Plan


@dataclass
class Crowd:
    """Students by their constants (n,), digits (n,), and whether these are decimals or significant ones.

    `practice`: "carry", "full", "mixed" or "cut", as in `simulate.Rounding`. `faults` maps fields to the
    trees that they are worked by instead; `varied` has own start values and inputs, as `Plan.spread` gives.
    """

    plan: Plan
    choice: Mapping[str, str]
    given: Mapping[str, np.ndarray]
    digits: np.ndarray
    significant: np.ndarray
    practice: str
    random: np.random.Generator
    faults: Mapping[str, Any] = field(default_factory=dict)
    varied: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.written: list[dict[str, np.ndarray]] = []
        # (student, step, field) of the lines whose written digits a fault changes, all else being equal.
        self.changed: set[tuple[int, int, str]] = set()
        self._work()

    def answers(self) -> list[dict[str, Any]]:
        """Return what each student hands in."""
        return [self._answer(i) for i in range(len(self.digits))]

    def _answer(self, i: int) -> dict[str, Any]:
        steps = [
            {**labels, **{name: values[i].tolist() for name, values in fields.items()}}
            for labels, fields in zip(self.plan.steps, self.written, strict=True)
        ]
        given = {name: float(values[i]) for name, values in self.given.items()}
        return {"method": self.plan.method, "given": given, "steps": steps}

    def _work(self) -> None:
        count = len(self.digits)
        values: dict[str, np.ndarray] = dict(self.given)
        values |= {n: self.varied.get(n, v[None]) for n, v in self.plan.start.items()}
        inputs = {n: self.varied.get(n, v[None]) for n, v in self.plan.inputs.items()}
        for t in range(len(self.plan.steps)):
            values |= {name: a[:, t % a.shape[1]] for name, a in inputs.items()}
            values |= {kept: values[name] for kept, name in self.plan.kept.items()}
            self.written.append({})
            for line in self.plan.lines:
                shape = (count, *line.shape)
                worked = np.broadcast_to(evaluate(line.tree(self.choice), values, Real(1)), shape)
                if line.field in self.faults:
                    right = self._rounded(worked)
                    worked = np.broadcast_to(evaluate(self.faults[line.field], values, Real(1)), shape)
                    self._note_changes(t, line.field, right != self._rounded(worked))
                shown = self._rounded(worked)
                self.written[t][line.field] = shown
                values[line.field] = np.where(self._carries(shape), shown, worked)

    def _note_changes(self, t: int, name: str, off: np.ndarray) -> None:
        students = np.flatnonzero(off.reshape(len(off), -1).any(axis=1))
        self.changed |= {(int(i), t, name) for i in students}

    def _carries(self, shape: tuple[int, ...]) -> np.ndarray:
        if self.practice == "mixed":
            return self.random.random(shape) < 0.5
        return np.full(shape, self.practice != "full")

    def _rounded(self, values: np.ndarray) -> np.ndarray:
        extra = (1,) * (values.ndim - 1)
        places = self.digits.reshape(-1, *extra)
        leading = np.floor(np.log10(np.where(values == 0, 1.0, np.abs(values))))
        places = np.where(self.significant.reshape(-1, *extra), places - 1 - leading, places)
        scaled = values * 10.0**places
        # A hair is added before cutting: 0.3 is 0.3 on paper and 0.29999999999999998 in the machine.
        whole = np.trunc(scaled + np.sign(scaled) * 1e-6) if self.practice == "cut" else np.rint(scaled)
        return np.where(places > 0, whole / 10.0**places, whole * 10.0**-places)


def random_crowd(plan: Plan, count: int, random: np.random.Generator, practice: str, **more: Any) -> Crowd:
    """Return students of random choices (the same for all), constants and digits."""
    choice = {group: options[random.integers(len(options))] for group, options in plan.choices.items()}
    given = {name: random.choice([0.05, 0.1, 0.2, 0.3, 0.5], count) for name in plan.given}
    digits = random.choice([3, 4, 5, 6, 8], count)
    return Crowd(plan, choice, given, digits, random.random(count) < 0.5, practice, random, **more)
