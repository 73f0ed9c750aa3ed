"""`grader solve`: the reference trace of a key."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from grader.cli import streams
from grader.cli.keyring import load_key
from grader.exchange.keys import key_files
from grader.schemas.faults import UsageFault
from grader.solver import Plan, settle, settle_given, show
from grader.solver import solve as solve_plan

EXAMPLE = "Example: grader solve answer_keys/practical1.toml --choose output=tanh --given alpha=0.1"


class Format(StrEnum):
    """How a trace is shown."""

    TABLE = "table"
    JSON = "json"
    LOG = "log"


def solve(
    key: Annotated[Path, typer.Argument(help="An answer key.")],
    choose: Annotated[
        list[str] | None, typer.Option(metavar="GROUP=OPTION", help="Take another accepted way.")
    ] = None,
    method: Annotated[str | None, typer.Option(help="Take another method than the first.")] = None,
    given: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="State a constant.")] = None,
    question: Annotated[
        str | None, typer.Option(help="Only this question, where the key has several.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="How the trace is shown.")] = Format.TABLE,
) -> None:
    """Show the reference trace: every field of every step."""
    layouts = load_key(_one_key(key)).layouts
    if question is not None and question not in layouts:
        raise UsageFault(
            f"no question {question!r} is worked line by line; there is {', '.join(layouts) or 'none'}"
        )
    if not layouts:
        raise UsageFault(f"{key}: no question of this key is worked line by line")
    texts = []
    for name, methods in layouts.items():
        if question in (None, name):
            plans = {method_name: layout.plan for method_name, layout in methods.items()}
            texts.append(_shown(_pick(plans, method), choose or (), given or (), format_))
    streams.write("\n".join(texts) + "\n")


def _one_key(path: Path) -> Path:
    files = key_files(path)
    if len(files) > 1:
        raise UsageFault(f"{path}: which key? There is {', '.join(file.name for file in files)}")
    return files[0]


def _pick(plans: dict[str, Plan], method: str | None) -> Plan:
    if method is None:
        return next(iter(plans.values()))
    if method not in plans:
        raise UsageFault(f"no method {method!r}; there is {', '.join(plans)}")
    return plans[method]


def _shown(plan: Plan, choose: Iterable[str], given: Iterable[str], format_: Format) -> str:
    choice = settle(plan, dict(_pair(text, "GROUP=OPTION") for text in choose))
    constants = settle_given(
        plan, {name: _number(value) for name, value in (_pair(t, "NAME=VALUE") for t in given)}
    )
    trace = solve_plan(plan, choice, constants)
    if format_ == Format.JSON:
        return show.as_json(plan, trace, choice, constants)
    if format_ == Format.LOG:
        return show.as_log(plan, trace)
    return show.as_table(plan, trace, choice, constants)


def _pair(text: str, form: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageFault(f"expected {form}, found {text!r}")
    return name.strip(), value.strip()


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageFault(f"expected a number, found {text!r}") from None
