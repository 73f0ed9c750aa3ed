"""A class line by line: each by what follows from the student's own lines before it.

To be read in this order:

- a class as arrays: `batch`; one line for all: `work`; which accepted way each took: `choose`
- the walk: `walk`, `reference`, `at_once`, `latest`, `desk`, `verdicts`, `stopping`
- a close look at a line: `close_look`, `explain`, `slips`, `settle`, `remember`, `other_forms`
- what shows nothing: `repeats`, `filler`
- a second look: `sharpen`, `by_chance`, `undone`, `not_updated`, `miswritten`, `taken_from`, `copied_steps`,
  `kept_values`, `in_place_of`, `off_alike`, `other_ways`; what a line is worth: `causes`
"""
