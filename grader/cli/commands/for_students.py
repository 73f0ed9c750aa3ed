"""Commands for students, and for who gives them their sheets."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.option_values import FormAs
from grader.cli.options import KeyFile, Keys, OtherMethod, OutFile, Secret, a_folder


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Your hand-in.")],
    key: Keys = None,
    secret: Annotated[
        Path | None,
        typer.Option(help="A file with the secret of a key whose values vary, for who has it."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again whenever the file changes, until Ctrl-C.")
    ] = False,
) -> None:
    """Check your own work before handing in: what is missing, unreadable, right or wrong, and why.

    No value that you did not write is shown. Where each student has own values, those in the file count.

    Exit code: 0 readable, 1 something could not be read, 2 wrong usage.

    Example: grader check my_answers.json
    """
    from grader.cli.jobs import check as job

    job.check(file, key, secret, again=watch)


def template(
    key: KeyFile,
    format_: Annotated[FormAs, typer.Option("--format", help="The kind of file.")] = FormAs.JSON,
    method: OtherMethod = None,
    out: OutFile = None,
) -> None:
    """Write an empty submission to fill in; what stays empty counts as missing.

    json is for scripts, csv is a table with a row for each number, xlsx a
    workbook with a grid for each question, html a page that works offline,
    checks what is typed and saves the submission. Where each student has own
    values, `grader assign` writes each student's file, with these in it.

    Example: grader template answer_keys/practical1.toml --format html > my_answers.html
    """
    from grader.cli.jobs import template as job

    job.template(key, format_, method, out)


def worksheet(
    key: KeyFile,
    method: OtherMethod = None,
    out: OutFile = None,
) -> None:
    """Write a page to print on A4 and fill in by pen.

    It has the start values and a grid for each step, and no answers. Where
    each student has own values, `grader assign --worksheets` writes each
    student's page.

    Example: grader worksheet answer_keys/practical1.toml > worksheet.html
    """
    from grader.cli.jobs import template as job

    job.worksheet(key, method, out)


def assign(
    roster: Annotated[
        Path, typer.Option(help="A CSV file with a student's id in each line, and perhaps a name.")
    ],
    key: Annotated[
        Path,
        typer.Argument(
            metavar="KEY", help="An answer key; else the only one in answer_keys/.", show_default=False
        ),
    ] = Path("answer_keys"),
    secret: Secret = None,
    format_: Annotated[
        list[FormAs] | None,
        typer.Option("--format", help="What students fill in, json if nothing is said; may be repeated."),
    ] = None,
    worksheets: Annotated[
        bool, typer.Option("--worksheets", help="Write a page to print for each student, too.")
    ] = False,
    out: Annotated[Path, typer.Option(callback=a_folder, help="Where the files go.")] = Path("assigned"),
    method: Annotated[str | None, typer.Option(help="Only this method, where the key has several.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over files that have been changed since.")
    ] = False,
) -> None:
    """Write each student's sheet (Markdown) and file to fill in, with own values where the key varies them.

    The file has the student's id in it, and the own values, which come
    back with the hand-in: json is for scripts, csv a table, xlsx a
    workbook, html a page that works offline and saves what to hand in.

    The same secret gives each student the same values again. Keep it: marking needs it, students must not.

    Example: grader assign answer_keys/newton.toml --roster students.csv --secret secret.txt --format
    xlsx
    """
    from grader.cli.jobs import assign as job

    formats = tuple(dict.fromkeys(format_ or [FormAs.JSON]))
    job.assign(key, roster, secret, out, method, formats, worksheets=worksheets, force=force)
