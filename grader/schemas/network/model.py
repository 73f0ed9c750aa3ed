"""The table `[question.network]` as its author writes it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Strict, StringConstraints, Tag

from grader.schemas.base import MAX_SIZE, MAX_STEPS, Finite, Flag, Identifier, QuantityName, Table, Value
from grader.schemas.faults import Misplaced
from grader.schemas.given import Given

Units = Annotated[int, Strict(), Field(ge=1, le=MAX_SIZE)]
Constant = Annotated[
    Annotated[Finite, Tag("number")] | Annotated[Given, Tag("table")],
    Discriminator(lambda value: "table" if isinstance(value, dict | Given) else "number"),
]
BatchSize = Annotated[int, Strict(), Field(ge=1, le=MAX_STEPS)] | Literal["all"]

Loss = Literal[
    "half_squared", "squared", "mean_squared", "binary_cross_entropy", "softmax_cross_entropy", "hinge"
]
Change = Literal["derivative", "step", "scaled"]
BatchLoss = Literal["sum", "mean", "late_mean"]


def _suffix(text: str) -> str:
    if not (text.isascii() and text.isalnum()):
        raise ValueError(f"expected letters and digits, such as 1 or out, found {text!r}")
    return text


Suffix = Annotated[str, StringConstraints(max_length=20), AfterValidator(_suffix)]


def _two_or_more(sizes: tuple[int, ...]) -> tuple[int, ...]:
    if len(sizes) < 2:
        raise ValueError("expected the number of inputs, and that of the units in each layer")
    return sizes


class Network(Table):
    """A feed-forward network and how it is trained; it becomes the ordinary tables of its question.

    Start values stand in the question's `start` (or `constants`, where they stay as they are): for each
    layer `W_1`, and `b_1` where it has biases. `rows`: with "units" a row of W belongs to a unit of the
    layer (s = W x + b), with "inputs" to an input (s = x W + b). A layer of one unit may have a vector for
    W; its s, z and delta are then numbers.

    `layers` names the layers after the inputs (1, 2, ...). An `activation` is a function, or a name that a
    choice of the question defines. `change` is what Delta_W (or, with momentum, v_W) holds: the derivative,
    the step (-eta times it), or eta times it; several make a choice. `batch` is how many samples there are
    to an update, or methods by name. `batch_loss` is what a batch's derivatives are of: the sum or the mean
    of the losses ("late_mean": the mean is taken in Delta_W, not in delta); several make a choice. `rate`,
    `momentum`, `decay` and the others are a number, or a table like those of `given`, for the student to
    state.

    `names` are other names for what the network makes. `credit` is what the usual mistakes earn, `without`
    names those that it leaves out.
    """

    sizes: Annotated[tuple[Units, ...], Field(max_length=20), AfterValidator(_two_or_more)]
    layers: tuple[Suffix, ...] | None = None
    activation: QuantityName | tuple[QuantityName, ...]
    loss: Loss
    rows: Literal["units", "inputs"] = "units"
    biases: Flag | tuple[Flag, ...] = True
    update: Literal["plain", "momentum", "adam"] = "plain"
    rate: Constant | None = None
    momentum: Constant | None = None
    decay: Constant | None = None
    beta_1: Constant | None = None
    beta_2: Constant | None = None
    epsilon: Constant | None = None
    change: Change | Annotated[tuple[Change, ...], Field(min_length=1)] = "derivative"
    batch: BatchSize | Annotated[dict[Identifier, BatchSize], Field(min_length=1)] = 1
    batch_loss: BatchLoss | Annotated[tuple[BatchLoss, ...], Field(min_length=1)] = "mean"
    epochs: Annotated[int, Strict(), Field(ge=1, le=MAX_STEPS)] = 1
    samples: Annotated[list[dict[QuantityName, Value]], Field(min_length=1)]
    names: dict[Identifier, Identifier] = {}
    credit: Annotated[Finite, Field(ge=0, le=1)] = 0.5
    without: tuple[str, ...] = ()


Place = tuple[str | int, ...]


class NetworkFault(Misplaced):
    """What cannot be meant in a question that has a network; the place is a path from the question."""
