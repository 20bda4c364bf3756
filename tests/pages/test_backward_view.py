"""Backward, in the classroom's file: its numbers are those of Python's network, and its weight follows the hand."""

import re

import numpy as np
import pytest

from browsing import offline_page, sideways
from glassnet.data.load import load_dataset
from glassnet.model.model import load_model
from glassnet.pages.classroom import READY_NET, write_classroom
from playing import until

pytestmark = pytest.mark.browser
EXAMPLE = 1440  # that the file opens with
UNSEEN = 5_000
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOMENTS = ["delta-of-answers", "delta-of-neurons", "gradients", "weight", "step"]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("classroom") / "class.html"
    write_classroom(path, digits=500)
    return path


class Digits:
    """Example and network in float64, by NumPy alone."""

    def __init__(self):
        validation = load_dataset("mnist", train_size=500, validation_size=UNSEEN).validation
        # As the file has them: four bits a pixel.
        self.inputs = np.round(validation.inputs.reshape(UNSEEN, -1) / 17) / 15
        self.labels = validation.targets.astype(int)
        first, last = load_model(READY_NET).network.layers
        self.parameters = [
            np.array(part, np.float64) for part in (first.weights, first.biases, last.weights, last.biases)
        ]
        self.x, self.label = self.inputs[EXAMPLE], self.labels[EXAMPLE]

    def logits(self, inputs, parameters=None):
        first, first_bias, last, last_bias = parameters or self.parameters
        return np.maximum(0, inputs @ first + first_bias) @ last + last_bias

    def loss(self, parameters=None):
        logits = self.logits(self.x, parameters)
        return float(np.log(np.exp(logits - logits.max()).sum()) + logits.max() - logits[self.label])

    def gradients(self):
        first, first_bias, last, _ = self.parameters
        sums = self.x @ first + first_bias
        logits = self.logits(self.x)
        delta = np.exp(logits - logits.max())
        delta = delta / delta.sum() - (np.arange(10) == self.label)
        back = (sums > 0) * (last @ delta)
        return [np.outer(self.x, back), back, np.outer(np.maximum(0, sums), delta), delta]

    def right(self, parameters=None):
        return np.delete(self.logits(self.inputs, parameters).argmax(1) == self.labels, EXAMPLE)


@pytest.fixture(scope="module")
def digits():
    return Digits()


@pytest.fixture(scope="module")
def page(file):
    with offline_page(file, 1366, 768, locale="en-US") as page:
        ready(page)
        yield page


def ready(page):
    page.wait_for_selector("[data-ready]", state="attached")
    page.evaluate(
        "globalThis.scene = classroom.scene, globalThis.backward = classroom.frame.views.get('backward'), null"
    )


def go(page, moment):
    page.evaluate("name => backward.go(name)", moment)


def sentence(page):
    return page.locator(".sentence").inner_text()


def numbers(text):
    return [float(found.replace(",", "").replace("−", "-")) for found in re.findall(r"[+−]?\d[\d,]*\.?\d*", text)]


def test_next_takes_one_home_from_the_answers_to_the_step_and_the_path_tells_where_one_is(page):
    go(page, "delta-of-answers")
    seen = []
    for _ in MOMENTS:
        seen.append((page.evaluate("document.body.dataset.station"), page.locator("[aria-current=step]").inner_text()))
        page.keyboard.press("ArrowRight")
    assert seen == list(
        zip(MOMENTS, ["δ of answers", "δ of neurons", "gradients", "gradients", "one step"], strict=True)
    )
    go(page, "step")
    page.locator("[data-station=gradients] button").click()
    assert page.evaluate("document.body.dataset.station") == "gradients"


def test_each_answer_has_what_it_said_minus_what_it_should_have_said(page, digits):
    go(page, "delta-of-answers")
    deltas = digits.gradients()[3]
    shown = [numbers(text)[0] for text in page.locator(".answer-deltas tbody b").all_inner_texts()]
    assert shown == pytest.approx(list(deltas), abs=0.006)
    high, low = (round(100 * abs(float(deltas[k]))) for k in (deltas.argmax(), deltas.argmin()))
    assert sentence(page).startswith(f"{deltas.argmax()} is {high} points too high, {digits.label} is {low} too low.")


def test_what_is_written_along_the_two_strong_lines_is_weight_times_delta_and_it_adds_up_in_the_neuron(page, digits):
    go(page, "delta-of-neurons")
    _, back, _, delta = digits.gradients()
    unit = page.evaluate("scene.neuron[1]")
    lines = page.locator(".neuron-deltas .notes text").all_text_contents()
    assert len(lines) == 2
    weights = digits.parameters[2][unit]
    products = sorted(numbers(line)[2] for line in lines)
    for line in lines:
        weight, error, product = numbers(line)
        assert product == pytest.approx(weight * error, abs=0.01)
        assert min(abs(weights - weight)) < 0.006
    assert products == pytest.approx(sorted(weights[k] * delta[k] for k in (digits.label, delta.argmax())), abs=0.006)
    assert numbers(page.locator(".neuron-large .sum").inner_text())[-1] == pytest.approx(back[unit], abs=0.006)
    assert sentence(page).startswith("Louder." if back[unit] < 0 else "Softer.")


def test_as_many_parameters_move_as_have_a_gradient(page, digits):
    go(page, "gradients")
    moving = sum(int(np.count_nonzero(part)) for part in digits.gradients())
    assert numbers(sentence(page))[:2] == [moving, 12_730]
    items = page.locator(".moves li b").all_inner_texts()
    assert sum(numbers(item)[0] for item in items) == 12_730
    assert numbers(items[0]) == [moving]


def moved(digits, place, value):
    parameters = [part.copy() for part in digits.parameters]
    parameters[0][place] = value
    return digits.loss(parameters)


@pytest.mark.parametrize("way", ["keys", "mouse", "touch"])
def test_the_weight_is_dragged_and_the_loss_is_what_the_network_would_have(page, digits, way):
    go(page, "weight")
    page.keyboard.press("Escape")
    source, unit = page.evaluate("[scene.source, scene.neuron[1]]")
    before = digits.loss()
    held = page.locator(".weight-in-hand input[type=range]")
    assert numbers(sentence(page))[0] == pytest.approx(digits.gradients()[0][source, unit], abs=0.006)
    if way == "keys":
        held.focus()
        for _ in range(20):
            page.keyboard.press("ArrowLeft")
    else:
        box = held.bounding_box()
        start, end = ((box["x"] + part * box["width"], box["y"] + box["height"] / 2) for part in (0.5, 0.2))
        if way == "mouse":
            page.mouse.move(*start)
            page.mouse.down()
            page.mouse.move(*end, steps=4)
            page.mouse.up()
        else:
            touch(page, start, end)
    value = page.evaluate("backward.weight.value")
    told = numbers(sentence(page))
    assert value < digits.parameters[0][source, unit]
    assert told[:3] == pytest.approx([value, moved(digits, (source, unit), value), before], abs=0.006)
    assert numbers(held.get_attribute("aria-valuetext"))[1] == pytest.approx(
        moved(digits, (source, unit), value), abs=0.006
    )
    page.get_by_role("button", name="Put it back").click()
    assert page.evaluate("backward.weight.value") == digits.parameters[0][source, unit]


def touch(page, start, end):
    session = page.context.new_cdp_session(page)
    for kind, points in [("touchStart", [start]), ("touchMove", [end]), ("touchEnd", [])]:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})


def test_another_pixel_is_chosen_by_keys_and_without_ink_its_curve_is_flat(page):
    go(page, "weight")
    page.locator(".weight-in-hand canvas").focus()
    before = page.evaluate("scene.source")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("scene.source") == before + 28
    page.evaluate("scene.change({ source: 0 })")
    assert sentence(page).startswith("No ink here")
    page.evaluate("source => scene.change({ source })", before)


@pytest.mark.parametrize("rate", [0.01, 0.1])
def test_a_step_is_told_with_its_price_on_all_others(page, digits, rate):
    go(page, "step")
    held = page.locator(".one-step input[type=range]")
    held.evaluate(
        "(input, place) => { input.value = place; input.dispatchEvent(new Event('input')); }", {0.01: 10, 0.1: 20}[rate]
    )
    until(page, "Boolean(backward.step.price)")
    stepped = [part - rate * change for part, change in zip(digits.parameters, digits.gradients(), strict=True)]
    before, after = digits.right(), digits.right(stepped)
    lost, won = int((before & ~after).sum()), int((after & ~before).sum())
    assert f"{lost:,} are lost, {won:,} won" in sentence(page)
    assert numbers(page.locator(".one-step .price h2").inner_text())[1:] == [int(after.sum()), UNSEEN - 1]
    said = digits.logits(digits.x, stepped).argmax()
    assert page.locator(".one-step tr.strong th").inner_text() == str(said)
    assert numbers(page.locator(".one-step .losses").inner_text())[1] == pytest.approx(digits.loss(stepped), abs=0.006)


def test_after_the_step_the_answer_is_marked_anew_and_the_one_before_faintly(page, digits):
    go(page, "step")
    rows = dict(
        zip(*(page.locator(f".one-step tbody {part}").all_inner_texts() for part in ("th", ".mark")), strict=True)
    )
    assert rows["7"] == "said"
    assert rows["9"] == "said before"
    assert not any(mark for name, mark in rows.items() if name not in "79")


def test_whatever_the_example_there_is_a_share_in_its_error_and_ink_to_look_at(page):
    found = page.evaluate("""() => {
      const { example, neuron, source } = scene;
      const found = scene.examples.offered.map((offered) => {
        scene.change({ example: { ...offered, drawn: false } });
        const [layer, unit] = scene.neuron;
        return scene.trace.deltas[layer][unit] * scene.network.valuesInto(scene.trace, layer)[scene.source];
      });
      scene.change({ example, neuron, source });
      return found;
    }""")
    assert len(found) >= 10
    assert all(found)


def test_down_takes_the_neuron_with_the_next_smaller_share(page):
    go(page, "delta-of-neurons")
    share = "Math.abs(scene.trace.deltas[0][scene.neuron[1]])"
    page.evaluate("scene.change({ neuron: [0, backward.largest(0)] })")
    shares = []
    for _ in range(4):
        shares.append(page.evaluate(share))
        page.keyboard.press("ArrowDown")
    assert shares == sorted(shares, reverse=True)
    assert len(set(shares)) == 4
    page.keyboard.press("ArrowUp")
    assert page.evaluate(share) == shares[-1]


def test_who_draws_is_asked_what_was_meant_and_then_the_error_is_there(page, digits):
    page.evaluate("scene.change({ example: { ...scene.example, wanted: null, drawn: true } })")
    go(page, "step")
    assert page.evaluate("document.body.dataset.station") == "delta-of-answers"
    assert sentence(page).startswith("What should it have said?")
    page.get_by_role("button", name="It should have said 7").click()
    assert " too low." in sentence(page)
    page.evaluate(
        "label => scene.change({ example: { ...scene.example, wanted: label, drawn: false } })",
        int(digits.label),
    )


def test_the_error_runs_home_along_the_two_lines_and_space_stops_it(page):
    go(page, "delta-of-answers")
    # In one breath: what moves is over in 600 ms.
    states = page.evaluate("""() => {
      const moving = () => document.getAnimations().filter(({ effect }) => effect.target?.closest(".signals"));
      backward.next();
      const before = moving().map(({ playState }) => playState);
      document.dispatchEvent(new KeyboardEvent("keydown", { key: " " }));
      return [before, moving().map(({ playState }) => playState)];
    }""")
    assert states == [["running", "running"], ["paused", "paused"]]
    page.keyboard.press(" ")
    until(page, "document.querySelectorAll('.neuron-deltas .signals path').length === 0")


BELOW = """() => {
  const part = [...document.querySelectorAll(".backward > div")].find((one) => !one.hidden);
  const floor = document.querySelector("footer").getBoundingClientRect().top + 1;
  const parts = [...part.querySelectorAll("canvas, svg, table, p, h2, li")];
  return parts.filter((one) => one.getBoundingClientRect().bottom > floor).map((one) => one.outerHTML.slice(0, 80));
}"""


@pytest.mark.parametrize("moment", MOMENTS)
def test_nothing_needed_lies_below_the_edge(page, moment):
    for width, height in [(1366, 768), (390, 844)]:
        page.set_viewport_size({"width": width, "height": height})
        go(page, moment)
        hidden = page.evaluate(BELOW)
        assert (hidden, sideways(page)) == ([], 0)
    page.set_viewport_size({"width": 1366, "height": 768})


@pytest.mark.parametrize("moment", MOMENTS)
def test_axe_finds_no_fault(page, moment):
    from axe_playwright_python.sync_playwright import Axe

    go(page, moment)
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []


def test_with_reduced_motion_nothing_moves_and_german_says_the_same(page, file):
    options = {"locale": "de-DE", "reduced_motion": "reduce", "color_scheme": "dark"}
    context = page.context.browser.new_context(viewport={"width": 390, "height": 844}, offline=True, **options)
    still = context.new_page()
    still.goto(file.as_uri())
    ready(still)
    go(still, "delta-of-neurons")
    assert still.evaluate("document.querySelectorAll('.signals path').length") == 0
    assert re.match(r"(Lauter|Leiser)\.", sentence(still))
    go(still, "delta-of-answers")
    assert sentence(still).startswith("9 ist 66 Punkte zu hoch, 7 ist 72 zu niedrig.")
    context.close()
