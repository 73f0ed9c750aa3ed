"""The usual mistakes with a network.

One that happens to give the right numbers in all lines of an exercise is left out later, by the solver,
which can work them.
"""

from grader.schemas.network import wrong_lines, wrong_updates
from grader.schemas.network.lines import Equations, Worker
from grader.schemas.network.text import bare

USUAL = {**wrong_lines.KNOWN, **wrong_updates.KNOWN}


def mistakes(worker: Worker) -> dict[str, Equations]:
    """Return the faulty equations of each mistake in one method; none that are the right ones."""
    right = worker.equations()
    found = {}
    for name, mistake in USUAL.items():
        lines = {field: bare(text) for field, text in mistake.lines(worker)}
        wrong = {field: text for field, text in lines.items() if right[field] != text}
        if wrong:
            found[name] = wrong
    return found
