"""The page in one file: it draws, looks, steps back and corrects, and its answers are Python's."""

import base64
import json
import re

import numpy as np
import pytest

import glassnet
from commands import exit_code
from glassnet.errors import UsageError
from glassnet.model.model import load_model
from glassnet.pages.draw_page import packed, write_draw_page
from strokes import DRAW, READ, drawn_anywhere

RNG = np.random.default_rng(5)

PROBABILITIES = """(images) => {
  const { "#engine/network.js": { Network }, "#engine/parameters.js": { numbersOf, unpacked } } = glassnet;
  const subject = JSON.parse(document.querySelector("#subject").textContent);
  const network = new Network(subject.network, unpacked(subject.packed, subject.network.sizes));
  const pixels = numbersOf(images, Uint8Array);
  const answers = [];
  for (let start = 0; start < pixels.length; start += 784) {
    const inputs = pixels.slice(start, start + 784).map((gray) => gray / 255);
    answers.push([...network.forward(inputs).activations[network.last]]);
  }
  return answers;
}"""


@pytest.fixture(scope="module")
def page_file(default_run, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "digits.html"
    assert exit_code("export", default_run, "--format", "html", "--output", path) == 0
    return path


def small(**options):
    data = glassnet.load_dataset("mnist", train_size=200, validation_size=100)
    network = glassnet.Network([784, 12, 10], seed=0)
    preprocessing = glassnet.PixelScaling((28, 28), **options)
    return glassnet.Model(network, preprocessing, data.class_names), data.validation


def test_each_weight_is_kept_to_half_a_step_of_its_neurons_sixteen_bits(mnist):
    network = small()[0].network
    network.layers[0].weights[:, 3] = 0
    found = packed(network)
    weights = np.frombuffer(base64.b64decode(found["weights"]), "<i2")
    scales = np.frombuffer(base64.b64decode(found["scales"]), "<f4")
    for layer, start, first in ((network.layers[0], 0, 0), (network.layers[1], 784 * 12, 12)):
        count, units = layer.weights.size, layer.weights.shape[1]
        kept = weights[start : start + count].reshape(-1, units) * scales[first : first + units]
        assert (np.abs(kept - layer.weights) <= 0.51 * scales[first : first + units]).all()


def test_the_page_is_one_small_file_that_asks_for_nothing(mnist, tmp_path):
    model, examples = small()
    write_draw_page(model, examples, "12% of validation digits", tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", text)
    subject = json.loads(re.findall(r'id="subject">(.*?)</script>', text, re.DOTALL)[0])
    assert subject["unseen"]["count"] == len(examples)
    first = subject["number"]  # a mistake
    assert model.predict(examples.inputs[first : first + 1]) != examples.targets[first] == subject["wanted"]
    right = int((model.predict(examples.inputs) == examples.targets).sum())
    assert subject["quality"] == {"right": right, "total": len(examples)}


def test_models_that_cannot_be_drawn_for_are_refused(mnist, tmp_path):
    upright, examples = small(deskew=True)
    with pytest.raises(UsageError, match="deskewed images"):
        write_draw_page(upright, examples, "", tmp_path / "page.html")
    plain = small()[0]
    letters = glassnet.Model(plain.network, plain.preprocessing, tuple("abcdefghij"))
    with pytest.raises(UsageError, match="not the ten digits"):
        write_draw_page(letters, examples, "", tmp_path / "page.html")
    floats = glassnet.Examples(examples.inputs / np.float32(255), examples.targets)
    with pytest.raises(UsageError, match="not gray images"):
        write_draw_page(plain, floats, "", tmp_path / "page.html")
    ensemble = glassnet.Model([plain.network] * 2, plain.preprocessing, plain.class_names)
    with pytest.raises(UsageError, match="an ensemble"):
        write_draw_page(ensemble, examples, "", tmp_path / "page.html")
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def page(browser, page_file):
    """The page, opened once for all tests of this file."""
    from browsing import offline_page
    from playing import READY, until

    with offline_page(page_file, 1366, 768, browser=browser, reduced_motion="reduce") as page:
        until(page, READY)
        yield page


@pytest.mark.browser
def test_it_opens_on_a_mistake_and_goes_forward_and_back_through_it(page):
    from playing import press, said

    label, answer = re.match(r"It takes this (\d) for a (\d)\.", page.inner_text(".sentence")).groups()
    assert label != answer
    press(page, "Go forward →")
    said(page, "784 numbers")
    page.locator(".there-and-back [data-station='gradients'] button").click()
    assert page.locator("[aria-current=step]").inner_text() == "gradients"
    page.get_by_role("button", name="Draw", exact=True).click()
    said(page, f"It takes this {label}")


@pytest.mark.browser
def test_its_probabilities_are_pythons_on_all_test_images(default_run, page_file, page):
    assert page_file.stat().st_size < 900_000
    images = glassnet.load_dataset("mnist").test.inputs
    expected = load_model(default_run / "model.safetensors").predict_probabilities(images)
    found = np.array(page.evaluate(PROBABILITIES, base64.b64encode(images.tobytes()).decode()))
    assert np.abs(found - expected).max() < 1e-3
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).sum() >= 9_990


@pytest.mark.browser
def test_a_hundred_digits_drawn_anywhere_in_any_size_are_read(page):
    test = glassnet.load_dataset("mnist").test
    drawings = [drawn_anywhere(image, RNG) for image in test.inputs[:100]]
    answers = [answer["said"] for answer in page.evaluate(READ, drawings)]
    assert sum(answer == str(label) for answer, label in zip(answers, test.targets, strict=False)) >= 95
    assert sum(answer is None for answer in answers) <= 3


@pytest.mark.browser
def test_blank_pages_dots_and_scribbles_are_no_digits(page):
    page.evaluate(DRAW, [[[0.5, 0.2], [0.5, 0.8]]])
    assert page.evaluate(DRAW, []) is None
    for _ in range(5):
        assert page.evaluate(DRAW, [[RNG.random(2).tolist()]]) is None
    scribbles = [[(RNG.random((30, 2)) * 0.8 + 0.1).tolist()] for _ in range(20)]
    assert [answer["said"] for answer in page.evaluate(READ, scribbles)].count(None) >= 19
    page.evaluate(DRAW, [])
    assert "Draw a digit" in page.inner_text(".sentence")
    assert page.get_by_role("button", name="Go forward →").is_disabled()


@pytest.mark.browser
def test_a_one_is_drawn_with_keys_alone(page):
    from playing import said, until

    page.evaluate("story.first.pad.clear()")
    page.locator(".board .ink").focus()
    for key in ["ArrowUp"] * 9 + [" "] + ["ArrowDown"] * 18 + [" "]:
        page.keyboard.press(key)
    said(page, "It says 1")
    page.get_by_role("button", name="Undo", exact=True).click()
    until(page, "story.first.empty")
