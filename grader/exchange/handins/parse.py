"""Makes a submission of the bytes of one JSON object, or says in plain words why that cannot be done."""

from collections.abc import Mapping
from dataclasses import replace
from json import JSONDecodeError
from typing import Any

from pydantic import ValidationError

from grader.exchange.findings.handin import Finding, HandIn, Otherwise, Skipped, unreadable
from grader.exchange.findings.not_json import not_utf8, wrong_syntax
from grader.exchange.findings.wording import described, group_of, repeated_keys, unknown_keys, wrong_fields
from grader.exchange.handins.dropped import Repeated, load, numbers_read_as_0, surely_none, written_colons
from grader.schemas.faults import Problem, SubmissionFault
from grader.schemas.results import SCHEMA
from grader.schemas.submission import Submission, student_id

OWN_RESULTS = "grader's own results"
OWN_SCHEMA = SCHEMA.rpartition("/")[0] + "/"  # of any version

_DEEPEST = 200  # levels; as deep as the fast parser goes
_MOST_PARTS = 20_000  # lists and objects; each takes memory and time whatever is in it
_ENTRY = {"file", "score", "questions"}  # keys of an entry of results
_BOM = b"\xef\xbb\xbf"
EMPTY = 'Empty: a JSON object with "student" and "answers" was expected, found nothing.'
NO_MEMORY = "Too large to be read with the memory that is left."
_TOO_DEEP = f"Nested too deeply: at most {_DEEPEST} lists and objects within each other were expected."


def parse(file: str, data: bytes, first_line: int = 1, otherwise: Otherwise | None = None) -> Finding:
    """Read one submission; `file` is how to call it, `first_line` where its first line stands in its file.

    `otherwise` tells whose it is where it does not say so itself.

    Nearly every hand-in is read in one go. What that refuses, or where a key may stand twice, is read again
    step by step, which is slow but can say what is wrong and where.
    """
    data = data.removeprefix(_BOM)
    try:
        _check_parts(data)
        finding = _at_once(file, data) or _step_by_step(file, data, first_line, otherwise)
    except SubmissionFault as fault:
        return unreadable(file, str(fault))
    except RecursionError:
        return unreadable(file, _TOO_DEEP)
    except MemoryError:
        return unreadable(file, NO_MEMORY)
    notices = numbers_read_as_0(data, first_line)
    if notices and isinstance(finding, HandIn):
        return replace(finding, problems=(*finding.problems, *notices))
    return finding


def _check_parts(data: bytes) -> None:
    """Refuse a text of very many lists and objects, before any is made. Raises `SubmissionFault`."""
    parts = data.count(b"[") + data.count(b"{")
    if parts > _MOST_PARTS:
        if b"[" * (_DEEPEST + 1) in data:
            raise SubmissionFault(_TOO_DEEP)
        raise SubmissionFault(
            f"Too large: at most {_MOST_PARTS:,} lists and objects were expected, found {parts:,}."
        )


def _at_once(file: str, data: bytes) -> HandIn | Skipped | None:
    """Read a submission if it is valid and surely has no key twice."""
    written = written_colons(data)
    try:
        submission = Submission.model_validate_json(data)
    except ValidationError:
        return None
    if not surely_none(written, submission):
        return None
    if submission.model_extra or submission.group is not None:
        return _readable(file, submission)
    return HandIn(file, submission)


def _step_by_step(file: str, data: bytes, first_line: int, otherwise: Otherwise | None) -> Finding:
    """Read a submission with an eye on all that can be wrong with it.

    Raises `SubmissionFault` where it is no JSON object at all, and `RecursionError`.
    """
    value, repeated = _loaded(data, first_line)
    if repeated.number:
        student = None if "student" in repeated.outermost else _student(value)
        return unreadable(file, *repeated_keys(repeated.places, repeated.number), student=student)
    value = _visible(value, _DEEPEST)
    if not isinstance(value, dict):
        several = "; several submissions go into a .jsonl file, one on each line" * isinstance(value, list)
        found = f"{described(value)}{several}"
        raise SubmissionFault(f'A JSON object with "student" and "answers" was expected, found {found}.')
    notes: tuple[Problem, ...] = ()
    if otherwise is not None and value.get("student") in (None, "") and not _is_own_results(value):
        value["student"] = otherwise.student
        notes = (Problem(otherwise.note, grave=False),)
    try:
        return _readable(file, Submission.model_validate(value), notes)
    except ValidationError as error:
        if _is_own_results(value):
            return Skipped(file, OWN_RESULTS)
        return unreadable(file, *wrong_fields(error, value), student=_student(value))


def _loaded(data: bytes, first_line: int) -> tuple[Any, Repeated]:
    """Parse with care: give the value and the keys that stand twice.

    Raises `SubmissionFault` where the data are no JSON, and `RecursionError`.
    """
    if not data.strip():
        raise SubmissionFault(EMPTY)
    try:
        return load(data.decode())
    except UnicodeDecodeError as error:
        raise SubmissionFault(not_utf8(error)) from error
    except JSONDecodeError as error:
        raise SubmissionFault(wrong_syntax(error, first_line)) from error


def _visible(value: Any, levels: int) -> Any:
    r"""Replace lone surrogates, which no file can be written with, by visible text such as `\ud800`.

    Raises `SubmissionFault` where the value is nested deeper than `levels`.
    """
    if isinstance(value, str):
        return _without_surrogates(value)
    if not isinstance(value, (dict, list)):
        return value
    if not levels:
        raise SubmissionFault(_TOO_DEEP)
    if isinstance(value, list):
        return [_visible(item, levels - 1) for item in value]
    return {_visible(key, levels): _visible(item, levels - 1) for key, item in value.items()}


def _without_surrogates(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _student(value: Any) -> str | None:
    """Return whose submission it is, where that at least is in order."""
    said = value.get("student") if isinstance(value, dict) else None
    return student_id(_without_surrogates(said)) if isinstance(said, str) else None


def _readable(file: str, submission: Submission, notes: tuple[Problem, ...] = ()) -> HandIn | Skipped:
    """Name what a valid submission has beyond what is read."""
    unknown = submission.model_extra or {}
    if _is_own_results({**unknown, "answers": submission.answers}):
        return Skipped(file, OWN_RESULTS)
    group, faults = group_of(submission)
    return HandIn(file, submission, (*notes, *unknown_keys(unknown), *faults), group=group)


def _is_own_results(value: Mapping[str, Any]) -> bool:
    """Tell results that we wrote ourselves: the whole of them, or one entry as a line of a `.jsonl` file."""
    schema = value.get("schema")
    if isinstance(schema, str) and schema.startswith(OWN_SCHEMA):
        return True
    return value.keys() >= _ENTRY and not value.get("answers")
