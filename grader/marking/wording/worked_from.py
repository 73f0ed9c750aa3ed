"""What a wrong line was worked from, in words, as `grader.marking.diagnosis` has found it."""

from collections.abc import Collection, Sequence
from math import prod

import numpy as np

from grader.marking.diagnosis.in_place_of import TOTALS, exchanges_of, terms_of
from grader.marking.diagnosis.other_ways import ways_of
from grader.marking.diagnosis.taken_from import inputs_of_rounds
from grader.marking.lines.batch import Batch
from grader.marking.lines.slips import Slip
from grader.marking.wording.equations import equation
from grader.schemas.places import components, step_in_words
from grader.schemas.wording import listed
from grader.solver import Line, Plan

SOURCES: frozenset[int] = frozenset(
    {Slip.FROM_START, Slip.FROM_ROUND, Slip.FROM_FIELD, Slip.MULTIPLE}
    | {Slip.OTHER_START, Slip.FROM_STEP, Slip.KEPT, Slip.OTHER_WAY, Slip.MISREAD, Slip.LEFT_OUT, Slip.SUMMED}
)
_MOST_SHOWN = 4  # numbers of an input
# The multiples of `in_place_of.MULTIPLES`, in their order.
_TIMES = ("twice", "half of", "−2 times", "−½ times", "3 times", "a third of", "4 times", "a quarter of")


def worked_from(kind: int, number: int, batch: Batch, line: Line, used: Collection[str]) -> str:
    """Return what else a line was worked from.

    `number` tells which step, field, round, multiple, term or total it is, by the kind; `used` are the names
    that the line depends on.
    """
    plan = batch.plan
    if kind == Slip.FROM_STEP:
        return f"this step is a copy of {step_in_words(plan.steps[number].items())}"
    if kind == Slip.KEPT:
        return f"this still is {line.field} of {step_in_words(plan.steps[number].items())}, not worked anew"
    if kind == Slip.OTHER_START:
        field = plan.lines[number].field
        return f"this begins with {_start_values(plan, [field], 'another', 'other')} than the exercise gives"
    if kind == Slip.MISREAD:
        name = [*plan.inputs][number]
        what = "another value of" if plan.inputs[name][0].size == 1 else "another number in"
        return f"this is worked with {what} {name} than the exercise gives"
    if kind == Slip.FROM_START:
        old = [name for name in line.previous if name in used]
        start = _start_values(plan, [plan.field_of(name) for name in old], "the", "the")
        gives = "gives" if "value of" in start else "give"
        return f"this is what {start} {gives}, which you have updated since"
    if kind == Slip.MULTIPLE:
        return f"this is {_TIMES[number]} what your own lines give"
    if kind == Slip.SUMMED:
        what, since = TOTALS[number]
        begin = f"from {[*plan.loops][-1]} 0 on" if since == "round" else "over all steps so far"
        return f"this is the {what} of {line.field} {begin}; each step asks for its own"
    if kind == Slip.LEFT_OUT:
        name, shape, entry = terms_of(batch, line)[number]
        size = prod(shape[1:])
        the = "the " * (len(shape) == 1)
        which = components(range(entry * size, (entry + 1) * size), shape)
        return f"this is what the line gives without {the}{which} of {plan.field_of(name)}"
    if kind == Slip.FROM_FIELD:
        name, other, late = exchanges_of(batch, line)[number]
        if late:
            return f"this is what the line gives with {other.field} as it was one step earlier"
        return f"this is what the line gives with {other.field} in place of {plan.field_of(name)}"
    inputs = inputs_of_rounds(plan, line)
    names = [name for name in inputs if name in used]
    step = int(np.argmax(plan.rounds[inputs[0]] == number))
    values = [_input(batch, name, step) for name in names]
    of_round = f"of {plan.loop_of(inputs[0])} {number}"
    if not all(values):
        return f"this is what {listed(names)} {of_round} gives"
    stated = listed([f"{name} = {value}" for name, value in zip(names, values, strict=True)])
    gives, one = ("gives", "the one") if len(names) == 1 else ("give", "those")
    return f"this is what {stated} {gives}, {one} {of_round}"


def other_way(number: int, plan: Plan, line: Line, own: Sequence[str], *, reveal: bool) -> str:
    """Return that a line was worked by another option than its `own`; to `reveal`, with that equation."""
    if not reveal:
        return "this is worked by another accepted way than your other lines; keep to one way throughout"
    group, option = [*ways_of(plan, line)][number]
    other = plan.choices[group][option]
    pairs = zip(line.usual.groups, own, strict=True)
    way = tuple([other if name == group else usual for name, usual in pairs])
    return f"this is what {equation(line.field, line.usual, way)} gives; keep to one way throughout"


def _input(batch: Batch, name: str, step: int) -> str:
    """Return the value of an input in a step, where it is short and the same for all; else nothing."""
    value = batch.plan.inputs[name]
    numbers = [f"{number:.10g}" for number in np.ravel(value[step % len(value)]).tolist()]
    if name in batch.varied or len(numbers) > _MOST_SHOWN:
        return ""
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"


def _start_values(plan: Plan, fields: list[str], one: str, many: str) -> str:
    single = sum(np.size(plan.start[field]) for field in fields) == 1
    return f"{one if single else many} start {'value' if single else 'values'} of {listed(fields)}"
