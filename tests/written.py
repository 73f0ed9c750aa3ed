"""Results as `score` writes them, of one hand-in or a few: what a class is written with, put together."""

from grader.reports import Encoder, MarkdownPages, feedback_on, results_document


def results_json(results):
    """Return a whole `results.json`."""
    return "".join(results_document(map(Encoder().submission, results)))


def student_page(result):
    """Return the Markdown page of one hand-in."""
    return MarkdownPages().page(feedback_on(result))
