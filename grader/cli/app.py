"""The application: its commands, and how errors become words and an exit code."""

import atexit
import gc
import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from grader import __version__
from grader.cli.commands import add_command, add_group, for_authors, for_classes, for_students
from grader.cli.defaults import with_defaults
from grader.cli.engine import collect_rarely
from grader.cli.terminal.streams import EXIT_USAGE, note
from grader.schemas.faults import GraderError, UsageFault

_NARROWEST, _WIDEST = 20, 999  # characters of a terminal's line

app = typer.Typer(
    name="grader",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Mark pen-and-paper exercises line by line, by what follows from the student's own lines.",
    epilog="Example: grader score submissions/",
)
add_command(app, "score", for_classes.score)
add_command(app, "check", for_students.check)
add_command(app, "solve", for_authors.solve)
add_command(app, "template", for_students.template)
add_command(app, "assign", for_students.assign)
add_command(app, "worksheet", for_students.worksheet)
add_command(app, "audit", for_authors.audit)
add_command(app, "try", for_authors.try_key)
add_command(app, "report", for_classes.report)
add_command(app, "schema", for_authors.schema)
add_command(app, "new", for_authors.new)
add_group(app, "marks", "A person's marks as a CSV file.", {"template": for_classes.marks_template})
add_group(app, "gradescope", "Marking on Gradescope.", {"build": for_classes.gradescope_build})
add_command(app, "mark", for_classes.mark)
add_command(app, "diff", for_classes.diff)
add_command(app, "similar", for_classes.similar)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"grader {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an internal error.")] = False,
) -> None:
    """Take the options that stand before a command; `main` itself looks for --debug."""


def main() -> None:
    """Run the command line; whatever goes wrong ends in one message and an exit code."""
    signal.signal(signal.SIGTERM, _terminated)
    collect_rarely()
    atexit.register(gc.freeze)  # or Python looks for cycles in all that ends anyway, for a tenth of a second
    # Pydantic would look for plugins in every package that is installed; none has to see what is handed in.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    _forget_odd_width()
    debug = "--debug" in sys.argv
    if debug:  # it may stand anywhere
        sys.argv = [word for word in sys.argv if word != "--debug"]
    try:
        app(with_defaults(app, sys.argv[1:], _here()), prog_name="grader")
    except GraderError as error:
        _stop(str(error), debug=debug)
    except KeyboardInterrupt:  # outside of a command, where Typer does not catch it
        sys.exit(128 + signal.SIGINT)
    except BrokenPipeError:
        # Whoever read our output has gone, as in `grader score . | head`: nothing is left to say.
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _stop(f"{where}{error.strerror or error}", debug=debug)
    except MemoryError:
        _stop("out of memory; mark fewer hand-ins at a time", debug=debug)
    except Exception as error:  # noqa: BLE001 - the last net: a traceback reaches nobody unasked
        _stop(f"internal error ({type(error).__name__}: {error}); --debug shows where", debug=debug)


def _forget_odd_width() -> None:
    """Forget a width of the terminal that no help can be laid out in: some programs set 0."""
    width = os.environ.get("COLUMNS", "")
    if width.isdecimal() and not (len(width) <= len(str(_WIDEST)) and _NARROWEST <= int(width) <= _WIDEST):
        del os.environ["COLUMNS"]


def _here() -> Path:
    """Return the current folder. Raises UsageFault where it is gone."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise UsageFault("the current folder is no longer there; change to another one") from None


def _stop(message: str, *, debug: bool) -> NoReturn:
    if debug:
        traceback.print_exc()
    note(f"grader: {message}")
    sys.exit(EXIT_USAGE)


def _terminated(signum: int, _: FrameType | None) -> NoReturn:
    # As an exception, so that temporary files are removed on the way out.
    sys.exit(128 + signum)
