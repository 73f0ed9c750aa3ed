"""What each hostile input costs: processor time and memory beside a class that is marked anyway.

    python tests/benchmarks/hostile.py [NUMBER]

Marks three hand-ins alone and with each input beside them, in one process, and prints the NUMBER (10 by
default) inputs that take most: the least of three differences in processor time, and the most memory that
Python held at once beyond what it held before. The aim is 50 ms and 50 MB for each; what it is compared with
in the same run is the time of the three hand-ins alone.
"""

import json
import shutil
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from hostile_inputs import Input, own, shared  # noqa: E402
from in_process import grader  # noqa: E402

KEY = ROOT / "answer_keys" / "practical1.toml"
CLASS = ("amira", "fatima", "ivo")
ROUNDS = 3
MILLISECONDS, MEGABYTES = 50, 50


class Cost(NamedTuple):
    """What an input takes: milliseconds and megabytes."""

    name: str
    time: float
    memory: float


def file_of(each: Input) -> bytes:
    """Return an input as a file that is handed in."""
    if each.kind == "json":
        return each.data
    student, formula = ("s", each.text) if each.kind in ("formula", "expression") else (each.text, "")
    answers = {"exercise1": {"dL_dW_out": formula}}
    return json.dumps({"assignment": "practical1", "student": student, "answers": answers}).encode()


def seconds(folder: Path) -> float:
    """Return the processor time of marking a folder."""
    start = time.process_time()
    grader("score", folder, "--key", KEY, "--no-feedback", "--format", "jsonl")
    return time.process_time() - start


def costs(folder: Path, inputs: list[Input]) -> tuple[float, list[Cost]]:
    """Return what marking the class takes in milliseconds, and what each input beside it does."""
    for name in CLASS:
        shutil.copy(ROOT / "submissions" / f"{name}.json", folder)
    seconds(folder)
    alone = min(seconds(folder) for _ in range(3 * ROUNDS))
    found = []
    for each in inputs:
        path = folder / "z.json"
        path.write_bytes(file_of(each))
        more = min(seconds(folder) for _ in range(ROUNDS)) - alone
        tracemalloc.start()
        seconds(folder)
        memory = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        found.append(Cost(each.name, 1000 * more, memory / 1e6))
        path.unlink()
    return 1000 * alone, found


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    inputs = [*own("formula"), *own("json"), *own("name")]
    inputs += [each for kind in ("expression", "json", "path") for each in shared(kind)]
    if len(sys.argv) > 2:
        inputs = inputs[:: int(sys.argv[2])]
    with tempfile.TemporaryDirectory() as folder:
        alone, found = costs(Path(folder), inputs)
    print(f"{len(found)} inputs, each beside {len(CLASS)} hand-ins that take {alone:.0f} ms alone:")
    for what, column, unit, most in (("time", 1, "ms", MILLISECONDS), ("memory", 2, "MB", MEGABYTES)):
        worst = sorted(found, key=lambda cost, column=column: -cost[column])[:number]
        within = sum(cost[column] <= most for cost in found)
        print(f"\n{what}: {within} of {len(found)} take at most {most} {unit}; most take")
        for cost in worst:
            print(f"  {cost.name:32}{cost[column]:8.1f} {unit}")


if __name__ == "__main__":
    main()
