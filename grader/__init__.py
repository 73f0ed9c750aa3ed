"""Marks pen-and-paper exercises line by line, by what follows from the student's own lines.

An answer key is the exercise itself: its equations, in the order in which a person works them. The program
works them with the student's own numbers, and compares. What is handed in goes one way through the packages:

1. Files to submissions: `exchange` finds hand-ins, reads whatever form they have (JSON, tables, printed
   logs), and checks them against `schemas`: the key, the submission, the results as written down.
2. Keys to plans: `solver` compiles a key's equations, works out the reference, and audits the key. Equations
   and students' formulas are trees of `expressions`: one grammar, and real, ball and dual arithmetic over it.
3. Submissions to arrays, arrays to verdicts, verdicts to results: `marking`. Numbers of a whole class become
   arrays with a leading axis over its hand-ins; every line of every step is marked by one call for everybody.
4. Results to text: `reports`, as Markdown, HTML, tables and what other programs read.
5. `cli` has the commands: the only place that prints, shows progress and exits. For a large class its engine
   spreads batches over processes and keeps what came of each on disk.

Beside that way, `trials` makes hand-ins with known faults from a key and looks at what marking finds.

Imports go downwards only: cli, then trials, reports, exchange and marking, then solver, schemas, expressions.
To follow one hand-in, read `cli.jobs.score`, `cli.engine.marker`, `marking.mark`, `marking.trace_marks` and
`marking.lines.walk`, in this order. The docstring of each package says where to begin in it.
"""

__version__ = "0.1.0"
