"""Networks in ten lines: what the shorthand becomes, held against autograd, the practical and print."""

import numpy as np
import pytest
from random_networks import draw, trained

from grader.schemas.key import Key
from grader.solver import make_plans, solve


def key_of(question):
    return Key.model_validate({"id": "k", "question": [question]})


@pytest.mark.parametrize("seed", range(200))
def test_gradients_and_updates_are_those_of_autograd(seed):
    question = draw(seed)
    (plan,) = make_plans(key_of(question).question[0]).values()
    trace = solve(plan, plan.default_choice, plan.default_given)
    steps = trained(question)
    assert len(steps) == len(plan.steps)
    network = question["network"]
    kind = network.get("change", "derivative")
    kind = kind[0] if isinstance(kind, list) else kind
    factor = {"derivative": 1.0, "step": -network["rate"], "scaled": network["rate"]}[kind]
    for t, step in enumerate(steps):
        np.testing.assert_allclose(np.ravel(trace["L"][t]), step["loss"], rtol=1e-9, atol=1e-12)
        for name, slope in step["slopes"].items():
            wanted = slope * (factor if network["update"] == "plain" else 1.0)
            np.testing.assert_allclose(trace[f"Delta_{name}"][t], wanted, rtol=1e-8, atol=1e-12)
            np.testing.assert_allclose(trace[name][t], step["values"][name], rtol=1e-8, atol=1e-11)
