"""A browser for the tests: headless Chromium, skipped where it or Playwright is not installed.

A page that is opened here must not complain on its console and must ask nobody for anything but itself; a
test that opens one fails if it does.
"""

import os
import shutil
from pathlib import Path

import pytest

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium, started once."""
    playwright = pytest.importorskip("playwright.sync_api")
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def open_page(browser):
    """Open a file in a window of its own: `open_page(path, width=360, dark=True, media="print")`."""
    contexts, complaints = [], []

    def open_(path, *, width=1000, height=800, dark=False, media="screen"):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        page = context.new_page()
        address = Path(path).as_uri()
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("request", lambda asked: _note_request(asked.url, address, complaints))
        page.emulate_media(media=media)
        page.goto(address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def _note_request(url, address, complaints):
    # What a page makes itself (blob:, data:) asks nobody.
    if url.split("#")[0] != address and not url.startswith(("blob:", "data:")):
        complaints.append(f"request: {url}")
