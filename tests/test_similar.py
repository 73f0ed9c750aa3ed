"""Who copied from whom: copies are found, and nobody who worked alone is pointed at."""

import json
import math
import random
import shutil
from dataclasses import replace

import numpy as np
import pytest
from shared import ROOT, practical_key, practical_plan, ready_key
from simulate import Rounding, Student

from grader.marking.mark import mark
from grader.marking.similar import similar_pairs
from grader.marking.unexplained import unexplained
from grader.reports.similar import similar_json, similar_text
from grader.schemas.similar import OddHandIn, OddLine
from grader.schemas.submission import Submission

ONLINE = practical_plan("online")
WAYS = {"output": "tanh", "hidden_delta": "exact", "delta_sign": "step"}


def odd_lines(answers):
    """Return what is odd in hand-ins: pairs of a student's id and an answer, or whole answers."""
    submissions = [
        Submission(student=student, answers=answer if "exercise1" in answer else {"exercise2": answer})
        for student, answer in answers
    ]
    marked = mark(practical_key(), submissions)
    return unexplained(practical_key(), submissions, marked, [f"{s.student}.json" for s in submissions])


def names(pairs):
    return {frozenset((pair.first.student, pair.second.student)) for pair in pairs}


def anywhere(draw, count):
    """Return some different lines of the trace."""
    every = [(t, line.field) for t in range(len(ONLINE.steps)) for line in ONLINE.lines]
    return draw.sample(every, count)


def miscalculated(draw):
    """Return an error in one number of a line: off by something that has nothing to do with the exercise."""
    off, place = draw.choice((-1, 1)) * draw.uniform(0.02, 0.9), draw.random()

    def err(value):
        value = np.array(value, dtype=float)
        value.flat[int(place * value.size)] += off
        return value

    return err


def from_a_menu(draw):
    """Return one of three errors, so that many in a class make the same one in the same place."""
    off = draw.choice((-0.3, 0.05, 0.7))
    return lambda value: value + off


def student(draw, error=miscalculated, errors=None, **more):
    """Return one of a class in which most work in the same way."""
    count = draw.choice((0, 0, 1, 1, 2, 3, 5)) if errors is None else errors
    ways = WAYS if draw.random() < 0.7 else {g: draw.choice(o) for g, o in ONLINE.choices.items()}
    return Student(
        ONLINE,
        ways,
        {"alpha": draw.choice((0.2, 0.2, 0.2, 0.1, 0.5))},
        Rounding(draw.choice((3, 4, 4, 4, 5, 6)), practice=draw.choice(("carry", "full"))),
        errors={place: error(draw) for place in anywhere(draw, count)},
        seed=draw.getrandbits(32),
        **more,
    )


def hopeless(draw):
    return student(draw, errors=draw.randrange(40, 132)).answer()


def many(error):
    draw = random.Random(1)
    return odd_lines([(f"s{i:03}", student(draw, error=error).answer()) for i in range(100)])


@pytest.fixture(scope="module")
def alone():
    """What is odd in the hand-ins of many who each work alone: classes are drawn from them."""
    return many(miscalculated)


@pytest.fixture(scope="module")
def alike():
    """The same of a class in which everybody errs in one of three ways."""
    return many(from_a_menu)


def pairs_in(class_, **how):
    return similar_pairs([own for own in class_ if own.lines], len(class_), **how)


@pytest.mark.parametrize("size", [8, 30, 100])
def test_nobody_of_classes_who_work_alone_is_shown(alone, alike, size):
    """At the figure of one in a hundred classes: none of 200 students, however they are put together."""
    draw = random.Random(size)
    for students in (alone, alike):
        assert not any(pairs_in(draw.sample(students, size)) for _ in range(400 // size))


def test_the_figure_is_no_smaller_than_how_often_it_happens(alone, alike):
    """Of classes who work alone at most a tenth may have a pair that one in ten would have."""
    draw = random.Random(5)
    for students in (alone, alike):
        shown = [bool(pairs_in(draw.sample(students, 40), at_least=1)) for _ in range(40)]
        assert sum(shown) <= 4


def test_the_hopeless_are_not_taken_for_each_other(alone):
    draw = random.Random(3)
    lost = odd_lines([(f"h{i}", hopeless(draw)) for i in range(6)])
    assert min(len(own.lines) for own in lost) > 20
    assert not pairs_in([*alone[:60], *lost])


@pytest.mark.parametrize(("errors", "found"), [(2, 0.75), (3, 0.9)])
@pytest.mark.parametrize("size", [20, 80])
def test_a_copy_with_some_errors_of_its_own_is_found(alone, errors, found, size):
    draw = random.Random(errors)
    originals = odd_lines([("original", student(draw, errors=errors).answer()) for _ in range(8)])
    hits = []
    for original in originals:
        other = replace(original, student="copy", file="copy.json")
        shown = names(pairs_in([*draw.sample(alone, size), original, other]))
        assert shown <= {frozenset(("original", "copy"))}
        hits.append(bool(shown))
    assert np.mean(hits) >= found


def test_a_ring_of_five_does_not_hide_itself(alone):
    draw = random.Random(8)
    (original,) = odd_lines([("r0", student(draw, errors=4).answer())])
    ring = [replace(original, student=f"r{i}", file=f"r{i}.json") for i in range(5)]
    assert len(names(pairs_in([*alone[:60], *ring]))) == 10


def test_a_copy_that_is_wrong_elsewhere_as_well_is_found(alone):
    """The same three errors, one's own arithmetic after them, and two errors more."""
    draw = random.Random(2)
    first = student(draw, errors=3)
    second = replace(first, errors=dict(first.errors) | {p: miscalculated(draw) for p in anywhere(draw, 2)})
    both = odd_lines([("first", first.answer()), ("second", second.answer())])
    (pair,) = pairs_in([*alone[:60], *both])
    assert (pair.first.student, pair.second.student) == ("first", "second")
    assert 2 <= pair.causes <= 3
    assert pair.one_in >= 100


def same(way, count, draw, **more):
    """Return some who do the same lines wrong, and differ in nothing."""
    return [(f"{way}{i}", replace(student(draw, errors=0), **more).answer()) for i in range(count)]


USUAL = {"choice": WAYS, "given": {"alpha": 0.2}, "rounding": Rounding(5)}


@pytest.mark.parametrize("count", [2, 4, 25])
def test_those_who_share_a_mistake_that_the_key_does_not_know_are_not_shown(alone, count):
    """However many they are: it has one cause, wherever it shows."""
    draw = random.Random(4)
    faults = {"Delta_W": "-alpha * outer(x, delta_i) * 1.7", "delta_out": "(z_out - y) * z_out"}
    own = odd_lines(same("m", count, draw, faults=faults, **USUAL))
    assert all(len(each.lines) > 10 for each in own)
    assert not pairs_in([*alone[:60], *own])


def test_those_who_share_a_mistake_of_the_key_have_nothing_odd():
    draw = random.Random(6)
    own = odd_lines(same("m", 3, draw, faults={"delta_out": "z_out - y"}, **USUAL))
    assert not any(each.lines for each in own)


def test_those_who_misread_a_label_share_one_cause(alone):
    """A label read wrongly shows in two fields, in every iteration."""
    draw = random.Random(7)
    wrong = {(t, "L"): lambda v: v + 0.4 for t in (2, 6, 10)}
    wrong |= {(t, "delta_out"): lambda v: v + 1.8 for t in (2, 6, 10)}
    own = odd_lines(same("m", 2, draw, errors=wrong, **USUAL))
    assert all(len(each.lines) >= 4 for each in own)
    assert not pairs_in([*alone[:60], *own])


def test_what_follows_from_a_shared_error_counts_once(alone):
    """An error carried on: all lines after it differ from the solution and are the student's own."""
    draw = random.Random(9)
    own = odd_lines(same("m", 2, draw, errors={(0, "s_out"): lambda v: v + 0.123}, **USUAL))
    assert {len(each.lines) for each in own} == {1}
    assert not pairs_in([*alone[:60], *own])


def test_those_who_copied_the_published_solution_are_not_shown(alone):
    """Its numbers, printed errors and all, put beside an own start that they do not follow from."""
    way = {"output": "relu", "hidden_delta": "published", "delta_sign": "step"}
    page = Student(ONLINE, way, {"alpha": 0.2}, Rounding(8)).answer()["steps"]
    for step in page:
        step["s_i"] = [0.111, 0.222, 0.333]
    own = odd_lines([(f"p{i}", {"method": "online", "steps": page}) for i in range(2)])
    for each in own:
        assert {line.field for line in each.lines} <= {"s_i", "z_i"}
    assert not pairs_in([*alone[:60], *own])


def test_wrong_formulas_count_by_their_trees():
    """However they are written; those with a reason (a factor missing) do not count."""
    odd = "(y_out - y_gt)^3 * f_3'(s_out) + W_2 * z_1 - 7"
    first, second, third = odd_lines(
        [
            ("a", {"exercise1": {"dL_dW_out": odd}}),
            ("b", {"exercise1": {"dL_dW_out": odd.replace("f_3", "f_{3}").replace("*", "\\cdot ")}}),
            ("c", {"exercise1": {"dL_dW_out": "(y_out - y_gt) * z_2"}}),
        ]
    )
    assert first.lines[0].written == second.lines[0].written
    assert not third.lines


@pytest.mark.parametrize(
    "formula",
    [
        "y_out * f_3'(s_out) + z_2",  # which does not depend on y_gt
        "(y_out - y_gt) * f_3'(s_out) * z_2 + 7",
        "(y_out - y_gt) * f_3'(s_1)^3 * z_1",
    ],
)
def test_what_a_formula_lacks_or_has_instead_does_not_explain_it(formula):
    (own,) = odd_lines([("a", {"exercise1": {"dL_dW_out": formula}})])
    assert [line.field for line in own.lines] == ["dL_dW_out"]


def test_two_attempts_of_one_group_file_are_no_pair():
    draw = random.Random(2)
    (original,) = odd_lines([("a", student(draw, errors=4).answer())])
    assert not similar_pairs([original, replace(original, student="b")], 30)
    assert similar_pairs([original, replace(original, student="b", file="b.json")], 30)


def test_the_work_grows_with_what_is_odd_and_not_with_pairs():
    """50,000 hand-ins with one odd line each, no two alike, are a thousand million pairs."""
    draw = random.Random(1)
    (original,) = odd_lines([("a", student(draw, errors=1).answer())])
    line = original.lines[0]
    many = [
        replace(original, student=f"s{i}", file=f"{i}.json", lines=(replace(line, written=(float(i),)),))
        for i in range(50_000)
    ]
    assert not similar_pairs(many, len(many))


def test_a_report_is_a_reason_to_look_and_accuses_nobody(alone):
    draw = random.Random(2)
    (original,) = odd_lines([("a\u200b[red]", student(draw, errors=4).answer())])
    pairs = pairs_in([*alone[:30], original, replace(original, student="b", file="b.json")])
    text = "".join(similar_text(pairs, 32, 80))
    assert "a reason to look and to ask, and no finding" in " ".join(text.split())
    for word in ("cheat", "plagiar", "copied", "guilt", "fraud", "\u200b"):
        assert word not in text
    assert max(map(len, text.split("\n"))) <= 80
    (pair,) = json.loads(similar_json(pairs, 32))["pairs"]
    assert pair["one_in"] >= 100
    assert all(each["written"][0] == each["written"][1] for each in pair["shared"])
    assert "Nothing odd" in "".join(similar_text([], 32, 80))


def test_a_misprint_of_the_published_solution_is_explained():
    """Copied, it is wrong and no one's own; without the printed table it would be odd."""
    text = (ROOT / "answer_keys" / "newton.toml").read_text(encoding="utf-8")
    text = text.replace('x = "0.909672693736"', 'x = "0.912345678901"')
    assert "0.912345678901" in text
    steps = [{"step": i, "x": x} for i, x in enumerate(["1.112141637097", "0.912345678901"])]
    page = Submission(student="a", answers={"newton_root": {"steps": steps}})
    for key, odd in ((text, 0), (text.partition("[question.published]")[0], 1)):
        prepared = ready_key(key)
        (own,) = unexplained(prepared, [page], mark(prepared, [page]), ["a.json"])
        assert len(own.lines) == odd


def test_a_copy_of_a_hopeless_page_is_found(alone):
    draw = random.Random(12)
    (original,) = odd_lines([("original", student(draw, errors=110).answer())])
    other = replace(original, student="copy", file="copy.json")
    assert names(pairs_in([*alone, original, other])) == {frozenset(("original", "copy"))}


@pytest.mark.parametrize("count", [2, 6])
def test_those_who_take_other_labels_share_one_way(alone, count):
    """2.35 where 1 stands, which is not misread: wrong in two fields, for two samples, in all iterations."""
    draw = random.Random(13)
    relabel = "z_out - (1.675 * y + 0.675)"
    faults = {"L": f"({relabel})^2 / 2", "delta_out": f"({relabel}) * (1 - z_out^2)"}
    own = odd_lines(same("m", count, draw, faults=faults, **USUAL))
    assert all(len(each.lines) >= 6 for each in own)
    assert not pairs_in([*alone[:30], *own])


def test_a_third_who_wrote_one_of_the_numbers_makes_it_no_less_likely(alone):
    """One odd number that somebody else of the class has too is not theirs alone."""
    draw = random.Random(2)
    (original,) = odd_lines([("original", student(draw, errors=3).answer())])
    copy = replace(original, student="copy", file="copy.json")
    third = replace(original, student="third", file="third.json", lines=original.lines[:1])
    pairs = {}
    for name, others in (("two", []), ("three", [third])):
        (pairs[name],) = pairs_in([*alone[:60], original, copy, *others], at_least=0)
    assert {pairs["three"].first.student, pairs["three"].second.student} == {"original", "copy"}
    assert 1 < pairs["three"].one_in <= pairs["two"].one_in


def test_formulas_of_one_question_have_one_cause_and_long_ones_are_less_likely():
    """A letter that is read wrongly is wrong in all of them."""
    odd = {"dL_dW_out": "(y_out - y_gt)^3 * f_3'(s_out) + W_2 * z_1 - 7", "dL_dW_2": "z_1 + 3"}
    first, second = odd_lines([(name, {"exercise1": odd}) for name in ("a", "b")])
    long, short = first.lines
    assert (long.chance, short.chance) == (0.1, 0.5)
    assert long.sources == short.sources == {"exercise1"}
    assert not similar_pairs([first, second], 2, at_least=0)
    apart = [
        replace(own, lines=(own.lines[0], replace(own.lines[1], question="exercise2", sources=frozenset())))
        for own in (first, second)
    ]
    assert similar_pairs(apart, 2, at_least=0)


def test_a_number_beside_a_line_in_another_form_is_looked_at_by_every_accepted_way():
    """No way has a value in the place of another form: that explains nothing, and stops nothing."""
    text = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 1
    start = { u = [0.3171, 0.4242] }
    [question.method.m]
    loop.step = 1
    equations.a = "k * u"
    equations.b = "u + 1"
    forms.a.sum = "sum(k * u)"
    [question.choice.c]
    two = { k = "2" }
    three = { k = "3" }
    """
    prepared = ready_key(text)
    own = {"step": 0, "a": "1.4826", "b": ["1.3171", "7.9393"]}  # a is 2 * (0.3171 + 0.4242)
    page = Submission(student="a", answers={"q": {"steps": [own]}})
    (odd,) = unexplained(prepared, [page], mark(prepared, [page]), ["a.json"])
    assert [(line.field, line.components) for line in odd.lines] == [("b", "second component")]


def test_printed_vectors_are_explained_and_printed_steps_that_do_not_count_are_passed_over():
    text = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 1
    start = { u = [0.3, 0.4] }
    [question.method.m]
    loop.step = 1
    equations.a = "2 * u"
    equations.b = "3 * u"
    [[question.published.steps]]
    step = 0
    a = ["0.61234", "8.7654e-1"]
    """
    prepared = ready_key(text)
    own = {"step": 0, "a": [0.61234, 0.87654], "b": [0.91234, 1.2]}
    page = Submission(student="a", answers={"q": {"steps": [own]}})
    (odd,) = unexplained(prepared, [page], mark(prepared, [page]), ["a.json"])
    assert [(line.field, line.components) for line in odd.lines] == [("b", "first component")]


@pytest.mark.parametrize(
    ("written", "wrong", "throughout"),
    [(1, 1, False), (6, 1, False), (3, 2, True), (4, 2, False), (9, 3, True)],
)
def test_a_field_is_wrong_again_and_again_where_most_of_it_is_or_three_steps_are(written, wrong, throughout):
    """Once is never a way of one's own, though it be all that is handed in."""
    text = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 1
    start = { u = 0.3171 }
    [question.method.m]
    loop.step = 10
    equations.a = "(step + 1) * u"
    """
    prepared = ready_key(text)
    numbers = ["7.7313", "9.1379", "6.3719"]
    steps = [{"step": t, "a": f"{(t + 1) * 0.3171:.4f}"} for t in range(written)]
    for step, number in zip(steps[:wrong], numbers, strict=False):
        step["a"] = number
    page = Submission(student="a", answers={"q": {"steps": steps}})
    (odd,) = unexplained(prepared, [page], mark(prepared, [page]), ["a.json"])
    assert [line.throughout for line in odd.lines] == [throughout] * wrong


def test_a_hand_in_that_cannot_be_read_is_named(run, tmp_path):
    (tmp_path / "torn.json").write_text('{"student": "torn", "answers": {', encoding="utf-8")
    (tmp_path / "else.json").write_text(
        '{"student": "e", "assignment": "no", "answers": {}}', encoding="utf-8"
    )
    shutil.copy(ROOT / "submissions" / "ben.json", tmp_path)
    done = run("similar", tmp_path, "--key", ROOT / "answer_keys" / "practical1.toml")
    assert done.code == 0
    assert f"{tmp_path}/torn.json: Line 1, " in done.err
    assert f"{tmp_path}/else.json: assignment: there is no answer key for 'no'" in done.err
    assert "ben.json" not in done.err


def test_a_formula_that_cannot_be_read_has_nothing_odd():
    (own,) = odd_lines([("a", {"exercise1": {"dL_dW_out": "(y_out - ", "dL_dW_2": "W_9 + 1"}})])
    assert not own.lines


def two_alike(chance, lines=2):
    """Return two hand-ins that share some lines, each of its own cause, and the same of nobody else."""
    odd = tuple(
        OddLine("q", "m", f"f{i}", (("k", i),), (0.5,), "0.5", "0.1", chance, steps=40, fields=5)
        for i in range(lines)
    )
    return [OddHandIn(student, f"{student}.json", odd) for student in ("one", "other")]


@pytest.mark.parametrize("chance", 0.02 * 10.0 ** -np.linspace(0, 1, 7))
def test_a_class_has_as_many_chances_as_pairs(chance):
    """A class of two has one pair, one of five has ten: what is shown is a tenth then, whatever it is."""
    figure = {
        size: similar_pairs(two_alike(chance), size, at_least=0)[0].one_in for size in (2, 5, 15, 46, 200)
    }
    assert 1 < figure[2] < 10**12
    assert figure[2] == 10 * figure[5]
    for size, shown in figure.items():
        decades = math.log10(math.comb(size, 2))
        assert math.floor(decades) <= math.log10(figure[2] / shown) <= math.ceil(decades)


def test_the_rarer_what_is_shared_and_the_more_of_it_the_less_likely():
    figures = [
        similar_pairs(two_alike(chance, lines), 30, at_least=0)[0].one_in
        for chance, lines in ((0.1, 2), (0.01, 2), (0.01, 3), (0.01, 4))
    ]
    assert figures == sorted(figures)
    assert figures[0] < figures[-1] / 100
    assert not similar_pairs(two_alike(0.001, 1), 30, at_least=0)


def besides(count, **changes):
    """Return others of a class: pairs that share one line each, every pair another one, and no cause more."""
    line = two_alike(0.02)[0].lines[0]
    return [
        OddHandIn(f"{i}", f"{i}.json", (replace(line, step=(("k", i // 2),), written=(i // 2,), **changes),))
        for i in range(count)
    ]


def figure_of(class_, size=14):
    """Return how unlikely the only pair of a class is."""
    (pair,) = similar_pairs(class_, size, at_least=0)
    return pair.one_in


def test_the_more_of_a_class_agree_by_chance_the_less_it_says_that_two_do():
    """In a class of 14 two are just few enough for it; who errs in something else says nothing."""
    two = two_alike(1e-6, lines=4)
    alone = figure_of(two)
    agreeing = besides(12, field="f0")
    apart = [
        replace(own, lines=tuple(replace(line, written=(own.student,)) for line in own.lines))
        for own in agreeing
    ]
    assert figure_of([*two, *agreeing]) < figure_of([*two, *apart])
    for elsewhere in ({"question": "r"}, {"method": "n"}):
        assert figure_of([*two, *besides(12, **elsewhere)]) == alone


@pytest.mark.parametrize(
    ("one", "other", "causes"),
    [
        ({"inputs": b"x"}, {"inputs": b"x"}, 1),
        ({"inputs": b"x"}, {"inputs": b"y"}, 2),
        ({}, {}, 2),
        ({"sources": frozenset("ab")}, {"sources": frozenset("bc"), "step": (("k", 0),)}, 1),
        ({"sources": frozenset("ab")}, {"sources": frozenset("bc")}, 2),  # in another step
        ({"sources": frozenset("a")}, {"sources": frozenset("c"), "step": (("k", 0),)}, 2),
        ({"throughout": True}, {"field": "f0"}, 1),
        ({}, {"field": "f0"}, 2),
        ({"throughout": True, "sources": frozenset("a")}, {"sources": frozenset("a")}, 1),
        ({"inputs": b"x", "throughout": True}, {"inputs": b"x", "throughout": True}, 2),
        ({"inputs": b"x"}, {"inputs": b"x", "question": "r"}, 2),
    ],
)
def test_what_may_have_one_cause_counts_once(one, other, causes):
    """Same inputs, the same given values in a step, one field again and again; never two questions."""
    first, second = two_alike(0.001)
    lines = replace(first.lines[0], **one), replace(first.lines[1], **other)
    pairs = similar_pairs([replace(own, lines=lines) for own in (first, second)], 2, at_least=0)
    assert [pair.causes for pair in pairs] == ([2] if causes == 2 else [])


@pytest.mark.parametrize(
    ("written", "odd"),
    [
        ("0.612", False),
        ("0.61234", False),
        ("0.6118", False),
        ("0.62", True),
        ("0.6129", True),
        ("0.6131", True),
        ("0.69", True),
    ],
)
def test_a_printed_number_explains_what_may_have_been_rounded_to_it(written, odd):
    """0.612 in print is anything from 0.6115 to 0.6125."""
    text = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 1
    start = { u = 0.3 }
    [question.method.m]
    loop.step = 1
    equations.a = "1.7 * u + 0.02"
    [[question.published.steps]]
    step = 0
    a = "0.612"
    """
    prepared = ready_key(text)
    page = Submission(student="a", answers={"q": {"steps": [{"step": 0, "a": written}]}})
    (found,) = unexplained(prepared, [page], mark(prepared, [page]), ["a.json"])
    assert bool(found.lines) == odd


@pytest.mark.parametrize(("written", "odd"), [("0.6842", ["a"]), ("-0.6342", []), ("6.342", [])])
def test_a_slip_is_odd_where_the_number_does_not_tell_which(written, odd):
    """Many lose a sign or a point; that two make the same 8 of the same 3 is not likely."""
    text = """
    id = "k"
    [[question]]
    id = "q"
    kind = "trace"
    points = 1
    start = { u = 0.3171 }
    [question.method.m]
    loop.step = 1
    equations.a = "2 * u"
    equations.b = "3 * a + 1"
    """
    prepared = ready_key(text)
    page = Submission(student="a", answers={"q": {"steps": [{"step": 0, "a": written, "b": "2.9026"}]}})
    marked = mark(prepared, [page])
    assert [field.status for field in marked[0].result("a.json").questions[0].fields] == ["slip", "correct"]
    found = unexplained(prepared, [page], marked, ["a.json"])
    assert [line.field for hand_in in found for line in hand_in.lines] == odd
