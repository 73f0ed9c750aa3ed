"""A layer of a network: its sizes, its functions, and the names of its quantities."""

from collections.abc import Mapping
from dataclasses import dataclass

from grader.expressions import Shape

IDENTITY, SOFTMAX = "identity", "softmax"


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer and the names of its quantities; `z` is `s` where there is no activation.

    `single`: its s is a number and no vector; `single_below` the same of what comes in, which is called
    `below`. `functions` are all that the activation may be: several where a choice defines it.
    `shapes` are those of weights and biases; what is not `trained` stays as it is.
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
