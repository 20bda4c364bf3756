"""Pages in one file: styles, scripts, fonts and data inside, so that they work offline, from a mail or a school."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays import AnyArray
from ..extras import needed

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
KATEX = STATIC / "vendor" / "katex"
FONT_FACE = re.compile(r"@font-face\{[^}]*\}")


def render(
    template: str, modules: Sequence[str], data: Mapping[str, Any], *, typeset: bool = True, **values: Any
) -> str:
    """Fill a template with scripts, imported as ``glassnet/NAME``, the data they read as JSON, and escaped values.

    KaTeX typesets the formulas, which costs 600 KB, or they stand as text.
    """
    addresses = {f"glassnet/{name}": _data_url(name) for name in modules}
    own = Path("css", template).with_suffix(".css")
    styles = [read("css/tokens.css"), read("css/page.css"), read(own) if (STATIC / own).exists() else ""]
    trusted = {"katex": "", "data": inert(json.dumps(data, allow_nan=False))}
    if typeset:
        styles.append(_katex_styles())
        trusted["katex"] = (KATEX / "katex.min.js").read_text(encoding="utf-8")
    else:
        addresses["glassnet/formula"] = _data_url("formula_plain")
    trusted |= {"styles": "\n".join(styles), "modules": json.dumps({"imports": addresses})}
    return fill(template, trusted, values)


def render_static(template: str, styles: str, **values: Any) -> str:
    """Fill a template that has no scripts with escaped values; `styles` is a file of ``static/css``."""
    return fill(template, {"styles": f"{read('css/tokens.css')}\n{read(f'css/{styles}')}"}, values)


def fill(template: str, trusted: Mapping[str, str], values: Mapping[str, Any]) -> str:
    """Fill a template of ``templates`` with texts that are trusted, and values that are escaped."""
    jinja2, markup = needed("jinja2", "report"), needed("markupsafe", "report").Markup
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    safe = {name: markup(text) for name, text in trusted.items()}
    text: str = environment.get_template(template).render(**safe, **values)
    return text


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


def _data_url(name: str) -> str:
    """Give a script as an address: without its comments and indents, which no reader of the page sees in base64."""
    lines = [line.strip() for line in read(f"js/{name}.js").splitlines()]
    script = "\n".join(line for line in lines if line and not line.startswith("//"))
    return f"data:text/javascript;base64,{in_base64(script.encode())}"


def _katex_styles() -> str:
    """Give KaTeX's styles with the fonts that are kept inside, and without the others."""

    def inside(face: re.Match[str]) -> str:
        found = re.search(r"url\(fonts/([\w-]+\.woff2)\)", face.group())
        font = KATEX / "fonts" / (found.group(1) if found else "")
        if not font.is_file():
            return ""
        source = f'src:url(data:font/woff2;base64,{in_base64(font.read_bytes())}) format("woff2")'
        return re.sub(r"src:[^;}]*\}?", f"{source}}}", face.group())

    return FONT_FACE.sub(inside, (KATEX / "katex.min.css").read_text(encoding="utf-8"))
