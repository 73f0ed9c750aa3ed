"""Pages of invented numbers: what looks like a slip or a known mistake there is not called one."""

import handworked as hw
import numpy as np
import pytest
from shared import TANH


def invented(seed, digits, keep=0):
    """Return a hand-in whose first steps, so many, are right; the others have any numbers."""
    random = np.random.default_rng(seed)
    answer = hw.practical("online", 0.2, digits, **TANH)
    for step in answer["steps"][keep:]:
        for name in [each for each in step if each not in {"iteration", "sample"}]:
            step[name] = hw.written(random.normal(0, 0.5, np.shape(step[name])), digits)
    return answer


@pytest.mark.parametrize("digits", [3, 4])
@pytest.mark.parametrize("keep", [0, 4])
def test_nothing_is_explained_in_invented_numbers(practical, digits, keep):
    """Some of thousands of numbers fit something; of sixteen pages nearly all are wrong and nothing else."""
    marked = hw.results(practical, [invented(seed, digits, keep) for seed in range(16)])
    anything = [f for each in marked for f in each.fields if f.status in {"slip", "mistake"}]
    claimed = [f for f in anything if 4 * f.step["iteration"] + f.step["sample"] >= keep]
    assert len(claimed) <= 2, [(f.field, f.cause, f.message) for f in claimed]
    lines = 11 * (12 - keep)
    for each in marked:
        assert sum(f.status == "wrong" for f in each.fields) >= 0.95 * lines
        assert each.score <= 15 * keep / 12 + 0.05 * 15


def test_slips_among_right_lines_stay_slips(practical):
    """One error of the student's own in a field takes nothing from the slips beside it."""

    def off(now):
        return (now.z_out - now.y) * hw.slope_of_tanh(now.s_out) + 0.3377

    answer = hw.practical("online", 0.2, 5, {(0, "delta_out"): off}, **TANH)
    for t in (3, 7):
        answer["steps"][t]["delta_out"] = hw.written(-float(answer["steps"][t]["delta_out"]), 5)
    marked = hw.result(practical, answer)
    one, *others = ((labels, "delta_out") for labels in ((0, 0), (0, 3), (1, 3)))
    assert hw.faulty(marked) == {one: "wrong", others[0]: "slip", others[1]: "slip"}


def test_what_is_right_in_a_field_that_is_mostly_wrong_stays_right(practical):
    random = np.random.default_rng(4)
    invented_numbers = {(t, "delta_out"): lambda _: random.normal(0, 0.5) for t in range(7)}
    answer = hw.practical("online", 0.2, 5, invented_numbers, **TANH)
    answer["steps"][8]["delta_out"] = hw.written(-float(answer["steps"][8]["delta_out"]), 5)
    marked = hw.result(practical, answer)
    status = [f.status for f in marked.fields if f.field == "delta_out"]
    assert status == ["wrong"] * 7 + ["follows", "wrong", *["follows"] * 3]
