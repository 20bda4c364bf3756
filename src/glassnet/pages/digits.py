"""Digits as a page holds them: sixteen grays, two pixels a byte, deflated, as text.

No accuracy is lost by the sixteen grays: see benchmarks/LOG.md, "training in the browser".
"""

from __future__ import annotations

import zlib

import numpy as np

from ..data.dataset import Examples
from .single_file import in_base64

GRAYS_APART = 17  # 255 / 15


def packed_digits(examples: Examples) -> dict[str, int | str]:
    """Pack images of an even number of pixels, all images first, then a byte for each label."""
    images = examples.inputs.reshape(len(examples), -1)
    levels = np.rint(images / GRAYS_APART).astype(np.uint8)
    pairs = levels[:, ::2] << 4 | levels[:, 1::2]
    content = pairs.tobytes() + examples.targets.astype(np.uint8).tobytes()
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return {"count": len(images), "packed": in_base64(deflate.compress(content) + deflate.flush())}
