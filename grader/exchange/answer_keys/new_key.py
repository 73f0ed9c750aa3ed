"""A new answer key as text, with comments, for its author to continue."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from itertools import count, pairwise
from typing import Literal

from grader.exchange.answer_keys.toml_text import toml_string
from grader.schemas.base import Value

SCHEMA_FILE = "key.schema.json"
QUESTION = "exercise"
METHOD = "by_hand"

_OURS = "# These are an example: put your own in their place."
# One digit after the point, none of them 0 and no two alike in a row: what a person can work with.
_WEIGHTS = (0.2, -0.4, 0.5, 0.1, -0.3, 0.6, 0.4, -0.1, 0.3, -0.5, 0.7, -0.2, 0.8)
_INPUTS = (1.0, 0.5, -0.5, 1.5, -1.0, 2.0, 0.8)
_EXAMPLES = 2

Kind = Literal["trace", "network", "formula", "text"]


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a new key.

    A trace has `lines`; other kinds have `parts` with their answers, which are None where a person marks. A
    network has `sizes`, and `steps` for its epochs. `numbers` are the names that a formula may use. `example`
    tells that the lines or parts are only our example.
    """

    name: str
    title: str
    source: str = ""
    kind: Kind = "trace"
    points: Decimal = Decimal(10)
    lines: Mapping[str, str] = field(default_factory=dict)
    start: Mapping[str, Value] = field(default_factory=dict)
    given: Mapping[str, float] = field(default_factory=dict)
    steps: int = 1
    loop: str = "step"
    sizes: tuple[int, ...] = ()
    numbers: tuple[str, ...] = ()
    parts: Mapping[str, str | None] = field(default_factory=dict)
    example: bool = False


def key_text(draft: Draft) -> str:
    """Return the key as TOML; its first line tells editors where the schema of keys lies."""
    body = {"trace": _trace, "network": _network}.get(draft.kind, _parts)
    return "\n".join([*_head(draft), *body(draft)]) + "\n"


def _comment(text: str) -> str:
    return "# " + " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _head(draft: Draft) -> Iterator[str]:
    yield f"#:schema ./{SCHEMA_FILE}"
    yield _comment(f"{draft.title}.")
    yield "#"
    if draft.source:
        yield _comment(f"Source: {draft.source}")
        yield "#"
    yield "# A key is the exercise itself. `grader solve --watch` shows its numbers while you write,"
    yield "# `grader audit` proves it."
    yield ""
    yield f'id = {toml_string(draft.name)}  # what a hand-in calls its "assignment"'
    yield f"title = {toml_string(draft.title)}"
    yield ""
    yield "[[question]]"
    yield f'id = "{QUESTION}"'


def _worked(draft: Draft) -> Iterator[str]:
    yield 'kind = "trace"  # worked line by line; "formula" and "text" have parts instead'
    yield f"points = {draft.points}"
    yield "tolerance = { rel = 1e-3, abs = 1e-4 }  # beside what the written digits already allow"
    yield "digits = 3  # fewer decimals and significant digits than this are not taken as rounding"


def _network(draft: Draft) -> Iterator[str]:
    yield from _worked(draft)
    yield from network_tables(draft.sizes, draft.steps, draft.start)


def _trace(draft: Draft) -> Iterator[str]:
    yield from _worked(draft)
    if draft.given:
        yield ""
        yield "# Constants that a student may state otherwise; above, below, least and most bound them."
        yield "[question.given]"
        yield from _aligned({name: f"{{ default = {value!r} }}" for name, value in draft.given.items()})
    if draft.start:
        yield from ("", "# The values before the first step. What no equation changes is a constant.")
        yield "[question.start]"
        yield from _aligned({name: repr(value) for name, value in draft.start.items()})
    yield from ("", f"[question.method.{METHOD}]")
    if draft.steps > 1:
        how = "how often; or the inputs of each round: [{ u = 1 }, { u = 2 }]"
        yield f"loop.{draft.loop} = {draft.steps}  # {how}"
    else:
        yield f"# loop.{draft.loop} = 3  # how often, where the lines are repeated"
    yield ""
    yield "# The lines in the order in which they are worked. A name on the right is its latest value."
    if draft.example:
        yield _OURS
    yield f"[question.method.{METHOD}.equations]"
    yield from _aligned({name: toml_string(equation) for name, equation in draft.lines.items()})
    yield from _trace_examples(draft)


def _trace_examples(draft: Draft) -> Iterator[str]:
    *_, last = draft.lines
    step = f"{draft.loop} = 0, " if draft.steps > 1 else ""
    yield from (
        "",
        "# A line that is a derivative may say so, and `grader audit` proves it:",
        f"# [question.method.{METHOD}.claims]",
        f'# {last} = "derivative(…, …)"',
        "",
        "# A known wrong way: what a line done so still earns, what is said of it, and its faulty equation.",
        "# [question.mistake.sign]",
        "# credit = 0.5",
        '# says = "The sign is the other way round."',
        f'# {last} = "-(…)"',
        "",
        "# Numbers that you worked by hand or found in print, in quotes; `grader audit` compares each.",
        "# [question.published]",
        f'# steps = [{{ {step}{last} = "…" }}]',
    )


def _parts(draft: Draft) -> Iterator[str]:
    formulas = draft.kind == "formula"
    yield f'kind = "{draft.kind}"' + ("" if formulas else "  # read and marked by a person")
    yield f"points = {draft.points}"
    if draft.numbers:
        names = ", ".join(toml_string(name) for name in draft.numbers)
        yield f"numbers = [{names}]  # what a formula may have in it; also: vectors = {{ v = 3 }}"
    if formulas:
        yield from (
            "",
            "# What holds in the question; an answer may use these names and their derivatives, as in df/dx.",
            "# [question.definitions]",
            '# f = "…"',
        )
    if draft.example:
        yield from ("", _OURS)
    points_each = shares(draft.points, len(draft.parts))
    for (name, answer), points in zip(draft.parts.items(), points_each, strict=True):
        yield from ("", "[[question.part]]", f"id = {toml_string(name)}", f"points = {points}")
        if answer is not None:
            yield f"answer = {toml_string(answer)}  # any form that is equal to it is right"
    if formulas:
        yield '# mistake.sign = { credit = 0.5, says = "The sign is the other way round.", answer = "…" }'


def shares(points: Decimal, count: int) -> list[Decimal]:
    """Return points for each part, even to the hundredth, that add up exactly."""
    even = (points / count).quantize(Decimal("0.01"), ROUND_DOWN)
    return [even] * (count - 1) + [points - even * (count - 1)]


def _aligned(entries: Mapping[str, str]) -> Iterable[str]:
    width = max(map(len, entries))
    return (f"{name:<{width}} = {value}" for name, value in entries.items())


def start_of(sizes: Sequence[int]) -> dict[str, Value]:
    """Return the weights and biases to begin with; a single output unit has a vector and a number."""
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
    """Yield the lines of a network's tables as TOML, with comments on what else may stand there."""
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
