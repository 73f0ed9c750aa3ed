"""The page with a student's own values in a real browser: filled in, saved, opened again, checked, scored."""

import json
import re

import pytest
from own_course import KEY, work

from grader.cli.keyring import load_key
from grader.exchange.forms import entry_page
from grader.solver.blank import make_form

playwright = pytest.importorskip("playwright.sync_api")


@pytest.fixture
def course(run, tmp_path, monkeypatch):
    """A folder in which Amira and Ben have got their pages and their templates."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key.toml").write_text(KEY, encoding="utf-8")
    (tmp_path / "roster.csv").write_text("0012,Amira\n0013,Ben\n")
    (tmp_path / "secret.txt").write_text("a secret for the tests\n")
    words = ("--roster", "roster.csv", "--secret", "secret.txt", "--format", "html", "--format", "json")
    assert run("assign", "key.toml", *words).code == 0
    return tmp_path


def variant_of(course, student):
    """The own values as the JSON template has them."""
    template = json.loads((course / "assigned" / f"{student}.json").read_text(encoding="utf-8"))
    return template["answers"]["net"]["variant"]


def shown(text):
    """Numbers as a page shows them, `((1, 2), (3, 4))`."""
    return json.loads(text.translate(str.maketrans("()", "[]")))


def own_values(page):
    """The own values as a student reads them on the page."""
    data = page.locator(".data div").evaluate_all(
        "all => all.map(x => [...x.children].map(y => y.innerText))"
    )
    own = {name.removesuffix(" at the start"): shown(value) for name, value in data}
    for text in page.locator(".step .input").all_inner_texts():
        name, value = text.split(" = ")
        own.setdefault(name, []).append(shown(value))
    del own["y"]
    return own


def fill_in(page, own):
    """Type what `own` leads to, cell by cell."""
    answer = work(own)
    page.locator("[data-given=eta]").fill(str(answer["given"]["eta"]))
    for i, step in enumerate(answer["steps"]):
        numbers = [*step["s"], step["e"], *step["W"][0], *step["W"][1]]
        for box, number in zip(page.locator(".step").nth(i).locator("td input").all(), numbers, strict=True):
            box.fill(repr(number))


def save(page, path):
    with page.expect_download() as download:
        page.locator("#save").click()
    path.parent.mkdir(exist_ok=True)
    download.value.save_as(path)
    return json.loads(path.read_text(encoding="utf-8"))


def says(page, text):
    playwright.expect(page.locator("#status")).to_have_text(text)


def test_what_a_page_saves_has_full_marks_with_and_without_the_secret(run, course, open_page):
    for student in ("0012", "0013"):
        page = open_page(course / "assigned" / f"{student}.html")
        own = own_values(page)
        assert own == variant_of(course, student)
        assert page.get_by_label("Student number").input_value() == student
        assert not page.get_by_label("Student number").is_editable()
        fill_in(page, own)
        saved = save(page, course / "hand_ins" / f"{student}.json")
        assert saved["student"] == student
        assert saved["answers"]["net"]["variant"] == own
        done = run("check", f"hand_ins/{student}.json", "--key", "key.toml")
        assert done.code == 0, done.words
        assert "net: 8 of 8 points" in done.words
    done = run("score", "hand_ins", "--key", "key.toml", "--secret", "secret.txt")
    assert done.code == 0
    assert re.search(r"0012 +8\.00", done.out)
    assert re.search(r"0013 +8\.00", done.out)
    assert "not as given" not in done.words


def test_a_page_filled_in_with_another_ones_numbers_is_named(run, course, open_page):
    page = open_page(course / "assigned" / "0012.html")
    fill_in(page, variant_of(course, "0013"))
    save(page, course / "hand_ins" / "0012.json")
    other = open_page(course / "assigned" / "0013.html")
    fill_in(other, own_values(other))
    save(other, course / "hand_ins" / "0013.json")
    done = run("score", "hand_ins", "--key", "key.toml", "--secret", "secret.txt")
    named = "the numbers do not fit this student's own values, but those of 0013"
    assert f"hand_ins/0012.json: net: {named}" in done.err


def test_own_values_outlive_clearing_reloading_and_opening_a_saved_file(course, open_page):
    page = open_page(course / "assigned" / "0012.html")
    own = own_values(page)
    fill_in(page, own)
    first = save(page, course / "hand_ins" / "first.json")
    page.get_by_role("button", name="Clear all").click()
    page.get_by_role("button", name="Really clear all?").click()
    cleared = save(page, course / "hand_ins" / "cleared.json")
    assert cleared["student"] == "0012"
    assert cleared["answers"]["net"] == {"method": "online", "variant": own, "steps": []}
    page.locator("#open").set_input_files(course / "hand_ins" / "first.json")
    says(page, "Opened first.json.")
    assert save(page, course / "hand_ins" / "second.json") == first
    page.reload()
    assert save(page, course / "hand_ins" / "third.json") == first
    # A template, and a file that says nothing of own values: those of the page stay.
    page.locator("#open").set_input_files(course / "assigned" / "0012.json")
    says(page, "Opened 0012.json.")
    (course / "bare.json").write_text('{"assignment": "own", "answers": {"words": {"why": "So."}}}')
    page.locator("#open").set_input_files(course / "bare.json")
    says(page, "Opened bare.json.")
    bare = save(page, course / "hand_ins" / "fourth.json")
    assert bare["student"] == "0012"
    assert bare["answers"] == {"net": cleared["answers"]["net"], "words": {"why": "So."}}


def test_a_page_takes_no_file_of_another_student_or_of_other_values(course, open_page):
    page = open_page(course / "assigned" / "0012.html")
    fill_in(page, own_values(page))
    before = save(page, course / "hand_ins" / "before.json")
    page.locator("#open").set_input_files(course / "assigned" / "0013.json")
    says(page, "0013.json cannot be opened: it is of another student.")
    other = json.loads((course / "assigned" / "0013.json").read_text()) | {"student": "0012"}
    (course / "other.json").write_text(json.dumps(other))
    page.locator("#open").set_input_files(course / "other.json")
    says(page, "other.json cannot be opened: its own values are not those of this page (W).")
    assert save(page, course / "hand_ins" / "after.json") == before


def test_two_students_at_one_computer_have_a_draft_each(course, open_page):
    page = open_page(course / "assigned" / "0012.html")
    page.locator("[data-given=eta]").fill("0.5")
    page.reload()
    assert page.locator("[data-given=eta]").input_value() == "0.5"
    other = page.context.new_page()
    other.goto((course / "assigned" / "0013.html").as_uri())
    assert other.locator("[data-given=eta]").input_value() == ""
    assert own_values(other) == variant_of(course, "0013")


def test_anybodys_page_takes_own_values_from_a_file_or_from_a_sheet(run, course, open_page):
    assert run("template", "key.toml", "--format", "html", "--out", "page.html").code == 0
    own = variant_of(course, "0012")
    page = open_page(course / "page.html")
    page.locator("#open").set_input_files(course / "assigned" / "0012.json")
    says(page, "Opened 0012.json.")
    page.reload()  # from the draft
    fill_in(page, own)
    saved = save(page, course / "from_file.json")
    assert saved["answers"]["net"]["variant"] == own
    page.get_by_role("button", name="Clear all").click()
    page.get_by_role("button", name="Really clear all?").click()
    assert page.get_by_label("Student number").input_value() == ""
    page.get_by_label("Student number").fill("0012")
    fill_in(page, own)
    for name, value in own.items():
        page.get_by_label(name, exact=True).fill(json.dumps(value))
    assert save(page, course / "from_sheet.json") == saved
    done = run("check", "from_sheet.json", "--key", "key.toml")
    assert done.code == 0, done.words
    assert "net: 8 of 8 points" in done.words
    page.get_by_label("W", exact=True).fill("[[1, 2], [3, 4)")
    assert page.get_by_label("W", exact=True).get_attribute("aria-invalid") == "true"
    says(page, "14 of 14 numbers; 1 cannot be read as a number.")
    save(page, course / "wrong.json")
    done = run("check", "wrong.json", "--key", "key.toml")
    assert done.code == 1
    assert "answers.net.variant.W: expected a list of 2, found the text '[[1, 2], [3, 4)'" in done.words
    assert "the values of W are missing" in done.words


@pytest.mark.parametrize("page", ["assigned/0012.html", "anybody.html"])
def test_a_phone_shows_it_without_scrolling_sideways(run, course, open_page, page):
    run("template", "key.toml", "--format", "html", "--out", "anybody.html")
    shown_page = open_page(course / page, width=390)
    assert shown_page.evaluate("document.documentElement.scrollWidth") <= 390


def test_texts_of_a_roster_stay_text_in_a_page(course, open_page):
    key = load_key(course / "key.toml")
    student = "\"><img src=x onerror=alert(1)>'{{ 7 * 7 }}"
    (course / "odd.html").write_text(entry_page(make_form(key.key, key.plans, student)), encoding="utf-8")
    page = open_page(course / "odd.html")
    assert page.get_by_label("Student number").input_value() == student
    assert page.locator("img").count() == 0
