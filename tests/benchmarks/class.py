"""How long a class takes: whole processes, one beside the other, on a file system in memory.

    python tests/benchmarks/class.py [N] [ROUNDS]

Makes N hand-ins (10,000 by default) of the practical's exercise 2 as a real class would hand them in, and
prints what each job takes: processor time (user and system) and time on the clock, medians of some rounds,
and the ratios that DESIGN's aims are about. Ratios are of processor time within one run: they hold on a
slow or busy machine too. Nothing fails here for being slow.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from simulate import Rounding, Student  # noqa: E402

from grader.cli.keyring import load_key  # noqa: E402
from grader.solver import Plan  # noqa: E402

KEY = ROOT / "answer_keys" / "practical1.toml"
QUESTION = "exercise2"
DISTINCT = 300
ROUNDS = 3
SHORT_ROUNDS = 4  # so many times more for what takes a blink

READ_ONLY = f"""
import sys
from pathlib import Path
from grader.cli.keyring import load_key
from grader.exchange import read_all
from grader.marking.read_sheet import read_sheet
layouts = load_key(Path(sys.argv[1])).layouts["{QUESTION}"]
for hand_in in read_all([Path(sys.argv[2])]):
    read_sheet(hand_in.submission.answers["{QUESTION}"], layouts, "")
"""
GRADER = "from grader.cli import main; main()"  # what the installed command does


# --- The class: mostly honest students, some with an error carried on, some slips, few hopeless.


def hand_ins(count: int) -> Iterator[str]:
    """Yield `count` hand-ins as JSON: some hundred different ones under ever other student ids."""
    plans = {name: layout.plan for name, layout in load_key(KEY).layouts[QUESTION].items()}
    draw = random.Random(1)
    answers = [json.dumps(_answer(plans, draw)) for _ in range(min(count, DISTINCT))]
    for number, answer in zip(range(count), cycle(answers), strict=False):
        head = f'"assignment": "practical1", "student": "{number:07}"'
        yield f'{{{head}, "answers": {{"{QUESTION}": {answer}}}}}'


def _answer(plans: dict[str, Plan], draw: random.Random) -> dict[str, Any]:
    plan = plans["batch" if draw.random() < 0.1 else "online"]
    rounding = Rounding(draw.randint(3, 8), practice=draw.choice(["carry", "carry", "full", "mixed"]))
    way = {group: draw.choice(options) for group, options in plan.choices.items()}
    alpha = draw.choice([0.2, 0.2, 0.2, 0.1, 0.5])
    student = Student(plan, way, {"alpha": alpha}, rounding, seed=draw.getrandbits(32))
    return draw.choices(_KINDS, weights=_SHARES)[0](student, draw)


def _honest(student: Student, _: random.Random) -> dict[str, Any]:
    return student.answer()


def _with_error(student: Student, draw: random.Random) -> dict[str, Any]:
    """Work a line wrong once, and carry on with what came out."""
    off = draw.choice([-0.3, 0.05, 0.7])
    student.errors = {_some_line(student.plan, draw): lambda value: value + off}
    return student.answer()


def _with_slips(student: Student, draw: random.Random) -> dict[str, Any]:
    """Write some lines down wrong: a sign, a decimal point; what follows is right."""
    slips: Sequence[Callable[[Any], Any]] = (lambda value: -value, lambda value: value / 10)
    student.slips = {_some_line(student.plan, draw): draw.choice(slips) for _ in range(draw.randint(1, 3))}
    return student.answer()


def _unfinished(student: Student, draw: random.Random) -> dict[str, Any]:
    """Stop somewhere, and leave out a line here and there before."""
    answer = student.answer()
    del answer["steps"][draw.randint(1, len(answer["steps"])) :]
    for step in answer["steps"]:
        if draw.random() < 0.3:
            del step[draw.choice(student.plan.lines).field]
    return answer


def _hopeless(student: Student, draw: random.Random) -> dict[str, Any]:
    """Fill in whatever."""
    student.errors = {
        (t, line.field): lambda value: value + draw.uniform(-2, 2)
        for t in range(len(student.plan.steps))
        for line in student.plan.lines
    }
    return student.answer()


_KINDS = (_honest, _with_error, _with_slips, _unfinished, _hopeless)
_SHARES = (60, 15, 12, 10, 3)


def _some_line(plan: Plan, draw: random.Random) -> tuple[int, str]:
    return draw.randrange(len(plan.steps)), draw.choice(plan.lines).field


# --- The clock.


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds of the processor and on the clock, and most memory in MB."""

    cpu: float
    clock: float
    memory: float


def run(code: str, *arguments: str | Path) -> Cost:
    """Run Python code as a process of its own and return what it took."""
    with tempfile.TemporaryFile("w+") as notes:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL, stderr=notes, cwd=ROOT
        )
        _, status, usage = os.wait4(process.pid, 0)
        clock = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            notes.seek(0)
            sys.exit(f"{notes.read()}failed: {code} {' '.join(map(str, arguments))}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Cost(usage.ru_utime + usage.ru_stime, clock, usage.ru_maxrss / unit)


def measure(jobs: dict[str, Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """Run the jobs in turn, so that a busy minute hits them all, and return the medians."""
    costs: dict[str, list[Cost]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            costs[name].append(job())
    return {
        name: Cost(*(median(getattr(cost, part) for cost in each) for part in ("cpu", "clock", "memory")))
        for name, each in costs.items()
    }


# --- The table.


def benchmark(count: int, rounds: int, folder: Path) -> Iterator[str]:
    """Measure with files in a folder, and yield the lines of the table."""
    whole, tenth, out = folder / "class", folder / "tenth", folder / "feedback"
    _write(whole, count)
    _write(tenth, max(1, count // 10))
    one = next(tenth.iterdir())

    def score(source: Path, *options: str | Path) -> Callable[[], Cost]:
        return lambda: run(GRADER, "score", source, "--key", KEY, *options)

    numbers = ("--no-feedback", "--format", "csv")
    short_jobs = {
        "imports": lambda: run("import numpy, pydantic, typer"),
        "check": lambda: run(GRADER, "check", one, "--key", KEY),
        "help": lambda: run(GRADER, "--help"),
    }
    long_jobs = {
        "read": lambda: run(READ_ONLY, KEY, whole),
        "score": score(whole, *numbers),
        "pages": score(whole, "--pages", "md", "--out", out),
        "html": score(whole, "--out", folder / "html_feedback"),
        "tenth": score(tenth, *numbers),
        "tenth pages": score(tenth, "--pages", "md", "--out", folder / "tenth_feedback"),
        "tenth html": score(tenth, "--out", folder / "tenth_html"),
    }
    for job in (*short_jobs.values(), long_jobs["tenth html"]):
        job()  # Python compiles what it has not compiled yet
    short = measure(short_jobs, rounds * SHORT_ROUNDS)
    long = measure(long_jobs, rounds)
    yield f"{count:,} hand-ins of {QUESTION}, medians of {rounds} rounds"
    yield f"{'':44}{'cpu s':>8}{'clock s':>9}{'ratio':>8}{'aim':>7}"
    yield _row("read and validate alone", long["read"])
    yield _row("score --no-feedback --format csv", long["score"], long["read"], 2)
    yield _row("score with Markdown pages", long["pages"], long["read"], 4)
    yield _row("score with Markdown and HTML pages", long["html"], long["read"])
    yield _row("import numpy, pydantic, typer", short["imports"])
    yield _row("check of one file", short["check"], short["imports"], 2)
    yield _row("--help", short["help"], short["imports"], 1.3)
    yield f"peak memory of {max(1, count // 10):,} and of {count:,} hand-ins"
    for words, small, large in (
        ("score --no-feedback --format csv", long["tenth"].memory, long["score"].memory),
        ("score with Markdown pages", long["tenth pages"].memory, long["pages"].memory),
        ("score with Markdown and HTML pages", long["tenth html"].memory, long["html"].memory),
    ):
        yield f"  {words:42}{small:5.0f} MB{large:6.0f} MB{large / small:8.2f}{'flat':>7}"


def _row(words: str, cost: Cost, base: Cost | None = None, aim: float | None = None) -> str:
    row = f"  {words:42}{cost.cpu:8.2f}{cost.clock:9.2f}"
    if base is not None:
        row += f"{cost.cpu / base.cpu:8.2f}"
    return row if aim is None else f"{row}{f'<= {aim}':>7}"


def _write(folder: Path, count: int) -> None:
    folder.mkdir()
    for number, text in enumerate(hand_ins(count)):
        (folder / f"{number:07}.json").write_text(text, encoding="utf-8")


def main() -> None:
    """Read the arguments, measure in a folder in memory, print."""
    count, rounds = [*map(int, sys.argv[1:]), *(10_000, ROUNDS)[len(sys.argv) - 1 :]]
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        if sys.dont_write_bytecode:  # what is installed is compiled once and not at each start
            del os.environ["PYTHONDONTWRITEBYTECODE"]
            os.environ["PYTHONPYCACHEPREFIX"] = f"{name}/compiled"
        for line in benchmark(count, rounds, Path(name)):
            print(line)


if __name__ == "__main__":
    main()
