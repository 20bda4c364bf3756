"""The live page: the command that serves it, and a browser that looks at it."""

import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from browsing import FLAGS


@contextmanager
def playing(run, *options, cwd=None):
    """Run ``glassnet play``; gives the page's address."""
    command = [sys.executable, "-m", "glassnet", "play", str(run), "--no-open", *map(str, options)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd)
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), process.stderr.read()
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=20)


@contextmanager
def browser():
    chromium = shutil.which("chromium")
    assert chromium, "these tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@contextmanager
def live_page(browser, address, width=1366, height=768, *, forgive=(), **options):
    """Open the page; afterwards no request must have left for elsewhere, and nothing complained."""
    complaints, fetched = [], []
    options = {"locale": "en-US", "reduced_motion": "reduce"} | options
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: fetched.append(request.url))
    page.on("websocket", lambda socket: fetched.append(socket.url))
    page.goto(address)
    until(page, READY)
    yield page
    context.close()
    home = re.match(r"http://([^/]+/[^/]+/)", address).group(1)
    assert [url for url in fetched if not url.startswith((f"http://{home}", f"ws://{home}", "data:", "blob:"))] == []
    unforgiven = [text for text in complaints if not any(known in text for known in forgive)]
    assert not unforgiven, unforgiven


SPOKEN = "Boolean(document.querySelector('.sentence')?.textContent.trim())"
READY = f"document.documentElement.dataset.ready === '' && {SPOKEN}"


def until(page, expression, argument=None, seconds=30):
    """Wait until it is true. Playwright's own way evaluates text in the page, which the page's policy forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression, argument):
        assert time.monotonic() < end, f"not within {seconds} s: {expression}; it says {page.inner_text('body')[:500]}"
        page.wait_for_timeout(20)


def said(page, words):
    """Wait until the sentence has these words; gives it."""
    until(page, "words => document.querySelector('.sentence').textContent.includes(words)", words)
    return page.inner_text(".sentence")


def view(page, name):
    """Go to one of the five words."""
    page.get_by_role("navigation", name="Views").get_by_role("button", name=name, exact=True).click()


def press(page, name):
    """Press one of the buttons beside the sentence."""
    page.locator("footer .actions").get_by_role("button", name=name, exact=True).click()
