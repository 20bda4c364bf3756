"""Pages in one file: what is in them, and what a browser makes of them."""

import hashlib
import json
import re
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


def written(model, path, example=None, wanted=2, **picked):
    if example is None:
        rng = np.random.default_rng(3)
        example = rng.integers(0, 256, (28, 28), np.uint8) * (rng.random((28, 28)) < 0.2)
    example = example.astype(np.uint8) if example.ndim == 2 else example
    way = Walkthrough(model, example, wanted)
    write_page(WalkthroughDetail.of(way, **picked), PickedExample(model, example, wanted, "validation example 5"), path)
    return way


def subject_of(path):
    text = path.read_text(encoding="utf-8")
    (data,) = re.findall(r'<script type="application/json" id="subject">(.*?)</script>', text, re.DOTALL)
    return json.loads(data)


def test_the_page_holds_the_network_and_the_trace_exactly(tmp_path):
    way = written(digits(), tmp_path / "page.html")
    subject = subject_of(tmp_path / "page.html")

    def decoded(text, kind):
        import base64

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


def test_what_is_vendored_is_what_was_published():
    for sums in single_file.STATIC.rglob("SHA256SUMS"):
        kept = {str(path.relative_to(sums.parent)) for path in sums.parent.rglob("*") if path.is_file()}
        lines = [line.split("  ") for line in sums.read_text().splitlines()]
        assert {name for _, name in lines} == kept - {"SHA256SUMS", "SOURCE"}
        for digest, name in lines:
            assert hashlib.sha256((sums.parent / name).read_bytes()).hexdigest() == digest


def luminance(color):
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1])
def test_the_colors_are_far_enough_apart(theme):
    blocks = re.findall(r":root \{(.*?)\}", single_file.read("css/tokens.css"), re.DOTALL)
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


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_the_browsers_numbers_are_pythons(name, tmp_path):
    from browsing import offline_page

    model, example, wanted = PAGES[name]()
    written(model, tmp_path / "page.html", example, wanted)
    with offline_page(tmp_path / "page.html") as page:
        assert float(page.evaluate("document.documentElement.dataset.apart")) < 1e-12
        steps = page.locator("#track button")
        for place in range(steps.count()):
            steps.nth(place).click()
            assert page.locator("#caption").inner_text()
            assert page.locator("#inspector .panel > *").count()
            assert "NaN" not in page.inner_text("main")
            assert "undefined" not in page.inner_text("body")


@pytest.mark.browser
def test_the_pages_sum_blame_gradient_and_step_are_those_of_the_walkthrough(tmp_path):
    from browsing import offline_page

    way = written(digits(), tmp_path / "page.html")
    closeup = WalkthroughDetail.of(way)
    layer, unit = closeup.neuron

    def shown(value, digits=4):
        return f"{value:+.{digits}f}".replace("-", "−")

    with offline_page(tmp_path / "page.html") as page:
        panel = page.locator("#inspector .panel")
        page.get_by_role("button", name="Step 2: Weighted sums").click()
        assert shown(float(way.trace.pre_activations[layer][0, unit])) in panel.inner_text()
        page.get_by_role("button", name="Step 7: Error signal").click()
        assert shown(closeup.attribution.delta) in panel.inner_text()
        page.get_by_role("button", name="Step 8: Gradient").click()
        (agreeing,) = re.findall(r"agree to (\d+) digits", panel.inner_text())
        assert int(agreeing) >= 6
        page.get_by_role("button", name="Step 9: One step").click()
        assert f"{closeup.update.loss:.4f}" in panel.inner_text()


GRADIENT = """() => {
  const { Network } = glassnet["#engine/network.js"];
  const subject = JSON.parse(document.querySelector("#subject").textContent);
  const numbers = (text, Kind) => new Kind(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
  const network = new Network(subject.network, Float64Array.from(numbers(subject.parameters, Float32Array)));
  return [...network.logitGradient(network.forward(numbers(subject.inputs, Float64Array)), 4)];
}"""


@pytest.mark.browser
def test_the_pages_saliency_is_the_gradient_of_the_logit(tmp_path):
    from browsing import offline_page

    way = written(digits((784, 20, 12, 10), "tanh"), tmp_path / "page.html")
    with offline_page(tmp_path / "page.html") as page:
        expected = logit_gradient(way.network, way.trace.inputs, 4)[0]
        np.testing.assert_allclose(page.evaluate(GRADIENT), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.browser
def test_from_the_network_down_to_a_single_multiplication_by_keyboard_alone(tmp_path):
    from browsing import offline_page

    written(digits(), tmp_path / "page.html")
    with offline_page(tmp_path / "page.html") as page:
        page.get_by_role("button", name="Step 2: Weighted sums").focus()
        page.keyboard.press("Enter")
        page.locator("#layers [role=gridcell][tabindex='0']").focus()
        before = page.inner_text("#inspector h2")
        page.keyboard.press("ArrowDown")
        assert page.inner_text("#inspector h2") != before
        second = page.locator(".terms button").nth(1)
        name = second.inner_text()
        second.focus()
        page.keyboard.press("Enter")
        assert name in page.inner_text(".multiplication")
        assert page.locator(".multiplication .katex").count() == 1
        page.locator("#picture").focus()
        page.keyboard.press("ArrowRight")
        assert page.inner_text(".multiplication span >> nth=0") != name


@pytest.mark.browser
def test_another_answer_can_be_wanted_and_linked_to(tmp_path):
    from browsing import offline_page

    written(digits(), tmp_path / "page.html")
    with offline_page(tmp_path / "page.html") as page:
        page.get_by_label("Label").select_option("7")
        assert "want=7" in page.url
        page.keyboard.press("Escape")
        page.goto(page.url.replace("step=7", "step=6"))
        page.reload()
        assert page.get_by_label("Label").input_value() == "7"
        assert page.locator("#track [aria-current]").get_attribute("aria-label") == "Step 6: Error"


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_from_a_telephone_to_a_screen(tmp_path, width, height, scheme):
    from browsing import offline_page, sideways

    written(digits((784, 64, 32, 10)), tmp_path / "page.html")
    with offline_page(tmp_path / "page.html", width, height, color_scheme=scheme, reduced_motion="reduce") as page:
        assert sideways(page) <= 0
        for wanted in "0123456789":
            page.get_by_label("Label").select_option(wanted)
            assert sideways(page) <= 0
        for step in page.locator("#track button").all():
            step.click()
            assert sideways(page) <= 0
        squares = [cell.bounding_box() for cell in page.locator("#layers [role=gridcell]").all()]
        assert len(squares) == 64 + 32
        assert min(min(square["width"], square["height"]) for square in squares) > 6
        if width > 760:
            assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        for button in page.locator("footer > button, #track button, .terms button").all():
            if button.is_visible():
                assert button.bounding_box()["height"] >= 24


def test_without_the_library_one_line_says_what_to_install(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match=r"glassnet\[report\]"):
        written(digits(), tmp_path / "page.html")
    assert not list(Path(tmp_path).iterdir())
