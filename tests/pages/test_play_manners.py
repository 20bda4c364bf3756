"""The live page's manners: what was chosen stays chosen, keys can be silenced, and what is lost is said."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.browser


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def newest_trainer():
    """Find the training process of the server that was started last."""
    spawned = [
        int(place.parent.name) for place in Path("/proc").glob("[0-9]*/cmdline") if b"spawn_main" in place.read_bytes()
    ]
    return max(pid for pid in spawned if parent(parent(pid)) == os.getpid())


def test_settings_chosen_for_a_reset_outlast_the_news_of_a_training(browser, trained_small):
    from playing import live_page, playing, until

    with playing(trained_small) as address, live_page(browser, address) as page:
        page.get_by_role("button", name="Train", exact=True).click()
        page.get_by_role("button", name="Start").click()
        page.get_by_text("More", exact=True).click()
        page.get_by_label("Data", exact=True).select_option("rotated-mnist")
        chosen = page.evaluate("glassnet.training.knobs.chosen")
        assert (chosen["loss"], chosen["optimizer"], chosen["learning_rate"]) == ("mse", "adam", 0.003)
        until(page, "glassnet.training.curves.records.length >= 1")
        assert page.evaluate("glassnet.training.knobs.chosen") == chosen


def test_a_rate_between_two_places_of_the_slider_is_shown_and_sent_as_it_is(browser, played):
    from playing import live_page

    with live_page(browser, played + "#v=1&view=train&opt=adam&lr=0.003&hidden=5") as page:
        assert page.locator("#knobs output").first.inner_text() == "0.003"
        assert page.evaluate("glassnet.training.knobs.chosen.learning_rate") == 0.003
        page.locator("#knob-learning_rate").press("ArrowRight")
        assert page.evaluate("glassnet.training.knobs.chosen.learning_rate") == 0.0035


def test_a_link_without_hidden_layers_and_to_an_output_is_restored(browser, played):
    from playing import live_page, until

    with live_page(browser, played + "#v=1&view=look&step=8&n=1.4&hidden=") as page:
        until(page, "glassnet.training?.knobs?.changed.hidden === ''")
        assert page.evaluate("[glassnet.look.stage.neuron, glassnet.look.stage.step]") == [[1, 4], "correction"]


def test_keys_that_are_switched_off_do_nothing_and_a_summary_keeps_its_own(browser, played):
    from playing import live_page

    with live_page(browser, played) as page:
        step = page.evaluate("glassnet.look.stage.place")
        page.keyboard.press("?")
        page.keyboard.press("ArrowRight")  # behind the dialog
        page.get_by_label("Keys are on").uncheck()
        page.keyboard.press("Escape")
        for key in ("ArrowRight", "b", "5"):
            page.keyboard.press(key)
        assert page.evaluate("glassnet.look.stage.place") == step
        page.get_by_role("button", name="Help and keys").click()
        page.get_by_label("Keys are on").check()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Train", exact=True).click()
        page.locator("#knobs > details > summary").press("Space")
        assert page.evaluate("document.querySelector('#knobs > details').open")
        assert page.evaluate("glassnet.controls.playing") is None


def test_pictures_of_another_size_have_no_pad(browser, trained_small, tmp_path):
    from playing import live_page, playing, until

    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 80)
    images = (rng.random((80, 8, 8)) * 100 + 100 * labels[:, None, None]).astype(np.uint8)
    np.savez(tmp_path / "small.npz", x=images, y=labels)
    with playing(trained_small) as address, live_page(browser, address) as page:
        page.get_by_role("button", name="Train", exact=True).click()
        page.locator("#knobs input[type=file]").set_input_files(tmp_path / "small.npz")
        until(page, "document.querySelector('#own-data').textContent.includes('small.npz')")
        page.get_by_role("button", name="Reset").click()
        until(page, "glassnet.look.stage.inputs.length === 64")
        page.get_by_role("button", name="Look").click()
        for part in ("#ink", "#clear", "#picture-file"):
            assert not page.locator(part).is_visible()
        page.locator("#samples button").nth(3).click()
        until(page, "document.querySelector('#caption').textContent.startsWith('The label is')")


def test_when_the_training_has_died_a_reload_says_what_to_do(browser, trained_small):
    from playing import live_page, playing, until

    said = "The training process has ended. Start glassnet play again."
    with playing(trained_small) as address, live_page(browser, address, forgive=["503"]) as page:
        os.kill(newest_trainer(), signal.SIGKILL)
        until(page, "said => document.querySelector('#alert').textContent === said", said)
        page.reload()
        until(page, "said => document.querySelector('#alert').textContent === said", said)
        page.wait_for_timeout(2_000)
        assert page.inner_text("#alert") == said


def test_a_page_that_finds_the_server_again_is_where_it_was(browser, trained_small):
    from playing import live_page, playing, until

    look = "[glassnet.look.stage.place, glassnet.look.stage.neuron, glassnet.look.stage.network.off.map((s) => [...s])]"
    with playing(trained_small) as address, live_page(browser, address, forgive=["WebSocket"]) as page:
        page.locator("#layers [role=gridcell]").nth(3).click()
        page.keyboard.press("x")
        page.get_by_role("button", name="Step 7: Error signal").click()
        before = page.evaluate(look)
        assert sum(map(len, before[2])) == 1
        page.evaluate("glassnet.current = null")
        page.evaluate("glassnet.connection.socket.close()")
        until(page, "Boolean(glassnet.current)")
        assert page.evaluate(look) == before
