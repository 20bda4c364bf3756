"""A walkthrough as a page in one file: what is in it, and what a browser makes of it."""

import base64
import json
import re
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import glassnet
from glassnet.data.preprocessing.table import FeatureScaling
from glassnet.data.preprocessing.targets import TargetScale
from glassnet.errors import MissingExtraError
from glassnet.explanation.saliency import logit_gradient
from glassnet.explanation.walkthrough import Walkthrough, WalkthroughDetail
from glassnet.pages import single_file
from glassnet.pages.explain_page import write_page
from glassnet.runs.example import PickedExample

ROW = np.array([3.0, 1.0, -2.0])
SCALING = FeatureScaling(("length", "<b>width</b>", "height"), (1.0, 2.0, 0.0), (2.0, 0.5, 1.0))


def digits(sizes=(784, 128, 10), activation="relu", **options):
    network = glassnet.Network(sizes, activation, seed=4, **options)
    return glassnet.Model(network, glassnet.PixelScaling((28, 28)), tuple("0123456789"))


def numbers(loss="mse", output=None, activation="relu"):
    network = glassnet.Network([3, 6, 4, 1], activation, loss=loss, output=output, seed=4)
    return glassnet.Model(network, SCALING, target_scale=TargetScale(10.0, 4.0), unit="cm")


def kinds(loss, output=None):
    return glassnet.Model(
        glassnet.Network([3, 5, 3], loss=loss, output=output, seed=1), SCALING, ("a", "</script>", "ö")
    )


def written(model, path, example=None, wanted=2, data=None, **picked):
    if example is None:
        rng = np.random.default_rng(3)
        example = rng.integers(0, 256, (28, 28), np.uint8) * (rng.random((28, 28)) < 0.2)
    example = example.astype(np.uint8) if example.ndim == 2 else example
    way = Walkthrough(model, example, wanted)
    picture = PickedExample(model, example, wanted, "validation example 5", data, number=5 if data else None)
    write_page(WalkthroughDetail.of(way, **picked), picture, path)
    return way


def subject_of(path):
    text = path.read_text(encoding="utf-8")
    (data,) = re.findall(r'<script type="application/json" id="subject">(.*?)</script>', text, re.DOTALL)
    return json.loads(data)


def test_the_page_holds_the_network_and_the_trace_exactly(tmp_path):
    way = written(digits(), tmp_path / "page.html")
    subject = subject_of(tmp_path / "page.html")

    def decoded(text, kind):
        return np.frombuffer(base64.b64decode(text), kind)

    assert (decoded(subject["parameters"], "<f4") == way.model.network.parameters).all()
    assert (decoded(subject["inputs"], "<f8") == way.trace.inputs[0]).all()
    assert (decoded(subject["python"]["deltas"][0], "<f8") == way.trace.deltas[0][0]).all()
    assert subject["wanted"] == 2


def test_the_page_asks_for_nothing_from_elsewhere(tmp_path):
    written(digits(), tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", text)
    assert not re.search(r"url\((?!data:)", text.partition("</style>")[0])
    assert not re.search(r"@import|<link rel=.?stylesheet", text)
    assert len(text) < 1_200_000


def test_names_from_the_data_stay_text(tmp_path):
    written(kinds("cross_entropy"), tmp_path / "page.html", ROW, 1)
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<b>width" not in text
    assert subject_of(tmp_path / "page.html")["classes"] == ["a", "</script>", "ö"]


def luminance(color):
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1])
def test_the_colors_are_far_enough_apart(theme):
    blocks = re.findall(r":root(?::not\(\.on-paper\))? \{(.*?)\}", single_file.read("css/tokens.css"), re.DOTALL)
    token = dict(re.findall(r"--([\w-]+): (#\w{6})", blocks[theme]))
    for ground in ("bg", "surface", "sunken"):
        for text in ("ink", "muted", "error"):
            assert contrast(token[text], token[ground]) >= 4.5, (text, ground)
        assert contrast(token["border"], token[ground]) >= 3, ground
        step = 3 - theme  # marks that must be seen start here
        for sign in ("plus", "minus"):
            assert contrast(token[f"{sign}-{step}"], token[ground]) >= 3, (sign, ground)


PAGES = {
    **{
        f"activation {name}": lambda name=name: (digits((784, 12, 7, 10), name), None, 2)
        for name in glassnet.ACTIVATIONS
    },
    **{
        f"loss {loss}": lambda loss=loss: (numbers(loss), ROW, 12.5) for loss in ("mse", "mae", "huber", "quantile_0.9")
    },
    **{
        f"classes {loss}": lambda loss=loss: (kinds(loss), ROW, 1)
        for loss in ("half_squared_error", "binary_cross_entropy")
    },
    "counts": lambda: (numbers("poisson"), ROW, 30.0),
    "mse of softmax": lambda: (kinds("mse", "sigmoid"), ROW, 1),
    "no hidden layer": lambda: (digits((784, 10)), None, 3),
    "wide": lambda: (digits((784, 700, 10)), None, 3),
    "double precision": lambda: (digits(dtype=np.float64), None, 3),
}


@pytest.fixture(scope="module")
def page_of(browser, tmp_path_factory):
    """Give a context that opens a model's page, ready to be looked at."""
    from browsing import offline_page
    from playing import READY, until

    @contextmanager
    def opened(model, example=None, wanted=2, *, width=1366, height=768, data=None, fragment="", **options):
        path = tmp_path_factory.mktemp("explained") / "page.html"
        written(model, path, example, wanted, data)
        with offline_page(path, width, height, browser=browser, reduced_motion="reduce", **options) as page:
            if fragment:
                page.evaluate("hash => (location.hash = hash)", fragment)
            until(page, READY)
            yield page

    return opened


STORY = """() => [...document.querySelectorAll(".there-and-back [data-station] button")].map((button) => {
  button.click();
  return [document.querySelector(".sentence").textContent, document.body.innerText];
})"""


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_the_browsers_numbers_are_pythons(name, page_of):
    model, example, wanted = PAGES[name]()
    with page_of(model, example, wanted) as page:
        assert float(page.evaluate("document.documentElement.dataset.apart")) < 1e-12
        stations = page.evaluate(STORY)
        assert len(stations) >= 7
        for sentence, text in stations:
            assert len(sentence) > 10
            assert not re.search(r"NaN|undefined|Infinity", text), sentence


@pytest.mark.browser
def test_it_opens_at_the_first_station_with_the_example_that_was_asked_for(page_of):
    with page_of(digits()) as page:
        assert page.locator("[aria-current=step]").inner_text() == "pixels"
        assert page.evaluate("story.scene.example.wanted") == 2
        page.get_by_role("button", name="Help").click()
        note = page.get_by_role("dialog").inner_text()
        assert "computed here and by Python" in note  # a footnote: it is for who doubts
        assert "It says" in note


@pytest.mark.browser
def test_its_sums_shares_and_step_are_those_of_the_walkthrough(page_of):
    model = digits()
    with page_of(model) as page:
        found = page.evaluate(NUMBERS)
        example = np.frombuffer(base64.b64decode(subject_from(page)["inputs"]), "<f8")
    way = Walkthrough(model, (example.reshape(28, 28) * 255).round().astype(np.uint8), 2)
    closeup = WalkthroughDetail.of(way)
    layer, unit = closeup.neuron
    assert found["neuron"] == [layer, unit]
    assert found["sum"] == pytest.approx(float(way.trace.pre_activations[layer][0, unit]), rel=1e-9)
    assert found["delta"] == pytest.approx(closeup.attribution.delta, rel=1e-9)
    assert found["loss"] == pytest.approx(closeup.update.loss, rel=1e-9)


NUMBERS = """() => {
  const { scene } = story, { trace, network, neuron: [layer, unit] } = scene;
  const after = network.stepped(trace, 0.01);
  const loss = after.measure(after.forward(trace.inputs), trace.targets);
  return { neuron: scene.neuron, sum: trace.sums[layer][unit], delta: trace.deltas[layer][unit], loss };
}"""


def subject_from(page):
    return json.loads(page.evaluate("document.querySelector('#subject').textContent"))


@pytest.mark.browser
def test_what_an_answer_rests_on_is_tinted_where_the_ink_is(page_of):
    model = digits((784, 20, 12, 10), "tanh")
    with page_of(model) as page:
        page.get_by_role("navigation", name="Views").get_by_role("button", name="Draw").click()
        page.get_by_role("button", name="What it rests on").click()
        found = np.array(page.evaluate(TINT)).reshape(28, 28, 4)
        said, inputs = page.evaluate("[story.scene.said, [...story.scene.example.inputs]]")
        slopes = page.evaluate("[...story.scene.network.logitGradient(story.scene.trace, story.scene.said)]")
        assert "Blue ink speaks for" in page.inner_text(".sentence")
    inputs = np.array(inputs)
    way = Walkthrough(model, (inputs.reshape(28, 28) * 255).round().astype(np.uint8), 2)
    expected = logit_gradient(way.network, way.trace.inputs, said)[0]
    np.testing.assert_allclose(slopes, expected, rtol=1e-9, atol=1e-12)
    gray = found[0, 0].tolist()  # no ink: the paper
    assert (found.reshape(784, 4)[inputs == 0] == gray).all()
    pushes = inputs * expected
    blue = found.reshape(784, 4)[:, 2].astype(int) > found.reshape(784, 4)[:, 0]
    strong = np.abs(pushes) > 0.1 * np.abs(pushes).max()
    assert (blue[strong] == (pushes[strong] > 0)).all()


TINT = """() => {
  const canvas = document.querySelector(".board .given");
  return [...canvas.getContext("2d").getImageData(0, 0, 28, 28).data];
}"""


@pytest.mark.browser
def test_it_is_walked_there_and_back_by_the_keyboard_alone(page_of):
    with page_of(digits((784, 16, 10))) as page:
        stations = [page.locator("[aria-current=step]").inner_text()]
        for _ in range(20):
            page.keyboard.press("ArrowRight")
            here = page.locator("[aria-current=step]")
            stations.append(here.inner_text().split(" ")[0] if here.count() else "")
            if stations[-1] == "one":
                break
        names = list(dict.fromkeys(stations))
        assert names == ["pixels", "sums", "activations", "logits", "answers", "loss", "δ", "gradients", "one"]
        page.keyboard.press("ArrowLeft")
        assert page.locator("[aria-current=step]").inner_text() == "gradients"


@pytest.mark.browser
def test_another_example_of_the_data_and_the_way_home_are_at_hand(page_of, mnist):
    model = glassnet.Model(glassnet.Network([784, 12, 10], seed=0), mnist.preprocessing, mnist.class_names)
    first = mnist.validation.inputs[5]
    with page_of(model, first, int(mnist.validation.targets[5]), data=mnist, fragment="#view=draw&x=123") as page:
        until_number(page, 123)
        assert page.evaluate("story.scene.example.wanted") == int(mnist.validation.targets[123])
        page.get_by_role("button", name="Another", exact=True).click()
        assert page.evaluate("story.scene.example.number") != 123
        right = int((model.predict(mnist.validation.inputs) == mnist.validation.targets).sum())
        assert f"reads {right / 100:.1f} % of 10,000 digits" in page.inner_text("header").replace("\u00a0", " ")


def until_number(page, number):
    from playing import until

    until(page, "number => story.scene.example.number === number", number)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(1366, 768, "light"), (1920, 1080, "dark"), (390, 844, "light"), (683, 384, "dark")]
)
def test_every_station_fits_from_a_telephone_to_a_projector(page_of, width, height, scheme):
    from browsing import sideways

    with page_of(digits((784, 64, 32, 10)), width=width, height=height, color_scheme=scheme) as page:
        page.evaluate(STORY)
        assert sideways(page) <= 0
        assert page.get_by_role("heading", name="glassnet").is_visible()
        seen = page.locator("main").bounding_box()
        assert seen["y"] < height / 3  # the thing that a step is about is what is on screen
        if height >= 768 and width > 800:  # nothing scrolls, and nothing needed lies below the edge
            assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
            assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.sentence')).fontSize)") >= 24
        for button in page.locator("footer .actions button, nav button").all():
            if button.is_visible():
                assert button.bounding_box()["height"] >= 24


@pytest.mark.browser
def test_on_paper_it_is_dark_on_light_and_no_button_is_printed(page_of):
    with page_of(digits(), width=1000, height=700, color_scheme="dark") as page:
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()") == "#171817"
        assert not page.locator("footer .actions").is_visible()
        assert page.locator(".sentence").is_visible()


def test_without_the_library_one_line_says_what_to_install(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match=r"glassnet\[report\]"):
        written(digits(), tmp_path / "page.html")
    assert not list(Path(tmp_path).iterdir())
