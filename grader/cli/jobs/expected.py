"""Hand-ins with expected marks, marked by the key they belong to."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.exchange.answer_keys.expect import Expected
from grader.exchange.answer_keys.keys import EXPECT_FILE, first_look, key_files
from grader.marking.mark import Prepared, mark
from grader.solver.findings import Oddity
from grader.trials.expected import mismatches


def expected_marks(
    file: Path, prepared: Prepared, expected: Sequence[Expected]
) -> tuple[int, tuple[Oddity, ...]]:
    """Return how many of the hand-ins are this key's, and which expectations are not met.

    What belongs to no key of the folder is told with the first of them.
    """
    if not expected:
        return 0, ()
    files = key_files(file.parent)
    ids = {first_look(each)[0] for each in files}
    own = [each for each in expected if _assignment(each, ids) == prepared.key.id]
    flaws = list(_not_met(prepared, own))
    if file.resolve() == files[0].resolve():
        flaws += [
            Oddity(_place(each), _homeless(each, ids))
            for each in expected
            if _assignment(each, ids) not in ids
        ]
    return len(own), tuple(flaws)


def _assignment(each: Expected, ids: set[str]) -> str | None:
    """Return which key a hand-in belongs to; where nothing says so, the only one there is."""
    said = each.wanted.assignment or (each.submission.assignment if each.submission else None)
    return said or (next(iter(ids)) if len(ids) == 1 else None)


def _homeless(each: Expected, ids: set[str]) -> str:
    if each.submission is None:
        return each.reason
    known = ", ".join(sorted(ids))
    said = each.wanted.assignment or each.submission.assignment
    found = f"found {said}" if said else 'found none; name it with "assignment"'
    return f"expected the id of a key in this folder ({known}), {found}"


def _not_met(prepared: Prepared, own: Sequence[Expected]) -> Iterator[Oddity]:
    readable = [(each, each.submission) for each in own if each.submission is not None]
    yield from (Oddity(_place(each), each.reason) for each in own if each.submission is None)
    marked = mark(prepared, [submission for _, submission in readable])
    for (each, _), one in zip(readable, marked, strict=True):
        result = one.result(each.wanted.file, each.problems)
        for place, says in mismatches(each.wanted, result):
            yield Oddity(f"{_place(each)}, {place}", says)


def _place(each: Expected) -> str:
    return f"{EXPECT_FILE}, {each.wanted.name}"
