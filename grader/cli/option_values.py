"""The words that can be typed as values of options, for commands and for the jobs behind them."""

from enum import IntEnum, StrEnum
from pathlib import Path

STDOUT = Path("-")  # as a file's name, as for other programs


class ShownAs(StrEnum):
    """How what was found is shown."""

    TABLE = "table"
    JSON = "json"


class ResultsAs(StrEnum):
    """What is written to stdout, or to the file of --output."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    GRADESCOPE = "gradescope"
    JUNIT = "junit"
    GITHUB = "github"
    CANVAS = "canvas"
    MOODLE = "moodle"


class TraceAs(StrEnum):
    """How a trace is shown."""

    TABLE = "table"
    JSON = "json"
    LOG = "log"


class FormAs(StrEnum):
    """The kind of file."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"


class Pages(StrEnum):
    """What a student's page is written as; HTML comes with a page of the class, `index.html`."""

    BOTH = "both"
    MD = "md"
    HTML = "html"


class SchemaOf(StrEnum):
    """The files that have a schema."""

    KEY = "key"
    SUBMISSION = "submission"
    RESULTS = "results"


class Kind(StrEnum):
    """What is handed in."""

    TRACE = "trace"
    FORMULA = "formula"
    TEXT = "text"
    NETWORK = "network"


class Loudness(IntEnum):
    """How much is said on stderr."""

    QUIET = 0  # what went wrong
    NORMAL = 1
    VERBOSE = 2
