"""Which fault was made, and which was named: `python tests/benchmarks/confusion.py [HAND-INS PER FAULT]`.

Every known mistake of the practical's key is put into the equations of students who work by random
choices, constants and roundings; so is every slip of the pen. A mistake counts only where it changes a
written digit, on the lines that it changes.
"""

import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT / "tests")]

from simulate import Rounding, Student  # noqa: E402

from grader.cli.keyring import load_key  # noqa: E402
from grader.marking.mark import mark  # noqa: E402
from grader.schemas.submission import Submission  # noqa: E402

QUESTION = "exercise2"
# What cannot be told apart from the numbers: who leaves out tanh and takes its derivative all the same has
# taken another output unit and the derivative of tanh.
SAME = {"identity_output": {"derivative_of_tanh"}}


def random_rounding(random):
    return Rounding(
        digits=int(random.choice([3, 4, 5, 6, 8])),
        significant=bool(random.integers(2)),
        practice=str(random.choice(["carry", "full", "mixed"])),
    )


def random_choice(plan, random):
    return {group: options[random.integers(len(options))] for group, options in plan.choices.items()}


def honest_student(plan, random):
    return Student(
        plan,
        random_choice(plan, random),
        {"alpha": float(random.choice([0.05, 0.1, 0.2, 0.5]))},
        random_rounding(random),
        seed=int(random.integers(2**31)),
    )


def changed_lines(honest, faulty):
    """Return the lines where a fault of the equations changes a written digit of that very line."""
    return {
        (t, name)
        for t, (a, b) in enumerate(zip(honest, faulty, strict=True))
        for name in a
        if not np.array_equal(a[name], b[name])
    }


def with_mistake(student, way):
    """Return the student doing some lines the wrong way, and the lines that this itself changes."""
    choice = student.plan.default_choice | dict(student.choice)
    trees = {name: line.tree(choice) for name, line in way.lines.items()}
    faulty = Student(**{**vars(student), "faults": trees})
    return faulty, faulty.own_changes()


def marked(prepared, students):
    answers = [Submission(student="s", answers={QUESTION: student.answer()}) for student in students]
    for result in mark(prepared, answers):
        yield next(q for q in result.result("f").questions if q.question == QUESTION)


def run(per_fault, seed=0):
    """Return per fault: how often it was made where it shows, named there, and what else was claimed."""
    prepared = load_key(ROOT / "answer_keys" / "practical1.toml")
    random = np.random.default_rng(seed)
    table = defaultdict(Counter)
    examples = []
    for layout in prepared.layouts[QUESTION].values():
        plan = layout.plan
        for way in plan.mistakes:
            made = [with_mistake(honest_student(plan, random), way) for _ in range(per_fault)]
            for (student, changed), result in zip(made, marked(prepared, [s for s, _ in made]), strict=True):
                tell(table[plan.method, way.name], examples, student, changed, way.name, result)
    return table, examples


def tell(counts, examples, student, changed, name, result):
    if not changed:
        counts["hidden"] += 1
        return
    counts["made"] += 1
    steps = student.plan.steps
    same = {name} | SAME.get(name, set())
    named = {(steps.index(f.step), f.field) for f in result.fields if f.cause in same}
    if all(f.status in {"correct", "follows"} for f in result.fields) and result.choices != dict(student.choice):
        counts["made"] -= 1
        counts["another accepted way"] += 1
        return
    others = {f.cause for f in result.fields if f.status in {"mistake", "slip"} and f.cause not in {*same, None}}
    unexplained = [f for f in result.fields if f.status == "wrong"]
    counts["named"] += bool(named)
    for other in others:
        counts[other] += 1
    counts["wrong"] += bool(unexplained)
    if not named or others or unexplained:
        examples.append((name, student, result, changed))


def main():
    per_fault = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    table, _ = run(per_fault)
    print(f"{'method':8} {'fault made':24} {'shows':>6} {'named':>6}  also claimed")
    total = Counter()
    for (method, name), counts in table.items():
        also = {k: v for k, v in counts.items() if k not in {"made", "named", "hidden"}and v}
        print(f"{method:8} {name:24} {counts['made']:6} {counts['named']:6}  {also or ''}")
        total += counts
    print(f"{'all':33} {total['made']:6} {total['named']:6}  {total['named'] / max(total['made'], 1):.2%}")


if __name__ == "__main__":
    main()
