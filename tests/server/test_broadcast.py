"""The parts of the live page's server, one by one."""

import asyncio
import socket

import numpy as np
import pytest

import glassnet
from glassnet.errors import DivergenceError, UsageError
from glassnet.runs.build import build_training, resolve
from glassnet.runs.directory import keep_run, read_run, resume_run, start_run
from glassnet.runs.run import HISTORY, MODEL
from glassnet.server.broadcast import LONGEST, MOST, Audience, Spectator
from glassnet.server.protocol import Change, Reset, Run, Teach, pack, read_command, unpack
from glassnet.training.fine_tuning import teach
from serving import SMALL


def heard(spectator, count):
    async def several():
        return [await asyncio.wait_for(spectator.next(), 5) for _ in range(count)]

    return asyncio.run(several())


def test_news_comes_in_order_and_of_fleeting_news_only_the_newest_and_last():
    spectator = Spectator()
    for frame, fleeting in ((b"p1", True), (b"a", False), (b"p2", True), (b"b", False)):
        spectator.tell(frame, fleeting)
    assert heard(spectator, 3) == [b"a", b"b", b"p2"]


def test_who_waits_is_woken_by_the_next_news():
    async def waits():
        spectator = Spectator()
        news = asyncio.ensure_future(spectator.next())
        await asyncio.sleep(0)
        assert not news.done()
        spectator.tell(b"a", fleeting=False)
        return await asyncio.wait_for(news, 5)

    assert asyncio.run(waits()) == b"a"


def test_who_lets_too_much_wait_is_given_up_but_not_for_parameters():
    spectator = Spectator()
    for number in range(10 * LONGEST):
        spectator.tell(b"%d" % number, fleeting=True)
    for number in range(LONGEST):
        spectator.tell(b"%d" % number, fleeting=False)
    assert not spectator.dropped
    spectator.tell(b"one more", fleeting=False)
    assert heard(spectator, 1) == [None]
    assert len(spectator.news) == LONGEST


def test_a_new_network_makes_what_waits_worthless():
    audience = Audience()
    spectators = [audience.enter() for _ in range(2)]
    audience.tell(b"old")
    audience.tell(b"old parameters", fleeting=True)
    audience.tell(b"network", afresh=True)
    audience.leave(spectators[0])
    audience.tell(b"new")
    assert heard(spectators[0], 1) == [b"network"]
    assert heard(spectators[1], 2) == [b"network", b"new"]
    assert spectators[1].newest is None


def test_the_house_is_full_at_its_limit():
    audience = Audience()
    seats = [audience.enter() for _ in range(MOST)]
    assert audience.full
    audience.leave(seats[0])
    assert not audience.full


def test_news_is_unpacked_as_it_was_packed():
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array([1], np.int32)}
    values, found = unpack(pack("epoch", arrays, loss=0.1, words="é", none=None))
    assert values == {"kind": "epoch", "loss": 0.1, "words": "é", "none": None}
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
    assert unpack(pack("status")) == ({"kind": "status"}, {})


def test_a_number_that_json_cannot_write_becomes_nothing():
    values, _ = unpack(pack("epoch", record={"loss": float("nan"), "more": [1.0, float("inf")]}))
    assert values["record"] == {"loss": None, "more": [1.0, None]}


def test_commands_are_read_with_what_was_said_and_no_more():
    assert read_command('{"do": "run"}') == Run()
    change = read_command(b'{"do": "change", "knobs": {"learning_rate": 1, "hidden": [3, 4]}}')
    assert isinstance(change, Change)
    assert change.knobs == {"learning_rate": 1.0, "hidden": (3, 4)}
    assert isinstance(read_command('{"do": "reset", "knobs": {}}'), Reset)
    taught = read_command('{"do": "teach", "label": 3, "pixels": "' + "AAAA" * 261 + 'AA=="}')
    assert taught == Teach(bytes(784), 3)
    for text in ("", "{}", '{"do": "run", "x": 1}', "[" * 50_000, b"\xff"):
        with pytest.raises(UsageError, match="not a command"):
            read_command(text)


def learned(**settings):
    """A small training with an epoch done."""
    chosen, data = resolve({**SMALL, **settings})
    training = build_training(chosen, data)
    return chosen, data, training, [next(training)]


def test_teaching_is_learned_with_little_forgotten_and_the_same_each_time(mnist):
    results = []
    for _ in range(2):
        _, data, training, _ = learned()
        wrong = np.flatnonzero(training.model.predict(data.test.inputs) != data.test.targets)[:2]
        images, labels = data.test.inputs[wrong], data.test.targets[wrong]
        teach(training.network, data, images, labels, seed=5)
        model = training.model
        assert model.predict(images).tolist() == labels.tolist()
        accuracy = (model.predict(data.validation.inputs) == data.validation.targets).mean()
        assert accuracy > 0.75
        results.append(training.network.parameters.copy())
    np.testing.assert_array_equal(*results)


def test_teaching_that_fails_leaves_the_network_as_it_was(mnist, monkeypatch):
    _, data, training, _ = learned()
    network = training.network
    with pytest.raises(UsageError, match="nothing to teach"):
        teach(network, data, data.test.inputs[:0], np.array([], int))
    monkeypatch.setattr("glassnet.training.fine_tuning.RATE", 1e4)  # the first step is made, and a later one is not
    before = network.parameters.copy()
    with pytest.raises(DivergenceError):
        teach(network, data, data.test.inputs[:1], np.array([3]))
    np.testing.assert_array_equal(network.parameters, before)


def test_a_training_that_was_watched_is_kept_as_the_run_that_it_might_have_been(mnist, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs" / "007").mkdir(parents=True)
    settings, data, training, epochs = learned()
    training.step()
    path = keep_run(settings, data, training, epochs)
    assert path.as_posix() == "runs/008"
    assert read_run(path)[0] == settings
    resumed = resume_run(path, {})
    assert resumed.training.progress.batch == training.progress.batch == 1
    rest = [epoch.training_loss for epoch in resumed]
    assert rest == [epoch.training_loss for epoch in training]
    assert resumed.finish()["epochs"] == 2
    finished = keep_run(settings, data, training, [*epochs, *epochs])
    assert (finished / "metrics.json").exists()


def test_what_a_run_takes_over_can_be_iterated_on(mnist, tmp_path):
    run = start_run(tmp_path / "run", SMALL)
    epochs = [next(run.training)]
    run.take_over(epochs)
    assert (run.directory / HISTORY).read_text().count("\n") == 1
    model = glassnet.load_model(run.directory / MODEL)
    np.testing.assert_array_equal(model.network.parameters, run.training.network.parameters)
    assert [epoch.number for epoch in run] == [2]
    assert (run.directory / HISTORY).read_text().count("\n") == 2


def test_play_says_what_is_no_run_and_which_port_is_taken(tmp_path, call):
    code, _, errors = call("play", tmp_path, "--no-open")
    assert (code, "not a run" in errors) == (1, True)
    run = start_run(tmp_path / "run", SMALL)
    list(run)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, errors = call("play", tmp_path / "run", "--no-open", "--port", taken.getsockname()[1])
    assert (code, "cannot listen at port" in errors) == (2, True)
    code, _, errors = call("play", tmp_path / "run" / MODEL, "--no-open")
    assert (code, "Name the run's directory" in errors) == (2, True)
