"""Checks that the samples, targets, last activation and loss of a network go together."""

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.expressions import in_words
from grader.schemas.base import shape_of
from grader.schemas.given import Given
from grader.schemas.network.layers import IDENTITY, SOFTMAX, Layer
from grader.schemas.network.model import Network, NetworkFault

Range = tuple[str, Callable[[float], bool]]

_SHARE: Range = ("a number of at least 0 and below 1", lambda value: 0 <= value < 1)
_NOT_NEGATIVE: Range = ("a number of at least 0", lambda value: value >= 0)
_RANGES: dict[str, Range] = {
    "rate": ("a number above 0", lambda value: value > 0),
    "momentum": _SHARE,
    "decay": _NOT_NEGATIVE,
    "beta_1": _SHARE,
    "beta_2": _SHARE,
    "epsilon": _NOT_NEGATIVE,
}


def check_samples(network: Network, x: str, y: str) -> None:
    """Raise NetworkFault where samples have different entries, or lack the input or the target."""
    first = network.samples[0]
    for i, table in enumerate(network.samples):
        for name, usual, what in ((x, "x", "input"), (y, "y", "target")):
            if name not in table:
                reason = f"{name} is missing: the {what} of the network (names.{usual} can call it otherwise)"
                raise NetworkFault(("network", "samples", i), reason)
        if table.keys() != first.keys():
            reason = f"expected {', '.join(first)}, as the first has, found {', '.join(table)}"
            raise NetworkFault(("network", "samples", i), reason)
        for name, value in table.items():
            if shape_of(value) != shape_of(first[name]):
                reason = f"expected {in_words(shape_of(first[name]))} as in the first"
                found = in_words(shape_of(value))
                raise NetworkFault(("network", "samples", i, name), f"{reason}, found {found}")


def check_targets(network: Network, last: Layer, y: str) -> bool:
    """Raise NetworkFault for targets that do not fit the loss; tell whether all are 0 or 1."""
    wanted = () if last.single else (last.size,)
    hard = True
    for i, table in enumerate(network.samples):
        place, target = ("network", "samples", i, y), table[y]
        if shape_of(target) != wanted:
            why = f"{last.W} is a {'vector' if last.single else 'matrix'}"
            also = f" ({why})" if last.size == 1 and not last.single_below else ""
            found = in_words(shape_of(target))
            raise NetworkFault(
                place, f"expected {in_words(wanted)}, as the last layer has{also}, found {found}"
            )
        numbers = np.ravel(target).tolist()
        hard &= all(number in (0.0, 1.0) for number in numbers)
        if network.loss == "hinge" and not all(abs(number) == 1 for number in numbers):
            raise NetworkFault(place, f"the hinge loss takes targets -1 and 1, found {_shown(target)}")
        if network.loss.endswith("cross_entropy") and not all(0 <= number <= 1 for number in numbers):
            raise NetworkFault(place, f"a cross-entropy takes targets from 0 to 1, found {_shown(target)}")
        if network.loss == "softmax_cross_entropy" and abs(sum(numbers) - 1) > 1e-9:
            reason = f"expected probabilities that add up to 1, such as [0, 1, 0], found {_shown(target)}"
            raise NetworkFault(place, reason)
    return hard


def _shown(target: Any) -> str:
    """Return a target as its author wrote it."""
    return f"[{', '.join(map(_shown, target))}]" if isinstance(target, list) else f"{target:g}"


def several(what: str, said: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return one or several words as a tuple. Raises NetworkFault where one stands twice."""
    options = (said,) if isinstance(said, str) else said
    for number, option in enumerate(options):
        if option in options[:number]:
            raise NetworkFault(("network", what, number), f"{option} stands twice")
    return options


def check_constants(network: Network) -> None:
    """Raise NetworkFault for a constant out of range: the update would climb, or swing out ever farther."""
    for word, (wanted, fits) in _RANGES.items():
        constant = getattr(network, word)
        value = constant.default if isinstance(constant, Given) else constant
        if value is not None and not fits(value):
            place = ("network", word, *(["default"] if isinstance(constant, Given) else []))
            raise NetworkFault(place, f"expected {wanted}, found {value:g}")


def check_loss(network: Network, last: Layer) -> None:
    """Raise NetworkFault where the last activation does not fit the loss."""
    place = ("network", "loss")
    fitting = {"binary_cross_entropy": "sigmoid", "softmax_cross_entropy": SOFTMAX}.get(network.loss)
    if fitting and last.activation not in (fitting, IDENTITY):
        reason = f"{network.loss} is for a last layer that is {fitting} (or identity: the loss has it inside)"
        raise NetworkFault(place, f"{reason}, found {last.activation}")
    if network.loss == "softmax_cross_entropy" and (last.single or last.size == 1):
        raise NetworkFault(
            place, "softmax_cross_entropy is for two output units or more; see binary_cross_entropy"
        )
    if network.loss == "hinge" and last.activation == SOFTMAX:
        raise NetworkFault(place, "hinge takes an output that may be -1 or 1, not softmax")


def check_bias(network: Network, last: Layer) -> None:
    """Raise NetworkFault for a bias that is trained and changes nothing: softmax does not see a shift."""
    in_loss = network.loss == "softmax_cross_entropy"
    if (in_loss or last.functions == (SOFTMAX,)) and last.shared and last.b in last.trained:
        reason = f"softmax is the same for every {last.b} that all units share; expected one for each unit"
        raise NetworkFault(("start", str(last.b)), reason)
