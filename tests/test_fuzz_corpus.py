"""What fuzzing found worth keeping: inputs that reach different code, each with a result or a declared error.

tests/fuzz/run.py makes more of them.
"""

import json
import sys
from pathlib import Path

import pytest

FUZZ = Path(__file__).parent / "fuzz"
sys.path.append(str(FUZZ))

from targets import TARGETS  # noqa: E402

CORPUS = [json.loads(line) for line in (FUZZ / "corpus.jsonl").read_text(encoding="ascii").splitlines()]


@pytest.mark.parametrize("target", TARGETS)
def test_every_input_gives_a_result_or_a_declared_error(target):
    inputs = [row["hex"] for row in CORPUS if row["target"] == target]
    assert inputs
    for data in inputs:
        TARGETS[target](bytes.fromhex(data))
