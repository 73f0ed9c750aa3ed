"""Beginning an answer key: options and answers make a draft, which is proven and only then written."""

import json
import re
import sys
import tomllib
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from grader.cli.drafting import Said, make_draft
from grader.cli.jobs.schema import schema_text
from grader.cli.keyring import DEFAULT
from grader.cli.option_values import STDOUT, SchemaOf
from grader.cli.terminal import streams
from grader.cli.terminal.questions import Questions
from grader.exchange.answer_keys.key_faults import faults_of
from grader.exchange.answer_keys.keys import first_look
from grader.exchange.answer_keys.new_key import SCHEMA_FILE, Draft, key_text
from grader.exchange.write import ready_folder, write_text
from grader.marking.formulas.formula_audit import audit_formulas
from grader.marking.mark import prepare
from grader.schemas.base import FORMS, IDENTIFIER
from grader.schemas.faults import KeyFault, UsageFault
from grader.schemas.key import Key
from grader.schemas.places import step_in_words
from grader.solver import solve
from grader.solver.audit import audit

_LONGEST = 100
# Where a fault of the key would stand, and the option that says it.
_OPTIONS = (
    (r"\.equations\.([^.]+)$", r"--field \1"),
    (r"\.(start|given)\.([^.\[]+).*", r"--\1 \2"),
    (r"\.(loop\b|network\.epochs).*", "--steps"),
    (r"\.network\.sizes.*", "--sizes"),
    (r"\.part\[([^\]]+)\].*", r"--part \1"),
    (r"\.numbers\b.*", "--number"),
    (r"\.points$", "--points"),
)


def new(name: str, said: Said, out: Path | None, *, force: bool, ask: bool) -> None:
    """Write a new key, and say where it is and what to do next; or only show it, where `out` is stdout.

    Raises UsageFault where that cannot be done; then nothing is written.
    """
    _check_name(name)
    file = out or DEFAULT / f"{name}.toml"
    if out != STDOUT:
        _check_free(file, name, force=force)
    draft, text = _sound(name, said, Questions(asked=ask and _at_a_terminal()))
    if out == STDOUT:
        streams.write(text)
        return
    ready_folder(file.parent)
    write_text(file, [text])
    streams.write(_what_next(file, _schema_beside(file), worked=draft.kind in ("trace", "network")))


def _sound(name: str, said: Said, questions: Questions) -> tuple[Draft, str]:
    """Return a draft and its text, once the audit finds nothing in it; until then answers are asked again."""
    while True:
        draft = make_draft(name, said, questions)
        text = key_text(draft)
        try:
            _prove(text)
        except KeyFault as fault:
            if not questions.asked or said.field or said.part:
                raise UsageFault(_by_option(fault)) from None
            streams.note(f"{_by_option(fault)}\nOnce more; an empty answer keeps what you have answered.")
        else:
            return draft, text


def _at_a_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def _check_name(name: str) -> None:
    """Raise UsageFault for a text that cannot be the name of a key; it proposes one that can."""
    suffix = name.endswith(".toml") and len(name) > len(".toml")
    if re.fullmatch(IDENTIFIER, name) and len(name) <= _LONGEST and not suffix:
        return
    reason = f"expected {FORMS[IDENTIFIER]}"
    if suffix or "/" in name or "\\" in name:
        reason = "expected the name of the key, not of its file; --out says where the file goes"
    stem = re.split(r"[/\\]", name)[-1].removesuffix(".toml")
    near = re.sub(r"[^A-Za-z0-9]+", "_", stem).strip("_").lstrip("0123456789_")[:_LONGEST]
    raise UsageFault(f"{name!r}: {reason}" + (f"; how about {near}?" if near else ""))


def _check_free(file: Path, name: str, *, force: bool) -> None:
    if file.exists() and not (force and file.is_file()):
        reason = "is there already; --force replaces it" if file.is_file() else "is no file"
        raise UsageFault(f"{file}: {reason}")
    for other in sorted(file.parent.glob("*.toml")):
        if other.name != file.name and first_look(other)[0] == name:
            raise UsageFault(f"{other}: is a key with the id {name} already; take another name")


def _prove(text: str) -> None:
    """Raise KeyFault where `grader audit` would find anything in a key, or a number is not finite."""
    data = tomllib.loads(text)
    try:
        key = Key.model_validate(data)
    except ValidationError as error:
        fault = next(faults_of(error, data))
        raise KeyFault(fault.reason, fault.place, fault.inside) from None
    for question, methods in prepare(key).layouts.items():
        for method, layout in methods.items():
            plan = layout.plan
            with np.errstate(all="ignore"):
                trace = solve(plan, plan.default_choice, plan.default_given)
            for name, values in trace.items():
                known = [bool(np.isfinite(value).all()) for value in values]
                if not all(known):
                    place = f"question[{question}].method.{method}.equations.{name}"
                    step = step_in_words(plan.steps[known.index(False)].items())
                    where = f" in {step}" if step else ""
                    raise KeyFault(f"gives no finite number with these start values{where}", place)
    for finding in (*audit(key).open, *audit_formulas(key).findings):
        raise KeyFault(f"the audit finds a fault: {finding}")


def _by_option(fault: KeyFault) -> str:
    """Return a fault of the key in words, with the option behind it in place of the key's table."""
    place = fault.place
    for pattern, option in _OPTIONS:
        if found := re.search(pattern, place):
            place = found.expand(option)
            break
    return str(KeyFault(fault.reason, place, fault.inside))


def _schema_beside(file: Path) -> Path | None:
    """Write the schema that the key's first line names, unless another file has its name."""
    schema = file.parent / SCHEMA_FILE
    text = schema_text(SchemaOf.KEY)
    try:
        there = json.loads(schema.read_text(encoding="utf-8")) if schema.exists() else {"title": "Key"}
    except (OSError, ValueError):
        return None
    if not isinstance(there, dict) or there.get("title") != "Key":
        return None
    write_text(schema, [text])
    return schema


def _what_next(file: Path, schema: Path | None, *, worked: bool) -> str:
    beside = f"\nand {schema}, by which editors complete and check keys" if schema else ""
    commands = {"audit": "proves the key", "template": "an empty hand-in"}
    if worked:
        commands = {"solve --watch": "the numbers, while you write"} | commands
    typed = {f"grader {command} {file}": does for command, does in commands.items()}
    width = max(map(len, typed))
    lines = [f"  {words:<{width}}   {does}" for words, does in typed.items()]
    return "\n".join([f"Wrote {file}{beside}.", "", "Next:", *lines, ""])
