"""Reading a student's formula, in plain text or LaTeX, into the same tree as the key's equations."""

from grader.expressions.notation.limits import MAX_EXPONENT, MAX_NODES, MAX_WORK
from grader.expressions.notation.reading import Reading, read_answer, read_formula
from grader.expressions.notation.repeats import MAX_RANGE
from grader.expressions.notation.rewriting import other_readings
from grader.expressions.notation.vocabulary import Vocabulary

__all__ = [
    "MAX_EXPONENT",
    "MAX_NODES",
    "MAX_RANGE",
    "MAX_WORK",
    "Reading",
    "Vocabulary",
    "other_readings",
    "read_answer",
    "read_formula",
]
