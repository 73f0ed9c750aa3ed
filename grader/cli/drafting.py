"""The draft of a new key, from the options of `grader new` and from answers at the terminal."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import TypeVar

from pydantic import TypeAdapter

from grader.cli.option_values import Kind
from grader.cli.terminal.questions import Questions
from grader.exchange.answer_keys.new_key import Draft, start_of
from grader.expressions import CONSTANTS, ExpressionFault, known_functions, names_in, parse, said_here
from grader.schemas.base import FORMS, IDENTIFIER, MAX_SIZE, MAX_STEPS, QUANTITY, Value
from grader.schemas.faults import UsageFault

T = TypeVar("T")

_VALUE: TypeAdapter[Value] = TypeAdapter(Value)
_MOST_POINTS = 1_000_000
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")
_LINES = {"q": "a / x", "x": "(x + q) / 2"}
_START: dict[str, Value] = {"a": 2.0, "x": 1.0}
_FORMULA = {"slope": "2 a x"}


@dataclass(frozen=True, slots=True)
class Said:
    """The options on the command line; None, or nothing, for those that were left out."""

    title: str | None = None
    kind: Kind | None = None
    points: float | None = None
    field: Sequence[str] = ()
    start: Sequence[str] = ()
    given: Sequence[str] = ()
    steps: int | None = None
    loop: str | None = None
    sizes: str | None = None
    part: Sequence[str] = ()
    number: Sequence[str] = ()
    source: str = ""


def make_draft(name: str, said: Said, questions: Questions) -> Draft:
    """Return the draft of a key.

    Raises UsageFault, which names the option, for what cannot be meant.
    """
    usual = name.replace("_", " ").replace("-", " ")
    title = said.title or questions.one("Title", usual[:1].upper() + usual[1:], str.strip)
    kind = said.kind or _kind(said)
    if kind is None:
        kind = questions.one(f"Kind ({', '.join(Kind)})", Kind.TRACE.value, _read_kind)
    _check_options(said, kind)
    points = questions.one("Points", "10", _read_points) if said.points is None else _read_points(said.points)
    draft = Draft(name, title, said.source, kind.value, points)
    make = {Kind.TRACE: _trace, Kind.NETWORK: _network}.get(kind, _parts)
    return make(draft, said, questions)


def read_line(text: str) -> tuple[str, str]:
    """Read `x = (x + q) / 2`. Raises UsageFault with a caret under what cannot be read."""
    name, equation = _pair("--field", text, "NAME = EQUATION, such as 'x = x - f / slope'")
    _check_quantity("--field", name)
    try:
        parse(equation)
    except ExpressionFault as fault:
        raise UsageFault(f"--field {name}: {fault}") from None
    return name, equation


def read_value(flag: str, text: str) -> Value:
    """Read a number, or a vector or matrix in brackets."""
    try:
        value: Value = tomllib.loads(f"x = {text.strip()}")["x"]
        _VALUE.validate_python(value)
    except (ValueError, RecursionError):
        form = "a number such as 0.5, or numbers such as [1, 2]"
        raise UsageFault(f"{flag}: expected {form}, found {text!r}") from None
    return value


def _kind(said: Said) -> Kind | None:
    """Return the kind of question that the other options tell, if they do."""
    if said.part:
        return Kind.FORMULA if said.number or any("=" in part for part in said.part) else Kind.TEXT
    if said.sizes:
        return Kind.NETWORK
    return Kind.TRACE if said.field or said.steps else None


def _read_kind(text: str) -> Kind:
    if text not in [*Kind]:
        raise UsageFault(f"--kind: expected {', '.join(Kind)}, found {text!r}")
    return Kind(text)


def _check_options(said: Said, kind: Kind) -> None:
    """Raise UsageFault for an option that has no meaning for this kind of question."""
    of_lines = {"--field": said.field, "--given": said.given, "--loop": said.loop}
    of_both = {"--start": said.start, "--steps": said.steps}
    of_parts = {"--part": said.part, "--number": said.number}
    others: dict[Kind, dict[str, object]] = {
        Kind.TRACE: {**of_parts, "--sizes": said.sizes},
        Kind.NETWORK: {**of_lines, **of_parts},
        Kind.FORMULA: {**of_lines, **of_both, "--sizes": said.sizes},
        Kind.TEXT: {**of_lines, **of_both, "--sizes": said.sizes, "--number": said.number},
    }
    for flag, values in others[kind].items():
        if values:
            raise UsageFault(f"{flag} says nothing about a question of kind {kind}; leave one of them out")


def _read_points(said: str | float) -> Decimal:
    try:
        points = float(said)
    except ValueError:
        raise UsageFault(f"--points: expected a number such as 10 or 2.5, found {said!r}") from None
    if not 0 < points <= _MOST_POINTS:
        raise UsageFault(f"--points: expected a number above 0 and at most {_MOST_POINTS}, found {points:g}")
    return Decimal(f"{points:f}").normalize() if points < 1 else Decimal(f"{points:.10g}")


def _trace(draft: Draft, said: Said, questions: Questions) -> Draft:
    written = [read_line(text) for text in said.field]
    if not written:
        written = questions.many(
            "The lines in the order in which they are worked, as NAME = EQUATION, such as x = (x + 2/x) / 2. "
            "An empty one ends; without any you get an example.",
            "Line",
            read_line,
        )
    lines = _each("--field", written)
    start = _each("--start", [_value("--start", text) for text in said.start])
    given = _each("--given", [_value("--given", text) for text in said.given])
    if not lines and (start or given):
        raise UsageFault("--field is missing: the lines of the exercise, as in --field 'x = (x + 2 / x) / 2'")
    example = not lines
    if example:
        lines, start = _LINES, _START
    loop = said.loop or "step"
    _check_quantity("--loop", loop)
    # The loop's name is a counter, so it has a value.
    lacking = _without_value(lines, [*start, *given, loop])
    start = dict(start) | {name: _first(name, said, questions) for name in lacking}
    if said.steps is None:
        steps = questions.one("How often are the lines worked", "3" if example else "1", _read_steps)
    else:
        steps = _steps(said.steps)
    used = {name for equation in lines.values() for name in names_in(parse(equation))} - {*start, *given}
    if steps == 1 and not questions.asked and loop in used:
        raise UsageFault(f"--steps is missing: a line uses {loop}, the number of the round, from 0")
    numbers = {name: value for name, value in given.items() if not isinstance(value, list)}
    if len(numbers) < len(given):
        raise UsageFault("--given: expected a number; a vector or matrix goes with --start")
    return replace(draft, lines=lines, start=start, given=numbers, steps=steps, loop=loop, example=example)


def _network(draft: Draft, said: Said, questions: Questions) -> Draft:
    words = "The inputs, then the units of each layer"
    sizes = _read_sizes(said.sizes) if said.sizes else questions.one(words, "2, 2, 1", _read_sizes)
    start = start_of(sizes)
    for name, value in _each("--start", [_value("--start", text) for text in said.start]).items():
        if name not in start:
            raise UsageFault(f"--start {name}: expected one of {', '.join(start)}")
        start[name] = value
    steps = questions.one("Epochs", "1", _read_steps) if said.steps is None else _steps(said.steps)
    return replace(draft, sizes=sizes, start=start, steps=steps)


def _read_sizes(text: str) -> tuple[int, ...]:
    sizes = [size.strip() for size in text.split(",")]
    if len(sizes) < 2 or not all(
        size.isdecimal() and len(size) < 10 and 1 <= int(size) <= MAX_SIZE for size in sizes
    ):
        form = f"whole numbers from 1 to {MAX_SIZE}, such as 2,3,1: the inputs, then the units of each layer"
        raise UsageFault(f"--sizes: expected {form}; found {text!r}")
    return tuple(map(int, sizes))


def _without_value(lines: Mapping[str, str], known: Sequence[str]) -> list[str]:
    """Return the names that lines use although nothing before them gives these a value."""
    has_value = {*known, *CONSTANTS}
    lacking: list[str] = []
    for name, equation in lines.items():
        used = sorted(names_in(parse(equation)) - has_value - known_functions())
        lacking += used
        has_value |= {name, *used}
    return lacking


def _first(name: str, said: Said, questions: Questions) -> Value:
    """Return the first value of a name, which is asked for. Raises UsageFault where nobody can be asked."""
    if hint := said_here(name):
        raise UsageFault(f"--field: unknown name {name}{hint}")
    if not questions.asked:
        counter = "" if said.loop else f", or --loop {name} where it is the number of the round"
        raise UsageFault(
            f"--start is missing for {name}: a line uses it, and nothing gives it a value; "
            f"say --start {name}=1, "
            f"or --given {name}=1 where a student may state another{counter}"
        )
    return questions.one(f"{name} at the start", "1", lambda text: read_value(f"--start {name}", text))


def _read_steps(text: str) -> int:
    if not text.strip().isdecimal():
        raise UsageFault(f"--steps: expected a whole number, found {text!r}")
    return _steps(int(text))


def _steps(steps: int) -> int:
    if not 1 <= steps <= MAX_STEPS:
        raise UsageFault(f"--steps: expected a whole number from 1 to {MAX_STEPS}, found {steps}")
    return steps


def _parts(draft: Draft, said: Said, questions: Questions) -> Draft:
    formulas = draft.kind == "formula"
    read = partial(_read_part, formulas=formulas)
    written = [read(text) for text in said.part]
    if not written:
        form = "as NAME = ANSWER, such as slope = 2 a x" if formulas else "by name; a person marks them"
        written = questions.many(f"The parts, {form}. An empty one ends.", "Part", read)
    parts: Mapping[str, str | None] = _each("--part", written)
    example = formulas and not parts
    if not parts:
        parts = _FORMULA if formulas else {"answer": None}
    numbers = _each("--number", [(name.strip(), None) for name in said.number])
    for name in numbers:
        _check_quantity("--number", name)
    return replace(draft, parts=parts, numbers=tuple(numbers) or _names(parts), example=example)


def _names(parts: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return the names in the answers, as far as they can be told without knowing any."""
    found = [word for answer in parts.values() for word in _WORD.findall(answer or "")]
    return tuple(
        word for word in dict.fromkeys(found) if word not in known_functions() and word not in CONSTANTS
    )


def _read_part(text: str, *, formulas: bool) -> tuple[str, str | None]:
    name, equals, answer = (part.strip() for part in text.partition("="))
    if not re.fullmatch(IDENTIFIER, name):
        raise UsageFault(f"--part: expected {FORMS[IDENTIFIER]}, found {name!r}")
    if formulas != bool(answer):
        form = "NAME = ANSWER, such as 'slope = 2 a x'" if formulas else "a name alone: a person marks a text"
        raise UsageFault(f"--part: expected {form}, found {text!r}")
    return name, answer if equals else None


def _value(flag: str, text: str) -> tuple[str, Value]:
    name, value = _pair(flag, text, "NAME=VALUE")
    _check_quantity(flag, name)
    return name, read_value(f"{flag} {name}", value)


def _pair(flag: str, text: str, form: str) -> tuple[str, str]:
    name, _, value = (part.strip() for part in text.partition("="))
    if not (name and value):
        raise UsageFault(f"{flag}: expected {form}, found {text!r}")
    return name, value


def _check_quantity(flag: str, name: str) -> None:
    if not re.fullmatch(QUANTITY, name) or len(name) > 50:
        raise UsageFault(f"{flag}: expected {FORMS[QUANTITY]}, found {name!r}")


def _each(flag: str, pairs: Sequence[tuple[str, T]]) -> dict[str, T]:
    found: dict[str, T] = {}
    for name, value in pairs:
        if name in found:
            raise UsageFault(f"{flag} {name}: is said twice")
        found[name] = value
    return found
