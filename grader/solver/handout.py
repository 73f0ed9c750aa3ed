"""A student's own sheet in Markdown: what is given, with the student's own values, and what to hand in.

The question itself is on the course's own sheet; a key has its title and its numbers only.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from grader.expressions import Array, in_words
from grader.schemas.key import Key, TraceQuestion
from grader.schemas.parts import PartsQuestion
from grader.schemas.wording import listed
from grader.solver.plan import Plan, Plans

Variants = Mapping[str, Mapping[str, Array]]


def handout(key: Key, plans: Plans, whose: str, variants: Variants, method: str | None = None) -> str:
    """Return the sheet of one student; `whose` is a line of Markdown, `variants` the values by question.

    With a `method`, only what it needs; else all of them.
    """
    lines = [f"# {key.title or key.id}", "", whose]
    for question in key.question:
        title = question.title or question.id
        bonus = ", a bonus" if question.bonus else ""
        lines += ["", f"## {title} ({question.points:g} points{bonus})", ""]
        if isinstance(question, TraceQuestion):
            lines += _trace(plans[question.id], variants.get(question.id, {}), method)
        else:
            lines += _parts(question)
    return "\n".join(lines) + "\n"


def _parts(question: PartsQuestion) -> Iterator[str]:
    for part in question.part:
        kind = "a text" if part.answer is None else "a formula"
        yield f"- `{part.id}`: {kind} ({part.points:g} points)"


def _trace(plans: Mapping[str, Plan], variant: Mapping[str, Array], method: str | None) -> Iterator[str]:
    chosen = [plan for name, plan in plans.items() if name == method] or list(plans.values())
    if variant:
        drawn = listed([f"`{name}`" for name in variant])
        yield f"The values of {drawn} are your own; other students have others."
        yield ""
    for plan in chosen:
        if len(chosen) > 1:
            yield f"### Method {plan.method}"
            yield ""
        yield from _given(plan.with_own(variant))
        yield ""
        yield from _asked(plan)
        if plan is not chosen[-1]:
            yield ""


def _given(plan: Plan) -> Iterator[str]:
    """Yield what the exercise begins with: single values as a list, the inputs of each loop as a table."""
    fixed = dict(plan.start)
    fixed |= {name: values[0] for name, values in plan.inputs.items() if _is_constant(plan, name)}
    for name, value in fixed.items():
        yield f"- `{name}` = {_shown(value)}"
    for name, asked in plan.given.items():
        limits = f", {asked.range}" if asked.range else ""
        yield f"- `{name}`: choose it yourself and state it (usually {asked.default:g}{limits})"
    for loop, count in plan.loops.items():
        names = [name for name in plan.rounds if plan.loop_of(name) == loop]
        if names:
            yield ""
            yield f"| {loop} | {' | '.join(names)} |"
            yield "|---" * (len(names) + 1) + "|"
            wholes = {name: plan.whole(name) for name in names}
            for i in range(count):
                cells = [_shown(whole[i]) for whole in wholes.values() if whole is not None]
                yield f"| {i} | {' | '.join(cells)} |"


def _is_constant(plan: Plan, name: str) -> bool:
    return name not in plan.rounds and name not in plan.loops


def _asked(plan: Plan) -> Iterator[str]:
    """Yield which fields of which steps are to be handed in."""
    loops = [f"{loop} 0 to {count - 1}" for loop, count in plan.loops.items()]
    until = ", as far as it goes on" if plan.stop else ""
    each = f" for each step ({listed(loops)}: {len(plan.steps)} steps{until})" if loops else ""
    yield f"To hand in{each}:"
    yield ""
    for line in plan.asked:
        yield f"- `{line.field}`: {in_words(line.shape)}"


def _shown(value: Array) -> str:
    """Return a number, or numbers in brackets, row by row; all with the decimals that they need."""
    if np.ndim(value):
        return f"[{', '.join(_shown(item) for item in value)}]"
    return f"{float(value):.12g}"
