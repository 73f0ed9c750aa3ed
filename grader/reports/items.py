"""Remarks in words, and the summary of a question: how it was read, and how much of it is right."""

from collections.abc import Sequence
from typing import NamedTuple

from grader.reports.remarks import FAULTS, Remark
from grader.reports.trace import Trace
from grader.reports.wording import DASH, FAULT_WORDS, count, exact, number, points, said_of_whole, sentence
from grader.schemas.results import OTHER_WAY, TOO_FEW_DIGITS, QuestionResult, Status
from grader.schemas.wording import listed

_VERDICTS = {**FAULT_WORDS, Status.FOLLOWS: "follows"}
_BY_CAUSE: dict[tuple[Status, str | None], str] = {
    (Status.MISTAKE, TOO_FEW_DIGITS): "too few digits",
    (Status.SLIP, OTHER_WAY): "another way than your other lines",
}
_BREATH = 150  # characters; about two lines
_WORTH_NAMING = 0.25  # of all missing lines; where not every gap can be named, those with more lines are


class Item(NamedTuple):
    """A remark in words: what it is about, which renderers make stand out, and what is said of it."""

    subject: str
    text: str


def items(remarks: Sequence[Remark]) -> tuple[Item, ...]:
    """Return the remarks in words; everything that is missing becomes one item."""
    if not remarks:
        return ()
    return (
        *map(_fault, of_kind(remarks, *FAULTS, Status.FOLLOWS)),
        *_not_handed_in(of_kind(remarks, Status.MISSING)),
        *map(_pending, of_kind(remarks, Status.PENDING)),
        *map(_marked, of_kind(remarks, Status.MARKED)),
        *map(_right, of_kind(remarks, Status.CORRECT)),
    )


def of_kind(remarks: Sequence[Remark], *kinds: Status) -> list[Remark]:
    """Return the remarks with one of these verdicts."""
    return [remark for remark in remarks if remark.kind in kinds]


def what_is_missing(missing: Sequence[Remark]) -> str:
    """Return what was not handed in, in one phrase short enough to be read in a breath."""
    pieces = [_missing_piece(remark) for remark in missing]
    if len("; ".join(pieces)) <= _BREATH:
        return "; ".join(pieces)
    lines = sum([remark.lines for remark in missing])
    named = [i for i, remark in enumerate(missing) if remark.lines >= _WORTH_NAMING * lines]
    others = [remark for i, remark in enumerate(missing) if i not in named]
    rest = lines - sum([missing[i].lines for i in named])
    if not rest:
        return "; ".join(pieces)
    places = {remark.places for remark in others}
    where = f"in {places.pop()}" if len(places) == 1 and "" not in places else "here and there"
    if not named:
        return f"{count(rest, 'line')} {where}"
    return f"{'; '.join([pieces[i] for i in named])}; {count(rest, 'more line')} {where}"


def _missing_piece(remark: Remark) -> str:
    if remark.fields:
        return _at(listed(remark.fields), remark.places)
    return _at(f"all {count(remark.lines, 'line')}", remark.places) if remark.places else "all of it"


def _at(what: str, places: str) -> str:
    """Return `what` with its places, in brackets where there are several."""
    if not places:
        return what
    return f"{what} ({places})" if ";" in places else f"{what} in {places}"


def _fault(remark: Remark) -> Item:
    where = remark.places or (count(remark.lines, "line") if remark.first else "")
    verdict = _BY_CAUSE.get((remark.kind, remark.cause), _VERDICTS[remark.kind])
    head = f"({where}) {DASH} {verdict}" if where else f"{DASH} {verdict}"
    if remark.cause and not remark.text:
        head += f" ({remark.cause.replace('_', ' ')})"
    return Item(listed(remark.fields), _with_text(f"{head}, {_cost(remark.cost)}", remark))


def _with_text(head: str, remark: Remark) -> str:
    """Return `head` with the message of the remark, which may be an example."""
    text = _on_one_line(remark.text)
    if remark.kind is Status.INVALID:  # the head has said so
        text = text.removeprefix(_VERDICTS[Status.INVALID]).removeprefix(": ")
    if not text:
        return sentence(head)
    return sentence(f"{head}. For example {remark.example}: {text}" if remark.example else f"{head}: {text}")


def _on_one_line(text: str) -> str:
    """Return a message as one line, with words in place of the formula and caret that are drawn below it."""
    said, *drawing = text.split("\n")
    if len(drawing) != 2 or drawing[1].strip("^ "):
        return said
    formula = drawing[0][: drawing[1].find("^")].strip()
    place = f"after “{formula}”" if formula else "at the beginning"
    return f"{said} ({place})" if said.endswith("?") else f"{said}, {place}"


def _cost(cost: float) -> str:
    return f"cost {points(cost)}" if cost > 0 else "cost nothing"


def _not_handed_in(missing: Sequence[Remark]) -> list[Item]:
    if not missing:
        return []
    cost = _cost(sum([remark.cost for remark in missing]))
    return [Item("Not handed in:", f"{what_is_missing(missing)} {DASH} {cost}.")]


def _pending(remark: Remark) -> Item:
    text = f"{listed(remark.fields)} ({points(remark.cost)})"
    return Item("Waits for a person's mark:", sentence(f"{text}: {remark.text}" if remark.text else text))


def _marked(remark: Remark) -> Item:
    where = f" ({remark.places})" if remark.places else ""
    text = f"{listed(remark.fields)}{where}, {number(remark.score)} of {points(remark.max_score)}"
    return Item("Marked by a person:", sentence(f"{text}: {remark.text}" if remark.text else text))


def _right(remark: Remark) -> Item:
    return Item(listed(remark.fields), sentence(f"{DASH} right: {remark.text}"))


def summary(question: QuestionResult, trace: Trace) -> tuple[str, ...]:
    """Return sentences on a question: how much is right, how it was read, what marking noted."""
    right = _all_right(trace) if trace.all_right else _partly_right(trace)
    first = f"{right} {_read_as(question)}".strip()
    return (first, *notes(question)) if first else notes(question)


def notes(question: QuestionResult) -> tuple[str, ...]:
    """Return sentences: what marking noted, and what a person said who marked the question as a whole."""
    noted = [f"Note: {sentence(note)}" for note in question.notes]
    return (*noted, sentence(said_of_whole(question))) if question.automatic is not None else tuple(noted)


def _read_as(question: QuestionResult) -> str:
    ways = [f"method {question.method}"] if question.method else []
    told = question.ways  # older results have the names of the key alone
    ways += [f"{group} = {option}" for group, option in question.choices.items()] if told is None else told
    ways += [f"{name} = {exact(value)}" for name, value in question.given.items()]
    return f"Your work was read as: {', '.join(ways)}." if ways else ""


def _all_right(trace: Trace) -> str:
    lines = len(trace.lines)
    if lines < 2:
        return "Right." if lines else ""
    each = "Both" if lines == 2 else f"All {lines}"
    return f"{each} {'lines' if trace.lines[0].step else 'parts'} are right."


def _partly_right(trace: Trace) -> str:
    """Return how many of the marked lines are right, or which parts are."""
    follow = [line for line in trace.of_status(Status.FOLLOWS) if line.score]
    if not any(line.step for line in trace.lines):
        fields = [line.field for line in trace.lines if line.status is Status.CORRECT]
        said = [f"Right: {listed(fields)}."] if fields else []
        said += [f"{listed([line.field for line in follow])} {_following(len(follow))}."] if follow else []
        return " ".join(said)
    absent = len(trace.of_status(Status.MISSING))
    marked = len(trace.lines) - absent - len(trace.of_status(Status.PENDING, Status.MARKED))
    right = marked - len(trace.of_status(*FAULTS)) - len(trace.of_status(Status.FOLLOWS)) + len(follow)
    if not right:
        return ""
    handed_in = " handed in" if absent else ""
    share = f"all {right}" if right == marked > 1 else f"{right} of {marked}"
    text = f"Right: {share} {'line' if marked == 1 else 'lines'}{handed_in}"
    return f"{text}; {_of_them(len(follow), right)} {_following(len(follow))}." if follow else f"{text}."


def _of_them(lines: int, right: int) -> str:
    if lines == right:
        return "it" if right == 1 else "they"
    return f"{lines} {'line' if lines == 1 else 'lines'} of them"


def _following(lines: int) -> str:
    """Return what is said of lines that carry an earlier error on."""
    if lines == 1:
        return "differs from the solution, but follows from your own lines and keeps its marks"
    return "differ from the solution, but follow from your own lines and keep their marks"
