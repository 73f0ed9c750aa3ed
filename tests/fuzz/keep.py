"""Add the shortest inputs that a run has found, and that reach what those kept do not, to corpus.jsonl.

python tests/fuzz/keep.py TARGET CORPUS_FOLDER NUMBER
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent), str(ROOT)]

import targets  # noqa: E402

KEPT = HERE / "corpus.jsonl"
LONGEST = 3000  # bytes


def reached(target: Callable[[bytes], None], data: bytes) -> set[tuple[str, int, int]]:
    """Return the steps from line to line of our own that an input makes."""
    steps: set[tuple[str, int, int]] = set()
    last: dict[int, int] = {}

    def trace(frame, event, _):
        name = frame.f_code.co_filename
        if "/grader/" not in name:
            return None
        if event == "line":
            steps.add((name, last.get(id(frame), 0), frame.f_lineno))
        last[id(frame)] = frame.f_lineno
        return trace

    sys.settrace(trace)
    try:
        target(data)
    finally:
        sys.settrace(None)
    return steps


def main() -> None:
    _, name, folder, number = sys.argv
    target = targets.TARGETS[name]
    rows = [json.loads(line) for line in KEPT.read_text(encoding="ascii").splitlines()]
    old = {bytes.fromhex(row["hex"]) for row in rows if row["target"] == name}
    target(b"{}")  # what is done once counts for none
    known = set().union(*(reached(target, data) for data in old))
    inputs = {path.read_bytes() for path in Path(folder).iterdir()} - old
    kept: list[bytes] = []
    for data in sorted((data for data in inputs if len(data) <= LONGEST), key=lambda data: (len(data), data)):
        new = reached(target, data) - known
        if new and len(kept) < int(number):
            kept.append(data)
            known |= new
    with KEPT.open("a", encoding="ascii") as file:
        file.writelines(json.dumps({"target": name, "hex": data.hex()}) + "\n" for data in kept)
    print(f"{name}: {len(kept)} of {len(inputs)} inputs are kept")


main()
