"""`grader worksheet`: the exercise's grids on paper."""

from grader.cli.options import KeyFile, OtherMethod, OutFile

EXAMPLE = "Example: grader worksheet answer_keys/practical1.toml > worksheet.html"


def worksheet(
    key: KeyFile,
    method: OtherMethod = None,
    out: OutFile = None,
) -> None:
    """Write a page to print on A4 and fill in by pen.

    It has the start values and a grid for each step, and no answers. Where
    each student has own values, `grader assign --worksheets` writes each
    student's page.
    """
    from grader.cli.jobs import template as job

    job.worksheet(key, method, out)
