"""Lines of paper and forms: ruled and squared paper, frames, boxes; found as straight runs, and taken away.

A line is straight and thin, and either runs from one edge of the picture to the other or is a side of a closed box.
Where a stroke crosses a line the ink is higher than the line is, and stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...arrays import AnyArray, Floats

STEEPEST = 0.14  # of a line against the picture's edge: 8 degrees, of a sheet laid askew or seen from aside
SLOPES = np.linspace(-STEEPEST, STEEPEST, 41)
THICKEST = 0.05  # of the picture's shorter side: what is thicker is no line
SHORTEST = 0.09  # of the longer side, for a side of a box
COVERED = 0.7  # of the way from edge to edge, where no stroke lies over it; the rest may be too faint
GAP = 0.07  # of the longer side: a stroke that crosses a line hides no more of it
AROUND = 0.45  # of the picture's edge has ink: there is something around the paper
DEEPEST = 0.25  # of the picture, from a side: what reaches in further is no frame
NEAR_EDGE = 0.1  # of the longer side: a line that ends there runs on beyond the picture
SMALLEST_SIDE = 40  # pixels; in a smaller picture lines cannot be told from strokes
MOST = 120  # lines of one direction


@dataclass(frozen=True)
class Segment:
    """A straight piece: across = offset + slope · along, from ``first`` to ``last`` along its axis, so thick."""

    slope: float
    offset: float
    first: int
    last: int
    thickness: float

    def at(self, along: Floats | float) -> Floats | float:
        """Tell where it is, across."""
        return self.offset + self.slope * along


def remove_lines(mask: AnyArray) -> tuple[AnyArray, list[str]]:
    """Take lines from edge to edge and boxes out of a mask of ink.

    Parameters
    ----------
    mask : ndarray of shape (height, width), bool
        Where ink is.

    Returns
    -------
    tuple of a mask and a list of str
        What is left, and what was done, in words.

    Examples
    --------
    >>> ruled = np.zeros((60, 80), bool)
    >>> ruled[20], ruled[40], ruled[5:55, 40:44] = True, True, True
    >>> left, steps = remove_lines(ruled)
    >>> steps, left[20, [10, 41]].tolist()
    (['2 lines removed'], [False, True])
    """
    framed, steps = _without_frame(mask)
    if min(mask.shape) < SMALLEST_SIDE:
        return framed, steps
    found = [list(_segments(framed.T)), list(_segments(framed))]  # level ones, then upright ones
    sides = [framed.shape[1], framed.shape[0]]
    through = [[line for line in lines if _is_through(line, side)] for lines, side in zip(found, sides, strict=True)]
    rest = [[line for line in lines if not _is_through(line, side)] for lines, side in zip(found, sides, strict=True)]
    boxes = _closed(rest, through, sides)
    left = framed.copy()
    for axis, lines in enumerate(through):
        for line in (*lines, *boxes[axis]):
            _erase(left.T if axis == 0 else left, line)
    if count := sum(map(len, through)):
        steps.append("1 line removed" if count == 1 else f"{count} lines removed")
    if any(boxes):
        steps.append("box removed")
    return left, steps


def _without_frame(mask: AnyArray) -> tuple[AnyArray, list[str]]:
    """Peel off what is around the paper, a frame or a desk: sides that are all ink, or all if most of them are."""
    contact = [side.mean() for side in (mask[0], mask[:, -1], mask[-1], mask[:, 0])]
    corners = sum(bool(corner) for corner in mask[:: len(mask) - 1 or 1, :: mask.shape[1] - 1 or 1].ravel())
    around = np.mean(contact) > AROUND and corners >= 3
    left = mask.copy()
    peeled = 0
    for turn, share in enumerate(contact):  # rot90 turns the next side clockwise to the top
        if around or share > 0.9:
            _peel(np.rot90(left, turn))
            peeled += 1
    if not peeled or left.sum() < 0.02 * mask.sum():
        return mask, []
    return left, ["frame removed" if around else "edge removed"]


def _peel(mask: AnyArray) -> None:
    """Take away what hangs at the first row, as far as it hangs along most of its neighborhood."""
    depth = np.where(mask.all(axis=0), len(mask), np.argmin(mask, axis=0))
    reach = max(2, round(0.1 * mask.shape[1]))
    padded = np.pad(depth, reach, mode="edge")
    usual = np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1), axis=1)
    usual = np.where(usual > DEEPEST * len(mask), 0, usual)
    # A blurred edge has a rim.
    mask &= np.arange(len(mask))[:, None] >= np.where(usual > 0, np.minimum(depth, usual + 3), np.minimum(depth, 3))


def _segments(mask: AnyArray) -> Iterator[Segment]:
    """Find straight pieces that run along the first axis, the most pronounced first."""
    along, across, thickness = _thin_runs(mask)
    length = len(mask)
    shortest = max(12, SHORTEST * max(mask.shape))
    for _ in range(MOST):
        if len(along) < shortest:
            return
        slope, offset, count = _peak(along, across)
        if count < 0.8 * shortest:
            return
        near = np.abs(across - offset - slope * along) <= 3
        for _ in range(2):
            slope, offset = np.polyfit(along[near], across[near], 1)
            near = np.abs(across - offset - slope * along) <= 1.5
            if near.sum() < 0.5 * shortest:
                break
        if near.sum() >= 0.5 * shortest:
            hidden = _hidden(mask, along[near], slope, offset)
            yield from _pieces(along[near], thickness[near], hidden, slope, offset, length, shortest)
        near |= np.abs(across - offset - slope * along) <= 2
        along, across, thickness = along[~near], across[~near], thickness[~near]


def _thin_runs(mask: AnyArray) -> tuple[Floats, Floats, Floats]:
    """Give place along, middle and thickness of each run of ink across the first axis that is thin enough."""
    changes = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    along, starts = np.nonzero(changes == 1)
    stops = np.nonzero(changes == -1)[1]
    thin = stops - starts <= max(3, THICKEST * min(mask.shape))
    middle = (starts + stops - 1) / 2
    return along[thin].astype(float), middle[thin], (stops - starts)[thin].astype(float)


def _peak(along: Floats, across: Floats) -> tuple[float, float, int]:
    """Find the line with the most runs (P. V. C. Hough's transform): its slope, its offset, and how many."""
    offsets = np.rint((across - SLOPES[:, None] * along) / 2).astype(np.intp)
    least = offsets.min()
    offsets -= least
    width = int(offsets.max()) + 2
    counts = np.bincount((offsets + width * np.arange(len(SLOPES))[:, None]).ravel(), minlength=width * len(SLOPES))
    counts = counts.reshape(len(SLOPES), width)
    pairs = counts[:, :-1] + counts[:, 1:]
    row, column = np.unravel_index(int(pairs.argmax()), pairs.shape)
    return float(SLOPES[row]), float(2 * (column + least) + 1), int(pairs[row, column])


def _hidden(mask: AnyArray, along: Floats, slope: float, offset: float) -> Floats:
    """Give the places where a line lies under something thicker."""
    places = np.setdiff1d(np.arange(len(mask)), along)
    across = np.clip(np.rint(offset + slope * places).astype(np.intp), 0, mask.shape[1] - 1)
    return places[mask[places, across]]


def _pieces(
    along: Floats, thickness: Floats, hidden: Floats, slope: float, offset: float, length: int, shortest: float
) -> Iterator[Segment]:
    """Cut what lies on one line at its gaps; a line from edge to edge may have more of them."""
    places = np.unique(along)
    typical = float(np.median(thickness))
    edge = NEAR_EDGE * length
    covers = len(places) >= max(COVERED * (length - len(hidden)), shortest)
    if covers and places[0] <= edge and places[-1] >= length - 1 - edge:
        yield Segment(slope, offset, 0, length - 1, typical)
        return
    between = hidden[(hidden > places[0]) & (hidden < places[-1])]
    every = np.union1d(places, between)
    for piece in np.split(every, np.flatnonzero(np.diff(every) > GAP * length) + 1):
        piece = np.intersect1d(piece, places)
        span = piece[-1] - piece[0] + 1 if len(piece) else 0
        seen = span - ((between > piece[0]) & (between < piece[-1])).sum() if len(piece) else 0
        if span >= shortest and len(piece) >= max(0.75 * seen, 0.3 * span):
            yield Segment(slope, offset, int(piece[0]), int(piece[-1]), typical)


def _is_through(line: Segment, length: int) -> bool:
    return line.first == 0 and line.last == length - 1


def _closed(rest: list[list[Segment]], through: list[list[Segment]], sides: list[int]) -> list[list[Segment]]:
    """Keep pieces both of whose ends meet another that is kept, a line, or the picture's edge: sides of boxes."""
    kept = [list(lines) for lines in rest]
    while True:
        before = sum(map(len, kept))
        for axis in (0, 1):
            crossing = kept[1 - axis] + through[1 - axis]
            kept[axis] = [line for line in kept[axis] if _is_held(line, crossing, sides[axis])]
        if sum(map(len, kept)) == before:
            return kept


def _is_held(line: Segment, crossing: list[Segment], length: int) -> bool:
    touched = []
    near = max(5.0, 0.025 * length)
    for end in (line.first, line.last):
        across = float(line.at(end))
        held = [
            k
            for k, other in enumerate(crossing)
            if abs(float(other.at(across)) - end) <= near + other.thickness
            and other.first - near <= across <= other.last + near
        ]
        if held:
            touched.append(held[0])
        elif end <= near or end >= length - 1 - near:
            touched.append(-1 - (end > near))
    return len(touched) == 2 and touched[0] != touched[1]


def _erase(mask: AnyArray, line: Segment) -> None:
    """Take a line away, along the first axis, but for what is higher than it is: a stroke that crosses it."""
    width = mask.shape[1]
    most = 1.5 * line.thickness + 2
    reach = int(np.ceil(most)) + 1
    for along in range(line.first, line.last + 1):
        middle = round(float(line.at(along)))
        first = max(0, middle - reach)
        if first >= width or middle + reach < 0:
            continue
        window = mask[along, first : middle + reach + 1]
        changes = np.flatnonzero(np.diff(window, prepend=False, append=False))
        for start, stop in zip(changes[::2].tolist(), changes[1::2].tolist(), strict=True):
            near = start <= middle - first + 1 + line.thickness / 2 and stop >= middle - first - line.thickness / 2
            if stop - start <= most and near:
                window[start:stop] = False
