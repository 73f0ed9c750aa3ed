"""The losses of a network, and the delta of its last layer, as equations.

`many` is the number of samples in a batch, one in each row, or None where they are worked one by one.
"""

from grader.schemas.network.design import Design
from grader.schemas.network.layers import IDENTITY, SOFTMAX
from grader.schemas.network.text import times


def loss(design: Design, many: int | None) -> str:
    """Return the equation of the loss: one number for each sample."""
    z, y = design.last.z, design.y
    logits = design.last.functions == (IDENTITY,)
    match design.network.loss:
        case "half_squared":
            return f"{_summed(design, many, f'({z} - {y})^2')} / 2"
        case "squared":
            return _summed(design, many, f"({z} - {y})^2")
        case "mean_squared":
            return _mean(design, many, f"({z} - {y})^2")
        case "binary_cross_entropy":
            if logits:
                return _summed(design, many, f"softplus({z}) - {y} * {z}")
            if design.hard:
                return f"-{_summed(design, many, f'log(where({y} == 1, {z}, 1 - {z}))')}"
            return f"-{_summed(design, many, f'({y} * log({z}) + (1 - {y}) * log(1 - {z}))')}"
        case "softmax_cross_entropy":
            if logits:
                return f"-{_product(many, y, f'log_softmax({z})')}"
            if design.hard:
                return f"-log({_product(many, z, y)})"
            return f"-{_product(many, y, f'log({z})')}"
        case "hinge":
            return _summed(design, many, f"max(0, 1 - {y} * {z})")


def error(design: Design) -> str:
    """Return the derivative of the loss by the network's output; of a cross-entropy, by the last s."""
    if design.network.loss == "hinge":
        return f"({active(design)}) * -{design.y}"
    return times(error_factor(design), difference(design))


def error_factor(design: Design) -> str:
    """Return the factor before the difference in the derivative of a loss."""
    match design.network.loss:
        case "squared":
            return "2"
        case "mean_squared":
            return {1: "2", 2: "1"}.get(design.last.size, f"2/{design.last.size}")
    return "1"


def difference(design: Design, *, turned: bool = False) -> str:
    """Return the network's output less the target, or (`turned`) the target less the output."""
    z = design.last.z
    if by_cross_entropy(design) and design.last.functions == (IDENTITY,):
        z = f"sigmoid({z})" if design.network.loss == "binary_cross_entropy" else f"softmax({z})"
    return f"({design.y} - {z})" if turned else f"({z} - {design.y})"


def active(design: Design) -> str:
    """Return the condition under which the margin of the hinge loss is not kept."""
    return f"{design.y} * {design.last.z} < 1"


def by_cross_entropy(design: Design) -> bool:
    """Tell whether the derivatives of the loss and of the last activation are worked as one."""
    return design.network.loss.endswith("cross_entropy")


def last_delta(design: Design, many: int | None, slope: str | None, error_: str) -> str:
    """Return the delta of the last layer: error times slope, and through softmax with all its slopes."""
    if by_cross_entropy(design):
        return error_
    if design.last.functions == (SOFTMAX,):
        z = design.last.z
        through = f"column(row_sums({error_} * {z}))" if many else f"sum({error_} * {z})"
        return f"{z} * ({error_} - {through})"
    return f"{error_} * {slope}" if slope else error_


def _summed(design: Design, many: int | None, text: str) -> str:
    if design.last.single:
        return text
    return f"row_sums({text})" if many else f"sum({text})"


def _mean(design: Design, many: int | None, text: str) -> str:
    if design.last.single:
        return text
    return f"row_sums({text}) / {design.last.size}" if many else f"mean({text})"


def _product(many: int | None, a: str, b: str) -> str:
    """Return the sum of the products of two vectors, or of two matrices row by row."""
    return f"row_sums({a} * {b})" if many else f"({a} @ {b})"
