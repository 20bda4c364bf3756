"""Crowds that are idle, or that send a byte now and then, keep nobody's page from being answered."""

import contextlib
import json
import socket
import time

import pytest

from serving import LIMIT, served

SECONDS = 1.0  # that this server allows, in place of 5 and 10
SOON = 0.1  # seconds in which a page is answered beside any crowd; the median, for this machine may be busy


@pytest.fixture(scope="module")
def hasty_server(trained_small, tmp_path_factory):
    before = "import glassnet.server.connections as those; "
    before += f"those.HEADERS = {SECONDS}; those.BODY = {2 * SECONDS}; those.PATIENCE = {SECONDS}"
    with served(trained_small, tmp_path_factory.mktemp("hasty_server"), before) as running:
        yield running


def lines(*told):
    return "\r\n".join([*told, "", ""]).encode()


def begun(server, kind):
    """Give what one of a crowd sends at first; nothing of it is a whole request that is answered, but for one kind."""
    own = [f"Host: {server.host}", f"Origin: {server.origin}"]
    upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
    return {
        "idle": b"",
        "half a line": b"GET / HT",
        "headers without end": lines("GET / HTTP/1.1", *own)[:-2],
        "the token and headers without end": lines(f"GET /{server.token}/ HTTP/1.1", *own)[:-2],
        "a handshake without end": lines(f"GET /{server.token}/train HTTP/1.1", *own, *upgrade)[:-2],
        "a stranger's body": lines("POST /predict HTTP/1.1", *own, "Content-Length: 900000"),
        "a page's body": lines(f"POST /{server.token}/predict HTTP/1.1", *own, "Content-Length: 900000"),
        "a page's body in chunks": lines(f"POST /{server.token}/data HTTP/1.1", *own, "Transfer-Encoding: chunked"),
        "a body where none is read": lines(f"GET /{server.token}/data HTTP/1.1", *own, "Content-Length: 900000"),
        "answered and kept": lines(f"GET /{server.token}/data HTTP/1.1", *own),
    }[kind]


KINDS = (
    "idle",
    "half a line",
    "headers without end",
    "the token and headers without end",
    "a handshake without end",
    "a stranger's body",
    "a page's body",
    "a page's body in chunks",
    "a body where none is read",
    "answered and kept",
)


def crowd_of(server, count, first, stack):
    """Connect so many, each of which sends the same."""
    crowd = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port), LIMIT)) for _ in range(count)]
    drip(crowd, first)
    return crowd


def drip(crowd, content=b"x"):
    for one in crowd:
        with contextlib.suppress(OSError):  # it has been closed
            one.send(content)


def closed(connection):
    """Whether the server has closed it; what it said before is read."""
    connection.setblocking(False)
    try:
        while connection.recv(65_536):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def answered(server, times=9):
    """Ask as a page does; gives the median of the seconds that an answer takes."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        assert server.ask("/data")[0] == 200
        found.append(time.perf_counter() - began)
    return sorted(found)[times // 2]


@pytest.mark.parametrize("kind", KINDS)
def test_a_crowd_takes_nobodys_place(hasty_server, kind):
    with contextlib.ExitStack() as stack, hasty_server.visitor() as visitor:
        crowd = crowd_of(hasty_server, 130, begun(hasty_server, kind), stack)
        assert answered(hasty_server) < SOON
        crowd += crowd_of(hasty_server, 500, begun(hasty_server, kind), stack)
        drip(crowd)
        assert answered(hasty_server) < SOON
        visitor.say("pause")
        visitor.hear("error")  # that there is nothing to pause
        assert hasty_server.ask("/network")[0] == 200


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "answered and kept"])
def test_who_sends_a_byte_now_and_then_is_let_go_in_time(hasty_server, kind):
    with contextlib.ExitStack() as stack:
        crowd = crowd_of(hasty_server, 3, begun(hasty_server, kind), stack)
        end = time.monotonic() + LIMIT
        while not all(map(closed, crowd)):
            assert time.monotonic() < end
            drip(crowd)
            time.sleep(0.1)
    assert answered(hasty_server) < SOON


def test_a_byte_after_an_answer_begins_the_deadline_of_the_next_request(hasty_server):
    with contextlib.ExitStack() as stack:
        crowd = crowd_of(hasty_server, 2, begun(hasty_server, "answered and kept"), stack)
        time.sleep(1.5 * SECONDS)
        assert not any(map(closed, crowd))  # a page that asks nothing for a while may stay
        end = time.monotonic() + 5 * SECONDS
        while not all(map(closed, crowd)) and time.monotonic() < end:
            drip(crowd, b"G")
            time.sleep(0.1)
        assert all(map(closed, crowd))


def test_an_upload_that_takes_too_long_is_told_so(hasty_server):
    with contextlib.ExitStack() as stack:
        (one,) = crowd_of(hasty_server, 1, begun(hasty_server, "a page's body"), stack)
        said = b""
        while more := one.recv(4_096):
            said += more
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408")
    assert "too long" in json.loads(body)["error"]


def test_a_slow_upload_within_the_deadline_is_read(hasty_server):
    content = b"a,b,class\n" + b"1,2,x\n3,4,y\n" * 30
    own = [f"Host: {hasty_server.host}", f"Origin: {hasty_server.origin}", f"Content-Length: {len(content)}"]
    with socket.create_connection(("127.0.0.1", hasty_server.port), LIMIT) as connection:
        connection.send(lines(f"POST /{hasty_server.token}/data?name=t.csv HTTP/1.1", *own))
        for start in range(0, len(content), 60):
            connection.send(content[start : start + 60])
            time.sleep(0.1)
        assert connection.recv(4_096).startswith(b"HTTP/1.1 200")


def test_who_does_not_read_an_answer_is_cut_off(hasty_server):
    assert hasty_server.ask("/network?data=rotated-mnist")[0] == 200  # which reads the data
    with contextlib.closing(socket.socket()) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        slow.connect(("127.0.0.1", hasty_server.port))
        asked = f"GET /{hasty_server.token}/examples/train?data=rotated-mnist&most=50000 HTTP/1.1"
        slow.send(lines(asked, f"Host: {hasty_server.host}"))
        time.sleep(4 * SECONDS)
        read = 0
        with contextlib.suppress(ConnectionResetError):
            while got := slow.recv(1 << 20):
                read += len(got)
        assert 0 < read < 20e6  # of 39 MB
