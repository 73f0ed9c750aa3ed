"""A method of a question, with faults that have a place in it, and the inputs of its lines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, ExpressionFault, in_words, nearest
from grader.schemas.base import MAX_STEPS, Value, shape_of
from grader.schemas.faults import KeyFault
from grader.schemas.key import Method, TraceQuestion

_COUNTABLE = 10**12  # steps; a number beyond need not be written out


@dataclass(slots=True)
class AtMethod:
    """A method of a question, by its name."""

    question: TraceQuestion
    name: str
    method: Method

    @property
    def here(self) -> str:
        """The method's place in the question."""
        return f"method.{self.name}"

    def fault(self, place: str, reason: str, *, name: bool = False) -> NoReturn:
        """Raise KeyFault with a place in the method."""
        self.question_fault(f"{self.here}.{place}", reason, name=name)

    def question_fault(
        self, place: str, reason: str, inside: ExpressionFault | None = None, *, name: bool = False
    ) -> NoReturn:
        """Raise KeyFault with a place in the question; a fault `inside` an expression shows its own place."""
        raise KeyFault(reason, f"question[{self.question.id}].{place}", inside, name=name) from None

    def no_field(self, place: str, name: str, known: Iterable[str]) -> NoReturn:
        """Raise KeyFault for a name that no equation has."""
        reason = f"expected the name of an equation, found {name}{nearest(name, frozenset(known))}"
        if name in TraceQuestion.model_fields:
            where = "that of the question stands above its [headers]"
            reason = f"expected the name of an equation, found {name}; {where}"
        self.question_fault(place, reason, name=True)


class Inputs(NamedTuple):
    """What the lines of a method are worked from, besides each other and the start values.

    `loops` tells how often each loop runs. `values` has the inputs and the constants, with a leading axis
    over the steps (see `Plan.inputs`). `rounds` has, for each input of a loop, the round to which each step
    belongs.
    """

    loops: dict[str, int]
    values: dict[str, Array]
    rounds: dict[str, NDArray[np.intp]]


def read_inputs(at: AtMethod) -> Inputs:
    """Return the inputs of a method's lines. Raises KeyFault for what cannot be worked with."""
    loops, inputs, rounds = _loops(at)
    constants = {**at.question.constants, **at.method.constants}
    # A start value that no equation changes is a constant.
    fixed = {n: v for n, v in at.question.start.items() if n not in at.method.equations}
    tables = dict.fromkeys(fixed, "start") | dict.fromkeys(at.question.constants, "constants")
    tables |= dict.fromkeys(at.method.constants, f"{at.here}.constants")
    for name, value in [*constants.items(), *fixed.items()]:
        if name in inputs:
            reason = f"{name} has a value already, as an input or constant"
            at.question_fault(f"{tables[name]}.{name}", reason, name=True)
        inputs[name] = array_of(value)[None]
    _check_names(at, inputs)
    return Inputs(loops, inputs, rounds)


def _loops(at: AtMethod) -> Inputs:
    """Return what the loops of a method give: their counters and their inputs."""
    counts = {name: loop if isinstance(loop, int) else len(loop) for name, loop in at.method.loop.items()}
    total = prod(counts.values())
    if not 1 <= total <= MAX_STEPS:
        found = total if total < _COUNTABLE else "very many more"
        at.fault("loop", f"expected 1 to {MAX_STEPS} steps, found {found}")
    labels = np.array(list(np.ndindex(*counts.values())), dtype=np.float64).T
    # A loop's name is its counter, in the equations as in the steps: it counts from 0.
    inputs: dict[str, Array] = dict(zip(counts, labels, strict=True))
    numbers: dict[str, NDArray[np.intp]] = {}
    rounds = zip(*product(*(range(count) for count in counts.values())), strict=True)
    for (name, loop), round_of_step in zip(at.method.loop.items(), rounds, strict=False):
        if isinstance(loop, int):
            continue
        _check_rounds(at, name, loop)
        for quantity in loop[0]:
            if quantity in counts:
                at.fault(f"loop.{name}", f"{quantity} is the counter of a loop and also an input")
            numbers[quantity] = np.array(round_of_step)
            inputs[quantity] = np.array([array_of(table[quantity]) for table in loop])[numbers[quantity]]
    return Inputs(counts, inputs, numbers)


def _check_rounds(at: AtMethod, name: str, rounds: list[dict[str, Value]]) -> None:
    for i, table in enumerate(rounds):
        place = f"loop.{name}[{i}]"
        if table.keys() != rounds[0].keys():
            at.fault(place, f"expected {', '.join(rounds[0])}, found {', '.join(table)}")
        for quantity, value in table.items():
            first = shape_of(rounds[0][quantity])
            if shape_of(value) != first:
                reason = f"expected {in_words(first)} as in the first, found {in_words(shape_of(value))}"
                at.fault(f"{place}.{quantity}", reason)


def _check_names(at: AtMethod, inputs: Mapping[str, Array]) -> None:
    owners: dict[str, str] = {}
    defined = {
        name: f"choice.{group}.{option}"
        for group, options in at.question.choice.items()
        for option, meanings in reversed(options.items())
        for name in meanings
    }
    for name in at.method.loop:
        if name in at.method.equations:
            reason = "has the name of a field; a step could not have both"
            at.fault(f"loop.{name}", reason, name=True)
    for owner, places in (
        ("the counter of a loop", dict.fromkeys(at.method.loop, f"{at.here}.loop")),
        ("an input or constant", dict.fromkeys((n for n in inputs if n not in at.method.loop), "")),
        ("a given constant", dict.fromkeys(at.question.given, "given")),
        ("a field", dict.fromkeys(at.method.equations, f"{at.here}.equations")),
        ("a name that a choice defines", defined),
    ):
        for name, place in places.items():
            if name in owners:
                reason = f"{name} is {owners[name]} and also {owner}"
                at.question_fault(f"{place}.{name}", reason, name=True)
            owners[name] = owner
    for name in at.method.forms:
        if name not in at.method.equations:
            at.no_field(f"{at.here}.forms.{name}", name, at.method.equations)


def array_of(value: Value) -> Array:
    """Return a value of a key as an array."""
    return np.array(value, dtype=np.float64)
