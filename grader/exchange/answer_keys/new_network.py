"""The tables of a network in a new answer key: small numbers to begin with, for its author to replace."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, pairwise

from grader.schemas.base import Value

# One digit after the point, none of them 0 and no two alike in a row: what a person can work with.
_WEIGHTS = (0.2, -0.4, 0.5, 0.1, -0.3, 0.6, 0.4, -0.1, 0.3, -0.5, 0.7, -0.2, 0.8)
_INPUTS = (1.0, 0.5, -0.5, 1.5, -1.0, 2.0, 0.8)
_EXAMPLES = 2


def start_of(sizes: Sequence[int]) -> dict[str, Value]:
    """Return the weights and biases to begin with; a single unit at the end has a vector and a number."""
    numbers = (_WEIGHTS[place % len(_WEIGHTS)] for place in count())
    start: dict[str, Value] = {}
    for layer, (inputs, units) in enumerate(pairwise(sizes), 1):
        rows = [[next(numbers) for _ in range(inputs)] for _ in range(units)]
        biases = [next(numbers) for _ in range(units)]
        alone = units == 1 and layer == len(sizes) - 1
        start[f"W_{layer}"] = rows[0] if alone else rows
        start[f"b_{layer}"] = biases[0] if alone else biases
    return start


def network_tables(sizes: Sequence[int], epochs: int, start: Mapping[str, Value]) -> Iterator[str]:
    """Yield the lines of a network's tables as TOML, with what else may stand there."""
    yield from (
        "",
        "# It makes the equations, claims for the audit and the usual mistakes: `grader solve --equations`",
        "# shows them. All that may stand here is in answer_keys/README.md, under Networks.",
        "[question.network]",
        f"sizes = {list(sizes)}  # inputs, then the units of each layer",
        'activation = "sigmoid"  # also tanh, relu, identity, softmax, ...; a list has one for each layer',
        'loss = "half_squared"  # also binary_cross_entropy, softmax_cross_entropy, hinge, ...',
        "rate = { default = 0.5, above = 0.0 }  # stated by the student; or a number",
        '# update = "momentum"  # or "adam"; plain where nothing is said',
        '# batch = "all"  # samples to an update; 1 where nothing is said',
        f"epochs = {epochs}",
        "samples = [  # these are an example: put your own in their place",
    )
    numbers = (_INPUTS[place % len(_INPUTS)] for place in count())
    for number in range(_EXAMPLES):
        x = [next(numbers) for _ in range(sizes[0])]
        targets = [(number + unit + 1) % 2 for unit in range(sizes[-1])]
        yield f"  {{ x = {x}, y = {targets[0] if len(targets) == 1 else targets} }},"
    yield from ("]", "", "# The values to begin with: a row of W for each unit of its layer.")
    yield "[question.start]"
    for name, value in start.items():
        yield f"{name} = {value!r}"
    yield from (
        "",
        "# A usual mistake may earn something else than 0.5, or a wrong way of your own be known as well.",
        "# [question.mistake.no_half]",
        "# credit = 0.8",
    )
