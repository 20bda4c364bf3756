"""Commands and messages, as they are read and packed."""

import numpy as np
import pytest

from glassnet.errors import UsageError
from glassnet.server.protocol import Begin, Run, pack, read_command, unpack


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
    begin = read_command(b'{"do": "begin", "knobs": {"learning_rate": 1, "hidden": [3, 4]}}')
    assert isinstance(begin, Begin)
    assert begin.knobs == {"learning_rate": 1.0, "hidden": (3, 4)}
    for text in ("", "{}", '{"do": "run", "x": 1}', "[" * 50_000, b"\xff"):
        with pytest.raises(UsageError, match="not a command"):
            read_command(text)
