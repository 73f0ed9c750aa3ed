"""A key tried out: hand-ins made from its own equations, and what marking finds in them.

To be read in this order:

- from end to end: `try_key`; what is found: `trial`
- hand-ins made: `students`, who round; marked: `bench`
- what is tried: `honest` work, `mistakes`, `slips`, `formulas`
- marks that a course expects of hand-ins: `expected`
"""
