"""A document with commands and what they print, run from top to bottom in an empty folder.

A ```sh block is run; the ```text block after it has to be what it prints, where a line `...` stands for any
lines. Any other block after a paragraph that ends with a file name in backquotes and a colon is that file, or
what is added to its end where the paragraph says so. A block with `# exit code N` ends with N, others with 0.

`python tests/tutorial.py FILE` writes anew what the commands of a document print.
"""

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`([\w./-]+)`:\s*\Z")
_CODE = re.compile(r"# exit code (\d)")
_ADDED = re.compile(r"\b(?:add|at the end of)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Run:
    """A block of commands: what it should print and has printed, exit codes; `span` is of what it should."""

    commands: str
    expected: str
    printed: str
    code: int
    expected_code: int
    span: tuple[int, int] | None


def run(document, folder):
    """Run a document in a folder and yield what became of each block of commands."""
    bin_ = folder / ".bin"
    bin_.mkdir()
    (bin_ / "grader").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m grader "$@"\n')
    (bin_ / "grader").chmod(0o755)
    path = f"{bin_}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    blocks = list(_BLOCK.finditer(document))
    for number, block in enumerate(blocks):
        language, text = block.groups()
        before = document[: block.start()].rstrip("\n").rpartition("\n\n")[2]
        if language == "sh":
            after = blocks[number + 1] if number + 1 < len(blocks) else None
            said = after if after and after[1] == "text" else None
            yield _run(text, said, folder, env)
        elif language != "text" and (file := _FILE.search(before)):
            _write(folder / file[1], text, added=_ADDED.search(before))


def _run(text, said, folder, env):
    done = subprocess.run(
        ["sh", "-e", "-c", text],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    code = _CODE.search(text)
    return Run(
        commands=text,
        expected=said[2] if said else "",
        printed=done.stdout.decode(),
        code=done.returncode,
        expected_code=int(code[1]) if code else 0,
        span=said.span(2) if said else None,
    )


def _write(path, text, *, added):
    path.parent.mkdir(parents=True, exist_ok=True)
    old = path.read_text(encoding="utf-8") + "\n" if added else ""
    path.write_text(old + text, encoding="utf-8")


def agrees(expected, printed):
    """Tell whether a text is what is expected, where a line `...` stands for any lines."""
    parts = re.split(r"^\.\.\.\n", expected, flags=re.MULTILINE)
    return re.fullmatch("(?:.*\n)*".join(map(re.escape, parts)), printed) is not None


def written_anew(document):
    """Return a document with what its commands print now."""
    with tempfile.TemporaryDirectory() as folder:
        for done in reversed(list(run(document, Path(folder)))):
            if done.span and not agrees(done.expected, done.printed):
                start, end = done.span
                document = document[:start] + done.printed + document[end:]
    return document


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(written_anew(file.read_text(encoding="utf-8")), encoding="utf-8")
