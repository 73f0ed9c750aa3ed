"""How much of something may be read: of one file, and of everything that lies in one archive."""

import io
from typing import IO, TYPE_CHECKING

from grader.schemas.faults import SubmissionFault

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


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


class Metered(io.RawIOBase):
    """A file whose bytes are taken from an allowance; beyond it, it raises SubmissionFault in `words`."""

    def __init__(self, file: IO[bytes], allowance: Allowance, words: str) -> None:
        self._file = file
        self._allowance = allowance
        self._words = words

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, into: "WriteableBuffer", /) -> int:
        """Read as much as fits; return how many bytes that were."""
        if self._allowance.exceeded:
            raise SubmissionFault(self._words)
        view = memoryview(into)
        data = self._file.read(len(view))
        view[: len(data)] = data
        self._allowance.take(len(data))
        return len(data)
