"""One student of the simulator in `grader.trials`, with the faults as text and the steps as a condition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.expressions import parse
from grader.solver import Plan, settle
from grader.trials import students
from grader.trials.students import Rounding

__all__ = ["Rounding", "Student"]


@dataclass
class Student:
    """One who works a plan by the choices and constants given.

    `faults` are equations done wrong: a field to the equation (text or tree) it is worked by instead, in
    the steps of `when`. `errors` change what is worked out, `slips` what is written and not what is worked on
    with: (step, field) to a function of the value.
    """

    plan: Plan
    choice: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, float] = field(default_factory=dict)
    rounding: Rounding = students.EXACT
    faults: Mapping[str, Any] = field(default_factory=dict)
    when: Callable[[int], bool] = lambda _: True
    errors: Mapping[tuple[int, str], Callable[[np.ndarray], np.ndarray]] = field(default_factory=dict)
    slips: Mapping[tuple[int, str], Callable[[np.ndarray], np.ndarray]] = field(default_factory=dict)
    seed: int = 0

    def pages(self) -> students.Pages:
        """Return what is written, as the only page of a class."""
        who = students.Student(
            choice=settle(self.plan, self.choice),
            given=self.given,
            rounding=self.rounding,
            faults={n: parse(fault) if isinstance(fault, str) else fault for n, fault in self.faults.items()},
            when=frozenset(t for t in range(len(self.plan.steps)) if self.when(t)),
            errors=self.errors,
            slips=self.slips,
            seed=self.seed,
        )
        return students.write_pages(self.plan, [who])

    def trace(self) -> list[dict[str, np.ndarray]]:
        """Return what is written, step by step."""
        written = self.pages().written
        return [{name: v[0, t] for name, v in written.items()} for t in range(len(self.plan.steps))]

    def answer(self) -> dict[str, Any]:
        """Return the answer to the question, as it is handed in."""
        return self.pages().answer(0)

    def own_changes(self) -> set[tuple[int, str]]:
        """Return the lines whose written digits the faults change, each worked from the same values."""
        return self.pages().places(0)
