"""Who may ask: this start's own page and nobody else, whatever the host, the origin, the token and the method."""

import contextlib
import itertools
import re
import socket

import pytest

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
KINDS = {"GET": "/", "POST": "/predict", "WebSocket": "/train"}
TOKENS = ["right", "wrong", "prefix", "longer", "empty", "missing"]
OTHER_FILES = [
    "../security.py",
    "..%2fsecurity.py",
    "%2e%2e/%2e%2e/errors.py",
    "....//x",
    "/etc/passwd",
    "%2fetc%2fpasswd",
]
OTHER_FILES += [
    "",
    ".",
    "vendor",
    "vendor/../js/app/play.js",
    "js/app/play.js%00",
    "js/app/play.js/",
    "play.html",
    "..\\security.py",
]
OTHER_FILES += ["%c0%ae%c0%ae/security.py"]
UPGRADE = [
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
]


def hosts(server):
    """Give what may stand in the head: each a list of Host headers."""
    port = server.port
    names = ["127.0.0.1", f"localhost:{port}", f"LOCALHOST:{port}", f"evil.example:{port}", f"127.0.0.1:{port + 1}"]
    names += [f"127.0.0.1.:{port}", f"127.0.0.1:{port}.evil.example", f"[::1]:{port}", f"0.0.0.0:{port}", ""]
    return [[server.host], *[[name] for name in names], [], [server.host] * 2, [server.host, "evil.example"]]


def origins(server):
    own = server.origin
    others = ["null", own.replace("http", "https"), f"http://127.0.0.1:{server.port + 1}", f"{own}.evil.example"]
    others += [own[:-1], "http://127.0.0.1", f"http://localhost:{server.port}", "https://evil.example", f"{own}/", ""]
    return [[own], [], *[[other] for other in others], [own] * 2, [own, "https://evil.example"]]


def path(server, token, end):
    token = {
        "right": f"/{server.token}",
        "wrong": f"/{server.token[:-1]}{'A' if server.token[-1] != 'A' else 'B'}",
        "prefix": f"/{server.token[:-1]}",
        "longer": f"/{server.token}A",
        "empty": "/",
        "missing": "",
    }[token]
    return token + end


def first_line(server, kind, target, headers):
    """Ask, and give the status alone; what comes after it is not waited for."""
    head = [*headers, *(UPGRADE if kind == "WebSocket" else [("Connection", "close")])]
    body = bytes(784) if kind == "POST" else b""
    head += [("Content-Length", str(len(body)))] if body else []
    lines = [f"{'GET' if kind == 'WebSocket' else kind} {target} HTTP/1.1", *(f"{k}: {v}" for k, v in head)]
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        with contextlib.suppress(ConnectionError):  # it may have said no already
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        return int(re.match(rb"HTTP/1.1 (\d+)", connection.recv(65_536)).group(1))


def may(server, kind, named, came_from, token):
    """Say it as `glassnet.server.security` promises it."""
    own_page = came_from == [server.origin] or (came_from == [] and kind == "GET")
    return named == [server.host] and own_page and token == "right"


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("kind", KINDS)
def test_of_all_hosts_and_origins_only_the_pages_own_are_let_in(server, kind, token):
    target = path(server, token, KINDS[kind])
    let_in = 101 if kind == "WebSocket" else 200
    wrong = []
    for named, came_from in itertools.product(hosts(server), origins(server)):
        headers = [("Host", host) for host in named] + [("Origin", origin) for origin in came_from]
        status = first_line(server, kind, target, headers)
        expected = (
            (let_in,) if may(server, kind, named, came_from, token) else (400, 403)
        )  # 400: no one host, so no HTTP
        if status not in expected:
            wrong.append((named, came_from, status))
    assert not wrong


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("site", "good"), [("same-origin", True), ("none", True), ("same-site", False), ("cross-site", False), ("", False)]
)
def test_what_a_browser_calls_another_site_is_refused(server, kind, site, good):
    headers = [("Host", server.host), ("Origin", server.origin), ("Sec-Fetch-Site", site)]
    status = first_line(server, kind, path(server, "right", KINDS[kind]), headers)
    assert (status != 403) == good


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_other_methods_change_nothing_and_need_the_origin_too(server, method):
    target = path(server, "right", "/predict")
    assert server.raw(method, target, [("Host", server.host)])[0] == 403
    assert server.ask("/predict", b"", method=method)[0] == 405


def test_a_head_is_a_get_without_content(server):
    status, headers, content = server.ask("/", method="HEAD")
    assert (status, content) == (200, b"")
    assert headers["content-length"] == str(len(server.ask("/")[2]))
    assert server.raw("HEAD", "/", [("Host", server.host)])[::2] == (403, b"")


def test_each_answer_tells_the_browser_to_keep_it_apart(server):
    chunked = [("Host", server.host), ("Origin", server.origin), ("Transfer-Encoding", "chunked")]
    answers = {
        200: server.ask("/"),
        400: server.ask("/predict", b"x"),
        403: server.raw("GET", "/", [("Host", server.host)]),
        404: server.ask("/nothing"),
        405: server.ask("/predict"),
        413: server.raw(
            "POST", path(server, "right", "/predict"), chunked, b"f4240\r\n" + bytes(1_000_000) + b"\r\n1\r\nx\r\n"
        ),
    }
    for status, (found, headers, _) in answers.items():
        assert found == status
        assert headers.items() >= HEADERS.items()
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"].replace("'wasm-unsafe-eval'", "")
        assert "server" not in headers


@pytest.mark.parametrize("place", ["/predict", "/drawing", "/data?name=a.csv"])
def test_a_body_of_more_than_a_million_bytes_is_refused_however_it_is_sent(server, place):
    target = path(server, "right", place)
    headers = [("Host", server.host), ("Origin", server.origin)]
    assert server.ask(place, bytes(1_000_000))[0] == 400  # as large as may be, but nothing sensible
    assert server.raw("POST", target, [*headers, ("Content-Length", "1000001")])[0] == 413
    chunk = b"%x\r\n%s\r\n" % (500_001, bytes(500_001))
    assert server.raw("POST", target, [*headers, ("Transfer-Encoding", "chunked")], chunk * 2 + b"0\r\n\r\n")[0] == 413
    assert server.ask("/data")[0] == 200  # it has lost nothing by this


@pytest.mark.parametrize("length", ["-1", "1e3", "0x10", "9" * 20, "1, 2"])
def test_a_length_that_is_none_is_refused(server, length):
    headers = [("Host", server.host), ("Origin", server.origin), ("Content-Length", length)]
    assert server.raw("POST", path(server, "right", "/predict"), headers)[0] in (400, 413)


@pytest.mark.parametrize("name", OTHER_FILES)
def test_only_the_pages_own_files_can_be_fetched(server, name):
    assert server.ask(f"/page/{name}")[0] == 404


def test_the_pages_own_files_come_with_their_types(server):
    for name, kind in (("js/app/play.js", "text/javascript"), ("css/tokens.css", "text/css")):
        status, headers, content = server.ask(f"/page/{name}")
        assert status == 200
        assert headers["content-type"].startswith(kind)
        assert content


def test_it_listens_to_this_machine_alone(server):
    own = {found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None)} - {"127.0.0.1"}
    for address in ("127.0.0.2", "::1", *own):
        with pytest.raises(OSError):  # noqa: PT011 (refused, or no such address on this machine)
            socket.create_connection((address, server.port), 5)
