"""Reads `expect.toml`, which names hand-ins and the marks that are expected of them."""

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
    """A hand-in and what is expected of it; where there is no submission, `reason` says why."""

    wanted: ExpectedHandIn
    submission: Submission | None
    problems: tuple[Problem, ...] = ()
    reason: str = ""


def read_expected(folder: Path) -> list[Expected]:
    """Read the expectations in a folder of keys, if there are any, and their hand-ins.

    Raises KeyFault where `expect.toml` itself cannot be used.
    """
    path = folder / EXPECT_FILE
    expected = read_as(Expectations, path).hand_in if path.exists() else ()
    return [_hand_in(folder, wanted) for wanted in expected]


def _hand_in(folder: Path, wanted: ExpectedHandIn) -> Expected:
    """Read the one hand-in that an expectation names."""
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
