"""Augmentation: a new set of images every epoch, each moved a little as another hand would have written it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np

from ...arrays import AnyArray, Floats
from ...errors import UsageError
from ...settings import Settings, setting
from .deskew import slants
from .thickness import thicken
from .warp import affine_basis, warp

GRID = 7  # bumps along each side of an image
MOST = 10_000.0  # pixels


@dataclass(frozen=True, kw_only=True)
class Augmentation(Settings, group="augmentation"):
    """Random warps of images: shift, rotation, scale, shear, elastic distortion; and strokes thicker or thinner.

    A warped pixel is taken from the place of the image that

    ::

        y = c_1 B_1 + c_2 B_2 + c_3 + Σ_k e_k b_k
        x = d_1 B_1 + d_2 B_2 + d_3 + Σ_k f_k b_k

    give, where B is `affine_basis`, b are smooth bumps on a grid of 7 by 7, and the coefficients are drawn for each
    image: so the fields of a whole batch are one matrix product.

    Parameters
    ----------
    shift : float, optional
        Largest shift along each side, in pixels.
    rotation : float, optional
        Largest rotation either way, in degrees.
    scale : float, optional
        Largest change of each side's length, as a fraction of it.
    shear : float, optional
        Largest shear, in columns per row.
    elastic : float, optional
        Largest elastic distortion: how far the bumps move pixels, root mean square, in pixels.
    thickness : float, optional
        Largest change of the strokes' thickness, made by `thicken` after the warp.
    straighten : float, optional
        How far slanted images are deskewed before they are distorted, from 0, not at all, to 1, wholly. A network whose
        images are deskewed then learns from distorted upright images, as those that it will be given are upright.

    Raises
    ------
    UsageError
        If one is negative, not finite, or so large that nothing would be left of an image.

    Notes
    -----
    Source of elastic distortions: P. Y. Simard, D. Steinkraus, J. C. Platt, "Best practices for convolutional neural
    networks applied to visual document analysis" (2003), section 2; there a random field is smoothed pixel by pixel.

    Examples
    --------
    >>> images = np.full((2, 28, 28), 255, np.uint8)
    >>> moved = Augmentation(shift=2, elastic=1).apply(images, np.random.default_rng(0))
    >>> moved.shape, moved.dtype, int(moved[0, 14, 14])
    ((2, 28, 28), dtype('uint8'), 255)
    """

    shift: float = setting(0.0, low=0, below=MOST, unit="pixels", common=True, help="Largest shift of training images")
    rotation: float = setting(
        0.0, low=0, high=180, unit="degrees", common=True, help="Largest rotation of training images"
    )
    scale: float = setting(0.0, low=0, below=1, unit="fraction", help="Largest change of the size of training images")
    shear: float = setting(
        0.0, low=0, below=10, unit="fraction", knob=False, help="Largest shear of training images, in columns per row"
    )
    elastic: float = setting(
        0.0, low=0, below=MOST, unit="pixels", help="Strength of smooth elastic distortions of training images"
    )
    thickness: float = setting(0.0, low=0, below=1, unit="fraction", help="Largest change of the strokes' thickness")
    straighten: float = setting(
        0.0,
        low=0,
        high=1,
        unit="fraction",
        knob=False,
        help="How far images are deskewed before they are distorted; for networks with --deskew",
    )

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def check(self, shape: tuple[int, ...]) -> None:
        """Refuse inputs of a shape that cannot be warped.

        Parameters
        ----------
        shape : tuple of int
            That of one input: (height, width) of an image.

        Raises
        ------
        UsageError
            If they are to be warped and are not images.
        """
        if self and len(shape) != 2:
            raise UsageError("augmentation needs images", expected="inputs of shape (height, width)", got=shape)

    def apply(self, images: AnyArray, rng: np.random.Generator) -> AnyArray:
        """Warp each image in its own random way.

        Parameters
        ----------
        images : ndarray of shape (batch, height, width)
            uint8, or floats.
        rng : Generator
            Where the coefficients come from.

        Returns
        -------
        ndarray of the same shape and dtype
            New images; none is brighter than the brightest pixel it came from.

        Raises
        ------
        UsageError
            If these are not images.
        """
        self.check(images.shape[1:])
        coefficients = self.coefficients(len(images), rng)
        if self.straighten:
            straighten(coefficients, self.straighten, *slants(images))
        warped = warp(images, coefficients, smooth_basis(images.shape[1:]))
        return thicken(warped, self.thickness * _uniform(rng, len(images))) if self.thickness else warped

    def coefficients(self, count: int, rng: np.random.Generator) -> Floats:
        """Draw the coefficients of so many images.

        The source of a pixel is turned by φ, scaled by s_y and s_x, sheared by h and shifted by t, in this order read
        from the right:

        ::

            c_1 = s_y cos(φ)
            c_2 = s_y sin(φ)
            d_1 = h cos(φ) − s_x sin(φ)
            d_2 = s_x cos(φ) + h sin(φ)

        with c_3 and d_3 the shift.

        Returns
        -------
        ndarray of shape (2, count, functions), float32
            c and e; d and f.
        """
        phi = np.radians(self.rotation) * _uniform(rng, count)
        scales = 1 + self.scale * _uniform(rng, 2, count)
        shear = self.shear * _uniform(rng, count)
        shifts = self.shift * _uniform(rng, 2, count)
        drawn = affine_coefficients(phi, scales, shear, shifts)
        strength = self.elastic * rng.random(count)
        bumps = rng.standard_normal((2, count, GRID * GRID)) * strength[:, None]
        return np.concatenate([drawn, bumps], axis=2).astype(np.float32)


def affine_coefficients(phi: Floats, scales: Floats, shear: Floats, shifts: Floats) -> Floats:
    """Give the coefficients of y, x and 1, (2, count, 3), as `Augmentation.coefficients` prints them."""
    cosine, sine = np.cos(phi), np.sin(phi)
    c = [scales[0] * cosine, scales[0] * sine, shifts[0]]
    d = [shear * cosine - scales[1] * sine, scales[1] * cosine + shear * sine, shifts[1]]
    return np.stack([np.stack(c, axis=1), np.stack(d, axis=1)])


def straighten(coefficients: Floats, amount: float, slant: Floats, middle: Floats) -> None:
    """Change a warp of upright images into one of the images that slant: one look-up does both.

    With r how far they are set upright, h the slant and m the middle row that `deskew` measures, row y of an upright
    image is row y of the image, moved by r h (y − m). So

    ::

        g_k = d_k + r h c_k
        g_3 = d_3 + r h (c_3 − m)

    are the coefficients of x, while those of y stay c.

    Parameters
    ----------
    coefficients : ndarray of shape (2, batch, functions)
        c and d; changed.
    amount : float
        r, of 0..1.
    slant, middle : ndarray of shape (batch,)
        h and m, as `slants` gives them.
    """
    move = (amount * slant).astype(coefficients.dtype)
    coefficients[1] += move[:, None] * coefficients[0]
    coefficients[1, :, 2] -= move * middle.astype(coefficients.dtype)


@lru_cache(8)
def smooth_basis(shape: tuple[int, int]) -> Floats:
    """Give the functions of a smooth warp at each pixel of an image.

    After the affine ones come bumps, bells as wide as their distances σ and τ along the sides, around 7 by 7 centers
    (v, u):

    ::

        b = a exp(−((y − v)² / σ² + (x − u)² / τ²) / 2)

    with a such that coefficients of variance 1 move the pixels by 1, root mean square.

    Parameters
    ----------
    shape : (int, int)
        The image's height and width.

    Returns
    -------
    ndarray of shape (52, pixels), float32
    """
    bells = []
    for side in shape:
        places, centers = np.arange(side), np.linspace(0, side - 1, GRID)
        width = max((side - 1) / (GRID - 1), 1.0)
        bells.append(np.exp(-(((places - centers[:, None]) / width) ** 2) / 2))
    bumps = np.einsum("iy,jx->ijyx", *bells).reshape(GRID * GRID, -1)
    bumps /= np.sqrt(np.mean(np.sum(bumps**2, axis=0)))
    return np.concatenate([affine_basis(shape), bumps.astype(np.float32)])


def _uniform(rng: np.random.Generator, *shape: int) -> Floats:
    return 2 * rng.random(shape) - 1
