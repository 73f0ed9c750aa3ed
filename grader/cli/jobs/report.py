"""Making pages again from results."""

from pathlib import Path

from grader.cli import streams
from grader.cli.pages import PageWriter, where_to_begin
from grader.cli.score import Pages
from grader.exchange.results import read_results
from grader.exchange.write import Spool, ready_folder
from grader.reports.tally import is_replaced

_NAME = "results.json"


def report(results: Path, out: Path | None, pages: Pages) -> None:
    """Write the pages of all results, and that of the class, into a folder."""
    path = results / _NAME if results.is_dir() else results
    folder = path.parent if out is None else out
    found = (result for result in read_results(path) if not is_replaced(result))
    with Spool() as tallies:
        writer: PageWriter | None = None
        count = 0
        for result in found:
            if writer is None:  # now that the file is known to be one of results
                ready_folder(folder)
                writer = PageWriter(folder, pages, tallies)
            writer.write(result)
            count += 1
        if writer is not None:
            writer.write_class(range(count))
    streams.note(f"Pages of {count} hand-ins are in {folder}/{where_to_begin(pages) if count else ''}")
