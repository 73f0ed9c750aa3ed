"""Small pieces of wording: faults, numbers and amounts as a person writes them; a person's mark in words."""

from grader.schemas.results import FieldResult, QuestionResult, Status

DASH = "\N{EN DASH}"
_SMALLEST_SHOWN = 0.005
_HARD_CH = ("epoch", "stomach", "monarch")  # spoken as a k, so that the plural takes a mere s

FAULT_WORDS = {
    Status.SLIP: "a slip of the pen",
    Status.MISTAKE: "a mistake",
    Status.WRONG: "wrong",
    Status.INVALID: "cannot be read",
}
_VERDICTS = {
    **FAULT_WORDS,
    Status.CORRECT: "right",
    Status.FOLLOWS: "right, as it follows from earlier lines",
    Status.MISSING: "not handed in",
}


def number(value: float) -> str:
    """Return `value` with up to two decimals: 31.5, 14.25, 3."""
    return f"{value:z.2f}".rstrip("0").rstrip(".")


def decimals(value: float | None, nothing: str = "") -> str:
    """Return `value` with two decimals, for columns; `nothing` where there is none."""
    return nothing if value is None else f"{value:z.2f}"


def points(value: float) -> str:
    """Return an amount of points in words, also one that is too small for two decimals."""
    if 0 < value < _SMALLEST_SHOWN:
        return "less than 0.01 points"
    shown = number(value)
    return "1 point" if shown == "1" else f"{shown} points"


def waiting(value: float, of_it: str = "") -> str:
    """Return "1 point waits for a person's mark", "5 points of it wait ..."; nothing where nothing waits."""
    if not value:
        return ""
    verb = "waits" if value == 1 else "wait"
    return " ".join(filter(None, (points(value), of_it, verb, "for a person's mark")))


def exact(value: float) -> str:
    """Return `value` with all its digits, as for numbers that the student stated."""
    return repr(value).removesuffix(".0")


def plural(noun: str) -> str:
    """Return the plural of an English noun; a mere symbol (k, t) stays as it is."""
    if len(noun) < 3:
        return noun
    if noun.endswith(_HARD_CH):
        return noun + "s"
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def count(amount: int, noun: str) -> str:
    """Return "1 line", "3 lines"."""
    return f"{amount} {noun if amount == 1 else plural(noun)}"


def sentence(text: str) -> str:
    """Return `text` with a full stop, unless it ends with one or with a like sign."""
    return text if text.endswith((".", "?", "!")) else text + "."


def said_of_mark(line: FieldResult) -> str:
    """Return a person's comment, and in brackets what the automatic mark was and why."""
    return _joined(line.comment or line.message, _automatically(line))


def said_of_whole(question: QuestionResult) -> str:
    """Return that a person marked a question as a whole, with the comment and the automatic marks."""
    automatic = f"automatically {number(question.automatic or 0.0)} of {points(question.max_score)}"
    head = f"Marked as a whole by a person: {number(question.score)} of {points(question.max_score)}"
    return _joined(f"{head}: {question.comment}" if question.comment else head, automatic)


def _automatically(line: FieldResult) -> str:
    found = line.automatic
    if found is None or (found.status is Status.PENDING and not found.message):
        return ""
    verdict = _VERDICTS.get(found.status, "left to a person")
    why = found.message.split("\n")[0].removeprefix(verdict).removeprefix(": ")
    why = why or (found.cause or "").replace("_", " ")
    if found.status is not Status.PENDING:
        verdict += f", {number(found.score)} of {points(line.max_score)}"
    return f"automatically {verdict}: {why}" if why else f"automatically {verdict}"


def _joined(said: str, automatic: str) -> str:
    if not automatic:
        return said
    return f"{said.rstrip('.')} ({automatic})" if said else automatic
