"""What the audit of a key found, as data; worded by who shows it."""

from dataclasses import dataclass
from enum import StrEnum

Condition = tuple[tuple[str, str], ...]
Labels = tuple[tuple[str, int], ...]


class Verdict(StrEnum):
    """What became of a claim that does not simply hold.

    `FOLLOWS`: it fails only because a field above it does not keep its own claim. `UNPROVEN`: no point was
    found where it can be checked. `DOUBTFUL`: dual numbers and differences disagree, a fault of ours.
    """

    FAILS = "fails"
    FOLLOWS = "follows"
    UNPROVEN = "unproven"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Ratio:
    """What the field is of what is claimed: constant · factor^exponent, component by component.

    An exponent of -1 is a factor that the field lacks, +1 one too many; 0 where there is only the constant.
    """

    constant: float
    factor: str = ""
    exponent: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """One component, counted from 0, where field and claim differ; no `step` at a point beside the key's."""

    step: Labels | None
    component: tuple[int, ...]
    field: float
    claim: float


@dataclass(frozen=True, slots=True)
class ClaimFinding:
    """A claim that does not hold under a condition: the fewest options that make it fail.

    `because`: the fields from which it `FOLLOWS`.
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
    """A printed number that is not what the equations give, by more than half a unit of its last digit."""

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
    """Anything else: where, and in words what is odd there."""

    place: str
    says: str
    acknowledged: bool = False


Finding = ClaimFinding | Misprint | Oddity


@dataclass(frozen=True, slots=True)
class Checked:
    """What was checked of one method, whatever came of it.

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

    `variants` is how many different ones there can be, sound or not.
    """

    question: str
    quantities: tuple[str, ...]
    tried: int
    rejected: int
    reasons: tuple[tuple[str, int], ...]
    variants: int


def only_follows(finding: Finding) -> bool:
    """Tell whether a finding is there only because of another one."""
    return isinstance(finding, ClaimFinding) and finding.verdict == Verdict.FOLLOWS


@dataclass(frozen=True, slots=True)
class Audit:
    """All that was checked and found of a key; `remarks` may be meant, and are no findings."""

    checked: tuple[Checked, ...]
    findings: tuple[Finding, ...]
    draws: tuple[DrawsTried, ...] = ()
    remarks: tuple[Oddity, ...] = ()

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that the key does not acknowledge, but those that only follow from another."""
        return tuple(
            finding for finding in self.findings if not finding.acknowledged and not only_follows(finding)
        )
