"""Formulas, marked by value: any form that is equal to the key's is right, any other gets a reason.

Begin with `formula`, which marks one answer. To be read in this order:

- what the key asks: `formula_key`; an answer: `formula`
- equal or not: `equivalence` at random `points` of `quantities`, with `borders` of pieces, `edges` of
  conditions, `derivatives` and their `slopes`; answers `by_index`
- why one is wrong: `reasons`, `factors`, `other_symbols`, `counterexample`
- the marks of a question's parts: `part_marks`; the formulas of a key, proven: `formula_audit`
"""
