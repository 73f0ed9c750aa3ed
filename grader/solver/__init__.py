"""From a key's equations to the reference trace."""

from grader.solver import show
from grader.solver.compile import make_plans
from grader.solver.plan import Choice, Form, Line, Plan, WrongWay
from grader.solver.solve import Trace, settle, settle_given, solve, solve_many

__all__ = [
    "Choice",
    "Form",
    "Line",
    "Plan",
    "Trace",
    "WrongWay",
    "make_plans",
    "settle",
    "settle_given",
    "show",
    "solve",
    "solve_many",
]
