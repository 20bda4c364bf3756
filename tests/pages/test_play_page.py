"""The live page in a real browser: it reads what is drawn, refuses what is no digit, and is steered by keys."""

import re

import numpy as np
import pytest

import glassnet
from glassnet.evaluation.shifted_copies import averaged_over_shifts
from stroke_font import LETTERS, LOOK_LIKE_DIGITS, letter_strokes
from strokes import DRAW, drawn_anywhere

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser, played):
    from playing import live_page, until

    with live_page(browser, played) as page:
        until(page, "Boolean(window.glassnet.novelty)")
        yield page


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


def test_a_hundred_digits_drawn_anywhere_in_any_size_are_read(page):
    test, rng = glassnet.load_dataset("mnist").test, np.random.default_rng(7)
    answers = [page.evaluate(DRAW, drawn_anywhere(image, rng)) for image in test.inputs[:100]]
    right = sum(answer == str(label) for answer, label in zip(answers, test.targets, strict=False))
    assert (right >= 95, sum(answer is None for answer in answers) <= 3) == (True, True), (right, answers)


def test_blanks_dots_and_scribbles_are_refused(page):
    rng = np.random.default_rng(8)
    page.evaluate(DRAW, [[[0.5, 0.2], [0.5, 0.8]]])
    assert page.evaluate(DRAW, []) is None
    dots = [[[rng.random(2).tolist()]] for _ in range(20)]
    tangles = [scribble for _ in range(27) for scribble in scribbles(rng)]
    answers = [page.evaluate(DRAW, strokes) for strokes in [*dots, *tangles]]
    assert len(answers) >= 100
    assert answers.count(None) >= 0.95 * len(answers), [i for i, a in enumerate(answers) if a is not None]


def test_most_letters_that_look_like_no_digit_are_refused_or_doubted(page):
    rng, certain = np.random.default_rng(9), []
    letters = 2 * [letter for letter in LETTERS if letter not in LOOK_LIKE_DIGITS]
    for letter in letters:
        answer = page.evaluate(DRAW, letter_strokes(letter, rng))
        sure = answer and page.evaluate("Math.max(...glassnet.look.stage.outputs)") > 0.9
        certain += [letter] if sure and "less sure" not in page.inner_text("#caption") else []
    assert len(certain) <= 0.2 * len(letters), certain


def test_the_average_over_shifts_is_pythons(page):
    images = glassnet.load_dataset("mnist").test.inputs[:20]
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


def test_the_detector_is_pythons(page):
    from glassnet.evaluation.novelty import NoveltyDetector

    data = glassnet.load_dataset("mnist")
    model = glassnet.Model(glassnet.Network([784, 10]), data.preprocessing, data.class_names)
    detector = NoveltyDetector.fit(model, data.train, data.validation)
    images = np.concatenate([data.test.inputs[:40], 255 - data.test.inputs[:5], np.zeros((1, 28, 28), np.uint8)])
    found = page.evaluate(
        "rows => rows.map((row) => glassnet.novelty.distance(row.map((gray) => gray / 255)))",
        images.reshape(-1, 784).tolist(),
    )
    assert found == pytest.approx(detector.score(model, images), rel=1e-3)
    assert page.evaluate("glassnet.novelty.threshold") == pytest.approx(detector.threshold, rel=1e-6)


def test_an_upright_digit_is_pythons(page):
    images = glassnet.load_dataset("mnist").test.inputs[:30]
    script = """async (rows) => {
      const { upright } = await import("#engine/deskew.js");
      return rows.map((row) => [...upright(Float64Array.from(row, (gray) => gray / 255))]);
    }"""
    found = np.array(page.evaluate(script, images.reshape(-1, 784).tolist())).reshape(-1, 28, 28) * 255
    from glassnet.data.images.deskew import deskew

    assert np.abs(found - deskew(images)).max() <= 1.01  # of 255: the last bit of a rounding


def test_it_opens_on_a_mistake_and_steps_back_to_a_correction(page):
    from playing import answered

    answered(page, "and is wrong")
    page.keyboard.press("b")
    answered(page, "too high")
    page.get_by_role("button", name="Step 8: Gradient").click()
    assert "agree to" in page.inner_text("#inspector")
    page.keyboard.press("ArrowRight")
    answered(page, "At rate 0.01")


def test_a_neuron_that_is_switched_off_is_out_of_the_sum(page):
    wanted = """() => {
      const { stage } = glassnet.look, { network, trace, last } = stage, [layer, unit] = stage.neuron;
      const k = stage.saidAt;
      return [trace.sums[last][k] - trace.activations[layer][unit] * network.weight(last, unit, k), k];
    }"""
    said, k = page.evaluate(wanted)
    page.get_by_role("button", name=re.compile(r"Switch \d+\.\d+ off")).click()
    assert page.evaluate("k => glassnet.look.stage.trace.sums[glassnet.look.stage.last][k]", k) == pytest.approx(said)
    assert page.evaluate("glassnet.look.stage.trace.deltas[0][glassnet.look.stage.neuron[1]]") == 0
    assert "1 neuron is switched off" in page.inner_text("#inspector")
    page.get_by_role("button", name="Switch it on again").click()
    assert "switched off" not in page.inner_text("#inspector")


def test_what_the_pointer_is_over_shows_its_sum_and_then_what_was_chosen_comes_back(page):
    chosen = page.evaluate("[glassnet.look.stage.neuron, glassnet.look.stage.place]")
    title, caption = page.inner_text("#inspector h2"), page.inner_text("#caption")
    tile = page.locator("#layers [role=gridcell]").nth(50)
    name = tile.get_attribute("aria-label").split(",")[0]
    tile.hover()
    assert page.inner_text("#inspector h2") == f"Weighted sums · {name}"
    layer, unit = (int(part) for part in name.removeprefix("neuron ").split("."))
    total = page.evaluate("([l, k]) => glassnet.look.stage.trace.sums[l][k]", [layer - 1, unit])
    shown = page.inner_text("#inspector .total td").replace("−", "-")
    assert float(shown) == pytest.approx(total, abs=1e-4)
    terms = [
        float(cell.inner_text().replace("−", "-"))
        for cell in page.locator("#inspector tr:has(button) td:last-child").all()
    ]
    assert [*map(abs, terms)] == sorted(map(abs, terms), reverse=True)
    page.locator("#outputs tbody tr").nth(3).hover()
    assert "3" in page.inner_text("#inspector .note >> nth=0")
    page.mouse.move(700, 890)
    assert (page.inner_text("#inspector h2"), page.inner_text("#caption")) == (title, caption)
    assert page.evaluate("[glassnet.look.stage.neuron, glassnet.look.stage.place]") == chosen
    tile.click()
    assert page.evaluate("glassnet.look.stage.neuron") == [layer - 1, unit]


def test_a_picture_that_is_chosen_is_centered_and_read(page, tmp_path):
    from PIL import Image

    from playing import answered

    digit = Image.fromarray(255 - glassnet.load_dataset("mnist").test.inputs[0]).resize((300, 300))
    paper = Image.new("L", (900, 500), 255)
    paper.paste(digit, (560, 20))
    paper.save(tmp_path / "seven.png")
    page.set_input_files("#picture-file input", tmp_path / "seven.png")
    answered(page, "It says 7")


def test_a_picture_that_is_none_is_refused_in_words(browser, played, tmp_path):
    from playing import live_page, until

    (tmp_path / "no.png").write_bytes(b"no picture")
    with live_page(browser, played, forgive=["400 (Bad Request)"]) as page:
        page.set_input_files("#picture-file input", tmp_path / "no.png")
        until(page, "document.querySelector('#alert').textContent.includes('not a picture')")
        assert "/" not in page.inner_text("#alert")


def test_it_is_played_with_keys_alone(page):
    from playing import answered

    page.keyboard.press("3")
    answered(page, "3")
    assert page.evaluate("glassnet.look.stage.wanted") == 3
    page.keyboard.press("l")
    assert page.locator("#lens select").input_value() == "activations"
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").is_visible()
    page.keyboard.press("3")  # a dialog is open: keys are its own
    page.get_by_label("Keys are on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    assert page.locator("#lens select").input_value() == "activations"
    page.locator("#ink").focus()
    for key in ["ArrowUp"] * 9 + [" "] + ["ArrowDown"] * 18 + [" "]:
        page.keyboard.press(key)
    answered(page, "It says 1")


def test_a_file_of_the_network_is_downloaded(page, tmp_path):
    page.get_by_role("button", name="Save").click()
    with page.expect_download() as started:
        page.get_by_role("link", name="model.safetensors").click()
    started.value.save_as(tmp_path / "model.safetensors")
    assert glassnet.load_model(tmp_path / "model.safetensors").class_names == tuple("0123456789")


def test_each_digit_on_a_sheet_is_found_shown_in_its_place_and_can_be_looked_at(page, tmp_path):
    from PIL import Image

    from playing import answered, until

    test = glassnet.load_dataset("mnist").test
    paper = Image.new("L", (1000, 400), 235)
    for place, number in enumerate((0, 1, 2)):  # 7, 2, 1
        digit = Image.fromarray(255 - test.inputs[number]).resize((200, 200)).point(lambda gray: gray * 235 // 255)
        paper.paste(digit, (60 + 320 * place, 100))
    paper.save(tmp_path / "sheet.png")
    page.set_input_files("#picture-file input", tmp_path / "sheet.png")
    until(page, "document.querySelectorAll('#came .found button').length === 3")
    found = page.locator("#came .found button")
    assert [text.strip() for text in found.all_inner_texts()] == ["7", "2", "1"]
    assert "3 digits found" in page.inner_text("#came figcaption")
    until(page, "Boolean(document.querySelector('#came .paper i').style.left)")
    lefts = page.evaluate("[...document.querySelectorAll('#came .paper i')].map((mark) => parseFloat(mark.style.left))")
    assert lefts == sorted(lefts)
    assert lefts[0] < 20 < lefts[1] < 60 < lefts[2]
    found.nth(1).focus()
    page.keyboard.press("Enter")
    answered(page, "It says 2")
    assert [one.get_attribute("aria-pressed") for one in found.all()] == ["false", "true", "false"]
    page.locator("#samples button").first.click()
    assert not page.locator("#came").is_visible()


def test_a_photo_larger_than_may_be_sent_is_made_smaller_and_read(page, tmp_path):
    from PIL import Image

    from playing import answered

    digit = Image.fromarray(255 - glassnet.load_dataset("mnist").test.inputs[0]).resize((1200, 1200))
    paper = np.full((2400, 3000), 230.0) + np.random.default_rng(0).normal(0, 6, (2400, 3000))
    paper[600:1800, 900:2100] *= np.asarray(digit) / 255
    Image.fromarray(np.clip(paper, 0, 255).astype(np.uint8)).save(tmp_path / "photo.png")
    assert (tmp_path / "photo.png").stat().st_size > 1_000_000
    page.set_input_files("#picture-file input", tmp_path / "photo.png")
    answered(page, "It says 7")
