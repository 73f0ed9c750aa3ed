"""Entries of a table that were worked in another order than the key's, or of which some were never worked.

Some students shuffle the samples anew in each pass; some work with only one of them. Every line then follows
in the order of that hand-in. If steps stand under their entries' numbers, lines tell which step was worked
before each. If steps are numbered as they were worked, lines tell which entry each step uses.

A table that is gone through only once has an order of its own, that of time or of what is asked. Only entries
that an outer loop goes through again and again may be taken in any order.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.expressions import Array, Mask, Rows
from grader.marking.lines.verdicts import Code, Verdicts, at_fault, line_codes
from grader.marking.readings.entries import Entries, Evidence, find_entries
from grader.marking.sheets.layout import Layout
from grader.marking.sheets.passes import BETTER
from grader.marking.sheets.sheet import Sheet
from grader.schemas.places import step_in_words
from grader.schemas.wording import listed

_AS_ELSEWHERE = 1e-3  # of a line: so much does a line in the other passes count for the same order
_MOST_SHOWN = 4  # passes, each with an order of its own
_ROOM = 2_000_000  # numbers that are compared at once


class _Found(NamedTuple):
    """How some hand-ins seem to have been worked.

    `fitting` (rows,) is how many telling lines follow so. In the order of work, `places` (rows, T) are the
    steps' places in the hand-in, and `steps` (rows, T) which steps of the key they are. The first `worked`
    (rows,) of them were worked; entries that were left out throughout come last.
    """

    fitting: Rows
    places: Rows
    steps: Rows
    worked: Rows


def in_another_order(verdicts: Verdicts, sheets: Mapping[int, Sheet]) -> Iterator[tuple[int, Sheet]]:
    """Yield the rows of hand-ins that seem to be worked in another order, with the sheets read so."""
    entries = find_entries(verdicts.layout)
    rows = np.array([row for row, sheet in sheets.items() if not sheet.counted], dtype=np.intp)
    if entries is None or not len(rows):
        return
    codes = line_codes(verdicts)
    together = max(1, _ROOM // (verdicts.batch.values[0].size * 2 * entries.count))
    for lines, looks in ((entries.linked, (_by_links,)), (entries.fed, (_by_entries, _by_repeated_entries))):
        own = codes[rows][..., [slot.line for _, slot in lines]]
        # Faults that have nothing to do with each other seldom stand together like this.
        some = np.flatnonzero(_together(at_fault(own)) >= len(lines))
        for start in range(0, len(some), together):
            part = some[start : start + together]
            evidence = Evidence(verdicts, rows[part], entries)
            for look in looks:
                found = look(evidence)
                for k in np.flatnonzero(_is_better(found, own[part])).tolist():
                    row = int(rows[part[k]])
                    yield row, _read_so(sheets[row], entries, found, k)


def _is_better(found: _Found, codes: NDArray[np.uint8]) -> Mask:
    """Tell where another order than the key's explains most of the lines that are wrong by the key's."""
    usual = np.arange(found.steps.shape[1])
    another = np.any((found.steps != usual) | (found.places != usual), axis=1)
    written, off = (np.count_nonzero(each, axis=(1, 2)) for each in (codes <= Code.WRONG, at_fault(codes)))
    better: Mask = another & (written - found.fitting <= BETTER * off)
    return better


def _together(off: Mask) -> Rows:
    """Return how many pairs of faults, of (rows, T, lines), are in one step or in one line: (rows,)."""
    counts = np.count_nonzero(off, axis=2), np.count_nonzero(off, axis=1)
    pairs: Rows = sum((each * (each - 1) // 2).sum(axis=1) for each in counts)
    return pairs


def _by_links(evidence: Evidence) -> _Found:
    """Find the order in which steps follow from each other, if each stands under its entry's number."""
    entries, rows = evidence.entries, evidence.rows
    links = evidence.links()
    before, same = links[..., : entries.count], links[..., entries.count :]
    there = evidence.there.reshape(len(rows), entries.passes, entries.count)
    used: Mask = np.asarray(np.any(there, axis=1))
    orders, worked = entries.orders, np.count_nonzero(used, axis=1)
    # An entry that is left out in all passes was not worked in between.
    possible: Mask = np.all(used[:, orders[:, :-1]] | ~used[:, orders[:, 1:]], axis=2)
    throughout = _chained(same.sum(axis=1), orders)
    fitting, taken, last = np.zeros(len(rows)), [], np.zeros(len(rows), dtype=np.intp)
    for number in range(entries.passes):
        total = _chained(same[:, number], orders) + before[rows, number, :, last][:, orders[:, 0]]
        best = np.argmax(np.where(possible, total + _AS_ELSEWHERE * throughout, -1.0), axis=1)
        fitting += total[rows, best]
        taken.append(orders[best] + number * entries.count)
        last = orders[best, np.maximum(worked - 1, 0)]
    steps = np.stack(taken, axis=1)
    idle = ~used[rows[:, None, None], steps % entries.count]
    in_turn = np.argsort(idle.reshape(len(rows), -1), axis=1, kind="stable")
    steps = np.take_along_axis(steps.reshape(len(rows), -1), in_turn, axis=1)
    return _Found(fitting.astype(np.intp), steps, steps, worked * entries.passes)


def _chained(links: Array, orders: Rows) -> Array:
    """Return how many lines follow within a pass, (rows, K), by each order; `links` (rows, child, parent)."""
    total = np.zeros((len(links), len(orders)))
    for place in range(1, orders.shape[1]):
        total += links[:, orders[:, place], orders[:, place - 1]]
    return total


def _by_entries(evidence: Evidence) -> _Found:
    """Find which entry each step uses, if the steps are numbered in the order of work."""
    entries, rows = evidence.entries, evidence.rows
    orders, fits = entries.orders, evidence.inputs()
    total = np.zeros((len(rows), entries.passes, len(orders)))
    for place in range(entries.count):
        total += fits[:, :, place, orders[:, place]]
    best = np.argmax(total + _AS_ELSEWHERE * total.sum(axis=1, keepdims=True), axis=2)
    fitting = np.take_along_axis(total, best[:, :, None], axis=2).sum(axis=(1, 2))
    steps = orders[best] + np.arange(entries.passes)[:, None] * entries.count
    steps = steps.reshape(len(rows), -1)
    places, worked = np.broadcast_to(evidence.steps, steps.shape), np.full(len(rows), len(evidence.steps))
    return _Found(fitting.astype(np.intp), places, steps, worked)


def _by_repeated_entries(evidence: Evidence) -> _Found:
    """Find which entry each step uses, if some entries are never used: one that comes again begins a pass."""
    entries, rows = evidence.entries, evidence.rows
    fits = evidence.inputs().reshape(len(rows), -1, entries.count)
    there = evidence.there
    # A step that shows no entry gets one that other steps show.
    entry = np.argmax(fits + _AS_ELSEWHERE * fits.sum(axis=1, keepdims=True), axis=2)
    steps = np.zeros_like(entry)
    begun, seen = np.zeros(len(rows), dtype=np.intp), np.zeros((len(rows), entries.count), dtype=np.bool_)
    for t in range(entry.shape[1]):
        again = there[:, t] & seen[rows, entry[:, t]]
        begun[again] += 1
        seen[again] = False
        seen[rows, entry[:, t]] |= there[:, t]
        steps[:, t] = begun * entries.count + entry[:, t]
    fitting = np.where(begun < entries.passes, np.where(there, fits.max(axis=2), 0).sum(axis=1), 0)
    places, worked = np.argsort(~there, axis=1, kind="stable"), there.sum(axis=1)
    return _Found(fitting.astype(np.intp), places, _with_the_rest(steps, places, worked), worked)


def _with_the_rest(steps: Rows, places: Rows, worked: Rows) -> Rows:
    """Return which steps of the key stand in these places, (rows, T): those worked, then all others."""
    rows, count = np.arange(len(steps))[:, None], np.arange(steps.shape[1])
    is_worked = count < worked[:, None]
    steps = np.minimum(np.take_along_axis(steps, places, axis=1), len(count) - 1)
    taken = np.zeros(steps.shape, dtype=np.bool_)
    np.logical_or.at(taken, (rows, steps), is_worked)
    others = np.argsort(taken, axis=1, kind="stable")
    return np.where(is_worked, steps, others[rows, np.maximum(count - worked[:, None], 0)])


# --- The hand-in in that order.


def _read_so(sheet: Sheet, entries: Entries, found: _Found, k: int) -> Sheet:
    """Return a hand-in with each step under its entry's number, to be marked in the order of work."""
    places, steps = found.places[k], found.steps[k]
    width = sheet.layout.width
    comes_from = np.empty((len(steps), width), dtype=np.intp)
    comes_from[steps] = places[:, None] * width + np.arange(width)
    moved = bool(np.any(places != steps))
    note = _note(sheet.layout, entries, steps[: found.worked[k]].tolist(), moved=moved)
    return replace(
        sheet.rearranged(sheet.layout, comes_from), order=tuple(steps.tolist()), notes=[*sheet.notes, note]
    )


def _note(layout: Layout, entries: Entries, worked: Sequence[int], *, moved: bool) -> str:
    """Return the note on a hand-in that has worked these steps of the key in this order."""
    passes: dict[int, list[int]] = {}
    for step in sorted(worked, key=lambda step: step // entries.count):
        passes.setdefault(step // entries.count, []).append(step % entries.count)
    taken, usual = _taken(layout, entries, passes), _row(range(entries.count))
    used = sorted({step % entries.count for step in worked})
    said = []
    if moved:
        said.append(f"your steps are numbered as you worked, and read as what is in them: {taken}")
    elif any(order != sorted(order) for order in passes.values()):
        said.append(f"your steps follow from each other in the order {taken}, not {usual}")
    if len(used) < entries.count:
        said.append(f"you work with {listed(list(map(str, used)))} only; the steps of the others are missing")
    return f"{entries.loop}: {'; '.join(said)}; each step is marked by the one that you worked before it"


def _taken(layout: Layout, entries: Entries, passes: Mapping[int, Sequence[int]]) -> str:
    """Return the order of the entries in every pass, or those of the first few passes if they differ."""
    orders = list(passes.values())
    if all(order == orders[0][: len(order)] for order in orders):
        return f"{_row(orders[0])} in each {list(layout.plan.loops)[-2]}"
    shown = [
        f"{_row(order)} ({step_in_words(list(layout.plan.steps[number * entries.count].items())[:-1])})"
        for number, order in list(passes.items())[:_MOST_SHOWN]
    ]
    return ", then ".join([*shown, *["others"] * (len(passes) > len(shown))])


def _row(entries: Iterable[int]) -> str:
    return ", ".join(map(str, entries))
