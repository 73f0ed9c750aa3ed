"""A Dask scheduler and workers on this machine, each a real process."""

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from distributed import Client

ROOT = Path(__file__).parent.parent


@contextmanager
def started(*words):
    """Run a part of Dask as a process of its own."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "False",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", *map(str, words)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=ROOT,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def workers(folder, count):
    """Run a scheduler and some workers; give its address and their processes."""
    file = folder / "scheduler.json"
    with ExitStack() as stack:
        of_scheduler = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file)
        stack.enter_context(started("distributed.cli.dask_scheduler", *of_scheduler))
        _wait(lambda: file.exists() and file.read_text(encoding="utf-8").endswith("}"))  # written, and whole
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        of_worker = (address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", folder)
        processes = [
            stack.enter_context(started("distributed.cli.dask_worker", *of_worker)) for _ in range(count)
        ]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=60)
        yield address, processes


def _wait(until):
    end = time.monotonic() + 60
    while not until():
        assert time.monotonic() < end
        time.sleep(0.05)
