"""What a page commands is done, and is the same training as everywhere else."""

import base64
import json

import numpy as np
import pytest

import glassnet
from glassnet.formatting import percent
from glassnet.runs.build import build_training, optimizer_for, resolve
from glassnet.runs.directory import read_run, resume_run
from glassnet.runs.run import HISTORY
from glassnet.runs.seals import unsealed
from glassnet.server.session import FILE
from serving import STEADY

KNOBS = {"train_size": 600, "hidden": [12], "seed": 4, "learning_rate": 0.05}


def elsewhere(**knobs):
    """The same training without a page."""
    settings, data = resolve({**STEADY, **KNOBS, **knobs})
    return settings, build_training(settings, data)


def test_a_reset_begins_where_every_training_begins(own_server, page):
    values, arrays = page.reset(**KNOBS)
    np.testing.assert_array_equal(arrays["parameters"], elsewhere()[1].network.parameters)
    assert values["subject"]["network"]["sizes"] == [784, 12, 10]
    assert (values["epoch"], values["status"], values["history"]) == (0, "paused", [])
    assert {name: values["knobs"][name] for name in KNOBS} == KNOBS


@pytest.mark.parametrize("more", [{}, {"optimizer": "adam", "dropout": 0.2, "shift": 1.0, "l2": 0.001}])
def test_an_epoch_is_bit_for_bit_the_epoch_of_the_same_iterator(own_server, page, more):
    page.reset(**KNOBS, **more)
    page.say("epoch")
    told = page.hear("epoch")[0]
    training = elsewhere(**more)[1]
    epoch = next(training)
    late, parameters = own_server.present()
    np.testing.assert_array_equal(parameters, training.network.parameters)
    assert told["record"]["training_loss"] == epoch.training_loss
    assert told["record"]["validation_accuracy"] == epoch.validation_accuracy
    assert late["history"] == [told["record"]]
    assert (late["status"], late["epoch"], late["steps"]) == ("paused", 1, training.steps_per_epoch)


def test_a_step_is_one_step_and_the_epoch_goes_on_from_it(own_server, page):
    page.reset(**KNOBS)
    training = elsewhere()[1]
    for _ in range(2):
        page.say("step")
        values, arrays = page.hear("parameters")
        assert values["loss"] == pytest.approx(training.step().loss)
        np.testing.assert_array_equal(arrays["parameters"], training.network.parameters)
        page.say("pause")  # also shows the parameters, so wait for it
        page.hear("parameters")
    page.say("epoch")
    page.hear("epoch")
    next(training)
    np.testing.assert_array_equal(own_server.present()[1], training.network.parameters)


def test_a_rate_and_a_schedule_act_from_the_next_step_on_and_needs_no_new_beginning(own_server, page):
    page.reset(**KNOBS)
    settings, training = elsewhere()
    page.say("step")
    page.hear("status")
    page.say("change", knobs={"learning_rate": 0.3, "schedule": "cosine"})
    assert page.hear("status")[0]["knobs"]["learning_rate"] == 0.3
    page.say("step")
    page.hear("status")
    training.step()
    training.optimizer = optimizer_for(settings.changed(learning_rate=0.3))
    training.schedule = glassnet.Cosine()
    training.step()
    np.testing.assert_array_equal(own_server.present()[1], training.network.parameters)


@pytest.mark.parametrize(
    ("knobs", "error"),
    [
        ({"hidden": [3]}, "hidden cannot change during a training. Press Reset"),
        ({"learning_rate": 0.2, "batch_size": 7}, "batch_size cannot change during a training"),
        ({"learning_rate": 0.2, "optimizer": "sgdd"}, "Did you mean 'sgd'"),
        ({"learning_rate": 0.2, "schedule": "up"}, "unknown schedule"),
    ],
)
def test_a_knob_that_cannot_be_turned_changes_nothing_not_even_the_others(own_server, page, knobs, error):
    page.reset(**KNOBS)
    before = own_server.present()
    page.say("change", knobs=knobs)
    assert error in page.hear("error")[0]["error"]
    page.say("pause")
    page.hear("status")
    after = own_server.present()
    assert after[0]["knobs"] == before[0]["knobs"]
    np.testing.assert_array_equal(after[1], before[1])


def test_a_reset_that_cannot_be_meant_leaves_the_network_that_is_there(own_server, page):
    page.reset(**KNOBS)
    before = own_server.present()
    for knobs in ({"activation": "rellu"}, {"dataset": "/etc/passwd"}, {"train_size": 999_999}, {"loss": "none"}):
        page.say("reset", knobs=knobs)
        assert len(page.hear("error")[0]["error"]) > 20
    page.say("reset", knobs={"hidden": [2048] * 6})
    assert "too large to watch" in page.hear("error")[0]["error"]
    after = own_server.present()
    assert after[0]["net"] == before[0]["net"]
    np.testing.assert_array_equal(after[1], before[1])


def test_it_runs_until_it_is_told_to_pause_and_goes_on_after_the_last_epoch(own_server, page):
    page.reset(**KNOBS, epochs=2)
    page.say("run")
    assert page.hear("status")[0]["status"] == "running"
    epochs = [page.hear("epoch")[0] for _ in range(2)]
    assert [(epoch["epoch"], epoch["status"]) for epoch in epochs] == [(1, "running"), (2, "finished")]
    page.say("run")
    assert page.hear("epoch")[0]["epoch"] == 3
    page.say("pause")
    while page.hear("status")[0]["status"] == "running":
        pass
    assert own_server.present()[0]["status"] in ("paused", "finished")


def test_all_pages_hear_the_same_and_one_that_comes_later_knows_it_all(own_server, page):
    with own_server.page() as other, own_server.page() as third:
        page.reset(**KNOBS)
        page.say("epoch")
        heard = [one.hear("epoch")[0] for one in (page, other, third)]
        third.say("epoch")
        heard += [one.hear("epoch")[0] for one in (third, page, other)]
    assert heard[0] == heard[1] == heard[2]
    assert heard[3] == heard[4] == heard[5]
    late, _ = own_server.present()
    assert late["history"] == [heard[0]["record"], heard[3]["record"]]
    assert late["epoch"] == 2


def test_what_is_saved_is_a_run_that_can_be_read_and_gone_on_with(own_server, page, mnist):
    page.reset(**KNOBS, epochs=3)
    page.say("epoch")
    record = page.hear("epoch")[0]["record"]
    page.say("teach", pixels=base64.b64encode(mnist.test.inputs[0].tobytes()).decode(), label=7)
    page.hear("taught")
    page.hear("status")
    parameters = own_server.present()[1]
    page.say("save")
    path = own_server.place / page.hear("saved")[0]["path"]
    assert path.parent == own_server.place / "runs"
    settings, _, model = read_run(path)
    assert (settings.hidden, settings.seed, settings.epochs) == ((12,), 4, 3)
    np.testing.assert_array_equal(model.network.parameters, parameters)
    assert [unsealed(json.loads(line)) for line in (path / HISTORY).read_text().splitlines()] == [record]
    taught = np.load(path / FILE)
    np.testing.assert_array_equal(taught["images"], mnist.test.inputs[:1])
    assert taught["labels"] == [7]
    run = resume_run(path, {})
    np.testing.assert_array_equal(run.training.network.parameters, parameters)
    assert [epoch.number for epoch in run] == [2, 3]
    assert run.finish()["epochs"] == 3


def test_a_rate_that_diverges_pauses_with_an_error_and_the_server_lives_on(own_server, page):
    page.reset(**KNOBS)
    page.say("change", knobs={"learning_rate": 1000})
    page.hear("status")
    page.say("run")
    assert "training diverged" in page.hear("error")[0]["error"]
    assert page.hear("status")[0]["status"] == "paused"
    page.say("pause")
    page.hear("status")
    for place in ("/mistakes", "/robustness", "/novelty", "/download/model.onnx"):
        assert own_server.ask(place)[0] < 500
    page.say("save")
    page.hear("saved", "error")
    page.reset(**KNOBS)
    page.say("epoch")
    assert page.hear("epoch")[0]["record"]["validation_accuracy"] > 0.3


def test_the_page_to_draw_on_tells_the_present_accuracy(own_server, page):
    page.reset(**KNOBS)
    page.say("epoch")
    accuracy = page.hear("epoch")[0]["record"]["validation_accuracy"]
    words = percent(accuracy, 1)
    assert f"{words} of validation digits" in own_server.ask("/download/digits.html")[2].decode()


@pytest.mark.parametrize("penalty", [{"l2": 1000.0}, {"weight_decay": 1000.0}], ids=str)
def test_weights_without_bounds_do_not_end_the_training_process(own_server, page, penalty):
    page.reset(hidden=[32] * 6, train_size=300, learning_rate=1000.0, **penalty)
    for _ in range(3):
        page.say("step")
        page.say("pause")
    page.say("reset", knobs={"hidden": [4], "train_size": 300, "learning_rate": 0.1})
    page.hear("network")
    page.say("epoch")
    assert page.hear("epoch")[0]["record"]["training_loss"] > 0


def test_a_network_too_large_in_any_way_is_refused(page):
    for knobs in ({"hidden": [2048] * 6}, {"hidden": [2048, 2048], "batch_size": 50_000, "train_size": 50_000}):
        page.say("reset", knobs=knobs)
        assert "too large to watch" in page.hear("error")[0]["error"]


def test_epochs_turned_down_to_those_done_end_the_training(page):
    page.reset(hidden=[4], train_size=6_000, epochs=50)
    page.say("run")
    page.hear("epoch")
    page.say("pause")
    done = page.hear("status")[0]
    while done["status"] == "running":
        done = page.hear("status")[0]
    page.say("change", knobs={"epochs": done["epoch"]})
    told = page.hear("status", "error")[0]
    assert (told["kind"], told["status"]) == ("status", "finished")


def test_to_continue_after_the_end_adds_as_many_epochs_again(page):
    page.reset(hidden=[4], train_size=300, epochs=2)
    for epochs in (2, 4, 6):
        page.say("run")
        last = page.hear("epoch")[0]
        while last["epoch"] < epochs:
            last = page.hear("epoch")[0]
        assert (last["status"], last["knobs"]["epochs"]) == ("finished", epochs)
