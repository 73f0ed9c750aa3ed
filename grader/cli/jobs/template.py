"""Writing an empty submission."""

from pathlib import Path

from grader.cli import streams
from grader.cli.keyring import load_key, one_key
from grader.schemas.faults import UsageFault
from grader.schemas.key import TraceQuestion
from grader.solver.template import template_json


def template(key: Path, method: str | None) -> None:
    """Write an empty submission for a key, by a method or the first."""
    read = load_key(one_key(key)).key
    methods = [name for q in read.question if isinstance(q, TraceQuestion) for name in q.method]
    if method is not None and method not in methods:
        raise UsageFault(f"no method {method!r}; there is {', '.join(dict.fromkeys(methods)) or 'none'}")
    streams.write(template_json(read, method) + "\n")
