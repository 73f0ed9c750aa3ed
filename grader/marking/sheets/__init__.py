"""A hand-in, read: what stands on the paper, as one row of numbers.

To be read in this order: `layout` (where each number stands), `sheet`, `read_sheet` for what is clean;
`careful` for the rest, with `values`, `digits` and `nearly_numbers`, keys that are `unknown`; what is
`stated` beside the steps, `nested_steps`, their `numbering`, rows that are sums (`summed_rows`); methods that
differ in when they update: `passes`.
"""
