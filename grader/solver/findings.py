"""What the audit of a key found, as data; the reports put it into words."""

from dataclasses import dataclass
from enum import StrEnum

Condition = tuple[tuple[str, str], ...]
Labels = tuple[tuple[str, int], ...]


class Verdict(StrEnum):
    """What became of a claim that does not simply hold.

    `FOLLOWS`: it fails only because a field above it breaks its own claim. `UNPROVEN`: no point was found
    where it can be checked. `DOUBTFUL`: dual numbers and differences disagree, which is a fault of ours.
    """

    FAILS = "fails"
    FOLLOWS = "follows"
    UNPROVEN = "unproven"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Ratio:
    """The field divided by what is claimed of it: constant · factor^exponent, component by component.

    The exponent is -1 for a factor that the field lacks, +1 for one too many, 0 without a factor.
    """

    constant: float
    factor: str = ""
    exponent: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """One component, counted from 0, where field and claim differ; `step` is None at a random point."""

    step: Labels | None
    component: tuple[int, ...]
    field: float
    claim: float


@dataclass(frozen=True, slots=True)
class ClaimFinding:
    """A claim that does not hold under a condition: the fewest options that make it fail.

    Where it `FOLLOWS`, `because` has the fields from which it does.
    """

    question: str
    method: str
    condition: Condition
    field: str
    claim: str
    verdict: Verdict
    ratio: Ratio | None = None
    example: Example | None = None
    because: tuple[str, ...] = ()
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Misprint:
    """A printed number that is off by more than half a unit of its last digit."""

    question: str
    method: str
    step: Labels
    field: str
    component: tuple[int, ...]
    printed: str
    solved: float
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Oddity:
    """Anything else that is odd: where, and what in words."""

    place: str
    says: str
    acknowledged: bool = False


Finding = ClaimFinding | Misprint | Oddity


@dataclass(frozen=True, slots=True)
class Checked:
    """What was checked in one method, whatever the outcome.

    `printed` counts the numbers in print that were compared.
    """

    question: str
    method: str
    claims: tuple[str, ...]
    steps: int
    beside: int
    choices: int
    printed: int


@dataclass(frozen=True, slots=True)
class DrawsTried:
    """How a question varies: how many draws were tried, and how many of them would spoil it, by reason.

    `variants` is the number of different variants there can be, sound or not.
    """

    question: str
    quantities: tuple[str, ...]
    tried: int
    rejected: int
    reasons: tuple[tuple[str, int], ...]
    variants: int


def only_follows(finding: Finding) -> bool:
    """Tell whether a finding is only the consequence of another one."""
    return isinstance(finding, ClaimFinding) and finding.verdict == Verdict.FOLLOWS


@dataclass(frozen=True, slots=True)
class Audit:
    """All that was checked and found in a key; `remarks` may be intended, and are no findings."""

    checked: tuple[Checked, ...]
    findings: tuple[Finding, ...]
    draws: tuple[DrawsTried, ...] = ()
    remarks: tuple[Oddity, ...] = ()

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that the key does not acknowledge, without those that only follow from another."""
        return tuple(
            finding for finding in self.findings if not finding.acknowledged and not only_follows(finding)
        )
