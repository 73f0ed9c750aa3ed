"""How much of something may be read: of one file, and of everything that lies in one archive."""


class Allowance:
    """So many bytes, or lines; what is taken counts for the allowance `around` this one as well."""

    def __init__(self, most: int, around: "Allowance | None" = None) -> None:
        self.most = most
        self._left = most
        self._around = around

    @property
    def exceeded(self) -> bool:
        """Tell whether more was taken than was allowed, here or around."""
        return self._left < 0 or (self._around is not None and self._around.exceeded)

    def take(self, amount: int = 1) -> None:
        """Use up a part of it."""
        self._left -= amount
        if self._around is not None:
            self._around.take(amount)
