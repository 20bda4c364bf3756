"""The live page of a table in a real browser: its values are changed, its answer told, and what would tip it."""

import numpy as np
import pytest

from browsing import sideways
from commands import exit_code

pytestmark = pytest.mark.browser
WORDS = ("north", "south", "west")
CONTROLS = "[...document.querySelectorAll('#try :is(button, input, select)')]"


def rows_of_orders(count=240):
    """Write orders of which those that are large, or come late from the south, are sent back."""
    rng = np.random.default_rng(4)
    rows = []
    for number in range(count):
        size, word = rng.uniform(1, 90), WORDS[number % 3]
        day = np.datetime64("2023-01-02") + int(rng.integers(0, 300))
        back = size > 60 or (word == "south" and size > 50)
        gap = number % 17 == 0
        rows.append(f"{'' if gap else round(size, 2)},{word},{day},{'back' if back else 'kept'}")
    return ["size,region,sent,outcome", *rows]


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    """Live pages of an ensemble for a mixed table, of a network for two columns, and of one for numbers."""
    from contextlib import ExitStack

    from playing import playing

    place, rng = tmp_path_factory.mktemp("tables"), np.random.default_rng(0)
    x, y = rng.uniform(0, 10, (2, 150))
    tables = {
        "orders": (rows_of_orders(), ["--target", "outcome", "--ensemble", 2]),
        "plane": (
            [
                "east,north,side",
                *(f"{a:.2f},{b:.2f},{'left' if a < b else 'right'}" for a, b in zip(x, y, strict=True)),
            ],
            ["--target", "side", "--ensemble", 1],
        ),
        "height": (
            ["east,north,height", *(f"{a:.2f},{b:.2f},{3 * a - b:.3f}" for a, b in zip(x, y, strict=True))],
            ["--target", "height", "--ensemble", 1],
        ),
    }
    with ExitStack() as stack:
        addresses = {}
        for name, (lines, options) in tables.items():
            (place / f"{name}.csv").write_text("\n".join(lines))
            small = ["--hidden", "12,12", "--epochs", 60]
            assert exit_code("train", "--dataset", place / f"{name}.csv", "--run", place / name, *small, *options) == 0
            addresses[name] = stack.enter_context(playing(place / name))
        yield {**addresses, "runs": place}


@pytest.fixture
def table(browser, addresses):
    with opened(browser, addresses["orders"]) as page:
        yield page


def opened(browser, address, *size, **options):
    from contextlib import contextmanager

    from playing import live_page

    @contextmanager
    def found():
        with live_page(browser, address, *size, **options) as page:
            settled(page)
            yield page

    return found()


def settled(page):
    from playing import until

    until(page, "window.glassnet?.table.found && document.body.dataset.view === 'try'")


def test_how_the_file_was_read_is_said_first_and_can_be_contradicted(table):
    first = table.inner_text("#try .reading")
    assert "240 rows" in first
    assert 'target "outcome"' in first
    assert "Always saying kept would be right" in first
    table.get_by_role("button", name="Not so?").press("Enter")
    told = table.inner_text(".reading-dialog")
    assert "--target COLUMN" in told
    assert "--leave-out COLUMNS" in told
    table.get_by_role("button", name="Read it differently here").press("Enter")
    assert table.evaluate("document.body.dataset.view") == "train"


def test_the_networks_of_an_ensemble_answer_together_as_in_python(table, addresses):
    from glassnet.model.model import load_model
    from glassnet.runs.directory import read_run

    run = addresses["runs"] / "orders"
    data, model = read_run(run)[1], load_model(run / "model.safetensors")
    found = table.evaluate("glassnet.table.answers.map((outputs) => [...outputs])")
    places = table.evaluate("glassnet.table.rows.map(({ place }) => place)")
    assert places == data.test.indices.tolist()
    np.testing.assert_allclose(found, model.predict_probabilities(data.test.inputs), atol=1e-5)
    right = int((model.predict(data.test.inputs) == data.test.targets).sum())
    assert f"right on {right} of {len(data.test)} rows it never saw" in table.inner_text("#about")


def test_a_value_is_changed_by_keys_and_the_answer_follows(table):
    table.get_by_role("slider", name="size").focus()
    table.keyboard.press("End")
    assert table.inner_text("#try .big b") == "back"
    table.keyboard.press("Home")
    assert table.inner_text("#try .big b") == "kept"
    assert ", changed" in table.inner_text("#try .title")
    field = table.get_by_role("spinbutton", name="size")
    field.fill("88.5")
    assert table.evaluate("glassnet.table.values[0]") == 88.5
    table.get_by_role("combobox", name="region").select_option("west")
    assert table.evaluate("glassnet.table.values[1]") == table.evaluate(
        "glassnet.table.facts.columns[1].words.indexOf('west')"
    )
    table.locator("input[type=date]").fill("2023-05-04")
    assert table.evaluate("glassnet.table.values[2]") == 19_481
    table.get_by_role("button", name="put it back").click()
    assert ", changed" not in table.inner_text("#try .title")


def test_a_value_may_be_unknown(table):
    table.get_by_role("button", name="size is unknown").click()
    assert table.evaluate("Number.isNaN(glassnet.table.values[0])")
    settled(table)
    assert "NaN" not in table.inner_text("body")
    table.get_by_role("button", name="size is unknown").click()
    assert table.evaluate("glassnet.table.values[0] > 0")
    table.get_by_role("combobox", name="region").select_option("unknown")
    assert table.evaluate("Number.isNaN(glassnet.table.values[1])")


def test_the_change_that_is_told_tips_the_answer_and_none_that_is_nearer_does(table):
    tipped = """() => {
      const { table } = glassnet, { tipping, values } = table;
      const said = (row) => { const out = [...table.answer(row)]; return out.indexOf(Math.max(...out)); };
      const at = (value) => said(values.with(tipping.column, value));
      const now = values[tipping.column];
      const { words, whole } = table.facts.columns[tipping.column];
      const nearer = whole ? tipping.value - Math.sign(tipping.value - now) : now + 0.99 * (tipping.value - now);
      return [said(values), at(tipping.value), at(nearer), words.length];
    }"""
    told = 0
    for _ in range(5):
        table.get_by_role("button", name="Least sure").click()
        settled(table)
        if table.evaluate("!glassnet.table.tipping"):
            assert "No single value" in table.inner_text("#try .story")
            continue
        told += 1
        now, then, before, words = table.evaluate(tipped)
        assert then != now
        assert words or before == now
        name = table.evaluate("glassnet.table.facts.columns[glassnet.table.tipping.column].name")
        assert name in table.inner_text("#try .story")
        assert f"What if only its {name} were another?" == table.inner_text("#try .what-if-part h2")
    assert told >= 3


def test_least_sure_goes_through_the_rows_from_the_least_certain_on(table):
    table.get_by_role("button", name="Another row").click()
    sure = "Math.max(...glassnet.table.answer(glassnet.table.values))"
    seen = [table.evaluate("Math.max(...glassnet.table.answer(glassnet.table.leastSure()[0].values))")]
    table.evaluate("glassnet.table.take(glassnet.table.leastSure()[0])")
    for _ in range(3):
        table.get_by_role("button", name="Least sure").click()
        seen.append(table.evaluate(sure))
    assert seen == sorted(seen)
    least = table.evaluate("Math.min(...glassnet.table.answers.map((outputs) => Math.max(...outputs)))")
    assert seen[0] == pytest.approx(least)


def test_another_column_is_asked_about_and_words_have_a_row_each(table):
    table.get_by_role("button", name="region", exact=True).click()
    assert table.inner_text("#try .what-if-part h2") == "What if only its region were another?"
    assert set(WORDS) <= set(table.locator("#try .what-if text").all_text_contents())
    assert "digit" not in table.inner_text("#try")


def test_going_forward_steps_through_the_values_as_they_are_now(table):
    table.get_by_role("slider", name="size").press("End")
    inputs = table.evaluate("[...glassnet.table.columns.encoded(glassnet.table.values)]")
    table.get_by_role("button", name="Go forward").click()
    assert table.evaluate("document.body.dataset.view") == "look"
    assert table.evaluate("[...glassnet.look.stage.inputs]") == inputs
    assert "numbers go in" in table.inner_text("#caption")


@pytest.mark.parametrize(("size", "scheme"), [((1366, 768), "light"), ((1366, 768), "dark"), ((390, 844), "light")])
def test_nothing_scrolls_needlessly_and_axe_finds_no_fault(browser, addresses, size, scheme):
    from axe_playwright_python.sync_playwright import Axe

    for name in ("orders", "plane", "height"):
        with opened(browser, addresses[name], *size, color_scheme=scheme, bypass_csp=True) as page:
            assert Axe().run(page).violations_count == 0
            assert sideways(page) <= 0
            if size[0] > 1000:
                assert page.evaluate("document.documentElement.scrollHeight") <= size[1]
                assert page.evaluate("document.querySelector('#try .what-if').getBoundingClientRect().height") > 150
            assert page.evaluate(f"{CONTROLS}.filter((one) => !one.ariaLabel && !one.textContent.trim()).length") == 0
            small = "one.offsetParent && Math.min(one.offsetWidth, one.offsetHeight) < 24"
            assert page.evaluate(f"{CONTROLS}.filter((one) => {small}).length") == 0


def test_two_columns_are_a_plane_on_which_the_row_is_moved(browser, addresses):
    from playing import until

    with opened(browser, addresses["plane"]) as page:
        until(page, "glassnet.table.plane.grid?.side === 48")
        texts = page.evaluate("[...document.querySelectorAll('.map text.region')].map((one) => one.textContent)")
        assert {"left", "right"} <= set(texts)
        shapes = "new Set([...document.querySelectorAll('.map .seen')].map((one) => one.getAttribute('d'))).size"
        assert page.evaluate(shapes) == 2  # a mark for each class
        box = page.locator(".map svg").bounding_box()
        page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + 0.7 * box["height"])
        assert page.inner_text("#try .big b") == "right"
        before = page.evaluate("[...glassnet.table.values]")
        page.keyboard.press("ArrowUp")
        after = page.evaluate("[...glassnet.table.values]")
        assert (after[0], after[1] > before[1]) == (before[0], True)
        colors = """() => { const { data } = glassnet.table.plane.canvas.getContext('2d').getImageData(0, 0, 280, 280);
          return [[...data.slice(0, 3)], [...data.slice(-4, -1)]]; }"""
        upper, lower = page.evaluate(colors)
        assert upper != lower


def test_a_number_stands_on_the_histogram_of_the_target_with_its_usual_error(browser, addresses):
    with opened(browser, addresses["height"]) as page:
        said = page.evaluate("glassnet.table.answer(glassnet.table.values)[0]")
        error = page.evaluate("glassnet.table.error")
        assert "give or take" in page.inner_text("#try .big")
        low, high = page.evaluate("[glassnet.table.facts.target.low, glassnet.table.facts.target.high]")
        place = float(page.get_attribute("#try .target .point", "cx").rstrip("%"))
        assert place == pytest.approx(100 * (said - low) / (high - low), abs=0.01)
        assert "usual error" in page.inner_text("#try .story")
        tipped = page.evaluate("glassnet.table.tipping.outputs[0]")
        assert abs(tipped - said) == pytest.approx(error, rel=1e-3)


def test_after_a_step_here_one_network_answers(browser, addresses):
    from playing import until

    with opened(browser, addresses["orders"]) as page:
        assert "2 networks" in page.inner_text("#about")
        page.get_by_role("button", name="Train", exact=True).click()
        page.get_by_role("button", name="One step").click()
        until(page, "glassnet.table.networks.length === 1")
        page.get_by_role("button", name="Try", exact=True).click()
        assert "networks" not in page.inner_text("#about")
        until(page, "location.hash.includes('view=try')")
        page.reload()
        settled(page)
        assert page.evaluate("glassnet.table.networks.length") == 1


def test_the_page_of_one_row_can_be_tried_first_and_then_stepped_through(browser, addresses, tmp_path):
    run = addresses["runs"] / "orders"
    assert exit_code("explain", run, "--html", tmp_path / "row.html") == 0
    page = browser.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"file://{tmp_path}/row.html")
    page.wait_for_selector("#try .story span")
    assert "2 networks" in page.inner_text("#about")
    assert "Row " in page.inner_text("#try .title")
    page.get_by_role("button", name="Not so?").click()
    assert page.get_by_role("button", name="Read it differently here").count() == 0  # there is no server to do it
    page.keyboard.press("Escape")
    page.get_by_role("slider", name="size").press("End")
    assert page.inner_text("#try .big b") == "back"
    page.get_by_role("button", name="Go forward").click()
    assert "numbers go in" in page.inner_text("#caption")
    page.get_by_role("button", name="Try").click()
    assert page.inner_text("#try .big b") == "back"
    assert complaints == []
    page.close()
