"""What whole processes take, for the benchmarks beside this: processor time, time on the clock, memory."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
KEY = ROOT / "answer_keys" / "practical1.toml"
GRADER = "from grader.cli import main; main()"  # what the installed command does


@dataclass(frozen=True)
class Cost:
    """What a process and those that it started took: seconds of the processor and on the clock, memory in MB.

    `memory` is the most that one of them had.
    """

    cpu: float
    clock: float
    memory: float


# A small process starts what is measured and waits for it: Linux tells of each process at least as much
# memory as the one that started it had, and a benchmark has more than some of what it measures.
LAUNCHER = """
import json, os, subprocess, sys, time

start = time.perf_counter()
process = subprocess.Popen([sys.executable, "-c", *sys.argv[1:]], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
clock = time.perf_counter() - start
process.returncode = os.waitstatus_to_exitcode(status)
print(json.dumps([process.returncode, usage.ru_utime + usage.ru_stime, clock, usage.ru_maxrss]))
"""


def run(code: str, *arguments: object, exit_codes: tuple[int, ...] = (0, 1)) -> Cost:
    """Run Python code as a process of its own and return what it took."""
    command = [sys.executable, "-c", LAUNCHER, code, *map(str, arguments)]
    launched = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    try:
        exit_code, cpu, clock, memory = json.loads(launched.stdout)
    except ValueError:  # the launcher failed, and says why
        exit_code = None
    if exit_code not in exit_codes:
        sys.exit(f"{launched.stderr}failed: {code} {' '.join(map(str, arguments))}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Cost(cpu, clock, memory / unit)


def score(source: Path, *options: object, key: Path = KEY) -> Cost:
    """Run `grader score`."""
    return run(GRADER, "score", source, "--key", key, *options)


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


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """Give a folder on a file system in memory, where there is one, in which Python may compile, too."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        if sys.dont_write_bytecode:  # what is installed is compiled once and not at each start
            del os.environ["PYTHONDONTWRITEBYTECODE"]
            os.environ["PYTHONPYCACHEPREFIX"] = f"{name}/compiled"
        yield Path(name)
