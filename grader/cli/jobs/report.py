"""Making pages again from results."""

from itertools import chain, islice
from pathlib import Path

from grader.cli.engine.pages import PageMaker, PageWriter, where_to_begin
from grader.cli.option_values import Pages
from grader.cli.terminal import streams
from grader.exchange.journal import Journal
from grader.exchange.results_file import NAME, read_results
from grader.exchange.write import ready_folder
from grader.reports.tally import from_json, is_replaced
from grader.reports.wording import count


def report(results: Path, out: Path | None, pages: Pages) -> None:
    """Write the pages of all results, and the page of the class, into a folder."""
    path = results / NAME if results.is_dir() else results
    folder = path.parent if out is None else out
    found = (result for result in read_results(path) if not is_replaced(result))
    first = [*islice(found, 1)]  # a file that is none of results is found out before anything is written
    ready_folder(folder)
    with Journal(parts=1) as tallies:
        maker, writer = PageMaker(pages), PageWriter(folder, pages)
        for result in chain(first, found):
            name = writer.names.name(result)
            made = maker.make(result, name)
            if name is not None:
                writer.write(name, made)
            tallies.append(made.tally)
        number = len(tallies)
        writer.write_class(from_json(tallies.text(i, 0)) for i in range(number))
    streams.note(f"Pages of {count(number, 'hand-in')} are in {folder}/{where_to_begin(pages)}")
