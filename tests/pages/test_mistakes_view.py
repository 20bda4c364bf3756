"""Mistakes, in the classroom's file: its counts are those of Python's network, and each leads to its digits."""

import numpy as np
import pytest

from browsing import offline_page, sideways
from glassnet.data.load import load_dataset
from glassnet.model.model import load_model
from glassnet.pages.classroom import READY_NET, write_classroom
from playing import press, said, until

pytestmark = pytest.mark.browser
DIGITS, UNSEEN = 100, 5_000
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def read():
    """What Python's network says of the digits that the file has, and how sure it is."""
    validation = load_dataset("mnist", train_size=DIGITS, validation_size=UNSEEN).validation
    grays = (np.round(validation.inputs / 17) * 17).astype(np.uint8).reshape(UNSEEN, 28, 28)
    probabilities = load_model(READY_NET).predict_probabilities(grays)
    return validation.targets.astype(int), probabilities.argmax(1), probabilities.max(1)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("classroom") / "class.html"
    write_classroom(path, digits=DIGITS)
    with offline_page(path, 1366, 768, locale="en-US") as page:
        page.wait_for_selector("[data-ready]", state="attached")
        page.evaluate("classroom.frame.show('mistakes')")
        until(page, "document.querySelectorAll('.confusion button').length > 0")
        yield page


COUNTS = """[...document.querySelectorAll(".confusion tbody tr")].map(
  (row) => [...row.cells].slice(1).map((cell) => Number(cell.textContent.replace("·", 0))))"""


def cell(page, meant, answer):
    return page.locator(f'.confusion [data-cell="{meant} {answer}"]')


def sureness(page):
    return [float(text[:-2]) for text in page.locator(".behind .examples span").all_inner_texts()]


def test_the_matrix_counts_what_was_meant_and_what_was_said(page, read):
    meant, answers, _ = read
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (meant, answers), 1)
    shown = page.evaluate(COUNTS)
    assert np.abs(np.array(shown) - counts).sum() <= 2  # a probability may be a tie in float32
    wrong = int((meant != answers).sum())
    assert said(page, f"It reads {wrong} of 5,000 digits wrong.")
    assert page.locator(".net").inner_text().startswith("784 → 16 → 10 · reads")


def test_a_cell_has_its_digits_the_surest_first_and_leads_on_with_one(page, read):
    meant, answers, sure = read
    pair = np.unravel_index(
        np.bincount((10 * meant + answers)[meant != answers], minlength=100).argmax(), (10, 10)
    )  # the commonest
    places = np.flatnonzero((meant == pair[0]) & (answers == pair[1]))
    cell(page, *pair).click()
    assert page.locator(".behind h2").inner_text().startswith(f"{len(places)} × a {pair[0]} taken for a {pair[1]}")
    found = sureness(page)
    assert found == sorted(found, reverse=True)
    assert found == pytest.approx(sorted(100 * sure[places], reverse=True), abs=1)
    page.locator(".behind .examples button").nth(1).click()
    assert said(page, f"A {pair[0]}; it said {pair[1]}, ")
    number = int(page.locator(".behind [aria-pressed=true]").get_attribute("data-place"))
    assert number in places
    press(page, "Backward with it →")
    example = page.evaluate("classroom.scene.example")
    assert page.evaluate("classroom.frame.view.name") == "backward"
    assert (example["number"], example["wanted"]) == (number, pair[0])
    page.evaluate("classroom.frame.show('mistakes')")
    press(page, "Forward with it →")
    assert page.evaluate("classroom.frame.view.name") == "forward"
    page.evaluate("classroom.frame.show('mistakes')")


def test_arrows_go_from_cell_to_cell_that_has_any(page):
    cell(page, 0, 0).click()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.cell").split()[1] == "0"
    page.keyboard.press("ArrowRight")
    chosen = page.evaluate("document.activeElement.dataset.cell")
    assert chosen.split()[1] != "0"
    assert page.locator(".confusion [tabindex='0']").count() == 1
    assert page.locator(".confusion [aria-pressed=true]").get_attribute("data-cell") == chosen


def test_it_is_said_whether_80_percent_is_8_times_in_10(page, read):
    meant, answers, sure = read
    about = (sure >= 0.75) & (sure < 0.85)
    right = (meant == answers)[about]
    assert page.locator(".calibration .answer").inner_text() == f"Right {10 * right.mean():.1f} times in 10."
    told = page.locator(".calibration .note").inner_text().replace("\u00a0", " ")
    assert told.startswith(f"It was 75 % to 85 % sure {len(right)} times, and right {right.sum()} times.")
    label = page.locator(".calibration .plot").get_attribute("aria-label")
    assert label.count("sure") == page.locator(".calibration circle").count() + 1


CUT = """() => {
  const floor = document.querySelector(".frame > footer").getBoundingClientRect().top;
  const parts = [...document.querySelectorAll(".view.mistakes :is(td, .plot, .note, h2)")];
  return parts.filter((one) => one.getBoundingClientRect().bottom > floor + 1).map((one) => one.outerHTML.slice(0, 80));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_axe_finds_no_fault(page, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    assert page.evaluate(CUT) == []
    for width, height in [(390, 844), (1366, 768)]:
        page.set_viewport_size({"width": width, "height": height})
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
        assert sideways(page) == 0
