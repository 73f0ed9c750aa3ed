"""Hand-ins worked in plain NumPy and written as text: an oracle that shares no code with the grader.

`work` goes through an exercise given as Python functions. `practical` is the practical's exercise 2, written
once more from its question sheet and not from the key.
"""

import tomllib
from collections.abc import Callable, Mapping
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np

from grader.marking.mark import mark, prepare
from grader.schemas.key import Key
from grader.schemas.submission import Submission

WAYS = {
    "output": ("relu", "tanh"),
    "hidden_delta": ("published", "exact"),
    "delta_sign": ("step", "gradient", "scaled"),
    "reduction": ("sum", "mean", "mean_late"),
}
FIELDS = ("s_i", "z_i", "s_out", "z_out", "L", "delta_out", "delta_i", "Delta_w", "Delta_W", "w", "W")
X = [[0.75, 0.80], [0.20, 0.05], [-0.75, 0.80], [0.20, -0.05]]
Y = [1, 1, -1, -1]
START = {"W": [[0.60, 0.70, 0.00], [0.01, 0.43, 0.88]], "w": [0.02, 0.03, 0.09]}

Rule = Callable[[SimpleNamespace], Any]


def written(value, digits):
    """Return a value as it stands on paper, `digits` decimals each."""
    if np.ndim(value):
        return [written(v, digits) for v in value]
    # Products of short decimals often end in a 5: which way it goes must not hang on the last bit, which
    # differs from one machine's matrix products to another's.
    return f"{float(f'{value:.13f}'):.{digits}f}"


def read(text):
    """Return what stands on paper as numbers."""
    return np.array(text, dtype=float)


def work(rules: Mapping[str, Rule], steps, start, digits, wrong=None, rewrite=None):
    """Work an exercise step by step and return what is written, step by step, as text.

    `steps` are pairs of labels and inputs. `wrong` has rules in the place of others, for a field or for
    (step, field); `rewrite` changes the text of (step, field) and not what is worked on with.
    """
    wrong, rewrite = wrong or {}, rewrite or {}
    now = SimpleNamespace(**{name: np.array(value, dtype=float) for name, value in start.items()})
    page = []
    for t, (labels, inputs) in enumerate(steps):
        for name, value in inputs.items():
            setattr(now, name, np.array(value, dtype=float))
        page.append(dict(labels))
        for name, usual in rules.items():
            rule = wrong.get((t, name), wrong.get(name, usual))
            text = written(np.asarray(rule(now), dtype=float), digits)
            setattr(now, name, read(text))
            page[t][name] = rewrite[t, name](text) if (t, name) in rewrite else text
    return page


def relu(s):
    return np.where(s > 0, s, 0.0)


def slope_of_relu(s):
    return np.where(s > 0, 1.0, 0.0)


def slope_of_tanh(s):
    return 1 - np.tanh(s) ** 2


def practical_steps(method):
    if method == "batch":
        return [({"iteration": i}, {"x": X, "y": Y}) for i in range(3)]
    return [
        ({"iteration": i, "sample": j}, {"x": X[j], "y": Y[j]}) for i, j in product(range(3), range(len(X)))
    ]


def practical_rules(method, alpha, *, output, hidden_delta, delta_sign, reduction="sum"):
    """Return the lines of the practical's exercise 2."""
    f, slope = {"relu": (relu, slope_of_relu), "tanh": (np.tanh, slope_of_tanh)}[output]
    in_step, at_update = {"step": (-alpha, 1.0), "gradient": (1.0, -alpha), "scaled": (alpha, -1.0)}[
        delta_sign
    ]
    early, late = {"sum": (1, 1), "mean": (0.25, 1), "mean_late": (1, 0.25)}[reduction]
    batch = method == "batch"

    def hidden(now):
        back = now.w if hidden_delta == "exact" else np.ones(3)
        return (np.outer(now.delta_out, back) if batch else now.delta_out * back) * slope_of_relu(now.s_i)

    return {
        "s_i": lambda now: now.x @ now.W,
        "z_i": lambda now: relu(now.s_i),
        "s_out": lambda now: now.z_i @ now.w,
        "z_out": lambda now: f(now.s_out),
        "L": lambda now: (now.z_out - now.y) ** 2 / 2,
        "delta_out": lambda now: (early if batch else 1) * (now.z_out - now.y) * slope(now.s_out),
        "delta_i": hidden,
        "Delta_w": lambda now: (
            in_step * (late if batch else 1) * (now.delta_out @ now.z_i if batch else now.delta_out * now.z_i)
        ),
        "Delta_W": lambda now: (
            in_step
            * (late if batch else 1)
            * (now.x.T @ now.delta_i if batch else np.outer(now.x, now.delta_i))
        ),
        "w": lambda now: now.w + at_update * now.Delta_w,
        "W": lambda now: now.W + at_update * now.Delta_W,
    }


def practical(method="online", alpha=0.2, digits=8, wrong=None, rewrite=None, **ways):
    """Return an answer to the practical's exercise 2 by some of its ways (the published ones by default)."""
    ways = {group: options[0] for group, options in WAYS.items()} | ways
    rules = practical_rules(method, alpha, **ways)
    page = work(rules, practical_steps(method), START, digits, wrong, rewrite)
    return {"method": method, "given": {"alpha": alpha}, "steps": page}


def random_ways(random):
    return {group: str(random.choice(options)) for group, options in WAYS.items()}


def every_way(method):
    groups = [g for g in WAYS if method == "batch" or g != "reduction"]
    for options in product(*(WAYS[group] for group in groups)):
        yield dict(zip(groups, options, strict=True))


def tiny_key(text, **question):
    """Return a key of one question, ready to mark with; `question` has entries to add to the question's."""
    key = tomllib.loads(text)
    key["question"][0] |= question
    return prepare(Key.model_validate(key))


def results(prepared, answers, question="exercise2"):
    """Mark answers to one question together; return what each has there."""
    submissions = [
        Submission(student="s", assignment=prepared.key.id, answers={question: a}) for a in answers
    ]
    marked = [m.result("s.json") for m in mark(prepared, submissions)]
    return [next(q for q in m.questions if q.question == question) for m in marked]


def result(prepared, answer, question="exercise2"):
    return results(prepared, [answer], question)[0]


def faulty(marked):
    """Return what is neither correct nor follows: {(labels, field): status}."""
    return {
        (tuple(f.step.values()), f.field): f.status
        for f in marked.fields
        if f.status not in {"correct", "follows"}
    }


def at(marked, name, *labels):
    """Return the result of a field in the step that has these labels."""
    return next(f for f in marked.fields if f.field == name and tuple(f.step.values()) == labels)
