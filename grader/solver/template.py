"""An empty submission to fill in."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from grader.expressions import Array, Shape
from grader.schemas.key import Key, TraceQuestion
from grader.solver.compile import make_plans
from grader.solver.plan import Plan, Plans
from grader.solver.solve import usual_steps

_DEEPEST = 4  # levels that are laid out


def template_json(
    key: Key,
    method: str | None = None,
    student: str = "",
    variants: Mapping[str, Mapping[str, Array]] = MappingProxyType({}),
    plans: Plans = MappingProxyType({}),
) -> str:
    """Return a submission with every field absent (null), for the default method or the one named.

    A method that a question does not have leaves that question with its default one. `variants` are the
    student's own values, `plans` those of each question where they have been made, both by question. Without
    `variants`, what varies has a place for the student's own values, and steps as many as there can be.
    """
    answers: dict[str, Any] = {}
    for question in key.question:
        if isinstance(question, TraceQuestion):
            made = plans.get(question.id) or make_plans(question)
            plan = made.get(method or "", next(iter(made.values())))
            own = variants.get(question.id)
            nobodys = dict.fromkeys(question.vary) if own is None else {}
            answers[question.id] = _trace(plan, own or {}, nobodys)
        else:
            answers[question.id] = {part.id: None for part in question.part}
    return _indented({"assignment": key.id, "student": student, "answers": answers})


def _trace(plan: Plan, variant: Mapping[str, Array], nobodys: Mapping[str, None]) -> dict[str, Any]:
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
    """Return JSON with a line for each field, vectors and matrices on one."""
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
