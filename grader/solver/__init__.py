"""From a key's equations to the reference trace.

To be read in this order:

- a key's tables to plans: `plan`, `compile`, with `names`, `inputs`, faults `at_method`
- plans to traces: `solve`, `stopping`, `choices`, arrays `laid_out` in memory
- the audit: `audit`, `findings`; claims (`claims`, `differentiate`, `points`, `judge`, `ratio`), numbers in
  print (`printed`), what cannot be told apart (`distinct`), what may be meant (`remarks`), ranges to draw
  from (`draws`)
- each student's own values: `variants`, `lattice`, `degenerate`
- a network's mistakes that can be told: `telling`; its tables without shorthand: `written_out`
- traces and blanks to text: `show`, `template`, `blank`, `handout`
"""

from grader.solver import show
from grader.solver.compile import make_plans
from grader.solver.plan import Form, Line, Plan
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
from grader.solver.stopping import count_steps_of_each, one_step_back

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
