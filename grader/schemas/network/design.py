"""What a network is: its layers with their names and sizes, read from the shorthand and the start values.

Everything that its equations rely on is checked here; faults name the place where the author wrote it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from grader.expressions import CONSTANTS, Shape, in_words, known_functions, nearest
from grader.expressions.functions import DEFINED, ELEMENTWISE
from grader.schemas.base import QUANTITY, Value, shape_of
from grader.schemas.network.checks import (
    check_bias,
    check_constants,
    check_loss,
    check_samples,
    check_targets,
)
from grader.schemas.network.layers import IDENTITY, SOFTMAX, Layer
from grader.schemas.network.model import Network, NetworkFault, Place

_FLAT = frozenset({"step", "sign", "floor", "ceil"})  # nothing is learned through them
ACTIVATIONS = frozenset(ELEMENTWISE) - _FLAT | {name for name, known in DEFINED.items() if known.derivative}
_VALUE: TypeAdapter[Any] = TypeAdapter(Value)


@dataclass(slots=True)
class Names:
    """The author's other names by the usual ones, and all names that were asked for."""

    other: Mapping[str, str]
    asked: dict[str, str] = field(default_factory=dict)
    quantities: set[str] = field(default_factory=set)

    def word(self, usual: str) -> str:
        """Return the name of a choice, an option, a loop or a method."""
        name = self.other.get(usual, usual)
        self.asked[usual] = name
        return name

    def quantity(self, usual: str) -> str:
        """Return the name of a quantity in equations. Raises NetworkFault for a name that cannot be one."""
        if usual in self.asked:
            return self.asked[usual]
        name = self.word(usual)
        place = ("network", "names", usual) if usual in self.other else ("network",)
        if not re.match(QUANTITY, name):
            raise NetworkFault(place, f"expected a name such as x or w_2, found {name!r}")
        if name in known_functions() or name in CONSTANTS:
            raise NetworkFault(place, f"{name} is a function or constant of the language already")
        if name in self.quantities:
            raise NetworkFault(place, f"two quantities of the network would be called {name}")
        self.quantities.add(name)
        return name

    def check(self) -> None:
        """Raise NetworkFault for a name that the author gives to something the network does not have."""
        for usual in self.other:
            if usual not in self.asked:
                hint = nearest(usual, frozenset(self.asked))
                raise NetworkFault(("network", "names", usual), f"the network has no {usual}{hint}")


@dataclass(frozen=True, slots=True)
class Design:
    """A network: its layers from the inputs on, and the names of input, target, loss and learning rate.

    With `hard` targets, all of them are 0 or 1.
    """

    network: Network
    names: Names
    layers: tuple[Layer, ...]
    x: str
    y: str
    L: str
    eta: str
    hard: bool

    @property
    def last(self) -> Layer:
        return self.layers[-1]


def read_design(network: Network, question: Mapping[str, Any]) -> Design:
    """Return the design of a network. Raises NetworkFault for what cannot be meant."""
    names = Names(network.names)
    x, y = names.quantity("x"), names.quantity("y")
    check_constants(network)
    check_samples(network, x, y)
    first = shape_of(network.samples[0][x])
    inputs = network.sizes[0]
    if first not in ((inputs,), () if inputs == 1 else (inputs,)):
        place = ("network", "samples", 0, x)
        raise NetworkFault(place, f"expected {in_words((inputs,))}, found {in_words(first)}; see sizes")
    layers: list[Layer] = []
    reader = _Reader(network, names, question)
    for number in range(1, len(network.sizes)):
        below, single = (layers[-1].z, layers[-1].single) if layers else (x, first == ())
        layers.append(reader.layer(number, below, single))
    if not any(layer.parameters for layer in layers):
        raise NetworkFault(("start",), "no weights here: there is nothing to train")
    check_loss(network, layers[-1])
    check_bias(network, layers[-1])
    hard = check_targets(network, layers[-1], y)
    return Design(network, names, tuple(layers), x, y, names.quantity("L"), names.quantity("eta"), hard)


@dataclass(frozen=True, slots=True)
class _Reader:
    network: Network
    names: Names
    question: Mapping[str, Any]

    def layer(self, number: int, below: str, single_below: bool) -> Layer:
        """Read a layer, counted from 1."""
        suffix = self._suffix(number)
        name = {what: self.names.quantity(f"{what}_{suffix}") for what in ("W", "s", "delta")}
        shape = self._weights(name["W"], f"the weights of layer {suffix}", number, single_below)
        single = len(shape) == (0 if single_below else 1) and self.network.sizes[number] == 1
        b, shapes = self._bias(number, suffix, single)
        activation, functions = self._activation(number)
        identity = functions == (IDENTITY,)
        return Layer(
            size=self.network.sizes[number],
            single=single,
            single_below=single_below,
            below=below,
            b=b,
            z=name["s"] if identity else self.names.quantity(f"z_{suffix}"),
            activation=activation,
            functions=functions,
            by_inputs=self.network.rows == "inputs",
            shapes={name["W"]: shape, **shapes},
            trained=frozenset(self._table("start")),
            **name,
        )

    def _suffix(self, number: int) -> str:
        """Return the suffix of a layer's names."""
        suffix: str = self._each("layers", self.network.layers, str(number), number)
        layers = self.network.layers or ()
        if layers.count(suffix) > 1:
            raise NetworkFault(("network", "layers"), f"two layers are called {suffix}")
        return suffix

    def _each(self, what: str, entries: Any, otherwise: Any, number: int) -> Any:
        """Return the entry for one layer, where there is one for each, or one for all, or none."""
        layers = len(self.network.sizes) - 1
        if isinstance(entries, tuple):
            if len(entries) != layers:
                reason = (
                    f"expected {layers} entries, one for each layer after the inputs, found {len(entries)}"
                )
                raise NetworkFault(("network", what), reason)
            return entries[number - 1]
        return otherwise if entries is None else entries

    def _weights(self, name: str, what: str, number: int, single_below: bool) -> Shape:
        """Return the shape of a layer's weights, which is that of their start value."""
        units, inputs = self.network.sizes[number], self.network.sizes[number - 1]
        by_units = self.network.rows == "units"
        matrix = (units, inputs) if by_units else (inputs, units)
        usual = (units,) if single_below else matrix
        fitting = [usual, *([usual[:-1] if single_below else (inputs,)] if units == 1 else [])]
        place, shape = self._start(name, f"{what}, {' or '.join(map(in_words, fitting))}")
        if shape in fitting:
            return shape
        row = "" if single_below else f", a row for each {'unit' if by_units else 'input'}"
        turned = shape == matrix[::-1] and not single_below
        hint = f'; it fits with rows = "{"inputs" if by_units else "units"}"' if turned else ""
        wanted = " or ".join(map(in_words, fitting))
        raise NetworkFault(place, f"expected {wanted}{row}, found {in_words(shape)}{hint}")

    def _bias(self, number: int, suffix: str, single: bool) -> tuple[str | None, dict[str, Shape]]:
        """Return the name of a layer's biases, if it has any, and their shape."""
        if not self._each("biases", self.network.biases, True, number):
            return None, {}
        name, units = self.names.quantity(f"b_{suffix}"), self.network.sizes[number]
        vector = () if single else (units,)
        what = f"the biases of layer {suffix}, {in_words(vector)} (or biases = false)"
        place, shape = self._start(name, what)
        if shape not in (vector, ()):
            one = "" if single else ", or one number for all units"
            raise NetworkFault(place, f"expected {in_words(vector)}{one}, found {in_words(shape)}")
        return name, {name: shape}

    def _start(self, name: str, what: str) -> tuple[Place, Shape]:
        """Return where the start value of a name stands, and its shape."""
        table = "constants" if name in self._table("constants") else "start"
        values = self._table(table)
        if table == "constants" and name in self._table("start"):
            raise NetworkFault((table, name), "stands in start as well; what is trained stands only there")
        if name not in values:
            meant = {self.names.other.get(usual, usual) for usual in self._usual_names()}
            near = nearest(name, frozenset(map(str, values)) - meant)
            raise NetworkFault((table,), f"the start value {name} is missing: {what}{near}")
        try:
            return (table, name), shape_of(_VALUE.validate_python(values[name]))
        except ValidationError as error:
            first = error.errors()[0]
            known = first["type"] == "value_error"
            reason = first["msg"].removeprefix("Value error, ") if known else f"found {values[name]!r:.60}"
            raise NetworkFault((table, name), f"expected {what}; {reason}") from None

    def _usual_names(self) -> list[str]:
        """Return the usual names of all weights and biases."""
        numbers = range(1, len(self.network.sizes))
        return [f"{what}_{self._suffix(number)}" for number in numbers for what in "Wb"]

    def _table(self, name: str) -> Mapping[str, Any]:
        table = self.question.get(name, {})
        if not isinstance(table, dict):
            raise NetworkFault((name,), "expected a table")
        return table

    def _activation(self, number: int) -> tuple[str, tuple[str, ...]]:
        """Return a layer's activation and the functions for which it may stand."""
        name = self._each("activation", self.network.activation, IDENTITY, number)
        place: Place = ("network", "activation")
        if isinstance(self.network.activation, tuple):
            place = (*place, number - 1)
        last = number == len(self.network.sizes) - 1
        if name == SOFTMAX and not (last and self.network.sizes[number] > 1):
            raise NetworkFault(place, "softmax is for a last layer of two units or more")
        if name in ACTIVATIONS or name == SOFTMAX:
            return name, (name,)
        if name in _FLAT:
            raise NetworkFault(
                place, f"the derivative of {name} is 0, so nothing would be learned through it"
            )
        functions = tuple(self._meanings(name))
        if not functions:
            known = ACTIVATIONS | {SOFTMAX}
            reason = (
                f"unknown function {name}, and no choice of the question defines it{nearest(name, known)}"
            )
            raise NetworkFault(place, reason)
        for where, function in functions:
            if function not in ACTIVATIONS:
                raise NetworkFault(
                    where, f"expected an activation, as the network uses it, found {function!r}"
                )
        return name, tuple(function for _, function in functions)

    def _meanings(self, name: str) -> list[tuple[Place, Any]]:
        """Return what a name stands for under the options of the question's own choices, with the places."""
        return [
            (("choice", group, option, name), meanings[name])
            for group, options in self._table("choice").items()
            if isinstance(options, dict)
            for option, meanings in options.items()
            if isinstance(meanings, dict) and name in meanings
        ]
