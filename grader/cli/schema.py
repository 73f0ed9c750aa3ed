"""`grader schema`: what the files look like, for other programs."""

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from grader.cli import streams
from grader.schemas.key import Key
from grader.schemas.results import Results
from grader.schemas.submission import Submission

EXAMPLE = "Example: grader schema submission"


class Kind(StrEnum):
    """Which file."""

    KEY = "key"
    SUBMISSION = "submission"
    RESULTS = "results"


_MODELS: dict[Kind, Any] = {Kind.KEY: Key, Kind.SUBMISSION: Submission, Kind.RESULTS: Results}


def schema(kind: Annotated[Kind, typer.Argument(help="Which kind of file.")]) -> None:
    """Show the JSON Schema of a kind of file."""
    document = _MODELS[kind].model_json_schema(by_alias=True)
    document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    streams.write(json.dumps(document, indent=2) + "\n")
