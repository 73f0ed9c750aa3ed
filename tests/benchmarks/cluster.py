"""What more cores and machines bring: `python tests/benchmarks/cluster.py [HAND-INS]`.

The same class is marked by one process, by two, and by a Dask cluster of two workers on this machine (where
grader[cluster] is installed), whole processes on the clock: hand-ins a second, and what a million would take.
It needs two idle cores, or says little.
"""

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from faulty_class import write_lines
from measuring import Cost, folder_in_memory, score

COUNT = 20_000
MILLION = 1_000_000
OPTIONS = ("--no-feedback", "--format", "jsonl")


def costs(folder: Path, count: int) -> Iterator[tuple[str, Cost]]:
    """Measure each way of marking."""
    file = folder / "class.jsonl"
    write_lines(file, count)
    yield "one process", score(file, *OPTIONS)
    yield "--jobs 2", score(file, *OPTIONS, "--jobs", 2)
    if find_spec("distributed") is not None:
        from dask_cluster import workers  # noqa: PLC0415 - it may not be there

        with workers(folder, 2) as (address, _):
            yield "--cluster, two workers", score(file, *OPTIONS, "--cluster", address)


def main() -> None:
    """Measure in a folder in memory, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    print(f"{count:,} hand-ins{'':20}{'clock s':>9}{'a second':>10}{'hours for a million':>21}")
    with folder_in_memory() as folder:
        for words, cost in costs(folder, count):
            rate = count / cost.clock
            print(f"  {words:32}{cost.clock:7.1f}{rate:10,.0f}{MILLION / rate / 3600:21.2f}")


if __name__ == "__main__":
    main()
