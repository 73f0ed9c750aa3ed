"""Marks a folder of hostile hand-ins while Python tells of all that it opens, imports, runs or connects to.

    python tests/audited.py KEY INNOCENT HOSTILE OUT

A process of its own, as such a hook stays for good. INNOCENT is marked first, a hand-in of each other
kind of file, and one whose formula breaks off, without an eye on it, so that modules are imported and
templates compiled that any class needs.
Prints what was seen, as JSON.
"""

import contextlib
import json
import os
import socket
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from in_process import grader  # noqa: E402

WATCHED = (
    "open",
    "exec",
    "compile",
    "import",
    "socket",
    "subprocess",
    "os.",
    "shutil",
    "ctypes",
    "pty",
    "pickle",
)
# Looking through folders, and what writing a file as a whole takes.
HARMLESS = {
    "os.scandir",
    "os.listdir",
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.link",
    "os.putenv",
    "os.unsetenv",
}


def main(key, innocent, hostile, out):
    kinds = Path(out) / "kinds"
    kinds.mkdir(parents=True)
    for kind in ("csv", "xlsx"):
        grader("template", key, "--format", kind, "--out", kinds / f"a.{kind}")
    (kinds / "a.log").write_text(grader("solve", key, "--format", "log").out, encoding="utf-8")
    unfinished = {
        "assignment": "practical1",
        "student": "z",
        "answers": {"exercise1": {"dL_dW_2": "(y_out -"}},
    }
    (kinds / "a.json").write_text(json.dumps(unfinished), encoding="utf-8")
    grader("score", innocent, kinds, "--key", key, "--out", Path(out) / "innocent")
    seen = []
    watching = True
    allowed = tuple(str(Path(path).absolute()) for path in (key, hostile, out, tempfile.gettempdir()))

    def is_ours(path):
        """Tell whether this is a descriptor that is open already, or a file that was named to us."""
        return isinstance(path, int) or str(Path(os.fsdecode(path)).absolute()).startswith(allowed)

    def watch(event, arguments):
        if not watching or not event.startswith(WATCHED) or event in HARMLESS:
            return
        if event == "open" and is_ours(arguments[0]):
            return
        seen.append([event, *(ascii(argument)[:200] for argument in arguments[:3])])

    sys.addaudithook(watch)
    done = grader("score", hostile, "--key", key, "--out", Path(out) / "hostile")
    before = len(seen)
    control()
    watching = False
    print(
        json.dumps(
            {"code": done.code, "seen": seen[:before], "control": [event[0] for event in seen[before:]]}
        )
    )


def control():
    """Do some of what is watched for, so that a watch that sees nothing is noticed."""
    Path(os.devnull).open().close()
    exec(compile("1", "control", "exec"))
    socket.socket().close()
    os.system(":")
    with contextlib.suppress(ImportError):
        __import__("no_such_module")


if __name__ == "__main__":
    main(*sys.argv[1:])
