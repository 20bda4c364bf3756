"""Arrays of pixels as people keep them: in rows or as images, gray or in color, of 0..1, 0..255 or -1..1.

All become images of bytes, (n, height, width), so that a network learns the same from each, and reads pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ...arrays import AnyArray, Bytes, Floats, blocks
from ...errors import DataFileError
from ..limits import check_limit
from ..reading import Decision
from .columns import is_square

BLOCK = 10_000  # images that are looked at at once
SAMPLE = 1_000  # rows by which neighbors are compared
CHANNELS = (1, 3, 4)
RED, GREEN, BLUE = 19_595, 38_470, 7_471  # of 65,536: ITU-R BT.601's weights, as Pillow rounds them
# Of the difference between any two pixels: the most by which neighbors in a picture differ. Measured: MNIST 0.32,
# scikit-learn's digits of 8x8 0.63, its breast cancer's first 25 columns 0.84, columns apart from one another 1.
ALIKE = 0.7
CERTAIN = 64  # columns of alike neighbors from which a table is no longer plausible
LEVELS_OF_8X8 = 16  # in which the handwritten digits of UCI, and so scikit-learn's, are kept
DIM = 0.5  # of full brightness: where all pixels are below, the scale is doubted


@dataclass(frozen=True)
class Scale:
    """How pixels of an array become bytes.

    ::

        byte = 255 (pixel − black) / (white − black)
    """

    black: float
    white: float

    def apply(self, pixels: AnyArray) -> Bytes:
        """Give bytes; those that are bytes already are not copied."""
        if pixels.dtype == np.uint8 and (self.black, self.white) == (0, 255):
            return pixels
        scaled = (pixels.astype(np.float32) - self.black) * (255 / (self.white - self.black))
        rounded: Bytes = np.rint(scaled, out=scaled).astype(np.uint8)
        return rounded


@dataclass(frozen=True)
class PixelArray:
    """What rows of an array are as images: height, width, the axis of colors if there is one, and the scale."""

    sides: tuple[int, int]
    colors: int | None = None
    scale: Scale = field(default=Scale(0, 255))

    def apply(self, rows: AnyArray) -> Bytes:
        """Give images of bytes, (n, height, width)."""
        if self.colors is None:
            return self.scale.apply(rows).reshape(len(rows), *self.sides)
        return gray_of(self.scale.apply(np.moveaxis(rows, self.colors, -1)))

    def apply_to_all(self, rows: AnyArray, where: Path) -> Bytes:
        """Do the same to many, block by block; what need not be changed is not copied."""
        if rows.dtype == np.uint8 and self.colors is None and self.scale == Scale(0, 255):
            return self.apply(rows)
        height, width = self.sides
        check_limit("unpacked_bytes", len(rows) * height * width, where)
        images = np.empty((len(rows), height, width), np.uint8)
        for part in blocks(len(rows), BLOCK):
            images[part] = self.apply(rows[part])
        return images


@dataclass(frozen=True)
class _Range:
    """What numbers there are among pixels."""

    low: float
    high: float
    whole: bool


def recognize_pixels(inputs: AnyArray, read_as: str, where: Path) -> tuple[PixelArray | None, list[Decision]]:
    """Tell whether rows of an array are images, and in which form; none of a table.

    Parameters
    ----------
    inputs : ndarray of shape (n, ...)
        Numbers.
    read_as : str
        ``table`` or ``images`` where somebody says so; else empty.
    where : Path
        The file.

    Raises
    ------
    DataFileError
        If images have another shape, or a scale that cannot be told.
    """
    if inputs.ndim == 2:
        return _of_rows(inputs, read_as, where)
    if read_as == "table":
        got, remedy = f"shape {inputs.shape}", "Leave --read-as out, or write rows of shape (n, columns)"
        raise DataFileError("images cannot be read as a table", got=got, where=where, remedy=remedy)
    *sides, colors = _sides(inputs, where)
    scale, decided = _scale(inputs, _range(inputs, where), where)
    if colors is not None and inputs.shape[colors] > 1:
        decided.append(Decision("color", "gray", f"{inputs.shape[colors]} channels made gray"))
    return PixelArray((sides[0], sides[1]), colors, scale), decided


def _of_rows(rows: AnyArray, read_as: str, where: Path) -> tuple[PixelArray | None, list[Decision]]:
    """Tell of rows of numbers whether they are square images: bytes are, and others that look so."""
    width = rows.shape[1]
    if read_as == "table" or not is_square(width):
        if read_as == "images":
            remedy = "Write images of shape (n, height, width), or leave --read-as out"
            raise DataFileError("rows are not square images", got=f"{width} columns", where=where, remedy=remedy)
        return None, []
    side = round(width**0.5)
    numbers = _range(rows, where) if rows.dtype != np.uint8 or read_as else None
    pictures = f"pictures of {side}x{side}"
    alike = len(rows) > 1 and _neighbors_are_alike(rows, side)
    plausible = numbers is None or (numbers.low >= 0 and (numbers.high <= 1 or (numbers.high <= 255 and numbers.whole)))
    taken = bool(read_as) or (plausible and (alike or rows.dtype == np.uint8))
    certain = bool(read_as) or (alike and width >= CERTAIN)
    if not taken:
        doubtful = plausible and width >= CERTAIN
        doubt = f"each row of {width} could be {pictures}" if doubtful else ""
        option = "--read-as images" if doubtful else ""
        return None, [Decision("images", False, f"rows of {width} numbers", doubt, option)] if doubtful else []
    scale, decided = _scale(rows, numbers or _range(rows, where), where)
    doubt, option = ("", "") if certain else (f"each row could be {width} columns of a table", "--read-as table")
    return PixelArray((side, side), None, scale), [Decision("images", True, pictures, doubt, option), *decided]


def _sides(inputs: AnyArray, where: Path) -> tuple[int, int, int | None]:
    """Give height, width and the axis of colors of images."""
    shape = inputs.shape
    if inputs.ndim == 3:
        return shape[1], shape[2], None
    if inputs.ndim == 4 and shape[3] in CHANNELS:
        return shape[1], shape[2], 3
    if inputs.ndim == 4 and shape[1] in CHANNELS:
        return shape[2], shape[3], 1
    expected = "shape (n, height, width), or with 1, 3 or 4 channels before or behind"
    remedy = "Keep one image a row"
    raise DataFileError("images of the wrong shape", expected=expected, got=shape, where=where, remedy=remedy)


def _range(inputs: AnyArray, where: Path) -> _Range:
    """Look through all numbers, block by block; DataFileError for the first row with one that is not finite."""
    low, high, whole = np.inf, -np.inf, True
    for part in blocks(len(inputs), BLOCK):
        block = inputs[part]
        if block.dtype.kind == "f":
            if not np.isfinite(block).all():
                row = part.start + int(np.argmin(np.isfinite(block).reshape(len(block), -1).all(axis=1))) + 1
                remedy = "Leave the image out, or fill the gap"
                raise DataFileError("a pixel is not a number", where=f"{where}, row {row}", remedy=remedy)
            whole = whole and bool((block == np.rint(block)).all())
        low, high = min(low, float(block.min())), max(high, float(block.max()))
        if block.dtype == np.uint8 and high > DIM * 255:  # bytes can be no more than that, and need not all be read
            break
    return _Range(low, high, whole)


def _scale(inputs: AnyArray, numbers: _Range, where: Path) -> tuple[Scale, list[Decision]]:
    """Tell by the darkest and the brightest pixel which are black and white."""
    low, high = numbers.low, numbers.high
    if not inputs.size or high == low == 0:
        return Scale(0, 255), []
    if low >= 0 and high <= 1:
        black, white = 0, 1
    elif low >= -1 and high <= 1:
        black, white = -1, 1
    elif low >= 0 and numbers.whole and high <= LEVELS_OF_8X8 and inputs.shape[1:] in ((8, 8), (64,)):
        black, white = 0, LEVELS_OF_8X8
    elif low >= 0 and high <= 255:
        black, white = 0, 255
    elif low >= 0 and numbers.whole and high <= 65_535:
        black, white = 0, 65_535
    else:
        expected, got = "0..1, 0..255, 0..65535 or -1..1", f"{low:g}..{high:g}"
        remedy = "Scale them to 0..1 before you save them"
        raise DataFileError("pixels of an unknown scale", expected=expected, got=got, where=where, remedy=remedy)
    return Scale(black, white), list(_said_of_scale(black, white, numbers, inputs))


def _said_of_scale(black: int, white: int, numbers: _Range, inputs: AnyArray) -> Iterator[Decision]:
    """Say which scale was taken where it is not that of bytes, and doubt it where no pixel is bright."""
    brightest = (numbers.high - black) / (white - black)
    doubt, option = "", ""
    if brightest < DIM:
        doubt = f"no pixel is brighter than {numbers.high:g}"
        option = f"scaling them so that white is {white}"
    if inputs.dtype != np.uint8 or white != 255 or doubt:
        yield Decision("scale", f"{black}..{white}", f"pixels of {black}..{white}", doubt, option)


def gray_of(colors: Bytes) -> Bytes:
    """Make gray of colors, (n, height, width, channels), as Pillow does; a fourth channel is how opaque on white.

    Examples
    --------
    >>> gray_of(np.array([[[[255, 0, 0], [0, 255, 0], [255, 255, 255]]]], np.uint8))
    array([[[ 76, 150, 255]]], dtype=uint8)
    """
    if colors.shape[-1] == 1:
        return colors[..., 0]
    wide = colors.astype(np.uint32)
    gray = (wide[..., 0] * RED + wide[..., 1] * GREEN + wide[..., 2] * BLUE + 32_768) >> 16
    if colors.shape[-1] == 4:
        gray = (gray * wide[..., 3] + 255 * (255 - wide[..., 3]) + 127) // 255
    return gray.astype(np.uint8)


def _neighbors_are_alike(rows: AnyArray, side: int) -> bool:
    """Tell whether numbers that would be neighbors in a picture differ less than others do, above and beside alike.

    A row of measures that follow one another, as a spectrum, has neighbors beside it alone.
    """
    chosen = np.linspace(0, len(rows) - 1, min(len(rows), SAMPLE)).astype(np.int64)
    images = np.asarray(rows[chosen], np.float32).reshape(-1, side, side)
    others = images.reshape(-1, side * side)[:, np.random.default_rng(0).permutation(side * side)]
    between_any = _mean_difference(images, others.reshape(images.shape))
    above = _mean_difference(images[:, 1:], images[:, :-1])
    beside = _mean_difference(images[:, :, 1:], images[:, :, :-1])
    both = (above + beside) / 2
    return between_any > 0 and both < ALIKE * between_any and max(above, beside) < 2 * min(above, beside)


def _mean_difference(some: Floats, others: Floats) -> float:
    return float(np.abs(some - others).mean())
