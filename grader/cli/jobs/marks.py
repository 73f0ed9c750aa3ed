"""Writing the file in which a person marks."""

from collections.abc import Sequence
from pathlib import Path

from grader.cli.hand_ins import Sources, Text, TextRows, cells_of, waiting_texts
from grader.cli.terminal import streams
from grader.exchange.marks_file import MarksTable, open_table
from grader.exchange.write import ready_folder, write_text
from grader.reports.wording import count
from grader.schemas.faults import UsageFault

_MOST_NAMED = 20


def template(sources: Sources, out: Path | None) -> None:
    """Write the texts that wait for a person to a file or stdout; what a file has already stays in it."""
    if out is not None and out.is_dir():
        raise UsageFault(f"{out}: a folder; name a CSV file")
    if out is not None:
        ready_folder(out.parent)
    texts = waiting_texts(sources, leave_out=[out] if out else [])
    table = _filled(texts, open_table(out))
    if out is None:
        streams.write(table.text())
        return
    write_text(out, [table.text()])
    left = sum(not table.cell(row, "points") for row in table.rows)
    streams.note(f"{out}: {count(len(table.rows), 'row')}, {left} without points")


def _filled(texts: Sequence[Text], old: MarksTable) -> MarksTable:
    """Return a table of the texts in their order, with their cells of the old one; its other rows follow."""
    several = len({text.assignment for text in texts}) > 1
    table = MarksTable(old.columns, separator=old.separator, mark=old.mark)
    before = TextRows(old)
    taken = set()
    changed = []
    for text in texts:
        cells = cells_of(text, several=several)
        row = before.of(text)
        if row is None:
            table.add(cells)
            continue
        taken.add(id(row))
        table.rows.append(row)
        if before.has_changed(row, text):
            changed += [f"{text.student}: {text.question} {text.part.id}"] * bool(table.cell(row, "points"))
            table.set(row, "points", "")
            table.set(row, "answer", cells["answer"])
        table.set(row, "alike", cells["alike"])
    table.rows += [row for row in old.rows if id(row) not in taken]
    _name(changed)
    return table


def _name(changed: Sequence[str]) -> None:
    for place in changed[:_MOST_NAMED]:
        streams.note(f"{place}: the answer has changed since it was marked; mark it again")
    if len(changed) > _MOST_NAMED:
        streams.note(f"and {len(changed) - _MOST_NAMED} more answers that have changed")
