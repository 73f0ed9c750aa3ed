"""How long a class takes: whole processes, one beside the other, on a file system in memory.

    python tests/benchmarks/class.py [N] [ROUNDS]

Makes N hand-ins of the practical (10,000 by default), of whose fields 5 % are faulty, with five formulas
each, and prints what each job takes: processor time (user and system) and time on the clock, medians of some
rounds, and the ratios that the aims are about. They are ratios of processor time within one run, which hold
on a slow or busy machine too; only what two workers gain is one of time on the clock, and needs two idle
cores. Nothing fails here for being slow.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from faulty_class import write_files, write_lines
from measuring import GRADER, KEY, Cost, folder_in_memory, measure, run, score

ROUNDS = 3
SHORT_ROUNDS = 4  # so many times more for what takes a blink
FEW = 100  # hand-ins, of which nothing is learnt but that all works

BAREST = """
import os, sys
from typing import Any
from pydantic import BaseModel, ConfigDict

class Submission(BaseModel):
    model_config = ConfigDict(strict=True)
    assignment: str
    student: str
    answers: dict[str, Any]

for name in sorted(os.listdir(sys.argv[1])):
    with open(os.path.join(sys.argv[1], name), "rb") as file:
        Submission.model_validate_json(file.read())
"""
READER = """
import sys
from pathlib import Path
from grader.exchange import read_all

for _ in read_all([Path(sys.argv[1])]):
    pass
"""
BARE = """
import numpy.random
import pydantic
import typer

class Model(pydantic.BaseModel):
    number: int

app = typer.Typer()

@app.command()
def command(number: int) -> None:
    Model(number=number)

app()
"""
NUMBERS = ("--no-feedback", "--format", "jsonl")


class Row(NamedTuple):
    """A row of the table: a job, what it is compared with, and the most that it should take of that."""

    words: str
    job: str
    base: str | None = None
    aim: float | None = None


LONG = (
    Row("the barest strict model_validate_json", "barest"),
    Row("the project's reader alone", "reader", "barest", 2.5),
    Row("score --no-feedback --format jsonl", "score", "reader", 2),
    Row("the same, of one file of lines", "lines", "reader", 2),
    Row("score with Markdown pages", "pages", "reader", 3.5),
    Row("score with Markdown and HTML pages", "html", "reader"),
)
SHORT = (
    Row("import numpy, pydantic, typer", "imports"),
    Row("the same with one model and one command", "bare", "imports"),
    Row("check of one file", "check", "imports", 1.6),
    Row("--help", "help", "imports", 1.15),
)


def benchmark(count: int, rounds: int, folder: Path) -> Iterator[str]:
    """Measure with files in a folder, and yield the lines of the table."""
    whole, tenth = folder / "class", folder / "tenth"
    write_files(whole, count)
    write_files(tenth, max(1, count // 10))
    write_lines(folder / "class.jsonl", count)
    one = next(tenth.iterdir())
    short_jobs: dict[str, Callable[[], Cost]] = {
        "imports": lambda: run("import numpy, pydantic, typer"),
        "bare": lambda: run(BARE, 1),
        "check": lambda: run(GRADER, "check", one, "--key", KEY),
        "help": lambda: run(GRADER, "--help"),
    }
    markdown = ("--pages", "md", "--out")
    long_jobs: dict[str, Callable[[], Cost]] = {
        "barest": lambda: run(BAREST, whole),
        "reader": lambda: run(READER, whole),
        "score": lambda: score(whole, *NUMBERS),
        "two score": lambda: score(whole, *NUMBERS, "--jobs", "2"),
        "lines": lambda: score(folder / "class.jsonl", *NUMBERS),
        "pages": lambda: score(whole, *markdown, folder / "markdown"),
        "two pages": lambda: score(whole, *markdown, folder / "markdown_of_two", "--jobs", "2"),
        "html": lambda: score(whole, "--out", folder / "html"),
        "tenth score": lambda: score(tenth, *NUMBERS),
        "tenth pages": lambda: score(tenth, *markdown, folder / "markdown_of_tenth"),
    }
    for job in (*short_jobs.values(), long_jobs["tenth score"], long_jobs["tenth pages"]):
        job()  # Python compiles what it has not compiled yet
    short = measure(short_jobs, rounds * (SHORT_ROUNDS if count >= FEW else 1))
    long = measure(long_jobs, rounds)
    yield f"{count:,} hand-ins of the practical, medians of {rounds} rounds"
    yield f"{'':44}{'cpu s':>8}{'clock s':>9}{'ratio':>8}{'aim':>8}"
    yield from (_row(row, long) for row in LONG)
    yield from (_row(row, short) for row in SHORT)
    jobs = (("score --no-feedback --format jsonl", "score"), ("score with Markdown pages", "pages"))
    yield "two workers against one, on the clock"
    for words, job in jobs:
        alone, two = long[job], long[f"two {job}"]
        yield f"  {words:42}{alone.clock:8.2f}{two.clock:9.2f}{two.clock / alone.clock:8.2f}{'<= 0.7':>8}"
    yield f"peak memory in MB: the reader's, of {max(1, count // 10):,} and {count:,} hand-ins; last by first"
    for words, job in jobs:
        each = (long["reader"].memory, long[f"tenth {job}"].memory, long[job].memory)
        yield f"  {words:42}{each[0]:8.0f}{each[1]:9.0f}{each[2]:9.0f}{each[2] / each[0]:7.2f}{'<= 2':>8}"


def _row(row: Row, costs: dict[str, Cost]) -> str:
    cost = costs[row.job]
    text = f"  {row.words:42}{cost.cpu:8.2f}{cost.clock:9.2f}"
    if row.base is not None:
        text += f"{cost.cpu / costs[row.base].cpu:8.2f}"
    return text if row.aim is None else f"{text}{f'<= {row.aim}':>8}"


def main() -> None:
    """Read the arguments, measure in a folder in memory, print."""
    count, rounds = [*map(int, sys.argv[1:]), *(10_000, ROUNDS)[len(sys.argv) - 1 :]]
    with folder_in_memory() as folder:
        for line in benchmark(count, rounds, folder):
            print(line)


if __name__ == "__main__":
    main()
