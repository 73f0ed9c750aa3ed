"""Building the zip that Gradescope runs."""

from pathlib import Path

from grader.cli import streams
from grader.cli.keyring import load_key
from grader.exchange.autograder import autograder
from grader.exchange.write import write_bytes
from grader.schemas.gradescope import Visibility


def build(key: Path, out: Path, visibility: Visibility, secret: Path | None) -> None:
    """Write the zip, of a key that can be marked with. Raises KeyFault where it cannot."""
    load_key(key)
    write_bytes(out, autograder(key, visibility, secret))
    streams.note(f"{out}: written; upload it under Configure Autograder")
