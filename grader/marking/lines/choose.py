"""Which of the accepted ways a student took: told by the lines where the ways differ, never by the marks.

Each choice is decided at the first line that it touches where its options differ beyond rounding. The option
that more steps of that line agree with is taken, by what rounding explains and not by the key's tolerance.
(A student who writes tanh at the output and forgets its derivative chose tanh and made a mistake; "what earns
most" would call it relu with a wrong output.) Where something is wrong in a hand-in, most of its lines can
outvote the first one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Mask
from grader.marking.lines.batch import Batch
from grader.marking.lines.explain import agrees
from grader.marking.lines.under_options import UnderOptions, marks_of
from grader.marking.lines.verdicts import Code
from grader.marking.lines.work import Options, along, names_of_all_steps, work
from grader.marking.sheets.layout import Slot
from grader.solver import Form, Line

Counts = NDArray[np.intp]

_MAJORITY = 2  # so many more lines speak for another option than for the first line's
_NEARER = 0.75  # of the distance is clearly nearer; rounding alone does not bring a wrong number so near


def choose(batch: Batch, *, sharp: bool = False) -> Options:
    """Return for each choice group the number of each student's option: (N,).

    `sharp` assumes that the students worked on with exactly what they wrote.
    """
    plan = batch.plan
    if not plan.choices:
        return {}
    with np.errstate(all="ignore"):
        chooser = _Chooser(batch, sharp=sharp)
        chooser.settle_coarse()
        for group in sorted(plan.choices, key=chooser.first_line):
            chooser.decide(group)
        chooser.break_ties()
    return {group: np.argmax(open_, axis=1) for group, open_ in chooser.open.items()}


def outvoted(batch: Batch, options: Options) -> Options:
    """Return the options, changed where most lines speak for another one than the first line does.

    A student who leaves out a factor in the first line, and works all others by one accepted way, has made a
    mistake in the first line.
    """
    with np.errstate(all="ignore"):
        chooser = _Chooser(batch, sharp=False)
        result = dict(options)
        for group, names in batch.plan.choices.items():
            chooser.open = {g: np.arange(o.shape[1]) == result[g][:, None] for g, o in chooser.open.items()}
            chooser.open[group][:] = True
            votes = np.zeros((len(batch), len(names)), dtype=np.intp)
            for line, slot in batch.layout.pairs():
                if group in line.usual.groups and slot.forms[0] is line.usual:
                    counts, given = chooser.agreements(line, slot, group)
                    best = counts == counts.max(axis=1, keepdims=True)
                    tells = (best.sum(axis=1) == 1) & (2 * counts.max(axis=1) >= given) & (given > 0)
                    votes += best & tells[:, None]
            own = np.take_along_axis(votes, result[group][:, None], axis=1)[:, 0]
            result[group] = np.where(
                votes.max(axis=1) >= own + _MAJORITY, votes.argmax(axis=1), result[group]
            )
    return result


class _Chooser:
    """Closes options until one is left; `open` has those left for each student, by group: (N, options)."""

    def __init__(self, batch: Batch, *, sharp: bool) -> None:
        self.batch = batch
        self.plan = batch.plan
        count = len(batch)
        self.open: dict[str, Mask] = {
            group: np.ones((count, len(options)), dtype=np.bool_)
            for group, options in self.plan.choices.items()
        }
        self.gaps = gaps(batch)
        self.telling = {group: _telling(batch, group) for group in self.plan.choices}
        self.own = batch.as_written(sharp=sharp)
        self.trials = UnderOptions(batch)

    def first_line(self, group: str) -> int:
        touched = (i for i, line in enumerate(self.plan.lines) if group in line.usual.groups)
        return next(touched, len(self.plan.lines))

    def settle_coarse(self) -> None:
        """Judge those who write too few digits throughout by the digits that they do write.

        By as many digits as the question asks for, 0.16 would agree with 0.16 and not with tanh(0.16).
        """
        rows = np.flatnonzero(np.isfinite(self.batch.few) & ~self.gaps)
        if not len(rows):
            return
        part = self.batch.take(rows)
        written = 0.5 * 10.0 ** -np.maximum(part.decimals, part.few[:, None, None])
        coarse = _Chooser(replace(part, half=np.maximum(part.half, written)), sharp=False)
        for group in sorted(self.plan.choices, key=self.first_line):
            coarse.decide_by_lines(group)
            self.open[group][rows] = coarse.open[group]

    def decide(self, group: str) -> None:
        """Close options of a group that fit worse at the first line where they differ, then at the next."""
        self.decide_by_lines(group)
        some = np.flatnonzero(self.gaps & self.telling[group] & (self.open[group].sum(axis=1) > 1))
        if len(some):
            for counts, given in self._walked(group, some):
                self._keep_best(group, some, counts, given)

    def decide_by_lines(self, group: str) -> None:
        """Decide by the lines whose parents are handed in as well, each in all steps at once."""
        for line, slot in self.batch.layout.pairs():
            undecided = np.flatnonzero(self.open[group].sum(axis=1) > 1)
            if group in line.usual.groups and len(undecided) and slot.forms[0] is line.usual:
                counts, given = self.agreements(line, slot, group)
                self._keep_best(group, undecided, counts[undecided], given[undecided])

    def _keep_best(self, group: str, rows: NDArray[np.intp], counts: Counts, given: Counts) -> None:
        """Keep the options that most numbers agree with, where those are at least half of what is given.

        A line that is wrong throughout agrees with some option by chance here and there.
        """
        counts = np.where(self.open[group][rows], counts, -1)
        best = counts.max(axis=1, keepdims=True)
        self.open[group][rows] &= (counts == best) | (2 * best < given[:, None])

    def agreements(self, line: Line, slot: Slot, group: str) -> tuple[Counts, Counts]:
        """Return how many components of a line agree with each option, (N, options), and of how many, (N,).

        Steps count in which everything that the line is worked from is handed in. Other groups that are still
        open take part with their best option.
        """
        groups = line.usual.groups
        best = np.zeros((len(self.batch), len(self.plan.choices[group])), dtype=np.intp)
        names = names_of_all_steps(self.batch, line, self.own)
        values, half = slot.of(self.batch.values), slot.of(self.batch.half)
        axes = tuple(range(1, values.ndim))
        known = np.ones(values.shape[:2], dtype=np.bool_)
        for name in line.parents:
            known &= ~np.any(np.isnan(names[name].mid.reshape(*known.shape, -1)), axis=2)
        for numbers in product(*(range(len(self.plan.choices[g])) for g in groups)):
            possible = np.all([self.open[g][:, n] for g, n in zip(groups, numbers, strict=True)], axis=0)
            if not np.any(possible):
                continue
            ball = work(_only(line.usual, numbers, self.plan.choices), self.plan, {}, names, leading=2)
            fits = agrees(values, half, ball) & along(known, values)
            counts = np.where(possible, np.sum(fits, axis=axes), -1)
            option = numbers[groups.index(group)]
            best[:, option] = np.maximum(best[:, option], counts)
        given = np.count_nonzero(~np.isnan(values) & along(known, values), axis=axes)
        return best, given

    def _walked(self, group: str, rows: NDArray[np.intp]) -> Iterator[tuple[Counts, Counts]]:
        """Yield the agreements of each line with each option, found by marking the hand-ins under each.

        For students who left out a line that the choice touches, only the lines that follow from it can tell.
        What other groups leave open takes part with its best option.
        """
        part = self.batch.take(rows)
        count = len(self.plan.choices[group])
        kept = {g: np.argmax(open_[rows], axis=1) for g, open_ in self.open.items()}
        others = list(self._trials(rows, kept, beside=group))
        trials = [{**trial, group: np.full(len(rows), number)} for number in range(count) for trial in others]
        tried = self.trials.of(rows, trials)
        right = [(codes <= Code.FOLLOWS) & ~np.isnan(part.values) for codes, _ in tried]
        for slot in self.batch.layout.usual[self.first_line(group) :]:
            each = np.stack([one[..., slot.columns].sum(axis=(1, 2)) for one in right])
            counts = each.reshape(count, len(others), len(rows)).max(axis=1)
            given = (~np.isnan(part.values[..., slot.columns])).sum(axis=(1, 2))
            yield counts.T, given

    def break_ties(self) -> None:
        """Decide what the lines leave open by the marks, then by which numbers are clearly nearer.

        Where nothing tells the options apart, the first one counts.
        """
        torn = [self.telling[group] & (open_.sum(axis=1) > 1) for group, open_ in self.open.items()]
        rows = np.flatnonzero(np.any(torn, axis=0))
        if not len(rows):
            return
        part = self.batch.take(rows)
        kept = {group: np.argmax(open_[rows], axis=1) for group, open_ in self.open.items()}
        # If the constant was not the stated one, nearness says nothing: 0.2 times a mean is 0.05 times a sum.
        blurred = {group for line in self.plan.lines if line.given for group in line.usual.groups}
        best = np.full(len(rows), -1.0)
        distance = np.full(len(rows), np.inf)
        held = np.zeros(part.values.shape, dtype=np.uint8)
        final = dict(kept)
        trials = list(self._trials(rows, kept))
        for trial, (found, apart) in zip(trials, self.trials.of(rows, trials), strict=True):
            score = marks_of(found, part.values)
            codes = np.maximum(found, np.uint8(Code.FOLLOWS))  # what is right in itself depends on the way
            same = (codes == held).all(axis=(1, 2))
            same &= np.all([trial[group] == final[group] for group in final if group in blurred], axis=0)
            better = (score > best) | (same & (apart < _NEARER * distance))
            best = np.maximum(best, score)
            distance, held = np.where(better, apart, distance), np.where(better[:, None, None], codes, held)
            final = {group: np.where(better, trial[group], final[group]) for group in kept}
        for group, chosen in final.items():
            self.open[group][rows] = np.arange(self.open[group].shape[1]) == chosen[:, None]

    def _trials(self, rows: NDArray[np.intp], kept: Options, beside: str | None = None) -> Iterator[Options]:
        """Yield all combinations of options open to any of these students, limited to each student's own."""
        torn: list[list[int]] = []
        for group, open_ in self.open.items():
            if group == beside:
                torn.append([0])
                continue
            several = open_[rows].sum(axis=1) > 1
            torn.append(np.flatnonzero(np.any(open_[rows] & several[:, None], axis=0)).tolist() or [0])
        for trial in product(*torn):
            yield {
                group: np.where(self.open[group][rows, number], number, kept[group])
                for group, number in zip(kept, trial, strict=True)
            }


def _only(form: Form, numbers: tuple[int, ...], choices: Mapping[str, tuple[str, ...]]) -> Form:
    options = tuple(choices[group][n] for group, n in zip(form.groups, numbers, strict=True))
    return Form(form.name, form.shape, (), {(): form.trees[options]})


def gaps(batch: Batch) -> Mask:
    """Tell who left something out before the end of what is written: (N,)."""
    given = ~np.isnan(batch.values)
    written = np.any(given, axis=2)
    last = np.where(np.any(written, axis=1), written.shape[1] - np.argmax(written[:, ::-1], axis=1), 0)
    worked = np.arange(written.shape[1]) < last[:, None]
    found = np.zeros(len(batch), dtype=np.bool_)
    for slot in batch.layout.usual:
        here = np.all(given[..., slot.columns], axis=2)
        found |= np.any(worked & ~here, axis=1)
    return found


def _telling(batch: Batch, group: str) -> Mask:
    """Tell who wrote anything that could be another number, or worth something else, by another option: (N,).

    That is anything in or after the first line that the choice touches; or anything at all, where the numbers
    decide how many steps are asked.
    """
    plan = batch.plan
    given = ~np.isnan(batch.values)
    if plan.stop is not None:
        return np.asarray(given.any(axis=(1, 2)))
    ways = (way.lines[line.field] for line in plan.lines for way in plan.mistakes if line.field in way.lines)
    touched = {
        each.field
        for each in (*plan.lines, *ways)
        for form in (each.usual, *each.forms)
        if group in form.groups
    }
    first = next((slot.offset for slot in batch.layout.usual if slot.field in touched), given.shape[2])
    return np.asarray(given[:, 0, first:].any(axis=1) | given[:, 1:].any(axis=(1, 2)))
