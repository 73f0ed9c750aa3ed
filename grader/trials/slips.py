"""Each slip of the pen, made in each field: written wrong once, the work going on with what was meant."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.expressions import Array
from grader.marking.lines.slips import Slip
from grader.schemas.key import Tolerance
from grader.schemas.places import step_in_words
from grader.schemas.results import QuestionResult
from grader.trials.bench import Bench, in_words, points_fault
from grader.trials.pen import KINDS, slipped
from grader.trials.rounding import Rounding
from grader.trials.students import Pages, Place, Student, write_pages
from grader.trials.trial import Made, Trial

_WRITTEN = Rounding(6, significant=True)


def try_slips(bench: Bench) -> Iterator[Trial]:
    """Yield a trial for each kind of slip and each field in which it can be made."""
    pages = write_pages(bench.layout.plan, [Student(rounding=_WRITTEN)])
    made = [*_made(pages)]
    results = bench.mark([answer for _, _, answer in made])
    for (kind, place, _), result in zip(made, results, strict=True):
        yield _trial(bench, kind, place, result)


def _made(pages: Pages) -> Iterator[tuple[Slip, Place, dict[str, Any]]]:
    plan = pages.plan
    for kind in KINDS:
        for line in plan.lines:
            for t in _from_the_middle(int(pages.steps[0])):
                right = pages.written[line.field][0, t]
                wrong = slipped(kind, right, _beside(pages, t, line.field))
                if wrong is not None and _matters(right, wrong, plan.tolerance):
                    answer = pages.answer(0)
                    answer["steps"][t][line.field] = wrong.tolist()
                    yield kind, (t, line.field), answer
                    break


def _matters(right: Array, wrong: Array, tolerance: Tolerance) -> bool:
    """Tell whether a slip is more than what the key lets pass anyway."""
    with np.errstate(invalid="ignore"):  # where the exercise has left the numbers, nothing can be told
        return bool(np.any(np.abs(wrong - right) > tolerance.room(right)))


def _from_the_middle(count: int) -> list[int]:
    """Return the numbers of all steps, those in the middle first: there something comes before and after."""
    return sorted(range(count), key=lambda t: abs(t - count // 2))


def _beside(pages: Pages, t: int, field: str) -> dict[str, Array]:
    """Return the rows of the same shape that stand above a line in its step."""
    order = [line.field for line in pages.plan.lines]
    above = order[: order.index(field)]
    shape = np.shape(pages.written[field])
    return {name: pages.written[name][0, t] for name in above if np.shape(pages.written[name]) == shape}


def _trial(bench: Bench, kind: Slip, place: Place, result: QuestionResult) -> Trial:
    return bench.trial(
        Made.SLIP,
        kind.name.lower().replace("_", " "),
        result,
        found=in_words(bench.blamed(result).values()) or "right",
        miss=_miss(bench, place, result),
        field=place[1],
        steps=(bench.labels(place[0]),),
    )


def _miss(bench: Bench, place: Place, result: QuestionResult) -> str:
    """Return what is wrong with what was found: the line must be blamed, as whatever it looks like."""
    blamed = bench.blamed(result)
    where = step_in_words(bench.labels(place[0]))
    if place not in blamed:
        return f"made in {where or 'the only step'} it is not found: tolerated, or within rounding."
    if others := blamed.keys() - {place}:
        t, field = min(others)
        there = step_in_words(bench.labels(t))
        return f"made in {where}, {field} in {there} is blamed as well, as {in_words([blamed[t, field]])}."
    return points_fault(result)
