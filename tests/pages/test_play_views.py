"""The live page: each visitor's own network, mistakes, links, Python for who asks, data of one's own, for everybody."""

import pytest

import glassnet
from glassnet.runs.directory import read_run
from strokes import DRAW

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(trained_small, tmp_path_factory):
    """The address of a page of a small network, and where runs that it keeps come to be."""
    from playing import playing

    place = tmp_path_factory.mktemp("kept")
    with playing(trained_small, cwd=place) as address:
        yield address, place


@pytest.fixture(scope="module")
def page(browser, served):
    """The page, opened once for all tests that leave it as they found it."""
    from playing import live_page

    with live_page(browser, served[0]) as page:
        yield page


def test_one_visitor_trains_and_no_other_notices(browser, page, served):
    from playing import live_page, press, until, view

    with live_page(browser, served[0]) as other:
        before = other.evaluate("[...story.scene.network.parameters.slice(5000, 5100)]")
        view(page, "Learn")
        press(page, "Train it")
        until(page, "document.documentElement.dataset.epoch >= 3")
        assert page.evaluate("parseFloat(document.documentElement.dataset.validation)") > 0.7
        assert other.evaluate("[...story.scene.network.parameters.slice(5000, 5100)]") == before
        other.reload()
        until(other, "Boolean(globalThis.story)")
        assert other.evaluate("[...story.scene.network.parameters.slice(5000, 5100)]") == before
    until(page, "!glassnet.learn.learning.running")
    assert page.locator(".lane").count() == 2  # the run's net stands beside one's own, with its own curve
    assert page.evaluate("glassnet.learn.learning.before.records.length") == page.evaluate(
        "glassnet.news.history.length"
    )


def test_python_trains_for_who_asks_and_what_it_made_is_kept_as_a_run(page, served):
    from playing import until, view

    view(page, "Learn")
    page.get_by_role("button", name="Train with Python").click()
    page.locator("dialog .field input").nth(0).fill("many")
    page.get_by_role("button", name="Train on this computer with Python").click()
    assert "128, 64" in page.inner_text("dialog .fault >> nth=0")  # in words, and nothing has begun
    page.locator("dialog .field input").nth(0).fill("20, 12")
    page.locator("dialog .field input").nth(1).fill("1500")
    page.locator("dialog .field input").nth(2).fill("2")
    page.get_by_role("button", name="Train on this computer with Python").click()
    until(page, "glassnet.learn.learning.net.at === 2 && !glassnet.learn.learning.running", seconds=60)
    assert page.evaluate("story.scene.network.sizes") == [784, 20, 12, 10]
    page.get_by_role("button", name="Train with Python").click()
    page.get_by_role("button", name="Keep it as a run").click()
    until(page, "document.querySelector('dialog [role=status]').textContent.includes('Kept in')")
    settings, _, model = read_run(served[1] / "runs" / "001")
    assert (settings.hidden, settings.train_size, settings.epochs) == ((20, 12), 1500, 2)
    found = page.evaluate("[...story.scene.network.parameters]")
    assert found == pytest.approx(model.network.parameters.tolist(), abs=1e-7)
    page.keyboard.press("Escape")


def test_a_mistake_is_found_by_its_cell_and_followed_backward(page):
    from playing import press, said, until, view

    view(page, "Mistakes")
    said(page, "wrong")
    until(page, "Boolean(document.querySelector('.examples button'))")
    page.get_by_role("button", name="Digits that are harder to read").click()
    until(page, "document.querySelectorAll('dialog .curves figure').length === 10")
    page.keyboard.press("Escape")
    wanted = page.evaluate("glassnet.mistakes.cell[0]")
    press(page, "Backward with it →")
    assert page.evaluate("story.scene.example.wanted") == wanted


def test_a_link_shows_the_very_example_and_asks_before_it_trains(page, served, trained_small):
    from playing import press, said, until

    data = read_run(trained_small)[1]
    page.evaluate("hash => (location.hash = hash)", "#view=forward&at=sums&x=317&n=4&rate=10&hidden=8")
    until(page, "story.scene.example.number === 317")
    pixels = page.evaluate("[...story.scene.example.inputs]")
    assert pixels == pytest.approx((data.validation.inputs[317].ravel() / 255).tolist(), abs=1e-12)
    assert page.evaluate("[document.body.dataset.station, story.scene.neuron[1]]") == ["sums", 4]
    before = page.evaluate("[...story.scene.network.parameters.slice(0, 500)]")
    said(page, "This link wants a new network")
    assert page.evaluate("[...story.scene.network.parameters.slice(0, 500)]") == before
    press(page, "Keep mine")
    page.evaluate("hash => (location.hash = hash)", "#view=draw&x=6279")
    said(page, "6,279")
    assert page.evaluate("story.scene.example.number") == 317  # never another picture
    press(page, "Close")


@pytest.mark.parametrize(
    "fragment",
    [
        "#view=<b>&at=-4&want=99&n=7.7&ink=AAAA&rate=1e999&hidden=9999999&batch=x&say=" + "x" * 9_000,
        "#at=NaN&want=&n=&ink=%00%ff&x=-1&net=" + "0" * 500,
    ],
)
def test_a_link_of_nonsense_does_no_harm(page, fragment):
    page.evaluate("hash => (location.hash = hash)", fragment)
    page.wait_for_timeout(100)
    assert page.evaluate("story.scene.outputs.reduce((a, b) => a + b)") == pytest.approx(1)
    assert len(page.inner_text(".sentence")) < 700
    page.evaluate("story.frame.trouble(null)")


def test_a_net_is_saved_as_a_file_that_python_opens(page, tmp_path):
    from playing import view

    view(page, "Learn")
    with page.expect_download() as started:
        page.get_by_role("button", name="Save", exact=True).click()
    started.value.save_as(tmp_path / "net.safetensors")
    assert glassnet.load_model(tmp_path / "net.safetensors").class_names == tuple("0123456789")


def test_ones_own_table_is_read_as_one_says_and_learned_from_on_a_page_of_its_own(browser, served, tmp_path):
    from playing import live_page, press, until, view

    rows = [f"{k % 7}.5,{k % 11},{k % 2},{'odd' if k % 2 else 'even'}" for k in range(300)]
    (tmp_path / "own.csv").write_text("\n".join(["a,b,class,target", *rows]))
    with live_page(browser, served[0]) as page:
        view(page, "Learn")
        page.get_by_role("button", name="Data", exact=True).click()
        page.set_input_files("dialog input[type=file]", tmp_path / "own.csv")
        until(page, "document.querySelector('#own-data').textContent.includes('\"class\" could be the target too')")
        assert str(tmp_path) not in page.inner_text("#own-data")
        page.get_by_role("button", name="Predict class").press("Enter")
        until(page, "document.querySelector('#own-data p').textContent.includes('target \"class\"')")
        page.get_by_role("button", name="Learn from own.csv →").press("Enter")
        until(page, "globalThis.story?.scene.subject.names?.join() === 'a,b,target = odd'")
        view(page, "Learn")
        press(page, "Train it")
        until(page, "document.documentElement.dataset.epoch >= 1 && !glassnet.learn.learning.running")
        assert page.evaluate("parseFloat(document.documentElement.dataset.validation)") > 0.9


def test_when_the_server_is_gone_the_net_of_ones_own_learns_on(browser, trained_small):
    from playing import live_page, playing, press, until, view

    with playing(trained_small) as address:
        lost = live_page(browser, address, forgive=["net::ERR"])
        page = lost.__enter__()
        page.evaluate(DRAW, [[[0.5, 0.2], [0.5, 0.8]]])
    assert page.evaluate("story.first.pad.strokes.length") == 1
    view(page, "Learn")
    press(page, "One epoch")
    until(page, "document.documentElement.dataset.epoch >= 1")
    lost.__exit__(None, None, None)


@pytest.mark.parametrize(("width", "height", "scheme"), [(1366, 768, "dark"), (390, 844, "light")])
def test_it_fits_and_axe_finds_no_fault(browser, served, width, height, scheme):
    from axe_playwright_python.sync_playwright import Axe

    from browsing import sideways
    from playing import live_page, until, view

    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

    def faults(page):
        found = Axe().run(page, options=rules).response["violations"]
        return [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found]

    with live_page(browser, served[0], width, height, color_scheme=scheme) as page:
        for name in ("Draw", "Forward", "Backward", "Learn", "Mistakes"):
            view(page, name)
            if name == "Mistakes":
                until(page, "Boolean(document.querySelector('.examples button'))")
            page.wait_for_timeout(100)
            assert faults(page) == [], name
            assert sideways(page) <= 0, name
            if width > 760:
                assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        view(page, "Learn")
        for name in ("Share", "Help", "Train with Python", "Data"):
            page.get_by_role("button", name=name, exact=True).click()
            assert faults(page) == [], name
            page.keyboard.press("Escape")
