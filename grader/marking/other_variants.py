"""Hand-ins that do not fit their own student's values, but those of somebody else.

Numbers that are worked directly from values that vary tell this; all others follow from the student's own
lines, whoever's values those began with. Where most of the telling numbers are wrong by the student's own
variant, their first step is compared with the variants of all others at once, and then all steps with the few
that fit there.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from grader.expressions import Array, Ball, Balls, Mask, Rows, evaluate, exact
from grader.marking.lines.batch import Batch
from grader.marking.lines.explain import agrees
from grader.marking.lines.verdicts import Code, Verdicts
from grader.marking.lines.work import names_of_all_steps
from grader.marking.sheets.layout import Slot
from grader.marking.variants import Own
from grader.schemas.wording import first_of
from grader.solver import Line, Plan

_FEWEST = 3  # numbers that fit another variant; among so many students, fewer fit by chance
_FITTING = 0.8  # of the telling numbers, for a hand-in to fit another variant
_BADLY = 0.5  # of them, at most, fit the student's own
_MOST_LIKELY = 20  # others who are looked at closely, of all whom a hand-in may fit
_MOST_NAMED = 3
_THE_KEY = "the key itself, which nobody was given"
_ROOM = 2_000_000  # numbers that are compared at once


class _Telling(NamedTuple):
    """A line worked directly from values that vary; perhaps only the first step is, from start values."""

    line: Line
    slot: Slot
    first_only: bool


def remarks_on_variants(verdicts: Verdicts, own: Own, rows: Sequence[int]) -> dict[int, str]:
    """Return remarks for those who mark on hand-ins that fit another student's variant, by hand-in.

    `own` has everybody's values, `rows` tells which of them belong to the hand-ins here.
    """
    telling = list(_telling(verdicts.batch))
    suspects = _unlike_their_own(verdicts, telling)
    if not len(suspects):
        return {}
    batch = verdicts.batch.take(suspects)
    people = np.array(rows, dtype=np.intp)[suspects]
    everybody = _with_the_key(batch.plan, own)
    different = _different(everybody, people)
    names = [*own.students, _THE_KEY]
    remarks = {}
    for place, others in _alike(batch, telling, batch.plan.spread(everybody), different):
        whose = dict.fromkeys(names[other] for other in others)  # who hands in twice is one person
        remarks[int(suspects[place])] = _remark([*whose])
    return remarks


def _with_the_key(plan: Plan, own: Own) -> dict[str, Array]:
    """Return everybody's values of what the plan has, with those that stand in the key as the last."""
    wholes = {name: plan.whole(name) for name in own.values}
    return {
        name: np.concatenate([own.values[name], whole[None]])
        for name, whole in wholes.items()
        if whole is not None
    }


def _telling(batch: Batch) -> Iterator[_Telling]:
    plan = batch.plan
    for line, slot in batch.layout.pairs():
        if any(name in batch.varied for name in line.inputs):
            yield _Telling(line, slot, first_only=False)
        elif any(plan.field_of(name) in batch.varied for name in line.previous):
            yield _Telling(line, slot, first_only=True)


def _unlike_their_own(verdicts: Verdicts, telling: Sequence[_Telling]) -> Rows:
    """Return the hand-ins in which most telling numbers do not fit the values of their own student."""
    count = len(verdicts.batch)
    right, written = np.zeros(count, dtype=np.intp), np.zeros(count, dtype=np.intp)
    for _, slot, first_only in telling:
        here = (slice(None), slice(0, 1 if first_only else None), slot.columns)
        given = _says_something(verdicts.batch.values[here])
        right += np.sum(given & (verdicts.codes[here] <= Code.FOLLOWS), axis=(1, 2))
        written += np.sum(given, axis=(1, 2))
    return np.flatnonzero((written >= _FEWEST) & (right <= _BADLY * written))


def _says_something(values: Array) -> Mask:
    """Tell which numbers are there and not 0: a dead unit is 0 by anybody's values."""
    says: Mask = ~np.isnan(values) & (values != 0)
    return says


def _different(everybody: Mapping[str, Array], people: Rows) -> Mask:
    """Tell whose values differ from those of each of some people: (people, everybody)."""
    different = np.zeros((len(people), len(next(iter(everybody.values())))), dtype=np.bool_)
    for values in everybody.values():
        flat = values.reshape(len(values), -1)
        for place, person in enumerate(people):
            different[place] |= np.any(flat != flat[person], axis=1)
    return different


def _alike(
    batch: Batch, telling: Sequence[_Telling], everybody: Mapping[str, Array], different: Mask
) -> Iterator[tuple[int, Rows]]:
    """Yield the hand-ins that fit values of others, each with these others, the best first."""
    for place, others in _likely(batch, telling, everybody, different):
        pairs = batch.take(np.full(len(others), place))
        theirs = {name: values[others][:, None] for name, values in everybody.items()}
        fits, written = _agreements(pairs, telling, theirs, slice(None))
        enough = (fits[:, 0] >= _FEWEST) & (fits[:, 0] >= _FITTING * written)
        if enough.any():
            yield place, others[enough][np.argsort(-fits[enough, 0], kind="stable")]


def _likely(
    batch: Batch, telling: Sequence[_Telling], everybody: Mapping[str, Array], different: Mask
) -> Iterator[tuple[int, Rows]]:
    """Yield the hand-ins whose first step fits values of others, each with the others that it fits best."""
    size = max(1, _ROOM // (different.shape[1] * batch.layout.width))
    theirs = {name: values[None] for name, values in everybody.items()}
    for start in range(0, len(batch), size):
        some = batch.take(np.arange(start, min(start + size, len(batch))))
        fits, written = _agreements(some, telling, theirs, slice(0, 1))
        likely = different[start : start + size] & (fits >= _FITTING * np.maximum(written, 1)[:, None])
        for place in np.flatnonzero(likely.any(axis=1)).tolist():
            others = np.flatnonzero(likely[place])
            best = np.argsort(-fits[place, others], kind="stable")[:_MOST_LIKELY]
            yield start + place, others[best]


def _agreements(
    batch: Batch, telling: Sequence[_Telling], theirs: Mapping[str, Array], steps: slice
) -> tuple[Rows, Rows]:
    """Return how many telling numbers fit others' values, (hand-ins, others), and how many there are.

    `theirs` are (hand-ins or 1, others, ...). Each line is worked from the student's own lines before it and
    the other's values. Where it depends on choices, the option that fits best counts.
    """
    fits = np.zeros((len(batch), next(iter(theirs.values())).shape[1]), dtype=np.intp)
    written = np.zeros(len(batch), dtype=np.intp)
    with np.errstate(all="ignore"):
        for line, slot, first_only in telling:
            here = slice(0, 1) if first_only else steps
            values, half = (slot.of(array)[:, None, here] for array in (batch.values, batch.half))
            names = _names(batch, line, theirs, here)
            given = _says_something(values)
            axes = tuple(range(2, values.ndim))
            best = np.zeros_like(fits)
            for tree in line.usual.trees.values():
                ball = evaluate(tree, names, Balls(3))
                best = np.maximum(best, np.sum(given & agrees(values, half, ball), axis=axes))
            fits += best
            written += np.sum(given, axis=(1, *axes))
    return fits, written


def _names(batch: Batch, line: Line, theirs: Mapping[str, Array], steps: slice) -> dict[str, Ball]:
    """Return the values of a line's names: (hand-ins or 1, others or 1, steps or 1, *shape)."""
    own = names_of_all_steps(batch, line, batch.as_written(sharp=False))
    names = {name: ball[:, None, steps] for name, ball in own.items()}
    names |= {name: exact(theirs[name][:, :, steps]) for name in line.inputs if name in theirs}
    for name in line.previous:
        field = batch.plan.field_of(name)
        if field in theirs:
            start, later = exact(theirs[field][:, :, None]), names[name][:, :, 1:]
            # Where there are several steps, there is only one other.
            names[name] = start.both(_before, later) if later.mid.size else start
    return names


def _before(first: Array, later: Array) -> Array:
    return np.concatenate([first, later], axis=2)


def _remark(students: Sequence[str]) -> str:
    """Return the remark: a reason to look, not a verdict."""
    return (
        f"the numbers do not fit this student's own values, but those of {first_of(students, _MOST_NAMED)}; "
        "there may be a good reason, such as a sheet that was mixed up, so please look"
    )
