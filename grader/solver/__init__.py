"""From a key's equations to the reference trace."""

from grader.solver import show
from grader.solver.compile import make_plans
from grader.solver.plan import Choice, Form, Line, Plan, WrongWay
from grader.solver.solve import (
    Trace,
    settle,
    settle_given,
    solve,
    solve_each,
    solve_many,
    steps_of,
    usual_steps,
)
from grader.solver.stopping import count_steps, count_steps_of_each, one_step_back

__all__ = [
    "Choice",
    "Form",
    "Line",
    "Plan",
    "Trace",
    "WrongWay",
    "count_steps",
    "count_steps_of_each",
    "make_plans",
    "one_step_back",
    "settle",
    "settle_given",
    "show",
    "solve",
    "solve_each",
    "solve_many",
    "steps_of",
    "usual_steps",
]
