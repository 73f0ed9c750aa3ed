"""Each student's own values: drawn from a secret and the student's id, and never degenerate.

The draws of a student are numbered, and the first that is not degenerate becomes the student's variant. So a
variant depends on nothing but the key (its ranges, and what is degenerate in it), the secret and the id, and
can be drawn again at any time. When a key is corrected later, another draw may become the first sound one.
Therefore a hand-in that states its variant is believed if that is any of the student's draws; nobody can
forge one without the secret.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Mask, Shape, in_words, nearest
from grader.schemas.faults import KeyFault
from grader.schemas.key import Key, TraceQuestion
from grader.solver.degenerate import Standard, degenerate, make_standard
from grader.solver.lattice import Lattice, LatticeFault, draws, make_lattice, seeds
from grader.solver.plan import Plan

ATTEMPTS = 100
_FEWEST = 16  # draws that are looked at together at least: that takes hardly longer than one
_CLOSE = 1e-9
_MOST_REASONS = 3

T = TypeVar("T")
Varied = Mapping[str, Array]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Variation:
    """What varies in a question: what each quantity is drawn from, and the plans in which it occurs.

    `standards` tell what is degenerate, one for each plan in which something varies. `name` is what the draws
    are made from, besides the secret and a student's id.
    """

    name: tuple[str, str]
    lattices: Mapping[str, Lattice]
    plans: tuple[Plan, ...]
    standards: tuple[Standard, ...]

    @property
    def shapes(self) -> dict[str, Shape]:
        """The shape of each quantity as a whole."""
        return {name: lattice.shape for name, lattice in self.lattices.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The variants of N students: values (N, *whole shape), and how many draws each took: (N,).

    `sound` tells which variants are not degenerate, `as_stated` which are those that the student stated.
    `reasons` counts why draws were rejected.
    """

    values: dict[str, Array]
    attempts: NDArray[np.intp]
    sound: Mask
    as_stated: Mask
    reasons: Counter[str] = field(default_factory=Counter)


def read_variation(key: Key, question: TraceQuestion, plans: Mapping[str, Plan]) -> Variation | None:
    """Return how a question varies, or None where it does not.

    Raises KeyFault with the place for what cannot be drawn.
    """
    if not question.vary:
        return None
    lattices = {}
    for name, vary in question.vary.items():
        place = f"question[{question.id}].vary.{name}"
        try:
            lattices[name] = make_lattice(vary, _shape(question, plans, name, place))
        except LatticeFault as fault:
            raise KeyFault(fault.reason, f"{place}{fault.place and '.' + fault.place}") from None
    single = {line.field for plan in plans.values() for line in plan.lines if not line.shape}
    standards = tuple(
        make_standard(plan, single)
        for plan in plans.values()
        if any(plan.whole(name) is not None for name in lattices)
    )
    return Variation((key.id, question.id), lattices, tuple(plans.values()), standards)


def _shape(question: TraceQuestion, plans: Mapping[str, Plan], name: str, place: str) -> Shape:
    if name in question.given:
        reason = f"{name} is left to the student, under given; only what the key sets can be drawn"
        raise KeyFault(reason, place, name=True)
    wholes = {method: plan.whole(name) for method, plan in plans.items()}
    shapes = {method: whole.shape for method, whole in wholes.items() if whole is not None}
    if not shapes:
        known = frozenset().union(*((*plan.start, *plan.inputs) for plan in plans.values()))
        reason = "expected the name of a start value, a constant or an input of a loop"
        raise KeyFault(f"{reason}{nearest(name, known)}", place, name=True)
    if len(set(shapes.values())) > 1:
        found = ", ".join(f"{method}: {in_words_of(shape)}" for method, shape in shapes.items())
        raise KeyFault(f"{name} is of another size in each method, so no draw fits all ({found})", place)
    return next(iter(shapes.values()))


def in_words_of(shape: Shape) -> str:
    """Return a shape in words, which may also be that of one matrix for each round of a loop."""
    return in_words(shape) if len(shape) <= 2 else f"{shape[0]} matrices of {shape[1]}×{shape[2]}"


def assign(variation: Variation, secret: bytes, students: Sequence[str]) -> Drawn:
    """Draw the variant of each student: the first of up to `ATTEMPTS` draws that is not degenerate.

    A student for whom none is sound keeps the last draw, which is marked as not `sound`.
    """
    drawn = _nothing(variation, len(students))
    first = 0
    while first < ATTEMPTS and not drawn.sound.all():
        rows = np.flatnonzero(~drawn.sound)
        # The fewer students are left, the more attempts of each are looked at together.
        together = min(max(1, len(students) // (2 * len(rows)), _FEWEST // len(rows)), ATTEMPTS - first)
        each = np.repeat(rows, together)
        attempts = np.tile(np.arange(first, first + together), len(rows))
        values = draw(variation, secret, _some(students, each), attempts.tolist())
        sound = ~rejected(variation, values, drawn.reasons).reshape(len(rows), together)
        drawn.sound[rows] = sound.any(axis=1)
        taken = np.where(drawn.sound[rows], sound.argmax(axis=1), together - 1)
        chosen = np.arange(len(rows)) * together + taken
        _put(drawn, rows, {name: own[chosen] for name, own in values.items()}, attempts[chosen])
        first += together
    return drawn


def recall(variation: Variation, secret: bytes, students: Sequence[str], stated: Sequence[Varied]) -> Drawn:
    """Return the variants of students who state theirs: the stated one, if it is one of their draws.

    For all others the variant is drawn as in `assign`.
    """
    drawn = _nothing(variation, len(students))
    whole = np.array([said.keys() == variation.lattices.keys() for said in stated], dtype=np.bool_)
    for attempt in range(ATTEMPTS):
        rows = np.flatnonzero(whole & ~drawn.sound)
        if not len(rows):
            break
        values = draw(variation, secret, _some(students, rows), [attempt] * len(rows))
        same = np.ones(len(rows), dtype=np.bool_)
        for name, own in values.items():
            said = np.stack([each[name] for each in _some(stated, rows)])
            same &= _same(own, said).reshape(len(rows), -1).all(axis=1)
        _put(drawn, rows[same], {name: own[same] for name, own in values.items()}, attempt)
        drawn.sound[rows[same]] = drawn.as_stated[rows[same]] = True
    rest = np.flatnonzero(~drawn.sound)
    if len(rest):
        assigned = assign(variation, secret, _some(students, rest))
        _put(drawn, rest, assigned.values, assigned.attempts - 1)
        drawn.sound[rest] = assigned.sound
        drawn.reasons.update(assigned.reasons)
    return drawn


def _nothing(variation: Variation, count: int) -> Drawn:
    values = {name: np.empty((count, *lattice.shape)) for name, lattice in variation.lattices.items()}
    none = np.zeros(count, dtype=np.bool_)
    return Drawn(values, np.zeros(count, dtype=np.intp), none, none.copy())


def _put(drawn: Drawn, rows: NDArray[np.intp], values: Varied, attempt: int | NDArray[np.intp]) -> None:
    for name, own in values.items():
        drawn.values[name][rows] = own
    drawn.attempts[rows] = attempt + 1


def _some(each: Sequence[T], rows: NDArray[np.intp]) -> list[T]:
    return [each[row] for row in rows.tolist()]


def draw(
    variation: Variation, secret: bytes, students: Sequence[str], attempts: Sequence[int]
) -> dict[str, Array]:
    """Return one draw for each student, the one of that number, sound or not: (N, *whole shape) each."""
    from_ = seeds(secret, variation.name, students, attempts)
    lattices = variation.lattices.items()
    return {name: lattice.at(draws(from_, name, lattice.size)) for name, lattice in lattices}


def rejected(variation: Variation, drawn: Varied, reasons: Counter[str]) -> Mask:
    """Tell which draws would spoil the exercise: (N,). Each is counted once, under the first reason found."""
    bad = np.zeros(len(next(iter(drawn.values()))), dtype=np.bool_)
    for standard in variation.standards:
        rows = np.flatnonzero(~bad)
        varied = standard.plan.spread({name: values[rows] for name, values in drawn.items()})
        for reason in degenerate(standard, varied):
            new = int(np.count_nonzero(reason.rejected & ~bad[rows]))
            if new:
                reasons[reason.says] += new
                bad[rows] |= reason.rejected
    return bad


def no_sound_draw(drawn: Drawn, student: str) -> str:
    """Say that a student has no variant, and what was wrong with the draws."""
    often = "; ".join(says for says, _ in drawn.reasons.most_common(_MOST_REASONS))
    return f"none of {ATTEMPTS} draws for {student!a} is fit to work with: {often}; other ranges are needed"


def same_values(one: Array, other: Array) -> bool:
    """Tell whether two values are the same, apart from digits that were lost in writing them to a file."""
    return bool(np.all(_same(one, other)))


def _same(one: Array, other: Array) -> Mask:
    return np.abs(one - other) <= _CLOSE * np.abs(one)
