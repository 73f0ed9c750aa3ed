"""Writing an empty submission: a file to fill in, a page, or a sheet of paper."""

from pathlib import Path

from grader.cli.handouts import form_to_fill_in
from grader.cli.keyring import load_key, one_key
from grader.cli.option_values import FormAs
from grader.cli.terminal import streams
from grader.exchange.write import write_named
from grader.marking.mark import Prepared
from grader.schemas.faults import UsageFault
from grader.solver.blank import make_form
from grader.solver.handout import template_json


def template(key: Path, format_: FormAs, method: str | None, out: Path | None) -> None:
    """Write an empty submission for a key, by a method or the first."""
    prepared = load_key(one_key(key), method=method)
    if format_ == FormAs.XLSX and out is None and streams.is_terminal():
        raise UsageFault("a workbook cannot be shown in a terminal; name a file: --out answers.xlsx")
    if format_ == FormAs.JSON:
        _write(template_json(prepared.key, method) + "\n", out)
    else:
        form = make_form(prepared.key, prepared.plans, method=method)
        _write(form_to_fill_in(format_, form, method), out)
    _say_what_varies(key, prepared, f"--format {format_}")


def worksheet(key: Path, method: str | None, out: Path | None) -> None:
    """Write a page to print, by a method or the first."""
    from grader.exchange import forms

    prepared = load_key(one_key(key), method=method)
    _write(forms.worksheet_page(make_form(prepared.key, prepared.plans), method), out)
    _say_what_varies(key, prepared, "--worksheets")


def _say_what_varies(key: Path, prepared: Prepared, option: str) -> None:
    """Note that this form has no values of what varies, and how each student gets one with them."""
    names = dict.fromkeys(name for each in prepared.variations.values() for name in each.lattices)
    if names:
        streams.note(
            f"{key}: each student has own values of {', '.join(names)}; this form has none.\n"
            f"Forms with them are written by: grader assign {key} --roster FILE {option}"
        )


def _write(content: str | bytes, out: Path | None) -> None:
    data = content if isinstance(content, bytes) else content.encode()
    if out is None:
        streams.write_bytes([data])
    else:
        write_named(out, [data])
        streams.note(f"Written to {out}")
