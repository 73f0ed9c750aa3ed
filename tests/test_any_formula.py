"""Whatever a student writes for a formula, the marking of the class goes on."""

import random

import pytest
from shared import as_key, practical_key
from test_formula import LEAST_SQUARES, LIKELIHOOD, SOFTMAX

from grader.marking.formulas.formula_key import make_marker
from grader.schemas.results import Status

_AROUND = ("({})", "({})^T", "-{}", "exp({})", "sum({})", "softmax({})", "norm({})", "sqrt({})", "max(0, {})")
_OVER = (
    "sum_{{k=1}}^{{3}} ({})",
    "sum_i {}",
    "prod_{{i=1}}^2 ({})",
    r"\frac{{\partial}}{{\partial {name}}} ({})",
)
_BETWEEN = (" + ", " - ", " * ", " / ", " ", "^", "@", " = ", ", ", ", where ", " therefore ", r" \\ &= ")


def markers():
    keys = [practical_key().key]
    keys += [as_key(text) for text in (LIKELIHOOD, SOFTMAX, LEAST_SQUARES)]
    made = [make_marker(question) for key in keys for question in key.question if question.kind == "formula"]
    return [marker for marker in made if marker is not None]


def words(marker):
    vocabulary = marker.vocabulary
    names = sorted(vocabulary.declared - vocabulary.functions)
    vectors = [name for name, shape in vocabulary.symbols.items() if len(shape) == 1]
    components = [f"{v}_{{{i}}}" for v in vectors for i in ("1", "k", "i", *vocabulary.indices)]
    called = [f"{f}'({name})" for f in sorted(vocabulary.functions) for name in names[:2]]
    return names, [*names, *components, *called, "0", "1", "2", "k", "new", "pi"]


def written(draw, names, leaves, depth):
    kind = draw.random()
    if depth == 0 or kind < 0.25:
        return draw.choice(leaves)
    inner = written(draw, names, leaves, depth - 1)
    if kind < 0.45:
        return draw.choice(_AROUND).format(inner)
    if kind < 0.65:
        return draw.choice(_OVER).format(inner, name=draw.choice(leaves))
    return inner + draw.choice(_BETWEEN) + written(draw, names, leaves, depth - 1)


@pytest.mark.parametrize("marker", markers(), ids=lambda marker: marker.question.id)
def test_every_text_is_marked(marker):
    draw = random.Random(7)
    names, leaves = words(marker)
    for part in marker.parts:
        found = [
            marker.mark(part, written(draw, names, leaves, draw.choice((0, 1, 2, 3)))) for _ in range(60)
        ]
        assert {mark.status for mark in found} <= set(Status)
        assert sum(mark.status == Status.CORRECT for mark in found) <= 2
