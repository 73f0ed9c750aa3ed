"""Which fault was made, and which was named: `python tests/benchmarks/confusion.py [HAND-INS PER FAULT]`.

Every known mistake of the practical's key is put into the equations of students who work by random
choices, constants and roundings, and carry the rounded values on. A case counts where the mistake changes
a written digit; it is found where its name stands at the right field and step. With a second number given,
two mistakes are put into each hand-in.
"""

import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parent.parent)]

from crowd import random_crowd  # noqa: E402
from shared import practical_key  # noqa: E402

from grader.marking.mark import mark  # noqa: E402
from grader.schemas.submission import Submission  # noqa: E402

QUESTION = "exercise2"
# What the numbers cannot tell apart: who leaves tanh out and takes its derivative all the same has taken
# another output unit, and the derivative of tanh.
SAME = {"identity_output": {"derivative_of_tanh"}, "derivative_of_tanh": {"identity_output"}}
GROUPS = 12


def marked(answers):
    submissions = [Submission(student="s", answers={QUESTION: answer}) for answer in answers]
    for result in mark(practical_key(), submissions):
        yield next(q for q in result.result("f").questions if q.question == QUESTION)


def crowds(ways, count, random, practice="carry"):
    """Yield students who do the ways' lines wrong, in groups of different choices."""
    plan = ways[0][0]
    for _ in range(GROUPS):
        crowd = random_crowd(plan, max(1, count // GROUPS), random, practice)
        crowd.faults = {
            name: line.usual.trees[tuple(crowd.choice[g] for g in line.usual.groups)]
            for _, way in ways
            for name, line in way.lines.items()
        }
        crowd.written = []
        crowd._work()
        yield crowd


def run(count, seed=0, practice="carry"):
    """Return for each (method, mistake) how often it was made where it shows, named, and what else was."""
    random = np.random.default_rng(seed)
    table = defaultdict(Counter)
    for layout in practical_key().layouts[QUESTION].values():
        for way in layout.plan.mistakes:
            for crowd in crowds([(layout.plan, way)], count, random, practice):
                tell(table[layout.plan.method, way.name], crowd, {way.name})
    return table


def run_two(count, seed=0):
    """The same with two mistakes on different lines in each hand-in."""
    random = np.random.default_rng(seed)
    table = defaultdict(Counter)
    for layout in practical_key().layouts[QUESTION].values():
        for one, other in combinations(layout.plan.mistakes, 2):
            if not set(one.lines) & set(other.lines):
                for crowd in crowds([(layout.plan, one), (layout.plan, other)], count, random):
                    names = {one.name, other.name}
                    tell(table[layout.plan.method, " + ".join(sorted(names))], crowd, names)
    return table


def tell(counts, crowd, names):
    fields = {way.name: set(way.lines) for way in crowd.plan.mistakes if way.name in names}
    for i, result in enumerate(marked(crowd.answers())):
        changed = {(t, name) for student, t, name in crowd.changed if student == i}
        showing = {name for name in names if any(f in fields[name] for _, f in changed)}
        if not changed or (len(names) > 1 and showing != names):
            continue
        if all(f.status in {"correct", "follows"} for f in result.fields) and result.choices != crowd.choice:
            counts["another accepted way"] += 1
            continue
        tell_one(counts, crowd, names, changed, result)


def tell_one(counts, crowd, names, changed, result):
    """Count one hand-in: is every mistake named at a line that it changes, and nothing else claimed?"""
    steps = crowd.plan.steps
    allowed = names.union(*(SAME.get(name, set()) for name in names))
    claims = {f.cause for f in result.fields if f.status in {"mistake", "slip"}} - {None}
    says = {way.name: way.says.rstrip(".") for way in crowd.plan.mistakes}

    def named(field, name):
        """Tell whether a line is said to have a mistake: as the only one that fits, or as one of several."""
        same = {name, *SAME.get(name, ())} & says.keys()
        several = field.status == "mistake" and field.cause is None
        return field.cause in same or (several and any(says[other] in field.message for other in same))

    places = {
        name: {(steps.index(f.step), f.field) for f in result.fields if named(f, name)} for name in names
    }
    counts["made"] += 1
    # Where alpha is forgotten in a scaled Delta, the hand-in is that of another convention with alpha
    # forgotten in the update: the same name, at another line.
    counts["named"] += all(places[name] for name in names)
    counts["at its place"] += all(places[name] & changed for name in names)
    counts["something else claimed"] += bool(claims - allowed)
    for other in claims - allowed:
        counts[f"as {other}"] += 1


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 240
    table = run(count)
    show(table)
    if len(sys.argv) > 2:
        show(run_two(int(sys.argv[2])))


def show(table):
    print(f"{'method':8} {'fault made':45} {'shows':>6} {'named':>6}  else")
    total = Counter()
    for (method, name), counts in table.items():
        other = ", ".join(f"{k} {v}" for k, v in counts.items() if k.startswith(("as ", "another")))
        print(f"{method:8} {name:45} {counts['made']:6} {counts['named']:6}  {other}")
        total += counts
    made = max(total["made"], 1)
    print(f"{'all':54} {total['made']:6} {total['named']:6}  named {total['named'] / made:.2%},", end=" ")
    print(f"at its place {total['at its place'] / made:.2%},", end=" ")
    print(f"else {total['something else claimed'] / made:.2%}")


if __name__ == "__main__":
    main()
