"""The live page with networks of every kind: it trains them, looks into them, and finds their mistakes."""

import numpy as np
import pytest

from commands import exit_code

pytestmark = pytest.mark.browser
QUICK = {"train_size": 2000, "epochs": 1}


@pytest.fixture(scope="module")
def address(tmp_path_factory, cache_of_this_run):
    from playing import playing

    place = tmp_path_factory.mktemp("upright") / "run"
    options = ["--hidden", 24, "--epochs", 1, "--input-parts", 1, "--deskew"]
    assert exit_code("train", "--run", place, *options) == 0
    with playing(place) as address:
        yield address


def begin(page, **knobs):
    """Begin anew with these settings, and train to the end."""
    from playing import until

    page.get_by_role("button", name="Train", exact=True).click()
    before = page.evaluate("glassnet.net")
    page.evaluate("knobs => glassnet.connection.send('reset', { knobs })", {**QUICK, **knobs})
    until(page, "before => glassnet.net !== before && glassnet.training.state.steps === 0", before)
    page.get_by_role("button", name="Start").click()
    until(page, "glassnet.training.state.status === 'finished'")


def numbers(page):
    return np.array(page.evaluate("[...glassnet.look.stage.outputs]"))


@pytest.mark.parametrize(
    "knobs",
    [
        {"hidden": []},
        {"hidden": [32, 16], "activation": "tanh"},
        {"hidden": [300], "loss": "half_squared_error"},
        {"hidden": [12], "optimizer": "adamw", "learning_rate": 0.003, "momentum": 0.0, "dropout": 0.2, "shift": 1.0},
        {
            "hidden": [16],
            "dataset": "rotated-mnist",
            "loss": "mse",
            "optimizer": "adam",
            "learning_rate": 0.003,
            "momentum": 0.0,
        },
    ],
    ids=["no hidden layer", "two", "sigmoid outputs", "with noise", "regression"],
)
def test_networks_of_every_kind_are_trained_and_looked_into(browser, address, knobs):
    from playing import live_page, until

    with live_page(browser, address) as page:
        begin(page, **knobs)
        page.get_by_role("button", name="Look").click()
        for _ in range(9):
            page.keyboard.press("ArrowRight")
            assert "NaN" not in page.inner_text("body")
            assert "undefined" not in page.inner_text("body")
        assert np.isfinite(numbers(page)).all()
        page.get_by_role("button", name="Mistakes").click()
        until(page, "Boolean(document.querySelector('.digits button'))")
        page.locator(".digits button:visible").first.click()
        assert page.evaluate("document.body.dataset.view") == "look"


def test_a_rate_that_is_too_high_ends_in_words_and_a_lower_one_goes_on(browser, address):
    from playing import live_page, until

    with live_page(browser, address) as page:
        begin(page, hidden=[16])
        page.evaluate("glassnet.connection.send('change', { knobs: { learning_rate: 1000 } })")
        page.get_by_role("button", name="Continue").click()
        until(page, "document.querySelector('#alert').textContent.length > 20")
        until(page, "glassnet.training.state.status !== 'running'")
        begin(page, hidden=[16], learning_rate=0.05)
        assert numbers(page).sum() == pytest.approx(1)


def test_ones_own_table_is_learned_from(browser, address, tmp_path):
    from playing import live_page, until

    rows = [f"{k % 7},{k % 11},{'odd' if k % 2 else 'even'}" for k in range(300)]
    (tmp_path / "own.csv").write_text("\n".join(["a,b,kind", *rows]))
    with live_page(browser, address, forgive=["400 (Bad Request)"]) as page:
        page.get_by_role("button", name="Train", exact=True).click()
        page.set_input_files("#knobs input[type=file]", tmp_path / "own.csv")
        until(page, "document.querySelector('#own-data').textContent.includes('xpected a column called')")
        assert str(tmp_path) not in page.inner_text("#own-data")
        page.get_by_label("Target").fill("kind")
        page.get_by_role("button", name="Read it again").click()
        until(page, "document.querySelector('#own-data').textContent.includes('2 numeric features')")
        page.get_by_role("button", name="Reset").click()
        until(page, "glassnet.look.stage.classes.join() === 'even,odd'")
        page.get_by_role("button", name="Look").click()
        assert page.locator("#features tbody tr").count() == 2
        page.get_by_role("button", name="Mistakes").click()
        until(page, "Boolean(document.querySelector('#matrix td button'))")


def test_settings_that_make_no_sense_are_not_begun_with(browser, address):
    from playing import live_page

    with live_page(browser, address) as page:
        net = page.evaluate("glassnet.net")
        page.get_by_role("button", name="Train", exact=True).click()
        page.get_by_label("Hidden layers").fill("many")
        page.locator("#knobs > details > summary").click()
        page.get_by_label("Epochs").fill("-3")
        page.locator("#knobs > details > summary").click()
        page.get_by_role("button", name="Reset").click()
        assert page.evaluate(
            "document.querySelector('#knobs > details').open || document.activeElement.id === 'knob-hidden'"
        )
        page.wait_for_timeout(300)
        assert page.evaluate("glassnet.net") == net


def test_what_is_in_doubt_about_ones_own_table_is_settled_by_keys_alone(browser, address, tmp_path):
    from browsing import sideways
    from playing import live_page, until

    rows = [f"{k % 7}.5,{k % 11},{k % 2},{'odd' if k % 2 else 'even'}" for k in range(300)]
    (tmp_path / "own.csv").write_text("\n".join(["a,b,class,target", *rows]))
    with live_page(browser, address, 390, 844) as page:
        page.get_by_role("button", name="Train", exact=True).click()
        page.set_input_files("#knobs input[type=file]", tmp_path / "own.csv")
        until(page, "document.querySelector('#own-data').textContent.includes('\"class\" could be the target too')")
        assert sideways(page) <= 0
        offered = page.locator("#knob-dataset option").count()
        page.get_by_role("button", name="Predict class").focus()
        page.keyboard.press("Enter")
        until(page, "document.querySelector('#own-data p').textContent.includes('target \"class\"')")
        assert page.evaluate("document.activeElement.textContent") == "Read it differently"
        page.keyboard.press("Enter")
        page.get_by_label("Leave out").fill("b")
        page.get_by_role("button", name="Read it again").press("Enter")
        until(page, "document.querySelector('#own-data p').textContent.includes('\"b\"')")
        assert page.locator("#knob-dataset option").count() == offered
        assert sideways(page) <= 0
        page.get_by_role("button", name="Reset").click()
        until(page, "glassnet.look.stage.subject.names?.join() === 'a,target = odd'")
