"""Feed-forward networks in ten lines: a shorthand that becomes the ordinary tables of a question.

To be read in this order:

- the table as it is written, `model`; `expand`, from end to end, is imported where a key has one: most have
  none
- what a network is: `design`, and `checks`
- its `layers` and their equations, as `text`: `losses`, `updates`, `batches`, and the `lines` of a method
- `mistakes`: `wrong_lines`, `wrong_updates`
- what the author has written laid over all that: `overlay`
"""
