"""Feed-forward networks in ten lines: a shorthand that becomes the ordinary tables of a question.

Begin with `expand`, the whole way; it is imported only for keys that have a network. To be read in this
order:

- the table as it is written: `model`
- what a network is: `design`, and `checks` of it
- its `layers` and their equations, as `text`: `losses`, `updates`, `batches`, and the `lines` of a method
- the usual mistakes: `wrong_lines`, `wrong_updates`
"""
