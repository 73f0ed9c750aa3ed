"""The trials of a key, as data: hand-ins made from it, what was found in them, what is wrong with that."""

from dataclasses import dataclass
from enum import StrEnum

from grader.solver.findings import Labels, Oddity


class Made(StrEnum):
    """What a hand-in was made for."""

    PERFECT = "perfect"
    ROUNDED = "rounded"
    MISTAKE = "mistake"
    SLIP = "slip"
    ANSWER = "answer"
    OTHER_NOTATION = "other notation"
    TEXT = "text"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Trial:
    """One hand-in: what was made where, and what marking found.

    `name` is the mistake, slip or rounding. `field` is empty if the whole answer is meant, and so are
    `steps`. `found` says in words what the lines in question were found as; `miss` says what is wrong with
    that and what to do, and is empty if nothing is.
    """

    question: str
    method: str | None
    made: Made
    name: str
    field: str
    steps: tuple[Labels, ...]
    found: str
    score: float
    max_score: float
    miss: str = ""
    acknowledged: bool = False

    @property
    def place(self) -> str:
        """Where this is in the key, in words."""
        method = f"method {self.method}" if self.method else ""
        what = f"{self.made} {self.name}".strip()
        return ", ".join(
            filter(None, (self.question, method, f"{what} in {self.field}" if self.field else what))
        )


@dataclass(frozen=True, slots=True)
class Tried:
    """All trials of a key, and `flaws`, what else is wrong with it."""

    key: str
    trials: tuple[Trial, ...]
    flaws: tuple[Oddity, ...]

    @property
    def findings(self) -> tuple[Oddity, ...]:
        """Everything that is wrong; trials that were made in the same way are named once."""
        missed: dict[tuple[str, str], Oddity] = {}
        for trial in self.trials:
            if trial.miss:
                missed.setdefault(
                    (trial.place, trial.miss), Oddity(trial.place, trial.miss, trial.acknowledged)
                )
        return (*missed.values(), *self.flaws)
