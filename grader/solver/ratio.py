"""What is missing, or one too many, where a field is not what its key claims."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.expressions import Array, Shape
from grader.solver.findings import Ratio


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A field and its claim at some points, (N, *shape), and by name what could be between them.

    A factor is (N, *a shape that stretches to the field's).
    """

    field: Array
    claim: Array
    factors: Mapping[str, Array]


def explain(evidence: Sequence[Evidence]) -> Ratio | None:
    """Return the simplest ratio of field to claim that all the evidence bears out, or nothing.

    A constant alone is simpler than a factor, and a factor alone (or with a sign) than one with a constant.
    """
    with np.errstate(all="ignore"):  # a factor may be undefined where field and claim are not
        if (constant := _constant(evidence, "", 0)) is not None:
            return Ratio(constant)
        found = list(_with_factor(evidence))
    return min(found, key=lambda ratio: abs(ratio.constant) != 1, default=None)


def _with_factor(evidence: Sequence[Evidence]) -> Iterator[Ratio]:
    for name in evidence[0].factors:
        if all(name in each.factors for each in evidence):
            for exponent in (-1, 1):
                if (constant := _constant(evidence, name, exponent)) is not None:
                    yield Ratio(constant, name, exponent)


def _constant(evidence: Sequence[Evidence], name: str, exponent: int) -> float | None:
    """Return the one number that field / (claim · factor^exponent) is everywhere, if it is one."""
    quotients = []
    for each in evidence:
        field, claim = each.field, each.claim
        if exponent:
            factor = _stretched(each.factors[name], field)
            # A factor that is missing is put where it is missing: nothing is divided by it, as it may be 0.
            field, claim = (field * factor, claim) if exponent < 0 else (field, claim * factor)
        zero = np.isclose(field, 0, atol=_dust(field)), np.isclose(claim, 0, atol=_dust(claim))
        if np.any(zero[0] != zero[1]):
            return None
        quotients.append(field[~zero[0]] / claim[~zero[1]])
    together = np.concatenate(quotients)
    if not together.size or not np.allclose(together, together[0], rtol=1e-6, atol=0.0):
        return None
    nearest = round(float(together[0]))
    return float(nearest if np.isclose(together[0], nearest, rtol=1e-6, atol=0.0) else together[0])


def fits(factor: Shape, shape: Shape) -> bool:
    """Tell whether a factor stretches to a shape without changing it."""
    return len(factor) <= len(shape) and all(
        a in (1, b) for a, b in zip(reversed(factor), reversed(shape), strict=False)
    )


def _stretched(factor: Array, field: Array) -> Array:
    missing = field.ndim - factor.ndim
    return factor.reshape(factor.shape[:1] + (1,) * missing + factor.shape[1:])


def _dust(values: Array) -> float:
    """Return what is nothing beside the largest of some values."""
    return 1e-12 * float(np.max(np.abs(values), initial=0.0))
