"""Results as JSON (section 4 of the contract): one entry a line, scores unrounded.

A class of ten thousand has more than a million field results, nearly all of which are the same few hundred
shared objects (see `grader.schemas.results`). So the encoder writes a shared object once and joins the texts.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from grader.schemas.results import OPTIONAL, SCHEMA, Automatic, FieldResult, Status, SubmissionResult

_to_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode

# Where the fields of a question go. It is found nowhere else: within a JSON string a backslash stands before
# each quote, and no other key of the schema has this name and an empty list.
_NO_FIELDS = '"fields":[]'

# What is said with these is the same for every student, most of the time.
_SAME_WORDS = {Status.FOLLOWS, Status.MISSING, Status.MISTAKE}


class Encoder:
    """Writes submission results as lines of JSON, and remembers what it made of shared field results.

    An object is known by its identity, which is quick, and safe as long as the object is kept alive. One
    whose message is about a student's own numbers is met once and not remembered. Results that were read
    from a file share nothing; so that they do not pile up, a full memory is emptied.
    """

    _MOST_REMEMBERED = 20_000

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._kept: list[FieldResult] = []

    def submission(self, result: SubmissionResult) -> str:
        """Return the entry of one hand-in: compact JSON, one line, no line end."""
        frame, *rest = _frame(result).split(_NO_FIELDS)
        pieces = [frame]
        for question, text in zip(result.questions, rest, strict=True):
            pieces += '"fields":[', self._fields(question.fields), "]", text
        return "".join(pieces)

    def _fields(self, fields: tuple[FieldResult, ...]) -> str:
        try:
            return ",".join(map(self._texts.__getitem__, map(id, fields)))
        except KeyError:  # one of them is new or is not remembered
            return ",".join([self._texts.get(id(field)) or self._field(field) for field in fields])

    def _field(self, field: FieldResult) -> str:
        text = _encoded(_present(vars(field)))
        if field.read is None and (not field.message or field.status in _SAME_WORDS):
            self._remember(field, text)
        return text

    def _remember(self, field: FieldResult, text: str) -> None:
        if len(self._kept) >= self._MOST_REMEMBERED:
            self._texts.clear()
            self._kept.clear()
        self._texts[id(field)] = text
        self._kept.append(field)


def submission_json(result: SubmissionResult) -> str:
    """Return the entry of one hand-in; for many of them, one `Encoder` is faster."""
    return Encoder().submission(result)


def results_json(results: Iterable[SubmissionResult]) -> Iterator[str]:
    """Yield the pieces of `results.json`."""
    return results_document(map(Encoder().submission, results))


def results_document(entries: Iterable[str]) -> Iterator[str]:
    """Yield the pieces of `results.json` around entries that are already encoded, by workers perhaps."""
    yield f'{{"schema": "{SCHEMA}", "results": ['
    separator = "\n"
    for entry in entries:
        yield separator + entry
        separator = ",\n"
    yield "\n]}\n"


def _frame(result: SubmissionResult) -> str:
    """Return the entry without the fields of its questions, made in one call: each call has its price."""
    # A model's __dict__ is its fields in the order of the schema.
    questions = [{**_present(vars(question)), "fields": ()} for question in result.questions]
    return _encoded(_present({**vars(result), "questions": questions}))


def _present(fields: dict[str, Any]) -> dict[str, object]:
    """Return the fields of a model without the optional ones that are not there."""
    present = {name: value for name, value in fields.items() if value is not None or name not in OPTIONAL}
    return {name: dict(value) if isinstance(value, Automatic) else value for name, value in present.items()}


def _encoded(value: dict[str, object]) -> str:
    """Return JSON in which all that a screen does not show is escaped.

    JSON would allow much of it raw, but it is unfit for a terminal (C1, bidi overrides), for readers of lines
    (U+2028) or for UTF-8 (lone surrogates).
    """
    text = _to_json(value)
    if text.isprintable():
        return text
    return "".join([char if char.isprintable() else json.dumps(char)[1:-1] for char in text])
