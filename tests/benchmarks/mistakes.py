"""What known mistakes cost in marking: `python tests/benchmarks/mistakes.py [HAND-INS]`.

A class is marked by the practical's key with all its mistakes and with none, in turns; the ratio of the
fastest of each is printed, in processor time. A class of which a third do something wrong, and one where
everybody does.
"""

import sys
from pathlib import Path
from time import process_time

import numpy as np

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from crowd import random_crowd  # noqa: E402
from shared import practical_key, practical_plan  # noqa: E402

from grader.marking.mark import mark_papers, prepare  # noqa: E402
from grader.schemas.submission import Submission  # noqa: E402

REPEATS = 5


def without_mistakes(prepared):
    key = prepared.key
    questions = tuple(
        q.model_copy(update={"mistake": {}}) if getattr(q, "mistake", None) else q for q in key.question
    )
    return prepare(key.model_copy(update={"question": questions}))


def submissions(count, faulty, random):
    """Return hand-ins of which a share does one known mistake each."""
    plan = practical_plan("online")
    answers = random_crowd(plan, count - int(count * faulty), random, "carry").answers()
    for way in plan.mistakes if faulty else ():
        crowd = random_crowd(plan, int(count * faulty / len(plan.mistakes)), random, "carry")
        crowd.faults = {
            name: line.usual.trees[tuple(crowd.choice[g] for g in line.usual.groups)]
            for name, line in way.lines.items()
        }
        crowd.written = []
        crowd._work()
        answers += crowd.answers()
    return [Submission(student="s", answers={"exercise2": answer}) for answer in answers]


def fastest(prepared, handed_in):
    times = []
    for _ in range(REPEATS):
        papers = [prepared.read(submission) for submission in handed_in]
        start = process_time()
        mark_papers(prepared, papers)
        times.append(process_time() - start)
    return min(times)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    full = practical_key()
    bare = without_mistakes(full)
    number = len(practical_plan("online").mistakes)
    for faulty in (0.0, 0.33, 1.0):
        handed_in = submissions(count, faulty, np.random.default_rng(1))
        with_them, without = fastest(full, handed_in), fastest(bare, handed_in)
        times = f"{with_them:.2f} s with {number} mistakes in the key, {without:.2f} s without"
        print(f"{faulty:.0%} of {len(handed_in)} do one: {times}, {with_them / without:.2f} times")


if __name__ == "__main__":
    main()
