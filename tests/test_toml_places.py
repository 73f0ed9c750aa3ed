"""The places in a TOML text, proven by tomllib: what stands at the place of a value has that value."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.exchange.answer_keys.toml_places import offset_in, places

KEYS = sorted((Path(__file__).parent.parent / "answer_keys").glob("*.toml"))


def leaves(data, path=()):
    """Yield the path and value of everything in parsed TOML but tables: these need not stand in one place."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*path, key))
    else:
        if not (isinstance(data, list) and any(isinstance(item, dict) for item in data)):
            yield path, data
        if isinstance(data, list):
            for number, item in enumerate(data):
                yield from leaves(item, (*path, number))


def assert_all_found(text):
    root = places(text)
    for path, value in leaves(tomllib.loads(text)):
        place, steps = root.nearest(path)
        assert steps == len(path), path
        assert tomllib.loads(f"x = {text[slice(*place.value)]}")["x"] == value, path
        name = next((step for step in reversed(path) if isinstance(step, str)), None)
        if place.name is not None:
            assert tomllib.loads(f"{text[slice(*place.name)]} = 1") == {name: 1}, path


@pytest.mark.parametrize("file", KEYS, ids=lambda file: file.name)
def test_every_value_of_the_shipped_keys_is_found(file):
    assert_all_found(file.read_text(encoding="utf-8"))


def quoted(text):
    plain = (c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
    return f'"{"".join(plain)}"'


# A document is drawn as data and as a way to write it down; tomllib then says what it means.
NAMES = st.one_of(
    st.sampled_from(["a", "b", "c-d", "1", "question"]), st.text(st.characters(codec="utf-8"), max_size=3)
)
TEXTS = st.one_of(
    st.sampled_from(['"', "''", "#", "[x]", "= 1", "\\", "\n", "\t", "é", "a\nb"]),
    st.text(st.characters(codec="utf-8"), max_size=6),
)
SCALARS = st.one_of(
    st.sampled_from(["0", "-1.5e3", "1_000", "true", "inf", "0x1F", "1979-05-27 07:32:00", "1979-05-27"]),
    TEXTS.map(quoted),
    st.sampled_from(
        [
            "'c:\\temp'",
            "'''it's\n[not] a = \"table\"'''",
            '"""\na \\\n   b "" c""""',
            '""""""',
            "''''a'''''",
            '"""\\"""" # x\n"""',
        ]
    ),
)
GAPS = st.sampled_from(["", " ", "\n", " # ] } ' \"\n\t", "\n\n"])


def key(name):
    return name if name and name.isascii() and name.replace("-", "").isalnum() else quoted(name)


@st.composite
def values(draw, depth=3):
    kind = draw(st.sampled_from(["scalar", "scalar", "list", "table"])) if depth else "scalar"
    if kind == "scalar":
        return draw(SCALARS)
    if kind == "list":
        items = draw(st.lists(values(depth=depth - 1), max_size=3))
        gaps = [draw(GAPS) for _ in range(3)]
        comma = draw(st.sampled_from(["", ","])) if items else ""
        return f"[{gaps[0]}{f'{gaps[1]},{gaps[2]}'.join(items)}{comma}{gaps[1]}]"
    return f"{{ {', '.join(draw(entries(depth=depth - 1)))} }}"


@st.composite
def entries(draw, depth=3):
    names = draw(st.lists(NAMES, max_size=4, unique=True))
    written = []
    for name in names:
        inner = draw(st.lists(NAMES, max_size=2))
        dot = draw(st.sampled_from([".", " . ", "\t."]))
        equals = draw(st.sampled_from(["=", " = ", "\t= "]))
        written.append(f"{dot.join(map(key, [name, *inner]))}{equals}{draw(values(depth=depth))}")
    return written


@st.composite
def documents(draw):
    """Return the text of a document; tables may repeat, which tomllib then refuses."""
    end = "\n"
    lines = [line + draw(st.sampled_from(["", " # ' \""])) for line in draw(entries())]
    paths = ["t", "t.u", "t.u.v", "list", "list", "list.in", "list . 'in'.deep", '"q\\t".r']
    for path in draw(st.lists(st.sampled_from(paths), max_size=4)):
        header = f"[[{path}]]" if path.startswith("list") and path != "list.in" else f"[ {path} ]"
        lines += [draw(st.sampled_from(["", "# [x]", "\t"])), header, *draw(entries())]
    return end.join(lines)


@settings(max_examples=80, deadline=None)
@given(text=documents())
def test_every_value_of_a_random_document_is_found(text):
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert_all_found(text.replace("\r\n", "\n"))


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.sampled_from('ab\\"\té\n\x01☃'), min_size=1, max_size=12), data=st.data())
def test_a_character_of_a_string_is_found_in_what_is_written(text, data):
    """A string is written with any mix of escapes; where each character begins is noted on the way."""
    written, starts = '"', []
    for character in text:
        starts.append(len(written))
        plain = character.isprintable() and character not in '"\\'
        style = data.draw(st.sampled_from(["plain", "u", "U"])) if plain else data.draw(st.sampled_from("uU"))
        code = ord(character)
        written += {"plain": character, "u": f"\\u{code:04x}", "U": f"\\U{code:08x}"}[style]
    written += '"'
    assert tomllib.loads(f"x = {written}")["x"] == text
    assert [offset_in(written, index) for index in range(len(text))] == starts
    assert offset_in(written, len(text)) == len(written) - 1


def test_a_character_of_a_string_over_several_lines_is_found():
    written = '"""\nab \\\n    c\\td"""'
    assert tomllib.loads(f"x = {written}")["x"] == "ab c\td"
    assert [written[offset_in(written, i)] for i in (0, 1, 2, 4, 5)] == ["a", "b", " ", "\\", "d"]


def test_headers_of_tables_are_places():
    text = "[[q]]\nid = 1\n[q.a.b]\nx = 1\n[[q]]\n[q.a]\ny.z = 2\n"
    root = places(text)
    assert text[slice(*root.inner["q"].inner[1].span)] == "q"
    assert root.inner["q"].inner[1].span == (29, 30)
    b = root.nearest(("q", 0, "a", "b"))[0]
    assert (text[slice(*b.span)], b.value) == ("b", None)
    assert root.nearest(("q", 1, "a", "y", "w")) == (root.nearest(("q", 1, "a", "y"))[0], 4)


def test_nesting_as_deep_as_tomllib_reads_it_ends_well():
    text = "a = 1\nb = " + "[" * 300 + "]" * 300
    assert places(text).inner["a"].value == (4, 5)
