"""Results back in from their file, one entry after the other: no class is ever in memory as a whole.

`results_file` is for those who ask for one student's entry after another's, as a comparison does.
"""

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from grader.schemas.faults import UsageFault
from grader.schemas.results import SCHEMA, Results, SubmissionResult

_HEAD = f'{{"schema": "{SCHEMA}", "results": ['
_TAIL = "]}"


def read_results(path: Path) -> Iterator[SubmissionResult]:
    """Yield the entries of a `results.json`, or of the lines that `--format jsonl` writes.

    A file that was laid out anew by another program is read as a whole. Raises UsageFault where there are no
    results, with the line where an entry is not as the schema says.
    """
    try:
        with path.open(encoding="utf-8") as file:
            first = file.readline()
            if first.rstrip() == _HEAD:
                yield from _entries(path, file, start=2)
            elif first.startswith('{"student":'):
                file.seek(0)
                yield from _entries(path, file, start=1)
            else:
                yield from _whole(path, first + file.read())
    except UnicodeDecodeError:
        raise UsageFault(f"{path}: not UTF-8 text, so it cannot be results") from None
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror}; expected a results.json of grader score") from None


def _entries(path: Path, lines: Iterator[str], start: int) -> Iterator[SubmissionResult]:
    """Yield an entry a line, of `results.json` up to its last line."""
    closed = start == 1
    for number, line in enumerate(lines, start):
        text = line.strip().removesuffix(",")
        if text == _TAIL:
            closed = True
        elif text:
            try:
                yield SubmissionResult.model_validate_json(text)
            except ValidationError as error:
                raise UsageFault(f"{path}, line {number}: {first_fault(error)}") from None
    if not closed:
        raise cut_off(path)


def cut_off(path: Path) -> UsageFault:
    """Return what is wrong with results whose end is missing."""
    return UsageFault(f"{path}: the end is missing; the file was cut off")


def _whole(path: Path, text: str) -> Iterator[SubmissionResult]:
    try:
        yield from Results.model_validate_json(text).results
    except ValidationError as error:
        raise UsageFault(f"{path}: not results of grader score: {first_fault(error)}") from None


def first_fault(error: ValidationError) -> str:
    """Return the first thing that is wrong with results, and its place, in words."""
    fault = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, fault["loc"]))
    return f"{place}: {fault['msg']}" if place else fault["msg"]
