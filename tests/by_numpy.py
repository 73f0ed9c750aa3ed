"""What a formula says, worked by NumPy at random values of what a key declares.

A row of a table of formulas is an answer, the names in it, the same in Python, ways to write it that are
right, and by each way that is wrong what it says, in Python.
"""

import tomllib
from math import prod

import numpy as np
import pytest
from one_formula import marker


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


def all_right(table):
    """Parametrize a test over the `answer`, `names` and `text` of everything in a table that is right."""
    rows = [(answer, names, text) for answer, names, _, right, _ in table for text in right]
    return pytest.mark.parametrize(("answer", "names", "text"), rows, ids=[text for *_, text in rows])


def all_wrong(table):
    """Parametrize a test over the `answer`, `names` and `text` of everything in a table that is wrong.

    Of each the Python of the answer and that of what it says go with it.
    """
    rows = [
        (answer, names, python, text, says)
        for answer, names, python, _, wrong in table
        for text, says in wrong.items()
    ]
    ids = [text for *_, text, _ in rows]
    return pytest.mark.parametrize(("answer", "names", "python", "text", "says"), rows, ids=ids)


def assert_right(answer, names, text):
    mark = marker(answer, names).mark("a", text)
    assert mark.status == "correct", mark.message


def assert_wrong(answer, names, python, text, says, *statuses):
    """Assert that a formula is marked as one of these, and that it is wrong by NumPy as well."""
    pairs = zip(worked(python, names), worked(says, names), strict=True)
    assert not all(same(one, other) for one, other in pairs), "this is right"
    mark = marker(answer, names).mark("a", text)
    assert mark.status in statuses, mark.message
