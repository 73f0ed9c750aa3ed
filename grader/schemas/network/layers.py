"""What the layers of a network do, forwards and backwards, as equations.

`many` is the number of samples in a batch, one in each row, or None where they are worked one by one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from grader.expressions import Shape

IDENTITY, SOFTMAX = "identity", "softmax"


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer and the names of its quantities; `z` is `s` where there is no activation.

    A layer is `single` if its s is a number and no vector, and `single_below` if its input, which is called
    `below`, is one. `functions` are all that the activation may stand for: several where a choice defines it.
    `shapes` are those of weights and biases, `trained` the names of those that are updated.
    """

    size: int
    single: bool
    single_below: bool
    below: str
    W: str
    b: str | None
    s: str
    z: str
    delta: str
    activation: str
    functions: tuple[str, ...]
    by_inputs: bool
    shapes: Mapping[str, Shape]
    trained: frozenset[str]

    @property
    def shared(self) -> bool:
        """Whether all units have one bias."""
        return self.b is not None and self.shapes[self.b] == () and not self.single

    @property
    def parameters(self) -> tuple[str, ...]:
        """The weights and biases that are trained."""
        return tuple(name for name in (self.W, self.b) if name is not None and name in self.trained)


def weighted(layer: Layer, many: int | None, *, bias: bool = True) -> str:
    """Return the weighted input of a layer's units, with or without the bias."""
    inner = _weighted(layer, many)
    return f"{inner} + {layer.b}" if bias and layer.b is not None else inner


def _weighted(layer: Layer, many: int | None) -> str:
    x, weights = layer.below, layer.W
    if layer.single_below:
        return f"outer({x}, {weights})" if many and not layer.single else f"{weights} * {x}"
    if layer.by_inputs or (many and layer.single):
        return f"{x} @ {weights}"
    return f"{x} @ transpose({weights})" if many else f"{weights} @ {x}"


def slope(layer: Layer) -> str | None:
    """Return the derivative of a layer's activation as a person works it, or None where it is 1."""
    match layer.activation:
        case "sigmoid":
            return f"{layer.z} * (1 - {layer.z})"
        case "tanh":
            return f"(1 - {layer.z}^2)"
    return None if layer.functions == (IDENTITY,) else f"{layer.activation}'({layer.s})"


def passed_on(above: Layer, many: int | None, weights: str) -> str:
    """Return how much of a layer's delta reaches the units below it, through some weights."""
    delta = above.delta
    if above.single_below:
        return f"({delta} * {weights})" if above.single else f"({delta} @ {weights})"
    if above.single:
        return f"column({delta}) * {weights}" if many else f"{delta} * {weights}"
    if above.by_inputs:
        return f"({delta} @ transpose({weights}))" if many else f"({weights} @ {delta})"
    return f"({delta} @ {weights})"


def by_weights(layer: Layer, many: int | None, z: str) -> str:
    """Return the derivative of the loss by the weights of a layer whose input is z."""
    delta = layer.delta
    if many:
        if layer.single_below or layer.single:
            return f"({z} @ {delta})" if layer.single_below else f"({delta} @ {z})"
        return f"(transpose({z}) @ {delta})" if layer.by_inputs else f"(transpose({delta}) @ {z})"
    if layer.single_below or layer.single:
        return f"{delta} * {z}"
    return f"outer({z}, {delta})" if layer.by_inputs else f"outer({delta}, {z})"


def by_bias(layer: Layer, many: int | None) -> str:
    """Return the derivative of the loss by the biases of a layer, summed over all samples."""
    if layer.shared or (many and layer.single):
        return f"sum({layer.delta})"
    return f"column_sums({layer.delta})" if many else layer.delta
