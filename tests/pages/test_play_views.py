"""The live page's views: training watched, mistakes looked into, lessons as links, reachable by everybody."""

import re

import pytest

from commands import exit_code
from strokes import DRAW

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def small_run(tmp_path_factory, cache_of_this_run):
    place = tmp_path_factory.mktemp("small") / "run"
    options = ["--hidden", 32, "--epochs", 1, "--input-parts", 1]
    assert exit_code("train", "--run", place, *options) == 0
    return place


def test_training_to_97_percent_is_watched_paused_changed_reloaded_and_resumed(browser, small_run):
    from playing import answered, live_page, playing, until

    state = "({status: glassnet.training.state.status, steps: glassnet.training.state.steps})"
    with playing(small_run) as address, live_page(browser, address) as page:
        page.get_by_role("button", name="Train", exact=True).click()
        page.get_by_label("Hidden layers").fill("64")
        page.get_by_label("Hidden layers").press("Enter")
        answered(page, "Reset begins anew with: hidden layers.")
        page.get_by_role("button", name="Reset").click()
        until(page, "glassnet.look.stage.network.sizes[1] === 64")
        weights = page.evaluate("glassnet.look.stage.network.parameters.slice(5000, 5100)")
        page.get_by_role("button", name="Start").click()
        until(page, "glassnet.training.curves.records.length >= 1")
        page.get_by_role("button", name="Pause").click()
        until(page, f"{state}.status === 'paused'")
        paused = page.evaluate(f"{state}.steps")
        page.get_by_role("button", name="One step").click()
        until(page, f"{state}.steps === {paused + 1}")
        page.get_by_label("Learning rate").focus()
        page.keyboard.press("ArrowLeft")
        until(page, "glassnet.training.knobs.now.learning_rate < 0.1")
        assert page.evaluate("glassnet.look.stage.network.parameters.slice(5000, 5100)") != weights
        page.reload()
        until(page, "window.glassnet?.training?.state.status === 'paused'")
        assert page.evaluate("glassnet.training.curves.records.length") >= 1
        assert page.evaluate("document.body.dataset.view") == "train"
        page.get_by_role("button", name="Continue").click()
        until(page, "glassnet.training.curves.records.at(-1).validation_accuracy >= 0.97", seconds=60)
        page.get_by_role("button", name="Pause").click()
        until(page, f"{state}.status === 'paused'")
        assert page.locator("#curves tbody tr").count() == 3


def test_what_it_is_taught_is_told_and_taken_back(browser, small_run):
    from playing import live_page, playing, until

    with playing(small_run) as address, live_page(browser, address) as page:
        before = page.evaluate("[...glassnet.look.stage.network.parameters]")
        label, said = page.evaluate("[glassnet.look.stage.wanted, glassnet.look.stage.saidAt]")
        assert label != said
        page.get_by_role("button", name=f"Teach it: this is a {label}").click()
        until(page, "document.querySelector('#taught').textContent.includes('Fine-tuned on 1 drawing')")
        assert re.search(r"Validation \d+\.\d\d% → \d+\.\d\d%", page.inner_text("#taught"))
        until(page, f"glassnet.look.stage.saidAt === {label}")
        page.get_by_role("button", name="Take it back").click()
        until(page, "document.querySelector('#taught').textContent.includes('is taken back')")
        until(page, "before => before.every((value, k) => value === glassnet.look.stage.network.parameters[k])", before)


def test_a_mistake_is_found_by_its_cell_and_stepped_through(browser, played):
    from playing import answered, live_page, until

    with live_page(browser, played) as page:
        page.get_by_role("button", name="Mistakes").click()
        until(page, "Boolean(document.querySelector('#cell .digits button'))")
        numbers = page.evaluate(
            "[...document.querySelectorAll('#matrix td button')].map((b) => +b.textContent.replace(',', ''))"
        )
        assert sum(numbers) == 10_000
        answered(page, "Choose a digit")
        truth, said = map(int, page.locator("#matrix [aria-pressed=true]").get_attribute("data-pair").split())
        page.locator("#cell .digits button").first.click()
        answered(page, f"The label is {truth}. {said} is")
        assert page.locator("#wanted select").input_value() == str(truth)
        until(page, "document.querySelectorAll('#trust figure').length === 10")


def test_a_lesson_link_restores_everything(browser, played):
    from playing import answered, live_page, until

    shown = """() => {
      const { stage } = glassnet.look;
      return [stage.place, stage.wanted, stage.neuron, [...stage.inputs], stage.lens, glassnet.training.knobs.changed];
    }"""
    with live_page(browser, played) as page:
        until(page, "Boolean(window.glassnet.novelty)")
        assert page.evaluate(DRAW, [[[0.2, 0.2], [0.6, 0.2], [0.35, 0.8]]]) == "7"
        page.select_option("#wanted select", "1")
        page.get_by_role("button", name="Step 7: Error signal").click()
        page.keyboard.press("l")
        page.get_by_role("button", name="Train", exact=True).click()
        page.get_by_label("Hidden layers").fill("300,100")
        page.get_by_label("Batch size").fill("16")
        page.get_by_role("button", name="Look").click()
        page.get_by_role("button", name="Step 7: Error signal").click()
        page.get_by_role("button", name="Share").click()
        page.get_by_label("Text shown with it").fill("<b>What</b> is wrong here?")
        page.get_by_role("dialog").get_by_label("mistakes").check()
        until(page, "document.querySelector('#sharing input').value.includes('hide=mistakes')")
        link, before = page.get_by_label("Command").input_value(), page.evaluate(shown)
        assert re.match(r"http://([^/]+)/([^/]+)/", played).group(2) not in link  # it is nobody else's
    link = re.fullmatch(r'glassnet play --link "(#[^"]+)"', link).group(1)
    assert len(re.search(r"ink=([^&]*)", link).group(1)) < 300
    with live_page(browser, played + link) as page:
        answered(page, "The error goes back")
        until(page, "document.querySelector('#facts').textContent.includes('<b>What</b> is wrong here?')")
        assert page.evaluate(shown) == before
        assert before[5] == {"batch_size": 16, "hidden": "300,100"}
        assert not page.get_by_role("button", name="Mistakes").is_visible()


@pytest.mark.parametrize(
    "fragment",
    [
        "#v=1&view=<b>&step=-4&want=99&n=7.7&ink=AAAA&lr=1e999&hidden=9999999&bs=x&hide=body,look&say=" + "x" * 9_000,
        "#step=NaN&want=&n=&ink=%00%ff&x=-1&lens=?&net=" + "0" * 500,
        "#ink=" + "7cEBAQAAAIIg_69uSEABAAAAAAAAAAAAAAAA" * 100,
    ],
)
def test_a_link_of_nonsense_does_no_harm(browser, played, fragment):
    from playing import live_page, until

    with live_page(browser, played + fragment) as page:
        until(page, "window.glassnet.training?.state.status === 'paused'")
        assert page.evaluate("glassnet.look.stage.outputs.reduce((a, b) => a + b)") == pytest.approx(1)
        assert len(page.inner_text("#facts")) < 600


def test_when_the_server_is_gone_it_says_so_and_keeps_the_drawing(browser, small_run):
    from playing import live_page, playing, until

    with playing(small_run) as address:
        lost = live_page(browser, address, forgive=["WebSocket", "net::ERR", "status of 503"])
        page = lost.__enter__()
        page.evaluate(DRAW, [[[0.5, 0.2], [0.5, 0.8]]])
    until(page, "document.querySelector('#alert').textContent.includes('Your drawing is kept.')")
    assert page.evaluate("glassnet.easel.pad.strokes.length") == 1
    lost.__exit__(None, None, None)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
def test_it_fits_and_axe_finds_no_fault(browser, played, width, height, scheme):
    from axe_playwright_python.sync_playwright import Axe

    from browsing import sideways
    from playing import live_page, until

    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    with live_page(browser, played, width, height, color_scheme=scheme, reduced_motion="reduce") as page:
        for view in ("Look", "Train", "Mistakes"):
            page.get_by_role("button", name=view, exact=True).click()
            if view == "Mistakes":
                until(page, "document.querySelectorAll('#trust figure').length === 10")
            page.wait_for_timeout(600)  # what may scroll is made reachable once nothing moves
            found = Axe().run(page, options=rules).response["violations"]
            assert [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found] == []
            assert sideways(page) <= 0
            if width > 760:
                assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        for name in ("Save", "Share", "Help and keys"):
            page.get_by_role("button", name=name).click()
            found = Axe().run(page, options=rules).response["violations"]
            assert [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found] == []
            page.keyboard.press("Escape")
