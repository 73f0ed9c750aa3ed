"""Whole derivatives by dual numbers, as other libraries give them."""

import numpy as np

from grader.expressions import Duals, constant, evaluate, seed


def jacobian(tree, names, by, leading=0, arithmetic=None):
    """Return the derivative of an expression by a name in it: (*leading, *the result's, *the name's axes)."""
    duals = {name: constant(value) for name, value in names.items()} | {by: seed(names[by], leading)}
    result = evaluate(tree, duals, arithmetic or Duals(leading))
    shape, own = result.value.shape, names[by].shape[leading:]
    lead = np.broadcast_shapes(*(value.shape[:leading] for value in names.values()), shape[:leading])
    slope = np.broadcast_to(result.slope, (int(np.prod(own, dtype=int)), *lead, *shape[leading:]))
    return np.moveaxis(slope, 0, -1).reshape((*lead, *shape[leading:], *own))
