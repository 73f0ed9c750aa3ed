"""What marking by each shipped key costs a number: `python tests/benchmarks/keys.py [HAND-INS]`.

Honest hand-ins of six digits are made from each key and marked, one alone and then many at once. The fastest
of several turns, in processor time, is divided by how many numbers a hand-in has, and by the same of the
practical's exercise 2; and so by its lines. Alone it is the line that costs, whatever stands in it.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from mistakes import fastest  # noqa: E402
from simulate import Rounding, Student  # noqa: E402

from grader.cli.keyring import load_key  # noqa: E402
from grader.marking.mark import prepare  # noqa: E402
from grader.schemas.key import TraceQuestion  # noqa: E402
from grader.schemas.submission import Submission  # noqa: E402

PRACTICAL = "practical1"


def cost(name, count):
    """Return how many lines and numbers a hand-in has, and the seconds that a number costs to mark."""
    key = load_key(ROOT / "answer_keys" / f"{name}.toml").key
    question = next(each for each in key.question if isinstance(each, TraceQuestion))
    prepared = prepare(key.model_copy(update={"question": (question,)}))
    plan = prepared.layouts[question.id][next(iter(question.method))].plan
    student = Student(plan, rounding=Rounding(6))
    steps = len(student.trace())
    numbers = steps * sum(line.usual.size for line in plan.lines)
    handed_in = [Submission(student="s", answers={question.id: student.answer()})] * count
    return steps * len(plan.lines), numbers, fastest(prepared, handed_in) / numbers / count


def main():
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    names = sorted(path.stem for path in (ROOT / "answer_keys").glob("*.toml"))
    usual_lines, usual_numbers, usual = cost(PRACTICAL, 1)
    usual_each = cost(PRACTICAL, many)[2]
    columns = f"{'alone':>8} {'a line':>8} {f'{many} at once':>14}"
    print(f"{'':<22} {'lines':>6} {'numbers':>8} {columns}  (times the practical's)")
    for name in names:
        if name.startswith(PRACTICAL) and name != PRACTICAL:
            continue
        lines, numbers, alone = cost(name, 1)
        each = cost(name, many)[2]
        line = alone * numbers / lines / (usual * usual_numbers / usual_lines)
        columns = f"{alone / usual:>8.2f} {line:>8.2f} {each / usual_each:>14.2f}"
        print(f"{name:<22} {lines:>6} {numbers:>8} {columns}")
    print(f"\nThe practical's: {usual * 1e6:.1f} µs a number alone, {usual_each * 1e9:.0f} ns of {many}.")


if __name__ == "__main__":
    main()
