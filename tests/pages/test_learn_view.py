"""Learn, in the classroom's file: two nets beside each other, broken ones told in words, every act taken back."""

import re

import numpy as np
import pytest

from browsing import offline_page, sideways
from glassnet.data.load import load_dataset
from glassnet.model.model import load_model
from glassnet.pages.classroom import write_classroom
from playing import until

pytestmark = pytest.mark.browser
DIGITS, UNSEEN = 2_000, 5_000
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("classroom") / "class.html"
    write_classroom(path, digits=DIGITS)
    return path


@pytest.fixture(scope="module")
def shown(file):
    with offline_page(file, 1366, 768, locale="en-US", accept_downloads=True) as page:
        yield page


@pytest.fixture
def page(shown):
    """The Learn view with a new net that nobody has trained."""
    shown.evaluate("location.hash = ''")
    shown.reload()
    shown.wait_for_selector("[data-ready]", state="attached")
    shown.evaluate("classroom.learn.learning.pace = 0; classroom.frame.show('learn')")  # nobody waits for a person here
    until(shown, "classroom.learn.learning.net.records.length === 1")
    return shown


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def sentence(page):
    return page.locator(".sentence").inner_text().replace("\u00a0", " ")


def says(page, words, seconds=20):
    until(
        page,
        "words => document.querySelector('.sentence').textContent.replaceAll('\\u00a0', ' ').includes(words)",
        words,
        seconds,
    )


def net(page, what):
    return page.evaluate(f"classroom.learn.learning.net.{what}")


def watch(page):
    """Train at a pace that leaves time to press a key."""
    page.evaluate("classroom.learn.learning.pace = 150")


def drawn(page):
    return page.evaluate("[...document.querySelectorAll('.yours .neuron canvas')].map((canvas) => canvas.toDataURL())")


def test_a_new_net_stands_beside_the_one_before_on_the_same_axes_and_learns(page):
    lanes = page.locator(".lane").all_inner_texts()
    assert ["yours" in lanes[0], "before" in lanes[1]] == [True, True]
    axes = [page.locator(f"{lane} .learning-curve text").all_text_contents() for lane in (".yours", ".before")]
    assert all({"100\u00a0%", "50\u00a0%", "0\u00a0%", "guessing 10\u00a0%"} <= set(texts) for texts in axes)
    start, before = drawn(page), page.locator(".before .score strong").inner_text()
    assert len(start) == 16
    assert sentence(page).startswith("A new net: it only guesses.")
    watch(page)
    press(page, "Train it")
    says(page, "Epoch 2: ")
    press(page, "Pause")
    says(page, "Stopped in epoch")
    press(page, "Go on")
    says(page, "After 10 epochs it reads")
    root = page.evaluate("({...document.documentElement.dataset})")
    share = float(page.locator(".yours .score strong").inner_text().split()[0]) / 100
    assert (root["epoch"], float(root["validation"])) == ("10", pytest.approx(share, abs=6e-4))
    assert share > 0.8
    assert sum(one != other for one, other in zip(start, drawn(page), strict=True)) == 16
    assert page.locator(".before .score strong").inner_text() == before
    assert f"reads {100 * float(root['validation']):.1f} % of 5,000" in page.locator(".net").inner_text()


def test_a_step_tells_the_loss_of_its_batch_before_and_after_and_an_epoch_how_much_it_reads(page):
    press(page, "One step")
    says(page, "Step 1: 32 digits, loss ")
    before, after = map(float, re.search(r"loss ([\d.]+) → ([\d.]+)\.", sentence(page)).groups())
    assert 2 < before < 3
    assert after < before
    assert "62 more steps make an epoch." in sentence(page)
    press(page, "One epoch")
    says(page, "Epoch 1: ")
    assert net(page, "steps") == 63


BREAKS = [
    ("rate 10", r"(16 of 16 neurons are dead|It broke at step \d+: )", "Anew with rate 0.1", "rate", 0.1),
    ("no bend", r"Without a bend it stops at \d+\.\d %", "Anew with the bend", "activation", "relu"),
    ("500 digits", r"Of its 500 digits it knows \d+\.\d %, of others ", "Anew with 2,000 digits", "examples", DIGITS),
    ("all equal", r"All 16 neurons are the same one: \d+\.\d %", "Anew, by chance", "initial", "he"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "told", "remedy", "setting", "mended"), BREAKS)
def test_a_broken_net_says_so_and_offers_the_way_back(page, name, told, remedy, setting, mended):
    press(page, "One epoch")
    says(page, "Epoch 1: ")
    share = net(page, "records.at(-1).validation")
    press(page, name)
    until(page, f"/{told}/.test(document.querySelector('.sentence').textContent.replaceAll('\\u00a0', ' '))")
    assert "NaN" not in page.locator("body").inner_text()
    assert page.evaluate("classroom.learn.learning.before.records.at(-1).validation") == share
    page.evaluate("classroom.learn.learning.pause()")
    watch(page)
    press(page, remedy)
    until(page, "classroom.learn.learning.running && !classroom.learn.learning.net.trouble")
    assert net(page, f"settings.{setting}") == mended
    press(page, "Pause")
    until(page, "!classroom.learn.learning.running")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    says(page, f"Taken back: {name}.")
    assert (net(page, "steps"), net(page, "records.at(-1).validation")) == (63, share)
    page.keyboard.press("Control+Shift+z")
    says(page, f"Done again: {name}.")
    press(page, "Undo")
    says(page, f"Taken back: {name}.")


def test_a_net_that_dies_is_no_longer_called_good_and_the_other_can_be_taken_back(page):
    good = page.locator(".net").inner_text()
    press(page, "rate 10")
    until(page, "classroom.learn.learning.net.trouble?.facts.stopped === true")
    until(page, "document.querySelector('.net').textContent.includes('not judged')")
    press(page, "Back to before")
    until(page, "!classroom.learn.learning.net.trouble")
    page.evaluate("classroom.frame.show('draw')")
    assert page.locator(".net").inner_text() == good


def test_neurons_are_taken_however_they_are_written_and_limits_are_said_beside_the_field(page):
    field = page.get_by_role("textbox", name="Neurons")
    for text, hidden, pictures in [("128 64", [128, 64], 128), ("0", [], 10), ("5", [5], 5)]:
        field.fill(text)
        field.press("Enter")
        until(
            page,
            "hidden => JSON.stringify(classroom.learn.learning.net.settings.hidden) === hidden",
            str(hidden).replace(" ", ""),
        )
        until(page, "count => document.querySelectorAll('.yours .neuron').length === count", pictures)
    for text in ("abc", "5000"):
        field.fill(text)
        field.press("Enter")
        assert "1 to 512" in page.locator(".fault", has_text="16, or 128, 64").inner_text()
        assert net(page, "settings.hidden") == [5]
    page.get_by_role("textbox", name="Learning rate").fill("100")
    page.get_by_role("textbox", name="Learning rate").press("Enter")
    until(page, "classroom.learn.learning.net.settings.rate === 100")
    page.keyboard.press("Control+z")
    until(page, "classroom.learn.learning.net.settings.rate === 0.1")


def test_turning_a_knob_of_a_trained_net_changes_the_next_one(page):
    press(page, "One epoch")
    says(page, "Epoch 1: ")
    page.get_by_label("Batch, slider").press("ArrowRight")
    says(page, "The next net: Batch 64.")
    assert (net(page, "settings.batch"), net(page, "steps")) == (32, 63)
    watch(page)
    press(page, "Train a new one")
    until(page, "classroom.learn.learning.running")
    assert (net(page, "settings.batch"), page.evaluate("classroom.learn.learning.before.steps")) == (64, 63)


def test_a_saved_net_opens_in_python_and_beside_ones_own(page, tmp_path):
    press(page, "One epoch")
    says(page, "Epoch 1: ")
    with page.expect_download() as download:
        press(page, "Save")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    says(page, f"Saved as {path.name}.")
    validation = load_dataset("mnist", train_size=DIGITS, validation_size=UNSEEN).validation
    sixteen = (np.round(validation.inputs.reshape(UNSEEN, -1) / 17) * 17).astype(
        np.uint8
    )  # grays, as the file has them
    right = load_model(path).predict(sixteen.reshape(validation.inputs.shape)) == validation.targets
    assert right.mean() == pytest.approx(net(page, "records.at(-1).validation"), abs=2e-4)

    press(page, "One epoch")
    says(page, "Epoch 2: ")
    with page.expect_file_chooser() as chooser:
        press(page, "Open")
    chooser.value.set_files(path)
    says(page, f"{path.stem} stands beside yours.")
    press(page, "Compare")
    says(page, "Of these 20, yours reads")
    assert page.locator(".twenty button").count() == 20
    mine, other = map(float, re.search(r"Of all: ([\d.]+) % and ([\d.]+) %", sentence(page)).groups())
    assert other == pytest.approx(100 * right.mean(), abs=0.06)
    assert mine == pytest.approx(100 * net(page, "records.at(-1).validation"), abs=0.06)
    press(page, "Back to the curves")

    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(path.read_bytes()[:-9])
    with page.expect_file_chooser() as chooser:
        press(page, "Open")
    chooser.value.set_files(broken)
    until(page, "document.querySelector('.sentence').textContent.includes('broken.safetensors')")


def test_the_gradient_is_checked_for_who_asks_and_webassembly_in_a_worker_made_it(page):
    press(page, "One epoch")
    says(page, "Epoch 1: ")
    press(page, "Check")
    says(page, "The gradient is right.")
    assert re.search(r"\d\d slopes of the loss agree with backpropagation to 1 part in \d+,000", sentence(page))
    learner = "classroom.learn.learning.session.learner"
    found = page.evaluate(f"{learner}.gradientCheck()")
    assert found["kernels"] == "wasm"
    assert found["largest"] < 1e-6
    assert page.evaluate(f"{learner}.other.then((other) => other instanceof Worker)")


def test_a_link_trains_the_visitors_own_net_at_once(page, file):
    page.goto("about:blank")
    page.goto(f"{file.as_uri()}#view=learn&go")
    until(page, "Number(document.documentElement.dataset.validation) > 0.85", seconds=40)
    assert int(page.evaluate("document.documentElement.dataset.epoch")) >= 1
    assert page.locator(".learn .neuron").count() == 128 + 16


def test_it_trains_on_while_others_are_looked_at_and_trouble_is_told_there(page):
    watch(page)
    press(page, "Train it")
    says(page, "Epoch 1: ")
    page.evaluate("classroom.frame.show('draw')")
    answers = page.evaluate("JSON.stringify([...classroom.scene.outputs])")
    until(page, "answers => JSON.stringify([...classroom.scene.outputs]) !== answers", answers)
    page.evaluate("classroom.learn.begin({ ...classroom.learn.learning.usual, rate: 10 }, 'rate 10')")
    until(page, "document.body.classList.contains('in-trouble')")
    assert re.search(r"dead|It broke", sentence(page))


def test_one_sentence_an_epoch_is_read_aloud(page):
    watch(page)
    page.evaluate("""() => {
      globalThis.heard = 0;
      const all = { childList: true, characterData: true, subtree: true };
      new MutationObserver(() => heard++).observe(document.querySelector(".heard"), all);
    }""")
    press(page, "Train it")
    says(page, "Epoch 1: ")
    assert page.locator(".sentence").get_attribute("aria-live") == "off"
    says(page, "After 10 epochs")
    assert 1 <= page.evaluate("heard") <= 10
    assert page.locator(".sentence").get_attribute("aria-live") == "polite"


def test_keys_alone_train_it(page):
    watch(page)
    page.keyboard.press(".")
    says(page, "Step 1: ")
    page.keyboard.press("e")
    says(page, "Epoch 1: ")
    page.keyboard.press("t")
    until(page, "classroom.learn.learning.running")
    page.keyboard.press("t")
    says(page, "Stopped in epoch")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    until(page, "classroom.learn.learning.running")
    page.keyboard.press("Space")
    says(page, "Stopped in epoch")


CUT = """() => {
  const floor = document.querySelector(".frame > footer").getBoundingClientRect().top;
  const all = [...document.querySelectorAll(".view.learn :not(.heard)")];
  const parts = all.filter((one) => one.checkVisibility());
  return parts.filter((one) => one.getBoundingClientRect().bottom > floor + 1).map((one) => one.outerHTML.slice(0, 80));
}"""


def test_it_fits_the_screens_and_axe_finds_no_fault(page):
    from axe_playwright_python.sync_playwright import Axe

    def faults():
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]

    press(page, "One epoch")
    says(page, "Epoch 1: ")
    assert (page.evaluate(CUT), sideways(page)) == ([], 0)
    page.locator("summary", has_text="More").click()
    assert (page.evaluate(CUT), faults()) == ([], [])
    page.keyboard.press("Escape")
    press(page, "Compare")
    says(page, "Of these 20")
    assert (page.evaluate(CUT), faults()) == ([], [])
    page.set_viewport_size({"width": 390, "height": 844})
    assert sideways(page) == 0
    press(page, "Back to the curves")
    assert (sideways(page), faults()) == (0, [])
    page.set_viewport_size({"width": 1366, "height": 768})
