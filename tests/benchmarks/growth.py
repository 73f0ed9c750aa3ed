"""How cost grows: `python tests/benchmarks/growth.py [MOST-HAND-INS] [SVG]`.

Time and memory of `grader score --no-feedback --format jsonl`, whole processes, against

- hand-ins: 100 … 100,000 of the practical, 5 % of the fields faulty, five formulas each;
- steps: the practical's batch with 3 … 300 iterations, a class of 300;
- mistakes in the key: 0 … 40, a class of 1,000; beyond the 20 that it has, changed copies of them.

Prints a table with the exponent between the last two points, 1 where cost grows as its cause does, and writes
the plot. With fewer hand-ins than 100,000 everything is made smaller.
"""

import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from faulty_class import QUESTION, trace, write_lines
from measuring import KEY, Cost, folder_in_memory, score
from plot import Panel, svg

from grader.cli.keyring import load_key

PLOT = Path(__file__).parent / "growth.svg"
MOST = 100_000
OPTIONS = ("--no-feedback", "--format", "jsonl")
STEPS = (3, 10, 30, 100, 300)
MISTAKES = (0, 5, 10, 20, 40)

_MISTAKE = re.compile(r"^\[question\.mistake\.(\w+)\]\n(?:(?!\[).*\n)*", re.MULTILINE)
_EQUATION = re.compile(r'^((?!says)[\w.]+ *= )"(.*)"$', re.MULTILINE)

Curve = list[tuple[float, Cost]]


def of_hand_ins(folder: Path, most: int) -> Curve:
    """Measure classes of ever more hand-ins."""
    curve: Curve = []
    counts = [count for power in range(2, 6) for count in (10**power, 3 * 10**power) if count <= most]
    for count in counts:
        file = folder / "class.jsonl"
        write_lines(file, count)
        curve.append((count, score(file, *OPTIONS)))
    return curve


def of_steps(folder: Path, students: int) -> Curve:
    """Measure exercises of ever more steps."""
    curve: Curve = []
    text = KEY.read_text(encoding="utf-8")
    for steps in STEPS:
        key = folder / f"steps{steps}.toml"
        key.write_text(text.replace("loop.iteration = 3", f"loop.iteration = {steps}"), encoding="utf-8")
        plan = load_key(key).layouts[QUESTION]["batch"].plan
        draw = random.Random(1)
        file = folder / f"steps{steps}.jsonl"
        with file.open("w", encoding="utf-8") as out:
            for number in range(students):
                answers = {QUESTION: trace(plan, draw)}
                hand_in = {"assignment": "practical1", "student": f"{number:05}", "answers": answers}
                out.write(f"{json.dumps(hand_in)}\n")
        curve.append((steps, score(file, *OPTIONS, key=key)))
    return curve


def of_mistakes(folder: Path, students: int) -> Curve:
    """Measure keys with ever more mistakes."""
    curve: Curve = []
    file = folder / "mistakes.jsonl"
    write_lines(file, students)
    text = KEY.read_text(encoding="utf-8")
    own = list(_MISTAKE.finditer(text))[:20]
    more = [_changed(found) for found in own]
    for count in MISTAKES:
        kept = [found[0] for found in own][:count] + more[: max(0, count - len(own))]
        start, end = own[0].start(), own[-1].end()
        key = folder / f"mistakes{count}.toml"
        key.write_text(text[:start] + "\n".join(kept) + text[end:], encoding="utf-8")
        curve.append((count, score(file, *OPTIONS, key=key)))
    return curve


def _changed(found: re.Match[str]) -> str:
    """Return a mistake under another name that gives other values."""
    text = found[0].replace(f"mistake.{found[1]}]", f"mistake.{found[1]}_too]", 1)
    return _EQUATION.sub(r'\1"1.1 * (\2)"', text)


def table(curves: dict[str, Curve]) -> Iterator[str]:
    """Yield the lines of the table."""
    for cause, curve in curves.items():
        yield f"{cause:>18}{'cpu s':>10}{'memory MB':>12}"
        for x, cost in curve:
            yield f"{x:18,}{cost.cpu:10.2f}{cost.memory:12.0f}"
        last = [*pairwise(curve)][-1:] if curve[0][0] else []
        for (a, before), (b, after) in last:
            cpu, memory = (
                log(getattr(after, part) / getattr(before, part)) / log(b / a) for part in ("cpu", "memory")
            )
            yield f"{'exponent':>18}{cpu:10.2f}{memory:12.2f}"
        if not curve[0][0]:
            each = curve[-1][1].cpu / curve[0][1].cpu
            yield f"{'last by first':>18}{each:10.2f}{curve[-1][1].memory / curve[0][1].memory:12.2f}"


def panels(curves: dict[str, Curve]) -> Sequence[Sequence[Panel]]:
    """Return the plot: time above, memory below."""
    rows = []
    for part, unit in (("cpu", "s"), ("memory", "MB")):
        title = "processor time" if part == "cpu" else "peak memory"
        rows.append(
            [
                Panel(title, cause, unit, [(x, getattr(cost, part)) for x, cost in curve], bool(curve[0][0]))
                for cause, curve in curves.items()
            ]
        )
    return rows


def main() -> None:
    """Measure in a folder in memory, print, plot."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else MOST
    plot = Path(sys.argv[2]) if len(sys.argv) > 2 else PLOT
    with folder_in_memory() as folder:
        of_hand_ins(folder, 100)  # Python compiles what it has not compiled yet
        curves = {
            "hand-ins": of_hand_ins(folder, most),
            "steps": of_steps(folder, max(5, 300 * most // MOST)),
            "mistakes in the key": of_mistakes(folder, max(5, 1000 * most // MOST)),
        }
    for line in table(curves):
        print(line)
    plot.write_text(svg(panels(curves)), encoding="utf-8")


if __name__ == "__main__":
    main()
