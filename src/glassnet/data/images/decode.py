"""A file decoded to brightness: any usual format, shrunk before it is copied, within limits that are checked first."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...arrays import Floats
from ...errors import ImageFileError
from .orientation import orient

if TYPE_CHECKING:
    from PIL.Image import Image

# Every one is decoded within this process; EPS, which Pillow hands to Ghostscript, is left out.
FORMATS = ("PNG", "JPEG", "MPO", "WEBP", "BMP", "DIB", "TIFF", "GIF", "PPM", "ICO", "PCX", "JPEG2000", "AVIF", "TGA")
LARGEST = 20_000_000  # pixels, as they are decoded; a small file can announce far more than memory holds
ENOUGH = 800  # pixels a side: what is larger is shrunk to about this while it is decoded
DRAFTED = 80_000_000  # pixels of a JPEG that is decoded at a fraction of its size
DEPTHS = (255, 4_095, 65_535)  # the largest values of 8, 12 and 16 bits: scanners store 12 in 16


@dataclass(frozen=True)
class DecodedPicture:
    """The brightness of a picture, and what it was before.

    Parameters
    ----------
    gray : ndarray of shape (height, width)
        In 0..1, at most about 1,600 a side.
    size : tuple of two int
        Width and height of the picture as it is seen upright, in its own pixels.
    steps : tuple of str
        What was done, in words.
    """

    gray: Floats
    size: tuple[int, int]
    steps: tuple[str, ...]


def decode(path: str | os.PathLike[str]) -> DecodedPicture:
    """Read a file as brightness, upright.

    Parameters
    ----------
    path : path-like
        A picture in a format that Pillow reads.

    Returns
    -------
    DecodedPicture

    Raises
    ------
    ImageFileError
        If the file is not a picture, is damaged, or too large.
    """
    with open_picture(Path(path)) as picture:
        width, height = picture.size
        steps = _first_frame(picture)
        small, turned = orient(_shrunk(picture))
        if any(quarter in step for step in turned for quarter in ("90°", "270°")):
            width, height = height, width
        return DecodedPicture(_gray(small), (width, height), (*steps, *turned))


# What Pillow raises for damaged files.
DAMAGE = (
    *(OSError, SyntaxError, ValueError, EOFError, TypeError),
    *(LookupError, ArithmeticError, AssertionError, AttributeError),
)


@contextmanager
def open_picture(path: Path) -> Iterator[Image]:
    """Open a picture, and say clearly what is wrong with it if it cannot be opened, or decoded while it is open.

    Raises
    ------
    ImageFileError
        If it is not a picture, or too large.
    """
    from PIL import Image, UnidentifiedImageError

    Image.init()  # registers the formats, of which an older Pillow may lack some
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a damaged note about the camera; the picture itself counts
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            formats = [name for name in FORMATS if name in Image.OPEN]
            with Image.open(path, formats=formats) as picture:
                if picture.format == "PNG":
                    picture.verify()  # all checksums, of which decoding leaves out those of the pixels
            with Image.open(path, formats=formats) as picture:
                width, height = picture.size
                # A JPEG is decoded at a fraction of its size, unless it is progressive.
                drafted = picture.format in ("JPEG", "MPO") and not picture.info.get("progressive")
                if width * height > (DRAFTED if drafted else LARGEST):
                    raise _too_large(path, f"{width:,} x {height:,}")
                yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(path, "more") from error
    except UnidentifiedImageError as error:
        remedy = "Save the picture as PNG or JPEG"
        expected = "PNG, JPEG, WebP, TIFF, BMP or GIF"
        raise ImageFileError("not a picture", expected=expected, where=path, remedy=remedy) from error
    except DAMAGE as error:
        got = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise ImageFileError("cannot read the picture", got=got, where=path, remedy="Check the file") from error


@cache
def picture_endings() -> frozenset[str]:
    """Give the endings, in small letters, of the pictures that can be read."""
    from PIL import Image

    return frozenset(ending for ending, kind in Image.registered_extensions().items() if kind in FORMATS)


def brightness(picture: Image) -> Floats:
    """Decode an opened picture to brightness in 0..1, (height, width), upright."""
    return _gray(orient(_shrunk(picture))[0])


def _first_frame(picture: Image) -> list[str]:
    if picture.format == "MPO" or not getattr(picture, "is_animated", False):  # a camera's second picture is no frame
        return []
    return [f"first of {getattr(picture, 'n_frames', 2)} {'pages' if picture.format == 'TIFF' else 'frames'}"]


def _shrunk(picture: Image) -> Image:
    """Average a large picture down, before anything else is made of it; palettes and depths that cannot be, first."""
    picture.draft("L", (ENOUGH, ENOUGH))  # a JPEG can be decoded at a fraction of its size
    factor = max(1, max(picture.size) // ENOUGH)
    if picture.mode in ("P", "PA", "1") or picture.mode.startswith("I;"):
        flat = "I" if picture.mode.startswith("I") else "RGBA" if picture.has_transparency_data else "L"
        return _keeping_exif(picture, picture.convert(flat).reduce(factor))
    if picture.mode == "RGB" and "transparency" in picture.info:  # one color is
        return _keeping_exif(picture, picture.convert("RGBA").reduce(factor))
    return picture if factor == 1 else _keeping_exif(picture, picture.reduce(factor))


def _keeping_exif(picture: Image, small: Image) -> Image:
    small.getexif().update(picture.getexif())
    return small


def _gray(small: Image) -> Floats:
    from PIL import Image

    if small.mode in ("I", "F"):
        return _of_depth(np.asarray(small, np.float32))
    if not small.has_transparency_data:
        return np.asarray(small.convert("L"), np.float32) / 255
    small = small.convert("RGBA")
    on_white, on_black = (
        np.asarray(Image.alpha_composite(Image.new("RGBA", small.size, paper), small).convert("L"), np.float32) / 255
        for paper in ("white", "black")
    )
    # White strokes on a transparent ground vanish on white paper.
    visible: Floats = on_white if np.ptp(on_white) >= np.ptp(on_black) else on_black
    return visible


def _of_depth(deep: Floats) -> Floats:
    """Bring 16 bits a pixel, or floats, to 0..1."""
    if not np.isfinite(deep).all():
        raise ValueError("pixels that are not numbers")
    least, most = float(deep.min()), float(deep.max())
    if least < 0 or most > DEPTHS[-1]:
        return (deep - least) / (most - least)
    return deep / next(depth for depth in (1, *DEPTHS) if most <= depth)


def _too_large(path: Path, got: str) -> ImageFileError:
    expected, remedy = f"at most {LARGEST:,} pixels", "Make the picture smaller"
    return ImageFileError("the picture is too large", expected=expected, got=got, where=path, remedy=remedy)
