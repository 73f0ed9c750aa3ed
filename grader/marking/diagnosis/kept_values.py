"""Lines that were not worked anew: the value of an earlier step still stands there."""

import numpy as np

from grader.marking.diagnosis.wrong_lines import wrong_lines
from grader.marking.lines.slips import Slip, copied
from grader.marking.lines.verdicts import Code, Verdicts

_LEAST = 2  # lines of a field
_MOST_STEPS = 64  # with more steps some line is like another by chance


def note_kept_values(verdicts: Verdicts) -> None:
    """Name the wrong lines that are, number by number, what was right or followed in an earlier step.

    Of several such steps the first in the same round of the innermost loop is named, or else the first.
    """
    layout = verdicts.layout
    if layout.steps > _MOST_STEPS:
        return
    inner = [1, *layout.plan.loops.values()][-1]
    for slot in layout.usual:
        rows, steps = np.nonzero(wrong_lines(verdicts, slot))
        if not len(rows):
            continue
        values = verdicts.batch.values[..., slot.columns]
        good = np.all(verdicts.codes[..., slot.columns] <= Code.FOLLOWS, axis=2)
        source, aligned = np.full(len(rows), layout.steps), np.zeros(len(rows), dtype=np.bool_)
        for step in reversed(range(layout.steps - 1)):
            same = (step < steps) & good[rows, step] & copied(values[rows, steps], values[rows, step])
            in_round = (steps - step) % inner == 0
            source[same & (in_round | ~aligned)] = step
            aligned |= same & in_round
        kept = source < layout.steps
        kept &= (np.bincount(rows, kept, minlength=len(values)) >= _LEAST)[rows]
        here = (rows[kept], steps[kept], slot.columns)
        wrong = verdicts.codes[here] == Code.WRONG
        verdicts.kinds[here] = np.where(wrong, Slip.KEPT, verdicts.kinds[here])
        verdicts.source[rows[kept], steps[kept], slot.line] = source[kept]
