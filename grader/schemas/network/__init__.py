"""Feed-forward networks in ten lines: a shorthand that becomes the ordinary tables of a question.

To be read in this order:

- the table as it is written, `model`; `expand`, from end to end, with what the author has written laid over
  all that, is imported where a key has one: most have none
- what a network is: `design`, and `checks`
- its `layers` and their equations, as `text`: `losses`, `updates`, `batches`, and the `lines` of a method
- the usual mistakes: `wrong_lines`, `wrong_updates`
"""
