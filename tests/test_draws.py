"""Draws of numbers: round, within their ranges, the same for ever, and even."""

import hashlib
import hmac
import os
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.schemas.given import Vary
from grader.solver.lattice import LatticeFault, draws, make_lattice, seeds

SECRET = b"a secret for the tests"
PLACE = ("key", "question")


def values(vary, shape, count, student="s{}"):
    lattice = make_lattice(Vary.model_validate(vary), shape)
    each = seeds(SECRET, PLACE, [student.format(i) for i in range(count)], [0] * count)
    return lattice.at(draws(each, "x", lattice.size))


def by_hand(student, name, size, attempt=0):
    """The same whole numbers by the definition of HMAC (RFC 2104), without the module hmac."""
    text = f"grader/variant/v1\0key\0question\0{attempt}\0{student}".encode()
    key = SECRET.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in key) + text).digest()
    seed = hashlib.sha256(bytes(b ^ 0x5C for b in key) + inner).digest()
    stream = hashlib.shake_256(seed + name.encode()).digest(8 * size)
    return [int.from_bytes(stream[8 * i : 8 * i + 8], "big") for i in range(size)]


def test_draws_are_a_keyed_hash_of_where_and_whose():
    (seed,) = seeds(SECRET, PLACE, ["0012345"], [3])
    assert draws([seed], "W", 6).tolist() == [by_hand("0012345", "W", 6, attempt=3)]
    text = b"grader/variant/v1\0key\0question\0003\0000012345"
    assert seed == hmac.new(SECRET, text, hashlib.sha256).digest()


def test_draws_are_the_same_for_ever():
    """These were handed out: whoever changes how they are made changes students' exercises."""
    drawn = values({"least": -1, "most": 1, "step": 0.05, "without": [0]}, (2, 3), 2)
    assert drawn.tolist() == GOLDEN


GOLDEN = [[[1.0, -0.15, 0.05], [-0.1, -0.9, -0.05]], [[-0.5, -0.3, -0.95], [-0.7, -0.4, 0.4]]]


def drawn_anywhere():
    return values({"least": -1, "most": 1, "decimals": 2}, (3,), 2)


def test_draws_rest_on_no_hash_seed_and_no_locale():
    code = "import test_draws as t; print(t.drawn_anywhere().tolist())"
    path = os.pathsep.join(sys.path)
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "LC_ALL": "C", "PYTHONPATH": path}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(drawn_anywhere().tolist())


def test_an_id_is_the_same_however_it_is_typed():
    composed, apart = "Ame\u0301lie", "Am\u00e9lie"
    assert seeds(SECRET, PLACE, [composed], [0]) == seeds(SECRET, PLACE, [f" {apart} "], [0])
    assert seeds(SECRET, PLACE, ["12"], [0]) != seeds(SECRET, PLACE, ["012"], [0])


steps = st.sampled_from(["0.01", "0.02", "0.05", "0.1", "0.25", "0.3", "1", "5"])
ends = st.integers(-40, 40).map(lambda n: Decimal(n) / 20)


@given(low=ends, high=ends, step=steps, hole=ends)
def test_what_is_drawn_is_a_round_number_of_the_range(low, high, step, hole):
    low, high = sorted((low, high))
    vary = {"least": float(low), "most": float(high), "step": float(step), "without": [float(hole)]}
    allowed = [low + i * Decimal(step) for i in range(int((high - low) / Decimal(step)) + 1)]
    allowed = [number for number in allowed if number != hole]
    if not allowed:
        with pytest.raises(LatticeFault, match="no number"):
            values(vary, (), 1)
        return
    drawn = values(vary, (2,), 40).ravel().tolist()
    # As a file would have them: the nearest double of the decimal number, no other.
    assert set(drawn) <= {float(str(number)) for number in allowed}


def test_every_number_comes_about_equally_often():
    """Chi-square of 21 numbers, 20,000 draws: below 45.3, its 99.9 % point."""
    drawn = values({"least": -1, "most": 1, "step": 0.1}, (5,), 4000)
    counts = Counter(drawn.ravel().tolist())
    expected = 20_000 / 21
    assert len(counts) == 21
    assert sum((n - expected) ** 2 / expected for n in counts.values()) < 45.3


def test_components_and_students_are_drawn_apart():
    drawn = values({"least": 0, "most": 999, "step": 1}, (4,), 500)
    assert np.all(np.abs(np.corrcoef(drawn.T) - np.eye(4)) < 0.2)
    assert len({tuple(row) for row in drawn.tolist()}) == 500


def test_a_range_for_each_component_and_one_that_stays():
    drawn = values({"least": [0, 5], "most": [1, 5], "decimals": 1}, (2,), 100)
    assert set(drawn[:, 1].tolist()) == {5.0}
    assert set(drawn[:, 0].tolist()) == {float(Fraction(n, 10)) for n in range(11)}


def test_a_range_for_each_component_of_every_row():
    drawn = values({"least": [0, 5], "most": [1, 6], "decimals": 1}, (3, 2), 100)
    assert (drawn[..., 0].min(), drawn[..., 0].max()) == (0.0, 1.0)
    assert (drawn[..., 1].min(), drawn[..., 1].max()) == (5.0, 6.0)
    assert len({tuple(row) for row in drawn[0].tolist()}) > 1


def test_numbers_that_are_listed():
    assert set(values({"among": [-1, 0.5, 2]}, (3,), 50).ravel().tolist()) == {-1.0, 0.5, 2.0}


@pytest.mark.parametrize(
    ("vary", "shape", "place", "words"),
    [
        ({"least": 1, "most": 0, "step": 0.1}, (), "most", "below least"),
        ({"least": 0, "most": 1, "decimals": 9}, (), "", "too fine"),
        ({"least": [0, 1], "most": 1, "decimals": 1}, (3,), "least", "a vector of 3 as the quantity is"),
        ({"least": 0, "most": [1, 2], "step": 1}, (3,), "most", "a vector of 3 as the quantity is"),
        ({"least": 0, "most": 1, "step": 1, "without": [0, 1]}, (), "without", "no number"),
    ],
)
def test_what_cannot_be_drawn(vary, shape, place, words):
    with pytest.raises(LatticeFault, match=words) as caught:
        make_lattice(Vary.model_validate(vary), shape)
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("vary", "words"),
    [
        ({"least": 0}, "least and most, or among"),
        ({"least": 0, "most": 1}, "step or decimals"),
        ({"least": 0, "most": 1, "step": 0.1, "decimals": 1}, "step or decimals"),
        ({"among": [1], "least": 0}, "found both"),
        ({"among": [1, 1.0]}, "twice"),
        ({"least": 0, "most": 1, "step": 0.0}, "greater than 0"),
    ],
)
def test_what_an_author_may_get_wrong(vary, words):
    with pytest.raises(ValueError, match=words):
        Vary.model_validate(vary)
