"""What a student is given: a sheet in Markdown, with the student's own values, and an empty submission.

The text of a question is on the course's own sheet; a key has only its title and its numbers.
"""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from grader.expressions import Array, Shape, in_words
from grader.schemas.key import Key, TraceQuestion
from grader.schemas.parts import PartsQuestion
from grader.schemas.wording import listed
from grader.solver.compile import make_plans
from grader.solver.plan import Plan, Plans
from grader.solver.solve import usual_steps

Variants = Mapping[str, Mapping[str, Array]]
_DEEPEST = 4  # levels of JSON that have lines of their own


def handout(key: Key, plans: Plans, whose: str, variants: Variants, method: str | None = None) -> str:
    """Return the sheet of one student; `whose` is a line of Markdown, `variants` the values by question.

    With a `method`, the sheet has only what that one needs; else all methods.
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
    """Yield what the exercise starts from: single values as a list, the inputs of each loop as a table."""
    fixed = dict(plan.start)
    constants = plan.inputs.keys() - plan.rounds.keys() - plan.loops.keys()
    fixed |= {name: values[0] for name, values in plan.inputs.items() if name in constants}
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
    """Return a number, or numbers in brackets, row by row; each with as many decimals as it needs."""
    if np.ndim(value):
        return f"[{', '.join(_shown(item) for item in value)}]"
    return f"{float(value):.12g}"


def template_json(
    key: Key,
    method: str | None = None,
    student: str = "",
    variants: Mapping[str, Mapping[str, Array]] = MappingProxyType({}),
    plans: Plans = MappingProxyType({}),
) -> str:
    """Return a submission with every field absent (null), for the default method or the one named.

    A question without that method has its default one. `variants` are the student's own values, `plans` those
    that have been made already, both by question. Without `variants`, there is a place for the student's own
    values of what varies, and as many steps as there can be.
    """
    answers: dict[str, Any] = {}
    for question in key.question:
        if isinstance(question, TraceQuestion):
            made = plans.get(question.id) or make_plans(question)
            plan = made.get(method or "", next(iter(made.values())))
            own = variants.get(question.id)
            nobodys = dict.fromkeys(question.vary) if own is None else {}
            answers[question.id] = _answer(plan, own or {}, nobodys)
        else:
            answers[question.id] = {part.id: None for part in question.part}
    return _indented({"assignment": key.id, "student": student, "answers": answers})


def _answer(plan: Plan, variant: Mapping[str, Array], nobodys: Mapping[str, None]) -> dict[str, Any]:
    empty = {line.field: _empty(line.shape) for line in plan.asked}
    labelled = plan.steps if nobodys else usual_steps(plan.with_own(variant))
    steps = [{**labels, **empty} for labels in labelled]
    given: dict[str, Any] = {"given": dict.fromkeys(plan.given)} if plan.given else {}
    values = nobodys or {name: value.tolist() for name, value in variant.items()}
    own = {"variant": values} if values else {}
    return {"method": plan.method, **given, **own, "steps": steps}


def _empty(shape: Shape) -> Any:
    return [_empty(shape[1:]) for _ in range(shape[0])] if shape else None


def _indented(value: Any, depth: int = 0) -> str:
    """Return JSON with one line for each field, also where that is a vector or a matrix."""
    inner = list(value.values()) if isinstance(value, dict) else value
    flat = not isinstance(value, dict | list) or not inner
    if (
        flat
        or (isinstance(value, list) and not any(isinstance(item, dict) for item in inner))
        or depth > _DEEPEST
    ):
        return json.dumps(value)
    margin, end = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict):
        rows = [f"{json.dumps(name)}: {_indented(item, depth + 1)}" for name, item in value.items()]
        return "{\n" + ",\n".join(margin + row for row in rows) + f"\n{end}}}"
    return "[\n" + ",\n".join(margin + _indented(item, depth + 1) for item in value) + f"\n{end}]"
