"""Numbers as people read them, and tables and pictures as notebooks show them."""

from __future__ import annotations

import base64
import html
import math
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .arrays import Bytes

SIGNIFICANT = 4  # digits of a quantity in a unit that nobody knows the size of
INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")  # Unicode's categories of what steers a terminal or a line
JOINERS = "\u200c\u200d"  # within words of some languages, and within emoji
FORMULA = "=+-@\t\r\n＝＋－＠"  # what begins a formula in a spreadsheet, by OWASP's list
PLAIN_NUMBER = re.compile(r"[+-]([$€£]? ?[\d.,]*\d\.?([eE][+-]?\d+)? ?[%$€£]?)?")


def percent(fraction: float, digits: int = 2) -> str:
    """Write a fraction as a percentage.

    >>> percent(0.9814)
    '98.14%'
    """
    return f"{fraction:.{digits}%}"


def number(value: float, digits: int = 4) -> str:
    """Write a number with a true minus, and one that is small for its digits, or very large, by powers of ten.

    >>> number(-0.25), number(0.00003)
    ('−0.2500', '3.0e−05')
    """
    far = abs(value) >= 1e7 or (value != 0 and abs(value) < 10.0**-digits)
    return (f"{value:.1e}" if far else f"{value:.{digits}f}").replace("-", "−")


def quantity(value: float | None, unit: str = "") -> str:
    """Write a number in a unit of any size with four significant digits; a whole part is written whole.

    >>> quantity(0.00020734), quantity(-21.5, "degrees"), quantity(123456.7), quantity(1e155)
    ('0.0002073', '−21.50 degrees', '123457', '1.000e+155')
    """
    if value is None or not math.isfinite(value):
        return "no finite number"
    size = math.floor(math.log10(abs(value))) if value else 0
    if value and not -SIGNIFICANT <= size < 9:
        text = f"{value:.{SIGNIFICANT - 1}e}"
    else:
        text = f"{value:.{max(SIGNIFICANT - 1 - size, 0)}f}"
    return f"{text.replace('-', '−')} {printable(unit)}".rstrip()


def printable(text: str) -> str:
    r"""Write what would steer a terminal, such as an escape, as Python writes it; everything else stays as it is.

    >>> print(printable("a\x1b[31mb"), printable("c\nd"), printable("école"))
    a\x1b[31mb c\nd école
    """
    if text.isprintable():
        return text
    kept = (char if char in JOINERS or unicodedata.category(char) not in INVISIBLE else _escaped(char) for char in text)
    return "".join(kept)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def spreadsheet_text(text: str) -> str:
    """Write text so that no spreadsheet takes it for a formula: with an apostrophe before it, if it begins like one.

    Source: OWASP, "CSV Injection".

    >>> spreadsheet_text("=1+1"), spreadsheet_text("-3,5"), spreadsheet_text("-3+cmd"), spreadsheet_text("a=b")
    ("'=1+1", '-3,5', "'-3+cmd", 'a=b')
    """
    return f"'{text}" if text.startswith(tuple(FORMULA)) and not PLAIN_NUMBER.fullmatch(text) else text


def finite(value: Any) -> Any:
    """Give a value of lists, dicts and plain numbers as JSON can hold it: null for what is not a finite number.

    >>> finite({"rmse": float("inf"), "all": [1.5, float("nan")]})
    {'rmse': None, 'all': [1.5, None]}
    """
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def signed(value: float, digits: int = 4) -> str:
    """Write a number as `number` does, with its sign.

    >>> signed(0.25)
    '+0.2500'
    """
    return ("+" if value > 0 else "") + number(value, digits)


def html_table(caption: str, rows: Iterable[Sequence[object]], head: Sequence[str] = ()) -> str:
    """Write a table as HTML, in the colors of the page that it stands in, light or dark; everything is escaped.

    The first cell of a row names it.

    >>> "<th scope='row' style='text-align:left'>a &lt; b</th><td>2</td>" in html_table("two", [("a < b", 2)])
    True
    """
    left = "style='text-align:left'"
    lines = [f"<caption {left}>{html.escape(caption)}</caption>"]
    if head:
        cells = "".join(f"<th scope='col'>{html.escape(name)}</th>" for name in head)
        lines.append(f"<thead><tr style='border-bottom:1px solid currentColor'>{cells}</tr></thead>")
    for first, *others in rows:
        cells = "".join(f"<td>{html.escape(str(value))}</td>" for value in others)
        lines.append(f"<tr><th scope='row' {left}>{html.escape(str(first))}</th>{cells}</tr>")
    style = "color-scheme:light dark;color:inherit;background:none;border-collapse:collapse"
    return f"<table style='{style}'>{''.join(lines)}</table>"


def html_pictures(pictures: Iterable[tuple[str, Bytes]], side: int = 56) -> str:
    """Write named gray images, (height, width) each, as HTML, so many pixels wide."""
    style = f"width:{side}px;image-rendering:pixelated;margin:2px"
    return "".join(
        f"<img alt='{html.escape(name)}' title='{html.escape(name)}' style='{style}' src='{png_url(image)}'>"
        for name, image in pictures
    )


def png_url(image: Bytes) -> str:
    """Write a gray image, (height, width), as the address of a PNG that holds all of it."""
    height, width = image.shape
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)  # 8 bits of gray
    rows = b"".join(b"\0" + row.tobytes() for row in image)  # unfiltered
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    packed = b"\x89PNG\r\n\x1a\n"
    for kind, data in chunks:
        packed += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return "data:image/png;base64," + base64.b64encode(packed).decode()
