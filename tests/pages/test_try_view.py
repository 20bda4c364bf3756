"""A table's page in a real browser: its values are changed, its answer told, and what would tip it."""

import numpy as np
import pytest

from browsing import offline_page, sideways
from commands import exit_code
from playing import until

pytestmark = pytest.mark.browser
WORDS = ("north", "south", "west")
CONTROLS = "[...document.querySelectorAll('.try :is(button, input, select)')]"
NAMES = ("orders", "plane", "height")


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
def paths(tmp_path_factory):
    """Pages of an ensemble for a mixed table, of a network for two columns, and of one for numbers."""
    place, rng = tmp_path_factory.mktemp("tables"), np.random.default_rng(0)
    pairs = list(zip(*rng.uniform(0, 10, (2, 150)).tolist(), strict=True))
    tables = {
        "orders": ("outcome", 2, rows_of_orders()),
        "plane": ("side", 1, [f"{a:.2f},{b:.2f},{'left' if a < b else 'right'}" for a, b in pairs]),
        "height": ("height", 1, [f"{a:.2f},{b:.2f},{3 * a - b:.3f}" for a, b in pairs]),
    }
    for name, (target, networks, rows) in tables.items():
        lines = rows if name == "orders" else [f"east,north,{target}", *rows]
        (place / f"{name}.csv").write_text("\n".join(lines))
        options = ("--target", target, "--ensemble", networks, "--hidden", "12,12", "--epochs", 60)
        assert exit_code("train", "--dataset", place / f"{name}.csv", "--run", place / name, *options) == 0
        assert exit_code("explain", place / name, "--html", place / f"{name}.html") == 0
    return place


@pytest.fixture(scope="module")
def opened(browser, paths):
    """The three pages, opened once."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield {
            name: stack.enter_context(offline_page(paths / f"{name}.html", 1366, 768, browser=browser))
            for name in NAMES
        }


def back_to_its_row(page):
    page.evaluate("story.first.take(story.first.rows[0]); story.frame.show('try')")
    settled(page)
    return page


@pytest.fixture
def table(opened):
    return back_to_its_row(opened["orders"])


def settled(page):
    until(
        page, "document.documentElement.dataset.ready === '' && story.first.found && story.frame.view === story.first"
    )


def test_how_the_file_was_read_is_said_first_and_can_be_contradicted(table):
    first = table.inner_text(".try .reading")
    assert "240 rows" in first
    assert 'target "outcome"' in first
    assert "Always saying kept would be right" in first
    table.get_by_role("button", name="Not so?").press("Enter")
    told = table.inner_text("dialog")
    assert "--target COLUMN" in told
    assert "--leave-out COLUMNS" in told
    assert not table.get_by_role("button", name="Read it differently here").is_visible()  # no server does it
    table.keyboard.press("Escape")


def test_the_networks_of_an_ensemble_answer_together_as_in_python(table, paths):
    from glassnet.model.model import load_model
    from glassnet.runs.directory import read_run

    run = paths / "orders"
    data, model = read_run(run)[1], load_model(run / "model.safetensors")
    own, *places = table.evaluate("story.first.rows.map(({ place }) => place)")
    found = np.array(table.evaluate("story.first.answers.map((outputs) => [...outputs])"))
    assert places == [place for place in data.test.indices.tolist() if place != own]
    kept = [k for k, place in enumerate(data.test.indices.tolist()) if place != own]
    np.testing.assert_allclose(found[1:], model.predict_probabilities(data.test.inputs)[kept], atol=1e-5)
    assert "2 networks of" in table.inner_text(".net")
    assert "rows it never saw" in table.inner_text(".net")


def test_a_value_is_changed_by_keys_and_the_answer_follows(table):
    table.get_by_role("slider", name="size").focus()
    table.keyboard.press("End")
    assert table.inner_text(".try .big b") == "back"
    table.keyboard.press("Home")
    assert table.inner_text(".try .big b") == "kept"
    assert ", changed" in table.inner_text(".try .title")
    field = table.get_by_role("spinbutton", name="size")
    field.fill("88.5")
    assert table.evaluate("story.first.values[0]") == 88.5
    table.get_by_role("combobox", name="region").select_option("west")
    west = table.evaluate("story.first.facts.columns[1].words.indexOf('west')")
    assert table.evaluate("story.first.values[1]") == west
    table.locator("input[type=date]").fill("2023-05-04")
    assert table.evaluate("story.first.values[2]") == 19_481
    table.get_by_role("button", name="put it back").click()
    assert ", changed" not in table.inner_text(".try .title")


def test_a_value_may_be_unknown(table):
    table.get_by_role("button", name="size is unknown").click()
    assert table.evaluate("Number.isNaN(story.first.values[0])")
    settled(table)
    assert "NaN" not in table.inner_text("body")
    table.get_by_role("button", name="size is unknown").click()
    assert table.evaluate("story.first.values[0] > 0")
    table.get_by_role("combobox", name="region").select_option("unknown")
    assert table.evaluate("Number.isNaN(story.first.values[1])")


def test_the_change_that_is_told_tips_the_answer_and_none_that_is_nearer_does(table):
    tipped = """() => {
      const { tipping, values, facts, answer } = story.first;
      const said = (row) => { const out = [...answer(row)]; return out.indexOf(Math.max(...out)); };
      const at = (value) => said(values.with(tipping.column, value));
      const now = values[tipping.column];
      const { words, whole } = facts.columns[tipping.column];
      const nearer = whole ? tipping.value - Math.sign(tipping.value - now) : now + 0.99 * (tipping.value - now);
      return [said(values), at(tipping.value), at(nearer), words.length];
    }"""
    told = 0
    for _ in range(5):
        table.get_by_role("button", name="Least sure").click()
        settled(table)
        if table.evaluate("!story.first.tipping"):
            assert "No single value" in table.inner_text(".sentence")
            continue
        told += 1
        now, then, before, words = table.evaluate(tipped)
        assert then != now
        assert words or before == now
        name = table.evaluate("story.first.facts.columns[story.first.tipping.column].name")
        assert name in table.inner_text(".sentence")
        assert f"What if only its {name} were another?" == table.inner_text(".try .what-if-part h2")
    assert told >= 3


def test_least_sure_goes_through_the_rows_from_the_least_certain_on(table):
    seen = [table.evaluate("Math.max(...story.first.answer(story.first.leastSure()[0].values))")]
    table.evaluate("story.first.take(story.first.leastSure()[0])")
    for _ in range(3):
        table.get_by_role("button", name="Least sure").click()
        seen.append(table.evaluate("Math.max(...story.first.answer(story.first.values))"))
    assert seen == sorted(seen)
    least = table.evaluate("Math.min(...story.first.answers.map((outputs) => Math.max(...outputs)))")
    assert seen[0] == pytest.approx(least)


def test_another_column_is_asked_about_and_words_have_a_row_each(table):
    table.get_by_role("button", name="region", exact=True).click()
    assert table.inner_text(".try .what-if-part h2") == "What if only its region were another?"
    assert set(WORDS) <= set(table.locator(".try .what-if text").all_text_contents())


def test_no_view_of_a_table_speaks_of_digits_and_values_go_forward_as_they_are_now(table):
    table.get_by_role("slider", name="size").press("End")
    inputs = table.evaluate("[...story.first.columns.encoded(story.first.values)]")
    table.get_by_role("button", name="Go forward").click()
    assert table.evaluate("story.frame.view.name") == "forward"
    assert table.evaluate("[...story.scene.example.inputs]") == inputs
    for view in ("forward", "backward"):
        table.evaluate("(view) => story.frame.show(view)", view)
        for _ in range(6):
            text = table.inner_text("body").lower()
            assert not {"digit", "pixel", "ink"} & set(text.replace(".", " ").split()), (view, text)
            table.keyboard.press("ArrowRight")


def test_a_link_carries_the_row_or_its_values_as_they_were_changed(table, browser, paths):
    place, changed = table.evaluate("[story.first.rows[3].place, [...story.first.rows[3].values.with(0, 77.5)]]")
    table.evaluate("story.first.take(story.first.rows[3])")
    plain = table.evaluate("story.links.current()").partition("#")[2]
    assert f"row={place}" in plain
    table.evaluate("story.first.set(0, 77.5)")
    other = table.evaluate("story.links.current()").partition("#")[2]
    for anchor, first in ((plain, None), (other, 77.5)):
        with offline_page(paths / "orders.html", 1366, 768, browser=browser, anchor=f"#{anchor}") as page:
            settled(page)
            assert page.evaluate("story.first.row.place") == place
            if first:
                assert page.evaluate("[...story.first.values]") == changed


@pytest.mark.parametrize(("size", "scheme"), [((1366, 768), "dark"), ((390, 844), "light")])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_scrolls_needlessly_and_nothing_is_small_or_without_a_name(browser, paths, name, size, scheme):
    with offline_page(paths / f"{name}.html", *size, browser=browser, color_scheme=scheme) as page:
        settled(page)
        assert sideways(page) <= 0
        assert page.evaluate("document.documentElement.scrollHeight") <= size[1]
        if size[0] > 1000:
            assert page.evaluate("document.querySelector('.try .what-if').getBoundingClientRect().height") > 150
        assert page.evaluate(f"{CONTROLS}.filter((one) => !one.ariaLabel && !one.textContent.trim()).length") == 0
        small = "one.offsetParent && Math.min(one.offsetWidth, one.offsetHeight) < 24"
        assert page.evaluate(f"{CONTROLS}.filter((one) => {small}).length") == 0


def test_axe_finds_no_fault(browser, paths):
    from axe_playwright_python.sync_playwright import Axe

    with offline_page(paths / "orders.html", 1366, 768, browser=browser, bypass_csp=True) as page:
        settled(page)
        assert Axe().run(page).response["violations"] == []


def test_two_columns_are_a_plane_on_which_the_row_is_moved(opened):
    page = back_to_its_row(opened["plane"])
    until(page, "story.first.plane.grid?.side === 48")
    texts = page.evaluate("[...document.querySelectorAll('.map text.region')].map((one) => one.textContent)")
    assert {"left", "right"} <= set(texts)
    shapes = "new Set([...document.querySelectorAll('.map .seen')].map((one) => one.getAttribute('d'))).size"
    assert page.evaluate(shapes) == 2  # a mark for each class
    box = page.locator(".map svg").bounding_box()
    page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + 0.7 * box["height"])
    assert page.inner_text(".try .big b") == "right"
    before = page.evaluate("[...story.first.values]")
    page.keyboard.press("ArrowUp")
    after = page.evaluate("[...story.first.values]")
    assert (after[0], after[1] > before[1]) == (before[0], True)
    colors = """() => { const { canvas } = story.first.plane;
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return [[...data.slice(0, 3)], [...data.slice(-4, -1)]]; }"""
    upper, lower = page.evaluate(colors)
    assert upper != lower


def test_a_number_stands_on_the_histogram_of_the_target_with_its_usual_error(opened):
    page = back_to_its_row(opened["height"])
    page.get_by_role("button", name="Largest error").click()
    settled(page)
    said = page.evaluate("story.first.answer(story.first.values)[0]")
    error = page.evaluate("story.first.error")
    assert "give or take" in page.inner_text(".try .big")
    low, high = page.evaluate("[story.first.facts.target.low, story.first.facts.target.high]")
    place = float(page.get_attribute(".try .target .point", "cx").rstrip("%"))
    assert place == pytest.approx(min(100, max(0, 100 * (said - low) / (high - low))), abs=0.01)
    assert "usual error" in page.inner_text(".sentence")
    tipped = page.evaluate("story.first.tipping.outputs[0]")
    assert abs(tipped - said) == pytest.approx(error, rel=1e-3)


def test_another_network_answers_alone_and_the_trained_ones_together_again(table):
    together = table.evaluate("[...story.first.answer(story.first.values)]")
    doubled = "story.scene.network.with(story.scene.network.parameters.map((value) => 2 * value))"
    table.evaluate(f"story.scene.change({{ network: {doubled} }})")
    assert table.evaluate("story.first.networks.length") == 1
    assert "networks" not in table.inner_text(".net")
    table.evaluate("story.scene.change({ network: story.first.trained[0] })")
    assert table.evaluate("[...story.first.answer(story.first.values)]") == together
