"""Working out the reference trace of a key."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from grader.cli.jobs.assign import draw
from grader.cli.keyring import load_key, one_key
from grader.cli.option_values import TraceAs
from grader.cli.terminal import streams
from grader.exchange.answer_keys.toml_text import question_toml
from grader.expressions import Array
from grader.marking.mark import Prepared
from grader.marking.sheets.digits import read_number
from grader.schemas.faults import UsageFault
from grader.schemas.key import TraceQuestion
from grader.schemas.places import step_in_words
from grader.solver import Plan, Trace, settle, settle_given, show, steps_of
from grader.solver import solve as solve_plan
from grader.solver.telling import written_out


class Whose(NamedTuple):
    """A student, and the file with the secret that this student's values are drawn from."""

    student: str | None = None
    secret: Path | None = None


def solve(
    key: Path,
    choose: Iterable[str],
    method: str | None,
    given: Iterable[str],
    question: str | None,
    format_: TraceAs,
    whose: Whose,
) -> None:
    """Show the traces of a key's questions, or of one of them."""
    prepared, questions = _questions(key, question)
    texts = []
    for name, plans in questions.items():
        plan, variant = _pick(plans, method), _variant(key, prepared, name, whose)
        texts.append(_shown(plan.with_own(variant), choose, given, format_, variant))
    if format_ == TraceAs.JSON and len(texts) > 1:
        texts = ["[" + ",\n".join(texts) + "]"]
    streams.write("\n".join(texts) + "\n")


def equations(key: Path, question: str | None) -> None:
    """Show a key's questions, or one of them, as they are worked, with every shorthand written out."""
    prepared, questions = _questions(key, question)
    tables = [
        written_out(each, questions[each.id])
        for each in prepared.key.question
        if isinstance(each, TraceQuestion) and each.id in questions
    ]
    streams.write("\n".join(map(question_toml, tables)))


def _questions(key: Path, question: str | None) -> tuple[Prepared, dict[str, dict[str, Plan]]]:
    """Return a key, and the plans of the questions in it that are worked line by line, or of one of these."""
    prepared = load_key(one_key(key))
    plans = prepared.plans
    if question is not None and question not in plans:
        raise UsageFault(
            f"no question {question!r} is worked line by line; there is {', '.join(plans) or 'none'}"
        )
    if not plans:
        raise UsageFault(f"{key}: no question of this key is worked line by line")
    return prepared, {name: own for name, own in plans.items() if question in (None, name)}


def _pick(plans: dict[str, Plan], method: str | None) -> Plan:
    if method is None:
        return next(iter(plans.values()))
    if method not in plans:
        raise UsageFault(f"no method {method!r}; there is {', '.join(plans)}")
    return plans[method]


def _variant(key: Path, prepared: Prepared, question: str, whose: Whose) -> dict[str, Array]:
    """Return a student's own values of a question; none where nothing varies, or no student is named."""
    if whose.student is None or question not in prepared.variations:
        return {}
    variations = {question: prepared.variations[question]}
    drawn = draw(key, variations, whose.secret, [whose.student])[question]
    return {name: values[0] for name, values in drawn.values.items()}


def _shown(
    plan: Plan, choose: Iterable[str], given: Iterable[str], format_: TraceAs, variant: dict[str, Array]
) -> str:
    choice = settle(plan, _pairs(choose, "GROUP=OPTION"))
    stated = {name: _number(value) for name, value in _pairs(given, "NAME=VALUE").items()}
    constants = settle_given(plan, stated)
    with np.errstate(all="ignore"):
        trace = solve_plan(plan, choice, constants)
    _check_finite(plan, trace)
    if format_ == TraceAs.JSON:
        return show.as_json(plan, trace, choice, constants, variant)
    if format_ == TraceAs.LOG:
        return show.as_log(plan, trace)
    return show.as_table(plan, trace, choice, constants, variant)


def _check_finite(plan: Plan, trace: Trace) -> None:
    """Raise UsageFault for the first number of the trace that is not finite."""
    for t, labels in enumerate(steps_of(plan, trace)):
        for name, values in trace.items():
            if not np.all(np.isfinite(values[t])):
                step = step_in_words(labels.items())
                where = f"{name} in {step}" if step else name
                raise UsageFault(f"{plan.question}: {where} is no finite number; a division by zero?")


def _pairs(texts: Iterable[str], form: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts:
        name, _, value = (part.strip() for part in text.partition("="))
        if not (name and value):
            raise UsageFault(f"expected {form}, found {text!r}")
        if name in pairs:
            raise UsageFault(f"{name} is stated twice: {pairs[name]} and {value}")
        pairs[name] = value
    return pairs


def _number(text: str) -> float:
    number = read_number(text)
    if number is None:
        raise UsageFault(f"expected a number such as 0.5, found {text!r}")
    return number.value
