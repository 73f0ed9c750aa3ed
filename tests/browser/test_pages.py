"""Pages of feedback as a browser shows them: on a desk, on a phone, in the dark, on paper."""

import pytest
from mixed_class import mixed_class
from test_cli import KEYS, SHIPPED, write
from test_html import page_of
from test_reports import hand_in, line, question

from grader.cli.hand_ins import Sources
from grader.cli.jobs.score import score
from grader.cli.option_values import Pages, ResultsAs
from grader.cli.ways_out import Outlet

PHONE = 360
SHOWN = ["statuses", "amira", "published_solution", "hanna", "goran", "long", "index", "large", "wide"]
LOOKS = [
    pytest.param({"width": 1000}, id="light"),
    pytest.param({"width": 1000, "dark": True}, id="dark"),
    pytest.param({"width": PHONE}, id="phone"),
    pytest.param({"width": PHONE, "dark": True}, id="phone-dark"),
    pytest.param({"width": 700, "media": "print", "dark": True}, id="print"),
]
STATUSES = ["correct", "follows", "slip", "mistake", "wrong", "missing", "invalid", "pending", "marked"]


def long_trace(steps=300, fields=11):
    """A trace with every verdict in every field, and words for most."""
    lines = []
    for k in range(steps):
        for f in range(fields):
            status = STATUSES[(k * 7 + f * 5) % 9] if k % 3 == 0 else "correct"
            said = (
                f"you wrote {k}.{f}, but x_{f} = tanh(W_{f} @ x) gives 0.{k:04}"
                if status != "correct"
                else ""
            )
            lines.append(line(f"field_{f}", {"iteration": k // 4, "sample": k % 4}, status, message=said))
    return hand_in(question("a-long-one", *lines), student="long")


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Pages of the shipped students and of a mixed class of 200."""
    made = tmp_path_factory.mktemp("pages")
    score(Sources([SHIPPED], KEYS), made, Outlet(ResultsAs.CSV), pages=Pages.HTML)
    source = write(made / "hand_ins", "class.jsonl", "\n".join(mixed_class(200)))
    with pytest.raises(BaseException, match="1"):  # some formulas cannot be read
        score(
            Sources([source], KEYS / "practical1.toml"),
            made / "class",
            Outlet(ResultsAs.CSV),
            pages=Pages.HTML,
        )
    (made / "large.html").write_text((made / "class" / "index.html").read_text("utf-8"), "utf-8")
    (made / "long.html").write_text(page_of(long_trace()), "utf-8")
    (made / "statuses.html").write_text(page_of(long_trace(steps=9, fields=9)), "utf-8")
    broad = "a_rather_long_name_of_a_question_" * 4
    wide = hand_in(question(broad, line(broad, message="x" * 400, status="wrong")), student="w" * 200)
    (made / "wide.html").write_text(page_of(wide), "utf-8")
    return made


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", SHOWN)
def test_no_page_is_wider_than_its_window(open_page, folder, name, look):
    page = open_page(folder / f"{name}.html", **look)
    assert page.evaluate("document.documentElement.scrollWidth") <= look["width"]
    assert page.inner_text("h1")


# Contrast as in WCAG 2.2, 1.4.3: of every piece of text with what is behind it.
CONTRAST = """() => {
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const behind = element => {
    for (; element; element = element.parentElement) {
      const colour = numbers(getComputedStyle(element).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest(".spoken")) continue;
    const style = getComputedStyle(element);
    const front = numbers(element.closest("svg") ? style.fill : style.color);
    const [a, b] = [light(front), light(behind(element))];
    found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), walker.currentNode.data]);
  }
  return found;
}"""


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", ["hanna", "statuses", "large"])
def test_all_text_stands_out(open_page, folder, name, look):
    found = open_page(folder / f"{name}.html", **look).evaluate(CONTRAST)
    assert len(found) > 50
    worst, text = min(found)
    assert worst >= 4.5, text


def test_the_measure_of_contrast_knows_black_on_white_and_grey_on_grey(open_page, tmp_path):
    page = tmp_path / "p.html"
    page.write_text(
        "<body bgcolor=white><p>black<p style='color:#777'>grey<p style='background:#000;color:#111'>none"
    )
    found = open_page(page).evaluate(CONTRAST)
    assert [round(ratio, 2) for ratio, _ in found] == [21.0, 4.48, 1.11]  # 4.48: as WebAIM's checker has it


@pytest.mark.parametrize("dark", [False, True])
def test_verdicts_differ_without_colour(open_page, folder, dark):
    page = open_page(folder / "long.html", dark=dark)
    cells = page.evaluate(
        "[...document.querySelectorAll('.steps td:not([colspan])')]"
        ".map(e => [e.className, e.textContent, e.getAttribute('aria-label')])"
    )
    by_class = {}
    for name, mark, word in cells:
        by_class.setdefault(name, set()).add((mark, word))
    assert by_class.keys() == set(STATUSES)
    assert all(len(marks) == 1 for marks in by_class.values())
    assert len({marks.pop() for marks in by_class.values()}) == len(STATUSES)


def test_the_steps_and_fields_stay_in_sight_when_a_table_is_scrolled(open_page, folder):
    page = open_page(folder / "long.html", width=PHONE)
    places = """() => {
      const box = document.querySelector(".scroll.tall"), at = e => e.getBoundingClientRect();
      const rows = [...box.querySelectorAll("tbody th")].map(e => at(e).left - at(box).left);
      return [box.scrollLeft, box.scrollTop, at(box.querySelector("thead th")).top - at(box).top, ...rows];
    }"""
    for left, top in ((100, 500), (400, 9000)):
        page.evaluate(f"document.querySelector('.scroll.tall').scrollTo({left}, {top})")
        assert page.evaluate(places) == [left, top, 0, *[0] * 300]


def test_what_is_said_of_a_line_is_read_without_scrolling(open_page, folder):
    page = open_page(folder / "long.html", width=PHONE)
    boxes = page.evaluate(
        "[...document.querySelectorAll('.pinned')]"
        ".map(e => e.getBoundingClientRect()).map(r => [r.left, r.right])"
    )
    assert len(boxes) > 50
    assert all(left >= 0 and right <= PHONE for left, right in boxes)


def test_a_table_that_scrolls_is_reached_by_the_keyboard(open_page, folder):
    page = open_page(folder / "long.html", width=PHONE)
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "scroll tall":
            break
    page.keyboard.press("ArrowRight")
    for _ in range(100):  # the page's own policy allows no waiting by a script in it
        page.wait_for_timeout(50)
        if page.evaluate("document.querySelector('.scroll.tall').scrollLeft"):
            return
    pytest.fail("the table did not scroll")


def test_on_paper_nothing_is_cut_off(open_page, folder):
    page = open_page(folder / "long.html", width=700, media="print")
    assert page.evaluate(
        "[...document.querySelectorAll('.scroll')].every(e =>"
        " e.scrollWidth <= e.clientWidth + 1 && e.scrollHeight <= e.clientHeight + 1)"
    )
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    paper = page.pdf(format="A4")
    assert paper.count(b"/Type /Page\n") > 10


def test_a_formula_is_set_in_two_dimensions(open_page, folder):
    page = open_page(folder / "published_solution.html")
    height = page.evaluate("document.querySelector('math').getBoundingClientRect().height")
    fraction = page.evaluate("document.querySelector('mfrac').getBoundingClientRect().height")
    letter = page.evaluate("document.querySelector('math mi').getBoundingClientRect().height")
    assert height >= fraction > 1.5 * letter
    above, below = page.evaluate(
        "[...document.querySelector('mfrac').children].map(e => e.getBoundingClientRect().top)"
    )
    assert above < below


def test_a_subscript_is_lowered(open_page, folder):
    page = open_page(folder / "amira.html")
    foot = "e => [...e.children].map(part => part.getBoundingClientRect().bottom)"
    feet = page.evaluate(f"[...document.querySelectorAll('msub')].map({foot})")
    assert len(feet) > 9
    # A font without a word on subscripts sets them smaller on the same line, whose foot is then higher.
    assert all(sub > letter for letter, sub in feet)


def test_the_students_behind_a_cause_are_unfolded_without_a_script(open_page, folder):
    page = open_page(folder / "large.html")
    summary = page.locator(".causes summary").first
    names = page.locator(".causes details").first.locator(".names")
    assert not names.is_visible()
    summary.click()
    assert names.is_visible()
    counted = int(summary.inner_text().split()[0])
    assert names.locator("a").count() == min(counted, 200)


def test_the_class_of_200_is_all_there(open_page, folder):
    page = open_page(folder / "large.html")
    assert page.locator(".students tbody tr").count() == 200
    bars = page.evaluate(
        "[...document.querySelectorAll('figure:first-of-type svg text:not(.faint)')].map(e => +e.textContent)"
    )
    assert sum(bars) == 200


def test_the_policy_of_a_page_stops_what_it_should(browser, folder, tmp_path):
    """The proof that it is the policy: the same page with a script, a picture and a style smuggled in."""
    bad = tmp_path / "bad.html"
    smuggled = (
        "<script>document.title = 'ran'</script>"
        "<img src='http://127.0.0.1:9/x.png' onerror=\"document.title='ran'\">"
        "<style>h1 { color: rgb(1, 2, 3) }</style><iframe src='data:text/html,x'></iframe></body>"
    )
    text = (folder / "amira.html").read_text("utf-8").replace("</body>", smuggled)
    bad.write_text(text, "utf-8")
    page = browser.new_page()
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(bad.as_uri())
    page.wait_for_load_state()
    assert page.title() == "Feedback for amira"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") != "rgb(1, 2, 3)"
    assert sum("Content Security Policy" in text for text in refused) >= 3
    page.close()
