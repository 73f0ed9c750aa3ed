"""Honest students who leave lines out of any key's exercise are told of no fault."""

import random
from pathlib import Path

import handworked as hw
import pytest
from shared import ROOT
from simulate import Rounding, Student

from grader.cli.keyring import load_key

KEYS = sorted((ROOT / "answer_keys").glob("*.toml"))


def pages(plan, count, draw):
    """Yield answers of random ways and roundings, with some fields nowhere and others here and there."""
    fields = [line.field for line in plan.lines]
    for seed in range(count):
        way = {group: draw.choice(options) for group, options in plan.choices.items()}
        rounding = Rounding(
            draw.randint(max(4, plan.digits), 8), draw.random() < 0.4, draw.choice(["carry", "full", "mixed"])
        )
        answer = Student(plan, way, plan.default_given, rounding, seed=seed).answer() | {
            "method": plan.method
        }
        nowhere = draw.sample(fields, draw.randint(1, len(fields) - 1)) if len(fields) > 1 else ()
        share = draw.choice([0.0, 0.2, 0.4])
        for step in answer["steps"]:
            for field in fields:
                if field in nowhere or draw.random() < share:
                    step.pop(field, None)
        yield answer


@pytest.mark.parametrize("path", KEYS, ids=lambda path: path.stem)
def test_who_leaves_lines_out_is_told_of_no_fault(path: Path):
    key, draw = load_key(path), random.Random(path.stem)
    for question in key.key.question:
        for plan in key.plans[question.id].values() if question.kind == "trace" else ():
            answers = [*pages(plan, 12, draw)]
            for answer, marked in zip(answers, hw.results(key, answers, question.id), strict=True):
                told = {place: status for place, status in hw.faulty(marked).items() if status != "missing"}
                assert not told, answer
