"""What is made once for a class says of everybody what it says of one who is alone.

Words of marking, encoded results, feedback and sections of pages are remembered from one hand-in to the next.
The measure is the same made anew for each, by a key that has marked nothing else.
"""

import json
import random
from dataclasses import replace

import numpy as np
import pytest
from mixed_class import mixed_class
from shared import ROOT, practical_key
from simulate import Rounding, Student
from written import student_page

from grader.cli.keyring import load_key
from grader.marking.mark import mark
from grader.marking.wording import line_results
from grader.marking.wording.line_results import LineResults
from grader.reports import Encoder, Feedbacks, MarkdownPages, feedback_on, submission_json
from grader.reports.trace import Outlines, Trace
from grader.schemas.key import TraceQuestion
from grader.schemas.results import FieldResult, QuestionResult, Status, SubmissionResult
from grader.schemas.submission import Submission

KEYS = ("practical1", "k_means", "softmax_regression", "newton", "hidden_markov")


def spoilt(draw, value):
    """Return a line as somebody might write it who is not quite there."""
    value = np.array(value, dtype=float)
    numbers = value.reshape(-1)
    one = draw.randrange(numbers.size)
    match draw.randrange(8):
        case 0:
            return -value
        case 1:
            numbers[one] *= -1
        case 2:
            numbers[one] *= 10
        case 3:
            return value / 100
        case 4:
            numbers[one] += draw.choice((0.01, 0.3, -2.0))
        case 5:
            return value * 0
        case 6:
            numbers[:] = np.roll(numbers, 1)
        case 7:
            return value + 0.7
    return value


def faulty(plan, draw):
    """Return an answer with faults of many kinds here and there."""
    choice = {group: draw.choice(options) for group, options in plan.choices.items()}
    student = Student(plan, choice, rounding=Rounding(draw.randint(2, 8)), seed=draw.getrandbits(32))
    if plan.mistakes and draw.random() < 0.4:
        lines = draw.choice(plan.mistakes).lines.values()
        student.faults = {line.field: line.tree(choice) for line in lines}
    places = [(t, line.field) for t in range(len(plan.steps)) for line in plan.lines]
    for place in draw.sample(places, min(len(places), 6)):
        turn = random.Random(draw.getrandbits(32)).getrandbits(32)
        way = {place: lambda value, turn=turn: spoilt(random.Random(turn), value)}
        if draw.random() < 0.5:
            student.slips = {**student.slips, **way}
        else:
            student.errors = {**student.errors, **way}
    answer = student.answer()
    for step in answer["steps"]:
        for field in [name for name in step if name not in plan.loops]:
            if draw.random() < 0.03:
                step[field] = draw.choice((None, "what", 1e200, step[draw.choice([*step])]))
    return answer


def faulty_class(prepared, count, seed):
    draw = random.Random(seed)
    for question in prepared.key.question:
        if isinstance(question, TraceQuestion):
            plans = [layout.plan for layout in prepared.layouts[question.id].values()]
            for number in range(count):
                answers = {question.id: faulty(draw.choice(plans), draw)}
                yield Submission(student=f"s{number}", answers=answers)


def with_a_line_left_out(submission):
    ((question, answer),) = submission.answers.items()
    *before, last = answer["steps"]
    *fields, _ = last.items()
    return Submission(student="left out", answers={question: {**answer, "steps": [*before, dict(fields)]}})


def results(prepared, submissions, *, reveal=True):
    return [marked.result("s.json", reveal=reveal) for marked in mark(prepared, submissions)]


# --- words of marking ---------------------------------------------------------------------------------------


def said_as_alone(prepared, submissions, *, reveal=True):
    """Check that everybody is told in a class what each is told alone; return the results."""
    together = results(prepared, submissions, reveal=reveal)
    assert results(prepared, submissions, reveal=reveal) == together  # now all that is said is remembered
    for submission, result in zip(submissions, together, strict=True):
        anew = replace(prepared, results={layout: LineResults(layout) for layout in prepared.results})
        assert results(anew, [submission], reveal=reveal) == [result]
    return together


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("reveal", [True, False])
def test_a_line_says_in_a_class_what_it_says_alone(name, reveal):
    prepared = load_key(ROOT / "answer_keys" / f"{name}.toml")
    students = [*faulty_class(prepared, 12, seed=len(name))]
    together = said_as_alone(prepared, [*students, with_a_line_left_out(students[0])], reveal=reveal)
    said = {field.status for result in together for question in result.questions for field in question.fields}
    assert {Status.FOLLOWS, Status.WRONG, Status.SLIP, Status.MISTAKE, Status.MISSING} <= said


def said_of(prepared, answers, field, t):
    """Return all that is said of a line of exercise 2, as alone, to those who hand in these answers."""
    submissions = [Submission(student=f"s{i}", answers={"exercise2": each}) for i, each in enumerate(answers)]
    place = {"iteration": t // 4, "sample": t % 4}
    return [
        line.message
        for result in said_as_alone(prepared, submissions)
        for question in result.questions
        for line in question.fields
        if line.field == field and line.step == place
    ]


def test_rows_copied_from_different_places_are_told_apart():
    plan = practical_key().layouts["exercise2"]["online"].plan
    honest = Student(plan, {"output": "tanh"}, rounding=Rounding(6)).answer()
    answers = []
    for source, before in (("s_i", 0), ("z_i", 0), ("Delta_w", 0), ("w", 1), ("delta_i", 1)):
        steps = [dict(step) for step in honest["steps"]]
        steps[5]["delta_i"] = steps[5 - before][source]
        answers.append({**honest, "steps": steps})
    assert len(set(said_of(practical_key(), answers, "delta_i", 5))) >= 3


def test_which_numbers_were_not_gone_on_with_is_told_apart():
    plan = practical_key().layouts["exercise2"]["online"].plan
    answers = []
    for changed in ((0,), (1,), (0, 2), (0, 1, 2)):

        def written(value, changed=changed):
            value = np.array(value)
            value[[*changed]] += 0.37
            return value

        student = Student(plan, {"output": "tanh"}, rounding=Rounding(6), slips={(4, "w"): written})
        answers.append(student.answer())
    said = said_of(practical_key(), answers, "w", 4)
    assert len(set(said)) == 4
    assert all("but went on with" in message for message in said)


def test_what_is_remembered_of_lines_is_bounded_and_does_not_show(monkeypatch):
    submissions = [*faulty_class(practical_key(), 20, seed=5)]
    usual = results(practical_key(), submissions)
    monkeypatch.setattr(line_results, "_MOST", 3)
    prepared = load_key(ROOT / "answer_keys" / "practical1.toml")
    assert results(prepared, submissions) == usual
    for each in prepared.results.values():
        assert isinstance(each, LineResults)
        assert all(len(known.cases) <= 3 and len(known.phrases) <= 3 for known in each._cases.values())


def test_results_are_the_same_in_any_order_and_block():
    submissions = [*faulty_class(practical_key(), 25, seed=9)]
    marked = mark(practical_key(), submissions)
    in_order = [each.result("s.json") for each in marked]
    places = [*range(len(marked))]
    random.Random(2).shuffle(places)
    for place in places:
        assert marked[place].result("s.json", reveal=place % 2 == 0).student == f"s{place}"
        assert marked[place].result("s.json") == in_order[place]


def test_a_percent_sign_in_the_key_stays_one(tmp_path):
    text = (ROOT / "answer_keys" / "newton.toml").read_text(encoding="utf-8")
    plain = load_key(ROOT / "answer_keys" / "newton.toml").key
    question = next(each for each in plain.question if isinstance(each, TraceQuestion))
    name, says = next((name, mistake.says) for name, mistake in question.mistake.items())
    file = tmp_path / "newton.toml"
    file.write_text(text.replace(says, "100 %s of it, %d or %(x)s: 5 %."), encoding="utf-8")
    prepared = load_key(file)
    (layout,) = prepared.layouts[question.id].values()
    way = next(way for way in layout.plan.mistakes if way.name == name)
    faults = {field: next(iter(line.usual.trees.values())) for field, line in way.lines.items()}
    answer = Student(layout.plan, rounding=Rounding(6), faults=faults).answer()
    (result,) = results(prepared, [Submission(student="s", answers={question.id: answer})])
    said = [field.message for field in result.questions[-1].fields if field.cause == name]
    assert said
    assert all(message.startswith("100 %s of it, %d or %(x)s: 5 %; the line should be") for message in said)


# --- reports ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def class_of_50():
    submissions = [Submission.model_validate_json(text) for text in mixed_class(30)]
    submissions += faulty_class(practical_key(), 20, seed=4)
    marked = results(practical_key(), submissions)
    read_again = [SubmissionResult.model_validate_json(submission_json(result)) for result in marked]
    return [each for pair in zip(marked, read_again, strict=True) for each in pair]


def test_entries_are_the_same_for_one_and_for_a_class(class_of_50):
    encoder = Encoder()
    for result in class_of_50:
        assert encoder.submission(result) == submission_json(result)
        assert SubmissionResult.model_validate_json(encoder.submission(result)) == result


@pytest.mark.parametrize(
    "words", ['"in quotes"', "a \\ b", "a\nb", "\x1b[31m", "\u2028", "\ud800", "", "é · ≤ 0.5", '"}', "\x7f"]
)
def test_a_students_own_words_are_encoded_whatever_they_are(words):
    step = {"k": 0}
    fields = [
        FieldResult(field="s", step=step, status=status, score=0.0, max_score=1.0, message=said, **more)
        for status in (Status.WRONG, Status.SLIP)
        for said in ("you wrote 1", words)
        for more in ({}, {"comment": "well"}, {"read": "x"})
    ]
    questions = (QuestionResult(question="q", score=0.0, max_score=1.0, fields=tuple(fields)),)
    entry = Encoder().submission(SubmissionResult(student="s", file="f", questions=questions))
    (question,) = json.loads(entry)["questions"]
    assert [field["message"] for field in question["fields"]] == [field.message for field in fields]
    assert [field.get("comment") for field in question["fields"]] == [field.comment for field in fields]
    assert entry.isprintable()


def test_feedback_and_pages_are_the_same_for_one_and_for_a_class(class_of_50):
    feedbacks, pages = Feedbacks(), MarkdownPages()
    for result in class_of_50:
        said, alone = feedbacks.on(result), feedback_on(result)
        assert (said.gains, said.problems, said.score) == (alone.gains, alone.problems, alone.score)
        for section, own in zip(said.sections, alone.sections, strict=True):
            assert (section.heading, section.summary, section.items) == (own.heading, own.summary, own.items)
        assert pages.page(said) == student_page(result)


def test_what_reports_remember_is_bounded_and_does_not_show(class_of_50, monkeypatch):
    monkeypatch.setattr(Feedbacks, "_MOST_QUESTIONS", 2)
    monkeypatch.setattr(MarkdownPages, "_MOST_SECTIONS", 2)
    monkeypatch.setattr(Encoder, "_MOST_QUESTIONS", 2)
    monkeypatch.setattr(Encoder, "_MOST_FIELDS", 5)
    feedbacks, pages, encoder = Feedbacks(), MarkdownPages(), Encoder()
    for result in class_of_50:
        assert pages.page(feedbacks.on(result)) == student_page(result)
        assert encoder.submission(result) == submission_json(result)
    assert len(feedbacks._known.made) <= 2
    assert len(pages._known.made) <= 2
    assert len(encoder._questions.made) <= 2
    assert len(encoder._texts.made) <= 5
    assert len(encoder._around_words) <= 5


def test_the_outline_of_one_question_is_not_taken_for_that_of_another():
    outlines = Outlines()
    for count in (1, 2, 3, 20, 2):
        for loop in ("k", "t"):
            for wrong in range(count):
                fields = [
                    FieldResult(
                        field=name,
                        step={loop: i},
                        status=Status.WRONG if i == wrong else Status.CORRECT,
                        score=0.0,
                        max_score=1.0,
                    )
                    for i in range(count)
                    for name in ("a", "b")
                ]
                trace = Trace(fields, outlines)
                assert trace.fields == ("a", "b")
                assert [[line.step[loop] for line in lines] for lines in trace.by_step] == [
                    [i, i] for i in range(count)
                ]
                (line,) = [line for line in trace.remarkable if line.field == "a"]
                assert trace.where([line]) == f"{loop} {wrong}"
    assert len(outlines._known) <= 8
