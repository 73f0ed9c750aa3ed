"""Proving an answer key, and what was found in words."""

import textwrap
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import typer

from grader.cli import streams
from grader.exchange.keys import in_file, key_files, read_key
from grader.marking.formula_audit import FormulaAudit, FormulaFinding, audit_formulas
from grader.reports import visible
from grader.schemas.faults import KeyFault
from grader.schemas.key import Key
from grader.solver.audit import audit as audit_key
from grader.solver.findings import (
    Audit,
    Checked,
    ClaimFinding,
    Finding,
    Labels,
    Misprint,
    Oddity,
    Ratio,
    Verdict,
)

_WIDTH = 80


def audit(key: Path) -> None:
    """Audit a key, or the keys of a folder."""
    faults = False
    for file in key_files(key):
        read = read_key(file)
        try:
            found, formulas = audit_key(read), audit_formulas(read)
        except KeyFault as fault:
            raise in_file(file, fault) from None
        streams.write(_report(file, read, found, formulas))
        faults |= bool(found.open) or any(not each.acknowledged for each in formulas.findings)
    if faults:
        raise typer.Exit(streams.EXIT_FAULTS)


def _report(file: Path, key: Key, found: Audit, formulas: FormulaAudit) -> str:
    """Return what was checked and what was found, in lines of at most 80 characters."""
    blocks = [[_wrapped(f"Audit of {file}: {key.title or key.id}")]]
    checked = [line for each in found.checked for line in _checked(each)]
    if formulas.answers:
        marked = f"{_count(formulas.answers, 'answer')} and {_count(formulas.mistakes, 'known mistake')}"
        checked.append(_bullet(f"formulas: {marked}, by value; derivatives by dual numbers."))
    blocks.append(["Checked: it parses and its shapes fit; its points, choices and mistakes.", *checked])
    roots = [each for each in found.findings if not _follows(each)]
    blocks += [list(_finding(each, found.findings)) for each in roots]
    blocks += [[_formula(each)] for each in formulas.findings]
    unknown = len(found.open) + sum(not each.acknowledged for each in formulas.findings)
    blocks.append([_wrapped(_summary(len(roots) + len(formulas.findings), unknown))])
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def _checked(about: Checked) -> Iterator[str]:
    where = f"{about.question}, method {about.method}:"
    if about.claims:
        yield _bullet(
            f"{where} {_count(len(about.claims), 'claim')} ({', '.join(about.claims)}) at "
            f"{_count(about.steps, 'step')} and {about.beside} random points, under "
            f"{_count(about.choices, 'combination')} of choices; each derivative by dual numbers and by "
            "differences."
        )
    else:
        yield _bullet(f"{where} no claims.")
    if about.printed:
        yield _bullet(f"{where} {_count(about.printed, 'printed number')}.")


def _finding(finding: Finding, others: Iterable[Finding]) -> Iterator[str]:
    known = " (acknowledged by the key)" if finding.acknowledged else ""
    match finding:
        case Oddity(place, says):
            yield _wrapped(f"{place}: {says}.{known}")
        case Misprint():
            where = f"{finding.question}, method {finding.method}, {_step(finding.step)}"
            yield _wrapped(f"{where}{known}: {_misprint(finding)}")
        case ClaimFinding():
            condition = ", ".join(f"{group} = {option}" for group, option in finding.condition)
            where = f"{finding.question}, method {finding.method}"
            yield _wrapped(f"{where}, {condition or 'under every choice'}{known}:")
            yield from map(_bullet, _claim(finding))
            yield from (_bullet(_consequence(other)) for other in _consequences(finding, others))


def _formula(finding: FormulaFinding) -> str:
    known = " (acknowledged by the key)" if finding.acknowledged else ""
    return _wrapped(f"{finding.place}{known}: {finding.says}.")


def _claim(finding: ClaimFinding) -> Iterator[str]:
    what = f"{finding.field} is not {finding.claim}"
    if finding.verdict == Verdict.UNPROVEN:
        yield f"{finding.field}: no point was found where {finding.claim} is smooth, so it is not proven."
        return
    if finding.verdict == Verdict.DOUBTFUL:
        yield (
            f"{finding.field}: dual numbers and differences disagree on {finding.claim}. That is a fault of "
            "this program; please report it."
        )
        return
    yield f"{what}; {_ratio(finding.ratio)}." if finding.ratio else f"{what}, by no simple factor."
    if example := finding.example:
        where = _step(example.step) if example.step is not None else "at a random point"
        component = f" {_component(example.component)}" if example.component else ""
        yield f"{where}{component}: {example.field:.6g} instead of {example.claim:.6g}."


def _ratio(ratio: Ratio) -> str:
    """Return what the field is beside its claim: "it is larger by 1/w: the factor w is missing"."""
    times = "" if ratio.constant == 1 else f"{ratio.constant:.6g}"
    if not ratio.exponent:
        return "its sign is the opposite" if ratio.constant == -1 else f"it is {times} times as large"
    missing = ratio.exponent < 0
    by = f"1/{ratio.factor}" if missing else ratio.factor
    says = f"the factor {ratio.factor} is {'missing' if missing else 'one too many'}"
    if ratio.constant == -1:
        return f"it is larger by -{by}: {says}, and its sign is the opposite"
    if times:
        return f"it is larger by {times}*{by}: {says}, and it is {times} times as large"
    return f"it is larger by {by}: {says}"


def _consequences(finding: ClaimFinding, others: Iterable[Finding]) -> Iterator[ClaimFinding]:
    """Yield what fails only because this claim does, where it does."""
    for other in others:
        if (
            isinstance(other, ClaimFinding)
            and finding.field in other.because
            and (other.question, other.method) == (finding.question, finding.method)
            and set(finding.condition) <= set(other.condition)
        ):
            yield other


def _consequence(finding: ClaimFinding) -> str:
    causes = ", ".join(finding.because)
    return f"{finding.field} is not {finding.claim} only because it is worked from {causes}."


def _misprint(finding: Misprint) -> str:
    digits = len(Decimal(finding.printed).as_tuple().digits) + 1
    name = f"{finding.field} {_component(finding.component)}".strip()
    return f"{name} is printed as {finding.printed}, and is {finding.solved:.{digits}g}."


def _follows(finding: Finding) -> bool:
    return isinstance(finding, ClaimFinding) and finding.verdict == Verdict.FOLLOWS


def _summary(found: int, unknown: int) -> str:
    if not found:
        return "Nothing found."
    if not unknown:
        return f"{_count(found, 'finding')}, all acknowledged by the key."
    return f"{_count(found, 'finding')}, {unknown} not acknowledged by the key."


def _step(labels: Labels) -> str:
    return ", ".join(f"{name} {number}" for name, number in labels)


def _component(component: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, component))}]" if component else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _bullet(text: str) -> str:
    return _wrapped(text, first="  - ", later="    ")


def _wrapped(text: str, first: str = "", later: str = "") -> str:
    return textwrap.fill(
        visible(text), _WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False
    )
