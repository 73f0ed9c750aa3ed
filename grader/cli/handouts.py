"""The files that each student is given: a sheet and files to fill in, made when they are asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from grader.cli.option_values import FormAs
from grader.expressions import Array
from grader.marking.mark import Prepared
from grader.reports import markdown
from grader.schemas.blank import Blank
from grader.solver.blank import make_form
from grader.solver.handout import handout, template_json

WORKSHEETS = "worksheets"  # the folder of the pages to print

File = tuple[str, Callable[[], bytes]]  # its name below the folder, and what makes it


@dataclass(frozen=True, slots=True)
class Recipient:
    """A student, the stem of the names of the student's files, and the student's own values by question."""

    student: str
    name: str
    stem: str
    variants: Mapping[str, Mapping[str, Array]]


@dataclass(frozen=True, slots=True)
class Handouts:
    """What each student of a course is given: files to fill in, in some formats, and perhaps worksheets.

    With a `method`, they have only what it needs.
    """

    prepared: Prepared
    method: str | None
    formats: Sequence[FormAs]
    worksheets: bool

    def files(self, to: Recipient) -> Iterator[File]:
        """Yield the files of a student. Making one raises UsageFault where its format is not available."""
        yield f"{to.stem}.md", partial(self._sheet, to)
        for format_ in self.formats:
            yield f"{to.stem}.{format_}", partial(self._form, to, format_)
        if self.worksheets:
            yield f"{WORKSHEETS}/{to.stem}.html", partial(self._worksheet, to)

    def in_words(self) -> str:
        """Return the kinds of files in words, for many students."""
        plain = [*self.formats] == [FormAs.JSON]
        forms = "templates" if plain else f"files to fill in ({', '.join(self.formats)})"
        return f"sheets, {forms} and worksheets" if self.worksheets else f"sheets and {forms}"

    def _sheet(self, to: Recipient) -> bytes:
        known = markdown(to.student)
        who = f"{markdown(to.name)} ({known})" if to.name else known
        whose = f"For **{who}**. {_what_to_do(to.stem, self.formats)}"
        text = handout(self.prepared.key, self.prepared.plans, whose, to.variants, self.method)
        return text.encode()

    def _form(self, to: Recipient, format_: FormAs) -> bytes:
        if format_ == FormAs.JSON:
            plans = self.prepared.plans
            text = template_json(self.prepared.key, self.method, to.student, to.variants, plans)
            return f"{text}\n".encode()
        return form_to_fill_in(format_, self._blank(to), self.method)

    def _worksheet(self, to: Recipient) -> bytes:
        from grader.exchange.forms import worksheet_page

        return worksheet_page(self._blank(to), self.method, to.name).encode()

    def _blank(self, to: Recipient) -> Blank:
        return make_form(self.prepared.key, self.prepared.plans, to.student, to.variants, self.method)


def form_to_fill_in(format_: FormAs, blank: Blank, method: str | None) -> bytes:
    """Return a form that is no JSON: a table, a workbook or a page.

    Raises UsageFault for a workbook where that cannot be written.
    """
    from grader.exchange import forms

    if format_ == FormAs.XLSX:
        return forms.workbook_form(blank, method)
    return (forms.csv_form(blank, method) if format_ == FormAs.CSV else forms.entry_page(blank)).encode()


def _what_to_do(stem: str, formats: Sequence[FormAs]) -> str:
    """Return what to do: which file to fill in; a page saves another file, which is handed in."""
    files = [f"`{stem}.{format_}`" for format_ in formats if format_ != FormAs.HTML]
    page = f"`{stem}.{FormAs.HTML}` in a browser"
    if not files:
        return f"Open {page}, fill it in and save; look over what it saves with `grader check`, hand that in."
    one_of = files[0] if len(files) == 1 else f"one of {', '.join(files)}"
    or_page = f" (or open {page}, which saves one)" if FormAs.HTML in formats else ""
    check = f"grader check {stem}.{formats[0]}" if len(formats) == 1 else "grader check"
    return f"Fill in {one_of}{or_page}, look it over with `{check}`, hand it in."
