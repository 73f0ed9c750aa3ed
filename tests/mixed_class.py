"""A mixed class of the practical, as it hands in: traces of the benchmark's students, formulas, words."""

import json
import random
import runpy
from pathlib import Path

_BENCHMARK = Path(__file__).parent / "benchmarks" / "class.py"
_FORMULAS = {
    "dL_dW_out": [
        "(y_out - y_gt) f_3'(s_out) z_2",
        r"(y_{out}-y_{gt})\cdot f'_3(s_{out}) z_2",
        "y_out - y_gt",
    ],
    "dL_dW_2": [
        "(y_out - y_gt) * f_3'(s_out) * W_out * f_2'(s_2) * z_1",
        "(y_out - y_gt) * f_3'(s_out) * f_2'(s_2) * z_1",
        r"\frac{z_1}{",
    ],
    "dL_dW_1": ["(y_out-y_gt) f_3'(s_out) W_out f_2'(s_2) W_2 f_1'(s_1) x_in", "W_2", ""],
}


def mixed_class(count, seed=1):
    """Yield `count` hand-ins as JSON."""
    draw = random.Random(seed)
    for text in runpy.run_path(str(_BENCHMARK))["hand_ins"](count):
        hand_in = json.loads(text)
        weights = draw.choice([(8, 1, 1), (3, 3, 3)])
        formulas = {part: draw.choices(ways, weights)[0] for part, ways in _FORMULAS.items()}
        hand_in["answers"]["exercise1"] = formulas
        if draw.random() < 0.8:
            hand_in["answers"]["prelude"] = {"Delta_W_k": draw.choice(["delta_k z_{k-1}", "delta_k"])}
        if draw.random() < 0.3:
            hand_in["answers"]["exercise3"] = {"purpose": "It keeps a margin between the classes."}
        yield json.dumps(hand_in)
