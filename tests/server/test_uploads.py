"""What must outlast what people do on the page: the training process, their data, the settings of a run."""

import base64
import signal

import numpy as np
import pytest

from glassnet.errors import GlassnetError
from glassnet.runs.directory import read_run, resume_run
from glassnet.server.uploads import Shelf
from serving import LIMIT, served, small_run


@pytest.fixture
def page(studio):
    with studio.page() as page:
        page.hear("network")
        yield page


@pytest.fixture(scope="module")
def studio(trained_small, tmp_path_factory):
    with served(trained_small, tmp_path_factory.mktemp("studio")) as running:
        yield running


def table(rows=60, numbers=False):
    """A table of two columns and a label, or a number, that follows from them."""
    values = np.random.default_rng(0).random((rows, 2)).round(3)
    labels = [round(a + b, 3) if numbers else "xy"[int(a > b)] for a, b in values]
    return "\n".join(
        ["a,b,label", *(f"{a},{b},{label}" for (a, b), label in zip(values, labels, strict=True))]
    ).encode()


@pytest.mark.parametrize("penalty", [{"l2": 1000.0}, {"weight_decay": 1000.0}], ids=str)
def test_weights_without_bounds_do_not_end_the_training_process(studio, page, penalty):
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


def test_a_run_that_averages_its_parameters_is_taught_as_it_is_shown(tmp_path, mnist):
    run = small_run(tmp_path / "run", average_decay=0.9)
    with served(run, tmp_path / "play") as studio, studio.page() as page:
        page.hear("network")
        page.say("teach", pixels=base64.b64encode(mnist.test.inputs[0].tobytes()).decode(), label=3)
        told = page.hear("taught")[0]
        assert told["right"] == 1
        assert told["before"] != told["after"]


def test_what_is_no_knob_stays_over_a_new_beginning(tmp_path):
    own = {"deskew": True, "nesterov": True, "activation": ("relu", "tanh"), "hidden": (8, 4), "mixup": 0.1}
    run = small_run(tmp_path / "run", **own)
    with served(run, tmp_path / "play") as studio, studio.page() as page:
        shown = page.hear("network")[0]["knobs"]
        names = ("train_size", "hidden", "batch_size", "learning_rate", "momentum", "seed", "loss", "optimizer")
        again = page.reset(activation="relu", **{name: shown[name] for name in names})[0]["knobs"]
        assert {name: again[name] for name in shown if again[name] != shown[name]} == {}
        other = page.reset(activation="tanh", optimizer="adam", hidden=[6])[0]["knobs"]
        assert (other["activation"], "nesterov" in other, other["deskew"]) == (["tanh"], False, True)


def test_a_network_kept_from_ones_own_table_outlasts_the_server(trained_small, tmp_path):
    with served(trained_small, tmp_path) as studio, studio.page() as page:
        page.hear("network")
        identity = studio.json("/data?name=mine.csv", table())["id"]
        page.reset(dataset=identity, hidden=[4], epochs=3)
        page.say("epoch")
        page.hear("epoch")
        page.say("save")
        path = tmp_path / page.hear("saved")[0]["path"]
    settings, data, _ = read_run(path)
    assert settings.dataset == str(path.resolve() / "data.csv")
    assert len(data.train) > 0
    assert [epoch.number for epoch in resume_run(path, {})] == [2, 3]


def test_what_was_sent_is_deleted_however_the_server_is_ended(trained_small, tmp_path, monkeypatch):
    for sign in (signal.SIGTERM, signal.SIGINT):
        place = tmp_path / str(int(sign))
        place.mkdir()
        monkeypatch.setenv("TMPDIR", str(place))
        with served(trained_small, place) as studio:
            studio.json("/data?name=mine.csv", table())
            assert [*place.glob("glassnet-*/*.csv")] != []
            studio.process.send_signal(sign)
            studio.process.wait(LIMIT)
            assert [*place.glob("glassnet-*")] == []


def test_where_nothing_can_be_told_as_unlike_the_network_is_given_all_the_same(trained_small, tmp_path):
    with served(trained_small, tmp_path) as studio, studio.page() as page:
        page.hear("network")
        identity = studio.json("/data?name=mine.csv", b"a,label\n1,x\n2,y\n3,x\n")["id"]
        page.reset(dataset=identity, hidden=[2])
        assert studio.ask("/novelty")[0] == 400
        assert studio.ask("/download/model.safetensors")[0] == 200
        assert studio.ask("/mistakes")[0] == 200


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


def test_a_data_set_that_the_command_names_is_told_with_its_task(tmp_path):
    (tmp_path / "numbers.csv").write_bytes(table(numbers=True))
    shelf = Shelf({"dataset": "mnist"}, str(tmp_path / "numbers.csv"))
    assert shelf.listed()["data"][-1] == {"id": "given", "name": "numbers.csv", "task": "regression", "comes": False}
    shelf.close()
    (tmp_path / "other.csv").write_bytes(b"a,b,c\n" + b"1,2,3.5\n2,3,4.5\n" * 5)
    shelf = Shelf({"dataset": "mnist"}, str(tmp_path / "other.csv"), "c")
    assert shelf.settings("given") == {"dataset": str(tmp_path / "other.csv"), "target": "c"}
    shelf.close()
    with pytest.raises(GlassnetError, match="--target"):
        Shelf({"dataset": "mnist"}, str(tmp_path / "other.csv"))
    with pytest.raises(GlassnetError, match="no such file"):
        Shelf({"dataset": "mnist"}, str(tmp_path / "none.csv"))
