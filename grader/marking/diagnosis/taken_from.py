"""Lines that were worked rightly, but from the start values, or from the inputs of another round of a loop.

A student who begins each pass anew, or takes the input of another sample, has made one error that a person
sees at once. The line stays wrong, and what it was worked from is named.
"""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from grader.expressions import Mask, exact
from grader.marking.diagnosis.wrong_lines import Names, WrongLines, wrong_lines
from grader.marking.lines.batch import Batch
from grader.marking.lines.slips import Slip
from grader.marking.lines.verdicts import Verdicts, at_fault
from grader.solver import Line, Plan

_MOST_ROUNDS = 8  # of a loop; with more of them one fits by chance


def note_taken_from(verdicts: Verdicts) -> None:
    """Name the wrong lines that the start values, or the inputs of another round, give.

    In each step the first line with such a value is charged; later lines with the same value follow.
    """
    plan = verdicts.plan
    nowhere: Mask = np.zeros(verdicts.codes.shape[:2], dtype=np.bool_)
    charged: dict[tuple[Slip, int, str], Mask] = defaultdict(nowhere.copy)
    touched = nowhere.copy()
    for line, slot in verdicts.layout.pairs():
        if not line.previous and not inputs_of_rounds(plan, line):
            continue
        open_ = wrong_lines(verdicts, slot)
        # What follows from such a value may look like something else: no update, or one the other way.
        rows, steps = np.nonzero(open_ | (touched & at_fault(verdicts.of(slot)[0]).any(axis=2)))
        if not len(rows):
            continue
        wrong = WrongLines(verdicts, line, slot, rows, steps)
        for kind, number, others in _others(verdicts.batch, line):
            found = wrong.left & wrong.explained(wrong.work(others))
            if kind == Slip.FROM_START:  # in the first step nothing has been updated yet
                found &= steps > 0
            values = [charged[kind, number, plan.field_of(name)] for name in others]
            again = found & np.all([steps_of[rows, steps] for steps_of in values], axis=0)
            found &= again | open_[rows, steps]
            wrong.note(kind, number, found & ~again)
            wrong.follow(again)
            for steps_of in (*values, touched):
                steps_of[rows[found], steps[found]] = True


def inputs_of_rounds(plan: Plan, line: Line) -> list[str]:
    """Return the inputs of a line that come from the innermost loop that gives it any."""
    given = [name for name in line.inputs if name in plan.rounds and name not in plan.loops]
    given = [name for name in given if np.array_equal(plan.rounds[name], plan.rounds[given[-1]])]
    few = not given or len(np.unique(plan.rounds[given[0]])) <= _MOST_ROUNDS
    return given if few else []


def _others(batch: Batch, line: Line) -> Iterator[tuple[Slip, int, Names]]:
    """Yield other values for a line's names, with the kind of fault and, for a round, its number."""
    plan = batch.plan
    if line.previous:
        fields = {name: plan.field_of(name) for name in line.previous}
        yield Slip.FROM_START, 0, {name: exact(batch.start(of)[:, None]) for name, of in fields.items()}
    given = inputs_of_rounds(plan, line)
    rounds = plan.rounds[given[0]] if given else np.zeros(0, dtype=np.intp)
    for number in np.unique(rounds).tolist():
        step = int(np.argmax(rounds == number))
        inputs = {name: exact(batch.inputs(name)[:, step : step + 1]) for name in given}
        yield Slip.FROM_ROUND, number, inputs
