"""The language of keys and answers: the tree, the grammar; real, ball and dual arithmetic over it."""

from grader.expressions.arithmetic import evaluate
from grader.expressions.ball import ULPS, Ball, Balls, exact
from grader.expressions.dual import Dual, Duals, constant, jacobian, seed
from grader.expressions.faults import ExpressionFault, point_at
from grader.expressions.functions import CONSTANTS, known_functions
from grader.expressions.grammar import parse
from grader.expressions.real import Array, Real
from grader.expressions.shapes import Shape, in_words, infer, nearest
from grader.expressions.tree import Call, Name, Tree, functions_in, names_in, substitute, walk

__all__ = [
    "CONSTANTS",
    "ULPS",
    "Array",
    "Ball",
    "Balls",
    "Call",
    "Dual",
    "Duals",
    "ExpressionFault",
    "Name",
    "Real",
    "Shape",
    "Tree",
    "constant",
    "evaluate",
    "exact",
    "functions_in",
    "in_words",
    "infer",
    "jacobian",
    "known_functions",
    "names_in",
    "nearest",
    "parse",
    "point_at",
    "seed",
    "substitute",
    "walk",
]
