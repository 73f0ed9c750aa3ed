"""From hand-ins to verdicts to results: each line by what follows from the student's own lines.

To be read in this order:

- the whole way: `mark`
- a hand-in, read: `paper`, `read_sheet` (`sheet`), `careful`, `values`, `digits`, `unknown` keys, what is
  `stated` beside the steps, `numbering`, `summed_rows`; each student's own values: `variants`
- a class as arrays: `layout`, `batch`, `work`
- the question of a class: `trace_marks`; which accepted way each took: `choose`
- the walk: `walk`, `reference`, `at_once`, `latest`, `desk`, `verdicts`, `stopping`
- a close look at a line: `close_look`, `explain`, `slips`, `settle`, `remember`, `other_forms`
- what shows nothing: `repeats`, `filler`
- other readings of a hand-in: `reading`, `readings`, `other_constants`, `exchanges`, `swapped_steps`,
  `written_before`; another order of work: `passes`, `early_updates`, `late_updates`; another
  method: `other_methods`
- a second look: `sharpen`, `not_updated`, `taken_from`, `in_place_of`; what a line is worth: `causes`
- verdicts to words: `line_results`, `words`, `figures`, `equations`; what every mark tells: `question_mark`
- formulas: `formula_key`, `formula`, `equivalence` at random `points` of `quantities`, `borders`;
  `derivatives`, `slopes`; why one is wrong: `reasons`, `factors`, `other_symbols`, `counterexample`,
  `restated`; those of a key: `formula_audit`
- parts of a question, and put together: `part_marks`
- a person's marks: `pending`, `person`
- beside the marks: `other_variants` (somebody else's values), `unexplained` and `similar` (what two share)
"""
