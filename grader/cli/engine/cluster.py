"""The workers of a Dask cluster mark batches; what comes of them is given back in order.

They need this version of grader, and nothing else of ours: the keys go to each worker once, as they were
read, and hand-ins go along with the work. A batch that fails is tried again; the scheduler gives the work of
a lost worker to another.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from uuid import uuid4

try:
    import dask
    from distributed import Client, Future, KilledWorker, Worker, WorkerPlugin, get_worker
except ImportError as error:
    from grader.schemas.faults import UsageFault

    raise UsageFault("--cluster needs Dask: pip install 'grader[cluster]'") from error

from grader import __version__
from grader.cli.engine.marker import Batch, BatchDone, Marker
from grader.exchange import Content
from grader.schemas.faults import GraderError, UsageFault

_PATIENCE = 10  # seconds until a scheduler has to answer
_TRIES = 3
_FEWEST_AHEAD = 4  # batches that are sent before the first is back, on a small cluster


class MarkerPlugin(WorkerPlugin):
    """Gives a worker what it marks with, also one that joins later, and one that was restarted."""

    def __init__(self, name: str, marker: Marker) -> None:
        self.name = name
        self.version = __version__
        self._marker = marker

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 - the name is Dask's
        """Take part. Raises RuntimeError where the results would not be the same as here."""
        if self.version != __version__:
            raise RuntimeError(f"grader {self.version} asks, but grader {__version__} is installed here")
        self._lock = Lock()  # threads of a worker share what is remembered of formulas

    def mark(self, batch: Batch) -> BatchDone:
        with self._lock:
            came = self._marker.mark(batch)
            return came._replace(done=[*came.done])


def mark_on_worker(name: str, batch: Sequence[Content]) -> BatchDone:
    """Mark a batch; this runs on a worker."""
    plugin = get_worker().plugins[name]
    if not isinstance(plugin, MarkerPlugin):
        raise TypeError(name)
    return plugin.mark(batch)


@dataclass(frozen=True, slots=True)
class Cluster:
    """The workers behind a scheduler, as many as there are at any time."""

    client: Client
    plugin: str

    def map(self, batches: Iterable[Batch]) -> Iterator[BatchDone]:
        """Yield what came of each batch, in their order.

        Raises GraderError where the cluster is lost, or ends every worker that a batch is given to.
        """
        waiting: deque[Future[BatchDone]] = deque()
        try:
            for batch in batches:
                waiting.append(self._submitted([*batch]))
                while len(waiting) > self._ahead() or (waiting and waiting[0].done()):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except KilledWorker as error:
            raise GraderError(f"the cluster lost {_TRIES} workers with the same hand-ins: {error}") from None
        except (OSError, TimeoutError, asyncio.CancelledError) as error:
            reason = str(error) or type(error).__name__
            raise GraderError(f"the cluster was lost ({reason}); --resume goes on from here") from None

    def _submitted(self, batch: Sequence[Content]) -> "Future[BatchDone]":
        # Not scattered: what is sent with a task is still at the scheduler when its worker is lost.
        return self.client.submit(mark_on_worker, self.plugin, batch, retries=_TRIES, pure=False)

    def _ahead(self) -> int:
        """Return how many batches may be out at once: two for each thread of a worker."""
        threads: dict[str, int] = self.client.nthreads()
        return max(_FEWEST_AHEAD, 2 * sum(threads.values()))


@contextmanager
def cluster(marker: Marker, address: str) -> Iterator[Cluster]:
    """Give the workers behind the scheduler at an address.

    Raises UsageFault where none answers.
    """
    marker.keys.read_all()  # workers have no files
    name = f"grader-{uuid4()}"
    with (
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GB"}),
        _client(address) as client,
    ):
        try:
            client.register_plugin(MarkerPlugin(name, marker), name=name)
        except RuntimeError as error:
            raise UsageFault(f"{address}: {error}") from None
        try:
            yield Cluster(client, name)
        finally:
            if client.status == "running":
                client.unregister_worker_plugin(name)


def _client(address: str) -> Client:
    if not address.rpartition(":")[2].isdigit():  # at which Dask only comes to a stop half a minute later
        raise UsageFault(f"--cluster {address}: expected an address with a port, as in tcp://host:8786")
    try:
        return Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:  # TimeoutError is an OSError
        reason = str(error).partition("\n")[0] or "no answer"
        raise UsageFault(f"--cluster {address}: no Dask scheduler answers there: {reason}") from None
