"""What each hostile input costs: processor time and memory beside a class that is marked anyway.

    python tests/benchmarks/hostile.py [NUMBER [STEP]]

Marks three hand-ins alone and with each input beside them, in one process, and prints the NUMBER (10 by
default) inputs that take most, and all that take more than the aim of 50 ms and 50 MB. Time is the least
difference of a few in processor time; memory the most that Python held at once beyond what it held before.
What is compared with in the same run is the time of the three hand-ins alone. Every STEP-th input is taken.
"""

import gc
import json
import shutil
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from hostile_inputs import Input, own, shared  # noqa: E402
from in_process import grader  # noqa: E402

KEY = ROOT / "answer_keys" / "practical1.toml"
CLASS = ("amira", "fatima", "ivo")
ROUNDS = 5  # of those that do not take little at once
MILLISECONDS, MEGABYTES = 50, 50


class Cost(NamedTuple):
    """What an input takes: milliseconds and megabytes."""

    name: str
    time: float
    memory: float


def every_input() -> list[Input]:
    """Return our own inputs, and those of the shared list where it is there; folders are not among them."""
    inputs = [each for kind in ("formula", "json", "name", "file") for each in own(kind)]
    return inputs + [each for kind in ("expression", "json", "path") for each in shared(kind)]


def file_of(each: Input) -> tuple[str, bytes]:
    """Return an input as a file that is handed in: its suffix, and what is in it."""
    if each.kind in ("json", "file"):
        return each.row.get("suffix", ".json"), each.data
    student, formula = ("s", each.text) if each.kind in ("formula", "expression") else (each.text, "")
    answers = {"exercise1": {"dL_dW_out": formula}}
    return ".json", json.dumps({"assignment": "practical1", "student": student, "answers": answers}).encode()


def seconds(folder: Path) -> float:
    """Return the processor time of marking a folder."""
    gc.collect()  # else it falls into the same one of several runs each time
    start = time.process_time()
    grader("score", folder, "--key", KEY, "--no-feedback", "--format", "jsonl")
    return time.process_time() - start


def costs(folder: Path, inputs: Iterable[Input]) -> tuple[float, list[Cost]]:
    """Return what marking the class takes in milliseconds, and what each input beside it does."""
    for name in CLASS:
        shutil.copy(ROOT / "submissions" / f"{name}.json", folder)
    seconds(folder)
    # What this process holds by now would be looked through again and again; a real run holds far less.
    gc.collect()
    gc.freeze()
    alone = min(seconds(folder) for _ in range(2 * ROUNDS))
    found = [_cost(folder, each, alone) for each in inputs]
    gc.unfreeze()
    return 1000 * alone, found


def _cost(folder: Path, each: Input, alone: float) -> Cost:
    suffix, data = file_of(each)
    path = folder / f"z{suffix}"
    path.write_bytes(data)
    more = seconds(folder) - alone
    if 1000 * more > MILLISECONDS / 2:
        more = min(more, *(seconds(folder) - alone for _ in range(ROUNDS)))
    tracemalloc.start()
    seconds(folder)
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    path.unlink()
    return Cost(each.name, 1000 * more, memory / 1e6)


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    inputs = every_input()[:: int(sys.argv[2]) if len(sys.argv) > 2 else 1]
    with tempfile.TemporaryDirectory() as folder:
        alone, found = costs(Path(folder), inputs)
    print(f"{len(found)} inputs, each beside {len(CLASS)} hand-ins that take {alone:.0f} ms alone:")
    for what, column, unit, most in (("time", 1, "ms", MILLISECONDS), ("memory", 2, "MB", MEGABYTES)):
        worst = sorted(found, key=lambda cost, column=column: -cost[column])
        beyond = sum(cost[column] > most for cost in found)
        print(f"\n{what}: {len(found) - beyond} of {len(found)} take at most {most} {unit}; most take")
        for cost in worst[: max(number, beyond)]:
            print(f"  {cost.name:32}{cost[column]:8.1f} {unit}")


if __name__ == "__main__":
    main()
