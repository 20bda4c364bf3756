"""A real browser with the network cut off."""

import shutil
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def offline_page(path, width=1440, height=900, *, browser=None, anchor="", **options):
    """Open a file, in a browser that others share or in one of its own; nothing must be fetched, nothing complain."""
    if browser:
        with _opened(browser, path.as_uri() + anchor, width, height, options) as page:
            yield page
        return
    chromium = shutil.which("chromium")
    assert chromium, "these tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        own = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with _opened(own, path.as_uri() + anchor, width, height, options) as page:
            yield page
        own.close()


@contextmanager
def _opened(browser, address, width, height, options):
    complaints, fetched = [], []
    options = {"locale": "en-US"} | options
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **options)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(address)
    yield page
    context.close()
    assert complaints == []
    assert [url for url in fetched if not url.startswith(("file:", "data:", "blob:"))] == []


def sideways(page):
    """By how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")
