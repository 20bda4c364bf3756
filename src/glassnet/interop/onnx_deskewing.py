"""Deskewing as nodes of an ONNX graph: the same numbers as `glassnet.data.deskewing`, to the last bit."""

from __future__ import annotations

import numpy as np

from ..data.warping import affine_basis
from .onnx_graph import Graph

MARGIN = 2  # columns of black before and after an image: what lies farther out is black too


def add_deskewing(graph: Graph, pixels: str, height: int, width: int) -> str:
    """Add the nodes that set images upright.

    Rows stay where they are, so a pixel is looked up between two of its own row.

    Parameters
    ----------
    graph : Graph
        What is added to.
    pixels : str
        The name of images as rows, (batch, height · width), float32 of 0..255.
    height, width : int
        Of an image.

    Returns
    -------
    str
        The name of the upright images, of the same shape and type.
    """
    slant, middle = _add_slants(graph, pixels, height, width)
    y, x, _ = affine_basis((height, width))
    move = graph.cast(graph.add("Mul", graph.add("Neg", slant), middle), np.float32)
    tilt = graph.add("Mul", graph.cast(slant, np.float32), graph.constant(y[None]))
    place = graph.add("Add", graph.add("Add", tilt, graph.constant(x[None])), move)
    place = graph.add("Add", place, graph.constant(np.float32((width - 1) / 2)))
    return graph.add("Round", _add_lookup(graph, pixels, place, height, width))


def _add_slants(graph: Graph, pixels: str, height: int, width: int) -> tuple[str, str]:
    """Add the nodes that measure each image's slant and the row of its center, (batch, 1) of float64."""
    y, x, one = affine_basis((height, width)).astype(np.float64)
    moments = graph.constant(np.stack([one, y, x, y * y, y * x], axis=1))
    ink = graph.add("MatMul", graph.cast(pixels, np.float64), moments)
    mass, *sums = (_add_column(graph, ink, number) for number in range(5))
    some = graph.add("Greater", mass, graph.constant(np.float64(0)))
    mass = graph.add("Where", some, mass, graph.constant(np.float64(1)))
    m, n, yy, yx = (graph.add("Div", column, mass) for column in sums)
    spread = graph.add("Sub", yy, graph.add("Mul", m, m))
    wide = graph.add("Greater", spread, graph.constant(np.float64(1e-6)))
    divisor = graph.add("Where", wide, spread, graph.constant(np.float64(1)))
    slant = graph.add("Div", graph.add("Sub", yx, graph.add("Mul", m, n)), divisor)
    return graph.add("Where", wide, slant, graph.constant(np.float64(0))), m


def _add_column(graph: Graph, rows: str, number: int) -> str:
    return graph.add("Gather", rows, graph.constant(np.array([number])), axis=1)


def _add_lookup(graph: Graph, pixels: str, place: str, height: int, width: int) -> str:
    """Add the nodes that look up each pixel's place in its row, (batch, height · width), between two columns."""
    padded = width + 2 * MARGIN
    images = graph.add("Reshape", pixels, graph.constant(np.array([-1, height, width])))
    framed = graph.add("Pad", images, graph.constant(np.array([0, 0, MARGIN, 0, 0, MARGIN])))
    rows = graph.add("Flatten", framed, axis=1)
    place = graph.add("Add", place, graph.constant(np.float32(MARGIN)))
    limits = [graph.constant(np.float32(limit)) for limit in (0, width + MARGIN)]
    place = graph.add("Clip", place, *limits)
    before = graph.add("Floor", place)
    part = graph.add("Sub", place, before)
    starts = graph.constant(np.repeat(np.arange(height) * padded, width)[None])
    index = graph.add("Add", graph.cast(before, np.int64), starts)
    left = graph.add("GatherElements", rows, index, axis=1)
    right = graph.add("GatherElements", rows, graph.add("Add", index, graph.constant(np.int64(1))), axis=1)
    return graph.add("Add", left, graph.add("Mul", graph.add("Sub", right, left), part))
