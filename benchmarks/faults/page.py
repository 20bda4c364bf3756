"""The live page's server: who may ask, who sends slowly, and what is sent."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import itertools
import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .rows import TINY, Outcome, call, environment, glassnet_command, row

HOST, TOKEN = "127.0.0.1:8123", "right-token"
HOSTS = (
    HOST, "localhost:8123", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:08123", "127.0.0.1.:8123", "evil.example:8123",
    "evil.example", "0x7f.1:8123", "2130706433:8123", "[::1]:8123", "[::ffff:127.0.0.1]:8123", "127.1:8123", "",
    "127.0.0.1:8123@evil.example", "127.0.0.1:8123 ", "127.0.0.1:8124", None, (HOST, "evil.example"),
)  # fmt: skip
ORIGINS = (
    f"http://{HOST}", None, "null", "", f"https://{HOST}", "http://localhost:8123", "http://evil.example",
    f"http://{HOST}.evil.example", f"http://{HOST}/", "http://127.0.0.1", f"HTTP://{HOST}", "file://", f"http://x@{HOST}",
    (f"http://{HOST}", "http://evil.example"),
)  # fmt: skip
TOKENS = (TOKEN, "", "wrong", TOKEN.upper(), TOKEN[:-1], f"{TOKEN}x", "..", f"%72{TOKEN[1:]}", "right-token\x00")
SITES = (None, "same-origin", "none", "same-site", "cross-site", "", "SAME-ORIGIN", ("same-origin", "cross-site"))
TARGETS = (
    ("http", "GET", "/"), ("http", "HEAD", "/"), ("http", "POST", "/predict"), ("http", "GET", "/data"),
    ("http", "POST", "/data"), ("http", "OPTIONS", "/predict"), ("http", "DELETE", "/data"),
    ("http", "GET", "/page/../../x"), ("websocket", "GET", "/train"),
)  # fmt: skip


def _headers(**values: Any) -> list[tuple[bytes, bytes]]:
    found = []
    for name, value in values.items():
        for one in value if isinstance(value, tuple) else (value,):
            if one is not None:
                found.append((name.replace("_", "-").encode(), one.encode("latin-1")))
    return found


@row(
    "who may ask",
    "only the page of this start: refused with 403, or before",
    "all combinations of 19 hosts, 14 origins, 9 tokens, 8 fetch sites and 9 targets, through the access control",
)
def combinations(place: Path, part: float) -> Outcome:
    from glassnet.server.security import AccessControl

    reached: list[int] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        reached.append(1)

    control, outcome = AccessControl(page, HOST, TOKEN, "default-src 'none'"), Outcome()
    # 172,368: of a sample every so many, by a step that no number of choices divides.
    every = max(1, round(1 / part))
    every += every % 2 == 0 and every > 1

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def attempt_all() -> None:
        cases = itertools.product(HOSTS, ORIGINS, TOKENS, SITES, TARGETS)
        for host, origin, token, site, (kind, method, path) in itertools.islice(cases, 0, None, every):
            said: list[Any] = []

            async def send(message: Any, said: list[Any] = said) -> None:
                said.append(message)

            reached.clear()
            headers = _headers(host=host, origin=origin, sec_fetch_site=site)
            scope = {"type": kind, "method": method, "path": f"/{token}{path}", "headers": headers, "query_string": b""}
            await control(scope, receive, send)
            reads = kind == "http" and method in ("GET", "HEAD")
            own = origin == ORIGINS[0] or (origin is None and reads)
            rightful = host == HOST and token == TOKEN and own and site in (None, "same-origin", "none")
            refused = bool(said) and said[0].get("status", said[0].get("code")) in (403, 1008)
            outcome.note(
                bool(reached) == rightful and refused != rightful, (host, origin, token, site, kind, method, path)
            )

    asyncio.run(attempt_all())
    return outcome


@contextlib.contextmanager
def _played(place: Path) -> Iterator[tuple[str, int, str]]:
    """Serve a small run; gives the host, the port and the path of the page."""
    assert call("train", *TINY, "--epochs", "1", "--run", place / "run").returncode == 0
    command = glassnet_command("play", place / "run", "--no-open")
    process = subprocess.Popen(
        command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment()
    )
    assert process.stdout
    try:
        parts = urlsplit(process.stdout.readline().strip())
        yield parts.netloc, parts.port or 0, parts.path
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def _ask(host: str, port: int, path: str, body: bytes | None = None, **headers: str) -> tuple[int, float]:
    """Ask as the page does; gives the status, 0 for none, and the seconds."""
    start = time.monotonic()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        try:
            head = {"Host": host, "Origin": f"http://{host}", **headers}
            connection.request("GET" if body is None else "POST", path, body, head)
            answer = connection.getresponse()
            answer.read()
            return answer.status, time.monotonic() - start
        except (OSError, http.client.HTTPException):
            return 0, time.monotonic() - start


@row(
    "slow strangers",
    "the page is answered all the while",
    "130, then 500 connections without the token that send a byte a second, or nothing, for 15 s",
)
def slow(place: Path, part: float) -> Outcome:
    outcome, slowest = Outcome(), 0.0
    with _played(place) as (host, port, path):
        for count in (130, 500) if part > 0.5 else (130,):
            with contextlib.ExitStack() as stack:
                idle = []
                for number in range(count):
                    with contextlib.suppress(OSError):
                        one = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
                        one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: " if number % 2 else b"")
                        idle.append(one)
                end = time.monotonic() + (15 if part > 0.5 else 6)
                while time.monotonic() < end:
                    status, seconds = _ask(host, port, path)
                    slowest = max(slowest, seconds)
                    outcome.note(status == 200 and seconds < 5, f"{count} strangers: {status} after {seconds:.1f} s")
                    for one in idle:
                        with contextlib.suppress(OSError):
                            one.send(b"a")
                    time.sleep(1)
    outcome.notes.append(f"answered after {slowest:.2f} s at most")
    return outcome


@row(
    "what is sent to the page's server",
    "too much is refused, nonsense is answered with why, and the next rightful question is answered",
    "bodies over 1 MB by length and by chunks, lies about lengths, broken requests, 2,000 messages of nonsense",
)
def bodies(place: Path, part: float) -> Outcome:
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import connect

    outcome = Outcome()
    with _played(place) as (host, port, path):
        for size, statuses in ((1_000_001, (413, 0)), (5_000_000, (413, 0)), (10, (400,))):
            # Who is closed while still sending sees the connection end, at times before the answer: status 0.
            status, _ = _ask(host, port, f"{path}predict", b"x" * size)
            outcome.note(status in statuses, f"a body of {size}: {status}")
        own = f"Host: {host}\r\nOrigin: http://{host}\r\n"
        raws = (
            f"POST {path}predict HTTP/1.1\r\n{own}Content-Length: -1\r\n\r\n",
            f"POST {path}predict HTTP/1.1\r\n{own}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            f"POST {path}predict HTTP/1.1\r\n{own}Content-Length: {'9' * 5000}\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n",
            "\0" * 1_000,
            f"GET http://evil.example{path} HTTP/1.1\r\n{own}\r\n",
            f"GET {path}page/../../../../etc/passwd HTTP/1.1\r\n{own}\r\n",
        )
        for raw in raws:
            with contextlib.closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as one:
                answer = b"HTTP/1.1 4"
                with contextlib.suppress(OSError):
                    one.sendall(raw.encode("latin-1"))
                    answer = one.recv(1_000) or answer
            outcome.note(
                answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4")) and b"root:" not in answer, (raw[:60], answer[:60])
            )
        junk = [
            "",
            "{",
            "[]",
            "null",
            '{"do": 7}',
            '{"do": "begin", "knobs": {"hidden": "x"}}',
            "[" * 9_000,
            '"\\ud800"',
        ]
        training = connect(f"ws://{host}{path}train", origin=f"http://{host}", max_size=None)
        with contextlib.suppress(WebSocketException), training as page:
            for number in range(max(50, round(2_000 * part))):
                page.send(junk[number % len(junk)])
            page.send(json.dumps({"do": "pause"}))
        status, seconds = _ask(host, port, path)
        outcome.note(status == 200, f"after nonsense: {status} after {seconds:.1f} s")
    return outcome
