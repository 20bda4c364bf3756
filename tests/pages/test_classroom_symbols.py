"""Signs of one's own, drawn by a seeded hand: learned, tried, saved, opened, and how many would be better."""

import json
from itertools import pairwise

import numpy as np
import pytest

from browsing import offline_page
from glassnet.pages.classroom import write_classroom
from playing import until

pytestmark = pytest.mark.browser
READY = "document.documentElement.dataset.ready !== undefined"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHAPES = [
    [[(0.5, 0.15), (0.15, 0.8), (0.85, 0.8), (0.5, 0.15)]],
    [[(0.5 + 0.3 * np.cos(turn), 0.5 + 0.3 * np.sin(turn)) for turn in np.linspace(0, 6.3, 20)]],
    [[(0.2, 0.2), (0.8, 0.8)], [(0.8, 0.2), (0.2, 0.8)]],
]
OTHERS = """(drawings) => drawings.map((drawing) => classroom.symbols.said(drawing))"""


def drawn(sign, rng):
    """A drawing by a hand that turns, stretches and trembles."""
    turn, stretch = rng.uniform(-0.3, 0.3), rng.uniform(0.75, 1.2, 2)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    strokes = []
    for corners in SHAPES[sign]:
        points = np.concatenate([np.linspace(a, b, 9) for a, b in pairwise(corners)])
        moved = ((points - 0.5) * stretch) @ rotation + 0.5 + rng.normal(scale=0.008, size=points.shape)
        strokes.append(moved.clip(0.03, 0.97).tolist())
    return strokes


def signs(rng, count):
    return [{"name": name, "drawings": [drawn(sign, rng) for _ in range(count)]} for sign, name in enumerate("ABC")]


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    path = tmp_path_factory.mktemp("classroom") / "class.html"
    write_classroom(path, 100)
    with offline_page(path, 1366, 768, locale="en-US", browser=browser) as page:
        until(page, READY)
        page.evaluate("classroom.frame.show('symbols')")
        yield page


def train(page):
    page.get_by_role("button", name="Train on them").click()
    until(page, "classroom.symbols.network !== null && classroom.symbols.busy === ''")


def sentence(page):
    return page.locator(".sentence").inner_text()


def test_a_stroke_in_a_box_is_a_drawing_and_can_be_taken_back(page):
    box = page.locator(".symbols .sign").nth(1).locator("canvas").first
    place = box.bounding_box()
    page.mouse.move(place["x"] + 10, place["y"] + 10)
    page.mouse.down()
    page.mouse.move(place["x"] + 60, place["y"] + 60, steps=5)
    page.mouse.up()
    assert page.locator(".symbols .sign output").all_inner_texts() == ["0 drawings", "1 drawing", "0 drawings"]
    assert page.locator(".actions .primary").is_disabled()  # the others have none yet
    page.locator(".symbols .sign").nth(1).get_by_role("button", name="Take back").click()
    assert page.locator(".symbols .sign output").nth(1).inner_text() == "0 drawings"


def test_a_sign_can_be_drawn_by_keys(page):
    page.locator(".symbols .sign").first.locator("canvas").first.focus()
    for key in [" ", *["ArrowRight"] * 6, *["ArrowDown"] * 6, " "]:
        page.keyboard.press(key)
    until(page, "document.querySelector('.symbols .sign output').textContent === '1 drawing'")
    page.keyboard.press("Delete")
    until(page, "document.querySelector('.symbols .sign output').textContent === '0 drawings'")


def test_three_signs_of_ten_drawings_are_read_from_thirty_others(page, tmp_path):
    rng = np.random.default_rng(3)
    mine = tmp_path / "mine.json"
    mine.write_text(json.dumps({"kind": "glassnet symbols", "signs": signs(rng, 10)}), encoding="utf-8")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open drawings").click()
    chooser.value.set_files(mine)
    until(page, "classroom.symbols.least === 10")
    train(page)
    others = [(drawn(sign, rng), sign) for sign in range(3) for _ in range(10)]
    said = page.evaluate(OTHERS, [drawing for drawing, _ in others])
    assert np.mean([one == sign for one, (_, sign) in zip(said, others, strict=True)]) >= 0.9
    assert sentence(page).startswith("It reads about ")


def test_axe_finds_no_fault(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []


def test_a_neighbors_drawings_are_tried_and_other_files_refused(page, tmp_path):
    theirs, other = tmp_path / "theirs.json", tmp_path / "other.json"
    theirs.write_text(json.dumps({"kind": "glassnet symbols", "signs": signs(np.random.default_rng(4), 5)}))
    other.write_text("{}")
    for path, said in ((theirs, "of the 15 drawings in that file."), (other, "That file holds no signs.")):
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Try a neighbor's").click()
        chooser.value.set_files(path)
        until(page, "words => document.querySelector('.sentence').textContent.includes(words)", said)
    page.keyboard.press("Escape")


def test_drawings_are_saved_as_they_are_opened_and_opening_can_be_taken_back(page, tmp_path):
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the drawings").click()
    saved = json.loads(download.value.path().read_text())
    assert [len(sign["drawings"]) for sign in saved["signs"]] == [10, 10, 10]
    page.get_by_role("button", name="One sign fewer").click()
    assert page.locator(".symbols .sign").count() == 2
    page.keyboard.press("Control+z")
    until(page, "document.querySelectorAll('.symbols .sign').length === 3")
    assert page.evaluate("classroom.symbols.least") == 10
