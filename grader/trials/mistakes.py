"""Each known mistake is made, line by line, and looked for."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.schemas.places import step_in_words
from grader.schemas.results import QuestionResult, Status
from grader.solver import Trace, solve
from grader.solver.plan import Choice, Line, WrongWay
from grader.trials.bench import Bench, in_words, points_fault
from grader.trials.students import Pages, Place, Rounding, Student, write_pages
from grader.trials.trial import Made, Trial

WRITTEN = Rounding(8, significant=True)
_CLOSE = 1e-7  # between numbers that were rounded to eight digits and worked on with
_MOST_TRIED = 3  # ways to make a mistake, of which hand-ins are marked


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """A line of a mistake, and one way to make it: under a choice, in all steps or (`when`) in some."""

    way: WrongWay
    line: Line
    choice: Choice
    when: frozenset[int] | None = None

    @property
    def name(self) -> tuple[str, str]:
        """The mistake and the field of its line."""
        return self.way.name, self.line.field

    @property
    def student(self) -> Student:
        faults = {self.line.field: self.line.tree(self.choice)}
        return Student(self.choice, rounding=WRITTEN, faults=faults, when=self.when)


@dataclass(frozen=True, slots=True, eq=False)
class _Page:
    """What a mistake does to a page: the lines that it changes, and `twins`, mistakes with the same answer.

    A line that still has the value of the reference, as where two errors cancel, is right and not counted.
    """

    case: _Case
    answer: dict[str, Any]
    shows: frozenset[Place]
    twins: tuple[str, ...]
    finite: bool


def try_mistakes(bench: Bench) -> Iterator[Trial]:
    """Yield a trial for each line of each known mistake of a method.

    The mistake is first made in all steps under the default choice. If it is not found, it is made under
    other choices; and then, as in all steps it may be another accepted way, in a single step.
    """
    open_ = [(way, line) for way in bench.layout.plan.mistakes for line in way.lines.values()]
    found: dict[tuple[str, str], Trial] = {}
    for pages in _rounds(bench, open_):
        results = bench.mark([page.answer for page in pages])
        for page, result in zip(pages, results, strict=True):
            key = page.case.name
            if key not in found or found[key].miss:
                miss = _miss(bench, page, result)
                if key not in found or not miss:
                    name, field = key
                    steps = tuple(bench.labels(t) for t, _ in sorted(page.shows))
                    found[key] = bench.trial(Made.MISTAKE, name, result, miss=miss, field=field, steps=steps)
                if not miss:
                    open_.remove((page.case.way, page.case.line))
    yield from found.values()


def _rounds(bench: Bench, open_: list[tuple[WrongWay, Line]]) -> Iterator[list[_Page]]:
    """Yield the pages of each round, with only the mistakes that have not been found before."""
    first, *others = bench.choices
    for choices, once in (([first], False), (others, False), ([first, *others], True)):
        cases = [_Case(way, line, choice) for way, line in open_ for choice in choices]
        if cases and once:
            last = [max((t for t, _ in page.shows), default=0) for page in _pages(bench, cases)]
            cases = [replace(case, when=frozenset({t})) for case, t in zip(cases, last, strict=True)]
        if cases:
            yield list(_most_telling(_pages(bench, cases)))


def _pages(bench: Bench, cases: Sequence[_Case]) -> list[_Page]:
    """Return what each case does to a page."""
    plan = bench.layout.plan
    pages = write_pages(plan, [case.student for case in cases])
    flat = np.concatenate([values.reshape(len(cases), -1) for values in pages.written.values()], axis=1)
    references = {tuple(c.values()): solve(plan, c, plan.default_given) for c in bench.choices}
    made = []
    for i, case in enumerate(cases):
        reference = references[tuple(case.choice.values())]
        shows = frozenset(place for place in pages.places(i) if _differs(pages, i, place, reference))
        same = np.flatnonzero((flat == flat[i]).all(axis=1)).tolist() if shows else []
        twins = [
            cases[j].way.name
            for j in same
            if cases[j].way is not case.way
            and (cases[j].choice, cases[j].line.field) == (case.choice, case.line.field)
        ]
        finite = bool(np.isfinite(flat[i]).all())
        made.append(_Page(case, pages.answer(i), shows, tuple(twins), finite))
    return made


def _differs(pages: Pages, i: int, place: Place, reference: Trace) -> bool:
    """Tell whether the mistake changes a number of a line, and not back to that of the reference."""
    t, field = place
    if t >= len(reference[field]):
        return False  # after the last step of the work, which is not asked and not marked
    again = np.isclose(pages.written[field][i, t], reference[field][t], rtol=_CLOSE, atol=0.0)
    return bool(np.any(pages.shows[field][i, t] & ~again))


def _most_telling(pages: Sequence[_Page]) -> Iterator[_Page]:
    """Yield for each mistake the few pages that show it best: it changes lines as no other does."""
    each: dict[tuple[str, str], list[_Page]] = defaultdict(list)
    for page in pages:
        each[page.case.name].append(page)
    for own in each.values():
        yield from sorted(own, key=lambda page: (not page.shows, len(page.twins)))[:_MOST_TRIED]


def _miss(bench: Bench, page: _Page, result: QuestionResult) -> str:
    """Return what is wrong with what was found, and what to do; nothing if all is right."""
    (name, field), blamed = page.case.name, bench.blamed(result)
    if not page.shows:
        return (
            f"it changes no digit of {field}, under any choice: no hand-in can show it. Leave this line out."
        )
    if page.twins:
        names = " and ".join((name, *page.twins))
        return (
            f"{names} give the same numbers in {field}, so nobody is told which it was, and the mildest "
            "counts. Make them one mistake, or let it stand (acknowledged)."
        )
    if not page.finite:
        return (
            f"{field} becomes no finite number by it, or what follows: no hand-in can show it. Leave it out."
        )
    as_it_is = {place for place, got in blamed.items() if (got.status, got.cause) == (Status.MISTAKE, name)}
    if missed := sorted(page.shows - as_it_is):
        got = blamed.get(missed[0])
        where = _where(bench, missed[0][0])
        as_what = f"as {in_words([got])}" if got else "as right"
        how_often = f" in {len(missed)} of {len(page.shows)} steps" if len(page.shows) > 1 else ""
        return (
            f"{field} is not found as this mistake{how_often}; {where}it is found {as_what}. Look whether "
            "its equation is the line as a person would get it wrong, or let it stand (acknowledged)."
        )
    if others := blamed.keys() - page.shows:
        t, other = min(others)
        got = blamed[t, other]
        return f"{other} is blamed as well: {_where(bench, t)}it is found as {in_words([got])}, and is right."
    return points_fault(result)


def _where(bench: Bench, t: int) -> str:
    labels = step_in_words(bench.labels(t))
    return f"in {labels} " if labels else ""
