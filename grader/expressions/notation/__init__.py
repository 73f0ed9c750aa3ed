"""Reading a student's formula, in plain text or LaTeX, into the same tree as the key's equations.

Begin with `reading`, the whole way. To be read in this order:

- the names of a question: `vocabulary`
- text to tokens: `lexer`, by its tables of `characters`
- what stands around a formula: `statements`, `cases` (are they `complete`?), `definitions`
- tokens to trees: `cursor` (where a reader is), `grammar`, and what it calls for `brackets`, `numerals`,
  names (`naming`, `indices`), `calls`, LaTeX commands (`latex`), sums (`repeats`), derivatives (`partial`),
  `indicator` functions, `matrices` whose size is to be found out, and what is `transposed`
- checks of a tree: `limits`; `products` (which of several is meant), with what is written out
  `by_components`; `fitting` (shapes)
- second tries: `rewriting` (what can be read in more than one way), with `other_products`; `plainer` (what
  cannot be read as it stands)
- what was printed, read back: `reread`
"""

from grader.expressions.notation.indicator import is_condition
from grader.expressions.notation.limits import MAX_EXPONENT, MAX_NODES, MAX_WORK
from grader.expressions.notation.reading import Reading, read_answer, read_formula
from grader.expressions.notation.repeats import MAX_RANGE
from grader.expressions.notation.vocabulary import Vocabulary

__all__ = [
    "MAX_EXPONENT",
    "MAX_NODES",
    "MAX_RANGE",
    "MAX_WORK",
    "Reading",
    "Vocabulary",
    "is_condition",
    "read_answer",
    "read_formula",
]
