"""A fault of the shorthand: its place in the question as the author wrote it, and the reason in words."""

Place = tuple[str | int, ...]


class NetworkFault(ValueError):
    """What cannot be meant in a question that has a network."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(reason)
        self.place = place
        self.reason = reason
