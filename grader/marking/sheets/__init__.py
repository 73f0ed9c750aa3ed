"""A hand-in as one row of numbers: what stands on the paper, put where the plan's lines have their place.

Begin with `read_sheet`. To be read in this order:

- where each number stands: `layout`; the row itself: `sheet`
- hand-ins that are clean are read at once; `careful` reads the others, with `values`, `digits`,
  `nearly_numbers` and keys that are `unknown`
- what is `stated` beside the steps; `nested_steps`; the `numbering` of steps; `summed_rows`
- how somebody writes numbers, for what is not written: `habits`
- two methods that differ in when they update: `passes`
"""
