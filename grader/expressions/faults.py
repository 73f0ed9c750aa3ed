"""Faults of an expression as data: where, what was expected, what was found. Worded by who shows them."""

Span = tuple[int, int]

_MARGIN = "    "
_WIDTH = 72  # characters of an expression in a picture


class ExpressionFault(ValueError):
    """An expression cannot be read, or its shapes do not fit.

    `text` is the whole expression, `span` the offsets of the place in it, `reason` one line of words.
    """

    def __init__(self, reason: str, text: str, span: Span) -> None:
        super().__init__(reason)
        self.reason = reason
        self.text = text
        self.span = span

    @property
    def picture(self) -> str:
        """The expression with a caret under the place."""
        return point_at(self.text, self.span)

    def __str__(self) -> str:
        """Return the reason with the picture."""
        return f"{self.reason}\n{self.picture}"


class UnknownName(ExpressionFault):
    """A name that the question does not have."""


def point_at(text: str, span: Span) -> str:
    """Return two lines: the expression, cut to what is around the place, and carets under the place."""
    start, end = span
    # An expression may run over several lines of a key; the picture has one.
    line = "".join(" " if character.isspace() else character for character in text)
    left = max(0, min(start - _WIDTH // 2, len(line) - _WIDTH))
    shown = line[left : left + _WIDTH]
    carets = max(1, min(end, left + _WIDTH) - start)
    return f"{_MARGIN}{shown}\n{_MARGIN}{' ' * (start - left)}{'^' * carets}"
