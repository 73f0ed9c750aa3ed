"""The net under reading and marking a class: a fault of ours in one hand-in costs the others nothing."""

import traceback
from pathlib import Path
from typing import Self

from grader.schemas.faults import GraderError, Problem

_PACKAGE = Path(__file__).parent.parent

# These end a run: they have words of their own, or are no fault of one hand-in.
_ENDS_THE_RUN = (GraderError, MemoryError, OSError)


class Net:
    """Catches errors that nobody thought of; then `problem` is what to say of the hand-in, else None."""

    def __init__(self) -> None:
        self.problem: Problem | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Exception) or isinstance(error, _ENDS_THE_RUN):
            return False
        self.problem = _our_fault(error)
        return True


def _our_fault(error: Exception) -> Problem:
    places = traceback.extract_tb(error.__traceback__)
    ours = [place for place in places if _PACKAGE in Path(place.filename).parents] or places
    where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
    return Problem(
        f"not marked: an internal error of grader ({type(error).__name__}, {where}). "
        "That is no fault of the hand-in; please report it, with the file"
    )
