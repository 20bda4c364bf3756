"""Orientation: a camera writes beside the pixels how it was held."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

ORIENTATION = 0x0112  # the tag of EXIF
TURNS = {3: "180°", 4: "180°", 5: "90°", 6: "90°", 7: "270°", 8: "270°"}  # clockwise
MIRRORED = (2, 4, 5, 7)


def orient(picture: Image) -> tuple[Image, list[str]]:
    """Turn a picture as its camera says, and tell what was done.

    Parameters
    ----------
    picture : PIL.Image.Image
        With its EXIF data, if there are any.

    Returns
    -------
    tuple of an Image and a list of str
        The list is empty where nothing was turned.

    Examples
    --------
    >>> from PIL import Image
    >>> photo = Image.new("L", (40, 30))
    >>> photo.getexif()[ORIENTATION] = 6
    >>> upright, steps = orient(photo)
    >>> upright.size, steps
    ((30, 40), ['turned by EXIF 90°'])
    """
    from PIL import ImageOps

    orientation = picture.getexif().get(ORIENTATION, 1)
    steps = [f"turned by EXIF {TURNS[orientation]}"] if orientation in TURNS else []
    if orientation in MIRRORED:
        steps.append("mirrored by EXIF")
    return (ImageOps.exif_transpose(picture) if steps else picture), steps
