"""Trying a key out, and the table of what was made and what was found."""

import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import zip_longest
from pathlib import Path
from typing import Any

import typer

from grader.cli.keyring import load_key
from grader.cli.option_values import ShownAs
from grader.cli.terminal import streams
from grader.exchange.answer_keys.keys import key_files
from grader.reports import visible
from grader.reports.lines import RULE, WIDTH, wrapped
from grader.reports.wording import count
from grader.solver.findings import Oddity
from grader.trials.trial import Made, Trial, Tried
from grader.trials.try_key import try_key as try_out

_LEAST, _MOST = (20, 4), (36, 14)  # characters of the columns


def try_key(key: Path, format_: ShownAs) -> None:
    """Try a key out, or the keys of a folder."""
    missed = False
    objects = []
    for file in key_files(key):
        prepared = load_key(file)
        tried = try_out(prepared)
        missed |= any(not flaw.acknowledged for flaw in tried.findings)
        if format_ == ShownAs.JSON:
            objects.append(_object(file, tried))
        else:
            streams.write(_report(file, prepared.key.title or prepared.key.id, tried))
    if format_ == ShownAs.JSON:
        streams.write(
            json.dumps(objects if key.is_dir() else objects[0], indent=1, ensure_ascii=False) + "\n"
        )
    if missed:
        raise typer.Exit(streams.EXIT_FAULTS)


def _object(file: Path, tried: Tried) -> dict[str, Any]:
    trials = [asdict(trial) | {"steps": [*map(dict, trial.steps)]} for trial in tried.trials]
    findings = [*map(asdict, tried.findings)]
    return {"file": str(file), "key": tried.key, "trials": trials, "findings": findings}


def _report(file: Path, title: str, tried: Tried) -> str:
    blocks = [wrapped(f"Trial of {file}: {title}")]
    tables: dict[tuple[str, str | None], list[Trial]] = {}
    for trial in tried.trials:
        tables.setdefault((trial.question, trial.method), []).append(trial)
    for (question, method), trials in tables.items():
        head = f"{question}, method {method}" if method else question
        blocks.append("\n".join([wrapped(head), *_table(trials)]))
    blocks += map(said_of, tried.findings)
    blocks.append(_summary(tried))
    return "\n\n".join(blocks) + "\n"


def _table(trials: Sequence[Trial]) -> Iterator[str]:
    rows: dict[tuple[str, str], list[Trial]] = {}
    for trial in sorted(trials, key=lambda trial: trial.made is Made.EMPTY):
        rows.setdefault((_made(trial), _where(trial)), []).append(trial)
    widths = [
        min(max(map(len, column)), most) for column, most in zip(zip(*rows, strict=True), _MOST, strict=True)
    ]
    one, two = (max(width, least) for width, least in zip(widths, _LEAST, strict=True))
    yield from _row(one, two, " ", "made", "in", "", "found as")
    yield RULE * WIDTH
    for (made, where), same in rows.items():
        mark = "✗" if any(trial.miss and not trial.acknowledged for trial in same) else " "
        yield from _row(one, two, mark, made, where, str(len(same)), _found(same))


def _row(one: int, two: int, mark: str, made: str, where: str, number: str, found: str) -> Iterator[str]:
    """Yield a row of the table, whose first columns are so wide; what does not fit is continued below."""
    cells = [_cut(made, one), _cut(where, two), [number], _cut(found, WIDTH - one - two - 11)]
    for i, (first, second, third, last) in enumerate(zip_longest(*cells, fillvalue="")):
        yield f"{mark if i == 0 else ' '} {first:<{one}}  {second:<{two}} {third:>4}  {last}".rstrip()


def _cut(text: str, width: int) -> list[str]:
    return textwrap.wrap(visible(text), width, break_on_hyphens=False) or [""]


def _found(trials: Sequence[Trial]) -> str:
    counts = Counter(_as_made(trial) for trial in trials)
    if len(counts) == 1:
        return next(iter(counts))
    return ", ".join(words if times == 1 else f"{words} ({times})" for words, times in counts.most_common())


def _as_made(trial: Trial) -> str:
    """Return what a hand-in was found as; in short, where it was found as it was made."""
    own = f"{trial.made} {trial.name.replace(' ', '_')}"
    first, times, rest = trial.found.partition(" × ")
    if first != own or "," in rest:
        return trial.found
    return f"as made, in {rest} lines" if times else "as made"


def _made(trial: Trial) -> str:
    """Return what a row of the table stands for, such as all slips of one kind, or all ways of rounding."""
    return f"{trial.made} {trial.name}" if trial.made in (Made.MISTAKE, Made.SLIP) else str(trial.made)


def _where(trial: Trial) -> str:
    return "" if trial.made is Made.SLIP and trial.method else trial.field


def _summary(tried: Tried) -> str:
    made = count(len(tried.trials), "hand-in")
    if not tried.findings:
        return wrapped(f"{made}, each found as what it was made for.")
    unknown = sum(not flaw.acknowledged for flaw in tried.findings)
    return wrapped(f"{made}; {how_many(len(tried.findings), unknown)}")


def if_known(acknowledged: bool) -> str:
    """Return what to add to a finding of `audit` or `try` that the key acknowledges."""
    return " (acknowledged by the key)" if acknowledged else ""


def said_of(oddity: Oddity) -> str:
    """Return an oddity that hand-ins have shown, in lines of at most 80 characters."""
    return wrapped(f"{oddity.place}{if_known(oddity.acknowledged)}: {oddity.says}")


def how_many(found: int, unknown: int) -> str:
    """Return how many findings there are, at least one, and whether the key knows of them."""
    known = f"{unknown} not acknowledged" if unknown else "all acknowledged"
    return f"{count(found, 'finding')}, {known} by the key."
