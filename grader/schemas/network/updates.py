"""How weights and biases are updated, as equations, and what a student may write as their change."""

from dataclasses import dataclass

from grader.schemas.network.checks import several
from grader.schemas.network.design import Design
from grader.schemas.network.model import NetworkFault
from grader.schemas.network.text import plus

# For each kind of change: its factor before the derivative, and the factor of the update.
_CHANGES = {"derivative": ("1", "-{eta}"), "step": ("-{eta}", "1"), "scaled": ("{eta}", "-1")}
_RATELESS = {"derivative": ("1", "-1"), "step": ("-1", "1"), "scaled": ("1", "-1")}
DELTA_FACTOR, UPDATE_FACTOR = "delta_factor", "update_factor"
WITHOUT_RATE = "_without_rate"


@dataclass(frozen=True, slots=True)
class Factors:
    """The factor before the derivative in what is written as the change, and the one of the update."""

    delta: str
    update: str


def factors(design: Design, *, rate: bool = True) -> Factors:
    """Return the factors of the change, with or without the learning rate, which may be forgotten.

    Where there is a choice between several, they are names that it defines.
    """
    options = kinds_of_change(design)
    if len(options) > 1:
        end = "" if rate else WITHOUT_RATE
        return Factors(DELTA_FACTOR + end, UPDATE_FACTOR + end)
    delta, update = (_CHANGES if rate else _RATELESS)[options[0]]
    return Factors(delta.format(eta=design.eta), update.format(eta=design.eta))


def kinds_of_change(design: Design) -> tuple[str, ...]:
    """Return the kinds of change that may be written. Raises NetworkFault where the update has none."""
    options = several("change", design.network.change)
    if design.network.update == "adam" and options != ("derivative",):
        reason = 'with update = "adam" the change is the derivative, found '
        raise NetworkFault(("network", "change"), reason + ", ".join(options))
    return options


def change_choice(design: Design) -> dict[str, dict[str, dict[str, str]]]:
    """Return the choice between several kinds of change, if there is one."""
    options = kinds_of_change(design)
    if len(options) == 1:
        return {}
    word, eta = design.names.word, design.eta
    return {
        word("change"): {
            word(option): {
                DELTA_FACTOR: _CHANGES[option][0].format(eta=eta),
                UPDATE_FACTOR: _CHANGES[option][1].format(eta=eta),
                DELTA_FACTOR + WITHOUT_RATE: _RATELESS[option][0],
                UPDATE_FACTOR + WITHOUT_RATE: _RATELESS[option][1],
            }
            for option in options
        }
    }


@dataclass(frozen=True, slots=True)
class Parameter:
    """Weights or biases that are trained, with the names of the quantities in their update."""

    name: str
    change: str
    velocity: str
    moment: str
    moment_hat: str
    square_hat: str
    decayed: bool


def parameters(design: Design) -> list[Parameter]:
    """Return all trained weights and biases, from the last layer to the first, weights before biases."""
    quantity, update = design.names.quantity, design.network.update

    def named(prefix: str, name: str, needed: bool) -> str:
        return quantity(f"{prefix}_{name}") if needed else ""

    momentum, adam = update == "momentum", update == "adam"
    return [
        Parameter(
            name=name,
            change=quantity(f"Delta_{name}"),
            velocity=named("v", name, momentum or adam),
            moment=named("m", name, adam),
            moment_hat=named("m_hat", name, adam),
            square_hat=named("v_hat", name, adam),
            decayed=design.network.decay is not None and name == layer.W,
        )
        for layer in reversed(design.layers)
        for name in layer.parameters
    ]


@dataclass(frozen=True, slots=True)
class Rule:
    """The update of a network: its constants by name. `t` counts the updates, as an expression."""

    design: Design
    t: str

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
        return f"{name} / (1 - {self.constant(beta)}^{self.t})"

    def adam(
        self, p: Parameter, *, step: str = "", numerator: str = "", denominator: str = "", kept: str = ""
    ) -> str:
        """Return the new value; parts of its equation can be replaced.

        D. P. Kingma and J. Ba, "Adam" (2015); the decay as in I. Loshchilov and F. Hutter, "AdamW" (2019).
        """
        top, below = numerator or p.moment_hat, denominator or f"sqrt({p.square_hat})"
        quotient = f"{top} / ({below} + {self.constant('epsilon')})"
        return f"{kept or self.kept(p)} {step or f'- {self.design.eta} *'} {quotient}"
