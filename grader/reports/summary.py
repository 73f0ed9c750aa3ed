"""What is said about the whole of a question before its remarks: how it was read, and how much is right."""

from grader.reports.by_person import said_of_whole
from grader.reports.remarks import FAULTS
from grader.reports.trace import Trace
from grader.reports.wording import exact, sentence
from grader.schemas.results import QuestionResult, Status
from grader.schemas.wording import listed


def summary(question: QuestionResult, trace: Trace) -> tuple[str, ...]:
    """Return sentences: how much is right, how it was read, what marking noted."""
    right = _all_right(trace) if trace.all_right else _partly_right(trace)
    first = f"{right} {_read_as(question)}".strip()
    return (first, *notes(question)) if first else notes(question)


def notes(question: QuestionResult) -> tuple[str, ...]:
    """Return what marking noted, and a person who marked the question as a whole, as sentences."""
    noted = [f"Note: {sentence(note)}" for note in question.notes]
    return (*noted, sentence(said_of_whole(question))) if question.automatic is not None else tuple(noted)


def _read_as(question: QuestionResult) -> str:
    ways = [f"method {question.method}"] if question.method else []
    ways += [f"{group} = {option}" for group, option in question.choices.items()]
    ways += [f"{name} = {exact(value)}" for name, value in question.given.items()]
    return f"Your work was read as: {', '.join(ways)}." if ways else ""


def _all_right(trace: Trace) -> str:
    lines = len(trace.lines)
    if lines < 2:
        return "Right." if lines else ""
    each = "Both" if lines == 2 else f"All {lines}"
    return f"{each} {'lines' if trace.lines[0].step else 'parts'} are right."


def _partly_right(trace: Trace) -> str:
    """Return how many lines are right of those that were marked, or which parts are."""
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
