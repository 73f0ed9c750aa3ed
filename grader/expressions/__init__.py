"""The language of keys and answers: the tree, the grammar; real, ball and dual arithmetic over it.

Begin with `tree`. To be read in this order:

- the tree: `tree`; `faults` of a text, with their place; what may be called: `functions`, and how
  `other_languages` call it
- text to trees: `tokens`; `grammar` for a key's equations, `notation` for students' formulas
- shapes before numbers: `shapes`
- trees to numbers: `arithmetic`, the one walk over a tree; `arrays`; `real` numbers, with `picking`
  (components) and `inverses`
- what rounding can do: `ball`; derivatives: `dual`, and as formulas `symbolic`
- functions that a question leaves open: `open_functions`, and `open_duals` with bounds; sums with open `ends`
- trees to text: `printing`, `mathml`; letters that are spelled out: `greek`
"""

from grader.expressions.arithmetic import evaluate
from grader.expressions.arrays import Array, Mask, Rows, every
from grader.expressions.ball import ULPS, Ball, Balls, exact
from grader.expressions.dual import Duals, constant, seed
from grader.expressions.faults import ExpressionFault, point_at
from grader.expressions.functions import CONSTANTS, known_functions
from grader.expressions.grammar import parse
from grader.expressions.other_languages import said_here
from grader.expressions.real import Real
from grader.expressions.shapes import Shape, in_words, infer, nearest
from grader.expressions.tree import Call, Name, Tree, functions_in, names_in, substitute, walk

__all__ = [
    "CONSTANTS",
    "ULPS",
    "Array",
    "Ball",
    "Balls",
    "Call",
    "Duals",
    "ExpressionFault",
    "Mask",
    "Name",
    "Real",
    "Rows",
    "Shape",
    "Tree",
    "constant",
    "evaluate",
    "every",
    "exact",
    "functions_in",
    "in_words",
    "infer",
    "known_functions",
    "names_in",
    "nearest",
    "parse",
    "point_at",
    "said_here",
    "seed",
    "substitute",
    "walk",
]
