"""A key tests itself: everything that it knows of is made, marked, and looked for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from grader.marking.formulas.derivatives import has_derivatives
from grader.marking.mark import Prepared, mark
from grader.marking.variants import key_value
from grader.schemas.key import Acknowledged, TraceQuestion
from grader.schemas.parts import Part, PartsQuestion
from grader.schemas.submission import Submission
from grader.solver.findings import Oddity
from grader.trials.bench import Bench
from grader.trials.formulas import try_parts
from grader.trials.honest import try_honest
from grader.trials.mistakes import try_mistakes
from grader.trials.slips import try_slips
from grader.trials.students import Student, write_pages
from grader.trials.trial import Made, Trial, Tried

_EXACT = 1e-9
_TEXT = "An answer in words."


def try_key(prepared: Prepared) -> Tried:
    """Make hand-ins from a key, mark them, and compare what was made with what was found."""
    trials: list[Trial] = []
    flaws: list[Oddity] = []
    for question in prepared.key.question:
        if isinstance(question, TraceQuestion):
            found = _acknowledged(question.acknowledged, _try_trace(prepared, question))
            trials += found
            flaws += _unused(question, found) if _works(found) else ()
        else:
            trials += try_parts(question, prepared.marker(question))
    flaws += _whole(prepared)
    return Tried(prepared.key.id, tuple(trials), tuple(flaws))


def _try_trace(prepared: Prepared, question: TraceQuestion) -> Iterator[Trial]:
    for layout in prepared.layouts[question.id].values():
        bench = Bench(question, layout, prepared.results)
        honest = list(try_honest(bench))
        if not _works(honest):  # all else follows from that
            yield from (trial for trial in honest if trial.made is Made.PERFECT)
            continue
        yield from honest
        for trials in (try_mistakes, try_slips):
            yield from trials(bench)


def _works(trials: Iterable[Trial]) -> bool:
    """Tell whether the key's own numbers are right by the key itself."""
    return not any(trial.made is Made.PERFECT and trial.miss for trial in trials)


def _acknowledged(known: Iterable[Acknowledged], trials: Iterable[Trial]) -> list[Trial]:
    """Return the trials; those that missed a mistake of which the key knows are acknowledged."""
    return [
        replace(trial, acknowledged=True)
        if trial.miss and any(_covers(each, trial) for each in known)
        else trial
        for trial in trials
    ]


def _covers(known: Acknowledged, trial: Trial) -> bool:
    return trial.made is Made.MISTAKE and known.mistake == trial.name and known.field in (None, trial.field)


def _unused(question: TraceQuestion, trials: Iterable[Trial]) -> Iterator[Oddity]:
    """Yield mistakes that the key acknowledges as not found, but that were found."""
    missed = [trial for trial in trials if trial.miss]
    for each in question.acknowledged:
        if each.mistake is not None and not any(_covers(each, trial) for trial in missed):
            where = f" in {each.field}" if each.field else ""
            yield Oddity(
                f"{question.id}, acknowledged",
                f"mistake {each.mistake}{where}: it is found; nothing to let stand.",
            )


def _whole(prepared: Prepared) -> Iterator[Oddity]:
    """Yield what is wrong with the points of a perfect hand-in, and with those of an empty one."""
    unworked = _unworked(prepared)
    answers = {question.id: _perfect(prepared, question, unworked) for question in prepared.key.question}
    everything, nothing = mark(
        prepared, [Submission(student="perfect", answers=answers), Submission(student="empty")]
    )
    most = prepared.key.max_points - sum(part.points for part in unworked)
    if everything.score + everything.pending < most - _EXACT or everything.score > most + _EXACT:
        waiting = f", and {everything.pending:g} wait for a person" if everything.pending else ""
        yield Oddity("points", f"a perfect hand-in has {everything.score:g} of {most:g} points{waiting}.")
    if nothing.score or nothing.pending:
        yield Oddity("points", f"an empty hand-in has {nothing.score + nothing.pending:g} points.")
    for problem in everything.problems:
        yield Oddity("perfect hand-in", problem.text)


def _unworked(prepared: Prepared) -> list[Part]:
    """Return the parts whose answer the key only names, as a derivative: there is no text to hand in."""
    questions = [question for question in prepared.key.question if isinstance(question, PartsQuestion)]
    return [
        part
        for question in questions
        if (marker := prepared.marker(question)) is not None
        for part in question.part
        if part.id in marker.parts and has_derivatives(marker.parts[part.id].answers[0])
    ]


def _perfect(
    prepared: Prepared, question: TraceQuestion | PartsQuestion, unworked: Sequence[Part]
) -> dict[str, object]:
    if isinstance(question, TraceQuestion):
        layout = next(iter(prepared.layouts[question.id].values()))
        answer = write_pages(layout.plan, [Student()]).answer(0)
        if (variation := prepared.variations.get(question.id)) is not None:
            answer["variant"] = {name: key_value(variation, name).tolist() for name in variation.lattices}
        return answer
    parts = [part for part in question.part if part not in unworked]
    return {part.id: part.answer[0] if part.answer else _TEXT for part in parts}
