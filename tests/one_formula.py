"""A key that asks for one formula, as tests of formulas need it again and again."""

import tomllib

from grader.marking.formulas.formula_key import make_marker
from grader.schemas.key import Key

KEY = """
id = "one"
[[question]]
id = "q"
kind = "formula"
points = 1
{names}
part = [{{ id = "a", points = 1, answer = "{answer}" }}]
"""


def marker(answer, names):
    """Return what marks part "a" by its answer; `names` are the lines of the key that declare the names."""
    (question,) = Key.model_validate(tomllib.loads(KEY.format(answer=answer, names=names))).question
    return make_marker(question)
