"""The lines of one method: equations in the order in which a person works them, claims, other forms."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from grader.schemas.network import layers, losses
from grader.schemas.network.batches import Shares, Way, kinds_of_sum, shares
from grader.schemas.network.design import Design
from grader.schemas.network.layers import Layer
from grader.schemas.network.text import bare, grouped, plus, times
from grader.schemas.network.updates import Parameter, Rule, factors, parameters

Equations = dict[str, str]
WrongLines = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Worker:
    """Works out the lines of a network in one method."""

    design: Design
    way: Way
    rule: Rule
    parameters: list[Parameter]
    shares: Shares

    @property
    def many(self) -> int | None:
        return self.way.many

    def equations(self) -> Equations:
        """Return the equations, in order."""
        lines: Equations = {}
        for layer in self.design.layers:
            lines[layer.s] = layers.weighted(layer, self.many)
            if layer.z != layer.s:
                lines[layer.z] = f"{layer.activation}({layer.s})"
        lines[self.design.L] = losses.loss(self.design, self.many)
        for layer in self.with_delta():
            lines[layer.delta] = self.delta(layer)
        for each in self.parameters:
            lines[each.change] = self.change(each)
        for each in self.parameters:
            lines |= self.rule.update_lines(each)
        return {name: bare(text) for name, text in lines.items()}

    def with_delta(self) -> Iterator[Layer]:
        """Yield the layers that need a delta, the last first: with something to train in or below them."""
        first = next(n for n, layer in enumerate(self.design.layers) if layer.parameters)
        yield from reversed(self.design.layers[first:])

    def above(self, layer: Layer) -> Layer | None:
        """Return the layer above one, or None."""
        number = self.design.layers.index(layer) + 1
        return self.design.layers[number] if number < len(self.design.layers) else None

    def layer_of(self, parameter: Parameter) -> Layer:
        return next(layer for layer in self.design.layers if parameter.name in (layer.W, layer.b))

    def delta(
        self, layer: Layer, *, slope: str | None = "", error: str = "", weights: str = "", share: str = ""
    ) -> str:
        """Return the equation of a delta; parts of it can be replaced, and a slope of None is left out."""
        slope = layers.slope(layer) if slope == "" else slope
        above = self.above(layer)
        if above is None:
            text = losses.last_delta(self.design, self.many, slope, error or losses.error(self.design))
            return times(share or self.shares.delta, text)
        passed = layers.passed_on(above, self.many, weights or above.W)
        return f"{passed} * {slope}" if slope else passed

    def by(self, parameter: Parameter, *, z: str = "", share: str = "") -> str:
        """Return the derivative by weights or biases, summed over the batch."""
        layer = self.layer_of(parameter)
        if parameter.name == layer.W:
            text = layers.by_weights(layer, self.many, z or layer.below)
        else:
            text = layers.by_bias(layer, self.many)
        return times(share or self.shares.sum, text)

    def change(self, parameter: Parameter, *, z: str = "", share: str = "", factor: str = "") -> str:
        """Return the equation of the change."""
        plain = self.design.network.update == "plain"
        delta = factor or (factors(self.design).delta if plain else "1")
        return times(delta, self.by(parameter, z=z, share=share))

    def updated(self, parameter: Parameter) -> str | None:
        """Return the new value of a parameter, worked directly from deltas; None where that is too long."""
        both = factors(self.design)
        if self.design.network.update == "plain":
            return self.rule.moved(parameter, both, grouped(self.change(parameter)))
        if self.design.network.update == "momentum":
            velocity = self.rule.velocity(parameter, both, grouped(self.change(parameter)))
            return plus(parameter.name, both.update, grouped(velocity))
        return None

    def claims(self) -> Equations:
        """Return what the lines should be, which the audit proves by differentiating."""
        claims = {
            layer.delta: f"derivative({self._loss(late=False)}, {layer.s})" for layer in self.with_delta()
        }
        plain = self.design.network.update == "plain"
        for each in self.parameters:
            by = f"derivative({self._loss()}, {each.name})"
            claims[each.change] = times(factors(self.design).delta, by) if plain else by
        for each in self.parameters:
            claims |= self._update_claims(each)
        return claims

    def _update_claims(self, p: Parameter) -> Equations:
        total = self._loss()
        if p.decayed and self.design.network.update != "adam":
            total += f" + {self.rule.constant('lambda')} / 2 * sum({p.name}^2)"
        by = f"derivative({total}, {p.name})"
        match self.design.network.update:
            case "plain":
                return {p.name: f"{p.name} - {self.design.eta} * {by}"}
            case "momentum":
                delta = factors(self.design).delta
                return {p.velocity: plus(f"{self.rule.constant('mu')} * {p.velocity}", delta, by)}
            case "adam":
                return {
                    p.moment: self.rule.average(p.moment, "beta_1", by),
                    p.velocity: self.rule.average(p.velocity, "beta_2", f"{by}^2"),
                }

    def _loss(self, *, late: bool = True) -> str:
        """Return the loss that is differentiated: of a batch its sum or mean, as (`late`) in Delta_W."""
        name, kinds = self.design.L, kinds_of_sum(self.design)
        if not self.many:
            return name
        if len(kinds) > 1:
            share = f"{self.shares.sum} * " if late else ""
            return f"{share}{self.shares.delta} * sum({name})"
        return f"mean({name})" if kinds == ("mean",) or (late and kinds == ("late_mean",)) else f"sum({name})"

    def forms(self) -> dict[str, Equations]:
        """Return other ways to write a line: the loss of a batch as one number."""
        if not self.many or self.many == 1:
            return {}
        text = losses.loss(self.design, self.many)
        return {self.design.L: {kind: f"{kind}({bare(text)})" for kind in ("sum", "mean")}}


def worker(design: Design, way: Way) -> Worker:
    """Return what works out the lines of one method."""
    return Worker(design, way, Rule(design, way.t), parameters(design), shares(design, way))


class Mistake(NamedTuple):
    """A usual mistake: what it says to the student, and what makes its lines, as fields and faulty equations.

    Lines are made for every layer or parameter in which the mistake can be made. `follows` names another
    mistake from which this one may follow.
    """

    says: str
    lines: Callable[[Worker], WrongLines]
    follows: str | None = None
