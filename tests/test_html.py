"""Pages in HTML: valid, self-contained, inert whatever others wrote; what the results say, and all of it."""

import base64
import hashlib
import itertools
import re

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_mathml import KNOWN, name_of
from test_reports import AVERAGE, NEWTON, SWEEPS, hand_in, line, question, unreadable

from grader.reports import PageNames, feedback_on
from grader.reports.html import StudentPages, class_page
from grader.reports.html.environment import SIGNS
from grader.reports.statistics import MOST_ROWS, statistics_of
from grader.reports.tally import tally_of
from grader.schemas.results import Automatic, Status, SubmissionResult

POLICY = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"
# Nothing that runs, loads, submits or embeds; `a` leads to pages beside this one only.
_OF_PAGES = """html head meta title style body header nav main section h1 h2 h3 p div span b strong bdi br a
    ul ol li table caption thead tbody tr th td dl dt dd pre code details summary figure figcaption"""
ALLOWED = {*_OF_PAGES.split(), *["svg", "rect", "line", "circle", "text"], *KNOWN}
LINK = re.compile(r"#[a-z]+(-c)?[0-9]*|[A-Za-z0-9_][A-Za-z0-9_.-]*\.html")


def page_of(result):
    return StudentPages().page(result, feedback_on(result))


def class_of(*results):
    names = PageNames()
    return "".join(class_page(statistics_of(tally_of(r, names.name(r)) for r in results)))


def read(page):
    """Return the elements of a page: HTML without a single fault, and nothing in it that acts."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    elements = [each for each in tree.iter() if isinstance(each.tag, str)]
    for each in elements:
        assert name_of(each) in ALLOWED, name_of(each)
        for name, value in each.attrib.items():
            assert not name.lower().startswith("on"), name
            assert name not in {"style", "src", "srcset", "action", "formaction", "srcdoc", "data"}, name
            if name.endswith("href"):
                assert LINK.fullmatch(value), value
    ids = [each.get("id") for each in elements if each.get("id")]
    assert len(ids) == len(set(ids))
    for each in elements:
        assert each.get("aria-labelledby") in {None, *ids}
        assert not (each.get("href") or "").startswith("#") or each.get("href")[1:] in ids
    return elements


def of(elements, name):
    return [each for each in elements if name_of(each) == name]


def said(element):
    """Return an element's text as a reader sees it."""
    return " ".join("".join(element.itertext()).split())


def sound(page):
    """Check what holds for every page and return its elements."""
    elements = read(page)
    (root,) = of(elements, "html")
    assert root.get("lang") == "en"
    assert said(of(elements, "title")[0])
    assert [each.get("content") for each in of(elements, "meta") if each.get("name") == "viewport"]
    (style,) = of(elements, "style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    (policy,) = [each for each in of(elements, "meta") if each.get("http-equiv")]
    assert (policy.get("http-equiv"), policy.get("content")) == (
        "Content-Security-Policy",
        POLICY.format(digest),
    )
    assert "url(" not in style.text
    assert "@import" not in style.text
    for table in of(elements, "table"):
        assert name_of(table[0]) == "caption"
        assert said(table[0])
        heads = of(table.iter(), "th")
        assert heads
        assert {head.get("scope") for head in heads} <= {"col", "row"}
        width = len(list(table.find("thead").iter("th")))
        for row in of(table.iter(), "tr"):
            assert sum(int(cell.get("colspan", 1)) for cell in row) == width
    levels = [int(name_of(each)[1]) for each in elements if re.fullmatch("h[1-6]", name_of(each))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    return elements


LONG = [line(f"f{i}", {"k": k}, "wrong", message=f"{i} {k}") for k in range(40) for i in range(11)]


# --- a student's page ---------------------------------------------------------------------------------------


def test_the_page_says_all_that_the_markdown_says_of_the_whole():
    text = said(of(sound(page_of(AVERAGE)), "body")[0])
    feedback = feedback_on(AVERAGE)
    for words in (feedback.score, feedback.waiting, *feedback.gains, *feedback.problems):
        assert words in text
    for section in feedback.sections:
        assert section.heading in text
        assert all(words in text for words in section.summary)


def test_every_line_has_its_cell_with_a_sign_and_a_word():
    elements = sound(page_of(AVERAGE))
    (table,) = [each for each in of(elements, "table") if each.get("class") == "steps"]
    fields = [said(each) for each in table.find("thead").iter("th")][1:]
    found = {}
    for row in table.find("tbody").iter("tr"):
        if row.get("class") != "why":
            step, *cells = row
            for field, cell in zip(fields, cells, strict=True):
                found[said(step), field] = (cell.get("class"), cell.get("aria-label"), said(cell))
    expected = {
        (str(entry.step["step"]), entry.field): (
            str(entry.status),
            SIGNS[entry.status].word,
            SIGNS[entry.status].mark,
        )
        for entry in AVERAGE.questions[0].fields
    }
    assert found == expected


def test_each_fault_is_explained_below_its_step_and_once():
    elements = sound(page_of(AVERAGE))
    (table,) = [each for each in of(elements, "table") if each.get("class") == "steps"]
    rows = [(row.get("class"), said(row)) for row in table.find("tbody").iter("tr")]
    below = {before[1][0]: text for before, (kind, text) in itertools.pairwise(rows) if kind == "why"}
    assert below == {
        "1": "f ✗ wrong: you wrote 0.25; from your own lines follows 0.5",
        "2": "slope ≠ mistake (here and in 1 more step): the inner derivative is forgotten.",
    }


def test_signs_differ_and_are_explained_where_they_stand():
    assert len({sign.mark for sign in SIGNS.values()}) == len(SIGNS) == len(Status)
    assert len({sign.word for sign in SIGNS.values()}) == len(SIGNS)
    elements = sound(page_of(AVERAGE))
    (legend,) = [each for each in elements if each.get("class") == "legend"]
    used = {entry.status for q in AVERAGE.questions for entry in q.fields}
    assert [each.get("class") for each in legend] == [
        f"verdict {sign.style}" for status, sign in SIGNS.items() if status in used
    ]
    assert all(SIGNS[status].meaning in said(legend) for status in used)


def formula(status="correct", message="", read="2*x", **more):
    return line("f", None, status, message=message, **more).model_copy(update={"read": read})


def test_a_formula_is_shown_in_print_and_its_words_beside_it():
    mistaken = formula("mistake", "read as 2*x_1; xx is read as x·x; the inner derivative is lost", "2*x_1")
    elements = sound(page_of(hand_in(question("q", mistaken))))
    (math,) = of(elements, "math")
    assert "".join(math.itertext()) == "2·x1"
    (cell,) = [each for each in of(elements, "td") if of(each.iter(), "math")]
    assert said(cell).endswith("xx is read as x·x; the inner derivative is lost")
    assert "read as 2*x_1" not in said(cell)


def test_a_formula_that_nobody_printed_is_only_text():
    elements = sound(page_of(hand_in(question("q", formula(read="\\frac{<img src=x>")))))
    assert not of(elements, "math")
    assert [said(each) for each in of(elements, "code")] == ["\\frac{<img src=x>"]


def test_what_cannot_be_read_is_drawn_with_its_place():
    message = "cannot be read: expected an operand, found '+'\n    2*x + + <b>\n          ^"
    elements = sound(page_of(hand_in(question("q", line("f", None, "invalid", message=message)))))
    (drawing,) = of(elements, "pre")
    assert drawing.text == "    2*x + + <b>\n          ^\n"


def test_a_persons_mark_has_the_comment_and_the_automatic_one_beside_it():
    before = Automatic(status="wrong", score=0.0, message="it is not equal to what is asked")
    more = {"comment": "The idea is right.", "automatic": before}
    marked = formula("marked", "", max_score=4.0, score=3.0).model_copy(update=more)
    elements = sound(page_of(hand_in(question("q", marked))))
    (cell,) = [each for each in of(elements, "td") if of(each.iter(), "math")]
    for words in ("The idea is right", "automatically wrong, 0 of 4 points", before.message):
        assert words in said(cell)


@pytest.mark.parametrize(
    "result",
    [
        AVERAGE,
        unreadable(student="x"),
        hand_in(),
        hand_in(question("q")),
        hand_in(question("q", *[line("a", step, "missing") for step in NEWTON])),
        hand_in(question("q", line("t", status="pending"))),
        hand_in(question("q", *[line("a", s) for s in SWEEPS], line("end", {"sweep": 1}, "wrong"))),
        hand_in(question("q", *LONG)),
        hand_in(question("q", *[line(f"p{status}", None, status) for status in Status])),
        hand_in(question("q", *[line("a", {"k": k}, status) for k, status in enumerate(Status)])),
    ],
)  # fmt: skip
def test_every_kind_of_hand_in_has_a_sound_page(result):
    page = page_of(result)
    sound(page)
    assert page == page_of(result)


def test_a_page_is_the_same_whoever_came_before():
    pages = StudentPages()
    others = [hand_in(question("q", *[line("a", s, st_) for s in SWEEPS])) for st_ in Status]
    for result in [*others, AVERAGE, *others, AVERAGE]:
        assert pages.page(result, feedback_on(result)) == page_of(result)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "&lt;b&gt; &#x202e;",
    "a\u202eb\u2066c",
    "\x1b[31m\x00\x07",
    "--><svg onload=x>",
    "\ud800",
    "]]>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_others_wrote_is_inert(text):
    bad = line(text, {text: 1}, "wrong", message=text, cause=text)
    part = line(text, None, "mistake", message=text, cause=text).model_copy(update={"read": text})
    more = {"notes": (text,), "choices": {text: text}, "given": {text: 1.0}, "method": text}
    result = hand_in(question(text, bad, **more), question("q", part), student=text, problems=(text,))
    pages = page_of(result), class_of(result, unreadable(text, text, text))
    for page in pages:
        elements = sound(page.encode("utf-8").decode("utf-8"))  # lone surrogates are escaped, too
        assert all(char.isprintable() or char == "\n" for char in page)
        assert "49" not in said(of(elements, "main")[0])


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=30))
def test_any_text_is_inert_and_visible(text):
    bad = line(text, {"k": 1}, "wrong", message=text)
    elements = sound(page_of(hand_in(question(text, bad), student=text, problems=(text,))))
    seen = said(of(elements, "main")[0])
    for word in "".join(char if char.isprintable() else " " for char in text).split():
        assert word in seen  # what cannot be seen is spelt out between the words


# --- the page of the class ----------------------------------------------------------------------------------


def rows(elements, caption):
    """Return the cells of the table with a caption."""
    (table,) = [each for each in of(elements, "table") if said(each[0]).startswith(caption)]
    return [[said(cell) for cell in row] for row in table.find("tbody").iter("tr")]


def some_class():
    for number in range(8):
        right = line("a", {"k": 0}, "correct" if number > 2 else "wrong")
        text = line("t", status="pending" if number % 2 else "missing", max_score=2.0)
        trace = question("trace", right, line("b", {"k": 0}))
        yield hand_in(trace, question("words", text), student=f"s{number}")


def test_the_class_page_has_the_numbers_of_the_class():
    results = [*some_class(), unreadable("Line 3: cut off", "gone")]
    elements = sound(class_of(*results))
    assert rows(elements, "Hand-ins that could not") == [["in/broken.json", "gone", "Line 3: cut off"]]
    items = {tuple(row[:2]): row[2:] for row in rows(elements, "Questions and")}
    assert items["trace", "all of it"][:3] == ["2", "8", "81.2%"]
    assert items["trace", "a"] == ["1", "8", "62.5%", "–", ""]
    assert items["trace", "b"] == ["1", "8", "100.0%", "–", "easy"]
    causes = rows(elements, "Causes by")
    assert causes[0] == ["words", "– missing t", "4 students s0, s2, s4, s6", "8.00", "2.00"]
    assert causes[1] == ["trace", "✗ wrong a", "3 students: s0, s1, s2", "3.00", "1.00"]
    assert rows(elements, "What waits") == [["words", "t", "4 students s1, s3, s5, s7", "8"]]
    everybody = rows(elements, "Points of each")
    assert [row[0] for row in everybody] == [f"s{number}" for number in range(8)]
    assert everybody[3] == ["s3", "2.00", "0.00", "2.00", "2"]
    bars = rows(elements, "Totals of")
    assert sum(int(count) for _, count in bars) == 8
    assert bars[-1] == ["3.8 to 4", "0"]


def test_students_lead_to_their_pages():
    elements = sound(class_of(*some_class()))
    links = {each.get("href") for each in of(elements, "a")}
    assert {f"s{number}.html" for number in range(8)} <= links


def test_the_plots_have_a_bar_for_each_bar_of_the_table():
    elements = sound(class_of(*some_class()))
    first, second = of(elements, "svg")
    drawn = [each for each in first if each.get("class") == "filled"]
    filled = [row for row in rows(elements, "Totals of") if row[1] != "0"]
    assert len(drawn) == len(filled)
    heights = [float(each.get("height")) for each in drawn]
    assert [h / max(heights) for h in heights] == pytest.approx(
        [int(row[1]) / max(int(row[1]) for row in filled) for row in filled], abs=0.01
    )
    labels = [said(each) for each in of(second, "text") if not each.get("class")]
    assert labels == ["trace", "a", "b", "words"]


def test_several_assignments_stand_side_by_side():
    other = next(iter(some_class())).model_copy(update={"assignment": "week4"})
    elements = sound(class_of(*some_class(), other))
    assert [said(each) for each in of(elements, "h2")] == ["week3", "week4"]
    (nav,) = of(elements, "nav")
    assert said(nav) == "week3 (8 hand-ins marked), week4 (1 hand-in marked)"


def test_a_class_of_nobody_and_one_of_unreadable_hand_ins_have_a_page():
    assert "Nothing could be marked" in said(of(sound(class_of()), "main")[0])
    sound(class_of(unreadable(student="a"), unreadable()))


def test_a_large_class_is_listed_in_part_and_says_so():
    few = [hand_in(question("q", line("a")), student=f"{n}") for n in range(3)]
    tallies = (tally_of(few[n % 3], "p") for n in range(MOST_ROWS + 5))
    page = "".join(class_page(statistics_of(tallies)))
    assert "5 more students: grades.csv has everybody." in page


def test_a_result_of_score_null_has_no_page_that_breaks():
    result = SubmissionResult(student="x", file="x.json", problems=("<b>",))
    text = said(of(sound(page_of(result)), "body")[0])
    assert "This hand-in was not marked" in text
    assert "Mend what is named above" in text
