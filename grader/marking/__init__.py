"""From hand-ins to verdicts to results: each line by what follows from the student's own lines.

To be read in this order, beginning with the whole way, `mark`:

- a hand-in by its key: `paper`, of rows of numbers (`sheets`); each student's own values: `variants`
- a question worked line by line, for a class at once: `trace_marks`, by way of `lines`, the heart of it all;
  `readings` of what is off, and `other_methods` with the same lines
- verdicts to words: `wording`, `ways`; what every mark tells: `question_mark`
- questions of formulas and texts: `formulas`
- a person's marks: `pending`, `person`
- beside the marks: `other_variants` (somebody else's values), `unexplained` and `similar` (what two share)
"""
