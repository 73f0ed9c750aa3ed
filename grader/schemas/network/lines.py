"""The lines of one method: equations in the order in which a person works them, claims, other forms."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from grader.schemas.network import layers, losses
from grader.schemas.network.batches import Shares, Way, kinds_of_sum, shares
from grader.schemas.network.design import Design
from grader.schemas.network.layers import Layer
from grader.schemas.network.text import bare, grouped, plus, times
from grader.schemas.network.updates import Factors, Parameter, factors, parameters

Equations = dict[str, str]
WrongLines = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Worker:
    """Works out the lines of a network in one method."""

    design: Design
    way: Way
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
            lines |= self.update_lines(each)
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
            return self.moved(parameter, both, grouped(self.change(parameter)))
        if self.design.network.update == "momentum":
            velocity = self.velocity(parameter, both, grouped(self.change(parameter)))
            return plus(parameter.name, both.update, grouped(velocity))
        return None

    def constant(self, usual: str) -> str:
        return self.design.names.quantity(usual)

    def update_lines(self, parameter: Parameter) -> dict[str, str]:
        """Return the lines that make a new value from the change, in order."""
        p = parameter
        match self.design.network.update:
            case "plain":
                return {p.name: self.moved(p, factors(self.design), p.change)}
            case "momentum":
                both = factors(self.design)
                return {
                    p.velocity: self.velocity(p, both, p.change),
                    p.name: plus(p.name, both.update, p.velocity),
                }
            case "adam":
                return {
                    p.moment: self.average(p.moment, "beta_1", p.change),
                    p.velocity: self.average(p.velocity, "beta_2", f"{p.change}^2"),
                    p.moment_hat: self.corrected(p.moment, "beta_1"),
                    p.square_hat: self.corrected(p.velocity, "beta_2"),
                    p.name: self.adam(p),
                }

    def kept(self, p: Parameter, sign: str = "-") -> str:
        """Return the value before the step, or what is left of it where it decays."""
        if not p.decayed:
            return p.name
        return f"(1 {sign} {self.design.eta} * {self.constant('lambda')}) * {p.name}"

    def moved(self, p: Parameter, both: Factors, change: str, sign: str = "-") -> str:
        """Return the new value by the change itself."""
        return plus(self.kept(p, sign), both.update, change)

    def velocity(self, p: Parameter, both: Factors, change: str, *, mu: str = "", sign: str = "+") -> str:
        """Return the new velocity; weight decay is part of the derivative."""
        if p.decayed:
            change = f"{change} {sign} {self.constant('lambda')} * {p.name}"
            change = change if both.delta == "1" else f"({change})"
        return plus(f"{mu or self.constant('mu')} * {p.velocity}", both.delta, change)

    def average(self, name: str, beta: str, text: str) -> str:
        """Return a running mean."""
        b = self.constant(beta)
        return f"{b} * {name} + (1 - {b}) * {text}"

    def corrected(self, name: str, beta: str) -> str:
        """Return a running mean without its bias towards its start at 0."""
        return f"{name} / (1 - {self.constant(beta)}^{self.way.t})"

    def adam(
        self, p: Parameter, *, step: str = "", numerator: str = "", denominator: str = "", kept: str = ""
    ) -> str:
        """Return the new value; parts of its equation can be replaced.

        D. P. Kingma and J. Ba, "Adam" (2015); the decay as in I. Loshchilov and F. Hutter, "AdamW" (2019).
        """
        top, below = numerator or p.moment_hat, denominator or f"sqrt({p.square_hat})"
        quotient = f"{top} / ({below} + {self.constant('epsilon')})"
        return f"{kept or self.kept(p)} {step or f'- {self.design.eta} *'} {quotient}"

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
            total += f" + {self.constant('lambda')} / 2 * sum({p.name}^2)"
        by = f"derivative({total}, {p.name})"
        match self.design.network.update:
            case "plain":
                return {p.name: f"{p.name} - {self.design.eta} * {by}"}
            case "momentum":
                delta = factors(self.design).delta
                return {p.velocity: plus(f"{self.constant('mu')} * {p.velocity}", delta, by)}
            case "adam":
                return {
                    p.moment: self.average(p.moment, "beta_1", by),
                    p.velocity: self.average(p.velocity, "beta_2", f"{by}^2"),
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
    return Worker(design, way, parameters(design), shares(design, way))


class Mistake(NamedTuple):
    """A usual mistake: what it says to the student, and what makes its lines, as fields and faulty equations.

    Lines are made for every layer or parameter in which the mistake can be made. `follows` names another
    mistake from which this one may follow.
    """

    says: str
    lines: Callable[[Worker], WrongLines]
    follows: str | None = None
