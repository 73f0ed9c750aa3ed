"""A key tried out: hand-ins made from its own equations, and what marking finds in them.

Begin with `try_key`, the whole way. To be read in this order:

- what is made and what is found: `trial`
- hand-ins of made-up `students`, who round; marked on a `bench`
- what is tried: `honest` work, `mistakes`, `slips`, `formulas`
- hand-ins for which a course expects certain marks: `expected`
"""
