"""Answers that cannot be read as they stand, put into plainer words, one stage after the other.

Each stage takes a text and returns one that says the same, nearer to what the grammar reads; what it knows
nothing of passes through as it is. An answer that can be read meets none of them. Their order, in `stages`:

- what programs write: arrays (`from_arrays`); modules, constants and sums (`program_text`); calls by names of
  their own (`from_programs`)
- over what sums run (`under_sums`)
- cases in words (`worded_cases`); what word processors write (`typeset`); what stands around a formula
  (`prose`), and what it says that letters stand for (`defined_beside`)
- sums with `dots`; books and blackboards (`from_books`); updates (`time_steps`); `other_spellings`
- `signs` that mean something else elsewhere, among them sums that do not say over what they run, and means
  (`bare_sums`); `names` that are almost the question's; derivatives (`own_derivatives`)

All change texts by what stands in `edits`.
"""
