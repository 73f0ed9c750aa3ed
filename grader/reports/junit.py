"""Results as JUnit XML, for the test reports of Jenkins, GitLab and others.

A hand-in is a test suite with its scores as properties. A question is a test case: it fails where marks were
lost, and is skipped where all of it waits for a person. The elements are those of Jenkins' `junit-10.xsd`,
where only suites have properties.
"""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from grader.reports.escape import visible
from grader.reports.feedback import Section, feedback_on
from grader.reports.tally import is_absent
from grader.reports.wording import number, points, waiting
from grader.schemas.results import NOTHING_HANDED_IN, ROUNDING, QuestionResult, SubmissionResult


def junit(results: Iterable[SubmissionResult]) -> Iterator[str]:
    """Yield the document piece by piece, a suite for each result."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="grader">\n'
    for result in results:
        yield _suite(result)
    yield "</testsuites>\n"


def _suite(result: SubmissionResult) -> str:
    said = feedback_on(result)
    cases = [_case(result, *pair) for pair in zip(result.questions, said.sections, strict=True)]
    if result.score is None:
        cases = [_unmarked(result)]
    found = "".join(cases)
    attributes = {
        "name": result.student or result.file,
        "tests": str(len(cases)),
        "failures": str(found.count("<failure ")),  # an attribute's or text's < is escaped
        "errors": str(found.count("<error ")),
        "skipped": str(found.count("<skipped ")),
        "file": result.file,
    }
    lines = [f"  <testsuite{_attributes(attributes)}>", *_properties(result)]
    if result.score is not None and result.problems:
        lines.append(f"    <system-err>{_text(*result.problems)}</system-err>")
    return "\n".join(lines) + f"\n{found}  </testsuite>\n"


def _properties(result: SubmissionResult) -> Iterator[str]:
    values = {
        "assignment": result.assignment,
        "score": result.score,
        "max_score": result.max_score,
        "pending": result.pending if result.score is not None else None,
    }
    for question in result.questions:
        values |= {
            f"{question.question}.score": question.score,
            f"{question.question}.max_score": question.max_score,
            f"{question.question}.pending": question.pending or None,
        }
    there = {name: value for name, value in values.items() if value is not None}
    if not there:
        return
    yield "    <properties>"
    for name, value in there.items():
        said = value if isinstance(value, str) else repr(value)
        yield f"      <property{_attributes({'name': name, 'value': said})}/>"
    yield "    </properties>"


def _case(result: SubmissionResult, question: QuestionResult, section: Section) -> str:
    marked = question.max_score - question.pending
    waits = waiting(question.pending, "of it")
    texts = [*section.summary, *[f"{item.subject} {item.text}" for item in section.items]]
    inside = ""
    if question.pending and marked <= ROUNDING:
        inside = f"<skipped{_attributes({'message': waiting(question.pending)})}/>"
    elif marked - question.score > ROUNDING:
        message = f"{number(question.score)} of {points(marked)}{'; ' + waits if waits else ''}"
        inside = (
            f"<failure{_attributes({'message': message, 'type': 'marks lost'})}>{_text(*texts)}</failure>"
        )
    elif waits or texts:
        inside = f"<system-out>{_text(*texts, *filter(None, [waits]))}</system-out>"
    return _testcase(result, question.question, inside)


def _unmarked(result: SubmissionResult) -> str:
    if is_absent(result):
        return _testcase(result, "hand-in", f"<skipped{_attributes({'message': NOTHING_HANDED_IN})}/>")
    attributes = _attributes({"message": "could not be marked", "type": "not marked"})
    return _testcase(result, "hand-in", f"<error{attributes}>{_text(*result.problems)}</error>")


def _testcase(result: SubmissionResult, name: str, inside: str) -> str:
    head = _attributes({"classname": f"{result.assignment or ''}.{result.student or ''}", "name": name})
    if not inside:
        return f"    <testcase{head}/>\n"
    return f"    <testcase{head}>\n      {inside}\n    </testcase>\n"


def _attributes(values: dict[str, str]) -> str:
    return "".join([f" {name}={quoteattr(visible(value))}" for name, value in values.items()])


def _text(*texts: str) -> str:
    """Return texts, each on lines of its own, as XML."""
    return escape("\n".join(map(visible, "\n".join(texts).split("\n"))))
