"""How the samples are gone through: one by one, in batches, or all at once; and how a batch is summed up."""

from dataclasses import dataclass
from typing import Any

from grader.schemas.base import MAX_SIZE, MAX_STEPS, shape_of
from grader.schemas.network.checks import several
from grader.schemas.network.design import Design
from grader.schemas.network.model import NetworkFault, Place

DELTA_SHARE, SUM_SHARE, MEAN_SHARE = "delta_share", "sum_share", "mean_share"


@dataclass(frozen=True, slots=True)
class Way:
    """A method: `many` samples for each update, in rows, or None where they are worked one by one.

    `t` counts the updates from 1, as an expression in the values that the loop gives.
    """

    name: str
    many: int | None
    loop: dict[str, Any]
    constants: dict[str, Any]
    t: str


@dataclass(frozen=True, slots=True)
class Shares:
    """The factors that make the derivatives of a batch those of a sum or mean: in delta, and in Delta_W."""

    delta: str
    sum: str


def ways(design: Design) -> list[Way]:
    """Return the methods. Raises NetworkFault for batches that do not come out even."""
    batch = design.network.batch
    if not isinstance(batch, dict):
        usual = {1: "online", "all": "whole_batch"}.get(batch, "mini_batch")
        return [_way(design, design.names.word(usual), batch, ("network", "batch"))]
    return [_way(design, name, size, ("network", "batch", name)) for name, size in batch.items()]


def _way(design: Design, name: str, size: Any, place: Place) -> Way:
    samples = design.network.samples
    many = _checked_size(design, len(samples) if size == "all" else size, place)
    if size == 1:
        return _looped(design, name, None, [dict(table) for table in samples])
    for name_, value in samples[0].items():
        if len(shape_of(value)) > 1:
            reason = "a matrix cannot be a row of a batch; expected a number or vector"
            raise NetworkFault(("network", "samples", 0, name_), reason)
    rounds = [
        {name_: [table[name_] for table in samples[i : i + many]] for name_ in samples[0]}
        for i in range(0, len(samples), many)
    ]
    return _looped(design, name, many, rounds)


def _checked_size(design: Design, many: int, place: Place) -> int:
    """Return the number of samples in a batch. Raises NetworkFault where no method can have so many."""
    count = len(design.network.samples)
    if count % many:
        raise NetworkFault(place, f"{count} samples do not make batches of {many}")
    if many > MAX_SIZE:
        raise NetworkFault(place, f"a batch has at most {MAX_SIZE} samples, found {many}")
    updates = design.network.epochs * (count // many)
    if updates > MAX_STEPS:
        reason = f"expected at most {MAX_STEPS} updates in all, found {updates}"
        raise NetworkFault(("network", "epochs"), reason)
    return many


def _looped(design: Design, name: str, many: int | None, rounds: list[dict[str, Any]]) -> Way:
    """Return the method that goes through these rounds in each epoch; Adam counts its updates."""
    word, epochs = design.names.word, design.network.epochs
    epoch = word("epoch")
    counted = design.network.update == "adam"
    t = design.names.quantity("t") if counted else ""
    if len(rounds) == 1:
        loop: Any = [{t: n + 1} for n in range(epochs)] if counted else epochs
        return Way(name, many, {epoch: loop}, rounds[0], t)
    inner = word("batch" if many else "example")
    if not counted:
        return Way(name, many, {epoch: epochs, inner: rounds}, {}, t)
    numbered = [{**table, t: n + 1} for n, table in enumerate(rounds)]
    if epochs == 1:
        return Way(name, many, {epoch: epochs, inner: numbered}, {}, t)
    before = design.names.quantity("t_before")
    passes = [{before: n * len(rounds)} for n in range(epochs)]
    return Way(name, many, {epoch: passes, inner: numbered}, {}, f"({before} + {t})")


def kinds_of_sum(design: Design) -> tuple[str, ...]:
    """Return the ways in which the loss of a batch may be summed up."""
    return several("batch_loss", design.network.batch_loss)


def shares(design: Design, way: Way) -> Shares:
    """Return the factors of a method; where there is a choice between several, names that it defines."""
    if not way.many:
        return Shares("1", "1")
    kinds = kinds_of_sum(design)
    return _shares(kinds[0], way.many) if len(kinds) == 1 else Shares(DELTA_SHARE, SUM_SHARE)


def _shares(kind: str, many: int) -> Shares:
    part = share_of(many)
    return {"sum": Shares("1", "1"), "mean": Shares(part, "1"), "late_mean": Shares("1", part)}[kind]


def share_of(many: int) -> str:
    """Return the share of one sample in a mean."""
    return f"1/{many}" if many > 1 else "1"


def batch_loss_choice(design: Design, all_ways: list[Way]) -> dict[str, dict[str, dict[str, str]]]:
    """Return the choice between sum and mean, if there is one.

    Raises NetworkFault where there are no batches, or they differ in size, so that a mean has no one factor.
    """
    sizes = {way.many for way in all_ways if way.many}
    kinds = kinds_of_sum(design)
    if len(kinds) == 1:
        return {}
    if not sizes:
        reason = "a choice of it is for batches of several samples; here each update has one, see batch"
        raise NetworkFault(("network", "batch_loss"), reason)
    if len(sizes) > 1:
        reason = f"a choice of it needs batches of one size, found {', '.join(map(str, sorted(sizes)))}"
        raise NetworkFault(("network", "batch_loss"), reason)
    (many,) = sizes
    word = design.names.word
    options = {}
    for kind in kinds:
        each = _shares(kind, many)
        mean = share_of(many) if kind != "mean" else "1"
        options[word(kind)] = {DELTA_SHARE: each.delta, SUM_SHARE: each.sum, MEAN_SHARE: mean}
    return {word("batch_loss"): options}
