"""From the text of a printout to a submission; every guess is noted."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, NamedTuple

from pydantic import ValidationError

from grader.exchange.findings.handin import Finding, HandIn, Otherwise, Skipped, unreadable
from grader.exchange.findings.wording import group_of, listed, wrong_fields
from grader.exchange.printout.blocks import Blocks, read_blocks, value_of
from grader.exchange.printout.characters import with_few_commas
from grader.exchange.printout.items import Chunk, Item, read_chunks, read_items, without_markup
from grader.exchange.printout.own_table import MOST_PIECES, pieces_of_table
from grader.exchange.printout.placing import Placed, place
from grader.schemas.blank import Blank, BlankMethod, BlankTrace, Worked
from grader.schemas.faults import Problem, SubmissionFault
from grader.schemas.submission import Submission
from grader.schemas.wording import quoted

NO_PRINTOUT = "no printout of steps"
NOBODYS = 'a table that does not say whose it is; write a row such as "student, 0012345" above it'

_OF_NO_QUESTION = f"{NO_PRINTOUT} of a question that is worked line by line"
_FEWEST = 3  # fields of a method that a printout must have
_SHORT = 100_000  # characters: so long a text is looked through twice
_MOSTLY = 2  # times as many labels with = as with colons: then = ends them as well
_FEWEST_KNOWN = 0.25  # of its labels must be those of the method; a scanner may have damaged others
_FEW_PIECES = 100  # beside those of a method
_LABEL, _NUMBER = 15, 12  # characters that each of them usually takes
_MOST_NOTES = 500  # a scanner takes many a digit for a letter, and each of these is named
_ABOUT = ("student", "group", "assignment", "question", "method")


@dataclass(frozen=True, slots=True)
class KeyData:
    """What reading a printout needs of a key: what may be handed in, and what the numbers should be."""

    blank: Blank
    work: Callable[[], Iterable[Worked]]
    _worked: list[Worked] = field(default_factory=list)

    def ways(self, question: str, method: str) -> list[Worked]:
        """Return the numbers of a method in each accepted way; they are worked only once."""
        if not self._worked:
            self._worked.extend(self.work())
        return [way for way in self._worked if (way.question, way.method) == (question, method)]


class _Pieces(NamedTuple):
    """The pieces of a text in one reading of it, whether these are all, and whether it is one as a table."""

    chunks: Sequence[Chunk]
    is_all: bool
    is_table: bool = False


class _Target(NamedTuple):
    """A method of a question that a printout may be of."""

    key: KeyData
    question: BlankTrace
    method: BlankMethod


class _Tried(NamedTuple):
    """A reading of a text: how well it fits methods, and which; `is_short` of all that stands there."""

    items: list[Item]
    about: dict[str, str]
    fit: float
    targets: list[_Target]
    is_short: bool
    is_table: bool
    is_numbered: bool


def read_printout(
    file: str, data: bytes, keys: Callable[[], Sequence[KeyData]], otherwise: Otherwise | None = None
) -> Finding:
    """Read the submission in a printout; any other text is skipped. `keys` is called only for a printout.

    `otherwise` tells whose it is where no line does; without it, the file's name does. Raises SubmissionFault
    for a printout beyond all bounds.
    """
    text = data.decode("utf-8-sig", "replace")
    readings = [each for each in _readings(text) if _numbers(each.chunks) >= _FEWEST]
    if not readings:
        return Skipped(file, NO_PRINTOUT)
    known = keys()
    tried = [_tried(each, known) for each in readings]
    # Tables with a few names in common lie everywhere: one must say what it is, or number its steps.
    usable = [each for each in tried if not each.is_table or each.about or otherwise or each.is_numbered]
    best = max(usable, key=lambda each: each.fit, default=None)
    if best is None or not best.targets:
        nobodys = any(each.targets for each in tried if each not in usable)
        return Skipped(file, NOBODYS if nobodys else _OF_NO_QUESTION)
    if best.is_short:
        most = "at most {:,} labels and rows of numbers were expected, in {:,} characters".format(
            *_most(known)
        )
        raise SubmissionFault(f"Too long for a printout: {most}; found more.")
    about, targets = best.about, best.targets
    if len({(target.key.blank.assignment, target.question.id) for target in targets}) > 1:
        either = " or ".join(f"{t.key.blank.assignment} ({t.question.id})" for t in targets)
        return unreadable(
            file,
            f"A printout that may be of {either}: name one with --key, or write a line such as "
            f'"assignment: {targets[0].key.blank.assignment}" above it.',
            student=about.get("student"),
        )
    notes: list[Problem] = []
    if "student" not in about:
        if otherwise is None:
            stem = PurePath(file).stem
            taken = f"{quoted(stem)} is taken from the file's name"
            otherwise = Otherwise(stem, f"no line says who the student is; {taken}")
        about["student"] = otherwise.student
        notes = [Problem(otherwise.note, grave=False)]
    return _read(file, best.items, about, targets[0], notes)


def _tried(pieces: _Pieces, keys: Sequence[KeyData]) -> _Tried:
    """Try what a text may be of in one reading of it."""
    most, characters = _most(keys)
    some = [*_together(pieces.chunks[:most], characters)]
    items = read_items(some)
    about = _about(items)
    fit, targets = _targets(items, about, keys)
    is_short = not pieces.is_all or len(some) < len(pieces.chunks)
    return _Tried(items, about, fit, targets, is_short, pieces.is_table, _numbered(items, targets))


def _readings(text: str) -> Iterator[_Pieces]:
    """Yield the pieces of a text: as lines with labels, and as a table with a row or a column for a step."""
    lines = _Pieces(*read_chunks(text))
    few = _numbers(lines.chunks) < _FEWEST
    if (few or len(text) <= _SHORT) and any(sign in text for sign in "=≈*`"):
        equated = _Pieces(*read_chunks(without_markup(text), equated=True))
        if _numbers(equated.chunks) > _MOSTLY * _numbers(lines.chunks):  # only headings may have colons
            lines = equated
    yield lines
    for pieces in pieces_of_table(text):
        yield _Pieces(pieces, is_all=len(pieces) < MOST_PIECES, is_table=True)


def _numbers(chunks: Sequence[Chunk]) -> int:
    """Return how many labels with numbers there are, headings aside."""
    return sum(
        not chunk.heading and bool(chunk.label) and any(map(str.isdigit, chunk.text)) for chunk in chunks
    )


def _about(items: Sequence[Item]) -> dict[str, str]:
    """Return what single lines say of a printout as a whole, such as "student: 0012345"."""
    about: dict[str, str] = {}
    for item in items:
        name = item.label.casefold()
        if name in _ABOUT and item.words:
            about.setdefault(name, item.words)
    return about


def _targets(
    items: Sequence[Item], about: dict[str, str], keys: Sequence[KeyData]
) -> tuple[float, list[_Target]]:
    """Return the methods that fit a printout's labels best, at most one for each question, and how well."""
    labelled = [item for item in items if item.label and item.numbers]
    best: dict[tuple[str, str], tuple[float, _Target]] = {}
    for target in _each(about, keys):
        fit = _fit(labelled, target.method)
        name = (target.key.blank.assignment, target.question.id)
        if fit is not None and (name not in best or fit > best[name][0]):
            best[name] = (fit, target)
    most = max((fit for fit, _ in best.values()), default=0.0)
    return most, [target for fit, target in best.values() if fit == most]


def _numbered(items: Sequence[Item], targets: Sequence[_Target]) -> bool:
    """Tell whether some labels number the steps of a method."""
    loops = {loop for target in targets for loop in target.method.steps[0].labels}
    return any(item.label.casefold() in loops for item in items)


def _fit(labelled: Sequence[Item], method: BlankMethod) -> float | None:
    """Return how well labels with numbers fit a method, or None where too few of them do.

    Of two methods with the same fields, the one fits better that has them in the sizes printed here, and has
    the loops of the headings and no others.
    """
    labels = [item.label for item in labelled]
    sizes = {each.name: each.size for each in method.fields}
    common = len(sizes.keys() & {label.lstrip("_") for label in labels})
    known = sum(label in sizes for label in labels)
    if common < min(_FEWEST, len(sizes)) or known < _FEWEST_KNOWN * len(labels):
        return None
    of_size = sum(sizes.get(item.label) == len(item.numbers) for item in labelled)
    loops = set(method.steps[0].labels)
    headings = loops & {label.casefold() for label in labels}
    return common * (1 + of_size / max(1, known)) + len(headings) - len(loops - headings)


def _most(keys: Sequence[KeyData]) -> tuple[int, int]:
    """Return how many labels and rows of numbers are read at most, and how many characters in them.

    Both are a few times those of a printout of the longest method, as each of them takes time.
    """
    methods = [method for key in keys for question in key.blank.traces for method in question.methods]
    pieces, characters = 0, 0
    for method in methods:
        steps, around = len(method.steps), 2 * len(method.steps[0].inputs) + len(method.steps[0].labels)
        rows = sum(each.shape[0] if len(each.shape) == 2 else 1 for each in method.fields)
        pieces = max(pieces, steps * (rows + around))
        sizes = [each.size for each in method.fields]
        characters = max(characters, steps * sum(_LABEL + _NUMBER * size for size in [*sizes, around]))
    return _FEW_PIECES + 4 * pieces, _FEW_PIECES * _NUMBER + 3 * characters


def _together(chunks: Sequence[Chunk], characters: int) -> Iterator[Chunk]:
    """Yield the first pieces that together have no more than so many characters."""
    for chunk in chunks:
        characters -= len(chunk.text)
        if characters < 0:
            return
        yield chunk


def _each(about: dict[str, str], keys: Sequence[KeyData]) -> Iterator[_Target]:
    for key in keys:
        if about.get("assignment", key.blank.assignment) != key.blank.assignment:
            continue
        for question in key.blank.traces:
            if about.get("question", question.id) == question.id:
                for method in question.methods:
                    if about.get("method", method.name) == method.name:
                        yield _Target(key, question, method)


def _read(
    file: str, items: Sequence[Item], about: dict[str, str], target: _Target, before: Sequence[Problem]
) -> Finding:
    question, method = target.question, target.method
    found = read_blocks(
        [item for item in items if item.label.casefold() not in _ABOUT], method, question.given
    )
    placed = place(found, method, lambda: target.key.ways(question.id, method.name))
    places: dict[str, str] = {}
    left_out: list[str] = []
    steps = [*_steps(placed, f"answers.{question.id}", places, left_out)]
    answer: dict[str, Any] = {"method": method.name, "steps": steps}
    if found.given:
        answer["given"] = {name: item.numbers[0] for name, item in found.given.items()}
    notes = with_few_commas([*_notes(found, placed), *left_out])
    value = {
        "assignment": target.key.blank.assignment,
        "student": about["student"],
        "group": listed(about["group"]) if "group" in about else None,
        "answers": {question.id: answer},
    }
    try:
        submission = Submission.model_validate(value)
    except ValidationError as error:
        return unreadable(file, *wrong_fields(error, value))
    group, faults = group_of(submission)
    if len(notes) > _MOST_NOTES:
        notes[_MOST_NOTES:] = [f"{len(notes) - _MOST_NOTES:,} more notes like these"]
    problems = (*before, *(Problem(note, grave=False) for note in notes), *faults)
    return HandIn(file, submission, problems, places, group=group)


def _notes(found: Blocks, placed: Placed) -> Iterator[str]:
    if placed.floating:
        yield "the headings do not tell where each line belongs; it was looked where the numbers fit"
    yield from found.notes
    yield from placed.notes


def _steps(placed: Placed, place: str, places: dict[str, str], notes: list[str]) -> Iterator[dict[str, Any]]:
    for number, (labels, readings) in enumerate(placed.steps.items()):
        step: dict[str, Any] = dict(labels)
        here = f"{place}.steps[{number}]"
        places[here] = f"line {readings[0].item.line}"
        for reading in readings:
            value, note = value_of(reading, damaged=placed.floating)
            line = f"line {reading.item.line}"
            if note:
                notes.append(f"{line}: {note}")
            if value is not None:
                step[reading.field.name] = value
            places[f"{here}.{reading.field.name}"] = line
        yield step
