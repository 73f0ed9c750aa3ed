"""Proving an answer key, also by hand-ins with expected marks; and the report of what was found."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import typer

from grader.cli.jobs.try_key import how_many, if_known, said_of
from grader.cli.terminal import streams
from grader.exchange.answer_keys.expect import Expected, read_expected
from grader.exchange.answer_keys.keys import EXPECT_FILE, first_look, in_file, key_files, read_key
from grader.marking.formulas.formula_audit import FormulaAudit, audit_formulas
from grader.marking.mark import Prepared, mark, prepare
from grader.reports.lines import bullet, wrapped
from grader.reports.wording import count
from grader.schemas.faults import KeyFault
from grader.schemas.key import Key
from grader.schemas.places import step_in_words
from grader.solver.audit import audit as audit_key
from grader.solver.findings import (
    Audit,
    Checked,
    ClaimFinding,
    DrawsTried,
    Finding,
    Misprint,
    Oddity,
    Ratio,
    Verdict,
    only_follows,
)
from grader.trials.expected import mismatches
from grader.trials.trial import Tried
from grader.trials.try_key import try_key


def audit(key: Path) -> None:
    """Audit a key, or the keys of a folder."""
    faults = False
    expected: dict[Path, list[Expected] | None] = {}
    owners: dict[str, Path] = {}
    for file in key_files(key):
        if file.parent not in expected:
            expected[file.parent] = _expected(file.parent)
        read = read_key(file)
        if (other := owners.setdefault(read.id, file)) is not file:
            raise in_file(file, KeyFault(f"{other} has the id {read.id} as well", "id"))
        try:
            found, formulas = audit_key(read), audit_formulas(read)
            tried = _tried(file, read, expected[file.parent])
        except KeyFault as fault:
            raise in_file(file, fault) from None
        streams.write(_report(file, read, found, formulas, tried))
        others = (*formulas.findings, *tried.findings)
        faults |= bool(found.open) or any(not each.acknowledged for each in others)
    if faults:
        raise typer.Exit(streams.EXIT_FAULTS)


def _expected(folder: Path) -> list[Expected] | None:
    """Return the hand-ins with expected marks; None where the file has faults, which are noted."""
    try:
        return read_expected(folder)
    except KeyFault as fault:
        streams.note(f"grader: {fault}")
        return None


class _Trials(NamedTuple):
    """What hand-ins showed: those made from the key, and those with marks that the course expects."""

    tried: Tried
    expected: int
    findings: tuple[Oddity, ...]


def _tried(file: Path, key: Key, expected: Sequence[Expected] | None) -> _Trials:
    prepared = prepare(key)
    tried = try_key(prepared)
    if expected is None:
        unusable = Oddity(EXPECT_FILE, "cannot be used; its faults stand before this report.")
        return _Trials(tried, 0, (*tried.findings, unusable))
    own, flaws = expected_marks(file, prepared, expected)
    return _Trials(tried, own, (*tried.findings, *flaws))


def _report(file: Path, key: Key, found: Audit, formulas: FormulaAudit, tried: _Trials) -> str:
    """Return the report: what was checked and what was found, in lines of at most 80 characters."""
    blocks = [[wrapped(f"Audit of {file}: {key.title or key.id}")]]
    checked = [line for each in found.checked for line in _checked(each)]
    checked += [bullet(_draws(each)) for each in found.draws]
    if formulas.answers:
        marked = f"{count(formulas.answers, 'answer')} and {count(formulas.mistakes, 'known mistake')}"
        checked.append(bullet(f"formulas: {marked}, by value; derivatives by dual numbers."))
    checked.append(bullet(f"trials: {count(len(tried.tried.trials), 'hand-in')} made from it and marked."))
    if tried.expected:
        checked.append(bullet(f"{EXPECT_FILE}: {count(tried.expected, 'hand-in')} with expected marks."))
    blocks.append(["Checked: it parses and its shapes fit; its points, choices and mistakes.", *checked])
    if found.remarks:
        blocks.append(["Worth a look:", *(bullet(f"{each.place}: {each.says}.") for each in found.remarks)])
    roots = [each for each in found.findings if not only_follows(each)]
    blocks += [list(_finding(each, found.findings)) for each in roots]
    blocks += [
        [wrapped(f"{each.place}{if_known(each.acknowledged)}: {each.says}.")] for each in formulas.findings
    ]
    blocks += [[said_of(each)] for each in tried.findings]
    others = (*formulas.findings, *tried.findings)
    all_ = len(roots) + len(others)
    unknown = len(found.open) + sum(not each.acknowledged for each in others)
    blocks.append([wrapped(how_many(all_, unknown) if all_ else "Nothing found.")])
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def _checked(about: Checked) -> Iterator[str]:
    where = f"{about.question}, method {about.method}:"
    if about.claims:
        yield bullet(
            f"{where} {count(len(about.claims), 'claim')} ({', '.join(about.claims)}) at "
            f"{count(about.steps, 'step')} and {about.beside} random points, under "
            f"{count(about.choices, 'combination')} of choices; each derivative by dual numbers and by "
            "differences."
        )
    else:
        yield bullet(f"{where} no claims.")
    if about.printed:
        yield bullet(f"{where} {count(about.printed, 'printed number')}.")


def _draws(about: DrawsTried) -> str:
    """Return in words what came of drawing values for made-up students."""
    variants = f"{about.variants:,}" if about.variants < 1_000_000 else f"{about.variants:.1e}"
    varied = f"{about.question}: {', '.join(about.quantities)} vary, {variants} variants"
    if not about.rejected:
        return f"{varied}; none of {about.tried} draws would spoil the exercise."
    reasons = "; ".join(f"{_percent(number, about.tried)}: {says}" for says, number in about.reasons)
    return (
        f"{varied}; {_percent(about.rejected, about.tried)} of {about.tried} draws would spoil the exercise "
        f"and are drawn again ({reasons})."
    )


def _percent(part: int, whole: int) -> str:
    share = 100 * part / whole
    return f"{share:.0f} %" if share >= 1 else "under 1 %"


def _finding(finding: Finding, others: Iterable[Finding]) -> Iterator[str]:
    known = if_known(finding.acknowledged)
    match finding:
        case Oddity(place, says):
            yield wrapped(f"{place}: {says}.{known}")
        case Misprint():
            where = f"{finding.question}, method {finding.method}, {step_in_words(finding.step)}"
            yield wrapped(f"{where}{known}: {_misprint(finding)}")
        case ClaimFinding():
            condition = ", ".join(f"{group} = {option}" for group, option in finding.condition)
            where = f"{finding.question}, method {finding.method}"
            yield wrapped(f"{where}, {condition or 'under every choice'}{known}:")
            yield from map(bullet, _claim(finding))
            for other in _consequences(finding, others):
                said = f"{other.field} is not {other.claim} only because it is worked from"
                yield bullet(f"{said} {', '.join(other.because)}.")


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
        where = "at a random point"
        if example.step is not None:
            where = step_in_words(example.step) or "with the key's values"
        component = f" {_component(example.component)}" if example.component else ""
        yield f"{where}{component}: {example.field:.6g} instead of {example.claim:.6g}."


def _ratio(ratio: Ratio) -> str:
    """Return how a field differs from its claim: "it is larger by 1/w: the factor w is missing"."""
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
    """Yield the claims that fail only because this one does, under the same choices."""
    for other in others:
        if (
            isinstance(other, ClaimFinding)
            and finding.field in other.because
            and (other.question, other.method) == (finding.question, finding.method)
            and set(finding.condition) <= set(other.condition)
        ):
            yield other


def _misprint(finding: Misprint) -> str:
    digits = len(Decimal(finding.printed).as_tuple().digits) + 1
    name = f"{finding.field} {_component(finding.component)}".strip()
    return f"{name} is printed as {finding.printed}, and is {finding.solved:.{digits}g}."


def _component(component: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, component))}]" if component else ""


def expected_marks(
    file: Path, prepared: Prepared, expected: Sequence[Expected]
) -> tuple[int, tuple[Oddity, ...]]:
    """Return how many of the hand-ins belong to this key, and which expectations are not met.

    Hand-ins that belong to no key of the folder are reported with the first key.
    """
    if not expected:
        return 0, ()
    files = key_files(file.parent)
    ids = {first_look(each)[0] for each in files}
    own = [each for each in expected if _assignment(each, ids) == prepared.key.id]
    flaws = list(_not_met(prepared, own))
    if file.resolve() == files[0].resolve():
        flaws += [
            Oddity(_place(each), _homeless(each, ids))
            for each in expected
            if _assignment(each, ids) not in ids
        ]
    return len(own), tuple(flaws)


def _assignment(each: Expected, ids: set[str]) -> str | None:
    """Return the id of the key that a hand-in belongs to; where nothing says so, that of the only key."""
    said = each.wanted.assignment or (each.submission.assignment if each.submission else None)
    return said or (next(iter(ids)) if len(ids) == 1 else None)


def _homeless(each: Expected, ids: set[str]) -> str:
    if each.submission is None:
        return each.reason
    known = ", ".join(sorted(ids))
    said = each.wanted.assignment or each.submission.assignment
    found = f"found {said}" if said else 'found none; name it with "assignment"'
    return f"expected the id of a key in this folder ({known}), {found}"


def _not_met(prepared: Prepared, own: Sequence[Expected]) -> Iterator[Oddity]:
    readable = [(each, each.submission) for each in own if each.submission is not None]
    yield from (Oddity(_place(each), each.reason) for each in own if each.submission is None)
    marked = mark(prepared, [submission for _, submission in readable])
    for (each, _), one in zip(readable, marked, strict=True):
        result = one.result(each.wanted.file, each.problems)
        for place, says in mismatches(each.wanted, result):
            yield Oddity(f"{_place(each)}, {place}", says)


def _place(each: Expected) -> str:
    return f"{EXPECT_FILE}, {each.wanted.name}"
