"""Faults of an answer key: each is told with the file, the place, what was expected and what was found."""

import os
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.cli.keyring import load_key
from grader.exchange.answer_keys import key_faults
from grader.exchange.answer_keys.keys import MAX_BYTES, first_look, in_file, key_files, read_key
from grader.schemas.faults import KeyFault, UsageFault

SOUND = """\
id = "newton"
title = "Newton's method"

[[question]]
id = "root"
kind = "trace"
points = 8

[question.given]
a = { default = 2.0, above = 0.0 }

[question.start]
x = 1.0

[question.method.newton]
loop.step = 4

[question.method.newton.equations]
f = "x^2 - a"
slope = "2*x"
x = "x - part * f / slope"

[question.choice.damping]
none = { part = "1" }
half = { part = "1/2" }
"""

TEXT = """
[[question]]
id = "why"
kind = "text"
points = 3
part = [{ id = "first", points = 1 }, { id = "second", points = 2 }]
"""


@pytest.fixture
def key(tmp_path):
    """Write a key and return its path."""

    def write(text):
        path = tmp_path / "key.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def changed(text, *changes):
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def told(path):
    """Return what is said of a key, without the path that each sentence begins with."""
    with pytest.raises(KeyFault) as raised:
        load_key(path)
    lines = str(raised.value).split("\n")
    pictures = [line for line in lines if line.startswith("    ")]
    assert all(line.startswith(f"{path}: ") for line in lines if line not in pictures), lines
    return str(raised.value).replace(f"{path}: ", "")


def test_the_sound_key_is_sound(key):
    layouts = load_key(key(SOUND + TEXT)).layouts
    assert list(layouts) == ["root"]


# What is changed in the sound key -> all that is said.
FAULTS = {
    ("loop.step = 4", "loop.step = "): """\
line 16, column 13: not TOML: expected a number, a text in quotes, true or false, a list or a table, \
found the end of the line
    loop.step =
                ^""",
    ('kind = "trace"', 'kind = "trace'): """\
line 6, column 14: not TOML: expected a closing quote before the end of the line, found the end of the line
    kind = "trace
                 ^""",
    ('id = "root"', 'id = "root"\nid = "twice"'): """\
line 6, column 1: not TOML: id stands twice; the first is at line 5, column 1
    id = "twice"
    ^^""",
    ("title", "titel"): """\
line 2, column 1: titel: unknown key; did you mean title?
    titel = "Newton's method"
    ^^^^^""",
    ("points = 8", "points = 8\ntolerence = 1"): """\
line 8, column 1: question[root].tolerence: unknown key; did you mean tolerance?
    tolerence = 1
    ^^^^^^^^^""",
    ("points = 8", "pionts = 8"): """\
line 4, column 3: question[root].points: is missing
    [[question]]
      ^^^^^^^^
line 7, column 1: question[root].pionts: unknown key; did you mean points?
    pionts = 8
    ^^^^^^""",
    ("above", "abvoe"): """\
line 10, column 22: question[root].given.a.abvoe: unknown key; did you mean above?
    a = { default = 2.0, abvoe = 0.0 }
                         ^^^^^""",
    ("loop.step = 4", "loop.step = 4\nx1y2z3 = 1"): """\
line 17, column 1: question[root].method.newton.x1y2z3: unknown key; known here \
are claims, constants, equations, forms, loop, stop
    x1y2z3 = 1
    ^^^^^^""",
    ('kind = "trace"', 'kind = "tracee"'): """\
line 6, column 8: question[root].kind: expected 'trace', 'formula', 'text', found 'tracee'
    kind = "tracee"
           ^^^^^^^^""",
    ('kind = "trace"\n', ""): """\
line 4, column 3: question[root].kind: is missing
    [[question]]
      ^^^^^^^^""",
    ('id = "newton"\n', ""): """\
line 1, column 1: id: is missing
    title = "Newton's method"
    ^""",
    ('id = "newton"', 'id = "new ton"'): """\
line 1, column 6: id: expected a name of letters, digits, '_', '-' and '.' that begins with a letter, \
found 'new ton'
    id = "new ton"
         ^^^^^^^^^""",
    ("points = 8", 'points = "8"'): """\
line 7, column 10: question[root].points: expected a number, found '8'; write 8, without quotes
    points = "8"
             ^^^""",
    ("points = 8", "points = true"): """\
line 7, column 10: question[root].points: expected a number, found true
    points = true
             ^^^^""",
    ("points = 8", "points = nan"): """\
line 7, column 10: question[root].points: expected a finite number, found nan
    points = nan
             ^^^""",
    ("points = 8", "points = 2026-01-01"): """\
line 7, column 10: question[root].points: expected a number, found 2026-01-01
    points = 2026-01-01
             ^^^^^^^^^^""",
    ("points = 8", "points = 0"): """\
line 7, column 10: question[root].points: expected a number above 0, found 0
    points = 0
             ^""",
    ("points = 8", "points = [8]"): """\
line 7, column 10: question[root].points: expected a number, found a list
    points = [8]
             ^^^""",
    ("x = 1.0", 'x = "1"'): """\
line 13, column 5: question[root].start.x: expected a number, found '1'; write 1, without quotes
    x = "1"
        ^^^""",
    ("x = 1.0", "x = inf"): """\
line 13, column 5: question[root].start.x: expected a finite number, found inf
    x = inf
        ^^^""",
    ("x = 1.0", 'x = [1.0, "2"]'): """\
line 13, column 11: question[root].start.x[1]: expected a number, found '2'; write 2, without quotes
    x = [1.0, "2"]
              ^^^""",
    ("x = 1.0", "x = [[1, 2], [3]]"): """\
line 13, column 5: question[root].start.x: a matrix has rows of one length, found rows of different lengths
    x = [[1, 2], [3]]
        ^^^^^^^^^^^^^""",
    ("x = 1.0", "x = [[1, 2], 3]"): """\
line 13, column 14: question[root].start.x[1]: expected a list, found 3
    x = [[1, 2], 3]
                 ^""",
    ("x = 1.0", "x = []"): """\
line 13, column 5: question[root].start.x: a vector or matrix has 1 to 100 entries or rows, found 0
    x = []
        ^^""",
    ("loop.step = 4", "loop.step = 0"): """\
line 16, column 13: question[root].method.newton.loop.step: expected a number of at least 1, found 0
    loop.step = 0
                ^""",
    ("loop.step = 4", "loop.step = 4.0"): """\
line 16, column 13: question[root].method.newton.loop.step: expected a whole number, found 4.0
    loop.step = 4.0
                ^^^""",
    ("loop.step = 4", "loop.step = []"): """\
line 16, column 13: question[root].method.newton.loop.step: expected at least one entry, found an empty list
    loop.step = []
                ^^""",
    ("loop.step = 4", "loop.step = [{ u = 1 }, { u = 'x' }]"): """\
line 16, column 31: question[root].method.newton.loop.step[1].u: expected a number, found 'x'
    loop.step = [{ u = 1 }, { u = 'x' }]
                                  ^^^""",
    ("default = 2.0", "default = -2.0"): """\
line 10, column 17: question[root].given.a: the default, -2, must be above 0
    a = { default = -2.0, above = 0.0 }
                    ^^^^""",
    ("x^2 - a", "x^^2 - a"): """\
line 19, column 8: question[root].method.newton.equations.f: expected a number, a name or a bracket, found '^'
    f = "x^^2 - a"
           ^""",
    ("x^2 - a", "(x^2 - a"): """\
line 19, column 14: question[root].method.newton.equations.f: expected ')' to close what began at \
character 1, found the end
    f = "(x^2 - a"
                 ^""",
    ('part = "1/2"', 'part = "1/"'): """\
line 25, column 20: question[root].choice.damping.half.part: expected a number, a name or a bracket, \
found the end
    half = { part = "1/" }
                       ^""",
    ("x^2 - a", "xx^2 - a"): """\
line 19, column 6: question[root].method.newton.equations.f: unknown name xx; did you mean x?
    f = "xx^2 - a"
         ^^""",
    ("x^2 - a", "sqr(x) - a"): """\
line 19, column 6: question[root].method.newton.equations.f: unknown function sqr; did you mean sqrt?
    f = "sqr(x) - a"
         ^^^^^^""",
    ("x^2 - a", "sqrt(x, a)"): """\
line 19, column 6: question[root].method.newton.equations.f: sqrt takes 1 argument, found 2
    f = "sqrt(x, a)"
         ^^^^^^^^^^""",
    ("x^2 - a", "slope - a"): """\
line 19, column 6: question[root].method.newton.equations.f: slope has no value yet: its equation comes \
later, and it has no start value
    f = "slope - a"
         ^^^^^""",
    ('part = "1/2"', 'part = "z"'): """\
line 21, column 10: question[root].method.newton.equations.x: unknown name z; damping = half puts 'z' for part
    x = "x - part * f / slope"
             ^^^^""",
    ("slope = ", '"2slope" = '): """\
line 20, column 1: question[root].method.newton.equations.2slope: expected a name such as x or w_2: \
letters and digits, with a single '_' between them, found '2slope'
    "2slope" = "2*x"
    ^^^^^^^^""",
    ("x^2 - a", "[x, a] + [1, 2, 3]"): """\
line 19, column 6: question[root].method.newton.equations.f: a vector of 2 and a vector of 3 do not go \
together
    f = "[x, a] + [1, 2, 3]"
         ^^^^^^^^^^^^^^^^^^""",
    ("x^2 - a", "[[x, a]] @ [x]"): """\
line 19, column 6: question[root].method.newton.equations.f: a matrix of 1×2 @ a vector of 1: 2 columns \
meet 1 rows
    f = "[[x, a]] @ [x]"
         ^^^^^^^^^^^^^^""",
    ('"x - part * f / slope"', '"[x, f]"'): """\
line 21, column 5: question[root].method.newton.equations.x: gives a vector of 2, but its start value is \
a number
    x = "[x, f]"
        ^^^^^^^^""",
    ('part = "1/2"', 'part = "[1, 2]"'): """\
line 21, column 5: question[root].method.newton.equations.x: the options give different shapes: none: a \
number; half: a vector of 2
    x = "x - part * f / slope"
        ^^^^^^^^^^^^^^^^^^^^^^""",
    ("half = { part", "half = { prat"): """\
line 25, column 10: question[root].choice.damping.half.prat: every option defines the same names; expected \
part, found prat
    half = { prat = "1/2" }
             ^^^^""",
    ("[question.start]\nx", "[question.start]\na = 1\nx"): """\
line 10, column 1: question[root].given.a: a is an input or constant and also a given constant
    a = { default = 2.0, above = 0.0 }
    ^""",
    ("loop.step = 4", "loop.step = 4\nconstants.x = 1"): """\
line 22, column 1: question[root].method.newton.equations.x: x is an input or constant and also a field
    x = "x - part * f / slope"
    ^""",
    ("loop.step = 4", "loop.x = 4"): """\
line 16, column 6: question[root].method.newton.loop.x: has the name of a field; a step could not have both
    loop.x = 4
         ^""",
    ("loop.step = 4", "loop.step = [{ u = 1 }, { v = 1 }]"): """\
line 16, column 25: question[root].method.newton.loop.step[1]: expected u, found v
    loop.step = [{ u = 1 }, { v = 1 }]
                            ^^^^^^^^^""",
    ("loop.step = 4", "loop.step = [{ u = 1 }, { u = [1, 2] }]"): """\
line 16, column 31: question[root].method.newton.loop.step[1].u: expected a number as in the first, \
found a vector of 2
    loop.step = [{ u = 1 }, { u = [1, 2] }]
                                  ^^^^^^""",
    ("loop.step = 4", "loop.step = 101\nloop.other = 100"): """\
line 16, column 1: question[root].method.newton.loop: expected 1 to 10000 steps, found 10100
    loop.step = 101
    ^^^^""",
    ("loop.step = 4", "loop.step = [{ u = 1 }]\nconstants.u = 1"): """\
line 17, column 11: question[root].method.newton.constants.u: u has a value already, as an input or constant
    constants.u = 1
              ^""",
    ("[question.start]", "[question.weights]\nff = 1\n[question.start]"): """\
line 13, column 1: question[root].weights.ff: expected the name of an equation, found ff; did you mean f?
    ff = 1
    ^^""",
    ("[question.start]", "[question.weights]\nf = 0\nslope = 0\nx = 0\n[question.start]"): """\
line 12, column 11: question[root].weights: at least one field needs a weight above 0
    [question.weights]
              ^^^^^^^""",
    (
        "[question.choice.damping]",
        "[question.method.newton.forms.g]\ns = 'x'\n[question.choice.damping]",
    ): """\
line 23, column 31: question[root].method.newton.forms.g: expected the name of an equation, found g
    [question.method.newton.forms.g]
                                  ^""",
}


@pytest.mark.parametrize("change", FAULTS, ids=[new.split("\n")[-1] or old for old, new in FAULTS])
def test_a_fault_is_told_with_its_place(key, change):
    assert told(key(changed(SOUND, change))) == FAULTS[change]


OF_PARTS = {
    ("points = 2 }", "points = 1 }"): """\
line 30, column 10: question[why]: the parts' points add up to 2, the question has 3
    points = 3
             ^""",
    ('"second"', '"first"'): """\
line 31, column 46: question[why]: two parts have the id first
    part = [{ id = "first", points = 1 }, { id = "first", points = 2 }]
                                                 ^^^^^^^""",
    ('"why"', '"root"'): """\
line 28, column 6: two questions have the id root
    id = "root"
         ^^^^^^""",
    ('id = "second", points', 'id = "second", pionts'): """\
line 31, column 39: question[why].part[second].points: is missing
    part = [{ id = "first", points = 1 }, { id = "second", pionts = 2 }]
                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
line 31, column 56: question[why].part[second].pionts: unknown key; did you mean points?
    part = [{ id = "first", points = 1 }, { id = "second", pionts = 2 }]
                                                           ^^^^^^""",
    ("points = 3\n", "points = 3\ntext = 'Why?'\n"): """\
line 31, column 1: question[why].text: unknown key
    text = 'Why?'
    ^^^^""",
    ('[{ id = "first", points = 1 }, { id = "second", points = 2 }]', "[]"): """\
line 31, column 8: question[why].part: expected at least one entry, found an empty list
    part = []
           ^^""",
}


@pytest.mark.parametrize("change", OF_PARTS, ids=[new for _, new in OF_PARTS])
def test_a_fault_of_a_part_is_told_with_its_place(key, change):
    assert told(key(SOUND + changed(TEXT, change))) == OF_PARTS[change]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "",
            "line 1, column 1: id: is missing\nline 1, column 1: question: is missing",
        ),
        (
            'id = "a"\nquestion = []',
            """\
line 2, column 12: question: expected at least one entry, found an empty list
    question = []
               ^^""",
        ),
        (
            'id = "a"\n[question]\nid = "b"',
            """\
line 2, column 2: question: expected a list, found a table; write [[question]] with two brackets on each side
    [question]
     ^^^^^^^^""",
        ),
        (
            SOUND.encode() + b'title = "caf\xe9"',
            "line 26, column 13: expected text saved as UTF-8, found the byte 0xe9; save the file as UTF-8",
        ),
        ("a = " + "[" * 5000, "not TOML that can be read: nested too deeply"),
        ("points = " + "9" * 5000, "not TOML that can be read: a number has thousands of digits"),
        ("#" * (MAX_BYTES + 1), "larger than 2,000,000 bytes; a key is a few pages of text"),
    ],
    ids=["empty", "no question", "single brackets", "not UTF-8", "too deep", "too long", "too large"],
)
def test_a_file_that_is_no_key_is_told(key, text, said):
    assert told(key(text)) == said


def test_all_faults_are_told_at_once_and_very_many_are_cut(key):
    text = changed(SOUND, ("title", "titel"), ("points = 8", "points = -8"), ("above", "abvoe"))
    assert re.findall("^line ([0-9]+)", told(key(text)), re.MULTILINE) == ["2", "7", "10"]
    many = changed(SOUND, ("x = 1.0", "\n".join(f'x{i} = "1"' for i in range(500))))
    assert told(key(many)).split("\n")[-1] == "and 480 more faults"


def test_a_key_may_begin_with_a_byte_order_mark_and_end_lines_as_windows_does(key):
    assert read_key(key(b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode())).id == "newton"


def test_keys_are_looked_for(tmp_path, key):
    with pytest.raises(UsageFault, match=r"no answer key here; expected files that end in \.toml"):
        key_files(tmp_path)
    with pytest.raises(UsageFault, match="there is no such file or folder; an answer key was expected"):
        key_files(tmp_path / "nowhere")
    path = key(SOUND)
    assert key_files(tmp_path) == key_files(path) == [path]
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(KeyFault, match=r"folder\.toml: cannot be read: "):
        read_key(tmp_path / "folder.toml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes and devices in folders here")
def test_a_key_is_neither_waited_for_nor_read_for_ever(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(UsageFault, match=r"pipe\.toml: a pipe; in a folder of answer keys"):
        key_files(tmp_path)
    with pytest.raises(KeyFault, match="/dev/zero: larger than 2,000,000 bytes"):
        read_key(Path("/dev/zero"))


def test_a_first_look_knows_the_id_even_of_a_broken_key(key):
    assert first_look(key(SOUND + TEXT)) == ("newton", {"root", "why"})
    assert first_look(key(SOUND + "points = ")) == ("newton", frozenset())
    assert first_look(key("points = ")) == ("key", frozenset())
    assert first_look(key("id = 7\nquestion = 'x'")) == ("key", frozenset())


@pytest.mark.parametrize(
    ("fault", "place"),
    [
        (KeyFault("bad", "question[why].part[second].points"), (31, 65)),
        # As one that has only words says it.
        (KeyFault("question[why].part[second].points: bad"), (31, 65)),
        # What is not in the file is told with what is around it there.
        (KeyFault("bad", "question[root].method.newton.equations.made_up"), (18, 25)),
        (KeyFault("bad", "question[root].network.layers[2]"), (4, 3)),
        (KeyFault("bad", "question[nobody].points"), (4, 3)),
        (KeyFault("one: bad"), (1, 1)),
        (KeyFault("bad"), (1, 1)),
    ],
    ids=str,
)
def test_a_place_in_words_is_found_in_the_file(key, fault, place):
    path = key(SOUND + TEXT)
    line, column = place
    said = str(in_file(path, fault)).split("\n")[0]
    assert said == f"{path}: line {line}, column {column}: {fault}"


def test_names_with_dots_are_found(key):
    text = SOUND.replace('id = "root"', 'id = "a.b"').replace("choice.damping", 'choice."much.damping"')
    path = key(text)
    told_ = str(in_file(path, KeyFault("bad", "question[a.b].choice.much.damping.half.part")))
    assert told_.startswith(f"{path}: line 25, column 17: ")


def test_a_fault_of_a_file_that_has_gone_is_told_without_its_line(tmp_path):
    path = tmp_path / "gone.toml"
    assert str(in_file(path, KeyFault("bad", "question[a]"))) == f"{path}: question[a]: bad"


def test_the_tables_that_messages_speak_of_are_there():
    assert {table.__name__ for table in key_faults._TABLES} >= key_faults._HOMES.keys()


WORDS_OF_THE_LIBRARY = ("ydantic", "Input", "validation", "constrained", "function-", "Tuple", "Value error")


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_damage_to_a_key_is_told_in_words(data, tmp_path_factory):
    """A key with some text taken out or put in is either sound or at fault, and says so; it never crashes."""
    text = SOUND + TEXT
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    put = data.draw(
        st.sampled_from(["", "0", '"', "x", "[", "]", "{}", "=", "\n", "-1", "@", "'", "é", "1e999"])
    )
    path = tmp_path_factory.getbasetemp() / "damaged.toml"
    path.write_text(text[:start] + put + text[end:], encoding="utf-8")
    said = ""
    try:
        load_key(path)
    except KeyFault as fault:
        said = str(fault)
    lines = path.read_text(encoding="utf-8").split("\n")
    places = re.findall(rf"^{re.escape(str(path))}: line (\d+), column (\d+): ", said, re.MULTILINE)
    assert bool(said) == bool(places)
    assert all(0 < int(column) <= len(lines[int(line) - 1]) + 1 for line, column in places), said
    assert not any(word in said for word in WORDS_OF_THE_LIBRARY), said


def test_the_damage_begins_with_a_key_that_is_sound():
    assert tomllib.loads(SOUND + TEXT)["question"][1]["id"] == "why"
