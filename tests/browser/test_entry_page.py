"""The entry page in a real browser: typed and pasted into, saved, and what it saved marked."""

import json
import re

import pytest
from filling import value_of
from shared import ROOT, practical_key
from simulate import Rounding, Student

from grader.cli.keyring import load_key
from grader.exchange import HandIn, read
from grader.exchange.forms import entry_page, worksheet_page
from grader.marking.mark import mark
from grader.schemas.submission import Submission
from grader.solver.blank import make_blank

playwright = pytest.importorskip("playwright.sync_api")


def pages_of(name):
    key = practical_key() if name == "practical1" else load_key(ROOT / "answer_keys" / f"{name}.toml")
    return key, make_blank(key.key, key.plans)


@pytest.fixture
def opened(browser, tmp_path):
    """Opens a page from a file; afterwards nothing may have been said in the console or asked of anybody."""
    contexts, said, asked = [], [], []

    def opened(html, **options):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        contexts.append(browser.new_context(accept_downloads=True, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []
    # The page itself, and what it saves, which stays within the browser.
    assert [
        url for url in asked if url != (tmp_path / "page.html").as_uri() and not url.startswith("blob:")
    ] == []


@pytest.fixture
def page(opened):
    return opened(entry_page(pages_of("practical1")[1]))


def step(page, iteration=0, sample=0):
    labels = json.dumps({"iteration": iteration, "sample": sample}, separators=(",", ":"))
    return page.locator(f"[data-method=online] [data-step='{labels}']")


def cell(table, name, i=0):
    return table.locator(f"[data-field={name}] input").nth(i)


def paste(target, text):
    target.evaluate(
        """(input, text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            input.focus();
            const how = { clipboardData: data, bubbles: true, cancelable: true };
            input.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        text,
    )


def values(table, name):
    return [box.input_value() for box in table.locator(f"[data-field={name}] input").all()]


def saved(page, tmp_path):
    with page.expect_download() as download:
        page.locator("#save").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    return path


def grid_of(plan, answer, labels):
    """A step as a spreadsheet program copies it: a row for each row of a field, cells between tabs."""
    lines = []
    for line in plan.lines:
        value = value_of(answer, labels, line.field)
        rows = value if len(line.shape) == 2 else [value if line.shape else [value]]
        lines += ["\t".join(map(repr, row)) for row in rows]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("name", "method"),
    [("practical1", "online"), ("practical1", "batch"), ("k_means", None), ("kalman", None)],
)
def test_what_is_pasted_and_saved_has_the_marks_of_the_json(opened, tmp_path, name, method):
    key, blank = pages_of(name)
    ((question, methods),) = key.plans.items()
    plan = methods[method] if method else next(iter(methods.values()))
    answer = Student(
        plan, rounding=Rounding(5), errors={(1, plan.lines[-1].field): lambda v: v + 0.5}
    ).answer()
    page = opened(entry_page(blank))
    page.get_by_label("Student number").fill("0012345")
    parts = {"exercise1": {"dL_dW_out": "(y_out - y_gt) f_3'(s_out) z_2"}} if name == "practical1" else {}
    for id_, own in parts.items():
        for part, text in own.items():
            page.locator(f"[data-question={id_}] [data-part={part}]").fill(text)
    if method == "batch":
        page.get_by_label("Method").select_option("batch")
    for constant, value in answer["given"].items():
        page.locator(f"[data-given={constant}]").fill(repr(value))
    shown = page.locator(f"[data-question={question}] [data-method={plan.method}] .step")
    assert shown.count() == len(plan.steps)
    for i, labels in enumerate(plan.steps):
        paste(shown.nth(i).locator("input").first, grid_of(plan, answer, labels))
    path = saved(page, tmp_path)
    assert path.name == "0012345.json"
    (finding,) = read(path)
    assert isinstance(finding, HandIn)
    assert finding.problems == ()
    submission = {"student": "0012345", "assignment": key.key.id, "answers": {question: answer, **parts}}
    expected, found = (
        mark(key, [each])[0].result("x") for each in (Submission(**submission), finding.submission)
    )
    assert found == expected
    assert found.problems == ()
    assert found.score > 1


def test_numbers_keep_their_zeros_and_what_is_empty_is_absent(page, tmp_path):
    page.get_by_label("Student number").fill("s/1")
    cell(step(page), "s_out").fill("0.0900")
    cell(step(page), "s_i", 1).fill("−0,458")
    cell(step(page), "s_i", 1).blur()
    path = saved(page, tmp_path)
    assert path.name == "s_1.json"
    submission = json.loads(path.read_text(encoding="utf-8"))
    assert submission["student"] == "s/1"
    assert submission["answers"]["exercise2"] == {
        "method": "online",
        "steps": [{"iteration": 0, "sample": 0, "s_i": [None, "-0.458", None], "s_out": "0.0900"}],
    }


def test_a_sum_may_stand_in_place_of_its_terms(page, tmp_path):
    page.get_by_label("Student number").fill("s1")
    page.get_by_label("Method").select_option("batch")
    table = page.locator("[data-method=batch] .step").first
    cell(table, "L").fill("1.625")
    assert table.locator(".says li").count() == 0
    cell(table, "z_out", 1).fill("0.125")
    assert table.locator(".says li").all_inner_texts() == ["z_out: 1 of 4 numbers."]
    answer = json.loads(saved(page, tmp_path).read_text(encoding="utf-8"))["answers"]["exercise2"]
    assert answer["steps"] == [{"iteration": 0, "z_out": [None, "0.125", None, None], "L": "1.625"}]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("0.1\t0.2\t0.3", [["0.1", "0.2", "0.3"]]),
        ("0,15\t0,2\t0,3\r\n1,458\t0,25\t\r\n", [["0.15", "0.2", "0.3"], ["1.458", "0.25", ""]]),
        ("[ 0.458  0.869  0.704]", [["0.458", "0.869", "0.704"]]),
        ("s_i: [-0.458, 0.869, 0.704]", [["-0.458", "0.869", "0.704"]]),
        ("0.1,0.2,0.3", [["0.1", "0.2", "0.3"]]),
        ("0.1\n0.2\n0.3\n", [["0.1", "0.2", "0.3"]]),
        ("0.1\t\t0.3\n\t0.5\t\n", [["0.1", "", "0.3"], ["", "0.5", ""]]),
        ("−0.1\t–0.2\t1e-3", [["-0.1", "-0.2", "1e-3"]]),
        ("1,458\t2,000\t0.5", [["1,458", "2,000", "0.5"]]),  # these may be thousands
    ],
)
def test_ranges_are_pasted_as_they_are_copied(page, text, rows):
    paste(cell(step(page), "s_i"), text)
    assert [values(step(page), name) for name in ("s_i", "z_i")][: len(rows)] == rows


def test_the_browsers_own_clipboard_is_pasted(page):
    area = page.locator("[data-question=exercise3] [data-part=purpose]")
    area.fill("0.1\t0.2\t0.3\n0.4\t0.5\t0.6")
    area.press("Control+A")
    area.press("Control+C")
    cell(step(page), "Delta_W").press("Control+V")
    assert values(step(page), "Delta_W") == ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6"]


def test_what_finds_no_cell_is_said(page):
    paste(cell(step(page), "W"), "1.5\t2.5\t3.5\t4.5\n5.5\t6.5\t7.5\n8.5")
    assert values(step(page), "W") == ["1.5", "2.5", "3.5", "5.5", "6.5", "7.5"]
    assert page.locator("#status").inner_text() == "2 pasted numbers found no cell in this step."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("abc", "s_out: “abc” is no number."),
        ("1,458", "s_out: “1,458”: the comma may stand for thousands; write a point."),
        ("1e999", "s_out: “1e999” is too large."),
        ("=1+1", "s_out: “=1+1” is no number."),
        ("<b>x</b>", "s_out: “<b>x</b>” is no number."),
    ],
)
def test_what_is_no_number_is_said_as_one_types(page, text, words):
    box = cell(step(page), "s_out")
    box.press_sequentially(text)
    assert step(page).locator(".says li").all_inner_texts() == [words]
    assert box.get_attribute("aria-invalid") == "true"
    assert "1 cannot be read as a number" in page.locator("#status").inner_text()
    box.fill("0.5000")
    assert step(page).locator(".says li").count() == 0
    assert box.get_attribute("aria-invalid") == "false"


def test_too_few_digits_and_missing_numbers_are_hints_and_right_and_wrong_look_the_same(page):
    box = cell(step(page), "s_i")
    box.fill("0.5")
    assert step(page).locator(".says li").all_inner_texts() == [
        "s_i: 0.5 has fewer than 3 digits; is it exact?",
        "s_i: 1 of 3 numbers.",
    ]
    looks = []
    for numbers in ("0.458\t0.869\t0.704", "0.999\t0.111\t0.222"):
        paste(box, numbers)
        looks.append(re.sub(r'aria-label="[^"]*"', "", step(page).inner_html()))
    assert looks[0] == looks[1]


def test_arrow_keys_and_enter_move_through_the_grid(page):
    table = step(page)
    cell(table, "s_i", 2).focus()

    def at():
        return page.evaluate("document.activeElement.getAttribute('aria-label')")

    for key, place in (
        ("ArrowDown", "z_i, 3 of 3; iteration 0, sample 0"),
        ("Enter", "s_out; iteration 0, sample 0"),
        ("ArrowUp", "z_i, 1 of 3; iteration 0, sample 0"),
        ("ArrowRight", "z_i, 2 of 3; iteration 0, sample 0"),
        ("ArrowLeft", "z_i, 1 of 3; iteration 0, sample 0"),
        ("Shift+Enter", "s_i, 1 of 3; iteration 0, sample 0"),
    ):
        page.keyboard.press(key)
        assert at() == place
    cell(table, "W", 5).focus()
    page.keyboard.press("Enter")
    assert at() == "s_i, 1 of 3; iteration 0, sample 1"


def test_a_draft_outlives_the_page_and_can_be_cleared(page):
    cell(step(page), "s_out").fill("0.0986")
    page.get_by_label("Method").select_option("batch")
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")  # leaving keeps what was typed last, at once
    kept = page.evaluate("JSON.stringify({...localStorage})")
    assert "0.0986" in kept
    assert "batch" in kept
    page.wait_for_timeout(1000)  # a busy Chromium writes behind, and reads too early after it was left
    page.reload()
    assert page.get_by_label("Method").input_value() == "batch"
    page.get_by_label("Method").select_option("online")
    assert cell(step(page), "s_out").input_value() == "0.0986"
    page.get_by_role("button", name="Clear all").click()
    assert cell(step(page), "s_out").input_value() == "0.0986"  # one click does nothing yet
    page.get_by_role("button", name="Really clear all?").click()
    assert cell(step(page), "s_out").input_value() == ""


def test_a_saved_file_is_opened_again(page, tmp_path):
    page.get_by_label("Student number").fill("s1")
    paste(cell(step(page, 2, 3), "W"), "1.5\t2.5\t3.5\n4.5\t5.5\t6.5")
    page.locator("[data-given=alpha]").fill("0.2")
    path = saved(page, tmp_path)
    page.get_by_role("button", name="Clear all").click()
    page.get_by_role("button", name="Really clear all?").click()
    page.locator("#open").set_input_files(path)
    playwright.expect(page.locator("#status")).to_have_text(f"Opened {path.name}.")
    assert values(step(page, 2, 3), "W") == ["1.5", "2.5", "3.5", "4.5", "5.5", "6.5"]
    second = tmp_path / "second"
    second.mkdir()
    assert saved(page, second).read_text(encoding="utf-8") == path.read_text(encoding="utf-8")


def test_a_file_that_is_none_is_refused_in_words(page, tmp_path):
    for name, text in (("other.json", '{"assignment": "x"}'), ("broken.json", "{")):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        page.locator("#open").set_input_files(path)
        playwright.expect(page.locator("#status")).to_contain_text(f"{name} cannot be opened")


def test_nothing_is_saved_without_a_student(page):
    page.locator("#save").click()
    assert page.locator("#status").inner_text() == "Type your student number first."
    assert page.evaluate("document.activeElement.id") == "student"


def test_every_cell_has_a_name_of_its_own(page):
    names = page.locator("[data-method=online] td input").evaluate_all("boxes => boxes.map(b => b.ariaLabel)")
    assert len(names) == len(set(names)) == 372
    assert page.locator("input:not([aria-label]), textarea, select").evaluate_all(
        "all => all.every(x => x.labels.length)"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_a_step_without_scrolling_sideways(opened, scheme):
    page = opened(
        entry_page(pages_of("practical1")[1]), viewport={"width": 390, "height": 800}, color_scheme=scheme
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert step(page).evaluate("step => step.scrollWidth <= step.clientWidth")


def test_the_worksheet_prints_on_pages_of_a4(opened, tmp_path):
    page = opened(worksheet_page(pages_of("practical1")[1]))
    data = page.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True)
    sizes = set(re.findall(rb"/MediaBox ?\[([^\]]+)\]", data))
    assert sizes == {b"0 0 595.91998 842.88"} or all(
        abs(float(w) - 595) < 2 and abs(float(h) - 842) < 2 for _, _, w, h in (size.split() for size in sizes)
    )
    assert 3 <= data.count(b"/Type /Page\n") + data.count(b"/Type /Page ") <= 8
    assert page.locator("table").count() == 12
    assert page.locator("td:not(.none)").count() == 372
    assert "((0.6, 0.7, 0), (0.01, 0.43, 0.88))" in page.inner_text("body")
