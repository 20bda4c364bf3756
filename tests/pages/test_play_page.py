"""The live page where one draws: it reads what is drawn, refuses what is no digit, and looks at photos."""

import numpy as np
import pytest

import glassnet
from glassnet.evaluation.shifted_copies import averaged_over_shifts
from stroke_font import LETTERS, LOOK_LIKE_DIGITS, letter_strokes
from strokes import DRAW, READ, drawn_anywhere

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened(browser, played):
    """The page, opened once for all tests of this file."""
    from playing import live_page, until

    with live_page(browser, played, forgive=["400 (Bad Request)"]) as page:
        until(page, "Boolean(glassnet.novelty)")
        yield page


@pytest.fixture
def page(opened):
    """The page as somebody finds it who begins to draw."""
    from playing import view

    view(opened, "Draw")
    yield opened
    opened.keyboard.press("Escape")
    opened.evaluate("story.frame.trouble(null)")


def scribbles(rng):
    """Give zigzags, loops and tangles, as a hand makes them that does not write."""
    angles = np.linspace(0, rng.uniform(20, 60), 150)
    loops = (
        0.5
        + 0.4 * np.stack([np.cos(angles), np.sin(angles * rng.uniform(1.1, 2.9))], axis=1) * rng.random((150, 1)) ** 0.1
    )
    teeth = np.stack([np.linspace(0.1, 0.9, 24), np.tile([0.15, 0.85], 12) + rng.normal(0, 0.03, 24)], axis=1)
    tangle = rng.random((rng.integers(15, 30), 2)) * 0.8 + 0.1
    return [[line.tolist()] for line in (tangle, loops, teeth)]


def test_it_opens_on_a_mistake_with_one_sentence_and_one_black_button(page):
    from playing import said

    said(page, "It takes this")
    assert page.locator("footer .primary").count() == 1
    assert page.locator("footer .primary").inner_text() == "Go forward →"
    picture = page.locator("main").bounding_box()
    assert picture["width"] * picture["height"] >= 0.6 * 1366 * 768
    accuracy = page.evaluate("glassnet.news.judged.accuracy")
    assert f"reads {100 * accuracy:.1f} % of 10,000 digits it never saw" in page.inner_text("header").replace(
        "\u00a0", " "
    )


def test_a_hundred_digits_drawn_anywhere_in_any_size_are_read(page):
    test, rng = glassnet.load_dataset("mnist").test, np.random.default_rng(7)
    drawings = [drawn_anywhere(image, rng) for image in test.inputs[:100]]
    answers = [answer["said"] for answer in page.evaluate(READ, drawings)]
    right = sum(answer == str(label) for answer, label in zip(answers, test.targets, strict=False))
    assert (right >= 95, sum(answer is None for answer in answers) <= 3) == (True, True), (right, answers)


def test_blanks_dots_and_scribbles_are_refused(page):
    rng = np.random.default_rng(8)
    page.evaluate(DRAW, [[[0.5, 0.2], [0.5, 0.8]]])
    assert page.evaluate(DRAW, []) is None
    dots = [[[rng.random(2).tolist()]] for _ in range(20)]
    tangles = [scribble for _ in range(27) for scribble in scribbles(rng)]
    answers = [answer["said"] for answer in page.evaluate(READ, [*dots, *tangles])]
    assert len(answers) >= 100
    assert answers.count(None) >= 0.95 * len(answers), [i for i, a in enumerate(answers) if a is not None]


def test_most_letters_that_look_like_no_digit_are_refused_or_doubted(page):
    rng = np.random.default_rng(9)
    letters = 2 * [letter for letter in LETTERS if letter not in LOOK_LIKE_DIGITS]
    drawings = [letter_strokes(letter, rng) for letter in letters]
    answers = page.evaluate(READ, drawings)
    sure = [answer["said"] is not None and answer["sure"] > 0.9 and not answer["doubted"] for answer in answers]
    assert sum(sure) <= 0.2 * len(letters), [letter for letter, one in zip(letters, sure, strict=True) if one]
    page.evaluate(DRAW, drawings[next(k for k, answer in enumerate(answers) if answer["said"] is None)])
    assert "Looks like no digit I know. If it must be one: " in page.inner_text(".sentence")


def test_the_average_over_shifts_the_detector_and_an_upright_digit_are_pythons(page):
    from glassnet.data.images.deskew import deskew
    from glassnet.evaluation.novelty import NoveltyDetector

    data = glassnet.load_dataset("mnist")
    images = data.test.inputs[:20]
    weights = np.random.default_rng(2).normal(size=(784, 3))
    script = """async ([rows, weights]) => {
      const { averagedOverShifts } = await import("#engine/shifted_copies.js");
      const sum = (inputs, k) => inputs.reduce((before, value, i) => before + value * weights[i][k], 0);
      const answer = (inputs) => [0, 1, 2].map((k) => Math.tanh(sum(inputs, k)));
      return rows.map((row) => averagedOverShifts(answer, row, [28, 28]));
    }"""
    found = page.evaluate(script, [(images / 255).reshape(-1, 784).tolist(), weights.tolist()])
    expected = averaged_over_shifts(lambda rows: np.tanh(rows.reshape(-1, 784) / 255 @ weights), images)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    model = glassnet.Model(glassnet.Network([784, 10]), data.preprocessing, data.class_names)
    detector = NoveltyDetector.fit(model, data.train, data.validation)
    strange = np.concatenate([images, 255 - images[:5], np.zeros((1, 28, 28), np.uint8)])
    script = "rows => rows.map((row) => glassnet.novelty.distance(row.map((gray) => gray / 255)))"
    assert page.evaluate(script, strange.reshape(-1, 784).tolist()) == pytest.approx(
        detector.score(model, strange), rel=1e-3
    )
    script = """async (rows) => {
      const { upright } = await import("#engine/deskew.js");
      return rows.map((row) => [...upright(Float64Array.from(row, (gray) => gray / 255))]);
    }"""
    found = np.array(page.evaluate(script, images.reshape(-1, 784).tolist())).reshape(-1, 28, 28) * 255
    assert np.abs(found - deskew(images)).max() <= 1.01  # of 255: the last bit of a rounding


def test_a_neuron_that_is_switched_off_is_out_of_the_sum_and_what_was_stays_in_sight(page):
    from playing import press, said

    page.keyboard.press("7")
    before, unit = page.evaluate("[story.scene.probabilities[story.scene.said], story.scene.neuron[1]]")
    wanted = """() => {
      const { scene } = story, { network, trace, said, last, neuron: [layer, unit] } = scene;
      return trace.sums[last][said] - trace.activations[layer][unit] * network.weight(last, unit, said);
    }"""
    expected, k = page.evaluate(wanted), page.evaluate("story.scene.said")
    page.keyboard.press("x")
    assert page.evaluate("k => story.scene.trace.sums[story.scene.last][k]", k) == pytest.approx(expected)
    sentence = said(page, f"Without neuron {unit}: ")
    assert "instead of" in sentence
    assert "It spoke for" in sentence
    ghost = page.evaluate("k => parseFloat(document.querySelectorAll('.network .ghost')[k].getAttribute('width'))", k)
    now = page.evaluate("k => story.scene.probabilities[k]", k)
    assert ghost == pytest.approx(100 * before if abs(before - now) > 0.005 else 0, abs=1e-6)
    press(page, "All on again")
    assert page.evaluate("story.scene.probabilities[story.scene.said]") == pytest.approx(before)


def test_it_is_played_with_keys_alone_and_letters_can_be_switched_off(page):
    from playing import said

    page.keyboard.press("3")
    assert page.evaluate("story.scene.example.wanted") == 3
    page.get_by_role("button", name="Help").click()
    page.keyboard.press("4")  # a dialog is open: keys are its own
    page.get_by_label("Letters and digits are keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("5")
    assert page.evaluate("story.scene.example.wanted") == 3
    page.evaluate("story.frame.letters = true")
    page.evaluate("story.first.pad.clear()")
    page.locator(".board .ink").focus()
    for key in ["ArrowUp"] * 9 + [" "] + ["ArrowDown"] * 18 + [" "]:
        page.keyboard.press(key)
    said(page, "It says 1")
    page.locator("body").click(position={"x": 5, "y": 5})


def photo_of(numbers, path, size=200, ground=235):
    """Write a photo with some test digits in a row."""
    from PIL import Image

    test = glassnet.load_dataset("mnist").test
    paper = Image.new("L", (120 + int(1.6 * size) * len(numbers), 2 * size), ground)
    for place, number in enumerate(numbers):
        digit = Image.fromarray(255 - test.inputs[number]).resize((size, size))
        paper.paste(digit.point(lambda gray: gray * ground // 255), (60 + int(1.6 * size) * place, size // 2))
    paper.save(path)
    return path


def test_each_digit_on_a_photo_is_found_in_its_place_and_can_be_looked_at(page, tmp_path):
    from playing import said, until

    page.set_input_files(".photo input", photo_of((0, 1, 2), tmp_path / "sheet.png"))  # 7, 2, 1
    until(page, "document.querySelectorAll('dialog .found button').length === 3")
    found = page.locator("dialog .found button")
    assert [text.strip() for text in found.all_inner_texts()] == ["7", "2", "1"]
    assert "3 digits were found" in page.inner_text("dialog")
    until(page, "Boolean(document.querySelector('.paper i').style.left)")
    lefts = page.evaluate("[...document.querySelectorAll('.paper i')].map((mark) => parseFloat(mark.style.left))")
    assert lefts == sorted(lefts)
    found.nth(1).focus()
    page.keyboard.press("Enter")
    said(page, "It says 2")
    assert page.locator("dialog").count() == 0


def test_a_photo_larger_than_may_be_sent_is_made_smaller_and_one_that_is_none_refused_in_words(page, tmp_path):
    from PIL import Image

    from playing import said

    digit = Image.fromarray(255 - glassnet.load_dataset("mnist").test.inputs[0]).resize((1200, 1200))
    paper = np.full((2000, 2400), 230.0) + np.random.default_rng(0).normal(0, 6, (2000, 2400))
    paper[400:1600, 600:1800] *= np.asarray(digit) / 255
    Image.fromarray(np.clip(paper, 0, 255).astype(np.uint8)).save(tmp_path / "photo.png")
    assert (tmp_path / "photo.png").stat().st_size > 1_000_000
    page.set_input_files(".photo input", tmp_path / "photo.png")
    page.locator("dialog .found button").first.click()
    said(page, "It says 7")
    (tmp_path / "no.png").write_bytes(b"no picture")
    page.set_input_files(".photo input", tmp_path / "no.png")
    assert "/" not in said(page, "not a picture")
