"""Questions at a terminal; without one, the usual answer is taken."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import typer

from grader.cli.terminal.streams import note
from grader.schemas.faults import UsageFault

T = TypeVar("T")

_OPTION = re.compile(r"^--[a-z]+(?:: | )")


@dataclass(slots=True)
class Questions:
    """Asks what the command line does not say, if somebody is there to be `asked`.

    Answers are remembered: each is the usual answer when the same question is asked once more.
    """

    asked: bool
    answers: dict[str, str] = field(default_factory=dict)

    def one(self, words: str, usual: str, read: Callable[[str], T]) -> T:
        """Return the answer to a question; it is asked again while `read` raises a UsageFault."""
        while self.asked:
            text = typer.prompt(words, default=self.answers.get(words, usual), err=True)
            try:
                return self._remember(words, text, read)
            except UsageFault as fault:
                _refuse(fault)
        return read(usual)

    def many(self, introduction: str, word: str, read: Callable[[str], tuple[str, T]]) -> list[tuple[str, T]]:
        """Return the named answers up to an empty one; none where nobody is asked."""
        found: list[tuple[str, T]] = []
        if self.asked:
            note(introduction)
        while self.asked:
            words = f"{word} {len(found) + 1}"
            before = self.answers.get(words, "")
            text = typer.prompt(words, default=before, show_default=bool(before), err=True)
            if not text.strip():
                break
            try:
                name, value = self._remember(words, text, read)
            except UsageFault as fault:
                _refuse(fault)
                continue
            if name in dict(found):
                note(f"{name} is there already; every name stands once")
            else:
                found.append((name, value))
        return found

    def _remember(self, words: str, text: str, read: Callable[[str], T]) -> T:
        value = read(text)
        self.answers[words] = text
        return value


def _refuse(fault: UsageFault) -> None:
    """Say what is wrong with an answer, without the option that would have said it."""
    note(_OPTION.sub("", str(fault)))
