"""A second look at each hand-in: what several wrong lines have in common is named, and charged once."""

from collections.abc import Iterator

from grader.marking.diagnosis.copies import note_copied_steps, note_kept_values
from grader.marking.diagnosis.in_place_of import note_in_place_of, note_off_alike
from grader.marking.diagnosis.misread_inputs import note_misread_inputs
from grader.marking.diagnosis.mistakes_unseen import note_mistakes_unseen
from grader.marking.diagnosis.miswritten import note_columns, note_miswritten
from grader.marking.diagnosis.not_updated import note_not_updated
from grader.marking.diagnosis.other_start import note_other_start
from grader.marking.diagnosis.other_ways import note_other_ways
from grader.marking.diagnosis.right_again import note_right_again
from grader.marking.diagnosis.taken_from import note_taken_from
from grader.marking.diagnosis.undone import note_undone
from grader.marking.lines.verdicts import Verdicts


def charge_once(verdicts: Verdicts) -> Iterator[tuple[int, str]]:
    """Name what wrong lines have in common, and let only the first of them be charged for it.

    Each of these looks at what the ones before it have left open. Yields notes for students, by hand-in.
    """
    note_not_updated(verdicts)
    note_mistakes_unseen(verdicts)
    for named in (note_miswritten, note_columns, note_undone, note_other_start, note_misread_inputs):
        yield from named(verdicts)
    note_other_ways(verdicts)
    note_taken_from(verdicts)
    note_copied_steps(verdicts)
    note_kept_values(verdicts)
    note_in_place_of(verdicts)
    note_off_alike(verdicts)
    note_right_again(verdicts)
