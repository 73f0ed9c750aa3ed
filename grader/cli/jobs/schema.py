"""Showing what the files look like."""

import json
from pathlib import Path
from typing import Any

from grader.cli.option_values import SchemaOf
from grader.cli.terminal import streams
from grader.exchange.write import write_named
from grader.schemas.key import Key
from grader.schemas.results import Results
from grader.schemas.submission import Submission

_MODELS: dict[SchemaOf, Any] = {
    SchemaOf.KEY: Key,
    SchemaOf.SUBMISSION: Submission,
    SchemaOf.RESULTS: Results,
}


def schema(kind: SchemaOf, out: Path | None = None) -> None:
    """Show the JSON Schema of a kind of file, or write it to a file."""
    if out is None:
        streams.write(schema_text(kind))
        return
    write_named(out, [schema_text(kind).encode()])
    if kind == SchemaOf.KEY:
        streams.note(f"{out}: written; keys beside it name it in their first line: #:schema ./{out.name}")


def schema_text(kind: SchemaOf) -> str:
    """Return the JSON Schema of a kind of file."""
    document = _MODELS[kind].model_json_schema(by_alias=True)
    document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(document, indent=2) + "\n"
