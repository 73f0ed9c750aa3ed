"""What finding and reading hand-ins promises, first of all that no file of a student stops the others."""

import ast
import errno
import json
import math
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError
from shared import HOSTILE, ROOT

from grader.exchange import HandIn, Skipped, Unreadable, read, read_all
from grader.exchange.findings.handin import shown
from grader.exchange.findings.wording import step_into
from grader.exchange.handins import dropped
from grader.exchange.handins.find import EXPECTED, find
from grader.exchange.handins.parse import parse
from grader.exchange.handins.read import LIMIT
from grader.schemas.faults import Problem, UsageFault
from grader.schemas.submission import Submission

STEP = {"iteration": 0, "sample": 0, "s_out": 0.1, "W": [[0.6, 0.7], [0.1, 0.4]], "L": "0.40"}


def submission(student="s1", **more):
    return {
        "assignment": "practical1",
        "student": student,
        "answers": {"exercise2": {"steps": [STEP]}},
        **more,
    }


def hand_in(folder, student, name=None):
    path = folder / f"{name or student}.json"
    path.write_text(json.dumps(submission(student)), encoding="utf-8")
    return path


def one(data, file="x.json"):
    """Parse one object given as text, bytes or a value."""
    if not isinstance(data, str | bytes):
        data = json.dumps(data)
    return parse(file, data.encode() if isinstance(data, str) else data)


def texts(finding):
    return [problem.text for problem in finding.problems]


def fault(data):
    """Return the one sentence about something that cannot be marked."""
    finding = one(data)
    assert isinstance(finding, Unreadable), finding
    (text,) = texts(finding)
    assert_speakable(text)
    return text


def assert_speakable(text):
    assert text.isprintable(), text
    assert text.endswith("."), text
    assert not any(word in text for word in ("pydantic", "Submission", "http", "dict", "NoneType")), text


def students(findings):
    return [finding.submission.student for finding in findings if isinstance(finding, HandIn)]


def of_kind(kind, findings):
    return {Path(finding.file).name: finding for finding in findings if isinstance(finding, kind)}


# --- one object ---------------------------------------------------------------------------------------------


def test_a_plain_hand_in_is_read_as_it_stands():
    finding = one(submission("0012345"), "a/0012345.json")
    assert finding == HandIn("a/0012345.json", Submission(**submission("0012345")))
    assert finding.submission.answers["exercise2"]["steps"] == [STEP]
    assert finding.problems == ()


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_byte_order_mark_and_line_ends_change_nothing(before, newline):
    data = json.dumps(submission(), indent=1).encode().replace(b"\n", newline)
    assert one(before + data) == one(data) == HandIn("x.json", Submission(**submission()))


def test_null_is_the_same_as_absent():
    assert one('{"student": "s", "answers": null, "assignment": null, "$schema": null}') == one(
        '{"student": "s"}'
    )


def test_what_is_there_for_the_editor_costs_nothing():
    assert isinstance(one({"student": "s", "$schema": 5}), HandIn)


@pytest.mark.parametrize("empty", ["", "\ufeff", " \n\t"])
def test_an_empty_file_is_called_empty(empty):
    assert fault(empty).startswith("Empty: ")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("hello", (1, 1), ["found 'hello'"]),
        ('{"student": "s", // me\n"answers": {}}', (1, 18), ["no comments"]),
        ('{"student": "s", /* me */ "answers": {}}', (1, 18), ["no comments"]),
        ("{'student': 's'}", (1, 2), ["double quotes"]),
        ("{\"student\": 's'}", (1, 13), ["double quotes"]),
        ("{“student”: “s”}", (1, 2), ["straight double quotes"]),
        ('{"student": "s"}}', (1, 17), ["nothing more after the object", "a closing bracket too many"]),
        ('{"student": "s"}\n{"student": "t"}', (2, 1), ["nothing more after the object", ".jsonl"]),
        ('{"student": "s", "answers": {"a": 1', (1, 36), ["found the end", "cut off"]),
        ('{"student": "s", "answers": {"a": "x', (1, 35), ["closing double quote", "cut off"]),
        ('{"student": "s", ', (1, 18), ["cut off"]),
        ('{"student": 0012345}', (1, 14), ["leading zeros", "in quotes"]),
        ('{"student": "s", "answers": {"a": "\\delta"}}', (1, 36), ["backslash is written twice"]),
        ('{"student": "s", "answers": {"a": "\\u12"}}', (1, 37), ["four hexadecimal digits"]),
        ('{"student": "s", "answers": {"a": True}}', (1, 35), ["true, false and null"]),
        ('{"student": "s", "answers": {"a": .5}}', (1, 35), ["as in 0.5"]),
        ('{"student": "s", "answers": {"a": 0,5}}', (1, 37), ["with a point"]),
        ('{"student": "s", "answers": {"a": "x\ny"}}', (1, 37), ["line break"]),
        ('{"student": "s" "answers": {}}', (1, 17), ["a comma or a closing bracket was expected"]),
        ('{"student" "s"}', (1, 12), ["a colon was expected"]),
    ],
)
def test_bad_json_is_told_with_its_place_and_a_hint(text, place, words):
    said = fault(text)
    assert said.startswith("Line {}, column {}: ".format(*place))
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ('{"student": "s",\n "answers": {"a": 1,\n}}', ["Line 2, column 20: ", "Line 3, column 1: "]),
        ('{"student": "s", "answers": {"a": [1, 2, ]}}', ["Line 1, column 40: ", "Line 1, column 42: "]),
    ],
)
def test_a_comma_too_many_is_told_at_it_or_after_it(text, places):
    """Python's parser stops at the comma since 3.13, before that behind it."""
    said = fault(text)
    assert said.startswith(tuple(places))
    assert "no comma stands after the last entry" in said


def test_text_that_is_not_utf8_is_told_with_its_byte():
    data = b'{"assignment":"practical1","student":"J\xf6rg","answers":{}}'
    assert "not UTF-8: byte 0xf6 at offset 39." in fault(data)
    assert "looks like UTF-16" in fault(json.dumps(submission()).encode("utf-16"))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, "null"),
        (1, "the number 1"),
        (True, "true"),
        ("a\x07", r"the text 'a\x07'"),
        ([submission()], "a list; several"),
    ],
)
def test_something_else_than_an_object_is_named(value, found):
    assert f"found {found}" in fault(json.dumps(value))


def test_deep_nesting_is_told_however_it_is_noticed():
    for levels in (250, 100_000):
        for end in ("1", r'"\ud800"'):
            text = '{"student": "s", "answers": {"a": ' + "[" * levels + end + "]" * levels + "}}"
            assert "Nested too deeply: at most 200" in fault(text)
    for end in ("1", r'"\ud800"'):
        assert isinstance(
            one('{"student": "s", "answers": {"a": ' + "[" * 150 + end + "]" * 150 + "}}"), HandIn
        )


@pytest.mark.parametrize(
    ("given_as", "said"),
    [
        ("12345", "found the number 12345; put it in quotes"),
        ("null", "found null"),
        ("true", "found true"),
        ('["a", "b"]', "found a list"),
        ("{}", "found an object"),
        ('""', "found an empty text"),
        ('"  "', "a visible character"),
        (r'"a\u0000b"', r"found the text 'a\x00b'; it must have"),
        (r'"a\tb"', r"'a\tb'"),
        (r'"a\u202eb"', r"'a\u202eb'"),
        (f'"{"a" * 501}"', "of 501 characters; at most 500"),
        ("9" * 5000, "found the number inf"),
    ],
)
def test_a_student_that_is_no_proper_text_is_told_what_to_write(given_as, said):
    text = fault(f'{{"student": {given_as}, "answers": {{}}}}')
    assert text.startswith('"student": a text such as "0012345" was expected, found ')
    assert said in text


def test_a_student_who_is_missing_is_looked_for_under_a_similar_name():
    assert "found nothing." in fault({"answers": {}})
    assert "found nothing; is 'Student' meant to be it." in fault({"Student": "s", "answers": {}})


def test_wrong_answers_are_told_and_the_student_is_still_known():
    finding = one({"student": "s1", "answers": [1], "assignment": 3})
    assert finding.student == "s1"
    assert sorted(text.split(":")[0] for text in texts(finding)) == ['"answers"', '"assignment"']
    assert all(problem.grave for problem in finding.problems)
    assert one({"student": 5, "answers": [1]}).student is None


def test_unknown_keys_are_named_and_change_nothing_else():
    finding = one(submission(anwsers={}, tolerance=1e9))
    assert finding.submission.answers == submission()["answers"]
    assert finding.problems == (
        Problem(
            """Unknown key 'anwsers' at the top level was not read; "answers" was probably meant.""",
            grave=False,
        ),
        Problem(
            "Unknown key 'tolerance' at the top level was not read; "
            "known keys are $schema, assignment, student, group, answers.",
            grave=False,
        ),
    )


def test_answers_beside_answers_are_told_where_they_stand():
    finding = one({"student": "s1", "exercise1": {"dL_dW_out": "x"}})
    assert texts(finding) == [
        """Unknown key 'exercise1' at the top level was not read; answers stand in "answers"."""
    ]


def test_a_file_full_of_unknown_keys_does_not_fill_the_report():
    finding = one(submission(**{f"k{n}": n for n in range(5000)}))
    assert len(finding.problems) == 11
    assert "4990 more" in texts(finding)[-1]


def test_lone_surrogates_become_visible_text_in_values_and_keys():
    finding = one(r'{"student": "s1", "answers": {"no\udc00te": ["\ud800", "\ud83d\ude00", "\\ud800"]}}')
    assert finding.submission.answers == {r"no\udc00te": [r"\ud800", "😀", r"\ud800"]}
    json.dumps(finding.submission.answers, ensure_ascii=False).encode()


@pytest.mark.parametrize("surrogate", ["", r', "note": "\ud800"'])
def test_numbers_that_are_none_stay_for_others_to_judge(surrogate):
    numbers = f"[NaN, Infinity, -Infinity, 1e999, {'9' * 310}, {'9' * 5000}, -{'9' * 5000}]"
    nan, *rest = one(f'{{"student": "s", "answers": {{"a": {numbers}{surrogate}}}}}').submission.answers["a"]
    assert math.isnan(nan)
    assert rest == [math.inf, -math.inf, math.inf, int("9" * 310), math.inf, -math.inf]


@pytest.mark.parametrize("name", ["grader/results/v1", "grader/results/v9"])
@pytest.mark.parametrize("more", [{"results": []}, {"student": "s"}])
def test_our_own_results_are_no_submission(name, more):
    assert one({"schema": name, **more}) == Skipped("x.json", "grader's own results")


def test_an_entry_of_our_own_results_is_no_submission():
    entry = {"student": "s", "file": "s.json", "score": 0.0, "questions": []}
    assert isinstance(one(entry), Skipped)
    assert isinstance(one({**entry, "student": None}), Skipped)
    assert isinstance(one({**entry, "answers": {"a": 1}}), HandIn)


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_running_out_of_memory_or_stack_costs_one_hand_in(monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(Submission, "model_validate_json", fail)
    assert isinstance(one(submission()), Unreadable)


def test_no_memory_for_the_bytes_costs_one_file(tmp_path, monkeypatch):
    def fail(*_):
        raise MemoryError

    path = hand_in(tmp_path, "alice")
    monkeypatch.setattr(os, "read", fail)
    assert isinstance(next(read(path)), Unreadable)


TREES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(["student", "answers", "assignment", "$schema", "schema"]) | st.text(), TREES
    )
)
def test_any_json_is_read_or_refused_in_one_printable_line(value):
    for problem in getattr(one(value), "problems", ()):
        assert_speakable(problem.text)


@given(st.data())
def test_any_damage_is_told_in_one_printable_line(data):
    text = bytearray(json.dumps(submission(note="é\\")).encode())
    for place in data.draw(st.lists(st.integers(0, len(text) - 1), max_size=3)):
        text[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    for problem in getattr(one(bytes(text)), "problems", ()):
        assert_speakable(problem.text)


# --- keys that stand twice ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "student"),
    [
        ('{"student": "s1", "student": "s2"}', "student", None),
        (r'{"student": "s1", "stud\u0065nt": "s1"}', "student", None),
        ('{"student": "s1", "answers": {}, "answers": {}}', "answers", "s1"),
        ('{"student": "s1", "odd": 1, "odd": 2}', "odd", "s1"),
        (
            '{"student": "s1", "answers": {"exercise2": {"steps": [{}, {}, {}, {"s_i": [1], "s_i": [2]}]}}}',
            "answers.exercise2.steps[3].s_i",
            "s1",
        ),
        (
            '{"student": "s1", "answers": {"a": {"b": {"c": [[{"d": 1, "d": 1}]]}}}}',
            "answers.a.b.c[0][0].d",
            "s1",
        ),
        ('{"student": "s1", "answers": {"a b": {"\\n": 1, "\\n": 1}}}', r"answers['a b']['\n']", "s1"),
        # what hides the second key from a careless count
        (r'{"student": "s1", "answers": {"a": 1, "a": "\u003a"}}', "answers.a", "s1"),
        (r'{"student": "s1", "answers": {"a": [{"b": 1, "b": 1}, "x"]}}', "answers.a[0].b", "s1"),
        ('{"student": "s1", "schema_": 1, "$schema": 2, "answers": {"a": 1, "a": 2}}', "answers.a", "s1"),
    ],
)
def test_a_key_that_stands_twice_is_refused_with_its_place(text, place, student):
    assert fault(text) == f"{place}: a key was expected once, found more than once."
    assert one(text).student == student


def test_of_very_many_repeated_keys_some_are_named():
    finding = one('{"student": "s", "answers": {"a": [' + ",".join(['{"b": 1, "b": 1}'] * 5000) + "]}}")
    assert len(finding.problems) == 11
    assert "4990 more" in texts(finding)[-1]


def test_the_place_of_a_key_stays_short():
    place = ""
    for _ in range(100):
        place = step_into(place, "abcdefgh")
    assert len(place) < 130
    assert place.startswith("abcdefgh.abcdefgh.")
    assert place.endswith(".abcdefgh")


def test_an_ordinary_hand_in_is_proven_by_the_count():
    """If this fails, all hand-ins are still read rightly, but some ten times slower."""
    answers = {
        "exercise1": {"dL_dw": "(y_out - y_gt) * f_3'(s_out)"},
        "exercise2": {"method": "online", "given": {"alpha": 0.2}, "steps": [STEP] * 12},
        "exercise3": {"purpose": "In short: it scales.", "dL_do_j": r"\delta_j: see above"},
    }
    data = json.dumps({"assignment": "practical1", "student": "s", "answers": answers, "odd": 1}).encode()
    assert dropped.surely_none(dropped.written_colons(data), Submission.model_validate_json(data))


KEYS = st.sampled_from(["a", "b", ":", "a:b", '"', "\\", "é", "student", "answers"])
VALUES = st.recursive(
    st.sampled_from([0, -1.5, True, None, "", ":", "::", "a: b", '":"', "\\u003a", "\\", "\n"]),
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(KEYS, inner), max_size=4).map(tuple),
    max_leaves=10,
)


@st.composite
def json_texts(draw):
    """Write a hand-in in which any object may have a key twice, with odd spaces and escapes."""

    def space():
        return draw(st.sampled_from(["", "", " ", "\n\t"]))

    def string(text):
        written = json.dumps(text, ensure_ascii=draw(st.booleans()))
        return written.replace(":", draw(st.sampled_from([":", ":", r"\u003a", r"\u003A"])))

    def write(value):
        if isinstance(value, tuple):  # the pairs of an object
            pairs = [f"{string(key)}{space()}:{space()}{write(item)}" for key, item in value]
            return "{" + f"{space()},".join(pairs) + "}"
        if isinstance(value, list):
            return "[" + ",".join(write(item) + space() for item in value) + "]"
        return string(value) if isinstance(value, str) else json.dumps(value)

    answers = ("answers", draw(st.lists(st.tuples(KEYS, VALUES), max_size=4).map(tuple)))
    pairs = [("student", "s"), answers, *draw(st.lists(st.tuples(KEYS, VALUES), max_size=2))]
    return write(tuple(pairs))


def has_a_key_twice(text):
    """Find out by the plainest means."""
    found = []

    def pairs(items):
        found.append(len({key for key, _ in items}) < len(items))
        return dict(items)

    json.loads(text, object_pairs_hook=pairs)
    return any(found)


@given(json_texts())
@example(r'{"student":"s","answers":{"a":1,"a":"\u003a"}}')
@example(r'{"student":"s","answers":{"a:":1,"a:":2}}')
def test_the_count_never_proves_what_is_not_so(text):
    data = text.encode()
    twice = has_a_key_twice(text)
    try:
        parsed = Submission.model_validate_json(data)
    except ValidationError:
        parsed = None
    if parsed is not None and dropped.surely_none(dropped.written_colons(data), parsed):
        assert not twice
    _, repeated = dropped.load(text)
    assert bool(repeated.places) == bool(repeated.number) == twice
    if twice:
        assert all("more than once" in problem for problem in texts(one(text)))


# --- files --------------------------------------------------------------------------------------------------


def test_a_file_may_be_as_large_as_the_limit_and_no_larger(tmp_path):
    path = tmp_path / "x.json"
    frame = len(json.dumps(submission("")))
    path.write_text(json.dumps(submission("s")) + " " * (LIMIT - frame - 1), encoding="utf-8")
    assert path.stat().st_size == LIMIT
    assert students(read(path)) == ["s"]
    with path.open("a") as file:
        file.write(" ")
    (finding,) = read(path)
    assert texts(finding) == [
        "Too large: at most 1,048,576 bytes (1 MB) were expected, found 1,048,577 bytes."
    ]


def test_earlier_results_are_told_even_if_they_are_too_large_to_read(tmp_path):
    path = tmp_path / "results.json"
    path.write_text('{\n  "schema": "grader/results/v1", "results": []' + " " * LIMIT + "}", encoding="utf-8")
    assert list(read(path)) == [Skipped(str(path), "grader's own results")]


def test_a_file_that_grows_while_it_is_read_is_not_read_in_part(tmp_path, monkeypatch):
    path = hand_in(tmp_path, "alice")
    really = os.fstat

    def earlier(handle):
        before = really(handle)
        with path.open("a") as file:
            file.write(" ")
        return before

    monkeypatch.setattr(os, "fstat", earlier)
    (finding,) = read(path)
    assert texts(finding)[0].startswith("Changed while it was read")


def test_a_file_that_is_gone_by_now_is_told(tmp_path):
    (finding,) = read(tmp_path / "gone.json")
    assert texts(finding) == ["Cannot be opened: No such file or directory."]
    (finding,) = read(tmp_path / "gone.jsonl")
    assert texts(finding) == ["Cannot be opened: No such file or directory."]


def test_lines_are_read_one_by_one_and_a_bad_one_stops_no_other(tmp_path):
    path = tmp_path / "class.JSONL"
    lines = [
        b"\xef\xbb\xbf" + json.dumps(submission("a")).encode(),
        b"",
        b"  \r",
        b'{"student": b}',
        b'{"student": "' + b"x" * (3 * LIMIT) + b'"}',
        b'{"student": "\xf6"}',
        json.dumps(submission("c")).encode() + b"\r",
        b'{"student": "d", "student": "d"}',
        json.dumps(submission("e")).encode(),
    ]
    path.write_bytes(b"\n".join(lines))
    findings = list(read(path))
    assert [finding.file for finding in findings] == [f"{path}:{n}" for n in (1, 4, 5, 6, 7, 8, 9)]
    assert students(findings) == ["a", "c", "e"]
    assert texts(findings[1])[0].startswith("Line 4, column 13: ")
    assert texts(findings[2])[0].startswith("Too large: ")
    assert "0xf6" in texts(findings[3])[0]


def test_a_line_may_be_as_long_as_the_limit(tmp_path):
    path = tmp_path / "class.jsonl"
    line = json.dumps(submission("s"))
    fits, too_long = (line + " " * (length - len(line)) for length in (LIMIT, LIMIT + 1))
    path.write_text(f"{fits}\n{too_long}\n{too_long}", encoding="utf-8")
    assert [type(finding) for finding in read(path)] == [HandIn, Unreadable, Unreadable]


def test_a_line_that_is_cut_off_ends_on_its_own_line(tmp_path):
    path = tmp_path / "class.jsonl"
    path.write_text('{"student": "s",\r\n{\n', encoding="utf-8", newline="")
    assert [texts(finding)[0][:17] for finding in read(path)] == ["Line 1, column 17", "Line 2, column 2:"]


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_a_file_without_any_line_is_called_empty(tmp_path, text):
    path = tmp_path / "class.jsonl"
    path.write_text(text, encoding="utf-8")
    (finding,) = read(path)
    assert texts(finding)[0].startswith("Empty: ")


@pytest.mark.parametrize("indent", [0, 2])
def test_a_hand_in_that_goes_over_several_lines_is_told_so_once(tmp_path, indent):
    path = tmp_path / "class.jsonl"
    for content in (submission("s"), [submission("s"), submission("t")]):
        path.write_text(json.dumps(content, indent=indent), encoding="utf-8")
        (finding,) = read(path)
        (text,) = texts(finding)
        assert text.startswith("Line 1: a whole hand-in was expected on each line")


def test_lines_are_streamed(tmp_path):
    path = tmp_path / "class.jsonl"
    path.write_text(f"{json.dumps(submission('a'))}\n" * 3, encoding="utf-8")
    findings = read(path)
    assert next(findings).file == f"{path}:1"
    with path.open("a") as file:
        file.write(json.dumps(submission("late")))
    assert students(findings)[-1] == "late"


def test_what_is_no_regular_file_is_not_waited_for(tmp_path):
    pipes = [tmp_path / "pipe.json", tmp_path / "pipe.jsonl"]
    for pipe in pipes:
        os.mkfifo(pipe)
    findings = [
        *read_all([tmp_path]),
        *read_all([*pipes, Path("/dev/null"), Path("/dev/zero")]),
        *read(tmp_path),
    ]
    assert len(findings) == 2 + 4 + 1
    for finding in findings:
        assert texts(finding)[0].startswith("Not a regular file")


# --- finding ------------------------------------------------------------------------------------------------


def names(found, root):
    return [str(Path(item).relative_to(root)) for item in found if isinstance(item, str)]


def test_folders_are_walked_in_natural_order(tmp_path):
    wanted = [
        "a/attempt2.json",
        "a/attempt02.json",
        "a/attempt10.json",
        "a/attempt10b.JSON",
        "a/attempt11.jsonl",
        "a2/x.json",
        "a10/b/c/x.json",
        "b.json",
    ]
    for name in random.Random(1).sample(wanted, len(wanted)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    wanted[:2] = sorted(wanted[:2])
    assert names(find([tmp_path]), tmp_path) == wanted


def test_what_is_no_submission_is_listed_and_not_walked(tmp_path):
    for name in (
        "notes.txt",
        ".hidden.json",
        ".git/x.json",
        "__MACOSX/x.json",
        "sub.pdf",
        "json",
        "sub/.DS_Store",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    hand_in(tmp_path, "alice")
    (tmp_path / "mallory.json").symlink_to("alice.json")
    (tmp_path / "again").symlink_to(".")
    found = list(find([tmp_path]))
    assert names(found, tmp_path) == ["alice.json", "notes.txt"]  # a text may be a printout
    assert {name: skipped.reason for name, skipped in of_kind(Skipped, found).items()} == {
        ".git": "a hidden folder",
        ".hidden.json": "a hidden file",
        ".DS_Store": "a hidden file",
        "__MACOSX": "a folder that macOS adds to archives",
        "again": "a link, not followed",
        "mallory.json": "a link, not followed",
        "json": f"not {EXPECTED}",
        "sub.pdf": f"not {EXPECTED}",
    }


def test_what_is_named_is_taken_whatever_its_name(tmp_path):
    hidden = tmp_path / ".hidden"
    hidden.mkdir()
    text = hand_in(hidden, "alice").rename(hidden / "alice.dat")
    link = tmp_path / "link.dat"
    link.symlink_to(text)
    folder_link = tmp_path / "folder"
    folder_link.symlink_to(hidden)
    hand_in(hidden, "bob")
    assert students(read_all([text])) == ["alice"]
    assert [finding.file for finding in read_all([link])] == [str(link)]
    assert students(read_all([hidden])) == ["bob"]
    assert students(read_all([folder_link])) == ["bob"]


def test_a_path_that_does_not_exist_is_wrong_usage_before_anything_is_read(tmp_path):
    hand_in(tmp_path, "alice")
    (tmp_path / "broken.json").symlink_to("nowhere")
    for bad in ("gone.json", "alice.json/x", "broken.json", "a\0b", "\ud800", "new\nline"):
        with pytest.raises(UsageFault) as caught:
            find([tmp_path, tmp_path / bad])
        assert_speakable(str(caught.value))
        assert repr(shown(bad))[1:-1] in str(caught.value)


def test_a_file_reached_twice_is_read_once(tmp_path, monkeypatch):
    sub = tmp_path / "sub"
    sub.mkdir()
    hand_in(tmp_path, "alice")
    bob = hand_in(sub, "bob")
    link = tmp_path / "link"
    link.symlink_to(sub)
    monkeypatch.chdir(tmp_path)
    for paths in (
        [tmp_path, bob],
        [bob, tmp_path, tmp_path],
        [tmp_path, sub],
        [sub, tmp_path],
        [link, tmp_path],
        [Path(), Path("sub/../sub"), Path("sub/bob.json"), bob],
    ):
        assert sorted(students(read_all(paths))) == ["alice", "bob"]


def test_files_are_shown_as_given(tmp_path, monkeypatch):
    sub = tmp_path / "sub"
    sub.mkdir()
    hand_in(sub, "bob")
    (sub / "notes.txt").touch()
    monkeypatch.chdir(tmp_path)
    for given_as, before in (
        (".", "sub/"),
        ("./sub/", "sub/"),
        ("../" + tmp_path.name, f"../{tmp_path.name}/sub/"),
    ):
        shown_as = [finding.file for finding in read_all([Path(given_as)])]
        assert shown_as == [f"{before}bob.json", f"{before}notes.txt"]


def test_our_own_output_is_passed_over(tmp_path, monkeypatch):
    out = tmp_path / "out"
    out.mkdir()
    hand_in(tmp_path, "alice")
    hand_in(out, "zoe")
    monkeypatch.chdir(tmp_path)
    for leave_out in (out, Path("out"), Path("sub/../out")):
        assert [finding.file for finding in read_all([Path()], leave_out=[leave_out])] == ["alice.json"]
    # Whoever names the folder itself wants it read.
    assert students(read_all([tmp_path], leave_out=[tmp_path])) == ["alice", "zoe"]
    assert students(read_all([out], leave_out=[out])) == ["zoe"]


def test_names_may_be_anything(tmp_path):
    source = hand_in(tmp_path, "alice")
    for name in (
        b"new\nline.json",
        b"J\xf6rg.json",
        "Jörg.json".encode(),
        b"[]<b>.json",
        b"*?.json",
        b"-rf.json",
    ):
        shutil.copy(source, os.fsencode(tmp_path) + b"/" + name)
    findings = list(read_all([tmp_path]))
    assert len(students(findings)) == 7
    files = {finding.file.removeprefix(f"{tmp_path}/") for finding in findings}
    assert {"new\nline.json", r"J\xf6rg.json", "Jörg.json", "[]<b>.json", "*?.json"} < files
    "".join(files).encode()


def test_folders_may_nest_deeper_than_calls(tmp_path):
    here = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(1500):  # "d/" each, so that the path still has a legal length
            os.mkdir("d", dir_fd=here)
            here, above = os.open("d", os.O_RDONLY, dir_fd=here), here
            os.close(above)
        with os.fdopen(os.open("x.json", os.O_WRONLY | os.O_CREAT, dir_fd=here), "w") as file:
            json.dump(submission("deep"), file)
    finally:
        os.close(here)
    assert students(read_all([tmp_path])) == ["deep"]
    subprocess.run(["rm", "-r", str(tmp_path / "d")], check=True)  # too deep for shutil.rmtree


@pytest.fixture
def barred():
    """Give a folder in which whoever runs the test, even root, is held to the permissions."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    user = os.geteuid()
    yield folder, (lambda: os.seteuid(65534) if user == 0 else None)
    os.seteuid(user)
    for path in folder.rglob("*"):
        path.chmod(0o755)
    shutil.rmtree(folder)


def test_what_may_not_be_read_is_told_and_stops_nothing(barred):
    folder, drop_rights = barred
    for name in ("alice", "bob", "carol"):
        hand_in(folder, name).chmod(0o644)
    (folder / "carol.json").chmod(0)
    (folder / "sub").mkdir()
    hand_in(folder / "sub", "dave")
    (folder / "sub").chmod(0)
    drop_rights()
    for paths in (
        [folder],
        [folder / "alice.json", folder / "bob.json", folder / "carol.json", folder / "sub"],
    ):
        findings = list(read_all(paths))
        assert students(findings) == ["alice", "bob"]
        for name in ("carol.json", "sub"):
            assert texts(of_kind(Unreadable, findings)[name]) == ["Cannot be opened: Permission denied."]
    (finding,) = read_all([folder / "sub" / "dave.json"])
    assert texts(finding) == ["Cannot be opened: Permission denied."]


def test_a_fault_of_the_file_system_in_the_walk_is_told(tmp_path, monkeypatch):
    class Entry:
        name = "a.json"

        def is_dir(self, **_):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    class Listing(list):
        __enter__ = list.__iter__

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(os, "scandir", lambda _: Listing([Entry()]))
    (finding,) = find([tmp_path])
    assert texts(finding) == ["Cannot be opened: Input/output error."]


# --- the shared list of hostile inputs ----------------------------------------------------------------------


def hostile(kind):
    if not HOSTILE.exists():
        return []
    with HOSTILE.open(encoding="utf-8") as file:
        entries = [json.loads(line) for line in file if line.strip()]
    return [pytest.param(entry, id=entry["name"]) for entry in entries if entry["kind"] == kind]


def payload(entry):
    """Return the input of an entry; a recipe `py:` is a sum and product of literals and nothing more."""

    def worth(node):
        match node:
            case ast.Constant():
                return node.value
            case ast.BinOp(op=ast.Add()):
                return worth(node.left) + worth(node.right)
            case ast.BinOp(op=ast.Mult()):
                return worth(node.left) * worth(node.right)
        raise ValueError(ast.dump(node))

    if "payload" in entry:
        return entry["payload"]
    return worth(ast.parse(entry["recipe"].removeprefix("py:"), mode="eval").body)


# What is at fault with the file, and what is said about it; every other entry can be read, and what is
# wrong with single fields (NaN, a ragged matrix) is not for the reader to say.
FAULTS_OF_THE_FILE = {
    "json-empty-file": "Empty",
    "json-not-json": "Line 1, column 1",
    "json-trailing-garbage": "nothing more after the object",
    "json-trailing-comma": "no comma stands after the last entry",
    "json-comments": "JSON has no comments",
    "json-top-null": "found null",
    "json-top-number": "found the number 1",
    "json-dup-student": "student: a key was expected once",
    "json-deep-array": "Nested too deeply",
    "json-latin1": "byte 0xf6 at offset 39",
    "json-overlong-utf8": "byte 0xc0 at offset",
    "json-raw-control": "control character",
    "json-huge-string": "Too large",
    "json-missing-id": '"student": a text such as "0012345" was expected, found nothing',
    "json-id-list": "found a list",
}


@pytest.mark.parametrize("entry", hostile("json"))
def test_hostile_json(entry, tmp_path):
    data = payload(entry)
    path = tmp_path / "x.json"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    hand_in(tmp_path, "y")
    finding, other = read_all([tmp_path])
    assert students([other]) == ["y"]
    said = FAULTS_OF_THE_FILE.get(entry["name"])
    assert isinstance(finding, Unreadable if said else HandIn)
    assert not said or said in texts(finding)[0]
    for text in texts(finding):
        assert_speakable(text)


@pytest.mark.skipif(not HOSTILE.exists(), reason="the shared list is not here")
def test_every_entry_that_we_know_is_still_in_the_list():
    assert {entry.values[0]["name"] for entry in hostile("json")} >= FAULTS_OF_THE_FILE.keys()


@pytest.mark.parametrize("entry", hostile("path"))
def test_hostile_student(entry):
    for student in payload(entry).split("\n"):
        finding = one(submission(student))
        if entry["name"] in {"path-nul", "path-tab"}:
            assert "no control character" in texts(finding)[0]
            assert_speakable(texts(finding)[0])
        else:
            assert students([finding]) == [student]


@pytest.mark.parametrize("entry", hostile("path"))
def test_hostile_file_name(entry, tmp_path):
    for name in payload(entry).split("\n"):
        if "/" in name or "\0" in name or len(name) > 200:
            continue  # no file can be called that
        path = hand_in(tmp_path, "s", name)
        findings = list(read_all([tmp_path]))
        assert [finding.file for finding in findings] == [str(path)]
        assert isinstance(findings[0], Skipped if name.startswith(".") else HandIn)
        path.unlink()


def with_file(name, content="", student=None):
    """Add a file beside the hand-ins."""

    def build(folder):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(submission(student)) if student else content, encoding="utf-8")

    return build


def socket_file(folder):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(folder / "sock.json"))


def sparse_file(folder):
    (folder / "big.json").touch()
    os.truncate(folder / "big.json", 10 * 2**30)


def emptied(folder):
    for path in folder.iterdir():
        path.unlink()


def many(folder):
    for number in range(5000):
        hand_in(folder, f"s{number}")


ALICE_AND_BOB = ["alice", "bob"]


# entry -> (what is done to a folder with alice and bob, whom we then read, what is told of the rest)
def zip_slip(folder):
    with zipfile.ZipFile(folder / "sub.zip", "w") as archive:
        archive.writestr("../../evil.json", "{}")


def zip_link(folder):
    link = zipfile.ZipInfo("l.json")
    link.create_system = 3
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(folder / "l.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")


FILE_SYSTEM = {
    "fs-empty-folder": (emptied, [], {}),
    "fs-directory-named-json": (lambda d: (d / "dir.json").mkdir(), ALICE_AND_BOB, {}),
    "fs-symlink-other-student": (
        lambda d: (d / "mallory.json").symlink_to("alice.json"),
        ALICE_AND_BOB,
        {"mallory.json": Skipped},
    ),
    "fs-symlink-dir-loop": (lambda d: (d / "again").symlink_to("."), ALICE_AND_BOB, {"again": Skipped}),
    "fs-hardlink": (lambda d: (d / "eve.json").hardlink_to(d / "alice.json"), ["alice", "bob", "alice"], {}),
    "fs-socket": (socket_file, ALICE_AND_BOB, {"sock.json": Unreadable}),
    "fs-sparse-10g": (sparse_file, ALICE_AND_BOB, {"big.json": Unreadable}),
    "fs-newline-name": (with_file("new\nline.json", student="alice"), ["alice", "bob", "alice"], {}),
    "fs-many-files": (many, [*ALICE_AND_BOB, *(f"s{number}" for number in range(5000))], {}),
    "fs-dup-student-case": (with_file("Alice2.json", student="Alice"), ["Alice", "alice", "bob"], {}),
    "fs-dup-content-different-students": (
        with_file("carol.json", student="carol"),
        [*ALICE_AND_BOB, "carol"],
        {},
    ),
    "fs-output-inside-input": (
        with_file("out/results.json", '{"student":"zoe","score":100}'),
        ALICE_AND_BOB,
        {},
    ),
    "fs-output-readonly": (lambda d: (d / "out").mkdir(0o555), ALICE_AND_BOB, {}),
    "fs-output-hand-edited": (with_file("out/notes.txt", "teacher note"), ALICE_AND_BOB, {}),
    "fs-zip-slip": (zip_slip, ALICE_AND_BOB, {"evil.json": Unreadable}),
    "fs-zip-symlink": (zip_link, ALICE_AND_BOB, {"l.json": Skipped}),
}

# Tested above under a name of their own, or not about reading.
ELSEWHERE = {
    "fs-file-as-folder",
    "fs-unreadable-dir",
    "fs-growing",
    "fs-oom",
    "fs-locale-c",
    "fs-listing-order",
    "fs-dev-full-stdout",
    "fs-closed-stdout",
    "fs-sigterm",
    "fs-tz",
    "fs-warnings",
    "fs-no-network",
}


@pytest.mark.skipif(not HOSTILE.exists(), reason="the shared list is not here")
def test_every_hostile_file_system_is_considered():
    assert {entry.values[0]["name"] for entry in hostile("filesystem")} == FILE_SYSTEM.keys() | ELSEWHERE


@pytest.mark.parametrize("name", FILE_SYSTEM)
def test_hostile_file_system(name, tmp_path, monkeypatch):
    build, wanted, told = FILE_SYSTEM[name]
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    folder = Path("hand-ins")
    folder.mkdir()
    for student in ALICE_AND_BOB:
        hand_in(folder, student)
    build(folder)
    findings = list(read_all([folder], leave_out=[folder / "out"]))
    assert students(findings) == wanted
    rest = {Path(item.file).name: type(item) for item in findings if not isinstance(item, HandIn)}
    assert rest == told


def test_a_named_socket_is_no_regular_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    socket_file(Path())
    (finding,) = read_all([Path("sock.json")])
    assert texts(finding)[0].startswith("Not a regular file")


def test_a_file_in_place_of_a_folder(tmp_path):
    path = tmp_path / "hand-ins"
    path.write_text("{}\n", encoding="utf-8")
    (finding,) = read_all([path])
    assert '"student"' in texts(finding)[0]


def test_a_file_that_grows_all_the_time(tmp_path):
    hand_in(tmp_path, "alice")
    path = hand_in(tmp_path, "carol")
    grow = "import sys\nfor _ in range(20000):\n    with open(sys.argv[1], 'a') as file: file.write(' ')"
    with subprocess.Popen([sys.executable, "-c", grow, str(path)]) as growing:
        while growing.poll() is None:
            findings = list(read_all([tmp_path]))
            assert len(findings) == 2
            for finding in findings:
                assert isinstance(finding, HandIn) or "Changed while" in texts(finding)[0]


def test_the_order_of_listing_does_not_matter(tmp_path, monkeypatch):
    for number in range(30):
        hand_in(tmp_path, f"s{number}")
    wanted = [f"s{number}" for number in range(30)]
    really = os.scandir

    class Shuffled(list):
        __enter__ = list.__iter__

        def __exit__(self, *_):
            pass

    def shuffled(folder):
        with really(folder) as entries:
            return Shuffled(random.Random(len(str(folder))).sample(listed := list(entries), len(listed)))

    monkeypatch.setattr(os, "scandir", shuffled)
    assert students(read_all([tmp_path])) == wanted


@pytest.mark.parametrize("utf8", ["0", "1"])
def test_names_are_shown_alike_in_every_locale(tmp_path, utf8):
    hand_in(tmp_path, "j", "Jörg")
    code = (
        "import sys; from pathlib import Path; from grader.exchange import read_all\n"
        "print(*(ascii(finding.file) for finding in read_all([Path(sys.argv[1])])))"
    )
    environment = {"LC_ALL": "C", "PYTHONUTF8": utf8, "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT)}
    run = [sys.executable, "-W", "error", "-c", code, str(tmp_path)]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ascii(str(tmp_path / "Jörg.json"))
    assert done.stderr == ""
