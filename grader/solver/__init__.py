"""From a key's equations to the reference trace.

Begin with `compile`. To be read in this order:

- a key's tables to plans: `plan`, `compile`, with `names` and choices, and the `inputs` of a method
- plans to traces, and where these end: `solve`; how arrays are `laid_out` in memory
- the audit: `audit`, `findings`; claims (`claims`, `differentiate`, `judge`), numbers in print (`printed`),
  what cannot be told apart or does nothing (`distinct`)
- each student's own values: `variants`, `lattice`, `degenerate`
- what can be told of a network's shorthand, and its tables without it: `telling`
- traces and blanks to text: `show`, `blank`, `handout`
"""

from grader.solver import show
from grader.solver.compile import make_plans
from grader.solver.plan import Form, Line, Plan
from grader.solver.solve import (
    Trace,
    count_steps_of_each,
    one_step_back,
    settle,
    settle_given,
    solve,
    solve_each,
    solve_many,
    steps_of,
    usual_steps,
)

__all__ = [
    "Form",
    "Line",
    "Plan",
    "Trace",
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
