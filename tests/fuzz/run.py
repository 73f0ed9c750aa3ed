"""Fuzz the parser and the loader, guided by coverage, with atheris (pip install atheris; not in `test`).

    python tests/fuzz/run.py formula CORPUS_FOLDER -max_total_time=600

TARGET is one of those in targets.py; what follows goes to libFuzzer. It starts from the inputs of
tests/fuzz/corpus.jsonl, tests/hostile/ and submissions/, changes JSON and tables as what they are
(mutate.py), and stops at the first input that breaks what targets.py asserts.
keep.py adds what it has found to the corpus.
"""

import importlib
import json
import pkgutil
import sys
from pathlib import Path

import atheris

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1])]

with atheris.instrument_imports(include=["grader"]):
    import targets

    # Those that are only imported when they are needed would not be watched.
    for room in ("exchange", "expressions", "marking"):
        for module in pkgutil.walk_packages([str(HERE.parents[1] / "grader" / room)], f"grader.{room}."):
            importlib.import_module(module.name)

import mutate  # noqa: E402
from hostile_inputs import own  # noqa: E402

KEPT = HERE / "corpus.jsonl"
OWN = {
    "formula": "formula",
    "expression": "formula",
    "hand_in": "json",
}  # our own hostile inputs to start from
MUTATORS = {"hand_in": mutate.changed_json, "marked": mutate.changed_json, "table": mutate.changed_table}
LONGEST = {
    "hand_in": 8000,
    "table": 8000,
    "printout": 8000,
    "workbook": 8000,
}  # bytes of an input to start from


def kept(name: str) -> list[bytes]:
    """Return the inputs of a target that are kept."""
    rows = [json.loads(line) for line in KEPT.read_text(encoding="ascii").splitlines()]
    return [bytes.fromhex(row["hex"]) for row in rows if row["target"] == name]


def seeds(name: str) -> list[bytes]:
    """Return the inputs to start from; long ones only slow the run down."""
    inputs = kept(name)
    if name in OWN:
        inputs += [each.data for each in own(OWN[name])]
    if MUTATORS.get(name) is mutate.changed_json:
        inputs += [path.read_bytes() for path in sorted((HERE.parents[1] / "submissions").glob("*.json"))]
    return [data for data in inputs if len(data) <= LONGEST.get(name, 2000)]


def dictionary(folder: Path) -> Path:
    """Write the words that libFuzzer puts into inputs; return where they are."""
    words = {*mutate.SYMBOLS, *mutate.KEYS, *mutate.NUMBERS, *mutate.TEXTS} - {""}
    lines = []
    for word in sorted(words):
        data = word.encode("utf-8", "surrogatepass")
        if len(data) <= 40:
            lines.append('"' + "".join(f"\\x{byte:02x}" for byte in data) + '"')
    path = folder.with_name(folder.name + ".dict")
    path.write_text("\n".join(lines), encoding="ascii")
    return path


def run(name: str, folder: Path, options: list[str]) -> None:
    """Fuzz a target until time is up or something breaks."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds(name)):
        (folder / f"seed{number}").write_bytes(data)
    mutator = MUTATORS.get(name)
    more = {}
    if mutator is not None:
        more["custom_mutator"] = lambda data, most, seed: mutator(data, most, seed, atheris.Mutate)
    words = [sys.argv[0], str(folder), f"-dict={dictionary(folder)}", *options]
    atheris.Setup(words, targets.TARGETS[name], **more)
    atheris.Fuzz()


_, target, folder, *options = sys.argv
run(target, Path(folder), options)
