"""From hand-ins to verdicts to results: each line by what follows from the student's own lines.

Begin with `mark`, the whole way from a prepared key and submissions to marks. To be read in this order:

- a hand-in read by its key: `paper`, with its rows of numbers (`sheets`) and each student's own values
  (`variants`)
- questions worked line by line, for a whole class at once: `trace_marks` leads from sheets to marks. It uses
  `lines` (the walk, the heart of it all), `readings` (what else a hand-in that is off may mean) and
  `diagnosis` (what its wrong lines have in common)
- verdicts in words: `wording`
- questions of formulas and texts: `formulas`
- texts that wait for a person, and a person's marks: `person`
- beside the marks: hand-ins that fit somebody else's values (`other_variants`), and what two hand-ins share
  (`unexplained`, `similar`)
"""
