"""A key that asks for one formula, as tests of formulas need it again and again."""

from shared import as_key

from grader.marking.formulas.formula_key import make_marker

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
    (question,) = as_key(KEY.format(answer=answer, names=names)).question
    return make_marker(question)
