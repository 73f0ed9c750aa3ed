"""`expect.toml`: hand-ins with expected marks, read with the hand-ins that it names."""

from dataclasses import dataclass
from pathlib import Path

from grader.exchange.answer_keys.keys import EXPECT_FILE, read_as
from grader.exchange.findings.handin import HandIn, Skipped
from grader.exchange.handins.read import read
from grader.schemas.expect import Expectations, ExpectedHandIn
from grader.schemas.faults import Problem
from grader.schemas.submission import Submission


@dataclass(frozen=True, slots=True)
class Expected:
    """A hand-in and what is expected of it; without a submission `reason` says why there is none."""

    wanted: ExpectedHandIn
    submission: Submission | None
    problems: tuple[Problem, ...] = ()
    reason: str = ""


def read_expected(folder: Path) -> list[Expected]:
    """Read the expectations of a folder of keys, and their hand-ins; nothing where there are none.

    Raises KeyFault where `expect.toml` itself cannot be used.
    """
    path = folder / EXPECT_FILE
    expected = read_as(Expectations, path).hand_in if path.exists() else ()
    return [_hand_in(folder, wanted) for wanted in expected]


def _hand_in(folder: Path, wanted: ExpectedHandIn) -> Expected:
    """Read the one hand-in that is meant."""
    found = []
    for finding in read(folder / wanted.file):
        if isinstance(finding, HandIn):
            if wanted.student in (None, finding.submission.student):
                found.append(finding)
        elif isinstance(finding, Skipped):
            return Expected(wanted, None, reason=f"not a submission: {finding.reason}")
        elif wanted.student is None or finding.student == wanted.student:
            return Expected(wanted, None, reason="; ".join(problem.text for problem in finding.problems))
    if len(found) != 1:
        who = f"of {wanted.student}" if wanted.student else "in it (name the student that is meant)"
        return Expected(wanted, None, reason=f"expected one hand-in {who}, found {len(found)}")
    return Expected(wanted, found[0].submission, found[0].problems)
