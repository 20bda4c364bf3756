"""Visitors that send what is no frame, leave in the middle or read nothing harm nobody else."""

import contextlib
import json
import socket
import struct
import time

import pytest

from serving import LIMIT, served

BIG = {"train_size": 2_000, "hidden": [512], "epochs": 1_000}


@pytest.fixture(scope="module")
def own_server(trained_small, tmp_path_factory):
    """A server that is not patient with who does not read."""
    before = "import glassnet.server.connections as those; those.PATIENCE = 0.3"
    with served(trained_small, tmp_path_factory.mktemp("own_server"), before) as running:
        yield running


def shaken_hands(own_server):
    """Open a page's socket by hand, with little view for what it does not read."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    connection.settimeout(LIMIT)
    connection.connect(("127.0.0.1", own_server.port))
    lines = [f"GET /{own_server.token}/train HTTP/1.1", f"Host: {own_server.host}", f"Origin: {own_server.origin}"]
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
    with contextlib.closing(shaken_hands(own_server)) as bad, own_server.visitor() as good:
        bad.sendall(raw)
        with contextlib.suppress(ConnectionResetError):
            while bad.recv(65_536):
                pass
        good.say("pause")
        good.hear("error")  # that there is nothing to pause


def test_who_leaves_in_the_middle_is_not_missed(own_server):
    for start in (b"", b"\x81", b"\x81\xfe\x01\x00\0\0\0\0half"):
        connection = shaken_hands(own_server)
        connection.sendall(start)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()  # with a reset
    assert own_server.ask("/network")[0] == 200


def test_who_does_not_read_is_dropped_and_their_training_ends(own_server):
    with contextlib.closing(shaken_hands(own_server)) as slow, own_server.visitor() as visitor:
        command = json.dumps({"do": "begin", "knobs": BIG}).encode()
        mask = bytes(4)
        slow.sendall(b"\x81" + bytes([0x80 | len(command)]) + mask + command)
        visitor.begin(**BIG)
        end = time.monotonic() + LIMIT
        while len(own_server.trainers()) < 2:
            assert time.monotonic() < end
        while len(own_server.trainers()) > 1:  # what the system keeps for who does not read is some 12 MB
            visitor.hear("progress")
            assert time.monotonic() < end
