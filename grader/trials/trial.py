"""What was tried of a key, as data: hand-ins made from it, what was found, what is wrong with that."""

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

    `name`: which mistake, slip or rounding; `field` is empty where all of the answer is meant, `steps` where
    no single steps are. `found` counts in words what became of the lines in question; `miss` says what is
    wrong with that and what to do, nothing where all is as it should be.
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
    """All that was tried of a key, and what is wrong beside that."""

    key: str
    trials: tuple[Trial, ...]
    flaws: tuple[Oddity, ...]

    @property
    def findings(self) -> tuple[Oddity, ...]:
        """Everything that is not as it should be; what was made in the same way is told once."""
        missed: dict[tuple[str, str], Oddity] = {}
        for trial in self.trials:
            if trial.miss:
                missed.setdefault(
                    (trial.place, trial.miss), Oddity(trial.place, trial.miss, trial.acknowledged)
                )
        return (*missed.values(), *self.flaws)
