"""The live page and what it is made of: its template filled, and its files by name."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import mimetypes
import re
from dataclasses import MISSING
from pathlib import Path
from typing import Any

from ..pages.single_file import STATIC, fill, inert
from ..runs.settings import Option, table
from ..settings import Setting

FIRST = ("learning_rate", "batch_size", "hidden", "activation", "optimizer")  # controls that are always in sight

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
    trusted = {"modules": json.dumps({"imports": modules}), "settings": inert(json.dumps(knobs(), allow_nan=False))}
    return fill("play.html", trusted, {"styles": STYLES, "subject": {"sizes": ""}})


def knobs() -> list[dict[str, Any]]:
    """Describe the settings that a page may choose; the page knows of none but these."""
    options = [option for option in table().values() if option.setting.knob]
    # Those that are always in sight come first, the others by their groups.
    groups = list(dict.fromkeys(option.setting.group for option in options))
    options.sort(key=lambda option: groups.index(option.setting.group))
    options.sort(key=lambda option: FIRST.index(option.setting.name) if option.setting.name in FIRST else len(FIRST))
    return [_knob(option) for option in options]


def _knob(option: Option) -> dict[str, Any]:
    declared = option.setting
    counted = f", {declared.unit}" if declared.unit not in ("", "fraction") else ""
    low, high = declared.usual or (max(declared.low, declared.above), min(declared.high, declared.below))
    suits = {place: value for place, value in declared.suits.items() if place not in ("run", "page")}
    if option.chooser:
        suits = {name: taken.default_for("run", "page") for name, taken in option.takers.items()}
    return {
        "name": declared.name,
        "label": declared.label + counted,
        "help": declared.help,
        "group": declared.group.capitalize(),
        "first": declared.name in FIRST,
        "kind": _kind(declared),
        "choices": None if declared.choices is None else list(declared.choices),
        "low": low if math.isfinite(low) else None,
        "high": high if math.isfinite(high) else None,
        "step": 1 if declared.kind is int else "any",
        "standard": None if declared.default is MISSING else declared.default_for("run"),
        "suits": {name: None if value is MISSING else value for name, value in suits.items()},
        "live": declared.live,
        "chooser": option.chooser,
        "takers": list(option.takers),
    }


def _kind(declared: Setting) -> str:
    """Say which control a setting gets."""
    if declared.name == "dataset":
        return "data"
    if declared.choices is not None:
        return "choice"
    if declared.usual:
        return "powers"
    return {bool: "flag", str: "text", float: "number", int: "number"}.get(declared.kind, "widths")


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
