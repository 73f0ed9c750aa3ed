"""Feed-forward networks in ten lines: a shorthand that becomes the ordinary tables of a question.

`expand.expanded` makes the tables, and is imported where a key has a network: most have none.
"""
