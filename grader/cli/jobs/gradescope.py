"""Building an autograder for Gradescope."""

from importlib.metadata import requires
from pathlib import Path

import grader
from grader.cli import streams
from grader.cli.keyring import NO_SECRET, load_key
from grader.exchange.autograder import ANSWER_KEYS, SECRET, Program, autograder
from grader.exchange.keys import key_files
from grader.exchange.secret import read_secret
from grader.exchange.write import write_named
from grader.schemas.faults import KeyFault, UsageFault
from grader.schemas.gradescope import Visibility


def build(key: Path, out: Path, visibility: Visibility, secret: Path | None) -> None:
    """Write the archive. Raises KeyFault for a key that is not sound, UsageFault where it cannot be."""
    if out.is_dir():
        raise UsageFault(f"{out}: a folder; expected the name of a file to write")
    files = key_files(key)
    for file in files:
        if load_key(file).variations and secret is None:
            raise KeyFault(f"{file}: {NO_SECRET}")
    content = {f"{ANSWER_KEYS}/{file.name}": file.read_bytes() for file in files}
    if secret is not None:
        read_secret(secret, {})  # it raises where there is none in it
        content[SECRET] = secret.read_bytes()
    try:
        write_named(out, [autograder(_program(), content, visibility)])
    except OSError as error:
        raise UsageFault(f"{out}: cannot be written: {error.strerror}") from None
    streams.note(f"{out}: written; upload it under Configure Autograder, and give it {_points(files)} points")


def _program() -> Program:
    """Return this program as it is installed, and what it needs."""
    folder = Path(grader.__file__).parent
    files = {
        f"grader/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    needed = [need.replace(" ", "") for need in requires("grader") or [] if "extra ==" not in need]
    return Program(files, needed)


def _points(files: list[Path]) -> str:
    points = {load_key(file).key.max_points for file in files}
    return " or ".join(f"{most:g}" for most in sorted(points))
