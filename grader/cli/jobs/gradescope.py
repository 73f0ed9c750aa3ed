"""Building an autograder for Gradescope."""

import os
from collections.abc import Iterable
from importlib.metadata import requires
from pathlib import Path

import grader
from grader.cli.keyring import NO_SECRET, load_key
from grader.cli.terminal import streams
from grader.exchange.answer_keys.keys import key_files
from grader.exchange.autograder import ANSWER_KEYS, SECRET, autograder
from grader.exchange.secret import read_secret
from grader.exchange.write import write_named
from grader.marking.mark import Prepared
from grader.schemas.faults import KeyFault, UsageFault
from grader.schemas.gradescope import Visibility


def build(key: Path, out: Path | None, visibility: Visibility, secret: Path | None) -> None:
    """Write the archive, or show it. Raises KeyFault for a key that is not sound, UsageFault."""
    if out is None and streams.is_terminal():
        raise UsageFault("an archive cannot be shown in a terminal; name a file: --out autograder.zip")
    keys = {file: load_key(file) for file in key_files(key)}
    varied = [file for file, prepared in keys.items() if prepared.variations]
    # One from the environment, which may be another course's, goes only where it is needed.
    known = read_secret(secret, os.environ if varied else {})
    if varied and known is None:
        raise KeyFault(f"{varied[0]}: {NO_SECRET}")
    content = {f"{ANSWER_KEYS}/{file.name}": file.read_bytes() for file in keys}
    if known is not None:
        content[SECRET] = known
    needed = [need.replace(" ", "") for need in requires("grader") or [] if "extra ==" not in need]
    archive = autograder(content | _program(), needed, visibility)
    if out is None:
        streams.write_bytes([archive])
        return
    try:
        write_named(out, [archive])
    except OSError as error:
        raise UsageFault(f"{out}: cannot be written: {error.strerror}") from None
    streams.note(
        f"{out}: written; upload it under Configure Autograder, and give it {_points(keys.values())} points"
    )


def _program() -> dict[str, bytes]:
    """Return the files of this program as it is installed."""
    folder = Path(grader.__file__).parent
    return {
        f"grader/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _points(keys: Iterable[Prepared]) -> str:
    points = {each.key.max_points for each in keys}
    return " or ".join(f"{most:g}" for most in sorted(points))
