"""Showing what the files look like."""

import json
from typing import Any

from grader.cli import streams
from grader.cli.schema import Kind
from grader.schemas.key import Key
from grader.schemas.results import Results
from grader.schemas.submission import Submission

_MODELS: dict[Kind, Any] = {Kind.KEY: Key, Kind.SUBMISSION: Submission, Kind.RESULTS: Results}


def schema(kind: Kind) -> None:
    """Show the JSON Schema of a kind of file."""
    document = _MODELS[kind].model_json_schema(by_alias=True)
    document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    streams.write(json.dumps(document, indent=2) + "\n")
