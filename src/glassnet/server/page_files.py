"""The live page and what it is made of: its template filled, and its files by name."""

from __future__ import annotations

import base64
import hashlib
import json
import mimetypes
import re
from pathlib import Path

from ..pages.single_file import STATIC, fill

PAGE_FILES = ("js/*.js", "css/*.css", "vendor/*/*.js", "vendor/*/*.css", "vendor/*/fonts/*.woff2")
STYLES = (
    "vendor/katex/katex.min.css",
    "vendor/uplot/uPlot.min.css",
    *(f"css/{name}.css" for name in ("tokens", "page", "draw", "play")),
)
IMPORT_MAP = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)
TYPES = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}


def page_files() -> dict[str, tuple[Path, str]]:
    """Give what may be fetched: the path that a page writes, the file, and its media type."""
    files = [path for pattern in PAGE_FILES for path in STATIC.glob(pattern)]
    return {path.relative_to(STATIC).as_posix(): (path, media_type(path.name)) for path in files}


def media_type(name: str) -> str:
    """Tell a file's media type by its name, the same on each system."""
    kind = TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def live_page() -> str:
    """Fill the page's template."""
    modules = {f"glassnet/{path.stem}": f"./page/js/{path.name}" for path in sorted(STATIC.glob("js/*.js"))}
    del modules["glassnet/formula_plain"]
    return fill(
        "play.html", {"modules": json.dumps({"imports": modules})}, {"styles": STYLES, "subject": {"sizes": ""}}
    )


def policy(page: str) -> str:
    """Give the content security policy: nothing but what this server itself sends, and the page's one import map."""
    found = IMPORT_MAP.search(page)
    digest = base64.b64encode(hashlib.sha256(found.group(1).encode() if found else b"").digest()).decode()
    own = {
        "default-src": "'none'",
        "script-src": f"'self' 'sha256-{digest}'",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": "'self' data: blob:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{what} {where}" for what, where in own.items())
