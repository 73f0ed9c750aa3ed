"""Faults of an answer key: each is told with the file, the place, what was expected and what was found."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.cli.keyring import load_key
from grader.exchange.keys import MAX_BYTES, first_look, key_files, read_key
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


EQUATIONS = "question[root].method.newton.equations"

# What is changed in the sound key -> all that is said.
FAULTS = {
    # TOML
    ("loop.step = 4", "loop.step = "): """\
not TOML: line 16, column 13: invalid value
    loop.step =
                ^""",
    ('kind = "trace"', 'kind = "trace'): """\
not TOML: line 6, column 14: illegal character '\\n'
    kind = "trace
                 ^""",
    ('id = "root"', 'id = "root"\nid = "twice"'): """\
not TOML: line 6, column 13: the name of this value is given twice
    id = "twice"
                ^""",
    # names that mean nothing
    ("title", "titel"): "titel: unknown key; did you mean title?",
    ("points = 8", "points = 8\ntolerence = 1"): (
        "question[root].tolerence: unknown key; did you mean tolerance?"
    ),
    ("points = 8", "pionts = 8"): (
        "question[root].points: is missing\nquestion[root].pionts: unknown key; did you mean points?"
    ),
    ("above", "abvoe"): "question[root].given.a.abvoe: unknown key; did you mean above?",
    ("loop.step = 4", "loop.step = 4\nx1y2z3 = 1"): "question[root].method.newton.x1y2z3: unknown key",
    # values of the wrong kind
    ('kind = "trace"', 'kind = "tracee"'): (
        "question[root].kind: expected 'trace', 'formula', 'text', found 'tracee'"
    ),
    ('kind = "trace"\n', ""): "question[root].kind: is missing",
    ('id = "newton"\n', ""): "id: is missing",
    ('id = "newton"', 'id = "new ton"'): (
        "id: expected a name of letters, digits, '_', '-' and '.' that begins with a letter, found 'new ton'"
    ),
    ("points = 8", 'points = "8"'): "question[root].points: expected a number, found '8'",
    ("points = 8", "points = true"): "question[root].points: expected a number, found true",
    ("points = 8", "points = nan"): "question[root].points: expected a finite number, found nan",
    ("points = 8", "points = 2026-01-01"): "question[root].points: expected a number, found 2026-01-01",
    ("points = 8", "points = 0"): "question[root].points: expected a number above 0, found 0",
    ("points = 8", "points = [8]"): "question[root].points: expected a number, found a list",
    ("x = 1.0", 'x = "1"'): "question[root].start.x: expected a number, found '1'",
    ("x = 1.0", "x = inf"): "question[root].start.x: expected a finite number, found inf",
    ("x = 1.0", 'x = [1.0, "2"]'): "question[root].start.x[1]: expected a number, found '2'",
    ("x = 1.0", "x = [[1, 2], [3]]"): (
        "question[root].start.x: a matrix has rows of one length, found rows of different lengths"
    ),
    ("x = 1.0", "x = [[1, 2], 3]"): "question[root].start.x[1]: expected a list, found 3",
    ("x = 1.0", "x = []"): "question[root].start.x: a vector or matrix has 1 to 100 entries or rows, found 0",
    ("loop.step = 4", "loop.step = 0"): (
        "question[root].method.newton.loop.step: expected a number of at least 1, found 0"
    ),
    ("loop.step = 4", "loop.step = 4.0"): (
        "question[root].method.newton.loop.step: expected a whole number, found 4.0"
    ),
    ("loop.step = 4", "loop.step = []"): (
        "question[root].method.newton.loop.step: expected at least one entry, found an empty list"
    ),
    ("loop.step = 4", "loop.step = [{ u = 1 }, { u = 'x' }]"): (
        "question[root].method.newton.loop.step[1].u: expected a number, found 'x'"
    ),
    ("default = 2.0", "default = -2.0"): "question[root].given.a: the default, -2, must be above 0",
    # syntax of equations
    ("x^2 - a", "x^^2 - a"): f"""\
{EQUATIONS}.f: expected a number, a name or a bracket, found '^'
    x^^2 - a
      ^""",
    ("x^2 - a", "(x^2 - a"): f"""\
{EQUATIONS}.f: expected ')' to close what began at character 1, found the end
    (x^2 - a
            ^""",
    ('part = "1/2"', 'part = "1/"'): """\
question[root].choice.damping.half.part: expected a number, a name or a bracket, found the end
    1/
      ^""",
    # names in equations
    ("x^2 - a", "xx^2 - a"): f"""\
{EQUATIONS}.f: unknown name xx; did you mean x?
    xx^2 - a
    ^^""",
    ("x^2 - a", "sqr(x) - a"): f"""\
{EQUATIONS}.f: unknown function sqr; did you mean sqrt?
    sqr(x) - a
    ^^^^^^""",
    ("x^2 - a", "sqrt(x, a)"): f"""\
{EQUATIONS}.f: sqrt takes 1 argument, found 2
    sqrt(x, a)
    ^^^^^^^^^^""",
    ("x^2 - a", "slope - a"): f"""\
{EQUATIONS}.f: slope has no value yet: its equation comes later, and it has no start value
    slope - a
    ^^^^^""",
    ('part = "1/2"', 'part = "z"'): f"""\
{EQUATIONS}.x: unknown name z; damping = half puts 'z' for part
    x - part * f / slope
        ^^^^""",
    ("slope = ", '"2slope" = '): (
        f"{EQUATIONS}.2slope: expected a name such as x or w_2: letters and digits, with a single '_' "
        "between them, found '2slope'"
    ),
    # shapes
    ("x^2 - a", "[x, a] + [1, 2, 3]"): f"""\
{EQUATIONS}.f: a vector of 2 and a vector of 3 do not go together
    [x, a] + [1, 2, 3]
    ^^^^^^^^^^^^^^^^^^""",
    ("x^2 - a", "[[x, a]] @ [x]"): f"""\
{EQUATIONS}.f: a matrix of 1×2 @ a vector of 1: 2 columns meet 1 rows
    [[x, a]] @ [x]
    ^^^^^^^^^^^^^^""",
    (
        '"x - part * f / slope"',
        '"[x, f]"',
    ): f"{EQUATIONS}.x: gives a vector of 2, but its start value is a number",
    ('part = "1/2"', 'part = "[1, 2]"'): (
        f"{EQUATIONS}.x: the options give different shapes: none: a number; half: a vector of 2"
    ),
    # how the tables hang together
    ("half = { part", "half = { prat"): (
        "question[root].choice.damping.half: every option defines the same names; expected part, found prat"
    ),
    ("[question.start]\nx", "[question.start]\na = 1\nx"): (
        f"{EQUATIONS}: a is an input or constant and also a given constant"
    ),
    (
        "loop.step = 4",
        "loop.step = 4\nconstants.x = 1",
    ): f"{EQUATIONS}: x is an input or constant and also a field",
    ("loop.step = 4", "loop.x = 4"): (
        "question[root].method.newton.loop.x: has the name of a field; a step could not have both"
    ),
    ("loop.step = 4", "loop.step = [{ u = 1 }, { v = 1 }]"): (
        "question[root].method.newton.loop.step[1]: expected u, found v"
    ),
    ("loop.step = 4", "loop.step = [{ u = 1 }, { u = [1, 2] }]"): (
        "question[root].method.newton.loop.step[1].u: expected a number as in the first, found a vector of 2"
    ),
    ("loop.step = 4", "loop.step = 101\nloop.other = 100"): (
        "question[root].method.newton.loop: expected 1 to 10000 steps, found 10100"
    ),
    ("loop.step = 4", "loop.step = [{ u = 1 }]\nconstants.u = 1"): (
        "question[root].method.newton.constants: u has a value already, as an input or constant"
    ),
    ("[question.start]", "[question.weights]\nff = 1\n[question.start]"): (
        "question[root].weights.ff: expected the name of an equation"
    ),
    ("[question.start]", "[question.weights]\nf = 0\nslope = 0\nx = 0\n[question.start]"): (
        "question[root].weights: at least one field needs a weight above 0"
    ),
    ("[question.choice.damping]", "[question.method.newton.forms.g]\ns = 'x'\n[question.choice.damping]"): (
        "question[root].method.newton.forms.g: expected the name of an equation"
    ),
}


@pytest.mark.parametrize("change", FAULTS, ids=[new.split("\n")[-1] or old for old, new in FAULTS])
def test_a_fault_is_told_with_its_place(key, change):
    assert told(key(changed(SOUND, change))) == FAULTS[change]


OF_PARTS = {
    ("points = 2 }", "points = 1 }"): "question[why]: the parts' points add up to 2, the question has 3",
    ('"second"', '"first"'): "question[why]: two parts have the id first",
    ('"why"', '"root"'): "the file: two questions have the id root",
    ('id = "second", points', 'id = "second", pionts'): (
        "question[why].part[second].points: is missing\n"
        "question[why].part[second].pionts: unknown key; did you mean points?"
    ),
    ("points = 3\n", "points = 3\ntext = 'Why?'\n"): "question[why].text: unknown key",
    ('[{ id = "first", points = 1 }, { id = "second", points = 2 }]', "[]"): (
        "question[why].part: expected at least one entry, found an empty list"
    ),
}


@pytest.mark.parametrize("change", OF_PARTS, ids=[new for _, new in OF_PARTS])
def test_a_fault_of_a_part_is_told_with_its_place(key, change):
    assert told(key(SOUND + changed(TEXT, change))) == OF_PARTS[change]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "id: is missing\nquestion: is missing"),
        ('id = "a"\nquestion = []', "question: expected at least one entry, found an empty list"),
        (
            'id = "a"\n[question]\nid = "b"',
            "question: expected a list, found a table; write [[question]] with two brackets on each side",
        ),
        (
            SOUND.encode() + b'title = "caf\xe9"',
            f"not saved as UTF-8: see the byte at offset {len(SOUND) + 12}",
        ),
        ("a = " + "[" * 5000, "not TOML that can be read: nested too deeply"),
        ("#" * (MAX_BYTES + 1), "larger than 2,000,000 bytes; a key is a few pages of text"),
    ],
    ids=["empty", "no question", "single brackets", "not UTF-8", "too deep", "too large"],
)
def test_a_file_that_is_no_key_is_told(key, text, said):
    assert told(key(text)) == said


def test_all_faults_are_told_at_once_and_very_many_are_cut(key):
    text = changed(SOUND, ("title", "titel"), ("points = 8", "points = -8"), ("above", "abvoe"))
    assert len(told(key(text)).split("\n")) == 3
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


def test_a_first_look_knows_the_id_even_of_a_broken_key(key):
    assert first_look(key(SOUND + TEXT)) == ("newton", {"root", "why"})
    assert first_look(key(SOUND + "points = ")) == ("newton", frozenset())
    assert first_look(key("points = ")) == ("key", frozenset())
    assert first_look(key("id = 7\nquestion = 'x'")) == ("key", frozenset())


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
    assert not said or said.startswith(f"{path}: ")
    assert not any(word in said for word in WORDS_OF_THE_LIBRARY), said


def test_the_damage_begins_with_a_key_that_is_sound():
    assert tomllib.loads(SOUND + TEXT)["question"][1]["id"] == "why"
