"""What own values for each student cost: `python tests/benchmarks/variants.py [STUDENTS]`.

The practical's class is marked by its key and by the same key with variants, in turns; the ratio of the
fastest of each is printed, in processor time. The same students, choices, roundings and faults in both: an
honest class, one in which every third does a known mistake throughout, and one in which every tenth hands in
what belongs to somebody else's values (to other values than those of the key, where there are no variants).
Hand-ins state their variant, as those made from templates do; how long it takes where they do not, so that
draws have to be looked at again, is printed as well.
"""

import sys
from pathlib import Path
from time import process_time

import numpy as np

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from crowd import random_crowd  # noqa: E402
from shared import practical_key  # noqa: E402
from varied import QUESTION, RANGES, SECRET, varied_practical  # noqa: E402

from grader.marking.mark import mark_papers  # noqa: E402
from grader.schemas.submission import Submission  # noqa: E402
from grader.solver.variants import assign  # noqa: E402

REPEATS = 5
GROUPS = 5


def class_of(prepared, students, wholes, kind):
    """Return what a class hands in; `wholes` are the own values, none for a key without variants."""
    plan = prepared.layouts[QUESTION]["online"].plan
    answers = [None] * len(students)
    for group in range(GROUPS):
        rows = np.arange(group, len(students), GROUPS)
        own = {name: values[rows] for name, values in wholes.items()}
        if kind == "every tenth copies":
            own = _copied(plan, own, len(rows))
        random = np.random.default_rng(group)
        crowd = random_crowd(plan, len(rows), random, "carry", varied=plan.spread(own))
        worked = crowd.answers()
        if kind == "a third mistaken":
            way = plan.mistakes[group]
            crowd.faults = {name: line.tree(crowd.choice) for name, line in way.lines.items()}
            crowd.written = []
            crowd._work()
            worked[::3] = crowd.answers()[::3]
        for row, answer in zip(rows.tolist(), worked, strict=True):
            answers[row] = answer
    for row, answer in enumerate(answers):
        if wholes:
            answer["variant"] = {name: values[row].tolist() for name, values in wholes.items()}
    return [
        Submission(student=student, answers={QUESTION: answer})
        for student, answer in zip(students, answers, strict=True)
    ]


def _copied(plan, wholes, count):
    """Return own values of which every tenth is another's, or, where all have the key's, other ones."""
    if not wholes:
        wholes = {name: np.repeat(plan.whole(name)[None], count, axis=0) for name in RANGES}
        return {name: np.where(_every_tenth(values), 1.1 * values, values) for name, values in wholes.items()}
    return {
        name: np.where(_every_tenth(values), np.roll(values, 1, axis=0), values)
        for name, values in wholes.items()
    }


def _every_tenth(values):
    return (np.arange(len(values)) % 10 == 1).reshape(-1, *(1,) * (values.ndim - 1))


def without_variant(submissions):
    return [
        Submission(
            student=one.student,
            answers={QUESTION: {name: v for name, v in one.answers[QUESTION].items() if name != "variant"}},
        )
        for one in submissions
    ]


def timed(prepared, submissions):
    """Return the processor time of reading into arrays and marking, and what was marked."""
    start = process_time()
    papers = [prepared.read(submission) for submission in submissions]
    marked = mark_papers(prepared, papers)
    return process_time() - start, marked


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    plain, varied = practical_key(), varied_practical()
    students = [f"{i:05}" for i in range(count)]
    drawn = assign(varied.variations[QUESTION], SECRET, students)
    print(f"{count} students, {drawn.attempts.mean():.1f} draws each; processor time")
    for kind in ("honest", "a third mistaken", "every tenth copies"):
        same = class_of(plain, students, {}, kind)
        own = class_of(varied, students, drawn.values, kind)
        silent = without_variant(own)
        times = {"same": [], "own": [], "silent": []}
        for _ in range(REPEATS):
            times["same"].append(timed(plain, same)[0])
            seconds, marked = timed(varied, own)
            times["own"].append(seconds)
            times["silent"].append(timed(varied, silent)[0])
        least = {name: min(each) for name, each in times.items()}
        named = sum(bool(m.for_markers) for m in marked)
        own_ratio, silent_ratio = (least[name] / least["same"] for name in ("own", "silent"))
        print(
            f"{kind:20} {least['same']:.2f} s with the same values, {least['own']:.2f} s with own ones: "
            f"{own_ratio:.2f} times (aim: 2), {silent_ratio:.2f} where not stated; {named} named"
        )


if __name__ == "__main__":
    main()
