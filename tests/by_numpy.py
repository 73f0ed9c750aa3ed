"""What a formula says, worked by NumPy at random values of what a key declares."""

import tomllib
from math import prod

import numpy as np


def factorial(n):
    return prod(range(1, n + 1))


def drawn(names):
    """Draw values for what a key declares; indices count from 0."""
    random = np.random.default_rng(11)
    declared = tomllib.loads(names)
    for _ in range(30):
        values = {name: random.normal() for name in declared.get("numbers", ())}
        values |= {name: random.normal(size=size) for name, size in declared.get("vectors", {}).items()}
        values |= {name: random.normal(size=size) for name, size in declared.get("matrices", {}).items()}
        values |= {name: np.abs(values[name]) for name in declared.get("positive", ())}
        values |= {name: int(random.integers(1, 7)) for name in declared.get("whole", ())}
        values |= {name: int(random.integers(size)) for name, size in declared.get("indices", {}).items()}
        yield {"lambda_" if name == "lambda" else name: value for name, value in values.items()}


def worked(python, names):
    """Return the values of an expression in Python, at points that are the same for the same names."""
    return [
        eval(python, {"np": np, "factorial": factorial, "prod": prod, **values}) for values in drawn(names)
    ]


def same(one, other):
    """Tell whether two values are of one shape and agree."""
    return np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=1e-9, atol=0, equal_nan=True)
