"""Questions at a terminal; where there is none, the usual answer is taken."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import typer

from grader.cli.streams import note
from grader.schemas.faults import UsageFault

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Questions:
    """Asks what the command line does not say, if anybody is there to be `asked`."""

    asked: bool

    def one(self, words: str, usual: str, read: Callable[[str], T]) -> T:
        """Return what is answered to a question; what `read` refuses with a UsageFault is asked again."""
        while self.asked:
            try:
                return read(typer.prompt(words, default=usual, err=True))
            except UsageFault as fault:
                note(str(fault))
        return read(usual)

    def many(self, words: str, read: Callable[[str], T]) -> list[T]:
        """Return the answers up to an empty one; none where nobody is asked."""
        found: list[T] = []
        while self.asked:
            text = typer.prompt(f"{words} {len(found) + 1}", default="", show_default=False, err=True)
            if not text.strip():
                break
            try:
                found.append(read(text))
            except UsageFault as fault:
                note(str(fault))
        return found
