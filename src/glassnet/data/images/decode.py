"""Pictures of a digit, brought into the form that MNIST's have.

Each was fitted into 20x20 pixels with its proportions kept, and laid into 28x28 with its center of mass in the middle
(Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", 1998).
"""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...arrays import Bytes, Floats
from ...errors import ImageFileError
from .ink import find_ink

if TYPE_CHECKING:
    from PIL.Image import Image

# Each is decoded within this process; EPS, which Pillow hands to Ghostscript, is left out.
FORMATS = ("PNG", "JPEG", "MPO", "WEBP", "BMP", "DIB", "TIFF", "GIF", "PPM", "ICO", "PCX", "TGA", "JPEG2000", "AVIF")
LARGEST = 50_000_000  # pixels; a small file can announce far more than memory holds
ENOUGH = 800  # pixels a side: what is larger is shrunk to about this while it is decoded
FIELD, BOX = 28, 20


def read_digit(path: str | os.PathLike[str]) -> Bytes:
    """Read a picture of one digit as MNIST would have it.

    Parameters
    ----------
    path : path-like
        A PNG or JPEG of any size, dark on light or light on dark.

    Returns
    -------
    ndarray of shape (28, 28), uint8
        Bright ink on black, centered.

    Raises
    ------
    ImageFileError
        If the file is no picture, is too large, or shows nothing.
    """
    with open_picture(Path(path)) as picture:
        gray = brightness(picture)
    ink = find_ink(gray)
    if ink is None:
        remedy = "Draw a digit with more contrast"
        raise ImageFileError("the picture is blank", expected="a digit that stands out", where=path, remedy=remedy)
    return center_digit(ink)


def center_digit(ink: Floats) -> Bytes:
    """Fit ink into 20x20 and center it by mass in 28x28.

    Parameters
    ----------
    ink : ndarray of shape (height, width)
        How much ink each pixel has, 0 for paper; not all zero.

    Returns
    -------
    ndarray of shape (28, 28), uint8

    Examples
    --------
    >>> bar = np.zeros((100, 300))
    >>> bar[20:60, 200:210] = 1.0
    >>> np.argwhere(center_digit(bar)).min(axis=0), np.argwhere(center_digit(bar)).max(axis=0)
    (array([ 4, 12]), array([23, 16]))
    """
    from PIL import Image

    ink = ink / ink.max()
    rows, columns = (np.flatnonzero((ink > 0).any(axis=axis)) for axis in (1, 0))
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(side * BOX / max(digit.shape))) for side in digit.shape)
    shrinks = max(digit.shape) >= BOX
    filtering = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
    fitted = np.asarray(Image.fromarray(digit.astype(np.float32)).resize((width, height), filtering))
    row, column = (_offset(fitted.sum(axis=axis)) for axis in (1, 0))
    field = np.zeros((FIELD, FIELD), np.float32)
    field[row : row + height, column : column + width] = fitted / fitted.max()
    return np.rint(np.clip(field, 0, 1) * 255).astype(np.uint8)


def _offset(mass: Floats) -> int:
    """Where a profile of ink begins so that its center of mass falls on the field's pixel 14, and none is cut off.

    Counted from 0: in all of MNIST's test images the center of mass lies in 13.5..14.5, measured.
    """
    center = float(mass @ np.arange(len(mass)) / mass.sum())
    return min(max(FIELD // 2 - math.floor(center + 0.5), 0), FIELD - len(mass))


@contextmanager
def open_picture(path: Path) -> Iterator[Image]:
    """Open a picture, and say clearly what is wrong with it if it cannot be opened, or decoded while it is open.

    Raises
    ------
    ImageFileError
        If it is no picture, or too large.
    """
    from PIL import Image, UnidentifiedImageError

    Image.init()  # registers the formats, of which an older Pillow may lack some
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a damaged note about the camera; the picture itself counts
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=[name for name in FORMATS if name in Image.OPEN]) as picture:
                width, height = picture.size
                if width * height > LARGEST:
                    raise _too_large(path, f"{width:,} x {height:,}")
                yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(path, "more") from error
    except UnidentifiedImageError as error:
        remedy = "Save the picture as PNG"
        raise ImageFileError("not a picture", expected="PNG or JPEG", where=path, remedy=remedy) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        got = getattr(error, "strerror", None) or str(error)
        raise ImageFileError("cannot read the picture", got=got, where=path, remedy="Check the file") from error


def brightness(picture: Image) -> Floats:
    """Decode a picture to brightness in 0..1, (height, width)."""
    from PIL import Image, ImageOps

    picture.draft("L", (ENOUGH, ENOUGH))  # a JPEG can be decoded at a fraction of its size
    if picture.mode.startswith("I"):  # 16 bits a pixel
        deep: Floats = np.asarray(ImageOps.exif_transpose(picture)).astype(np.float32) / 65_535
        return deep
    transparent = picture.has_transparency_data
    small = picture.convert("RGBA" if transparent else "L")
    # Shrunk before anything is copied: the same average is taken of a large picture in any case.
    small = ImageOps.exif_transpose(small.reduce(max(1, max(picture.size) // ENOUGH)))
    if not transparent:
        return np.asarray(small, np.float32) / 255
    on_white, on_black = (
        np.asarray(Image.alpha_composite(Image.new("RGBA", small.size, paper), small).convert("L"), np.float32) / 255
        for paper in ("white", "black")
    )
    # White strokes on a transparent ground vanish on white paper.
    visible: Floats = on_white if np.ptp(on_white) >= np.ptp(on_black) else on_black
    return visible


def _too_large(path: Path, got: str) -> ImageFileError:
    expected, remedy = f"at most {LARGEST:,} pixels", "Make the picture smaller"
    return ImageFileError("the picture is too large", expected=expected, got=got, where=path, remedy=remedy)


@cache
def picture_endings() -> frozenset[str]:
    """Give the endings, in small letters, of the pictures that can be read."""
    from PIL import Image

    return frozenset(ending for ending, kind in Image.registered_extensions().items() if kind in FORMATS)
