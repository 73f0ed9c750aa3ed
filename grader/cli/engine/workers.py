"""Several processes on this machine mark batches; what comes of them is given back in order.

A worker has one batch at a time, so that neither side ever waits for the other to take what it sends. When
it is lost (a system short of memory ends processes), another gets the batch. A worker whose owner is gone
ends by itself, as the pipe between them does.
"""

import multiprocessing
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from operator import itemgetter
from typing import Any

from grader.cli.engine import collect_rarely
from grader.cli.engine.marker import Batch, BatchDone, Marker
from grader.exchange import Content
from grader.schemas.faults import GraderError

_MOST_TRIES = 3
_AHEAD = 2  # batches for each worker that may be done before the one that is waited for


@dataclass(eq=False)
class _Worker:
    process: BaseProcess
    connection: "Connection[Any, Any]"
    number: int = -1  # of the batch that it has
    batch: tuple[Content, ...] = ()

    def give(self, number: int, batch: tuple[Content, ...]) -> None:
        self.number, self.batch = number, batch
        self.send(batch)

    def send(self, what: object) -> None:
        try:
            self.connection.send(what)
        except OSError:  # it is gone, which shows when it is asked for what came of the batch
            return

    def taken(self) -> BatchDone | BaseException | None:
        """Return what came of the batch, None where the worker is lost."""
        try:
            came: BatchDone | BaseException = self.connection.recv()
        except (EOFError, OSError):
            return None
        return came

    def end(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.join()


@dataclass
class Workers:
    """Up to some number of processes, each started when there is a batch for it."""

    marker: Marker
    most: int
    _idle: list[_Worker] = field(default_factory=list)
    _busy: list[_Worker] = field(default_factory=list)
    _tries: dict[int, int] = field(default_factory=dict)

    def map(self, batches: Iterable[Batch]) -> Iterator[BatchDone]:
        """Yield what came of each batch, in their order."""
        batches = iter(batches)
        waiting = [*enumerate(map(tuple, islice(batches, 1)))]
        more = next(batches, None)  # is not gone through yet: the first one need not wait for that
        if more is None:  # a process of its own would not pay
            yield from (self.marker.mark(batch) for _, batch in waiting)
            return
        each = enumerate(map(tuple, chain([more], batches)), 1)
        came: dict[int, BatchDone] = {}
        due = 0
        while True:
            self._give(waiting)
            if not waiting and self._last(came, due) < due + _AHEAD * self.most:
                waiting += islice(each, 1)  # while they are busy
                self._give(waiting)
            if due in came:
                yield came.pop(due)
                due += 1
            elif self._busy:
                self._collect(came, waiting)
            elif not waiting:
                return

    def _last(self, came: Iterable[int], due: int) -> int:
        """Return the highest number of a batch that has been given to a worker."""
        return max([due, *came, *(worker.number for worker in self._busy)])

    def _give(self, waiting: list[tuple[int, tuple[Content, ...]]]) -> None:
        """Give batches to workers, those first that come first."""
        waiting.sort(key=itemgetter(0))
        while waiting and (self._idle or len(self._busy) < self.most):
            worker = self._idle.pop() if self._idle else _started(self.marker)
            self._busy.append(worker)
            worker.give(*waiting.pop(0))

    def _collect(self, came: dict[int, BatchDone], waiting: list[tuple[int, tuple[Content, ...]]]) -> None:
        """Wait until a worker is done, and take what there is; the batch of one that is lost waits again."""
        ready = wait([worker.connection for worker in self._busy])
        for worker in [worker for worker in self._busy if worker.connection in ready]:
            self._busy.remove(worker)
            done = worker.taken()
            if isinstance(done, BaseException):
                self._idle.append(worker)
                raise done
            if done is None:
                worker.end()
                self._again(worker.number)
                waiting.append((worker.number, worker.batch))
            else:
                came[worker.number] = done
                worker.batch = ()
                self._idle.append(worker)

    def _again(self, number: int) -> None:
        self._tries[number] = self._tries.get(number, 0) + 1
        if self._tries[number] == _MOST_TRIES:
            raise GraderError(
                f"a process that marked was ended {_MOST_TRIES} times by the system, which may be short of "
                "memory; try again with fewer --jobs"
            )

    def end(self) -> None:
        for worker in (*self._idle, *self._busy):
            worker.end()


@contextmanager
def workers(marker: Marker, most: int) -> Iterator[Workers]:
    """Give up to `most` processes, and end them afterwards whatever happens."""
    started = Workers(marker, most)
    try:
        yield started
    finally:
        started.end()


def _started(marker: Marker) -> _Worker:
    """Start a process and send it the marker.

    Not among the process's arguments: multiprocessing writes these to a pipe that it keeps open at both ends,
    and would wait for ever for a process that is gone before it has read them.
    """
    context = multiprocessing.get_context("spawn")  # a copy of this process would share its locks
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,), daemon=True)
    process.start()
    theirs.close()  # or its end would go unnoticed
    worker = _Worker(process, ours)
    worker.send(marker)
    return worker


def _work(connection: "Connection[Any, Any]") -> None:
    """Mark what comes until nothing does any more. The marker comes first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us is interrupted, too, and ends us
    collect_rarely()
    with connection:
        came = _received(connection)
        try:
            marker: Any = next(came, None)
            for batch in came:
                done = marker.mark(batch)
                connection.send(done._replace(done=[*done.done]))
        except Exception as error:  # noqa: BLE001 - whoever asked has the words for it
            with suppress(OSError):  # or has gone
                connection.send(error)


def _received(connection: "Connection[Any, Any]") -> Iterator[Any]:
    """Yield what comes until the other end is closed."""
    while True:
        try:
            yield connection.recv()
        except EOFError:
            return
