"""What nothing explains in a class, and who shares it, on record: what changes it is seen there.

    python tests/recorded_pairs.py

writes recorded_pairs.txt anew. The class is drawn as in recorded.py; some hand-ins are copied.
"""

from copy import deepcopy
from itertools import groupby
from pathlib import Path

from recorded import hand_in, in_other_orders
from shared import practical_key

from grader.marking.mark import mark
from grader.marking.similar import similar_pairs
from grader.marking.unexplained import unexplained
from grader.schemas.submission import Submission

RECORD = Path(__file__).with_suffix(".txt")
CLASS = range(200, 232)
FORMULAS = ("(y_out - y_gt) * z_2", "y_out * f_3'(s_out) + z_2", "W_2 * z_1 * f_2'(s_2) * y_gt")
SHOWN = 4  # lines of a field


def class_():
    """Yield the hand-ins of a class: every fourth is copied, with a weight and a loss of its own."""
    every = [answer for number in CLASS for _, answer in [hand_in(number)]]
    every += [answer for _, answer in in_other_orders()][::3]
    for i, answer in enumerate(every):
        formulas = dict(zip(("dL_dW_out", "dL_dW_2", "dL_dW_1"), FORMULAS[i % 4 :], strict=False))
        yield f"{i}", {"exercise1": formulas, "exercise2": answer}
        if i % 4 == 0:
            copy = deepcopy(answer)
            copy["steps"][0]["W"] = [["0.61", "0.72", "0.013"], ["0.014", "0.45", "0.86"]]
            copy["steps"][-1]["L"] = "0.4321"
            yield f"copy of {i}", {"exercise1": formulas, "exercise2": copy}


def record():
    """Return the record: what is odd in each hand-in, and the pairs."""
    key = practical_key()
    submissions = [Submission(student=student, answers=answers) for student, answers in class_()]
    odd = unexplained(
        key, submissions, mark(key, submissions), [f"{own.student}.json" for own in submissions]
    )
    lines = []
    for own in odd:
        lines.append(f"{own.student}: {len(own.lines)} odd")
        for field, some in groupby(own.lines, key=lambda line: line.field):
            same = list(some)
            often = ", again and again" if same[0].throughout else ""
            lines.append(
                f"    {field}{often}, from {sorted(same[0].sources)} and {len(same[0].inputs)} bytes"
            )
            for line in same[:SHOWN]:
                step = ".".join(str(number) for _, number in line.step)
                lines.append(
                    f"        {step} {line.components}: {line.shown} | {line.due} | {line.chance:.4g}"
                )
    for pair in similar_pairs(odd, len(odd), at_least=0):
        places = [f"{one.field}{[number for _, number in one.step]}" for one, _ in pair.shared]
        lines.append(
            f"{pair.first.student} and {pair.second.student}: one in {pair.one_in}, {pair.causes} causes"
        )
        lines.append(f"    {' '.join(places[:SHOWN])} of {len(places)}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    RECORD.write_text(record(), encoding="utf-8")
