"""Fuzz the parser and the loader, guided by coverage, with atheris (pip install atheris; not in `test`).

    python tests/fuzz/run.py formula CORPUS_FOLDER -max_total_time=600

TARGET is formula, expression or hand_in; what follows goes to libFuzzer. It starts from the inputs of
tests/fuzz/corpus.jsonl and tests/hostile/, and stops at the first input that breaks what targets.py asserts.
"""

import json
import sys
from pathlib import Path

import atheris

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1])]

with atheris.instrument_imports(include=["grader"]):
    import targets

from hostile_inputs import own  # noqa: E402


def seeds(name: str) -> list[bytes]:
    """Return the inputs to start from; long ones only slow the run down."""
    kept = HERE / "corpus.jsonl"
    rows = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    inputs = [bytes.fromhex(row["hex"]) for row in rows if row["target"] == name]
    inputs += [each.data for each in own("json" if name == "hand_in" else "formula")]
    return [data for data in inputs if len(data) <= 2000]


def main() -> None:
    name, folder, *options = sys.argv[1:]
    corpus = Path(folder)
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds(name)):
        (corpus / f"seed{number}").write_bytes(data)
    atheris.Setup([sys.argv[0], folder, *options], targets.TARGETS[name])
    atheris.Fuzz()


main()
