"""The walk: a class marked line by line, each line by what follows from the student's own lines before it.

Begin with `walk`. To be read in this order:

- a class as arrays: `batch`; one line worked for all: `work`; which accepted way each student took: `choose`,
  by marking `under_options`
- the walk: `walk`, who is right throughout (`at_once`), each field's `latest` value, what
  lies on the `desk`, `verdicts`, and where a method is `stopping`
- a line that is not simply right: `close_look`, which can `explain` it, by `slips` of the pen for one; it can
  `settle` what was meant in lines before, and `remember` what the line stands for; `other_forms` of a line
- what shows nothing: `filler`
- what each line is worth, and by which known mistake: `causes`
"""
