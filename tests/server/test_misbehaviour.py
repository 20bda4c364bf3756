"""Pages that send nonsense, read nothing or come in crowds, and a training process that dies, harm nobody else."""

import base64
import contextlib
import json
import os
import signal
import socket
import struct
import time

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed

from glassnet.server.trainer_process import MOST
from serving import LIMIT, served

LEARNED = {"train_size": 600, "hidden": [12]}


@pytest.fixture(scope="module")
def own_server(trained_small, tmp_path_factory):
    """A server that is not patient with who does not read."""
    before = "import glassnet.server.connections as those; those.PATIENCE = 0.3"
    with served(trained_small, tmp_path_factory.mktemp("own_server"), before) as running:
        yield running


def changed(**knobs):
    return json.dumps({"do": "change", "knobs": knobs})


def taught(count, label):
    return json.dumps({"do": "teach", "pixels": base64.b64encode(bytes(count)).decode(), "label": label})


NONSENSE = {
    "no text": "",
    "words": "hello",
    "bytes": b"\x00\xff\xfe" * 100,
    "a list": "[]",
    "no command": "{}",
    "another command": '{"do": "destroy"}',
    "a command in a command": '{"do": {"do": "run"}}',
    "more than was asked": '{"do": "run", "fast": true}',
    "twice": '{"do": "run"}{"do": "run"}',
    "half": '{"do": "run"',
    "an unknown knob": changed(directory="/etc"),
    "no number": '{"do": "change", "knobs": {"learning_rate": NaN}}',
    "infinity": '{"do": "change", "knobs": {"learning_rate": Infinity}}',
    "beyond infinity": '{"do": "change", "knobs": {"learning_rate": 1e999}}',
    "negative": changed(learning_rate=-0.1),
    "zero": changed(learning_rate=0),
    "huge": changed(epochs=10**30),
    "a word for a number": changed(momentum="0.9"),
    "a number for a word": changed(optimizer=3),
    "a long name": changed(optimizer="s" * 200),
    "an unknown name": changed(optimizer="../sgd"),
    "too wide": json.dumps({"do": "reset", "knobs": {"hidden": [4096]}}),
    "too deep": json.dumps({"do": "reset", "knobs": {"hidden": [8] * 7}}),
    "too heavy": json.dumps({"do": "reset", "knobs": {"hidden": [2048] * 6}}),
    "a path": json.dumps({"do": "reset", "knobs": {"dataset": "/etc/passwd"}}),
    "nested lists": "[" * 100_000,
    "nested objects": '{"do":' * 50_000,
    "a small picture": taught(783, 1),
    "an eleventh digit": taught(784, 10),
    "no base64": '{"do": "teach", "pixels": "%%%", "label": 1}',
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_answered_with_why_and_disturbs_nobody(own_server, name):
    with own_server.page() as bad, own_server.page() as good:
        bad.hear("network")
        before = good.hear("network")[1]["parameters"]
        bad.socket.send(NONSENSE[name])
        error = bad.hear("error")[0]["error"]
        assert 10 < len(error) < 1_000
        good.say("pause")
        for page in (good, bad):  # it may go on too
            assert page.hear("status")[0]["status"] == "paused"
    with own_server.page() as late:
        np.testing.assert_array_equal(late.hear("network")[1]["parameters"], before)


def test_a_frame_that_is_too_large_ends_its_own_connection_alone(own_server):
    with own_server.page() as bad, own_server.page() as good:
        good.hear("network")
        with contextlib.suppress(ConnectionClosed):
            bad.socket.send(b"x" * 1_000_001)
        assert bad.closed() == 1009
        good.say("pause")
        good.hear("status")


def shaken_hands(own_server):
    """Open a page's socket by hand, with little view for what it does not read."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    connection.settimeout(LIMIT)
    connection.connect(("127.0.0.1", own_server.port))
    lines = [f"GET /{own_server.token}/watch HTTP/1.1", f"Host: {own_server.host}", f"Origin: {own_server.origin}"]
    lines += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
    lines += ["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "", ""]
    connection.sendall("\r\n".join(lines).encode())
    assert connection.recv(12) == b"HTTP/1.1 101"
    return connection


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff" * 50,
        b"\x81\x05hello",
        b"\xc1\x80\0\0\0\0",
        b"\x83\x80\0\0\0\0",
        b"\x81\xff" + b"\xff" * 12,
        b"\x89\xfe\0\x7e" + bytes(130),
    ],
    ids=["noise", "no mask", "compressed", "unknown kind", "endless", "large ping"],
)
def test_what_is_no_frame_ends_its_own_connection_alone(own_server, raw):
    with contextlib.closing(shaken_hands(own_server)) as bad, own_server.page() as good:
        good.hear("network")
        bad.sendall(raw)
        with contextlib.suppress(ConnectionResetError):
            while bad.recv(65_536):
                pass
        good.say("pause")
        good.hear("status")


def test_who_leaves_in_the_middle_is_not_missed(own_server):
    for start in (b"", b"\x81", b"\x81\xfe\x01\x00\0\0\0\0half"):
        connection = shaken_hands(own_server)
        connection.sendall(start)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()  # with a reset
    with own_server.page() as page:
        page.hear("network")


def test_who_does_not_read_is_dropped_while_others_go_on(own_server):
    with contextlib.closing(shaken_hands(own_server)) as slow, own_server.page() as page:
        page.hear("network")
        page.reset(train_size=2_000, hidden=[512], epochs=1_000)
        page.say("run")
        for _ in range(25):
            page.hear("parameters")  # 40 MB in all; the system keeps some 12 MB of them for who does not read
        read = 0
        with contextlib.suppress(ConnectionResetError):
            while got := slow.recv(1 << 20):  # until the server's end is closed: what waited there, and no more
                read += len(got)
                assert read < 25e6
        page.hear("parameters")
        page.reset(**LEARNED)


def test_who_does_not_even_read_the_first_picture_is_dropped(own_server):
    with own_server.page() as page:
        page.hear("network")
        _, arrays = page.reset(train_size=100, hidden=[2048, 2048])
        size = arrays["parameters"].nbytes
        assert size > 20e6  # more than the system keeps for who does not read
        with contextlib.closing(shaken_hands(own_server)) as slow:
            time.sleep(2)  # longer than the server is patient
            read = 0
            with contextlib.suppress(ConnectionResetError):
                while got := slow.recv(1 << 20):
                    read += len(got)
            assert read < size
        page.reset(**LEARNED)


def test_too_many_pages_are_told_so_and_there_is_room_again_when_one_leaves(own_server):
    with contextlib.ExitStack() as stack:
        pages = [stack.enter_context(own_server.page()) for _ in range(MOST)]
        for page in pages:
            page.hear("network")
        with own_server.page() as one_more:
            assert one_more.closed() == 4001
        pages[0].say("pause")
        for page in pages:
            page.hear("status")
        pages[0].socket.close()
        with own_server.page() as next_one:
            next_one.hear("network")


def test_when_the_training_process_dies_all_are_told_and_nothing_hangs(trained_small, tmp_path):
    with served(trained_small, tmp_path) as server, server.page() as page, server.page() as other:
        page.hear("network")
        os.kill(server.trainer(), signal.SIGKILL)
        for one in (page, other):
            assert "has ended" in one.hear("lost")[0]["error"]
        page.say("run")
        assert "Start glassnet play again" in page.hear("error")[0]["error"]
        for place, body in (("/predict", bytes(784)), ("/drawing", b"x"), ("/mistakes", None), ("/novelty", None)):
            status, _, content = server.ask(place, body)
            assert status == 503
            assert "has ended" in json.loads(content)["error"]
        with server.page() as late:
            late.hear("lost")
            assert late.closed() == 1000
        assert server.ask("/")[0] == 200
