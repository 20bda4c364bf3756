"""Training with Python is one visitor's own: it begins at their wish, ends with them, and no other hears of it."""

import asyncio
import contextlib
import json
import os
import signal
import time

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed

from glassnet.errors import UsageError
from glassnet.server.attached import MOST, Trainings
from serving import LIMIT

KNOBS = {"train_size": 600, "hidden": [12], "seed": 4}
LONG = {**KNOBS, "epochs": 10_000}


def soon(true):
    """Wait until it is true."""
    end = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_nobody_trains_until_a_visitor_asks_and_it_ends_when_they_leave(server):
    soon(lambda: not server.trainers())
    with server.visitor() as one, server.visitor():
        one.begin(**LONG)
        assert one.hear("epoch")[0]["record"]["epoch"] == 1
        assert len(server.trainers()) == 1
    soon(lambda: not server.trainers())


def test_two_visitors_have_two_networks_and_the_run_stays_as_it_was(server):
    before = server.told("/network")[1]["parameters"]
    with server.visitor() as one, server.visitor() as other:
        one.say("begin", knobs={**LONG, "hidden": [5]})
        other.begin(**LONG)
        one.hear("begun")
        assert len(one.hear("progress")[1]["parameters"]) == 784 * 5 + 5 + 50 + 10
        other.hear("epoch")
        one.say("pause")
        while one.hear("progress")[0]["running"]:
            pass
        other.hear("epoch")  # it goes on
        one.say("run")
        one.hear("epoch")
    np.testing.assert_array_equal(server.told("/network")[1]["parameters"], before)


def test_more_than_the_computer_can_bear_are_told_so():
    trainings = Trainings(None)
    trainings.going = set(range(MOST))
    with pytest.raises(UsageError, match="train in the browser"):
        asyncio.run(trainings.begin(begun()))


def begun(**knobs):
    return json.dumps({"do": "begin", "knobs": knobs})


NONSENSE = {
    "no text": "",
    "words": "hello",
    "bytes": b"\x00\xff\xfe" * 100,
    "a list": "[]",
    "another command": '{"do": "destroy"}',
    "a command in a command": '{"do": {"do": "run"}}',
    "more than was asked": '{"do": "run", "fast": true}',
    "twice": '{"do": "run"}{"do": "run"}',
    "nothing to go on with": '{"do": "run"}',
    "an unknown knob": begun(directory="/etc"),
    "no number": '{"do": "begin", "knobs": {"learning_rate": NaN}}',
    "beyond infinity": '{"do": "begin", "knobs": {"learning_rate": 1e999}}',
    "negative": begun(learning_rate=-0.1),
    "huge": begun(epochs=10**30),
    "a word for a number": begun(momentum="0.9"),
    "a long name": begun(optimizer="s" * 200),
    "an unknown name": begun(optimizer="../sgd"),
    "a path": begun(dataset="/etc/passwd"),
    "nested lists": "[" * 100_000,
    "nested objects": '{"do":' * 50_000,
}


@pytest.fixture(scope="module")
def someone(server):
    """Give the socket of a visitor who sends anything."""
    soon(lambda: not server.trainers())
    with server.visitor() as visitor:
        yield visitor


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_answered_with_why_and_begins_nothing(server, someone, name):
    someone.socket.send(NONSENSE[name])
    assert 10 < len(someone.hear("error")[0]["error"]) < 1_000
    assert not server.trainers()


def test_a_beginning_that_cannot_be_made_is_told_in_words(server):
    with server.visitor() as visitor:
        visitor.say("begin", knobs={"hidden": [2048] * 6})
        with pytest.raises(AssertionError, match="too large to watch"):
            visitor.hear("begun")
        assert visitor.closed() == 1000


def test_a_frame_that_is_too_large_ends_its_own_connection_alone(server):
    with server.visitor() as bad, server.visitor() as good:
        with contextlib.suppress(ConnectionClosed):
            bad.socket.send(b"x" * 1_000_001)
        assert bad.closed() == 1009
        good.say("run")
        good.hear("error")


def test_when_the_training_process_dies_its_visitor_is_told_and_no_other(server):
    with server.visitor() as visitor, server.visitor() as other:
        visitor.begin(**LONG)
        os.kill(server.trainers()[0], signal.SIGKILL)
        with pytest.raises(AssertionError, match="has ended"):
            visitor.hear("nothing")
        other.begin(**KNOBS)
    assert server.ask("/network")[0] == 200
