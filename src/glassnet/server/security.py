"""Who may ask: the page that this very start has opened, on this machine, and nobody else.

A server on 127.0.0.1 can be reached by every page that the same person's browser has open. So each request must carry
the token of this start, in its path; name this server as its host; and, if it changes something or opens a socket, come
from its own page. A page of another site knows no token, a name that was bent to point here is another host, and the
browser tells its own origin, which it cannot choose.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException

from .connections import ADMIT, LARGEST_BODY

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

IMPORT_MAP = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)
TOO_LARGE = f"Too large: at most {LARGEST_BODY:,} bytes."
SAFE = ("GET", "HEAD")
TRUSTED_FETCHES = ("same-origin", "none")  # none: typed, or opened by the command


class AccessControl:
    """Let through to an ASGI app, without the token in its path, what this start's own page asks; refuse the rest.

    `host` is the exact host and port, `policy` the content security policy of all answers.
    """

    def __init__(self, app: App, host: str, token: str, policy: str) -> None:
        self.app, self.host, self.token = app, host, token
        self.origin = f"http://{host}"
        self.headers = [
            (b"content-security-policy", policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"cache-control", b"no-store"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif fault := self._fault(scope):
            await self._refuse(scope, send, *fault)
        else:
            await self._let_in(scope, receive, send)

    def _fault(self, scope: Scope) -> tuple[int, str] | None:
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        if headers.get("host") != [self.host]:
            return 403, f"This is {self.host}, and nothing else."
        path = scope["path"].encode("utf-8", "replace")
        if not secrets.compare_digest(path[: len(self.token) + 2], f"/{self.token}/".encode()):
            return 403, "Open the address that glassnet play has printed: it changes with each start."
        if self._foreign(scope, headers):
            return 403, f"Only the page at {self.origin} may ask this."
        return self._too_large(headers)

    def _foreign(self, scope: Scope, headers: Mapping[str, list[str]]) -> bool:
        origins = headers.get("origin")
        reads = scope["type"] == "http" and scope["method"] in SAFE
        if origins != [self.origin] and not (reads and origins is None):
            return True
        fetched = headers.get("sec-fetch-site", ["same-origin"])
        return any(site not in TRUSTED_FETCHES for site in fetched)

    def _too_large(self, headers: Mapping[str, list[str]]) -> tuple[int, str] | None:
        lengths = headers.get("content-length", ["0"])
        if any(not length.isdecimal() or int(length[:20]) > LARGEST_BODY for length in lengths):
            return 413, TOO_LARGE
        return None

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        if admit := scope.get("state", {}).get(ADMIT):
            admit()
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b"")) if message["type"] == "http.request" else 0
            if read > LARGEST_BODY:
                raise HTTPException(413, TOO_LARGE, {"connection": "close"})
            return message

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self.headers]
            await send(message)

        await self.app({**scope, "root_path": f"/{self.token}"}, counted, dressed)

    async def _refuse(self, scope: Scope, send: Send, status: int, words: str) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": words})
            return
        body = f"{words}\n".encode()
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
        headers += [*self.headers, (b"connection", b"close")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def policy(page: str) -> str:
    """Give the content security policy: nothing but what this server itself sends, and the page's one import map."""
    found = IMPORT_MAP.search(page)
    digest = base64.b64encode(hashlib.sha256(found.group(1).encode() if found else b"").digest()).decode()
    own = {
        "default-src": "'none'",
        "script-src": f"'self' 'wasm-unsafe-eval' 'sha256-{digest}'",  # WebAssembly is compiled, no text evaluated
        "worker-src": "blob:",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": "'self' data: blob:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{what} {where}" for what, where in own.items())
