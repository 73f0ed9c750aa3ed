"""The same work by other tools, in one process: `python tests/benchmarks/peers.py [HAND-INS]`.

Processor time of one hand-in of the practical with all its numbers, and of one formula:

- pytest.approx, a comparison for each of the 372 numbers with the reference, as an autograder's tests do;
- numpy.testing.assert_allclose, one for each of the 132 lines;
- Math-Verify (`pip install math-verify`; its rows are left out where it is not there), which compares
  formulas by SymPy;
- grader, which also says what follows from what and why, one hand-in by itself and in a class.

The MITx graders are not on PyPI. Hand-ins and formulas are right; what is wrong costs everybody more.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import permutations
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from numpy.testing import assert_allclose

sys.path.insert(0, str(Path(__file__).parent))
import faulty_class  # noqa: F401 - puts the tests' helpers on the path
from crowd import random_crowd
from measuring import KEY

from grader.cli.keyring import load_key
from grader.marking.mark import mark
from grader.schemas.submission import Submission

QUESTION, CLASS, LEAST = "exercise2", 1000, 0.3
# The factors of a chain; in every order, and with brackets or without, they are 240 formulas of one meaning.
FACTORS = ("(y_out - y_gt)", "f_3'(s_out)", "W_out", "f_2'(s_2)", "z_1")
# Math-Verify knows no primes and no names with indices: to it they are plain symbols.
LATEX_FACTORS = ("(a - b)", "f", "w", "g", "z")


def timed(work: Callable[[], object], count: int = 1) -> float:
    """Return the processor time of one of `count` things in ms, the fastest of three tries."""
    work()
    tries = []
    for _ in range(3):
        start, times = process_time(), 0
        while process_time() - start < LEAST:
            work()
            times += 1
        tries.append((process_time() - start) / times / count)
    return 1000 * min(tries)


def numbers(count: int) -> Iterator[tuple[str, float]]:
    """Measure what compares or marks the numbers of a hand-in."""
    key = load_key(KEY)
    plan = key.layouts[QUESTION]["online"].plan
    crowd = random_crowd(plan, count, np.random.default_rng(1), "carry")
    crowd.digits[:] = 6
    crowd.written.clear()
    crowd._work()
    own = [{name: np.asarray(values[0]) for name, values in step.items()} for step in crowd.written]
    flat = [float(number) for step in own for values in step.values() for number in values.ravel()]
    assert len(flat) == 372
    yield "372 pytest.approx", timed(lambda: [number == pytest.approx(number, rel=1e-3) for number in flat])
    lines = [values for step in own for values in step.values()]
    yield (
        "132 numpy.testing.assert_allclose",
        timed(lambda: [assert_allclose(v, v, rtol=1e-3) for v in lines]),
    )
    hand_ins = [
        Submission(student=str(i), answers={QUESTION: answer}) for i, answer in enumerate(crowd.answers())
    ]
    yield "grader, one by itself", timed(lambda: mark(key, hand_ins[:1]))
    yield f"grader, of a class of {count:,}", timed(lambda: mark(key, hand_ins), count)


def formulas() -> Iterator[tuple[str, float]]:
    """Measure what marks formulas that were not met before."""
    key = load_key(KEY)
    marker = key.marker(key.key.question[0])
    marker.mark("dL_dW_1", "x_in")
    each = [
        f"{open_}{a} * {b}{close} * {c} * {d} * {e}"
        for a, b, c, d, e in permutations(FACTORS)
        for open_, close in (("", ""), ("(", ")"))
    ]
    yield "grader", _each(lambda text: marker.mark("dL_dW_2", text), each)
    yield "grader, met before", _each(lambda text: marker.mark("dL_dW_2", text), each)
    if find_spec("math_verify") is not None:
        verify = import_module("math_verify")
        gold = verify.parse(f"${' '.join(LATEX_FACTORS)}$")
        each = [f"${' '.join(factors)}$" for factors in permutations(LATEX_FACTORS)]
        yield "Math-Verify", _each(lambda text: verify.verify(gold, verify.parse(text)), each)


def _each(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the processor time of one text in ms; none is given twice."""
    start = process_time()
    for text in texts:
        work(text)
    return 1000 * (process_time() - start) / len(texts)


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CLASS
    print(f"{'one hand-in, 372 numbers':44}{'ms':>8}")
    for words, took in numbers(count):
        print(f"  {words:42}{took:8.3f}")
    print("one formula, a chain of five factors, never the same twice")
    for words, took in formulas():
        print(f"  {words:42}{took:8.3f}")


if __name__ == "__main__":
    main()
