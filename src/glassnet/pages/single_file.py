"""Pages in one file: styles, scripts, fonts and data inside, so that they work offline, from a mail or a school."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays import AnyArray
from ..extras import needed
from ..formatting import printable, quantity
from .bundle import STATIC, bundled
from .seal import sealed

TEMPLATES = Path(__file__).parent / "templates"


def render(entry: str, data: Mapping[str, Any], *, title: str) -> str:
    """Make a page of the views: the scripts that a module needs, the data that they read as JSON, the styles."""
    styles = [read("css/tokens.css"), *map(read, view_styles())]
    trusted = {"data": inert(json.dumps(data, allow_nan=False)), "script": bundled(f"#app/{entry}")}
    return sealed(fill("explain.html", {**trusted, "styles": "\n".join(styles)}, {"title": title}))


def view_styles() -> list[str]:
    """List the styles of the views."""
    return sorted(f"css/views/{path.name}" for path in (STATIC / "css" / "views").glob("*.css"))


def render_static(template: str, **values: Any) -> str:
    """Fill a template that has no scripts with escaped values."""
    return sealed(fill(template, {"styles": "\n".join(_styles("report", template))}, values))


def _styles(kind: str, template: str) -> list[str]:
    """Give the tokens, the styles of a kind of pages, and those of the page itself, where it has some."""
    names = dict.fromkeys(("tokens", kind, Path(template).stem))
    return [read(path) for name in names if (STATIC / (path := Path("css", f"{name}.css"))).exists()]


def fill(template: str, trusted: Mapping[str, str], values: Mapping[str, Any]) -> str:
    """Fill a template of ``templates`` with texts that are trusted, and values that are escaped."""
    jinja2, markup = needed("jinja2", "report"), needed("markupsafe", "report").Markup
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, finalize=partial(_visible, markup)
    )
    environment.filters |= {"quantity": quantity, "markdown": _as_markdown}
    safe = {name: markup(text) for name, text in trusted.items()}
    text: str = environment.get_template(template).render(**safe, **values)
    return text


def _visible(markup: type[str], value: Any) -> Any:
    """Show control characters of names as Python writes them."""
    return printable(value) if isinstance(value, str) and not isinstance(value, markup) else value


def _as_markdown(text: str) -> str:
    """Keep what a name holds from being markup."""
    return re.sub(r"([\\`*\[\]<>#|~]|\b_|_\b)", r"\\\1", printable(text))


def read(name: str | Path) -> str:
    """Read a file that pages are made of, by its path below ``static``."""
    return (STATIC / name).read_text(encoding="utf-8")


def encoded(values: AnyArray) -> str:
    """Encode numbers exactly: little-endian, contiguous, in base64."""
    return in_base64(np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes())


def in_base64(content: bytes) -> str:
    """Encode bytes as text."""
    return base64.b64encode(content).decode("ascii")


def inert(text: str) -> str:
    """Keep JSON from ending the script element that it stands in."""
    return text.replace("<", "\\u003c")
