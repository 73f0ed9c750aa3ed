"""An exercise without steps: how it is handed in, what is asked for, and what is said of what follows.

The numbers are those of "One-way analysis of variance" (Wikipedia): groups of six with means 5, 9 and 10,
sums of squares 84 between and 68 within, F = 42 / 4.53 = 9.26.
"""

import json

import pytest
from shared import ready_key
from written import student_page

from grader.marking.mark import mark
from grader.schemas.submission import Submission
from grader.solver.blank import make_form
from grader.solver.handout import handout, template_json

KEY = """
id = "anova"
[[question]]
id = "table"
kind = "trace"
points = 8
[question.start]
a = [6, 8, 4, 5, 3, 4]
b = [8, 12, 9, 11, 6, 8]
c = [13, 9, 11, 8, 7, 12]
[question.weights]
means = 0
[question.method.by_hand.equations]
means = "[mean(a), mean(b), mean(c)]"
grand = "mean(means)"
SS_B  = "6 * sum((means - grand)^2)"
df_B  = "2"
MS_B  = "SS_B / df_B"
SS_W  = "sum((a - means[0])^2) + sum((b - means[1])^2) + sum((c - means[2])^2)"
df_W  = "15"
MS_W  = "SS_W / df_W"
F     = "MS_B / MS_W"
"""
RIGHT = {"grand": 8, "SS_B": 84, "df_B": 2, "MS_B": 42, "SS_W": 68, "df_W": 15, "MS_W": "4.53", "F": "9.26"}
OTHER_DEGREES = RIGHT | {"df_B": 3, "MS_B": 28, "df_W": 18, "MS_W": "3.78", "F": "7.41"}


def marked(answer):
    return mark(ready_key(KEY), [Submission(student="s", answers={"table": answer})])[0].result("s.json")


@pytest.mark.parametrize("lines", [RIGHT, OTHER_DEGREES, RIGHT | {"SS_B": "x", "remark": 1}])
def test_its_lines_may_stand_by_themselves(lines):
    result = marked(lines)
    assert result.questions == marked({"steps": [lines]}).questions
    assert ("unknown key 'remark'" in str(result.problems)) == ("remark" in lines)


def test_what_follows_is_told_from_what_is_right():
    page = student_page(marked(OTHER_DEGREES))
    said = "Right: grand, SS_B and SS_W. MS_B, MS_W and F differ from the solution, but follow from your own"
    assert said in page.replace("\\_", "_")


def test_what_is_just_a_number_in_the_key_is_no_equation():
    said = {field.field: field.message for field in marked(OTHER_DEGREES).questions[0].fields}
    assert said["df_B"] == "you wrote 3, but df_B is 2"


def test_what_weighs_nothing_is_not_asked_for():
    ready = ready_key(KEY)
    (step,) = json.loads(template_json(ready.key))["answers"]["table"]["steps"]
    (question,) = make_form(ready.key, ready.plans).questions
    assert list(step) == [field.name for field in question.methods[0].fields] == list(RIGHT)
    assert "means" not in handout(ready.key, ready.plans, "For you.", {})
    assert "All 8 parts are right" in student_page(marked(RIGHT)).replace("\\_", "_")


def test_what_weighs_nothing_is_read_where_it_is_there():
    fields = {
        field.field: field for field in marked({"means": [5, 9.5, 10], "grand": "8.17"}).questions[0].fields
    }
    assert (fields["means"].status, fields["means"].max_score) == ("wrong", 0)
    assert fields["grand"].status == "follows"
