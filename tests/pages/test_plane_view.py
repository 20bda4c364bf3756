"""The plane in a real browser: points are set, a small net parts them while one looks on, and tables are pasted."""

import pytest

from browsing import offline_page, sideways
from glassnet.pages.classroom import write_classroom
from playing import until

pytestmark = pytest.mark.browser
PLANE = "classroom.frame.views.get('plane')"
TABLE = "length;width;kind\n1,4;0,2;setosa\n1,5;0,3;setosa\n4,7;1,4;versicolor\n4,5;1,5;versicolor\n;1;setosa\n"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    found = tmp_path_factory.mktemp("plane") / "class.html"
    write_classroom(found, digits=500)
    return found


@pytest.fixture(scope="module")
def shared(browser, path):
    with opened(browser, path) as page:
        yield page


@pytest.fixture
def page(shared):
    """The plane as it opens: moons, and an untrained net."""
    shared.evaluate(f"""async () => {{
      const view = {PLANE};
      classroom.frame.trouble(null);
      await view.training.pause();
      view.take("moons");
      await view.turn({{ hidden: [4], rate: 0.03, activation: "relu", seed: 1 }});
      Object.assign(view, {{ kind: 0, wiping: false }});
      view.showAll();
    }}""")
    until(shared, f"{PLANE}.training.state === 'ready' && {PLANE}.training.parameters.length === 22")
    return shared


def opened(browser, path, *size, anchor="#view=plane", **options):
    from contextlib import contextmanager

    @contextmanager
    def found():
        with offline_page(path, *(size or (1366, 768)), browser=browser, anchor=anchor, **options) as page:
            page.wait_for_selector("html[data-ready]")
            until(page, f"{PLANE}.training.parameters.length > 0")
            yield page

    return found()


def said(page):
    return page.inner_text(".sentence")


def points(page):
    return page.evaluate(f"{PLANE}.plane.points.length")


def test_a_small_net_parts_the_moons_while_one_looks_on(page):
    assert "Moons: can 4 neurons part them?" in said(page)
    before = page.evaluate(f"{PLANE}.training.wrong.size")
    page.get_by_role("button", name="Train it").click()
    until(page, f"{PLANE}.training.wrong.size < {before} / 2 && {PLANE}.training.epochs > 20")
    page.get_by_role("button", name="Pause").click()
    until(page, f"{PLANE}.training.state === 'paused'")
    wrong, epochs = page.evaluate(f"[{PLANE}.training.wrong.size, {PLANE}.training.epochs]")
    until(page, f"document.querySelector('.sentence').textContent.includes('{200 - wrong} of 200 points')")
    assert f"After {epochs} epochs" in said(page)
    assert page.locator(".point-pad .points .wrong").count() == wrong
    assert page.locator(".point-pad .border").get_attribute("d").count("M") > 20
    assert page.locator(".neuron-maps canvas").count() == 4


def test_points_are_set_moved_and_wiped_with_the_mouse_and_taken_back_with_a_key(page):
    box = page.locator(".point-pad svg").bounding_box()

    def at(x, y):  # of the plane, from -2 to 2
        return box["x"] + box["width"] * (x + 2) / 4, box["y"] + box["height"] * (2 - y) / 4

    page.get_by_role("button", name="B", exact=True).click()
    page.mouse.click(*at(-1.5, -1.5))
    assert page.evaluate(f"{PLANE}.plane.points.at(-1)") == pytest.approx({"x": -1.5, "y": -1.5, "kind": 1}, abs=0.02)
    page.mouse.move(*at(-1.5, -1.5))
    page.mouse.down()
    page.mouse.move(*at(1.2, 1.6))
    page.mouse.up()
    assert points(page) == 201
    assert page.evaluate(f"{PLANE}.plane.points.at(-1)") == pytest.approx({"x": 1.2, "y": 1.6, "kind": 1}, abs=0.02)
    page.get_by_role("button", name="Wipe").click()
    page.mouse.click(*at(1.2, 1.6))
    assert points(page) == 200
    for count in (201, 201, 200):
        page.keyboard.press("Control+z")
        until(page, f"{PLANE}.plane.points.length === {count}")


def test_points_are_set_with_keys_alone(page):
    page.get_by_role("button", name="Clear", exact=True).click()
    assert "Set some points." in said(page)
    page.locator(".point-pad svg").focus()
    page.keyboard.press("Enter")
    assert "All points are A." in said(page)
    assert page.get_by_role("button", name="Train it").is_disabled()
    for key in ("2", "ArrowRight", "ArrowUp", " "):
        page.keyboard.press(key)
    assert page.evaluate(f"{PLANE}.plane.points.map(({{ kind }}) => kind)") == [0, 1]
    label = page.locator(".point-pad svg").get_attribute("aria-label")
    assert "2 points" in label
    assert "0.2, 0.2" in label.replace("0.20", "0.2")
    page.keyboard.press("Delete")
    assert points(page) == 1


def test_marks_are_two_to_five_and_differ_in_shape(page):
    for count in (3, 4, 5):
        page.get_by_role("button", name="One mark more").click()
        until(page, f"{PLANE}.training.net.sizes.at(-1) === {count}")
    assert page.get_by_role("button", name="One mark more").is_disabled()
    shapes = page.evaluate("[...document.querySelectorAll('.kinds path')].map((one) => one.getAttribute('d'))")
    assert len(set(shapes)) == 5
    page.get_by_role("button", name="Clouds").click()
    until(page, "document.querySelectorAll('.point-pad .points path').length === 200")


def test_a_table_is_pasted_its_guess_said_and_contradicted(page):
    page.get_by_role("button", name="Paste a table").click()
    page.get_by_label("The table as text").fill(TABLE)
    told = "Read as 4 rows: length across, width up, marked by kind (2 kinds). One row has a gap and is left out."
    assert told in page.inner_text("dialog")
    page.get_by_label("Across").select_option("width")
    assert "width across, length up" in page.inner_text("dialog")
    page.get_by_role("button", name="Show these points").click()
    until(page, f"{PLANE}.plane.points.length === 4")
    until(page, "document.querySelector('.sentence').textContent.startsWith('Read as 4 rows')")
    assert page.locator(".kinds button").all_inner_texts() == ["setosa", "versicolor"]
    assert "width" in page.inner_text(".scale.across")
    page.get_by_role("button", name="Not so?").click()
    assert page.get_by_label("The table as text").input_value().startswith("length;width")
    page.get_by_label("The table as text").fill("no numbers here")
    assert "There are not two columns of numbers in it." in page.inner_text("dialog")
    assert page.get_by_role("button", name="Show these points").is_disabled()
    page.keyboard.press("Escape")


def test_what_is_wrong_with_a_net_stands_in_the_sentence_with_what_mends_it(page):
    page.get_by_role("button", name="Circles").click()
    page.locator(".plane-view").get_by_label("Activation").select_option("none: no bend")
    until(page, f"{PLANE}.training.settings.activation === 'identity'")
    page.get_by_role("button", name="Train it").click()
    page.wait_for_selector(".frame.in-trouble", timeout=20_000)
    assert "without a bend all its neurons together draw one straight line" in said(page)
    page.get_by_role("button", name="With a bend").click()
    until(page, f"{PLANE}.training.settings.activation === 'relu' && {PLANE}.training.wrong.size < 10")
    assert page.locator(".frame.in-trouble").count() == 0


def test_a_neuron_that_is_pointed_at_fills_the_plane(page):
    pixels = f"{PLANE}.pad.canvas.toDataURL()"
    page.wait_for_timeout(100)
    before = page.evaluate(pixels)
    page.locator(".neuron-maps button").first.focus()
    assert "Neuron 1 speaks on one side of a line." in said(page)
    assert page.evaluate(pixels) != before
    page.locator(".point-pad svg").focus()
    assert page.evaluate(pixels) == before


def test_a_link_carries_the_points_and_the_net_and_asks_before_it_replaces_others(page, browser, path):
    page.evaluate(
        f"{PLANE}.change({{ points: [{{ x: 1, y: 1, kind: 0 }}, {{ x: -1, y: 1, kind: 2 }}], kinds: 3 }}, 'x')"
    )
    page.evaluate(f"{PLANE}.turn({{ hidden: [3, 2] }})")
    anchor = page.evaluate("""async () => {
      classroom.frame.dispatchEvent(new Event("share"));
      await new Promise((ready) => setTimeout(ready, 400));
      return document.querySelector("dialog.share input").value.split("#")[1];
    }""")
    page.keyboard.press("Escape")
    with opened(browser, path, anchor=f"#{anchor}") as other:
        until(other, f"{PLANE}.plane.points.length === 2")
        assert other.evaluate(f"{PLANE}.plane.points") == [{"x": 1, "y": 1, "kind": 0}, {"x": -1, "y": 1, "kind": 2}]
        assert other.evaluate(f"{PLANE}.training.net.sizes") == [2, 3, 2, 3]
        other.get_by_role("button", name="Moons").click()
        other.evaluate(f"location.hash = '#{anchor}&say=again'")
        other.wait_for_selector(".frame.in-question")
        assert other.evaluate(f"{PLANE}.plane.points.length") == 200
        other.get_by_role("button", name="Show these points").click()
        until(other, f"{PLANE}.plane.points.length === 2")


@pytest.mark.parametrize(("size", "scheme"), [((1366, 768), "dark"), ((390, 844), "light")])
def test_it_fits_its_screen_and_axe_finds_no_fault(browser, path, size, scheme):
    from axe_playwright_python.sync_playwright import Axe

    with opened(browser, path, *size, color_scheme=scheme, bypass_csp=True) as page:
        assert Axe().run(page).response["violations"] == []
        assert sideways(page) <= 0
        assert page.evaluate("document.documentElement.scrollHeight") <= size[1]
        side = page.locator(".plane-view .side")
        if size[0] > 1000:
            assert side.evaluate("(one) => one.scrollHeight - one.clientHeight") <= 1
        assert page.locator(".point-pad svg").bounding_box()["width"] > 300
