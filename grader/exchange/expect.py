"""`expect.toml`: hand-ins with expected marks, read with the hand-ins that it names."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from grader.exchange.handin import HandIn, Skipped
from grader.exchange.keys import EXPECT_FILE, MAX_BYTES
from grader.exchange.read import read
from grader.schemas.expect import Expectations, ExpectedHandIn
from grader.schemas.faults import KeyFault
from grader.schemas.problems import Problem
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
    return [_hand_in(folder, wanted) for wanted in _load(path).hand_in] if path.exists() else []


def _load(path: Path) -> Expectations:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise KeyFault(f"{path}: larger than {MAX_BYTES:,} bytes")
        return Expectations.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise KeyFault(f"{path}: cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise KeyFault(f"{path}: not TOML that can be read: {error}") from None
    except ValidationError as error:
        raise KeyFault("\n".join(f"{path}: {line}" for line in _faults(error))) from None


def _faults(error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False):
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault["loc"]).lstrip(
            "."
        )
        message = (
            "unknown key"
            if fault["type"] == "extra_forbidden"
            else fault["msg"].removeprefix("Value error, ")
        )
        yield f"{place or 'the file'}: {message[:1].lower()}{message[1:]}"


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
