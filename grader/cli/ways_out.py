"""Results for other programs: an autograder, a test report, a workflow, a gradebook."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.cli.engine.scoring import Class
from grader.cli.option_values import Loudness, ResultsAs
from grader.cli.terminal import streams
from grader.exchange.gradebook import CANVAS, MOODLE, Filled, Mark, fill
from grader.exchange.write import naming, write_named
from grader.reports import GradeRow, visible
from grader.reports.github import SUMMARY_BYTES, Annotation, annotations, summary
from grader.reports.gradescope import gradescope, gradescope_failure
from grader.reports.wording import number, points
from grader.schemas.faults import UsageFault
from grader.schemas.gradescope import Visibility
from grader.schemas.results import SubmissionResult

GRADEBOOKS = {ResultsAs.CANVAS: CANVAS, ResultsAs.MOODLE: MOODLE}
# Formats that need whole results; for the others a row for each hand-in is enough.
OF_RESULTS = (ResultsAs.JSON, ResultsAs.JSONL, ResultsAs.GRADESCOPE, ResultsAs.JUNIT)


@dataclass(frozen=True, slots=True)
class Outlet:
    """What leaves `score`, and where it goes: to a file, or else to stdout.

    In a gradebook, marks are put into its `column`; the column `ids` has the students' ids.
    """

    format: ResultsAs = ResultsAs.TABLE
    file: Path | None = None
    gradebook: Path | None = None
    column: str | None = None
    ids: str | None = None
    visibility: Visibility = Visibility.VISIBLE
    colour: streams.When = streams.When.AUTO

    def check(self) -> None:
        """Raise UsageFault for options that do not fit together, and for files that are not there."""
        if self.format in GRADEBOOKS and self.gradebook is None:
            raise UsageFault(
                f"--format {self.format} fills in a gradebook; name the downloaded file with --gradebook"
            )
        if self.format not in GRADEBOOKS:
            for option, value in {
                "--gradebook": self.gradebook,
                "--column": self.column,
                "--id-column": self.ids,
            }.items():
                if value is not None:
                    raise UsageFault(f"{option} is for --format canvas and --format moodle")
        if self.gradebook is not None and not self.gradebook.is_file():
            raise UsageFault(f"{self.gradebook}: no such file; expected the CSV file of a gradebook")
        if self.file is not None and (self.file.is_dir() or not self.file.parent.is_dir()):
            found = "a folder" if self.file.is_dir() else f"there is no folder {self.file.parent}"
            hint = "; the folder for pages is --out" if self.file.is_dir() else ""
            raise UsageFault(f"{self.file}: {found}; expected the name of a file to write{hint}")

    @property
    def files(self) -> list[Path]:
        """The files that are no hand-ins, although they may lie among them."""
        return [file for file in (self.file, self.gradebook) if file is not None]

    @property
    def reveals(self) -> bool:
        """Whether values may be named that the student did not write: not if another try may follow."""
        return self.format is not ResultsAs.GRADESCOPE or self.visibility is not Visibility.VISIBLE


def for_gradescope(results: Sequence[SubmissionResult], visibility: Visibility) -> str:
    """Return Gradescope's `results.json`. Raises UsageFault where several hand-ins could be meant."""
    marked = [result for result in results if result.score is not None]
    if len(marked) > 1:
        found = ", ".join(visible(f"{result.file} of {result.student}") for result in marked[:5])
        raise UsageFault(f"--format gradescope is for one hand-in, found {len(marked)}: {found}")
    reasons = [
        f"{visible(result.file)}: {'; '.join(result.problems)}" for result in results if result.score is None
    ]
    return gradescope(marked[0], reasons, visibility) if marked else gradescope_failure(reasons)


def for_github(found: Class, rows: Sequence[GradeRow], low: Mapping[str, str]) -> str:
    """Return annotations; `low` has files with too low a score, each with what to say of it.

    A summary is added to the file that GitHub names in the environment.
    """
    # A student who handed in nothing has no file that could be annotated, and is named in the summary.
    said = [(row, "\n".join(row.problems)) for row in rows if row.total is None]
    unreadable = [Annotation(row.file, "not marked", why) for row, why in said if row.file]
    absent = [Annotation(row.student or "", "", why) for row, why in said if not row.file]
    grave, slight = _by_file(found, grave=True), _by_file(found, grave=False)
    of_marked = {row.file: row for row in rows if row.total is not None}
    errors = [*unreadable]
    errors += [Annotation(file, "score too low", said) for file, said in low.items()]
    errors += [Annotation(file, "cannot be read", said) for file, said in grave.items() if file in of_marked]
    warnings = [Annotation(file, "please look", said) for file, said in slight.items() if file in of_marked]
    _add_summary(rows, [*unreadable, *absent])
    return annotations(errors, warnings)


def _by_file(found: Class, *, grave: bool) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for file, problem in found.problems:
        if problem.grave is grave:
            texts.setdefault(file, []).append(problem.text)
    return {file: "\n".join(own) for file, own in texts.items()}


def _add_summary(rows: Sequence[GradeRow], unreadable: Sequence[Annotation]) -> None:
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    path = Path(name)
    written = path.stat().st_size if path.exists() else 0
    text = summary(rows, unreadable, SUMMARY_BYTES - written)
    with naming(path), path.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(text)


def too_low(row: GradeRow, least: float) -> str:
    """Return in words that a score is below a percentage of what is marked; nothing where it is not.

    What is marked is the maximum less what waits for a person.
    """
    score, marked = row.total or 0.0, (row.max_score or 0.0) - row.pending
    if marked <= 0 or 100.0 * score / marked >= least:
        return ""
    waiting = f" without what waits for a person ({points(row.pending)})" if row.pending else ""
    return f"{number(score)} of {points(marked)}{waiting}: below {number(least)} %"


def for_gradebook(outlet: Outlet, rows: Sequence[GradeRow]) -> Filled:
    """Return the gradebook with the marks of these rows. Raises UsageFault where it cannot be filled in."""
    if outlet.gradebook is None:
        raise UsageFault("no gradebook to fill in")
    marks = [
        Mark(row.student, row.assignment, row.total, row.max_score, row.pending)
        for row in rows
        if row.student is not None and row.file  # the gradebook itself has those who handed in nothing
    ]
    return fill(outlet.gradebook, GRADEBOOKS[outlet.format], marks, outlet.column, outlet.ids)


def send(outlet: Outlet, pieces: Iterable[str] | Filled, loudness: Loudness) -> None:
    """Write the output to the file that was asked for, or to stdout."""
    if isinstance(pieces, Filled):
        _send(outlet, [pieces.data])
        for said in pieces.notes if loudness is not Loudness.QUIET else pieces.faults:
            streams.note(said)
    else:
        _send(outlet, (piece.encode("utf-8", "backslashreplace") for piece in pieces))
    if outlet.file is not None and loudness is not Loudness.QUIET:
        streams.note(f"{outlet.file}: written, as {outlet.format}")


def _send(outlet: Outlet, pieces: Iterable[bytes]) -> None:
    if outlet.file is None:
        streams.write_bytes(pieces)
    else:
        write_named(outlet.file, pieces)
