"""What is said about the whole of a question before its remarks: how it was read, and what is right in it."""

from collections.abc import Sequence

from grader.reports.trace import Trace
from grader.reports.wording import DASH, count, exact, listed, plural, sentence
from grader.schemas.results import FieldResult, QuestionResult, Status


def summary(question: QuestionResult, trace: Trace) -> tuple[str, ...]:
    """Return sentences: how it was read, what marking noted, what is right; one where all is right."""
    notes = [f"Note: {sentence(note)}" for note in question.notes]
    if trace.not_right:
        texts = [_read_as(question), *notes, _partly_right(trace)]
    else:
        texts = [f"{_all_right(trace)} {_read_as(question)}".strip(), *notes]
    return tuple([text for text in texts if text])


def _read_as(question: QuestionResult) -> str:
    ways = [f"method {question.method}"] if question.method else []
    ways += [f"{group} = {option}" for group, option in question.choices.items()]
    ways += [f"{name} = {exact(value)}" for name, value in question.given.items()]
    return f"Read as: {', '.join(ways)}." if ways else ""


def _all_right(trace: Trace) -> str:
    lines = len(trace.lines)
    if lines < 2:
        return "Right." if lines else ""
    each = "Both" if lines == 2 else f"All {lines}"
    return f"{each} {plural(_noun(trace))} are right."


def _partly_right(trace: Trace) -> str:
    right = len(trace.lines) - len(trace.not_right)
    if not right:
        return ""
    where = _where_right(trace)
    share = f"Right: {right} of {count(len(trace.lines), _noun(trace))}"
    return f"{share} {DASH} {where}." if where else f"{share}."


def _noun(trace: Trace) -> str:
    return "line" if any(line.step for line in trace.lines) else "part"


def _where_right(trace: Trace) -> str:
    """Return the fields that are right in every line, and those that are right but for a few."""
    whole: list[str] = []
    but_for: dict[str, list[str]] = {}
    for field, lines in trace.by_field.items():
        others = [line for line in lines if line.status is not Status.CORRECT]
        if not others:
            whole.append(field)
        elif where := _short_exception(lines, others, trace):
            but_for.setdefault(where, []).append(field)
    pieces = [_every_line(whole, trace)] if whole else []
    return "; ".join([*pieces, *[f"{listed(fields)} but for {where}" for where, fields in but_for.items()]])


def _every_line(fields: Sequence[str], trace: Trace) -> str:
    in_steps = any(trace.by_field[field][0].step for field in fields)
    return f"every line of {listed(fields)}" if in_steps else listed(fields)


def _short_exception(lines: Sequence[FieldResult], others: Sequence[FieldResult], trace: Trace) -> str:
    """Return where the few others stand, if that can be said in a breath."""
    where = trace.where(others) if 2 * len(others) <= len(lines) else ""
    return "" if ";" in where else where
