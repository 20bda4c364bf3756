"""Pages that notice when they are damaged or cut short, and run no script but the ones they were written with.

What a page says and holds has a checksum, CRC-32, that its last script computes again: `crypto.subtle` is not there
wherever a file is opened. Until that script has run, and unless it finds what it should, the page says that it is not
whole. The scripts and styles themselves are held by their hashes in the content security policy.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from html.parser import HTMLParser
from pathlib import Path

STATIC = Path(__file__).parent / "static"
SCRIPT = re.compile(r"<script(?: type=\"module\")?>(.*?)</script>", re.DOTALL)
MODULE, WEBASSEMBLY = '<script type="module">', ("'wasm-unsafe-eval'",)
STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
FIRST_STYLE = re.compile(r"<style>.*?</style>\n?", re.DOTALL)
BODY = re.compile(r"<body[^>]*>\n?")
SPACE = re.compile(r"[ \t\n\r\f]+")
WORDS = "This page is damaged or not whole: do not trust what it shows. Export it again."
DAMAGED = f'<p id="damaged" role="alert">{WORDS}</p>\n'


def sealed(page: str) -> str:
    """Give a page with its checksum, the script that checks it, and a content security policy."""
    page = page.encode("utf-8", "backslashreplace").decode()  # as names that are no UTF-8 are written to a file
    style = FIRST_STYLE.search(page)
    large = style[0] if style else ""
    page = page.replace(large, "", 1)
    # The warning comes first, so that a page is noticed to be cut wherever it is; large styles come after it.
    page = BODY.sub(lambda found: f"{found[0]}{DAMAGED}{large}", page, count=1)
    page = page.replace("<html ", f'<html data-crc32="{checksum(page)}" ', 1)
    page = page.replace("</body>", f"<script>{_own('whole.js')}</script>\n</body>", 1)
    page = page.replace("</head>", f"<style>{_own('whole.css')}</style>\n</head>", 1)
    policy = f'<meta http-equiv="content-security-policy" content="{_policy(page)}">'
    return page.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n{policy}', 1)


def checksum(page: str) -> str:
    """Give the checksum of the texts and the attributes' values in a page's body, in order, without white space."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return f"{zlib.crc32(SPACE.sub('', ''.join(reader.parts)).encode()):08x}"


class _Reader(HTMLParser):
    """Collects what the script collects."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.inside = False
        self.without_scripts = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.inside and not self.without_scripts:
            self.parts += [value or "" for _, value in attrs]
        self.inside = self.inside or tag == "body"
        self.without_scripts = self.without_scripts or tag == "noscript"

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "body"
        self.without_scripts = self.without_scripts and tag != "noscript"

    def handle_data(self, data: str) -> None:
        if self.inside and not self.without_scripts:
            self.parts.append(data)


def _own(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _policy(page: str) -> str:
    trains = MODULE in page  # in a worker that is made from text, by kernels in WebAssembly
    own = {
        "default-src": "'none'",
        "script-src": " ".join([*map(_hash, SCRIPT.findall(page)), *WEBASSEMBLY[:trains]]),
        "worker-src": "blob:" if trains else "'none'",
        "style-src": " ".join(map(_hash, dict.fromkeys(STYLE.findall(page)))),
        "style-src-attr": "'unsafe-inline'" if ' style="' in page else "'none'",
        "font-src": "data:",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{what} {where}" for what, where in own.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
