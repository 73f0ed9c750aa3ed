"""Which column of a gradebook is which: found by its heading, or told with what there is."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from grader.exchange.gradebook.platforms import Headings, Platform
from grader.exchange.gradebook.roll import Roll
from grader.exchange.gradebook.sheet import Sheet
from grader.schemas.faults import UsageFault

_MOST_NAMED = 20


def work_column(platform: Platform, sheet: Sheet, headings: Headings, wanted: str, *, named: bool) -> int:
    """Return the column of an assignment, or the one that a person `named`.

    Raises UsageFault where none or several could be meant, or what is meant is no column of marks.
    """
    titles = {i: platform.titles(cell.text) for i, cell in enumerate(sheet.rows[0])}
    works = [i for i, own in titles.items() if own]
    found = [i for i in titles if named and sheet.cell(0, i) == wanted.strip()]
    found = found or [i for i in works if _plain(wanted) in map(_plain, titles[i])]
    if not found and not named:  # a worksheet is of one assignment, whatever its name
        found = [i for i in works if sheet.cell(0, i).casefold() == platform.only_work]
    if len(found) != 1:
        raise UsageFault(_which(platform, sheet, wanted, found or works, several=len(found) > 1))
    _check(platform, sheet, headings, found[0])
    return found[0]


def id_column(roll: Roll, students: Sequence[str], ids: str | None) -> int:
    """Return the column that a person named, or the one in which most of the students are.

    Raises UsageFault where it is not there, or none of the students is.
    """
    platform, sheet, headings = roll.platform, roll.sheet, roll.headings
    if ids is not None:
        if ids.strip().casefold() not in headings:
            raise UsageFault(
                f"no column {ids!r} for --id-column; there is {_listed(sheet, headings.values())}"
            )
        return headings[ids.strip().casefold()]
    there = [headings[name] for name in platform.ids if name in headings]
    if not there:
        expected = " or ".join(map(repr, platform.ids))
        raise UsageFault(
            f"no column of ids; expected a gradebook as {platform.name} exports it, with {expected}, "
            "or --id-column"
        )
    best = roll.best_column(students)
    if best is None:
        raise UsageFault(
            f"nobody who handed in ({len(set(students))}) is in it; looked in {_listed(sheet, there)}; "
            "say which column has their ids with --id-column"
        )
    return best


def _check(platform: Platform, sheet: Sheet, headings: Headings, column: int) -> None:
    heading = sheet.cell(0, column)
    most = platform.most(sheet, headings, 1, column) if len(sheet.rows) > 1 else ""
    if heading.casefold() in {*platform.ids, *platform.names} or "read only" in most.casefold():
        raise UsageFault(f"{heading!r} is not a column of marks that can be filled in")


def _which(platform: Platform, sheet: Sheet, wanted: str, columns: Sequence[int], *, several: bool) -> str:
    if not columns:
        return f"no column of marks in it; expected a gradebook as {platform.name} exports it"
    named = _listed(sheet, columns)
    if several:
        return f"more than one column could be {wanted!r}: {named}; say which with --column"
    near = get_close_matches(wanted, [sheet.cell(0, i) for i in columns], n=1, cutoff=0.3)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"no column for {wanted!r}; there is {named}; say which with --column{hint}"


def _listed(sheet: Sheet, columns: Iterable[int]) -> str:
    return ", ".join([repr(sheet.cell(0, i)) for i in columns][:_MOST_NAMED])


def _plain(text: str) -> str:
    """Return the letters and digits of a name: `Practical 1` and `practical_1` are the same."""
    return "".join(char for char in text.casefold() if char.isalnum())
