"""How far a long run has come, for a person who waits at a terminal."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TypeVar

from grader.cli.terminal.streams import notes_are_watched

_PATIENCE = 1.0  # seconds; what is done sooner says nothing

_T = TypeVar("_T")


class Counter:
    """Counts what passes through it."""

    def __init__(self) -> None:
        self.count = 0

    def through(self, things: Iterable[_T]) -> Iterator[_T]:
        """Yield the things, each counted."""
        for thing in things:
            self.count += 1
            yield thing


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Counter]:
    """Give a counter of hand-ins, which stderr shows after a second if it is a terminal, and not `quiet`."""
    counter = Counter()
    if quiet or not notes_are_watched():
        yield counter
        return
    done = Event()
    watcher = Thread(target=_show, args=(counter, done), daemon=True)
    watcher.start()
    try:
        yield counter
    finally:
        done.set()
        watcher.join()


def _show(counter: Counter, done: Event) -> None:
    if done.wait(_PATIENCE):
        return
    # Only now: a short run does not pay for it.
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.completed:,.0f} hand-ins read, marking"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None)
        while not done.wait(0.1):
            shown.update(task, completed=counter.count)
