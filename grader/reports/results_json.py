"""Results as JSON (section 4 of the contract): one entry on each line, scores unrounded.

A class of ten thousand has more than a million field results, but nearly all of them are a few hundred shared
objects (see `grader.schemas.results`). So the encoder writes each shared object once, and joins the texts.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pydantic_core import PydanticSerializationError

from grader.schemas.remembered import Memory, Remembered
from grader.schemas.results import OPTIONAL, SCHEMA, FieldResult, QuestionResult, Status, SubmissionResult

_Result = SubmissionResult | QuestionResult | FieldResult

# The keys of each kind of result that are left out where they have no value. They stand behind all others.
_OPTIONAL: Final = {
    kind: tuple([name for name in OPTIONAL if name in kind.model_fields])
    for kind in (SubmissionResult, QuestionResult, FieldResult)
}
_NO_OPTIONAL: Final[Mapping[type[_Result], set[str]]] = {kind: {*names} for kind, names in _OPTIONAL.items()}
_BEFORE: Final = {
    SubmissionResult: {"questions", *_OPTIONAL[SubmissionResult]},
    QuestionResult: {"fields", *_OPTIONAL[QuestionResult]},
}

_NOTHING: Final = (None, None, None)

# The messages of these are mostly the same for every student.
_SAME_WORDS = {Status.FOLLOWS, Status.MISSING, Status.MISTAKE}


class Encoder:
    """Writes submission results as lines of JSON, and remembers the JSON of objects that results share.

    Results share field results without a student's own numbers, and whole questions of formulas or texts.
    Results that were read from a file share nothing; so that these do not pile up, a full memory is emptied.
    """

    _MOST_FIELDS = 20_000
    _MOST_QUESTIONS = 1_000

    def __init__(self) -> None:
        self._texts: Memory[str] = Memory(self._MOST_FIELDS)
        self._questions: Memory[str] = Memory(self._MOST_QUESTIONS)
        self._around_words: Remembered[tuple[object, ...], str] = Remembered(self._MOST_FIELDS)

    def submission(self, result: SubmissionResult) -> str:
        """Return the entry of one hand-in: compact JSON, one line, no line end."""
        before, behind = _around(result, "questions")
        return f"{before}{','.join(map(self._question, result.questions))}{behind}"

    def _question(self, question: QuestionResult) -> str:
        if (known := self._questions.of(question)) is not None:
            return known
        before, behind = _around(question, "fields")
        text = f"{before}{self._fields(question.fields)}{behind}"
        return text if question.has_steps else self._questions.keep(question, text)

    def _fields(self, fields: tuple[FieldResult, ...]) -> str:
        known = self._texts.made
        return ",".join([known.get(id(field)) or self._field(field) for field in fields])

    def _field(self, field: FieldResult) -> str:
        if field.read is None and (not field.message or field.status in _SAME_WORDS):
            return self._texts.keep(field, _encoded(field, _absent(field)))
        return self._in_own_words(field)

    def _in_own_words(self, field: FieldResult) -> str:
        """Return a line with words of its own; the JSON around the words is the same for many students."""
        words = field.message
        usual = (field.read, field.comment, field.automatic) == _NOTHING
        if not usual or '"' in words or "\\" in words or not words.isprintable():
            return _encoded(field, _absent(field))
        step = (*field.step.items(),) if field.step else None
        key = (field.field, step, field.status, field.cause, field.score, field.max_score)
        around = self._around_words.get(key)
        if around is None:
            around = _encoded(field.saying(""), _absent(field)).removesuffix('"}')
            self._around_words[key] = around
        return f'{around}{words}"}}'


def on_page(entry: str, page: str) -> str:
    """Return an entry with the name of the student's page added."""
    return f'{entry[:-1]},"page":{json.dumps(page)}}}'


def submission_json(result: SubmissionResult) -> str:
    """Return the entry of one hand-in; for many of them, one `Encoder` is faster."""
    return Encoder().submission(result)


def results_document(entries: Iterable[str]) -> Iterator[str]:
    """Yield the pieces of `results.json` around entries that are already encoded."""
    return document(SCHEMA, "results", entries)


def document(schema: str, name: str, entries: Iterable[str]) -> Iterator[str]:
    """Yield the pieces of a JSON document: its schema and, under a name, its entries, one on each line."""
    yield f'{{"schema": "{schema}", "{name}": ['
    separator = "\n"
    for entry in entries:
        yield separator + entry
        separator = ",\n"
    yield "\n]}\n"


def _around(result: SubmissionResult | QuestionResult, name: str) -> tuple[str, str]:
    """Return the JSON before the entries of a list, and the JSON behind them, which has the optional keys."""
    before = _encoded(result, _BEFORE[type(result)])
    absent = _absent(result)
    there = _NO_OPTIONAL[type(result)] - absent
    behind = f",{_encoded(result, {*type(result).model_fields} - there)[1:]}" if there else "}"
    return f'{before[:-1]},"{name}":[', f"]{behind}"


def _absent(result: _Result) -> set[str]:
    """Return the optional keys without a value: mostly all of them."""
    kind = type(result)
    there = [name for name in _OPTIONAL[kind] if getattr(result, name) is not None]
    return _NO_OPTIONAL[kind].difference(there) if there else _NO_OPTIONAL[kind]


def _encoded(result: _Result, exclude: set[str]) -> str:
    """Return JSON in which every character that a screen does not show is escaped.

    JSON allows many of them as they are, but they are unfit for a terminal (C1, bidi overrides), for readers
    of lines (U+2028) or for UTF-8 (lone surrogates, in the name of a file).
    """
    try:
        text = result.__pydantic_serializer__.to_json(result, exclude=exclude).decode()
    except PydanticSerializationError:
        return json.dumps(result.model_dump(mode="python", exclude=exclude), separators=(",", ":"))
    if text.isprintable():
        return text
    return "".join([char if char.isprintable() else json.dumps(char)[1:-1] for char in text])
