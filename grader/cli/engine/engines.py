"""Who marks: this process, several of them, or the workers of a cluster."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from grader.cli.engine.marker import Marker
from grader.cli.engine.scoring import Engine, InThisProcess
from grader.schemas.faults import UsageFault


class Power(NamedTuple):
    """How many processes are to mark, or else the address of a cluster's scheduler."""

    jobs: int = 1
    cluster: str | None = None


@contextmanager
def engine(marker: Marker, power: Power) -> Iterator[Engine]:
    """Give what marks. All that it started has ended afterwards.

    Raises UsageFault where that cannot be had.
    """
    if power.cluster is not None:
        if power.jobs > 1:
            raise UsageFault("--jobs and --cluster exclude each other: a cluster has workers of its own")
        from grader.cli.engine.cluster import cluster

        with cluster(marker, power.cluster) as remote:
            yield remote
    elif power.jobs > 1:
        from grader.cli.engine.workers import workers

        with workers(marker, power.jobs) as local:
            yield local
    else:
        yield InThisProcess(marker)
