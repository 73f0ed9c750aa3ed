"""What is said of a class beside its marks. What must be looked at comes first, what is as usual in brief.

A name of a file may hold the end of a line; behind it could stand what a machine takes for a command.
"""

from collections.abc import Iterator

from grader.cli.engine.scoring import Class
from grader.exchange.people.senders import NAMELESS
from grader.reports import visible
from grader.schemas.results import REPLACED, SET_ASIDE

_MOST_NAMELESS = 3


def urgent_notes(found: Class) -> Iterator[str]:
    """Yield what is wrong with hand-ins, and what a person should look at."""
    yield from (f"{visible(file)}: {problem.text}" for file, problem in found.problems if problem.grave)
    yield from (f"{visible(file)}: {remark}" for file, remark in found.remarks)


def further_notes(found: Class) -> Iterator[str]:
    """Yield what else there is: attempts that do not count, small things, files that are no hand-ins."""
    for earlier, later in found.replaced.items():
        files = visible(found.rows[earlier].file), visible(found.rows[later].file)
        yield f"{files[0]}: {why_not_counted(found, earlier)} {files[1]}"
    # In a download of a platform nearly every hand-in is without a student: that is no news.
    nameless = 0
    for file, problem in found.problems:
        if problem.grave:
            continue
        nameless += problem.text.startswith(NAMELESS)
        if nameless <= _MOST_NAMELESS or not problem.text.startswith(NAMELESS):
            yield f"{visible(file)}: {problem.text}"
    if nameless > _MOST_NAMELESS:
        more = nameless - _MOST_NAMELESS
        hand_ins = f"{more} more hand-ins" if more > 1 else "1 more hand-in"
        yield f"... and of {hand_ins} only the path says whose; grades.csv has it for each"
    yield from (f"{visible(skipped.file)}: not a submission: {skipped.reason}" for skipped in found.skipped)


def why_not_counted(found: Class, number: int) -> str:
    """Return the beginning of a sentence that goes on with the hand-in that counts in its place."""
    return SET_ASIDE if number in found.disputed else REPLACED
