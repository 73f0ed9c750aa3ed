"""What a student may write as the change of weights and biases, and the names in their update."""

from dataclasses import dataclass

from grader.schemas.network.checks import several
from grader.schemas.network.design import Design
from grader.schemas.network.model import NetworkFault

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
